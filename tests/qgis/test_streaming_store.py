"""Scenes from an object store that checks signatures (moto): keys for its bucket alone."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from osgeo import gdal
from qgis.core import QgsPointXY, QgsRaster

from sentinel_portals.bridge import streaming
from sentinel_portals.bridge.remote import Doors, Reader, buckets_in
from sentinel_portals.core.auth import S3
from sentinel_portals.core.provider import Provider, ProviderInfo
from sentinel_portals.core.transport import Http, NetworkSettings
from sentinel_portals.scripts.side_venv import CannotInstall, side_venv
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.formats import cogs

pytestmark = pytest.mark.skipif(
    sys.prefix != str(ROOT / ".venv"), reason="once is enough: it runs in .venv"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The server with three bands in it: address, id, key."""
    try:
        python = side_venv("moto")
    except CannotInstall as error:
        pytest.skip(f"moto cannot be installed: {error}")
    files = cogs.bands(tmp_path_factory.mktemp("cogs"))
    command = [
        str(python),
        str(ROOT / "tests" / "servers" / "bucket.py"),
        *map(str, files.values()),
    ]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as process:
        yield json.loads(process.stdout.readline())
        process.stdin.close()
    gdal.VSICurlClearCache()


@pytest.fixture
def doors():
    doors = Doors()
    yield doors
    doors.close()


@pytest.fixture
def shown(store, doors, wait_for, qgis_app):
    """Shows the scene with the user's keys or others: (streams, what was not shown)."""

    def show(**other):
        way = S3(endpoint=store["address"], requester_pays=True)
        info = ProviderInfo("near", "Near portal", "stac", store["address"], download_auth=way)
        plain = Http("Near portal", sleep=lambda seconds: None)
        keys = {"username": store["id"], "password": store["key"], **other}
        near = Provider(plain, plain.with_auth(way.auth(keys, plain)), info)
        hrefs = {key: f"{store['address']}/pixels/{key}.tif" for key in ("B02", "B03", "B04")}
        reader = Reader(doors, NetworkSettings(timeout=5))
        product = replace(cogs.product(hrefs))
        task = streaming.StreamTask(lambda: [[product]], {"near": near}, reader, "true_colour")
        streams, failed, over = [], [], []
        task.looked.connect(streams.append)
        task.failed.connect(failed.append)
        task.ended.connect(over.append)
        qgis_app.taskManager().addTask(task)
        wait_for(lambda: over)
        return streams, failed

    return show


def test_the_bucket_is_read_with_its_keys_and_the_layer_has_none(shown, store):
    (stream,), failed = shown()
    assert not failed
    layer = streaming.layer_of(stream)
    point = QgsPointXY(cogs.WEST + 55, cogs.NORTH - 75)
    kind = QgsRaster.IdentifyFormat.IdentifyFormatValue
    found = layer.dataProvider().identify(point, kind).results()
    assert found[1] == pytest.approx(cogs.stored(2)[7, 5] * 1e-4 - 0.1)
    assert store["key"] not in layer.source()
    assert store["id"] not in layer.source()
    assert buckets_in(layer.source()) == {"pixels"}


def test_wrong_keys_are_told(shown):
    _, (failed,) = shown(password="wrong")
    assert "Near portal" in str(failed.error)


def test_no_key_stays_in_gdal_afterwards(shown, doors):
    shown()
    assert gdal.GetPathSpecificOption("/vsis3/pixels/B02.tif", "AWS_SECRET_ACCESS_KEY", "")
    doors.close()
    assert not gdal.GetPathSpecificOption("/vsis3/pixels/B02.tif", "AWS_SECRET_ACCESS_KEY", "")
