"""Footprints and areas: the only module that imports shapely, and only when first needed.

Geometry comes in and goes out as GeoJSON, longitude first, WGS84. What crosses the antimeridian
is cut there into parts (RFC 7946, 3.1.9).
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Optional

from .errors import MissingLibrary, QueryError
from .model import BBox, Geometry, SearchRequest, bounds

if TYPE_CHECKING:
    from collections.abc import Mapping

EARTH_RADIUS_KM = 6371.0072  # the sphere with the area of WGS84
AREA_TYPES = ("Polygon", "MultiPolygon")


def _shapely() -> Any:
    try:
        import shapely.affinity
        import shapely.geometry
        import shapely.ops
        import shapely.validation
        import shapely.wkt
    except ImportError as error:
        raise MissingLibrary(
            "Sentinel Portals needs the Python library shapely. Install it with QGIS's own "
            "Python: python3 -m pip install shapely (Debian: apt install python3-shapely)."
        ) from error
    return shapely


def read_area(text: str) -> Geometry:
    """An area of interest from pasted WKT or GeoJSON (geometry, feature or collection).

    Raises QueryError with a sentence when it is neither, is empty, or has no surface.
    """
    text = text.strip()
    if not text:
        raise QueryError("No area: paste WKT or GeoJSON first.")
    return valid(_from_json(text) if text[0] in "{[" else _from_wkt(text))


def _from_wkt(text: str) -> Geometry:
    shapely = _shapely()
    if text.upper().startswith("SRID="):
        text = text.partition(";")[2]
    try:
        shape = shapely.wkt.loads(text)
    except Exception as error:  # shapely 1.8 and 2 raise different classes here
        raise QueryError("The pasted text is neither WKT nor GeoJSON.") from error
    return _mapping(shape)


def _from_json(text: str) -> Geometry:
    try:
        thing = json.loads(text)
        geometries = list(_geometries(thing))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise QueryError("The pasted text is not readable as GeoJSON.") from error
    if not geometries:
        raise QueryError("The pasted GeoJSON has no geometry.")
    if len(geometries) == 1:
        return geometries[0]
    return {"type": "GeometryCollection", "geometries": geometries}


def _geometries(thing: Any) -> Any:
    if thing["type"] == "FeatureCollection":
        for feature in thing["features"]:
            yield from _geometries(feature)
    elif thing["type"] == "Feature":
        if thing["geometry"]:
            yield thing["geometry"]
    else:
        yield thing


def box(bbox: BBox) -> Geometry:
    """The rectangle west, south, east, north as a polygon."""
    west, south, east, north = bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def valid(geometry: Geometry) -> Geometry:
    """The geometry as valid Polygon or MultiPolygon between -180 and 180, cut at the antimeridian.

    Raises QueryError when nothing with a surface is left.
    """
    shapely = _shapely()
    try:
        shape = shapely.geometry.shape(geometry)
        if shape.geom_type not in AREA_TYPES or not shape.is_valid:
            shape = _surface(shapely.validation.make_valid(shape))
        west, _, east, _ = bounds(geometry)
    except QueryError:
        raise
    except Exception as error:  # shapely 1.8 and 2 raise different classes for bad coordinates
        raise QueryError("The geometry cannot be read.") from error
    if shape.is_empty:
        raise QueryError("The area has no surface: draw a rectangle or a polygon.")
    if west < -180 or east > 180 or east - west > 180:
        shape = _cut(_unwrapped(shape) if west >= -180 and east <= 180 else shape)
    return _mapping(shape)


def footprint(geometry: Optional[Mapping[str, Any]]) -> Optional[Geometry]:
    """A portal's footprint made `valid`, None when there is none or it has no surface."""
    if not geometry:
        return None
    try:
        return valid(geometry)
    except QueryError:
        return None


def _surface(shape: Any) -> Any:
    """Only the polygons of a shape."""
    shapely = _shapely()
    if shape.geom_type in AREA_TYPES:
        return shape
    parts = [p for p in getattr(shape, "geoms", ()) if p.geom_type in AREA_TYPES]
    return shapely.ops.unary_union(parts) if parts else shapely.geometry.Polygon()


def _unwrapped(shape: Any) -> Any:
    """Longitudes of one part that jumps over the antimeridian, made to run on beyond 180."""
    shapely = _shapely()
    parts = []
    for part in getattr(shape, "geoms", [shape]):
        west, _, east, _ = part.bounds
        if _jumps(part):
            part = shapely.ops.transform(
                lambda x, y, z=None: ([v + 360 if v < 0 else v for v in x], y), part
            )
            if not part.is_valid:
                part = _surface(shapely.validation.make_valid(part))
        parts.append(part)
    return shapely.ops.unary_union(parts)


def _jumps(part: Any) -> bool:
    """Does the outline step more than half around the earth from one corner to the next?"""
    xs = [c[0] for c in part.exterior.coords]
    return any(abs(b - a) > 180 for a, b in zip(xs, xs[1:]))


