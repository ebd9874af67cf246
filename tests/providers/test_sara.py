"""SARA: resto 2 as Australia speaks it."""

from datetime import datetime, timezone

import pytest

from sentinel_portals.core.conditions import AtLeast, AtMost, Between, OneOf
from sentinel_portals.core.errors import AuthError, QueryError, ServiceError, TermsNotAccepted
from sentinel_portals.core.geometry import box
from sentinel_portals.core.model import OrderStatus, SearchRequest
from sentinel_portals.providers import discover
from sentinel_portals.providers._resto import RestoProvider, order_status
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

ROOT = "https://copernicus.nci.org.au/sara.server/1.0"
ID = "0a0b0c0d-000{}-5000-8000-00000000000{}"


class TestSara(Contract):
    portal = "sara"
    request = SearchRequest(
        "sentinel-2-l2a",
        bbox=(149.0, -35.6, 149.3, -35.2),
        start=datetime(2024, 1, 1, tzinfo=timezone.utc),
        end=datetime(2024, 1, 31, 23, 59, 59, tzinfo=timezone.utc),
        query={
            "eo:cloud_cover": AtMost(20.5),
            "platform": OneOf(("sentinel-2b",)),
            "sat:relative_orbit": OneOf((30,)),
            "sat:orbit_state": OneOf(("descending",)),
        },
    )
    sends = (
        f"GET {ROOT}/api/collections/S2/search.json?",
        "productType=S2MSIL2A",
        "box=149.000000,-35.600000,149.300000,-35.200000",
        "startDate=2024-01-01T00:00:00.000Z",
        "completionDate=2024-01-31T23:59:59.000Z",
        "cloudCover=[0,21]",
        "platform=S2B",
        "orbitNumber=30",
        "orbitDirection=Descending",
        "maxRecords=100",
        "page=1",
    )
    first = {
        "id": ID.format(1, 1),
        "title": "S2B_MSIL2A_20240108T000219_N0510_R030_T55HFA_20240108T012431",
        "datetime": "2024-01-08T00:02:19.024Z",
        "platform": "sentinel-2b",
        "eo:cloud_cover": 11.5,
        "sat:relative_orbit": 30,
        "sat:absolute_orbit": 35701,
        "sat:orbit_state": "descending",
        "grid:code": "MGRS-55HFA",
        "processing:level": "L2A",
        "order_status": "succeeded",
        "assets": ["product", "thumbnail"],
        "product.href": f"{ROOT}/collections/S2/{ID.format(1, 1)}/download",
        "product.size": 900000001,
        "product.checksum": "md5 0123456789abcdef0123456789abcde1",
        "product.file:local_path": "S2B_MSIL2A_20240108T000219_N0510_R030_T55HFA_20240108T012431"
        ".zip",
    }
    ids = tuple(ID.format(n, n) for n in (1, 2, 3))
    then = "page=2"


def asked(**what):
    provider = connected("sara", {"features": []})
    question = SearchRequest("sentinel-2-l2a", **what)
    return provider.build(question, None).params


def test_a_polygon_is_sent_as_it_is():
    assert asked(intersects=box((1, 2, 3, 4)))["geometry"].startswith("POLYGON ((1 2")


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (AtMost(20), "[0,20]"),
        (AtLeast(10.5), "[10,100]"),
        (Between(10.2, 20.2), "[10,21]"),
        (AtMost(0), "0"),
        (OneOf((5, 40)), "[5,40]"),
    ],
)
def test_percentages_are_whole_and_never_too_narrow(wish, said):
    assert asked(query={"eo:cloud_cover": wish})["cloudCover"] == said


def test_several_words_are_joined():
    wish = {"platform": OneOf(("sentinel-2a", "sentinel-2b"))}
    assert asked(query=wish)["platform"] == "S2A|S2B"


def test_one_uuid_is_an_identifier_and_names_are_product_identifiers():
    assert asked(ids=(ID.format(1, 1),))["identifier"] == ID.format(1, 1)
    assert asked(ids=("ONE", "TWO"))["productIdentifier"] == "ONE|TWO"


def test_a_page_is_no_larger_than_what_is_wanted_unless_something_is_sorted_out_here():
    assert asked(max_items=7)["maxRecords"] == "7"
    assert asked(max_items=7, query={"grid:code": OneOf(("MGRS-55HFA",))})["maxRecords"] == "100"


