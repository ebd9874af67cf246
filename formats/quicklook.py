"""A thumbnail put into its place on the map, as far as its place can be known.

A Sentinel-2 preview fills its tile's square exactly. A Sentinel-1 quick-look is the image as the
radar saw it, so its corners are those of the footprint, by the direction of flight. Anything else
is laid into the footprint's box only when the footprint fills that box; else there is an
UnreadableFile, because a picture in the wrong place is worse than none.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, osr

from ..core import names
from ..core.errors import UnreadableFile
from ..core.model import Asset, Geometry, Product, bounds
from .images import disk_errors, gdal_errors

PLACEMENT = "SENTINEL_PORTALS_PLACEMENT"
"""Metadata item of the result: ``grid``, ``tile``, ``corners`` or ``box``."""

TILE = 109800  # metres
WGS84 = 4326
FILLED = 0.97  # share of its box that a footprint must fill to be taken for the box
SKEW = 0.02  # how far from square a picture of a square may be

COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
ROWS = "ABCDEFGHJKLMNPQRSTUV"
FIRST_ROW = dict(
    zip(
        "CDEFGHJKLMNPQRSTUVWX",
        (-93, -80, -71, -62, -53, -44, -35, -27, -18, -9, 0, 9, 18, 27, 35, 44, 53, 62, 71, 80),
    )
)
"""The first 100 km row of each latitude band, counted from the equator."""

CORNERS = {
    "ascending": ("SW", "SE", "NE", "NW"),
    "descending": ("NE", "NW", "SW", "SE"),
}
"""Where the upper left, upper right, lower right and lower left pixel of a quick-look lie."""


def georeference(image: Path, product: Product) -> Path:
    """The image in its place: a small VRT beside it, or a small GeoTIFF when it must be turned.

    Raises UnreadableFile when the place cannot be known.
    """
    image = Path(image)
    with gdal_errors(), disk_errors(image):
        picture = gdal.Open(str(image))
        size = (picture.RasterXSize, picture.RasterYSize)
        placed = _grid(product, size) or _tile(product, size)
        if placed:
            return _lay(image, *placed)
        corners = _corners(product)
        if corners:
            return _turn(image, size, corners)
        return _lay(image, *_box(product, size))


def placement(placed: Path) -> str:
    """How a picture got its place: ``grid``, ``tile``, ``corners`` or ``box``, the only guess."""
    with gdal_errors():
        return gdal.Open(str(placed)).GetMetadataItem(PLACEMENT) or ""


def square(tile: str) -> tuple[int, int, int, int, int]:
    """EPSG code, west, south, east and north of a Sentinel-2 tile (``31TCJ``); ValueError if none.

    A closed form of ESA's tiling grid, checked against all 56,686 tiles of its KML: each 100 km
    square of MGRS, snapped to the 60 m lattice towards west and north, 109.8 km wide.
    """
    try:
        zone, band, column, row = int(tile[:-3]), tile[-3], tile[-2], tile[-1]
        east = COLUMNS[(zone - 1) % 3].index(column) + 1
        wanted = (ROWS.index(row) - (0 if zone % 2 else 5)) % 20
        first = FIRST_ROW[band]
    except (ValueError, KeyError, IndexError) as error:
        raise ValueError(f"{tile!r} is not a Sentinel-2 tile") from error
    if not 1 <= zone <= 60:
        raise ValueError(f"{tile!r} is not a Sentinel-2 tile")
    north = first + (wanted - first) % 20
    left = east * 100000 // 60 * 60
    top = -(-(north + 1) * 100000 // 60) * 60 + (10_000_000 if north < 0 else 0)
    return (32700 if north < 0 else 32600) + zone, left, top - TILE, left + TILE, top


# --- the four ways ---------------------------------------------------------------------------

Placed = tuple[int, tuple[float, ...], str]


def _grid(product: Product, size: tuple[int, int]) -> Optional[Placed]:
    """As the portal says of the thumbnail itself."""
    asset = _thumbnail(product)
    facts = asset.properties if asset else {}
    epsg = facts.get("proj:epsg") or str(facts.get("proj:code") or "").rpartition("EPSG:")[2]
    transform, shape = facts.get("proj:transform"), facts.get("proj:shape")
    if not (epsg and transform and shape and len(transform) >= 6 and len(shape) == 2):
        return None
    dx, turn, west, tilt, dy, north = transform[:6]
    if turn or tilt:
        return None
    wide, high = dx * shape[1] / size[0], dy * shape[0] / size[1]
    return int(epsg), (west, wide, 0.0, north, 0.0, high), "grid"


def _thumbnail(product: Product) -> Optional[Asset]:
    named = product.assets.get("thumbnail")
    return named or next((a for a in product.assets.values() if "thumbnail" in a.roles), None)


def _tile(product: Product, size: tuple[int, int]) -> Optional[Placed]:
    """Into the UTM square of a Sentinel-2 tile, when the picture is as square as the tile."""
    tile = names.tile(product.properties.get("grid:code"))
    facts = names.parse_name(product.title) or names.parse_name(product.id) or {}
    tile = tile or names.tile(facts.get("tile"))
    if not tile or not _is_sentinel2(product) or abs(size[0] / size[1] - 1) > SKEW:
        return None
    try:
        epsg, west, _, _, north = square(tile)
    except ValueError:
        return None
    return epsg, (west, TILE / size[0], 0.0, north, 0.0, -TILE / size[1]), "tile"


def _is_sentinel2(product: Product) -> bool:
    unit = names.platform(product.properties.get("platform"))
    return unit.startswith("S2") or product.collection.startswith("sentinel-2")


def _corners(product: Product) -> Optional[list[tuple[float, float]]]:
    """Upper left, upper right, lower right, lower left of a radar quick-look; None when it is none.

    Planetary Computer renders its previews north up, so they are no quick-looks.
    """
    if not product.collection.startswith("sentinel-1") or product.collection.endswith("rtc"):
        return None
    thumbnail = _thumbnail(product)
    if thumbnail is None or "rendered_preview" in product.assets:
        return None
    order = CORNERS.get(str(product.properties.get("sat:orbit_state") or "").lower())
    ring = _four(product.geometry)
    if not order or not ring:
        raise UnreadableFile(
            f"The quicklook of {product.title or product.id} cannot be placed: its four corners "
            "or its direction of flight are not known."
        )
    named = compass(ring)
    return [named[corner] for corner in order]


def _four(geometry: Optional[Geometry]) -> Optional[list[tuple[float, float]]]:
    if not geometry or geometry["type"] != "Polygon" or len(geometry["coordinates"]) != 1:
        return None
    ring = [(float(p[0]), float(p[1])) for p in geometry["coordinates"][0]][:-1]
    return ring if len(ring) == 4 else None


def compass(ring: list[tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """The corners by name: the two northern ones, of each pair the western and the eastern."""
    south, north = (sorted(part) for part in _halves(sorted(ring, key=lambda p: p[1])))
    return {"SW": south[0], "SE": south[1], "NW": north[0], "NE": north[1]}


def _halves(points: list[Any]) -> tuple[list[Any], list[Any]]:
    return points[:2], points[2:]


def _box(product: Product, size: tuple[int, int]) -> Placed:
    """Into the footprint's box, when the footprint is hardly anything else."""
    geometry, name = product.geometry, product.title or product.id
    if not geometry:
        raise UnreadableFile(f"The quicklook of {name} cannot be placed: it has no footprint.")
    west, south, east, north = bounds(geometry)
    filled = abs(_area(geometry)) / ((east - west) * (north - south) or math.inf)
    if filled < FILLED or east - west > 180:
        raise UnreadableFile(
            f"The quicklook of {name} cannot be placed: nobody says where its corners are."
        )
    wide, high = (east - west) / size[0], (north - south) / size[1]
    return WGS84, (west, wide, 0.0, north, 0.0, -high), "box"


