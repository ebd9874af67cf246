"""Search and quicklooks beside the main thread: one QgsTask each, own threads inside.

``run()`` catches everything, because an exception that leaves it aborts QGIS; `TASKS` keeps every
task until ``finished``, because a task whose Python object nobody holds never runs; and the thread
that ``run()`` holds is not counted in Qt's pool, because QGIS 3.22 draws the map with the same two.
"""

from __future__ import annotations

import gc
import queue
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from qgis.core import QgsTask
from qgis.PyQt.QtCore import QThreadPool, pyqtSignal

from ..core.errors import Cancelled, SentinelPortalsError
from ..core.scene import Scenes
from ..core.search import Found, Outcome, search_all
from ..formats.quicklook import georeference
from . import messages, quicklooks
from .footprints import FootprintStore, StoredScenes
from .i18n import tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ..core.model import Geometry, Product, SearchRequest
    from ..core.provider import Provider

TASKS: set[QgsTask] = set()

POLL = 0.1  # seconds between two looks
PAUSE = 0.2  # seconds between two news
BATCH = 500  # products that are not kept waiting
TURNS = 0.0005  # seconds after which a thread that works lets another one have Python


class Task(QgsTask):
    """What ours have in common: `work` does it, ``error`` is why it could not be done."""

    ended = pyqtSignal(bool)

    def __init__(self, title: str) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self.error: Optional[SentinelPortalsError] = None
        self._stop, self._over = threading.Event(), threading.Event()
        TASKS.add(self)

    def work(self) -> None:
        raise NotImplementedError

    def stopped(self) -> bool:
        """Did someone cancel? Any thread may ask, also after the task's end."""
        return self._stop.is_set()

    def idle(self) -> bool:
        """Is what it does no longer wanted, because it was cancelled or has ended?"""
        return self._stop.is_set() or self._over.is_set()

    def cancel(self) -> None:
        """Also after its end, when QGIS has deleted its own part of it."""
        self._stop.set()
        if not self._over.is_set():
            super().cancel()

    def run(self) -> bool:
        try:
            with _uncounted(), _short_turns:
                self.work()
        except SentinelPortalsError as error:
            self.error = error
        except Exception as error:
            self.error = messages.unexpected(error)
        finally:
            self._over.set()
        return self.error is None and not self.stopped()

    def finished(self, result: bool) -> None:
        self._over.set()
        TASKS.discard(self)
        self.ended.emit(result)


@contextmanager
def _uncounted() -> Iterator[None]:
    """Lets Qt's pool start another thread meanwhile: ours mostly sleeps."""
    pool = QThreadPool.globalInstance()
    pool.releaseThread()
    try:
        yield
    finally:
        pool.reserveThread()


class _ShortTurns:
    """While a task works the main thread waits half a millisecond for Python, not Python's five.

    On a busy machine these five are long: the system takes the processor away from the thread that
    works, Python stays in its hand, and the map stands still until it is its turn again.
    """

    def __init__(self) -> None:
        self._lock, self._users, self._before = threading.Lock(), 0, 0.0

    def __enter__(self) -> None:
        with self._lock:
            if not self._users:
                self._before = sys.getswitchinterval()
                sys.setswitchinterval(min(TURNS, self._before))
            self._users += 1

    def __exit__(self, *raised: object) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                sys.setswitchinterval(self._before)


_short_turns = _ShortTurns()


@contextmanager
def _unswept() -> Iterator[None]:
    """For work that keeps millions of objects for a while and calls ``gc.freeze()`` now and then.

    Python's sweep for lost cycles walks over every object that is kept and lets no other thread
    work meanwhile, half a second with 10,000 scenes; frozen ones are not walked over.
    """
    try:
        yield
    finally:
        gc.unfreeze()


def stop_all() -> None:
    """Cancels what still runs; for the plugin's unload."""
    for task in list(TASKS):
        task.cancel()


def beside(work: Callable[[], Any]) -> Iterator[Any]:
    """Does ``work`` in a thread of its own; yields None every tenth of a second, then its answer.

    What it raises is raised here. Whoever stops asking leaves it to end by itself.
    """
    answers: queue.Queue[tuple[Any, Optional[BaseException]]] = queue.Queue()

    def go() -> None:
        try:
            answers.put((work(), None))
        except BaseException as error:  # raised again by whoever waits
            answers.put((None, error))

    threading.Thread(target=go, name="sentinel portals", daemon=True).start()
    while True:
        try:
            answer, error = answers.get(timeout=POLL)
        except queue.Empty:
            yield None
            continue
        if error is not None:
            raise error
        yield answer
        return


