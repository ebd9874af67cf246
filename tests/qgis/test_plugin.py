"""The plugin comes and goes; what it added goes with it."""

import subprocess
import sys

import pytest
from qgis.core import QgsApplication, QgsExpression, QgsProject
from qgis.PyQt.QtWidgets import QAction, QDockWidget

from sentinel_portals.bridge import footprints
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.qgis.conftest import settle
from sentinel_portals.tests.qgis.plugged import forget, plugged


@pytest.fixture(autouse=True)
def nobody(iface, monkeypatch, tmp_path):
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(tmp_path / "portals.json"))
    forget()


def everything(iface):
    """How many of everything there are, inside QGIS and in its window."""
    project = QgsProject.instance()
    return {
        **iface.belongings(),
        "providers": len(QgsApplication.processingRegistry().providers()),
        "functions": QgsExpression.functionCount(),
        "hears layersAdded": project.receivers(project.layersAdded),
        "hears removals": project.receivers(project.layersWillBeRemoved),
        "hears the map": iface.mapCanvas().receivers(iface.mapCanvas().destinationCrsChanged),
        "tasks": QgsApplication.taskManager().count(),
    }


def test_ten_reloads_leave_nothing_behind(iface):
    with plugged(iface):
        pass
    before = everything(iface)
    tool = iface.mapCanvas().mapTool()
    for _ in range(10):
        with plugged(iface) as plugin:
            plugin.desktop.show_dock(True)
            plugin.desktop.dock.area.findChild(QAction)
            loaded = everything(iface)
    assert loaded != before
    assert everything(iface) == before
    assert iface.mapCanvas().mapTool() == tool


def test_one_of_everything_while_it_is_loaded(iface):
    with plugged(iface) as plugin:
        plugin.desktop.action.trigger()
        plugin.desktop.action.trigger()
        plugin.desktop.action.trigger()
        assert len(iface.mainWindow().findChildren(QDockWidget, "spDock")) == 1
        assert len(iface.mainWindow().findChildren(QAction, "spDockAction")) == 1
        ids = [p.id() for p in QgsApplication.processingRegistry().providers()]
        assert ids.count("sentinelportals") == 1


def test_the_action_follows_the_dock(iface):
    with plugged(iface) as plugin:
        action = plugin.desktop.action
        assert plugin.desktop.dock is None, "the dock is made on first use"
        action.trigger()
        assert plugin.desktop.dock.isVisible()
        plugin.desktop.dock.close()
        assert not action.isChecked()


def test_the_dock_is_open_again_when_it_was_open(iface):
    with plugged(iface) as plugin:
        plugin.desktop.show_dock(True)
    with plugged(iface) as plugin:
        assert plugin.desktop.dock is not None
        plugin.desktop.dock.close()
    with plugged(iface) as plugin:
        assert plugin.desktop.dock is None


def test_the_right_click_comes_with_a_reopened_project(iface, project, tmp_path):
    store = footprints.FootprintStore(tmp_path / "found.gpkg")
    store.create()
    store.close()
    with plugged(iface):
        layer = footprints.open_layer(tmp_path / "found.gpkg", "Found")
        project.addMapLayer(layer)
        names = [action.objectName() for action in iface.context_menu(layer)]
        assert names[:4] == [
            "spDownloadAction",
            "spQuicklookAction",
            "spZoomAction",
            "spBandsAction",
        ]
        project.write(str(tmp_path / "project.qgz"))
        project.clear()
        project.read(str(tmp_path / "project.qgz"))
        again = next(iter(project.mapLayers().values()))
        assert [a.objectName() for a in iface.context_menu(again)] == names
    assert iface.context_menu(again) == []
    with plugged(iface):
        assert [a.objectName() for a in iface.context_menu(again)] == names, (
            "also when loaded later"
        )


def test_a_bad_entry_of_the_portals_file_is_named_and_the_rest_is_there(iface, tmp_path):
    (tmp_path / "portals.json").write_text('[{"id": "mine", "family": "nonsense"}]')
    with plugged(iface) as plugin:
        plugin.desktop.show_dock(True)
        said = iface.messages()[0]
        assert "mine" in said
        assert "portals.json" in said
        assert plugin.desktop.dock.portals.list.topLevelItemCount() > 3


def test_a_portals_file_that_cannot_be_read_costs_nothing_else(iface, tmp_path):
    (tmp_path / "portals.json").write_text("{ this is no JSON")
    with plugged(iface) as plugin:
        plugin.desktop.show_dock(True)
        assert "portals.json" in iface.messages()[0]
        assert plugin.desktop.dock.portals.list.topLevelItemCount() > 3


def test_without_a_desktop_no_widget_of_ours_is_imported():
    code = (
        "import sys, importlib.util as u\n"
        f"spec = u.spec_from_file_location('sp', {str(ROOT / '__init__.py')!r}, "
        f"submodule_search_locations=[{str(ROOT)!r}])\n"
        "sys.modules['sp'] = m = u.module_from_spec(spec); spec.loader.exec_module(m)\n"
        "m.classFactory(None)\n"
        "assert not [n for n in sys.modules if n.startswith('sp.ui')], 'widgets'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    settle()
