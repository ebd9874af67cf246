"""Web map layers: read from a real QGIS Server, put on the map by QGIS's own providers."""

import pytest
from qgis.core import QgsApplication, QgsProject, QgsRectangle
from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt.QtWidgets import QAction, QComboBox, QDialog, QPushButton, QTreeWidget

from sentinel_portals.bridge import credentials, ogc
from sentinel_portals.core.ogc import WebLayer
from sentinel_portals.tests.qgis.plugged import CLERMONT, click, find, forget, plugged
from sentinel_portals.tests.servers import qgis_server
from sentinel_portals.tests.servers.web import Answer, Web

MASTER = "the master of the tests"
PARIS = "POLYGON((2.2 48.7, 2.5 48.7, 2.5 49, 2.2 49, 2.2 48.7))"
MVIEWER = """<config><themes><theme><layer id="clear" name="Clear day" url="{url}"
 timevalues="20240701" attribution="Lab"/></theme></themes></config>"""


@pytest.fixture(scope="module")
def server(qgis_app, tmp_path_factory):
    with qgis_server.running(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def plugin(iface, monkeypatch, tmp_path):
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(tmp_path / "portals.json"))
    forget()
    with plugged(iface) as plugin:
        plugin.desktop.show_dock(True)
        plugin.desktop.dock.area.set_wkt(CLERMONT)
        yield plugin


@pytest.fixture
def dialog(plugin, iface):
    find(iface.mainWindow(), "spOgcAction", QAction).trigger()
    return find(iface.mainWindow(), "spOgcDialog", QDialog)


@pytest.fixture
def read(dialog, wait_for):
    """Types an address, presses Read, waits; the rows as (title, name, kind)."""

    def go(address):
        find(dialog, "spOgcAddress", QComboBox).setEditText(address)
        click(find(dialog, "spOgcRead", QPushButton))
        wait_for(lambda: dialog._task is None, what="the layers")
        return rows(dialog)

    return go


def rows(dialog):
    tree = find(dialog, "spOgcLayers", QTreeWidget)
    items = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    return [(item.text(0), item.text(1), item.text(2)) for item in items]


def choose(dialog, kind):
    tree = find(dialog, "spOgcLayers", QTreeWidget)
    items = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    tree.setCurrentItem(next(i for i in items if i.text(2) == kind))


def credit(layer):
    home = layer.serverProperties() if hasattr(layer, "serverProperties") else layer
    return (home if hasattr(home, "attribution") else layer).attribution()


@pytest.mark.parametrize("kind", ["WMS", "WMTS", "WCS"])
def test_a_layer_of_a_real_server_is_put_on_the_map(kind, read, dialog, server):
    assert ("clear", kind) in [row[1:] for row in read(server)]
    choose(dialog, kind)
    click(find(dialog, "spOgcAdd", QPushButton))
    assert "is on the map" in dialog.verdict.text()
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.isValid()
    assert layer.providerType() == ("wcs" if kind == "WCS" else "wms")
    if kind == "WMS":
        assert credit(layer) == qgis_server.CREDIT
    extent = layer.extent()
    east, north = extent.width() / 4, extent.height() / 4
    middle = QgsRectangle.fromCenterAndSize(extent.center(), east, north)
    block = layer.dataProvider().block(1, middle, 8, 8)
    if kind == "WCS":
        assert block.value(4, 4) == 200, "a coverage brings the values themselves"
    else:
        assert block.color(4, 4) >> 24 == 255, "a map brings a picture"


def test_only_layers_over_the_area_are_listed_unless_all_are_wanted(read, plugin, dialog, server):
    plugin.desktop.dock.area.set_wkt(PARIS)
    assert read(server) == []
    assert "0 of" in dialog.verdict.text()
    dialog.here.setChecked(False)
    assert len(rows(dialog)) >= 3
    dialog.filter.setText("nothing like it")
    assert rows(dialog) == []


def test_an_mviewer_page_leads_to_the_layers_of_its_servers(read, dialog, server):
    with Web() as web:
        web.on("/apps/config.xml", Answer(body=MVIEWER.format(url=server).encode()))
        told = read(f"{web.url}/mviewer/?config=../apps/config.xml")
    assert told == [("Clear day", "clear", "WMS")]
    times = find(dialog, "spOgcTime", QComboBox)
    assert [times.itemData(i) for i in range(times.count())] == ["", "20240701"]
    click(find(dialog, "spOgcAdd", QPushButton))
    (layer,) = QgsProject.instance().mapLayers().values()
    assert credit(layer) == "Lab"


def test_a_server_that_offers_nothing_says_why(read, dialog):
    with Web() as web:
        web.on("/", Answer(body=b"<html>Welcome</html>"))
        assert read(f"{web.url}/") == []
    assert "gave no list of layers" in dialog.verdict.text()
    assert not find(dialog, "spOgcAdd").isEnabled()


def test_sentinel_hub_takes_the_id_from_the_authentication_database(dialog, wait_for, monkeypatch):
    manager = QgsApplication.authManager()
    if not manager.masterPasswordIsSet():
        assert manager.setMasterPassword(MASTER, True)
    login = credentials.store("My maps", "Basic", {"username": "x", "password": "an-id"})
    with Web() as web:
        web.on("/ogc/wms/an-id", Answer(404))
        hub = ogc.WebService("Hub", f"{web.url}/ogc/wms/{{instance}}")
        monkeypatch.setattr(dialog, "_known", [hub])
        find(dialog, "spOgcAddress", QComboBox).setEditText("Hub")
        assert find(dialog, "spOgcLogin").isVisible()
        click(find(dialog, "spOgcRead", QPushButton))
        assert "Choose the configuration" in dialog.verdict.text()
        find(dialog, "spOgcLogin", QgsAuthConfigSelect).setConfigId(login)
        click(find(dialog, "spOgcRead", QPushButton))
        wait_for(lambda: dialog._task is None, what="the answer")
        assert [asked.path for asked in web.asked] == ["/ogc/wms/an-id"]
    assert "an-id" not in dialog.verdict.text(), "a secret is not shown"
    manager.removeAuthenticationConfig(login)


def test_the_known_servers_are_there_and_geobretagne_is_the_first(dialog):
    titles = [service.title for service in ogc.known()]
    assert titles[0].startswith("GéoBretagne")
    assert all(service.url.startswith("https://") for service in ogc.known())
    assert not find(dialog, "spOgcLogin").isVisible()


def test_what_is_asked_of_a_server_follows_its_address():
    assert ogc.kinds("https://geobretagne.fr/geoserver/photo/wms") == ("WMS",)
    assert ogc.kinds("https://x.org/cgi?SERVICE=WCS") == ("WCS",)
    assert ogc.kinds("https://x.org/ows") == ("WMS", "WMTS", "WCS")


def test_the_projects_coordinate_system_is_preferred_and_png():
    layer = WebLayer(
        "WMS", "https://x.org/wms", "a", crs=("EPSG:4326", "EPSG:2154"), formats=("image/jpeg",)
    )
    assert "crs=EPSG:2154" in ogc.source(layer, prefer=["EPSG:2154"])[0]
    assert "crs=EPSG:4326" in ogc.source(layer, prefer=["EPSG:32631"])[0]
    assert "format=image/jpeg" in ogc.source(layer)[0]
    assert "TIME%3D2024-07-01" in ogc.source(layer, "2024-07-01")[0]
