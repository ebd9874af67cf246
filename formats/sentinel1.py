"""Sentinel-1 SAFE and COG_SAFE: ground range and single look complex, in radar geometry.

https://sentiwiki.copernicus.eu/web/s1-products. Shown as decibels of sigma nought over the
ellipsoid: ``20 log10(|DN| / A)``, where A is the mean of the product's own calibration table (it
varies by some tenths of a decibel over a scene). The sub-swaths of a complex product are one band
each polarisation. Laid onto the map by the control points of the image, else by the grid of the
annotation: right to some hundred metres in mountains, something to look at, no orthoimage.

Of images with a STAC item the item's collection tells what they hold: ground range the same
amplitudes, without a calibration table beside them; terrain-corrected ones gamma nought as power
(https://planetarycomputer.microsoft.com/dataset/sentinel-1-rtc).
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import PurePosixPath
from statistics import fmean
from typing import TYPE_CHECKING, Any, Optional

from ..core import names
from .files import every, said
from .images import CREDIT, Band, ImageSet, as_item, gdal_errors, moment, open_image

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..core.markup import Element
    from .files import Source, Tree

    Point = tuple[float, float, float, float]

MARK = re.compile(r"(?:(?P<root>.*)/)?measurement/s1[a-d]-[^/]*\.tiff?")
IMAGE = re.compile(
    r"measurement/(?P<stem>s1[a-d]-(?P<mode>\w+)-(?P<type>\w+)-(?P<pol>[hv]{2})-(?P<start>[\dt]+)-.*?)"
    r"(?:-cog)?\.tiff?"
)
SWATH = re.compile(r"[IE]W\d_([HV]{2})")
POLARISATIONS = {"VV", "VH", "HH", "HV"}
TYPICAL = 600.0  # A where the product says nothing
FAINTEST, STRONGEST = 1e-6, 1e4  # of powers; -60 and 40 dB


def decibels(amplitude: float) -> tuple[tuple[float, float], ...]:
    """Stored number and decibel: close enough that straight lines in between are right to 0.01."""
    stored, table = 1.0, [(0.0, math.nan)]
    while stored < 65536:
        table.append((stored, 20 * math.log10(stored / amplitude)))
        stored = max(stored + 1, math.floor(stored * 1.05))
    return (*table, (65535.0, 20 * math.log10(65535 / amplitude)))


def power() -> tuple[tuple[float, float], ...]:
    """Power and decibel: right to 0.002 in between; nothing at and below zero."""
    told, table = FAINTEST, [(0.0, math.nan)]
    while told < STRONGEST:
        table.append((told, 10 * math.log10(told)))
        told *= 1.05
    return (*table, (STRONGEST, 10 * math.log10(STRONGEST)))


def told(band: Band, item: Mapping[str, Any]) -> Band:
    """A radar image in decibels, if its item says what its numbers are; else as it is."""
    kind = item.get("collection")
    if band.key not in POLARISATIONS or band.known:
        return band
    if kind == "sentinel-1-grd" and band.dtype in ("", "UInt16"):
        table = decibels(TYPICAL)
    elif kind == "sentinel-1-rtc" and band.dtype in ("", "Float32", "Float64"):
        table = power()
    else:
        return band
    return replace(band, nodata=math.nan, title=f"{band.key} dB", dtype="Float32", lut=table)


def read(tree: Tree, root: str) -> list[ImageSet]:
    start = len(root) + 1 if root else 0
    images, first = [], ""
    for name in tree.under(root):
        found = IMAGE.fullmatch(name[start:])
        if found:
            first = first or found["start"]
            images.append(_band(tree, root, name, found))
    title = re.sub(r"(\.SAFE|\.zip)+$", "", PurePosixPath(root).name or tree.place.name)
    order = {"VV": 0, "HH": 0}
    bands = sorted(_joined(images), key=lambda band: (order.get(band.key, 1), band.key))
    return [ImageSet(title, tree.home(root), tuple(bands), _item(title, first))] if bands else []


def _joined(images: Sequence[Band]) -> Iterator[Band]:
    """The sub-swaths of a polarisation (``IW1_VV``) as one band; the rest as it is."""
    swaths: dict[str, list[Band]] = {}
    for band in images:
        found = SWATH.fullmatch(band.key)
        if found:
            swaths.setdefault(found[1], []).append(band)
        else:
            yield band
    for key, parts in swaths.items():
        yield replace(parts[0], key=key, title=f"{key} dB", function="mosaic", parts=tuple(parts))


def _band(tree: Tree, root: str, name: str, found: re.Match[str]) -> Band:
    source, key = tree.source(name), found["pol"].upper()
    if found["type"] != "grd" and found["mode"][-1].isdigit() and found["mode"][0] != "s":
        key = f"{found['mode']}_{key}".upper()
    if found["mode"].startswith("wv"):  # little images, many of each kind
        key += f"_{found['stem'][-3:]}"
    return Band(
        key,
        source,
        1,
        10.0,
        math.nan,
        title=f"{key} dB",
        dtype="Float32",
        lut=decibels(_amplitude(tree, root, found["stem"]) or TYPICAL),
        points=_points(tree, root, found["stem"], source),
    )


def _amplitude(tree: Tree, root: str, stem: str) -> Optional[float]:
    """The mean of the calibration table, None without one."""
    told = _told(tree, root, f"annotation/calibration/calibration-{stem}.xml")
    if told is None:
        return None
    numbers = [float(word) for e in every(told, "sigmaNought") for word in e.text.split()]
    return fmean(numbers) if numbers else None


def _points(tree: Tree, root: str, stem: str, source: Source) -> tuple[Point, ...]:
    """The grid of the annotation, wanted only where the image has no points of its own."""
    with gdal_errors():
        if open_image(source).GetGCPCount():
            return ()
    told = _told(tree, root, f"annotation/{stem}.xml")
    grid = every(told, "geolocationGridPoint") if told is not None else ()
    words = ("pixel", "line", "longitude", "latitude")
    return tuple(tuple(float(said(point, word)) for word in words) for point in grid)  # type: ignore[misc]


def _told(tree: Tree, root: str, name: str) -> Optional[Element]:
    name = f"{root}/{name}" if root else name
    return tree.xml(name) if name in tree.names else None


def _item(title: str, start: str) -> dict[str, Any]:
    facts = names.parse_name(title) or {}
    return as_item(title, moment(facts.get("start", start)), CREDIT)
