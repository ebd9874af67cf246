"""The plugin's main story: an area, a search, footprints, the right click, a download, a raster.

Nobody but the hand touches the plugin here: every step is a click, a drag or a key. Only the
background map is put there by code, because a bare QGIS has none.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, os.environ["STORY_FOLDER"])  # QGIS runs this text without a file name

import driver
from driver import (
    OUT,
    check,
    click,
    drag,
    drawn,
    entry,
    find,
    in_tree,
    key,
    on_canvas,
    popup,
    say,
    shot,
    type_text,
)
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from qgis.utils import iface

FILES = OUT / "images"
PROJECT = OUT / "project.qgz"
SAMPLES = ("sample", "sample_archive")


def world():
    """The map of the world that every QGIS brings, as a background."""
    from qgis.core import QgsApplication

    path = Path(QgsApplication.pkgDataPath()) / "resources" / "data" / "world_map.gpkg"
    layer = QgsVectorLayer(f"{path}|layername=countries", "World", "ogr")
    QgsProject.instance().addMapLayer(layer)
    yield 300  # the first layer of a project brings its own CRS and extent
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    iface.mapCanvas().setExtent(QgsRectangle(190000, 5620000, 500000, 5860000))
    iface.mapCanvas().refresh()


def footprints():
    """The footprint layer in the project, None before it is there."""
    for layer in QgsProject.instance().mapLayers().values():
        if layer.customProperty("sentinel_portals/footprints"):
            return layer
    return None


def rasters():
    layers = QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if isinstance(layer, QgsRasterLayer)]


def type_date(name, year, month, day):
    """A date into its field as a person types it: from the first section on, digits only."""
    edit = find(name)
    digits = {"d": f"{day:02d}", "M": f"{month:02d}", "y": f"{year:04d}"}
    form = edit.displayFormat()
    click(edit.mapToGlobal(QPoint(12, edit.height() // 2)), times=2)  # chooses the first section
    yield 150
    for letter in sorted(digits, key=form.index):
        type_text(digits[letter])
        yield 60
    key("Tab")
    yield 100
    told = edit.date().toString(Qt.DateFormat.ISODate)
    check(told == f"{year:04d}-{month:02d}-{day:02d}", f"{name} is {told}")


def tick_only(wanted):
    """Ticks in the list of portals by clicks on their boxes."""
    click(find("spPortalsNone"))
    yield 150
    portals = find("spPortalList")
    for name in wanted:
        item = next(
            portals.topLevelItem(i)
            for i in range(portals.topLevelItemCount())
            if portals.topLevelItem(i).data(0, Qt.ItemDataRole.UserRole) == name
        )
        portals.scrollToItem(item)
        yield 100
        rect = portals.visualItemRect(item)
        click(portals.viewport().mapToGlobal(QPoint(rect.left() + 10, rect.center().y())))
        yield 150
        check(item.checkState(0) == Qt.CheckState.Checked, f"{name} is ticked")


def choose_folder(path):
    """Types the folder into the file dialog, if one comes."""
    path.mkdir(parents=True, exist_ok=True)
    dialog = QApplication.activeModalWidget()
    check(isinstance(dialog, QFileDialog), "a dialog asks for the folder")
    field = dialog.findChild(QLineEdit)
    click(field)
    yield 100
    key("ctrl+a")
    type_text(str(path))
    yield 100
    key("Return")
    yield lambda: QApplication.activeModalWidget() is None


def from_menu(layer, name):
    """The right click on a layer in the tree, then an entry of QGIS's own menu."""
    click(in_tree(layer), button=3)
    yield lambda: popup() is not None
    yield 300
    menu = popup()
    if name == "spDownloadAction":
        shot("4-menu")
    click(entry(menu, name))
    yield 300


def story():
    action = iface.mainWindow().findChild(QAction, "spDockAction")
    check(action is not None, "the plugin has its action")
    yield from world()
    yield drawn()

    bars = [w for w in action.associatedWidgets() if isinstance(w, QWidget) and w.isVisible()]
    buttons = [b for bar in bars for b in bar.findChildren(QToolButton)]
    click(next(b for b in buttons if b.defaultAction() is action))
    yield lambda: find("spDock").isVisible()
    yield 500
    shot("1-dock")

    yield from type_date("spStart", 2024, 6, 1)
    yield from type_date("spEnd", 2024, 9, 30)
    yield from tick_only(SAMPLES)

    click(find("spAreaRectangle"))
    yield 300
    yield from drag(on_canvas(2.6, 45.95), on_canvas(3.95, 45.4))
    yield lambda: "km²" in find("spAreaLabel").text()
    say("area:", find("spAreaLabel").text())
    shot("2-area")

    click(find("spSearchButton"))
    yield lambda: footprints() is not None and find("spSearchButton").isEnabled()
    yield drawn()
    yield 700
    layer = footprints()
    found = layer.featureCount()
    check(found >= 5, f"{found} scenes are on the map")
    shot("3-footprints")

    iface.setActiveLayer(layer)
    click(in_tree(layer))
    yield 300
    iface.actionSelect().trigger()
    yield 200
    click(on_canvas(3.9, 45.9))
    yield 400
    click(on_canvas(2.2, 45.9), keys=("shift",))
    yield lambda: layer.selectedFeatureCount() >= 2
    yield 500
    chosen = layer.selectedFeatureCount()
    shot("4-selection")

    yield from from_menu(layer, "spDownloadAction")
    yield from choose_folder(FILES)
    yield lambda: loaded_button() is not None
    yield 400
    shot("5-downloaded")
    files = sorted(p for p in FILES.rglob("*") if p.is_file() and p.suffix in (".tif", ".jp2"))
    check(len(files) >= chosen, f"{len(files)} files are on the disk")
    check(not list(FILES.rglob("*.part")), "nothing is left half done")

    click(loaded_button())
    yield lambda: len(rasters()) >= chosen
    yield drawn()
    yield 1500
    shot("6-loaded")
    check(all(r.isValid() for r in rasters()), "the rasters are valid")
    tree = [node.layerId() for node in QgsProject.instance().layerTreeRoot().findLayers()]
    above = tree.index(rasters()[0].id()) < tree.index(layer.id())
    check(above, "the rasters lie above the footprints")

    yield from from_menu(layer, "spQuicklookAction")
    yield lambda: len(rasters()) > chosen
    yield drawn()
    yield 800
    shot("7-quicklooks")

    QgsProject.instance().write(str(PROJECT))
    iface.newProject(False)
    yield 500
    check(footprints() is None, "the new project is empty")
    QgsProject.instance().read(str(PROJECT))
    yield lambda: footprints() is not None
    yield drawn()
    layer = footprints()
    check(layer.featureCount() == found, "the reopened project has its footprints")
    yield from from_menu(layer, "spZoomAction")
    yield drawn()
    yield 600
    shot("8-reopened")

    told = {
        "scenes": found,
        "downloaded": chosen,
        "files": len(files),
        "bytes": sum(p.stat().st_size for p in files),
    }
    (OUT / "told.json").write_text(json.dumps(told))
    say(told)


def loaded_button():
    """The Load button in the message bar, None while it is not there."""
    bar = iface.messageBar().currentItem()
    return bar.findChild(QPushButton, "spLoadButton") if bar else None


if os.environ.get("STORY_OUT"):
    driver.play(story)
