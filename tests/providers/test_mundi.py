"""Mundi: OpenSearch that answers in Atom, latitude first; closed."""

from datetime import datetime, timezone

import pytest

from sentinel_portals.core import geometry
from sentinel_portals.core.conditions import AtLeast, AtMost, OneOf
from sentinel_portals.core.errors import ResponseError
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.search import search
from sentinel_portals.providers import discover
from sentinel_portals.tests.providers.answers import DATA, connected
from sentinel_portals.tests.providers.contract import BODIES, BROKEN, ERRORS, flat

ROOT = "https://sentinel2.browse.catalog.mundiwebservices.com/opensearch"
NAMES = tuple(
    f"S2A_MSIL1C_202408{day}T005251_N0511_R002_T{tile}_202408{day}T023440"
    for tile, day in (("55PDR", 15), ("55PCR", 15), ("55PDR", 25))
)
FIRST, LAST = ((DATA / f"mundi_{n}.xml").read_text("utf-8") for n in ("first", "last"))
QUESTION = SearchRequest(
    "sentinel-2-l1c",
    bbox=(145.0, 13.0, 147.0, 15.0),
    start=datetime(2024, 8, 1, tzinfo=timezone.utc),
    end=datetime(2024, 8, 31, tzinfo=timezone.utc),
    query={"eo:cloud_cover": AtMost(30), "sat:orbit_state": OneOf(("descending",))},
)
BOMB = '<!DOCTYPE feed [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><feed><title>&b;</title></feed>'


def read(text):
    provider = connected("mundi", text)
    return provider.read(provider.decode(text.encode()), QUESTION)


def test_it_asks_in_mundis_words():
    provider = connected("mundi", LAST)
    search(provider, QUESTION)
    for piece in (
        f"GET {ROOT}?format=atom&relation=intersects&productType=IMAGE&processingLevel=L1C",
        "timeStart=2024-08-01T00:00:00.000Z&timeEnd=2024-08-31T00:00:00.000Z",
        "cloudCover=[0,30]",
        "orbitDirection=DESCENDING",
        "maxRecords=50&startIndex=1",
        "POLYGON((145+13,147+13,147+15,145+15,145+13))",
    ):
        assert piece in provider.line.asked[0]


def test_a_product_that_is_online():
    value = flat(read(FIRST).products[0])
    wanted = {
        "id": NAMES[0],
        "title": NAMES[0],
        "datetime": "2024-08-15T00:52:51.000Z",
        "end_datetime": "2024-08-15T00:52:51.000Z",
        "platform": "sentinel-2a",
        "eo:cloud_cover": 21.25,
        "sat:relative_orbit": 2,
        "sat:absolute_orbit": 47800,
        "sat:orbit_state": "descending",
        "grid:code": "MGRS-55PDR",
        "processing:level": "L1C",
        "file:size": 780000001,
        "file:checksum": "d501100123456789abcdef0123456789abcde1",
        "order_status": "succeeded",
        "assets": ["product", "quicklook", "thumbnail"],
        "product.href": "https://obs.eu-de.otc.t-systems.com/s2-l1c-2024-q3/55/P/DR/2024/08/15/"
        + NAMES[0],
        "product.checksum": "md5 0123456789abcdef0123456789abcde1",
    }
    assert {k: value.get(k) for k in wanted} == wanted


def test_what_is_offline_has_no_file():
    product = read(FIRST).products[1]
    assert product.order_status.value == "orderable"
    assert sorted(product.assets) == ["quicklook", "thumbnail"]


def test_the_latitude_comes_first_there_and_last_here():
    assert [geometry.bounds(p.geometry) for p in read(FIRST).products] == [
        (146.0, 13.5, 147.0, 14.5),
        (145.0, 13.5, 146.0, 14.5),
    ]


def test_without_a_polygon_the_box_serves():
    start = FIRST.index("<georss:polygon>")
    text = FIRST[:start] + FIRST[FIRST.index("</georss:polygon>", start) + 17 :]
    assert geometry.bounds(read(text).products[0].geometry) == (146.0, 13.5, 147.0, 14.5)


def test_it_follows_pages_to_the_end():
    provider = connected("mundi", FIRST, LAST)
    outcome = search(provider, QUESTION)
    assert (outcome.error, outcome.unreadable, outcome.matched) == (None, 0, 3)
    assert tuple(p.id for p in outcome.products) == NAMES
    assert "startIndex=3" in provider.line.asked[1]
    assert len(provider.line.asked) == 2


def test_an_empty_answer_is_no_error():
    outcome = search(
        connected("mundi", "<feed><os:totalResults>0</os:totalResults></feed>"), QUESTION
    )
    assert (outcome.error, outcome.products) == (None, ())


@pytest.mark.parametrize("body", [*BROKEN, BOMB, FIRST[:-50], "<Error><Code>X</Code></Error>"])
def test_a_broken_answer_is_named_as_such(body):
    error = search(connected("mundi", body), QUESTION).error
    assert type(error) is ResponseError
    assert str(error).startswith("Mundi")


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", ERRORS)
def test_a_refusal_says_what_to_do_next(status, body):
    error = search(connected("mundi", (status, body, {})), QUESTION).error
    assert type(error) is ERRORS[status]
    assert "<" not in str(error)


def test_a_broken_entry_costs_only_itself():
    outcome = search(connected("mundi", LAST.replace("<entry>", "<entry/><entry>")), QUESTION)
    assert (outcome.error, outcome.unreadable, len(outcome.products)) == (None, 1, 1)


def test_of_several_values_nobody_wrote_down_how_to_ask():
    provider = connected("mundi", b"")
    one, two = OneOf(("MGRS-55PDR",)), OneOf(("MGRS-55PDR", "MGRS-55PCR"))
    asked = [
        provider.build(SearchRequest("sentinel-2-l1c", query={"grid:code": tiles}), None).params
        for tiles in (one, two)
    ]
    assert [params.get("tileIdentifier") for params in asked] == ["55PDR", None]
    query = {"eo:cloud_cover": AtLeast(5)}
    params = provider.build(SearchRequest("sentinel-2-l1c", query=query), None).params
    assert params["cloudCover"] == "[5,100]"


def test_it_closed_and_says_who_took_over():
    info = discover()["mundi"].info
    assert (info.closed, info.successor) == (True, "cdse")
