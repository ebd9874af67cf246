"""Every recorded answer of resto: PEPS, a real server 2.5.2, CDSE, and the reconstructed ones."""

import json

import pytest

from sentinel_portals.core.errors import (
    PortalError,
    ProductUnavailable,
    QueryError,
    TermsNotAccepted,
)
from sentinel_portals.core.model import SearchRequest, format_time
from sentinel_portals.core.search import search
from sentinel_portals.providers import Kind
from sentinel_portals.providers._resto import RestoInfo, RestoProvider
from sentinel_portals.tests.providers.answers import connected
from sentinel_portals.tests.providers.contract import flat
from sentinel_portals.tests.providers.fuzzing import survives
from sentinel_portals.tests.providers.recorded import RECORDED, inside, names, needs_recordings
from sentinel_portals.tests.providers.recorded import recorded as answer

pytestmark = needs_recordings

PARITY = (137.7729, 13.1342, 153.7491, 23.8860)
L1C = SearchRequest("sentinel-2-l1c", bbox=PARITY)
LAB = Kind(
    RestoProvider,
    RestoInfo(
        "lab",
        "Lab",
        "resto",
        "http://127.0.0.1:18084/resto",
        collections={"sentinel-2-l2a": "S2ST", "sentinel-2-l2a-maja": "SENTINEL2"},
    ),
)
L2A = SearchRequest("sentinel-2-l2a")


def read(portal, name, request):
    payload = answer(name)
    payload = payload.get("body", payload)
    return connected(portal, payload).read(payload, request)


# PEPS ---------------------------------------------------------------------------------------


def test_peps_two_of_forty_seven():
    page = read("peps", "peps/search_s2st_2.json", L1C)
    assert (page.matched, page.next, page.unreadable) == (47, 2, 0)
    values = [flat(p) for p in page.products]
    assert [v["id"] for v in values] == [
        "01f888ef-3368-59ff-a639-52242d159d7c",
        "0cc0ca6e-52a0-559e-a987-a3dc7f0b9f31",
    ]
    assert [v["title"] for v in values] == [
        "S2A_MSIL1C_20200815T005251_N0209_R002_T55PDR_20200815T023440",
        "S2A_MSIL1C_20200815T005251_N0209_R002_T55PCR_20200815T023440",
    ]
    assert [v["eo:cloud_cover"] for v in values] == [20.5218, 2.6607]
    assert [v["grid:code"] for v in values] == ["MGRS-55PDR", "MGRS-55PCR"]
    assert [v["order_status"] for v in values] == ["succeeded", "orderable"]  # disk, tape
    assert [v["product.size"] for v in values] == [781865648, 659478453]
    assert values[0]["product.checksum"] == "md5 64ffca4b9cd13d094ed05554e010db5a"
    for value in values:
        assert value["datetime"] == value["end_datetime"] == "2020-08-15T00:52:51.024Z"
        assert value["platform"] == "sentinel-2a"
        assert value["sat:relative_orbit"] == 2
        assert value["sat:absolute_orbit"] == 26883
        assert value["sat:orbit_state"] == "descending"
        assert value["processing:level"] == "L1C"
        assert value["product.href"] == (
            f"https://peps.cnes.fr/resto/collections/S2ST/{value['id']}/download"
        )
        assert value["thumbnail.href"] == (
            f"https://peps.cnes.fr/quicklook/2020/08/15/S2A/{value['title']}_quicklook.jpg"
        )
    assert all(inside(p, PARITY) for p in page.products)


@pytest.mark.parametrize(
    ("name", "found", "following", "states"),
    [
        ("peps/search_count_1.json", 1, 2, ["succeeded"]),
        ("reconstructed/peps_search_empty.json", 0, None, []),
        ("reconstructed/peps_search_last_page.json", 1, None, ["orderable"]),
        ("reconstructed/peps_search_staging_and_tape.json", 2, 2, ["ordered", "orderable"]),
    ],
)
def test_peps_other_pages(name, found, following, states):
    page = read("peps", name, L1C)
    assert (len(page.products), page.next) == (found, following)
    assert [p.order_status.value for p in page.products] == states
    assert page.matched == (47 if found else 0)


# the reconstructed: THEIA, SARA, the finder of CREODIAS ------------------------------------------


def test_theia():
    request = SearchRequest("sentinel-2-l2a-maja")
    page = read("theia", "reconstructed/theia_search_sentinel2_2.json", request)
    first = flat(page.products[0])
    assert (page.matched, page.next, len(page.products)) == (2, None, 2)
    assert first["title"] == "SENTINEL2A_20190314-104911-877_L2A_T31TCH_D"
    assert first["datetime"] == "2019-03-14T10:49:11.000Z"
    assert first["platform"] == "sentinel-2a"
    assert first["eo:cloud_cover"] == 54
    assert first["sat:relative_orbit"] == 8
    assert first["sat:absolute_orbit"] == 19453
    assert first["grid:code"] == "MGRS-31TCH"
    assert first["product.checksum"] == "md5 c78a5398557efb077b834c0da5c9d279"
    assert first["product.size"] is None
    assert first["thumbnail.href"].endswith("_THB_ALL.png")
    assert first["quicklook.href"].endswith("_QKL_ALL.png")
    assert all(inside(p, (0.4, 42, 3.2, 44)) for p in page.products)


