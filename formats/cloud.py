"""How much of an area clouds hide in a scene: read from its mask alone, and only as fine as needed.

``cloud`` is the share of what was seen of the area; pixels without data count for neither. A mask
whose small copies were made by leaving pixels out (a COG's) is read from the coarsest copy with
enough of them; a JPEG 2000 mixes classes in its small copies and is read whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from osgeo import gdal, ogr, osr

from ..core import bands as vocabulary
from . import remote
from .images import gdal_errors, open_image

if TYPE_CHECKING:
    from ..core.model import Asset, Geometry, Product
    from .files import Source

ENOUGH = 40_000  # pixels of the area: the share is then right to about a quarter of a per cent
MARGIN = 0.2  # degrees around an image within which an area is looked at
EDGE = 0.01  # degrees after which an edge of an area gets another corner, for edges bend


@dataclass(frozen=True)
class Mask:
    """What the numbers of a mask mean: hidden by a cloud or its shadow, and nothing seen at all."""

    key: str
    hidden: tuple[int, ...] = ()
    hidden_bits: int = 0
    nothing: tuple[int, ...] = ()
    nothing_bits: int = 0


MASKS = (
    # Sentinel-2: cloud shadow, cloud of medium and high probability, thin cirrus; no data
    Mask("SCL", hidden=(3, 8, 9, 10), nothing=(0,)),
    # MAJA: every bit tells of some cloud or shadow
    Mask("CLM", hidden_bits=0xFF),
    # Landsat: rim of a cloud, cirrus, cloud, cloud shadow; fill
    Mask("QA_PIXEL", hidden_bits=0b11110, nothing_bits=0b1),
)
"""By the name of the band, in capitals; the best first."""


@dataclass(frozen=True)
class Share:
    """Per cent: ``cloud`` of what was seen (None when nothing was), ``valid`` of the area."""

    cloud: Optional[float]
    valid: float


def mask_of(product: Product) -> Optional[tuple[Mask, Asset]]:
    """The mask of a product that can be read where it lies, the cloud-optimised one first."""
    for mask in MASKS:
        found = [a for a in product.assets.values() if _is(a, mask) and remote.is_image(a)]
        if found:
            return mask, min(found, key=_cost)
    return None


def _is(asset: Asset, mask: Mask) -> bool:
    return vocabulary.band(asset.key).upper() == mask.key


def _cost(asset: Asset) -> tuple[bool, int]:
    return not remote.is_cog(asset), vocabulary.resolution(asset.key) or 0


def measure(path: Source, mask: Mask, area: Geometry, small_copies: bool = True) -> Share:
    """What a mask tells of an area. Raises UnreadableFile."""
    with gdal_errors():
        file = open_image(path)
        image = _Place(file)
        near = image.near(area)
        inside = image.within(near)
        if inside is None or inside.IsEmpty():
            return Share(None, 0.0)
        level = _level(file.GetRasterBand(1), inside, image, small_copies)
        values, wanted = _pixels(level, inside, image)
    empty = _among(values, mask.nothing, mask.nothing_bits)
    if level.GetNoDataValue() is not None:
        empty |= values == level.GetNoDataValue()
    seen = wanted & ~empty
    hidden = seen & _among(values, mask.hidden, mask.hidden_bits)
    count = int(seen.sum())
    covered = image.share_of(inside, area)
    cloud = 100.0 * int(hidden.sum()) / count if count else None
    return Share(cloud, 100.0 * covered * count / int(wanted.sum()))


def _among(values: Any, classes: tuple[int, ...], bits: int) -> Any:
    found = np.isin(values, classes)
    return found | ((values & bits) != 0) if bits else found


class _Place:
    """Where an image lies, and areas in its own coordinates."""

    def __init__(self, file: Any) -> None:
        self.west, self.dx, _, self.north, _, self.dy = file.GetGeoTransform()
        self.columns, self.rows = file.RasterXSize, file.RasterYSize
        self.system = file.GetSpatialRef()
        self.system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        east, south = self.west + self.dx * self.columns, self.north + self.dy * self.rows
        self.box = _box(self.west, south, east, self.north)

    def near(self, area: Geometry) -> Any:
        """The area around here, with edges that bend as they should."""
        world = _system(4326)
        frame = self.box.Clone()
        frame.Segmentize(abs(self.dx) * 500)
        frame.Transform(osr.CoordinateTransformation(self.system, world))
        west, east, south, north = frame.GetEnvelope()
        frame = _box(west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
        part = _shape(area).Intersection(frame)
        part.Segmentize(EDGE)
        part.Transform(osr.CoordinateTransformation(world, self.system))
        return part

    def within(self, part: Any) -> Any:
        return part if self.box.Contains(part) else part.Intersection(self.box)

    def share_of(self, inside: Any, area: Geometry) -> float:
        """How much of the area, by its surface on the ground."""
        equal, whole = _system(6933), _shape(area)
        world = _system(4326)
        whole.Segmentize(EDGE)
        if whole.Area() and self.box.Contains(inside) and self._holds(whole, world):
            return 1.0
        whole.Transform(osr.CoordinateTransformation(world, equal))
        part = inside.Clone()
        part.Transform(osr.CoordinateTransformation(self.system, equal))
        return min(1.0, part.Area() / whole.Area()) if whole.Area() else 0.0

    def _holds(self, whole: Any, world: Any) -> bool:
        moved = whole.Clone()
        moved.Transform(osr.CoordinateTransformation(world, self.system))
        return bool(self.box.Contains(moved))


def _level(band: Any, inside: Any, image: _Place, small_copies: bool) -> Any:
    """The coarsest copy of the mask with enough pixels in the area."""
    pixels = inside.Area() / abs(image.dx * image.dy)
    best = band
    for number in range(band.GetOverviewCount() if small_copies else 0):
        copy = band.GetOverview(number)
        shrunk = (copy.XSize / band.XSize) * (copy.YSize / band.YSize)
        if pixels * shrunk >= ENOUGH and copy.XSize < best.XSize:
            best = copy
    return best


def _pixels(level: Any, inside: Any, image: _Place) -> tuple[Any, Any]:
    """The mask's numbers around the area, and which of these pixels lie in it (by their middle)."""
    dx, dy = image.dx * image.columns / level.XSize, image.dy * image.rows / level.YSize
    west, east, south, north = inside.GetEnvelope()
    left = max(0, int((west - image.west) / dx))
    top = max(0, int((north - image.north) / dy))
    right = min(level.XSize, int(-(-(east - image.west) // dx)))
    bottom = min(level.YSize, int(-(-(south - image.north) // dy)))
    columns, rows = max(1, right - left), max(1, bottom - top)
    left, top = min(left, level.XSize - columns), min(top, level.YSize - rows)
    values = level.ReadAsArray(left, top, columns, rows)
    grid = gdal.GetDriverByName("MEM").Create("", columns, rows, 1, gdal.GDT_Byte)
    grid.SetGeoTransform((image.west + left * dx, dx, 0, image.north + top * dy, 0, dy))
    grid.SetProjection(image.system.ExportToWkt())
    drawn = ogr.GetDriverByName("Memory").CreateDataSource("area")
    layer = drawn.CreateLayer("area", image.system)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(inside)
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(grid, [1], layer, burn_values=[1])
    wanted = grid.ReadAsArray() == 1
    if not wanted.any():  # an area smaller than a pixel: those that it touches
        gdal.RasterizeLayer(grid, [1], layer, burn_values=[1], options=["ALL_TOUCHED=TRUE"])
        wanted = grid.ReadAsArray() == 1
    return values, wanted if wanted.any() else np.ones_like(wanted)


def _shape(area: Geometry) -> Any:
    return ogr.CreateGeometryFromJson(json.dumps(area))


def _box(west: float, south: float, east: float, north: float) -> Any:
    return ogr.CreateGeometryFromWkt(
        f"POLYGON (({west!r} {south!r}, {east!r} {south!r}, {east!r} {north!r}, "
        f"{west!r} {north!r}, {west!r} {south!r}))"
    )


def _system(code: int) -> Any:
    system = osr.SpatialReference()
    system.ImportFromEPSG(code)
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return system
