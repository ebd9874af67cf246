"""PEPS, Sobloo, Mundi and ONDA were once asked one question, and found the same 47 products."""

import json
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit

import pytest

from sentinel_portals.core import geometry, markup, wkt
from sentinel_portals.core.errors import ResponseError
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.scene import identity, merge
from sentinel_portals.core.search import search
from sentinel_portals.tests.providers.answers import DATA, connected, fixture
from sentinel_portals.tests.providers.contract import flat
from sentinel_portals.tests.providers.fuzzing import survives
from sentinel_portals.tests.providers.recorded import RECORDED, inside, needs_recordings, recorded

BOX = (137.7729, 13.1342, 153.7491, 23.8860)
QUESTION = SearchRequest(
    "sentinel-2-l1c",
    intersects=geometry.box(BOX),
    start=datetime(2020, 8, 8, tzinfo=timezone.utc),
    end=datetime(2020, 8, 16, tzinfo=timezone.utc),
    max_items=2,
)
ANSWERS = {
    "peps": "peps/search_s2st_2.json",
    "sobloo": "sobloo/search_2of47.json",
    "mundi": "mundi/search_s2_l1c_2of47_offline.xml",
    "onda": "onda/search_2.json",
}


def page(name, path=None):
    content = (RECORDED / (path or ANSWERS[name])).read_bytes()
    provider = connected(name, content)
    return provider.read(provider.decode(content), QUESTION)


# the same question -----------------------------------------------------------------------------


@needs_recordings
def test_four_portals_found_the_same_number():
    told = {name: page(name).matched for name in ("peps", "sobloo", "mundi")}
    told["onda"] = int(recorded("onda/count.txt"))  # its pages do not say
    assert told == dict.fromkeys(ANSWERS, 47)


@needs_recordings
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_lies_in_the_box_and_in_the_days_that_were_asked_for(name):
    products = page(name).products
    assert len(products) == 2
    for product in products:
        assert inside(product, BOX)
        assert QUESTION.start <= product.start <= QUESTION.end
        assert product.collection == "sentinel-2-l1c"


@needs_recordings
def test_every_answer_has_an_identity_whichever_portal_gave_it():
    for name in ANSWERS:
        for product in page(name).products:
            who = identity(product)
            platform, _, take, _, orbit, tile, _ = product.title.split("_")
            assert who.group == (platform, tile[1:], "L1C", "sen2cor")
            assert f"{who.take:%Y%m%dT%H%M%S}" == take
            assert f"R{who.orbit}" == orbit


@needs_recordings
def test_the_eight_that_were_recorded_are_eight_scenes():
    products = [product for name in ANSWERS for product in page(name).products]
    assert len(products) == len(merge(products)) == 8  # each portal showed another two of the 47


def shown(name):
    """The three invented scenes that all four portals hold in our own fixtures."""
    endings = ("first", "last")
    if name == "mundi":
        texts = [(DATA / f"mundi_{end}.xml").read_bytes() for end in endings]
    else:
        texts = [json.dumps(fixture(f"{name}_{end}")).encode() for end in endings]
    provider = connected(name, b"")
    pages = [provider.read(provider.decode(text), QUESTION) for text in texts]
    return [product for one in pages for product in one.products]


def test_one_scene_in_four_dialects_is_one_scene_with_four_offers():
    scenes = merge([product for name in ANSWERS for product in shown(name)])
    assert len(scenes) == 3
    assert [{p.provider for p in scene.offers} for scene in scenes] == [set(ANSWERS)] * 3
    assert [scene.best.online for scene in scenes] == [True, False, True]


# the question as it was asked --------------------------------------------------------------------


def asked(name):
    return connected(name, b"").build(QUESTION, None)


@needs_recordings
def test_peps_was_asked_like_this():
    links = recorded(ANSWERS["peps"])["properties"]["links"]
    there = parse_qs(urlsplit(links[0]["href"]).query)
    ours = asked("peps")
    assert ours.url == links[0]["href"].partition("?")[0]
    assert {k: ours.params[k] for k in ("productType", "maxRecords", "page")} == {
        k: there[k][0] for k in ("productType", "maxRecords", "page")
    }
    assert ours.params["startDate"].startswith(there["startDate"][0])
    assert ours.params["completionDate"].startswith(there["completionDate"][0])
    assert same_area(ours.params["geometry"], there["geometry"][0])


@needs_recordings
def test_sobloo_was_asked_like_this():
    there = parse_qs(urlsplit(recorded(ANSWERS["sobloo"])["links"]["self"]["href"]).query)
    ours = asked("sobloo").params
    assert same_area(ours["gintersect"], there["gintersect"][0])
    assert (ours["size"], ours["from"]) == (there["size"][0], there["from"][0])
    fields = [[wish.rpartition(":")[0] for wish in wishes] for wishes in (ours["f"], there["f"])]
    assert sorted(fields[0]) == sorted(fields[1])
    # That client took midnight for local time, two hours too early.
    times = [sorted(w for w in wishes if "Date" in w) for wishes in (ours["f"], there["f"])]
    shifts = {int(a.rpartition(":")[2]) - int(b.rpartition(":")[2]) for a, b in zip(*times)}
    assert shifts == {2 * 3600 * 1000}


