"""A swath laid onto the map: an image whose pixels have their places in two other images.

The pixels are moved once into a GeoTIFF; stored numbers stay as they are. Every pixel is sown with
its whole area, its middle last, so that a place shows the pixel whose middle lies in it. GDAL can
do that, too, but finds each place again whenever the map is drawn, which takes half a minute.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from osgeo import gdal, osr

from ..core.errors import Cancelled, UnreadableFile
from .images import LIMITS, Band, open_image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .files import Source
    from .images import Heed

DEGREE = 111_320.0  # metres
POLAR = 75.0  # degrees from which on a frame is laid around the pole
ORBIT = 90.0  # degrees of latitude: from here on it is a whole orbit, no frame
LINES = 48  # at a time: numpy lets no other thread work meanwhile, and the map wants to move
FINEST = 24  # pieces of a pixel, at most
LARGE = 2048  # pixels of a side from which on it gets small copies
TAG = "SENTINEL_PORTALS_SOURCE"
DEGREES, PACIFIC, ARCTIC, ANTARCTIC = "EPSG:4326", "EPSG:3832", "EPSG:3995", "EPSG:3031"
AXIS, ECCENTRICITY = 6378137.0, 0.0818191908426  # of WGS 84


@dataclass(frozen=True)
class Grid:
    """Where a swath goes: coordinate system, west and north edge, size of a pixel, its numbers."""

    system: str
    west: float
    north: float
    size: float
    columns: int
    rows: int


@dataclass(frozen=True)
class Plan:
    """For every place of a grid the number of the pixel that is shown there, -1 for none."""

    grid: Grid
    pixels: np.ndarray


_kept: dict[tuple[Band, ...], Plan] = {}


def forget() -> None:
    """Lets go of the last plan, which all bands of a scene share while they are laid."""
    _kept.clear()


def laid(band: Band, out: Source, heed: Heed) -> Band:
    """The band as the GeoTIFF ``out``; one that is there and made of the same file is kept."""
    source = _identity(band)
    if isinstance(out, str) or not _is_made_of(out, source):
        _make(band, out, source, heed)
    file = open_image(out)
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
    try:
        return out.is_file() and open_image(out).GetMetadataItem(TAG) == source
    except UnreadableFile:  # somebody else's, or half a file
        return False


def _make(band: Band, out: Source, source: str, heed: Heed) -> None:
    """Whole or not there."""
    plan = _kept.get(band.places)
    if plan is None:
        forget()
        plan = _kept[band.places] = _planned(band, lambda share: heed(0.7 * share))
    part = out.with_name(f"{out.name}.part") if isinstance(out, Path) else out
    try:
        made = _created(str(part), band, plan.grid)
        made.SetMetadataItem(TAG, source)
        _fill(made.GetRasterBand(1), band, plan, lambda share: heed(0.7 + 0.3 * share))
        if max(plan.grid.columns, plan.grid.rows) > LARGE:
            made.BuildOverviews("NEAREST", [4, 16])
        made = None
        if isinstance(part, Path):
            part.replace(out)
    finally:
        if isinstance(part, Path):
            part.unlink(missing_ok=True)


def _created(name: str, band: Band, grid: Grid) -> Any:
    options = ["TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=3", "BIGTIFF=IF_SAFER"]
    kind = gdal.GetDataTypeByName(band.dtype)
    driver = gdal.GetDriverByName("GTiff")
    file = driver.Create(name, grid.columns, grid.rows, 1, kind, options)
    system = osr.SpatialReference()
    system.SetFromUserInput(grid.system)
    file.SetProjection(system.ExportToWkt())
    file.SetGeoTransform((grid.west, grid.size, 0, grid.north, 0, -grid.size))
    file.GetRasterBand(1).SetNoDataValue(_nothing(band))
    return file


def _fill(raster: Any, band: Band, plan: Plan, heed: Heed) -> None:
    stored = _stored(band)
    nothing = _nothing(band)
    flat = stored.reshape(-1)
    for row in range(0, plan.grid.rows, LINES):
        _go_on(heed, row / plan.grid.rows)
        wanted = plan.pixels[row : row + LINES]
        shown = flat[np.maximum(wanted, 0)]
        if band.nodata is not None and math.isnan(nothing):
            shown[shown == band.nodata] = nothing
        shown[wanted < 0] = nothing
        raster.WriteArray(shown, 0, row)


def _stored(band: Band) -> np.ndarray:
    file = open_image(band.path)
    return np.asarray(file.GetRasterBand(band.band).ReadAsArray())


def _nothing(band: Band) -> float:
    """No-data of the laid image: around the swath there is some even when inside is none."""
    if band.dtype not in LIMITS:
        return math.nan
    low, high = LIMITS[band.dtype]
    if band.nodata is not None and low <= band.nodata <= high:
        return band.nodata
    return high if low == 0 else low


def _go_on(heed: Heed, share: float) -> None:
    if not heed(share):
        raise Cancelled("The loading was cancelled.")


# --- which pixel goes where ------------------------------------------------------------------


def _planned(band: Band, heed: Heed) -> Plan:
    longitudes, latitudes = (_degrees(place) for place in band.places)
    grid = _grid(longitudes, latitudes)
    pixels = np.full((grid.rows, grid.columns), -1, np.int32)
    for line in range(0, len(latitudes), LINES):
        _go_on(heed, line / len(latitudes))
        _sow(pixels, grid, longitudes, latitudes, line)
    return Plan(grid, pixels)


def _degrees(place: Band) -> np.ndarray:
    """Longitudes or latitudes, nan where nobody knows them."""
    stored = _stored(place)
    degrees = np.empty(stored.shape, np.float64)
    nowhere = math.nan if place.nodata is None else place.nodata
    for line in range(0, len(stored), LINES):
        here = stored[line : line + LINES]
        told = here * place.scale + place.offset
        told[here == nowhere] = np.nan
        degrees[line : line + LINES] = told
    return degrees


def _sow(
    pixels: np.ndarray, grid: Grid, longitudes: np.ndarray, latitudes: np.ndarray, line: int
) -> None:
    """The pixels of some lines, each in all its pieces, the piece in its middle last."""
    above = max(0, line - 1)
    here = slice(above, line + LINES + 1)
    x, y = _projected(grid.system, longitudes[here], latitudes[here])
    x, y = (x - grid.west) / grid.size, (grid.north - y) / grid.size
    turn = 360 / grid.size if grid.system == DEGREES else math.inf
    steps = [_steps(values, axis, turn) for values, axis in product((x, y), (0, 1))]
    inner = slice(line - above, line - above + LINES)
    x, y, x_down, x_right, y_down, y_right = (values[inner] for values in (x, y, *steps))
    count = x.shape[1]
    numbers = (line * count + np.arange(x.size, dtype=np.int32)).reshape(x.shape)
    for down, right in _pieces(_fineness(x_down, y_down), _fineness(x_right, y_right)):
        column = np.floor(x + down * x_down + right * x_right)
        row = np.floor(y + down * y_down + right * y_right)
        if math.isfinite(turn):
            column = np.where(column < 0, column + round(turn), column)
        inside = (column >= 0) & (column < grid.columns) & (row >= 0) & (row < grid.rows)
        places = row[inside].astype(np.intp), column[inside].astype(np.intp)
        pixels[places] = numbers[inside]


def _steps(values: np.ndarray, axis: int, turn: float) -> np.ndarray:
    """How far it is to the next pixel; not once around the world."""
    step = np.diff(values, axis=axis)
    if math.isfinite(turn):
        step = (step + turn / 2) % turn - turn / 2
    first = [slice(None)] * 2
    first[axis] = slice(0, 1)
    return np.concatenate([step[tuple(first)], step], axis)


def _fineness(*steps: np.ndarray) -> int:
    """In how many pieces a pixel covers every place that it lies on."""
    widest = max((float(np.nanmax(np.abs(s))) for s in steps if np.isfinite(s).any()), default=1.0)
    return min(FINEST, max(2, math.ceil(1.5 * widest)))


def _pieces(down: int, right: int) -> Iterator[tuple[float, float]]:
    """Shares of a step from the middle of a pixel, the farthest first."""
    shares = [(np.arange(count) + 0.5) / count - 0.5 for count in (down, right)]
    pairs = [*product(*shares), (0.0, 0.0)]
    yield from sorted(pairs, key=lambda pair: -max(map(abs, pair)))


# --- the grid --------------------------------------------------------------------------------


def _grid(longitudes: np.ndarray, latitudes: np.ndarray) -> Grid:
    """Degrees, but for frames at a pole or across 180 degrees; whole pixels from zero on."""
    metres = _spacing(longitudes, latitudes)
    system = _system(_range(longitudes), _range(latitudes))
    x, y = _projected(system, longitudes, latitudes)
    size = float(f"{metres / DEGREE if system == DEGREES else metres:.2g}")
    (west, east), (south, north) = _range(x), _range(y)
    left, right = math.floor(west / size - 0.5), math.ceil(east / size + 0.5)
    low, high = math.floor(south / size - 0.5), math.ceil(north / size + 0.5)
    return Grid(system, left * size, high * size, size, right - left, high - low)


def _system(longitudes: tuple[float, float], latitudes: tuple[float, float]) -> str:
    south, north = latitudes
    if north - south > ORBIT:
        return DEGREES
    if max(north, -south) > POLAR:
        return ARCTIC if north > -south else ANTARCTIC
    return PACIFIC if longitudes[1] - longitudes[0] > 180 else DEGREES


def _range(values: np.ndarray) -> tuple[float, float]:
    if not np.isfinite(values).any():
        raise UnreadableFile("The product does not say where its pixels lie.")
    return float(np.nanmin(values)), float(np.nanmax(values))


def _spacing(longitudes: np.ndarray, latitudes: np.ndarray) -> float:
    """Metres between pixels in the middle of the swath, the larger of both ways."""
    row, column = (size // 2 for size in latitudes.shape)
    here = slice(max(0, row - 8), row + 8), slice(max(0, column - 8), column + 8)
    longitude, latitude = longitudes[here], latitudes[here]
    steps = []
    for axis in (0, 1):
        east = _steps(longitude, axis, 360.0) * np.cos(np.radians(latitude))
        steps.append(np.hypot(east, _steps(latitude, axis, math.inf)))
    known = [float(np.nanmedian(step)) for step in steps if np.isfinite(step).any()]
    return max(known, default=0.01) * DEGREE or 1000.0


def _projected(
    system: str, longitudes: np.ndarray, latitudes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """In closed form (Snyder 1987, 7-7 and 21-33): GDAL takes minutes for twenty million."""
    if system == DEGREES:
        return longitudes, latitudes
    if system == PACIFIC:
        x = np.radians((longitudes - 150 + 180) % 360 - 180)
        return AXIS * x, -AXIS * np.log(_isometric(latitudes))
    sign = 1 if system == ARCTIC else -1
    true = 71.0
    scale = math.cos(math.radians(true)) / math.sqrt(
        1 - (ECCENTRICITY * math.sin(math.radians(true))) ** 2
    )
    distance = AXIS * scale * _isometric(sign * latitudes) / float(_isometric(np.array(true)))
    angle = np.radians(longitudes)
    return distance * np.sin(angle), -sign * distance * np.cos(angle)


def _isometric(latitudes: np.ndarray) -> np.ndarray:
    """Snyder's t."""
    angle = np.radians(latitudes)
    bent = ECCENTRICITY * np.sin(angle)
    ratio = ((1 - bent) / (1 + bent)) ** (ECCENTRICITY / 2)
    return np.asarray(np.tan(math.pi / 4 - angle / 2) / ratio)
