"""One request, one portal: everything it gave and why it stopped. And many portals side by side.

A filter that a portal lacks is neither an error nor silence: it is applied here, products that
carry no value for it are kept and counted, and the `Outcome` says so.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable, Optional

from . import geometry
from .errors import AuthError, Cancelled, QueryError, SentinelPortalsError, UnexpectedError
from .transport import Cancel, never

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .model import Product, SearchRequest
    from .provider import Provider

POLL = 0.1  # seconds between two looks at the cancel button


@dataclass(frozen=True)
class Outcome:
    """What one search at one portal gave. Products found before a failure stay."""

    provider: str
    products: tuple[Product, ...] = ()
    matched: Optional[int] = None
    pages: int = 0
    seconds: float = 0.0
    checked_here: tuple[str, ...] = ()
    unjudged: int = 0
    unreadable: int = 0
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
    judge = Judge(provider, request)
    outcome = Outcome(provider.info.id, checked_here=judge.names)
    found: list[Product] = []
    try:
        _refuse(provider, request)
        for page in provider.search(request, cancelled):
            kept = [p for p in page.products if judge.accepts(p)][: request.max_items - len(found)]
            found.extend(kept)
            outcome = replace(
                outcome,
                matched=page.matched if page.matched is not None else outcome.matched,
                pages=outcome.pages + 1,
                seconds=now() - began,
                unjudged=judge.unjudged,
                unreadable=outcome.unreadable + page.unreadable,
            )
            news(Found(provider.info.id, tuple(kept), outcome))
            if cancelled():
                raise Cancelled("The search was cancelled.", provider=provider.info.id)
            if len(found) >= request.max_items:
                outcome = replace(outcome, complete=page.next is None)
                break
    except SentinelPortalsError as error:
        outcome = replace(outcome, complete=False, error=error)
    except Exception as error:  # a bug of ours in one portal must not cost the others
        unexpected = UnexpectedError(
            f"Something unexpected happened with {provider.info.title}: {type(error).__name__}.",
            provider=provider.info.id,
        )
        unexpected.__cause__ = error
        outcome = replace(outcome, complete=False, error=unexpected)
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

    Filters that the portal should know are applied once more, because some servers ignore them
    without a word; only those that it does not know are told about.
    """

    def __init__(self, provider: Provider, request: SearchRequest) -> None:
        info = provider.info
        self._wanted = request.query
        self._area = request.intersects
        self._approximate = self._area is not None and (
            not info.area.polygon or geometry.count_points(self._area) > info.area.max_points
        )
        self.names = tuple(sorted(set(request.query) - provider.filters(request)))
        self.unjudged = 0

    def accepts(self, product: Product) -> bool:
        told = {n: product.properties.get(n) for n in self._wanted}
        refused = any(v is not None and not self._wanted[n].accepts(v) for n, v in told.items())
        if refused or not self._in_area(product):
            return False
        self.unjudged += any(told[n] is None for n in self.names)
        return True

    def _in_area(self, product: Product) -> bool:
        if not self._approximate or self._area is None or product.geometry is None:
            return True
        return geometry.intersects(self._area, product.geometry)


def search_all(
    questions: Sequence[tuple[Provider, SearchRequest]],
    cancelled: Cancel = never,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[Found]:
    """Every question in a thread of its own; news in order of arrival, one ``done`` per question.

    On cancel it returns within a tenth of a second: threads that hang in a dead portal are left
    to end by their own time-out, and what they still bring is dropped.
    """
    news: queue.Queue[Found] = queue.Queue()
    stop = threading.Event()

    def stopped() -> bool:
        return stop.is_set() or cancelled()

    def ask(provider: Provider, request: SearchRequest) -> None:
        outcome = search(provider, request, stopped, news.put, now)
        provider.http.close()
        news.put(Found(provider.info.id, (), outcome, done=True))

    for provider, request in questions:
        name = f"search {provider.info.id}"
        threading.Thread(target=ask, args=(provider, request), name=name, daemon=True).start()
    left = len(questions)
    try:
        while left and not cancelled():
            try:
                found = news.get(timeout=POLL)
            except queue.Empty:
                continue
            left -= found.done
            yield found
    finally:
        stop.set()
