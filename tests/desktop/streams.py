"""Scenes shown without a download, kept in a project without a secret; the cloud in the area."""

import json
import os
import re
import sys
import time

sys.path.insert(0, os.environ["STORY_FOLDER"])  # QGIS runs this text without a file name

from dataclasses import replace

import driver
from driver import OUT, check, click, drawn, find, in_tree, popup, say, shot
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsPointXY,
    QgsProject,
    QgsRaster,
)
from qgis.PyQt.QtCore import QPoint, QTimer
from qgis.utils import iface
from steps import (
    draw_rectangle,
    footprints,
    from_menu,
    open_dock,
    rasters,
    tick_only,
    type_date,
    world,
)

from sentinel_portals.bridge import settings

PROJECT = OUT / "project.qgs"
TOLD = json.loads(os.environ["STORY_TOLD"])


class Pulse:
    """How long the main thread was deaf at most, in milliseconds."""

    def __init__(self):
        self.timer, self.last, self.longest = QTimer(), time.perf_counter(), 0.0
        self.timer.setInterval(5)
        self.timer.timeout.connect(self._beat)
        self.timer.start()

    def _beat(self):
        now = time.perf_counter()
        self.longest = max(self.longest, 1000 * (now - self.last))
        self.last = now

    def said(self):
        self._beat()
        longest, self.longest = self.longest, 0.0
        return round(longest)


def log_in():
    """A login in QGIS's own database, chosen for the portal."""
    manager = QgsApplication.authManager()
    manager.setMasterPassword("masterword", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("near")
    config.setConfig("password", TOLD["word"])
    manager.storeAuthenticationConfig(config)
    settings.save(replace(settings.load(), logins={"near": config.id()}))


def values(layer):
    """What identify says where the test knows the pixels."""
    found = []
    for x, y in TOLD["points"]:
        kind = QgsRaster.IdentifyFormat.IdentifyFormatValue
        found.append(layer.dataProvider().identify(QgsPointXY(x, y), kind).results())
    return [[round(value, 4) for value in row.values()] for row in found]


def canvas():
    return iface.mapCanvas().grab().toImage()


def from_submenu(layer, name, picture=""):
    """An entry of a menu within the layer's menu."""
    click(in_tree(layer), button=3)
    yield lambda: popup() is not None
    yield 300
    menu = popup()
    titles = [a.text() for a in menu.actions() if a.menu()]
    check(len(titles) == len(set(titles)), f"each menu is there once: {titles}")
    holder = next(
        a
        for a in menu.actions()
        if a.menu() and name in [b.objectName() for b in a.menu().actions()]
    )
    click(menu.mapToGlobal(menu.actionGeometry(holder).center()))
    yield lambda: holder.menu().isVisible()
    yield 200
    if picture:
        shot(picture)
    inner = holder.menu()
    action = next(a for a in inner.actions() if a.objectName() == name)
    click(inner.mapToGlobal(inner.actionGeometry(action).center()))
    yield 300


def story():
    log_in()
    yield from world()
    yield from open_dock()
    yield from type_date("spStart", 2024, 6, 1)
    yield from type_date("spEnd", 2024, 6, 30)
    yield from tick_only(["near"])
    yield from draw_rectangle(3.15, 45.95, 3.75, 45.45)
    click(find("spSearchButton"))
    yield lambda: footprints() is not None and find("spSearchButton").isEnabled()
    yield drawn()
    layer = footprints()
    layer.selectAll()
    iface.setActiveLayer(layer)

    pulse = Pulse()
    yield 500
    idle = pulse.said()
    yield from from_menu(layer, "spStreamAction", "1-menu")
    pulse.said()
    began = time.perf_counter()
    yield lambda: len(rasters()) == TOLD["scenes"]
    opened, deaf = time.perf_counter() - began, pulse.said()
    say(f"opened in {opened:.1f} s; longest silence {deaf} ms, idle {idle} ms")
    layer.removeSelection()
    yield drawn()
    yield 3000
    yield drawn()
    shot("2-shown")
    shown = values(rasters()[0])
    check(shown == TOLD["values"], f"identify says what is in the file: {shown}")

    iface.setActiveLayer(layer)
    yield from from_submenu(layer, "spCloudAction", "3-menu")
    yield lambda: all(f["aoi_cloud"] for f in layer.getFeatures())
    group = [n for n in QgsProject.instance().layerTreeRoot().findGroups()]
    for node in group:
        node.setItemVisibilityChecked(False)
    yield drawn()
    yield 1500
    shot("4-cloud")
    shares = sorted(round(f["aoi_cloud"], 2) for f in layer.getFeatures())
    say("cloud in the area:", shares)
    for node in group:
        node.setItemVisibilityChecked(True)
    yield drawn()
    yield 1500

    before = canvas()
    QgsProject.instance().write(str(PROJECT))
    saved = PROJECT.read_text()
    check(TOLD["word"] not in saved, "the project has no login in it")
    check(not re.search("[Bb]earer|[Aa]uthorization", saved), "nor a header")
    iface.newProject(False)
    yield 700
    pulse.said()
    QgsProject.instance().read(str(PROJECT))
    say(f"the project opened; longest silence {pulse.said()} ms")
    check(all(each.isValid() for each in rasters()), "the layers are valid")
    yield lambda: len(rasters()) == TOLD["scenes"]
    yield 4000
    yield drawn()
    yield 1000
    shot("5-reopened")
    check(values(rasters()[0]) == TOLD["values"], "and identify says the same")
    after = canvas()
    same = sum(
        before.pixel(QPoint(x, y)) == after.pixel(QPoint(x, y))
        for x in range(0, before.width(), 7)
        for y in range(0, before.height(), 7)
    )
    of = len(range(0, before.width(), 7)) * len(range(0, before.height(), 7))
    check(same > 0.98 * of, f"the map is drawn again as it was: {same} of {of} pixels")
    (OUT / "told.json").write_text(
        json.dumps({"opened": opened, "deaf": deaf, "idle": idle, "shares": shares})
    )


if os.environ.get("STORY_OUT"):
    driver.play(story)
