"""Where to search: seven ways to an area, shown on the map with its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsGeometry, QgsMapLayer, QgsProject
from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..bridge import areas
from ..bridge.i18n import tr
from ..bridge.icons import icon
from ..bridge.messages import fact
from ..core.errors import SentinelPortalsError
from ..core.geometry import count_points, read_area, to_wkt
from . import words
from .area_band import AreaBand
from .maptools import PolygonTool, RectangleTool
from .paste_dialog import PasteDialog

if TYPE_CHECKING:
    from ..core.model import Geometry


class AreaPanel(QWidget):
    """``area`` is the geometry of the search (WGS84), None when there is none yet."""

    changed = pyqtSignal()

    def __init__(self, iface, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spAreaPanel")
        self.area: Optional[Geometry] = None
        self._iface = iface
        self._canvas = iface.mapCanvas()
        self._band = AreaBand(self._canvas)
        self._before = None
        self._tools = {
            "spAreaRectangle": RectangleTool(self._canvas),
            "spAreaPolygon": PolygonTool(self._canvas),
        }
        self._row = QHBoxLayout()
        self._row.setSpacing(2)
        self._add("spAreaCanvas", "extent", tr("The map's extent"), self.take_canvas)
        for name, picture, tip in (
            ("spAreaRectangle", "rectangle", tr("Draw a rectangle: drag, or click twice")),
            (
                "spAreaPolygon",
                "polygon",
                tr(
                    "Draw a polygon: click the corners, close with a right click, a double click "
                    "or Enter; Backspace takes a corner back, Esc gives up"
                ),
            ),
        ):
            button = self._add(name, picture, tip, None)
            button.setCheckable(True)
            button.toggled.connect(lambda on, name=name: self._draw(name, on))
            tool = self._tools[name]
            tool.setButton(button)
            tool.drawn.connect(self._drawn)
            tool.cancelled.connect(self.stop_drawing)
        selection = tr("The selected features of the active layer")
        self._add("spAreaSelection", "selection", selection, self.take_selection)
        layers = self._add("spAreaLayer", "layer", tr("The extent of a layer"), None)
        layers.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._layers = QMenu(layers)
        self._layers.aboutToShow.connect(self._list_layers)
        layers.setMenu(self._layers)
        self._add("spAreaPaste", "paste", tr("Paste WKT or GeoJSON"), self.paste)
        self._row.addStretch()
        self._add("spAreaZoom", "zoom", tr("Zoom to the area"), self.zoom)
        self._clear = self._add("spAreaClear", "cancel", tr("No area"), self.clear)
        self._label = QLabel()
        self._label.setObjectName("spAreaLabel")
        self._label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._row)
        layout.addWidget(self._label)
        self._describe()

    def _add(self, name, picture, tip, slot) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIcon(icon(picture))
        button.setIconSize(QSize(20, 20))
        button.setAutoRaise(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if slot:
            button.clicked.connect(lambda _=False: self.attempt(slot))
        self._row.addWidget(button)
        return button

    # --- the ways to an area ------------------------------------------------------------------

    def take_canvas(self) -> None:
        self._show_map()
        self.set_area(areas.from_map(self._canvas.mapSettings()))

    def take_selection(self) -> None:
        self.set_area(areas.from_layer_selection(self._iface.activeLayer()))

    def take_layer(self, layer: QgsMapLayer) -> None:
        self.set_area(areas.from_layer_extent(layer))

    def paste(self) -> None:
        text = QApplication.clipboard().text()
        dialog = PasteDialog(text if _looks_like_area(text) else "", self)
        if dialog.exec():
            self.set_area(dialog.area)
        dialog.deleteLater()

    def clear(self) -> None:
        self.set_area(None)

    def set_area(self, area: Optional[Geometry]) -> None:
        self.area = area
        self._band.show(areas.to_qgs(area) if area else QgsGeometry())
        self._describe()
        self.changed.emit()

    def wkt(self) -> str:
        """The area to be remembered, '' for none."""
        return to_wkt(self.area) if self.area else ""

    def set_wkt(self, wkt: str) -> None:
        """The area that was remembered; one that cannot be read any more is no area."""
        try:
            self.set_area(read_area(wkt) if wkt else None)
        except SentinelPortalsError:
            self.set_area(None)

    def zoom(self) -> None:
        if self.area:
            box = self._band.extent()
            box.scale(1.2)
            self._canvas.setExtent(box)
            self._canvas.refresh()

    # --- drawing ------------------------------------------------------------------------------

    def drawing(self) -> bool:
        return self._canvas.mapTool() in self._tools.values()

    def stop_drawing(self) -> None:
        """Gives the map back to the tool that had it."""
        if self.drawing():
            if self._before is not None:
                self._canvas.setMapTool(self._before)
            else:
                self._canvas.unsetMapTool(self._canvas.mapTool())
        self._before = None

    def _draw(self, name: str, on: bool) -> None:
        tool = self._tools[name]
        if on and self._canvas.mapTool() is not tool:
            self._show_map()
            if not self.drawing():
                self._before = self._canvas.mapTool()
            self._canvas.setMapTool(tool)
        elif not on and self._canvas.mapTool() is tool:
            self.stop_drawing()

    def _drawn(self, shape) -> None:
        crs = self._canvas.mapSettings().destinationCrs()
        self.stop_drawing()
        self.attempt(lambda: self.set_area(areas.to_wgs84(shape, crs)))

    def _show_map(self) -> None:
        """Behind QGIS's page of recent projects there is no map: opens an empty project."""
        if not self._canvas.isVisible() and not QgsProject.instance().mapLayers():
            self._iface.newProject(False)

    # --- the rest -----------------------------------------------------------------------------

    def remove(self) -> None:
        """Takes everything off the map."""
        self.stop_drawing()
        self._band.remove()
        for tool in self._tools.values():
            self._canvas.unsetMapTool(tool)
            tool.deleteLater()

    def say(self, text: str) -> None:
        """A sentence in the place of the area's size."""
        self._label.setText(text)

    def attempt(self, slot) -> None:
        """What goes wrong is said where the area stands; the area before stays."""
        try:
            slot()
        except SentinelPortalsError as error:
            self.say(fact(str(error)))

    def _list_layers(self) -> None:
        self._layers.clear()
        for node in QgsProject.instance().layerTreeRoot().findLayers():
            layer = node.layer()
            if layer is not None and layer.isSpatial():
                action = self._layers.addAction(layer.name())
                action.triggered.connect(
                    lambda _=False, layer=layer: self.attempt(lambda: self.take_layer(layer))
                )
        if self._layers.isEmpty():
            self._layers.addAction(tr("There is no layer yet")).setEnabled(False)

    def _describe(self) -> None:
        self._clear.setEnabled(self.area is not None)
        if self.area is None:
            self._label.setText(tr("No area yet: draw one, or take the map's extent."))
            return
        parts = 1 if self.area["type"] == "Polygon" else len(self.area["coordinates"])
        facts = [words.km2(areas.km2(self.area))]
        if parts > 1:
            facts.append(tr("{count} parts").format(count=words.number(parts)))
        corners = count_points(self.area) - _rings(self.area)  # a ring ends where it begins
        facts.append(tr("{count} vertices").format(count=words.number(corners)))
        self._label.setText(" · ".join(facts))


def _rings(area: Geometry) -> int:
    polygons = [area["coordinates"]] if area["type"] == "Polygon" else area["coordinates"]
    return sum(map(len, polygons))


def _looks_like_area(text: str) -> bool:
    start = text.lstrip()[:40].upper()
    return start.startswith(("{", "POLYGON", "MULTIPOLYGON", "GEOMETRYCOLLECTION", "SRID="))
