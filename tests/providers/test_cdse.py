"""Copernicus Data Space by OData: the words of the catalogue, of its files and of its refusals."""

import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from sentinel_portals import api, providers
from sentinel_portals.core import download, errors
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.provider import Paging
from sentinel_portals.core.search import search
from sentinel_portals.core.transport import Http, HttpRequest
from sentinel_portals.providers.cdse import Cdse
from sentinel_portals.tests.providers.answers import ZIP, Answers, connected, fixture
from sentinel_portals.tests.providers.contract import Contract

CATALOGUE = "https://catalogue.dataspace.copernicus.eu/odata/v1"
FILES = "https://download.dataspace.copernicus.eu/odata/v1"
NAME = "S2A_MSIL2A_20240730T103631_N0511_R008_T31TEL_20240730T163101"
PRODUCT = f"{FILES}/Products(00000001-aaaa-4bbb-8ccc-ddddddddddd1)"
GRANULE = "L2A_T31TEL_A047001_20240730T104101"
SCENES = SearchRequest("sentinel-2-l2a")


class TestCdse(Contract):
    portal = "cdse"
    entries = "value"
    request = api.question(
        "sentinel-2-l2a",
        (2.9, 45.6, 3.3, 45.9),
        "2017-07-01",
        "2024-07-31",
        max_cloud=20,
        filters={"grid:code": "MGRS-31TEL", "platform": ["sentinel-2a", "sentinel-2b"]},
    )
    sends = (
        f"GET {CATALOGUE}/Products?",
        "Collection/Name+eq+'SENTINEL-2'",
        "att/Name+eq+'productType'+and+att/OData.CSC.StringAttribute/Value+eq+'S2MSI2A'",
        "OData.CSC.Intersects(area=geography'SRID=4326;POLYGON+((",
        "ContentDate/Start+ge+2017-07-01T00:00:00.000Z",
        "ContentDate/Start+le+2024-07-31T23:59:59.999Z",
        "att/Name+eq+'cloudCover'+and+att/OData.CSC.DoubleAttribute/Value+le+20)",
        "att/Name+eq+'tileId'+and+att/OData.CSC.StringAttribute/Value+eq+'31TEL')",
        "att/OData.CSC.StringAttribute/Value+eq+'A')+or+",
        "$orderby=ContentDate/Start+desc",
        "$expand=Attributes&$expand=Assets",
        "$count=True",
    )
    first = {
        "id": "00000001-aaaa-4bbb-8ccc-ddddddddddd1",
        "title": NAME,
        "datetime": "2024-07-30T10:36:31.024Z",
        "platform": "sentinel-2a",
        "grid:code": "MGRS-31TEL",
        "eo:cloud_cover": 4.25,
        "sat:relative_orbit": 8,
        "sat:absolute_orbit": 47001,
        "file:size": 812345678,
        "file:checksum": "d50110" + "0123456789abcdef" * 2,
        "sat:orbit_state": "descending",
        "product:type": "S2MSI2A",
        "processing:level": "L2A",
        "processing:version": "05.11",
        "s2:datastrip_id": "S2A_OPER_MSI_2A_DS_2BPS_20240730T163101_S20240730T104101_N05.11",
        "order_status": "succeeded",
        "product.href": f"{PRODUCT}/$value",
        "product.file:local_path": f"{NAME}.zip",
        "product.size": None,  # the zip is made while it is sent
        "thumbnail.href": f"{CATALOGUE}/Assets(11111111-aaaa-4bbb-8ccc-ddddddddddd1)/$value",
        "B04_10m.href": f"{PRODUCT}/Nodes({NAME}.SAFE)/Nodes(GRANULE)/Nodes(*)/Nodes(IMG_DATA)"
        "/Nodes(R10m)/Nodes(*_B04_10m.jp2)/$value",
        "B04_10m.file:local_path": "T31TEL_20240730T103631_B04_10m.jp2",
        "B04_10m.raster:bands": [{"scale": 0.0001, "offset": -0.1, "nodata": 0}],
    }
    then = "$skip=2"
    ids = (
        "00000001-aaaa-4bbb-8ccc-ddddddddddd1",
        "00000002-aaaa-4bbb-8ccc-ddddddddddd2",
        "00000003-aaaa-4bbb-8ccc-ddddddddddd3",
    )


def products(page="cdse_first"):
    payload = fixture(page)
    return connected("cdse", payload).read(payload, SCENES).products


# --- what the catalogue says ----------------------------------------------------------------------


