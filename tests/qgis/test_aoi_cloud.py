"""Cloud in my area: masks at a real server that counts, and the footprints afterwards."""

import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal, ogr

from sentinel_portals.bridge import footprints, looks
from sentinel_portals.bridge.aoi_cloud import CloudTask
from sentinel_portals.bridge.remote import Doors, Reader
from sentinel_portals.core.provider import Download, Provider, ProviderInfo
from sentinel_portals.core.scene import Scenes
from sentinel_portals.core.transport import Http, NetworkSettings
from sentinel_portals.tests.formats import cogs
from sentinel_portals.tests.servers.pieces import Pieces
from sentinel_portals.tests.servers.web import Answer

AREA = cogs.polygon((100, 251), (37, 190))


@pytest.fixture(scope="module")
def scl(tmp_path_factory):
    return cogs.write(tmp_path_factory.mktemp("scl") / "SCL.tif", cogs.classes(), 20, nodata=0)


@pytest.fixture
def web(scl):
    with Pieces() as web:
        web.give("/SCL.tif", scl)
        yield web
    gdal.VSICurlClearCache()


@pytest.fixture
def store(tmp_path):
    return footprints.FootprintStore(tmp_path / "footprints.gpkg")


@pytest.fixture
def doors():
    doors = Doors()
    yield doors
    doors.close()


@pytest.fixture
def portal(web):
    def make(name="near", at_once=4):
        info = ProviderInfo(
            name, "Near portal", "stac", web.url, download=Download(at_once=at_once)
        )
        return Provider(Http("Near portal", sleep=lambda seconds: None), info=info)

    return make


def day(number, hrefs, **changes):
    """The scene of another day."""
    name = cogs.TITLE.replace("20240612", f"202406{number:02d}")
    return cogs.product(hrefs, name=name, **changes)


@pytest.fixture
def read(store, doors, wait_for, qgis_app):
    """Writes scenes into the store and reads their masks; the task, ended."""

    def run(products, providers, wait=True):
        scenes = Scenes()
        store.write(scenes.extend(products), scenes, None)
        store.close()
        with closing(sqlite3.connect(store.path)) as plain:
            fids = [row[0] for row in plain.execute("SELECT fid FROM footprints")]
        reader = Reader(doors, NetworkSettings(timeout=5))
        task = CloudTask(store.path, fids, {p.info.id: p for p in providers}, reader, AREA)
        over = []
        task.ended.connect(over.append)
        qgis_app.taskManager().addTask(task)
        if wait:
            wait_for(lambda: over)
        return task, over

    return run


def rows(store):
    with closing(sqlite3.connect(store.path)) as plain:
        return plain.execute(
            "SELECT aoi_cloud, aoi_valid FROM footprints ORDER BY datetime"
        ).fetchall()


def counted():
    part = cogs.classes()[37:190, 100:251]
    seen = part != 0
    cloudy = np.isin(part, (3, 8, 9, 10))
    return 100 * cloudy.sum() / seen.sum(), 100 * seen.sum() / part.size


def test_the_share_stands_in_the_footprints_and_equals_numpy_s(read, web, store, portal):
    href = f"{web.url}/SCL.tif"
    task, over = read([day(n, {"SCL": href}) for n in (1, 2, 3)], [portal()])
    assert over == [True]
    assert rows(store) == [pytest.approx(counted(), abs=1e-9)] * 3
    assert len(task.read.shares) == 3


def test_less_than_the_mask_is_fetched_and_no_band(read, web, store, portal, scl):
    bands = {key: f"{web.url}/{key}.tif" for key in ("B02", "B03", "B04")}
    read([day(1, {**bands, "SCL": f"{web.url}/SCL.tif"})], [portal()])
    assert {asked.path for asked in web.asked} == {"/SCL.tif"}


