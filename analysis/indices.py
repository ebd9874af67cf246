"""Indices by their formulas, from reflectance (radar: from power), never from stored numbers.

Bands have ESA's names of Sentinel-2; for other satellites they stand for the same colour. Where a
divisor is not positive, which happens after the offset, there is no index.
"""

from __future__ import annotations

import ast
import math
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Optional

import numpy as np
from osgeo import gdal

from ..core.errors import Cancelled, QueryError, UnreadableFile
from ..formats.images import Band, ImageSet, disk_errors, gdal_errors
from ..formats.stack import in_memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Pixels = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Index:
    """``low`` and ``high`` are where the colours of the ramp begin and end."""

    id: str
    title: str
    formula: str
    low: float
    high: float
    ramp: str


INDICES = {
    index.id: index
    for index in (
        Index("ndvi", "NDVI", "(B08 - B04) / (B08 + B04)", -0.2, 0.9, "vegetation"),
        Index("gndvi", "GNDVI", "(B08 - B03) / (B08 + B03)", -0.2, 0.9, "vegetation"),
        Index("ndre", "NDRE", "(B08 - B05) / (B08 + B05)", -0.2, 0.7, "vegetation"),
        Index(
            "evi",
            "EVI",
            "2.5 * (B08 - B04) / (B08 + 6 * B04 - 7.5 * B02 + 1)",
            -0.2,
            0.9,
            "vegetation",
        ),
        Index("evi2", "EVI2", "2.5 * (B08 - B04) / (B08 + 2.4 * B04 + 1)", -0.2, 0.9, "vegetation"),
        Index("savi", "SAVI", "1.5 * (B08 - B04) / (B08 + B04 + 0.5)", -0.2, 0.8, "vegetation"),
        Index(
            "msavi",
            "MSAVI",
            "(2 * B08 + 1 - sqrt((2 * B08 + 1) ** 2 - 8 * (B08 - B04))) / 2",
            -0.2,
            0.8,
            "vegetation",
        ),
        Index("ndmi", "NDMI", "(B8A - B11) / (B8A + B11)", -0.6, 0.6, "water"),
        Index("ndwi", "NDWI", "(B03 - B08) / (B03 + B08)", -0.8, 0.8, "water"),
        Index("mndwi", "MNDWI", "(B03 - B11) / (B03 + B11)", -0.8, 0.8, "water"),
        Index("nbr", "NBR", "(B8A - B12) / (B8A + B12)", -0.5, 0.9, "fire"),
        Index(
            "bsi",
            "BSI",
            "((B11 + B04) - (B08 + B02)) / ((B11 + B04) + (B08 + B02))",
            -0.5,
            0.5,
            "soil",
        ),
        Index("ndsi", "NDSI", "(B03 - B11) / (B03 + B11)", -0.6, 1.0, "snow"),
        Index("rvi", "RVI", "4 * VH / (VV + VH)", 0.0, 1.5, "vegetation"),
        Index("vh_vv", "VH/VV", "VH / VV", 0.0, 0.5, "vegetation"),
    )
}
"""By id, as menus list them. NDWI is McFeeters', for open water; NDMI is also known as Gao's."""

INSTEAD = {"B08": ("B08", "B8A"), "B8A": ("B8A", "B08"), "VV": ("VV", "HH"), "VH": ("VH", "HV")}
"""Bands that serve for one another, the best first."""

RADAR = {"VV", "VH", "HH", "HV"}
CLOUDED = {
    "scl": (0, 1, 3, 8, 9, 10),
    "clm": (1, 2, 3, 4, 5),
    "qa": (0, 1, 4, 5, 7),
    "mg2": (1, 4, 5, 6),
}
"""Classes of each mask that are no clear view of the ground."""

MASKS = {"SCL": "scl", "CLM": "clm", "QA_PIXEL": "qa", "MG2": "mg2"}
ROWS = 512  # read at a time

# --- formulas --------------------------------------------------------------------------------


def _divided(above: Pixels, below: Pixels) -> Pixels:
    below = np.where(np.asarray(below) > 0, below, np.nan)
    return above / below


OPERATIONS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _divided,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
FUNCTIONS = {"sqrt": np.sqrt, "log": np.log, "exp": np.exp, "abs": np.abs}
LONGEST = 500  # characters of a formula


def names_in(formula: str) -> tuple[str, ...]:
    """The bands of a formula, in their order. QueryError when it cannot be understood."""
    tree = _parsed(formula)
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    found.sort(key=lambda node: node.col_offset)
    return tuple(dict.fromkeys(node.id for node in found if node.id not in FUNCTIONS))


def evaluate(formula: str, values: Mapping[str, Any]) -> Pixels:
    """The formula's value for these bands."""
    with np.errstate(all="ignore"):
        return np.asarray(_value(_parsed(formula), values))