def test_numbers_that_come_as_texts_are_numbers():
    product = products()[1]
    assert product.properties["eo:cloud_cover"] == 12.5
    assert product.properties["sat:relative_orbit"] == 8


def test_a_footprint_as_text_is_as_good_as_one_as_geojson():
    one, other = products()
    assert other.raw["GeoFootprint"] is None
    assert other.geometry == one.geometry


def test_an_offline_product_without_size_checksum_and_quicklook_is_a_product_all_the_same():
    product = products("cdse_last")[1]
    assert product.order_status.value == "orderable"
    assert "thumbnail" not in product.assets
    assert product.assets["B04_10m"].properties["raster:bands"][0]["offset"] == 0.0


def test_what_has_no_footprint_is_kept_without_one():
    payload = fixture("cdse_last")
    for entry in payload["value"]:
        entry.update(Footprint=None, GeoFootprint=None, Name="S1A_OPER_AUX_POEORB_OPOD.EOF")
        del entry["Attributes"], entry["Assets"]
    page = connected("cdse", payload).read(payload, SCENES)
    assert [(p.geometry, p.title) for p in page.products] == [
        (None, "S1A_OPER_AUX_POEORB_OPOD.EOF")
    ] * 2


def test_an_attribute_without_a_value_costs_nothing():
    payload = fixture("cdse_last")
    for attribute in payload["value"][0]["Attributes"]:
        del attribute["Value"]
    page = connected("cdse", payload).read(payload, SCENES)
    assert page.unreadable == 0
    assert page.products[0].properties["platform"] == "sentinel-2b"  # its name says so


def test_a_name_is_asked_for_with_and_without_its_ending():
    provider = connected("cdse", {"value": []})
    search(provider, SearchRequest("sentinel-2-l2a", ids=(NAME,)))
    assert f"(Name+eq+'{NAME}'+or+Name+eq+'{NAME}.SAFE')" in provider.line.asked[0]


def test_a_name_with_a_quote_stays_inside_its_quotes():
    provider = connected("cdse", {"value": []})
    search(provider, SearchRequest("sentinel-2-l2a", ids=("a' or 1 eq 1.SAFE",)))
    assert "(Name+eq+'a''+or+1+eq+1.SAFE')" in provider.line.asked[0]


# --- more than the catalogue shows at once --------------------------------------------------------


class Archive(Answers):
    """A catalogue as this one is run: after so many products there is no next link."""

    def __init__(self, starts, most):
        super().__init__("")
        self.starts, self.most = sorted(starts, reverse=True), most

    def send(self, request, **how):
        query = parse_qs(urlsplit(request.url).query)
        until = re.search(r"Start le (\S+)", query["$filter"][0])
        skip, top = int(query.get("$skip", ["0"])[0]), int(query["$top"][0])
        known = [
            {"Id": str(n), "Name": f"P{n}.SAFE", "ContentDate": {"Start": start}}
            for n, start in enumerate(self.starts)
            if not until or start <= until[1]
        ]
        answer = {"value": known[skip : skip + top]}
        if skip + top < min(self.most, len(known)):
            bare = re.sub(r"&%24skip=\d+", "", request.url)
            answer["@odata.nextLink"] = f"{bare}&%24skip={skip + top}"
        self.left = [answer]
        return super().send(request, **how)


def walk(archive, page=2):
    kind = providers.Kind(Cdse, replace(Cdse.info, paging=Paging(size=page)))
    http = Http("CDSE", adapters={"https://": archive}, sleep=lambda seconds: None)
    return search(Cdse(http, http, kind.info), SearchRequest("sentinel-2-l2a"))


def test_more_than_the_catalogue_shows_is_reached_by_time():
    archive = Archive([f"2024-07-{day:02d}T10:00:00.000000Z" for day in range(1, 29)], most=6)
    outcome = walk(archive)
    assert outcome.error is None
    assert [p.id for p in outcome.products] == [str(n) for n in range(28)]
    assert any("Start+le+2024-07-23T10:00:00.000000Z" in asked for asked in archive.asked)


def test_tiles_of_one_datatake_at_the_limit_are_not_lost():
    starts = [f"2024-07-{day:02d}T10:00:00.123456Z" for day in (1, 2, 3, 3, 3, 3, 3, 3, 4, 5)]
    outcome = walk(Archive(starts, most=4))
    assert sorted(int(p.id) for p in outcome.products) == list(range(10))


# --- files ----------------------------------------------------------------------------------------


def listing(*names):
    return {
        "result": [{"Id": n, "Name": n, "ContentLength": 0, "ChildrenNumber": 1} for n in names]
    }