def _area(geometry: Geometry) -> float:
    """In square degrees, of the outer ring; 0 for several parts, which fill no box."""
    if geometry["type"] != "Polygon":
        return 0.0
    ring = geometry["coordinates"][0]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) / 2


# --- files -----------------------------------------------------------------------------------


def _lay(image: Path, epsg: int, transform: tuple[float, ...], how: str) -> Path:
    """A VRT beside the image, which names it relative to itself."""
    out = image.with_name(image.name + ".vrt")
    made = gdal.Translate(str(out), str(image), format="VRT")
    made.SetGeoTransform(transform)
    made.SetProjection(_wkt(epsg))
    made.SetMetadataItem(PLACEMENT, how)
    made.FlushCache()
    return out


def _turn(image: Path, size: tuple[int, int], corners: list[tuple[float, float]]) -> Path:
    """A small GeoTIFF, north up, transparent around the image."""
    out = image.with_name(image.name + ".tif")
    wide, high = size
    pixels = [(0, 0), (wide, 0), (wide, high), (0, high)]
    points = [gdal.GCP(x, y, 0, px, py) for (x, y), (px, py) in zip(corners, pixels)]
    pinned = gdal.Translate("", str(image), format="MEM", GCPs=points, outputSRS=f"EPSG:{WGS84}")
    options = {"dstSRS": f"EPSG:{WGS84}", "dstAlpha": True, "tps": True, "resampleAlg": "bilinear"}
    made = gdal.Warp(str(out), pinned, creationOptions=["COMPRESS=DEFLATE"], **options)
    made.SetMetadataItem(PLACEMENT, "corners")
    made.FlushCache()
    return out


def _wkt(epsg: int) -> str:
    system = osr.SpatialReference()
    system.ImportFromEPSG(epsg)
    return str(system.ExportToWkt())
