"""The login of one portal: chosen, completed, tried for real; in the dock and in the options."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.gui import QgsAuthConfigSelect, QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtCore import Qt, pyqtSignal, pyqtSlot
from qgis.PyQt.QtWidgets import (
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..bridge import accounts, credentials, messages
from ..bridge.accounts import LoginTask
from ..bridge.i18n import mark, tr, translated
from ..core.auth import S3
from ..core.login import proof
from ..core.service_account import ServiceAccount
from . import words
from .browser_dialog import BrowserDialog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Optional

    from ..bridge.portals import Portals
    from ..core.login import Login
    from ..core.provider import ProviderInfo

CODE = "totp"

TESTS: Mapping[str, str] = {
    "": "",
    "token": mark("Logs in for real: asks the portal for a token."),
    "page": mark("Logs in for real: reads a page of the portal that only users see."),
    "search": mark("Logs in for real: makes a small search."),
    "file": mark(
        "The portal has no page to log in to: asks for the beginning of a small file, if a search "
        "shows one that is online."
    ),
}
"""What the test does, by `core.login.proof`."""


class LoginForm(QGroupBox):
    """``logins`` is portal id → id of a QGIS authentication configuration, as chosen here.

    ``changed`` names the portal whose login or verdict is another now. What is typed counts for
    the test at once; `keep` writes it into the configuration, but for the one-time code, and what
    is not kept is forgotten with the form.
    """

    changed = pyqtSignal(str)

    def __init__(self, portals: Portals, logins: Mapping[str, str], parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spLoginForm")
        self._portals = portals
        self.logins = dict(logins)
        self.verdicts: dict[str, str] = {}
        self._tasks: dict[str, LoginTask] = {}
        self._info: Optional[ProviderInfo] = None
        self._fields: dict[str, tuple[QLabel, QLineEdit]] = {}
        layout = QVBoxLayout(self)
        layout.addWidget(self._make_text())
        layout.addLayout(self._make_choice())
        layout.addLayout(self._make_code())
        layout.addWidget(self._make_more())
        layout.addLayout(self._make_test())
        self.destroyed.connect(partial(_over, self._tasks, portals.typed))

    def _make_text(self) -> QLabel:
        self.how = QLabel()
        self.how.setObjectName("spLoginText")
        self.how.setWordWrap(True)
        self.how.setOpenExternalLinks(True)
        self.how.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        return self.how

    def _make_choice(self) -> QVBoxLayout:
        self.select = QgsAuthConfigSelect()
        self.select.setObjectName("spAuthConfig")
        self.select.selectedConfigIdChanged.connect(self._chose)
        self.browser = QPushButton(tr("Log in with the &browser…"))
        self.browser.setObjectName("spLoginBrowser")
        self.browser.setAutoDefault(False)
        self.browser.setToolTip(
            tr("The portal's own page asks for your password; QGIS keeps only a revocable key.")
        )
        self.browser.clicked.connect(self.log_in_with_browser)
        row = QHBoxLayout()
        row.addWidget(self.browser)
        row.addStretch(1)
        both = QVBoxLayout()
        both.addWidget(self.select)
        both.addLayout(row)
        return both

    def _make_code(self) -> QFormLayout:
        code = QLineEdit()
        code.setMaxLength(8)
        code.setPlaceholderText(tr("only where the account has a second factor"))
        form = QFormLayout()
        self._add(form, CODE, tr("&One-time code"), code)
        return form

    def _make_more(self) -> QgsCollapsibleGroupBoxBasic:
        self.more = QgsCollapsibleGroupBoxBasic(tr("More"))
        self.more.setObjectName("spLoginMore")
        self.more.setCollapsed(True)
        inside = QWidget()  # the box shows all its own children when it opens
        QVBoxLayout(self.more).addWidget(inside)
        form = QFormLayout(inside)
        form.setContentsMargins(0, 0, 0, 0)
        for name, label in accounts.OPTIONAL.items():
            edit = QLineEdit()
            edit.setPlaceholderText(translated(accounts.EXPLAINED[name]))
            if name in ("client_secret", "refresh_token"):
                edit.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
            self._add(form, name, translated(label), edit)
        return self.more

    def _add(self, form: QFormLayout, name: str, text: str, edit: QLineEdit) -> None:
        label = QLabel(text)
        label.setBuddy(edit)
        edit.setObjectName(f"spLogin_{name}")
        edit.textEdited.connect(partial(self._typed, name))
        form.addRow(label, edit)
        self._fields[name] = label, edit

    def _make_test(self) -> QHBoxLayout:
        self.test = QPushButton(tr("&Test the login"))
        self.test.setObjectName("spLoginTest")
        self.test.setAutoDefault(False)
        self.test.clicked.connect(self._test_or_stop)
        self.verdict = QLabel()
        self.verdict.setObjectName("spLoginVerdict")
        self.verdict.setWordWrap(True)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addWidget(self.verdict, 1)
        return row

    # --- what is chosen -----------------------------------------------------------------------

    @property
    def portal(self) -> str:
        return self._info.id if self._info else ""

    def show_portal(self, info: Optional[ProviderInfo]) -> None:
        """The fields that this portal's login has, and what they hold."""
        self._info = info
        self.setEnabled(info is not None)
        if info is None:
            return
        login = self.logins.get(info.id, "")
        self.setTitle(info.title)
        self.how.setText(how(info, self._shared(info)))
        self.select.blockSignals(True)
        self.select.setConfigId(login)
        self.select.blockSignals(False)
        self.browser.setVisible(accounts.browser(info) is not None)
        optional = accounts.optional(info)
        for name, fields in self._fields.items():
            for widget in fields:
                widget.setVisible(name in optional)
        self.test.setToolTip(translated(TESTS[proof(info)]))
        self.more.setVisible(any(name in accounts.OPTIONAL for name in optional))
        self._show_typed(login)
        self._show_verdict()

    def _show_typed(self, login: str) -> None:
        typed = self._portals.typed.get(login, {})
        for name, (_, edit) in self._fields.items():
            edit.setText(typed.get(name, ""))
            edit.setEnabled(bool(login))

    def _chose(self, config_id: str) -> None:
        if self.portal and self.logins.get(self.portal, "") != config_id:
            self.verdicts.pop(self.portal, None)
            self._show_typed(config_id)
            self._take(self._info, config_id)
            self._show_verdict()

    def _take(self, info: ProviderInfo, config_id: str) -> None:
        """The login for this portal, and for those that it opens too and that have none."""
        opened = [other for other in self._shared(info) if not self.logins.get(other.id)]
        for each in (info, *(opened if config_id else ())):
            self.logins[each.id] = config_id
            self.changed.emit(each.id)

    def _shared(self, info: ProviderInfo) -> list[ProviderInfo]:
        return accounts.opened_too(info, (kind.info for kind in self._portals.kinds.values()))

    def _typed(self, name: str, text: str) -> None:
        login = self.logins.get(self.portal, "")
        if login:
            self._portals.typed.setdefault(login, {})[name] = text.strip()

    def chosen(self) -> dict[str, str]:
        """The logins as they stand here."""
        return {name: config for name, config in self.logins.items() if config}

    def keep(self) -> None:
        """What was typed, into the configurations; a one-time code is good for today only."""
        for login, typed in self._portals.typed.items():
            wanted = {name: value for name, value in typed.items() if value and name != CODE}
            if wanted and credentials.amend(login, wanted):
                for name in wanted:
                    del typed[name]

    # --- logging in ---------------------------------------------------------------------------

    def log_in_with_browser(self) -> None:
        """The portal's own page asks; what it gives is kept in the chosen configuration."""
        info = self._info
        way = accounts.browser(info) if info else None
        if way is None:
            return
        provider = self._portals.get([info.id], self.logins)[info.id]
        dialog = BrowserDialog(way, provider, self)
        if dialog.exec():
            self._keep_login(info, dialog.secrets)
        dialog.deleteLater()

    def _keep_login(self, info: ProviderInfo, secrets: Mapping[str, str]) -> None:
        login = self.logins.get(info.id, "")
        if not (login and credentials.unlock(again=True) and credentials.amend(login, secrets)):
            name = tr("{portal} (browser)").format(portal=info.title)
            login = credentials.store(name, "Basic", secrets)
        if not login:
            self._say(info.id, tr("QGIS's authentication database stays locked: nothing is kept."))
            return
        self._take(info, login)
        self._say(info.id, tr("The login works; it is kept in QGIS's authentication database."))
        self.show_portal(info)

    def _test_or_stop(self) -> None:
        if self.portal in self._tasks:
            self._tasks[self.portal].cancel()
        else:
            self.try_login(self.portal)

    def try_login(self, portal: str) -> None:
        """Logs in for real, beside the main thread; what stands here counts, kept or not."""
        login = self.logins.get(portal, "")
        why = self._why_not(portal, login)
        if why:
            self._say(portal, why)
            return
        provider = self._portals.get([portal], self.logins)[portal]
        task = self._tasks[portal] = LoginTask(provider)
        # A method, not a lambda: Qt forgets it when the form is closed before the answer comes.
        task.ended.connect(self._tried, Qt.ConnectionType.QueuedConnection)
        self._say(portal, tr("Logging in…"))
        QgsApplication.taskManager().addTask(task)

    def _why_not(self, portal: str, login: str) -> str:
        if not login:
            return tr("Choose a login first, or make one with “+”.")
        if not credentials.unlock(again=True):
            return tr("QGIS's authentication database stays locked: nothing was tried.")
        info = self._portals.kinds[portal].info
        wanted = accounts.lacking(info, self._portals.secrets(portal, login))
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
                self._say(portal, failed(task.error, self._portals.title(portal)))

    def _say(self, portal: str, text: str) -> None:
        self.verdicts[portal] = text
        self._show_verdict()
        self.changed.emit(portal)

    def _show_verdict(self) -> None:
        self.verdict.setText(self.verdicts.get(self.portal, ""))
        busy = self.portal in self._tasks
        self.test.setText(tr("S&top") if busy else tr("&Test the login"))


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


