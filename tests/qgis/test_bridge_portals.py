"""bridge/portals.py: the portals, and the file of those that a person added."""

import json
import stat

import pytest
from qgis.core import QgsSettings

from sentinel_portals import providers
from sentinel_portals.bridge import credentials, settings
from sentinel_portals.bridge.portals import Portals
from sentinel_portals.bridge.settings import Settings
from sentinel_portals.core.errors import QueryError, StorageError

MINE = {
    "id": "mine",
    "title": "My STAC",
    "family": "stac",
    "url": "https://stac.example.org",
    "collections": {"sentinel-2-l2a": "s2"},
}


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "profile" / "portals.json"
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(path))
    yield path
    QgsSettings().remove(settings.GROUP)


@pytest.fixture
def portals(file):
    return Portals(providers.portals, providers.connect)


def test_the_portals_that_ship_are_there(portals):
    assert {"sample", "earth_search"} <= set(portals.kinds)
    assert portals.problems == []
    assert portals.title("earth_search") == portals.kinds["earth_search"].info.title
    assert portals.title("gone") == "gone"


def test_only_portals_that_exist_are_given(portals):
    assert list(portals.get(["sample", "gone", "sample"])) == ["sample"]


def test_a_portal_is_kept_as_long_as_nothing_changed(portals):
    first = portals.get(["sample"])["sample"]
    assert portals.get(["sample"])["sample"] is first
    portals.reload()
    assert portals.get(["sample"])["sample"] is first


def test_a_new_login_makes_a_new_portal(portals, monkeypatch):
    named = next(n for n, k in portals.kinds.items() if k.info.needs_login)
    settings.save(Settings(logins={named: "abc1234"}))
    before = portals.get([named])[named]
    monkeypatch.setattr(credentials, "secrets", lambda login: {"username": "u", "password": "p"})
    assert portals.get([named])[named] is not before


def test_the_login_chosen_for_a_portal_is_the_one_that_is_read(portals, monkeypatch):
    named = next(n for n, k in portals.kinds.items() if k.info.needs_login)
    settings.save(Settings(logins={named: "abc1234"}))
    asked = []
    monkeypatch.setattr(credentials, "secrets", lambda login: asked.append(login) or {})
    portals.get([named, "sample"])
    assert asked == ["abc1234"], "the open sample portal needs no password"


def test_a_portal_is_added_and_asked_for(portals, file):
    portals.add(MINE)
    assert portals.kinds["mine"].info.title == "My STAC"
    assert portals.added() == ["mine"]
    assert "mine" in portals.get(["mine"])
    assert json.loads(file.read_text("utf-8")) == [MINE]


def test_an_entry_with_the_same_id_takes_the_place_of_the_old_one(portals, file):
    portals.add(MINE)
    portals.add({**MINE, "title": "Renamed"})
    assert [e["title"] for e in json.loads(file.read_text("utf-8"))] == ["Renamed"]


def test_the_rest_of_the_file_is_kept_bad_entries_too(portals, file):
    rest = [{"id": "earth_search", "title": "Mirror"}, {"id": "broken"}, "what is this"]
    file.parent.mkdir()
    file.write_text(json.dumps(rest), "utf-8")
    portals.reload()
    assert len(portals.problems) == 2
    portals.add(MINE)
    portals.remove("mine")
    assert json.loads(file.read_text("utf-8")) == rest
    assert portals.title("earth_search") == "Mirror"


def test_a_built_in_portal_becomes_itself_again(portals):
    title = portals.title("earth_search")
    portals.add({"id": "earth_search", "title": "Mirror"})
    portals.remove("earth_search")
    assert portals.title("earth_search") == title


@pytest.mark.parametrize(
    "bad",
    [
        {**MINE, "family": "nosuch"},
        {**MINE, "url": "ftp://x"},
        {**MINE, "collections": {"nosuch": "x"}},
        {k: v for k, v in MINE.items() if k != "id"},
        {**MINE, "id": "not a word"},
    ],
)
def test_an_entry_that_cannot_be_used_is_refused_and_the_file_stays(portals, file, bad):
    portals.add(MINE)
    before = file.read_text("utf-8")
    with pytest.raises(QueryError, match="was left out"):
        portals.add(bad)
    assert file.read_text("utf-8") == before
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("damage", ["[{", '{"id": "x"}', "\x00"])
def test_a_damaged_file_is_reported_and_never_written_over(portals, file, damage):
    file.parent.mkdir()
    file.write_text(damage, "utf-8")
    portals.reload()
    assert len(portals.problems) == 1
    assert "sample" in portals.kinds
    assert portals.added() == []
    with pytest.raises(QueryError, match="correct it first"):
        portals.add(MINE)
    assert file.read_text("utf-8") == damage


def test_a_folder_that_cannot_be_written_is_said(portals, file):
    file.parent.write_text("a file where the folder should be")
    with pytest.raises(StorageError, match=r"portals\.json cannot be written"):
        portals.add(MINE)
    assert stat.S_ISREG(file.parent.stat().st_mode)
