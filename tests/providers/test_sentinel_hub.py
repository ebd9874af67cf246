"""Sentinel Hub on CDSE: documentation only; the ids are those of outputs printed there."""

import json
import re
from urllib.parse import parse_qs

import pytest
import requests

from sentinel_portals import api
from sentinel_portals.core import errors
from sentinel_portals.core.auth import HeaderAuth
from sentinel_portals.core.geometry import box
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.search import search
from sentinel_portals.core.transport import Http
from sentinel_portals.providers import connect, discover
from sentinel_portals.providers.sentinel_hub import LOGIN, MOST_SIDE, evalscript, zone
from sentinel_portals.tests.providers.answers import Answers, connected, fixture
from sentinel_portals.tests.providers.contract import Contract
from sentinel_portals.tests.providers.fuzzing import survives
from sentinel_portals.tests.providers.recorded import needs_recordings, recorded

AREA = box((3.1, 50.6, 3.2, 50.7))
LOGGED_IN = HeaderAuth("Authorization", "Bearer of-ours")


class TestSentinelHub(Contract):
    portal = "sentinel_hub"
    auth = LOGGED_IN
    request = api.question(
        "sentinel-2-l2a", (3.0, 50.5, 4.6, 51.0), "2022-07-01", "2022-07-31", max_cloud=20
    )
    sends = (
        "POST https://sh.dataspace.copernicus.eu/api/v1/catalog/1.0.0/search ",
        '"collections": ["sentinel-2-l2a"]',
        '"datetime": "2022-07-01T00:00:00.000Z/2022-07-31T23:59:59.999Z"',
        '"filter-lang": "cql2-text", "filter": "eo:cloud_cover<=20"',
        '"limit": 100',
        '"intersects": {"type": "Polygon"',
    )
    first = {
        "id": "S2A_MSIL2A_20220716T103641_N0400_R008_T31UES_20220716T183414.SAFE",
        "title": "S2A_MSIL2A_20220716T103641_N0400_R008_T31UES_20220716T183414",
        "datetime": "2022-07-16T10:47:11.385Z",
        "platform": "sentinel-2a",
        "eo:cloud_cover": 3.25,
        "B04.href": "https://sh.dataspace.copernicus.eu/api/v1/process",
        "B04.gsd": 10,
    }
    then = '"next": 2'
    ids = (
        "S2A_MSIL2A_20220716T103641_N0400_R008_T31UES_20220716T183414.SAFE",
        "S2A_MSIL2A_20220716T103641_N0400_R008_T31UFS_20220716T183414.SAFE",
        "S2B_MSIL2A_20220711T103641_N0400_R008_T31UES_20220711T183414.SAFE",
    )


def scene():
    portal = connected("sentinel_hub", "", auth=LOGGED_IN)
    page = portal.read(fixture("sentinel_hub_first"), SearchRequest("sentinel-2-l2a"))
    return portal, page.products[0]


# --- login ----------------------------------------------------------------------------------------


def test_the_clients_id_and_secret_buy_a_token_and_no_password_is_sent():
    line = Answers({"access_token": "bought", "expires_in": 600})
    http = Http("Hub", adapters={"https://": line})
    client = {"username": "sh-1", "password": "of-ours"}  # pragma: allowlist secret
    auth = LOGIN.auth(client, http)
    for _ in range(2):
        request = auth(requests.Request("GET", "https://example.org").prepare())
        assert request.headers["Authorization"] == "Bearer bought"
    [asked] = line.asked
    form = parse_qs(re.sub(r"^POST \S+ ", "", asked))
    assert form == {
        "grant_type": ["client_credentials"],
        "client_id": ["sh-1"],
        "client_secret": ["of-ours"],
    }


def test_without_a_client_it_says_so_before_anything_is_sent():
    outcome = search(connect(discover()["sentinel_hub"]), SearchRequest("sentinel-2-l2a"))
    assert type(outcome.error) is errors.AuthError


# --- pixels ---------------------------------------------------------------------------------------


