"""core/compare.py: who holds how many scenes, who lacks which, and who only broke off."""

import csv
import io
from datetime import datetime, timezone

import pytest

from sentinel_portals import providers
from sentinel_portals.core.compare import Row, compare, portals_csv, scenes_csv
from sentinel_portals.core.errors import NetworkError
from sentinel_portals.core.model import OrderStatus, SearchRequest
from sentinel_portals.core.scene import merge
from sentinel_portals.core.search import Outcome, search
from sentinel_portals.tests.core.making import product

NOW = datetime(2024, 7, 31, 12, tzinfo=timezone.utc)
NAME = "S2A_MSIL2A_202407{:02d}T104021_N0510_R008_T31TFJ_202407{:02d}T{}"


def scene(portal, day, made="170000", **more):
    """The acquisition of a day, named by whoever made the file."""
    name = NAME.format(day, day, made)
    return product(portal, name, at=f"2024-07-{day:02d}T10:40:21Z", **more)


def answer(portal, *products, **more):
    return Outcome(portal, tuple(products), **more)


def compared(*outcomes):
    products = [p for outcome in outcomes for p in outcome.products]
    return compare(merge(products), {outcome.provider: outcome for outcome in outcomes})


def rows(comparison):
    return {row.provider: row for row in comparison.rows}


def test_who_holds_who_lacks_and_who_is_alone():
    found = compared(
        answer("one", scene("one", 1), scene("one", 2), scene("one", 3)),
        answer("two", scene("two", 2, "999999"), scene("two", 9)),
    )
    one, two = found.rows
    assert (one.scenes, one.missing, one.alone) == (3, 1, 2)
    assert (two.scenes, two.missing, two.alone) == (2, 2, 1)
    assert len(found.held) == 4, "the same acquisition under two names is one scene"
    assert [h.title[11:19] for h in found.lacking("two")] == ["20240703", "20240701"]
    assert found.complete


def test_a_portal_that_broke_off_lacks_nothing_for_certain():
    found = compared(
        answer("whole", scene("whole", 1), scene("whole", 2)),
        answer("broken", scene("broken", 1), complete=False, error=NetworkError("It broke off.")),
        answer("limited", scene("limited", 2), complete=False, matched=4000),
    )
    broken, limited = rows(found)["broken"], rows(found)["limited"]
    assert (broken.missing, broken.error) == (None, "It broke off.")
    assert (limited.missing, limited.error) == (None, "")
    assert found.lacking("broken") == []
    assert rows(found)["whole"].missing == 0
    assert not found.complete
    assert {h.where["broken"] for h in found.held} == {"online", "unknown"}


def test_a_portal_that_answered_and_holds_nothing_lacks_all():
    found = compared(answer("one", scene("one", 1)), answer("none"))
    none = rows(found)["none"]
    assert (none.scenes, none.missing, none.newest) == (0, 1, None)


def test_what_is_online_and_how_old_the_newest_is():
    found = compared(
        answer(
            "tape",
            scene("tape", 1, order_status=OrderStatus.ORDERABLE),
            scene("tape", 5),
        )
    )
    (tape,) = found.rows
    assert (tape.online, tape.offline) == (1, 1)
    assert (tape.oldest.day, tape.newest.day) == (1, 5)


def test_two_versions_at_one_portal_are_one_scene_and_online_if_one_is():
    old = scene("one", 1, "100000", order_status=OrderStatus.ORDERABLE)
    found = compared(answer("one", old, scene("one", 1, "200000")))
    assert (found.rows[0].scenes, found.rows[0].online) == (1, 1)


def test_only_this_question_counts_though_the_layer_holds_more():
    before = [scene("one", 20), scene("two", 21)]
    one = answer("one", scene("one", 1))
    two = answer("two", scene("two", 1))
    found = compare(merge([*before, *one.products, *two.products]), {"one": one, "two": two})
    assert len(found.held) == 1
    assert [row.missing for row in found.rows] == [0, 0]


def test_nobody_asked_is_an_empty_table():
    assert compare([], {}).rows == ()
    assert portals_csv(compare([], {}), {}, NOW).count("\n") == 1


def test_the_table_is_written_for_a_spreadsheet():
    found = compared(
        answer("one", scene("one", 1), seconds=1.25),
        answer("two", complete=False, error=NetworkError('=cmd|"x"')),
    )
    read = list(csv.DictReader(io.StringIO(portals_csv(found, {"one": "Portal, one"}, NOW))))
    assert read[0]["title"] == "Portal, one"
    assert (read[0]["scenes"], read[0]["missing"], read[0]["complete"]) == ("1", "0", "yes")
    assert (read[0]["newest"], read[0]["newest_age_days"]) == ("2024-07-01T10:40:21Z", "30")
    assert (read[1]["missing"], read[1]["complete"]) == ("", "no")
    assert read[1]["error"].startswith("'="), "no formula comes from a portal"


def test_every_scene_has_a_line_and_every_portal_a_column():
    found = compared(answer("one", scene("one", 1)), answer("two", scene("two", 2)))
    read = list(csv.DictReader(io.StringIO(scenes_csv(found))))
    assert [(line["one"], line["two"]) for line in read] == [
        ("missing", "online"),
        ("online", "missing"),
    ]


@pytest.fixture(scope="module")
def samples():
    """The two sample portals, really searched."""
    kinds = providers.discover()
    request = SearchRequest("sentinel-2-l2a", max_items=1000)
    names = ("sample", "sample_archive")
    return {name: search(providers.connect(kinds[name]), request) for name in names}


def test_the_sample_portals_side_by_side(samples):
    found = compare(merge(p for o in samples.values() for p in o.products), samples)
    by = rows(found)
    total = len(found.held)
    for row in by.values():
        assert row.scenes + row.missing == total
        assert row.scenes == len(merge(samples[row.provider].products))
    shared = sum(row.scenes for row in by.values()) - total
    assert shared > 0, "they hold some of the same scenes under other names"
    assert by["sample"].alone == by["sample"].scenes - shared
    assert by["sample_archive"].offline == sum(
        not p.online for p in samples["sample_archive"].products
    )
    assert isinstance(by["sample"], Row)
