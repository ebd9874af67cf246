"""core/search.py: one portal, and many side by side."""

import threading
import time
from datetime import date, datetime, timezone

import pytest

from sentinel_portals.core.auth import ApiKey, HeaderAuth
from sentinel_portals.core.conditions import AtMost, OneOf
from sentinel_portals.core.errors import (
    AuthError,
    Cancelled,
    MissingLibrary,
    NetworkError,
    QueryError,
    UnexpectedError,
)
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.provider import Area, Paging
from sentinel_portals.core.search import search, search_all
from sentinel_portals.tests.core.making import Land, portal, product, square
from sentinel_portals.tests.servers.web import Answer

L2A = "sentinel-2-l2a"
CLOUD = "eo:cloud_cover"
QUESTION = SearchRequest(L2A)


def moment(day, hour=0):
    return datetime(2024, 6, day, hour, tzinfo=timezone.utc)


def ids(products):
    return [p.id for p in products]


def scene(name, **facts):
    more = {name: facts.pop(name) for name in ("at", "start", "geometry") if name in facts}
    return product("testland", name, properties=facts, **more)


# --- one portal --------------------------------------------------------------------------------


def test_everything_that_was_found_is_told_at_the_end_and_page_by_page():
    provider, news = portal({"ids": "ab", "next": 1, "matched": 3}, {"ids": "c"}), []
    outcome = search(provider, QUESTION, news=news.append)
    assert ids(outcome.products) == ["a", "b", "c"]
    assert [ids(found.products) for found in news] == [["a", "b"], ["c"]]
    assert [found.outcome.pages for found in news] == [1, 2]
    assert (outcome.matched, outcome.pages, outcome.complete) == (3, 2, True)
    assert outcome.error is None
    assert not any(found.done for found in news)


def test_it_is_timed():
    clock = iter(range(0, 100, 5))
    assert search(portal({"ids": "a"}), QUESTION, now=lambda: next(clock)).seconds == 10


def test_it_stops_when_enough_was_found():
    provider = portal({"ids": "ab", "next": 1}, {"ids": "cd", "next": 2}, {"ids": "e"})
    outcome = search(provider, SearchRequest(L2A, max_items=3))
    assert ids(outcome.products) == ["a", "b", "c"]
    assert (provider.asked, outcome.complete) == ([None, 1], False)


@pytest.mark.parametrize(
    ("pages", "complete"),
    [
        ([{"ids": "ab"}], True),
        ([{"ids": "abc"}], False),
        ([{"ids": "ab", "next": 1}], False),
    ],
)
def test_enough_is_everything_only_when_nothing_is_left(pages, complete):
    outcome = search(portal(*pages), SearchRequest(L2A, max_items=2))
    assert (ids(outcome.products), outcome.complete) == (["a", "b"], complete)


def test_the_limit_of_a_portal_makes_the_search_incomplete():
    provider = portal({"ids": "ab", "next": 1}, {"ids": "cd", "next": 2}, paging=Paging(most=4))
    assert search(provider, QUESTION).complete is False


def test_what_was_found_before_a_failure_stays():
    outcome = search(portal({"ids": "ab", "next": 1}, 400), QUESTION)
    assert ids(outcome.products) == ["a", "b"]
    assert (type(outcome.error), outcome.complete) == (QueryError, False)


def test_a_bug_of_ours_is_an_unexpected_error_with_what_happened():
    class Buggy(Land):
        def build(self, request, cursor):
            raise ZeroDivisionError("oh")

    outcome = search(portal({"ids": "a"}, make=Buggy), QUESTION)
    assert type(outcome.error) is UnexpectedError
    assert "Testland" in str(outcome.error)
    assert isinstance(outcome.error.__cause__, ZeroDivisionError)


def test_a_missing_library_is_told_and_not_raised(monkeypatch):
    def without(geometry):
        raise MissingLibrary("no shapely")

    monkeypatch.setattr("sentinel_portals.core.geometry.count_points", without)
    outcome = search(portal({"ids": "a"}), SearchRequest(L2A, intersects=square()))
    assert type(outcome.error) is MissingLibrary


# --- filters -----------------------------------------------------------------------------------

