"""Landsat Collection 2, level 2: one GeoTIFF per band, in a folder or a tar.

https://www.usgs.gov/landsat-missions/landsat-collection-2-level-2-science-products. Bands get the
names of Sentinel-2's of the same colour, so that a composition serves both; their titles keep
USGS's.
"""

from __future__ import annotations

import re
from itertools import product as combinations
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ..core import names
from .images import Band, ImageSet, as_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .files import Tree

MARK = re.compile(
    r"(?:(?P<root>.*)/)?L[COTEM]\d\d_L2S[PR]_[^/]*_(?:MTL\.\w+|SR_B\d\.TIF)", re.IGNORECASE
)
FILE = re.compile(r"(?P<product>L[COTEM]\d\d_.*_T[12]|L[COTEM]\d\d_.*_RT)_(?P<what>\w+)", re.I)
OLI = {1: "B01", 2: "B02", 3: "B03", 4: "B04", 5: "B8A", 6: "B11", 7: "B12"}
TM = {1: "B02", 2: "B03", 3: "B04", 4: "B8A", 5: "B11", 7: "B12"}
"""Numbers of the bands of Landsat 8 and 9, and of 4 to 7."""

CREDIT = "Landsat-{number} image courtesy of the U.S. Geological Survey"
REFLECTANCE = {"scale": 2.75e-5, "offset": -0.2, "nodata": 0.0, "dtype": "UInt16"}
TEMPERATURE = {"scale": 0.00341802, "offset": 149.0, "nodata": 0.0, "dtype": "UInt16"}

FILL, DILATED, CIRRUS, CLOUD, SHADOW, SNOW, CLEAR, WATER = range(8)
WORST = ((FILL, 0), (CLOUD, 1), (SHADOW, 4), (CIRRUS, 5), (DILATED, 7), (SNOW, 2), (WATER, 3))
"""Bits of QA_PIXEL, the worst first, with the class that is shown; 6 is clear."""


UNKNOWN = 255


def decoded() -> tuple[tuple[float, float], ...]:
    """Every number that QA_PIXEL can have, with its class; UNKNOWN for all numbers in between."""
    table: dict[int, int] = {}
    for number in _possible():
        shown = next((shown for bit, shown in WORST if number & 1 << bit), 6)
        for beside in (number - 1, number + 1):
            table.setdefault(beside, UNKNOWN)
        table[number] = shown
    return tuple((stored, table[stored]) for stored in sorted(table) if stored >= 0)


def _possible() -> Iterator[int]:
    """A flag goes with a high confidence, 3; what is neither cloud nor its rim is clear."""
    yield 1 << FILL
    levels = ((0, 1, 2, 3), (0, 1, 3), (0, 1, 3), (0, 1, 3))
    for confidence in combinations(*levels):
        flags = [
            1 << bit for bit, level in zip((CLOUD, SHADOW, SNOW, CIRRUS), confidence) if level == 3
        ]
        high = sum(level << place for level, place in zip(confidence, (8, 10, 12, 14)))
        for rim, water in combinations((0, 1 << DILATED), (0, 1 << WATER)):
            clear = 0 if rim or confidence[0] == 3 else 1 << CLEAR
            yield high | sum(flags) | rim | water | clear


def read(tree: Tree, root: str) -> list[ImageSet]:
    there: dict[str, list[Band]] = {}
    for name in tree.under(root):
        path = PurePosixPath(name)
        found = FILE.fullmatch(path.stem)
        if found and path.suffix.lower() in (".tif", ".tiff"):
            made = _band(tree, name, found["product"], found["what"].upper())
            there.setdefault(found["product"], []).append(made)
    return [
        ImageSet(title, tree.home(root), tuple(bands), _item(title))
        for title, bands in sorted(there.items())
    ]


def _band(tree: Tree, name: str, product: str, what: str) -> Band:
    source = tree.source(name)
    if what.startswith("SR_B") and what[4:].isdigit():
        bands = OLI if product[2:4] in ("08", "09") else TM
        key = bands.get(int(what[4:]), what)
        return Band(key, source, 1, 30.0, title=what, **REFLECTANCE)
    if re.fullmatch(r"ST_B\d+", what):
        return Band("ST", source, 1, 30.0, title=what, **TEMPERATURE)
    if what == "QA_PIXEL":
        lut = decoded()
        return Band(what, source, 1, 30.0, 0.0, title=what, dtype="Byte", lut=lut, classes="qa")
    kind = "Byte" if what in ("SR_QA_AEROSOL", "SR_CLOUD_QA") else "Int16"
    return Band(what, source, 1, 30.0, title=what, dtype="UInt16" if "RADSAT" in what else kind)


def _item(title: str) -> dict[str, Any]:
    facts = names.parse_name(title) or {}
    date, number = facts.get("date", ""), int(facts.get("platform", 0))
    moment = f"{date[:4]}-{date[4:6]}-{date[6:8]}T00:00:00Z" if date else ""
    told = {"platform": f"landsat-{number}" if number else "", "license": "public domain"}
    return as_item(title, moment, CREDIT.format(number=number), **told)
