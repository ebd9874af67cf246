"""One QgsApplication without a display, with settings and a password store of its own."""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest

try:
    from qgis.core import QgsApplication, QgsMapLayer, QgsProject
    from qgis.PyQt import sip
    from qgis.PyQt.QtCore import QCoreApplication, QEvent, QEventLoop, QSettings, QTimer
except ImportError:
    collect_ignore_glob = ["test_*.py"]

    def pytest_terminal_summary(terminalreporter):
        terminalreporter.write_line("tests/qgis left out: this Python has no QGIS")


HOME = Path(tempfile.mkdtemp(prefix="sentinel-portals-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for variable, folder in {
    "QGIS_CUSTOM_CONFIG_PATH": HOME / "config",
    "QGIS_AUTH_DB_DIR_PATH": HOME / "auth",
    "XDG_RUNTIME_DIR": HOME / "run",
    "SENTINEL_PORTALS_HOME": HOME / "plugin",
}.items():
    folder.mkdir(mode=0o700)
    os.environ[variable] = str(folder)
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.pop("SENTINEL_PORTALS_FILE", None)


@pytest.fixture(scope="session", autouse=True)
def qgis_app():
    """QGIS itself; the settings are those of nobody."""
    app = QgsApplication([], True, str(HOME / "config"))
    QCoreApplication.setOrganizationName("QGIS")
    QCoreApplication.setApplicationName("QGIS3")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(HOME / "config"))
    app.initQgis()
    yield app
    QgsApplication.taskManager().cancelAll()
    QgsProject.instance().clear()
    settle()
    for layer in [held for held in gc.get_objects() if isinstance(held, QgsMapLayer)]:
        if not sip.isdeleted(layer):  # in a frame that an exception kept: later it would crash
            sip.delete(layer)
    app.exitQgis()


@pytest.fixture
def project():
    """The project, empty before and after."""
    QgsProject.instance().clear()
    yield QgsProject.instance()
    QgsProject.instance().clear()


@pytest.fixture(scope="session")
def desktop(qgis_app):
    """A desktop without a display, one for all tests; see tests/qgis/iface.py."""
    from sentinel_portals.tests.qgis.iface import Iface

    desktop = Iface()
    yield desktop
    desktop.close()


@pytest.fixture
def iface(desktop, project, monkeypatch):
    """The desktop, as QGIS hands it to a plugin."""
    import qgis.utils

    monkeypatch.setattr(qgis.utils, "iface", desktop)
    desktop.bar.clearWidgets()
    yield desktop
    desktop.opened.clear()
    settle()


def settle():
    """Lets Qt delete what waits to be deleted, and Python too."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()


@pytest.fixture
def wait_for():
    """wait_for(condition): Qt's events go on until it is true; an error after `seconds`."""

    def wait(condition, seconds=30, what="the condition"):
        loop, late = QEventLoop(), []
        look, limit = QTimer(), QTimer()
        look.timeout.connect(lambda: loop.quit() if condition() else None)
        limit.setSingleShot(True)
        limit.timeout.connect(lambda: (late.append(True), loop.quit()))
        if not condition():
            look.start(10)
            limit.start(int(seconds * 1000))
            loop.exec()
            look.stop()  # or it goes on looking at what a failed test left
        assert not late, f"{what} did not come true in {seconds} s"

    return wait
