"""From the right click to layers that stay at the portal, and to the cloud in the area."""

import json
import re
from dataclasses import replace
from datetime import date
from urllib.parse import quote, unquote

import pytest
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsPointXY,
    QgsProject,
    QgsRaster,
    QgsRasterLayer,
)

from sentinel_portals.bridge import footprints, settings, streaming, tasks
from sentinel_portals.core.model import to_item
from sentinel_portals.tests.formats import cogs
from sentinel_portals.tests.qgis.plugged import click, find, forget, look_at, plugged
from sentinel_portals.tests.servers.pieces import Pieces
from sentinel_portals.tests.servers.web import Answer

WORD = "openword"
AREA = "POLYGON((3.01 45.97, 3.09 45.97, 3.09 46.03, 3.01 46.03, 3.01 45.97))"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return cogs.bands(tmp_path_factory.mktemp("cogs"))


@pytest.fixture
def web(files):
    gdal.VSICurlClearCache()
    with Pieces() as web:
        hrefs = {key: web.give(f"/{key}.tif", file) for key, file in files.items()}
        items = []
        for number in (11, 12):
            name = cogs.TITLE.replace("20240612T10", f"202406{number}T10")
            item = to_item(cogs.product(hrefs, name=name))
            item["collection"] = "s2"
            item["properties"]["datetime"] = f"2024-06-{number}T10:36:31Z"
            items.append(item)
        web.on("/stac/search", Answer(json={"type": "FeatureCollection", "features": items}))
        yield web
    gdal.VSICurlClearCache()


@pytest.fixture
def start(iface, web, tmp_path, monkeypatch, wait_for):
    """Starts the plugin with the portal of the test, searched; with a login where wanted."""
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(tmp_path / "portals.json"))
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "home"))
    forget()
    look_at(iface.mapCanvas(), 2, 45, 4.5, 46.5)

    def search(plugin):
        plugin.desktop.show_dock(True)
        dock = plugin.desktop.dock
        dock.what.set_period(date(2024, 6, 1), date(2024, 6, 30))
        dock.what.set_cloud(False, 30)
        dock.portals.set_wanted(["near"])
        dock.area.set_wkt(AREA)
        click(find(dock, "spSearchButton"))
        wait_for(lambda: not plugin.desktop.runner.running)
        return plugin.desktop.runner.layer

    def entry(**more):
        told = {
            "id": "near",
            "title": "Near portal",
            "family": "stac",
            "url": f"{web.url}/stac",
            "collections": {"sentinel-2-l2a": "s2"},
            **more,
        }
        (tmp_path / "portals.json").write_text(json.dumps([told]))

    search.entry = entry
    return search


def choose(iface, layer, name):
    iface.setActiveLayer(layer)
    next(a for a in iface.context_menu(layer) if a.objectName() == name).trigger()


def streams():
    layers = QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if isinstance(layer, QgsRasterLayer)]


def at(layer, column, row):
    point = QgsPointXY(cogs.WEST + (column + 0.5) * 10, cogs.NORTH - (row + 0.5) * 10)
    found = layer.dataProvider().identify(point, QgsRaster.IdentifyFormat.IdentifyFormatValue)
    return found.results()


def test_the_selected_scenes_are_shown_above_the_footprints(start, iface, wait_for):
    start.entry()
    with plugged(iface) as plugin:
        layer = start(plugin)
        layer.selectAll()
        choose(iface, layer, "spStreamAction")
        wait_for(lambda: not plugin.desktop.streaming.running)
        assert len(streams()) == 2
        assert {streaming.portal_of(each) for each in streams()} == {"near"}
        names = sorted(each.name() for each in streams())
        assert names[0] == "2024-06-11 S2A 31TEL true colour"
        root = QgsProject.instance().layerTreeRoot()
        groups = {group.name() for group in root.findGroups()}
        assert groups == {"2024-06-11 S2A 31TEL", "2024-06-12 S2A 31TEL"}
        tree = [node.layerId() for node in root.findLayers()]
        assert tree.index(streams()[0].id()) < tree.index(layer.id())
        assert at(streams()[0], 5, 5)[1] == pytest.approx(cogs.stored(2)[5, 5] * 1e-4 - 0.1)


