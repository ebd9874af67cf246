"""bridge/credentials.py: logins come from QGIS, and nothing waits for a locked database."""

import time

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig

from sentinel_portals.bridge import credentials

MASTER = "the master of the tests"


@pytest.fixture
def manager(qgis_app):
    """The authentication database, open."""
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
    made = []

    def keep(method="Basic", **fields):
        made.append(credentials.store("A portal", method, fields))
        return made[-1]

    yield keep
    for name in made:
        manager.removeAuthenticationConfig(name)


@pytest.fixture
def locked(manager, login):
    """A login that is there, in a database that is locked."""
    name = login(username="me", password="a secret")
    manager.clearMasterPassword()
    return name


def test_a_login_is_kept_and_read(login):
    name = login(username="me", password="p")
    assert name
    assert credentials.secrets(name)["username"] == "me"
    assert credentials.secrets(name)["password"] == "p"


def test_a_login_is_listed_without_the_password(manager, locked):
    assert (locked, "A portal", "Basic") in credentials.configs()
    assert not manager.masterPasswordIsSet()


def test_a_login_is_replaced_under_its_id(login):
    name = login(username="me", password="old")
    fields = {"username": "me", "password": "new"}
    assert credentials.store("A portal", "Basic", fields, name) == name
    assert credentials.secrets(name)["password"] == "new"


def test_a_key_is_found_whatever_this_qgis_calls_its_method(login):
    name = login("APIHeader", header="X-API-Key", password="key")
    assert credentials.secrets(name)["password"] == "key"


def test_the_keys_of_a_store_are_user_and_password(login):
    name = login("AWSS3", username="id", password="key")
    found = credentials.secrets(name)
    assert (found["username"], found["password"]) == ("id", "key")


def test_a_login_that_is_not_there_has_no_fields(manager):
    assert credentials.secrets("") == {}
    assert credentials.secrets("nosuch1") == {}


def test_a_locked_database_gives_nothing_and_blocks_nothing(locked):
    began = time.monotonic()
    assert credentials.secrets(locked) == {}
    assert time.monotonic() - began < 1


def test_a_person_who_refuses_is_not_asked_again_at_every_search(locked, monkeypatch):
    asked = []
    manager = QgsApplication.authManager()

    class Refusing:
        def __getattr__(self, name):
            return getattr(manager, name)

        def setMasterPassword(self, verify):
            asked.append(verify)
            return False

    monkeypatch.setattr(QgsApplication, "authManager", lambda: Refusing())
    assert credentials.secrets(locked) == {}
    assert credentials.secrets(locked) == {}
    assert len(asked) == 1
    assert not credentials.unlock(again=True)
    assert len(asked) == 2


def test_the_answer_of_every_qgis_version_is_understood(manager, monkeypatch):
    """`storeAuthenticationConfig` gives a bool, later a bool and the configuration."""
    config = QgsAuthMethodConfig("Basic")
    config.setId("abcdefg")

    class Later:
        def __getattr__(self, name):
            return getattr(manager, name)

        def storeAuthenticationConfig(self, given):
            return True, config

    monkeypatch.setattr(QgsApplication, "authManager", lambda: Later())
    assert credentials.store("x", "Basic", {"username": "u"}) == "abcdefg"
