"""One row per portal that wants a login: choose it, try it, see how long it is good."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt.QtCore import QSize, Qt, pyqtSlot
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..bridge import accounts, credentials, messages
from ..bridge.accounts import LoginTask
from ..bridge.i18n import tr
from ..bridge.icons import icon
from ..core.auth import S3
from . import words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Optional

    from ..bridge.portals import Portals
    from ..core.login import Login
    from ..core.provider import ProviderInfo

ID = Qt.ItemDataRole.UserRole
PORTAL, KIND, FOR, ACCOUNT, STATE = range(5)


class AccountsPanel(QWidget):
    """``chosen`` is portal id → id of a QGIS authentication configuration. No secret passes here.

    Below the rows stands the login of the current one: the configuration, a one-time code where
    the portal takes one, and the button that really logs in.
    """

    def __init__(self, portals: Portals, logins: Mapping[str, str], parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spAccounts")
        self._portals = portals
        self._logins = dict(logins)
        self._said: dict[str, str] = {}
        self._tasks: dict[str, LoginTask] = {}
        self._infos = {
            info.id: info
            for info in accounts.first_rows(kind.info for kind in portals.kinds.values())
        }
        self.list = self._make_list()
        layout = QVBoxLayout(self)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._make_detail())
        self.destroyed.connect(partial(_cancel, self._tasks))
        self._names = self._known()
        for info in self._infos.values():
            self._dress(info.id)
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

    def _make_detail(self) -> QGroupBox:
        self.box = QGroupBox()
        self.box.setObjectName("spAccountBox")
        self.how = QLabel()
        self.how.setWordWrap(True)
        self.how.setOpenExternalLinks(True)
        self.how.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.select = QgsAuthConfigSelect()
        self.select.setObjectName("spAccountConfig")
        self.select.selectedConfigIdChanged.connect(self._chose)
        self.code = QLineEdit()
        self.code.setObjectName("spAccountCode")
        self.code.setMaxLength(8)
        self.code.setPlaceholderText(tr("only where the account has a second factor"))
        self.code.textChanged.connect(self._typed)
        self._code_label = QLabel(tr("&One-time code"))
        self._code_label.setBuddy(self.code)
        self.test = QPushButton(tr("&Test the login"))
        self.test.setObjectName("spAccountTest")
        self.test.setAutoDefault(False)
        self.test.clicked.connect(self._test_or_stop)
        self.verdict = QLabel()
        self.verdict.setObjectName("spAccountVerdict")
        self.verdict.setWordWrap(True)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addWidget(self.verdict, 1)
        form = QFormLayout()
        form.addRow(self._code_label, self.code)
        layout = QVBoxLayout(self.box)
        layout.addWidget(self.how)
        layout.addWidget(self.select)
        layout.addLayout(form)
        layout.addLayout(row)
        return self.box

    # --- what is chosen -----------------------------------------------------------------------

    def chosen(self) -> dict[str, str]:
        """The logins as they stand here; those of closed portals stay as they were."""
        return {name: config for name, config in self._logins.items() if config}

    def current(self) -> str:
        item = self.list.currentItem()
        return item.data(PORTAL, ID) if item else ""

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
        info = self._infos.get(self.current())
        self.box.setEnabled(info is not None)
        if info is None:
            return
        self.box.setTitle(info.title)
        self.how.setText(_how(info))
        self.select.blockSignals(True)
        self.select.setConfigId(self._logins.get(info.id, ""))
        self.select.blockSignals(False)
        for widget in (self._code_label, self.code):
            widget.setVisible(accounts.takes_code(info))
        self.code.blockSignals(True)
        self.code.setText(self._portals.codes.get(self._logins.get(info.id, ""), ""))
        self.code.blockSignals(False)
        self._show_verdict()

    def _chose(self, config_id: str) -> None:
        portal = self.current()
        if portal and self._logins.get(portal, "") != config_id:
            self._logins[portal] = config_id
            self._said.pop(portal, None)
            self._names = self._known()
            self._dress(portal)
            self._show_verdict()

    def _typed(self, text: str) -> None:
        login = self._logins.get(self.current(), "")
        if login:
            self._portals.codes[login] = text.strip()

    def _dress(self, portal: str) -> None:
        """The row as it stands: whose account, and what the last test said."""
        item, config = self._item(portal), self._logins.get(portal, "")
        item.setText(ACCOUNT, self._names.get(config, tr("gone")) if config else tr("none"))
        said = self._said.get(portal, "")
        item.setText(STATE, said)
        item.setToolTip(STATE, said)
        item.setIcon(PORTAL, icon("portal_ok" if config else "portal_closed"))

    def _known(self) -> dict[str, str]:
        return {key: name for key, name, _ in credentials.configs()}

    # --- trying -------------------------------------------------------------------------------

    def _test_or_stop(self) -> None:
        portal = self.current()
        if portal in self._tasks:
            self._tasks[portal].cancel()
        else:
            self.try_login(portal)

    def try_login(self, portal: str) -> None:
        """Logs in for real, beside the main thread; what is chosen here counts, saved or not."""
        login = self._logins.get(portal, "")
        why = self._why_not(portal, login)
        if why:
            self._say(portal, why)
            return
        provider = self._portals.get([portal], self._logins)[portal]
        task = self._tasks[portal] = LoginTask(provider)
        # A method, not a lambda: Qt forgets it when the page is closed before the answer comes.
        task.ended.connect(self._tried, Qt.ConnectionType.QueuedConnection)
        self._say(portal, tr("Logging in…"))
        QgsApplication.taskManager().addTask(task)

    def _why_not(self, portal: str, login: str) -> str:
        if not login:
            return tr("Choose a login first, or make one with “+”.")
        if not credentials.unlock(again=True):
            return tr("QGIS's authentication database stays locked: nothing was tried.")
        wanted = accounts.lacking(self._infos[portal], self._portals.secrets(portal, login))
        if wanted:
            return tr("This login lacks: {fields}.").format(fields=wanted)
        return ""

    @pyqtSlot(bool)
    def _tried(self, good: bool) -> None:
        over = {name: task for name, task in self._tasks.items() if task.over}
        for portal, task in over.items():
            del self._tasks[portal]
            if task.login is not None:
                self._say(portal, worked(task.login))
            elif task.stopped() or task.error is None:
                self._say(portal, tr("Cancelled."))
            else:
                self._say(portal, failed(task.error, self._infos[portal].title))

    def _say(self, portal: str, text: str) -> None:
        self._said[portal] = text
        self._dress(portal)
        self._show_verdict()

    def _show_verdict(self) -> None:
        portal = self.current()
        self.verdict.setText(self._said.get(portal, ""))
        self.test.setText(tr("S&top") if portal in self._tasks else tr("&Test the login"))


def worked(login: Login) -> str:
    """``The login works. The token is good for 10 min, the session for 1 h.``"""
    told = {
        "token": tr("The login works: the portal gave a token."),
        "page": tr("The login works."),
        "search": tr("The login works: the portal let us search."),
        "file": tr("The login works: the portal would give us a file."),
    }[login.how]
    if login.lives:
        told += " " + tr("It is good for {time}.").format(time=words.span(login.lives))
    if login.session:
        told += " " + tr("No password is wanted again for {time}.").format(
            time=words.span(login.session)
        )
    return told


def failed(error, title: str) -> str:
    """What happened, and the portal's own word for it."""
    told = messages.sentence(error, title)
    code = error.code or (str(error.status) if error.status else "")
    return f"{told} [{code}]" if code and code not in told else told


def _how(info: ProviderInfo) -> str:
    asked = (
        tr("{portal} wants a login before it can be searched.")
        if info.search_auth.fields
        else tr("{portal} can be searched by anybody; its files want a login.")
    )
    if any(isinstance(way, S3) for way in accounts.ways(info)):
        kind = tr(
            "Choose or make a configuration of the kind “Basic authentication” with the key's "
            "name as user name and the secret key as password."
        )
    elif "username" in info.download_auth.fields + info.search_auth.fields:
        kind = tr("Choose or make a configuration of the kind “Basic authentication”.")
    else:
        kind = tr("Choose or make a configuration that holds the portal's key as password.")
    links = [
        f'<a href="{info.links[name]}">{text}</a>'
        for name, text in (("register", tr("Get an account")), ("terms", tr("Terms")))
        if info.links.get(name)
    ]
    return " ".join([asked.format(portal=f"<b>{info.title}</b>"), kind]) + (
        f"<br>{' · '.join(links)}" if links else ""
    )


def _cancel(tasks: dict[str, LoginTask], *_) -> None:
    """The page is gone: nobody waits for the answers."""
    for task in tasks.values():
        task.cancel()
    tasks.clear()
