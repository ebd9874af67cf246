"""Many bands as one image: a VRT that computes what it shows, or a GeoTIFF of the same.

A VRT holds no pixels. It joins resolutions, gives scale, offset and no-data, turns stored numbers
into decibels or classes, makes the difference or the normalised difference of two bands, and lays
radar geometry onto the map, all while it is drawn.
"""

from __future__ import annotations

import math
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Optional

from osgeo import gdal

from ..core.errors import UnreadableFile
from . import radar, swath
from .images import LIMITS, Band, always, disk_errors, gdal_errors, is_remote, open_image

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .files import Source
    from .images import Heed

SMALLEST = 256  # pixels of a side of the smallest copy that is told of
NOTHING = math.nan  # no-data of what is computed
MOSAIC = "mosaic"
FUNCTIONS = {
    "difference": "diff",
    "normalised difference": "mul",
    "where above": "mul",
    "ratio": "mul",
    "root": "sum",
}
_SUMS = [0.0005 * 1.01**step for step in range(1000)]
INVERSE = ((0.0, NOTHING), (4.9e-4, NOTHING), *((total, 1 / total) for total in _SUMS))
"""1/x of a sum of reflectances, right to a few millionths; nothing at and below zero."""
_ROOTS = [step / 200 for step in range(1200)]
ROOT = ((-1.0, NOTHING), (-1e-6, NOTHING), *((root**2, -root / 2) for root in _ROOTS))
"""Half the root, taken away."""
SECOND = {"ratio": INVERSE, "root": ROOT}
"""What the second part of a function becomes before it is joined with the first."""


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


@dataclass(frozen=True)
class _Opened:
    """A band with its file and where that lies."""

    band: Band
    file: Any
    grid: Grid


def stack(bands: Sequence[Band], out: Source, heed: Heed = always) -> Path:
    """A VRT (or, by its name, a GeoTIFF) of these bands on the finest of their grids.

    Stored numbers are kept; each band keeps its name, no-data, scale and offset. The VRT names its
    files relative to itself, so that the folder can be moved; files inside of archives absolutely.
    Coarser bands are repeated, not smoothed. Raises Cancelled when ``heed`` says so.
    """
    if not bands:
        raise UnreadableFile("There is no band to make an image of.")
    out = Path(out)
    with gdal_errors(), disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix.lower() == ".vrt":
            _compose(bands, out, heed=heed)
        else:
            _write_tiff(bands, out)
    return out


@contextmanager
def in_memory(bands: Sequence[Band]) -> Iterator[str]:
    """GDAL's name of the same VRT, for as long as it is needed."""
    folder = f"/vsimem/sentinel_portals_{os.getpid()}_{id(bands)}"
    try:
        with gdal_errors():
            _compose(bands, f"{folder}/bands.vrt")
        yield f"{folder}/bands.vrt"
    finally:
        _forget(folder)


def inline(bands: Sequence[Band]) -> str:
    """The same VRT as a text that GDAL opens like a file, so that there need be none."""
    with in_memory(bands) as name:
        return _with_inner(name)


def emptied(vrt: str) -> str:
    """The text of a VRT of the same bands without any file: every pixel of it is 0."""
    return re.sub(
        r"<((\w+Source)|NoDataValue|PixelFunctionType)>.*?</\1>| subClass=\"\w+\"",
        "",
        vrt,
        flags=re.DOTALL,
    )


def _with_inner(name: str) -> str:
    """The text of a VRT in memory, with those that it is made of in place of their names."""
    folder, _, own = name.rpartition("/")
    text = _read(name)
    for other in gdal.ReadDir(folder):
        inner = f"{folder}/{other}"
        if other != own and f">{inner}<" in text:
            text = text.replace(f">{inner}<", f">{escape(_with_inner(inner))}<")
    return text


def _read(name: str) -> str:
    file = gdal.VSIFOpenL(name, "rb")
    try:
        return bytes(gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file)).decode()
    finally:
        gdal.VSIFCloseL(file)


