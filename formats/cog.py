"""Folders of GeoTIFF or JP2 bands, with the STAC item that a download left beside them, or without.

Scale, offset and no-data come from the item's own words about each file (where a portal is known to
be wrong, its module has put them right), then from the file, and for a Sentinel-2 band of which
nobody says anything from the processing baseline; never from a date.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any, Optional, Union

from osgeo import gdal

from ..core import bands as vocabulary
from ..core import names
from ..core.errors import StorageError, UnreadableFile

IMAGES = {".tif", ".tiff", ".jp2"}
SCENERY = {"thumbnail", "overview", "metadata"}  # roles of what is no data
KNOWN = re.compile(r"B\d{2}|B8A|SCL|TCI|AOT|WVP")
IN_NAME = re.compile(
    r"(?:^|_)(B\d{2}|B8A|SCL|TCI|AOT|WVP)(?:_\d{2}m)?$", re.IGNORECASE
)  # T31TFJ_20230105T104329_B04_10m

LIMITS = {
    "Byte": (0, 255),
    "UInt16": (0, 65535),
    "Int16": (-32768, 32767),
    "UInt32": (0, 4294967295),
    "Int32": (-2147483648, 2147483647),
}
"""Of GDAL's whole-number types."""

Source = Union[str, Path]


@dataclass(frozen=True)
class Band:
    """One band of one file. ``value = stored * scale + offset``; ``stored == nodata`` is nothing.

    ``key`` is ESA's name where it is a band we know (``B04``, ``SCL``, ``TCI``), else the asset's
    key or the file's name. ``gsd`` is the size of a pixel in units of the file.
    """

    key: str
    path: Path
    band: int = 1
    gsd: float = 0.0
    nodata: Optional[float] = None
    scale: float = 1.0
    offset: float = 0.0
    title: str = ""
    dtype: str = ""

    @property
    def calibrated(self) -> bool:
        """Does somebody say what the stored numbers mean?"""
        return (self.scale, self.offset) != (1.0, 0.0)


@dataclass(frozen=True)
class ImageSet:
    """The bands of one scene that lie on the disk, and its STAC item ({} when there is none)."""

    title: str
    folder: Path
    bands: tuple[Band, ...]
    item: Mapping[str, Any]


# --- what is there ---------------------------------------------------------------------------


def read(sources: Union[Source, Iterable[Source]]) -> list[ImageSet]:
    """The scenes behind folders, item files and image files, in that order.

    A folder is a scene, or holds one per sub-folder. Raises UnreadableFile when there is none.
    """
    paths = [sources] if isinstance(sources, (str, Path)) else list(sources)
    found: dict[Path, ImageSet] = {}
    for home, wanted in _homes(Path(p).absolute() for p in paths).items():
        scene = _scene(home, wanted)
        if scene.bands:
            found[home] = scene
    if not found:
        told = ", ".join(str(p) for p in paths) or "nothing"
        raise UnreadableFile(f"There is no image with bands in {told}.")
    return list(found.values())


def bands_of(sources: Union[Source, Iterable[Source]]) -> list[Band]:
    """Every band behind these folders and files."""
    return [band for scene in read(sources) for band in scene.bands]


def _homes(paths: Iterable[Path]) -> dict[Path, set[Path]]:
    """Item file or folder of each scene, with the files that are wanted of it (none: all)."""
    homes: dict[Path, set[Path]] = {}
    for path in paths:
        if not path.exists():
            raise UnreadableFile(f"{path} does not exist.")
        if path.is_dir():
            for home in _scenes_in(path):
                homes[home] = set()
        elif path.suffix.lower() == ".json":
            homes[path] = set()
        else:
            home = next((i for i in _items(path.parent) if path in _files(i)), path.parent)
            if homes.setdefault(home, {path}):
                homes[home].add(path)
    return homes


def _scenes_in(folder: Path) -> list[Path]:
    items = _items(folder)
    if items:
        return items
    if any(p.suffix.lower() in IMAGES for p in folder.iterdir()):
        return [folder]
    return [home for sub in sorted(folder.iterdir()) if sub.is_dir() for home in _scenes_in(sub)]