CLOUDS = [scene("clear", **{CLOUD: 5}), scene("dull", **{CLOUD: 90}), scene("silent")]


def test_a_filter_the_portal_lacks_is_applied_here_and_said_so():
    provider = portal({}, held=CLOUDS, filters=frozenset())
    outcome = search(provider, SearchRequest(L2A, query={CLOUD: AtMost(20)}))
    assert ids(outcome.products) == ["clear", "silent"]
    assert (outcome.checked_here, outcome.unjudged) == ((CLOUD,), 1)


def test_a_filter_the_portal_ignores_is_applied_here_without_a_word():
    outcome = search(portal({}, held=CLOUDS), SearchRequest(L2A, query={CLOUD: AtMost(20)}))
    assert ids(outcome.products) == ["clear", "silent"]
    assert (outcome.checked_here, outcome.unjudged) == ((), 0)


def test_only_what_is_kept_is_counted_as_unjudged():
    held = [scene("cloudy", **{CLOUD: 90}), scene("silent", platform="sentinel-2a")]
    wishes = {CLOUD: AtMost(20), "platform": OneOf(("sentinel-2b",))}
    outcome = search(portal({}, held=held, filters=frozenset()), SearchRequest(L2A, query=wishes))
    assert (outcome.products, outcome.unjudged) == ((), 0)


# --- dates -------------------------------------------------------------------------------------

JUNE = SearchRequest(L2A, start=moment(10), end=moment(20, 23))


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({"at": "2024-06-15T10:00:00Z"}, True),
        ({"at": "2024-06-10T00:00:00Z"}, True),
        ({"at": "2024-06-20T23:00:00Z"}, True),
        ({"at": "2024-06-09T23:59:59Z"}, False),
        ({"at": "2024-06-20T23:00:01Z"}, False),
        ({}, True),
        ({"start": "2024-06-15T10:00:00Z"}, True),
        ({"start": "2024-05-15T10:00:00Z"}, False),
        # GEODES: datetime is when it was published
        ({"start": "2024-06-20T10:00:00Z", "at": "2024-06-21T09:00:00Z"}, True),
        ({"start": "2024-05-20T10:00:00Z", "at": "2024-05-21T09:00:00Z"}, False),
        # a month's synthesis
        ({"start": "2024-06-01T00:00:00Z", "at": "2024-07-01T00:00:00Z"}, True),
    ],
)
def test_what_lies_wholly_outside_the_asked_time_is_left_out_and_counted(facts, kept):
    outcome = search(portal({}, held=[scene("x", **facts)]), JUNE)
    assert (len(outcome.products), outcome.outside) == ((1, 0) if kept else (0, 1))


@pytest.mark.parametrize(
    ("interval", "kept"),
    [
        ({}, ["may", "june"]),
        ({"start": moment(1)}, ["june"]),
        ({"end": moment(1)}, ["may"]),
    ],
)
def test_an_open_end_is_open(interval, kept):
    held = [scene("may", at="2024-05-15T10:00:00Z"), scene("june", at="2024-06-15T10:00:00Z")]
    assert ids(search(portal({}, held=held), SearchRequest(L2A, **interval)).products) == kept


def test_another_collection_than_asked_is_left_out_and_counted():
    held = [scene("mine"), product("testland", "other", "sentinel-1-grd")]
    outcome = search(portal({}, held=held), QUESTION)
    assert (ids(outcome.products), outcome.outside) == (["mine"], 1)


# --- the area ----------------------------------------------------------------------------------

TRIANGLE = {"type": "Polygon", "coordinates": [[[3, 45], [5, 45], [3, 47], [3, 45]]]}
PLACES = [
    scene("inside", geometry=square(3, 45, 0.5)),
    scene("in the box only", geometry=square(4.5, 46.5, 0.4)),
    scene("nowhere", geometry=None),
]


@pytest.mark.parametrize(
    ("area", "kept"),
    [
        (Area(polygon=False), ["inside", "nowhere"]),
        (Area(max_points=3), ["inside", "nowhere"]),
        (Area(), ["inside", "in the box only", "nowhere"]),
    ],
)
def test_an_area_that_a_portal_takes_only_roughly_is_checked_here(area, kept):
    provider = portal({}, held=PLACES, area=area)
    assert ids(search(provider, SearchRequest(L2A, intersects=TRIANGLE)).products) == kept


