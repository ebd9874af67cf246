"""The buckets of Sentinel-2 on AWS, found through Earth Search and read with signed requests."""

import threading
from dataclasses import replace

import pytest
from requests.adapters import HTTPAdapter

from sentinel_portals import api
from sentinel_portals.core import download
from sentinel_portals.core.bands import pick
from sentinel_portals.core.errors import Cancelled
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.transport import Http
from sentinel_portals.providers.aws_sentinel2 import AwsSentinel2
from sentinel_portals.providers.earth_search import EarthSearch
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract
from sentinel_portals.tests.servers.web import Answer, Web

BUCKET = "https://sentinel-s2-l1c.s3.eu-central-1.amazonaws.com/tiles/31/T/EL/2024/7/30/0"
KEYS = {"username": "AKIDEXAMPLE", "password": "secret"}  # pragma: allowlist secret
L1C = SearchRequest("sentinel-2-l1c")


class TestAwsSentinel2(Contract):
    portal = "aws_sentinel2"
    request = api.question("sentinel-2-l1c", (2.9, 45.6, 3.3, 45.9), "2021-07-01", max_cloud=20)
    sends = (
        "POST https://earth-search.aws.element84.com/v1/search ",
        '"collections": ["sentinel-2-l1c"]',
        '"query": {"eo:cloud_cover": {"lte": 20}}',
    )
    first = {
        "id": "S2A_31TEL_20240730_0_L1C",
        "title": "S2A_MSIL1C_20240730T103631_N0511_R008_T31TEL_20240730T123456",
        "grid:code": "MGRS-31TEL",
        "eo:cloud_cover": 4.25,
        "red.href": f"{BUCKET}/B04.jp2",
        "red.proj:shape": [10980, 10980],
        "red.raster:bands": [{"scale": 0.0001, "offset": -0.1, "nodata": 0}],
        "nir08.href": f"{BUCKET}/B8A.jp2",
        "tileinfo_metadata.href": f"{BUCKET}/tileInfo.json",
        "thumbnail.href": "https://earth-search.aws.element84.com/v1/collections/sentinel-2-l1c"
        "/items/S2A_31TEL_20240730_0_L1C/thumbnail",
    }
    then = '"next": "2024-07-25T10:39:42.391Z,S2B_31TEL_20240725_0_L1C,sentinel-2-l1c"'
    ids = (
        "S2A_31TEL_20240730_0_L1C",
        "S2B_31TEL_20240725_0_L1C",
        "S2A_31TEL_20210720_0_L1C",
    )


def test_level_2a_files_stand_beside_geotiffs_which_are_left_out():
    item = fixture("earth_search_old_item")
    place = "s3://sentinel-s2-l2a/tiles/31/T/EL/2024/7/30/0/R10m/B04.jp2"
    item["assets"]["red-jp2"] = {"href": place, "type": "image/jp2", "roles": ["data"]}
    product = connected("aws_sentinel2", "").product(item, SearchRequest("sentinel-2-l2a"))
    [band], _ = pick(product.assets, ["B04"])
    assert band.href == place.replace(
        "s3://sentinel-s2-l2a/", "https://sentinel-s2-l2a.s3.eu-central-1.amazonaws.com/"
    )
    # The item says that its offset was applied: to the GeoTIFFs, not to these pixels.
    assert band.properties["raster:bands"][0]["offset"] == -0.1
    assert {k for k, v in product.assets.items() if v.href.endswith(".tif")} == set()


def test_bands_are_asked_for_with_a_signature_that_agrees_to_pay(tmp_path):
    auth = AwsSentinel2.info.download_auth.auth(KEYS, None)
    portal = connected("aws_sentinel2", b"jp2", auth=auth)
    product = portal.read(fixture("aws_sentinel2_first"), L1C).products[0]
    scene = download.fetch_scene([product], {"aws_sentinel2": portal}, ["B04"], tmp_path)
    assert scene.error is None
    [asked] = portal.line.asked
    assert asked.startswith(f"GET {BUCKET}/B04.jp2 ")
    assert "x-amz-request-payer: requester" in asked
    assert "/eu-central-1/s3/aws4_request" in asked


def test_nobody_else_gets_a_signature():
    portal = connected("aws_sentinel2", "")
    assets = portal.read(fixture("aws_sentinel2_first"), L1C).products[0].assets
    assert portal.resolve(assets["red"]).login
    assert not portal.resolve(assets["thumbnail"]).login


# --- one question for the catalogue and its buckets ----------------------------------------------


@pytest.fixture
def web():
    with Web() as web:
        web.wire = HTTPAdapter()
        yield web
        web.wire.close()


class Asking(threading.Thread):
    """A portal that is searched beside the others."""

    def __init__(self, web, make, stop=lambda: False):
        super().__init__(daemon=True)
        http = Http(make.info.title, adapters={"http://": web.wire}, sleep=lambda seconds: None)
        self.portal = make(http, http, replace(make.info, url=web.url))
        self.looked, self.stop, self.found, self.error = threading.Event(), stop, [], None
        self.start()

    def cancelled(self):
        self.looked.set()
        return self.stop()

    def run(self):
        try:
            for page in self.portal.search(L1C, self.cancelled):
                self.found.extend(page.products)
        except Cancelled as error:
            self.error = error


def asked_once(web, wanted=1):
    while len(web.asked) < wanted:
        threading.Event().wait(0.01)


def last_page():
    page = fixture("earth_search_last")
    page["features"] = fixture("aws_sentinel2_first")["features"]
    return {**page, "links": []}


def test_ticked_both_the_catalogue_and_its_buckets_are_one_question(web):
    let_go = threading.Event()
    web.on("/search", Answer(json=last_page(), hold=let_go))
    first = Asking(web, EarthSearch)
    asked_once(web)
    second = Asking(web, AwsSentinel2)
    assert second.looked.wait(10)
    let_go.set()
    first.join(10)
    second.join(10)
    assert len(web.asked) == 1
    assert [p.id for p in first.found] == [p.id for p in second.found] != []
    assert {p.provider for p in second.found} == {"aws_sentinel2"}
    assert all("amazonaws.com" in p.assets["red"].href for p in second.found)


def test_a_portal_that_waits_for_the_others_answer_can_be_cancelled_alone(web):
    let_go = threading.Event()
    web.on("/search", Answer(json=last_page(), hold=let_go))
    first = Asking(web, EarthSearch)
    asked_once(web)
    second = Asking(web, AwsSentinel2, stop=lambda: True)
    second.join(10)
    assert isinstance(second.error, Cancelled)
    let_go.set()
    first.join(10)
    assert first.found


def test_where_the_first_is_cancelled_the_second_asks_itself(web):
    let_go, stop = threading.Event(), threading.Event()
    web.on("/search", Answer(json=last_page(), hold=let_go), Answer(json=last_page()))
    first = Asking(web, EarthSearch, stop=stop.is_set)
    asked_once(web)
    second = Asking(web, AwsSentinel2)
    assert second.looked.wait(10)
    stop.set()
    second.join(10)
    let_go.set()
    first.join(10)
    assert isinstance(first.error, Cancelled)
    assert second.found
    assert len(web.asked) == 2
