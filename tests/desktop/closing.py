"""QGIS is closed in the middle of a search or of a download, and started again.

STORY_WHEN says which: ``search``, ``download``, or ``again`` for the time after.
"""

import os
import sys
import time
import urllib.request

sys.path.insert(0, os.environ["STORY_FOLDER"])  # QGIS runs this text without a file name

import driver
from driver import OUT, check, click, drawn, find, key, on_canvas, say, shot
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QMessageBox
from qgis.utils import iface
from steps import (
    answer_sheet,
    choose_folder,
    draw_rectangle,
    footprints,
    from_menu,
    open_dock,
    tick_only,
    told,
    type_date,
    world,
)

WHEN = os.environ["STORY_WHEN"]
FILES = OUT / "images"
PROJECT = OUT / "project.qgz"


def close():
    """As people do: QGIS asks whether to cancel what still runs, and is then closed."""
    QgsProject.instance().write(str(PROJECT))
    QTimer.singleShot(0, iface.actionExit().trigger)
    yield lambda: isinstance(QApplication.activeModalWidget(), QMessageBox)
    yield 300
    shot(f"{WHEN}-closing")
    began = time.monotonic()
    key("Return")
    yield lambda: not QgsApplication.taskManager().activeTasks()
    check(time.monotonic() - began < 2, "it is cancelled within a moment")
    QgsProject.instance().write(str(PROJECT))
    say("PASS")
    QTimer.singleShot(0, iface.actionExit().trigger)
    yield lambda: False


def story():
    if WHEN == "again":
        yield from again()
        return
    yield from world()
    yield drawn()
    yield from open_dock()
    yield from type_date("spStart", 2024, 6, 1)
    yield from type_date("spEnd", 2024, 9, 30)
    yield from tick_only(("good", "silent") if WHEN == "search" else ("good",))
    yield from draw_rectangle(2.6, 45.95, 3.95, 45.4)
    click(find("spSearchButton"))
    yield lambda: footprints() is not None and footprints().featureCount() == 2
    if WHEN == "search":
        check(not find("spSearchButton").isEnabled(), "the search still runs")
        yield from close()
    yield lambda: find("spSearchButton").isEnabled()
    yield from begin_download()
    yield lambda: any(p.stat().st_size for p in FILES.rglob("*.part"))
    yield from close()


def begin_download():
    iface.setActiveLayer(footprints())
    iface.actionSelect().trigger()
    yield 200
    click(on_canvas(2.95, 45.65))
    yield lambda: footprints().selectedFeatureCount() == 1
    yield from from_menu(footprints(), "spDownloadAction")
    yield from choose_folder(FILES)
    yield from answer_sheet()


def again():
    """The project as it was left; the download goes on by itself, the search by hand."""
    urllib.request.urlopen(f"{os.environ['STORY_SERVER']}/do/whole", timeout=5).read()
    QgsProject.instance().read(str(PROJECT))
    yield lambda: footprints() is not None
    yield drawn()
    check(footprints().featureCount() == 2, "the footprints are there")
    if not FILES.exists():  # it was closed in the search
        yield from begin_download()
    yield lambda: told() != ""
    yield 500
    shot("again")
    say(told())
    check(not list(FILES.rglob("*.part")), "nothing is left half done")


if os.environ.get("STORY_OUT"):
    driver.play(story)