# --- refused before anything is sent -----------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "question", "kind", "sentence"),
    [
        ({}, SearchRequest("sentinel-1-grd"), QueryError, "does not hold sentinel-1-grd"),
        ({"until": date(2023, 11, 2), "url": ""}, QUESTION, QueryError, "closed on 2023-11-02"),
        ({"search_auth": ApiKey()}, QUESTION, AuthError, "wants a login"),
    ],
)
def test_a_question_without_hope_is_not_sent(facts, question, kind, sentence):
    provider = portal({"ids": "a"}, **facts)
    outcome = search(provider, question)
    assert type(outcome.error) is kind
    assert sentence in str(outcome.error)
    assert (provider.asked, outcome.products) == ([], ())


def test_a_login_that_is_there_is_enough():
    auth = HeaderAuth("X-API-Key", "k")
    assert search(portal({"ids": "a"}, auth=auth, search_auth=ApiKey()), QUESTION).error is None


def test_the_mirror_of_a_closed_portal_can_be_asked():
    mirrored = portal({"ids": "a"}, until=date(2023, 11, 2), url="https://mirror.test")
    assert search(mirrored, QUESTION).error is None


# --- cancelling --------------------------------------------------------------------------------


def test_cancel_asks_for_no_further_page_and_keeps_what_was_found():
    news = []
    provider = portal({"ids": "ab", "next": 1}, {"ids": "cd"})
    outcome = search(provider, QUESTION, lambda: bool(news), news.append)
    assert ids(outcome.products) == ["a", "b"]
    assert provider.asked == [None]
    assert (type(outcome.error), outcome.complete) == (Cancelled, False)


# --- many portals ------------------------------------------------------------------------------


class Gate(Land):
    """Answers only when its gate is open; says when it was asked."""

    def __init__(self, *args, **how):
        super().__init__(*args, **how)
        self.gate, self.reached = threading.Event(), threading.Event()

    def build(self, request, cursor):
        self.reached.set()
        self.gate.wait(30)
        return super().build(request, cursor)


def gate(name, *answers):
    return portal(*answers, make=Gate, id=name)


def told(news):
    return [(found.provider, ids(found.products), found.done) for found in news]


def test_every_question_ends_with_one_last_word():
    portals = [portal({"ids": "a"}, id="one"), portal({"ids": "b"}, id="two")]
    news = list(search_all([(p, QUESTION) for p in portals]))
    assert sorted(told(news)) == [
        ("one", [], True),
        ("one", ["a"], False),
        ("two", [], True),
        ("two", ["b"], False),
    ]
    assert {ids(found.outcome.products)[0] for found in news if found.done} == {"a", "b"}


def test_what_one_portal_found_is_told_while_another_still_searches():
    slow = gate("slow", {"ids": "b"})
    news = search_all([(slow, QUESTION), (portal({"ids": "a"}, id="fast"), QUESTION)])
    assert told([next(news), next(news)]) == [("fast", ["a"], False), ("fast", [], True)]
    slow.gate.set()
    assert told(news) == [("slow", ["b"], False), ("slow", [], True)]


def test_a_dead_portal_costs_the_others_nothing():
    class Dead(Land):
        def search(self, request, cancelled=None):
            raise NetworkError("gone", provider="dead")

    dead, alive = portal({}, make=Dead, id="dead"), portal({"ids": "a"}, id="alive")
    ends = {
        f.provider: f.outcome for f in search_all([(dead, QUESTION), (alive, QUESTION)]) if f.done
    }
    assert type(ends["dead"].error) is NetworkError
    assert (ends["alive"].error, ids(ends["alive"].products)) == (None, ["a"])


class Counting(Land):
    """Notes how many were asking it at the same time."""

    asking, most = 0, 0

    def search(self, request, cancelled=None):
        self.asking += 1
        self.most = max(self.most, self.asking)
        threading.Event().wait(0.01)  # time for another thread to come in
        try:
            yield from super().search(request, cancelled)
        finally:
            self.asking -= 1