class SearchTask(Task):
    """Asks many portals; writes what comes into the store, tells it in ``progressed``.

    ``progressed`` carries a Found per portal, at most five times a second; the products that came
    since the last one are in it, and are in the store by then. ``scenes`` are those found so far.
    With a store the products told are `light`, and after the end ``scenes`` are read back from it:
    ten thousand whole ones are too much to keep. ``unplaced`` of them have no footprint.
    """

    progressed = pyqtSignal(object)

    def __init__(
        self,
        questions: Sequence[tuple[Provider, SearchRequest]],
        store: Optional[FootprintStore],
        area: Optional[Geometry] = None,
    ) -> None:
        super().__init__(tr("Search for satellite scenes"))
        self._questions, self._store, self._area = list(questions), store, area
        self._open = Counter(provider.info.id for provider, _ in self._questions)
        self._asked = len(self._questions)
        self._news: dict[str, Found] = {}
        self._places: dict[int, None] = {}
        self.scenes: Union[Scenes, StoredScenes] = Scenes()
        self.outcomes: dict[str, Outcome] = {}
        self.unplaced = 0

    def finished(self, result: bool) -> None:
        for name in self._open:  # cancelled before it began
            error = Cancelled("The search was cancelled.", provider=name)
            self.outcomes.setdefault(name, Outcome(name, complete=False, error=error))
        super().finished(result)

    def work(self) -> None:
        with _unswept():
            try:
                self._begin()
                self._listen()
            finally:
                if self._store:
                    self._store.close()
                    self._let_go(self._store.path)

    def _begin(self) -> None:
        if self._store:
            self.scenes = self._store.load(self.stopped)

    def _let_go(self, path: Path) -> None:
        """Forgets what the store has, scene by scene: all at once would stop every thread."""
        whole = list(self.scenes)
        self.unplaced = sum(not any(o.geometry for o in scene.offers) for scene in whole)
        self.scenes = StoredScenes(path, len(whole))
        while whole:
            whole.pop()

    def _listen(self) -> None:
        news: queue.Queue[Optional[Found]] = queue.Queue()
        ask = threading.Thread(target=self._ask, args=(news,), name="search", daemon=True)
        ask.start()
        told = time.monotonic()
        going = True
        while going:
            try:
                found = news.get(timeout=POLL)
                going = found is not None
                if found and self.stopped():
                    found = replace(found, products=())  # who cancels waits for no more
                if found:
                    self._take(found)
            except queue.Empty:
                pass
            waiting = sum(len(found.products) for found in self._news.values())
            if not going or waiting >= BATCH or time.monotonic() - told >= PAUSE:
                self._tell()
                told = time.monotonic()
        ask.join(1)
        self._tell()

    def _ask(self, news: queue.Queue[Optional[Found]]) -> None:
        try:
            for found in search_all(self._questions, self.idle):
                gc.freeze()
                news.put(found)
        finally:
            news.put(None)

    def _take(self, found: Found) -> None:
        """One page: merged into the scenes, kept until it is told."""
        self._places.update(dict.fromkeys(self.scenes.extend(found.products)))
        found = self._light(found)
        name, outcome = found.provider, found.outcome
        if found.done:
            before = self.outcomes.get(name)
            self.outcomes[name] = outcome = joined(before, outcome) if before else outcome
            self._open[name] -= 1
        waiting = self._news.get(name)
        products = (waiting.products if waiting else ()) + found.products
        self._news[name] = Found(name, products, outcome, found.done and not self._open[name])

    def _light(self, found: Found) -> Found:
        """With a store the news need not carry what the store has."""
        if not self._store:
            return found
        outcome = replace(found.outcome, products=light(found.outcome.products))
        return replace(found, products=light(found.products), outcome=outcome)

    def _tell(self) -> None:
        """Into the store first, then to whoever listens."""
        if self._store and self._places:
            self._store.write(self._places, self.scenes, self._area)
        news, self._news, self._places = self._news, {}, {}
        for found in news.values():
            self.progressed.emit(found)
        if self._asked:
            self.setProgress(100 * (1 - sum(self._open.values()) / self._asked))


def light(products: Sequence[Product]) -> tuple[Product, ...]:
    """The products by name only."""
    return tuple(replace(p, geometry=None, properties={}, assets={}, raw={}) for p in products)


def joined(a: Outcome, b: Outcome) -> Outcome:
    """Two questions to the same portal, told as one."""
    known = [n for n in (a.matched, b.matched) if n is not None]
    return replace(
        a,
        products=a.products + b.products,
        matched=sum(known) if known else None,
        pages=a.pages + b.pages,
        seconds=a.seconds + b.seconds,
        checked_here=tuple(sorted({*a.checked_here, *b.checked_here})),
        unjudged=a.unjudged + b.unjudged,
        unreadable=a.unreadable + b.unreadable,
        outside=a.outside + b.outside,
        complete=a.complete and b.complete,
        error=a.error or b.error,
    )


@dataclass(frozen=True)
class Quicklook:
    """A picture in its place (``path``), or why there is none."""

    title: str
    product: Product
    path: Optional[Path] = None
    error: Optional[SentinelPortalsError] = None


class QuicklookTask(Task):
    """Fetches the quicklooks of scenes and puts them into their place on the map."""

    quicklook_done = pyqtSignal(object)

    def __init__(
        self, wanted: Sequence[Sequence[Product]], providers: Mapping[str, Provider]
    ) -> None:
        super().__init__(tr("Quicklooks of satellite scenes"))
        self._wanted = [list(offers) for offers in wanted if offers]
        self._providers = dict(providers)
        self.results: list[Quicklook] = []

    def work(self) -> None:
        for place, offers in enumerate(self._wanted):
            for answer in beside(lambda offers=offers: self._make(offers)):
                if self.stopped():
                    return
                if answer is not None:
                    self.results.append(answer)
                    self.quicklook_done.emit(answer)
            self.setProgress(100 * (place + 1) / len(self._wanted))

    def _make(self, offers: Sequence[Product]) -> Quicklook:
        """From the first offer that has a picture whose place is known."""
        title, error = offers[0].title or offers[0].id, None
        for offer in offers:
            try:
                image = quicklooks.fetch(offer, self._providers, self.idle)
                return Quicklook(title, offer, georeference(image, offer))
            except SentinelPortalsError as failed:
                error = failed
            except Exception as failed:  # costs this picture only
                error = messages.unexpected(failed)
        return Quicklook(title, offers[0], error=error)
