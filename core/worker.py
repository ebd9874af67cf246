"""Works through the queue: portals side by side, patiently, and never the same job twice.

`Workshop.run` is one loop in the caller's thread; each job that runs has a thread of a pool. What
to do after a failure is decided by `after`, a pure function over the offers of a job.
"""

from __future__ import annotations

import queue
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from .circuit import Circuit, Rest
from .disk import PARTS, storage
from .download import UNDER_WAY, fetch_offer, heeding, tidy
from .errors import (
    AuthError,
    Cancelled,
    DiskFull,
    MissingLibrary,
    PortalError,
    ProductOffline,
    ProductUnavailable,
    RateLimited,
    SentinelPortalsError,
    StorageError,
    TransferError,
    unexpected,
)
from .jobs import (
    CANCELLED,
    DONE,
    FAILED,
    ORDERED,
    RUNNING,
    WAITING,
    DownloadJob,
    JobState,
    JobStore,
    Trouble,
)
from .provider import Download
from .ranges import Lines
from .transport import LONGEST_WAIT, Cancel, never

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .download import SceneFiles
    from .model import Product
    from .provider import Ordering, Provider

Cutter = Callable[..., "SceneFiles"]
"""`formats.window.fetch_window`, handed in by whoever has GDAL."""

TICK = 0.2  # seconds between two looks at the cancel button and at other windows
HEART = 5.0  # seconds between two signs of life
FIRST_PAUSE, LONGEST_PAUSE = 15.0, 900.0
MOST_ROUNDS = 6  # for bytes that keep arriving wrong; a line may be down for a weekend
MOST_AT_ONCE = 16
LONGEST_STEP = 16 << 20  # bytes: more at a time were on the disk already
PARTING = 3.0  # seconds that a thread gets to end when all is stopped


@dataclass(frozen=True)
class Limits:
    """What a person allows: bytes per second (0: all), hours of the day (equal: always)."""

    rate: int = 0
    from_hour: int = 0
    to_hour: int = 0
    at_once: int = 8

    def allows(self, hour: int) -> bool:
        """Is this an hour for downloads? The hours may go over midnight."""
        if self.from_hour == self.to_hour:
            return True
        if self.from_hour < self.to_hour:
            return self.from_hour <= hour < self.to_hour
        return hour >= self.from_hour or hour < self.to_hour


class Clock:
    """The time, and how to wait for something. Tests have another one."""

    def now(self) -> float:
        return time.time()

    def hour(self) -> int:
        return datetime.fromtimestamp(self.now()).astimezone().hour

    def wait(self, event: threading.Event, seconds: float) -> None:
        event.wait(seconds)