def how(info: ProviderInfo, shared: Sequence[ProviderInfo]) -> str:
    """What the account is good for, how it is kept, where to get one."""
    asked = (
        tr("{portal} wants a login before it can be searched.")
        if info.search_auth.fields
        else tr("{portal} can be searched by anybody; its files want a login.")
    )
    ways = accounts.ways(info)
    if any(isinstance(way, S3) for way in ways):
        kind = tr(
            "Choose or make a configuration of the kind “Basic authentication” with the key's "
            "name as user name and the secret key as password."
        )
    elif any(isinstance(way, ServiceAccount) for way in ways):
        kind = tr(
            "Choose or make a configuration of the kind “Basic authentication” with the whole key "
            "file (JSON) of a service account as password; a person's own account needs what "
            "stands under “More”."
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
    told = [asked.format(portal=f"<b>{info.title}</b>"), kind]
    if shared:
        titles = ", ".join(other.title for other in shared)
        told.append(tr("The same account opens {portals}.").format(portals=titles))
    return " ".join(told) + (f"<br>{' · '.join(links)}" if links else "")


def _over(tasks: dict[str, LoginTask], typed: dict[str, dict[str, str]], *_) -> None:
    """The form is gone: nobody waits for the answers, and what was not kept is forgotten."""
    for task in tasks.values():
        task.cancel()
    tasks.clear()
    for login, fields in typed.items():
        typed[login] = {CODE: fields[CODE]} if CODE in fields else {}