def test_a_band_is_found_in_folders_that_no_name_tells():
    product = products()[0]
    portal = connected(
        "cdse", listing(GRANULE), listing("T31TEL_X_B03_10m.jp2", "T31TEL_X_B04_10m.jp2")
    )
    request = portal.resolve(product.assets["B04_10m"])
    folder = f"{PRODUCT}/Nodes({NAME}.SAFE)/Nodes(GRANULE)"
    assert portal.line.asked == [
        f"GET {folder}/Nodes",
        f"GET {folder}/Nodes({GRANULE})/Nodes(IMG_DATA)/Nodes(R10m)/Nodes",
    ]
    assert request == HttpRequest(
        "GET",
        f"{folder}/Nodes({GRANULE})/Nodes(IMG_DATA)/Nodes(R10m)/Nodes(T31TEL_X_B04_10m.jp2)/$value",
        login=True,
    )


def test_folders_are_looked_up_once_for_all_bands():
    product = products()[0]
    portal = connected("cdse", listing(GRANULE), listing("A_B02_10m.jp2", "A_B03_10m.jp2"))
    for key in ("B02_10m", "B03_10m", "B02_10m"):
        portal.resolve(product.assets[key])
    assert len(portal.line.asked) == 2


def test_a_level_1c_product_keeps_its_bands_in_one_folder():
    payload = json.loads(json.dumps(fixture("cdse_first")).replace("2A_2024", "1C_2024"))
    for entry in payload["value"]:
        for attribute in entry["Attributes"]:
            attribute["Value"] = {"S2MSI2A": "S2MSI1C"}.get(attribute["Value"], attribute["Value"])
    product = connected("cdse", payload).read(payload, SearchRequest("sentinel-2-l1c")).products[0]
    assert {"B01", "B8A", "B10", "TCI"} < set(product.assets)
    portal = connected("cdse", listing("L1C_T31TEL_A"), listing("T31TEL_X_TCI.jp2"))
    assert portal.resolve(product.assets["TCI"]).url.endswith(
        "/Nodes(L1C_T31TEL_A)/Nodes(IMG_DATA)/Nodes(T31TEL_X_TCI.jp2)/$value"
    )
    assert product.properties["processing:level"] == "L1C"


@pytest.mark.parametrize(
    "answer", [listing(), listing("T31TEL_OTHER.txt"), {}, [], {"result": None}]
)
def test_a_band_that_is_not_there_leads_to_the_whole_product(answer):
    portal = connected("cdse", listing(GRANULE), answer)
    with pytest.raises(errors.ProductUnavailable, match="fetch the whole product"):
        portal.resolve(products()[0].assets["B04_10m"])


@pytest.mark.parametrize(
    "name",
    [
        "S2A_OPER_PRD_MSIL1C_PDMC_20160101T120000_R008_V20160101T103631_20160101T103631",
        "S1A_IW_GRDH_1SDV_20240101T055000_20240101T055025_051911_064580_ABCD",
        "S3A_OL_1_EFR____20240101T100000_20240101T100300_20240102T100000_0179_107_165_2160_PS1_O_NT_003",
        "anything",
    ],
)
def test_only_names_that_tell_where_the_bands_are_give_single_bands(name):
    payload = fixture("cdse_last")
    payload["value"][0]["Name"] = f"{name}.SAFE"
    product = connected("cdse", payload).read(payload, SCENES).products[0]
    assert set(product.assets) == {"product", "thumbnail"}


def test_quicklooks_are_open_and_files_want_the_login():
    portal = connected("cdse", "")
    assets = products()[0].assets
    assert portal.resolve(assets["product"]).login
    assert not portal.resolve(assets["thumbnail"]).login


def test_a_quicklook_is_fetched_without_any_account(tmp_path):
    scene = download.fetch_asset(
        connected("cdse", b"\xff\xd8 a picture"),
        products()[0].assets["thumbnail"],
        tmp_path / "q.jpg",
    )
    assert scene.bytes == 12


def test_bytes_travel_with_a_token_that_never_leaves_the_house(tmp_path):
    kind = providers.discover()["cdse"]
    line = Answers(
        {"access_token": "our-pass", "expires_in": 600},
        (301, "", {"Location": "https://zipper.dataspace.copernicus.eu/odata/v1/x"}),
        (302, "", {"Location": "https://bucket.example.org/signed?sig=1"}),
        ZIP,
    )
    http = Http(
        "CDSE", hosts=kind.info.hosts, adapters={"https://": line}, sleep=lambda seconds: None
    )
    account = {"username": "ada", "password": "secret"}  # pragma: allowlist secret
    files = http.with_auth(kind.info.download_auth.auth(account, http))
    portal = Cdse(http, files)
    download.fetch_asset(portal, products()[0].assets["product"], tmp_path / "p.zip")
    token, first, inside, outside = line.asked
    assert token.startswith("POST https://identity.dataspace.copernicus.eu/auth/realms/CDSE/")
    assert "client_id=cdse-public" in token
    assert "Authorization: Bearer our-pass" in first
    assert "Authorization: Bearer our-pass" in inside
    assert "our-pass" not in outside


