"""The list of downloads for the main thread: read and changed in a thread of its own.

Another window, or a disk that is slow, may hold the list for seconds; the main thread never
waits for it. What happens to jobs, whoever does it, is told and written into their footprints.
"""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal, pyqtSlot

from ..core.errors import SentinelPortalsError, StorageError
from ..core.jobs import (
    CANCELLED,
    DONE,
    FAILED,
    OPEN,
    ORDERED,
    PAUSED,
    RUNNING,
    WAITING,
    DownloadJob,
    JobState,
    JobStore,
)
from . import messages
from .footprints import FootprintStore

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN: dict[JobState, str] = {
    WAITING: "queued",
    ORDERED: "queued",
    PAUSED: "queued",
    RUNNING: "downloading",
    DONE: "on disk",
    FAILED: "failed",
    CANCELLED: "found",
}
"""What a footprint says of a job's state."""

LOOK = 1.0  # seconds between two looks at what other windows do


@dataclass(frozen=True)
class News:
    """What changed since the last ones: ``jobs`` are as they are now, ``gone`` are off the list.

    ``first`` is the list as it was found, ``paused``: the whole queue stands still.
    """

    jobs: tuple[DownloadJob, ...] = ()
    gone: frozenset[str] = frozenset()
    paused: bool = False
    first: bool = False


class Clerk(QObject):
    """Does one thing after the other; answers and news arrive in the main thread.

    ``told`` carries News, ``failed`` a SentinelPortalsError.
    """

    told = pyqtSignal(object)
    failed = pyqtSignal(object)
    _answered = pyqtSignal(object, object)

    def __init__(self, path: Path, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._path = path
        self._work: queue.Queue[Optional[Callable[[], None]]] = queue.Queue()
        self._watching = threading.Event()
        self._store: Optional[JobStore] = None
        self._stamp: object = None
        self._wrong = ""
        self._turn, self._known, self._paused = -1, dict[str, str](), False
        self._answered.connect(self._hand_over)
        threading.Thread(target=self._go, name="download list", daemon=True).start()

    def ask(
        self,
        work: Callable[[JobStore], Any],
        then: Callable[[Any], None] = lambda answer: None,
    ) -> None:
        """``work`` in the clerk's thread, ``then`` with its answer in the main thread."""
        self._work.put(lambda: self._do(work, then))

    def watch(self, on: bool) -> None:
        """Whether to look, once a second, what other windows do."""
        if on:
            self._watching.set()
            self.nudge()
        else:
            self._watching.clear()

    def nudge(self, *_: object) -> None:
        """Something happened: look at once. Any thread may say so."""
        if self._work.empty():
            self._work.put(_nothing)

    def close(self) -> None:
        """The end, after what was asked for so far; nothing is told any more."""
        self.blockSignals(True)
        self._work.put(None)

    @pyqtSlot(object, object)
    def _hand_over(self, then: Callable[[Any], None], answer: Any) -> None:
        if not self.signalsBlocked():  # what was on its way when it was closed
            then(answer)

    # --- in its thread ------------------------------------------------------------------------

    def _go(self) -> None:
        while True:
            try:
                work = self._work.get(timeout=LOOK if self._watching.is_set() else None)
            except queue.Empty:
                work = _nothing
            if work is None:
                break
            try:
                work()
                self._look()
                self._wrong = ""
            except SentinelPortalsError as error:
                self._tell_error(error, once=work is _nothing)
            except Exception as error:  # a mistake of ours must not end the thread
                self._tell_error(messages.unexpected(error), once=work is _nothing)
        if self._store is not None:
            self._store.close()

    def _do(self, work: Callable[[JobStore], Any], then: Callable[[Any], None]) -> None:
        answer = work(self._opened())
        self._look()  # whoever gets the answer has the news before it
        self._answered.emit(then, answer)

    def _tell_error(self, error: SentinelPortalsError, *, once: bool) -> None:
        if not once or str(error) != self._wrong:
            self.failed.emit(error)
        self._wrong = str(error)

    def _opened(self) -> JobStore:
        if self._store is None:
            self._store = JobStore(self._path)
        return self._store

    def _look(self) -> None:
        """Tells what changed, into the footprints first."""
        store = self._opened()
        stamp = store.stamp()
        if stamp == self._stamp:
            return
        first = self._stamp is None
        self._stamp = stamp
        jobs = tuple(store.since(self._turn))
        paused = store.paused()
        gone = self._gone(store, jobs)
        if not (jobs or gone or first or paused != self._paused):
            return
        self._turn = max((job.turn for job in jobs), default=self._turn)
        self._paused = paused
        self._tell_layers(jobs, first)
        self.told.emit(News(jobs, gone, paused, first))

    def _gone(self, store: JobStore, jobs: Iterable[DownloadJob]) -> frozenset[str]:
        there = self._known.keys() | {job.id for job in jobs}
        if sum(store.counts().values()) == len(there):
            return frozenset()
        gone = frozenset(there - store.ids())
        for job_id in gone:
            self._known.pop(job_id, None)
        return gone

    def _tell_layers(self, jobs: Iterable[DownloadJob], first: bool) -> None:
        """Of the list as it was found only what is open: the rest was told when it happened."""
        fresh = []
        for job in jobs:
            shown = SHOWN[job.state]
            if self._known.get(job.id) != shown and (not first or job.state in OPEN):
                fresh.append(job)
            self._known[job.id] = shown
        tell_layers(fresh)


def _nothing() -> None:
    """Only a look."""


def tell_layers(jobs: Iterable[DownloadJob]) -> None:
    """The states of jobs into their footprint layers, one write for each layer and state."""
    states: dict[tuple[str, str], list[str]] = defaultdict(list)
    for job in jobs:
        if job.layer and job.scene_id:
            states[job.layer, SHOWN[job.state]].append(job.scene_id)
    for (layer, state), scene_ids in states.items():
        if not Path(layer).exists():  # the project went elsewhere; the download goes on
            continue
        try:
            FootprintStore(Path(layer)).set_state(scene_ids, state)
        except StorageError as error:
            messages.log(str(error), error)
