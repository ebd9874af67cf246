"""Logging in from the dock: every field a login has, and the browser against a real server."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, timezone
from urllib.parse import parse_qs

import pytest
import requests
from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QLineEdit

from sentinel_portals.api import question
from sentinel_portals.bridge import credentials, messages, settings
from sentinel_portals.bridge.accounts import LoginTask
from sentinel_portals.bridge.health import LOGIN, Record, after
from sentinel_portals.bridge.tasks import TASKS, SearchTask
from sentinel_portals.core.auth import BearerAuth, Withheld
from sentinel_portals.core.download import fetch_scene
from sentinel_portals.core.errors import AuthError
from sentinel_portals.core.model import Asset
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.qgis.conftest import settle
from sentinel_portals.tests.qgis.plugged import click, find, forget, plugged
from sentinel_portals.tests.servers.openid import click_through, openid_server
from sentinel_portals.tests.servers.web import Answer, Web
from sentinel_portals.ui.browser_dialog import BrowserDialog
from sentinel_portals.ui.credentials_dialog import CredentialsDialog

MASTER = "the master of the tests"
OK = QDialogButtonBox.StandardButton.Ok
CANCEL = QDialogButtonBox.StandardButton.Cancel


@pytest.fixture
def manager(qgis_app):
    manager = QgsApplication.authManager()
    if not manager.masterPasswordIsSet():
        assert manager.setMasterPassword(MASTER, True)
    credentials._refused.clear()
    before = set(manager.configIds())
    yield manager
    credentials._refused.clear()
    if not manager.masterPasswordIsSet():
        manager.setMasterPassword(MASTER, True)
    for made in set(manager.configIds()) - before:
        manager.removeAuthenticationConfig(made)


@pytest.fixture
def login(manager):
    return credentials.store("Ada at ours", "Basic", {"username": "ada", "password": "p"})


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture
def load(iface, manager, monkeypatch, tmp_path):
    """load(way, **facts): the plugin with a portal called “ours” that has this login."""
    opened = []

    def load(way, **facts):
        ours = {
            "id": "ours",
            "title": "Our portal",
            "family": "stac",
            "url": "http://127.0.0.1:9/stac",
            "collections": {"sentinel-2-l2a": "s2"},
            "auth": {"type": "openIdConnect", "client_id": "cdse-public", **way},
            **facts,
        }
        file = tmp_path / "portals.json"
        file.write_text(json.dumps([ours]))
        monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(file))
        forget()
        context = plugged(iface)
        opened.append(context)
        return context.__enter__()

    yield load
    for context in opened:
        context.__exit__(None, None, None)
    forget()


@pytest.fixture
def dialog(load, web):
    """dialog(logins): the dialog of the dock for our portal, whose server is `web`."""
    plugin = load({"endpoint": f"{web.url}/token"})
    shown = []

    def open_it(logins):
        info = plugin.desktop._portals.kinds["ours"].info
        shown.append(CredentialsDialog(plugin.desktop._portals, info, logins))
        shown[-1].show()
        return shown[-1]

    open_it.plugin = plugin
    yield open_it
    for made in shown:
        if not sip.isdeleted(made):
            made.deleteLater()
    settle()


def answered(dialog, button):
    click(dialog.findChild(QDialogButtonBox).button(button))


def form_of(asked):
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


# --- the fields ----------------------------------------------------------------------------------


def test_the_dock_asks_for_everything_that_a_login_may_need(dialog, login):
    asked = dialog({"ours": login})
    assert find(asked, "spLogin_totp").isVisible()
    more = find(asked, "spLoginMore")
    assert more.isVisible()
    assert more.isCollapsed(), "few accounts need it"
    more.setCollapsed(False)
    shown = [
        name
        for name in ("client_id", "client_secret", "refresh_token", "origin")
        if find(asked, f"spLogin_{name}").isVisible()
    ]
    assert shown == ["client_secret", "refresh_token"], "no more than this login has"
    settle()
    edit = find(asked, "spLogin_client_secret", QLineEdit)
    QApplication.processEvents()
    assert edit.height() >= edit.sizeHint().height(), "nothing is squeezed"
    assert not find(asked, "spLoginBrowser").isVisible(), "this portal has no login in the browser"


def test_what_is_typed_under_more_is_tried_at_once_and_kept_after_ok(dialog, login, web, wait_for):
    web.on("/token", Answer(json={"access_token": "a", "expires_in": 600}))
    asked = dialog({"ours": login})
    asked.form.more.setCollapsed(False)
    QTest.keyClicks(find(asked, "spLogin_client_secret", QLineEdit), "hush")
    QTest.keyClicks(find(asked, "spLogin_totp", QLineEdit), "123456")
    click(find(asked, "spLoginTest"))
    wait_for(lambda: "works" in asked.form.verdict.text(), what="the login")
    sent = form_of(web.asked[0])
    assert (sent["client_secret"], sent["totp"], sent["username"]) == ("hush", "123456", "ada")
    assert "client_secret" not in credentials.secrets(login), "nothing is kept before OK"
    answered(asked, OK)
    assert credentials.secrets(login)["client_secret"] == "hush"
    assert "totp" not in credentials.secrets(login)
    assert asked.logins() == {"ours": login}
    assert "hush" not in repr(settings.load())


def test_what_was_typed_before_cancel_is_forgotten(dialog, login):
    asked = dialog({"ours": login})
    asked.form.more.setCollapsed(False)
    QTest.keyClicks(find(asked, "spLogin_client_secret", QLineEdit), "hush")
    answered(asked, CANCEL)
    asked.deleteLater()
    settle()
    portals = dialog.plugin.desktop._portals
    assert "client_secret" not in portals.secrets("ours", login)


def test_a_test_that_is_stopped_says_so(dialog, login, web, wait_for):
    let_go = threading.Event()
    web.on("/token", Answer(json={"access_token": "a"}, hold=let_go))
    asked = dialog({"ours": login})
    click(find(asked, "spLoginTest"))
    assert find(asked, "spLoginTest").text().replace("&", "") == "Stop"
    click(find(asked, "spLoginTest"))
    wait_for(lambda: asked.form.verdict.text() == "Cancelled.", what="the end")
    let_go.set()


def test_the_button_of_the_dock_opens_this_dialog_and_ok_keeps_the_choice(dialog, login):
    desktop = dialog.plugin.desktop
    desktop.show_dock(True)
    seen = []

    def choose():
        shown = QApplication.activeModalWidget()
        seen.append(shown.form.title())
        shown.form.select.setConfigId(login)
        shown.form.select.selectedConfigIdChanged.emit(login)
        answered(shown, OK)

    QTimer.singleShot(0, choose)
    desktop.log_in("ours")
    assert seen == ["Our portal"]
    assert settings.load().logins == {"ours": login}


# --- a locked database ---------------------------------------------------------------------------


def test_a_locked_database_is_asked_for_once_and_the_portal_says_so(
    load, login, manager, monkeypatch, wait_for
):
    plugin = load({"endpoint": "http://127.0.0.1:9/token"})
    plugin.desktop.show_dock(True)
    settings.save(settings.Settings(logins={"ours": login}))
    manager.clearMasterPassword()
    asked = []

    class Refusing:
        def __getattr__(self, name):
            return getattr(manager, name)

        def setMasterPassword(self, verify):
            return bool(asked.append(threading.current_thread()))

    monkeypatch.setattr(QgsApplication, "authManager", lambda: Refusing())
    portals = plugin.desktop._portals
    for _ in range(3):
        ours = portals.get(["ours"])["ours"]
    assert asked == [threading.main_thread()], "once, where a person can answer"
    assert isinstance(ours.files.auth, Withheld)
    task = LoginTask(ours)
    QgsApplication.taskManager().addTask(task)
    wait_for(lambda: task.over, what="the answer")
    assert isinstance(task.error, AuthError)
    told = messages.sentence(task.error, "Our portal")
    assert told.startswith("The login for Our portal is locked in QGIS's authentication database")
    assert messages.button(task.error) == ("credentials", "Credentials")
    assert len(asked) == 1, "no other thread asks"


def test_locked_portals_are_passed_over_and_the_others_answer(load, login, manager, tmp_path):
    way = {"type": "http"}
    plugin = load({"endpoint": "http://127.0.0.1:9/token"}, auth=way, search_auth=way)
    manager.clearMasterPassword()
    credentials._refused[:] = [True]
    portals = plugin.desktop._portals.get(["ours", "sample"], {"ours": login})
    wish = question("sentinel-2-l2a", (2.6, 45.6, 3.9, 45.95), "2024-01-01", "2024-12-31")
    task = SearchTask([(portal, wish) for portal in portals.values()], None, None)
    task.work()
    task.finished(True)  # nobody runs it: it is not kept for ever
    assert "locked" in str(task.outcomes["ours"].error)
    assert task.outcomes["sample"].products
    said = after(Record(), task.outcomes["ours"], datetime.now(timezone.utc))
    assert said.trouble == LOGIN, "the portal itself is not down"
    kept = [product for scene in task.scenes for product in scene.offers]
    file = Asset("data", "http://127.0.0.1:9/a.zip", roles=("data",))
    locked = replace(kept[0], provider="ours", assets={"data": file})
    found = fetch_scene([locked], portals, [], tmp_path)
    assert "locked" in str(found.error), "and so says a download"


def test_an_unlocked_database_makes_the_portal_ready_without_a_restart(load, login, manager):
    portals = load({"endpoint": "http://127.0.0.1:9/token"}).desktop._portals
    manager.clearMasterPassword()
    credentials._refused[:] = [True]
    assert isinstance(portals.get(["ours"], {"ours": login})["ours"].files.auth, Withheld)
    manager.setMasterPassword(MASTER, True)
    assert isinstance(portals.get(["ours"], {"ours": login})["ours"].files.auth, BearerAuth)


# --- the browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server():
    with openid_server() as address:
        yield address


@pytest.fixture
def real(load, server):
    """The plugin with a portal whose logins the real server gives."""
    said = requests.get(f"{server}/.well-known/openid-configuration", timeout=10).json()
    way = {"endpoint": said["token_endpoint"], "device": said["device_authorization_endpoint"]}
    return load(way)


class Browser(QObject):
    def __init__(self):
        super().__init__()
        self.opened = []

    @pyqtSlot(QUrl)
    def open(self, url):
        self.opened.append(url.toString())


@pytest.fixture
def browser(qgis_app):
    """The addresses that the browser was asked to open."""
    browser = Browser()
    QDesktopServices.setUrlHandler("http", browser.open)
    yield browser.opened
    QDesktopServices.unsetUrlHandler("http")


@pytest.fixture
def waiting(real, browser, wait_for):
    """The dialog, once it shows a code."""
    provider = real.desktop._portals.get(["ours"])["ours"]
    dialog = BrowserDialog(provider.info.download_auth, provider)
    dialog.show()
    wait_for(lambda: dialog.code.text(), what="the code")
    yield dialog
    dialog.close()
    dialog.deleteLater()
    settle()


def test_the_dialog_shows_the_code_opens_the_page_and_closes_by_itself(waiting, browser, wait_for):
    assert waiting.code.text() in browser[0], "the page knows the code already"
    assert "left" in waiting.wait.text()
    click(find(waiting, "spBrowserCopy"))
    assert QgsApplication.clipboard().text() == waiting.code.text()
    click(find(waiting, "spBrowserOpen"))
    assert len(browser) == 2
    click_through(browser[0])
    wait_for(lambda: not waiting.isVisible(), what="the end of the wait")
    assert waiting.result() == 1
    assert waiting.secrets["refresh_token"]


def test_cancelling_ends_the_wait_at_once(waiting, wait_for):
    task = waiting._task
    answered(waiting, CANCEL)
    assert not waiting.isVisible()
    wait_for(lambda: task not in TASKS, seconds=2, what="the end")
    assert task.stopped()
    assert waiting.secrets == {}


def test_a_code_that_ended_is_told_and_another_one_is_a_click_away(
    waiting, server, browser, wait_for
):
    first = waiting.code.text()
    requests.get(f"{server}/ahead/400", timeout=10)
    wait_for(lambda: find(waiting, "spBrowserAgain").isVisible(), what="the sentence")
    assert "Our portal" in waiting.text.text()
    assert not waiting.code.isVisible()
    click(find(waiting, "spBrowserAgain"))
    wait_for(lambda: waiting.code.text(), what="another code")
    assert waiting.code.text() != first


@pytest.fixture
def lasting(server):
    """A refresh token, as a login in the browser leaves it."""
    form = {"client_id": "cdse-public", "grant_type": "password", "username": "demo"}
    answer = requests.post(f"{server}/token", data={**form, "password": "demo"}, timeout=10)
    return answer.json()["refresh_token"]


def test_a_login_in_the_browser_is_kept_for_the_next_start(real, browser, wait_for, manager):
    portals = real.desktop._portals
    dialog = CredentialsDialog(portals, portals.kinds["ours"].info, {})
    dialog.show()
    person = QTimer()
    person.timeout.connect(lambda: click_through(browser.pop()) if browser else None)
    person.start(50)
    click(find(dialog, "spLoginBrowser"))
    person.stop()
    assert "kept in QGIS's authentication database" in dialog.form.verdict.text()
    made = dialog.logins()["ours"]
    first = credentials.secrets(made)
    assert set(first) == {"refresh_token"}
    click(find(dialog, "spLoginTest"))
    wait_for(lambda: "gave a token" in dialog.form.verdict.text(), what="the login")
    newest = credentials.secrets(made)["refresh_token"]
    assert newest != first["refresh_token"], "the server changes it with every use; it is kept"
    dialog.deleteLater()
    task = LoginTask(real.desktop._portals.get(["ours"], {"ours": made})["ours"])
    QgsApplication.taskManager().addTask(task)
    wait_for(lambda: task.over, what="the next login")
    assert task.error is None
    assert credentials.secrets(made)["refresh_token"] != newest


OTHER = """
import sys
sys.path.insert(0, sys.argv[1])
import tests.conftest
from qgis.core import QgsApplication

