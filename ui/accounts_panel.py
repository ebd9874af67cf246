"""One row per portal that wants a login, and the login of the current one below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..bridge import accounts, credentials
from ..bridge.i18n import tr
from ..bridge.icons import icon
from .login_form import LoginForm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Optional

    from ..bridge.portals import Portals

ID = Qt.ItemDataRole.UserRole
PORTAL, KIND, FOR, ACCOUNT, STATE = range(5)


class AccountsPanel(QWidget):
    """``form.chosen()`` are the logins as they stand here. No secret passes here."""

    def __init__(self, portals: Portals, logins: Mapping[str, str], parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spAccounts")
        self._infos = {
            info.id: info
            for info in accounts.first_rows(kind.info for kind in portals.kinds.values())
        }
        self.list = self._make_list()
        self.form = LoginForm(portals, logins)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.form)
        self._names = self._known()
        for portal in self._infos:
            self._dress(portal)
        self.form.changed.connect(self._changed)
        self.list.currentItemChanged.connect(self._show_current)
        self.list.setCurrentItem(self.list.topLevelItem(0))

    def _make_list(self) -> QTreeWidget:
        rows = QTreeWidget()
        rows.setObjectName("spAccountList")
        rows.setAccessibleName(tr("Accounts"))
        rows.setRootIsDecorated(False)
        rows.setUniformRowHeights(True)
        rows.setAllColumnsShowFocus(True)
        rows.setIconSize(QSize(16, 16))
        rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        rows.setHeaderLabels(
            [tr("Portal"), tr("Login"), tr("Needed for"), tr("Account"), tr("Last test")]
        )
        for info in self._infos.values():
            item = QTreeWidgetItem([info.title, accounts.kind(info), accounts.needed_for(info)])
            item.setData(PORTAL, ID, info.id)
            item.setToolTip(PORTAL, info.description)
            rows.addTopLevelItem(item)
        header = rows.header()
        for column in (PORTAL, KIND, FOR, ACCOUNT):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        return rows

    def go_to(self, portal: str) -> None:
        """Goes to the row of a portal."""
        item = self._item(portal)
        if item is not None:
            self.list.setCurrentItem(item)
            self.list.scrollToItem(item)

    def _item(self, portal: str) -> Optional[QTreeWidgetItem]:
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item.data(PORTAL, ID) == portal:
                return item
        return None

    def _show_current(self, *_) -> None:
        item = self.list.currentItem()
        self.form.show_portal(self._infos.get(item.data(PORTAL, ID)) if item else None)

    def _changed(self, portal: str) -> None:
        self._names = self._known()
        self._dress(portal)

    def _dress(self, portal: str) -> None:
        """The row as it stands: whose account, and what the last test said."""
        item, config = self._item(portal), self.form.logins.get(portal, "")
        item.setText(ACCOUNT, self._names.get(config, tr("gone")) if config else tr("none"))
        said = self.form.verdicts.get(portal, "")
        item.setText(STATE, said)
        item.setToolTip(STATE, said)
        item.setIcon(PORTAL, icon("portal_ok" if config else "portal_closed"))

    def _known(self) -> dict[str, str]:
        return {key: name for key, name, _ in credentials.configs()}
