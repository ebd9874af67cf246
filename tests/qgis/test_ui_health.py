"""How the portals are, and who holds what: fed by every search, shown in one window."""

import csv
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialog, QListWidget, QPushButton, QTableWidget

from sentinel_portals import providers
from sentinel_portals.bridge import health
from sentinel_portals.bridge.health import Health, Record, after, state, tiny_question
from sentinel_portals.core.errors import (
    AuthError,
    Cancelled,
    NetworkError,
    QueryError,
    RateLimited,
    StorageError,
)
from sentinel_portals.core.model import Product
from sentinel_portals.core.provider import Provider, ProviderInfo
from sentinel_portals.core.search import Outcome
from sentinel_portals.providers import Kind
from sentinel_portals.tests.qgis.plugged import CLERMONT, click, find, forget, look_at, plugged
from sentinel_portals.ui import health_panel

NOW = datetime(2026, 10, 1, 12, tzinfo=timezone.utc)
INFOS = {name: kind.info for name, kind in providers.discover().items()}
OPEN = INFOS["earth_search"]
S2 = {"sentinel-2-l2a": "S2"}


class Dead(Provider):
    info = ProviderInfo("dead", "Dead portal", "test", "https://dead.example", collections=S2)

    def search(self, request, cancelled):
        raise NetworkError("Dead portal did not answer within 60 s.", provider="dead")
        yield


# --- what is remembered -------------------------------------------------------------------------


def answer(seconds=2.0, found=3, pages=1, **more):
    products = tuple(Product("p", str(n), "sentinel-2-l2a") for n in range(found))
    return Outcome("p", products, seconds=seconds, pages=pages, **more)


def failed(error):
    return Outcome("p", error=error, complete=False, seconds=60.0)


def test_a_success_is_remembered_through_later_failures():
    record = after(Record(), answer(), NOW)
    later = after(record, failed(NetworkError("It is not reachable.")), NOW + timedelta(days=1))
    assert later.last_success == NOW
    assert later.tried > record.tried
    assert (record.found, later.found) == (3, 0)
    assert later.said == "It is not reachable."


@pytest.mark.parametrize("error", [Cancelled("The user stopped."), StorageError("No room.")])
def test_what_is_not_the_portals_doing_changes_nothing(error):
    record = after(Record(), answer(), NOW)
    assert after(record, failed(error), NOW + timedelta(days=1)) == record


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (answer(), health.OPEN),
        (answer(seconds=25.0, pages=1), health.SLOW),
        (answer(seconds=25.0, pages=20), health.OPEN),
        (failed(RateLimited("Slower.")), health.SLOW),
        (failed(NetworkError("Gone.")), health.DOWN),
        (failed(AuthError("Who?")), health.LOGIN),
        (answer(error=QueryError("It does not take this question.")), health.OPEN),
    ],
)
def test_the_state_follows_the_last_answer(outcome, expected):
    assert state(OPEN, after(Record(), outcome, NOW), has_login=True) == expected


def test_without_an_answer_the_facts_tell():
    assert state(OPEN, None, False) == health.OPEN
    assert state(INFOS["peps"], None, False) == health.CLOSED
    assert state(INFOS["wekeo"], None, False) == health.LOGIN
    assert state(INFOS["finhub"], None, True) == health.UNKNOWN
    assert state(INFOS["finhub"], after(Record(), answer(), NOW), True) == health.OPEN


def test_the_file_survives_and_a_damaged_one_costs_only_itself(tmp_path):
    path = tmp_path / "health.json"
    Health(path).note([answer(), failed(NetworkError("Gone."))][:1], NOW)
    assert Health(path).records["p"].found == 3
    for damage in ("{ this is no JSON", "[1, 2]", '{"p": 5}', '{"p": {"succeeded": "never"}}'):
        path.write_text(damage)
        known = Health(path)
        assert known.records.get("p", Record()).last_success is None
        known.note([answer()], NOW)
        assert json.loads(path.read_text())["p"]["found"] == 3


def test_a_disk_that_takes_nothing_costs_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    known = Health(tmp_path / "file" / "health.json")
    known.note([answer()], NOW)
    assert known.records["p"].found == 3


@pytest.mark.parametrize("portal", [n for n, i in INFOS.items() if not i.closed])
def test_the_tiny_question_is_one_that_the_portal_takes(portal):
    info = INFOS[portal]
    question = tiny_question(info, NOW)
    assert question.collection in info.collections
    assert question.max_items == 1


def test_how_long_ago_in_words():
    assert health_panel.ago(None, NOW) == ""
    assert health_panel.ago(NOW - timedelta(seconds=5), NOW) == "just now"
    assert health_panel.ago(NOW - timedelta(minutes=5, seconds=30), NOW) == "5 min ago"
    assert health_panel.ago(NOW - timedelta(hours=3, minutes=5), NOW) == "3 h ago"
    assert "2026" in health_panel.ago(NOW - timedelta(days=9), NOW)


# --- the window ---------------------------------------------------------------------------------


