"""Sobloo: a REST service with milliseconds and megabytes; closed."""

import json
from datetime import datetime, timezone

import pytest

from sentinel_portals.core.conditions import AtMost, Between, OneOf
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.providers import discover
from sentinel_portals.tests.providers.answers import connected
from sentinel_portals.tests.providers.contract import Contract

ROOT = "https://sobloo.eu/api/v1/services"
ID = "0a0b0c0d-000{}-6000-8000-00000000000{}"


class TestSobloo(Contract):
    portal = "sobloo"
    request = SearchRequest(
        "sentinel-2-l1c",
        bbox=(145.0, 13.0, 147.0, 15.0),
        start=datetime(2024, 8, 1, tzinfo=timezone.utc),
        end=datetime(2024, 8, 31, tzinfo=timezone.utc),
        query={
            "eo:cloud_cover": AtMost(30),
            "platform": OneOf(("sentinel-2a",)),
            "sat:orbit_state": OneOf(("descending",)),
        },
    )
    sends = (
        f"GET {ROOT}/search?f=identification.type:eq:S2MSI1C",
        "f=acquisition.beginViewingDate:gte:1722470400000",
        "f=acquisition.endViewingDate:lte:1725062400000",
        "f=contentDescription.cloudCoverPercentage:lte:30",
        "f=acquisition.missionName:eq:Sentinel-2A",
        "f=orbit.direction:eq:DESCENDING",
        "gintersect=POLYGON((145+13,147+13,147+15,145+15,145+13))",
        "size=100&from=0",
    )
    first = {
        "id": ID.format(1, 1),
        "title": "S2A_MSIL1C_20240815T005251_N0511_R002_T55PDR_20240815T023440",
        "datetime": "2024-08-15T00:52:51.024Z",
        "platform": "sentinel-2a",
        "eo:cloud_cover": 21.25,
        "sat:relative_orbit": 2,
        "sat:absolute_orbit": 47800,
        "sat:orbit_state": "descending",
        "grid:code": "MGRS-55PDR",
        "processing:level": "L1C",
        "order_status": "succeeded",
        "product.href": f"{ROOT}/download/{ID.format(1, 1)}",
        "product.size": None,  # 780 megabytes are no size to check a file with
        "thumbnail.href": f"{ROOT}/quicklook/{ID.format(1, 1)}",
    }
    ids = tuple(ID.format(n, n) for n in (1, 2, 3))
    then = "from=2"
    entries = "hits"


def test_what_is_external_is_offline():
    provider = connected("sobloo", *TestSobloo().pages)
    pages = list(provider.search(TestSobloo.request))
    states = [p.order_status.value for page in pages for p in page.products]
    assert states == ["succeeded", "orderable", "succeeded"]


def test_asking_for_an_offline_file_orders_it_and_a_search_tells_when_it_is_there():
    pages = TestSobloo().pages
    online, offline = (
        p for p in connected("sobloo", *pages).search(TestSobloo.request).__next__().products
    )
    there = json.loads(json.dumps(pages[0]).replace('"external"', '"internal"'))
    provider = connected("sobloo", (503, "", {}), pages[0], there)
    ordered = provider.order(offline)
    assert provider.line.asked[0].startswith(f"GET {ROOT}/download/{offline.id}")
    waiting = provider.details(ordered)
    assert [ordered.order_status.value, waiting.order_status.value] == ["ordered", "ordered"]
    assert provider.details(waiting).online
    assert f"f=identification.externalId:eq:{offline.title}" in provider.line.asked[1]
    assert online.online


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"eo:cloud_cover": Between(1, 5)}, ["gte:1", "lte:5"]),
        ({"grid:code": OneOf(("MGRS-55PDR", "MGRS-55PCR"))}, []),  # two tiles: sorted out here
        ({"grid:code": OneOf(("MGRS-55PDR",))}, ["eq:55PDR"]),
    ],
)
def test_conditions(query, said):
    wishes = connected("sobloo", b"").wishes(SearchRequest("sentinel-2-l1c", query=query))
    assert [wish.partition(":")[2] for wish in wishes[1:]] == said


def test_it_closed_and_says_who_took_over():
    info = discover()["sobloo"].info
    assert (info.closed, info.successor) == (True, "cdse")
