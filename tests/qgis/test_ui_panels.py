"""What the panels show and ask: dates, clouds, portals, answers, bands, numbers."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from qgis.core import QgsDateTimeRange
from qgis.PyQt.QtCore import (
    QCoreApplication,
    QDate,
    QDateTime,
    QLocale,
    Qt,
    QTime,
    QTranslator,
)

from sentinel_portals import providers
from sentinel_portals.core.catalogue import COLLECTIONS
from sentinel_portals.core.errors import AuthError, NetworkError
from sentinel_portals.core.model import Asset, Product
from sentinel_portals.core.search import Outcome
from sentinel_portals.tests.qgis.plugged import click, find
from sentinel_portals.ui import bands_dialog, words
from sentinel_portals.ui.bands_dialog import WHOLE, BandsDialog, Offered
from sentinel_portals.ui.portals_panel import PortalsPanel
from sentinel_portals.ui.status_panel import StatusPanel
from sentinel_portals.ui.what_panel import WhatPanel, last_days, month_a_year_ago, this_season

CHECKED = Qt.CheckState.Checked
FRENCH = Path(__file__).parents[2] / "i18n" / "sentinel_portals_fr.qm"


# --- numbers ------------------------------------------------------------------------------------


def test_collections_and_counts_speak_the_language_of_the_reader(qgis_app):
    french = QTranslator()
    assert french.load(str(FRENCH))
    assert QCoreApplication.installTranslator(french)
    try:
        assert words.collection("sentinel-2-l3a") == "Sentinel-2 L3A mensuel (THEIA)"
        assert words.collection("sentinel-1-grd") == "Sentinel-1 GRD"
        assert [words.scenes(n) for n in (0, 1, 2)] == ["0 scène", "1 scène", "2 scènes"]
        assert words.listed(["a", "b"]) == "a\u00a0; b"
    finally:
        QCoreApplication.removeTranslator(french)
    assert words.listed([words.scenes(0), words.scenes(1)]) == "0 scenes; 1 scene"


def test_every_collection_that_is_words_can_be_translated():
    assert set(words.IN_WORDS) <= {collection.title for collection in COLLECTIONS}


def test_numbers_are_grouped_as_the_reader_groups_them():
    QLocale.setDefault(QLocale("fr_FR"))
    try:
        spoken = words.number(1234567).replace("\u202f", " ").replace("\u00a0", " ")
        assert spoken == "1 234 567"
        assert words.date_format() == "dd/MM/yyyy"
    finally:
        QLocale.setDefault(QLocale.c())
    assert words.size(1_234_567) == "1.2 MB"
    assert words.size(12_000_000_000_000) == "12.0 TB"
    assert words.size(None) == ""
    assert words.km2(0.5) == "0.50 km²"


# --- dates and clouds ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (date(2024, 1, 15), date(2023, 12, 1)),
        (date(2024, 3, 1), date(2024, 3, 1)),
        (date(2024, 8, 31), date(2024, 6, 1)),
        (date(2024, 12, 2), date(2024, 12, 1)),
    ],
)
def test_a_season_begins_in_march_june_september_or_december(today, start):
    assert this_season(today) == (start, today)


def test_the_same_month_a_year_ago_is_whole_also_in_december_and_february():
    assert month_a_year_ago(date(2024, 12, 5)) == (date(2023, 12, 1), date(2023, 12, 31))
    assert month_a_year_ago(date(2025, 2, 5)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert last_days(30)(date(2024, 3, 1))[0] == date(2024, 1, 31)


@pytest.fixture
def what(iface):
    panel = WhatPanel(iface.mapCanvas())
    yield panel
    panel.deleteLater()


def test_the_cloud_cover_is_asked_only_where_there_are_clouds(what):
    what.set_cloud(True, 20)
    assert what.max_cloud() == 20
    what.set_collection("sentinel-1-grd")
    assert what.max_cloud() is None
    assert not find(what, "spCloud").isEnabled()
    assert "Clouds" in find(what, "spUseCloud").toolTip()
    what.set_collection("sentinel-2-l2a")
    assert what.max_cloud() == 20, "and the number was kept"


def test_slider_and_number_go_together(what):
    find(what, "spCloudSlider").setValue(55)
    assert find(what, "spCloud").value() == 55
    click(find(what, "spUseCloud"))
    assert not find(what, "spCloud").isEnabled() or what.max_cloud() == 55


def test_the_temporal_controllers_range_can_be_taken(what, iface):
    menu = find(what, "spQuickDates").menu()
    menu.aboutToShow.emit()
    entry = menu.actions()[-1]
    assert not entry.isEnabled(), "there is none yet"
    noon = QTime(12, 0)
    iface.mapCanvas().setTemporalRange(
        QgsDateTimeRange(
            QDateTime(QDate(2024, 6, 1), noon, Qt.TimeSpec.UTC),
            QDateTime(QDate(2024, 6, 30), noon, Qt.TimeSpec.UTC),
        )
    )
    menu.aboutToShow.emit()
    entry.trigger()
    iface.mapCanvas().setTemporalRange(QgsDateTimeRange(QDateTime(), QDateTime()))
    assert what.period() == (date(2024, 6, 1), date(2024, 6, 30))


# --- portals ------------------------------------------------------------------------------------


@pytest.fixture
def portals():
    panel = PortalsPanel()
    panel.show_portals({name: kind.info for name, kind in providers.discover().items()}, [])
    panel.show_collection("sentinel-2-l2a")
    yield panel
    panel.deleteLater()


def row(panel, portal):
    items = [panel.list.topLevelItem(i) for i in range(panel.list.topLevelItemCount())]
    return next(i for i in items if i.data(0, Qt.ItemDataRole.UserRole) == portal)


def test_a_portal_without_the_collection_says_so_and_keeps_its_tick(portals):
    portals.set_wanted(["sample", "earth_search"])
    assert set(portals.ticked()) == {"sample", "earth_search"}
    portals.show_collection("sentinel-1-grd")
    assert portals.ticked() == ["earth_search"]
    assert row(portals, "sample").text(1) == "does not hold it"
    assert not row(portals, "sample").flags() & Qt.ItemFlag.ItemIsUserCheckable
    portals.show_collection("sentinel-2-l2a")
    assert set(portals.ticked()) == {"sample", "earth_search"}


def test_a_click_on_a_tick_counts(portals):
    row(portals, "sample").setCheckState(0, CHECKED)
    assert portals.wanted() == ("sample",)
    click(find(portals, "spPortalsAll"))
    assert "earth_search" in portals.ticked()
    click(find(portals, "spPortalsNone"))
    assert portals.ticked() == []


def test_a_login_is_asked_for_only_where_one_is_wanted(portals):
    assert row(portals, "cdse_stac").text(1) == "login for files"
    asked = []
    portals.login_wanted.connect(asked.append)
    portals.list.setCurrentItem(row(portals, "sample"))
    assert not find(portals, "spLogin").isEnabled()
    portals.list.setCurrentItem(row(portals, "cdse_stac"))
    click(find(portals, "spLogin"))
    assert asked == ["cdse_stac"]


# --- answers ------------------------------------------------------------------------------------


@pytest.fixture
def status():
    panel = StatusPanel()
    panel.begin([kind.info for name, kind in providers.discover().items() if name == "cdse_stac"])
    yield panel
    panel.deleteLater()


def test_a_row_fills_as_its_portal_answers(status):
    row = status.rows["cdse_stac"]
    assert row.state.text() == "searching…"
    status.show_outcome(Outcome("cdse_stac", matched=230), 100, False)
    assert row.state.text() == "100 of 230"
    status.show_outcome(Outcome("cdse_stac", matched=230, seconds=2.34), 230, True)
    assert row.state.text() == "230 found · 2.3 s"
    assert not row.busy


def test_a_limit_that_was_reached_is_told(status):
    status.show_outcome(Outcome("cdse_stac", matched=5000, complete=False), 1000, True)
    assert "Limit reached" in status.rows["cdse_stac"].note.text()


def test_what_was_checked_here_is_told(status):
    outcome = Outcome("cdse_stac", checked_here=("eo:cloud_cover",), unjudged=3)
    status.show_outcome(outcome, 9, True)
    told = status.rows["cdse_stac"].note.text()
    assert told == "Cloud cover checked here; 3 products do not tell"


def test_a_failure_is_told_with_the_button_that_helps(status):
    pressed = []
    status.acted.connect(lambda portal, action: pressed.append((portal, action)))
    row = status.rows["cdse_stac"]
    for error in (AuthError("It wants a login."), NetworkError("It is not reachable.")):
        status.show_outcome(Outcome("cdse_stac", error=error, complete=False), 0, True)
        assert str(error)[:10] in row.note.text()
        assert row.state.text() == "failed"
        row.button.click()
    assert pressed == [("cdse_stac", "credentials"), ("cdse_stac", "retry")]


def test_what_came_before_a_failure_is_still_counted(status):
    error = NetworkError("It broke off.")
    status.show_outcome(Outcome("cdse_stac", matched=90, error=error, complete=False), 40, True)
    assert status.rows["cdse_stac"].state.text().startswith("40 of 90")


# --- bands --------------------------------------------------------------------------------------


def product(provider, *assets):
    return Product(provider, "id", "sentinel-2-l2a", assets={a.key: a for a in assets})


HTTP = "https://example.org/"
ONE = product(
    "one",
    Asset("red", HTTP + "r", roles=("data",), size=100, properties={"gsd": 10}),
    Asset("green", HTTP + "g", roles=("data",), size=200),
    Asset("blue", HTTP + "b", roles=("data",), size=300),
    Asset("scl", HTTP + "s", roles=("data",), size=7),
    Asset("keys", "s3://bucket/x", roles=("data",)),
)
HERE = {
    "type": "Polygon",
    "coordinates": [[[3, 45], [3.1, 45], [3.1, 45.1], [3, 45.1], [3, 45]]],
}
CUT = replace(
    product("one", Asset("red", HTTP + "r.tif", roles=("data",), size=100_000_000)),
    bbox=(3.0, 45.0, 4.0, 46.0),
)
TWO = product("two", Asset("B04_10m", HTTP + "4", roles=("data",), size=110))
RADAR = product("one", Asset("vv", HTTP + "vv", roles=("data",), size=1))


def test_bands_are_listed_once_for_all_portals():
    listed = {row.key: list(row.portals) for row in bands_dialog.rows([[ONE, TWO]])}
    assert listed == {"B02": ["one"], "B03": ["one"], "B04": ["one", "two"], "SCL": ["one"]}


def test_the_first_download_is_the_true_colour():
    assert bands_dialog.keys([[ONE]], ()) == ("B04", "B03", "B02")
    assert bands_dialog.keys([[ONE]], (WHOLE,)) == ()
    assert bands_dialog.keys([[RADAR]], ()) == (), "radar has no colours: the whole product"
    assert bands_dialog.total([[ONE]], ("B04", "B03")) == 300
    assert bands_dialog.total([[ONE]], ()) == 607


def test_ticks_choices_and_the_size_go_together(iface):
    dialog = BandsDialog(Offered.of([[ONE, TWO]]), (), {"one": "Portal one"})
    assert dialog.choice.currentData() == "true_colour"
    assert dialog.chosen() == ("B04", "B03", "B02")
    assert "600 bytes" in dialog.sum.text()
    items = [dialog.list.topLevelItem(i) for i in range(dialog.list.topLevelItemCount())]
    next(i for i in items if i.text(0) == "SCL").setCheckState(0, CHECKED)
    assert dialog.choice.currentData() == "own"
    assert set(dialog.chosen()) == {"B04", "B03", "B02", "SCL"}
    dialog.tick((WHOLE,))
    assert dialog.chosen() == (WHOLE,)
    assert "607 bytes" in dialog.sum.text()
    dialog.tick(())
    assert not dialog._ok.isEnabled(), "nothing at all cannot be fetched"
    dialog.deleteLater()


def test_many_scenes_are_summed_up_beside_the_window(iface):
    asked = []
    offered = Offered.of([[ONE, TWO]])
    dialog = BandsDialog(offered, (), {}, ask=lambda work, then: asked.append((work, then)))
    dialog.tick(("B04",))
    (first, tell_first), (second, tell_second) = asked
    tell_second(second())
    tell_first(first())
    assert "100 bytes" in dialog.sum.text(), "what was ticked last counts"
    dialog.reject()
    tell_second("nobody looks any more")
    assert "100 bytes" in dialog.sum.text()
    dialog.deleteLater()


def test_only_the_area_of_interest_says_what_it_saves(iface):
    dialog = BandsDialog(Offered.of([[CUT], [CUT]]), ("B04",), {}, area=HERE)
    assert "200.0 MB in all" in dialog.sum.text()
    assert not dialog.only_area()
    dialog.part.setChecked(True)
    assert dialog.only_area()
    assert "about 2.0 MB instead of 200.0 MB" in dialog.sum.text()
    dialog.deleteLater()


def test_the_choice_of_the_area_is_remembered_where_it_can_be_done(iface):
    choices = [
        BandsDialog(Offered.of([[CUT]]), ("B04",), {}, area=area, only_area=True)
        for area in (HERE, None)
    ]
    assert [dialog.only_area() for dialog in choices] == [True, False]
    assert "search panel" in choices[1].part.toolTip()
    archives = BandsDialog(Offered.of([[ONE]]), (), {}, area=HERE, only_area=True)
    assert not archives.part.isEnabled()
    assert "in parts" in archives.part.toolTip()
    for dialog in (*choices, archives):
        dialog.deleteLater()


def test_an_area_costs_what_the_first_offer_costs_that_it_can_be_cut_out_of():
    assert bands_dialog.total([[ONE, CUT]], ("B04",)) == 100
    assert bands_dialog.total([[ONE, CUT]], ("B04",), HERE) == 1_000_000
