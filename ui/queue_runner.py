"""The download queue in this window: its list, and the one task that works through it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, Qt, QTimer, pyqtSignal, pyqtSlot

from ..bridge import credentials, queue_task, settings
from ..bridge.queue_clerk import Clerk
from ..bridge.queue_task import QueueTask
from ..core.jobs import ORDERED, PAUSED, RUNNING, WAITING, DownloadJob, JobStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..bridge.portals import Portals
    from ..bridge.queue_clerk import News
    from ..core.jobs import Wish
    from ..core.provider import Provider
    from ..core.worker import Running

LEFT = (WAITING, RUNNING, ORDERED)
BREATH = 500  # ms between two looks at how far the running jobs are


@dataclass(frozen=True)
class Survey:
    """What was in the list when QGIS started: what waits, and does another window work on it?"""

    waiting: tuple[str, ...] = ()
    portals: frozenset[str] = frozenset()
    paused: bool = False
    elsewhere: bool = False


class QueueRunner(QObject):
    """``jobs`` are all of the list. ``told`` carries News, ``moved`` what runs here and how far.

    ``going`` carries the ids of jobs that somebody set going just now, ``failed`` what is wrong
    with the list itself; ``rested`` is the end of the task: was it stopped?
    """

    told = pyqtSignal(object)
    moved = pyqtSignal(object)
    going = pyqtSignal(object)
    failed = pyqtSignal(object)
    rested = pyqtSignal(bool)

    def __init__(self, portals: Portals, parent=None) -> None:
        super().__init__(parent)
        self._portals = portals
        self.jobs: dict[str, DownloadJob] = {}
        self.paused = False
        self.task: Optional[QueueTask] = None
        self._starting = self._seen = False
        self._store: Optional[JobStore] = None
        self._asked = 0
        self._needed: set[str] = set()
        self._had: dict[str, Provider] = {}
        self.clerk = Clerk(queue_task.file())
        self.clerk.told.connect(self._take)
        self.clerk.failed.connect(self._fail)
        self._live = QTimer(self)
        self._live.setInterval(BREATH)
        self._live.timeout.connect(self._show_running)

    @property
    def working(self) -> bool:
        """Does the task of this window run, or will it in a moment?"""
        return self.task is not None or self._starting or self._asked > 0

    @property
    def ending(self) -> bool:
        """Is there nothing left for the task to do?"""
        return self.working and not any(job.state in LEFT for job in self.jobs.values())

    def running(self) -> dict[str, Running]:
        return self.task.running() if self.task is not None else {}

    def resting(self) -> dict[str, float]:
        """Until when this window leaves portals alone that failed hard."""
        if self.task is None:
            return {}
        return {name: until for name, (until, _) in self.task.workshop.resting().items()}

    # --- the list -----------------------------------------------------------------------------

    def survey(self, then: Callable[[Survey], None]) -> None:
        """What an earlier session or another window left; nothing where there is no list."""
        if queue_task.file().exists():
            self.clerk.ask(_surveyed, then)

    def look_elsewhere(self, then: Callable[[bool], None]) -> None:
        """Does another window work on the list? One that was killed does not."""
        if queue_task.file().exists():
            self.clerk.ask(lambda store: (store.recover(), store.held())[1], then)

    def add(self, wishes: Sequence[Wish]) -> None:
        """Into the queue and off; what stood still of it goes on."""
        self._connect(offer.provider for wish in wishes for offer in wish.offers)
        self._asked += 1
        self.clerk.ask(partial(_added, wishes), self._set_going)

    def pause(self, ids: Sequence[str]) -> None:
        self.clerk.ask(lambda store: store.pause(ids))

    def resume(self, ids: Sequence[str]) -> None:
        self._go_on(ids, lambda store: store.resume(ids))

    def cancel(self, ids: Sequence[str]) -> None:
        self.clerk.ask(lambda store: store.cancel(ids))

    def retry(self, ids: Sequence[str]) -> None:
        self._go_on(ids, lambda store: store.retry(ids))

    def move_to(self, ids: Sequence[str], folder: str) -> None:
        """Into another folder, and tried again there."""
        self._go_on(ids, lambda store: (store.move_to(ids, folder), store.retry(ids)))

    def _go_on(self, ids: Sequence[str], work: Callable[[JobStore], object]) -> None:
        self._asked += 1
        self.clerk.ask(work, lambda _: self._set_going(ids))

    def _set_going(self, ids: Sequence[str]) -> None:
        self.going.emit(list(ids))
        self.start()
        self._asked = max(0, self._asked - 1)  # a failure has forgotten all of them

    def forget(self, ids: Sequence[str]) -> None:
        self.clerk.ask(lambda store: store.forget(ids))

    def reorder(self, ids: Sequence[str], before: str = "") -> None:
        self.clerk.ask(lambda store: store.reorder(ids, before))

    def set_paused(self, on: bool) -> None:
        """The whole queue, in every window."""
        self.clerk.ask(lambda store: store.set_paused(on), lambda _: None if on else self.start())

    def watch(self, seen: bool) -> None:
        """Is the list being looked at?"""
        self._seen = seen
        self.clerk.watch(seen or self.working)

    # --- the task -----------------------------------------------------------------------------

    def start(self, *_: object) -> None:
        """Sets the task going, unless it runs or there is nothing to do."""
        if self.task is None and not self._starting:
            self._starting = True
            self.clerk.ask(self._prepared, self._begin)

    def _prepared(self, store: JobStore) -> Optional[set[str]]:
        """Opens the list for the task; the portals it needs, None when there is nothing to do."""
        store.recover()
        counts = store.counts()
        if store.paused() or not (counts.get(WAITING) or counts.get(ORDERED)):
            return None
        self._store = JobStore(store.path)
        return store.portals()

    def _begin(self, portals: Optional[set[str]]) -> None:
        self._starting = False
        if portals is None:
            self.rested.emit(False)
            return
        self._needed |= portals
        task = QueueTask(
            self._store,
            self._connected(),
            queue_task.limits(settings.load()),
            changed=self.clerk.nudge,
        )
        # Queued: QGIS's own “task complete” comes first, our sentence stands in front of it.
        task.ended.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        self.task = task
        self.clerk.watch(True)
        self._live.start()
        QgsApplication.taskManager().addTask(task)

    def stop(self) -> None:
        """The task ends; what ran goes back into the queue."""
        if self.task is not None:
            self.task.cancel()

    @pyqtSlot(bool)
    def _ended(self, good: bool) -> None:
        task, self.task = self.task, None
        if task is None:
            return
        self._live.stop()
        self.moved.emit({})
        self.clerk.watch(self._seen)
        self.clerk.ask(self._let_go)
        if task.error is not None:
            self.failed.emit(task.error)
        stopped = task.stopped()
        if stopped or task.error is not None:
            self._asked += 1  # until the news of what was left have come
            self.clerk.ask(lambda _: None, lambda _: self._rest(stopped))
        else:
            self.start()  # what came in while it ended; else it rests

    def _rest(self, stopped: bool) -> None:
        self._asked = max(0, self._asked - 1)  # a failure has forgotten all of them
        self.rested.emit(stopped)

    def _show_running(self) -> None:
        self.moved.emit(self.running())

    # --- portals ------------------------------------------------------------------------------

    def settings_changed(self) -> None:
        """Limits, the network or logins: what failed for want of a login is tried with another."""
        logins = _open_logins()
        now = self._portals.get(logins, logins)
        other = frozenset(n for n, provider in now.items() if self._had.get(n) is not provider)
        self._had.update(now)
        if self.task is not None:
            self.task.workshop.set_limits(queue_task.limits(settings.load()))
            self._connect(())
        self._asked += 1
        self.clerk.ask(lambda store: store.retry_logins(other), self._set_going)

    def _connect(self, portals: Iterable[str]) -> None:
        """A running task gets these portals, too."""
        self._needed.update(portals)
        if self.task is not None:
            workshop, providers = self.task.workshop, self._connected()
            self.clerk.ask(lambda _: workshop.connect(providers))

    def _connected(self) -> Mapping[str, Provider]:
        """Every portal, as another window may wish for any; only ours are worth a password."""
        needed = self._portals.get(self._needed)
        others = [name for name in self._portals.kinds if name not in needed]
        self._had = {**self._portals.get(others, _open_logins()), **needed}
        return self._had

    # --- news ---------------------------------------------------------------------------------

    @pyqtSlot(object)
    def _take(self, news: News) -> None:
        self.jobs.update((job.id, job) for job in news.jobs)
        for job_id in news.gone:
            self.jobs.pop(job_id, None)
        self.paused = news.paused
        self.told.emit(news)

    @pyqtSlot(object)
    def _fail(self, error) -> None:
        self._starting, self._asked = False, 0
        self.failed.emit(error)

    def remove(self) -> None:
        """The plugin goes: what runs goes back into the queue."""
        self._live.stop()
        if self.task is not None:
            self.task.ended.disconnect(self._ended)  # blocked signals would keep it for ever
            self.task.cancel()
        else:
            self.clerk.ask(self._let_go)
        self.task = None
        self.clerk.close()

    def _let_go(self, _: JobStore) -> None:
        """Closes what no task, or one that never ran, has closed."""
        if self._store is not None:
            self._store.close()


def _open_logins() -> dict[str, str]:
    """The logins that can be read without asking for a master password, by portal."""
    logins = settings.load().logins
    return {name: login for name, login in logins.items() if not credentials.withheld(login)}


def _surveyed(store: JobStore) -> Survey:
    store.recover()
    if store.held():
        return Survey(elsewhere=True)
    jobs = store.jobs()
    return Survey(
        waiting=tuple(job.id for job in jobs if job.state in (WAITING, ORDERED)),
        portals=frozenset(store.portals()),
        paused=store.paused(),
    )


def _added(wishes: Sequence[Wish], store: JobStore) -> list[str]:
    jobs = store.add(wishes)
    store.resume([job.id for job in jobs if job.state is PAUSED])
    store.retry([job.id for job in jobs if job.not_before])
    return [job.id for job in jobs]
