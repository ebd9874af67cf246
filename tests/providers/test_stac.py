"""The STAC family: a server from the portals file, links of every kind, items of both versions."""

import copy
import json

import pytest

from sentinel_portals import api, providers
from sentinel_portals.core.errors import NetworkError, ResponseError
from sentinel_portals.core.model import from_item, to_item
from sentinel_portals.core.search import search
from sentinel_portals.providers import _stac
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

ENTRY = {
    "id": "stac",
    "title": "Valley",
    "family": "stac",
    "url": "https://valley.example/api/",
    "collections": {"sentinel-2-l2a": "s2-of-the-valley"},
}


def portal(folder, **facts):
    """A portal as the portals file makes it."""
    file = folder / "portals.json"
    file.write_text(json.dumps([{**ENTRY, **facts}]), encoding="utf-8")
    kinds, problems = providers.portals(file)
    assert problems == []
    return kinds["stac"]


@pytest.fixture
def valley(tmp_path):
    return lambda *answers, **facts: connected(portal(tmp_path, **facts), *answers)


class TestAServerFromThePortalsFile(Contract):
    request = api.question("sentinel-2-l2a", (3, 45, 4, 46), "2024-07-01", max_cloud=20)
    sends = (
        "POST https://valley.example/api/search ",
        '"collections": ["s2-of-the-valley"], "limit": 100,',
        '"query": {"eo:cloud_cover": {"lte": 20}}}',  # and no sortby: it may not know how
    )
    first = {
        "id": "scene-1",
        "title": "Valley 1",
        "platform": "sentinel-2a",
        "datetime": "2024-07-29T10:36:31.000Z",
        "eo:cloud_cover": 3,
        "assets": ["image"],
    }
    then = "GET https://valley.example/api/search?token=2&limit=2"
    ids = ("scene-1", "scene-2", "scene-3")

    @pytest.fixture(autouse=True)
    def _from_the_file(self, tmp_path):
        self.portal = portal(tmp_path)


def ask(provider, **question):
    return search(provider, api.question("sentinel-2-l2a", **question))


# --- what is asked ------------------------------------------------------------------------------


def test_a_condition_that_the_server_spells_otherwise_is_spelled_so(valley):
    provider = valley(fixture("stac_last"), spellings={"eo:cloud_cover": "cloud"})
    ask(provider, max_cloud=20)
    assert '"query": {"cloud": {"lte": 20}}' in provider.line.asked[0]


def test_both_ends_of_a_range_become_two_comparisons_in_cql2(valley):
    provider = valley(fixture("stac_last"), filtering="filter")
    ask(provider, filters={"eo:cloud_cover": {"gte": 5, "lte": 20}})
    sent = json.loads(provider.line.asked[0].partition(" ")[2].partition(" ")[2])
    assert (sent["filter-lang"], sent["filter"]["op"]) == ("cql2-json", "and")
    assert [part["op"] for part in sent["filter"]["args"]] == [">=", "<="]


def test_a_server_that_cannot_filter_is_not_asked_to(valley):
    provider = valley(fixture("stac_first"), fixture("stac_last"), filtering="")
    outcome = ask(provider, max_cloud=5)
    assert "query" not in provider.line.asked[0]
    assert [p.id for p in outcome.products] == ["scene-1", "scene-3"]
    assert (outcome.checked_here, outcome.unjudged) == (("eo:cloud_cover",), 1)


def test_a_page_is_no_larger_than_what_is_wanted_unless_it_is_sifted_here(valley):
    provider = valley(fixture("stac_last"), paging={"size": 80})
    ask(provider, limit=3)
    ask(provider, limit=3, filters={"platform": "sentinel-2a"})
    assert ['"limit": 3}' in line for line in provider.line.asked] == [True, False]
    assert '"limit": 80}' in provider.line.asked[1]