def test_several_questions_to_one_portal_are_asked_one_after_the_other():
    provider = portal({"ids": "a"}, make=Counting)
    questions = [(provider, SearchRequest(L2A, max_items=n)) for n in range(1, 7)]
    other = (portal({"ids": "b"}, id="other"), QUESTION)
    news = list(search_all([*questions[:3], other, *questions[3:]]))
    ends = [found.provider for found in news if found.done]
    assert sorted(ends) == ["other"] + ["testland"] * 6
    assert sum(len(found.products) for found in news) == 7
    assert provider.most == 1


def test_a_question_that_fails_does_not_cost_the_next_one_to_the_same_portal():
    provider = portal({"ids": "a"})
    unknown, good = SearchRequest("landsat-c2-l2"), QUESTION
    ends = [f.outcome for f in search_all([(provider, unknown), (provider, good)]) if f.done]
    assert [type(end.error) for end in ends] == [QueryError, type(None)]
    assert ids(ends[1].products) == ["a"]


def test_on_cancel_the_questions_that_still_wait_for_their_portal_are_told_as_cancelled():
    held, pressed = gate("held", {"ids": "a"}), threading.Event()
    news = search_all([(held, QUESTION)] * 3, pressed.is_set)
    threading.Thread(target=lambda: held.reached.wait(10) and pressed.set()).start()
    ends = [found.outcome for found in news]
    assert [type(end.error) for end in ends] == [Cancelled] * 3
    held.gate.set()


def test_nobody_to_ask_is_nothing_to_tell():
    assert list(search_all([])) == []


def test_on_cancel_the_hanging_portals_are_left_and_told_as_cancelled():
    pressed = threading.Event()
    slow, quick = gate("slow", {"ids": "b"}), portal({"ids": "a"}, id="quick")
    news = search_all([(slow, QUESTION), (quick, QUESTION)], pressed.is_set)
    assert told([next(news), next(news)]) == [("quick", ["a"], False), ("quick", [], True)]
    slow.reached.wait(5)
    began = time.monotonic()
    pressed.set()
    (last,) = news
    assert time.monotonic() - began < 0.5
    assert (last.provider, last.done, type(last.outcome.error)) == ("slow", True, Cancelled)
    assert last.outcome.complete is False
    slow.gate.set()


def test_what_had_arrived_before_the_cancel_is_still_told():
    pressed, held = threading.Event(), gate("slow", {"ids": "b"})
    quick = portal({"ids": "a", "next": 1}, {"ids": "b"}, id="quick")
    news = search_all([(quick, QUESTION), (held, QUESTION)], pressed.is_set)
    first = next(news)
    held.reached.wait(5)
    pressed.set()
    rest = list(news)
    assert ids(first.products) == ["a"]
    assert sorted(f.provider for f in rest if f.done) == ["quick", "slow"]
    held.gate.set()


def test_a_server_that_hangs_does_not_hold_up_the_cancel_button(web, http):
    pressed, never, reached = threading.Event(), threading.Event(), threading.Event()

    def hang(asked):
        reached.set()
        return Answer(hold=never)

    web.on("/search", hang)
    provider = portal({}, url=web.url)
    provider.http = http
    news = search_all([(provider, QUESTION)], pressed.is_set)
    presser = threading.Thread(target=lambda: reached.wait(5) and pressed.set())
    presser.start()
    (last,) = news
    assert type(last.outcome.error) is Cancelled
    threads = [t for t in threading.enumerate() if t.name == "search testland"]
    for thread in threads:
        thread.join(1)
    assert not any(thread.is_alive() for thread in threads), "the search itself ended, too"
    never.set()
    presser.join()


def test_whoever_stops_listening_stops_the_search():
    provider = gate("slow", {"ids": "a", "next": 1}, {"ids": "b"})
    quick = portal({"ids": "a"}, id="quick")
    news = search_all([(provider, QUESTION), (quick, QUESTION)])
    next(news)
    news.close()
    provider.gate.set()
    for thread in threading.enumerate():
        if thread.name == "search slow":
            thread.join(5)
    assert len(provider.asked) <= 1
