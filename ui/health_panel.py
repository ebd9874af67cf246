"""How every portal is: open or closed, slow or down, and what it answered last."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSize, Qt, pyqtSlot
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..bridge import health, settings
from ..bridge.facts import fact
from ..bridge.health import Health, HealthTask, Record
from ..bridge.i18n import mark, tr, translated
from ..bridge.icons import icon
from . import words

if TYPE_CHECKING:
    from ..bridge.portals import Portals
    from ..core.provider import ProviderInfo

STATES = {
    health.OPEN: ("portal_ok", mark("open")),
    health.CLOSED: ("portal_closed", mark("closed since {day}")),
    health.UNKNOWN: ("portal_closed", mark("not asked yet; last heard of {day}")),
    health.SLOW: ("portal_wait", mark("slow")),
    health.DOWN: ("portal_failed", mark("down")),
    health.LOGIN: ("portal_closed", mark("needs a login")),
}

PORTAL, STATE, SUCCESS, TIME, LAST = range(5)
ID = Qt.ItemDataRole.UserRole


class HealthPanel(QWidget):
    """One row per portal; `refresh` shows what is known, `check` asks the open ones."""

    def __init__(self, portals: Portals, known: Health, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spHealth")
        self._portals, self._health = portals, known
        self._task: Optional[HealthTask] = None
        self.table = QTableWidget(0, 5)
        self.table.setObjectName("spHealthTable")
        self.table.setAccessibleName(tr("Portals"))
        self.table.setHorizontalHeaderLabels(
            [
                tr("Portal"),
                tr("State"),
                tr("Last success"),
                tr("Answer time"),
                tr("Last search"),
            ]
        )
        self.table.verticalHeader().hide()
        self.table.setIconSize(QSize(16, 16))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        for column in (PORTAL, STATE, SUCCESS, TIME):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.button = QPushButton(tr("&Check now"))
        self.button.setObjectName("spHealthCheck")
        self.button.setAutoDefault(False)
        self.button.setToolTip(tr("Asks every open portal for one scene of the last month"))
        self.button.clicked.connect(self.check)
        self.line = QLabel()
        self.line.setObjectName("spHealthLine")
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addWidget(self.line, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addLayout(row)
        self.refresh()

    # --- what is known ------------------------------------------------------------------------

    def refresh(self) -> None:
        infos = [kind.info for kind in self._portals.kinds.values()]
        logins = settings.load().logins
        self.table.setRowCount(len(infos))
        for row, info in enumerate(infos):
            record = self._health.records.get(info.id)
            state = health.state(info, record, bool(logins.get(info.id)))
            self._fill(row, info, state, record or Record())

    def _fill(self, row: int, info: ProviderInfo, state: str, record: Record) -> None:
        picture, told = STATES[state]
        waiting = self._task is not None and self._asked(info) and not self._answered(info)
        day = info.until or info.seen
        texts = [
            info.title,
            tr("asking…")
            if waiting
            else translated(told).format(day=words.day(day) if day else "?"),
            ago(record.last_success, _now()),
            words.seconds(record.seconds) if record.tried and not record.trouble else "",
            "" if state == health.CLOSED else last(record),
        ]
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(text if column in (STATE, LAST) else "")
            self.table.setItem(row, column, item)
        first = self.table.item(row, PORTAL)
        first.setIcon(icon("portal_wait" if waiting else picture))
        first.setData(ID, info.id)
        first.setToolTip(info.description)
        if state == health.CLOSED:
            faint = self.palette().color(
                self.palette().ColorGroup.Disabled, self.palette().ColorRole.Text
            )
            for column in range(5):
                self.table.item(row, column).setForeground(faint)

    def _asked(self, info: ProviderInfo) -> bool:
        return info.id in self._task.asked

    def _answered(self, info: ProviderInfo) -> bool:
        return info.id in self._task.outcomes

    # --- asking -------------------------------------------------------------------------------

    def check(self) -> None:
        """Asks every open portal; a second click stops."""
        if self._task is not None:
            self._task.cancel()
            return
        logins = settings.load().logins
        ids = [
            name
            for name, kind in self._portals.kinds.items()
            if not kind.info.closed and (not kind.info.search_auth.fields or logins.get(name))
        ]
        self._task = HealthTask(list(self._portals.get(ids).values()))
        self._task.answered.connect(self._one)
        self._task.ended.connect(self._ended)
        self.button.setText(tr("S&top"))
        self._count()
        self.refresh()
        QgsApplication.taskManager().addTask(self._task)

    @pyqtSlot(object)
    def _one(self, outcome) -> None:
        if self._task is not None:
            self._health.note([outcome])
            self._count()
            self.refresh()

    @pyqtSlot(bool)
    def _ended(self, good: bool) -> None:
        self._task = None
        self.button.setText(tr("&Check now"))
        self.refresh()

    def _count(self) -> None:
        done, asked = len(self._task.outcomes), len(self._task.asked)
        self.line.setText(
            tr("{done} of {asked} portals answered").format(
                done=words.number(done), asked=words.number(asked)
            )
        )

    def stop(self) -> None:
        """The window goes: nobody waits for the answers."""
        if self._task is not None:
            self._task.answered.disconnect(self._one)
            self._task.ended.disconnect(self._ended)
            self._task.cancel()
            self._task = None


def last(record: Record) -> str:
    """``37 found``, ``37 found, not all``, or why nothing came."""
    if not record.tried:
        return tr("not asked yet")
    if record.said:
        return fact(record.said)
    found = tr("{found} found").format(found=words.number(record.found))
    return found if record.complete else tr("{found}, not all").format(found=found)


def ago(moment: Optional[datetime], now: datetime) -> str:
    """``just now``, ``5 min ago``, ``3 h ago``, then the day. Pure."""
    if moment is None:
        return ""
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return tr("just now")
    if seconds < 48 * 3600:
        whole = seconds - seconds % (60 if seconds < 3600 else 3600)
        return tr("{time} ago").format(time=words.span(whole))
    return words.day(moment.astimezone().date())


def _now() -> datetime:
    return datetime.now(timezone.utc)
