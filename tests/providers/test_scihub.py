"""SciHub: DHuS in its own words; closed, but its protocol lives on in the mirrors."""

import copy
from datetime import date, datetime, timezone

import pytest
from requests.auth import HTTPBasicAuth

from sentinel_portals.core.conditions import AtLeast, AtMost, Between, OneOf
from sentinel_portals.core.download import fetch_scene
from sentinel_portals.core.errors import (
    AuthError,
    ProductOffline,
    ProductUnavailable,
    QueryError,
    RateLimited,
    ResponseError,
    ServiceError,
    TermsNotAccepted,
)
from sentinel_portals.core.model import Checksum, OrderStatus, SearchRequest
from sentinel_portals.core.search import search
from sentinel_portals.providers import discover
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

ROOT = "https://apihub.copernicus.eu/apihub"
ID = "0a0b0c0d-000{}-4000-8000-00000000000{}"
LOGIN = HTTPBasicAuth("ada", "lovelace")
LEVEL_2A = (
    *(f"{band}_10m" for band in ("B02", "B03", "B04", "B08", "TCI", "AOT", "WVP")),
    *(f"{band}_20m" for band in ("B05", "B06", "B07", "B8A", "B11", "B12", "SCL")),
    *(f"{band}_60m" for band in ("B01", "B09")),
)


class TestSciHub(Contract):
    portal = "scihub"
    auth = LOGIN
    request = SearchRequest(
        "sentinel-2-l2a",
        bbox=(2.0, 44.2, 3.5, 45.0),
        start=datetime(2023, 6, 1, tzinfo=timezone.utc),
        end=datetime(2023, 6, 30, 23, 59, 59, tzinfo=timezone.utc),
        query={
            "eo:cloud_cover": AtMost(30),
            "grid:code": OneOf(("MGRS-31TDK", "MGRS-31TEK")),
            "platform": OneOf(("sentinel-2b",)),
            "sat:relative_orbit": OneOf((8,)),
            "sat:orbit_state": OneOf(("descending",)),
        },
    )
    sends = (
        f"GET {ROOT}/search?format=json&rows=100&start=0&orderby=beginposition desc&q=",
        'platformname:"Sentinel-2" AND producttype:"S2MSI2A"',
        'footprint:"Intersects(POLYGON((2 44.2,3.5 44.2,3.5 45,2 45,2 44.2)))"',
        "beginposition:[2023-06-01T00:00:00.000Z TO 2023-06-30T23:59:59.000Z]",
        "cloudcoverpercentage:[* TO 30]",
        "((tileid:31TDK OR filename:*_T31TDK_*) OR (tileid:31TEK OR filename:*_T31TEK_*))",
        "filename:S2B*",
        "relativeorbitnumber:8",
        "(orbitdirection:DESCENDING OR orbitdirection:descending)",
    )
    first = {
        "id": ID.format(1, 1),
        "title": "S2B_MSIL2A_20230624T103629_N0509_R008_T31TDK_20230624T134015",
        "datetime": "2023-06-24T10:36:29.024Z",
        "end_datetime": "2023-06-24T10:36:29.024Z",
        "platform": "sentinel-2b",
        "eo:cloud_cover": 1.25,
        "sat:relative_orbit": 8,
        "sat:absolute_orbit": 32801,
        "sat:orbit_state": "descending",
        "grid:code": "MGRS-31TDK",  # from the name: level 2A has no tileid here
        "processing:level": "L2A",
        "product:type": "S2MSI2A",
        "s2:datatake_id": "GS2B_20230624T103629_032801_N05.09",
        "order_status": "succeeded",  # a search does not tell
        "assets": sorted(["product", "thumbnail", *LEVEL_2A]),
        "product.href": f"{ROOT}/odata/v1/Products('{ID.format(1, 1)}')/$value",
        "product.size": None,
        "thumbnail.href": f"{ROOT}/odata/v1/Products('{ID.format(1, 1)}')"
        "/Products('Quicklook')/$value",
    }
    ids = tuple(ID.format(n, n) for n in (1, 2, 3))
    then = "start=2"

    @property
    def nothing(self):
        return {"feed": {"opensearch:totalResults": "0", "opensearch:startIndex": "0"}}

    def listed(self, page):
        feed = page["feed"]
        if not isinstance(feed["entry"], list):
            feed["entry"] = [feed["entry"]]
        return feed["entry"]


