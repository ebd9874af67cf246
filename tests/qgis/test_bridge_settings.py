"""bridge/settings.py: whole in, whole out."""

from dataclasses import fields
from pathlib import Path

import pytest
from qgis.core import QgsSettings

from sentinel_portals.bridge import settings
from sentinel_portals.bridge.settings import Settings


@pytest.fixture(autouse=True)
def nothing_saved():
    QgsSettings().remove(settings.GROUP)
    yield
    QgsSettings().remove(settings.GROUP)


def other(value):
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 7
    if isinstance(value, str):
        return value + "é “x”"
    if isinstance(value, tuple):
        return ("a", "é,b")
    return {"cdse": "abc1234"}


def test_without_anything_saved_there_are_defaults():
    assert settings.load() == Settings()


def test_every_field_comes_back_as_it_was_saved():
    changed = Settings(**{f.name: other(getattr(Settings(), f.name)) for f in fields(Settings)})
    settings.save(changed)
    assert settings.load() == changed


@pytest.mark.parametrize("damage", ["", "nonsense", "[1, 2", '{"a": 1}', "null", "3.5", [1], 7])
def test_a_damaged_value_costs_only_itself(damage):
    settings.save(Settings(days=12))
    for each in ("portals", "logins", "use_cloud", "folder"):
        QgsSettings().setValue(f"{settings.GROUP}/{each}", damage)
    loaded = settings.load()
    assert loaded.days == 12
    assert (loaded.portals, loaded.logins) == ((), {})
    assert loaded.use_cloud is Settings().use_cloud
    assert isinstance(loaded.folder, str)


def test_a_number_is_not_taken_for_a_yes():
    QgsSettings().setValue(f"{settings.GROUP}/use_cloud", "0")
    assert settings.load().use_cloud is True


def test_the_environment_says_where_we_live(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "a" / "home"))
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(tmp_path / "mine.json"))
    assert settings.home() == tmp_path / "a" / "home"
    assert settings.home().is_dir()
    assert settings.portals_file() == tmp_path / "mine.json"


def test_else_we_live_in_the_profile(monkeypatch):
    monkeypatch.delenv("SENTINEL_PORTALS_HOME")
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", "  ")
    assert settings.home().name == "sentinel_portals"
    assert settings.portals_file() == settings.home() / "portals.json"
    assert "sentinel-portals-tests-" in str(Path(settings.home()))
