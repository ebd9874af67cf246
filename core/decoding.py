"""JSON read piece by piece, because `json.loads` stops every other thread until it is done.

A page of 200 STAC items takes it 30 ms, and several portals answer at once: the map would stand
still. Here the elements of the lists in the outermost object are read one by one, and the main
thread gets its turn in between.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any, Callable, Optional, Union

Makers = Mapping[str, Callable[[Any], Any]]

SPACE = " \t\n\r"

TURN = threading.RLock()
"""Whoever reads a page holds this: side by side Python's threads get nothing done sooner, and
the main thread would queue up behind each of them, 5 ms apiece."""

_DECODER = json.JSONDecoder()


def loads(content: Union[str, bytes], made: Optional[Makers] = None) -> Any:
    """What ``json.loads`` gives, and the same errors.

    ``made`` says for lists of the outermost object what is made of each element, at once, so that
    a page never lies there whole. It is not asked about JSON that had to be read in one piece.
    """
    text = content
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    try:
        value, at = _object(text, _next(text, 0), made or {})
        if not text[at:].strip(SPACE):
            return value
    except (IndexError, ValueError):
        pass
    return json.loads(content)  # no object, or no JSON: it knows best what to say


def _object(text: str, at: int, made: Makers) -> tuple[dict[str, Any], int]:
    """The object that begins at ``at``, and where it has ended."""
    found: dict[str, Any] = {}
    _expect(text, at, "{")
    while not found or text[at] == ",":
        key, at = _DECODER.raw_decode(text, _next(text, at + 1))
        if not isinstance(key, str):
            raise ValueError("a key must be a text")
        at = _next(text, at)
        _expect(text, at, ":")
        at = _next(text, at + 1)
        if text[at] == "[":
            found[key], at = _list(text, at, made.get(key, _itself))
        else:
            found[key], at = _DECODER.raw_decode(text, at)
        at = _next(text, at)
    _expect(text, at, "}")
    return found, at + 1


def _list(text: str, at: int, make: Callable[[Any], Any]) -> tuple[list[Any], int]:
    """The list that begins at ``at``, element by element, and where it has ended."""
    found: list[Any] = []
    if text[_next(text, at + 1)] == "]":
        return found, _next(text, at + 1) + 1
    while not found or text[at] == ",":
        value, at = _DECODER.raw_decode(text, _next(text, at + 1))
        found.append(make(value))
        at = _next(text, at)
    _expect(text, at, "]")
    return found, at + 1


def _itself(value: Any) -> Any:
    return value


def _next(text: str, at: int) -> int:
    """Where the next sign that is no space stands; IndexError at the end."""
    while text[at] in SPACE:
        at += 1
    return at


def _expect(text: str, at: int, sign: str) -> None:
    if text[at] != sign:
        raise ValueError(f"{sign} expected at {at}")


def is_page(start: bytes) -> bool:
    """Does a web page begin here, where a file was wanted?"""
    start = start[:500].lstrip().lower()
    return start.startswith(b"<html") or (start.startswith(b"<") and b"<!doctype html" in start)
