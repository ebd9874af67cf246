"""The list of portals: who is gone and who took the place, and what each can do."""

from dataclasses import replace
from datetime import date

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QPushButton, QToolButton

from sentinel_portals import providers
from sentinel_portals.core.provider import Ordering
from sentinel_portals.tests.qgis.plugged import click, find
from sentinel_portals.ui.portals_panel import PortalsPanel

INFOS = {name: kind.info for name, kind in providers.discover().items()}


@pytest.fixture
def panel(qgis_app):
    panel = PortalsPanel()
    panel.show_portals(INFOS, [])
    panel.show_collection("sentinel-2-l1c")
    panel.show()
    yield panel
    panel.deleteLater()


def row(panel, portal):
    return next(item for item in panel._items() if item.data(0, Qt.ItemDataRole.UserRole) == portal)


def tip(panel, portal):
    return row(panel, portal).toolTip(0)


def test_closed_portals_are_folded_away_until_somebody_unfolds_them(panel):
    toggle = find(panel, "spShowClosed", QToolButton)
    closed = [name for name, info in INFOS.items() if info.closed]
    assert toggle.text() == f"{len(closed)} closed portals"
    assert all(row(panel, name).isHidden() for name in closed)
    assert not row(panel, "cdse").isHidden()
    click(toggle)
    assert not any(row(panel, name).isHidden() for name in closed)
    assert [i.data(0, Qt.ItemDataRole.UserRole) in closed for i in panel._items()] == sorted(
        i.data(0, Qt.ItemDataRole.UserRole) in closed for i in panel._items()
    ), "they stand below the others"
    shown = panel.list.viewport().rect()
    assert shown.intersects(panel.list.visualItemRect(row(panel, closed[0]))), "and come into sight"


def test_portals_of_one_house_are_told_apart_where_there_is_little_room(panel):
    assert panel.list.textElideMode() == Qt.TextElideMode.ElideMiddle, "the end tells them apart"


def test_a_closed_portal_is_grey_with_its_date_and_its_story(panel):
    item = row(panel, "peps")
    assert "2026" in item.text(1)
    assert not item.flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert item.foreground(0) == item.foreground(1) != row(panel, "earth_search").foreground(0)
    assert INFOS["peps"].description in item.toolTip(0)


def test_the_button_moves_the_tick_to_the_successor(panel):
    panel.set_wanted(["peps", "earth_search"])
    assert not row(panel, "peps").isHidden(), "who is wanted is not folded away"
    assert panel.ticked() == ["earth_search"], "but cannot be asked"
    panel.list.setCurrentItem(row(panel, "peps"))
    button = find(panel, "spSearchInstead", QPushButton)
    assert button.text() == "Search GEODES instead"
    click(button)
    assert set(panel.ticked()) == {"geodes", "earth_search"}
    assert "peps" not in panel.wanted()
    assert row(panel, "peps").isHidden()
    assert panel.current() == "geodes"
    assert not button.isVisible()


def test_every_closed_portal_names_a_successor_that_is_there_and_open():
    named = {name: INFOS[name].successor for name in INFOS if INFOS[name].closed}
    assert [name for name, by in named.items() if by not in INFOS or INFOS[by].closed] == []


def test_ticking_all_ticks_no_closed_one(panel):
    click(find(panel, "spPortalsAll"))
    assert not [name for name in panel.wanted() if INFOS[name].closed]


def test_a_closed_portal_whose_server_somebody_runs_is_open_again(panel):
    panel.show_portals(INFOS, [], reopened=["peps"])
    assert not row(panel, "peps").isHidden()
    panel.set_wanted(["peps"])
    assert panel.ticked() == ["peps"]


def test_the_tooltip_says_what_a_portal_does_itself_and_what_is_done_here(panel):
    told = tip(panel, "earth_search")
    assert "Sentinel-2 L1C" in told
    assert "cloud cover" in told
    assert "No login." in told
    assert "Login (OpenID) for files." in tip(panel, "cdse")
    assert "Login" in tip(panel, "wekeo")
    assert "can be ordered" in tip(panel, "wekeo")
    assert "can be ordered" not in told


def test_a_portal_that_knows_no_clouds_says_so_in_its_row(panel):
    plain = replace(
        INFOS["earth_search"],
        id="plain",
        filters=frozenset(),
        ordering=Ordering(),
        seen=date(2025, 2, 20),
    )
    panel.show_portals({"plain": plain}, [])
    assert row(panel, "plain").text(1) == "clouds checked here"
    assert "Checked here: cloud cover" in tip(panel, "plain")
    assert "Nobody has told us of it since" in tip(panel, "plain")
    panel.show_collection("sentinel-1-grd")
    assert "clouds" not in row(panel, "plain").text(1), "radar knows no clouds"
