"""Sentinel-1 ground range products: SAFE and COG_SAFE. Amplitudes in radar geometry.

https://sentiwiki.copernicus.eu/web/s1-products. Shown as decibels of sigma nought over the
ellipsoid: ``20 log10(DN / A)``, where A is the mean of the product's own calibration table (it
varies by some tenths of a decibel over a scene). Laid onto the map by the ground control points,
which is right to some hundred metres in mountains: something to look at, no orthoimage.
"""

from __future__ import annotations

import math
import re
from pathlib import PurePosixPath
from statistics import fmean
from typing import Any, Optional

from ..core import names
from .files import Tree, every
from .images import CREDIT, Band, ImageSet, as_item, moment

MARK = re.compile(r"(?:(?P<root>.*)/)?measurement/s1[a-d]-[^/]*\.tiff?")
IMAGE = re.compile(
    r"measurement/(?P<stem>s1[a-d]-(?P<mode>\w+)-(?P<type>\w+)-(?P<pol>[hv]{2})-(?P<start>[\dt]+)-.*?)"
    r"(?:-cog)?\.tiff?"
)
TYPICAL = 600.0  # A where the product says nothing


def decibels(amplitude: float) -> tuple[tuple[float, float], ...]:
    """Stored number and decibel: close enough that straight lines in between are right to 0.01."""
    stored, table = 1.0, [(0.0, math.nan)]
    while stored < 65536:
        table.append((stored, 20 * math.log10(stored / amplitude)))
        stored = max(stored + 1, math.floor(stored * 1.05))
    return (*table, (65535.0, 20 * math.log10(65535 / amplitude)))


def read(tree: Tree, root: str) -> list[ImageSet]:
    start = len(root) + 1 if root else 0
    bands, first = [], ""
    for name in tree.under(root):
        found = IMAGE.fullmatch(name[start:])
        if found:
            first = first or found["start"]
            bands.append(_band(tree, root, name, found))
    title = re.sub(r"(\.SAFE|\.zip)+$", "", PurePosixPath(root).name or tree.place.name)
    order = {"VV": 0, "HH": 0}
    bands.sort(key=lambda band: (order.get(band.key, 1), band.key))
    return [ImageSet(title, tree.home(root), tuple(bands), _item(title, first))] if bands else []


def _band(tree: Tree, root: str, name: str, found: re.Match[str]) -> Band:
    key, source = found["pol"].upper(), tree.source(name)
    if found["type"] != "grd":
        return Band(f"{found['mode']}_{key}".upper(), source, title=key, dtype="CInt16")
    amplitude = _amplitude(tree, root, found["stem"])
    return Band(
        key,
        source,
        1,
        10.0,
        math.nan,
        title=f"{key} dB",
        dtype="Float32",
        lut=decibels(amplitude or TYPICAL),
    )


def _amplitude(tree: Tree, root: str, stem: str) -> Optional[float]:
    """The mean of the calibration table, None without one."""
    name = f"annotation/calibration/calibration-{stem}.xml"
    name = f"{root}/{name}" if root else name
    if name not in tree.names:
        return None
    told = [float(word) for e in every(tree.xml(name), "sigmaNought") for word in e.text.split()]
    return fmean(told) if told else None


def _item(title: str, start: str) -> dict[str, Any]:
    facts = names.parse_name(title) or {}
    return as_item(title, moment(facts.get("start", start)), CREDIT)
