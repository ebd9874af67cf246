"""core/conditions.py: wanted values that can also judge."""

import pytest

from sentinel_portals.core.conditions import AtLeast, AtMost, Between, OneOf, condition


@pytest.mark.parametrize(
    ("wish", "accepted", "refused"),
    [
        (AtMost(20), (0, 19.9, 20), (20.1, 100)),
        (AtLeast(20), (20, 100), (19.9, -1)),
        (Between(5, 20), (5, 12.5, 20), (4.9, 20.1)),
        (OneOf((8, 51)), (8, 51, 8.0), (9, "8")),
        (OneOf(("VV", "VH")), ("vv", "VH"), ("HH", "V")),
        (OneOf(("VV",)), (["VV", "VH"], ("HH", "vv")), (["HH"], [])),
    ],
)
def test_a_condition_accepts_what_it_says(wish, accepted, refused):
    assert [wish.accepts(value) for value in accepted] == [True] * len(accepted)
    assert [wish.accepts(value) for value in refused] == [False] * len(refused)


@pytest.mark.parametrize("wish", [AtMost(200), AtLeast(-200), Between(-200, 200)])
@pytest.mark.parametrize("odd", [None, "12", "", [1], {}, float("nan"), True])
def test_what_is_no_number_is_never_within_limits(wish, odd):
    assert not wish.accepts(odd)


@pytest.mark.parametrize("odd", [None, {"a": 1}, [{"a": 1}], [[1]]])
def test_one_of_judges_any_json_value(odd):
    assert not OneOf(("VV",)).accepts(odd)
    assert OneOf((odd,)).accepts(odd) or isinstance(odd, list)


def test_one_of_can_want_an_object():
    assert OneOf(({"a": 1},)).accepts({"a": 1})


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        (20, OneOf((20,))),
        ("IW", OneOf(("IW",))),
        (["VV", "VH"], OneOf(("VV", "VH"))),
        ({"lte": 20}, AtMost(20)),
        ({"gte": 5}, AtLeast(5)),
        ({"gte": 5, "lte": 20}, Between(5, 20)),
        ({"eq": "IW"}, OneOf(("IW",))),
        ({"in": ["VV", "VH"]}, OneOf(("VV", "VH"))),
    ],
)
def test_json_spells_a_condition_in_the_words_of_stac(spelled, meant):
    assert condition(spelled) == meant


@pytest.mark.parametrize(
    "wish", [AtMost(20), AtLeast(5), Between(5, 20), OneOf(("IW",)), OneOf(("VV", "VH"))]
)
def test_a_condition_reads_what_it_says(wish):
    assert condition(wish.to_stac()) == wish


@pytest.mark.parametrize(
    "spelled",
    [
        {},
        {"lt": 20},
        {"lte": "20"},
        {"lte": True},
        {"lte": None},
        {"lte": float("nan")},
        {"gte": float("-inf")},
        {"gte": 20, "lte": 5},
        {"lte": 20, "eq": 3},
        {"in": "VV"},
        {"in": []},
        [],
    ],
)
def test_what_is_no_condition_is_refused(spelled):
    with pytest.raises(ValueError, match=r"number|condition|value|between"):
        condition(spelled)
