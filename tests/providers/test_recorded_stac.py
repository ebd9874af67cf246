"""Every STAC answer that was recorded: what it says must come out in our words."""

import json
from itertools import islice

import pytest

from sentinel_portals import api, providers
from sentinel_portals.core import geometry
from sentinel_portals.core.errors import ProductUnavailable, QueryError, ServiceError
from sentinel_portals.core.model import format_time
from sentinel_portals.core.scene import identity, merge
from sentinel_portals.core.search import search
from sentinel_portals.core.transport import HttpRequest
from sentinel_portals.providers import _stac
from sentinel_portals.tests.providers.answers import connected
from sentinel_portals.tests.providers.recorded import inside, names, needs_recordings, recorded

pytestmark = needs_recordings

L2A, L1C, GRD = "sentinel-2-l2a", "sentinel-2-l1c", "sentinel-1-grd"
LAB = providers.Kind(
    _stac.StacProvider,
    _stac.StacInfo("lab", "Lab", "stac", "http://127.0.0.1:18080", collections={L2A: "s2-lab-500"}),
)


def read(portal, name, collection=L2A):
    """The page in a file; a single item is a page of one."""
    answer = recorded(name)
    answer = answer.get("body", answer)
    if answer.get("type") == "Feature":
        answer = {"features": [answer], "links": []}
    page = connected(portal, "").read(answer, api.question(collection))
    assert page.unreadable == 0
    assert [p.id for p in page.products] == [f["id"] for f in answer["features"]]
    return page


def row(product):
    """What a person looks at."""
    wanted = ("platform", "grid:code", "sat:relative_orbit", "eo:cloud_cover")
    said = tuple(product.properties.get(name) for name in wanted)
    return (product.title, format_time(product.datetime), *said, len(product.assets))


def scaling(asset):
    band = asset.properties["raster:bands"][0]
    return band["scale"], band["offset"], band["nodata"]


def test_every_stac_answer_is_looked_at_here():
    """A new recording fails here until it is read below."""
    folders = ("cdse_stac", "earth_search", "planetary_computer", "others", "lab_pgstac")
    answers = set()
    for name in names(*(f"{folder}/*.json" for folder in folders)):
        answer = recorded(name)
        body = answer.get("body", answer)
        if isinstance(body, dict) and body.get("type") in ("Feature", "FeatureCollection"):
            answers.add(name)
    assert answers == {f"{folder}/{name}.json" for folder, found in READ.items() for name in found}


READ = {
    "cdse_stac": {"s2_l2a_items_2026_trimmed", "s1_grd_item_trimmed"},
    "earth_search": {
        "search_filter_ignored_p1",
        "search_filter_ignored_p2",
        "search_fields_excluded",
        "search_limit_1",
        "search_s2_c1_fields_excluded_incl_links",
        "s1_grd_item_trimmed",
        "v0_search_s2_cogs",
    },
    "planetary_computer": {
        "s2_item_full",
        "s1_grd_item_trimmed",
        "search_naip_p1",
        "search_naip_p2",
        "search_empty",
    },
    "lab_pgstac": {
        "collection_items",
        "item",
        "search_empty",
        "search_get_cql2text",
        "search_get_page1",
        "search_get_page2",
        "search_post_cql2",
        "search_post_page1",
        "search_post_page2",
        "search_unknown_collection",
    },
}


# --- Copernicus Data Space ------------------------------------------------------------------------


