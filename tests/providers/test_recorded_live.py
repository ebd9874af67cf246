"""Every recorded answer of the portals that are alive and speak no plain STAC."""

import json
import re
from fnmatch import fnmatchcase

import pytest
import requests

from sentinel_portals.core import errors
from sentinel_portals.core.auth import OpenId, start_device
from sentinel_portals.core.model import Asset, SearchRequest, format_time
from sentinel_portals.core.names import moment, parse_name
from sentinel_portals.core.search import search
from sentinel_portals.providers import discover
from sentinel_portals.tests.providers.answers import connected
from sentinel_portals.tests.providers.recorded import (
    inside,
    names,
    needs_recordings,
    recorded,
)

pytestmark = needs_recordings


def read(portal, name, collection):
    payload = recorded(name)
    return connected(portal, payload).read(payload, SearchRequest(collection))


# --- Copernicus Data Space, OData -----------------------------------------------------------------

PAGES = names("cdse_odata/s1_search_page_*.json")
NODES = "cdse_odata/nodes_listing_root.json"


def test_cdse_forty_seven_products_over_five_pages_to_the_end():
    pages = [recorded(name) for name in PAGES]
    provider = connected("cdse", *pages)
    outcome = search(provider, SearchRequest("sentinel-1-grd"))
    assert (outcome.error, outcome.unreadable, outcome.pages) == (None, 0, 5)
    assert len(outcome.products) == outcome.matched == 47
    told = [entry["Id"] for page in pages for entry in page["value"]]
    assert [p.id for p in outcome.products] == told
    assert ["$skip=" in asked for asked in provider.line.asked] == [False, True, True, True, True]


@pytest.mark.parametrize("name", PAGES)
def test_cdse_what_is_no_image_is_read_without_footprint(name):
    page = read("cdse", name, "sentinel-1-grd")
    for product, entry in zip(page.products, recorded(name)["value"]):
        assert product.geometry is None
        assert product.order_status.value == "succeeded"
        assert product.title == entry["Name"].replace(".SAFE", "")
        assert format_time(product.start)[:19] == entry["ContentDate"]["Start"][:19]
        assert product.properties["product:type"].startswith("AUX_")
        assert product.properties["platform"].startswith("sentinel-1")
        assert set(product.assets) == {"product"}
        assert f"Products({entry['Id']})/$value" in product.assets["product"].href


def test_cdse_the_limit_of_ten_thousand_is_a_refused_question():
    body = json.dumps(recorded("cdse_odata/error_422_skip_over_10000.json"))
    outcome = search(connected("cdse", (422, body, {})), SearchRequest("sentinel-1-grd"))
    assert type(outcome.error) is errors.QueryError
    assert "less than or equal to 10000" in str(outcome.error)


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("error_401_audience", 401, errors.AuthError),
        ("error_401_token_not_found", 401, errors.AuthError),
        ("error_429_max_sessions", 429, errors.RateLimited),
    ],
)
def test_cdse_refused_files_are_told_by_their_codes(name, status, kind):
    body = recorded(f"cdse_odata/{name}.json")
    outcome = search(connected("cdse", (status, body, {})), SearchRequest("sentinel-1-grd"))
    assert type(outcome.error) is kind
    assert outcome.error.code == body["code"]
    assert body["message"] not in str(outcome.error)  # a sentence of ours, with the next step


def test_cdse_the_folder_of_a_product_is_found_in_a_listing():
    listing = recorded(NODES)
    [row] = listing["result"]
    provider = connected("cdse", listing)
    above = row["Nodes"]["uri"].partition("/Nodes(")[0]
    anything = Asset("first", f"{above}/Nodes(*)/$value")
    assert provider.resolve(anything).url == f"{above}/Nodes({row['Name']})/$value"
    assert provider.line.asked == [f"GET {above}/Nodes"]


def test_cdse_our_names_of_single_bands_are_those_of_a_real_product():
    """The manifest of a Sentinel-2 L1C product lists its files: each band is where we look."""
    manifest = recorded("cdse_odata/manifest_S2.safe.xml").decode()
    name = "S2B_MSIL1C_20241209T162609_N0511_R040_T17UPV_20241209T195414"
    entry = {
        "Id": "1",
        "Name": f"{name}.SAFE",
        "Attributes": [{"Name": "productType", "Value": "S2MSI1C"}],
    }
    provider = connected("cdse", "")
    product = provider.read({"value": [entry]}, SearchRequest("sentinel-2-l1c")).products[0]
    files = [part.partition('"')[0] for part in manifest.split('href="./')[1:]]
    bands = [asset for asset in product.assets.values() if asset.type == "image/jp2"]
    assert len(bands) == 14
    for asset in bands:
        inside = asset.href.partition(f"/Nodes({name}.SAFE)/")[2].removesuffix("/$value")
        pattern = "/".join(node[6:-1] for node in inside.split("/"))
        [found] = [file for file in files if fnmatchcase(file, pattern)]
        assert found.rpartition("/")[2] == asset.properties["file:local_path"]


