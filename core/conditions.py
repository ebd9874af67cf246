"""Wanted values that can also judge a product.

A condition travels to the portal when the portal knows the filter, and is applied to what comes
back when it does not; so one object can say itself (``to_stac``) and judge (``accepts``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

Number = Union[int, float]


@dataclass(frozen=True)
class AtMost:
    """``value <= limit``."""

    limit: Number

    def accepts(self, value: Any) -> bool:
        return _is_number(value) and bool(value <= self.limit)

    def to_stac(self) -> dict[str, Any]:
        return {"lte": self.limit}


@dataclass(frozen=True)
class AtLeast:
    """``value >= limit``."""

    limit: Number

    def accepts(self, value: Any) -> bool:
        return _is_number(value) and bool(value >= self.limit)

    def to_stac(self) -> dict[str, Any]:
        return {"gte": self.limit}


@dataclass(frozen=True)
class Between:
    """``low <= value <= high``."""

    low: Number
    high: Number

    def accepts(self, value: Any) -> bool:
        return _is_number(value) and bool(self.low <= value <= self.high)

    def to_stac(self) -> dict[str, Any]:
        return {"gte": self.low, "lte": self.high}


@dataclass(frozen=True)
class OneOf:
    """The value, or one of a list-valued property, is one of these; text without regard to case."""

    values: tuple[Any, ...]

    def accepts(self, value: Any) -> bool:
        wanted = [_folded(v) for v in self.values]  # no set: JSON values need not be hashable
        held = value if isinstance(value, (list, tuple, set)) else (value,)
        return any(_folded(v) in wanted for v in held)

    def to_stac(self) -> dict[str, Any]:
        return {"eq": self.values[0]} if len(self.values) == 1 else {"in": list(self.values)}


Condition = Union[AtMost, AtLeast, Between, OneOf]


def condition(wanted: Any) -> Condition:
    """The condition that a JSON value spells, in STAC's ``query`` words.

    ``20`` or ``["VV", "VH"]`` mean equality; ``{"lte": 20}``, ``{"gte": 5, "lte": 20}``,
    ``{"eq": ..}`` and ``{"in": [..]}`` are read as the STAC query extension defines them.

    Raises ValueError for anything else.
    """
    if isinstance(wanted, Mapping):
        return _from_operators(wanted)
    if isinstance(wanted, (list, tuple)):
        return _one_of(wanted)
    return OneOf((wanted,))


def _from_operators(wanted: Mapping[str, Any]) -> Condition:
    operators = set(wanted)
    if operators == {"lte"}:
        return AtMost(_number(wanted["lte"]))
    if operators == {"gte"}:
        return AtLeast(_number(wanted["gte"]))
    if operators == {"gte", "lte"}:
        return _between(_number(wanted["gte"]), _number(wanted["lte"]))
    if operators == {"eq"}:
        return OneOf((wanted["eq"],))
    if operators == {"in"} and isinstance(wanted["in"], (list, tuple)):
        return _one_of(wanted["in"])
    raise ValueError(f"cannot read the condition {dict(wanted)!r}: use lte, gte, eq or in")


def _between(low: Number, high: Number) -> Between:
    if low > high:
        raise ValueError(f"no value lies between {low} and {high}")
    return Between(low, high)


def _one_of(values: Sequence[Any]) -> OneOf:
    if not values:
        raise ValueError("a list of wanted values must name at least one value")
    return OneOf(tuple(values))


def _number(value: Any) -> Number:
    if not _is_number(value) or math.isinf(value):
        raise ValueError(f"{value!r} is not a number")
    number: Number = value
    return number


def _is_number(value: Any) -> bool:
    """JSON's true is no 1, and NaN is no measurement."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return not math.isnan(value)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