def test_an_area_of_some_bands_is_one_request_as_documented():
    portal, product = scene()
    [request] = portal.pixels(product, ["B04", "B8A"], AREA)
    assert (request.method, request.headers) == ("POST", {"Accept": "image/tiff"})
    bounds, [data] = request.json["input"]["bounds"], request.json["input"]["data"]
    assert bounds["properties"]["crs"] == "http://www.opengis.net/def/crs/EPSG/0/32631"
    west, south, east, north = bounds["bbox"]
    output = request.json["output"]
    assert (east - west, north - south) == (output["width"] * 10, output["height"] * 10)
    assert west % 10 == north % 10 == 0, "on the grid of the product"
    corners = bounds["geometry"]["coordinates"][0]
    assert west <= min(x for x, _ in corners) < west + 10
    assert north - 10 < max(y for _, y in corners) <= north
    assert data["type"] == "sentinel-2-l2a"
    assert data["dataFilter"]["timeRange"] == {
        "from": "2022-07-16T10:37:11.385Z",
        "to": "2022-07-16T10:57:11.385Z",
    }
    assert output["responses"] == [{"identifier": "default", "format": {"type": "image/tiff"}}]
    assert request.json["evalscript"] == evalscript(["B04", "B8A"])


def test_the_script_gives_the_bands_in_the_wanted_order():
    told = evalscript(["B08", "B04"])
    assert told.startswith("//VERSION=3\n")
    assert 'input: ["B08", "B04"]' in told
    assert "bands: 2" in told
    assert told.endswith("return [s.B08, s.B04]; }")


def test_what_is_too_much_for_one_answer_comes_in_pieces_side_by_side():
    portal, product = scene()
    pieces = portal.pixels(product, ["B04"], box((2.9, 50.4, 3.5, 50.8)))
    assert len(pieces) == 4
    boxes = [piece.json["input"]["bounds"]["bbox"] for piece in pieces]
    assert boxes[0][2] == boxes[1][0], "east of the first is west of the second"
    assert boxes[0][1] == boxes[2][3], "south of the first is north of the third"
    sides = [piece.json["output"][side] for piece in pieces for side in ("width", "height")]
    assert max(sides) <= MOST_SIDE


def test_coarse_bands_alone_are_asked_for_coarsely():
    portal, product = scene()
    [fine] = portal.pixels(product, ["B04"], AREA)
    [coarse] = portal.pixels(product, ["B11"], AREA)
    assert abs(coarse.json["output"]["width"] * 2 - fine.json["output"]["width"]) <= 2


def test_an_area_beside_the_scene_and_bands_that_it_lacks_are_told():
    portal, product = scene()
    with pytest.raises(errors.ProductUnavailable, match="does not touch"):
        portal.pixels(product, ["B04"], box((10, 45, 11, 46)))
    with pytest.raises(errors.ProductUnavailable, match="none of the wanted bands"):
        portal.pixels(product, ["B99"], AREA)
    with pytest.raises(errors.ProductUnavailable, match="ask for an area of B04"):
        portal.resolve(product.assets["B04"])


@pytest.mark.parametrize(
    ("area", "epsg"),
    [((3, 50, 4, 51), 32631), ((149, -35, 150, -34), 32755), ((179.5, 1, 180, 2), 32660)],
)
def test_radar_has_no_tile_and_takes_the_zone_of_the_area(area, epsg):
    _, product = scene()
    nameless = type(product)("sentinel_hub", "S1A_IW", "sentinel-1-grd", title="S1A_IW")
    assert zone(nameless, box(area)) == epsg


def test_it_counts_the_pause_it_asks_for_in_milliseconds():
    assert discover()["sentinel_hub"].info.retry_unit * 3398 == pytest.approx(3.398)


# --- what was printed in the documentation --------------------------------------------------------


@needs_recordings
@pytest.mark.parametrize("count", [8, 16])
def test_the_printed_items_are_read(count):
    items = recorded(f"cdse_sentinelhub/catalog_fields_id_datetime_{count}_items.json")
    portal = connected("sentinel_hub", "", auth=LOGGED_IN)
    page = portal.read({"features": items}, SearchRequest("sentinel-2-l2a"))
    assert [p.id for p in page.products] == [item["id"] for item in items]
    assert all(p.start and p.properties["platform"].startswith("sentinel-2") for p in page.products)


@needs_recordings
def test_a_page_of_dates_is_no_page_of_scenes():
    portal = connected("sentinel_hub", "", auth=LOGGED_IN)
    page = recorded("cdse_sentinelhub/catalog_distinct_date.json")
    with pytest.raises(errors.ResponseError):
        portal.read(page, SearchRequest("sentinel-2-l2a"))


def test_a_damaged_answer_is_products_or_a_response_error():
    pages = [json.dumps(fixture(f"sentinel_hub_{page}")).encode() for page in ("first", "last")]
    portal = connected("sentinel_hub", "", auth=LOGGED_IN)
    survives(portal, SearchRequest("sentinel-2-l2a"), pages)
