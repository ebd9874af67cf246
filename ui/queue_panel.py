"""The downloads: every job, how far it is, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import (
    QByteArray,
    QItemSelection,
    QItemSelectionModel,
    QSize,
    Qt,
    pyqtSignal,
)
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QAction,
    QApplication,
    QComboBox,
    QDockWidget,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionProgressBar,
    QTableView,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from ..bridge import queue_task, settings, troubles
from ..bridge.i18n import mark, tr, translated
from ..bridge.icons import icon
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
)
from . import words
from .queue_model import PROGRESS, SHARE, TITLE, TROUBLE, QueueModel, clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..bridge.portals import Portals
    from ..bridge.queue_clerk import News
    from ..core.worker import Running
    from .queue_runner import QueueRunner

FILTERS: tuple[tuple[str, str, Optional[frozenset[JobState]]], ...] = (
    ("all", mark("All"), None),
    ("open", mark("Open"), OPEN),
    ("failed", mark("Failed"), frozenset({FAILED})),
    ("done", mark("On disk"), frozenset({DONE})),
)
SWEPT = frozenset({DONE, CANCELLED})
"""What is taken off the list; who gave up what failed has it there."""

WIDTHS = (190, 210, 75, 62, 75, 80, 110, 150)
"""Of the columns: all are to be seen between QGIS's own panels on a usual screen."""

Action = tuple[str, str, str, str, frozenset[JobState]]
ACTIONS: tuple[Action, ...] = (
    ("Pause", "pause", mark("Pause"), "", frozenset({WAITING, RUNNING, ORDERED})),
    ("Resume", "go_on", mark("Go on"), "", frozenset({PAUSED})),
    ("Cancel", "cancel", mark("Cancel the download"), "Del", OPEN | {FAILED}),
    ("Retry", "retry", mark("Try again"), "F5", frozenset({FAILED, CANCELLED, WAITING})),
    ("Top", "top", mark("To the top"), "Alt+Home", OPEN),
    ("Up", "up", mark("Up"), "Alt+Up", OPEN),
    ("Down", "down", mark("Down"), "Alt+Down", OPEN),
    ("Folder", "folder", mark("Open folder"), "", frozenset({DONE})),
    ("Load", "load", mark("Load"), "Return", frozenset({DONE})),
)
"""Name, icon, words, key, and the states of a job that it is for."""


