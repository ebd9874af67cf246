"""One request, one portal: everything it gave and why it stopped. And many portals side by side.

A filter that a portal lacks is neither an error nor silence: it is applied here, products that
carry no value for it are kept and counted, and the `Outcome` says so.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Callable, Optional

from . import geometry
from .errors import AuthError, Cancelled, QueryError, SentinelPortalsError, unexpected
from .transport import Cancel, never

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .model import Product, SearchRequest
    from .provider import Provider

POLL = 0.1  # seconds between two looks at the cancel button


@dataclass(frozen=True)
class Outcome:
    """What one search at one portal gave. Products found before a failure stay.

    ``outside`` counts what came though it was not asked for: another time, another collection.
    """

    provider: str
    products: tuple[Product, ...] = ()
    matched: Optional[int] = None
    pages: int = 0
    seconds: float = 0.0
    checked_here: tuple[str, ...] = ()
    unjudged: int = 0
    unreadable: int = 0
    outside: int = 0
    complete: bool = True
    error: Optional[SentinelPortalsError] = None


@dataclass(frozen=True)
class Found:
    """One page's worth of news from one portal; ``done`` when it is the last."""

    provider: str
    products: tuple[Product, ...]
    outcome: Outcome
    done: bool = False


def search(
    provider: Provider,
    request: SearchRequest,
    cancelled: Cancel = never,
    news: Callable[[Found], None] = lambda found: None,
    now: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Asks one portal, page by page. Raises nothing: what went wrong is in the outcome.

    ``news`` is called in this thread with every page as it arrives.
    """
    began = now()
    outcome = Outcome(provider.info.id)
    found: list[Product] = []
    try:
        _refuse(provider, request)
        judge = Judge(provider, request)
        outcome = replace(outcome, checked_here=judge.names)
        for page in provider.search(request, cancelled):
            wanted = filter(judge.accepts, page.products)
            kept = tuple(islice(wanted, request.max_items - len(found)))
            found.extend(kept)
            outcome = replace(
                outcome,
                matched=page.matched if page.matched is not None else outcome.matched,
                pages=outcome.pages + 1,
                seconds=now() - began,
                unjudged=judge.unjudged,
                unreadable=outcome.unreadable + page.unreadable,
                outside=judge.outside,
                complete=outcome.complete and not page.cut,
            )
            news(Found(provider.info.id, kept, outcome))
            if cancelled():
                raise Cancelled("The search was cancelled.", provider=provider.info.id)
            if len(found) >= request.max_items:
                more = page.next is not None or any(True for _ in wanted)
                outcome = replace(outcome, complete=outcome.complete and not more)
                break
    except SentinelPortalsError as error:
        outcome = replace(outcome, complete=False, error=error)
    except Exception as error:  # a bug of ours in one portal must not cost the others
        error_ = unexpected(error, provider.info.title, provider.info.id)
        outcome = replace(outcome, complete=False, error=error_)
    return replace(outcome, products=tuple(found), seconds=now() - began)


def _refuse(provider: Provider, request: SearchRequest) -> None:
    """Says no to a question that this portal can never answer, before anything is sent."""
    info = provider.info
    if request.collection not in info.collections:
        raise QueryError(f"{info.title} does not hold {request.collection}.", provider=info.id)
    if info.closed and not info.url:
        raise QueryError(f"{info.title} closed on {info.until}.", provider=info.id)
    if info.search_auth.fields and provider.http.auth is None:
        raise AuthError(f"{info.title} wants a login before it can be searched.", provider=info.id)


class Judge:
    """Applies here what the portal could not: unknown filters, the true area.

    What the portal should know (filters, dates, the collection) is applied once more, because
    some servers ignore it without a word; of the filters only those that it does not know are
    told about.
    """

    def __init__(self, provider: Provider, request: SearchRequest) -> None:
        info = provider.info
        self._request = request
        self._area = request.intersects
        self._approximate = self._area is not None and (
            not info.area.polygon or geometry.count_points(self._area) > info.area.max_points
        )
        self.names = tuple(sorted(set(request.query) - provider.filters(request)))
        self.unjudged = 0
        self.outside = 0

    def accepts(self, product: Product) -> bool:
        if product.collection != self._request.collection or not self._in_time(product):
            self.outside += 1
            return False
        wanted = self._request.query
        told = {n: product.properties.get(n) for n in wanted}
        refused = any(v is not None and not wanted[n].accepts(v) for n, v in told.items())
        if refused or not self._in_area(product):
            return False
        self.unjudged += any(told[n] is None for n in self.names)
        return True

    def _in_time(self, product: Product) -> bool:
        """Does the acquisition touch the asked interval? What tells no time is kept."""
        told = (product.datetime, product.start_datetime, product.end_datetime)
        times = [t for t in told if t]
        start, end = self._request.start, self._request.end
        too_early = bool(times and start and max(times) < start)
        too_late = bool(times and end and min(times) > end)
        return not too_early and not too_late

    def _in_area(self, product: Product) -> bool:
        if not self._approximate or self._area is None or product.geometry is None:
            return True
        return geometry.intersects(self._area, product.geometry)


def search_all(
    questions: Sequence[tuple[Provider, SearchRequest]],
    cancelled: Cancel = never,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[Found]:
    """Every portal in a thread of its own, which asks it one question after the other.

    News come in order of arrival, one ``done`` per question. On cancel it ends within a moment:
    what has arrived is still told, the rest is done with Cancelled. Threads that hang in a dead
    portal are left to end by their own time-out.
    """
    news: queue.Queue[tuple[int, Found]] = queue.Queue()
    stop = threading.Event()

    def stopped() -> bool:
        return stop.is_set() or cancelled()

    def ask(numbers: Sequence[int]) -> None:
        for number in numbers:
            if stopped():
                return
            provider, request = questions[number]

            def tell(found: Found, number: int = number) -> None:
                news.put((number, found))

            outcome = search(provider, request, stopped, tell, now)
            try:
                provider.http.close()
            finally:
                tell(Found(provider.info.id, (), outcome, done=True))

    left = {number: Outcome(provider.info.id) for number, (provider, _) in enumerate(questions)}
    rows: dict[str, list[int]] = {}
    for number, outcome in left.items():
        rows.setdefault(outcome.provider, []).append(number)
    for name, row in rows.items():
        threading.Thread(target=ask, args=(row,), name=f"search {name}", daemon=True).start()
    try:
        while left:
            try:
                number, found = news.get(timeout=0 if cancelled() else POLL)
            except queue.Empty:
                if cancelled():
                    break
                continue
            if found.done:
                del left[number]
            else:
                left[number] = found.outcome
            yield found
    finally:
        stop.set()
    for outcome in left.values():
        error = Cancelled("The search was cancelled.", provider=outcome.provider)
        ended = replace(outcome, complete=False, error=error)
        yield Found(outcome.provider, (), ended, done=True)
