"""Google Earth Engine by its REST interface: documentation only, nothing of it was recorded."""

import json
from dataclasses import replace

import pytest

from sentinel_portals import api, providers
from sentinel_portals.core import errors
from sentinel_portals.core.auth import Open
from sentinel_portals.core.geometry import box
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.search import search
from sentinel_portals.providers import Kind, connect, discover
from sentinel_portals.providers.earth_engine import MOST_BYTES, EarthEngine, clip
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import BROKEN, Contract
from sentinel_portals.tests.providers.recorded import needs_recordings, recorded

ASSETS = "https://earthengine.googleapis.com/v1alpha/projects/earthengine-public/assets"
IMAGE = "COPERNICUS/S2_SR_HARMONIZED/20240730T103631_20240730T104101_T31TEL"
PIXELS = (
    f"https://earthengine.googleapis.com/v1/projects/earthengine-public/assets/{IMAGE}:getPixels"
)
AREA = box((3.1, 45.5, 3.2, 45.6))
OPEN = Kind(EarthEngine, replace(EarthEngine.info, search_auth=Open()))  # as after the login


class TestEarthEngine(Contract):
    portal = OPEN
    entries = "images"
    request = api.question(
        "sentinel-2-l2a",
        (2.9, 45.6, 3.3, 45.9),
        "2024-07-01",
        "2024-07-31",
        max_cloud=20,
        filters={"grid:code": "MGRS-31TEL", "platform": ["sentinel-2a", "sentinel-2b"]},
    )
    sends = (
        f"GET {ASSETS}/COPERNICUS/S2_SR_HARMONIZED:listImages?",
        "startTime=2024-07-01T00:00:00.000Z",
        "endTime=2024-07-31T23:59:59.999Z",
        'filter=CLOUDY_PIXEL_PERCENTAGE+<=+20+AND+MGRS_TILE+=+"31TEL"',
        'region={"type":+"Polygon"',
        "view=FULL",
    )
    first = {
        "id": IMAGE,
        "title": "S2A_MSIL2A_20240730T103631_N0511_R008_T31TEL_20240730T163101",
        "platform": "sentinel-2a",
        "grid:code": "MGRS-31TEL",
        "eo:cloud_cover": 4.25,
        "sat:relative_orbit": 8,
        "sat:orbit_state": "descending",
        "assets": ["B01", "B04", "B8A", "SCL"],
        "B04.href": PIXELS,
        "B04.proj:epsg": 32631,
        "B04.proj:shape": [10980, 10980],
        "B04.earth_engine:band": "B4",
        "B04.raster:bands": [{"scale": 0.0001, "offset": 0.0, "nodata": 0}],
    }
    then = "pageToken=page-2-of-ours"
    ids = (
        IMAGE,
        "COPERNICUS/S2_SR_HARMONIZED/20240725T103629_20240725T104001_T31TEL",
        "COPERNICUS/S2_SR_HARMONIZED/20240710T103631_20240710T104101_T31TEL",
    )

    @pytest.mark.parametrize("body", [body for body in BROKEN if body != "{}"])
    def test_a_broken_answer_is_named_as_such(self, body):
        super().test_a_broken_answer_is_named_as_such(body)

    def test_nothing_found_is_an_empty_object(self):
        """Google leaves empty lists out."""
        outcome = self.found("{}")
        assert (outcome.error, outcome.products, outcome.complete) == (None, (), True)


def image(project=""):
    info = replace(EarthEngine.info, project=project, search_auth=Open())
    portal = connected(Kind(EarthEngine, info), "")
    return portal, portal.read(
        fixture("earth_engine_first"), SearchRequest("sentinel-2-l2a")
    ).products[0]


def test_without_an_account_it_says_so_before_anything_is_sent():
    outcome = search(connect(discover()["earth_engine"]), SearchRequest("sentinel-2-l2a"))
    assert type(outcome.error) is errors.AuthError


def test_several_platforms_are_sorted_out_here_and_one_is_asked_for():
    portal = connected(OPEN, fixture("earth_engine_last"))
    assert search(portal, TestEarthEngine.request).checked_here == ("platform",)
    wanted = api.question("sentinel-2-l2a", filters={"platform": "sentinel-2b"})
    portal = connected(OPEN, fixture("earth_engine_last"))
    found = search(portal, wanted)
    assert 'filter=SPACECRAFT_NAME+=+"Sentinel-2B"' in portal.line.asked[0]
    assert [p.properties["platform"] for p in found.products] == ["sentinel-2b"]


