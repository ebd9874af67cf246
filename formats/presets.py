"""Compositions as data: which bands, which stretch, what instead when a band is not there.

A stretch is fixed, in reflectance, so that two dates can be compared by eye. Values after the
offset of the product (https://sentiwiki.copernicus.eu/web/s2-products), not stored numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional

from .images import LIMITS, Band, finest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Range = tuple[float, float]
ABOVE, RATIO, ROOT = "where above", "ratio", "root"


@dataclass(frozen=True)
class Channel:
    """One colour: the bands that serve, the best first, and what is black and what is full.

    With a ``function`` the value is made of one of ``bands`` and one of ``second``; ``where above``
    shows the first where the second is above the ``limit``. Where there are ``sums`` it is made
    of two of them: the first divided by the second (``ratio``), or the first less half the root
    of the second (``root``). Sums are of reflectances, of radar powers.
    """

    bands: tuple[str, ...]
    low: float
    high: float
    function: str = ""
    second: tuple[str, ...] = ()
    limit: float = 0.0
    sums: tuple[Sum, ...] = ()

    @property
    def wanted(self) -> tuple[tuple[str, ...], ...]:
        """The bands of which one is needed each."""
        summed = (names for each in self.sums for names in each.wanted)
        return tuple(names for names in (self.bands, self.second, *summed) if names)


@dataclass(frozen=True)
class Sum:
    """Weights times bands (of each the first that is there), and a constant.

    ``squared`` is one term more, and what is added to it before the square is taken.
    """

    terms: tuple[tuple[float, tuple[str, ...]], ...]
    constant: float = 0.0
    squared: Optional[tuple[float, tuple[str, ...], float]] = None

    @property
    def wanted(self) -> tuple[tuple[str, ...], ...]:
        return tuple(names for _, names, *_ in (*self.terms, *filter(None, (self.squared,))))


@dataclass(frozen=True)
class Preset:
    """How bands are looked at. ``kind`` is how it is drawn:

    ``rgb``; ``grey``; ``ramp`` (colours of `RAMPS`); ``classes`` (of `LEGENDS`); ``single``, any
    band as fits it; ``all`` of them in one layer.
    """

    id: str
    title: str
    kind: str
    channels: tuple[Channel, ...] = ()
    instead: str = ""
    ramp: str = ""


Presets = tuple[Preset, ...]

BLUE = Channel(("B02",), 0.0, 0.30)
GREEN = Channel(("B03",), 0.0, 0.30)
RED = Channel(("B04",), 0.0, 0.30)
NIR = Channel(("B08", "B8A"), 0.0, 0.45)
NARROW_NIR = Channel(("B8A", "B08"), 0.0, 0.45)
VV = Channel(("VV", "HH"), -20, 0)
VH = Channel(("VH", "HV"), -26, -5)
VV_VH = Channel(VV.bands, 1, 15, "difference", VH.bands)  # of decibels


def _index(
    name: str, first: tuple[str, ...], second: tuple[str, ...], low: float, high: float, ramp: str
) -> Preset:
    """(first - second) / (first + second), computed while it is drawn."""
    channel = Channel(first, low, high, "normalised difference", second)
    return Preset(name.lower(), name, "ramp", (channel,), "near_infrared", ramp)


def _formula(name: str, function: str, sums: tuple[Sum, Sum], stretch: Range, ramp: str) -> Preset:
    """An index of more than two terms; `analysis.indices` has the same formulas in words."""
    instead = "radar" if VV.bands in sums[1].wanted else "ndvi"
    channel = Channel((), *stretch, function, sums=sums)
    return Preset(name.lower().replace("/", "_"), name, "ramp", (channel,), instead, ramp)


def _variable(
    name: str, title: str, bands: tuple[str, ...], stretch: Range, ramp: str, instead: str
) -> Preset:
    """One quantity in the colours that suit it."""
    return Preset(name, title, "ramp", (Channel(bands, *stretch),), instead, ramp)


def _gas(name: str, bands: tuple[str, ...], stretch: Range, limit: float, instead: str) -> Presets:
    """A gas of Sentinel-5P where its quality is good enough, and all of it (`sentinel5p`)."""
    good = Channel(bands, *stretch, ABOVE, ("qa_value",), limit)
    whole = _variable(f"{name}_all", f"{name.upper()}, all", bands, stretch, "column", instead)
    return Preset(name, name.upper(), "ramp", (good,), whole.id, "column"), whole


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
        _index("NDVI", NIR.bands, ("B04",), -0.2, 0.9, "vegetation"),
        _index("GNDVI", NIR.bands, ("B03",), -0.2, 0.9, "vegetation"),
        _index("NDRE", NIR.bands, ("B05",), -0.2, 0.7, "vegetation"),
        _index("NDMI", NARROW_NIR.bands, ("B11",), -0.6, 0.6, "water"),
        _index("NDWI", ("B03",), NIR.bands, -0.8, 0.8, "water"),
        _index("MNDWI", ("B03",), ("B11",), -0.8, 0.8, "water"),
        _index("NBR", NARROW_NIR.bands, ("B12",), -0.5, 0.9, "fire"),
        _index("NDSI", ("B03",), ("B11",), -0.6, 1.0, "snow"),
        _formula(
            "EVI",
            RATIO,
            (
                Sum(((2.5, NIR.bands), (-2.5, RED.bands))),
                Sum(((1, NIR.bands), (6, RED.bands), (-7.5, BLUE.bands)), 1),
            ),
            (-0.2, 0.9),
            "vegetation",
        ),
        _formula(
            "EVI2",
            RATIO,
            (
                Sum(((2.5, NIR.bands), (-2.5, RED.bands))),
                Sum(((1, NIR.bands), (2.4, RED.bands)), 1),
            ),
            (-0.2, 0.9),
            "vegetation",
        ),
        _formula(
            "SAVI",
            RATIO,
            (
                Sum(((1.5, NIR.bands), (-1.5, RED.bands))),
                Sum(((1, NIR.bands), (1, RED.bands)), 0.5),
            ),
            (-0.2, 0.8),
            "vegetation",
        ),
        _formula(
            "MSAVI",
            ROOT,
            (
                Sum(((1, NIR.bands),), 0.5),
                Sum(((8, RED.bands),), squared=(2, NIR.bands, -1)),
            ),
            (-0.2, 0.8),
            "vegetation",
        ),
        _formula(
            "BSI",
            RATIO,
            (
                Sum(((1, ("B11",)), (1, RED.bands), (-1, NIR.bands), (-1, BLUE.bands))),
                Sum(((1, ("B11",)), (1, RED.bands), (1, NIR.bands), (1, BLUE.bands))),
            ),
            (-0.5, 0.5),
            "soil",
        ),
        Preset(
            "visual",
            "Ready-made picture",
            "rgb",
            tuple(Channel(("TCI",), 0, 255) for _ in range(3)),
            "olci",
        ),
        Preset("scl", "Scene classification", "classes", (Channel(("SCL",), 0, 11),), "mask"),
        Preset(
            "mask", "Cloud mask", "classes", (Channel(("CLM", "QA_PIXEL", "MG2"), 0, 7),), "single"
        ),
        Preset("snow", "Snow cover", "classes", (Channel(("SNW",), 0, 254),), "snow_fraction"),
        Preset(
            "snow_fraction",
            "Snow fraction",
            "ramp",
            (Channel(("FSC",), 0, 100),),
            "single",
            "snow_fraction",
        ),
        Preset("land_cover", "Land cover", "classes", (Channel(("OSO",), 0, 23),), "single"),
        Preset(
            "olci",
            "Sentinel-3 OLCI, true colour",
            "rgb",
            (
                Channel(("Oa08_radiance",), 5, 150),
                Channel(("Oa06_radiance",), 15, 170),
                Channel(("Oa04_radiance",), 30, 190),
            ),
            "olci_water",
        ),
        Preset(
            "olci_water",
            "Sentinel-3 OLCI, water",
            "rgb",
            (
                Channel(("Oa08_reflectance",), 0, 0.04),
                Channel(("Oa06_reflectance",), 0, 0.05),
                Channel(("Oa04_reflectance",), 0, 0.05),
            ),
            "syn",
        ),
        Preset(
            "syn",
            "Sentinel-3 SYN, true colour",
            "rgb",
            tuple(Channel((f"SDR_{band}",), 0, 0.30) for band in ("Oa08", "Oa06", "Oa04")),
            "slstr",
        ),
        Preset(
            "slstr",
            "Sentinel-3 SLSTR, natural colour",
            "rgb",
            (
                Channel(("S5_radiance_an",), 0, 22),
                Channel(("S3_radiance_an",), 0, 110),
                Channel(("S1_radiance_an",), 15, 170),
            ),
            "temperature",
        ),
        _variable(
            "temperature",
            "Temperature",
            ("LST", "SST", "sea_surface_temperature", "ST", "S8_BT_in", "S9_BT_in"),
            (260, 330),
            "temperature",
            "gifapar",
        ),
        _variable("gifapar", "FAPAR", ("GIFAPAR", "OGVI"), (0, 1), "cover", "chlorophyll"),
        _variable(
            "chlorophyll", "Chlorophyll", ("CHL_OC4ME", "CHL_NN"), (-2, 1.5), "chlorophyll", "no2"
        ),
        *_gas("no2", ("nitrogendioxide_tropospheric_column",), (0, 2e-4), 0.75, "so2"),
        *_gas("so2", ("sulfurdioxide_total_vertical_column",), (0, 0.01), 0.5, "co"),
        *_gas(
            "co",
            ("carbonmonoxide_total_column_corrected", "carbonmonoxide_total_column"),
            (0.01, 0.06),
            0.5,
            "hcho",
        ),
        *_gas("hcho", ("formaldehyde_tropospheric_vertical_column",), (0, 4e-4), 0.5, "ch4"),
        *_gas(
            "ch4",
            ("methane_mixing_ratio_bias_corrected", "methane_mixing_ratio"),
            (1750, 1950),
            0.5,
            "o3",
        ),
        *_gas("o3", ("ozone_total_vertical_column",), (0.1, 0.2), 0.5, "aerosol"),
        _variable(
            "aerosol",
            "Aerosol index",
            ("aerosol_index_354_388", "aerosol_index_340_380"),
            (-1, 4),
            "column",
            "quality",
        ),
        _variable("quality", "Quality", ("qa_value",), (0, 1), "fire", "radar"),
        Preset("radar", "Radar VV, VH, ratio", "rgb", (VV, VH, VV_VH), "vv"),
        _formula(
            "RVI",
            RATIO,
            (Sum(((4, VH.bands),)), Sum(((1, VV.bands), (1, VH.bands)))),
            (0.0, 1.5),
            "vegetation",
        ),
        _formula(
            "VH/VV",
            RATIO,
            (Sum(((1, VH.bands),)), Sum(((0.5, VV.bands), (0.5, VV.bands)))),
            (0.0, 0.5),
            "vegetation",
        ),
        Preset("vv", "Radar VV", "grey", (Channel(VV.bands, -22, 0),), "single"),
        Preset("vh", "Radar VH", "grey", (Channel(VH.bands, -30, -5),), "vv"),
        Preset("single", "One band", "single"),
        Preset("all", "All bands", "all"),
    )
}
"""By id, as menus list them. A chain of ``instead`` ends with ``single``, which always fits."""

RAMPS = {
    "vegetation": (
        (0.0, "#3d5a80"),
        (0.15, "#5b3a1e"),
        (0.25, "#b98a4b"),
        (0.4, "#f3e6b8"),
        (0.6, "#a6d96a"),
        (0.8, "#1a9641"),
        (1.0, "#00441b"),
    ),
    "water": ((0.0, "#8c6d31"), (0.45, "#f5f0dc"), (0.55, "#c6dbef"), (1.0, "#08306b")),
    "fire": ((0.0, "#67001f"), (0.22, "#d6604d"), (0.4, "#fde9d9"), (1.0, "#1b7837")),
    "soil": ((0.0, "#1b7837"), (0.4, "#d9f0d3"), (0.6, "#f3e6b8"), (1.0, "#7f4f24")),
    "snow": ((0.0, "#303030"), (0.6, "#7f9fbf"), (0.7, "#d0f0ff"), (1.0, "#ffffff")),
    "snow_fraction": ((0.0, "#6e8b3d"), (0.4, "#9fc3d8"), (1.0, "#ffffff")),
    "cover": (
        (0.0, "#8a5a2b"),
        (0.25, "#f3e6b8"),
        (0.5, "#a6d96a"),
        (0.75, "#1a9641"),
        (1.0, "#00441b"),
    ),
    "temperature": (
        (0.0, "#2c105c"),
        (0.2, "#3b6fb6"),
        (0.4, "#9bd3e6"),
        (0.55, "#fff3b0"),
        (0.8, "#f0762b"),
        (1.0, "#8b0f1c"),
    ),
    "chlorophyll": (
        (0.0, "#2b0a5e"),
        (0.3, "#1f5fbf"),
        (0.55, "#2fb7a3"),
        (0.75, "#b8e04a"),
        (1.0, "#d7301f"),
    ),
    "column": (
        (0.0, "#f7fbff"),
        (0.25, "#ffeda0"),
        (0.5, "#fd8d3c"),
        (0.75, "#bd0026"),
        (1.0, "#4d004b"),
    ),
}
"""Colours from the low end of a stretch (0) to the high one (1)."""

MARKS = {"snow_fraction": ((205, "Cloud", "#8c8c8c"),)}
"""Numbers beyond a ramp that stand for something else, as in a legend."""

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

CLEAR = "#00ffffff"  # transparent

LEGENDS = {
    "scl": SCL,
    "clm": (
        (0, "Clear", CLEAR),
        (1, "Cloud", "#ffffff"),
        (2, "Cloud, seen by comparing dates", "#d0d0d0"),
        (3, "Thin cloud", "#a0c8e6"),
        (4, "Cloud shadow", "#643200"),
        (5, "Thin cirrus", "#64c8ff"),
    ),
    "mg2": (
        (0, "Clear", CLEAR),
        (1, "Cloud", "#ffffff"),
        (2, "Snow or ice", "#ff96ff"),
        (3, "Water", "#0000ff"),
        (4, "Cloud shadow", "#643200"),
        (5, "Hidden or shaded by terrain", "#7f3f7f"),
        (6, "Sun too low", "#2f2f2f"),
    ),
    "qa": (
        (1, "Cloud", "#ffffff"),
        (2, "Snow or ice", "#ff96ff"),
        (3, "Water", "#0000ff"),
        (4, "Cloud shadow", "#643200"),
        (5, "Thin cirrus", "#64c8ff"),
        (6, "Clear", CLEAR),
        (7, "Rim of a cloud", "#c0c0c0"),
    ),
    "flg": (
        (0, "No data", "#000000"),
        (1, "Cloud", "#ffffff"),
        (2, "Snow or ice", "#ff96ff"),
        (3, "Water", "#0000ff"),
        (4, "Land", "#b0a070"),
    ),
    "snow": (
        (0, "No snow", "#6e8b3d"),
        (100, "Snow or ice", "#a0e6ff"),
        (205, "Cloud", "#ffffff"),
    ),
    "oso": (
        (1, "Dense built-up area", "#ff00ff"),
        (2, "Diffuse built-up area", "#ff55ff"),
        (3, "Industrial and commercial area", "#ffaaff"),
        (4, "Road", "#00ffff"),
        (5, "Rapeseed", "#ffff00"),
        (6, "Straw cereals", "#d0ff00"),
        (7, "Protein crops", "#a1d600"),
        (8, "Soy", "#ffab44"),
        (9, "Sunflower", "#d6d600"),
        (10, "Maize", "#ff5500"),
        (11, "Rice", "#c5ffff"),
        (12, "Tubers and roots", "#aaaa61"),
        (13, "Meadow", "#aaaa00"),
        (14, "Orchard and fruit growing", "#aaaaff"),
        (15, "Vineyard", "#550000"),
        (16, "Broad-leaved forest", "#009c00"),
        (17, "Coniferous forest", "#003200"),
        (18, "Natural grassland", "#aaff00"),
        (19, "Woody heath", "#55aa7f"),
        (20, "Rock and bare ground", "#ff0000"),
        (21, "Beach and dune", "#ffb802"),
        (22, "Glacier and eternal snow", "#bebebe"),
        (23, "Water", "#0000ff"),
    ),
}
"""Number, name and colour of every class of a mask; OSO's since 2018."""


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
        found = [_channel(bands, wish, channel, n) for n, channel in enumerate(wish.channels)]
        if all(found):
            served = tuple(band for band in found if band)
            return Composite(wish, served, _stretch(wish, served), missing)
        missing = missing or _lacking(bands, wish)
        wish = PRESETS[wish.instead]
    if wish.kind == "all":
        return Composite(wish, tuple(finest(bands)), None, missing)
    return _single(bands[0], missing) if bands else Composite(wish, (), None, missing)


