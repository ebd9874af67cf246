"""A swath laid onto the map: an image whose pixels have their places in two other images.

The pixels are moved once into a GeoTIFF, the nearest one for each place, so that stored numbers
stay as they are: to find the place of every pixel takes seconds, too long for each drawing.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from osgeo import gdal, osr

from ..core.errors import Cancelled, UnreadableFile
from .images import LIMITS, Band, Told

if TYPE_CHECKING:
    from .files import Source
    from .images import Heed

DEGREE = 111_320.0  # metres
NOWHERE = -9999.0
DEGREES, PACIFIC, ARCTIC, ANTARCTIC = "EPSG:4326", "EPSG:3832", "EPSG:3995", "EPSG:3031"
FROM_180 = "<LUT>-180:0,-0.000001:180,0:-180,180:0</LUT>"
POLAR = 75.0  # degrees from which on a frame is laid around the pole
ORBIT = 90.0  # degrees of latitude: from here on it is a whole orbit, no frame
LARGE = 2048  # pixels of a side from which on it gets small copies
TAG = "SENTINEL_PORTALS_SOURCE"


def laid(band: Band, out: Source, heed: Heed) -> Band:
    """The band as the GeoTIFF ``out``; one that is there and made of the same file is kept."""
    source = _identity(band)
    if isinstance(out, str) or not _is_made_of(out, source):
        _make(band, out, source, heed)
    file = gdal.Open(str(out))
    raster = file.GetRasterBand(1)
    return replace(
        band,
        path=out,
        band=1,
        gsd=file.GetGeoTransform()[1],
        nodata=raster.GetNoDataValue(),
        dtype=gdal.GetDataTypeName(raster.DataType),
        places=(),
    )


def _identity(band: Band) -> str:
    """Of what an image is made, wherever its folder is moved: names, size and time."""
    found = re.search(r'"(.*)"', str(band.path))
    path = found[1] if found else str(band.path)
    stat = gdal.VSIStatL(path)
    names = "/".join(path.replace("\\", "/").split("/")[-2:])
    return f"{names} {band.key} {stat.size if stat else 0} {stat.mtime if stat else 0}"


def _is_made_of(out: Path, source: str) -> bool:
    return out.is_file() and gdal.Open(str(out)).GetMetadataItem(TAG) == source


def _make(band: Band, out: Source, source: str, heed: Heed) -> None:
    part = out.with_name(f"{out.name}.part") if isinstance(out, Path) else Path(f"{out}.part")
    target = str(part) if isinstance(out, Path) else out
    folder = f"/vsimem/sentinel_portals_swath_{os.getpid()}_{id(band)}"
    told = Told(heed)
    try:
        longitudes, latitudes = (_place(place, folder) for place in band.places)
        grid = _grid(longitudes, latitudes)
        made = gdal.Warp(
            target,
            _described(band, folder, across=grid["dstSRS"] == PACIFIC),
            format="GTiff",
            geoloc=True,
            resampleAlg="near",
            errorThreshold=0,
            srcNodata=band.nodata,
            dstNodata=_nothing(band),
            creationOptions=["TILED=YES", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER"],
            callback=told,
            **grid,
        )
        made.SetMetadataItem(TAG, source)
        if max(made.RasterXSize, made.RasterYSize) > LARGE:
            made.BuildOverviews("NEAREST", [4, 16])
        del made
        if isinstance(out, Path):
            part.replace(out)
    except RuntimeError as error:
        if not told.going:
            raise Cancelled("The loading was cancelled.") from error
        raise
    finally:
        for name in gdal.ReadDir(folder) or ():
            gdal.Unlink(f"{folder}/{name}")
        if isinstance(out, Path):
            part.unlink(missing_ok=True)


def _nothing(band: Band) -> float:
    """No-data of the laid image: around the swath there is some even when inside is none."""
    if band.dtype not in LIMITS:
        return math.nan
    if band.nodata is not None:
        return band.nodata
    low, high = LIMITS[band.dtype]
    return high if low == 0 else low


# --- where it lies ---------------------------------------------------------------------------


def _described(band: Band, folder: str, across: bool) -> str:
    """GDAL's name of the swath with its places; ``across`` 180 degrees they count from there."""
    if across:
        _place(band.places[0], folder, FROM_180)
    places = {
        "SRS": _wkt("+proj=longlat +datum=WGS84 +pm=180" if across else DEGREES),
        "X_DATASET": f"{folder}/longitude.vrt",
        "X_BAND": 1,
        "Y_DATASET": f"{folder}/latitude.vrt",
        "Y_BAND": 1,
        "PIXEL_OFFSET": 0,
        "LINE_OFFSET": 0,
        "PIXEL_STEP": 1,
        "LINE_STEP": 1,
        "GEOREFERENCING_CONVENTION": "PIXEL_CENTER",
    }
    told = "".join(f'<MDI key="{key}">{escape(str(said))}</MDI>' for key, said in places.items())
    image = _source("SimpleSource", band)
    return _vrt(
        f"{folder}/swath.vrt",
        band,
        f'<Metadata domain="GEOLOCATION">{told}</Metadata>'
        f'<VRTRasterBand dataType="{band.dtype}" band="1">{image}</VRTRasterBand>',
    )