def _cut(shape: Any) -> Any:
    """The shape cut at every antimeridian it crosses, each piece moved back to -180..180."""
    shapely = _shapely()
    pieces = []
    west, _, east, _ = shape.bounds
    for turn in range(math.floor((west + 180) / 360), math.floor((east + 180) / 360) + 1):
        window = shapely.geometry.box(-180 + 360 * turn, -90, 180 + 360 * turn, 90)
        piece = _surface(shape.intersection(window))
        if not piece.is_empty:
            pieces.append(shapely.affinity.translate(piece, -360 * turn))
    return shapely.ops.unary_union(pieces)


def _mapping(shape: Any) -> Geometry:
    """GeoJSON with lists, as ``json.loads`` would have made it."""
    plain: Geometry = json.loads(json.dumps(_shapely().geometry.mapping(shape)))
    return plain


def intersects(a: Geometry, b: Geometry) -> bool:
    shape = _shapely().geometry.shape
    return bool(shape(a).intersects(shape(b)))


def cover(area: Geometry) -> Any:
    """A function: the percentage of ``area`` that a footprint covers, on the plate carrée.

    The area is prepared once; degrees of longitude shrink alike for both, so that the ratio is
    right to a percent for areas up to some hundred kilometres.
    """
    shapely = _shapely()
    shape = shapely.geometry.shape(area)
    whole = shape.area

    def percent(footprint_: Optional[Geometry]) -> Optional[float]:
        if footprint_ is None or not whole:
            return None
        part = shape.intersection(shapely.geometry.shape(footprint_))
        return round(100 * part.area / whole, 1)

    return percent


def overlap(a: Geometry, b: Geometry) -> float:
    """The share of the smaller one that both have, 0 to 1; 0 when one of them is unreadable."""
    shape = _shapely().geometry.shape
    try:
        first, second = shape(a), shape(b)
        smaller = min(first.area, second.area)
        return float(first.intersection(second).area / smaller) if smaller else 0.0
    except Exception:  # an invalid outline; shapely 1.8 and 2 raise different classes
        return 0.0


def to_wkt(geometry: Geometry) -> str:
    return str(_shapely().geometry.shape(geometry).wkt)


def to_wkb(geometry: Geometry) -> bytes:
    return bytes(_shapely().geometry.shape(geometry).wkb)


def area_km2(geometry: Geometry) -> float:
    """The surface in square kilometres on the sphere (Chamberlain and Duquette, JPL 07-03)."""
    if geometry["type"] == "Polygon":
        polygons = [geometry["coordinates"]]
    else:
        polygons = geometry["coordinates"]
    return sum(
        abs(_ring_km2(rings[0])) - sum(abs(_ring_km2(hole)) for hole in rings[1:])
        for rings in polygons
    )


def _ring_km2(ring: Any) -> float:
    total = 0.0
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, ring[1:]):
        total += math.radians(x2 - x1) * (
            2 + math.sin(math.radians(y1)) + math.sin(math.radians(y2))
        )
    return total * EARTH_RADIUS_KM**2 / 2


def count_points(geometry: Geometry) -> int:
    rings = (
        geometry["coordinates"]
        if geometry["type"] == "Polygon"
        else [ring for polygon in geometry["coordinates"] for ring in polygon]
    )
    return sum(len(ring) for ring in rings)


def simplified(geometry: Geometry, max_points: int) -> Geometry:
    """The same area, or a little more, with at most ``max_points`` corners.

    The outline is simplified outwards (grown by the tolerance first), so that nothing that the
    area touches is missed; what is too much is sorted out afterwards by the caller.
    """
    if count_points(geometry) <= max_points:
        return geometry
    shapely = _shapely()
    shape = shapely.geometry.shape(geometry)
    west, south, east, north = shape.bounds
    tolerance = max(east - west, north - south) / 1000
    while True:
        candidate = _surface(shape.buffer(tolerance).simplify(tolerance))
        found = _mapping(candidate)
        if count_points(found) <= max_points:
            return found
        if tolerance > max(east - west, north - south):
            return _mapping(shape.envelope)
        tolerance *= 2


def fit(request: SearchRequest, *, polygon: bool, max_points: int) -> list[SearchRequest]:
    """The request as a portal can take it: one polygon of few enough corners, or boxes."""
    if request.intersects is None:
        return [request]
    if polygon:
        return [replace(request, intersects=simplified(request.intersects, max_points))]
    return [replace(request, intersects=None, bbox=box) for box in boxes(request.intersects)]


def boxes(geometry: Geometry) -> list[tuple[float, float, float, float]]:
    """One box; two, east and west, when the parts lie on both sides of the antimeridian."""
    whole = bounds(geometry)
    if geometry["type"] == "Polygon" or whole[0] > -180 or whole[2] < 180:
        return [whole]
    parts = [bounds({"type": "Polygon", "coordinates": c}) for c in geometry["coordinates"]]
    sides = ([b for b in parts if b[0] < 0], [b for b in parts if b[0] >= 0])
    return [
        (min(b[0] for b in s), min(b[1] for b in s), max(b[2] for b in s), max(b[3] for b in s))
        for s in sides
        if s
    ]