def test_a_link_to_an_internal_host_is_not_followed():
    provider = connected("sara", fixture("sara_first"))
    page = provider.parse(fixture("sara_first"), TestSara.request)
    assert provider.build(TestSara.request, page.next).url.startswith(ROOT)


def test_an_estimated_total_is_not_told_as_one():
    page = fixture("sara_last")
    assert connected("sara", page).parse(page, TestSara.request).matched == 3
    page["properties"]["exactCount"] = False
    assert connected("sara", page).parse(page, TestSara.request).matched is None
    page["properties"].update(exactCount=True, totalResults=-1)
    assert connected("sara", page).parse(page, TestSara.request).matched is None


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"ErrorMessage": "Forbidden", "ErrorCode": 3002}, TermsNotAccepted),
        ({"ErrorMessage": "Forbidden", "ErrorCode": 403}, TermsNotAccepted),
        ({"ErrorMessage": "Unauthorized", "ErrorCode": 401}, AuthError),
        ({"ErrorMessage": "Invalid geo:box", "ErrorCode": 400}, QueryError),
        ({"ErrorMessage": "Own code", "ErrorCode": 1001}, QueryError),
        ({"ErrorMessage": "Ill", "ErrorCode": 500}, ServiceError),
        ({"ErrorMessage": "Odd", "ErrorCode": "what?"}, QueryError),
    ],
)
def test_a_refusal_with_status_200_is_a_refusal(body, kind):
    provider = connected("sara", body)
    with pytest.raises(kind) as told:
        list(provider.search(TestSara.request))
    assert type(told.value) is kind
    assert "SARA" in str(told.value)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b'{"ErrorMessage": "Forbidden", "ErrorCode": 3002, "license": {}}', TermsNotAccepted),
        (b'  {"ErrorMessage": "Not validated", "ErrorCode": 403}', TermsNotAccepted),
        (b'{"a": "file that is JSON"}', type(None)),
        (b'{"ErrorCode": ', type(None)),
        (b"PK\x03\x04", type(None)),
        (b"", type(None)),
    ],
)
def test_a_refusal_in_place_of_a_file_is_noticed(start, kind):
    assert type(connected("sara", b"").refusal(start)) is kind


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"storage": {"mode": "disk"}}, "succeeded"),
        ({"storage": {"mode": "tier2"}}, "succeeded"),
        ({"storage": {"mode": "tape"}}, "orderable"),
        ({"storage": {"mode": "tier3"}}, "orderable"),
        ({"storage": {"mode": "staging"}}, "ordered"),
        ({"status": 0}, "succeeded"),
        ({"status": 31}, "orderable"),
        ({"status": 32}, "ordered"),
        ({"status": "OFFLINE"}, "orderable"),
        ({"storage": None, "status": None}, "succeeded"),
        ({}, "succeeded"),
    ],
)
def test_where_a_product_lies_is_one_word(said, status):
    assert order_status(said) is OrderStatus(status)


def test_a_server_that_nobody_wrote_down_is_asked_what_all_understand(tmp_path):
    from sentinel_portals.providers import portals

    path = tmp_path / "portals.json"
    path.write_text(
        '[{"id": "mine", "title": "Mine", "family": "resto", "url": "https://resto.example.org",'
        ' "collections": {"sentinel-2-l1c": "S2:LEVEL1C"}, "kind": "processingLevel",'
        ' "always": {"status": "all"}}]'
    )
    known, problems = portals(path)
    assert problems == []
    kind = known["mine"]
    assert kind.make is RestoProvider
    wishes = {"eo:cloud_cover": AtMost(5), "grid:code": OneOf(("MGRS-55HFA",))}
    request = connected(kind, b"").build(SearchRequest("sentinel-2-l1c", query=wishes), None)
    assert request.url == "https://resto.example.org/api/collections/S2/search.json"
    assert request.params["cloudCover"] == "[0,5]"
    assert request.params["processingLevel"] == "LEVEL1C"
    assert request.params["status"] == "all"
    assert "grid:code" not in str(request.params)


def test_it_is_open():
    assert discover()["sara"].info.state == "open"
