"""The images in a netCDF 4 file, in a folder or inside of an archive.

Read as HDF5, which netCDF 4 is: GDAL's netCDF reader takes no archives on most systems.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

from osgeo import gdal

from ..core.errors import UnreadableFile
from .images import Band, gdal_errors

if TYPE_CHECKING:
    from .files import Source

NUMBERS = ("Byte", "Int8", "UInt16", "Int16", "UInt32", "Int32", "Float32", "Float64")


@dataclass(frozen=True)
class Variable:
    """One image: ``shape`` is lines and pixels; the rest as its attributes say."""

    name: str
    source: str
    shape: tuple[int, int]
    dtype: str
    scale: float = 1.0
    offset: float = 0.0
    nodata: Optional[float] = None
    unit: str = ""
    title: str = ""


def variables(path: Source, group: str = "") -> list[Variable]:
    """The images in a file, or in one group of it, in the order of their names."""
    if gdal.GetDriverByName("HDF5") is None:
        raise UnreadableFile("This QGIS comes without HDF5, which netCDF files are read with.")
    with gdal_errors():
        try:
            file = gdal.OpenEx(f"HDF5:{path}", gdal.OF_MULTIDIM_RASTER, allowed_drivers=["HDF5"])
        except RuntimeError as error:
            name = str(path).replace("\\", "/").rpartition("/")[2]
            told = f"{name} is damaged or is not an image that GDAL reads."
            raise UnreadableFile(told) from error
        place = file.GetRootGroup()
        if group:
            place = place.OpenGroup(group) if group in (place.GetGroupNames() or ()) else None
        names = (place.GetMDArrayNames() or ()) if place else ()
        found = (_variable(path, place.OpenMDArray(name), name) for name in sorted(names))
        return [variable for variable in found if variable]


def _variable(path: Source, array: Any, name: str) -> Optional[Variable]:
    """None for what is no image: a list, a text, a stack of many."""
    sizes = [dimension.GetSize() for dimension in array.GetDimensions()]
    if len(sizes) == 3 and sizes[0] == 1:
        sizes = sizes[1:]
    kind = array.GetDataType()
    if len(sizes) != 2 or min(sizes) < 2 or kind.GetClass() != gdal.GEDTC_NUMERIC:
        return None
    dtype = gdal.GetDataTypeName(kind.GetNumericDataType())
    if dtype not in NUMBERS:
        return None
    told = {attribute.GetName(): attribute for attribute in array.GetAttributes()}
    return Variable(
        name,
        f'HDF5:"{path}":/{array.GetFullName()}',
        (sizes[0], sizes[1]),
        dtype,
        _number(told.get("scale_factor"), array.GetScale(), 1.0),
        _number(told.get("add_offset"), array.GetOffset(), 0.0),
        array.GetNoDataValueAsDouble(),
        array.GetUnit() or _text(told.get("units")),
        _text(told.get("long_name")),
    )


def _number(attribute: Any, known: Optional[float], usual: float) -> float:
    if known is not None:
        return float(known)
    return usual if attribute is None else float(attribute.ReadAsDouble())


def _text(attribute: Any) -> str:
    return "" if attribute is None else str(attribute.ReadAsString() or "")


def swath_band(variable: Variable, places: tuple[Variable, Variable]) -> Band:
    """An image that lies where two others say: longitude and latitude of every pixel."""
    longitude, latitude = (
        Band(key, v.source, 1, 0.0, v.nodata, v.scale, v.offset, dtype=v.dtype)
        for key, v in zip(("longitude", "latitude"), places)
    )
    return Band(
        variable.name,
        variable.source,
        nodata=variable.nodata,
        scale=variable.scale,
        offset=variable.offset,
        title=variable.title or variable.name,
        dtype=variable.dtype,
        unit=variable.unit,
        places=(longitude, latitude),
    )
