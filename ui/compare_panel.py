"""The last search as a comparison: who holds how many scenes, who lacks which."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSlot
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..bridge import areas, messages
from ..bridge.comparing import CompareTask
from ..bridge.facts import fact
from ..bridge.i18n import tr
from ..core.compare import Comparison, portals_csv, scenes_csv
from ..core.errors import StorageError
from . import words

if TYPE_CHECKING:
    from ..bridge.portals import Portals
    from ..core.compare import Row
    from .search_runner import Answers

ID = Qt.ItemDataRole.UserRole
MOST_LISTED = 1000


class ComparePanel(QWidget):
    """A table of portals; below it the scenes that the current one lacks. Made anew per search."""

    def __init__(self, portals: Portals, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spCompare")
        self._portals = portals
        self._task: Optional[CompareTask] = None
        self.comparison = Comparison()
        self.title = QLabel()
        self.title.setObjectName("spCompareTitle")
        self.title.setWordWrap(True)
        self.table = QTableWidget(0, 7)
        self.table.setObjectName("spCompareTable")
        self.table.setAccessibleName(tr("Comparison of portals"))
        self.table.setHorizontalHeaderLabels(
            [
                tr("Portal"),
                tr("Scenes"),
                tr("Missing"),
                tr("Only here"),
                tr("Online"),
                tr("Newest"),
                tr("Answer"),
            ]
        )
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.itemSelectionChanged.connect(self._list_missing)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        for column in range(6):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.lacks = QLabel()
        self.lacks.setObjectName("spCompareLacks")
        self.missing = QListWidget()
        self.missing.setObjectName("spCompareMissing")
        self.missing.setAccessibleName(tr("Missing scenes"))
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.lacks)
        column.addWidget(self.missing)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.table)
        parts.addWidget(below)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        self.export = QPushButton(tr("&Save as CSV…"))
        self.export.setObjectName("spCompareSave")
        self.export.setAutoDefault(False)
        self.export.setEnabled(False)
        self.export.clicked.connect(self._ask_and_save)
        self.said = QLabel()
        self.said.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.export)
        row.addWidget(self.said, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addWidget(parts, 1)
        layout.addLayout(row)
        self.title.setText(tr("Search first: the table compares what the portals answered."))

    # --- what is shown ------------------------------------------------------------------------

    def show_answers(self, answers: Answers) -> None:
        """Compares the answers of a search, beside the main thread."""
        self.stop()
        self.title.setText(_question(answers))
        self.said.clear()
        self._task = CompareTask(answers.scenes, answers.outcomes)
        self._task.ended.connect(self._compared)
        QgsApplication.taskManager().addTask(self._task)

    @pyqtSlot(bool)
    def _compared(self, good: bool) -> None:
        task, self._task = self._task, None
        if task is None:
            return
        if task.error is not None:
            self.said.setText(messages.sentence(task.error))
            return
        self.comparison = task.comparison
        count = tr("Together {scenes}.").format(scenes=words.scenes(len(self.comparison.held)))
        self.title.setText(f"{self.title.text()} {count}")
        self.table.setRowCount(len(self.comparison.rows))
        for number, row in enumerate(self.comparison.rows):
            self._fill(number, row)
        self.export.setEnabled(bool(self.comparison.rows))
        self.table.selectRow(0)
        self._list_missing()

    def _fill(self, number: int, row: Row) -> None:
        texts = [
            self._portals.title(row.provider),
            words.number(row.scenes) if row.complete else f"≥ {words.number(row.scenes)}",
            "?" if row.missing is None else words.number(row.missing),
            words.number(row.alone),
            words.number(row.online),
            _age(row.newest),
            _answer(row),
        ]
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if 0 < column < 5:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(number, column, item)
        self.table.item(number, 0).setData(ID, row.provider)
        self.table.item(number, 6).setToolTip(texts[6])
        if row.missing is None:
            self.table.item(number, 2).setToolTip(
                tr("The answer was not complete: nobody knows what is missing here.")
            )
        if row.newest:
            self.table.item(number, 5).setToolTip(words.day(row.newest.date()))

    def _list_missing(self) -> None:
        chosen = self.table.selectedItems()
        self.missing.clear()
        self.lacks.clear()
        if not chosen:
            return
        name = self.table.item(chosen[0].row(), 0).data(ID)
        row = self.comparison.rows[chosen[0].row()]
        lacking, title = self.comparison.lacking(name), self._portals.title(name)
        if row.missing is None:
            told = tr("{portal} did not answer completely: nobody knows what it lacks.")
        elif lacking:
            told = tr("{portal} lacks these scenes, which others hold:")
        else:
            told = tr("{portal} lacks none of them.")
        self.lacks.setText(told.format(portal=title))
        self.missing.addItems([held.title for held in lacking[:MOST_LISTED]])

    # --- a file -------------------------------------------------------------------------------

    def _ask_and_save(self) -> None:
        start = str(Path.home() / "portals.csv")
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the comparison"), start, "CSV (*.csv)")
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """The table, and beside it ``NAME_scenes.csv``: every scene and who has it."""
        path = path if path.suffix else path.with_suffix(".csv")
        scenes = path.with_name(f"{path.stem}_scenes{path.suffix}")
        titles = {row.provider: self._portals.title(row.provider) for row in self.comparison.rows}
        try:
            # With a byte order mark, or a spreadsheet takes the accents for something else.
            table = portals_csv(self.comparison, titles, _now())
            path.write_text(table, encoding="utf-8-sig")
            scenes.write_text(scenes_csv(self.comparison), encoding="utf-8-sig")
        except OSError as error:
            why = StorageError(f"{path} cannot be written: {error.strerror}.")
            self.said.setText(messages.sentence(why))
            return
        self.said.setText(
            tr("Saved as {table} and {scenes}.").format(table=path.name, scenes=scenes.name)
        )

    def stop(self) -> None:
        """Another search, or the end: the comparison that is being made is not wanted."""
        if self._task is not None:
            self._task.ended.disconnect(self._compared)
            self._task.cancel()
            self._task = None


def _question(answers: Answers) -> str:
    wish = answers.wish
    told = tr("{collection}, {start} – {end}, {area}.").format(
        collection=words.collection(wish.collection),
        start=words.day(wish.start),
        end=words.day(wish.end),
        area=words.km2(areas.km2(wish.area)) if wish.area else "",
    )
    if wish.max_cloud is not None:
        told += " " + tr("At most {percent} % clouds, as each portal counts them.").format(
            percent=wish.max_cloud
        )
    return told


def _age(newest: Optional[datetime]) -> str:
    if newest is None:
        return ""
    days = (_now() - newest).days
    return tr("{number} days old").format(number=words.number(days))


def _answer(row: Row) -> str:
    if row.error:
        return fact(row.error)
    time = words.seconds(row.seconds)
    return time if row.complete else tr("limit reached, {time}").format(time=time)


def _now() -> datetime:
    return datetime.now(timezone.utc)
