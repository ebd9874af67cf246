"""ONDA: OData 4 with facts as metadata and orders for what is offline; closed."""

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest

from sentinel_portals.core.conditions import AtMost, OneOf
from sentinel_portals.core.errors import AuthError, ResponseError
from sentinel_portals.core.model import OrderStatus, SearchRequest
from sentinel_portals.core.search import search
from sentinel_portals.providers import Kind, discover
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

ROOT = "https://catalogue.onda-dias.eu/dias-catalogue"
ID = "0a0b0c0d-000{}-7000-8000-00000000000{}"
FACTS = discover()["onda"]


class TestOnda(Contract):
    # Pages of two, so that the first is full: the answer does not tell how many there are.
    portal = Kind(FACTS.make, replace(FACTS.info, paging=replace(FACTS.info.paging, size=2)))
    request = SearchRequest(
        "sentinel-2-l1c",
        bbox=(145.0, 13.0, 147.0, 15.0),
        start=datetime(2024, 8, 1, tzinfo=timezone.utc),
        end=datetime(2024, 8, 31, tzinfo=timezone.utc),
        query={
            "eo:cloud_cover": AtMost(30),
            "grid:code": OneOf(("MGRS-55PDR", "MGRS-55PCR")),
            "platform": OneOf(("sentinel-2a",)),
        },
    )
    sends = (
        f'GET {ROOT}/Products?$search="platformName:Sentinel-2 AND productType:S2MSI1C AND ',
        'footprint:"Intersects(POLYGON((145 13,147 13,147 15,145 15,145 13)))"',
        "beginPosition:[2024-08-01T00:00:00.000Z TO *]",
        "endPosition:[* TO 2024-08-31T00:00:00.000Z]",
        "cloudCoverPercentage:[* TO 30]",
        "(tileIdentifier:55PDR OR tileIdentifier:55PCR)",
        "name:S2A*",
        '"&$format=json&$expand=Metadata&$orderby=creationDate desc&$top=2&$skip=0',
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
        "order_status": "succeeded",
        "product.href": f"{ROOT}/Products({ID.format(1, 1)})/$value",
        "product.size": 780000001,
        "thumbnail.href": "data:image/jpeg;base64,/9j/4AAQSkZJRg==",
    }
    ids = tuple(ID.format(n, n) for n in (1, 2, 3))
    then = "$skip=2"
    entries = "value"

    def found(self, *answers):  # pages of a hundred, of which none is full
        return search(connected("onda", *answers), self.request)


def offline(*answers):
    provider = connected("onda", *answers)
    return provider, provider.parse(fixture("onda_first"), TestOnda.request).products[1]


def test_an_offline_product_is_ordered_and_looked_at_until_it_is_there():
    away = fixture("onda_first")["value"][1]
    there = {**away, "offline": False, "downloadable": True}
    provider, product = offline({"Status": "queued"}, away, there)
    assert product.order_status is OrderStatus.ORDERABLE
    ordered = provider.order(product)
    assert ordered.order_status is OrderStatus.ORDERED
    assert provider.details(ordered).order_status is OrderStatus.ORDERED
    assert provider.details(ordered).order_status is OrderStatus.SUCCEEDED
    assert provider.line.asked[0].startswith(f"POST {ROOT}/Products({product.id})/Ens.Order")
    assert provider.line.asked[1] == f"GET {ROOT}/Products({product.id})?$format=json"


def test_a_refused_order_says_why():
    provider, product = offline((401, "<html>No</html>", {}))
    with pytest.raises(AuthError):
        provider.order(product)


def test_odd_details_are_a_response_error():
    provider, product = offline({"offl": True})
    with pytest.raises(ResponseError, match="ONDA"):
        provider.details(product)


def test_a_message_with_status_200_is_no_page():
    error = search(connected("onda", {"message": "top exceeds 2000"}), TestOnda.request).error
    assert type(error) is ResponseError


def test_it_closed_and_says_who_took_over():
    assert (FACTS.info.until, FACTS.info.successor) == (date(2025, 2, 28), "cdse")
