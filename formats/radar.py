"""Radar geometry laid onto the map by control points: right to some hundred metres in mountains.

Good enough to look at, no orthoimage. A VRT is made, and for large images small copies in a file
beside it: made once, about a second per 300 million pixels, and then the whole is cheap to draw.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from osgeo import gdal

from ..core.errors import Cancelled
from .images import Told, open_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import Source
    from .images import Band, Heed

LARGE = 4096  # pixels of a side from which on an image gets small copies
COPIES = [4, 16, 64]


def points(band: Band) -> list[Any]:
    """The control points of the file, else those that its product tells; [] for what has a grid."""
    file = open_image(band.path)
    own = list(file.GetGCPs())
    return own or [gdal.GCP(x, y, 0, column, row) for column, row, x, y in band.points]


def system_of(points: Sequence[Any]) -> str:
    """The UTM zone of the middle, or the plane around the pole."""
    longitude = sum(p.GCPX for p in points) / len(points)
    latitude = sum(p.GCPY for p in points) / len(points)
    if abs(latitude) > 84:
        return "EPSG:3995" if latitude > 0 else "EPSG:3031"
    zone = int((longitude + 180) // 6) % 60 + 1
    return f"EPSG:{(32600 if latitude >= 0 else 32700) + zone}"


def laid(band: Band, out: Source, ready: Source, heed: Heed, system: str = "") -> Band:
    """The band as the VRT ``out`` on the map; ``ready`` is the image made ready, if need be."""
    known = points(band)
    empty = 0 if band.nodata is None or math.isnan(band.nodata) else band.nodata
    made = gdal.Warp(
        str(out),
        str(_ready(band, known, ready, heed)),
        format="VRT",
        dstSRS=system or system_of(known),
        tps=True,
        srcNodata=empty,
        dstNodata=empty,
    )
    made.FlushCache()
    return replace(band, path=out, nodata=empty if band.nodata is None else band.nodata)


def _ready(band: Band, known: Sequence[Any], out: Source, heed: Heed) -> Source:
    """The image itself, or a VRT of it with the points, amplitudes and small copies it lacks."""
    file = open_image(band.path)
    raster = file.GetRasterBand(band.band)
    phased = bool(gdal.DataTypeIsComplex(raster.DataType))
    large = max(file.RasterXSize, file.RasterYSize) >= LARGE and not raster.GetOverviewCount()
    if not (phased or large or not file.GetGCPCount()):
        return band.path
    fresh = out.with_name(f"{out.stem}.new.vrt") if isinstance(out, Path) else out
    made = gdal.Translate(
        str(fresh),
        file,
        format="VRT",
        bandList=[band.band],
        GCPs=list(known),
        outputSRS="EPSG:4326",
        noData=0,
    )
    made.FlushCache()
    del made
    if phased:
        _rewrite(fresh, _as_amplitude(_text(fresh)))
    if isinstance(out, Path) and isinstance(fresh, Path):
        copies = out.with_name(f"{out.name}.ovr")
        if _made_of(_text(fresh)) != _made_of(_text(out)):
            copies.unlink(missing_ok=True)
        fresh.replace(out)
        if large and not copies.is_file():
            _build(out, copies, heed)
    return out


def _build(image: Path, copies: Path, heed: Heed) -> None:
    """All of the small copies or none."""
    told = Told(heed)
    gdal.SetThreadLocalConfigOption("COMPRESS_OVERVIEW", "DEFLATE")
    try:
        open_image(image).BuildOverviews("AVERAGE", COPIES, told)
    except RuntimeError as error:
        copies.unlink(missing_ok=True)
        if not told.going:
            raise Cancelled("The loading was cancelled.") from error
        raise
    finally:
        gdal.SetThreadLocalConfigOption("COMPRESS_OVERVIEW", None)


def _as_amplitude(vrt: str) -> str:
    """A VRT of complex numbers as one of their absolute values."""
    band = '<VRTRasterBand dataType="Float32" band="1" subClass="VRTDerivedRasterBand">'
    function = "<PixelFunctionType>mod</PixelFunctionType>"
    transfer = "<SourceTransferType>CFloat32</SourceTransferType>"
    return re.sub(r'<VRTRasterBand dataType="C\w+" band="1"[^>]*>', band + function + transfer, vrt)


def _made_of(vrt: str) -> list[str]:
    return re.findall(r">([^<]*)</SourceFilename>", vrt)


def _text(name: Source) -> str:
    """What a VRT says, '' when there is none."""
    file = gdal.VSIFOpenL(str(name), "rb") if gdal.VSIStatL(str(name)) else None
    if file is None:
        return ""
    try:
        return bytes(gdal.VSIFReadL(1, gdal.VSIStatL(str(name)).size, file)).decode()
    finally:
        gdal.VSIFCloseL(file)


def _rewrite(name: Source, text: str) -> None:
    if isinstance(name, Path):
        name.write_text(text, encoding="utf-8")
    else:
        gdal.FileFromMemBuffer(name, text.encode())
