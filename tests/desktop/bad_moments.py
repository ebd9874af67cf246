"""Cancelled while a portal is silent, stopped at half a file, a full disk, one that is shut.

The portals are the ones of test_bad_moments.py; the disks are in the folders SMALL_DISK and
SHUT_DISK, where this machine can have them.
"""

import os
import sys
import urllib.request
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, os.environ["STORY_FOLDER"])  # QGIS runs this text without a file name

import driver
from driver import OUT, check, click, drawn, find, key, on_canvas, shot
from qgis.utils import iface
from steps import (
    answer_sheet,
    choose_folder,
    draw_rectangle,
    footprints,
    open_dock,
    there,
    tick_only,
    told,
    type_date,
    world,
)

from sentinel_portals.bridge import settings

WORDS = {
    "en": {
        "cancelled": ("Search cancelled", "2 scenes from 1 portal"),
        "stopped": ("Download stopped", "goes on where it stopped"),
        "full": ("full", "Choose another folder or make room"),
        "shut": ("cannot be written to",),
        "done": ("1 scene", "1 file"),
    },
    "fr": {
        "cancelled": ("annulée", "2 scènes"),
        "stopped": ("Téléchargement arrêté",),
        "full": ("plein", "Choisissez un autre dossier"),
        "shut": ("dossier",),
        "done": ("1 scène", "1 fichier"),
    },
}[os.environ["STORY_LANGUAGE"]]
SERVER = os.environ["STORY_SERVER"]


def says(text, what):
    missing = [word for word in WORDS[what] if word not in text]
    check(not missing, f"{what}: “{text}”{f', but not {missing}' if missing else ''}")
    check("Traceback" not in text and "Errno" not in text, "it is a sentence for people")


def do(word):
    """Opens a door of the server."""
    urllib.request.urlopen(f"{SERVER}/do/{word}", timeout=5).read()


def choose(place):
    """Selects one scene with a click on the map."""
    iface.setActiveLayer(footprints())
    iface.actionSelect().trigger()
    yield 200
    click(on_canvas(*place))
    yield lambda: footprints().selectedFeatureCount() == 1


def begin_download(folder):
    """Presses the button; the folder is asked for the first time only."""
    click(find("spDownloadButton"))
    if folder:  # it is asked for
        yield from choose_folder(folder)
    yield from answer_sheet()


def parts(folder):
    return [p for p in Path(folder).rglob("*.part") if p.stat().st_size]


def state(of=0):
    found = sorted(footprints().getFeatures(), key=lambda f: f["title"])
    return found[of]["state"]


def story():
    yield from world()
    yield drawn()
    yield from open_dock()
    yield from type_date("spStart", 2024, 6, 1)
    yield from type_date("spEnd", 2024, 9, 30)
    yield from tick_only(("good", "silent"))
    yield from draw_rectangle(2.6, 45.95, 3.95, 45.4)

    click(find("spSearchButton"))
    yield lambda: footprints() is not None and footprints().featureCount() == 2
    key("Escape")
    yield lambda: find("spSearchButton").isEnabled()
    yield drawn()
    yield 500
    shot("1-cancelled")
    says(told(), "cancelled")
    check(footprints().featureCount() == 2, "what had come stays")
    iface.messageBar().clearWidgets()

    yield from choose((2.95, 45.65))
    folder = OUT / "images"
    yield from begin_download(folder)
    yield lambda: bool(parts(folder))
    yield lambda: find("spStopDownload").isVisible()
    shot("2-half")
    click(find("spStopDownload"))
    yield lambda: told() != ""
    yield 500
    shot("3-stopped")
    says(told(), "stopped")
    check(len(parts(folder)) == 1, "the part stays")
    check(state() == "queued", f"the scene keeps its place in the queue: {state()}")
    iface.messageBar().clearWidgets()
    do("whole")
    yield from begin_download(None)
    yield lambda: told() != ""
    yield 500
    shot("4-resumed")
    says(told(), "done")
    check(not parts(folder) and state() == "on disk", "then it is whole")
    iface.messageBar().clearWidgets()
    if os.environ.get("SMALL_DISK"):
        yield from full_and_shut(Path(os.environ["SMALL_DISK"]), Path(os.environ["SHUT_DISK"]))


def full_and_shut(small, shut):
    yield from choose((3.07, 45.65))
    ask_for_the_folder_again()
    yield from begin_download(small)
    yield lambda: bool(parts(small))
    fill(small)
    do("full")
    yield lambda: told() != ""
    yield 500
    shot("5-full")
    says(told(), "full")
    check(len(parts(small)) == 1 and state(1) == "queued", "the part stays, the scene waits")
    iface.messageBar().clearWidgets()

    (small / "ballast").unlink()
    yield from begin_download(None)
    yield lambda: told() != ""
    yield 500
    says(told(), "done")
    check(not parts(small) and state(1) == "on disk", "with room it goes on")
    iface.messageBar().clearWidgets()

    ask_for_the_folder_again()
    click(find("spDownloadButton"))
    yield from choose_folder(shut)
    yield there("spPreflightRow_folder")
    yield 500
    shot("6-shut")
    says(find("spPreflightRow_folder").text(), "shut")
    click(find("spPreflightFolder"))
    yield from choose_folder(OUT / "elsewhere")
    yield from answer_sheet()
    yield lambda: told() != ""
    yield 500
    says(told(), "done")
    before = iface.mapCanvas().scale()
    iface.mapCanvas().zoomIn()
    yield lambda: iface.mapCanvas().scale() < before
    yield drawn()


def ask_for_the_folder_again():
    settings.save(replace(settings.load(), folder_chosen=False))


def fill(folder):
    """Somebody else writes until the disk is full."""
    with suppress(OSError), (folder / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(1 << 16))


if os.environ.get("STORY_OUT"):
    driver.play(story)
