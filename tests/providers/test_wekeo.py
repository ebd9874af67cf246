"""WEkEO: a question as strings, names that tell what the answer does not, and orders."""

from dataclasses import replace

import pytest

from sentinel_portals import api
from sentinel_portals.core import download, errors
from sentinel_portals.core.auth import HeaderAuth, Open
from sentinel_portals.core.model import OrderStatus, SearchRequest
from sentinel_portals.core.search import search
from sentinel_portals.core.transport import Http, HttpRequest
from sentinel_portals.providers import Kind, connect, discover
from sentinel_portals.providers.wekeo import LOGIN, Wekeo
from sentinel_portals.tests.providers.answers import ZIP, Answers, connected, fixture
from sentinel_portals.tests.providers.contract import Contract

HDA = "https://gateway.prod.wekeo2.eu/hda-broker/api/v1"
NAME = "S2A_MSIL2A_20240730T103631_N0511_R008_T31TEL_20240730T163101"
ACCOUNT = {"username": "ada", "password": "secret"}  # pragma: allowlist secret
L2A = SearchRequest("sentinel-2-l2a")


class TestWekeo(Contract):
    portal = Kind(Wekeo, replace(Wekeo.info, search_auth=Open()))  # as after the login
    request = api.question(
        "sentinel-2-l2a",
        (2.9, 45.6, 3.3, 45.9),
        "2024-07-01",
        "2024-07-31",
        max_cloud=20,
        filters={"platform": ["sentinel-2a", "sentinel-2b"], "sat:relative_orbit": 8},
    )
    sends = (
        f"POST {HDA}/dataaccess/search ",
        '"dataset_id": "EO:ESA:DAT:SENTINEL-2"',
        '"productType": "S2MSI2A"',
        '"bbox": [2.9, 45.6, 3.3, 45.9]',
        '"startdate": "2024-07-01T00:00:00.000Z", "enddate": "2024-07-31T23:59:59.999Z"',
        '"cloudCover": "20"',
        '"relativeOrbitNumber": "8"',
        '"itemsPerPage": 100, "startIndex": 0',
    )
    first = {
        "id": f"{NAME}.SAFE",
        "title": NAME,
        "datetime": "2024-07-30T10:36:31.024Z",
        "platform": "sentinel-2a",
        "grid:code": "MGRS-31TEL",
        "sat:relative_orbit": 8,
        "file:size": 812345678,
        "eo:cloud_cover": 4.25,
        "sat:orbit_state": "descending",
        "processing:level": "L2A",
        "assets": ["product", "thumbnail"],
        "product.href": f"{HDA}/dataaccess/download",
        "product.wekeo:order": {
            "dataset_id": "EO:ESA:DAT:SENTINEL-2",
            "product_id": f"{NAME}.SAFE",
            "location": "https://zipper.example.org/download/00000001-aaaa-4bbb-8ccc-dddddddddddd",
        },
        "product.file:local_path": f"{NAME}.zip",
    }
    then = '"startIndex": 2'
    ids = (
        f"{NAME}.SAFE",
        "S2B_MSIL2A_20240725T103629_N0511_R008_T31TEL_20240725T131125.SAFE",
        "S2A_MSIL2A_20240710T103631_N0510_R008_T31TEL_20240710T164431.SAFE",
    )


def products():
    return connected("wekeo", "").read(fixture("wekeo_first"), L2A).products


# --- searching ------------------------------------------------------------------------------------


def test_two_platforms_cannot_be_asked_for_and_are_sorted_out_here():
    portal = connected(TestWekeo.portal, fixture("wekeo_last"))
    outcome = search(portal, TestWekeo.request)
    assert outcome.checked_here == ("platform",)
    assert "platformSerial" not in portal.line.asked[0]


def test_what_an_answer_does_not_say_its_name_does_except_the_clouds():
    silent = products()[1].properties
    assert silent["platform"] == "sentinel-2b"
    assert silent["sat:relative_orbit"] == 8
    assert silent["grid:code"] == "MGRS-31TEL"
    assert "eo:cloud_cover" not in silent


def test_some_data_sets_say_where_to_go_on_and_no_total():
    page = {**fixture("wekeo_first"), "properties": {"nextIndex": 100}}
    last = {**fixture("wekeo_last"), "properties": {}}
    portal = connected(TestWekeo.portal, page, last)
    assert len(search(portal, L2A).products) == 3
    assert '"startIndex": 100' in portal.line.asked[1]


def test_an_area_is_asked_as_its_box_and_cut_to_here():
    triangle = "POLYGON((10 45, 12 45, 10 47, 10 45))"
    portal = connected(TestWekeo.portal, fixture("wekeo_last"))
    outcome = search(portal, api.question("sentinel-2-l2a", triangle))
    assert '"bbox": [10.0, 45.0, 12.0, 47.0]' in portal.line.asked[0]
    assert outcome.products == ()


def test_one_name_is_asked_for_and_several_are_picked_out_here():
    for ids in ((NAME,), (NAME, "another")):
        portal = connected(TestWekeo.portal, fixture("wekeo_first"), {"features": []})
        found = search(portal, SearchRequest("sentinel-2-l2a", ids=ids)).products
        assert [p.title for p in found] == [NAME]
        assert ("datasetIdentifier" in portal.line.asked[0]) == (len(ids) == 1)


