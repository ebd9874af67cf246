"""Every recorded answer of SciHub, and the Atom ones reconstructed from them."""

import json

import pytest

from sentinel_portals.core import geometry, markup
from sentinel_portals.core.errors import (
    AuthError,
    PortalError,
    ProductUnavailable,
    QueryError,
    RateLimited,
    ResponseError,
    ServiceError,
)
from sentinel_portals.core.model import OrderStatus, SearchRequest, format_time, parse_time
from sentinel_portals.core.scene import identity
from sentinel_portals.core.search import search
from sentinel_portals.tests.providers.contract import flat
from sentinel_portals.tests.providers.fuzzing import survives
from sentinel_portals.tests.providers.recorded import RECORDED, names, needs_recordings, recorded
from sentinel_portals.tests.providers.test_scihub import portal

pytestmark = needs_recordings

COLLECTIONS = {"Sentinel-1": "sentinel-1-grd", "Sentinel-2": "sentinel-2-l1c"}
FOUND = {  # file: entries, total
    "search_big_p1_start0": (100, 630),
    "search_big_p2_start100": (100, 630),
    "search_big_p7_start600_last": (30, 630),
    "search_big_start620_beyond": (10, 630),
    "search_count_rows0_116": (0, 116),
    "search_count_rows0_total_scrubbed": (0, 10000),
    "search_date_math_rows0": (0, 0),
    "search_date_math_upper_bound": (0, 10000),
    "search_dhus_hub_post_2021": (5, 136),
    "search_empty_0": (0, 0),
    "search_gnss_query_on_apihub_post_2021": (0, 0),
    "search_longest_accepted_query": (0, 0),
    "search_recent_s1_grd_3": (3, 10000),
    "search_rows1_global_a": (1, 10000),
    "search_rows1_global_b": (1, 10000),
    "search_s1_11": (11, 11),
    "search_s2_cloudcover_0_10": (5, 5),
    "search_s2_p1_5of89": (5, 89),
    "search_s3_small_by_size_regex_15": (15, 167),
    "search_single_entry_dict": (1, 1),
    "search_size_field_2014": (1, 1),
    "search_size_field_2017": (18, 18),
}
L1C = SearchRequest("sentinel-2-l1c")


def scihub(name):
    return recorded(f"scihub/{name}")


def read(name, collection="sentinel-2-l1c"):
    payload = scihub(f"{name}.json")
    return payload["feed"], portal(b"").read(payload, SearchRequest(collection))


def test_every_recorded_search_is_in_the_table():
    assert {n[7:-5] for n in names("scihub/search_*.json")} == set(FOUND)


@pytest.mark.parametrize("name", FOUND)
def test_every_search(name):
    """Number, order, identity, times, numbers and links, against the record read another way."""
    feed, page = read(name)
    entries = feed.get("entry") or []
    entries = entries if isinstance(entries, list) else [entries]
    assert (len(page.products), page.matched, page.unreadable) == (*FOUND[name], 0)
    assert [p.id for p in page.products] == [e["id"] for e in entries]
    for product, entry in zip(page.products, entries):
        said = {
            row["name"]: row.get("content")
            for rows in entry.values()
            for row in (rows if isinstance(rows, list) else [rows])
            if isinstance(row, dict) and "name" in row
        }
        value = flat(product)
        assert product.title == entry["title"] == said["identifier"]
        assert abs((product.start - parse_time(said["beginposition"])).total_seconds()) < 0.001
        assert format_time(product.end_datetime)[:19] == said["endposition"][:19]
        assert value["sat:relative_orbit"] == int(said["relativeorbitnumber"])
        assert value["sat:absolute_orbit"] == int(said["orbitnumber"])
        assert value["sat:orbit_state"] == said["orbitdirection"].lower()
        assert value["product:type"] == said["producttype"]
        assert value["platform"][:10] == said["platformname"].lower()
        assert value["platform"] == f"sentinel-{entry['title'][1:3].lower()}"
        if "cloudcoverpercentage" in said:
            assert value["eo:cloud_cover"] == float(said["cloudcoverpercentage"])
        assert value["product.href"].endswith(f"/odata/v1/Products('{entry['id']}')/$value")
        assert value["thumbnail.href"].endswith("/Products('Quicklook')/$value")
        assert product.geometry is not None
        assert geometry.footprint(product.geometry) == product.geometry
        assert geometry.area_km2(product.geometry) > 0.1  # slivers exist
        assert product.online  # a search does not tell


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("search_big_p1_start0", 100),
        ("search_big_p2_start100", 200),
        ("search_big_p7_start600_last", None),
        ("search_big_start620_beyond", None),
        ("search_s2_p1_5of89", 5),
        ("search_recent_s1_grd_3", 3),
        ("search_single_entry_dict", None),
        ("search_empty_0", None),
        ("search_count_rows0_total_scrubbed", None),  # its own link says start=NaN
    ],
)
def test_pages_are_counted_not_followed(name, following):
    assert read(name)[1].next == following


