"""From the wish to the layer, through the dock's own buttons."""

import threading
import time
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtTest import QTest

from sentinel_portals import providers
from sentinel_portals.bridge import footprints, settings
from sentinel_portals.core.errors import Cancelled, NetworkError
from sentinel_portals.core.provider import Provider, ProviderInfo
from sentinel_portals.providers import Kind
from sentinel_portals.tests.qgis.plugged import CLERMONT, click, find, forget, look_at, plugged
from sentinel_portals.ui.portal_dialog import PortalDialog

S2 = {"sentinel-2-l2a": "S2"}


class Slow(Provider):
    """Answers nothing until it is cancelled."""

    info = ProviderInfo("slow", "Slow portal", "test", "https://slow.example", collections=S2)

    def search(self, request, cancelled):
        while not cancelled():
            threading.Event().wait(0.02)
        raise Cancelled("The search was cancelled.")
        yield


class Dead(Provider):
    info = ProviderInfo("dead", "Dead portal", "test", "https://dead.example", collections=S2)

    def search(self, request, cancelled):
        raise NetworkError("Dead portal did not answer within 60 s.", provider="dead")
        yield


@pytest.fixture
def plugin(iface, monkeypatch, tmp_path):
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(tmp_path / "portals.json"))
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "home"))
    forget()
    known = providers.portals

    def portals(path=None):
        kinds, problems = known(path)
        return {**kinds, "slow": Kind(Slow, Slow.info), "dead": Kind(Dead, Dead.info)}, problems

    monkeypatch.setattr(providers, "portals", portals)
    look_at(iface.mapCanvas(), 2, 45, 4.5, 46.5)
    with plugged(iface) as plugin:
        plugin.desktop.show_dock(True)
        plugin.desktop.dock.what.set_period(date(2024, 1, 1), date(2025, 12, 31))
        plugin.desktop.dock.what.set_cloud(False, 30)
        plugin.desktop.dock.portals.set_wanted(["sample", "sample_archive"])
        plugin.desktop.dock.area.set_wkt(CLERMONT)
        yield plugin


@pytest.fixture
def dock(plugin):
    return plugin.desktop.dock


@pytest.fixture
def search(plugin, wait_for):
    """Presses Search and waits for the end."""

    def press():
        click(find(plugin.desktop.dock, "spSearchButton"))
        wait_for(lambda: not plugin.desktop.runner.running, what="the end of the search")
        return plugin.desktop.runner.layer

    return press


def test_a_search_of_the_samples_becomes_a_layer(dock, search, iface):
    layer = search()
    assert footprints.is_footprints(layer)
    assert layer.name() == "Sentinel-2 L2A 2024-01-01 – 2025-12-31"
    assert layer.featureCount() == 9
    root = QgsProject.instance().layerTreeRoot()
    assert root.children()[0].layerId() == layer.id(), "at the top"
    assert iface.activeLayer() == layer
    assert dock.results.text() == "9 scenes from 2 portals"
    assert dock.status.rows["sample"].state.text().startswith("9 found")
    assert iface.messages()[0].endswith("9 scenes from 2 portals.")
    assert find(dock, "spSearchButton").isEnabled()


def test_enter_searches(dock, plugin, wait_for):
    QTest.keyClick(dock, Qt.Key.Key_Return)
    assert plugin.desktop.runner.running
    wait_for(lambda: not plugin.desktop.runner.running)


def test_a_dead_portal_costs_the_others_nothing_and_can_be_asked_again(
    dock, search, iface, plugin, wait_for
):
    dock.portals.set_wanted(["sample", "dead"])
    layer = search()
    assert layer.featureCount() == 9
    said = iface.messages()[0]
    assert "9 scenes from 1 portal. " in said
    assert "Dead portal did not answer" in said
    row = dock.status.rows["dead"]
    assert row.state.text() == "failed"
    row.button.click()
    assert plugin.desktop.runner.running
    assert row.busy
    wait_for(lambda: not plugin.desktop.runner.running)
    assert dock.status.rows["sample"].state.text().startswith("9 found"), "its row stays"
    assert layer.featureCount() == 9


def test_cancel_is_felt_at_once_and_what_came_stays(dock, plugin, wait_for, iface):
    dock.portals.set_wanted(["sample", "slow"])
    click(find(dock, "spSearchButton"))
    wait_for(lambda: plugin.desktop.runner.layer is not None, what="the first scenes")
    began = time.monotonic()
    QTest.keyClick(dock, Qt.Key.Key_Escape)
    wait_for(lambda: not plugin.desktop.runner.running)
    assert time.monotonic() - began < 1
    assert plugin.desktop.runner.layer.featureCount() == 9
    assert dock.status.rows["slow"].state.text() == "cancelled"
    assert "cancelled" in iface.messages()[0]