# --- the login ------------------------------------------------------------------------------------


def logged_in(*answers):
    line = Answers(*answers)
    wires = {"https://": line}
    http = Http("WEkEO", adapters=wires, corrected=Wekeo.corrected, sleep=lambda seconds: None)
    http = http.with_auth(LOGIN.auth(ACCOUNT, http))
    portal = Wekeo(http, http)
    portal.line = line
    return portal


PASS = {"access_token": "t1", "refresh_token": "r1", "expires_in": 3600}


def test_without_an_account_it_says_so_before_anything_is_sent():
    outcome = search(connect(discover()["wekeo"]), L2A)
    assert type(outcome.error) is errors.AuthError


def test_a_search_carries_the_token():
    portal = logged_in(PASS, fixture("wekeo_last"))
    assert search(portal, replace(L2A, max_items=1)).error is None
    assert portal.line.asked[0] == (
        "POST https://gateway.prod.wekeo2.eu/identity/gettoken "
        '{"username": "ada", "password": "secret"}'  # pragma: allowlist secret
    )
    assert "Authorization: Bearer t1" in portal.line.asked[1]


def test_the_address_before_july_2026_is_tried_where_the_new_one_is_gone():
    portal = logged_in((404, "", {}), PASS, {"features": []})
    assert search(portal, L2A).error is None
    assert portal.line.asked[1].startswith(
        "POST https://gateway.prod.wekeo2.eu/hda-broker/gettoken "
    )


def test_a_refused_password_comes_with_status_200():
    refusal = {"error": "invalid_grant", "error_description": "Invalid user credentials"}
    portal = logged_in(refusal)
    for _ in range(2):
        error = search(portal, L2A).error
        assert type(error) is errors.AuthError
        assert "Invalid user credentials" in str(error)
    assert len(portal.line.asked) == 1


def test_an_ended_token_comes_as_403_and_is_bought_anew_once():
    portal = logged_in(PASS, (403, "", {}), {**PASS, "access_token": "t2"}, {"features": []})
    assert search(portal, L2A).error is None
    assert "Bearer t2" in portal.line.asked[3]


def test_a_licence_that_was_never_accepted_is_403_for_ever_and_says_where_to_accept_it():
    portal = logged_in(PASS, (403, "", {}), PASS, (403, "", {}))
    error = search(portal, L2A).error
    assert type(error) is errors.TermsNotAccepted
    assert "accept the licence" in str(error)


# --- files ----------------------------------------------------------------------------------------

ORDER = {"download_id": "65f0"}
WAITS, READY = (202, "", {}), (200, "", {})


def test_nothing_is_had_without_an_order():
    assert {p.order_status for p in products()} == {OrderStatus.ORDERABLE}
    with pytest.raises(errors.ProductOffline):
        connected("wekeo", "").resolve(products()[0].assets["product"])


def test_without_a_queue_a_file_is_ordered_waited_for_and_fetched(tmp_path):
    portal = connected("wekeo", ORDER, WAITS, WAITS, READY, READY, ZIP, auth=HeaderAuth("A", "b"))
    scene = download.fetch_scene(products()[:1], {"wekeo": portal}, ("product",), tmp_path)
    assert scene.files[0].path.read_bytes() == ZIP
    placed, *looks, file = portal.line.asked
    assert placed.startswith(f'POST {HDA}/dataaccess/download {{"dataset_id": "EO:ESA')
    assert [asked.split()[:2] for asked in looks] == [
        ["HEAD", f"{HDA}/dataaccess/download/65f0"]
    ] * 4
    assert file.startswith(f"GET {HDA}/dataaccess/download/65f0")


def test_without_a_queue_an_order_that_takes_long_is_told(tmp_path):
    portal = connected("wekeo", ORDER, WAITS, auth=HeaderAuth("A", "b"))
    scene = download.fetch_scene(products()[:1], {"wekeo": portal}, ("product",), tmp_path)
    assert type(scene.error) is errors.ProductOffline
    assert "offline (shipping)" in str(scene.error)


def test_a_queue_can_order_look_again_and_fetch_without_waiting():
    portal = connected("wekeo", ORDER, WAITS, READY)
    ordered = portal.order(products()[0])
    assert ordered.order_status is OrderStatus.ORDERED
    looked = portal.details(ordered)
    assert looked.order_status is OrderStatus.SHIPPING
    done = portal.details(looked)
    assert done.order_status is OrderStatus.SUCCEEDED
    assert portal.resolve(done.assets["product"]) == HttpRequest(
        "GET", f"{HDA}/dataaccess/download/65f0"
    )
    assert len(portal.line.asked) == 3  # never ordered twice


def test_a_product_that_was_not_ordered_needs_no_look():
    portal = connected("wekeo", "")
    assert portal.details(products()[0]) is not None
    assert portal.line.asked == []


@pytest.mark.parametrize("answer", [{}, [], None, {"download_id": None}, {"download_id": 7}])
def test_an_order_without_a_number_is_no_order(answer):
    with pytest.raises(errors.ResponseError, match="no number"):
        connected("wekeo", answer).order(products()[0])


def test_quicklooks_lie_elsewhere_and_never_see_the_token():
    request = connected("wekeo", "").resolve(products()[0].assets["thumbnail"])
    assert not request.login