def test_with_nothing_selected_one_is_told(start, iface):
    start.entry()
    with plugged(iface) as plugin:
        layer = start(plugin)
        choose(iface, layer, "spStreamAction")
        assert "Select the scenes to show first." in iface.messages()[0]


def test_a_portal_that_cannot_be_read_is_told_with_its_name(start, iface, web, wait_for):
    start.entry()
    for band in ("B02", "B03", "B04"):
        web.on(f"/{band}.tif", Answer(403))
    with plugged(iface) as plugin:
        layer = start(plugin)
        layer.selectByExpression("fid = 1")
        choose(iface, layer, "spStreamAction")
        wait_for(lambda: not plugin.desktop.streaming.running)
        assert "Near portal" in iface.messages()[0]
        assert not streams()


@pytest.fixture
def login():
    """A login in QGIS's authentication database."""
    manager = QgsApplication.authManager()
    manager.setMasterPassword("masterword", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("near")
    config.setConfig("username", "")
    config.setConfig("password", WORD)
    manager.storeAuthenticationConfig(config)
    yield config.id()
    manager.removeAuthenticationConfig(config.id())


def test_a_login_that_is_taken_away_leaves_gdal_at_once(start, iface, web, login, wait_for):
    start.entry(download_auth={"type": "apiKey", "header": "Authorization", "prefix": "Bearer"})
    for path in ("B02", "B03", "B04"):
        web.bearers[f"/{path}.tif"] = WORD
    with plugged(iface) as plugin:
        settings.save(replace(settings.load(), logins={"near": login}))
        layer = start(plugin)
        layer.selectByExpression("fid = 1")
        choose(iface, layer, "spStreamAction")
        wait_for(lambda: not plugin.desktop.streaming.running)
        doors = plugin.desktop.streaming.doors
        file = doors.grant(doors.logins()["near"])
        assert gdal.VSIStatL(file) is not None
        settings.save(replace(settings.load(), logins={}))
        plugin.desktop.streaming.settings_changed()
        assert gdal.VSIStatL(file) is None


def test_a_saved_project_has_no_secret_and_is_drawn_again_after_a_new_login(
    start, iface, web, login, wait_for, tmp_path
):
    bearer = {"type": "apiKey", "header": "Authorization", "prefix": "Bearer"}
    start.entry(download_auth=bearer)
    for path in ("B02", "B03", "B04"):
        web.bearers[f"/{path}.tif"] = WORD
    place = tmp_path / "streams.qgs"
    with plugged(iface) as plugin:
        settings.save(replace(settings.load(), logins={"near": login}))
        layer = start(plugin)
        layer.selectByExpression("fid = 1")
        choose(iface, layer, "spStreamAction")
        wait_for(lambda: not plugin.desktop.streaming.running)
        (stream,) = streams()
        shown = at(stream, 7, 9)
        QgsProject.instance().write(str(place))
        wait_for(lambda: not iface.mapCanvas().isDrawing())
        QgsProject.instance().clear()
    saved = place.read_text()
    assert WORD not in saved
    assert not re.search(r"[Aa]uthorization|[Bb]earer", saved)
    gdal.VSICurlClearCache()
    web.asked.clear()
    with plugged(iface) as plugin:
        QgsProject.instance().read(str(place))
        assert web.asked == [], "nothing is read while a project is opened"
        (stream,) = streams()
        assert stream.isValid()
        wait_for(lambda: plugin.desktop.streaming.doors.granted("near"))
        wait_for(lambda: plugin.desktop.streaming._logins == [])
        assert at(stream, 7, 9) == shown
        (file,) = set(re.findall(r"header_file=([^&]+)&", stream.source()))
        assert gdal.VSIStatL(unquote(file)) is not None
    assert gdal.VSIStatL(unquote(file)) is None


def test_a_project_that_was_tampered_with_sends_the_login_to_nobody_else(
    start, iface, web, files, login, wait_for, tmp_path
):
    bearer = {"type": "apiKey", "header": "Authorization", "prefix": "Bearer"}
    start.entry(download_auth=bearer)
    place = tmp_path / "streams.qgs"
    with plugged(iface) as plugin, Pieces() as evil:
        for path in ("B02", "B03", "B04"):
            web.bearers[f"/{path}.tif"] = WORD
            evil.give(f"/{path}.tif", files[path])
        settings.save(replace(settings.load(), logins={"near": login}))
        layer = start(plugin)
        layer.selectByExpression("fid = 1")
        choose(iface, layer, "spStreamAction")
        wait_for(lambda: not plugin.desktop.streaming.running)
        QgsProject.instance().write(str(place))
        QgsProject.instance().clear()
        mine, other = (quote(each.url, safe="") for each in (web, evil))
        assert mine in place.read_text()
        place.write_text(place.read_text().replace(mine, other))
        QgsProject.instance().read(str(place))
        (stream,) = streams()
        wait_for(lambda: not plugin.desktop.streaming._fresh)
        assert at(stream, 7, 9)[1] is not None, "it is read there"
        assert evil.asked
        assert WORD not in str([asked.headers for asked in evil.asked])


@pytest.mark.parametrize("entry", ["spStreamAction", "spCloudAction"])
def test_unloaded_in_the_middle_it_leaves_no_task(start, iface, wait_for, entry):
    start.entry()
    with plugged(iface) as plugin:
        layer = start(plugin)
        layer.selectAll()
        choose(iface, layer, entry)
        assert QgsApplication.taskManager().tasks()
        plugin.unload()
        wait_for(lambda: not QgsApplication.taskManager().tasks(), 10)
    assert not tasks.TASKS


# --- cloud in the area --------------------------------------------------------------------------


def test_the_cloud_in_the_area_of_the_search_colours_the_footprints(start, iface, wait_for):
    start.entry()
    with plugged(iface) as plugin:
        layer = start(plugin)
        plugin.desktop.dock.area.set_wkt("POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))")
        choose(iface, layer, "spCloudAction")
        wait_for(lambda: not plugin.desktop.cloud.running)
        values = [feature["aoi_cloud"] for feature in layer.getFeatures()]
        assert all(20 < value < 60 for value in values), values
        assert "aoi_cloud" in layer.renderer().classAttribute()
        assert plugin.desktop.dock.results.style_id() == "aoi_cloud"
        assert "2 scenes read" in iface.messages()[0]


def test_only_clear_scenes_and_all_of_them_again(start, iface, wait_for):
    start.entry()
    with plugged(iface) as plugin:
        layer = start(plugin)
        plugin.desktop.cloud.filter(layer, 10)
        assert "read it first" in iface.messages()[0]
        choose(iface, layer, "spCloudAction")
        wait_for(lambda: not plugin.desktop.cloud.running)
        plugin.desktop.cloud.filter(layer, 10)
        assert layer.featureCount() == 0
        choose(iface, layer, "spShowAllAction")
        assert layer.featureCount() == 2


def test_a_layer_that_nobody_noted_an_area_for_takes_the_dock_s(start, iface, wait_for):
    start.entry()
    with plugged(iface) as plugin:
        layer = start(plugin)
        layer.removeCustomProperty(footprints.AREA)
        choose(iface, layer, "spCloudAction")
        wait_for(lambda: not plugin.desktop.cloud.running)
        assert [feature["aoi_valid"] > 0 for feature in layer.getFeatures()] == [True, True]


def test_layers_of_a_portal_that_is_gone_are_told(start, iface, wait_for, tmp_path):
    start.entry()
    place = tmp_path / "streams.qgs"
    with plugged(iface) as plugin:
        layer = start(plugin)
        layer.selectByExpression("fid = 1")
        choose(iface, layer, "spStreamAction")
        wait_for(lambda: not plugin.desktop.streaming.running)
        QgsProject.instance().write(str(place))
        QgsProject.instance().clear()
        (tmp_path / "portals.json").write_text("[]")
        plugin.desktop._portals.reload()
        iface.messageBar().clearWidgets()
        QgsProject.instance().read(str(place))
        wait_for(lambda: iface.messages())
        assert "near is no longer in the list of portals" in iface.messages()[0]