def test_a_server_without_polygons_is_asked_for_a_box_and_the_polygon_is_looked_at_here(valley):
    provider = valley(fixture("stac_last"), area={"polygon": False})
    corner = "POLYGON((3.1 45.1, 5 45.1, 5 47, 3.1 45.1))"
    far = "POLYGON((3.5 45.6, 4 45.6, 4 46, 3.5 45.6))"
    assert len(ask(provider, area=corner).products) == 1
    assert '"bbox": [3.1, 45.1, 5.0, 47.0]' in provider.line.asked[0]
    assert ask(provider, area=far).products == ()  # the server answered with it all the same


def test_products_by_their_ids(valley):
    provider = valley(fixture("stac_last"))
    request = api.question("sentinel-2-l2a")
    body = provider.body(type(request)("sentinel-2-l2a", ids=("a", "b")))
    assert body["ids"] == ["a", "b"]


# --- next links -----------------------------------------------------------------------------------


def page(number, **link):
    item = copy.deepcopy(fixture("stac_last")["features"][0])
    item["id"] = f"scene-{number}"
    links = [{"rel": "next", "href": "https://valley.example/api/search", **link}] if link else []
    return {"features": [item] if number else [], "links": links}


def second(provider):
    """What the second request was, after a search that found everything."""
    outcome = ask(provider, limit=50)
    assert outcome.error is None
    assert [p.id for p in outcome.products] == ["scene-1", "scene-2"]
    return provider.line.asked[1]


def test_a_link_with_a_body_to_be_merged_keeps_the_question(valley):
    link = {"method": "POST", "merge": True, "body": {"token": "t2"}}
    sent = second(valley(page(1, **link), page(2)))
    assert '"collections": ["s2-of-the-valley"]' in sent
    assert '"token": "t2"' in sent


def test_a_link_with_a_whole_body_is_sent_as_it_is(valley):
    link = {"method": "POST", "body": {"token": "t2"}}
    assert second(valley(page(1, **link), page(2))).endswith('/search {"token": "t2"}')


def test_a_post_link_without_a_body_repeats_the_question(valley):
    link = {"method": "POST", "href": "https://valley.example/api/search?page=2"}
    sent = second(valley(page(1, **link), page(2)))
    assert sent.startswith("POST https://valley.example/api/search?page=2 {")
    assert '"collections"' in sent


def test_a_link_of_a_server_behind_a_proxy_stays_encrypted(valley):
    sent = second(valley(page(1, href="http://valley.example/api/search?page=2"), page(2)))
    assert sent == "GET https://valley.example/api/search?page=2"


def test_a_link_to_another_host_is_followed_without_the_login(valley):
    def login(request):
        request.headers["Authorization"] = "Basic secret"
        return request

    provider = valley(page(1, href="https://elsewhere.example/search?page=2"), page(2))
    provider.http.auth = login
    assert second(provider) == "GET https://elsewhere.example/search?page=2"
    assert "Basic secret" in provider.line.asked[0]


def test_headers_of_a_link_are_sent_but_for_those_of_a_login(valley):
    headers = {"X-Page": 2, "Authorization": "Bearer theirs", "Cookie": "a=b"}
    assert second(valley(page(1, headers=headers), page(2))).endswith("X-Page: 2")


def test_an_empty_page_with_a_next_link_is_passed_over(valley):
    provider = valley(page(1, token="2", href="?page=2"), page(0, href="?page=3"), page(2))
    second(provider)
    assert len(provider.line.asked) == 3


def test_empty_pages_without_end_come_to_an_end(valley):
    endless = [page(0, href=f"?page={number}") for number in range(9)]
    provider = valley(*endless)
    assert (ask(provider).error, ask(provider).products) == (None, ())
    assert len(provider.line.asked) < 12


def test_a_server_that_repeats_its_page_is_not_asked_for_ever(valley):
    provider = valley(*(page(1, href=f"?page={number}") for number in range(9)))
    assert [p.id for p in ask(provider).products] == ["scene-1"]
    assert len(provider.line.asked) < 6


@pytest.mark.parametrize(
    "link",
    [{"href": 7}, {"body": "text", "method": "POST"}, {"headers": ["a"]}, {"href": {"a": 1}}],
)
def test_a_link_that_cannot_be_followed_is_named_as_such(valley, link):
    assert type(ask(valley(page(1, **link))).error) is ResponseError