# --- refusals -------------------------------------------------------------------------------------

REFUSALS = [
    (401, "DAT-ZIP-604", errors.AuthError, "choose an account"),
    (401, "DAT-ZIP-109", errors.AuthError, "log in again"),
    (401, "DAT-ZIP-609", errors.AuthError, "user name and password"),
    (422, "DAT-ZIP-111", errors.ProductUnavailable, "search for it again"),
    (400, "DAT-ZIP-104", errors.ProductUnavailable, "fetch the whole product"),
    (429, "DAT-ZIP-100", errors.RateLimited, "wait a minute"),
]


@pytest.mark.parametrize(("status", "code", "kind", "step"), REFUSALS)
def test_a_refused_file_says_the_next_step(status, code, kind, step, tmp_path):
    body = {"trace-id": "1", "code": code, "message": "Words that change"}
    with pytest.raises(kind, match=step) as caught:
        download.fetch_asset(
            connected("cdse", (status, body, {})),
            products()[0].assets["product"],
            tmp_path / "p.zip",
        )
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (status, code)


def test_too_many_files_at_once_wait_a_minute_or_as_long_as_the_portal_says():
    body = {"code": "DAT-ZIP-100"}
    for headers, seconds in (({}, 60), ({"Retry-After": "7"}, 7)):
        with (
            pytest.raises(errors.RateLimited) as caught,
            connected("cdse", (429, body, headers)).files.open(HttpRequest("GET", FILES)),
        ):
            pass
        assert caught.value.retry_after == seconds


def test_a_login_that_is_refused_mentions_the_second_factor():
    body = {"error": "invalid_grant", "error_description": "Invalid user credentials"}
    kind = providers.discover()["cdse"]
    http = connected("cdse", (401, body, {})).files
    account = {"username": "ada", "password": "wrong"}  # pragma: allowlist secret
    files = http.with_auth(kind.info.download_auth.auth(account, http))
    with (
        pytest.raises(errors.AuthError, match="one-time code"),
        files.open(HttpRequest("GET", FILES)),
    ):
        pass


def test_both_portals_of_the_archive_share_one_session_and_its_refusals():
    kinds = providers.discover()
    http = connected("cdse", "").http
    account = {"username": "ada", "password": "p"}  # pragma: allowlist secret
    sessions = [kinds[n].info.download_auth.auth(account, http) for n in ("cdse", "cdse_stac")]
    assert sessions[0] is sessions[1]
    error = errors.AuthError("?", provider="CDSE", code="DAT-ZIP-604")
    assert "choose an account" in str(kinds["cdse_stac"].make.corrected(error))


# --- the same software elsewhere ------------------------------------------------------------------


def test_a_catalogue_of_the_same_software_needs_no_code(tmp_path):
    """CODE-DE as an entry of the portals file: docs/portals/cdse.md."""
    entry = {
        "id": "code_de",
        "title": "CODE-DE",
        "family": "odata",
        "url": "https://datahub.code-de.org/odata/v1",
        "files": "https://zipper.code-de.org/odata/v1",
        "collections": {"sentinel-2-l2a": "SENTINEL-2:S2MSI2A"},
        "hosts": ["*.code-de.org"],
        "auth": {
            "type": "openIdConnect",
            "endpoint": "https://auth.code-de.org/realms/code-de/protocol/openid-connect/token",
            "client_id": "the-clients-name",
        },
    }
    path = tmp_path / "portals.json"
    path.write_text(json.dumps([entry]))
    known, problems = providers.portals(path)
    assert problems == []
    portal = connected(known["code_de"], fixture("cdse_first"), {"value": []})
    found = search(portal, TestCdse.request)
    assert "GET https://datahub.code-de.org/odata/v1/Products?" in portal.line.asked[0]
    assert "'cloudCover'" in portal.line.asked[0]
    product = found.products[0]
    assert product.assets["product"].href.startswith(
        "https://zipper.code-de.org/odata/v1/Products("
    )
    assert portal.resolve(product.assets["product"]).login
