"""Numbers that look as if an offset had been applied already.

Some portals subtract the 1000 of baseline 04.00 themselves and some of their records say so
wrongly (Element84/earth-search issues 9, 66, 71). The darkest pixels tell: with the shift no
Sentinel-2 scene has many stored numbers below 700. Nothing is changed, only said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .images import gdal_errors, open_image

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .images import Band

DARK = ("B12", "B02", "B11", "B04")
"""Bands in which water and shadow are darkest, the best first."""

LOWEST = 700  # stored; a reflectance of -0.03
SIDE = 128  # pixels that are looked at


def shifted_twice(bands: Iterable[Band]) -> str:
    """The band whose offset was probably applied before it came here, '' if all looks right."""
    shifted = [band for band in bands if band.key in DARK and band.offset < 0 and band.scale]
    for band in sorted(shifted, key=lambda band: DARK.index(band.key))[:1]:
        if round(band.offset / band.scale) == -1000 and _darkest(band) < LOWEST:
            return band.key
    return ""


def _darkest(band: Band) -> float:
    """The first percentile of the stored numbers, seen from afar."""
    with gdal_errors():
        file = open_image(band.path)
        columns, rows = (min(SIDE, n) for n in (file.RasterXSize, file.RasterYSize))
        pixels = file.GetRasterBand(band.band).ReadAsArray(buf_xsize=columns, buf_ysize=rows)
    valid = pixels[(pixels != (band.nodata or 0)) & (pixels != 65535)]
    return float(np.percentile(valid, 1)) if valid.size else float(LOWEST)
