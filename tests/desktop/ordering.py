"""A scene that is in a portal's archive: ordered, looked after, brought, and told."""

import os
import sys
from dataclasses import replace

sys.path.insert(0, os.environ["STORY_FOLDER"])  # QGIS runs this text without a file name

import driver
from driver import OUT, check, click, drawn, find, on_canvas, say, shot
from qgis.core import QgsApplication
from qgis.utils import iface
from steps import (
    answer_sheet,
    at,
    choose_folder,
    do,
    draw_rectangle,
    footprints,
    from_menu,
    open_dock,
    state,
    table,
    there,
    tick_only,
    told,
    type_date,
    world,
)

from sentinel_portals.bridge import credentials, settings

TITLE = "S2B_MSIL1C_20240614T103629_N0510_R008_T31TDK_20240614T134015"
MASTER = "the master of this story"
driver.PATIENCE = 60.0


def story():
    QgsApplication.authManager().setMasterPassword(MASTER, True)
    login = credentials.store("Ada", "Basic", {"username": "ada", "password": "p"})
    kept = replace(settings.load(), logins={"archive": login}, assets=("*",))
    settings.save(kept)
    yield from world()
    yield drawn()
    yield from open_dock()
    collection = find("spCollection")
    collection.setCurrentIndex(collection.findData("sentinel-2-l1c"))
    yield from type_date("spStart", 2024, 6, 1)
    yield from type_date("spEnd", 2024, 9, 30)
    yield from tick_only(("archive",))
    yield from draw_rectangle(2.6, 45.95, 4.05, 45.4)
    click(find("spSearchButton"))
    yield lambda: footprints() is not None and footprints().featureCount() == 1
    yield lambda: find("spSearchButton").isEnabled()
    yield drawn()
    iface.setActiveLayer(footprints())
    iface.actionSelect().trigger()
    yield 200
    click(on_canvas(3.0, 45.65))
    yield lambda: footprints().selectedFeatureCount() == 1
    yield from from_menu(footprints(), "spDownloadAction")
    yield from choose_folder(OUT / "images")
    yield from answer_sheet("1-sheet")
    yield there("spQueueDock")
    yield lambda: table().model().rowCount() == 1
    yield lambda: state(TITLE) == "ordered"
    yield lambda: told() != ""
    click(at(TITLE))
    yield 500
    shot("2-ordered")
    say(told())
    say(table().model().index(0, 1).data())
    check(on_map() == "queued", "the map says that it is on its way")
    iface.messageBar().clearWidgets()
    do("brought")
    yield lambda: state(TITLE) == "done"
    yield lambda: told() != ""
    yield 500
    shot("3-came")
    say(told())
    yield lambda: on_map() == "on disk"


def on_map():
    return next(f["state"] for f in footprints().getFeatures())


if os.environ.get("STORY_OUT"):
    driver.play(story)
