"""One band, one scene's bands, and GDAL's errors as ours: what every format here speaks in."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

import numpy as np
from osgeo import gdal

from ..core import names
from ..core.errors import StorageError, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .files import Source

CREDIT = "Contains modified Copernicus Sentinel data"

LIMITS = {
    "Byte": (0, 255),
    "Int8": (-128, 127),
    "UInt16": (0, 65535),
    "Int16": (-32768, 32767),
    "UInt32": (0, 4294967295),
    "Int32": (-2147483648, 2147483647),
}
"""Of GDAL's whole-number types."""


SIDE, GLIMPSE = 500, 128  # pixels that are looked at

Heed = Callable[[float], bool]
"""Is told the share of some long work that is done, and says whether to go on."""


def always(share: float) -> bool:
    return True


class Told:
    """What GDAL calls while it works; afterwards ``going`` says whether it was asked to stop."""

    def __init__(self, heed: Heed) -> None:
        self._heed, self.going = heed, True

    def __call__(self, share: float, *_: Any) -> int:
        self.going = self._heed(share)
        return int(self.going)


@dataclass(frozen=True)
class Band:
    """One band of one file. ``value = stored * scale + offset``; ``stored == nodata`` is nothing.

    ``key`` is ESA's name of Sentinel-2's band for this colour (``B04``), or ``SCL``, ``TCI``,
    ``VV``; else the asset's key or the file's name. ``gsd`` is the size of a pixel in units of the
    file. ``classes`` names the legend of a mask (`presets.LEGENDS`).

    Where a straight line does not say what the stored numbers mean, ``lut`` does: pairs of stored
    and shown number, straight in between. ``dtype`` and ``nodata`` are then of what is shown.
    A band with a ``function`` is made of its ``parts`` when it is read: their ``difference``, or
    their ``normalised difference`` (first - second) / (first + second), or the first one only
    ``where above`` a limit of the second (whose ``lut`` says so), or a ``mosaic`` of them, or their
    ``sum``; the first divided by the second (``ratio``), or less half its root (``root``).
    The pixels of a swath lie where its ``places`` say, bands of longitudes and latitudes, or about
    where its control ``points`` say (pixel, line, longitude, latitude), if not in the file.
    """

    key: str
    path: Source
    band: int = 1
    gsd: float = 0.0
    nodata: Optional[float] = None
    scale: float = 1.0
    offset: float = 0.0
    title: str = ""
    dtype: str = ""
    classes: str = ""
    lut: tuple[tuple[float, float], ...] = ()
    function: str = ""
    parts: tuple[Band, ...] = ()
    unit: str = ""
    places: tuple[Band, ...] = ()
    points: tuple[tuple[float, float, float, float], ...] = ()

    @property
    def calibrated(self) -> bool:
        """Does somebody say what the stored numbers mean?"""
        return (self.scale, self.offset) != (1.0, 0.0)

    @property
    def known(self) -> bool:
        """Are the shown numbers those of a known quantity?"""
        return self.calibrated or bool(self.lut or self.function or self.unit)


@dataclass(frozen=True)
class ImageSet:
    """The bands of one scene that lie on the disk, and its STAC item ({} when there is none).

    ``missing`` names the images that the product's own list promises and that are not there.
    """

    title: str
    folder: Path
    bands: tuple[Band, ...]
    item: Mapping[str, Any]
    missing: tuple[str, ...] = ()


def finest(bands: Iterable[Band]) -> list[Band]:
    """Of bands that come in several resolutions the finest, in the order of their first."""
    best: dict[tuple[str, int], Band] = {}
    for band in bands:
        there = best.setdefault((band.key, band.band), band)
        if band.gsd < there.gsd:
            best[band.key, band.band] = band
    return list(best.values())


def moment(told: str) -> str:
    """``20240614T174012``, in any spelling of its digits, as STAC writes it; else ''."""
    d = re.sub(r"\D", "", told)
    return f"{d[:4]}-{d[4:6]}-{d[6:8]}T{d[8:10]}:{d[10:12]}:{d[12:]}Z" if len(d) == 14 else ""