@needs_recordings
def test_mundi_was_asked_like_this():
    feed = markup.parse(recorded(ANSWERS["mundi"]))
    there = feed.first("os:Query").attributes
    ours = asked("mundi").params
    assert ours["timeStart"] == there["time:start"]
    assert ours["timeEnd"] == there["time:end"]
    assert ours["productType"] == there["eo:productType"]
    assert ours["processingLevel"] == there["eo:processingLevel"]
    assert ours["relation"] == there["geo:relation"]
    assert (ours["maxRecords"], ours["startIndex"]) == (there["os:count"], there["os:startIndex"])
    assert same_area(ours["geometry"], there["geo:geometry"])


def same_area(one, other):
    shapes = [geometry.footprint(wkt.read(text)) for text in (one, other)]
    return geometry.overlap(*shapes) > 0.999999


# portal by portal ----------------------------------------------------------------------------


@needs_recordings
def test_sobloo():
    first, second = map(flat, page("sobloo").products)
    wanted = {
        "id": "48d9d4c0-8ee0-4283-8a08-ae69b424bc58",
        "title": "S2A_MSIL1C_20200808T010311_N0209_R045_T54PYV_20200808T023208",
        "datetime": "2020-08-08T01:03:11.024Z",
        "platform": "sentinel-2a",
        "eo:cloud_cover": 42.6674,
        "sat:relative_orbit": 45,
        "sat:absolute_orbit": 26783,
        "sat:orbit_state": "descending",
        "grid:code": "MGRS-54PYV",
        "processing:level": "L1C",
        "order_status": "succeeded",
        "product.href": "https://sobloo.eu/api/v1/services/download/"
        "48d9d4c0-8ee0-4283-8a08-ae69b424bc58",
        "thumbnail.href": "https://sobloo.eu/api/v1/services/quicklook/"
        "48d9d4c0-8ee0-4283-8a08-ae69b424bc58",
    }
    assert {k: first[k] for k in wanted} == wanted
    assert second["title"] == "S2B_MSIL1C_20200810T005249_N0209_R002_T55PDQ_20200810T020705"
    assert (page("sobloo").next, page("sobloo", "sobloo/search_count.json").next) == (2, 1)


@needs_recordings
def test_sobloo_is_dead_and_says_so():
    body = recorded("reconstructed/sobloo_dead_nosuchkey.xml")
    error = search(connected("sobloo", (404, body, {})), QUESTION).error
    assert type(error) is ResponseError
    assert "no longer answers" in str(error)


@needs_recordings
def test_mundi():
    value = flat(page("mundi").products[0])
    wanted = {
        "title": "S2A_MSIL1C_20200815T005251_N0209_R002_T55PBQ_20200815T023440",
        "datetime": "2020-08-15T00:52:51.000Z",
        "platform": "sentinel-2a",
        "eo:cloud_cover": 34.3433,
        "sat:relative_orbit": 2,
        "sat:absolute_orbit": 26883,
        "sat:orbit_state": "descending",
        "grid:code": "MGRS-55PBQ",
        "processing:level": "L1C",
        "file:size": 122176028,
        "file:checksum": "d50110" + "0723E0DC638AE4A9F05A4EA162E7AB8F".lower(),
        "order_status": "orderable",
        "assets": ["quicklook", "thumbnail"],
        "quicklook.href": "https://obs.eu-de.otc.t-systems.com/metadata/quicklooks/Sentinel2/"
        "S2A_MSIL1C_20200815T005251_N0209_R002_T55PBQ_20200815T023440-ql.jpg",
        "thumbnail.href": "https://obs.eu-de.otc.t-systems.com/metadata/thumbnails/Sentinel2/"
        "S2A_MSIL1C_20200815T005251_N0209_R002_T55PBQ_20200815T023440-th.jpg",
    }
    assert {k: value[k] for k in wanted} == wanted
    assert page("mundi").next == 3
    south, west, north, east = (13.0051676309, 144.782186453, 13.5622621538, 145.2460125142)
    said = geometry.bounds(page("mundi").products[0].geometry)
    assert said == pytest.approx((west, south, east, north), abs=1e-6)


@needs_recordings
@pytest.mark.parametrize("path", ["onda/search_2.json", "onda/search_2_metadata_stub.json"])
def test_onda_even_without_metadata(path):
    value = flat(page("onda", path).products[0])
    wanted = {
        "id": "0224d6fb-975e-469d-ac23-1ec3d083cc50",
        "title": "S2B_MSIL1C_20200813T010309_N0209_R045_T55PBR_20200813T021947",
        "datetime": "2020-08-13T01:03:09.024Z",
        "platform": "sentinel-2b",  # all from the name
        "sat:relative_orbit": 45,
        "grid:code": "MGRS-55PBR",
        "order_status": "orderable",
        "product.size": 177146680,
        "product.href": "https://catalogue.onda-dias.eu/dias-catalogue/"
        "Products(0224d6fb-975e-469d-ac23-1ec3d083cc50)/$value",
    }
    assert {k: value[k] for k in wanted} == wanted
    assert value["thumbnail.href"].startswith("data:image/jpeg;base64,/9j/")
    assert page("onda", path).next == 2


@needs_recordings
def test_onda_takes_an_order():
    provider = connected("onda", recorded("reconstructed/onda_order_response.json"))
    assert provider.order(page("onda").products[0]).order_status.value == "ordered"


@needs_recordings
@pytest.mark.parametrize("name", ["sobloo", "mundi", "onda"])
def test_two_thousand_damaged_answers(name):
    survives(connected(name, b""), QUESTION, [(RECORDED / ANSWERS[name]).read_bytes()])