def test_sara():
    page = read("sara", "reconstructed/sara_search_s2_1.json", L1C)
    first = flat(page.products[0])
    assert (first["sat:relative_orbit"], first["sat:absolute_orbit"]) == (30, 13200)
    assert first["sat:orbit_state"] == "descending"
    assert first["product.checksum"] == "md5 " + 32 * "0"
    assert first["order_status"] == "succeeded"


def test_the_finder_of_creodias():
    name = "reconstructed/creodias_finder_search_sentinel2_2.json"
    page = read("creodias_finder", name, L1C)
    first = flat(page.products[0])
    assert first["title"] == "S2A_MSIL1C_20190314T104021_N0207_R008_T31TDH_20190314T160209"
    assert first["datetime"] == "2019-03-14T10:40:21.025Z"
    assert first["eo:cloud_cover"] == 55.1765
    assert first["grid:code"] == "MGRS-31TDH"
    assert first["product.size"] == 819294132
    assert first["product.href"] == (
        "https://zipper.creodias.eu/download/4a714a51-c5b4-5a44-a624-bc891a3af15e"
    )
    assert first["thumbnail.href"].endswith("-ql.jpg")
    assert first["s2:datatake_id"] == "GS2A_20190314T104021_019453_N02.07"
    assert all(inside(p, (0.4, 42, 3.2, 44)) for p in page.products)


# CDSE OpenSearch ----------------------------------------------------------------------------


def test_cdse_opensearch_ten_of_forty_eight_without_footprint():
    request = SearchRequest("sentinel-1-grd")
    page = read("cdse_opensearch", "cdse_opensearch_retired/s1_search_page_1_of_5.json", request)
    assert (len(page.products), page.matched, page.next, page.unreadable) == (10, 48, 2, 0)
    first = flat(page.products[0])
    assert first["id"] == "171fd093-b1bc-4528-910b-73156cd0b5d3"
    assert first["datetime"] == "2014-06-29T00:00:05.000Z"
    assert first["product.size"] == 2655944
    assert "eo:cloud_cover" not in first
    assert "sat:relative_orbit" not in first  # it says 0
    assert {p.geometry for p in page.products} == {None}
    assert {p.online for p in page.products} == {True}


@pytest.mark.parametrize("number", [1, 2])
def test_cdse_opensearch_says_what_is_wrong_with_the_question(number):
    body = answer(f"cdse_opensearch_retired/error_400_{number}.json")
    error = search(connected("cdse_opensearch", (400, body, {})), L1C).error
    assert type(error) is QueryError
    assert "should be less than" in str(error)


# a real resto 2.5.2 -------------------------------------------------------------------------


def lab(name):
    return answer(f"lab_resto-2.5.2/{name}.json")


@pytest.mark.parametrize(
    ("name", "found", "matched", "following"),
    [
        ("search_box_dates", 5, 28, 2),
        ("search_cloud", 3, 22, 2),
        ("search_cloud_lt", 3, 42, 2),
        ("search_geometry_wkt", 3, 40, 2),
        ("search_productidentifier", 3, 40, 2),
        ("search_producttype", 3, 20, 2),
        ("search_identifier", 1, 1, None),
        ("search_empty", 0, 0, None),
        ("search_q_freetext", 0, 0, None),
        ("search_all_collections", 3, None, 2),  # 203 are an estimate
        ("search_page1", 50, None, 2),
        ("search_page4_last", 50, None, 5),  # announces a page after the last
        ("search_page5_past_end", 0, None, None),
        ("search_maxrecords_500", 200, None, None),
        ("search_sort_asc", 2, None, 2),
        ("search_index", 2, None, None),
        ("error_box_reversed", 20, 80, 2),  # accepted without a word
        ("error_unknown_param", 1, None, 2),
    ],
)
def test_a_real_server_page_by_page(name, found, matched, following):
    page = read(LAB, f"lab_resto-2.5.2/{name}.json", L2A)
    assert (len(page.products), page.matched, page.unreadable) == (found, matched, 0)
    if name != "search_index":  # asked by index, which we never do
        assert page.next == following


def test_a_real_server_is_walked_to_its_end():
    first, last, beyond = (
        lab(n)["body"] for n in ("search_page1", "search_page4_last", "search_page5_past_end")
    )
    provider = connected(LAB, first, last, beyond)
    outcome = search(provider, L2A)
    assert (len(outcome.products), outcome.pages, outcome.error) == (100, 3, None)


