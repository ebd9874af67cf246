"""Anything on the map as an area of interest: GeoJSON, WGS84, valid, cut at the antimeridian.

Edges are refined before they are projected, because a straight edge in one projection is a curve
in another; then each ring is followed point by point, so that it may run on beyond 180° and around
a pole, and the core cuts it.
"""

from __future__ import annotations

import math
from typing import Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsDistanceArea,
    QgsGeometry,
    QgsMapLayer,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from ..core import geometry as core
from ..core.errors import QueryError
from ..core.model import Geometry, bounds
from . import compat
from .i18n import tr

PIECES = 64  # an edge as long as the area is cut into so many
COARSEST = 1e-4  # degrees, about a pixel of Sentinel-2
FINEST = 2000  # the part of an area's width below which a bend is no bend
SLICE = 60  # degrees

Ring = list[tuple[float, float]]


def wgs84() -> QgsCoordinateReferenceSystem:
    return QgsCoordinateReferenceSystem("EPSG:4326")


def to_wgs84(geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> Geometry:
    """The surface of any geometry in any reference system. QueryError with a sentence."""
    if not crs.isValid():
        raise QueryError(tr("The area has no coordinate reference system: set one first."))
    polygons = _polygons(geometry)
    if not polygons:
        raise QueryError(tr("The area has no surface: draw a rectangle or a polygon."))
    transform = QgsCoordinateTransform(crs, wgs84(), QgsProject.instance())
    parts = [part for rings in polygons for part in [_part(rings, transform)] if part]
    if not parts:
        raise QueryError(tr("The area lies outside of what its projection can show."))
    return _plain(core.valid({"type": "MultiPolygon", "coordinates": parts}))


def from_rectangle(rectangle: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> Geometry:
    """A rectangle of a map, a layer or a canvas."""
    return to_wgs84(QgsGeometry.fromRect(rectangle), crs)


def from_map(settings: QgsMapSettings) -> Geometry:
    """What a canvas shows, turned as it is turned."""
    outline = settings.visiblePolygon()
    if not outline.isClosed():
        outline.append(outline.at(0))
    return to_wgs84(QgsGeometry.fromQPolygonF(outline), settings.destinationCrs())


def from_layer_selection(layer: Optional[QgsMapLayer]) -> Geometry:
    """The selected features of a layer, as one area."""
    if not isinstance(layer, QgsVectorLayer):
        raise QueryError(tr("Choose a vector layer first."))
    if not layer.selectedFeatureCount():
        raise QueryError(
            tr("No feature is selected in the layer {layer}.").format(layer=layer.name())
        )
    shapes = [f.geometry() for f in layer.getSelectedFeatures() if f.hasGeometry()]
    shapes = [s if s.isGeosValid() else s.makeValid() for s in shapes]
    if not shapes:
        raise QueryError(
            tr("The selected features of {layer} have no geometry.").format(layer=layer.name())
        )
    return to_wgs84(QgsGeometry.unaryUnion(shapes), layer.crs())


def from_layer_extent(layer: Optional[QgsMapLayer]) -> Geometry:
    """The box around everything in a layer."""
    if layer is None:
        raise QueryError(tr("Choose a layer first."))
    if layer.extent().isEmpty():
        raise QueryError(tr("The layer {layer} has no extent.").format(layer=layer.name()))
    return from_rectangle(layer.extent(), layer.crs())


def to_qgs(geometry: Geometry) -> QgsGeometry:
    """GeoJSON as a QGIS geometry, EPSG:4326."""
    shape = QgsGeometry()
    shape.fromWkb(core.to_wkb(geometry))
    return shape


def km2(geometry: Geometry) -> float:
    """The surface on the ellipsoid, in square kilometres."""
    measure = QgsDistanceArea()
    measure.setSourceCrs(wgs84(), QgsProject.instance().transformContext())
    measure.setEllipsoid("EPSG:7030")
    surface = sum(measure.measureArea(piece) for piece in _slices(to_qgs(geometry)))
    return float(measure.convertAreaMeasurement(surface, compat.SQUARE_KILOMETRES))


def _slices(shape: QgsGeometry) -> list[QgsGeometry]:
    """A wide shape in slices: QGIS finds no surface in a polygon around the whole earth."""
    if shape.boundingBox().width() <= SLICE:
        return [shape]
    windows = (QgsRectangle(west, -90, west + SLICE, 90) for west in range(-180, 180, SLICE))
    return [shape.intersection(QgsGeometry.fromRect(window)) for window in windows]


def _polygons(geometry: QgsGeometry) -> list[Any]:
    """The polygons of a geometry as lists of rings, straight, flat and refined."""
    if geometry.isNull() or geometry.isEmpty():
        return []
    plain = QgsGeometry(geometry.constGet().segmentize())
    box = plain.boundingBox()
    step = max(box.width(), box.height()) / PIECES
    if not step > 0 or not math.isfinite(step):
        return []
    found = []
    for part in plain.asGeometryCollection() or [plain]:
        if part.type() != compat.POLYGON:
            continue
        fine = part.densifyByDistance(step)
        found.extend(fine.asMultiPolygon() if fine.isMultipart() else [fine.asPolygon()])
    return [rings for rings in found if rings and len(rings[0]) > 3]


def _part(rings: list[list[QgsPointXY]], transform: QgsCoordinateTransform) -> list[Ring]:
    """One polygon in degrees, its holes on the same turn; [] when it cannot be projected."""
    outline = _followed(rings[0], transform)
    if len(outline) < 4:
        return []
    west = min(x for x, _ in outline)
    shift = -360 * math.floor((west + 180) / 360)
    holes = [_beside(hole, outline) for ring in rings[1:] for hole in [_followed(ring, transform)]]
    part = [[(x + shift, y) for x, y in ring] for ring in [outline, *holes] if len(ring) > 3]
    if max(x for x, _ in part[0]) - min(x for x, _ in part[0]) < 361:
        return part
    south, north = min(y for _, y in part[0]), max(y for _, y in part[0])
    return [[*_along(-180, 180, south), *_along(180, -180, north), (-180, south)]]


def _followed(ring: list[QgsPointXY], transform: QgsCoordinateTransform) -> Ring:
    """A ring in degrees whose longitudes run on over ±180, closed over the pole it goes around."""
    geographic = transform.sourceCrs().isGeographic()
    found: Ring = []
    for point in ring:
        try:
            there = transform.transform(point)
        except QgsCsException:
            continue
        x, y = there.x(), max(-90.0, min(90.0, there.y()))
        if not (math.isfinite(x) and math.isfinite(y)):
            continue
        if found and not geographic:
            x += 360 * round((found[-1][0] - x) / 360)
        found.append((x, y))
    if not found:
        return []
    turns = round((found[-1][0] - found[0][0]) / 360)
    if turns:
        pole = math.copysign(90.0, sum(y for _, y in found))
        found += _along(found[-1][0], found[0][0], pole)
    if found[0] != found[-1]:
        found.append(found[0])
    return found


def _along(start: float, end: float, y: float) -> Ring:
    """A parallel in steps that nobody takes for a jump over the antimeridian."""
    return [(start + (end - start) * step / 6, y) for step in range(7)]


def _beside(hole: Ring, outline: Ring) -> Ring:
    """A hole on the same turn of the earth as its outline."""
    if not hole:
        return hole
    middle = sum(x for x, _ in outline) / len(outline)
    turn = 360 * round((middle - sum(x for x, _ in hole) / len(hole)) / 360)
    return [(x + turn, y) for x, y in hole]


def _plain(geometry: Geometry) -> Geometry:
    """Without the points that only refined straight edges; a wide area keeps them.

    (An edge of more than half the earth would be read as one across the antimeridian.)
    """
    if max(east - west for west, _, east, _ in _boxes(geometry)) > 180:
        return geometry
    west, south, east, north = bounds(geometry)
    return core.straightened(geometry, min(COARSEST, max(east - west, north - south) / FINEST))


def _boxes(geometry: Geometry) -> list[Any]:
    single = geometry["type"] == "Polygon"
    parts = [geometry["coordinates"]] if single else geometry["coordinates"]
    return [bounds({"type": "Polygon", "coordinates": part}) for part in parts]