def test_radar_has_words_of_its_own():
    portal = connected(OPEN, {"images": []})
    filters = {"sar:instrument_mode": "iw", "sat:orbit_state": "ascending"}
    search(portal, api.question("sentinel-1-grd", filters=filters))
    assert 'instrumentMode+=+"IW"+AND+orbitProperties_pass+=+"ASCENDING"' in portal.line.asked[0]


# --- pixels ---------------------------------------------------------------------------------------


def test_an_area_of_some_bands_is_one_request_on_the_grid_of_the_finest():
    portal, product = image()
    [request] = portal.pixels(product, ["B04", "B8A"], AREA)
    assert (request.method, request.url) == ("POST", PIXELS)
    assert request.json["fileFormat"] == "GEO_TIFF"
    assert request.json["bandIds"] == ["B4", "B8A"]
    grid = request.json["grid"]
    assert grid["crsCode"] == "EPSG:32631"
    assert grid["affineTransform"]["scaleX"] == 10
    assert grid["affineTransform"]["translateX"] % 10 == 0
    assert grid["dimensions"]["width"] < 1000
    assert "expression" not in request.json


def test_with_a_project_the_area_is_cut_to_its_shape_and_the_project_pays():
    portal, product = image("ours")
    [request] = portal.pixels(product, ["B04"], AREA)
    assert request.url == "https://earthengine.googleapis.com/v1/projects/ours/image:computePixels"
    assert request.headers == {"x-goog-user-project": "ours"}
    assert request.json["expression"] == clip(IMAGE, ["B4"], AREA)


def test_what_is_too_much_for_one_answer_comes_in_pieces():
    portal, product = image()
    pieces = portal.pixels(product, ["B04", "B8A"], box((2, 44, 5, 47)))
    assert len(pieces) > 1
    for request in pieces:
        size = request.json["grid"]["dimensions"]
        assert size["width"] * size["height"] * 4 <= MOST_BYTES
    total = sum(r.json["grid"]["dimensions"]["height"] for r in pieces)
    assert total == 10980


def test_a_whole_band_is_given_where_one_answer_holds_it():
    portal, product = image()
    request = portal.resolve(product.assets["B01"])
    assert request.json["grid"]["dimensions"] == {"width": 1830, "height": 1830}
    with pytest.raises(errors.ProductUnavailable, match="ask for an area of B04"):
        portal.resolve(product.assets["B04"])


def test_an_area_beside_the_image_and_bands_that_it_lacks_are_told():
    portal, product = image()
    with pytest.raises(errors.ProductUnavailable, match="does not touch"):
        portal.pixels(product, ["B04"], box((10, 45, 11, 46)))
    with pytest.raises(errors.ProductUnavailable, match="none of the wanted bands"):
        portal.pixels(product, ["B99"], AREA)


def test_a_project_that_is_not_registered_is_told_where_to_do_it():
    body = {"error": {"code": 403, "message": "Not signed up.", "status": "PERMISSION_DENIED"}}
    error = search(connected(OPEN, (403, json.dumps(body), {})), TestEarthEngine.request).error
    assert type(error) is errors.TermsNotAccepted
    assert "register the Cloud project" in str(error)
    assert "Not signed up." in str(error)


def test_the_project_is_a_fact_of_the_portals_file(tmp_path):
    path = tmp_path / "portals.json"
    path.write_text(json.dumps([{"id": "earth_engine", "project": "ours"}]))
    known, problems = providers.portals(path)
    assert problems == []
    assert known["earth_engine"].info.project == "ours"


@needs_recordings
def test_what_is_to_be_computed_is_written_as_googles_own_library_writes_it():
    theirs = recorded("_generated_requests/gee_expression_clip_s2.json")
    area = box((1.3, 43.5, 1.5, 43.65))
    ours = clip(
        "COPERNICUS/S2_SR_HARMONIZED/20240715T105031_20240715T105522_T31TCJ",
        ["B2", "B3", "B4", "B8"],
        area,
    )
    assert spelled_out(ours) == spelled_out(theirs)


def spelled_out(expression):
    """The expression with what it refers to in its place."""

    def filled(node):
        if isinstance(node, dict):
            if set(node) == {"valueReference"}:
                return filled(expression["values"][node["valueReference"]])
            return {key: filled(value) for key, value in node.items()}
        return [filled(part) for part in node] if isinstance(node, list) else node

    return filled(expression["values"][expression["result"]])