def test_cdse_sentinel_2():
    page = read("cdse_stac", "cdse_stac/s2_l2a_items_2026_trimmed.json")
    take = "20260628T115421_N0512_R023"
    assert [row(p) for p in page.products] == [
        (
            f"S2A_MSIL2A_{take}_T29UNU_20260628T194416",
            "2026-06-28T11:54:21.024Z",
            *("sentinel-2a", "MGRS-29UNU", 23, 83.41, 0),
        ),
        (
            f"S2A_MSIL2A_{take}_T29UNT_20260628T194416",
            "2026-06-28T11:54:21.024Z",
            *("sentinel-2a", "MGRS-29UNT", 23, 55.65, 0),
        ),
        (
            "S2B_MSIL2A_20260628T114349_N0512_R123_T29UNU_20260628T152530",
            "2026-06-28T11:43:49.024Z",
            *("sentinel-2b", "MGRS-29UNU", 123, 70.13, 0),
        ),
        (
            "S2C_MSIL2A_20260713T114351_N0512_R123_T29UNT_20260713T163414",
            "2026-07-13T11:43:51.025Z",
            *("sentinel-2c", "MGRS-29UNT", 123, 0.08, 0),
        ),
    ]
    assert all(inside(p, (-9.1, 51.3, -7.3, 53.3)) for p in page.products)
    assert page.products[0].bbox == pytest.approx((-9.0003, 52.2577, -7.7517, 53.2496), abs=1e-4)
    assert {p.properties["sat:orbit_state"] for p in page.products} == {"descending"}
    who = identity(page.products[0])
    assert f"{who.take:%H%M%S} {who.slice:%H%M%S}" == "115421 115416"
    assert who.version[0] == "0512"
    assert len(merge(page.products)) == 4
    assert (page.next, page.matched) == (None, None)


def test_cdse_sentinel_1():
    (product,) = read("cdse_stac", "cdse_stac/s1_grd_item_trimmed.json", GRD).products
    assert row(product)[0].endswith("_003907_00710E_0863_COG")
    assert product.properties["platform"] == "sentinel-1d"
    assert sorted(product.assets)[-2:] == ["vh", "vv"]
    vv = product.assets["vv"]
    name = "s1d-iw-grd-vv-20260730t185910-20260730t185937-003907-00710e-001-cog.tiff"
    assert vv.href.startswith("https://download.dataspace.copernicus.eu/odata/v1/Products(276a2da2")
    assert vv.href.endswith(f"/Nodes(measurement)/Nodes({name})/$value")
    assert vv.properties["file:local_path"] == name
    assert connected("cdse_stac", "").resolve(vv).login
    assert inside(product, (-26.3, 66.1, -19.5, 68.3))


def test_cdse_the_same_radar_in_the_object_store():
    (product,) = read("cdse_s3", "cdse_stac/s1_grd_item_trimmed.json", GRD).products
    place = "https://eodata.dataspace.copernicus.eu/eodata/Sentinel-1/SAR/IW_GRDH_1S-COG/2026/07/30"
    vv = product.assets["vv"]
    assert vv.href.startswith(f"{place}/S1D_IW_GRDH_1SDV_20260730T185910_")
    assert vv.href.endswith(
        "/s1d-iw-grd-vv-20260730t185910-20260730t185937-003907-00710e-001-cog.tiff"
    )
    assert connected("cdse_s3", "").resolve(vv).login
    (other,) = read("cdse_stac", "cdse_stac/s1_grd_item_trimmed.json", GRD).products
    assert merge([product, other])[0].offers == (product, other)


def test_cdse_collection_says_what_our_bands_are_called():
    """The snapshot of the collection has every asset; read as an item they make sense."""
    said = recorded("cdse_stac/s2_l2a_collection.json")["item_assets"]
    link = {"href": "https://x.example/a", "alternate": {}}
    assets = {key: {**told, **link} for key, told in said.items()}
    name = "S2A_MSIL2A_20260628T115421_N{}_R023_T29UNU_20260628T194416"
    for baseline, offset in (("0512", -0.1), ("0301", 0.0)):
        item = {"id": name.format(baseline), "properties": {}, "assets": assets}
        found = connected("cdse_stac", "").assets(item, item["id"])
        assert scaling(found["B02_10m"]) == (0.0001, offset, 0)
        assert scaling(found["B8A_20m"]) == (0.0001, offset, 0)
        assert scaling(found["AOT_10m"]) == (0.001, 0.0, 0)  # the collection says 0.0001 and -0.1
        assert found["SCL_20m"].properties["raster:bands"] == [{"nodata": 0, "data_type": "uint8"}]
        bands = [band["common_name"] for band in found["TCI_10m"].properties["eo:bands"]]
        assert bands == ["red", "green", "blue"]
        assert found["Product"].roles == ("data", "metadata", "archive")


# --- Earth Search ---------------------------------------------------------------------------------