def test_a_real_servers_facts():
    feature = lab("feature")["body"]
    page = {"features": [feature]}
    value = flat(connected(LAB, page).parse(page, L2A).products[0])
    assert value["id"] == "a97012e3-b0d0-59d1-8bf3-6fbfb48870eb"
    assert value["title"] == "S2B_MSIL2A_20160215T103021_N0500_R010_T31TCJ_00000180"
    assert value["datetime"] == "2016-02-15T10:30:21.026Z"
    assert value["end_datetime"] == "2016-02-15T10:30:21.999Z"
    assert value["platform"] == "sentinel-2b"
    assert value["eo:cloud_cover"] == 95
    assert value["sat:absolute_orbit"] == 6180
    assert value["sat:orbit_state"] == "descending"
    assert value["product.size"] == 6317584
    assert value["thumbnail.href"].endswith("thumbnail.png")


def test_what_we_ask_is_what_the_real_server_understood():
    """The recorded questions, asked by us: the same parameters, in the server's own pattern."""
    from datetime import datetime, timezone

    from sentinel_portals.core.conditions import AtMost

    pattern = r"^(\[|\]|[0-9])?[0-9]+$|^[0-9]+?(\[|\])$|^(\[|\])[0-9]+,[0-9]+(\[|\])$"
    assert pattern in lab("error_bad_cloud")["body"]["ErrorMessage"]
    request = SearchRequest(
        "sentinel-2-l2a",
        bbox=(1.35, 43.4, 1.7, 43.7),
        start=datetime(2016, 1, 1, tzinfo=timezone.utc),
        end=datetime(2016, 1, 31, 23, 59, 59, tzinfo=timezone.utc),
        query={"eo:cloud_cover": AtMost(10)},
    )
    kind = Kind(LAB.make, LAB.make.info_type(**{**vars(LAB.info), **RestoProvider.usual}))
    params = connected(kind, b"").build(request, None).params
    assert params["cloudCover"] == "[0,10]"
    path = lab("search_box_dates")["request"]["path"]
    assert f"startDate={params['startDate'].replace('.000Z', 'Z')}" in path
    assert f"completionDate={params['completionDate'].replace('.000Z', 'Z')}" in path
    assert [float(v) for v in params["box"].split(",")] == [1.35, 43.4, 1.7, 43.7]
    products = read(LAB, "lab_resto-2.5.2/search_box_dates.json", request).products
    assert all(inside(p, request.bbox) for p in products)
    assert all(request.start <= p.start <= request.end for p in products)
    cloudless = read(LAB, "lab_resto-2.5.2/search_cloud.json", request).products
    assert all(p.properties["eo:cloud_cover"] <= 10 for p in cloudless)


@pytest.mark.parametrize("name", [n for n in names("lab_resto-2.5.2/*.json") if "error_" in n])
def test_a_real_servers_refusals(name):
    told = answer(name)
    if told["status"] == 200:
        return
    provider = connected(LAB, (told["status"], told["body"], told["headers"]))
    error = search(provider, L2A).error
    assert isinstance(error, PortalError)
    said = str(error)
    if told["status"] == 404:
        assert "no longer answers at this address" in said
    else:
        assert type(error) is QueryError
        assert told["body"]["ErrorMessage"][:40] in said


@pytest.mark.parametrize("name", ["download_local_anonymous", "download_external_anonymous"])
def test_a_download_without_login_is_refused_by_status_and_by_body(name):
    told = lab(name)
    provider = connected(LAB, (told["status"], told["body"], told["headers"]))
    with pytest.raises(TermsNotAccepted), provider.files.open(provider.resolve(asset())):
        pass
    assert type(provider.refusal(json.dumps(told["body"]).encode())) is TermsNotAccepted


def asset():
    page = read(LAB, "lab_resto-2.5.2/search_identifier.json", L2A)
    return page.products[0].assets["product"]


def test_a_zip_that_is_called_html_is_a_zip():
    head = bytes.fromhex(lab("download_external_admin")["body"]["head_hex"])
    assert connected(LAB, b"").refusal(head) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("resto_err_license_3002_http200", TermsNotAccepted),
        ("resto_err_user_not_validated", TermsNotAccepted),
        ("resto_err_not_found", ProductUnavailable),
    ],
)
def test_a_refusal_in_place_of_a_file(name, kind):
    content = (RECORDED / "reconstructed" / f"{name}.json").read_bytes()
    assert type(connected("theia", b"").refusal(content)) is kind


def test_the_token_of_theia():
    from sentinel_portals.tests.providers.test_theia import bearer, sent

    told = answer("reconstructed/theia_token.txt")
    assert sent(bearer(told)[0]) == f"Bearer {told.decode().strip()}"


def test_two_thousand_damaged_answers():
    originals = [
        (RECORDED / name).read_bytes()
        for name in (
            "peps/search_s2st_2.json",
            "reconstructed/theia_search_sentinel2_2.json",
            "reconstructed/creodias_finder_search_sentinel2_2.json",
            "reconstructed/sara_search_s2_1.json",
        )
    ]
    refusals = {QueryError, TermsNotAccepted}
    survives(connected("peps", b""), L1C, originals, refusals=refusals)


def test_times_are_said_alike_by_all():
    told = {
        format_time(p.start)[:10]
        for name in ("peps/search_s2st_2.json", "peps/search_count_1.json")
        for p in read("peps", name, L1C).products
    }
    assert told == {"2020-08-15"}
