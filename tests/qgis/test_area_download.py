"""The download algorithm takes an area from a portal that computes areas, not the whole scene."""

import json
from dataclasses import replace

import pytest
from osgeo import gdal
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

from sentinel_portals import providers
from sentinel_portals.algorithms.provider import AlgorithmProvider
from sentinel_portals.bridge import credentials, footprints, settings
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.scene import Scenes
from sentinel_portals.tests.formats.test_area import process
from sentinel_portals.tests.providers.answers import fixture
from sentinel_portals.tests.qgis.plugged import forget
from sentinel_portals.tests.servers.web import Answer, Web

MASTER = "the master of the tests"
CLIP = "3.1,3.2,50.6,50.7 [EPSG:4326]"


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture
def hub(qgis_app, web, tmp_path, monkeypatch):
    """Sentinel Hub on this machine, with a login in QGIS's authentication database."""
    manager = QgsApplication.authManager()
    if not manager.masterPasswordIsSet():
        assert manager.setMasterPassword(MASTER, True)
    login = credentials.store("Hub", "Basic", {"username": "sh-1", "password": "s"})
    basic = {"type": "http"}
    changed = {"id": "sentinel_hub", "url": web.url, "search_auth": basic, "download_auth": basic}
    file = tmp_path / "portals.json"
    file.write_text(json.dumps([changed]))
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(file))
    settings.save(replace(settings.load(), logins={"sentinel_hub": login}))
    kinds, problems = providers.portals(file)
    assert problems == []
    yield kinds["sentinel_hub"]
    manager.removeAuthenticationConfig(login)
    forget()


@pytest.fixture
def layer(hub, tmp_path, project):
    """A footprint layer with one scene of Sentinel Hub."""
    portal = hub.make(None, info=hub.info)
    page = portal.read(fixture("sentinel_hub_first"), SearchRequest("sentinel-2-l2a"))
    scenes = Scenes()
    places = scenes.extend(page.products[:1])
    store = footprints.FootprintStore(tmp_path / "found.gpkg")
    store.create()
    store.write(places, scenes, None)
    store.close()
    layer = footprints.open_layer(tmp_path / "found.gpkg", "Found")
    project.addMapLayer(layer)
    return layer


@pytest.fixture
def download(layer, tmp_path, project):
    """Runs the algorithm and gives its report."""
    made = AlgorithmProvider()
    registry = QgsApplication.processingRegistry()
    registry.addProvider(made)

    def go():
        context = QgsProcessingContext()
        context.setProject(project)
        algorithm = registry.createAlgorithmById("sentinelportals:download")
        report = tmp_path / "report.json"
        wanted = {
            "INPUT": layer.id(),
            "FOLDER": str(tmp_path / "files"),
            "ASSETS": "B04,B11",
            "CLIP": CLIP,
            "OUTPUT": str(report),
        }
        algorithm.run(wanted, context, QgsProcessingFeedback(False), {}, False)
        return json.loads(report.read_text())

    yield go
    registry.removeProvider(made)


def test_the_window_is_computed_there_and_only_it_travels(download, web):
    web.on("/api/v1/process", process)
    (scene,) = download()
    assert (scene["state"], scene["portal"]) == ("on disk", "sentinel_hub")
    assert [asked.path for asked in web.asked] == ["/api/v1/process"] * 2
    image = gdal.Open(scene["files"][0]["path"])
    assert image.GetGeoTransform()[1] == 10
    assert image.RasterXSize * 10 < 9000
    assert ".window-" in scene["files"][0]["path"]


def test_what_the_portal_says_is_the_reason_that_is_told(download, web):
    told = {"error": {"message": "Out of processing units"}}
    web.on("/api/v1/process", Answer(400, json=told))
    with pytest.raises(Exception, match="Out of processing units"):
        download()
