"""How many bytes will come, told before anything is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import urlsplit

from . import bands, grids
from .download import fetchable, whole
from .model import bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Asset, BBox, Geometry, Product

BLOCK = 1024  # pixels, as in most tiled images; others have 512
ENDINGS = (".tif", ".tiff", ".jp2")
TYPES = ("image/tiff", "image/jp2", "image/vnd.stac.geotiff", "application/x-geotiff")
PICTURES = frozenset({"thumbnail", "overview"})


def is_image(asset: Asset) -> bool:
    """Can an area be cut out of it, as far as its name and type tell?"""
    kind, place = asset.type.partition(";")[0].strip().lower(), urlsplit(asset.href).path.lower()
    local = str(asset.properties.get("file:local_path") or "").lower()
    return kind in TYPES or place.endswith(ENDINGS) or local.endswith(ENDINGS)


def images(product: Product, keys: Sequence[str]) -> tuple[list[Asset], list[str]]:
    """The images of which an area is wanted, all of them without ``keys``; and what is missing."""
    if keys:
        chosen, missing = bands.pick(product.assets, keys)
        found = [a for a in chosen if fetchable(a) and is_image(a)]
        return found, [*missing, *(a.key for a in chosen if a not in found)]
    all_of_it = (a for a in product.assets.values() if fetchable(a) and is_image(a))
    return [a for a in all_of_it if not PICTURES & set(a.roles)], []


def estimated(
    product: Product, keys: Sequence[str] = (), area: Optional[Geometry] = None
) -> Optional[int]:
    """Bytes to come for one offer, None when nobody says.

    For an area it is the share of blocks that the area touches, or of the footprint where the
    portal does not say how an image lies.
    """
    if area is not None:
        sizes = [_part(asset, product, area) for asset in images(product, keys)[0]]
        return sum(s for s in sizes if s is not None) if sizes and None not in sizes else None
    assets = bands.pick(product.assets, keys)[0] if keys else whole(product)
    found = [asset.size for asset in assets]
    if not keys and found == [None]:
        found = [product.properties.get("file:size")]
    return sum(s for s in found if s is not None) if found and None not in found else None


def _part(asset: Asset, product: Product, area: Geometry) -> Optional[int]:
    """Of one image."""
    if asset.size is None:
        return None
    grid = _grid({**product.properties, **asset.properties})
    share = _of_blocks(grid, area) if grid else _of_footprint(product, area)
    return None if share is None else round(asset.size * share)


def _grid(said: dict[str, Any]) -> Optional[grids.Grid]:
    """How an image lies, where it lies in a UTM zone and somebody says how."""
    try:
        height, width = said["proj:shape"]
        step, turn, west, tilt, down, north = said["proj:transform"][:6]
        grid = grids.Grid(int(said["proj:epsg"]), west, north, step, width, height)
    except (KeyError, TypeError, ValueError):
        return None
    zoned = 32600 < grid.epsg <= 32660 or 32700 < grid.epsg <= 32760
    return grid if zoned and not turn and not tilt and step == -down and step > 0 else None


def _of_blocks(grid: grids.Grid, area: Geometry) -> float:
    part = grids.cut(grid, area)
    if part is None:
        return 0.0
    left = round((part.west - grid.west) / grid.step)
    top = round((grid.north - part.north) / grid.step)
    wide = _touched(left, left + part.width, grid.width)
    return wide * _touched(top, top + part.height, grid.height) / (grid.width * grid.height)


def _touched(first: int, end: int, most: int) -> int:
    """The pixels of the blocks that a stretch touches."""
    return min(most, -(-end // BLOCK) * BLOCK) - first // BLOCK * BLOCK


def _of_footprint(product: Product, area: Geometry) -> Optional[float]:
    box = product.bbox or (bounds(product.geometry) if product.geometry else None)
    if box is None or not _extent(box):
        return None
    ours = bounds(area)
    both = (*map(max, box[:2], ours[:2]), *map(min, box[2:], ours[2:]))
    return _extent(both) / _extent(box)  # type: ignore[arg-type]


def _extent(box: BBox) -> float:
    west, south, east, north = box
    return max(0.0, east - west) * max(0.0, north - south)