def test_unloading_in_the_middle_of_a_search_hangs_nobody(dock, plugin, wait_for):
    dock.portals.set_wanted(["slow"])
    click(find(dock, "spSearchButton"))
    began = time.monotonic()
    plugin.unload()
    wait_for(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
    assert time.monotonic() - began < 2


def test_a_second_search_makes_a_second_layer_or_adds_to_the_first(dock, search):
    dock.portals.set_wanted(["sample_archive"])
    first = search()
    assert first.featureCount() == 3
    find(dock, "spAddToResults").setChecked(True)
    dock.portals.set_wanted(["sample"])
    assert search() == first
    assert first.featureCount() == 9
    find(dock, "spAddToResults").setChecked(False)
    assert search() != first


def test_the_file_lies_beside_a_saved_project(dock, search, project, tmp_path):
    assert "home" in search().source()
    project.write(str(tmp_path / "work" / "x.qgz"))
    (tmp_path / "work").mkdir()
    project.write(str(tmp_path / "work" / "x.qgz"))
    assert str(tmp_path / "work" / "sentinel_portals") in search().source()


def test_the_selection_survives_while_the_layer_fills(dock, search):
    layer = search()
    layer.selectByExpression("fid < 3")
    footprints.refresh(layer)
    assert layer.selectedFeatureCount() == 2


def test_no_area_is_told_and_the_maps_extent_offered(dock, plugin, iface, wait_for):
    click(find(dock, "spAreaClear"))
    click(find(dock, "spSearchButton"))
    assert not plugin.desktop.runner.running
    assert "no area" in iface.messages()[0]
    click(find(iface.messageBar(), "spTakeCanvas"))
    assert plugin.desktop.runner.running
    wait_for(lambda: not plugin.desktop.runner.running)


def test_reversed_dates_are_told(dock, plugin, iface):
    find(dock, "spStart").setDate(QDate(2026, 6, 1))
    find(dock, "spEnd").setDate(QDate(2026, 5, 1))
    click(find(dock, "spSearchButton"))
    assert not plugin.desktop.runner.running
    assert "comes after" in iface.messages()[0]


def test_no_portal_is_told(dock, plugin, iface):
    click(find(dock, "spPortalsNone"))
    click(find(dock, "spSearchButton"))
    assert "No portal is ticked" in iface.messages()[0]
    dock.portals.set_wanted(["sample"])
    dock.what.set_collection("sentinel-1-slc")
    click(find(dock, "spSearchButton"))
    assert "None of the ticked portals holds Sentinel-1 SLC" in iface.messages()[0]


def test_a_vast_area_is_asked_about(dock, plugin, monkeypatch):
    dock.area.set_wkt("POLYGON((-10 35, 30 35, 30 60, -10 60, -10 35))")
    asked = []
    monkeypatch.setattr(plugin.desktop.runner, "confirm", lambda text: asked.append(text) or False)
    click(find(dock, "spSearchButton"))
    assert not plugin.desktop.runner.running
    assert "km²" in asked[0]


def test_nothing_found_is_told(dock, search, iface):
    dock.area.set_wkt("POLYGON((50 0, 51 0, 51 1, 50 0))")
    assert search() is None
    assert "No scene found" in iface.messages()[0]


def test_what_the_dock_shows_is_remembered(plugin, iface):
    dock = plugin.desktop.dock
    dock.what.set_collection("sentinel-2-l2a")
    dock.what.set_cloud(True, 15)
    dock.portals.set_wanted(["earth_search"])
    plugin.unload()
    kept = settings.load()
    assert (kept.max_cloud, kept.use_cloud, kept.portals) == (15, True, ("earth_search",))
    assert (kept.start, kept.end) == ("2024-01-01", "2025-12-31")
    with plugged(iface) as again:
        again.desktop.show_dock(True)
        wish = again.desktop.dock.wish()
        assert wish.max_cloud == 15
        assert wish.portals == ("earth_search",)
        assert wish.area is not None
        assert wish.start == date(2024, 1, 1)


def test_a_style_is_chosen_in_the_dock(dock, search, plugin):
    search()
    box = find(dock, "spStyle")
    box.setCurrentIndex(box.findData("portal"))
    box.activated.emit(box.currentIndex())
    assert settings.load().style == "portal"


# --- adding a portal ------------------------------------------------------------------------------

LANDING = (
    '{"stac_version": "1.0.0", "id": "x", "title": "Our own server", "conformsTo": '
    '["https://api.stacspec.org/v1.0.0/item-search"], "links": [{"rel": "search", '
    '"type": "application/geo+json", "href": "%s/search"}]}'
)
COLLECTIONS = '{"collections": [{"id": "sentinel-2-l2a", "title": "S2"}, {"id": "dem"}]}'


@pytest.fixture
def server():
    """A STAC API with a landing page and two collections."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            here = f"http://127.0.0.1:{self.server.server_port}"
            text = COLLECTIONS if self.path == "/collections" else LANDING % here
            body = "<html>no</html>" if self.path.startswith("/html") else text
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *words):
            pass

    httpd = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def dialog(plugin):
    from sentinel_portals.providers._stac import describe

    dialog = PortalDialog(plugin.desktop._portals, describe)
    yield dialog
    dialog.deleteLater()


def test_a_stac_portal_is_looked_at_and_added(dialog, server, plugin, wait_for):
    dialog.url.setText(server + "/")
    dialog.test.click()
    wait_for(lambda: dialog._task is None)
    assert dialog.title.text() == "Our own server"
    assert "2 collections, 1 of them" in dialog.verdict.text()
    dialog.accept()
    assert dialog.added in plugin.desktop._portals.kinds
    info = plugin.desktop._portals.kinds[dialog.added].info
    assert info.url == server
    assert dict(info.collections) == {"sentinel-2-l2a": "sentinel-2-l2a"}


def test_an_address_without_a_stac_api_is_told(dialog, server, wait_for):
    dialog.url.setText(server + "/html")
    dialog.test.click()
    wait_for(lambda: dialog._task is None)
    assert "web page" in dialog.verdict.text()
    assert not dialog._ok.isEnabled()


def test_closing_the_dialog_stops_the_look(dialog, server):
    dialog.url.setText(server)
    dialog.test.click()
    dialog.reject()
    assert dialog._task is None
