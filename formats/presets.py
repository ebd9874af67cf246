"""Compositions as data: which bands, which stretch, what instead when a band is not there.

A stretch is fixed, in reflectance, so that two dates can be compared by eye. Values after the
offset of the product (https://sentiwiki.copernicus.eu/web/s2-products), not stored numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .images import Band

Range = tuple[float, float]


@dataclass(frozen=True)
class Channel:
    """One colour: the bands that serve, the best first, and what is black and what is full."""

    bands: tuple[str, ...]
    low: float
    high: float


@dataclass(frozen=True)
class Preset:
    """``kind`` is how it is drawn: ``rgb``, ``classes``, ``single`` (any band), ``all`` of them."""

    id: str
    title: str
    kind: str
    channels: tuple[Channel, ...] = ()
    instead: str = ""


BLUE = Channel(("B02",), 0.0, 0.30)
GREEN = Channel(("B03",), 0.0, 0.30)
RED = Channel(("B04",), 0.0, 0.30)
NIR = Channel(("B08", "B8A"), 0.0, 0.45)
NARROW_NIR = Channel(("B8A", "B08"), 0.0, 0.45)

PRESETS = {
    preset.id: preset
    for preset in (
        Preset("true_colour", "True colour", "rgb", (RED, GREEN, BLUE), "visual"),
        Preset(
            "near_infrared",
            "Near infrared",
            "rgb",
            (NIR, Channel(("B04",), 0.0, 0.25), Channel(("B03",), 0.0, 0.25)),
            "true_colour",
        ),
        Preset(
            "agriculture",
            "Agriculture",
            "rgb",
            (Channel(("B11",), 0.02, 0.40), NARROW_NIR, Channel(("B02",), 0.0, 0.25)),
            "near_infrared",
        ),
        Preset(
            "swir",
            "Short-wave infrared",
            "rgb",
            (Channel(("B12", "B11"), 0.02, 0.40), NARROW_NIR, Channel(("B04",), 0.02, 0.30)),
            "near_infrared",
        ),
        Preset(
            "visual",
            "Ready-made picture",
            "rgb",
            tuple(Channel(("TCI",), 0, 255) for _ in range(3)),
            "single",
        ),
        Preset("scl", "Scene classification", "classes", (Channel(("SCL",), 0, 11),), "single"),
        Preset("single", "One band", "single"),
        Preset("all", "All bands", "all"),
    )
}
"""By id, as menus list them. A chain of ``instead`` ends with ``single``, which always fits."""

SCL = (
    (0, "No data", "#000000"),
    (1, "Saturated or defective", "#ff0000"),
    (2, "Dark or topographic shadow", "#2f2f2f"),
    (3, "Cloud shadow", "#643200"),
    (4, "Vegetation", "#00a000"),
    (5, "Bare soil", "#ffe65a"),
    (6, "Water", "#0000ff"),
    (7, "Unclassified", "#808080"),
    (8, "Cloud, medium probability", "#c0c0c0"),
    (9, "Cloud, high probability", "#ffffff"),
    (10, "Thin cirrus", "#64c8ff"),
    (11, "Snow or ice", "#ff96ff"),
)
"""The classes of Sentinel-2's scene classification, in the colours of ESA's documents."""


@dataclass(frozen=True)
class Composite:
    """What will be shown. ``stretch`` is None where nobody knows what the stored numbers mean.

    ``missing`` names the bands for want of which another preset than the wished one was taken.
    """

    preset: Preset
    bands: tuple[Band, ...]
    stretch: Optional[tuple[Range, ...]] = None
    missing: tuple[str, ...] = ()


def choose(bands: Sequence[Band], preset: str = "true_colour") -> Composite:
    """The bands of the preset, or of the next best one that these bands can serve."""
    missing: tuple[str, ...] = ()
    wish = PRESETS[preset]
    while wish.channels:
        found = [_serving(bands, channel, place) for place, channel in enumerate(wish.channels)]
        if all(found):
            served = tuple(band for band in found if band)
            return Composite(wish, served, _stretch(wish, served), missing)
        lacking = (c.bands[0] for c, band in zip(wish.channels, found) if not band)
        missing = missing or tuple(dict.fromkeys(lacking))
        wish = PRESETS[wish.instead]
    if wish.kind == "all":
        return Composite(wish, tuple(bands), None, missing)
    return _single(bands[0], missing) if bands else Composite(wish, (), None, missing)


def _single(band: Band, missing: tuple[str, ...]) -> Composite:
    """One band as it is best seen: classes as classes, the rest in grey."""
    if band.key == "SCL":
        return Composite(PRESETS["scl"], (band,), None, missing)
    reflectance = band.calibrated and band.key.startswith("B")
    return Composite(PRESETS["single"], (band,), ((0.0, 0.45),) if reflectance else None, missing)


def _serving(bands: Sequence[Band], channel: Channel, place: int) -> Optional[Band]:
    """The finest band that serves; of a ready-made picture the band of the same place."""
    for key in channel.bands:
        same = [band for band in bands if band.key == key]
        if key == "TCI":
            same = [band for band in same if band.band == place + 1]
        if same:
            return min(same, key=lambda band: band.gsd)
    return None


def _stretch(preset: Preset, bands: Sequence[Band]) -> Optional[tuple[Range, ...]]:
    picture = all(band.key == "TCI" for band in bands)
    if preset.kind != "rgb" or not (picture or all(band.calibrated for band in bands)):
        return None
    return tuple((float(c.low), float(c.high)) for c in preset.channels)