def _parsed(formula: str) -> ast.expr:
    """Numbers, bands, + - * / ** and a few functions; nothing else is let in."""
    try:
        if len(formula) > LONGEST:
            raise ValueError("too long")
        tree = ast.parse(formula.strip(), mode="eval").body
        _check(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise QueryError(f"The formula cannot be understood: {formula[:80]}") from error
    return tree


def _check(node: ast.expr) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        _check(node.left)
        _check(node.right)
    elif isinstance(node, ast.UnaryOp) and type(node.op) in OPERATIONS:
        _check(node.operand)
    elif isinstance(node, ast.Call):
        if not (isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
            raise ValueError("no such function")
        if len(node.args) != 1 or node.keywords:
            raise ValueError("one argument")
        _check(node.args[0])
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            raise ValueError("no number")
    elif not isinstance(node, ast.Name) or node.id in FUNCTIONS:
        raise ValueError("not in a formula")


def _value(node: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, values), _value(node.right, values)
        return OPERATIONS[type(node.op)](left, right)
    if isinstance(node, ast.UnaryOp):
        return OPERATIONS[type(node.op)](_value(node.operand, values))
    if isinstance(node, ast.Call):
        return FUNCTIONS[node.func.id](_value(node.args[0], values))  # type: ignore[attr-defined]
    return float(node.value) if isinstance(node, ast.Constant) else values[node.id]


# --- images ----------------------------------------------------------------------------------


def serving(scene: ImageSet, formula: str) -> dict[str, Band]:
    """The bands of the scene for the formula's names, of one resolution where there is one.

    That is the coarsest of the finest: NDMI of B8A and B11 has 20 m. UnreadableFile names what
    is missing, and what nobody explains: numbers without a scale are no reflectance.
    """
    wanted = {name: INSTEAD.get(name, (name,)) for name in names_in(formula)}
    there = {name: _first(scene, keys) for name, keys in wanted.items()}
    lacking = [name for name, bands in there.items() if not bands]
    if lacking:
        raise UnreadableFile(
            f"{scene.title} has none of the bands {', '.join(lacking)} on the disk."
        )
    unknown = [name for name, bands in there.items() if not bands[0].known]
    if unknown:
        raise UnreadableFile(
            f"Nobody says what the numbers of {', '.join(unknown)} in {scene.title} mean."
        )
    common = max(min(band.gsd for band in bands) for bands in there.values())
    return {name: _nearest(bands, common) for name, bands in there.items()}


def _first(scene: ImageSet, keys: Sequence[str]) -> list[Band]:
    found = ([band for band in scene.bands if band.key == key] for key in keys)
    return next((bands for bands in found if bands), [])


def _nearest(bands: Sequence[Band], gsd: float) -> Band:
    """The band of this resolution, else the next finer one."""
    fitting = [band for band in bands if band.gsd <= gsd]
    return max(fitting or bands, key=lambda band: band.gsd)


def mask_of(scene: ImageSet) -> Optional[Band]:
    """The finest mask that tells clouds."""
    found = (_first(scene, (key,)) for key in MASKS)
    bands = next((bands for bands in found if bands), [])
    return min(bands, key=lambda band: band.gsd, default=None)


def write(
    scene: ImageSet,
    formula: str,
    out: Path,
    masked: bool = False,
    title: str = "",
    going_on: Callable[[float], bool] = lambda share: True,
) -> Path:
    """The index as a GeoTIFF of Float32; NaN where there is none or, if ``masked``, no clear view.

    ``going_on`` hears how much is done and says whether to go on (else Cancelled).
    """
    bands = serving(scene, formula)
    mask = mask_of(scene) if masked else None
    if masked and not mask:
        raise UnreadableFile(f"{scene.title} has none of the bands SCL, CLM, QA_PIXEL on the disk.")
    sources = [*bands.values(), *([mask] if mask else [])]
    part = out.with_name(f"{out.name}.part")
    with gdal_errors(), disk_errors(out), in_memory(sources) as name:
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            _compute(gdal.Open(name), bands, mask, formula, part, title or formula, going_on)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    return out


def _compute(
    source: Any,
    bands: Mapping[str, Band],
    mask: Optional[Band],
    formula: str,
    out: Path,
    title: str,
    going_on: Callable[[float], bool],
) -> None:
    columns, rows = source.RasterXSize, source.RasterYSize
    options = ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=3", "BIGTIFF=IF_SAFER"]
    made = gdal.GetDriverByName("GTiff").Create(
        str(out), columns, rows, 1, gdal.GDT_Float32, options
    )
    made.SetGeoTransform(source.GetGeoTransform())
    made.SetProjection(source.GetProjection())
    made.SetMetadataItem("FORMULA", formula)
    target = made.GetRasterBand(1)
    target.SetNoDataValue(math.nan)
    target.SetDescription(title)
    for top in range(0, rows, ROWS):
        if not going_on(top / rows):
            raise Cancelled("The index was not finished.")
        height = min(ROWS, rows - top)
        window = (0, top, columns, height)
        values = {
            name: _values(source.GetRasterBand(number), band, window)
            for number, (name, band) in enumerate(bands.items(), 1)
        }
        index = evaluate(formula, values).astype(np.float32)
        index = np.broadcast_to(index, (height, columns)).copy()
        index[~np.isfinite(index)] = np.nan
        if mask:
            index[_clouded(source.GetRasterBand(len(bands) + 1), mask, window)] = np.nan
        target.WriteArray(index, 0, top)
    made.FlushCache()


def _values(raster: Any, band: Band, window: tuple[int, int, int, int]) -> Pixels:
    """Reflectance, or the power of a radar band, which is stored in decibels; NaN for no data."""
    stored = raster.ReadAsArray(*window)
    values = stored.astype(np.float32) * np.float32(band.scale) + np.float32(band.offset)
    nothing = raster.GetNoDataValue()
    if nothing is not None:
        values[stored == nothing] = np.nan
    return np.power(10, values / 10) if band.key in RADAR else values


def _clouded(raster: Any, mask: Band, window: tuple[int, int, int, int]) -> Pixels:
    classes = raster.ReadAsArray(*window)
    return np.isin(classes, CLOUDED[MASKS[mask.key]])
