"""The sheet before a download starts: how much, from where, and what stands in its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, QSize, Qt, QTimer, pyqtSignal, pyqtSlot
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..bridge import messages, preflight, settings
from ..bridge.i18n import tr
from ..bridge.icons import icon
from ..bridge.preflight import SheetTask
from . import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..bridge.portals import Portals
    from ..bridge.preflight import Bill, Decision, Sheet
    from ..core.jobs import Wish

SILENCE = 1500  # milliseconds that a look at the disk may take before one is told of it
HIGHEST = 640  # pixels that the sheet takes by itself
ALWAYS, TROUBLE = "always", "trouble"
"""When the sheet is shown, as in `Settings.sheet`."""


class Preflight(QObject):
    """Shows the sheet where it is wanted; ``decided`` carries a `Decision`, None for Cancel.

    ``login`` opens the login of a portal.
    """

    decided = pyqtSignal(object)

    def __init__(
        self, portals: Portals, login: Callable[[str], object], parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self._portals, self._login = portals, login
        self._wishes: list[Wish] = []
        self._task: Optional[SheetTask] = None
        self.sheet: Optional[PreflightDialog] = None
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(SILENCE)
        self._silence.timeout.connect(self._show)

    @property
    def busy(self) -> bool:
        return bool(self._wishes)

    def ask(self, wishes: Sequence[Wish]) -> None:
        """Begins; while it is busy the open sheet is shown instead."""
        if self.busy or not wishes:
            if self.sheet is not None:
                self.sheet.raise_()
            return
        self._wishes = list(wishes)
        if settings.load().sheet == TROUBLE:
            self._silence.start()
        else:
            self._show()
        self._find_out()

    def stop(self) -> None:
        """Nobody waits for an answer any more."""
        self._leave()
        self._wishes = []

    def _show(self) -> None:
        if self.sheet is not None:
            return
        self.sheet = PreflightDialog(self._portals.title, self.parent())
        self.sheet.skip_wanted.connect(self._skip)
        self.sheet.folder_wanted.connect(self._move)
        self.sheet.login_wanted.connect(self._log_in)
        self.sheet.finished.connect(self._finished)
        self.sheet.open()

    def _find_out(self) -> None:
        self._drop_task()
        if self.sheet is not None:
            self.sheet.show_busy()
        offers = (offer for wish in self._wishes for offer in wish.offers)
        providers = self._portals.get(dict.fromkeys(offer.provider for offer in offers))
        kept = settings.load()
        folders = preflight.roots(kept, self._wishes[0].folder)
        begins = preflight.begins(kept, datetime.now().astimezone().hour)
        task = self._task = SheetTask(self._wishes, providers, folders, begins)
        task.looked.connect(self._looked)
        task.ended.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        QgsApplication.taskManager().addTask(task)

    def _skip(self) -> None:
        if self._task is not None:
            self._task.skip()

    @pyqtSlot(int, str)
    def _looked(self, count: int, folder: str) -> None:
        if self.sheet is not None:
            self.sheet.show_looking(count, folder)

    @pyqtSlot(bool)
    def _ended(self, good: bool) -> None:
        if self._task is None or not self._task.idle():  # news of one that was dropped
            return
        task, self._task = self._task, None
        if task.stopped():
            self._decide(None)
            return
        if task.error is not None:  # what cannot be foretold is no reason not to begin
            messages.log(messages.sentence(task.error), task.error)
        sheet = task.sheet or preflight.unknown(self._wishes)
        seen = self.sheet is not None and self.sheet.seen
        if settings.load().sheet == TROUBLE and not seen and not sheet.in_the_way():
            self._decide(sheet.decided(everything=False))
            return
        self._show()
        self.sheet.fill(sheet)

    def _move(self, folder: str) -> None:
        settings.save(replace(settings.load(), folder=folder, folder_chosen=True))
        self._wishes = preflight.moved(self._wishes, folder)
        self._find_out()

    def _log_in(self, portal: str) -> None:
        self._login(portal)
        if self.busy:
            self._find_out()

    @pyqtSlot(int)
    def _finished(self, result: int) -> None:
        if self.sheet is None:
            return
        if result:
            settings.save(replace(settings.load(), sheet=self.sheet.when()))
        self._decide(self.sheet.decision() if result else None)

    def _decide(self, decision: Optional[Decision]) -> None:
        self.stop()
        self.decided.emit(decision)

    def _leave(self) -> None:
        self._silence.stop()
        self._drop_task()
        sheet, self.sheet = self.sheet, None
        if sheet is not None:
            sheet.blockSignals(True)
            sheet.close()
            sheet.deleteLater()

    def _drop_task(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.looked.disconnect(self._looked)
            task.ended.disconnect(self._ended)
            task.cancel()


class PreflightDialog(QDialog):
    """Opens empty and is filled when all is known; ``decision`` after Download.

    ``seen``: has it told something?
    """

    skip_wanted = pyqtSignal()
    folder_wanted = pyqtSignal(str)
    login_wanted = pyqtSignal(str)

    def __init__(self, title: Callable[[str], str], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("spPreflightDialog")
        self.setWindowTitle(tr("Before the Download"))
        self._title = title
        self._sheet: Optional[Sheet] = None
        self.seen = False
        layout = QVBoxLayout(self)
        layout.addWidget(self._make_headline())
        layout.addWidget(self._make_busy())
        layout.addWidget(self._make_rows(), 1)
        layout.addWidget(self._make_choices())
        layout.addWidget(self._make_buttons())
        self.resize(560, 330)
        self.show_busy()

    def _make_headline(self) -> QLabel:
        self.headline = QLabel()
        self.headline.setObjectName("spPreflightTitle")
        self.headline.setWordWrap(True)
        font = self.headline.font()
        font.setBold(True)
        self.headline.setFont(font)
        return self.headline

    def _make_busy(self) -> QWidget:
        self.busy = QWidget()
        self.busy.setObjectName("spPreflightBusy")
        self.looking = QLabel()
        self.looking.setObjectName("spPreflightLooking")
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        skip = QPushButton(tr("&Skip"))
        skip.setObjectName("spPreflightSkip")
        skip.setAutoDefault(False)
        skip.setToolTip(tr("Look no further for what is on the disk already"))
        skip.clicked.connect(lambda _=False: self.skip_wanted.emit())
        row = QHBoxLayout()
        row.addWidget(bar, 1)
        row.addWidget(skip)
        layout = QVBoxLayout(self.busy)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.looking)
        layout.addLayout(row)
        return self.busy

    def _make_rows(self) -> QScrollArea:
        self.rows = QScrollArea()
        self.rows.setObjectName("spPreflightRows")
        self.rows.setWidgetResizable(True)
        self.rows.setFrameShape(QFrame.Shape.NoFrame)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return self.rows

    def _make_choices(self) -> QWidget:
        self.everything = QCheckBox()
        self.everything.setObjectName("spPreflightEverything")
        self.everything.toggled.connect(self._show_sheet)
        self.quiet = QCheckBox(tr("Show this only when something is in the &way"))
        self.quiet.setObjectName("spPreflightQuiet")
        self.quiet.setChecked(settings.load().sheet == TROUBLE)
        choices = QWidget()
        layout = QVBoxLayout(choices)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.everything)
        layout.addWidget(self.quiet)
        return choices

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.cancel = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self.cancel.setObjectName("spPreflightCancel")
        self.download = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.download.setObjectName("spPreflightDownload")
        self.download.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    # --- what it says -------------------------------------------------------------------------

    def show_busy(self) -> None:
        """Nothing is known yet, or no longer."""
        self._sheet = None
        self.headline.setText(tr("Preparing the download…"))
        self.looking.setText(tr("Looking for what is on the disk already…"))
        self.busy.show()
        self.everything.hide()
        self.download.setText(tr("&Download"))
        self.download.setEnabled(False)

    def show_looking(self, count: int, folder: str) -> None:
        text = tr("{scenes} seen on the disk: {folder}").format(
            scenes=words.scenes(count), folder=folder
        )
        width = max(200, self.looking.width())
        metrics = self.looking.fontMetrics()
        self.looking.setText(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width))

    def fill(self, sheet: Sheet) -> None:
        """Everything is known."""
        self._sheet, self.seen = sheet, True
        self.busy.hide()
        self.everything.setText(
            tr("Download what is on the disk &again ({scenes})").format(
                scenes=words.scenes(len(sheet.held))
            )
        )
        self.everything.setVisible(bool(sheet.held))
        self._show_sheet()
        self._grow()

    def _grow(self) -> None:
        """As high as the rows want, within reason; a person may make it lower again."""
        port = self.rows.viewport()
        width = port.width() - self.rows.verticalScrollBar().sizeHint().width()
        lacking = self.rows.widget().layout().heightForWidth(width) - port.height()
        if lacking > 0:
            self.resize(self.width(), min(self.height() + lacking, HIGHEST))

    def decision(self) -> Decision:
        return self._sheet.decided(self.everything.isChecked())

    def when(self) -> str:
        """When the next sheet is to be shown."""
        return TROUBLE if self.quiet.isChecked() else ALWAYS

    def _show_sheet(self, *_) -> None:
        sheet, everything = self._sheet, self.everything.isChecked()
        if sheet is None:
            return
        bill = sheet.bill_for(everything)
        self.headline.setText(_sum(bill))
        self.download.setText(tr("&Download") if bill.scenes else tr("&OK"))
        self.download.setEnabled(True)
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        for name, picture, text in self._lines(sheet, bill, everything):
            self._add(grid, name, picture, text)
        grid.setRowStretch(grid.rowCount(), 1)
        self.rows.setWidget(page)

    def _add(self, grid: QGridLayout, name: str, picture: str, text: str) -> None:
        row = grid.rowCount()
        sign = QLabel()
        sign.setPixmap(icon(picture).pixmap(QSize(16, 16)))
        label = QLabel(text)
        label.setObjectName(f"spPreflightRow_{name}")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        grid.addWidget(sign, row, 0)
        grid.addWidget(label, row, 1)
        button = self._button(name)
        if button is not None:
            grid.addWidget(button, row, 2)

    def _button(self, name: str) -> Optional[QPushButton]:
        """What a person can do about it."""
        if name == "folder":
            button = QPushButton(tr("Other &Folder…"))
            button.setObjectName("spPreflightFolder")
            button.clicked.connect(lambda _=False: self._choose_folder())
        elif name.startswith("login_"):
            portal = name.partition("_")[2]
            button = QPushButton(tr("&Log In…"))
            button.setObjectName(f"spPreflightLogin_{portal}")
            button.setAccessibleName(tr("Login for {portal}").format(portal=self._title(portal)))
            button.clicked.connect(partial(self._want_login, portal))
        else:
            return None
        button.setAutoDefault(False)
        return button

    def _want_login(self, portal: str, _=False) -> None:
        # After this click: the button goes when the sheet is filled anew.
        QTimer.singleShot(0, partial(self.login_wanted.emit, portal))

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, tr("Folder for downloaded scenes"), self._sheet.folder
        )
        if folder:
            self.folder_wanted.emit(folder)

    def _lines(self, sheet: Sheet, bill: Bill, everything: bool) -> Iterator[tuple[str, str, str]]:
        """Name, picture and sentence of each row, the troubles first."""
        for portal, count in bill.logins.items():
            text = tr("{portal} wants a login before it lets files go ({scenes}).")
            if portal in sheet.locked:
                text = tr(
                    "The login for {portal} is locked in QGIS's authentication database: unlock it."
                )
            yield (
                f"login_{portal}",
                "portal_failed",
                text.format(portal=self._title(portal), scenes=words.scenes(count)),
            )
        yield self._folder_line(sheet, bill, everything)
        for portal, allowance in sheet.quotas.items():
            picture = "portal_failed" if allowance.exceeded else "portal_ok"
            text = tr("{portal} lets {size} go in {days} days; {used} came from there so far.")
            yield (
                f"quota_{portal}",
                picture,
                text.format(
                    portal=self._title(portal),
                    size=words.size(allowance.quota.size),
                    days=allowance.quota.days,
                    used=words.size(allowance.used),
                ),
            )
        for portal, count in bill.orders.items():
            text = tr(
                "In the archive of {portal}: {scenes}. It is asked for them, which may take hours; "
                "then they come by themselves."
            )
            yield (
                f"order_{portal}",
                "job_ordered",
                text.format(scenes=words.scenes(count), portal=self._title(portal)),
            )
        if bill.lost:
            text = tr("Offline, and no portal takes orders for them: {scenes}. They may fail.")
            yield "lost", "portal_failed", text.format(scenes=words.scenes(bill.lost))
        if sheet.held and not everything:
            text = tr("On the disk already and left out: {scenes}")
            yield "held", "job_done", text.format(scenes=words.scenes(len(sheet.held)))
        if sheet.older:
            text = tr("On the disk in an older processing, the newer one is fetched: {scenes}")
            yield "older", "retry", text.format(scenes=words.scenes(sheet.older))
        if sheet.begins is not None:
            text = tr("Downloads run from {hour}:00 on, as set in the options.")
            yield "hours", "job_waiting", text.format(hour=sheet.begins)
        if bill.portals:
            yield "portals", "download", self._portals_line(bill)
        if bill.saved:
            text = tr("Whole products would be {size} more.")
            yield "saved", "bands", text.format(size=words.size(bill.saved))
        if sheet.unreadable:
            text = tr("{folder} could not be looked into for what is on the disk.")
            yield "unreadable", "portal_wait", text.format(folder=", ".join(sheet.unreadable[:3]))

    def _folder_line(self, sheet: Sheet, bill: Bill, everything: bool) -> tuple[str, str, str]:
        if not sheet.writable:
            text = tr("The folder {folder} cannot be written to.").format(folder=sheet.folder)
            return "folder", "portal_failed", text
        if sheet.free is None:
            return "folder", "folder", sheet.folder
        if sheet.has_room(everything):
            text = tr("{folder}: {free} free").format(
                folder=sheet.folder, free=words.size(sheet.free)
            )
            return "folder", "folder", text
        text = tr("Not enough room: {free} are free in {folder}, {wanted} are wanted.").format(
            free=words.size(sheet.free), folder=sheet.folder, wanted=words.size(bill.size)
        )
        if sheet.waiting:
            text += " " + tr("The downloads that wait want {size} more.").format(
                size=words.size(sheet.waiting)
            )
        return "folder", "portal_failed", text

    def _portals_line(self, bill: Bill) -> str:
        told = [
            tr("{portal} ({scenes})").format(portal=self._title(name), scenes=words.scenes(count))
            for name, count in bill.portals.items()
        ]
        return tr("From {portals}").format(portals=", ".join(told))


def _sum(bill: Bill) -> str:
    """``3 scenes, 9 files, 1.2 GB``, and what is not known."""
    if not bill.scenes:
        return tr("Everything is on the disk already.")
    parts = [words.scenes(bill.scenes)]
    if bill.files:
        parts.append(words.files(bill.files))
    if bill.size:
        parts.append(words.size(bill.size))
    if bill.unknown == bill.scenes:
        parts.append(tr("size unknown"))
    elif bill.unknown:
        parts.append(tr("{scenes} of unknown size").format(scenes=words.scenes(bill.unknown)))
    return ", ".join(parts)
