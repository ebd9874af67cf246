"""Sentinel-3: OLCI, SLSTR and SYN in SEN3 folders of netCDF files, in the geometry of the sensor.

https://sentiwiki.copernicus.eu/web/s3-products. One file holds the places of the pixels of all
images of its grid; SLSTR has a grid per view and resolution, told by two letters: as
``geodetic_an`` says lies ``S3_radiance_an``. Altimeter products hold tracks and no image.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Optional

from ..core import names
from ..core.errors import NoImage
from .images import CREDIT, ImageSet, as_item, moment
from .netcdf import Variable, swath_band, variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .files import Tree

MARK = re.compile(r"(?:(?P<root>.*)/)?xfdumanifest\.xml")
PLACES = re.compile(r"geo_coordinates|geolocation|geodetic_[a-s][a-z]")
SCENERY = re.compile(
    r"tie_.*|cartesian.*|geometry.*|indices.*|met_.*|time.*|viscal.*|.*quality.*|instrument_data"
    r"|general_info.*|removed_pixels.*|geodetic_t.|.*flags.*|geostatistics.*|annotations.*|.*_lut"
)
"""Files that hold nothing to look at."""

ASIDE = re.compile(
    r"(lat|lon|latitude|longitude|altitude|elevation)(_\w\w)?|.*(_unc|_err|_uncertainty|_error)"
    r"|.*(exception|orphan|flag|detector|quality|mask|_dtime|time).*",
    re.IGNORECASE,
)
"""Variables that say something about others."""

LONGITUDE, LATITUDE = re.compile(r"lon(gitude)?(_\w\w)?"), re.compile(r"lat(itude)?(_\w\w)?")


def read(tree: Tree, root: str) -> list[ImageSet]:
    title = re.sub(r"(\.SEN3|\.zip)+$", "", PurePosixPath(root).name or tree.place.name)
    files = _files(tree, root)
    grids = {_view(stem): _grid(files[stem]) for stem in files if PLACES.fullmatch(stem)}
    bands = [
        swath_band(variable, places)
        for stem, found in files.items()
        if not PLACES.fullmatch(stem)
        for places in [_grid(found) or grids.get(_view(stem)) or grids.get("")]
        if places
        for variable in found
        if not ASIDE.fullmatch(variable.name) and variable.shape == places[0].shape
    ]
    if not bands and title[4:7] == "SR_":
        raise NoImage(f"{title} holds no image, only measurements along a track.")
    bands.sort(key=lambda band: _natural(band.key))
    return [ImageSet(title, tree.home(root), tuple(bands), _item(title))] if bands else []


def _files(tree: Tree, root: str) -> dict[str, list[Variable]]:
    """What lies in each file right in the product's folder."""
    start = len(root) + 1 if root else 0
    inside = {PurePosixPath(n[start:]): n for n in tree.under(root) if n.endswith(".nc")}
    wanted = {p.stem: n for p, n in inside.items() if len(p.parts) == 1}
    return {
        stem: variables(tree.source(name))
        for stem, name in wanted.items()
        if not SCENERY.fullmatch(stem)
    }


def _view(stem: str) -> str:
    """SLSTR's grid and view, '' for the other instruments."""
    found = re.fullmatch(r"(?:geodetic|S\d_radiance|(?:S\d|F\d)_BT|LST|FRP|SST)_([a-s][a-z])", stem)
    return found[1] if found else ""


def _grid(found: Iterable[Variable]) -> Optional[tuple[Variable, Variable]]:
    longitude = next((v for v in found if LONGITUDE.fullmatch(v.name)), None)
    latitude = next((v for v in found if LATITUDE.fullmatch(v.name)), None)
    return (longitude, latitude) if longitude and latitude else None


def _natural(key: str) -> list[Any]:
    """Oa2 before Oa10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", key)]


def _item(title: str) -> dict[str, Any]:
    facts = names.parse_name(title) or {}
    start, stop = moment(facts.get("start", "")), moment(facts.get("stop", ""))
    orbit = re.fullmatch(r"\d{4}_\d{3}_(\d{3})_.{4}", facts.get("instance", ""))
    item = as_item(title, start, CREDIT, end_datetime=stop)
    if orbit:
        item["properties"]["sat:relative_orbit"] = int(orbit[1])
    return item
