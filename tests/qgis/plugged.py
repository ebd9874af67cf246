"""The plugin in the desktop of the tests, and hands to work its widgets."""

import sys
from contextlib import contextmanager

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsRectangle,
    QgsSettings,
)
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QWidget

from sentinel_portals.tests.qgis.conftest import settle

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
CLERMONT = "POLYGON((2.6 45.6, 3.9 45.6, 3.9 45.95, 2.6 45.95, 2.6 45.6))"


@contextmanager
def plugged(iface):
    """The plugin, loaded and unloaded again. What a slot raises fails the test."""
    from sentinel_portals.plugin import SentinelPortals

    raised, before = [], sys.excepthook
    sys.excepthook = lambda kind, error, trace: raised.append(error)
    plugin = SentinelPortals(iface)
    plugin.initGui()
    try:
        yield plugin
    finally:
        QgsApplication.taskManager().cancelAll()
        plugin.unload()
        settle()
        sys.excepthook = before
    if raised:
        raise raised[0]


def forget():
    """Settings as if the plugin had never been used."""
    QgsSettings().remove("sentinel_portals")


def look_at(canvas, west, south, east, north, crs="EPSG:4326"):
    """The map shows this part of the world."""
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem(crs))
    canvas.setExtent(QgsRectangle(west, south, east, north))


def find(parent, name, kind=QWidget):
    widget = parent.findChild(kind, name)
    assert widget is not None, f"there is no {name}"
    return widget


def click(widget):
    QTest.mouseClick(widget, LEFT)


def pixel(canvas, x, y):
    """Where a point of the map is in the canvas."""
    point = canvas.getCoordinateTransform().transform(x, y)
    return QPoint(round(point.x()), round(point.y()))


def press(canvas, x, y, button=LEFT):
    QTest.mouseClick(canvas.viewport(), button, NONE, pixel(canvas, x, y))


def drag(canvas, start, end):
    view = canvas.viewport()
    QTest.mousePress(view, LEFT, NONE, pixel(canvas, *start))
    QTest.mouseMove(view, pixel(canvas, *end))
    QTest.mouseRelease(view, LEFT, NONE, pixel(canvas, *end))
