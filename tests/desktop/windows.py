"""Two windows of QGIS on one profile: the first downloads and is killed, the second takes over.

STORY_WHEN says which one this is; what they tell each other are files in STORY_SHARED.
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, os.environ["STORY_FOLDER"])  # QGIS runs this text without a file name

import driver
from driver import check, click, drag, drawn, find, on_canvas, say, shot
from qgis.PyQt.QtWidgets import QAction
from qgis.utils import iface, plugins
from steps import (
    answer_sheet,
    choose,
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
    type_date,
    world,
)

SHARED = Path(os.environ["STORY_SHARED"])
FILES = SHARED / "images"
SLOW = [f"s{number}" for number in range(1, 8)]
driver.PATIENCE = 90.0  # the other window has to start meanwhile


def story():
    yield from (first() if os.environ["STORY_WHEN"] == "first" else second())


def states():
    return [state(title) for title in SLOW]


def parts():
    return list(FILES.rglob("*.part"))


def runner():
    return plugins["sentinel_portals"].desktop.queue_runner


def first():
    """Downloads, until the second window has seen it; then the process is killed."""
    yield from world()
    yield drawn()
    yield from open_dock()
    yield from type_date("spStart", 2024, 6, 1)
    yield from type_date("spEnd", 2024, 9, 30)
    yield from tick_only(("slow",))
    yield from draw_rectangle(2.6, 45.95, 4.05, 45.4)
    click(find("spSearchButton"))
    yield lambda: footprints() is not None and footprints().featureCount() == len(SLOW)
    yield lambda: find("spSearchButton").isEnabled()
    yield drawn()
    iface.setActiveLayer(footprints())
    iface.actionSelect().trigger()
    yield 200
    yield from drag(on_canvas(2.7, 45.93), on_canvas(4.0, 45.42))
    yield lambda: footprints().selectedFeatureCount() == len(SLOW)
    yield from from_menu(footprints(), "spDownloadAction")
    yield from choose_folder(FILES)
    yield from answer_sheet()
    yield there("spQueueDock")
    yield lambda: table().model().rowCount() == len(SLOW)
    yield lambda: states().count("running") >= 2
    (SHARED / "going").write_text(str(os.getpid()))
    yield lambda: (SHARED / "seen").exists()
    shot("first")
    say("killed")
    os.kill(os.getpid(), signal.SIGKILL)


def second():
    """Shows the same list and only watches; when the first is gone, its jobs are done here."""
    iface.mainWindow().findChild(QAction, "spQueueAction").trigger()
    yield there("spQueueDock")
    yield lambda: table().model().rowCount() == len(SLOW)
    yield lambda: states().count("running") >= 2
    yield 6000  # longer than the pause between two looks at the other window
    check(not runner().working, "it only watches")
    check("downloading elsewhere" in _words(), str(_words()))
    shot("1-watches")
    yield lambda: len(parts()) >= 2 and all(p.stat().st_size for p in parts())
    other = int((SHARED / "going").read_text())
    (SHARED / "seen").touch()
    yield lambda: not _lives(other)
    yield lambda: runner().working and bool(runner().running())
    yield 2500
    shot("2-takes-over")
    do("fast")
    yield lambda: set(states()) == {"done"}
    yield lambda: not runner().working
    yield 500
    shot("3-all-here")
    yield from choose("s3")
    check(not parts(), "nothing is left half done")


def _words():
    """What the column of the states says."""
    model = table().model()
    return {model.index(row, 1).data() for row in range(model.rowCount())}


def _lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


if os.environ.get("STORY_OUT"):
    driver.play(story)
