"""Where to ask: every portal with a tick, and why one cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..bridge.i18n import tr
from ..bridge.icons import icon
from ..core.catalogue import CLOUD
from . import words
from .closed_row import ClosedRow
from .portal_tip import checked_here, tip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..core.provider import ProviderInfo

ID = Qt.ItemDataRole.UserRole
SHOWN_ROWS = 7


class PortalsPanel(QWidget):
    """``ticked`` are the portals to ask; a tick survives a collection that its portal lacks."""

    changed = pyqtSignal()
    add_wanted = pyqtSignal()
    login_wanted = pyqtSignal(str)
    overview_wanted = pyqtSignal()

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spPortalsPanel")
        self._infos: Mapping[str, ProviderInfo] = {}
        self._logins: frozenset[str] = frozenset()
        self._reopened: frozenset[str] = frozenset()
        self._collection = ""
        self._wanted: set[str] = set()

        self.list = QTreeWidget()
        self.list.setObjectName("spPortalList")
        self.list.setAccessibleName(tr("Portals"))
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setIconSize(QSize(16, 16))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(20)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.list.itemChanged.connect(self._ticked)
        self.list.currentItemChanged.connect(self._current_changed)
        self.list.itemDoubleClicked.connect(self._double_clicked)

        row = QHBoxLayout()
        row.setSpacing(2)
        every = self._button("spPortalsAll", tr("All"), tr("Tick every open portal"))
        every.clicked.connect(lambda: self._tick_all(True))
        none = self._button("spPortalsNone", tr("None"), tr("Tick no portal"))
        none.clicked.connect(lambda: self._tick_all(False))
        row.addWidget(every)
        row.addWidget(none)
        row.addStretch()
        self._login = self._button("spLogin", tr("Login…"), tr("The login for the chosen portal"))
        self._login.clicked.connect(lambda: self.login_wanted.emit(self.current()))
        self._add = self._button("spAddPortal", tr("Add…"), tr("Add a STAC portal"))
        self._add.clicked.connect(self.add_wanted)
        row.addWidget(self._login)
        row.addWidget(self._add)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.list)
        layout.addLayout(row)
        self.closed = ClosedRow()
        self.closed.toggled.connect(self._fold_closed)
        self.closed.instead.connect(self.search_instead)
        layout.addWidget(self.closed)
        overview = self._button(
            "spPortalsOverview", tr("Portals…"), tr("How the portals are, and who holds what")
        )
        overview.clicked.connect(self.overview_wanted)
        self.closed.row.addWidget(overview)
        self._current_changed()

    def _button(self, name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    # --- what is shown ------------------------------------------------------------------------

    def show_portals(
        self,
        infos: Mapping[str, ProviderInfo],
        logins: Iterable[str],
        reopened: Iterable[str] = (),
    ) -> None:
        """Lists the portals; ``logins`` are the ids that have a login.

        ``reopened`` are closed ones that a person's own server still answers for.
        """
        self._infos, self._logins = dict(infos), frozenset(logins)
        self._reopened = frozenset(reopened)
        self._fill()

    def _fill(self) -> None:
        """Those that can be asked first, otherwise in their own order."""
        current = self.current()
        self.list.blockSignals(True)
        self.list.clear()
        for info in sorted(self._infos.values(), key=self._rank):
            item = QTreeWidgetItem([info.title, ""])
            item.setData(0, ID, info.id)
            font = item.font(1)
            font.setPointSizeF(font.pointSizeF() * 0.9)
            item.setFont(1, font)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
            self._dress(item, info)
            if info.id == current:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self.closed.show_count(sum(map(self._gone, self._infos.values())))
        self._hide_closed()
        row = max(18, self.list.sizeHintForRow(0))
        rows = min(max(3, len(self._infos)), SHOWN_ROWS)
        self.list.setFixedHeight(rows * row + 2 * self.list.frameWidth())
        self._current_changed()

    def _rank(self, info: ProviderInfo) -> tuple[bool, bool]:
        return self._gone(info), bool(self._why_not(info))

    def _gone(self, info: ProviderInfo) -> bool:
        return info.closed and info.id not in self._reopened

    def _hide_closed(self, *_) -> None:
        """A closed portal is folded away, unless it is still wanted: then one sees who is next."""
        shown = self.closed.toggle.isChecked()
        for item in self._items():
            name = item.data(0, ID)
            item.setHidden(self._gone(self._infos[name]) and not shown and name not in self._wanted)

    def _fold_closed(self, shown: bool) -> None:
        """What is unfolded stands at the end of the list: one is taken there."""
        self._hide_closed()
        closed = [item for item in self._items() if self._gone(self._infos[item.data(0, ID)])]
        if shown and closed:
            self.list.scrollToItem(closed[0], QAbstractItemView.ScrollHint.PositionAtTop)

    def search_instead(self, closed: str) -> None:
        """Moves the tick of a closed portal to its successor; the question stays as it is."""
        successor = self._infos[closed].successor
        self.set_wanted((self._wanted - {closed}) | {successor})
        for item in self._items():
            if item.data(0, ID) == successor:
                self.list.setCurrentItem(item)
                self.list.scrollToItem(item)

    def show_collection(self, collection: str) -> None:
        if collection != self._collection:
            self._collection = collection
            self._fill()
            return
        self.list.blockSignals(True)
        for item in self._items():
            self._dress(item, self._infos[item.data(0, ID)])
        self.list.blockSignals(False)
        self._hide_closed()

    def _dress(self, item: QTreeWidgetItem, info: ProviderInfo) -> None:
        why = self._why_not(info)
        note = why or self._note(info)
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        item.setFlags(flags if why else flags | Qt.ItemFlag.ItemIsUserCheckable)
        on = info.id in self._wanted and not why
        item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        item.setIcon(0, icon("portal_closed" if why or self._locked(info) else "portal_ok"))
        item.setText(1, note)
        faint = self.palette().color(
            self.palette().ColorGroup.Disabled, self.palette().ColorRole.Text
        )
        plain = self.palette().color(
            self.palette().ColorGroup.Active, self.palette().ColorRole.Text
        )
        item.setForeground(0, faint if why else plain)
        item.setForeground(1, faint)
        for column in (0, 1):
            item.setToolTip(column, tip(info, self._collection, note))

    def _locked(self, info: ProviderInfo) -> bool:
        return bool(info.search_auth.fields) and info.id not in self._logins

    def _why_not(self, info: ProviderInfo) -> str:
        if self._gone(info):
            return tr("closed {day}").format(day=words.day(info.until))
        if self._collection and self._collection not in info.collections:
            return tr("does not hold it")
        return ""

    def _note(self, info: ProviderInfo) -> str:
        here = CLOUD in checked_here(info, self._collection)
        notes = (self._login_note(info), tr("clouds checked here") if here else "")
        return ", ".join(note for note in notes if note)

    def _login_note(self, info: ProviderInfo) -> str:
        if info.id in self._logins:
            return tr("login set")
        if info.search_auth.fields:
            return tr("login needed")
        if info.download_auth.fields:
            return tr("login for files")
        return ""

    # --- ticks --------------------------------------------------------------------------------

    def ticked(self) -> list[str]:
        """The portals to ask, in the order of the list."""
        return [
            item.data(0, ID)
            for item in self._items()
            if item.checkState(0) == Qt.CheckState.Checked
        ]

    def wanted(self) -> tuple[str, ...]:
        """Every tick, those included that this collection hides."""
        return tuple(name for name in self._infos if name in self._wanted)

    def set_wanted(self, ids: Iterable[str]) -> None:
        self._wanted = set(ids)
        self.show_collection(self._collection)
        self.changed.emit()

    def current(self) -> str:
        item = self.list.currentItem()
        return item.data(0, ID) if item else ""

    def _items(self) -> list[QTreeWidgetItem]:
        return [self.list.topLevelItem(i) for i in range(self.list.topLevelItemCount())]

    def _ticked(self, item: QTreeWidgetItem, column: int) -> None:
        name = item.data(0, ID)
        if item.checkState(0) == Qt.CheckState.Checked:
            self._wanted.add(name)
        else:
            self._wanted.discard(name)
        self.changed.emit()

    def _tick_all(self, on: bool) -> None:
        usable = {i for i, info in self._infos.items() if not on or self._real(info)}
        self.set_wanted(self._wanted | usable if on else self._wanted - usable)

    def _real(self, info: ProviderInfo) -> bool:
        """Can be asked now, and holds more than samples."""
        return not (self._why_not(info) or self._locked(info) or info.family == "sample")

    def _current_changed(self, *_) -> None:
        info = self._infos.get(self.current())
        self._login.setEnabled(bool(info and info.needs_login and not self._gone(info)))
        closed = info if info is not None and self._gone(info) else None
        self.closed.offer(closed, self._infos.get(closed.successor) if closed else None)

    def _double_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        info = self._infos[item.data(0, ID)]
        if info.needs_login and not self._gone(info):
            self.login_wanted.emit(item.data(0, ID))
