"""The download queue beside the main thread: one task for all of it, threads of its own inside.

What happens to a job is told in ``changed`` and written into its footprint layer; leaving QGIS
puts everything back into the queue, where the next start finds it.
"""

from __future__ import annotations

import queue
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import pyqtSignal

from ..core.errors import StorageError
from ..core.jobs import (
    CANCELLED,
    DONE,
    FAILED,
    ORDERED,
    PAUSED,
    RUNNING,
    WAITING,
    DownloadJob,
    JobState,
    JobStore,
)
from ..core.worker import Clock, Limits, Workshop
from . import messages
from .footprints import FootprintStore
from .i18n import tr
from .settings import Settings, home
from .tasks import Task, beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..core.provider import Provider
    from ..core.worker import Running

FILE = "downloads.sqlite"

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


def open_store() -> JobStore:
    """The queue of this profile. Raises StorageError."""
    return JobStore(home() / FILE)


def limits(settings: Settings) -> Limits:
    """What the person allows."""
    return Limits(
        rate=max(0, settings.rate) * 1000,
        from_hour=settings.from_hour % 24,
        to_hour=settings.to_hour % 24,
        at_once=max(1, settings.at_once),
    )


class QueueTask(Task):
    """Works until nothing is left to do, the queue is paused, or someone cancels.

    ``changed`` carries a DownloadJob (without its offers) whose state is another, None when it
    was taken off the list; ``error`` is only about the queue itself.
    """

    changed = pyqtSignal(object)

    def __init__(
        self,
        store: JobStore,
        providers: Mapping[str, Provider],
        wanted: Optional[Limits] = None,
        clock: Optional[Clock] = None,
    ) -> None:
        super().__init__(tr("Download of satellite scenes"))
        self._store = store
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.workshop = Workshop(
            store, providers, wanted or Limits(), clock=clock, changed=self._news.put
        )

    def running(self) -> dict[str, Running]:
        """How far the jobs are that run now, by id."""
        return dict(self.workshop.running)

    def work(self) -> None:
        for _ in beside(lambda: self.workshop.run(self.stopped)):
            self._tell()
        self._tell()

    def _tell(self) -> None:
        """What changed since the last time: into the layers first, then to whoever listens."""
        ids = dict.fromkeys(self._heard())
        if not ids:
            return
        found = [self._store.get(job_id) for job_id in ids]
        jobs = [job for job in found if job is not None]
        tell_layers(jobs)
        for job in jobs:
            self.changed.emit(job)
        counts = self._store.counts()
        wanted = sum(counts.values()) - counts.get(CANCELLED, 0)
        done = counts.get(DONE, 0) + counts.get(FAILED, 0)
        self.setProgress(100 * done / wanted if wanted else 100)

    def _heard(self) -> Iterable[str]:
        while True:
            try:
                yield self._news.get_nowait()
            except queue.Empty:
                return


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