def legend(band: Band) -> str:
    """The legend of a mask, '' for what is none."""
    return band.classes or ("scl" if band.key == "SCL" else "")


def _lacking(bands: Sequence[Band], wish: Preset) -> tuple[str, ...]:
    wanted = [names for c in wish.channels for names in c.wanted]
    there = {band.key for band in bands}
    lacking = (names[0] for names in wanted if not there & set(names))
    return tuple(dict.fromkeys(lacking)) or tuple(names[0] for names in wanted)


def _single(band: Band, missing: tuple[str, ...]) -> Composite:
    """One band as it is best seen: classes as classes, the rest in grey."""
    if legend(band):
        kinds = (p for p in PRESETS.values() if p.kind == "classes")
        named = next((p for p in kinds if band.key in p.channels[0].bands), PRESETS["mask"])
        return Composite(named, (band,), None, missing)
    for named in PRESETS.values():
        quantity = len(named.channels) == 1 and not named.channels[0].function
        if quantity and band.known and band.key in named.channels[0].bands:
            return Composite(named, (band,), _stretch(named, (band,)), missing)
    reflectance = band.calibrated and band.key.startswith("B")
    return Composite(PRESETS["single"], (band,), ((0.0, 0.45),) if reflectance else None, missing)


def _channel(bands: Sequence[Band], preset: Preset, channel: Channel, place: int) -> Optional[Band]:
    """The band that a channel shows, made of two where it asks for that."""
    if channel.sums:
        return _formula_of(bands, preset.title.replace("/", " by "), channel)
    first = _serving(bands, channel.bands, place)
    if not channel.function:
        return first
    second = _serving(bands, channel.second, place)
    if not (first and second and first.known and second.known):
        return None  # differences of numbers that nobody explains are no index
    key = preset.title if preset.kind == "ramp" else f"{first.key}-{second.key}"
    if channel.function == ABOVE:
        second = replace(second, lut=_passing(channel.limit, second))
    return made_of(key, channel.function, first, second)


