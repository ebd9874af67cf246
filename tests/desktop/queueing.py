"""Many downloads from a slow portal: paused, cancelled, moved, refused and remedied, all stopped.

Then QGIS is closed in the middle; STORY_WHEN ``again`` is the start after that.
"""

import os
import sys

sys.path.insert(0, os.environ["STORY_FOLDER"])  # QGIS runs this text without a file name

import driver
from driver import OUT, check, click, drag, drawn, entry, find, key, on_canvas, popup, say, shot
from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QMessageBox
from qgis.utils import iface
from steps import (
    answer_sheet,
    at,
    choose,
    choose_folder,
    do,
    draw_rectangle,
    footprints,
    from_menu,
    loaded_button,
    open_dock,
    rasters,
    row,
    state,
    table,
    there,
    tick_only,
    told,
    type_date,
    world,
)

from sentinel_portals.bridge import credentials

FILES = OUT / "images"
PROJECT = OUT / "project.qgz"
MASTER = "the master of this story"
SCENES = ("s1", "s2", "s3", "s4", "s5", "s6", "s7", "members")


def story():
    QgsApplication.authManager().setMasterPassword(MASTER, True)
    yield from (again() if os.environ["STORY_WHEN"] == "again" else first())


# --- the panel ---------------------------------------------------------------------------------


def states():
    return {title: state(title) for title in SCENES}


def press(name):
    """A button of the panel's tool bar."""
    bar = find("spQueueBar")
    action = next(a for a in bar.actions() if a.objectName() == name)
    check(action.isEnabled(), f"{name} can be pressed")
    click(bar.widgetForAction(action))


def on_map(title):
    """What the footprint of a scene says."""
    return next(f["state"] for f in footprints().getFeatures() if f["title"] == title)


# --- the story ---------------------------------------------------------------------------------


def first():
    yield from world()
    yield drawn()
    yield from open_dock()
    yield from type_date("spStart", 2024, 6, 1)
    yield from type_date("spEnd", 2024, 9, 30)
    yield from tick_only(("slow", "members"))
    yield from draw_rectangle(2.6, 45.95, 4.05, 45.4)
    click(find("spSearchButton"))
    yield lambda: footprints() is not None and footprints().featureCount() == len(SCENES)
    yield lambda: find("spSearchButton").isEnabled()
    yield drawn()
    iface.setActiveLayer(footprints())
    iface.actionSelect().trigger()
    yield 200
    yield from drag(on_canvas(2.7, 45.93), on_canvas(4.0, 45.42))
    yield lambda: footprints().selectedFeatureCount() == len(SCENES)

    yield from from_menu(footprints(), "spDownloadAction", "1-menu")
    yield from choose_folder(FILES)
    yield from answer_sheet("2-sheet")
    yield there("spQueueDock")
    yield lambda: table().model().rowCount() == len(SCENES)
    yield lambda: list(states().values()).count("running") >= 3
    yield lambda: state("members") == "failed"
    yield 2500
    shot("3-queue")
    say(find("spQueueTotals").text())
    check(on_map("members") == "failed", "the map says what the list says")

    yield from choose("s1")
    press("spQueuePause")
    yield lambda: state("s1") == "paused"
    yield lambda: state("s5") == "running"  # somebody else takes the place
    yield from choose("s2")
    key("Delete")
    yield lambda: state("s2") == "cancelled"
    yield lambda: not list(FILES.glob("s2*/*.part"))
    yield lambda: on_map("s2") == "found"
    shot("4-paused-and-cancelled")

    click(at("s7"), button=3)
    yield lambda: popup() is not None
    yield 300
    shot("5-context-menu")
    click(entry(popup(), "spQueueTop"))
    yield lambda: row("s7") < row("s1")
    yield from remedy()

    press("spQueueAll")
    yield lambda: "running" not in states().values()
    yield 1500
    shot("7-all-paused")
    press("spQueueAll")
    yield lambda: "running" in states().values()
    yield lambda: all(p.stat().st_size for p in FILES.rglob("*.part"))
    yield from close()


def remedy():
    """The button below logs in, and what had failed is fetched."""
    login = credentials.store("Ada", "Basic", {"username": "ada", "password": "p"})
    yield from choose("members")
    yield there("spQueueRemedy")
    shot("6-refused")
    say(find("spQueueTrouble").text())
    click(find("spQueueRemedy"))
    yield lambda: QApplication.activeModalWidget() is not None
    dialog = QApplication.activeModalWidget()
    check(dialog.objectName() == "spCredentialsDialog", "the login is asked for")
    dialog.findChild(QgsAuthConfigSelect).setConfigId(login)
    yield 300
    shot("6-login")
    click(dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok))
    yield lambda: state("members") == "done"
    yield lambda: on_map("members") == "on disk"


def close():
    """QGIS is closed in the middle of it all."""
    QgsProject.instance().write(str(PROJECT))
    QTimer.singleShot(0, iface.actionExit().trigger)
    yield lambda: isinstance(QApplication.activeModalWidget(), QMessageBox)
    key("Return")
    yield lambda: not QgsApplication.taskManager().activeTasks()
    QgsProject.instance().write(str(PROJECT))
    say("PASS")
    QTimer.singleShot(0, iface.actionExit().trigger)
    yield lambda: False


def again():
    """It goes on by itself; what was paused is paused, what was given up is given up."""
    do("fast")
    QgsProject.instance().read(str(PROJECT))
    yield there("spQueueDock")
    yield lambda: table().model().rowCount() == len(SCENES)
    yield lambda: loaded_button() is not None
    yield drawn()
    yield 500
    shot("8-again")
    say(told())
    kept = {"s1": "paused", "s2": "cancelled"}
    check(states() == {title: kept.get(title, "done") for title in SCENES}, str(states()))
    check(on_map("s3") == "on disk", "the map says so, too")
    iface.messageBar().clearWidgets()
    yield from choose("s1")
    press("spQueueResume")
    yield lambda: state("s1") == "done"
    yield lambda: loaded_button() is not None
    yield 300
    click(loaded_button())
    yield lambda: bool(rasters())
    yield drawn()
    yield 500
    shot("9-loaded")
    check(not list(FILES.rglob("*.part")), "nothing is left half done")
    press("spQueueSweep")
    yield lambda: table().model().rowCount() == 0
    check(find("spQueueTotals").text() != "", "and the list is empty")


if os.environ.get("STORY_OUT"):
    driver.play(story)
