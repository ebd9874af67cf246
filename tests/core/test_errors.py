"""core/errors.py: the tree in the docstring is the tree of the classes."""

import re

import pytest

from sentinel_portals.core import errors
from sentinel_portals.core.errors import SentinelPortalsError


def drawn():
    """(class, its parent) of every line of the tree in the docstring."""
    above = []
    for line in errors.__doc__.splitlines():
        found = re.match(r"((?:│  |   )*(?:[├└]─ )?)([A-Z]\w+)  ", line)
        if found:
            depth = len(found[1]) // 3
            above[depth:] = [found[2]]
            yield found[2], above[depth - 1] if depth else "SentinelPortalsError"


def descendants(kind):
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


KINDS = [k for k in descendants(SentinelPortalsError) if k.__module__ == errors.__name__]


def test_the_tree_is_as_drawn():
    assert dict(drawn()) == {kind.__name__: kind.__bases__[0].__name__ for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_says_what_can_be_done_next(kind):
    assert isinstance(kind.retry, bool)
    assert isinstance(kind.action, str)
    assert kind.__doc__


def test_only_a_cancelled_request_needs_no_button():
    assert [kind.__name__ for kind in KINDS if not kind.action] == ["Cancelled"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_a_sentence_with_facts_beside_it(kind):
    error = kind("It broke.", provider="p", url="https://a.test/x", status=503, retry_after=7.0)
    assert str(error) == "It broke."
    facts = (error.provider, error.url, error.status, error.retry_after)
    assert facts == ("p", "https://a.test/x", 503, 7.0)


def test_what_helps_by_itself_is_tried_again_and_what_needs_a_person_is_not():
    again = {kind.__name__ for kind in KINDS if kind.retry}
    assert again == {
        "NetworkError",
        "ServiceError",
        "RateLimited",
        "TransferError",
        "IncompleteTransfer",
        "ChecksumMismatch",
    }