def as_item(title: str, moment: str, credit: str, **more: str) -> dict[str, Any]:
    """What a STAC item would say of a product that came without one, as far as its name tells."""
    facts = names.parse_name(title) or {}
    unit, tile = names.platform(facts.get("platform")), names.tile(facts.get("tile"))
    told = {
        "title": title,
        "datetime": moment,
        "platform": f"sentinel-{unit[1:].lower()}" if unit else "",
        "grid:code": f"MGRS-{tile}" if tile else "",
        "attribution": credit,
        **{key: value for key, value in more.items() if value},
    }
    properties = {key: value for key, value in told.items() if value}
    return {"type": "Feature", "id": title, "properties": properties, "assets": {}}


@contextmanager
def gdal_errors() -> Iterator[None]:
    """GDAL's errors as ours; leaves its setting as it was, which belongs to QGIS."""
    try:
        with _exceptions():
            yield
    except RuntimeError as error:
        raise UnreadableFile(f"GDAL says: {str(error)[:300]}") from error


@contextmanager
def _exceptions() -> Iterator[None]:
    """GDAL raises. From 3.7 on that can be asked for one thread, before only for all of them."""
    if hasattr(gdal, "ExceptionMgr"):
        with gdal.ExceptionMgr(useExceptions=True):
            yield
        return
    _raising.enter()
    try:
        yield
    finally:
        _raising.leave()


class _Raising:
    """Has GDAL raise until the last of the threads that asked for it has left."""

    def __init__(self) -> None:
        self._lock, self._asked, self._before = threading.Lock(), 0, False

    def enter(self) -> None:
        with self._lock:
            if not self._asked:
                self._before = bool(gdal.GetUseExceptions())
                gdal.UseExceptions()
            self._asked += 1

    def leave(self) -> None:
        with self._lock:
            self._asked -= 1
            if not self._asked and not self._before:
                gdal.DontUseExceptions()


_raising = _Raising()


@contextmanager
def disk_errors(path: Source) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}.") from error


def is_remote(path: Source) -> bool:
    """Does the file lie at a portal, to be read over the network?"""
    return isinstance(path, str) and path.startswith(("/vsicurl", "/vsis3/"))


def open_image(path: Source) -> Any:
    try:
        return gdal.Open(str(path))
    except RuntimeError as error:
        raise UnreadableFile(
            f"{Path(path).name} is damaged or is not an image that GDAL reads."
        ) from error


def is_empty(path: Source) -> bool:
    """Is every pixel of the first band no-data, seen from afar?"""
    with gdal_errors():
        file = open_image(path)
        mask = file.GetRasterBand(1).GetMaskBand()
        columns, rows = (min(GLIMPSE, size) for size in (file.RasterXSize, file.RasterYSize))
        return not mask.ReadAsArray(buf_xsize=columns, buf_ysize=rows).any()


def percentiles(path: Source, number: int) -> tuple[float, float]:
    """Between which numbers all but 2 per cent at each end lie that a band shows, seen from afar.

    QGIS's own cut knows neither scale nor offset from 3.40 on: it may say 0 to 0.
    """
    with gdal_errors():
        file = open_image(path)
        band = file.GetRasterBand(number)
        columns, rows = (min(SIDE, size) for size in (file.RasterXSize, file.RasterYSize))
        stored = band.ReadAsArray(buf_xsize=columns, buf_ysize=rows).astype(float)
        there = band.GetMaskBand().ReadAsArray(buf_xsize=columns, buf_ysize=rows) > 0
        scale, offset = band.GetScale(), band.GetOffset()
    valid = stored[there & np.isfinite(stored)]
    if not valid.size:
        return 0.0, 1.0
    low, high = np.percentile(valid * (1 if scale is None else scale) + (offset or 0), (2, 98))
    return float(low), float(high)
