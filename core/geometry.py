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
    from collections.abc import Callable, Iterable, Iterator, Mapping

EARTH_RADIUS_KM = 6371.0072  # the sphere with the area of WGS84
FARTHEST = 720.0  # a map can be scrolled around the world and on
AREA_TYPES = ("Polygon", "MultiPolygon")
KINDS = (
    *AREA_TYPES,
    "GeometryCollection",
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
)

Ring = list[list[float]]


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
        text.encode("ascii")  # shapely 1.8 cannot repeat other letters when it complains
        return _mapping(shapely.wkt.loads(text))
    except Exception as error:  # shapely 1.8 and 2 raise different classes here
        raise QueryError("The pasted text is neither WKT nor GeoJSON.") from error


def _from_json(text: str) -> Geometry:
    try:
        geometries = list(_geometries(json.loads(text)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise QueryError("The pasted text is not readable as GeoJSON.") from error
    if not geometries:
        raise QueryError("The pasted GeoJSON has no geometry.")
    return {"type": "GeometryCollection", "geometries": geometries}


def _geometries(thing: Any) -> Iterator[Geometry]:
    if thing["type"] == "FeatureCollection":
        for feature in thing["features"]:
            yield from _geometries(feature)
    elif thing["type"] == "Feature":
        if thing["geometry"]:
            yield thing["geometry"]
    else:
        yield thing


def box(bbox: BBox) -> Geometry:
    """The rectangle west, south, east, north as a polygon; west > east crosses the antimeridian.

    Long edges get corners in between, so that nobody takes them for the short way round.
    """
    west, south, east, north = bbox
    if west > east:
        east += 360
    pieces = max(1, math.ceil(min(east - west, 720) / 90))  # wider ones are somebody's mistake
    xs = [west + (east - west) * i / pieces for i in range(pieces + 1)]
    ring = [*([x, south] for x in xs), *([x, north] for x in reversed(xs)), [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def valid(geometry: Geometry) -> Geometry:
    """The geometry as valid Polygon or MultiPolygon between -180 and 180, cut at the antimeridian.

    An edge that steps more than half around the earth is taken for the short way round; an
    outline that goes all the way around encloses a pole.

    Raises QueryError when nothing with a surface is left.
    """
    if _is_plain(geometry):
        return {"type": "Polygon", "coordinates": [[list(p) for p in geometry["coordinates"][0]]]}
    shapely = _shapely()
    polygons = [_unwrapped(rings) for rings in _polygons(geometry)]
    try:
        shape = _shape(polygons)
        if not shape.is_valid:
            shape = _surface(shapely.validation.make_valid(shape))
    except Exception as error:  # shapely 1.8 and 2 raise different classes for bad coordinates
        raise QueryError("The geometry cannot be read.") from error
    if shape.is_empty or not shape.area:
        raise QueryError("The area has no surface: draw a rectangle or a polygon.")
    west, _, east, _ = shape.bounds
    return _mapping(_cut(shape) if west < -180 or east > 180 else shape)


def _is_plain(geometry: Any) -> bool:
    """Is it one closed convex ring well within the world, as most footprints are?

    Such a ring is valid, and shapely would take ten times as long to say so. Convex: every corner
    turns the same way, and on the way around each coordinate turns back only twice.
    """
    try:
        (ring,) = geometry["coordinates"]
        steps = [(c - a, d - b) for (a, b), (c, d) in zip(ring, ring[1:])]
        turns = [a * d - b * c for (a, b), (c, d) in zip(steps, steps[1:] + steps[:1])]
        xs, ys = zip(*ring)
        return (
            geometry["type"] == "Polygon"
            and ring[0] == ring[-1]
            and (min(turns) > 0 or max(turns) < 0)
            and all(_turns_back(way) == 2 for way in zip(*steps))
            and min(xs) >= -180
            and max(xs) <= 180
            and max(xs) - min(xs) <= 180
            and min(ys) >= -90
            and max(ys) <= 90
        )
    except (KeyError, OverflowError, TypeError, ValueError):
        return False


def _turns_back(steps: Iterable[float]) -> int:
    signs = [step > 0 for step in steps if step]
    return sum(a is not b for a, b in zip(signs, signs[1:] + signs[:1]))


def footprint(geometry: Optional[Mapping[str, Any]]) -> Optional[Geometry]:
    """A portal's footprint made `valid`, None when there is none or it has no surface."""
    if not geometry:
        return None
    try:
        return valid(geometry)
    except QueryError:
        return None


def _polygons(geometry: Any) -> list[list[Ring]]:
    """The polygons of any GeoJSON geometry, flat and closed; points and lines are left out."""
    try:
        return list(_read_polygons(geometry))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise QueryError("The geometry cannot be read.") from error


def _read_polygons(geometry: Any) -> Iterator[list[Ring]]:
    kind = geometry["type"]
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no type of geometry")
    if kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _read_polygons(part)
    elif kind in AREA_TYPES:
        several = geometry["coordinates"] if kind == "MultiPolygon" else [geometry["coordinates"]]
        for rings in several:
            if rings and rings[0]:
                yield [_ring(ring) for ring in rings if ring]


def _ring(positions: Any) -> Ring:
    ring = [_position(*position[:2]) for position in positions]
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


def _position(x: Any, y: Any) -> list[float]:
    if not (isinstance(x, (int, float)) and isinstance(y, (int, float))):
        raise TypeError("a coordinate must be a number")
    if not (abs(x) <= FARTHEST and abs(y) <= 90.001):  # NaN is not
        raise QueryError("The coordinates are not degrees: longitude and latitude are wanted.")
    return [x, max(-90, min(90, y))]


def _shape(polygons: list[list[Ring]]) -> Any:
    shapely = _shapely()
    shapes = [shapely.geometry.Polygon(rings[0], rings[1:]) for rings in polygons]
    return shapes[0] if len(shapes) == 1 else shapely.geometry.MultiPolygon(shapes)


def _surface(shape: Any) -> Any:
    """Only the polygons of a shape."""
    shapely = _shapely()
    if shape.geom_type in AREA_TYPES:
        return shape
    parts = [_surface(part) for part in getattr(shape, "geoms", ())]
    return shapely.ops.unary_union(parts) if parts else shapely.geometry.Polygon()


def _unwrapped(rings: list[Ring]) -> list[Ring]:
    """A polygon whose longitudes run on beyond 180 instead of jumping; its holes beside it."""
    xs = [x for x, _ in rings[0]]
    if max(xs) - min(xs) <= 180:
        return rings
    outline = _followed(rings[0])
    west = min(x for x, _ in outline)
    return [outline, *(_moved(_followed(hole), west) for hole in rings[1:])]


def _followed(ring: Ring) -> Ring:
    """Point by point, always the short way; closed over the pole that it goes around."""
    found = [ring[0]]
    for (here, _), (there, y) in zip(ring, ring[1:]):
        step = there - here
        if 180 < abs(step) < 360:  # 360 is an edge of the whole world
            step -= math.copysign(360, step)
        found.append([found[-1][0] + step, y])
    if abs(found[-1][0] - found[0][0]) > 180:
        pole = math.copysign(90, sum(y for _, y in ring))
        found += [[found[-1][0], pole], [found[0][0], pole], found[0]]
    return found


def _moved(hole: Ring, west: float) -> Ring:
    """The hole as many turns further as bring it east of ``west``."""
    turns = math.ceil((west - min(x for x, _ in hole)) / 360)
    return [[x + 360 * turns, y] for x, y in hole]


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


def cover(area: Geometry) -> Callable[[Optional[Geometry]], Optional[float]]:
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
        return float(round(100 * part.area / whole, 1))

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


def straightened(geometry: Geometry, tolerance: float) -> Geometry:
    """Without the points that lie nearer than that (in degrees) to a straight edge."""
    polygons = [[_from_corner(ring) for ring in rings] for rings in _polygons(geometry)]
    shape = _shape(polygons).simplify(tolerance, preserve_topology=False)
    return geometry if shape.is_empty else valid(_mapping(shape))


def _from_corner(ring: Ring) -> Ring:
    """The ring from its westernmost point on, a corner: where it begins is never left out."""
    first = ring.index(min(ring))
    return [*ring[first:-1], *ring[:first], ring[first]]


def simplified(geometry: Geometry, max_points: int) -> Geometry:
    """The same area, or a little more, with at most ``max_points`` corners.

    The outline is simplified outwards (grown by more than it moves), so that nothing that the
    area touches is missed; what is too much is sorted out afterwards by the caller.
    """
    if count_points(geometry) <= max_points:
        return geometry
    shapely = _shapely()
    shape = shapely.geometry.shape(geometry)
    world = shapely.geometry.box(-180, -90, 180, 90)
    boxes_ = [part.bounds for part in getattr(shape, "geoms", [shape])]
    tolerance = max(max(e - w, n - s) for w, s, e, n in boxes_) / 1000
    while tolerance < 360:
        # Simplifying moves the outline by one tolerance before and one after it is grown by two.
        grown = shape.simplify(tolerance).buffer(2.1 * tolerance, 4).simplify(tolerance)
        found = _mapping(_surface(grown.intersection(world)))
        corners = count_points(found)
        if corners <= max_points:
            return found
        tolerance *= 2 if corners < 8 * max_points else 4
    return _mapping(shape.envelope)


def fit(request: SearchRequest, *, polygon: bool, max_points: int) -> list[SearchRequest]:
    """The request as a portal can take it: one polygon of few enough corners, or boxes."""
    if request.intersects is None:
        return [request]
    if polygon:
        area = oriented(simplified(request.intersects, max_points))
        return [replace(request, intersects=area)]
    return [replace(request, intersects=None, bbox=box) for box in boxes(request.intersects)]


def oriented(geometry: Geometry) -> Geometry:
    """Outlines counter-clockwise, holes clockwise (RFC 7946, 3.1.6): some portals insist on it."""
    if geometry["type"] == "Polygon":
        return {**geometry, "coordinates": _oriented(geometry["coordinates"])}
    return {**geometry, "coordinates": [_oriented(rings) for rings in geometry["coordinates"]]}


def _oriented(rings: Any) -> list[Ring]:
    turned = (_ring_km2(ring) > 0 for ring in rings)  # True for clockwise
    return [
        ring[::-1] if clockwise is (number == 0) else ring
        for number, (ring, clockwise) in enumerate(zip(rings, turned))
    ]


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
