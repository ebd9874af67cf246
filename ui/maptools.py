"""Map tools that draw an area: a rectangle by drag or two clicks, a polygon by clicks."""

from __future__ import annotations

from qgis.core import QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import QPoint, QRect, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QApplication

OUTLINE = QColor(33, 111, 181)
FILL = QColor(61, 143, 209, 8)  # images under it keep their colours


def blue_band(canvas) -> QgsRubberBand:
    """The look of every area of ours on the map: blue outline, light fill."""
    band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
    band.setStrokeColor(OUTLINE)
    band.setFillColor(FILL)
    band.setWidth(2)
    return band


class AreaTool(QgsMapTool):
    """What both tools share. ``drawn`` gives a geometry in the canvas's CRS."""

    drawn = pyqtSignal(QgsGeometry)
    cancelled = pyqtSignal()

    def __init__(self, canvas) -> None:
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.band = None

    def activate(self) -> None:
        super().activate()
        self.band = blue_band(self.canvas())
        self.canvas().setFocus()

    def deactivate(self) -> None:
        self.clear()
        if self.band is not None:
            self.canvas().scene().removeItem(self.band)
            self.band = None
        super().deactivate()

    def keyPressEvent(self, event) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.cancelled.emit()

    def clear(self) -> None:
        """Forgets what was drawn so far."""
        if self.band is not None:
            self.band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)

    def at(self, pixel: QPoint) -> QgsPointXY:
        return self.toMapCoordinates(pixel)


class RectangleTool(AreaTool):
    """Press, drag, release; or click, move, click. Straight on the screen, also on a turned map."""

    def __init__(self, canvas) -> None:
        super().__init__(canvas)
        self._start = None

    def clear(self) -> None:
        super().clear()
        self._start = None

    def canvasPressEvent(self, event) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._start is None:
            self._start = event.pos()

    def canvasMoveEvent(self, event) -> None:
        if self._start is not None and self.band is not None:
            self.band.setToGeometry(self._rectangle(event.pos()), None)

    def canvasReleaseEvent(self, event) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._start is None:
            return
        moved = (event.pos() - self._start).manhattanLength()
        if moved < QApplication.startDragDistance():
            return  # the first of two clicks
        rectangle = self._rectangle(event.pos())
        self.clear()
        self.drawn.emit(rectangle)

    def _rectangle(self, pixel: QPoint) -> QgsGeometry:
        box = QRect(self._start, pixel).normalized()
        corners = (box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft())
        return QgsGeometry.fromPolygonXY([[self.at(corner) for corner in corners]])


class PolygonTool(AreaTool):
    """A click adds a corner; right or double click or Enter closes; Backspace undoes one."""

    def __init__(self, canvas) -> None:
        super().__init__(canvas)
        self._corners = []
        self._closing = False

    def clear(self) -> None:
        super().clear()
        self._corners = []
        self._closing = False

    def canvasReleaseEvent(self, event) -> None:
        # Closed on the release, not on the double click: the restored tool must not see a release
        # that it did not see pressed (the pan tool would centre the map there).
        if self._closing or event.button() == Qt.MouseButton.RightButton:
            self._close()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._corners.append(self.at(event.pos()))
            self._show(self._corners)

    def canvasDoubleClickEvent(self, event) -> None:
        self._closing = True

    def canvasMoveEvent(self, event) -> None:
        if self._corners:
            self._show([*self._corners, self.at(event.pos())])

    def keyPressEvent(self, event) -> None:
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            event.accept()
            self._corners = self._corners[:-1]
            self._show(self._corners)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self._close()
        else:
            super().keyPressEvent(event)

    def _close(self) -> None:
        self._closing = False
        corners = list(dict.fromkeys((p.x(), p.y()) for p in self._corners))
        if len(corners) < 3:
            return
        polygon = QgsGeometry.fromPolygonXY([[QgsPointXY(x, y) for x, y in corners]])
        self.clear()
        self.drawn.emit(polygon)

    def _show(self, corners) -> None:
        if self.band is None:
            return
        shape = QgsGeometry()
        if len(corners) > 2:
            shape = QgsGeometry.fromPolygonXY([corners])
        elif len(corners) == 2:  # a polygon band draws two corners as a line
            shape = QgsGeometry.fromPolygonXY([[*corners, corners[0]]])
        self.band.setToGeometry(shape, None)
