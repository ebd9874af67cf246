"""What every story does: opens the dock, types dates, ticks portals, uses the layer's menu."""

import os
import urllib.request
from pathlib import Path

from driver import check, click, drag, entry, find, in_tree, key, on_canvas, popup, shot, type_text
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
    click(edit.mapToGlobal(QPoint(8, edit.height() // 2)))  # into the first section
    yield edit.hasFocus
    key("shift+Tab")
    key("Tab")  # who comes by Tab has the first section chosen
    yield edit.hasFocus
    yield 150
    for letter in sorted(digits, key=form.index):
        type_text(digits[letter])
        yield 60
    key("Tab")
    yield 100
    typed = edit.date().toString(Qt.DateFormat.ISODate)
    check(typed == f"{year:04d}-{month:02d}-{day:02d}", f"{name} is {typed}")


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
    yield lambda: isinstance(QApplication.activeModalWidget(), QFileDialog)
    dialog = QApplication.activeModalWidget()
    field = dialog.findChild(QLineEdit)
    click(field)
    yield 100
    key("ctrl+a")
    type_text(str(path))
    yield 100
    key("Return")
    yield lambda: QApplication.activeModalWidget() is not dialog


def there(name):
    """A condition: this widget is to be seen."""

    def look():
        try:
            return find(name).isVisible()
        except LookupError:
            return False

    return look


def answer_sheet(picture=""):
    """Waits until the sheet before a download knows all, and clicks its Download."""
    yield there("spPreflightDownload")
    yield lambda: find("spPreflightDownload").isEnabled()
    yield 400
    if picture:
        shot(picture)
    click(find("spPreflightDownload"))
    yield lambda: QApplication.activeModalWidget() is None


def from_menu(layer, name, picture=""):
    """The right click on a layer in the tree, then an entry of QGIS's own menu."""
    click(in_tree(layer), button=3)
    yield lambda: popup() is not None
    yield 300
    menu = popup()
    if picture:
        shot(picture)
    click(entry(menu, name))
    yield 300


def loaded_button():
    """The Load button in the message bar, None while it is not there."""
    bar = iface.messageBar().currentItem()
    return bar.findChild(QPushButton, "spLoadButton") if bar else None


def open_dock():
    """A click on the plugin's button in the tool bar."""
    action = iface.mainWindow().findChild(QAction, "spDockAction")
    check(action is not None, "the plugin has its action")
    bars = [w for w in action.associatedWidgets() if isinstance(w, QWidget) and w.isVisible()]
    buttons = [b for bar in bars for b in bar.findChildren(QToolButton)]
    click(next(b for b in buttons if b.defaultAction() is action))
    yield lambda: find("spDock").isVisible()
    yield 500


def draw_rectangle(west, north, east, south):
    """An area by the mouse."""
    click(find("spAreaRectangle"))
    yield 300
    yield from drag(on_canvas(west, north), on_canvas(east, south))
    yield lambda: "km²" in find("spAreaLabel").text()


def told():
    """The sentence in the message bar, '' for none."""
    bar = iface.messageBar().currentItem()
    return bar.text() if bar else ""


def do(word):
    """Opens a door of the server."""
    urllib.request.urlopen(f"{os.environ['STORY_SERVER']}/do/{word}", timeout=5).read()


# --- the panel of downloads ---------------------------------------------------------------------


def table():
    return find("spQueueTable")


def row(title):
    model = table().model()
    return next(r for r in range(model.rowCount()) if model.job(r).title == title)


def at(title):
    """The point of the screen where a job stands."""
    rect = table().visualRect(table().model().index(row(title), 0))
    return table().viewport().mapToGlobal(rect.center())


def state(title):
    return table().model().job(row(title)).state.value


def choose(title):
    click(at(title))
    yield lambda: [i.row() for i in table().selectionModel().selectedRows()] == [row(title)]
    yield 200
