"""formats/area.py: an area from portals that compute it, by a server that does as documented."""

import json
import struct
from pathlib import Path

import pytest
from osgeo import gdal, osr

from sentinel_portals import providers
from sentinel_portals.core import errors
from sentinel_portals.core.auth import HeaderAuth
from sentinel_portals.core.geometry import box
from sentinel_portals.core.jobs import DONE, FAILED, JobStore, Wish
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.transport import Http
from sentinel_portals.core.worker import Workshop
from sentinel_portals.formats import area
from sentinel_portals.formats.window import fetch_window
from sentinel_portals.tests.providers.answers import fixture
from sentinel_portals.tests.servers.web import Answer, Web

AREA = box((3.1, 50.6, 3.2, 50.7))
BIG = box((2.95, 50.45, 3.35, 50.75))


def process(asked):
    """What Sentinel Hub's Process API does: a GeoTIFF of this box, of so many pixels."""
    body = json.loads(asked.body)
    bounds, output = body["input"]["bounds"], body["output"]
    west, south, east, north = bounds["bbox"]
    width, height = output["width"], output["height"]
    made = gdal.GetDriverByName("GTiff").Create("/vsimem/p.tif", width, height, 1, gdal.GDT_Float32)
    made.SetGeoTransform((west, (east - west) / width, 0, north, 0, (south - north) / height))
    system = osr.SpatialReference()
    system.ImportFromEPSG(int(bounds["properties"]["crs"].rpartition("/")[2]))
    made.SetProjection(system.ExportToWkt())
    made.GetRasterBand(1).Fill(west)
    made = None
    file = gdal.VSIFOpenL("/vsimem/p.tif", "rb")
    content = gdal.VSIFReadL(1, gdal.VSIStatL("/vsimem/p.tif").size, file)
    gdal.VSIFCloseL(file)
    gdal.Unlink("/vsimem/p.tif")
    return Answer(body=bytes(content), headers={"Content-Type": "image/tiff"})


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture
def hub(web):
    """Sentinel Hub on this machine, and a scene of it."""
    kind = providers.discover()["sentinel_hub"]
    info = type(kind.info)(**{**vars(kind.info), "url": web.url})
    auth = HeaderAuth("Authorization", "Bearer of-ours")
    portal = kind.make(Http(info.title, auth=auth), info=info)
    page = portal.read(fixture("sentinel_hub_first"), SearchRequest("sentinel-2-l2a"))
    yield portal, page.products[0]
    portal.http.close()


def test_each_band_becomes_an_image_of_the_area_with_the_item_beside(web, hub, tmp_path):
    web.on("/api/v1/process", process)
    files = area.fetch_area(*hub, ["B04", "B11"], AREA, tmp_path / "scene")
    assert [f.path.name for f in files.files] == ["B04.tif", "B11.tif"]
    assert web.asked[0].headers["authorization"] == "Bearer of-ours"
    assert web.asked[0].headers["accept"] == "image/tiff"
    fine, coarse = (gdal.Open(str(f.path)) for f in files.files)
    assert (fine.GetGeoTransform()[1], coarse.GetGeoTransform()[1]) == (10, 20)
    item = json.loads(files.item.read_text())
    assert set(item["assets"]) == {"B04", "B11"}
    assert item["properties"]["sentinel_portals:window"] == pytest.approx([3.1, 50.6, 3.2, 50.7])
    assert sorted(p.name for p in (tmp_path / "scene").iterdir()) == sorted(
        ["B04.tif", "B11.tif", files.item.name]
    ), "no piece is left"


def test_pieces_are_joined_without_a_seam(web, hub, tmp_path):
    web.on("/api/v1/process", process)
    files = area.fetch_area(*hub, ["B04"], BIG, tmp_path)
    asked = [json.loads(a.body) for a in web.asked]
    assert len(asked) == 4
    image = gdal.Open(str(files.files[0].path))
    boxes = [body["input"]["bounds"]["bbox"] for body in asked]
    step = image.GetGeoTransform()
    assert (step[0], step[3]) == (min(b[0] for b in boxes), max(b[3] for b in boxes))
    assert image.RasterXSize == (max(b[2] for b in boxes) - step[0]) / 10
    assert image.RasterYSize == (step[3] - min(b[1] for b in boxes)) / 10
    corner = image.ReadRaster(image.RasterXSize - 1, 0, 1, 1, buf_type=gdal.GDT_Float32)
    assert struct.unpack("f", corner)[0] == boxes[1][0], "each piece in its place"


def test_it_tells_how_far_it_is_and_each_band_that_came(web, hub, tmp_path):
    web.on("/api/v1/process", process)
    told, came = [], []
    how = {"progress": lambda done, total: told.append(done / total), "came": came.append}
    area.fetch_area(*hub, ["B04", "B11"], AREA, tmp_path, **how)
    assert told == [0.5, 1.0]
    assert [path.name for path in came] == ["B04.tif", "B11.tif"]


def test_an_area_is_computed_for_the_queue_like_any_other_job(web, hub, tmp_path):
    web.on("/api/v1/process", process)
    job = queued(*hub, ["B04", "B11"], AREA, tmp_path)
    assert (job.state, job.portal) == (DONE, "sentinel_hub")
    assert job.bytes_done == job.bytes_total == sum(Path(f).stat().st_size for f in job.files)
    assert {gdal.Open(each).GetGeoTransform()[1] for each in job.files} == {10, 20}


def test_the_queue_tells_what_the_portal_that_computes_says(web, hub, tmp_path):
    web.on("/api/v1/process", Answer(400, json={"error": {"message": "Out of processing units"}}))
    job = queued(*hub, ["B04"], AREA, tmp_path)
    assert job.state is FAILED
    assert "Out of processing units" in job.trouble.text


def queued(portal, product, keys, area, folder):
    """The job, after the queue has worked."""
    store = JobStore(folder / "downloads.sqlite")
    store.add([Wish((product,), str(folder / "images"), tuple(keys), area=area)])
    Workshop(store, {portal.info.id: portal}, cut=fetch_window).run()
    (job,) = store.jobs()
    store.close()
    return job


def test_an_answer_that_is_no_image_leaves_no_file(web, hub, tmp_path):
    web.on("/api/v1/process", Answer(body=b"<html>Sign in</html>"))
    with pytest.raises(errors.ResponseError, match="sent no image"):
        area.fetch_area(*hub, ["B04"], AREA, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_is_told_with_the_portals_words(web, hub, tmp_path):
    told = {"error": {"status": 400, "message": "Payload is wrong", "code": "COMMON_BAD_PAYLOAD"}}
    web.on("/api/v1/process", Answer(400, json=told))
    with pytest.raises(errors.QueryError, match="Payload is wrong"):
        area.fetch_area(*hub, ["B04"], AREA, tmp_path)


def test_who_gives_files_computes_nothing():
    kinds = providers.discover()
    assert [n for n in ("sentinel_hub", "earth_engine") if not area.computes(_made(kinds[n]))] == []
    assert not area.computes(_made(kinds["earth_search"]))
    assert _made(kinds["earth_search"]).pixels(None, [], AREA) == ()


def _made(kind):
    return providers.connect(kind)
