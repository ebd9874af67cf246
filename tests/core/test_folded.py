"""What makes ten thousand items light: mappings kept as bytes, footprints that need no repair."""

import copy
import gc
import pickle
import random

import pytest
from shapely.geometry import shape

from sentinel_portals.core import geometry
from sentinel_portals.core.model import Folded, Product

ITEM = {"id": "a", "assets": {"red": {"href": "https://a/b.tif", "gsd": 10}}, "n": [1, None, 2.5]}


def sizes(item, factor):
    return {key: len(told["href"]) * factor for key, told in item["assets"].items()}


def test_a_folded_mapping_is_as_good_as_the_plain_one():
    folded = Folded.of(ITEM)
    assert folded == ITEM
    assert ITEM == folded
    assert (folded["id"], folded.get("x"), "n" in folded, len(folded)) == ("a", None, True, 3)
    assert list(folded) == list(folded.keys()) == list(ITEM)
    assert list(folded.items()) == list(ITEM.items())
    assert list(folded.values()) == list(ITEM.values())
    assert repr(folded) == repr(ITEM)


def test_it_can_be_read_in_other_words():
    folded = Folded.of(ITEM).read_by(sizes, 2)
    assert folded == {"red": 30}
    assert Product("p", "a", "c", assets=folded) == Product("p", "a", "c", assets={"red": 30})


@pytest.mark.parametrize("again", [copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))])
def test_a_copy_is_a_plain_dictionary(again):
    assert type(again(Folded.of(ITEM).read_by(sizes, 2))) is dict
    assert again(Folded.of(ITEM)) == ITEM


def test_what_was_opened_stays_so_for_a_moment():
    calls = []
    folded = Folded.of({"of": "this test"}).read_by(lambda item: calls.append(item) or dict(item))
    assert dict(folded.items()) == {"of": "this test"}
    assert len(folded) == 1
    assert len(calls) == 1


def test_nothing_is_left_for_the_sweep_to_walk_over():
    before = len(gc.get_objects())
    folded = [Folded.of({**ITEM, "number": number}) for number in range(1000)]
    gc.collect()
    assert len(gc.get_objects()) - before < 1.5 * len(folded)


def test_what_no_json_holds_is_refused():
    with pytest.raises(ValueError, match="unmarshallable"):
        Folded.of({"a": object()})


def test_a_footprint_taken_as_it_is_is_what_shapely_would_have_made_of_it(monkeypatch):
    chance = random.Random(5)
    plain = 0
    for _ in range(3000):
        ring = [[chance.randrange(12), chance.randrange(12)] for _ in range(chance.randrange(3, 7))]
        footprint = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        if geometry._is_plain(footprint):
            plain += 1
            quick = geometry.footprint(footprint)
            assert shape(footprint).is_valid
            assert shape(quick).equals(shape(footprint).convex_hull)
            with monkeypatch.context() as slow:
                slow.setattr(geometry, "_is_plain", lambda _: False)
                assert geometry.footprint(footprint) == quick
    assert plain > 100


@pytest.mark.parametrize(
    "ring",
    [
        [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]],  # a bow tie
        [[0, 3], [2, -3], [-3, 1], [3, 1], [-2, -3], [0, 3]],  # a star turns one way, twice around
        [[0, 0], [1, 0], [2, 0], [2, 2], [0, 0]],  # a corner that is none
        [[0, 0], [1, 0], [1, 1], [0, 1]],  # open
        [[0, 0, 5], [1, 0, 5], [1, 1, 5], [0, 0, 5]],
        [[170, 0], [190, 0], [190, 1], [170, 1], [170, 0]],
        [[-170, 0], [170, 0], [170, 1], [-170, 1], [-170, 0]],
        [[0, 80], [1, 80], [1, 91], [0, 91], [0, 80]],
        [["0", 0], [1, 0], [1, 1], ["0", 0]],
        [[float("nan"), 0], [1, 0], [1, 1], [float("nan"), 0]],
        [],
        5,
    ],
)
def test_anything_less_plain_is_left_to_shapely(ring):
    assert not geometry._is_plain({"type": "Polygon", "coordinates": [ring]})
    assert not geometry._is_plain({"type": "MultiPolygon", "coordinates": [[ring]]})
