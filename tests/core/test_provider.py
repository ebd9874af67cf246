"""core/provider.py: page after page, whatever a portal does with them."""

import json

import pytest

from sentinel_portals.core.errors import Cancelled, PortalError, ResponseError
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.provider import Area, Paging, ProviderInfo, each, parts
from sentinel_portals.tests.core.making import file, portal, product, square

QUESTION = SearchRequest("sentinel-2-l2a")


def ids(pages):
    return [[p.id for p in page.products] for page in pages]


def test_pages_are_followed_to_the_end():
    provider = portal({"ids": "ab", "next": 1}, {"ids": "cd", "next": 2}, {"ids": "e"})
    assert ids(provider.search(QUESTION)) == [["a", "b"], ["c", "d"], ["e"]]
    assert provider.asked == [None, 1, 2]


def test_what_is_not_asked_for_is_not_fetched():
    provider = portal({"ids": "ab", "next": 1}, {"ids": "cd"})
    next(iter(provider.search(QUESTION)))
    assert provider.asked == [None]


def test_a_product_that_comes_again_is_told_once():
    provider = portal({"ids": "aab", "next": 1}, {"ids": "bc"})
    assert ids(provider.search(QUESTION)) == [["a", "b"], ["c"]]


def test_a_page_that_names_itself_as_the_next_is_the_last():
    provider = portal({"ids": "ab", "next": 1}, {"ids": "cd", "next": 1})
    assert ids(provider.search(QUESTION)) == [["a", "b"], ["c", "d"]]


def test_empty_and_repeated_pages_are_passed_over():
    pages = ({"ids": "", "next": 1}, {"ids": "", "next": 2}, {"ids": "a", "next": 3})
    more = ({"ids": "a", "next": 4}, {"ids": "", "next": 5}, {"ids": "b"})
    provider = portal(*pages, *more)
    assert ids(provider.search(QUESTION)) == [[], [], ["a"], [], [], ["b"]]


@pytest.mark.parametrize("held", ["", "a"])
def test_a_portal_that_never_ends_is_left_after_a_few_pages_without_news(held):
    provider = portal(*({"ids": held, "next": n} for n in range(1, 50)))
    pages = list(provider.search(QUESTION))
    assert len(provider.asked) == 4 + len(held)
    assert pages[-1].next is None


def test_the_spurious_next_after_the_last_page_costs_one_empty_page():
    provider = portal({"ids": "ab", "next": 1}, {"ids": ""})
    assert ids(provider.search(QUESTION)) == [["a", "b"], []]


def test_the_limit_of_a_portal_is_kept_and_told():
    provider = portal(
        *({"ids": [f"{n}a", f"{n}b"], "next": n + 1} for n in range(9)), paging=Paging(most=4)
    )
    pages = list(provider.search(QUESTION))
    assert len(provider.asked) == 2
    assert [(page.cut, page.next) for page in pages] == [(False, 1), (True, None)]


def test_a_search_that_ends_at_the_limit_by_itself_is_not_cut():
    provider = portal({"ids": "ab", "next": 1}, {"ids": "cd"}, paging=Paging(most=4))
    assert [page.cut for page in provider.search(QUESTION)] == [False, False]


def test_between_two_requests_it_pauses_as_the_portal_wants():
    provider = portal({"ids": "a", "next": 1}, {"ids": "b"}, paging=Paging(pause=0.5))
    list(provider.search(QUESTION))
    assert sum(provider.http.slept) == pytest.approx(0.5)


def test_a_pause_can_be_cancelled():
    provider = portal({"ids": "a", "next": 1}, {"ids": "b"}, paging=Paging(pause=60))
    pages = provider.search(QUESTION, lambda: bool(provider.http.slept))
    next(pages)
    with pytest.raises(Cancelled):
        next(pages)
    assert provider.asked == [None]


# --- an area on both sides of the antimeridian -------------------------------------------------

BOTH_SIDES = SearchRequest(
    "sentinel-2-l2a",
    intersects={
        "type": "MultiPolygon",
        "coordinates": [square(179)["coordinates"], square(-180)["coordinates"]],
    },
)


def two_boxes(*pages, **facts):
    return portal(*pages, area=Area(polygon=False), **facts)


def test_each_side_is_asked_for_and_what_lies_on_both_is_told_once():
    provider = two_boxes({"ids": "ab", "matched": 2}, {"ids": "bc", "matched": 2})
    pages = list(provider.search(BOTH_SIDES))
    assert ids(pages) == [["a", "b"], ["c"]]
    assert [page.matched for page in pages] == [2, 4]
    assert {r.bbox[0] for r in parts(BOTH_SIDES, provider.info)} == {179, -180}


def test_as_long_as_a_side_is_left_there_is_a_next_page():
    provider = two_boxes({"ids": "a"}, {"ids": "b"})
    assert [page.next is None for page in provider.search(BOTH_SIDES)] == [False, True]


def test_between_the_sides_it_pauses_too():
    provider = two_boxes({"ids": "a"}, {"ids": "b"}, paging=Paging(pause=0.5))
    list(provider.search(BOTH_SIDES))
    assert sum(provider.http.slept) == pytest.approx(0.5)


# --- odd answers -------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [{}, [], None, 5, {"ids": 5}, {"ids": None}, "text"])
def test_an_answer_that_is_not_as_promised_is_named_after_its_portal(payload):
    with pytest.raises(
        ResponseError, match="Testland sent an answer that cannot be read"
    ) as caught:
        list(portal(payload).search(QUESTION))
    assert caught.value.provider == "testland"


def test_an_address_that_is_gone_is_no_lost_product():
    with pytest.raises(ResponseError, match=r"no longer answers at this address \(404\)"):
        list(portal(404).search(QUESTION))


def test_what_was_found_before_a_failure_was_told():
    pages = portal({"ids": "ab", "next": 1}, 400).search(QUESTION)
    assert [p.id for p in next(pages).products] == ["a", "b"]
    with pytest.raises(PortalError):
        next(pages)


def test_each_reads_what_can_be_read():
    def read(entry):
        return product("testland", entry["id"])

    entries = [{"id": "a"}, None, {}, {"id": "b"}]
    products, lost = each(entries, read)
    assert ([p.id for p in products], lost) == (["a", "b"], 2)
    assert each([], read) == ((), 0)
    with pytest.raises(KeyError):
        each([{}], read)
    with pytest.raises(TypeError):
        each({"a": 1}, read)


# --- facts -------------------------------------------------------------------------------------


def test_the_filters_of_a_collection_are_those_that_make_sense_and_work_there():
    info = ProviderInfo(
        "p",
        "P",
        "test",
        "https://p.test",
        filters=frozenset({"eo:cloud_cover", "grid:code", "sar:polarizations"}),
        lacking={"sentinel-2-l1c": frozenset({"grid:code"})},
    )
    assert info.filters_of("sentinel-2-l2a") == {"eo:cloud_cover", "grid:code"}
    assert info.filters_of("sentinel-2-l1c") == {"eo:cloud_cover"}
    assert info.filters_of("sentinel-1-grd") == {"sar:polarizations"}


def test_a_page_is_asked_in_json_unless_the_portal_speaks_otherwise():
    provider = portal({"ids": "a"})
    assert provider.decode(json.dumps({"a": "é"}).encode()) == {"a": "é"}


def test_a_file_of_a_stranger_is_fetched_without_login():
    provider = portal()
    assert provider.resolve(file("https://evil.test/x")).login is False
    assert provider.resolve(file(f"{provider.info.url}/x")).login is True