def _items(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.json")) if _item(path)]


def _item(path: Path) -> Mapping[str, Any]:
    """The STAC item in a file, {} when it holds something else."""
    try:
        item = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    readable = isinstance(item, dict) and item.get("type") == "Feature"
    return item if readable and isinstance(item.get("assets"), dict) else {}


def _files(item: Path) -> list[Path]:
    return [path for _, path, _ in _assets(item, _item(item))]


def _assets(place: Path, item: Mapping[str, Any]) -> Iterator[tuple[str, Path, Mapping[str, Any]]]:
    """Key, file and facts of every image of an item that is there."""
    for key, asset in item["assets"].items():
        path = (place.parent / str(asset.get("href"))).resolve()
        scenery = SCENERY & set(asset.get("roles") or ()) and vocabulary.band(key) != "TCI"
        if path.suffix.lower() in IMAGES and path.is_file() and not scenery:
            yield key, path, asset


def _scene(home: Path, wanted: set[Path]) -> ImageSet:
    if home.is_dir():
        files = sorted(p for p in home.iterdir() if p.suffix.lower() in IMAGES)
        told = [(_key(p), p, {}) for p in files]
        title, item, folder = home.name, {}, home
    else:
        item, folder = _item(home), home.parent
        if not item:
            raise UnreadableFile(f"{home.name} is not a STAC item.")
        told = list(_assets(home, item))
        title = str(item.get("properties", {}).get("title") or item.get("id") or home.stem)
    resolved = {path.resolve() for path in wanted}
    shift = _shift(item, folder)
    bands = [
        band
        for key, path, asset in told
        if not resolved or path.resolve() in resolved
        for band in _bands(key, path, asset, shift)
    ]
    return ImageSet(title, folder, tuple(bands), item)


def _key(path: Path) -> str:
    found = IN_NAME.search(path.stem)
    return found[1].upper() if found else path.stem


# --- what the numbers mean -------------------------------------------------------------------


def _bands(
    key: str, path: Path, asset: Mapping[str, Any], shift: Optional[float]
) -> Iterator[Band]:
    """Every band of a file. A file that cannot be opened is an UnreadableFile."""
    with _gdal():
        file = _open(path)
        pixel = abs(file.GetGeoTransform()[1])
        for number in range(1, file.RasterCount + 1):
            raster = file.GetRasterBand(number)
            written = "" if asset else raster.GetDescription()  # as `stack` writes it
            name = written if KNOWN.fullmatch(written) else vocabulary.band(key)
            own = Band(
                name,
                path,
                number,
                pixel,
                raster.GetNoDataValue(),
                raster.GetScale() or 1.0,
                raster.GetOffset() or 0.0,
                str(asset.get("title") or raster.GetDescription() or name),
                gdal.GetDataTypeName(raster.DataType),
            )
            yield _told(own, asset, shift)


def _told(own: Band, asset: Mapping[str, Any], shift: Optional[float]) -> Band:
    """The band as the item describes it, where it does."""
    said = _raster_facts(asset, own.band)
    band = replace(
        own,
        nodata=_number(said.get("nodata"), own.nodata),
        scale=_number(said.get("scale"), own.scale),
        offset=_number(said.get("offset"), own.offset),
    )
    told = "scale" in said or band.calibrated
    if told or shift is None or own.key not in vocabulary.REFLECTANCE:
        return band
    nodata = 0.0 if band.nodata is None else band.nodata
    return replace(band, scale=1e-4, offset=shift, nodata=nodata)


def _raster_facts(asset: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """Nodata, scale and offset of one band: STAC 1.1 per file and per band, and as 1.0 has it."""
    facts: dict[str, Any] = {}
    for told in (asset, _nth(asset.get("bands"), number), _nth(asset.get("raster:bands"), number)):
        for name in ("nodata", "scale", "offset"):
            said = told.get(name, told.get(f"raster:{name}"))
            if said is not None:
                facts[name] = said
    return facts


def _nth(bands: Any, number: int) -> Mapping[str, Any]:
    """What is said of one band; what is said once goes for all."""
    if not isinstance(bands, list) or not bands:
        return {}
    told = bands[number - 1] if number <= len(bands) else bands[0]
    return told if isinstance(told, Mapping) else {}


def _number(said: Any, otherwise: Any) -> Any:
    try:
        return float(said)  # "nan" and "inf" are STAC's own spellings
    except (TypeError, ValueError):
        return otherwise


def _shift(item: Mapping[str, Any], folder: Path) -> Optional[float]:
    """The offset of Sentinel-2's reflectance by the baseline, None when that is not known.

    The item tells it, or a product's name among the folders.
    """
    properties = item.get("properties", {})
    told = properties.get("s2:processing_baseline")
    named = [str(properties.get("title") or ""), str(item.get("id") or ""), *folder.parts[::-1]]
    facts = (names.parse_name(name) or {} for name in named)
    found = next((f["baseline"] for f in facts if f.get("kind") == "s2" and "baseline" in f), "")
    return vocabulary.offset(str(told or found))


# --- many bands as one image -----------------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    """Pixels of one size, north up: west and north edge, size of a pixel, columns and rows."""

    west: float
    north: float
    dx: float
    dy: float
    columns: int
    rows: int

    @property
    def east(self) -> float:
        return self.west + self.columns * self.dx

    @property
    def south(self) -> float:
        return self.north - self.rows * self.dy


def stack(bands: Sequence[Band], out: Source) -> Path:
    """A VRT (or, by its name, a GeoTIFF) of these bands on the finest of their grids.

    Stored numbers are kept; each band keeps its name, no-data, scale and offset. The VRT names its
    files relative to itself, so that the folder can be moved. Coarser bands are repeated, not
    smoothed.
    """
    if not bands:
        raise UnreadableFile("There is no band to make an image of.")
    out = Path(out)
    with _gdal(), _disk(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        if len(bands) == 1 and _open(bands[0].path).GetGCPCount():
            _pinned(bands[0], out)
        elif out.suffix.lower() == ".vrt":
            out.write_text(_vrt(bands, out.absolute().parent), encoding="utf-8")
        else:
            _write_tiff(bands, out)
    return out


def _pinned(band: Band, out: Path) -> None:
    """One band in radar geometry, with its ground control points: a preview that QGIS lays down."""
    kind = "VRT" if out.suffix.lower() == ".vrt" else "GTiff"
    made = gdal.Translate(
        str(out), str(band.path), format=kind, bandList=[band.band], noData=band.nodata
    )
    made.GetRasterBand(1).SetDescription(band.key)
    made.FlushCache()


def marker(band: Band) -> Optional[float]:
    """The no-data value of a band in a stack: its own, unless QGIS would mistake it for a value.

    QGIS scales the values but not the no-data value, so that with ESA's 0 and an offset of -0.1 it
    hides every pixel whose reflectance is exactly 0 (stored 1000): common over water. Such a band
    gets the end of its type instead, which for Sentinel-2 means saturated and is no value either.
    """
    if band.nodata is None or not band.calibrated or band.dtype not in LIMITS:
        return band.nodata
    low, high = LIMITS[band.dtype]
    twin = (band.nodata - band.offset) / band.scale  # the stored number that would show as no-data
    mistaken = low <= twin <= high and abs(twin - round(twin)) < 1e-6 and round(twin) != band.nodata
    return _end(band.dtype) if mistaken else band.nodata


def _write_tiff(bands: Sequence[Band], out: Path) -> None:
    """A GeoTIFF has one type and one no-data value: those that hold what all bands hold."""
    kind = gdal.GetDataTypeByName(bands[0].dtype)
    for band in bands:
        kind = gdal.DataTypeUnion(kind, gdal.GetDataTypeByName(band.dtype))
    name = gdal.GetDataTypeName(kind)
    alike = [replace(band, dtype=name) for band in bands]
    told = {marker(band) for band in alike if band.nodata is not None}
    only = next(iter(told)) if len(told) == 1 else _end(name)
    memory = f"/vsimem/sentinel_portals_{os.getpid()}_{id(bands)}.vrt"
    gdal.FileFromMemBuffer(memory, _vrt(alike, None, only).encode())
    part = out.with_name(out.name + ".part")
    options = ["TILED=YES", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER"]
    options += ["PREDICTOR=2"] if name in LIMITS else []
    try:
        made = gdal.Translate(str(part), memory, format="GTiff", creationOptions=options)
        del made
        part.replace(out)
    finally:
        gdal.Unlink(memory)
        part.unlink(missing_ok=True)


def _end(dtype: str) -> float:
    """The end of a type, where values hardly ever are."""
    low, high = LIMITS.get(dtype, (math.nan, math.nan))
    return float(high if low == 0 else low)


def _vrt(bands: Sequence[Band], folder: Optional[Path], only: Optional[float] = None) -> str:
    """The VRT's text; file names relative to ``folder``, ``only`` one no-data value if given."""
    opened = [_open(band.path) for band in bands]
    grids = [_grid(file, band.path) for file, band in zip(opened, bands)]
    for file, band in zip(opened, bands):
        if not file.GetSpatialRef().IsSame(opened[0].GetSpatialRef()):
            raise UnreadableFile(
                f"{band.path.name} is in another coordinate system than {bands[0].path.name}."
            )
    whole = _union(grids)
    parts = [
        _vrt_band(number, band, file, grid, whole, folder, marker(band) if only is None else only)
        for number, (band, file, grid) in enumerate(zip(bands, opened, grids), 1)
    ]
    place = f"{whole.west!r}, {whole.dx!r}, 0, {whole.north!r}, 0, {-whole.dy!r}"
    return "\n".join(
        [
            f'<VRTDataset rasterXSize="{whole.columns}" rasterYSize="{whole.rows}">',
            f"  <SRS>{escape(opened[0].GetProjection())}</SRS>",
            f"  <GeoTransform>{place}</GeoTransform>",
            *parts,
            "</VRTDataset>\n",
        ]
    )


def _vrt_band(
    number: int,
    band: Band,
    file: Any,
    grid: Grid,
    whole: Grid,
    folder: Optional[Path],
    nothing: Optional[float],
) -> str:
    name, relative = _source_name(band.path, folder)
    raster = file.GetRasterBand(band.band)
    colour = gdal.GetColorInterpretationName(raster.GetColorInterpretation())
    target = (
        (grid.west - whole.west) / whole.dx,
        (whole.north - grid.north) / whole.dy,
        grid.columns * grid.dx / whole.dx,
        grid.rows * grid.dy / whole.dy,
    )
    lines = [f'  <VRTRasterBand dataType="{band.dtype}" band="{number}">']
    lines += [f"    <Description>{escape(band.key)}</Description>"]
    if band.nodata is not None:
        lines += [f"    <NoDataValue>{nothing!r}</NoDataValue>"]
    lines += [f"    <ColorInterp>{colour}</ColorInterp>"]
    if band.calibrated:
        lines += [f"    <Offset>{band.offset!r}</Offset>", f"    <Scale>{band.scale!r}</Scale>"]
    kind = "SimpleSource" if band.nodata is None else "ComplexSource"
    lines += [
        f"    <{kind}>",
        f'      <SourceFilename relativeToVRT="{relative}">{escape(name)}</SourceFilename>',
        f"      <SourceBand>{band.band}</SourceBand>",
        f'      <SrcRect xOff="0" yOff="0" xSize="{grid.columns}" ySize="{grid.rows}"/>',
        '      <DstRect xOff="{!r}" yOff="{!r}" xSize="{!r}" ySize="{!r}"/>'.format(*target),
        *([] if band.nodata is None else [f"      <NODATA>{band.nodata!r}</NODATA>"]),
        f"    </{kind}>",
        "  </VRTRasterBand>",
    ]
    return "\n".join(lines)


def _source_name(path: Path, folder: Optional[Path]) -> tuple[str, int]:
    if folder is None:
        return str(path.resolve()), 0
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix(), 1
    except ValueError:  # another drive
        return str(path.resolve()), 0


def _grid(file: Any, path: Path) -> Grid:
    west, dx, turn, north, tilt, dy = file.GetGeoTransform()
    if file.GetSpatialRef() is None or turn or tilt or dx <= 0 or dy >= 0:
        raise UnreadableFile(
            f"{path.name} is not on a north-up grid, so it cannot be joined with others."
        )
    return Grid(west, north, dx, -dy, file.RasterXSize, file.RasterYSize)


def _union(grids: Sequence[Grid]) -> Grid:
    """The finest grid, grown to hold all of them."""
    fine = min(grids, key=lambda grid: grid.dx)
    left = _pixels(fine.west - min(g.west for g in grids), fine.dx)
    up = _pixels(max(g.north for g in grids) - fine.north, fine.dy)
    west, north = fine.west - left * fine.dx, fine.north + up * fine.dy
    columns = _pixels(max(g.east for g in grids) - west, fine.dx)
    rows = _pixels(north - min(g.south for g in grids), fine.dy)
    return Grid(west, north, fine.dx, fine.dy, columns, rows)


def _pixels(length: float, size: float) -> int:
    """Whole pixels that hold a length, forgiving a thousandth of a pixel."""
    return max(0, -int(-(length / size - 1e-3) // 1))


# --- GDAL and the disk -----------------------------------------------------------------------


@contextmanager
def _gdal() -> Iterator[None]:
    """GDAL's errors as ours; leaves its setting as it was, which belongs to QGIS."""
    before = gdal.GetUseExceptions()
    gdal.UseExceptions()
    try:
        yield
    except RuntimeError as error:
        raise UnreadableFile(f"GDAL says: {str(error)[:300]}") from error
    finally:
        if not before:
            gdal.DontUseExceptions()


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}.") from error


def _open(path: Path) -> Any:
    try:
        return gdal.Open(str(path))
    except RuntimeError as error:
        raise UnreadableFile(
            f"{path.name} is damaged or is not an image that GDAL reads."
        ) from error