app = QgsApplication([], False)
app.initQgis()
assert app.authManager().setMasterPassword(sys.argv[3], True)
from sentinel_portals import providers
from sentinel_portals.bridge.portals import Portals

ours = Portals(providers.portals, providers.connect).get(["ours"], {"ours": sys.argv[2]})["ours"]
print("ready", flush=True)
for _ in range(6):
    ours.files.auth.log_in()
print("fine", flush=True)
app.exitQgis()
"""


def test_two_windows_of_one_profile_renew_one_login_by_turns(real, lasting, manager, wait_for):
    login = credentials.store("Our portal (browser)", "Basic", {"refresh_token": lasting})
    ours = real.desktop._portals.get(["ours"], {"ours": login})["ours"]
    command = [sys.executable, "-c", OTHER, str(ROOT), login, MASTER]
    done = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as other:
        assert other.stdout.readline() == "ready\n"
        while other.poll() is None or done < 6:
            task = LoginTask(ours)
            QgsApplication.taskManager().addTask(task)
            wait_for(lambda: task.over, what="our login")  # noqa: B023
            assert task.error is None
            done += 1
        assert other.stdout.read() == "fine\n"
    assert other.returncode == 0


def test_a_login_that_was_withdrawn_asks_for_another_by_a_button(
    real, lasting, server, manager, wait_for
):
    login = credentials.store("Our portal (browser)", "Basic", {"refresh_token": lasting})
    told = {"token": lasting, "client_id": "cdse-public"}
    assert requests.post(f"{server}/token/revocation", data=told, timeout=10).ok
    task = LoginTask(real.desktop._portals.get(["ours"], {"ours": login})["ours"])
    QgsApplication.taskManager().addTask(task)
    wait_for(lambda: task.over, what="the refusal")
    sentence = messages.sentence(task.error, "Our portal")
    assert sentence.startswith("The login at Our portal has ended or was withdrawn: log in again.")
    assert messages.button(task.error) == ("credentials", "Credentials")