def _formula_of(bands: Sequence[Band], title: str, channel: Channel) -> Optional[Band]:
    """A band made of two sums; None where a band of them lacks or nobody explains its numbers."""
    there = {names: _serving(bands, names, 0) for names in channel.wanted}
    if not all(band and band.known for band in there.values()):
        return None
    sums = (_sum(f"{title} {n}", each, there) for n, each in enumerate(channel.sums, 1))
    return made_of(title, channel.function, *sums)


def _sum(key: str, wanted: Sum, there: Mapping[tuple[str, ...], Optional[Band]]) -> Band:
    parts = [
        _times(band, weight, wanted.constant if not place else 0.0)
        for place, (weight, names) in enumerate(wanted.terms)
        if (band := there[names])
    ]
    if wanted.squared:
        weight, names, more = wanted.squared
        parts += [_square(band, weight, more) for band in (there[names],) if band]
    return made_of(key, "sum", *parts) if len(parts) > 1 else parts[0]


def _times(band: Band, weight: float, more: float) -> Band:
    """Reflectance (or, of decibels, power) times a weight, and more."""
    if band.function:  # the sub-swaths of a radar image
        parts = tuple(_times(part, weight, more) for part in band.parts)
        return replace(band, key=f"{band.key} x {weight:g}", parts=parts)
    if band.lut:
        table = ((stored, weight * 10 ** (told / 10) + more) for stored, told in band.lut)
        return replace(band, lut=tuple(table))
    return replace(band, scale=weight * band.scale, offset=weight * band.offset + more)