def test_a_scene_without_a_mask_is_counted_and_stays_unknown(read, web, store, portal):
    products = [day(1, {"SCL": f"{web.url}/SCL.tif"}), day(2, {"B04": f"{web.url}/B04.tif"})]
    task, _ = read(products, [portal()])
    assert len(task.read.without) == 1
    assert rows(store)[1] == (None, None)


def test_one_that_fails_costs_only_itself(read, web, store, portal):
    products = [day(1, {"SCL": f"{web.url}/gone.tif"}), day(2, {"SCL": f"{web.url}/SCL.tif"})]
    task, _ = read(products, [portal()])
    assert [str(e) for e in task.read.failed.values()] == ["Near portal answered 404."]
    assert rows(store)[1][0] is not None


def test_the_next_offer_is_read_when_the_best_has_no_mask(read, web, store, portal):
    first = day(1, {"B04": f"{web.url}/B04.tif"})
    second = replace(day(1, {"SCL": f"{web.url}/SCL.tif"}), provider="far")
    task, _ = read([first, second], [portal(), portal("far")])
    assert len(task.read.shares) == 1


def test_a_portal_is_asked_for_as_much_at_once_as_it_lets_us(read, web, portal, wait_for):
    gate = threading.Event()
    hrefs = [web.on(f"/{n}/SCL.tif", Answer(404, hold=gate)) for n in range(6)]
    products = [day(n + 1, {"SCL": href}) for n, href in enumerate(hrefs)]
    task, over = read(products, [portal(at_once=2)], wait=False)
    wait_for(lambda: len(web.asked) == 2)
    threading.Event().wait(0.3)
    assert len(web.asked) == 2, "and not a third"
    gate.set()
    wait_for(lambda: over)
    assert len(task.read.failed) == 6


def test_cancel_is_felt_and_what_was_read_stays(read, web, store, portal, wait_for):
    silence = threading.Event()
    slow = web.on("/slow/SCL.tif", Answer(206, hold=silence))
    products = [day(1, {"SCL": f"{web.url}/SCL.tif"}), day(2, {"SCL": slow})]
    task, over = read(products, [portal(at_once=1)], wait=False)
    wait_for(lambda: task.read.shares)
    task.cancel()
    wait_for(lambda: over, seconds=3)
    silence.set()
    assert [row[0] is None for row in rows(store)] == [False, True]


def test_a_file_of_an_earlier_version_gets_the_columns(read, web, store, portal, tmp_path):
    store.create()
    old = ogr.Open(str(store.path), 1)
    layer = old.GetLayer(0)
    for name in ("aoi_cloud", "aoi_valid"):
        layer.DeleteField(layer.GetLayerDefn().GetFieldIndex(name))
    del layer, old
    shown = footprints.open_layer(store.path, "old")
    footprints.style(shown, "aoi_cloud")
    assert shown.fields().lookupField("aoi_cloud") < 0
    read([day(1, {"SCL": f"{web.url}/SCL.tif"})], [portal()])
    footprints.refresh(shown)
    (feature,) = shown.getFeatures()
    assert feature["aoi_cloud"] == pytest.approx(counted()[0])


def test_the_colours_and_the_label_tell_the_cloud_in_the_area(read, web, store, portal):
    read([day(1, {"SCL": f"{web.url}/SCL.tif"})], [portal()])
    layer = footprints.open_layer(store.path, "found")
    footprints.style(layer, "aoi_cloud")
    assert "aoi_cloud" in layer.renderer().classAttribute()
    assert layer.labeling().settings().fieldName == looks.AREA_LABEL
    footprints.style(layer, "cloud")
    assert layer.labeling().settings().fieldName == looks.LABEL
    assert "aoi_cloud" in layer.mapTipTemplate()


def test_a_new_search_forgets_the_share_of_another_area(read, web, store, portal):
    product = day(1, {"SCL": f"{web.url}/SCL.tif"})
    read([product], [portal()])
    scenes = store.load()
    store.write([0], scenes, json.loads(json.dumps(AREA)))
    store.close()
    assert rows(store) == [(None, None)]
