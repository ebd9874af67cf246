"""Landsat at its source, from its bucket."""

from sentinel_portals import api
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

NAME = "LC08_L2SP_197029_20240730_20240805_02_T1"
FOLDER = f"collection02/level-2/standard/oli-tirs/2024/197/029/{NAME}"


class TestUsgsLandsat(Contract):
    portal = "usgs_landsat"
    request = api.question(
        "landsat-c2-l2",
        (2.9, 45.6, 3.3, 45.9),
        "2024-07-01",
        max_cloud=20,
        filters={"platform": ["landsat-8", "landsat-9"]},
    )
    sends = (
        "POST https://landsatlook.usgs.gov/stac-server/search ",
        '"collections": ["landsat-c2l2-sr"]',
        '"eo:cloud_cover": {"lte": 20}',
        '"platform": {"in": ["LANDSAT_8", "LANDSAT_9"]}',
    )
    first = {
        "id": f"{NAME}_SR",
        "datetime": "2024-07-30T10:28:44.123Z",
        "platform": "landsat-8",
        "eo:cloud_cover": 4.25,
        "proj:epsg": 32631,
        "red.href": f"https://usgs-landsat.s3.us-west-2.amazonaws.com/{FOLDER}/{NAME}_SR_B4.TIF",
        "red.checksum": f"sha512 {1:0128x}",
        "thumbnail.href": f"https://landsatlook.usgs.gov/data/{FOLDER}/{NAME}_thumb_small.jpeg",
    }
    then = '"next": "2024-07-22T10:28:40.123456Z,LC09_L2SP_197029_20240722_20240723_02_T1_SR'
    ids = (
        f"{NAME}_SR",
        "LC09_L2SP_197029_20240722_20240723_02_T1_SR",
        "LC08_L2SP_197029_20240714_20240719_02_T1_SR",
    )


def test_sorting_is_not_asked_for_because_it_breaks_the_paging():
    portal = connected("usgs_landsat", "")
    assert "sortby" not in portal.build(TestUsgsLandsat.request, None).json


def test_only_the_bucket_gets_a_signature():
    portal = connected("usgs_landsat", "")
    page = portal.read(fixture("usgs_landsat_first"), SearchRequest("landsat-c2-l2"))
    assets = page.products[0].assets
    assert {k: portal.resolve(a).login for k, a in assets.items()} == {
        "red": True,
        "nir08": True,
        "qa_pixel": True,
        "MTL.txt": True,
        "thumbnail": False,
        "index": False,
    }