def _place(place: Band, folder: str, more: str = "") -> str:
    """GDAL's name of the longitudes or latitudes in degrees."""
    meaning = f"<ScaleOffset>{place.offset!r}</ScaleOffset><ScaleRatio>{place.scale!r}</ScaleRatio>"
    if place.nodata is not None:
        meaning += f"<NODATA>{place.nodata!r}</NODATA>"
    image = _source("ComplexSource", place, meaning + more)
    return _vrt(
        f"{folder}/{place.key}.vrt",
        place,
        '<VRTRasterBand dataType="Float64" band="1">'
        f"<NoDataValue>{NOWHERE}</NoDataValue>{image}</VRTRasterBand>",
    )


def _source(kind: str, band: Band, meaning: str = "") -> str:
    return (
        f'<{kind}><SourceFilename relativeToVRT="0">{escape(str(band.path))}</SourceFilename>'
        f"<SourceBand>{band.band}</SourceBand>{meaning}</{kind}>"
    )


def _vrt(name: str, band: Band, inside: str) -> str:
    size = gdal.Open(str(band.path))
    gdal.FileFromMemBuffer(
        name,
        f'<VRTDataset rasterXSize="{size.RasterXSize}" rasterYSize="{size.RasterYSize}">'
        f"{inside}</VRTDataset>".encode(),
    )
    return name


# --- where it goes ---------------------------------------------------------------------------


def _grid(longitudes: str, latitudes: str) -> dict[str, Any]:
    """Coordinate system, size of a pixel and bounds of the grid that a swath is laid onto.

    Degrees, but for frames at a pole or across 180 degrees. Every band of a product gets the same.
    """
    x, y = _degrees(longitudes), _degrees(latitudes)
    metres = _spacing(x, y)
    (west, east), (south, north) = _range(x), _range(y)
    whole = north - south > ORBIT
    if not whole and (max(north, -south) > POLAR or east - west > 180):
        system = PACIFIC if max(north, -south) <= POLAR else ARCTIC if north > -south else ANTARCTIC
        size = _round(metres)
        return {"dstSRS": system, "xRes": size, "yRes": size, "targetAlignedPixels": True}
    size = _round(metres / DEGREE)
    west, south = (math.floor(least / size - 1) * size for least in (west, south))
    east, north = (math.ceil(most / size + 1) * size for most in (east, north))
    bounds = (max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))
    return {"dstSRS": DEGREES, "xRes": size, "yRes": size, "outputBounds": bounds}


def _degrees(name: str) -> np.ndarray:
    """Of places all, as single precision, which is right to a metre; nan where there are none."""
    degrees = gdal.Open(name).ReadAsArray(buf_type=gdal.GDT_Float32)
    degrees[degrees == NOWHERE] = np.nan
    return degrees


def _range(degrees: np.ndarray) -> tuple[float, float]:
    if not np.isfinite(degrees).any():
        raise UnreadableFile("The product does not say where its pixels lie.")
    return float(np.nanmin(degrees)), float(np.nanmax(degrees))


def _spacing(longitudes: np.ndarray, latitudes: np.ndarray) -> float:
    """Metres between pixels in the middle of the swath, the larger of both ways."""
    row, column = (size // 2 for size in latitudes.shape)
    here = slice(max(0, row - 8), row + 8), slice(max(0, column - 8), column + 8)
    longitude, latitude = longitudes[here].astype(float), latitudes[here].astype(float)
    squeezed = np.cos(np.radians(latitude))
    steps = []
    for axis in (0, 1):
        east = (np.diff(longitude, axis=axis) + 180) % 360 - 180
        narrow = squeezed[1:] if axis == 0 else squeezed[:, 1:]
        steps.append(np.hypot(np.diff(latitude, axis=axis), east * narrow))
    known = [float(np.nanmedian(step)) for step in steps if np.isfinite(step).any()]
    return max(known, default=0.01) * DEGREE or 1000.0


def _round(size: float) -> float:
    return float(f"{size:.2g}")


def _wkt(said: str) -> str:
    system = osr.SpatialReference()
    system.SetFromUserInput(said)
    return str(system.ExportToWkt())