def test_a_longitude_is_a_longitude():
    feed, page = read("search_single_entry_dict", "sentinel-1-ocn")
    assert "-53.931976,-32.055458" in json.dumps(feed)  # their GML has the latitude first
    west, south, east, north = geometry.bounds(page.products[0].geometry)
    assert (west, south) == (-32.055458, -54.104462)
    assert (east, north) == (-31.646017, -53.867435)


def test_a_radar_scene():
    _, page = read("search_recent_s1_grd_3", "sentinel-1-grd")
    value = flat(page.products[0])
    assert value["title"].startswith("S1A_IW_GRDH_1SDV_2023")
    assert value["sar:instrument_mode"] == "IW"
    assert value["sar:polarizations"] == ["VV", "VH"]
    assert "eo:cloud_cover" not in value
    assert identity(page.products[0]).exact


def test_a_level_2a_scene_of_2018_has_its_tile_from_its_name():
    _, page = read("search_s2_cloudcover_0_10")
    tiles = {p.title: p.properties["grid:code"] for p in page.products}
    assert all(tile[5:] in title for title, tile in tiles.items())
    assert all(p.properties["eo:cloud_cover"] <= 10 for p in page.products)


def test_an_old_product_of_many_tiles_has_no_tile():
    _, page = read("search_s2_p1_5of89")
    old = [p for p in page.products if "_OPER_PRD_" in p.title]
    assert all("grid:code" not in p.properties for p in old)


def test_six_hundred_and_thirty_hits_are_walked_by_counting():
    pages = [scihub(f"search_big_p{n}.json") for n in ("1_start0", "2_start100", "7_start600_last")]
    provider = portal(*pages)
    request = SearchRequest(
        "sentinel-2-l1c", max_items=10000, bbox=(0, 0, 10, 10), start=parse_time("2015-12-01")
    )
    outcome = search(provider, request)
    assert (outcome.error, outcome.matched, len(outcome.products)) == (None, 630, 230)
    starts = [line.partition("start=")[2].partition("&")[0] for line in provider.line.asked]
    assert starts == ["0", "100", "200"]
    recorded_question = 'footprint:"Intersects(POLYGON((0 0,0 10,10 10,10 0,0 0)))"'
    assert recorded_question in json.dumps(pages[0], ensure_ascii=False).replace('\\"', '"')
    assert 'footprint:"Intersects(POLYGON((0 0,10 0,10 10,0 10,0 0)))"' in provider.line.asked[0]


# errors ----------------------------------------------------------------------------------------


def recorded_errors():
    index = json.loads((RECORDED / "index.json").read_text("utf-8")) if RECORDED.is_dir() else []
    return [
        (e["file"], e["status"], e["headers"])
        for e in index
        if e["file"].startswith("scihub/") and ("err_" in e["file"] or "mock_" in e["file"])
    ]


KINDS = {
    "bad_credentials": AuthError,
    "gateway_timeout": ServiceError,
    "maintenance": ServiceError,
    "odata_invalid_key": ProductUnavailable,
    "online_value_invalid_key": ProductUnavailable,
    "transaction": ServiceError,
    "search_bad_date": QueryError,
    "search_invalid_query": QueryError,
    "search_malformed": QueryError,
    "solr_timeout": ServiceError,
    "search_syntax": QueryError,
    "too_long": QueryError,
    "unbalanced": QueryError,
    "undefined_field": QueryError,
    "stub_version": ProductUnavailable,
    "lta_busy": ServiceError,
    "lta_quota": RateLimited,
    "concurrent_flows": RateLimited,
}