class TitleDelegate(QStyledItemDelegate):
    """Scenes differ at both ends of their names: what is too long is cut in the middle."""

    def initStyleOption(self, option, index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


class ProgressDelegate(QStyledItemDelegate):
    """A bar in place of the number."""

    def paint(self, painter, option, index) -> None:
        share = index.data(SHARE)
        if share is None:
            super().paint(painter, option, index)
            return
        bar = QStyleOptionProgressBar()
        bar.rect = option.rect.adjusted(2, 2, -2, -2)
        bar.state = option.state | QStyle.StateFlag.State_Horizontal
        bar.palette, bar.fontMetrics = option.palette, option.fontMetrics
        bar.minimum, bar.maximum, bar.progress = 0, 1000, int(1000 * share)
        bar.text = index.data()
        bar.textVisible, bar.textAlignment = True, Qt.AlignmentFlag.AlignCenter
        QApplication.style().drawControl(QStyle.ControlElement.CE_ProgressBar, bar, painter)


class QueuePanel(QDockWidget):
    """Shows the list of a `QueueRunner`; what it does itself it tells the runner.

    ``load_wanted`` and ``folder_wanted`` carry jobs; ``remedy_wanted`` what helps (see
    `troubles.remedy`) and the jobs it is to help.
    """

    load_wanted = pyqtSignal(object)
    folder_wanted = pyqtSignal(object)
    remedy_wanted = pyqtSignal(str, object)
    settings_wanted = pyqtSignal()

    def __init__(self, runner: QueueRunner, portals: Portals, parent=None) -> None:
        super().__init__(tr("Downloads of satellite scenes"), parent)
        self.setObjectName("spQueueDock")
        self._runner, self._portals = runner, portals
        self._remedy = ""
        self.model = QueueModel(portals.title, self)
        self.table = self._make_table()
        self.actions_: dict[str, QAction] = {}
        self.totals = QLabel()
        self.totals.setObjectName("spQueueTotals")
        self.trouble = QLabel()
        self.trouble.setObjectName("spQueueTrouble")
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        self.trouble.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.remedy = QPushButton()
        self.remedy.setObjectName("spQueueRemedy")
        self.remedy.clicked.connect(self._help)
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self.totals)
        below.addWidget(self.trouble, 1)
        below.addWidget(self.remedy)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(4, 0, 4, 4)
        layout.setSpacing(2)
        layout.addWidget(self._make_bar())
        layout.addWidget(self.table, 1)
        layout.addLayout(below)
        self.setWidget(body)
        self._restore()
        runner.told.connect(self._take)
        runner.moved.connect(self._move)
        self.visibilityChanged.connect(runner.watch)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_selected())
        self._kept: list[str] = []
        self.model.modelAboutToBeReset.connect(self._keep_selection)
        self.model.modelReset.connect(lambda: self.select(self._kept))
        self.model.change(runner.jobs.values())
        self._move(runner.running())

    # --- how it is made -----------------------------------------------------------------------

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("spQueueTable")
        table.setAccessibleName(tr("Downloads"))
        table.setModel(self.model)
        table.setItemDelegateForColumn(TITLE, TitleDelegate(table))
        table.setItemDelegateForColumn(PROGRESS, ProgressDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        table.setIconSize(QSize(16, 16))
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setSortIndicatorShown(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.sectionClicked.connect(self._sort_by)
        for column, width in enumerate(WIDTHS):
            header.resizeSection(column, width)
        return table

    def _make_bar(self) -> QToolBar:
        bar = QToolBar()
        bar.setObjectName("spQueueBar")
        bar.setIconSize(QSize(18, 18))
        for name, picture, text, key, _ in ACTIONS:
            slot = getattr(self, f"_{name.lower()}")
            action = self._action(name, picture, translated(text), slot)
            if key:
                action.setShortcut(QKeySequence(key))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            bar.addAction(action)
            self.table.addAction(action)
            if name in ("Retry", "Down", "Load"):
                bar.addSeparator()
                self._separate()
        sweep = self._action("Sweep", "sweep", tr("Remove what is finished"), self._sweep)
        self.table.addAction(sweep)
        bar.addAction(sweep)
        bar.addSeparator()
        self._all = self._action("All", "pause", tr("Pause all"), self._pause_or_go_on)
        bar.addAction(self._all)
        bar.widgetForAction(self._all).setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        bar.addAction(
            self._action("Settings", "settings", tr("Settings…"), self.settings_wanted.emit)
        )
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        self.states = QComboBox()
        self.states.setObjectName("spQueueStates")
        self.states.setAccessibleName(tr("Which downloads are shown"))
        for name, text, _ in FILTERS:
            self.states.addItem(translated(text), name)
        self.states.currentIndexChanged.connect(self._filter)
        bar.addWidget(self.states)
        self.search = QLineEdit()
        self.search.setObjectName("spQueueSearch")
        self.search.setPlaceholderText(tr("Scene or portal"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(200)
        self.search.textChanged.connect(self._filter)
        bar.addWidget(self.search)
        return bar

    def _action(self, name: str, picture: str, text: str, slot: Callable[[], object]) -> QAction:
        action = QAction(icon(picture), text, self)
        action.setObjectName(f"spQueue{name}")
        action.triggered.connect(lambda _=False: slot())
        self.actions_[name] = action
        return action

    def _separate(self) -> None:
        line = QAction(self)
        line.setSeparator(True)
        self.table.addAction(line)

    # --- what is shown ------------------------------------------------------------------------

    def _take(self, news: News) -> None:
        self.model.change(news.jobs, news.gone)
        self._sum_up()

    def _keep_selection(self) -> None:
        self._kept = [job.id for job in self.selected()]

    def _move(self, running: Mapping[str, Running]) -> None:
        self.model.show_running(running)
        self._sum_up()

    def _sum_up(self) -> None:
        """The line below, and which buttons make sense."""
        jobs, running = list(self._runner.jobs.values()), self._runner.running()
        told = totals(jobs, running)
        if self._runner.paused:
            told += " · " + tr("all paused")
        elif any(job.state is WAITING for job in jobs) and not running:
            told += _hours(settings.load())
        self.totals.setText(told)
        stands = self._stands()
        self._all.setIcon(icon("go_on" if stands else "pause"))
        self._all.setText(tr("Go on with all") if stands else tr("Pause all"))
        states = {job.state for job in self._runner.jobs.values()}
        self._all.setEnabled(bool(states & {WAITING, RUNNING, ORDERED}) or self._runner.paused)
        self.actions_["Sweep"].setEnabled(bool(states & SWEPT))
        self._show_selected()

    def _stands(self) -> bool:
        """Is there something to do that nobody does?"""
        states = {job.state for job in self._runner.jobs.values()}
        idle = not self._runner.working and RUNNING not in states
        return self._runner.paused or (idle and bool(states & {WAITING, ORDERED}))

    def _show_selected(self) -> None:
        jobs = self.selected()
        states = {job.state for job in jobs}
        for name, _, _, _, for_states in ACTIONS:
            self.actions_[name].setEnabled(bool(states & for_states))
        told = jobs[0] if len(jobs) == 1 else None
        trouble = told.ails if told else None
        self._remedy, text = "", self._resting()
        if told and trouble:
            self._remedy, label = troubles.remedy(trouble)
            self.remedy.setText(label)
            row = next(self.model.pieces([told.id]))[0]
            text = self.model.index(row, TROUBLE).data()
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))
        self.remedy.setVisible(bool(self._remedy))

    def _resting(self) -> str:
        """Which portals are left alone for a while."""
        return " · ".join(
            tr("{portal} rests until {time}").format(
                portal=self._portals.title(name), time=clock(until)
            )
            for name, until in self._runner.resting().items()
        )

    def selected(self) -> list[DownloadJob]:
        """The selected jobs, from top to bottom."""
        pieces = self.table.selectionModel().selection()
        rows = {
            row
            for place in range(len(pieces))
            for row in range(pieces[place].top(), pieces[place].bottom() + 1)
        }
        return [self.model.job(row) for row in sorted(rows)]

    def select(self, ids: Sequence[str]) -> None:
        """Selects these jobs, those that are to be seen."""
        wanted, last = QItemSelection(), self.model.columnCount() - 1
        for first, end in self.model.pieces(ids):
            wanted.select(self.model.index(first, 0), self.model.index(end, last))
        self.table.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.Select)

    def _filter(self, *_) -> None:
        states = next(s for name, _, s in FILTERS if name == self.states.currentData())
        self.model.filter(states, self.search.text())
        self._show_selected()

    def _sort_by(self, column: int) -> None:
        """Upwards, downwards, and as the queue is."""
        header = self.table.horizontalHeader()
        shown = header.isSortIndicatorShown() and header.sortIndicatorSection() == column
        down = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        self._sort(-1 if shown and down else column, shown and not down)

    def _sort(self, column: int, down: bool) -> None:
        header = self.table.horizontalHeader()
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        header.setSortIndicatorShown(column >= 0)
        if column >= 0:
            header.setSortIndicator(column, order)
        self.model.sort(column, order)

    # --- what is done -------------------------------------------------------------------------

    def _ids(self, name: str) -> list[str]:
        """The selected jobs that an action is for."""
        states = next(entry[4] for entry in ACTIONS if entry[0] == name)
        return [job.id for job in self.selected() if job.state in states]

    def _pause(self) -> None:
        self._runner.pause(self._ids("Pause"))

    def _resume(self) -> None:
        self._runner.resume(self._ids("Resume"))

    def _cancel(self) -> None:
        self._runner.cancel(self._ids("Cancel"))

    def _retry(self) -> None:
        self._runner.retry(self._ids("Retry"))

    def _top(self) -> None:
        chosen = set(self._ids("Top"))
        ids = [i for i in self._queue() if i in chosen]
        first = next((i for i in self._queue() if i not in chosen), "")
        if first:
            self._runner.reorder(ids, first)

    def _up(self) -> None:
        self._shift(-1)

    def _down(self) -> None:
        self._shift(1)

    def _shift(self, step: int) -> None:
        """The selected jobs together before the one above, or behind the one below."""
        chosen, queue = set(self._ids("Up")), self._queue()
        ids = [i for i in queue if i in chosen]
        rest = [i for i in queue if i not in chosen]
        if not ids:
            return
        edge = queue.index(ids[0] if step < 0 else ids[-1])
        place = sum(i not in chosen for i in queue[:edge]) + step
        if 0 <= place <= len(rest):
            self._runner.reorder(ids, rest[place] if place < len(rest) else "")

    def _queue(self) -> list[str]:
        """What is open, in the order of the queue."""
        jobs = [job for job in self._runner.jobs.values() if job.state in OPEN]
        return [job.id for job in sorted(jobs, key=lambda job: job.rank)]

    def _folder(self) -> None:
        self.folder_wanted.emit([self._runner.jobs[i] for i in self._ids("Folder")])

    def _load(self) -> None:
        self.load_wanted.emit([self._runner.jobs[i] for i in self._ids("Load")])

    def _sweep(self) -> None:
        jobs = self._runner.jobs.values()
        self._runner.forget([job.id for job in jobs if job.state in SWEPT])

    def _pause_or_go_on(self) -> None:
        self._runner.set_paused(not self._stands())

    def _help(self) -> None:
        if self._remedy:
            self.remedy_wanted.emit(self._remedy, self.selected())

    # --- what is remembered -------------------------------------------------------------------

    def _restore(self) -> None:
        kept = settings.load()
        header = self.table.horizontalHeader()
        if kept.queue_header:
            header.restoreState(QByteArray.fromBase64(kept.queue_header.encode()))
        down = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        self._sort(header.sortIndicatorSection() if header.isSortIndicatorShown() else -1, down)

    def remember(self) -> None:
        """Column widths, order and whether it is open, for the next start."""
        state = bytes(self.table.horizontalHeader().saveState().toBase64()).decode()
        kept = replace(settings.load(), queue_header=state, queue_open=not self.isHidden())
        settings.save(kept)

    def remove(self) -> None:
        """The plugin goes."""
        self.remember()
        self._runner.told.disconnect(self._take)
        self._runner.moved.disconnect(self._move)
        self.visibilityChanged.disconnect(self._runner.watch)


def _hours(kept: settings.Settings) -> str:
    """When downloads are allowed again, '' when they are now."""
    hour = datetime.now().astimezone().hour
    if queue_task.limits(kept).allows(hour):
        return ""
    return " · " + tr("goes on at {hour}:00").format(hour=kept.from_hour % 24)


def totals(jobs: Sequence[DownloadJob], running: Mapping[str, Running]) -> str:
    """``12 open · 3.4 GB left · 2.1 MB/s · 27 min``; what nobody knows is not said."""
    unfinished = [job for job in jobs if job.state in OPEN]
    if not unfinished:
        return tr("No open downloads")
    here = {name: each for name, each in running.items() if each.total}
    left = sum(each.total - each.done for each in here.values())
    left += sum(max(0, j.bytes_total - j.bytes_done) for j in unfinished if j.id not in here)
    speed = sum(each.speed for each in running.values())
    told = [tr("{count} open").format(count=words.number(len(unfinished)))]
    if left:
        told.append(tr("{size} left").format(size=words.size(left)))
    if speed:
        told.append(tr("{size}/s").format(size=words.size(speed)))
    if left and speed:
        told.append(words.span(left / speed))
    return " · ".join(told)
