"""The scenes of one date as one virtual image, whatever zones and baselines they have."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from osgeo import gdal

from ..formats.images import LIMITS, Band, disk_errors, gdal_errors, open_image
from ..formats.stack import stack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def mosaic(scenes: Sequence[Sequence[Band]], out: Path) -> Path:
    """A VRT over the same bands of many scenes; each scene is a VRT of its own beside it.

    The first scene lies on top. Where scales or offsets differ, the image holds values instead of
    stored numbers. Scenes of another zone are laid into the zone that most are in.
    """
    if len({tuple((b.scale, b.offset, b.dtype) for b in bands) for bands in scenes}) > 1:
        scenes = [[as_values(band) for band in bands] for bands in scenes]
    with gdal_errors(), disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        parts = [
            stack(bands, out.with_name(f"{out.stem}.{number}.vrt"))
            for number, bands in enumerate(scenes, 1)
        ]
        laid = _in_one_zone(parts)
        made = gdal.BuildVRT(str(out), [str(path) for path in reversed(laid)])
        _explain(made, scenes[0], open_image(parts[0]))
        made.FlushCache()
    return out


def as_values(band: Band) -> Band:
    """The same band, showing values where it stored numbers."""
    if not band.calibrated or band.dtype not in LIMITS:
        return band
    low, high = LIMITS[band.dtype]
    nothing = band.nodata
    stored = {low, high} if nothing is None else {low, high, nothing - 1, nothing + 1}
    pairs = {float(n): n * band.scale + band.offset for n in stored if low <= n <= high}
    if nothing is not None:
        pairs[nothing] = math.nan
    table = tuple(sorted(pairs.items()))
    return replace(band, scale=1.0, offset=0.0, nodata=math.nan, dtype="Float32", lut=table)


def _in_one_zone(parts: Sequence[Path]) -> list[Path]:
    files = [open_image(path) for path in parts]
    systems = [file.GetProjection() for file in files]
    usual = Counter(systems).most_common(1)[0][0]
    return [
        path if system == usual else _laid(path, file, usual)
        for path, file, system in zip(parts, files, systems)
    ]


def _laid(path: Path, file: Any, system: str) -> Path:
    out = path.with_name(f"{path.stem}.laid.vrt")
    size = abs(file.GetGeoTransform()[1])
    nothing = file.GetRasterBand(1).GetNoDataValue()
    made = gdal.Warp(
        str(out),
        str(path),
        format="VRT",
        dstSRS=system,
        xRes=size,
        yRes=size,
        targetAlignedPixels=True,
        srcNodata=nothing,
        dstNodata=nothing,
    )
    made.FlushCache()
    return out


def _explain(made: Any, bands: Sequence[Band], first: Any) -> None:
    """What `gdal.BuildVRT` does not take along from its sources."""
    for number, band in enumerate(bands, 1):
        raster = made.GetRasterBand(number)
        raster.SetDescription(band.key)
        raster.SetColorInterpretation(first.GetRasterBand(number).GetColorInterpretation())
        if band.calibrated:
            raster.SetScale(band.scale)
            raster.SetOffset(band.offset)
