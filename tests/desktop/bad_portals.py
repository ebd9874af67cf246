"""Everything a portal, its entry in the portals file or a hasty hand can do wrong, in one session.

The portals are the ones of test_bad_portals.py. Each trouble must be a sentence, and cost nobody
else anything.
"""

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, os.environ["STORY_FOLDER"])  # QGIS runs this text without a file name

import driver
from driver import check, click, drawn, find, key, on_canvas, say, shot, x
from qgis.core import QgsNetworkAccessManager, QgsRectangle
from qgis.PyQt.QtWidgets import QApplication, QDockWidget, QMessageBox, QPushButton, QTabWidget
from qgis.utils import iface
from steps import draw_rectangle, footprints, open_dock, tick_only, told, type_date, world

WORDS = {
    "en": {
        "malformed": ("The portals file", "line 3", "Correct it"),
        "unknown": ("“moon”", "was left out", "sentinel-9"),
        "no area": ("There is no area to search in",),
        "reversed": ("comes after the last one",),
        "vast": ("km²", "Search it anyway?"),
        "html": ("Web page", "answered with a web page instead of data", "Try again later"),
        "half": ("Half", "sent only part of an answer", "Try again later"),
        "broken": ("Broken", "broke off", "Check the connection"),
        "refusing": ("Refusing", "wants a login"),
        "hurried": ("Hurried", "slower", "Try again in 120 s"),
        "silent": ("Silent", "did not answer within 1 s"),
        "flat": ("1 entry could not be read",),
        "result": ("5 scenes from 2 portals", "1 scene without footprint", "6 portals failed"),
    },
    "fr": {
        "malformed": ("Le fichier de portails", "ligne 3", "Corrigez"),
        "unknown": ("moon", "contient un nom inconnu", "sentinel-9"),
        "no area": ("emprise",),
        "reversed": ("après",),
        "vast": ("km²",),
        "html": ("Web page", "page web"),
        "half": ("Half", "partie"),
        "broken": ("Broken", "interrompue"),
        "refusing": ("Refusing", "identification", "«\u00a0auth\u00a0»"),
        "hurried": ("Hurried", "120 s"),
        "silent": ("Silent", "1 s"),
        "flat": ("1 entrée est illisible",),
        "result": ("5 scènes", "2 portails", "1 scène sans emprise", "6 portails"),
    },
}[os.environ["STORY_LANGUAGE"]]
BAD = ("html", "half", "broken", "refusing", "hurried", "silent")
GOOD = ("good", "flat")


def says(text, what):
    """The sentence has what it must have, and nothing for programmers."""
    missing = [word for word in WORDS[what] if word not in text]
    check(not missing, f"{what}: “{text}”{f', but not {missing}' if missing else ''}")
    check("Traceback" not in text and "Error" not in text, "it is a sentence for people")


def bar_button(name):
    bar = iface.messageBar().currentItem()
    return bar.findChild(QPushButton, name) if bar else None


def story():
    QgsNetworkAccessManager.setTimeout(1000)  # as in QGIS's options, Network
    yield from world()
    yield drawn()

    yield from open_dock()
    says(told(), "malformed")
    check(bar_button("spOpenPortalsFile") is not None, "a button opens the file")
    shot("1-malformed")
    file = Path(os.environ["SENTINEL_PORTALS_FILE"])
    shutil.copy(file.with_name("corrected.json"), file)
    click(bar_button("spReadPortalsAgain"))
    yield lambda: WORDS["unknown"][0] in told()
    yield 500
    says(told(), "unknown")
    shot("2-unknown")
    iface.messageBar().clearWidgets()

    yield from type_date("spStart", 2024, 6, 1)
    yield from type_date("spEnd", 2024, 9, 30)
    yield from tick_only((*GOOD, *BAD))

    click(find("spSearchButton"))
    yield lambda: told() != ""
    yield 300
    says(told(), "no area")
    check(bar_button("spTakeCanvas") is not None, "a button takes the map's extent")
    shot("3-no-area")
    iface.messageBar().clearWidgets()

    iface.mapCanvas().setExtent(QgsRectangle(-3e6, 3e6, 5e6, 8e6))
    yield drawn()
    yield from draw_rectangle(-9, 58, 30, 40)
    click(find("spSearchButton"))
    yield lambda: isinstance(QApplication.activeModalWidget(), QMessageBox)
    yield 300
    says(QApplication.activeModalWidget().text(), "vast")
    shot("4-vast")
    key("Escape")
    yield lambda: QApplication.activeModalWidget() is None
    check(footprints() is None and find("spSearchButton").isEnabled(), "no means no")

    iface.mapCanvas().setExtent(QgsRectangle(190000, 5620000, 500000, 5860000))
    yield drawn()
    yield from draw_rectangle(2.6, 45.95, 3.95, 45.4)
    yield from type_date("spStart", 2024, 10, 1)
    click(find("spSearchButton"))
    yield lambda: told() != ""
    yield 300
    says(told(), "reversed")
    shot("5-reversed")
    iface.messageBar().clearWidgets()
    yield from type_date("spStart", 2024, 6, 1)

    click(find("spSearchButton"))
    yield lambda: footprints() is not None
    check(not find("spSearchButton").isEnabled(), "scenes are there while others are still asked")
    before = iface.mapCanvas().scale()
    where = on_canvas(3.2, 45.7)
    x("mousemove", where.x(), where.y())
    x("click", 4)  # the wheel
    yield lambda: iface.mapCanvas().scale() < before * 0.8
    yield drawn()
    check(not find("spSearchButton").isEnabled(), "the map moves while portals are asked")
    yield lambda: find("spSearchButton").isEnabled()
    yield drawn()
    yield 600
    shot("6-searched")
    check(footprints().featureCount() == 5, "the good portals' scenes are in the layer")
    for name in BAD:
        says(find(f"spNote_{name}").text(), name)
        check(find(f"spAction_{name}").isVisible(), f"{name} has a button")
    says(find("spNote_flat").text(), "flat")
    says(told(), "result")
    check(len(told()) < 120, "the sentence is short enough to be read")
    say(told())
    click(bar_button("spDetailsButton"))
    yield 800
    pages = iface.mainWindow().findChild(QDockWidget, "MessageLog").findChild(QTabWidget)
    check(pages.tabText(pages.currentIndex()) == "Sentinel Portals", "the log opens at our page")
    shot("7-details")


if os.environ.get("STORY_OUT"):
    driver.play(story)