class Bucket:
    """So many bytes per second and not more, for all who share it."""

    def __init__(self, rate: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._now = rate, now
        self._free_at, self._lock = now(), threading.Lock()

    def take(self, count: int) -> float:
        """Seconds to wait for these bytes."""
        if not self._rate:
            return 0.0
        with self._lock:
            now = self._now()
            self._free_at = max(now, self._free_at) + count / self._rate
            return self._free_at - now


@dataclass
class Running:
    """A job that is being worked on: how far it is, how fast, and its own stop button."""

    job: DownloadJob
    done: int = 0
    total: int = 0
    speed: float = 0.0
    fetched: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    looked: float = 0.0
    before: int = 0

    @property
    def left(self) -> Optional[float]:
        """Seconds to the end, None when that cannot be told."""
        return (self.total - self.done) / self.speed if self.speed and self.total else None

    def measure(self, now: float) -> None:
        """The speed of the last seconds, smoothed."""
        if now - self.looked < 1.0:
            return
        if self.looked:
            last = (self.fetched - self.before) / (now - self.looked)
            self.speed = last if not self.speed else 0.7 * self.speed + 0.3 * last
        self.looked, self.before = now, self.fetched


class Hands:
    """Threads that are kept, because each keeps its connections; they hold up nobody's exit."""

    def __init__(self, parting: Callable[[], None]) -> None:
        self._work: queue.Queue[Optional[Callable[[], None]]] = queue.Queue()
        self._parting, self._threads = parting, list[threading.Thread]()
        self._free = threading.Semaphore(0)

    def do(self, work: Callable[[], None]) -> None:
        if not self._free.acquire(blocking=False):
            thread = threading.Thread(target=self._go, name="download", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._work.put(work)

    def rest(self, seconds: float) -> None:
        """Sends all home and waits so long for them."""
        for _ in self._threads:
            self._work.put(None)
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _go(self) -> None:
        for work in iter(self._work.get, None):
            work()
            self._free.release()
        self._parting()


@dataclass(frozen=True)
class Next:
    """What becomes of a job: its state and what else is written. ``order`` is a place to order."""

    state: JobState
    changes: Mapping[str, Any] = field(default_factory=dict)
    order: Optional[int] = None


def pause_after(rounds: int) -> float:
    """Twice as long each time, never the same for everybody."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(rounds, 10))
    return pause * (1.0 + secrets.randbelow(250) / 1000)


def trouble(error: SentinelPortalsError, portal: str, place: int) -> Trouble:
    return Trouble(portal, place, type(error).__name__, str(error), error.retry)


def after(
    job: DownloadJob,
    error: SentinelPortalsError,
    orderable: Callable[[str], bool],
    now: float,
) -> Next:
    """What to do when an offer failed: the next one, an order, another round, or the end.

    A full disk is no fault of the portal: the job waits for room. ``orderable`` says of a portal
    whether it takes orders.
    """
    found = trouble(error, job.portal, job.place)
    if isinstance(error, StorageError):
        return _held(job, found, now) if isinstance(error, DiskFull) else _failed(job, found)
    known = (*job.troubles, found)
    last = {t.place: t for t in known}
    later = [p for p in range(job.place + 1, len(job.offers)) if p not in last or last[p].retry]
    if later:
        return Next(WAITING, {**_at(job, later[0]), "troubles": known, "not_before": 0.0})
    offline = [
        p
        for p, t in sorted(last.items())
        if t.kind == ProductOffline.__name__ and orderable(job.offers[p].provider)
    ]
    if offline:
        return Next(ORDERED, {"troubles": known}, order=offline[0])
    again = [p for p, t in sorted(last.items()) if t.retry]
    worn_out = isinstance(error, TransferError) and job.rounds + 1 >= MOST_ROUNDS
    if not again or worn_out:
        return _failed(job, found)
    pause = max(pause_after(job.rounds), error.retry_after or 0.0)
    changes = {"troubles": known, "rounds": job.rounds + 1, "not_before": now + pause}
    return Next(WAITING, {**_at(job, again[0]), **changes})


def _at(job: DownloadJob, place: int) -> dict[str, Any]:
    return {"place": place, "portal": job.offers[place].provider}


def _failed(job: DownloadJob, found: Trouble) -> Next:
    return Next(FAILED, {"troubles": (*job.troubles, found)})


def _held(job: DownloadJob, found: Trouble, now: float) -> Next:
    troubles = job.troubles if job.trouble == found else (*job.troubles, found)
    pause = pause_after(job.rounds)
    changes = {"troubles": troubles, "rounds": job.rounds + 1, "not_before": now + pause}
    return Next(WAITING, changes)


def no_cutter(*how: Any) -> SceneFiles:
    """Nobody handed one in."""
    raise MissingLibrary("An area cannot be cut out of an image without GDAL.")


class LinesOfJob(Lines):
    """Of a portal's connections those that no job has, in no window."""

    def __init__(self, store: JobStore, job_id: str, room: int, most: int) -> None:
        super().__init__(most)
        self._store, self._job_id, self._room = store, job_id, room

    def more(self) -> bool:
        if not super().more():
            return False
        with suppress(StorageError):
            if self._store.more_lines(self._job_id, self._room):
                return True
        super().less()
        return False

    def less(self) -> None:
        super().less()
        with suppress(StorageError):
            self._store.less_lines(self._job_id)


class Workshop:
    """The queue at work. ``changed`` is called, from any thread, when a job's state is another.

    So is ``failed``, with the error, whenever an offer was tried in vain.
    ``providers`` may be exchanged while it runs, as when a person logs in. ``cut`` fetches areas.
    """

    def __init__(
        self,
        store: JobStore,
        providers: Mapping[str, Provider],
        limits: Optional[Limits] = None,
        *,
        clock: Optional[Clock] = None,
        changed: Callable[[str], None] = lambda job_id: None,
        failed: Callable[[DownloadJob, SentinelPortalsError], None] = lambda job, error: None,
        cut: Cutter = no_cutter,
    ) -> None:
        self.store, self.clock = store, clock or Clock()
        self.running: dict[str, Running] = {}
        self._providers, self._changed, self._failed = dict(providers), changed, failed
        self._cut, self._circuit = cut, Circuit(pause_after)
        self._passed: dict[str, set[str]] = {}
        self._former: list[Provider] = []
        self._connected: set[str] = set()
        self._unsaved: dict[str, Next] = {}
        self._wake, self._lock = threading.Event(), threading.Lock()
        self._beaten = self._looked = float("-inf")
        self._seen: object = None
        self.error: Optional[StorageError] = None
        self.set_limits(limits or Limits())

    # --- from outside -------------------------------------------------------------------------

    def set_limits(self, limits: Limits) -> None:
        self._limits, self._bucket = limits, Bucket(limits.rate)
        self.wake()

    def connect(self, providers: Mapping[str, Provider]) -> None:
        """Portals anew; where a login or the network is another, what had failed is tried again."""
        before, self._providers = self._providers, dict(providers)
        new = {name for name, each in providers.items() if before.get(name) is not each}
        self._former += [each for name, each in before.items() if providers.get(name) is not each]
        self._circuit.clear(new)
        with self._lock:
            self._connected |= new
        self.wake()

    def resting(self) -> dict[str, tuple[float, str]]:
        """Until when each portal that failed is left alone, and why."""
        rests = self._circuit.resting(self.clock.now())
        return {name: (rest.until, str(rest.error)) for name, rest in rests.items()}

    def wake(self) -> None:
        """Something happened to the queue: look at once."""
        self._wake.set()

    def run(self, stopped: Cancel = never) -> None:
        """Until nothing is left to do, the queue is paused, or ``stopped``. Raises StorageError.

        What runs then is stopped and goes back into the queue, with the part that is here.
        """
        hands = Hands(self._hang_up)
        going = True
        try:
            while going and not stopped():
                try:
                    going = not self.store.paused() and self._turn(hands)
                except StorageError as error:  # the disk of the queue is full, say: it may pass
                    self.error = error
                if going:
                    self.clock.wait(self._wake, TICK if self.error is None else HEART)
        finally:
            for each in list(self.running.values()):
                each.stop.set()
            hands.rest(PARTING)
            with suppress(StorageError):
                self._save()
                self.store.release()

    # --- the loop -----------------------------------------------------------------------------

    def _turn(self, hands: Hands) -> bool:
        """One look at everything; False when nothing is left to do."""
        self._save()
        self._keep_up()
        now, due = self.clock.now(), self.store.due()
        ready = due is not None and due <= now and now > self._looked + 1
        woken, stamp = self._wake.is_set(), self.store.stamp()
        self._wake.clear()
        if woken or ready or stamp != self._seen:
            self._looked, self._seen = now, stamp  # what changes from here on is seen next time
            self._stop_lost()
            with self._lock:
                new, self._connected = self._connected, set()
            if new:
                self.store.retry_logins(new)
            self._pass_by()
            self._start(hands)
            if self._idle():
                return False
        self.error = None
        return True

    def _hang_up(self) -> None:
        """A thread ends: its connections, too."""
        for provider in (*self._providers.values(), *self._former):
            provider.http.close()
            provider.files.close()

    def _idle(self) -> bool:
        counts = self.store.counts()
        return not self.running and not any(counts.get(s) for s in (WAITING, ORDERED, RUNNING))

    def _keep_up(self) -> None:
        """Signs of life; jobs of the dead."""
        now = self.clock.now()
        if now - self._beaten >= HEART:
            self._beaten = now
            self.store.beat()
            self._stop_lost()
            if self.store.recover():
                self.wake()
        for each in list(self.running.values()):
            each.measure(now)
        if not self._limits.allows(self.clock.hour()):
            for each in list(self.running.values()):
                each.stop.set()

    def _stop_lost(self) -> None:
        """Somebody paused or cancelled a job of ours, here or in another window."""
        if self.running:
            mine = self.store.mine()
            for job_id, each in list(self.running.items()):
                if job_id not in mine:
                    each.stop.set()

    def _start(self, hands: Hands) -> None:
        """As many as the portals, the hour and the disk of the queue allow."""
        if self._unsaved:
            return
        states = (WAITING, ORDERED) if self._limits.allows(self.clock.hour()) else (ORDERED,)
        most = min(self._limits.at_once, MOST_AT_ONCE)
        room = {name: p.info.download.at_once for name, p in self._providers.items()}
        for state in states:
            while len(self.running) < most:
                job = self.store.claim(state, self._full(), room, most)
                if job is None:
                    break
                each = Running(job, looked=self.clock.now())
                with self._lock:
                    self.running[job.id] = each
                self._changed(job.id)
                hands.do(partial(self._work, each))

    def _full(self) -> set[str]:
        """Portals that rest, and those that one job is trying out."""
        full = set(self.resting())
        for name in {each.job.portal for each in list(self.running.values())}:
            if self._circuit.one_by_one(name, logs_in=self._logs_in(name)):
                full.add(name)
        return full

    def _logs_in(self, portal: str) -> bool:
        provider = self._providers.get(portal)
        return bool(provider and provider.info.download_auth.fields)

    def _pass_by(self) -> None:
        """Jobs that wait for a portal that rests go to their next offer, where they have one."""
        now = self.clock.now()
        resting = self._circuit.resting(now)
        self._passed = {name: seen for name, seen in self._passed.items() if name in resting}
        for name, rest in resting.items():
            if isinstance(rest.error, RateLimited) and rest.until - now < LONGEST_WAIT:
                continue  # it will not take long
            seen = self._passed.setdefault(name, set())

            def elsewhere(job: DownloadJob, rest: Rest = rest, seen: set[str] = seen) -> Any:
                seen.add(job.id)
                return self._elsewhere(job, rest.error, set(resting), now)

            for job_id in self.store.move_on(name, elsewhere, seen):
                self._changed(job_id)

    def _elsewhere(
        self, job: DownloadJob, error: SentinelPortalsError, resting: set[str], now: float
    ) -> Optional[Mapping[str, Any]]:
        """The next offer of a job whose portal rests; None when it has none to go to."""
        if job.not_before > now:
            return None
        last = {t.place: t for t in job.troubles}
        places = (
            place
            for place, offer in enumerate(job.offers)
            if place != job.place
            and offer.provider in self._providers
            and offer.provider not in resting
            and (place not in last or last[place].retry)
        )
        place = next(places, None)
        if place is None:
            return None
        known = (*job.troubles, trouble(error, job.portal, job.place))
        return {**_at(job, place), "troubles": known}

    # --- one job, in its thread ---------------------------------------------------------------

    def _work(self, each: Running) -> None:
        job = each.job
        known = [p for p in map(self._providers.get, {o.provider for o in job.offers}) if p]
        try:
            with heeding(known, each.stop.is_set):
                found = self._at_work(each)
        except Cancelled:
            found = Next(job.state if job.state is ORDERED else WAITING, _progress(each))
        except Exception as error:  # a bug in what follows a failure costs this job only
            found = _failed(job, trouble(_ours(error, job), job.portal, job.place))
        self._end(each, found)

    def _at_work(self, each: Running) -> Next:
        """One visit to one portal. Raises Cancelled."""
        job = each.job
        refused = self._circuit.refusal(job.portal)
        try:
            if refused:
                raise refused
            found = self._look_after(job) if job.state is ORDERED else self._fetch(each)
        except Cancelled:
            raise
        except Exception as error:
            known = _ours(error, job)
            self._failed(job, known)
            if self._logs_in(job.portal) or type(known) is not AuthError:
                self._blame(each, known)
            return self._after(job, known)
        self._circuit.worked(job.portal, self.clock.now())
        return found

    def _blame(self, lost: Running, error: SentinelPortalsError) -> None:
        """On the portal, unless another job of it goes well; a pause that it named counts."""
        others = [each for each in list(self.running.values()) if each is not lost]
        portal = lost.job.portal
        gives = any(each.job.portal == portal and each.fetched for each in others)
        if error.retry_after or not gives:
            self._circuit.failed(portal, error, self.clock.now())

    def _end(self, each: Running, found: Next) -> None:
        try:
            moved = self.store.finish(each.job.id, found.state, **found.changes)
            if not moved:
                self._sweep(each.job)
        except StorageError:  # tried again until it can be written
            self._unsaved[each.job.id] = found
        finally:
            with self._lock:
                self.running.pop(each.job.id, None)
        self._changed(each.job.id)
        self._wake.set()

    def _save(self) -> None:
        """What could not be written when it happened."""
        for job_id, found in list(self._unsaved.items()):
            try:
                self.store.finish(job_id, found.state, **found.changes)
            except StorageError:
                return
            del self._unsaved[job_id]
            self.wake()

    def _sweep(self, job: DownloadJob) -> None:
        """A job that was cancelled leaves no parts."""
        now = self.store.get(job.id)
        if now is None or now.state is CANCELLED:
            sweep(Path(job.target))

    def _fetch(self, each: Running) -> Next:
        job, offer = each.job, each.job.offers[each.job.place]
        here = list(job.files)

        def stopped() -> bool:
            return each.stop.is_set()

        def progress(done: int, total: Optional[int]) -> None:
            more = done - each.done
            each.done, each.total = done, total or 0
            if more > 0:
                if self._circuit.worked(job.portal, self.clock.now()):
                    self.wake()
                if more <= LONGEST_STEP:
                    each.fetched += more
                    self._slow_down(more, each)

        def came(path: Path) -> None:
            here.append(str(path))
            if len(job.offers) > 1:  # else nobody will ask what an earlier offer left
                self.store.keep(job.id, here)

        heard = (stopped, progress, came)
        if job.area:
            area, target = job.area, Path(job.target)
            files = self._cut(offer, self._providers, job.keys, area, target, *heard)
        else:
            lines, folder = self._lines(job), Path(job.folder)
            files = fetch_offer(offer, self._providers, job.keys, folder, *heard, lines)
        failed = [job.offers[place] for place in {t.place for t in job.troubles} - {job.place}]
        left, new = map(Path, here), [each.path for each in files.files]
        tidy(Path(job.target), left, new, failed, job.keys)
        return Next(DONE, _came(files))

    def _lines(self, job: DownloadJob) -> Lines:
        provider = self._providers.get(job.portal)
        allowed = provider.info.download if provider else Download()
        return LinesOfJob(self.store, job.id, allowed.at_once, allowed.ranges)

    def _slow_down(self, count: int, each: Running) -> None:
        left = self._bucket.take(count)
        while left > 0 and not each.stop.wait(min(left, TICK)):
            left -= TICK

    # --- orders -------------------------------------------------------------------------------

    def _after(self, job: DownloadJob, error: SentinelPortalsError) -> Next:
        now = self.clock.now()
        if isinstance(error, ProductOffline):
            error.retry = self._ordering(job.portal) is None and error.status == 202
        found = after(job, error, lambda portal: self._ordering(portal) is not None, now)
        if found.order is None:
            return found
        return self._order(job, found, error)

    def _ordering(self, portal: str) -> Optional[Ordering]:
        provider = self._providers.get(portal)
        return provider.info.ordering if provider else None

    def _order(self, job: DownloadJob, found: Next, error: SentinelPortalsError) -> Next:
        """Asks for an offline product, unless it is on its way already."""
        place = found.order or 0
        product = job.offers[place]
        told = error.product if isinstance(error, ProductOffline) and place == job.place else None
        product = told or product
        provider, at = self._providers[product.provider], _at(job, place)
        ordering = provider.info.ordering
        known = {**found.changes, **at}
        now = self.clock.now()
        try:
            if product.order_status not in UNDER_WAY:
                product = provider.order(product)
        except Exception as refused:
            why = _ours(refused, job)
            known["troubles"] = (*found.changes["troubles"], trouble(why, product.provider, place))
            if why.retry:
                wait = max(pause_after(job.rounds), why.retry_after or 0.0)
                return Next(WAITING, {**known, "rounds": job.rounds + 1, "not_before": now + wait})
            return Next(FAILED, known)
        known["offers"] = _with(job.offers, place, product)
        if product.online:
            return Next(WAITING, {**known, "not_before": 0.0})
        poll = ordering.poll if ordering else LONGEST_PAUSE
        return Next(ORDERED, {**known, "ordered": job.ordered or now, "not_before": now + poll})

    def _look_after(self, job: DownloadJob) -> Next:
        """Is an ordered product there? If not, when to look again, and how long altogether."""
        place, product = job.place, job.offers[job.place]
        provider = self._providers.get(product.provider)
        ordering = provider.info.ordering if provider else None
        if provider is None or ordering is None:
            return Next(WAITING, {"not_before": 0.0})
        now = self.clock.now()
        try:
            product = provider.details(product)
        except PortalError as error:
            if not error.retry:
                raise
            wait = max(ordering.poll, error.retry_after or 0.0)
            return Next(ORDERED, {"not_before": now + wait})
        changes: dict[str, Any] = {"offers": _with(job.offers, place, product)}
        if product.online:
            return Next(WAITING, {**changes, "not_before": 0.0})
        if product.order_status not in UNDER_WAY:
            changes["offers"] = job.offers  # forgotten or given up there: ordered anew
            if now < job.ordered + ordering.patience:
                return Next(WAITING, {"not_before": now + ordering.poll})
        if now < job.ordered + ordering.patience:
            return Next(ORDERED, {**changes, "not_before": now + ordering.poll})
        raise ProductUnavailable(
            f"{provider.info.title} did not bring {product.title} from its archive in "
            f"{ordering.patience / 3600:.0f} hours.",
            provider=product.provider,
        )


def _with(offers: tuple[Product, ...], place: int, product: Product) -> tuple[Product, ...]:
    return (*offers[:place], product, *offers[place + 1 :])


def _ours(error: Exception, job: DownloadJob) -> SentinelPortalsError:
    if isinstance(error, SentinelPortalsError):
        return error
    return unexpected(error, job.portal, job.portal)


def _progress(each: Running) -> dict[str, Any]:
    return {"bytes_done": each.done, "bytes_total": each.total}


def _came(files: SceneFiles) -> dict[str, Any]:
    return {
        "files": tuple(str(f.path) for f in files.files),
        "item": str(files.item or ""),
        "bytes_done": files.bytes,
        "bytes_total": files.bytes,
        "not_before": 0.0,
    }


def sweep(folder: Path) -> None:
    """Takes away the parts of files, and folders with nothing in them."""
    if not folder.is_dir():
        return
    with storage(folder / "."):
        for path in sorted(folder.rglob("*"), reverse=True):  # what is in a folder comes first
            if path.name.endswith(PARTS):
                path.unlink(missing_ok=True)
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
        if not any(folder.iterdir()):
            folder.rmdir()