def test_what_was_found_before_a_failure_stays(valley):
    provider = valley(page(1, href="?page=2"), (503, "", {}))
    outcome = ask(provider)
    assert [p.id for p in outcome.products] == ["scene-1"]
    assert str(outcome.error) == "Valley answered 503."
    assert not outcome.complete


def test_a_link_to_nowhere_is_an_answer_we_cannot_use(valley):
    outcome = ask(valley(page(1, href="file:///etc/hostname")))
    assert isinstance(outcome.error, (ResponseError, NetworkError))


# --- items ----------------------------------------------------------------------------------------

ITEM = fixture("stac_last")["features"][0]


def read(valley, **changes):
    item = {**copy.deepcopy(ITEM), **changes}
    return valley("").product(item, api.question("sentinel-2-l2a"))


def read_asset(valley, **said):
    return read(valley, assets={"a": {"href": "https://x.example/a.tif", **said}}).assets["a"]


def told(valley, **properties):
    item = {**ITEM["properties"], **properties}
    return read(valley, properties=item).properties


def test_both_versions_of_stac_say_the_same_of_a_band(valley):
    old = {
        "raster:bands": [{"scale": 0.0001, "offset": -0.1, "nodata": 0, "data_type": "uint16"}],
        "eo:bands": [{"name": "B04", "common_name": "red"}],
        "proj:epsg": 32631,
    }
    new = {
        "bands": [{"name": "B04", "eo:common_name": "red"}],
        "raster:scale": 0.0001,
        "raster:offset": -0.1,
        "nodata": 0,
        "data_type": "uint16",
        "proj:code": "EPSG:32631",
    }
    assert read_asset(valley, **new).properties == read_asset(valley, **old).properties


def test_a_band_may_differ_from_its_file(valley):
    bands = [{"name": "a", "raster:scale": 2}, {"name": "b"}]
    asset = read_asset(valley, **{"bands": bands, "raster:scale": 1, "nodata": 0})
    assert asset.properties["raster:bands"] == [
        {"nodata": 0, "scale": 2},
        {"nodata": 0, "scale": 1},
    ]


def test_an_item_without_geometry_has_its_box(valley):
    footprint = read(valley, geometry=None).geometry
    assert footprint["type"] == "Polygon"
    assert read(valley, geometry=None, bbox=None).geometry is None
    across = read(valley, geometry=None, bbox=[179, -1, -179, 1]).geometry
    assert across["type"] == "MultiPolygon"


def test_an_item_by_its_id_where_it_has_no_title(valley):
    assert read(valley, properties={"datetime": "2024-07-01"}).title == "scene-3"


@pytest.mark.parametrize(
    ("said", "meant"),
    [(12.5, 12.5), ("12.5", 12.5), ("7", 7), (0, 0), ("cloudy", None), (True, None), ([], None)],
)
def test_cloud_cover_is_a_number_or_unknown(valley, said, meant):
    assert told(valley, **{"eo:cloud_cover": said}).get("eo:cloud_cover") == meant


def test_a_size_or_checksum_that_makes_no_sense_is_unknown(valley):
    asset = read_asset(valley, **{"file:size": "big", "file:checksum": "zz", "roles": "data"})
    assert (asset.size, asset.checksum, asset.roles) == (None, None, ())


def test_checksums_of_every_kind_are_read():
    kinds = {"1114": "sha1", "1220": "sha256", "1340": "sha512", "d50110": "md5"}
    for prefix, name in kinds.items():
        checksum = _stac.multihash(f"{prefix}ABCDEF")
        assert (checksum.algorithm, checksum.value) == (name, "abcdef")


@pytest.mark.parametrize("href", ["https://[x.example/b.tif", "https://x]/b.tif", "", None, 7])
def test_a_link_that_nobody_could_follow_is_left_out(valley, href):
    item = {"assets": {"B04": {"href": href}, "B08": {"href": "https://x.example/b.tif"}}}
    assert list(valley().assets(item, "title")) == ["B08"]