def test_earth_search_holds_one_scene_in_three_collections():
    page = read("earth_search", "earth_search/search_filter_ignored_p1.json")
    name = "S2B_MSI{}_20250731T131909_N0511_R095_T20EPT_20250731T{}"
    seen = ("2025-07-31T13:19:22.930Z", "sentinel-2b", "MGRS-20EPT", 95)
    assert [row(p) for p in page.products[3:6]] == [
        (name.format("L2A", "143919"), *seen, 26.02542, 23),
        (name.format("L2A", "143919"), *seen, 26.02542, 38),
        (name.format("L1C", "143530"), *seen, 0, 18),
    ]
    assert page.matched == 115912757
    assert (page.next["method"], page.next["merge"]) == ("POST", False)
    assert page.next["body"]["next"].startswith("2025-07-31T13:03:25.899000Z,S2B_T24MVV_")
    optical = page.products[3:]
    assert all(inside(p, (-60, -60.6, -38.8, -4.4)) for p in optical)
    assert len(merge(optical)) == 5  # twice the same L2A: one scene; the L1C are others


def test_earth_search_collection_1_has_checksums_and_raw_numbers():
    product = read("earth_search", "earth_search/search_filter_ignored_p1.json").products[3]
    red = product.assets["red"]
    assert red.size == 4702862
    assert red.checksum.algorithm == "sha256"
    assert red.checksum.value.startswith("788b8545c5fd72b4ee34271d4318")
    assert len(red.checksum.value) == 64
    assert scaling(red) == (0.0001, -0.1, 0)
    assert scaling(product.assets["aot"]) == (0.001, 0.0, 0)
    assert product.properties["proj:epsg"] == 32720
    checked = [a.key for a in product.assets.values() if a.checksum]
    assert {"red", "scl", "visual", "nir08"} <= set(checked)


def test_earth_search_older_collection_has_its_offset_applied():
    product = read("earth_search", "earth_search/search_filter_ignored_p1.json").products[4]
    assert product.raw["assets"]["red"]["raster:bands"][0]["offset"] == -0.1
    assert scaling(product.assets["red"]) == (0.0001, 0.0, 0)
    assert scaling(product.assets["red-jp2"]) == (0.0001, -0.1, 0)


def test_earth_search_second_page():
    page = read("earth_search", "earth_search/search_filter_ignored_p2.json")
    assert page.matched == 115912758  # one more came in meanwhile
    times = [p.datetime for p in page.products]
    assert times == sorted(times, reverse=True)
    assert len({p.properties["grid:code"] for p in page.products}) == 4


def test_earth_search_follows_what_was_recorded():
    files = ("search_filter_ignored_p1", "search_filter_ignored_p2")
    answers = [recorded(f"earth_search/{name}.json") for name in files]
    provider = connected("earth_search", *answers)
    pages = list(islice(provider.search(api.question(L2A)), 2))
    assert [len(page.products) for page in pages] == [10, 10]
    assert json.dumps(answers[0]["links"][0]["body"]) in provider.line.asked[1]


def test_earth_search_without_geometry_and_assets():
    page = read("earth_search", "earth_search/search_s2_c1_fields_excluded_incl_links.json")
    assert page.matched == 858
    first = page.products[0]
    assert row(first) == (
        "S2C_T13TDE_20250729T180310_L2A",
        "2025-07-29T18:03:19.545Z",
        *("sentinel-2c", "MGRS-13TDE", None, None, 0),
    )
    assert all(inside(p, (-105.2, 40.1, -105.0, 40.2)) for p in page.products)
    whole = read("earth_search", "earth_search/search_fields_excluded.json")
    assert (len(whole.products), whole.matched) == (10, 26450)


def test_earth_search_footprint_across_the_antimeridian_is_cut():
    (product,) = read("earth_search", "earth_search/search_limit_1.json").products
    assert product.raw["bbox"][0] < -180
    assert product.geometry["type"] == "MultiPolygon"
    assert geometry.footprint(product.geometry) == product.geometry