@pytest.mark.parametrize(("file", "status", "headers"), recorded_errors())
def test_every_recorded_error_says_what_to_do_next(file, status, headers):
    headers = {k: v for k, v in headers.items() if k in ("cause-message", "content-type")}
    body = (RECORDED / file).read_bytes()
    kind = next(kind for word, kind in KINDS.items() if word in file)
    provider = portal((status, body, headers))
    if "/err_search" in file:
        error = search(provider, L1C).error
    else:
        with pytest.raises(PortalError) as told:
            provider.details(page_product())
        error = told.value
    assert type(error) is kind, repr(error)
    assert "<html" not in str(error).lower()
    if headers.get("cause-message"):
        assert headers["cause-message"][:40] in str(error)


def page_product():
    return read("search_single_entry_dict", "sentinel-1-ocn")[1].products[0]


def test_a_maintenance_page_with_status_200_is_no_answer():
    error = search(portal(scihub("err_maintenance_page.html")), L1C).error
    assert type(error) is ResponseError
    assert "web page" in str(error)


# OData -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status", "size", "checksum"),
    [
        ("odata_product_s1_online", "succeeded", None, None),
        (
            "odata_product_s2_l2a_offline",
            "orderable",
            245367924,
            "521d457c02cebd24dbe45a5aec4bab27",
        ),
        ("odata_product_without_online", "succeeded", None, None),
        ("odata_product_quicklook_b", None, None, None),
        ("odata_product_full_attributes_s1_2019", None, None, None),
        ("odata_product_full_attributes_s3", None, None, None),
        ("download_odata_product", None, 599540, "1495b98f859949929b14c1b7cd62dffc"),
        ("download_odata_product_b", None, 498071, "8fb1f65d48e110edfb69a104779a6b11"),
    ],
)
def test_odata_details(name, status, size, checksum):
    answer = scihub(f"{name}.json")
    known = portal(answer).details(named(answer["d"]["Id"]))
    asset = known.assets["product"]
    assert asset.size == int(answer["d"]["ContentLength"])
    assert asset.checksum.value == answer["d"]["Checksum"]["Value"].lower()
    assert asset.checksum.algorithm == "md5"
    online = answer["d"].get("Online", True)
    assert known.order_status is (OrderStatus.SUCCEEDED if online else OrderStatus.ORDERABLE)
    if status:
        assert known.order_status.value == status
    if checksum:
        assert (asset.size, asset.checksum.value) == (size, checksum)


def named(identity_):
    from dataclasses import replace

    return replace(page_product(), id=identity_)


@pytest.mark.parametrize("name", ["odata_products_list_filter_6", "odata_products_list_offline_3"])
def test_odata_lists_hold_the_same_entities(name):
    results = scihub(f"{name}.json")["d"]["results"]
    assert len(results) in (6, 23)
    for said in results:
        known = portal({"d": said}).details(named(said["Id"]))
        assert known.online is said["Online"]
        assert known.assets["product"].size == (int(said["ContentLength"]) or None)


def test_the_real_zip_is_the_one_that_odata_announced():
    import hashlib

    answer = scihub("download_odata_product_b.json")
    asset = portal(answer).details(named(answer["d"]["Id"])).assets["product"]
    content = scihub("download_product_b.zip")
    assert len(content) == asset.size
    assert hashlib.md5(content, usedforsecurity=False).hexdigest() == asset.checksum.value


@pytest.mark.parametrize("name", ["lta_trigger_http202", "lta_trigger_http202_2019"])
def test_a_restoration_is_an_empty_202(name):
    provider = portal((202, scihub(f"{name}.txt"), {}))
    assert provider.order(page_product()).order_status is OrderStatus.ORDERED


def test_a_quicklook_is_a_picture_behind_the_link():
    asset = page_product().assets["thumbnail"]
    provider = portal(scihub("quicklook.jpg"))
    assert provider.files.read(provider.resolve(asset)).startswith(b"\xff\xd8")


# Atom, reconstructed ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*names("reconstructed/scihub_atom_*.xml"), "scihub/node"])
def test_xml_of_a_hub_is_read_without_a_bomb(name):
    if name == "scihub/node":
        content = scihub("node_manifest.safe.xml")[:-3]  # the recorder left three bytes too many
    else:
        content = recorded(name)
    assert markup.parse(content).children


# damaged ---------------------------------------------------------------------------------------


def test_two_thousand_damaged_answers():
    originals = [
        (RECORDED / "scihub" / f"{name}.json").read_bytes()
        for name in (
            "search_single_entry_dict",
            "search_s2_p1_5of89",
            "search_recent_s1_grd_3",
            "err_search_undefined_field_http200",
        )
    ]
    refusals = {QueryError, ServiceError, AuthError}
    survives(portal(b""), L1C, originals, refusals=refusals)
