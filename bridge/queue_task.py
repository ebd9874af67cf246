"""The download queue beside the main thread: one task for all of it, threads of its own inside.

Leaving QGIS puts everything back into the queue, where the next start finds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from ..core.jobs import ORDERED, RUNNING, WAITING, DownloadJob, JobStore
from ..core.worker import Clock, Limits, Workshop
from ..formats.window import fetch_window
from . import messages
from .i18n import tr
from .settings import Settings, home
from .tasks import Task, beside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..core.errors import SentinelPortalsError
    from ..core.provider import Provider
    from ..core.worker import Running

FILE = "downloads.sqlite"


def file() -> Path:
    """The queue of this profile; it need not exist."""
    return home() / FILE


def limits(settings: Settings) -> Limits:
    """What the person allows."""
    return Limits(
        rate=max(0, settings.rate) * 1000,
        from_hour=settings.from_hour % 24,
        to_hour=settings.to_hour % 24,
        at_once=max(1, settings.at_once),
    )


class QueueTask(Task):
    """Works until nothing is left to do, the queue is paused, or someone cancels; closes the store.

    ``changed`` is called, from any thread, with the id of a job whose state is another; ``error``
    is only about the queue itself.
    """

    def __init__(
        self,
        store: JobStore,
        providers: Mapping[str, Provider],
        wanted: Optional[Limits] = None,
        clock: Optional[Clock] = None,
        changed: Callable[[str], None] = lambda job_id: None,
    ) -> None:
        super().__init__(tr("Download of satellite scenes"))
        self._store, self._most = store, 0
        self.workshop = Workshop(
            store,
            providers,
            wanted or Limits(),
            clock=clock,
            changed=changed,
            failed=_note,
            cut=fetch_window,
        )

    def running(self) -> dict[str, Running]:
        """How far the jobs are that run now, by id."""
        return dict(self.workshop.running)

    def work(self) -> None:
        try:
            for _ in beside(lambda: self.workshop.run(self.stopped)):
                self._show()
        finally:
            self._store.close()

    def _show(self) -> None:
        counts = self._store.counts()
        left = sum(counts.get(state, 0) for state in (WAITING, RUNNING, ORDERED))
        self._most = max(self._most, left)
        here = sum(each.done / each.total for each in self.running().values() if each.total)
        if self._most:
            self.setProgress(100 * (self._most - left + min(here, left)) / self._most)


def _note(job: DownloadJob, error: SentinelPortalsError) -> None:
    messages.log(f"{job.title}: {messages.sentence(error, job.portal)}", error)
