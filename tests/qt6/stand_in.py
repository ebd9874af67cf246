"""A `qgis` for where there is none: qgis.PyQt is PyQt6, as in QGIS 4; its own classes do nothing.

What our code does with Qt itself is real. Never beside a real QGIS.
"""

import importlib
import sys
from types import ModuleType
from unittest.mock import MagicMock

from modules import KEPT, QT
from PyQt6 import QtGui, QtWidgets
from PyQt6.QtCore import QMetaType, QObject, QSettings, QVariant, pyqtSignal


class Vague(type(QObject)):
    """Enums, static methods, methods: whatever is asked of such a class is there."""

    def __getattr__(cls, name):
        if name.startswith("__") or name in ("qt_metacast", "connectNotify"):
            raise AttributeError(name)
        thing = MagicMock(name=f"{cls.__name__}.{name}")
        setattr(cls, name, thing)
        return thing


def vague(name, base=QObject, **members):
    """A class of QGIS, with Qt's part of it."""

    def start(self, *arguments, **named):
        parent = arguments[-1] if arguments and isinstance(arguments[-1], QObject) else None
        base.__init__(self, parent) if issubclass(base, QtWidgets.QWidget) else base.__init__(self)

    def ask(self, asked):
        return getattr(type(self), asked)

    return Vague(name, (base,), {"__init__": start, "__getattr__": ask, **members})


class Classes(ModuleType):
    """A module in which every class of QGIS is found."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        thing = vague(name) if name.startswith("Qgs") else MagicMock(name=name)
        setattr(self, name, thing)
        return thing


class Settings(QSettings):
    """QgsSettings: `section` is one argument more."""

    def value(self, key, default=None, type=None, section=None):  # noqa: A002
        return super().value(key, default, type) if type else super().value(key, default)


def install():
    """From here on `import qgis` is this; call it before the plugin is imported."""
    for name in ("qgis", "qgis.PyQt"):
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = []
    for name in QT:
        module = importlib.import_module(f"PyQt6.{name}")
        sys.modules[f"qgis.PyQt.{name}"] = module
        setattr(sys.modules["qgis.PyQt"], name, module)
    for name in KEPT:
        setattr(QtWidgets, name, getattr(QtGui, name))
    QVariant.String, QVariant.DateTime = QMetaType.Type.QString, QMetaType.Type.QDateTime
    core, gui = Classes("qgis.core"), Classes("qgis.gui")
    for name in ("osgeo", "osgeo.gdal", "osgeo.ogr", "osgeo.osr"):
        sys.modules[name] = MagicMock(name=name)
    sys.modules.update({"qgis.core": core, "qgis.gui": gui})
    sys.modules["qgis"].core = core
    core.QgsSettings = Settings
    core.QgsApplication.locale.return_value = "en"
    core.QgsApplication.authManager.return_value.isDisabled.return_value = True
    core.QgsApplication.authManager.return_value.availableAuthMethodConfigs.return_value = {}
    core.QgsNetworkAccessManager.timeout.return_value = 60000
    core.QgsCsException = core.QgsProcessingException = Exception
    core.QgsTask = vague(
        "QgsTask",
        taskCompleted=pyqtSignal(),
        taskTerminated=pyqtSignal(),
        progressChanged=pyqtSignal(float),
        cancel=lambda self: None,
        isCanceled=lambda self: True,
    )
    gui.QgsCollapsibleGroupBoxBasic = vague(
        "QgsCollapsibleGroupBoxBasic",
        QtWidgets.QGroupBox,
        collapsedStateChanged=pyqtSignal(bool),
        isCollapsed=lambda self: False,
    )
    gui.QgsOptionsPageWidget = vague("QgsOptionsPageWidget", QtWidgets.QWidget)
    gui.QgsAuthConfigSelect = vague(
        "QgsAuthConfigSelect",
        QtWidgets.QWidget,
        selectedConfigIdChanged=pyqtSignal(str),
        configId=lambda self: "",
    )
    gui.QgsFileWidget = vague(
        "QgsFileWidget",
        QtWidgets.QWidget,
        fileChanged=pyqtSignal(str),
        filePath=lambda self: "",
    )
    return core, gui


def message():
    """An item of the message bar."""
    item = QtWidgets.QWidget()
    QtWidgets.QHBoxLayout(item)
    return item
