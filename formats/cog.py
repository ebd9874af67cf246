"""Folders of GeoTIFF or JP2 bands, with the STAC item that a download left beside them, or without.

Scale, offset and no-data come from the item's own words about each file (where a portal is known to
be wrong, its module has put them right), then from the file, and for a Sentinel-2 band of which
nobody says anything from the processing baseline; never from a date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Optional, Union

from osgeo import gdal

from ..core import bands as vocabulary
from ..core import names
from ..core.errors import UnreadableFile
from . import sentinel1
from .images import Band, ImageSet, gdal_errors, open_image

if TYPE_CHECKING:
    from .files import Source

IMAGES = {".tif", ".tiff", ".jp2"}
SCENERY = {"thumbnail", "overview", "metadata"}  # roles of what is no data
KNOWN = re.compile(r"B\d{1,2}|B8A|SCL|TCI|AOT|WVP")  # as `stack` writes it, or Earth Engine: B4
IN_NAME = re.compile(
    r"(?:^|_)(B\d{2}|B8A|SCL|TCI|AOT|WVP)(?:_\d{2}m)?$", re.IGNORECASE
)  # T31TFJ_20230105T104329_B04_10m


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
    return [path for path in sorted(folder.glob("*.json")) if item_of(path)]


def item_of(path: Path) -> Mapping[str, Any]:
    """The STAC item in a file, {} when it holds something else."""
    try:
        item = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    readable = isinstance(item, dict) and item.get("type") == "Feature"
    return item if readable and isinstance(item.get("assets"), dict) else {}


def _files(item: Path) -> list[Path]:
    return [path for _, path, _ in assets(item)]


def assets(place: Path) -> Iterator[tuple[str, Path, Mapping[str, Any]]]:
    """Key, file and facts of every image that is there of the item in a file."""
    for key, asset in item_of(place)["assets"].items():
        path = (place.parent / str(asset.get("href"))).resolve()
        scenery = SCENERY & set(asset.get("roles") or ()) and vocabulary.band(key) != "TCI"
        if path.suffix.lower() in IMAGES and path.is_file() and not scenery:
            yield key, path, asset


def _scene(home: Path, wanted: set[Path]) -> ImageSet:
    if home.is_dir():
        files = sorted(p for p in home.iterdir() if p.suffix.lower() in IMAGES)
        told = [(key(p.name), p, {}) for p in files]
        title, item, folder = home.name, {}, home
    else:
        item, folder = item_of(home), home.parent
        if not item:
            raise UnreadableFile(f"{home.name} is not a STAC item.")
        told = list(assets(home))
        title = str(item.get("properties", {}).get("title") or item.get("id") or home.stem)
    resolved = {path.resolve() for path in wanted}
    shift = shift_of(item, folder)
    made = [
        sentinel1.told(band, item)
        for name, path, asset in told
        if not resolved or path.resolve() in resolved
        for band in bands(name, path, asset, shift)
    ]
    return ImageSet(title, folder, tuple(made), item)


def key(name: str) -> str:
    """The band that the name of a file tells, else the name."""
    stem = PurePosixPath(name).stem
    found = IN_NAME.search(stem)
    return found[1].upper() if found else stem


NOBODY: Mapping[str, Any] = MappingProxyType({})

# --- what the numbers mean -------------------------------------------------------------------


def bands(
    key: str, path: Source, asset: Mapping[str, Any] = NOBODY, shift: Optional[float] = None
) -> Iterator[Band]:
    """Every band of a file. A file that cannot be opened is an UnreadableFile."""
    with gdal_errors():
        file = open_image(path)
        pixel = abs(file.GetGeoTransform()[1])
        for number in range(1, file.RasterCount + 1):
            raster = file.GetRasterBand(number)
            written = "" if asset else raster.GetDescription()
            known = KNOWN.fullmatch(written)
            name = esa(written) if known else vocabulary.band(key)
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
            yield as_told(own, asset, shift)


def esa(name: str) -> str:
    """``B4`` is ESA's ``B04``."""
    return f"B{int(name[1:]):02d}" if name[1:].isdigit() else name


def as_told(own: Band, asset: Mapping[str, Any], shift: Optional[float]) -> Band:
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


def shift_of(item: Mapping[str, Any], folder: Path) -> Optional[float]:
    """The offset of Sentinel-2's reflectance by the baseline, None when that is not known.

    The item tells it, or a product's name among the folders.
    """
    properties = item.get("properties", {})
    told = properties.get("s2:processing_baseline")
    named = [str(properties.get("title") or ""), str(item.get("id") or ""), *folder.parts[::-1]]
    facts = (names.parse_name(name) or {} for name in named)
    found = next((f["baseline"] for f in facts if f.get("kind") == "s2" and "baseline" in f), "")
    return vocabulary.offset(str(told or found))
