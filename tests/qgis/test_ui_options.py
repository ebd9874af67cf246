"""The page in QGIS's options: every login in a row, tried for real; folder, order, limits."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from qgis.core import QgsApplication
from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSpinBox,
)

from sentinel_portals.bridge import credentials, settings, tasks
from sentinel_portals.tests.formats.products import sentinel2
from sentinel_portals.tests.qgis.conftest import settle
from sentinel_portals.tests.qgis.plugged import click, find, forget, plugged
from sentinel_portals.tests.servers.web import Answer, Web
from sentinel_portals.ui import login_form

MASTER = "the master of the tests"
WRONG = {"error": "invalid_grant", "error_description": "Invalid user credentials"}


def token(number=1):
    return {"access_token": f"a{number}", "expires_in": 600, "refresh_expires_in": 3600}


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture
def manager(qgis_app):
    manager = QgsApplication.authManager()
    if not manager.masterPasswordIsSet():
        assert manager.setMasterPassword(MASTER, True)
    credentials._refused.clear()
    yield manager
    credentials._refused.clear()
    if not manager.masterPasswordIsSet():
        manager.setMasterPassword(MASTER, True)


@pytest.fixture
def login(manager):
    name = credentials.store("Ada at ours", "Basic", {"username": "ada", "password": "p"})
    yield name
    manager.removeAuthenticationConfig(name)


@pytest.fixture
def plugin(iface, manager, web, monkeypatch, tmp_path):
    """The plugin, with a portal of our own on this machine that wants an OpenID login."""
    file = tmp_path / "portals.json"
    way = {"type": "openIdConnect", "endpoint": f"{web.url}/token", "client_id": "public"}
    ours = {
        "id": "ours",
        "title": "Our portal",
        "family": "stac",
        "url": f"{web.url}/stac",
        "collections": {"sentinel-2-l2a": "s2"},
        "auth": way,
        "links": {"register": "https://ours.example/register"},
    }
    file.write_text(json.dumps([ours, {**ours, "id": "twin", "title": "Its twin"}]))
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(file))
    forget()
    with plugged(iface) as plugin:
        yield plugin
    forget()


@pytest.fixture
def page(plugin, iface):
    """The page as QGIS makes it when somebody opens its options."""
    assert len(iface.options_factories) == 1
    page = iface.options_factories[0].createWidget(None)
    page.resize(800, 600)
    page.show()
    yield page
    if not sip.isdeleted(page):
        page.deleteLater()
    settle()


@pytest.fixture
def accounts(page):
    page.accounts.go_to("ours")
    return page.accounts


def choose(accounts, config):
    """As if chosen in the box."""
    select = find(accounts, "spAuthConfig", QgsAuthConfigSelect)
    select.setConfigId(config)
    select.selectedConfigIdChanged.emit(config)


def type_into(edit, text):
    QTest.keyClicks(edit, text)


def row(accounts, portal):
    item = accounts._item(portal)
    return [item.text(column) for column in range(5)]


def test_every_open_portal_that_wants_a_login_has_a_row(accounts):
    assert row(accounts, "ours")[:4] == ["Our portal", "OpenID", "files", "none"]
    assert row(accounts, "wekeo")[1:3] == ["User name and password", "search and files"]
    assert row(accounts, "geodes")[1:3] == ["Key", "files"]
    shown = {
        accounts.list.topLevelItem(i).text(0) for i in range(accounts.list.topLevelItemCount())
    }
    assert not {"Earth Search", "PEPS", "Sample portal"} & shown
    assert "https://ours.example/register" in accounts.form.how.text()


def test_the_test_button_buys_a_token_and_tells_how_long_it_is_good(accounts, login, web, wait_for):
    web.on("/token", Answer(json=token()))
    choose(accounts, login)
    click(find(accounts, "spLoginTest", QPushButton))
    assert accounts.form.verdict.text() == "Logging in…"
    wait_for(lambda: "works" in accounts.form.verdict.text(), what="the login")
    assert "10 min" in accounts.form.verdict.text()
    assert "1 h" in accounts.form.verdict.text()
    form = parse_qs(web.asked[0].body.decode())
    assert (form["grant_type"], form["username"]) == (["password"], ["ada"])
    assert row(accounts, "ours")[3] == "Ada at ours"
    assert "works" in row(accounts, "ours")[4]


def test_a_refusal_is_told_with_the_portals_own_code(accounts, login, web, wait_for):
    web.on("/token", Answer(401, json=WRONG), Answer(json=token()))
    choose(accounts, login)
    click(find(accounts, "spLoginTest", QPushButton))
    wait_for(lambda: accounts.form.verdict.text() != "Logging in…", what="the refusal")
    assert "Our portal did not accept the login" in accounts.form.verdict.text()
    assert "invalid_grant" in accounts.form.verdict.text()
    click(find(accounts, "spLoginTest", QPushButton))
    wait_for(lambda: "works" in accounts.form.verdict.text(), what="the second try")


def test_a_one_time_code_is_sent_once_and_searches_live_on_its_session(
    accounts, plugin, login, web, wait_for
):
    web.on("/token", Answer(json={**token(), "refresh_token": "r1"}))
    choose(accounts, login)
    type_into(find(accounts, "spLogin_totp", QLineEdit), "123456")
    click(find(accounts, "spLoginTest", QPushButton))
    wait_for(lambda: "works" in accounts.form.verdict.text(), what="the login")
    assert parse_qs(web.asked[0].body.decode())["totp"] == ["123456"]
    portals = plugin.desktop._portals
    both = portals.get(["ours", "twin"], {"ours": login, "twin": login})
    assert both["ours"].files.auth is both["twin"].files.auth, "one account, one session"
    both["ours"].files.auth.log_in()
    assert parse_qs(web.asked[-1].body.decode())["grant_type"] == ["refresh_token"]
    assert "123456" not in repr(settings.load())


def test_a_portal_without_a_second_factor_shows_no_field_for_it(accounts):
    assert find(accounts, "spLogin_totp").isVisible()
    accounts.go_to("geodes")
    assert not find(accounts, "spLogin_totp").isVisible()


def test_without_a_login_or_with_half_of_one_nothing_is_sent(accounts, manager, web):
    click(find(accounts, "spLoginTest", QPushButton))
    assert "Choose a login" in accounts.form.verdict.text()
    half = credentials.store("Half", "Basic", {"username": "ada"})
    choose(accounts, half)
    click(find(accounts, "spLoginTest", QPushButton))
    assert accounts.form.verdict.text() == "This login lacks: password."
    manager.removeAuthenticationConfig(half)
    assert web.asked == []


def test_a_database_that_stays_locked_is_told_and_asked_for_once(
    accounts, login, manager, web, monkeypatch
):
    asked = []
    monkeypatch.setattr(credentials, "unlock", lambda again=False: bool(asked.append(again)))
    manager.clearMasterPassword()
    choose(accounts, login)
    click(find(accounts, "spLoginTest", QPushButton))
    assert "locked" in accounts.form.verdict.text()
    assert asked == [True]
    assert web.asked == []


def test_a_page_that_is_closed_meanwhile_is_not_written_to(page, login, web, wait_for):
    import threading

    let_go = threading.Event()
    web.on("/token", Answer(json=token(), hold=let_go))
    page.accounts.go_to("ours")
    choose(page.accounts, login)
    page.accounts.form.try_login("ours")
    task = page.accounts.form._tasks["ours"]
    page.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    wait_for(lambda: task.over, what="the end of the task")
    assert task.stopped()
    let_go.set()


def test_ok_keeps_only_the_id_and_the_dock_shows_it(page, plugin, login):
    plugin.desktop.show_dock(True)
    page.accounts.go_to("ours")
    choose(page.accounts, login)
    assert "ours" not in settings.load().logins, "nothing is kept before OK"
    page.apply()
    assert settings.load().logins == {"ours": login, "twin": login}, "one account opens both"
    assert "ours" in plugin.desktop.dock.portals._logins
    page.accounts.go_to("ours")
    choose(page.accounts, "")
    page.apply()
    assert settings.load().logins == {"twin": login}


def test_folder_limit_and_loading_are_kept_and_shown_in_the_dock(page, plugin, tmp_path):
    plugin.desktop.show_dock(True)
    page.tabs.setCurrentIndex(1)
    find(page, "spOptionsLoadAfter", QCheckBox).setChecked(True)
    page.search.limit.setValue(250)
    page.downloads.folder.setFilePath(str(tmp_path))
    page.apply()
    kept = settings.load()
    assert (kept.limit, kept.load_after, Path(kept.folder)) == (250, True, tmp_path)
    assert kept.folder_chosen
    assert plugin.desktop.dock.load_after()
    assert plugin.desktop.dock.wish().limit == 250


def test_the_order_is_kept_once_somebody_moves_one_and_not_before(page):
    order = find(page, "spOptionsOrder", QListWidget)
    page.apply()
    assert settings.load().order == ()
    names = page.downloads.names()
    assert "peps" not in names
    order.insertItem(0, order.takeItem(3))
    page.apply()
    assert settings.load().order == (names[3],), "the rest has no preference"
    order.insertItem(1, order.takeItem(4))
    page.apply()
    assert settings.load().order == (names[3], names[4])


def test_the_order_can_be_changed_with_the_keyboard_alone(page):
    page.tabs.setCurrentWidget(page.downloads)
    order, names = find(page, "spOptionsOrder", QListWidget), page.downloads.names()
    up, down = (find(page, f"spOptions{way}", QPushButton) for way in ("Up", "Down"))
    assert not up.isEnabled()
    assert not down.isEnabled()
    order.setCurrentRow(1)
    click(up)
    assert page.downloads.names()[:2] == (names[1], names[0])
    assert order.currentRow() == 0
    assert not up.isEnabled()
    QTest.keyClick(down, Qt.Key.Key_Space)
    assert page.downloads.names() == names


def test_who_wants_to_set_downloads_is_led_to_their_tab(plugin, iface, monkeypatch):
    (factory,) = iface.options_factories
    opened = []
    monkeypatch.setattr(
        iface,
        "showOptionsDialog",
        lambda *_: opened.append(factory.createWidget(None)),
        raising=False,
    )
    factory.open_downloads(iface)
    assert opened[0].tabs.currentWidget() is opened[0].downloads
    page = factory.createWidget(None)
    assert page.tabs.currentWidget() is page.accounts
    for each in (page, *opened):
        each.deleteLater()


def test_speed_hours_and_the_rest_of_the_downloads_are_kept(page):
    page.tabs.setCurrentWidget(page.downloads)
    assert find(page, "spOptionsRate", QDoubleSpinBox).text() == "no limit"
    assert not find(page, "spOptionsFromHour", QSpinBox).isEnabled()
    find(page, "spOptionsRate", QDoubleSpinBox).setValue(1.5)
    find(page, "spOptionsRateUnit", QComboBox).setCurrentIndex(1)
    find(page, "spOptionsHours", QCheckBox).click()
    find(page, "spOptionsToHour", QSpinBox).setValue(7)
    find(page, "spOptionsAtOnce", QSpinBox).setValue(3)
    find(page, "spOptionsGoesOn", QCheckBox).click()
    find(page, "spOptionsQuiet", QCheckBox).click()
    page.apply()
    kept = settings.load()
    assert (kept.rate, kept.from_hour, kept.to_hour) == (1500, 22, 7)
    assert (kept.at_once, kept.goes_on, kept.sheet) == (3, False, "trouble")
    find(page, "spOptionsHours", QCheckBox).click()
    page.apply()
    assert settings.load().from_hour == settings.load().to_hour


def test_a_speed_is_shown_in_the_unit_that_tells_it_whole(plugin, iface):
    for rate, shown in ((0, "0 kB/s"), (750, "750 kB/s"), (1234, "1234 kB/s"), (2500, "2.5 MB/s")):
        settings.save(replace(settings.load(), rate=rate))
        page = iface.options_factories[0].createWidget(None)
        downloads = page.downloads
        assert f"{downloads.rate.value():g} {downloads.unit.currentText()}" == shown
        assert downloads.changed(settings.load()).rate == rate
        page.deleteLater()
    settings.save(replace(settings.load(), rate=0))


def test_more_folders_are_added_taken_away_and_looked_into(page, wait_for, tmp_path, monkeypatch):
    page.tabs.setCurrentWidget(page.downloads)
    folders = find(page, "spOptionsFolders", QListWidget)
    page.downloads.folder.setFilePath(str(tmp_path / "new"))
    for name in ("a", "b", "a"):
        (tmp_path / name).mkdir(exist_ok=True)
        place = str(tmp_path / name)
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, place=place: place)
        click(find(page, "spOptionsAddFolder", QPushButton))
    assert folders.count() == 2
    sentinel2(tmp_path / "a")
    click(find(page, "spOptionsLookAgain", QPushButton))
    looked = find(page, "spOptionsLooked", QLabel)
    wait_for(lambda: looked.text() == "1 scene on the disk.")
    click(find(page, "spOptionsRemoveFolder", QPushButton))
    page.apply()
    assert settings.load().folders == (str(tmp_path / "a"),)


def test_a_page_that_is_closed_stops_its_look_at_the_folders(page, wait_for, tmp_path):
    page.tabs.setCurrentWidget(page.downloads)
    page.downloads.folder.setFilePath(str(tmp_path))
    click(find(page, "spOptionsLookAgain", QPushButton))
    (task,) = page.downloads._running
    page.deleteLater()
    QApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
    assert task.stopped()
    wait_for(lambda: task not in tasks.TASKS)


def test_everything_of_the_downloads_is_reached_by_tab_in_the_order_it_stands(page):
    page.tabs.setCurrentWidget(page.downloads)
    find(page, "spOptionsHours", QCheckBox).setChecked(True)
    page.downloads.folders.addItem("/somewhere")
    page.downloads.folders.setCurrentRow(0)
    page.downloads.order.setCurrentRow(1)
    met, widget = [], page.downloads.folder
    for _ in range(60):
        widget = widget.nextInFocusChain()
        name = widget.objectName()
        if name.startswith("spOptions") and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            met.append(name.replace("spOptions", ""))
        if name == "spOptionsDown":
            break
    assert (
        met
        == (
            "Folders AddFolder RemoveFolder LookAgain LoadAfter AtOnce Rate RateUnit Hours "
            "FromHour ToHour GoesOn Quiet Order Up Down"
        ).split()
    )


def test_a_small_window_scrolls_and_squeezes_nothing(page):
    page.tabs.setCurrentWidget(page.downloads)
    page.resize(560, 300)
    settle()
    bar = page.downloads.verticalScrollBar()
    assert bar.maximum() > 0
    assert page.downloads.horizontalScrollBar().maximum() == 0


def test_a_failure_without_a_code_is_told_with_its_status():
    from sentinel_portals.core.errors import ServiceError

    error = ServiceError("Ours answered 503.", provider="ours", status=503)
    assert "503" in login_form.failed(error, "Our portal")
