"""What was asked for together is told together: the sentences at the end of downloads. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.jobs import CANCELLED, DONE, FAILED, ORDERED, RUNNING, WAITING, DownloadJob

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BUSY = (WAITING, RUNNING)


@dataclass
class Batch:
    """``ids`` are the jobs of which the end was not told yet."""

    ids: set[str]
    noted: set[tuple[str, str]] = field(default_factory=set)
    ordered: set[str] = field(default_factory=set)

    def rests(self, jobs: Mapping[str, DownloadJob]) -> bool:
        """Is nothing of it waited for at the moment?"""
        return not any(job.state in BUSY for job in self._mine(jobs))

    def share(self, jobs: Mapping[str, DownloadJob]) -> tuple[int, int]:
        """How many are still to come, of how many."""
        return sum(job.state in BUSY for job in self._mine(jobs)), len(self.ids)

    def take(self, jobs: Mapping[str, DownloadJob]) -> Report:
        """What is to be told now, and once."""
        mine = sorted(self._mine(jobs), key=lambda job: job.rank)
        came = [job for job in mine if job.state is DONE]
        failed = [job for job in mine if job.state is FAILED]
        ordered = [j for j in mine if j.state is ORDERED and j.id not in self.ordered]
        self.ordered.update(job.id for job in ordered)
        over = {job.id for job in mine if job.state in (DONE, FAILED, CANCELLED)}
        self.ids = {job_id for job_id in self.ids if job_id in jobs} - over
        return Report(came, failed, ordered)

    def delays(self, jobs: Mapping[str, DownloadJob]) -> list[DownloadJob]:
        """Jobs that wait because something went wrong, one for each reason, and once."""
        found = {}
        for job in self._mine(jobs):
            reason = (job.trouble.kind, job.trouble.portal) if job.trouble else None
            if job.state is WAITING and job.not_before and reason not in self.noted and reason:
                found[reason] = job
        self.noted.update(found)
        return list(found.values())

    def _mine(self, jobs: Mapping[str, DownloadJob]) -> Iterable[DownloadJob]:
        return [jobs[job_id] for job_id in self.ids if job_id in jobs]


@dataclass(frozen=True)
class Report:
    """Jobs that came, that failed, and that were ordered from an archive."""

    came: list[DownloadJob] = field(default_factory=list)
    failed: list[DownloadJob] = field(default_factory=list)
    ordered: list[DownloadJob] = field(default_factory=list)

    def __add__(self, other: Report) -> Report:
        return Report(
            self.came + other.came, self.failed + other.failed, self.ordered + other.ordered
        )

    def __bool__(self) -> bool:
        return bool(self.came or self.failed or self.ordered)