@pytest.fixture
def plugin(iface, monkeypatch, tmp_path):
    """The plugin that knows the sample portals, a dead one and a closed one."""
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(tmp_path / "portals.json"))
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "home"))
    forget()
    known = providers.discover()
    kinds = {name: known[name] for name in ("sample", "sample_archive", "wekeo", "peps")}
    kinds["dead"] = Kind(Dead, Dead.info)
    monkeypatch.setattr(providers, "portals", lambda path=None: (kinds, []))
    look_at(iface.mapCanvas(), 2, 45, 4.5, 46.5)
    with plugged(iface) as plugin:
        plugin.desktop.show_dock(True)
        dock = plugin.desktop.dock
        dock.what.set_period(datetime(2020, 1, 1).date(), datetime(2025, 12, 31).date())  # noqa: DTZ001
        dock.what.set_cloud(False, 30)
        dock.portals.set_wanted(["sample", "sample_archive", "dead"])
        dock.area.set_wkt(CLERMONT)
        yield plugin


@pytest.fixture
def searched(plugin, wait_for):
    click(find(plugin.desktop.dock, "spSearchButton"))
    wait_for(lambda: not plugin.desktop.runner.running, what="the end of the search")
    return plugin


def window(plugin, iface):
    find(plugin.desktop.dock, "spPortalsOverview").click()
    return find(iface.mainWindow(), "spPortalsDialog", QDialog)


def rows(dialog, name):
    table = find(dialog, name, QTableWidget)
    told = {}
    for row in range(table.rowCount()):
        texts = [table.item(row, column).text() for column in range(table.columnCount())]
        told[table.item(row, 0).data(Qt.ItemDataRole.UserRole)] = texts
    return told


def test_a_search_tells_how_the_portals_are(searched, iface):
    told = rows(window(searched, iface), "spHealthTable")
    assert told["sample"][1:3] == ["open", "just now"]
    assert "found" in told["sample"][4]
    assert told["dead"][1] == "down"
    assert "did not answer within 60 s" in told["dead"][4]
    assert told["dead"][2] == ""
    assert "2026" in told["peps"][1]
    assert told["wekeo"][1] == "needs a login"


def test_check_now_asks_the_open_ones_and_keeps_what_they_say(plugin, iface, wait_for, tmp_path):
    dialog = window(plugin, iface)
    button = find(dialog, "spHealthCheck", QPushButton)
    click(button)
    assert rows(dialog, "spHealthTable")["sample"][1] == "asking…"
    wait_for(lambda: dialog.health._task is None, what="the end of the check")
    told = rows(dialog, "spHealthTable")
    assert told["sample"][1] == "open"
    assert told["dead"][1] == "down"
    assert told["wekeo"][1] == "needs a login", "who wants a login that is not there is not asked"
    kept = json.loads((tmp_path / "home" / "health.json").read_text())
    assert set(kept) == {"sample", "sample_archive", "dead"}


def test_the_window_is_one_and_goes_with_the_plugin(searched, iface):
    first = window(searched, iface)
    assert window(searched, iface) is first


@pytest.fixture
def compared(searched, iface, wait_for):
    dialog = window(searched, iface)
    wait_for(lambda: dialog.compare.comparison.rows, what="the comparison")
    return dialog


def test_the_comparison_of_the_last_search(compared, searched):
    told = rows(compared, "spCompareTable")
    total = len(compared.compare.comparison.held)
    assert total == len(searched.desktop.runner._task or searched.desktop.runner.answers.scenes)
    assert int(told["sample"][1]) + int(told["sample"][2]) == total
    assert told["dead"][1:3] == ["≥ 0", "?"], "who broke off is not said to lack anything"
    assert int(told["sample_archive"][4]) < int(told["sample_archive"][1]), "some are on tape"
    assert "Sentinel-2 L2A" in find(compared, "spCompareTitle").text()


def test_the_scenes_that_a_portal_lacks_are_listed(compared):
    table = find(compared, "spCompareTable", QTableWidget)
    names = [table.item(r, 0).data(Qt.ItemDataRole.UserRole) for r in range(table.rowCount())]
    table.selectRow(names.index("sample_archive"))
    listed = find(compared, "spCompareMissing", QListWidget).count()
    assert listed == int(table.item(names.index("sample_archive"), 2).text()) > 0
    table.selectRow(names.index("dead"))
    assert find(compared, "spCompareMissing", QListWidget).count() == 0
    assert "nobody knows" in find(compared, "spCompareLacks").text()


def test_it_is_saved_as_two_tables(compared, tmp_path):
    compared.compare.save(tmp_path / "july")
    with (tmp_path / "july.csv").open(encoding="utf-8-sig", newline="") as file:
        table = {line["portal"]: line for line in csv.DictReader(file)}
    with (tmp_path / "july_scenes.csv").open(encoding="utf-8-sig", newline="") as file:
        scenes = list(csv.DictReader(file))
    assert table["dead"]["missing"] == ""
    assert table["sample"]["title"] == "Sample portal"
    missing = sum(line["sample_archive"] == "missing" for line in scenes)
    assert str(missing) == table["sample_archive"]["missing"]
    compared.compare.save(tmp_path / "nowhere" / "july.csv")
    assert "cannot be written" in compared.compare.said.text()


def test_a_portal_asked_again_stands_beside_the_first_answers(compared, searched, wait_for):
    runner = searched.desktop.runner
    runner.retry("sample")
    wait_for(lambda: not runner.running, what="the second answer")
    assert set(runner.answers.outcomes) == {"sample", "sample_archive", "dead"}
    assert set(runner.answers.latest) == {"sample"}
    other = replace(runner.answers.wish, collection="sentinel-2-l1c")
    runner._wish = other
    assert set(runner._together(type("T", (), {"outcomes": {}, "scenes": []})).outcomes) == set()
