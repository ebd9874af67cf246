"""What holds for every download: folders, speed and hours, the sheet, who is asked first."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt, pyqtSlot
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..bridge import messages
from ..bridge.i18n import tr
from ..bridge.icons import icon
from ..bridge.preflight import ScanTask
from ..core.worker import MOST_AT_ONCE
from . import words
from .preflight_dialog import ALWAYS, TROUBLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..bridge.settings import Settings
    from ..core.provider import ProviderInfo

ID = Qt.ItemDataRole.UserRole
USUAL_HOURS = (22, 6)
KILO, MEGA = 1, 1000  # kB/s


class DownloadsOptions(QScrollArea):
    """``changed`` gives the settings as they stand here."""

    def __init__(self, infos: Mapping[str, ProviderInfo], kept: Settings, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spOptionsDownloads")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._task: Optional[ScanTask] = None
        self._running: list[ScanTask] = []
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.addWidget(self._make_folders(kept))
        layout.addWidget(self._make_pace(kept))
        layout.addWidget(self._make_order(infos, kept))
        layout.addStretch(1)
        self.setWidget(page)
        self.destroyed.connect(partial(_cancel, self._running))

    # --- folders ------------------------------------------------------------------------------

    def _make_folders(self, kept: Settings) -> QGroupBox:
        self.folder = QgsFileWidget()
        self.folder.setObjectName("spOptionsFolder")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setDialogTitle(tr("Folder for downloaded scenes"))
        self.folder.setFilePath(kept.folder)
        self.folders = QListWidget()
        self.folders.setObjectName("spOptionsFolders")
        self.folders.setAccessibleName(tr("More folders with scenes"))
        self.folders.setToolTip(
            tr("What is in these folders already is not downloaded again: SAFE, zip, tar, bands.")
        )
        self.folders.addItems(kept.folders)
        _show_lines(self.folders, 3)
        self.add = _button("spOptionsAddFolder", tr("&Add…"), self._add_folder)
        self.remove = _button("spOptionsRemoveFolder", tr("&Remove"), self._remove_folder)
        self.folders.currentRowChanged.connect(lambda row: self.remove.setEnabled(row >= 0))
        self.remove.setEnabled(False)
        self.again = _button("spOptionsLookAgain", tr("Look A&gain"), self._look_or_stop)
        self.again.setToolTip(tr("Look into every folder anew, also where nothing seems changed"))
        self.looked = QLabel()
        self.looked.setObjectName("spOptionsLooked")
        self.looked.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.looked.setTextFormat(Qt.TextFormat.PlainText)
        self.load_after = QCheckBox(tr("&Load what was downloaded"))
        self.load_after.setObjectName("spOptionsLoadAfter")
        self.load_after.setChecked(kept.load_after)
        box = QGroupBox(tr("On the disk"))
        form = QFormLayout(box)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(tr("Download &folder"), self.folder)
        form.addRow(tr("&Other folders"), _beside(self.folders, self.add, self.remove))
        form.addRow(_row(self.again, self.looked))
        form.addRow(self.load_after)
        return box

    def _add_folder(self) -> None:
        start = self.folder.filePath() or str(Path.home())
        folder = QFileDialog.getExistingDirectory(
            self, tr("Folder with scenes that are here already"), start
        )
        if folder and folder not in self._more_folders():
            self.folders.addItem(folder)
            self.folders.setCurrentRow(self.folders.count() - 1)

    def _remove_folder(self) -> None:
        self.folders.takeItem(self.folders.currentRow())

    def _more_folders(self) -> tuple[str, ...]:
        return tuple(self.folders.item(row).text() for row in range(self.folders.count()))

    def _look_or_stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            return
        folders = [Path(name) for name in (self.folder.filePath(), *self._more_folders()) if name]
        task = self._task = ScanTask(folders, afresh=True)
        self._running.append(task)
        task.looked.connect(self._show_looking)
        # A method, not a lambda: Qt forgets it when the page is closed before the end.
        task.ended.connect(self._looked, Qt.ConnectionType.QueuedConnection)
        self.again.setText(tr("&Stop"))
        self.looked.setText(tr("Looking…"))
        QgsApplication.taskManager().addTask(task)

    @pyqtSlot(int, str)
    def _show_looking(self, count: int, folder: str) -> None:
        self._tell(f"{words.scenes(count)} · {folder}")

    @pyqtSlot(bool)
    def _looked(self, good: bool) -> None:
        task, self._task = self._task, None
        self._running.clear()
        self.again.setText(tr("Look A&gain"))
        if task.error is not None:
            messages.log(str(task.error), task.error)
            self._tell(messages.sentence(task.error))
        elif task.stopped():
            self._tell(tr("Stopped."))
        else:
            self._tell(_seen(task))

    def _tell(self, text: str) -> None:
        self.looked.setText(text)
        self.looked.setToolTip(text)

    # --- how fast, and when -------------------------------------------------------------------

    def _make_pace(self, kept: Settings) -> QGroupBox:
        self.at_once = QSpinBox()
        self.at_once.setObjectName("spOptionsAtOnce")
        self.at_once.setRange(1, MOST_AT_ONCE)
        self.at_once.setValue(kept.at_once)
        self.at_once.setToolTip(tr("Over all portals; each portal has a limit of its own, too."))
        self.unit = QComboBox()
        self.unit.setObjectName("spOptionsRateUnit")
        self.unit.addItem(tr("kB/s"), KILO)
        self.unit.addItem(tr("MB/s"), MEGA)
        step = MEGA if kept.rate >= MEGA and not kept.rate % 100 else KILO
        self.unit.setCurrentIndex(self.unit.findData(step))
        self.unit.setAccessibleName(tr("Unit of the speed"))
        self.rate = QDoubleSpinBox()
        self.rate.setObjectName("spOptionsRate")
        self.rate.setRange(0, 100_000)
        self.rate.setDecimals(1)
        self.rate.setSpecialValueText(tr("no limit"))
        self.rate.setValue(kept.rate / step)
        self.limited = QCheckBox(tr("Download o&nly between"))
        self.limited.setObjectName("spOptionsHours")
        self.limited.setChecked(kept.from_hour != kept.to_hour)
        hours = (kept.from_hour, kept.to_hour) if self.limited.isChecked() else USUAL_HOURS
        self.from_hour = _hour("spOptionsFromHour", tr("From this hour"), hours[0])
        self.to_hour = _hour("spOptionsToHour", tr("To this hour"), hours[1])
        for widget in (self.from_hour, self.to_hour):
            widget.setEnabled(self.limited.isChecked())
            self.limited.toggled.connect(widget.setEnabled)
        self.goes_on = QCheckBox(tr("The &queue goes on by itself when QGIS starts"))
        self.goes_on.setObjectName("spOptionsGoesOn")
        self.goes_on.setChecked(kept.goes_on)
        self.quiet = QCheckBox(tr("Show the s&heet only when something is in the way"))
        self.quiet.setObjectName("spOptionsQuiet")
        self.quiet.setChecked(kept.sheet == TROUBLE)
        box = QGroupBox(tr("How and when"))
        form = QFormLayout(box)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(tr("Scenes at on&ce"), _row(self.at_once))
        form.addRow(tr("&Speed, at most"), _row(self.rate, self.unit))
        between = QLabel(tr("and"))
        form.addRow(_row(self.limited, self.from_hour, between, self.to_hour))
        form.addRow(self.goes_on)
        form.addRow(self.quiet)
        return box

    # --- who is asked first -------------------------------------------------------------------

    def _make_order(self, infos: Mapping[str, ProviderInfo], kept: Settings) -> QGroupBox:
        self.order = QListWidget()
        self.order.setObjectName("spOptionsOrder")
        self.order.setAccessibleName(tr("Preferred portals"))
        self.order.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.order.setDefaultDropAction(Qt.DropAction.MoveAction)
        for name in ordered(infos, kept.order):
            item = QListWidgetItem(infos[name].title)
            item.setData(ID, name)
            self.order.addItem(item)
        _show_lines(self.order, 7)
        self._usual = tuple(ordered(infos, ()))
        self.up = _button("spOptionsUp", tr("&Up"), partial(self._shift, -1), "up")
        self.down = _button("spOptionsDown", tr("Do&wn"), partial(self._shift, 1), "down")
        self.order.currentRowChanged.connect(self._show_ways)
        self._show_ways(-1)
        why = QLabel(
            tr("Where several portals hold a scene, the topmost is asked first; then the next.")
        )
        why.setWordWrap(True)
        box = QGroupBox(tr("Preferred portals"))
        layout = QVBoxLayout(box)
        layout.addWidget(why)
        layout.addWidget(_beside(self.order, self.up, self.down))
        return box

    def _shift(self, step: int) -> None:
        row = self.order.currentRow()
        self.order.insertItem(row + step, self.order.takeItem(row))
        self.order.setCurrentRow(row + step)

    def _show_ways(self, row: int) -> None:
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < self.order.count() - 1)

    def names(self) -> tuple[str, ...]:
        """The portals as they stand in the list."""
        return tuple(self.order.item(row).data(ID) for row in range(self.order.count()))

    # --- what was changed ---------------------------------------------------------------------

    def changed(self, kept: Settings) -> Settings:
        """The settings with what was changed here; a portal nobody prefers stays unsaid."""
        folder = self.folder.filePath().strip()
        moved = bool(folder) and Path(folder) != Path(kept.folder)
        limited = self.limited.isChecked()
        return replace(
            kept,
            folder=folder or kept.folder,
            folder_chosen=kept.folder_chosen or moved,
            folders=self._more_folders(),
            load_after=self.load_after.isChecked(),
            at_once=self.at_once.value(),
            rate=round(self.rate.value() * self.unit.currentData()),
            from_hour=self.from_hour.value() if limited else 0,
            to_hour=self.to_hour.value() if limited else 0,
            goes_on=self.goes_on.isChecked(),
            sheet=TROUBLE if self.quiet.isChecked() else ALWAYS,
            order=preferred(self.names(), self._usual),
        )


def _seen(task: ScanTask) -> str:
    text = tr("{scenes} on the disk.").format(scenes=words.scenes(task.scan.products))
    if task.scan.unreadable:
        text += " " + tr("Not readable: {folders}").format(
            folders=", ".join(task.scan.unreadable[:3])
        )
    return text


def ordered(infos: Mapping[str, ProviderInfo], order: tuple[str, ...]) -> list[str]:
    """The open portals, the preferred ones first. Pure."""
    there = [name for name, info in infos.items() if not info.closed]
    first = [name for name in order if name in there]
    return first + [name for name in there if name not in first]


def preferred(names: tuple[str, ...], usual: tuple[str, ...]) -> tuple[str, ...]:
    """Those that were moved to the top; the rest stands as it always does. Pure."""
    for count in range(len(names)):
        if list(names[count:]) == [name for name in usual if name not in names[:count]]:
            return names[:count]
    return names


# --- widgets ---------------------------------------------------------------------------------


def _button(name: str, text: str, slot, picture: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    if picture:
        button.setIcon(icon(picture))
    button.clicked.connect(lambda _=False: slot())
    return button


def _hour(name: str, title: str, hour: int) -> QSpinBox:
    box = QSpinBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setRange(0, 23)
    box.setSuffix(tr(":00"))
    box.setWrapping(True)
    box.setValue(hour)
    return box


def _row(*widgets: QWidget) -> QWidget:
    """Side by side; the last one takes the room that is left."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    if isinstance(widgets[-1], QLabel):
        layout.setStretchFactor(widgets[-1], 1)
    else:
        layout.addStretch(1)
    return row


def _beside(main: QWidget, *buttons: QWidget) -> QWidget:
    """Buttons in a column at the right."""
    row = QWidget()
    layout, column = QHBoxLayout(row), QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    for button in buttons:
        column.addWidget(button)
    column.addStretch(1)
    layout.addWidget(main, 1)
    layout.addLayout(column)
    return row


def _show_lines(view: QListWidget, count: int) -> None:
    """As high as so many lines."""
    line = view.fontMetrics().height() + 6
    view.setFixedHeight(count * line + 2 * view.frameWidth())


def _cancel(running: Iterable[ScanTask], *_) -> None:
    """The page is gone: nobody waits for the answer."""
    for task in running:
        task.cancel()