def test_earth_search_radar():
    page = read("earth_search", "earth_search/search_filter_ignored_p1.json", GRD)
    product = page.products[0]
    assert product.title == "S1A_IW_GRDH_1SSH_20250731T135702_20250731T135722_060328_077F7E_0C44"
    assert format_time(product.start_datetime) == "2025-07-31T13:57:02.256Z"
    assert format_time(product.end_datetime) == "2025-07-31T13:57:22.145Z"
    assert product.properties["sat:relative_orbit"] == 56
    assert product.properties["sat:orbit_state"] == "ascending"
    assert "proj:epsg" not in product.properties
    assert product.assets["hh"].href.startswith("s3://sentinel-s1-l1c/")
    assert product.assets["thumbnail"].href.startswith("https://earth-search.aws.element84.com/")
    (trimmed,) = read("earth_search", "earth_search/s1_grd_item_trimmed.json", GRD).products
    assert trimmed.properties["platform"] == "sentinel-1d"


def test_the_same_radar_image_is_one_scene_at_both_portals():
    ours = [
        *read("earth_search", "earth_search/s1_grd_item_trimmed.json", GRD).products,
        *read("cdse_stac", "cdse_stac/s1_grd_item_trimmed.json", GRD).products,
    ]
    (scene,) = merge(ours)
    assert [o.provider for o in scene.offers] == ["earth_search", "cdse_stac"]


def test_earth_search_of_old_is_still_understood():
    page = read("earth_search", "earth_search/v0_search_s2_cogs.json")
    (product,) = page.products
    assert row(product) == (
        "S2B_MSIL2A_20250731T131909_N0511_R095_T20EPT_20250731T143919",
        "2025-07-31T13:19:22.000Z",
        *("sentinel-2b", "MGRS-20EPT", 95, 0, 20),
    )
    assert scaling(product.assets["B04"]) == (0.0001, 0.0, 0)
    assert (page.matched, page.next["body"]["page"]) == (22699053, 2)


# --- Planetary Computer ---------------------------------------------------------------------------


def test_planetary_computer_sentinel_2():
    (product,) = read("planetary_computer", "planetary_computer/s2_item_full.json").products
    assert row(product) == (
        "S2B_MSIL2A_20190629T212529_N0212_R043_T06VVN_20201006T080531",
        "2019-06-29T21:25:29.024Z",
        *("sentinel-2b", "MGRS-06VVN", 43, 0.314306, 23),
    )
    assert scaling(product.assets["B04"]) == (0.0001, 0.0, 0)  # baseline 02.12
    assert scaling(product.assets["WVP"]) == (0.001, 0.0, 0)
    assert product.assets["B04"].properties["proj:shape"] == [10980, 10980]
    thumbnails = [a.key for a in product.assets.values() if "thumbnail" in a.roles]
    assert thumbnails == ["rendered_preview"]
    assert "tilejson" not in product.assets
    assert inside(product, (-148.9, 60.3, -146.8, 61.4))


def test_planetary_computer_link_is_signed_as_its_own_client_does_it():
    token = {**recorded("planetary_computer/MOCK_sas_token.json"), "msft:expiry": "2999-01-01"}
    provider = connected("planetary_computer", token)
    (product,) = read("planetary_computer", "planetary_computer/s2_item_full.json").products
    signed = provider.resolve(product.assets["B04"]).url
    assert signed == f"{product.assets['B04'].href}?{token['token']}"
    preview = product.assets["rendered_preview"]
    assert provider.resolve(preview).url == preview.href
    assert len(provider.line.asked) == 1
    assert provider.line.asked[0].endswith("/api/sas/v1/token/sentinel2l2a01/sentinel2-l2")


def test_planetary_computer_radar():
    (product,) = read(
        "planetary_computer", "planetary_computer/s1_grd_item_trimmed.json", GRD
    ).products
    assert product.properties["platform"] == "sentinel-1c"
    assert "proj:epsg" not in product.properties  # 4326, invented from the box
    assert inside(product, (-29.5, 73.1, -10.7, 77.9))


def test_planetary_computer_pages():
    files = [f"planetary_computer/search_naip_p{number}.json" for number in (1, 2)]
    pages = [read("planetary_computer", name) for name in files]
    assert pages[0].next["body"]["token"] == "next:naip:vt_m_4307307_nw_18_060_20211029"
    assert pages[1].next["body"]["token"].startswith("next:")  # and not the link to the previous
    box = (-73.21, 43.99, -73.12, 44.05)
    assert all(inside(p, box) for page in pages for p in page.products)
    provider = connected("planetary_computer", *map(recorded, files))
    found = [p.id for page in islice(provider.search(api.question(L2A)), 2) for p in page.products]
    assert len(set(found)) == len(found) == 20