def test_an_asset_in_a_bucket_is_had_from_its_https_alternate(valley):
    other = {"https": {"href": "https://x.example/b"}}
    assert read_asset(valley, href="s3://x/a", alternate=other).href == "https://x.example/b"
    assert read_asset(valley, href="s3://x/a", alternate={"s": {}}).href == "s3://x/a"


def test_an_offline_product_says_so_and_an_unknown_word_does_not_hide_it(valley):
    def status(word):
        return read(valley, properties={**ITEM["properties"], "order:status": word}).order_status

    assert status("orderable").value == "orderable"
    assert status("somewhere").value == "succeeded"


def test_a_product_survives_being_kept_in_the_layer():
    item = fixture("cdse_stac_first")["features"][0]
    provider = connected("cdse_stac", "")
    product = provider.product(item, api.question("sentinel-2-l2a"))
    assert from_item(json.loads(json.dumps(to_item(product)))) == product


# --- a server that nobody has written down --------------------------------------------------------

LANDING = {
    "title": "Valley STAC",
    "links": [{"rel": "search", "href": "https://stac.valley.example/v1/search", "method": "POST"}],
    "conformsTo": ["https://api.stacspec.org/v1.0.0/item-search"],
}
THEIRS = {"collections": [{"id": "S2_MSI_L2A"}, {"id": "dem"}, {"id": "sentinel-1-grd"}]}


def conforming(*classes):
    there = [f"https://api.stacspec.org/v1.0.0/{name}" for name in classes]
    return _stac.describe("https://valley.example", {**LANDING, "conformsTo": there}, THEIRS)


def test_a_landing_page_makes_an_entry_for_the_portals_file(tmp_path):
    entry = _stac.describe("https://valley.example", LANDING, THEIRS)
    assert entry == {
        "id": "valley_example",
        "title": "Valley STAC",
        "family": "stac",
        "url": "https://stac.valley.example/v1",
        "collections": {"sentinel-2-l2a": "S2_MSI_L2A", "sentinel-1-grd": "sentinel-1-grd"},
        "filtering": "",
        "filters": [],
        "sortby": "",
    }
    (tmp_path / "portals.json").write_text(json.dumps([entry]), encoding="utf-8")
    kinds, problems = providers.portals(tmp_path / "portals.json")
    assert problems == []
    assert kinds["valley_example"].info.filters == frozenset()


def test_it_is_asked_in_the_dialect_that_it_says_to_know():
    cql2 = ("item-search#filter", "cql2-json")
    assert conforming("item-search#query")["filtering"] == "query"
    assert conforming("item-search#query", *cql2)["filtering"] == "filter"
    assert conforming("item-search#filter", "cql2-text")["filtering"] == ""
    assert conforming("item-search#query")["filters"] == ["eo:cloud_cover"]
    assert conforming("item-search#sort")["sortby"] == "properties.datetime"


def test_of_several_collections_the_one_with_our_name_is_meant():
    ids = ("sentinel-2-pre-c1-l2a", "sentinel-2-l2a", "S2_L2A_MAJA", "S2-L2A")
    entry = _stac.describe("https://x.example", LANDING, {"collections": [{"id": i} for i in ids]})
    assert entry["collections"] == {
        "sentinel-2-l2a": "sentinel-2-l2a",
        "sentinel-2-l2a-maja": "S2_L2A_MAJA",
    }


@pytest.mark.parametrize("landing", [None, [], {}, {"links": "none"}, {"links": [{"rel": "self"}]}])
def test_what_is_no_stac_api_is_told_so(landing):
    with pytest.raises(ValueError, match="no STAC API"):
        _stac.describe("https://x.example", landing, THEIRS)


def test_a_server_with_nothing_that_looks_like_ours_leaves_it_to_the_person():
    for collections in ({"collections": [{"id": "dem"}]}, {"collections": None}, None):
        entry = _stac.describe("https://x.example", LANDING, collections)
        assert entry["collections"] == {}


def test_the_address_of_a_server_behind_a_proxy_stays_encrypted():
    link = {"rel": "search", "href": "http://x.example/stac/search"}
    entry = _stac.describe("https://x.example/stac", {**LANDING, "links": [link]}, THEIRS)
    assert entry["url"] == "https://x.example/stac"