def _forget(folder: str) -> None:
    for name in gdal.ReadDir(folder) or ():
        gdal.Unlink(f"{folder}/{name}")


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
    part = out.with_name(out.name + ".part")
    options = ["TILED=YES", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER"]
    options += ["PREDICTOR=2"] if name in LIMITS else []
    folder = f"/vsimem/sentinel_portals_{os.getpid()}_{id(bands)}"
    try:
        _compose(alike, f"{folder}/bands.vrt", only)
        made = gdal.Translate(
            str(part), f"{folder}/bands.vrt", format="GTiff", creationOptions=options
        )
        del made
        part.replace(out)
    finally:
        _forget(folder)
        part.unlink(missing_ok=True)


def _end(dtype: str) -> float:
    """The end of a type, where values hardly ever are."""
    low, high = LIMITS.get(dtype, (math.nan, math.nan))
    return float(high if low == 0 else low)


# --- the VRT and the ones that it is made of -------------------------------------------------


def _compose(
    bands: Sequence[Band], out: Source, only: Optional[float] = None, heed: Heed = always
) -> None:
    """Writes the VRT; ``only`` is one no-data value for all bands if given."""
    try:
        prepared = [
            _prepared(band, out, share_of(heed, place, len(bands)))
            for place, band in enumerate(bands)
        ]
    finally:
        swath.forget()
    _write(out, _vrt(prepared, out, only))


def share_of(heed: Heed, place: int, count: int) -> Heed:
    """One of several works that are told as one."""
    return lambda share: heed((place + share) / count)


def _write(out: Source, text: str) -> None:
    if isinstance(out, Path):
        out.write_text(text, encoding="utf-8")
    else:
        gdal.FileFromMemBuffer(out, text.encode())


def _beside(out: Source, what: str) -> Source:
    """The name of a VRT that the VRT ``out`` is made of."""
    stem = str(out)[: -len(".vrt")]
    return Path(f"{stem}.{what}.vrt") if isinstance(out, Path) else f"{stem}.{what}.vrt"


def _of_image(out: Source, band: Band, ending: str) -> Source:
    """The name of a file made of one image, whatever it is shown in; lies beside ``out``."""
    found = re.search(r'"(.*)"', str(band.path))
    path = PurePosixPath((found[1] if found else str(band.path)).replace("\\", "/"))
    product = [re.sub(r"(\.SEN3|\.zip|\})+$", "", path.parent.name)] if found else []
    name = ".".join(dict.fromkeys([*product, path.stem, band.key])) + f".{ending}"
    return out.with_name(name) if isinstance(out, Path) else f"{out.rpartition('/')[0]}/{name}"


def _prepared(band: Band, out: Source, heed: Heed) -> Band:
    """The band as a VRT can take it in: on a north-up grid, of two steps at most."""
    if not band.function:
        return _laid(band, out, heed)
    count = len(band.parts)
    known = radar.points(band.parts[0]) if band.function == MOSAIC else []
    system = radar.system_of(known) if known else ""
    parts = tuple(
        _as_part(each, out, share_of(heed, place, count), system)
        for place, each in enumerate(band.parts)
    )
    if band.function in SECOND:
        return replace(band, parts=(parts[0], replace(parts[1], lut=SECOND[band.function])))
    if band.function != "normalised difference":
        return replace(band, parts=parts)
    terms = _beside(out, f"{band.key}.terms")
    plain = Band("", parts[0].path, dtype="Float32", nodata=NOTHING, parts=parts)
    above, below = (replace(plain, key=key, function=key) for key in ("difference", "sum"))
    _write(terms, _vrt([above, below], terms, None))
    term = Band("", terms, dtype="Float32", nodata=NOTHING)
    return replace(
        band, path=terms, parts=(replace(term, band=1), replace(term, band=2, lut=INVERSE))
    )


def _as_part(band: Band, out: Source, heed: Heed, system: str) -> Band:
    """A band that others are made of: one that is made itself becomes a VRT of its own."""
    if not band.function:
        return _laid(band, out, heed, system)
    name = _beside(out, band.key)
    _write(name, _vrt([_prepared(band, out, heed)], name, None))
    return Band(band.key, name, nodata=band.nodata, dtype=band.dtype)


def _laid(band: Band, out: Source, heed: Heed, system: str = "") -> Band:
    """Sensor geometry on a grid, everything else as it is."""
    if band.places:
        return swath.laid(band, _of_image(out, band, "map.gtif"), heed)
    if not radar.points(band):
        return band
    name, ready = _beside(out, f"{band.key}.laid"), _of_image(out, band, "radar.vrt")
    return radar.laid(band, name, ready, heed, system)


def _vrt(bands: Sequence[Band], out: Source, only: Optional[float]) -> str:
    layers = [[_opened(part) for part in band.parts or (band,)] for band in bands]
    first = layers[0][0]
    for layer in layers:
        for part in layer:
            if not part.file.GetSpatialRef().IsSame(first.file.GetSpatialRef()):
                raise UnreadableFile(
                    f"{Path(part.band.path).name} is in another coordinate system than "
                    f"{Path(first.band.path).name}."
                )
    whole = _union([part.grid for layer in layers for part in layer])
    told = [
        _vrt_band(number, band, layer, whole, out, marker(band) if only is None else only)
        for number, (band, layer) in enumerate(zip(bands, layers), 1)
    ]
    place = f"{whole.west!r}, {whole.dx!r}, 0, {whole.north!r}, 0, {-whole.dy!r}"
    return "\n".join(
        [
            f'<VRTDataset rasterXSize="{whole.columns}" rasterYSize="{whole.rows}">',
            f"  <SRS>{escape(first.file.GetProjection())}</SRS>",
            f"  <GeoTransform>{place}</GeoTransform>",
            *_small_copies(whole, [part.band for layer in layers for part in layer]),
            *told,
            "</VRTDataset>\n",
        ]
    )


def _is_slow(path: Source) -> bool:
    """On the web, or a VRT, which is computed and whose files may be on the web."""
    return is_remote(path) or str(path).endswith(".vrt")


def _small_copies(whole: Grid, bands: Sequence[Band]) -> list[str]:
    """The sizes that slow files have, too: else GDAL opens them to find out."""
    if not any(_is_slow(band.path) for band in bands):
        return []
    longest = max(whole.columns, whole.rows)
    factors = [2**n for n in range(2, 12) if longest / 2**n >= SMALLEST]
    told = " ".join(map(str, [2, *factors]))
    return [f'  <OverviewList resampling="nearest">{told}</OverviewList>']


def _opened(band: Band) -> _Opened:
    file = open_image(band.path)
    return _Opened(band, file, _grid(file, band.path))


def _vrt_band(
    number: int,
    band: Band,
    layer: Sequence[_Opened],
    whole: Grid,
    out: Source,
    nothing: Optional[float],
) -> str:
    computed = band.function and band.function != MOSAIC
    derived = ' subClass="VRTDerivedRasterBand"' if computed else ""
    lines = [f'  <VRTRasterBand dataType="{band.dtype}" band="{number}"{derived}>']
    lines += [f"    <Description>{escape(band.key)}</Description>"]
    if band.nodata is not None:
        lines += [f"    <NoDataValue>{nothing!r}</NoDataValue>"]
    if computed:
        kind = FUNCTIONS.get(band.function, band.function)
        lines += [f"    <PixelFunctionType>{kind}</PixelFunctionType>"]
    else:
        raster = layer[0].file.GetRasterBand(band.band)
        colour = gdal.GetColorInterpretationName(raster.GetColorInterpretation())
        lines += [f"    <ColorInterp>{colour}</ColorInterp>"]
    if band.calibrated:
        lines += [f"    <Offset>{band.offset!r}</Offset>", f"    <Scale>{band.scale!r}</Scale>"]
    lines += [_vrt_source(part, whole, out, band.function) for part in layer]
    return "\n".join([*lines, "  </VRTRasterBand>"])


def _vrt_source(part: _Opened, whole: Grid, out: Source, function: str) -> str:
    """Where the numbers come from of a band, or of a part of one that is made of many."""
    band, grid = part.band, part.grid
    name, relative = _source_name(band.path, out)
    target = (
        (grid.west - whole.west) / whole.dx,
        (whole.north - grid.north) / whole.dy,
        grid.columns * grid.dx / whole.dx,
        grid.rows * grid.dy / whole.dy,
    )
    meaning = _meaning(band, function)
    kind = "ComplexSource" if meaning else "SimpleSource"
    lines = [
        f"    <{kind}>",
        f'      <SourceFilename relativeToVRT="{relative}">{escape(name)}</SourceFilename>',
        f"      <SourceBand>{band.band}</SourceBand>",
        *_source_facts(part),
        f'      <SrcRect xOff="0" yOff="0" xSize="{grid.columns}" ySize="{grid.rows}"/>',
        '      <DstRect xOff="{!r}" yOff="{!r}" xSize="{!r}" ySize="{!r}"/>'.format(*target),
        *(f"      {line}" for line in meaning),
        f"    </{kind}>",
    ]
    return "\n".join(lines)


def _source_facts(part: _Opened) -> list[str]:
    """What GDAL would otherwise open a slow file for, as soon as the VRT is opened."""
    if not _is_slow(part.band.path):
        return []
    raster = part.file.GetRasterBand(part.band.band)
    width, height = raster.GetBlockSize()
    kind = gdal.GetDataTypeName(raster.DataType)
    return [
        f'      <SourceProperties RasterXSize="{part.file.RasterXSize}" '
        f'RasterYSize="{part.file.RasterYSize}" DataType="{kind}" '
        f'BlockXSize="{width}" BlockYSize="{height}"/>'
    ]


def _meaning(band: Band, function: str) -> list[str]:
    """Functions work on values, all else on what is stored."""
    if band.lut:
        pairs = ",".join(f"{stored:.7g}:{value:.7g}" for stored, value in band.lut)
        hides = function == MOSAIC  # where a part is nothing, another one may be something
        return [f"<LUT>{pairs}</LUT>", *(["<NODATA>0</NODATA>"] if hides else [])]
    lines = []
    if function and band.calibrated:
        lines += [f"<ScaleOffset>{band.offset!r}</ScaleOffset>"]
        lines += [f"<ScaleRatio>{band.scale!r}</ScaleRatio>"]
    if band.nodata is not None:
        lines += [f"<NODATA>{band.nodata!r}</NODATA>"]
    return lines


def _source_name(path: Source, out: Source) -> tuple[str, int]:
    if isinstance(path, str):
        return path, 0
    if isinstance(out, str):
        return str(path.resolve()), 0
    try:
        return Path(os.path.relpath(path.resolve(), out.absolute().parent.resolve())).as_posix(), 1
    except ValueError:  # another drive
        return str(path.resolve()), 0


# --- grids -----------------------------------------------------------------------------------


def _grid(file: Any, path: Source) -> Grid:
    west, dx, turn, north, tilt, dy = file.GetGeoTransform()
    if file.GetSpatialRef() is None or turn or tilt or dx <= 0 or dy >= 0:
        raise UnreadableFile(
            f"{Path(path).name} is not on a north-up grid, so it cannot be joined with others."
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
