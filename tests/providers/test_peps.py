"""PEPS: resto 2 with a tape archive behind it; closed."""

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest

from sentinel_portals.core.conditions import AtMost, OneOf
from sentinel_portals.core.errors import ProductUnavailable, ResponseError, TermsNotAccepted
from sentinel_portals.core.model import OrderStatus, SearchRequest
from sentinel_portals.providers import discover
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

ROOT = "https://peps.cnes.fr/resto"
ID = "0a0b0c0d-000{}-5000-8000-00000000000{}"


class TestPeps(Contract):
    portal = "peps"
    request = SearchRequest(
        "sentinel-2-l1c",
        bbox=(145.0, 13.0, 147.0, 15.0),
        start=datetime(2024, 8, 1, tzinfo=timezone.utc),
        query={
            "eo:cloud_cover": AtMost(30),
            "grid:code": OneOf(("MGRS-55PDR", "MGRS-55PCR")),
            "sat:orbit_state": OneOf(("descending",)),
        },
    )
    sends = (
        f"GET {ROOT}/api/collections/S2ST/search.json?",
        "productType=S2MSI1C",
        "tileid=55PDR|55PCR",
        "orbitDirection=descending",
        "cloudCover=[0,30]",
        "startDate=2024-08-01T00:00:00.000Z",
    )
    first = {
        "id": ID.format(1, 1),
        "title": "S2A_MSIL1C_20240815T005251_N0511_R002_T55PDR_20240815T023440",
        "datetime": "2024-08-15T00:52:51.024Z",
        "end_datetime": "2024-08-15T00:52:51.024Z",
        "platform": "sentinel-2a",
        "eo:cloud_cover": 21.25,
        "sat:relative_orbit": 2,
        "sat:absolute_orbit": 47800,
        "sat:orbit_state": "descending",
        "grid:code": "MGRS-55PDR",
        "processing:level": "L1C",
        "product:type": "S2MSI1C",
        "s2:datatake_id": "GS2A_20240815T005251_047800_N05.11",
        "order_status": "succeeded",
        "product.href": f"{ROOT}/collections/S2ST/{ID.format(1, 1)}/download",
        "product.size": 780000001,
        "product.checksum": "md5 0123456789abcdef0123456789abcde1",
        "thumbnail.href": "https://peps.cnes.fr/quicklook/2024/08/15/S2A/"
        "S2A_MSIL1C_20240815T005251_N0511_R002_T55PDR_20240815T023440_quicklook.jpg",
    }
    ids = tuple(ID.format(n, n) for n in (1, 2, 3))
    then = "page=2"


def on_tape(*answers):
    provider = connected("peps", *answers)
    page = provider.parse(fixture("peps_first"), TestPeps.request)
    return provider, page.products[1]


def test_it_closed_and_says_who_took_over():
    info = discover()["peps"].info
    assert (info.state, info.until, info.successor) == ("closed", date(2026, 3, 25), "geodes")


def test_disk_tape_and_staging_are_told_apart():
    provider = connected("peps", *TestPeps().pages)
    pages = list(provider.search(TestPeps.request))
    states = [p.order_status.value for page in pages for p in page.products]
    assert states == ["succeeded", "orderable", "ordered"]


def test_asking_for_a_file_on_tape_orders_it():
    provider, product = on_tape((202, "", {}))
    assert provider.order(product).order_status is OrderStatus.ORDERED
    link = f"{ROOT}/collections/S2ST/{product.id}/download?issuerId=peps"
    assert provider.line.asked == [f"GET {link}"]


def test_an_order_may_be_answered_as_busy():
    provider, product = on_tape((503, "", {}))
    assert provider.order(product).order_status is OrderStatus.ORDERED


def test_an_order_that_is_refused_says_why():
    provider, product = on_tape((403, {"ErrorMessage": "No.", "ErrorCode": 403}, {}))
    with pytest.raises(TermsNotAccepted, match="No"):
        provider.order(product)


def test_what_has_no_link_cannot_be_ordered():
    provider, product = on_tape(b"")
    with pytest.raises(ProductUnavailable, match="no link"):
        provider.order(replace(product, assets={}))


def test_one_looks_at_the_products_own_page_until_it_is_on_disk():
    feature = fixture("peps_first")["features"][1]
    staged = {**feature, "properties": {**feature["properties"], "storage": {"mode": "disk"}}}
    provider, product = on_tape(feature, staged)
    assert provider.details(product).order_status is OrderStatus.ORDERABLE
    assert provider.details(product).order_status is OrderStatus.SUCCEEDED
    assert provider.line.asked[0] == f"GET {ROOT}/collections/S2ST/{product.id}.json"


@pytest.mark.parametrize("odd", [{}, [], {"properties": None}, {"properties": {"storage": 7}}])
def test_an_odd_page_of_a_product_is_a_response_error(odd):
    provider, product = on_tape(odd)
    with pytest.raises(ResponseError, match="PEPS"):
        provider.details(product)
