"""bridge/keeper.py: a renewed login is kept, whichever thread renewed it."""

import threading

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication

from sentinel_portals.bridge import credentials
from sentinel_portals.bridge.keeper import LoginKeeper, MainThread

MASTER = "the master of the tests"


@pytest.fixture
def manager(qgis_app):
    manager = QgsApplication.authManager()
    if not manager.masterPasswordIsSet():
        assert manager.setMasterPassword(MASTER, True)
    yield manager
    if not manager.masterPasswordIsSet():
        manager.setMasterPassword(MASTER, True)


@pytest.fixture
def login(manager):
    name = credentials.store("A portal", "Basic", {"refresh_token": "r1"})
    yield name
    manager.removeAuthenticationConfig(name)


@pytest.fixture
def beside():
    """beside(work): does it in another thread; an event says when it is over."""

    def go(work):
        answers, over = [], threading.Event()

        def do():
            answers.append(work())
            over.set()

        threading.Thread(target=do, daemon=True).start()
        return answers, over

    return go


def test_another_thread_has_it_done_by_the_main_thread(qgis_app, beside, wait_for):
    main = MainThread()
    answers, over = beside(lambda: main.ask(threading.current_thread))
    wait_for(over.is_set, what="the answer")
    assert answers == [threading.main_thread()]
    assert main.ask(threading.current_thread) is threading.main_thread()


def test_a_renewed_token_replaces_the_older_one(login, beside, wait_for):
    keeper = LoginKeeper(login, MainThread())

    def renew():
        with keeper.alone():
            before = keeper.newest()
            keeper.keep("r2")
            return before, keeper.newest()

    answers, over = beside(renew)
    wait_for(over.is_set, what="the renewal")
    assert answers == [("r1", "r2")]
    assert credentials.secrets(login) == {"refresh_token": "r2"}


def test_it_is_kept_though_the_main_thread_waits_for_us(login, beside):
    """As in qgis_process, where nothing else goes on while an algorithm works."""
    keeper = LoginKeeper(login, MainThread())
    _, over = beside(lambda: keeper.keep("r2"))
    assert over.wait(30)
    assert credentials.kept(login, "refresh_token") == "r2"
    credentials.amend(login, {"refresh_token": "r3"})  # another window, meanwhile
    QCoreApplication.processEvents()
    assert credentials.kept(login, "refresh_token") == "r3", "nothing is written twice, too late"


def test_a_locked_database_is_not_asked_for_by_a_renewal(login, manager, beside, wait_for):
    manager.clearMasterPassword()
    keeper = LoginKeeper(login, MainThread())
    answers, over = beside(lambda: (keeper.newest(), keeper.keep("r2")))
    wait_for(over.is_set, what="the answer")
    assert answers == [("", None)]
    assert not manager.masterPasswordIsSet()


def test_two_windows_take_turns(login):
    keepers = [LoginKeeper(login, MainThread()) for _ in range(2)]
    inside, most = [], []

    def work(keeper):
        for _ in range(20):
            with keeper.alone():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work, args=(keeper,)) for keeper in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(most) == {1}