def portal(*answers):
    return connected("scihub", *answers, auth=LOGIN)


def product():
    return portal(b"").parse(fixture("scihub_first"), TestSciHub.request).products[0]


def wishes(collection="sentinel-2-l1c", **what):
    return portal(b"").wishes(SearchRequest(collection, **what))


def test_it_closed_and_says_who_took_over():
    info = discover()["scihub"].info
    assert (info.state, info.until, info.successor) == ("closed", date(2023, 10, 31), "cdse")


def test_it_is_not_asked_without_a_login():
    error = search(connected("scihub", b""), TestSciHub.request).error
    assert type(error) is AuthError


# asking ----------------------------------------------------------------------------------------


def test_an_open_end_is_a_star():
    start = datetime(2015, 1, 1, tzinfo=timezone.utc)
    assert "beginposition:[2015-01-01T00:00:00.000Z TO *]" in wishes(start=start)
    assert "beginposition:[* TO 2015-01-01T00:00:00.000Z]" in wishes(end=start)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (AtMost(30), "cloudcoverpercentage:[* TO 30]"),
        (AtLeast(1.5), "cloudcoverpercentage:[1.5 TO *]"),
        (Between(1, 2), "cloudcoverpercentage:[1 TO 2]"),
    ],
)
def test_ranges(wish, said):
    assert said in wishes(query={"eo:cloud_cover": wish})


def test_a_radar_is_asked_for_mode_and_any_polarization():
    query = {
        "sar:instrument_mode": OneOf(("IW",)),
        "sar:polarizations": OneOf(("VV", "vh")),
        "platform": OneOf(("sentinel-1a",)),
    }
    assert wishes("sentinel-1-grd", query=query)[2:] == [
        "sensoroperationalmode:IW",
        "(polarisationmode:*VV* OR polarisationmode:*VH*)",
        "filename:S1A*",
    ]


def test_ids_are_uuids_or_names():
    assert f'uuid:"{ID.format(1, 1)}"' in wishes(ids=(ID.format(1, 1),))
    assert "(identifier:ONE OR identifier:TWO)" in wishes(ids=("ONE.SAFE", "TWO"))


def test_a_value_cannot_break_out_of_its_place_in_the_question():
    evil = OneOf(('IW") OR uuid:("x',))
    assert wishes("sentinel-1-grd", query={"sar:instrument_mode": evil})[-1] == (
        "sensoroperationalmode:IW???OR?uuid???x"
    )


def test_the_question_is_sent_in_latin_1():
    sent = portal(b"").build(SearchRequest("sentinel-2-l1c", ids=("réunion", "日本")), None).url
    assert "identifier%3Ar%E9union" in sent
    assert "identifier%3A%3F%3F" in sent  # a question mark stands for any one character


def test_a_polygon_of_many_corners_still_makes_a_short_question():
    from math import cos, pi, sin

    ring = [[3 + cos(i * pi / 500), 45 + sin(i * pi / 500)] for i in range(1001)]
    round_area = {"type": "Polygon", "coordinates": [ring]}
    provider = portal(fixture("scihub_last"))
    search(provider, SearchRequest("sentinel-2-l2a", intersects=round_area))
    assert "POLYGON" in provider.line.asked[0]
    assert len(provider.line.asked[0]) < 3898


# reading ---------------------------------------------------------------------------------------