def test_what_was_not_asked_for_is_left_out():
    """The recorded search whose filter was ignored brought three collections in one answer."""
    provider = connected("earth_search", recorded("earth_search/search_filter_ignored_p1.json"))
    outcome = search(provider, api.question(L1C))
    assert [p.id[-4:] for p in outcome.products] == ["_L1C", "_L1C"]
    assert (outcome.outside, outcome.error) == (8, None)


def test_planetary_computer_empty():
    page = read("planetary_computer", "planetary_computer/search_empty.json")
    assert (page.products, page.next, page.matched) == ((), None, None)


# --- pgstac, recorded from the real software ------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_pgstac_pages(method):
    files = [f"lab_pgstac/search_{method}_page{number}.json" for number in (1, 2)]
    pages = [read(LAB, name) for name in files]
    assert [[p.properties["eo:cloud_cover"] for p in page.products] for page in pages] == [
        [34, 98, 61],
        [24, 88, 51],
    ]
    provider = connected(LAB, *(recorded(name)["body"] for name in files))
    outcome = search(provider, api.question(L2A, limit=6))
    assert (len(outcome.products), outcome.error) == (6, None)
    asked = recorded(files[1])["request"]
    assert provider.line.asked[1].startswith(f"{asked['method']} http://127.0.0.1:18080/search")
    token = (asked["body"] or {}).get("token") or asked["path"].rpartition("token=")[2]
    assert token.replace("%3A", ":") in provider.line.asked[1]


@pytest.mark.parametrize(
    ("name", "clouds", "goes_on"),
    [
        ("search_post_cql2", [0, 0], True),
        ("search_get_cql2text", [4, 7], True),
        ("collection_items", [34, 98], True),
        ("item", [34], False),
        ("search_empty", [], False),
        ("search_unknown_collection", [], False),
    ],
)
def test_pgstac_answers(name, clouds, goes_on):
    page = read(LAB, f"lab_pgstac/{name}.json")
    assert [p.properties["eo:cloud_cover"] for p in page.products] == clouds
    assert (page.next is not None) is goes_on
    for product in page.products:
        assert product.geometry == geometry.footprint(product.raw["geometry"])
        assert product.properties["proj:epsg"] in (32631, 32632, 32634)
        assert scaling(product.assets["B04"]) == (0.0001, 0, 0)


# --- refusals -------------------------------------------------------------------------------------

REFUSALS = {
    "cdse_stac/error_400_legacy_page_limit.json": (
        QueryError,
        "Lab answered 400: The '(page - 1) * limit' should be less than 10000. By default, "
        "'limit' is set to 20 and 'page' is set to 1 if not specified.",
    ),
    "earth_search/error_404_collection.json": (ProductUnavailable, "Lab answered 404: Not Found"),
    "planetary_computer/error_404_item.json": (
        ProductUnavailable,
        "Lab answered 404: Item for-sure-not-a-real-id in Collection aster-l1t does not exist.",
    ),
    "lab_pgstac/error_bad_bbox.json": (QueryError, "Lab answered 400: Field required"),
    "lab_pgstac/error_bad_bbox_order.json": (
        QueryError,
        "Lab answered 400: Value error, Maximum latitude (40) must be greater than minimum "
        "latitude (50)",
    ),
    "lab_pgstac/error_bad_cql2.json": (ServiceError, "Lab answered 500: Internal Server Error"),
    "lab_pgstac/error_bad_cql2text.json": (
        QueryError,
        "Lab answered 400: Invalid filter: --> 1:17",
    ),
    "lab_pgstac/error_bad_datetime.json": (
        QueryError,
        "Lab answered 400: Input should be a valid datetime, input is too short",
    ),
    "lab_pgstac/error_bad_token.json": (ServiceError, "Lab answered 500: Internal Server Error"),
    "lab_pgstac/error_bbox_and_intersects.json": (
        QueryError,
        "Lab answered 400: Value error, intersects and bbox parameters are mutually exclusive",
    ),
    "lab_pgstac/error_collection_404.json": (
        ProductUnavailable,
        "Lab answered 404: Collection none does not exist.",
    ),
    "lab_pgstac/error_item_404.json": (
        ProductUnavailable,
        "Lab answered 404: Item none in Collection s2-lab-500 does not exist.",
    ),
    "lab_pgstac/error_limit_0.json": (
        QueryError,
        "Lab answered 400: Input should be greater than 0",
    ),
}


