from datetime import date, datetime, timezone

import pytest

from sentinel_portals.core.conditions import AtMost, OneOf
from sentinel_portals.core.errors import QueryError
from sentinel_portals.core.model import Product
from sentinel_portals.core.provider import ProviderInfo
from sentinel_portals.core.question import choose, preferred, question

S2 = "sentinel-2-l2a"


def info(name, family="stac", until=None, collections=(S2,)):
    held = {collection: "theirs" for collection in collections}
    return ProviderInfo(name, name.title(), family, "https://x.org", until=until, collections=held)


INFOS = {
    i.id: i
    for i in (
        info("one"),
        info("two"),
        info("gone", until=date(2023, 10, 31)),
        info("radar", collections=("sentinel-1-grd",)),
        info("sample", family="sample"),
    )
}


def test_an_end_date_includes_its_day_and_a_time_is_taken_as_it_is():
    asked = question(S2, start="2024-06-01", end="2024-06-30")
    assert asked.start == datetime(2024, 6, 1, tzinfo=timezone.utc)
    assert asked.end == datetime(2024, 6, 30, 23, 59, 59, 999999, timezone.utc)
    asked = question(S2, end="2024-06-30T10:00:00+02:00")
    assert asked.end == datetime(2024, 6, 30, 8, tzinfo=timezone.utc)


def test_cloud_and_filters_become_conditions():
    asked = question(S2, max_cloud=20, filters={"platform": "sentinel-2a"})
    assert asked.query == {"eo:cloud_cover": AtMost(20), "platform": OneOf(("sentinel-2a",))}


@pytest.mark.parametrize(
    "area", ["POLYGON((1 2, 3 2, 3 4, 1 4, 1 2))", (1, 2, 3, 4), '{"type": "Polygon", '
    '"coordinates": [[[1, 2], [3, 2], [3, 4], [1, 4], [1, 2]]]}'],
)  # fmt: skip
def test_an_area_is_text_mapping_or_box(area):
    assert question(S2, area).bbox == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"start": "2024-06-30", "end": "2024-06-01"}, "after its end"),
        ({"start": "soon"}, "makes no sense"),
        ({"filters": {"platform": {"like": "x"}}}, "makes no sense"),
        ({"area": "somewhere"}, "neither WKT nor GeoJSON"),
    ],
)
def test_what_makes_no_sense_is_said(wrong, sentence):
    with pytest.raises(QueryError, match=sentence):
        question(S2, **wrong)
    with pytest.raises(QueryError, match="no collection called landsat-99"):
        question("landsat-99")


def test_without_names_every_open_portal_that_holds_the_collection_is_asked():
    assert choose(INFOS, S2) == ["one", "two"]


def test_by_name_everyone_is_asked_once_and_in_the_order_of_the_names():
    assert choose(INFOS, S2, ["sample", "gone", "one", "sample"]) == ["sample", "gone", "one"]


def test_a_strange_name_and_nobody_to_ask_are_said():
    with pytest.raises(QueryError, match="no portal called three, four"):
        choose(INFOS, S2, ["one", "three", "four"])
    with pytest.raises(QueryError, match="No open portal holds sentinel-2-snow"):
        choose(INFOS, "sentinel-2-snow")


def test_preferred_portals_come_first_and_the_rest_keeps_its_order():
    offers = [Product(name, "x", S2) for name in "abcd"]
    assert [o.provider for o in preferred(offers, ["d", "b"])] == ["d", "b", "a", "c"]
