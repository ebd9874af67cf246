"""The plugin's windows on Qt 6, each built and each of its buttons pressed. Runs in .venv-qt6.

    python story.py FOLDER_WITH_THE_PACKAGE FOLDER_FOR_FILES

Writes what was built as JSON; what went wrong is raised at the end.
"""

import importlib
import json
import os
import pkgutil
import sys
import traceback
from pathlib import Path
from unittest.mock import MagicMock

package, files = sys.argv[1:]
os.environ.update(QT_QPA_PLATFORM="offscreen", SENTINEL_PORTALS_HOME=files)
os.environ["SENTINEL_PORTALS_FILE"] = str(Path(files) / "portals.json")
sys.path.insert(0, package)

import stand_in  # noqa: E402

stand_in.install()

from PyQt6.QtCore import QT_VERSION_STR, QSettings  # noqa: E402
from PyQt6.QtGui import QDesktopServices  # noqa: E402
from PyQt6.QtWidgets import (  # noqa: E402
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

wrong = []
app = QApplication([])
app.setOrganizationName("QGIS")
QSettings.setDefaultFormat(QSettings.Format.IniFormat)
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, files)


def keep(*what):
    """What a slot raises; Qt would end the process."""
    wrong.append(what)
    traceback.print_exception(*what)


sys.excepthook = keep


def press_everything(window):
    """Every button, tick, list and number that can be seen in a window."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or not widget.isEnabled():
            continue
        if isinstance(widget, QToolButton) and widget.menu():  # which would wait for a choice
            for action in widget.menu().actions():
                action.trigger()
        elif isinstance(widget, QAbstractButton):
            widget.click()
        elif isinstance(widget, QComboBox):
            for row in range(widget.count()):
                widget.setCurrentIndex(row)
        elif isinstance(widget, (QSlider, QSpinBox)):
            widget.setValue(widget.value() + 1)
        app.processEvents()


def opened(dialog):
    """In place of QDialog.exec, which would wait for somebody."""
    names.append(dialog.objectName())
    dialog.show()
    return QDialog.DialogCode.Rejected.value


names = []
QDialog.exec = opened
QMessageBox.question = lambda *_: QMessageBox.StandardButton.No
QFileDialog.getSaveFileName = QFileDialog.getOpenFileName = lambda *_: ("", "")
QFileDialog.getExistingDirectory = lambda *_: ""
QDesktopServices.openUrl = lambda url: True

import sentinel_portals  # noqa: E402

for found in pkgutil.walk_packages(sentinel_portals.__path__, "sentinel_portals."):
    if found.name.split(".")[1] in ("plugin", "bridge", "ui", "algorithms"):
        importlib.import_module(found.name)

from sentinel_portals.bridge import preflight  # noqa: E402
from sentinel_portals.ui import preflight_dialog  # noqa: E402

iface = MagicMock()
iface.mainWindow.return_value = QMainWindow()
iface.messageBar.return_value.createMessage.side_effect = lambda *_: stand_in.message()
plugin = sentinel_portals.classFactory(iface)
plugin.initGui()
plugin.desktop.show_dock()
plugin.desktop.show_overview()
plugin.desktop.add_web_layer()
plugin.desktop.add_portal()
plugin.desktop.log_in("cdse")
factory = iface.registerOptionsWidgetFactory.call_args.args[0]
page = factory.createWidget(iface.mainWindow())
held = (preflight.Kept(None, "item.json"),)
bill = preflight.Bill(2, 6, 90_000_000, 1, 60_000_000, {"cdse": 1}, {"cdse": 1}, {"cdse": 1}, 1)
sheet = preflight_dialog.PreflightDialog(plugin.desktop._portals.title, iface.mainWindow())
sheet.fill(preflight.Sheet((), "scenes", held, 1, bill, bill, 10, waiting=1, unreadable=("x",)))
for top in [plugin.desktop.dock, page, *app.topLevelWidgets()]:
    top.show()
    press_everything(top)
    names += [child.objectName() for child in top.findChildren(QWidget)]
page.apply()
plugin.unload()
app.processEvents()
print(json.dumps({"qt": QT_VERSION_STR, "names": sorted({n for n in names if n[:2] == "sp"})}))
sys.exit(bool(wrong))