def test_every_recorded_refusal_is_known_here():
    folders = ("cdse_stac", "earth_search", "planetary_computer", "lab_pgstac")
    assert set(names(*(f"{folder}/error_*.json" for folder in folders))) == set(REFUSALS)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_becomes_a_sentence(name):
    kind, sentence = REFUSALS[name]
    answer = recorded(name)
    whole = isinstance(answer, dict) and {"status", "body"} <= set(answer)
    status = answer["status"] if whole else int(name.partition("error_")[2][:3])
    body = answer["body"] if whole else answer
    with pytest.raises(kind) as caught:
        connected(LAB, (status, json.dumps(body), {})).http.json(HttpRequest("GET", LAB.info.url))
    assert type(caught.value) is kind
    assert str(caught.value).startswith(sentence)
    assert caught.value.status == status


# --- servers that nobody has written down ---------------------------------------------------------


def described(landing, collections, url):
    answers = [recorded(landing), recorded(collections)]
    return _stac.describe(url, *(a.get("body", a) for a in answers))


def test_the_landing_page_of_earth_search_says_what_we_know():
    url = "https://earth-search.aws.element84.com/v1"
    entry = described("earth_search/root.json", "earth_search/collections_9.json", url)
    assert entry["collections"] == {
        "sentinel-2-l2a": "sentinel-2-l2a",
        "sentinel-2-l1c": "sentinel-2-l1c",
        "sentinel-1-grd": "sentinel-1-grd",
        "landsat-c2-l2": "landsat-c2-l2",
    }
    assert (entry["url"], entry["filtering"]) == (url, "query")
    assert entry["sortby"] == "properties.datetime"


def test_the_landing_page_of_planetary_computer_says_what_we_know():
    root = recorded("planetary_computer/root.json")
    ids = [ln["href"].rpartition("/")[2] for ln in root["links"] if ln["rel"] == "child"]
    entry = _stac.describe("https://x.example", root, {"collections": [{"id": i} for i in ids]})
    known = providers.discover()["planetary_computer"].info
    assert {o: t for o, t in entry["collections"].items() if o in known.collections} == dict(
        known.collections
    )
    assert (entry["url"], entry["filtering"]) == (known.url, known.filtering)


def test_a_geoserver_filters_in_a_text_that_we_do_not_speak():
    root = recorded("others/paituli_stac_root.json")
    collection = recorded("others/paituli_sentinel2-l2a_collection.json")
    url = "https://paituli.csc.fi/geoserver/ogc/stac/v1"
    entry = _stac.describe(url, root, {"collections": [collection]})
    assert entry["collections"] == {"sentinel-2-l2a": "sentinel2-l2a"}
    assert (entry["url"], entry["filtering"], entry["filters"]) == (url, "", [])


def test_pgstac_says_that_it_knows_everything():
    entry = described("lab_pgstac/landing.json", "earth_search/collections_9.json", LAB.info.url)
    assert (entry["url"], entry["filtering"]) == (LAB.info.url, "filter")
    assert entry["id"].isidentifier()


def test_what_is_no_stac_api_cannot_be_added():
    for name in ("others/fedeo_collections_q.json", "others/awseos_search.json"):
        with pytest.raises(ValueError, match="no STAC API"):
            _stac.describe("https://x.example", recorded(name), {})


def test_an_early_server_without_conformance_is_asked_for_nothing_special():
    root = recorded("earth_search/v0_root.json")
    collections = {"collections": [{"id": "sentinel-s2-l2a-cogs"}, {"id": "sentinel-s2-l1c"}]}
    entry = _stac.describe("https://earth-search.aws.element84.com/v0", root, collections)
    assert entry["collections"] == {
        "sentinel-2-l2a": "sentinel-s2-l2a-cogs",
        "sentinel-2-l1c": "sentinel-s2-l1c",
    }
    assert (entry["filtering"], entry["sortby"]) == ("", "")