def test_a_list_of_one_is_no_list():
    page = fixture("scihub_first")
    entry = page["feed"]["entry"] = page["feed"]["entry"][0]
    entry["int"], entry["double"] = entry["int"][1], entry["double"][0]
    page["feed"]["opensearch:totalResults"] = "1"
    found = portal(b"").parse(page, TestSciHub.request)
    assert (len(found.products), found.next, found.matched) == (1, None, 1)
    assert found.products[0].properties["sat:relative_orbit"] == 8
    assert found.products[0].properties["eo:cloud_cover"] == 1.25


@pytest.mark.parametrize(
    ("code", "kind"),
    [("400", QueryError), ("401", AuthError), ("500", ServiceError), ("odd", QueryError)],
)
def test_an_error_with_status_200_is_an_error(code, kind):
    body = {"feed": {"error": {"code": code, "message": "undefined\nfield xxx"}}}
    error = search(portal(body), TestSciHub.request).error
    assert type(error) is kind
    assert "undefined field xxx" in str(error)


def test_a_total_of_nothing_is_a_question_that_was_not_understood():
    error = search(portal({"feed": {"opensearch:totalResults": None}}), TestSciHub.request).error
    assert type(error) is QueryError


@pytest.mark.parametrize(
    ("status", "cause", "kind"),
    [
        (500, "InvalidKeyException : Invalid key (x) to access Products", ProductUnavailable),
        (500, "IOException : Server returned HTTP response code: 400 for URL", QueryError),
        (500, "RemoteSolrException : status: 413, Request Entity Too Large", QueryError),
        (500, "SocketTimeoutException : Read timed out", ServiceError),
        (500, "MediaRegulationException : Maximum number of 2 concurrent flows", RateLimited),
        (403, "Maximum number of 4 concurrent flows achieved by the user", RateLimited),
        (403, "User 'u' offline products retrieval quota exceeded (20 fetches max)", RateLimited),
        (403, "Maximum number of download (50) exceeded by the user", TermsNotAccepted),
    ],
)
def test_the_cause_stands_in_a_header(status, cause, kind):
    provider = portal((status, "<html>Oops</html>", {"cause-message": cause}))
    with pytest.raises(kind) as told:
        provider.details(product())
    assert type(told.value) is kind
    assert cause[:20] in str(told.value)


def test_a_used_up_quota_is_not_asked_again_at_once():
    told = {"cause-message": "offline products retrieval quota exceeded"}
    provider = portal((403, "", told))
    with pytest.raises(RateLimited) as error:
        provider.order(product())
    assert error.value.retry_after == 600
    assert len(provider.line.asked) == 1


# online, size, checksum, archive ---------------------------------------------------------------


def test_odata_tells_what_a_search_does_not():
    provider = portal(fixture("scihub_details"))
    known = provider.details(product())
    asset = known.assets["product"]
    assert known.order_status is OrderStatus.ORDERABLE
    assert (asset.size, asset.checksum) == (
        1010000001,
        Checksum("md5", "0123456789abcdef0123456789abcde1"),
    )
    assert provider.line.asked[0].startswith(
        f"GET {ROOT}/odata/v1/Products('{known.id}')?$format=json"
    )


@pytest.mark.parametrize(
    ("changes", "status", "size"),
    [
        ({"Online": True}, "succeeded", 1010000001),
        ({"Online": None}, "succeeded", 1010000001),
        ({"ContentLength": "0", "Checksum": None}, "orderable", None),
    ],
)
def test_what_odata_does_not_say_is_taken_kindly(changes, status, size):
    answer = fixture("scihub_details")
    answer["d"].update(changes)
    known = portal(answer).details(product())
    assert (known.order_status.value, known.assets["product"].size) == (status, size)


def test_a_hub_that_knows_no_online_has_everything_online():
    answer = fixture("scihub_details")
    del answer["d"]["Online"]
    assert portal(answer).details(product()).online


@pytest.mark.parametrize("odd", [{}, {"d": None}, {"d": {"Id": "another"}}, [], "text"])
def test_odd_details_are_a_response_error(odd):
    with pytest.raises(ResponseError, match="SciHub"):
        portal(odd).details(product())