def test_cdse_filters_are_attributes_that_the_catalogue_has():
    known = {
        row["Name"]: row["ValueType"] for row in recorded("cdse_odata/attributes_SENTINEL-1.json")
    }
    for spoken in ("relativeOrbitNumber", "orbitDirection", "operationalMode"):
        assert spoken in known


def test_cdse_the_login_is_where_the_realm_says_it_is():
    said = recorded("cdse_identity/openid-configuration.json")
    for portal in ("cdse", "cdse_stac"):
        way = discover()[portal].info.download_auth
        assert isinstance(way, OpenId)
        assert way.endpoint == said["token_endpoint"]
    assert discover()["cdse"].info.download_auth.device == said["device_authorization_endpoint"]
    assert "password" in said["grant_types_supported"]
    assert "urn:ietf:params:oauth:grant-type:device_code" in said["grant_types_supported"]


def test_a_real_server_begins_a_login_in_the_browser_in_these_words():
    said = recorded("lab_oidc/oidc-provider/device_authorization.json")
    login = start_device(
        OpenId("https://x.org/t", "c", "https://x.org/d"), connected("cdse", said["body"]).http
    )
    assert login.code == said["body"]["user_code"]
    assert login.link == said["body"]["verification_uri_complete"]


# --- GEODES ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names("geodes/search_*.json"))
def test_geodes_the_product_of_its_catalogue(name):
    page = read("geodes", name, "sentinel-2-l1c")
    [product] = page.products
    [item] = recorded(name)["features"]
    assert (page.matched, page.unreadable) == (37273723, 0)
    assert product.title == "S2A_MSIL1C_20250402T175741_N0511_R141_T14ULD_20250403T022035"
    assert inside(product, (-102, 52.2, -100.3, 53.3))
    assert format_time(product.datetime) == "2025-04-02T17:57:41.024Z"
    assert product.properties["platform"] == "sentinel-2a"
    assert product.properties["grid:code"] == "MGRS-14ULD"
    assert product.properties["eo:cloud_cover"] == 67.54958344531
    assert product.properties["sat:relative_orbit"] == 141
    assert product.properties["sat:orbit_state"] == "descending"
    assert product.properties["endpoint_url"] == item["properties"]["endpoint_url"]
    assert product.order_status.value == "orderable"
    data, picture = product.assets["product"], product.assets["thumbnail"]
    assert (data.size, data.checksum.value) == (764210185, "86f828c4c7e921615d1cd0476604f780")
    assert data.href.endswith(data.checksum.value)
    assert data.properties["file:local_path"] == f"{product.title}.zip"
    assert picture.href.endswith("1003ae6b1edf05adf7c46cb759ffeaec?scope=gdh")


def test_geodes_the_words_of_its_availability():
    """Documentation only: the shape as another client reads it."""
    [product] = read("geodes", names("geodes/search_*.json")[0], "sentinel-2-l1c").products
    answer = recorded("geodes/MOCK_availability.json")
    answer["products"][0]["id"] = product.id
    answer["products"][0]["files"][0].update(
        checksum="86f828c4c7e921615d1cd0476604f780", available=True
    )
    assert connected("geodes", answer).details(product).online


# --- WEkEO: documentation only, the shapes as its own client reads them ---------------------------


def test_wekeo_a_page_in_the_shape_of_its_client():
    page = read("wekeo", "wekeo/MOCK_search_p1.json", "sentinel-2-l2a")
    [product] = page.products
    assert (page.matched, page.next) == (2, 1)
    assert product.title == "S2A_MSIL2A_20240601T105031_N0510_R051_T31TCJ_20240601T152200"
    assert product.properties["grid:code"] == "MGRS-31TCJ"
    assert inside(product, (0.9, 43.4, 1.6, 43.8))


def test_wekeo_a_token_and_an_order_in_the_shape_of_its_client():
    said = recorded("wekeo/MOCK_gettoken.json")
    http = connected("wekeo", said).http
    auth = discover()["wekeo"].info.search_auth.auth({"username": "a", "password": "b"}, http)
    prepared = requests.Request("GET", "https://x.org").prepare()
    assert auth(prepared).headers["Authorization"] == f"Bearer {said['access_token']}"
    [product] = read("wekeo", "wekeo/MOCK_search_p1.json", "sentinel-2-l2a").products
    order = recorded("wekeo/MOCK_download_order.json")
    placed = connected("wekeo", order).order(product)
    assert placed.assets["product"].href.endswith(f"/{order['download_id']}")


# --- Alaska Satellite Facility --------------------------------------------------------------------


