"""The area of interest as it stands on the map, redrawn when the map's CRS changes."""

from __future__ import annotations

import math

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsProject,
    QgsWkbTypes,
)

from .maptools import blue_band

WGS84 = "EPSG:4326"
STEP = 1.0  # degrees between two corners of a long edge, so that it bends as the projection does


class AreaBand:
    """One rubber band that shows a WGS84 geometry; `remove` takes it off the map for good."""

    def __init__(self, canvas) -> None:
        self._canvas = canvas
        self._shape = QgsGeometry()
        self._band = blue_band(canvas)
        canvas.destinationCrsChanged.connect(self._redraw)

    def show(self, shape: QgsGeometry) -> None:
        """Shows a geometry, or nothing when it is empty."""
        self._shape = shape
        self._redraw()

    def extent(self):
        """The box around what is shown, in the map's CRS."""
        return self._projected().boundingBox()

    def remove(self) -> None:
        self._canvas.destinationCrsChanged.disconnect(self._redraw)
        self._canvas.scene().removeItem(self._band)
        self._band = None

    def _redraw(self) -> None:
        shape = self._projected()
        if shape.isNull() or shape.isEmpty():
            self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        else:
            self._band.setToGeometry(shape, None)

    def _projected(self) -> QgsGeometry:
        """The shape in the map's CRS; where that CRS has no room for it, the part that fits."""
        target = self._canvas.mapSettings().destinationCrs()
        if self._shape.isNull() or not target.isValid():
            return QgsGeometry(self._shape)
        source = QgsCoordinateReferenceSystem(WGS84)
        transform = QgsCoordinateTransform(source, target, QgsProject.instance())
        for shape in (self._shape, self._shape.clipped(target.bounds())):
            dense = QgsGeometry(shape.densifyByDistance(STEP))
            try:
                dense.transform(transform)
            except QgsCsException:
                continue
            if all(map(math.isfinite, dense.boundingBox().toRectF().getRect())):
                return dense
        return QgsGeometry()
