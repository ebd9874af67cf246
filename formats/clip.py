"""Images cut to a window: whole pixels of each file's own grid, the item put right.

Pixels are copied, never resampled, so that a window of a band equals the same window of the whole.
`clip_scene` cuts what was downloaded; `formats.window` fetches no more than the window.
"""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from osgeo import gdal, osr

from ..core.errors import QueryError
from ..core.model import bounds
from .cog import IMAGES, item_of
from .images import always, disk_errors, gdal_errors, open_image

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.model import Geometry
    from .files import Source
    from .images import Heed

Window = tuple[int, int, int, int]
"""Column, row, columns and rows."""

STALE = ("file:size", "file:checksum", "sentinel_portals:checksum", "proj:shape", "proj:transform")
"""What an item says of a file that is no longer true of its window."""

WINDOW = "sentinel_portals:window"
"""Property of the item: west, south, east and north of the window in degrees."""

NEARLY = 1e-3  # of a pixel: how far a window may pass an edge without taking one pixel more


def clip_scene(
    files: Sequence[Path], item: Optional[Path], area: Geometry, folder: Path
) -> list[Path]:
    """The scene's files cut to the area, in ``folder``; what is no image on a grid is copied whole.

    Gives the new files in the order of ``files``. Raises QueryError when the area lies outside.
    """
    made: dict[str, Path] = {}
    with gdal_errors(), disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        windows = {path: window(path, area) for path in files if path.suffix.lower() in IMAGES}
        found = [w for w in windows.values() if w is not None]
        if found and not any(found):
            raise QueryError(f"The window lies outside of {files[0].parent.name}.")
        for path in files:
            cut = windows.get(path)
            made[path.name] = _cut(path, cut, folder) if cut else _copied(path, folder)
        if item:
            cut_files = {path.name for path, cut in windows.items() if cut}
            _rewrite(item, made, cut_files, area, folder)
    return [made[path.name] for path in files]


def window(path: Source, area: Geometry) -> Optional[Window]:
    """The pixels that hold the area; () outside, None on no north-up grid."""
    with gdal_errors():
        file = open_image(path)
        west, dx, turn, north, tilt, dy = file.GetGeoTransform()
        system = file.GetSpatialRef()
        if system is None or turn or tilt or dx <= 0 or dy >= 0:
            return None
        xs, ys = zip(*_projected(area, system))
    left, right = _span((min(xs) - west) / dx, (max(xs) - west) / dx, file.RasterXSize)
    top, bottom = _span((max(ys) - north) / dy, (min(ys) - north) / dy, file.RasterYSize)
    if left >= right or top >= bottom:
        return ()  # type: ignore[return-value]
    return left, top, right - left, bottom - top


def _span(first: float, last: float, size: int) -> tuple[int, int]:
    """Whole pixels that hold a stretch, within the image."""
    return max(0, math.floor(first + NEARLY)), min(size, math.ceil(last - NEARLY))


def _projected(area: Geometry, system: Any) -> list[tuple[float, float]]:
    """The outline's corners in the file's system; long edges refined, for they bend."""
    world = osr.SpatialReference()
    world.ImportFromEPSG(4326)
    for reference in (world, system):
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    move = osr.CoordinateTransformation(world, system)
    return [(x, y) for x, y, _ in move.TransformPoints(_outline(area))]


def _outline(area: Geometry) -> list[tuple[float, float]]:
    polygons = area["coordinates"] if area["type"] == "MultiPolygon" else [area["coordinates"]]
    points = []
    for polygon in polygons:
        for (ax, ay, *_), (bx, by, *_) in zip(polygon[0], polygon[0][1:]):
            pieces = max(1, math.ceil(max(abs(bx - ax), abs(by - ay)) / 0.05))
            points += [
                (ax + (bx - ax) * k / pieces, ay + (by - ay) * k / pieces) for k in range(pieces)
            ]
    return points


def _cut(path: Path, cut: Window, folder: Path) -> Path:
    out = folder / f"{path.stem}.tif"
    cut_out(path, cut, out)
    return out


def cut_out(source: Source, cut: Window, out: Path, heed: Heed = always) -> None:
    """The window as GeoTIFF, whole or not there; no-data, scale, offset, names and colours too."""
    part = out.with_name(out.name + ".part")
    options = ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=2", "BIGTIFF=IF_SAFER"]
    image = open_image(source)  # kept: newer GDAL forgets a band together with its image
    if "Float" in gdal.GetDataTypeName(image.GetRasterBand(1).DataType):
        options.remove("PREDICTOR=2")
    made = gdal.Translate(
        str(part),
        image,
        format="GTiff",
        srcWin=list(cut),
        creationOptions=options,
        callback=lambda share, *_: int(heed(share)),
    )
    del made, image
    part.replace(out)


def _copied(path: Path, folder: Path) -> Path:
    out = folder / path.name
    if out.resolve() != path.resolve():
        shutil.copyfile(path, out)
    return out


def _rewrite(
    place: Path, made: Mapping[str, Path], cut: set[str], area: Geometry, folder: Path
) -> None:
    """The item beside the cut files, without what was true of the whole ones only."""
    item = dict(item_of(place))
    assets = {}
    for key, asset in item.get("assets", {}).items():
        name = Path(str(asset["href"])).name
        facts = {k: v for k, v in asset.items() if name not in cut or k not in STALE}
        assets[key] = {**facts, "href": f"./{made[name].name}"} if name in made else facts
    item["assets"] = assets
    item["properties"] = {**item.get("properties", {}), WINDOW: list(bounds(area))}
    (folder / place.name).write_text(
        json.dumps(item, indent=1, ensure_ascii=False), encoding="utf-8"
    )