def test_two_bytes_order_a_product_from_the_archive():
    provider = portal((202, "", {}))
    ordered = provider.order(product())
    assert ordered.order_status is OrderStatus.ORDERED
    assert "Range: bytes=0-1" in provider.line.asked[0]
    waiting = portal(fixture("scihub_details")).details(ordered)
    assert waiting.order_status is OrderStatus.ORDERED  # still offline, still on its way
    assert waiting.assets["product"].size == 1010000001


def test_an_order_for_what_is_online_is_no_order():
    assert portal((206, "PK", {})).order(product()).order_status is OrderStatus.SUCCEEDED


def test_a_download_looks_first_and_is_verified(tmp_path):
    answer = copy.deepcopy(fixture("scihub_details"))
    answer["d"].update(Online=True, ContentLength="2")
    answer["d"]["Checksum"]["Value"] = "B0E85E4A8E2E5FD3C0D4C0C1F1D1C1B1"
    provider = portal(answer, b"PK")
    found = fetch_scene([product()], {"scihub": provider}, [], tmp_path)
    assert "the same wrong bytes came twice" in str(found.error)  # two, but not the announced


def test_what_is_offline_is_not_downloaded_but_said(tmp_path):
    found = fetch_scene([product()], {"scihub": portal(fixture("scihub_details"))}, [], tmp_path)
    assert type(found.error) is ProductOffline
    assert "orderable" in str(found.error)


# single bands ------------------------------------------------------------------------------------


def listing(*names):
    return {"d": {"results": [{"Id": name, "Name": name} for name in names]}}


GRANULE = "L2A_T31TDK_A032801_20230624T104345"
BAND = "T31TDK_20230624T103629_B04_10m.jp2"


def test_a_band_is_found_in_the_folders_of_the_product():
    provider = portal(listing(GRANULE), listing(BAND.replace("B04", "B03"), BAND))
    scene = product()
    request = provider.resolve(scene.assets["B04_10m"])
    folder = f"{ROOT}/odata/v1/Products('{scene.id}')/Nodes('{scene.title}.SAFE')/Nodes('GRANULE')"
    inside = f"{folder}/Nodes('{GRANULE}')/Nodes('IMG_DATA')/Nodes('R10m')"
    assert provider.line.asked[0].startswith(f"GET {folder}/Nodes?$format=json")
    assert provider.line.asked[1].startswith(f"GET {inside}/Nodes?$format=json")
    assert (request.url, request.login) == (f"{inside}/Nodes('{BAND}')/$value", True)


def test_one_band_is_fetched_and_not_the_whole_product(tmp_path):
    details = copy.deepcopy(fixture("scihub_details"))
    details["d"].update(Online=True)
    provider = portal(details, listing(GRANULE), listing(BAND), b"a band")
    found = fetch_scene([product()], {"scihub": provider}, ["B04"], tmp_path)
    assert found.error is None
    (band,) = found.files
    assert (band.path.name, band.path.read_bytes()) == (
        "T31TDK_20230624T103629_B04_10m.jp2",
        b"a band",
    )
    assert not any(f"('{product().id}')/$value" in asked for asked in provider.line.asked)


@pytest.mark.parametrize("answer", [listing(), {"d": None}, {"d": {"Name": "one"}}, []])
def test_a_band_that_is_not_listed_leads_to_the_whole_product(answer):
    with pytest.raises(ProductUnavailable, match="fetch the whole product"):
        portal(listing(GRANULE), answer).resolve(product().assets["B04_10m"])


def test_a_radar_product_has_no_single_bands():
    entry = copy.deepcopy(fixture("scihub_first")["feed"]["entry"][0])
    name = "S1A_IW_GRDH_1SDV_20230309T231138_20230309T231203_047574_05B68C_F846"
    said = {"producttype": "GRD"}
    assert set(portal(b"").assets(entry, name, said)) == {"product", "thumbnail"}