def _square(band: Band, weight: float, more: float) -> Band:
    """(weight times reflectance, and more) squared, right to some hundred-thousandths."""
    values = [-0.5 + 0.003 * step for step in range(900)]
    table = (((v - band.offset) / band.scale, (weight * v + more) ** 2) for v in values)
    return replace(band, lut=tuple(table))


def _passing(limit: float, band: Band) -> tuple[tuple[float, float], ...]:
    """Stored number and what a pixel is multiplied by: 1 above the limit, else nothing."""
    least, most = ((value - band.offset) / band.scale for value in (limit, 1.0))
    whole = band.dtype in LIMITS
    first, end = (math.floor(least) + 1, most + 0.5) if whole else (least + 1e-6, most + 1e-3)
    return ((least, math.nan), (first, 1.0), (most, 1.0), (end, math.nan))


def made_of(key: str, function: str, *parts: Band) -> Band:
    """A band that is computed from others when it is read."""
    return Band(
        key,
        parts[0].path,
        gsd=min(part.gsd for part in parts),
        nodata=math.nan,
        title=key,
        dtype="Float32",
        function=function,
        parts=parts,
    )


def _serving(bands: Sequence[Band], keys: tuple[str, ...], place: int) -> Optional[Band]:
    """The finest band that serves; of a ready-made picture the band of the same place."""
    for key in keys:
        same = [band for band in bands if band.key == key]
        if key == "TCI":
            same = [band for band in same if band.band == place + 1]
        if same:
            return min(same, key=lambda band: band.gsd)
    return None


def _stretch(preset: Preset, bands: Sequence[Band]) -> Optional[tuple[Range, ...]]:
    explained = all(band.known or band.key in ("TCI", "FSC") for band in bands)
    if preset.kind not in ("rgb", "grey", "ramp") or not explained:
        return None
    return tuple((float(c.low), float(c.high)) for c in preset.channels)
