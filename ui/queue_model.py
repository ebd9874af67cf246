"""The list of downloads as a table: what each cell says, in which order, and what is left out.

Sorted and filtered here and not by Qt's proxy: that would ask Python for every comparison.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt

from ..bridge import troubles
from ..bridge.i18n import mark, tr, translated
from ..bridge.icons import icon
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
)
from . import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ..core.worker import Running

TITLE, STATE, PROGRESS, SIZE, SPEED, LEFT, PORTAL, TROUBLE = range(8)
HEADERS = (
    mark("Scene"),
    mark("State"),
    mark("Progress"),
    mark("Size"),
    mark("Speed"),
    mark("Time left"),
    mark("Portal"),
    mark("What went wrong"),
)
STATES: dict[JobState, tuple[str, str]] = {
    RUNNING: ("job_running", mark("downloading")),
    WAITING: ("job_waiting", mark("waits")),
    ORDERED: ("job_ordered", mark("ordered")),
    PAUSED: ("job_paused", mark("paused")),
    FAILED: ("job_failed", mark("failed")),
    DONE: ("job_done", mark("on disk")),
    CANCELLED: ("job_cancelled", mark("cancelled")),
}
"""Icon and word of each state, in the order in which they are sorted."""

ORDER = {state: place for place, state in enumerate(STATES)}
LIVE = (PROGRESS, SIZE, SPEED, LEFT)
"""The columns that change while a job runs."""

SHARE = Qt.ItemDataRole.UserRole
"""How much of a job is here, 0 to 1; None where no bar is to be shown."""

ROOT = QModelIndex()
MOST_PIECES = 50  # runs of rows that are taken out one by one
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
COMMON = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class QueueModel(QAbstractTableModel):
    """``title`` is the title of a portal by its id, ``mine`` the jobs that run in this window."""

    def __init__(self, title: Callable[[str], str], parent=None) -> None:
        super().__init__(parent)
        self._title = title
        self._jobs: dict[str, DownloadJob] = {}
        self._running: Mapping[str, Running] = {}
        self._ids: list[str] = []
        self._gone: frozenset[str] = frozenset()
        self._cells: dict[str, tuple[str, ...]] = {}
        self._column, self._down = -1, False
        self._states: Optional[Collection[JobState]] = None
        self._text = ""

    # --- what Qt asks -------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: QModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return translated(HEADERS[section])
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        job_id, column = self._ids[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts(job_id)[column]
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(STATES[self._jobs[job_id].state][0]) if column == STATE else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._hint(job_id, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column in (SIZE, SPEED, LEFT) else COMMON
        if role == SHARE:
            done = self._jobs[job_id].state is DONE
            return self._share(job_id) if column == PROGRESS and not done else None
        return None

    def sort(self, column: int, order=Qt.SortOrder.AscendingOrder) -> None:
        """By a column; by none (-1) is the order of the queue."""
        self._column, self._down = column, order == Qt.SortOrder.DescendingOrder
        self._arrange(())

    # --- what the panel says ------------------------------------------------------------------

    def change(self, jobs: Iterable[DownloadJob], gone: Iterable[str] = ()) -> None:
        """Jobs that are new or other than before, and those that are off the list."""
        changed = []
        for job in jobs:
            self._jobs[job.id] = job
            self._cells.pop(job.id, None)
            changed.append(job.id)
        self._gone = frozenset(gone)
        self._arrange(changed)
        for job_id in self._gone:  # only now: while rows go, views still ask about them
            self._jobs.pop(job_id, None)
            self._cells.pop(job_id, None)
        self._gone = frozenset()

    def show_running(self, running: Mapping[str, Running]) -> None:
        """How far the jobs are that run in this window."""
        moved = [i for i in {*self._running, *running} if i in self._jobs]
        self._running = running
        for job_id in moved:
            self._cells.pop(job_id, None)
        if self._column in LIVE:
            self._arrange(moved)
        else:
            self._tell(moved)

    def filter(self, states: Optional[Collection[JobState]], text: str) -> None:
        """Only these states (None: all), only what has this text in its title or portal."""
        self._states, self._text = states, text.strip().lower()
        self._arrange(())

    def job(self, row: int) -> DownloadJob:
        return self._jobs[self._ids[row]]

    def pieces(self, ids: Iterable[str]) -> Iterator[tuple[int, int]]:
        """Where these jobs stand, neighbours together; those that are to be seen."""
        wanted = set(ids)
        return _runs(row for row, job_id in enumerate(self._ids) if job_id in wanted)

    def ids(self) -> list[str]:
        """The jobs that are to be seen, from top to bottom."""
        return list(self._ids)

    # --- order --------------------------------------------------------------------------------

    def _arrange(self, changed: Sequence[str]) -> None:
        """The rows anew, told with as little as the view needs to know."""
        old, new = self._ids, self._ordered()
        if new == old:
            self._tell(changed)
        elif len(new) == len(old) and set(new) == set(old):
            self._move(new)
        elif new[: len(old)] == old:
            self.beginInsertRows(ROOT, len(old), len(new) - 1)
            self._ids = new
            self.endInsertRows()
            self._tell(changed)
        else:
            self._take_out(old, new)
            self._tell(changed)

    def _take_out(self, old: list[str], new: list[str]) -> None:
        left = set(new)
        rows = [row for row, job_id in enumerate(old) if job_id not in left]
        pieces = list(_runs(rows))
        if len(pieces) > MOST_PIECES or [i for i in old if i in left] != new:
            self.beginResetModel()
            self._ids = new
            self.endResetModel()
            return
        for first, last in reversed(pieces):
            self.beginRemoveRows(ROOT, first, last)
            del self._ids[first : last + 1]
            self.endRemoveRows()

    def _move(self, new: list[str]) -> None:
        """The same rows in another order; who is selected stays so."""
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        held = [(self._ids[index.row()], index.column()) for index in kept]
        self._ids = new
        places = {job_id: row for row, job_id in enumerate(new)} if held else {}
        self.changePersistentIndexList(kept, [self.index(places[i], c) for i, c in held])
        self.layoutChanged.emit()

    def _tell(self, changed: Iterable[str]) -> None:
        """Repaints these jobs, neighbours together."""
        for first, last in self.pieces(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(HEADERS) - 1))

    def _ordered(self) -> list[str]:
        jobs = sorted(self._wanted(), key=lambda job: job.rank)
        if self._column >= 0:
            jobs.sort(key=self._key(), reverse=self._down)
        return [job.id for job in jobs]

    def _wanted(self) -> Iterator[DownloadJob]:
        for job in self._jobs.values():
            if job.id in self._gone:
                continue
            if self._states is not None and job.state not in self._states:
                continue
            if self._text and self._text not in f"{job.title} {self._title(job.portal)}".lower():
                continue
            yield job

    def _key(self) -> Callable[[DownloadJob], Any]:
        column = self._column
        if column == STATE:
            return lambda job: ORDER[job.state]
        if column == PROGRESS:
            return lambda job: self._share(job.id) or 0.0
        if column == SIZE:
            return lambda job: self._sizes(job)[1]
        if column in (SPEED, LEFT):
            return lambda job: self._speed_or_left(job.id, column)
        if column == PORTAL:
            return lambda job: self._title(job.portal).lower()
        if column == TROUBLE:
            return lambda job: job.ails.text if job.ails else ""
        return lambda job: words.scene(job.title).lower()

    # --- what a cell says ---------------------------------------------------------------------

    def _hint(self, job_id: str, column: int) -> Optional[str]:
        if column == TITLE:
            return self._jobs[job_id].title
        return self._texts(job_id)[column] if column in (STATE, TROUBLE) else None

    def _texts(self, job_id: str) -> tuple[str, ...]:
        """The texts of a row, made when somebody looks."""
        found = self._cells.get(job_id)
        if found is None:
            found = self._cells[job_id] = self._made(self._jobs[job_id])
        return found

    def _made(self, job: DownloadJob) -> tuple[str, ...]:
        total = self._sizes(job)[1]
        speed = self._speed_or_left(job.id, SPEED)
        left = self._speed_or_left(job.id, LEFT)
        share = self._share(job.id)
        return (
            words.scene(job.title),
            self._state(job),
            f"{100 * share:.0f} %" if share is not None else "",
            words.size(total) if total else "",
            tr("{size}/s").format(size=words.size(speed)) if speed else "",
            words.span(left) if left else "",
            self._title(job.portal),
            self._trouble(job),
        )

    def _state(self, job: DownloadJob) -> str:
        word = translated(STATES[job.state][1])
        if job.state is ORDERED and job.not_before:
            return tr("ordered, asked again at {time}").format(time=clock(job.not_before))
        if job.state is WAITING and job.not_before:
            return tr("waits, tried again at {time}").format(time=clock(job.not_before))
        return tr("downloading elsewhere") if job.elsewhere else word

    def _trouble(self, job: DownloadJob) -> str:
        if job.ails is None:
            return ""
        return troubles.sentence(job.ails, self._title(job.ails.portal))

    def _sizes(self, job: DownloadJob) -> tuple[int, int]:
        """How much is here, and how much there is."""
        each = self._running.get(job.id)
        if each is not None and each.total:
            return each.done, each.total
        return job.bytes_done, job.bytes_total

    def _share(self, job_id: str) -> Optional[float]:
        job = self._jobs[job_id]
        if job.state is DONE:
            return 1.0
        done, total = self._sizes(job)
        if job.state in (CANCELLED, FAILED) or not (total and (done or job.state is RUNNING)):
            return None
        return min(1.0, done / total)

    def _speed_or_left(self, job_id: str, column: int) -> float:
        each = self._running.get(job_id)
        if each is None:
            return 0.0
        return each.speed if column == SPEED else each.left or 0.0


def clock(moment: float) -> str:
    """``14:05``."""
    return f"{datetime.fromtimestamp(moment).astimezone():%H:%M}"


def _runs(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Neighbours together: 1, 2, 3, 7 are (1, 3) and (7, 7). Pure."""
    first = last = -2
    for row in rows:
        if row != last + 1:
            if first >= 0:
                yield first, last
            first = row
        last = row
    if first >= 0:
        yield first, last