def test_asf_a_scene_as_its_own_library_writes_it():
    item = recorded("asf/cmr_s1_product_geojson.json")
    payload = {"type": "FeatureCollection", "features": [item]}
    page = connected("asf", payload).read(payload, SearchRequest("sentinel-1-grd"))
    [product] = page.products
    assert product.id == f"{product.title}-GRD_HD"
    assert product.title == "S1B_IW_GRDH_1SDV_20211110T032039_20211110T032104_029520_0385E6_60DB"
    assert inside(product, (-150.2, 63.9, -144.1, 66))
    assert format_time(product.start) == "2021-11-10T03:20:39.000Z"
    assert format_time(product.end_datetime) == "2021-11-10T03:21:04.000Z"
    assert product.properties["platform"] == "sentinel-1b"
    assert product.properties["sat:relative_orbit"] == 94
    assert product.properties["sat:absolute_orbit"] == 29520
    assert product.properties["sar:polarizations"] == ["VV", "VH"]
    data = product.assets["product"]
    assert (data.size, data.checksum.value) == (885840896, "ae94d5f09bb00118e2c1429de067fad4")
    assert data.href == f"https://datapool.asf.alaska.edu/GRD_HD/SB/{product.title}.zip"
    assert product.assets["thumbnail"].href.endswith(f"/BROWSE/SB/{product.title}.jpg")


@pytest.mark.parametrize("name", names("asf/searchapi_*.json"))
def test_asf_its_shorter_answers_are_not_what_we_ask_for_and_say_the_same(name):
    answer = recorded(name)
    error = search(connected("asf", answer), SearchRequest("sentinel-1-slc")).error
    assert type(error) is errors.ResponseError
    [row] = answer["results"]
    title = row.get("granuleName") or row["gn"]
    assert (row.get("path") or row["p"], row.get("beamMode") or row["bm"]) == (94, "IW")
    assert (row.get("downloadUrl") or row["du"].replace("{gn}", title)) == (
        f"https://datapool.asf.alaska.edu/SLC/SB/{title}.zip"
    )


# --- the buckets on AWS ---------------------------------------------------------------------------


def level_1c(name):
    return [i for i in recorded(name)["features"] if i.get("collection") == "sentinel-2-l1c"]


@pytest.mark.parametrize("name", names("earth_search/search_filter_ignored_*.json"))
def test_aws_earth_searchs_items_lead_into_the_buckets(name):
    items = level_1c(name)
    page = connected("aws_sentinel2", "").read({"features": items}, SearchRequest("sentinel-2-l1c"))
    assert len(page.products) == len(items)
    for product in page.products:
        bands = [a for a in product.assets.values() if a.type == "image/jp2"]
        assert len(bands) == 14
        for asset in bands:
            assert re.fullmatch(
                r"https://sentinel-s2-l1c\.s3\.eu-central-1\.amazonaws\.com"
                r"/tiles/\d{1,2}/[A-Z]/[A-Z]{2}/\d{4}/\d{1,2}/\d{1,2}/\d/(B\d\d|B8A|TCI)\.jp2",
                asset.href,
            )


def test_aws_level_2a_leads_into_its_bucket_by_resolution():
    page = recorded("earth_search/search_filter_ignored_p1.json")
    items = [i for i in page["features"] if i.get("collection") == "sentinel-2-l2a"]
    assert items
    for item in items:
        portal = connected("aws_sentinel2", "")
        product = portal.product(item, SearchRequest("sentinel-2-l2a"))
        hrefs = [a.href for a in product.assets.values() if a.type == "image/jp2"]
        assert len(hrefs) >= 16
        assert all(".s3.eu-central-1.amazonaws.com/tiles/" in href for href in hrefs)
        assert product.assets["red"].href.endswith("/R10m/B04.jp2")


def test_aws_a_tile_says_the_folder_that_its_name_leads_to():
    tile, product = (recorded(f"aws_buckets/s2l2a_{n}Info.json") for n in ("tile", "product"))
    facts = parse_name(tile["productName"])
    zone, band, square = facts["tile"][:2], facts["tile"][2], facts["tile"][3:]
    day = moment(facts["take"])
    assert tile["path"] == (f"tiles/{int(zone)}/{band}/{square}/{day.year}/{day.month}/{day.day}/0")
    assert product["name"] == tile["productName"]
    assert product["tiles"][0]["path"] == tile["path"]


# --- USGS: by its STAC catalogue, of which nothing was recorded -----------------------------------


@pytest.mark.parametrize("name", names("usgs/*.json"))
def test_usgs_its_other_interface_is_not_what_we_read_and_is_named_as_such(name):
    error = search(connected("usgs_landsat", recorded(name)), SearchRequest("landsat-c2-l2")).error
    assert type(error) is errors.ResponseError
