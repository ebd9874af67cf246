"""One word per band, whatever the portal calls its asset.

Earth Search says ``red``, Planetary Computer ``B04``, Copernicus Data Space ``B04_10m``: asked
for one of them, a download that moves on to another portal must find the same band there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .model import Asset

SPOKEN = {
    "coastal": "B01",
    "blue": "B02",
    "green": "B03",
    "red": "B04",
    "rededge1": "B05",
    "rededge2": "B06",
    "rededge3": "B07",
    "nir": "B08",
    "nir08": "B8A",
    "nir09": "B09",
    "cirrus": "B10",
    "swir16": "B11",
    "swir22": "B12",
    "visual": "TCI",
    "tci": "TCI",
    "scl": "SCL",
    "aot": "AOT",
    "wvp": "WVP",
    "vv": "VV",
    "vh": "VH",
    "hh": "HH",
    "hv": "HV",
    "rendered_preview": "thumbnail",
}
"""Asset keys of Earth Search and others, as ESA's band names of Sentinel-2; polarisations."""

REFLECTANCE = frozenset(f"B{number:02d}" for number in range(1, 13)) | {"B8A"}
PER_THOUSAND = frozenset({"AOT", "WVP"})

_ESA = re.compile(r"^(B\d{2}|B8A|SCL|TCI|AOT|WVP)(?:[_-](\d{2})m)?$", re.IGNORECASE)


def band(key: str) -> str:
    """ESA's name of the band an asset key stands for, the key itself when it is no band we know."""
    found = _ESA.match(key)
    if found:
        return found[1].upper()
    return SPOKEN.get(key.lower(), key)


def resolution(key: str) -> Optional[int]:
    """Metres per pixel when the key says so (``B02_20m``)."""
    found = _ESA.match(key)
    return int(found[2]) if found and found[2] else None


def offset(baseline: str) -> Optional[float]:
    """What Sentinel-2's reflectance is shifted by: -0.1 from baseline 04.00 on, None when unknown.

    Decided by the baseline and never by the date: Collection 1 reprocessed the years before, too.
    """
    number = re.sub(r"\D", "", baseline)
    if len(number) != 4:
        return None
    return -0.1 if number >= "0400" else 0.0


def scaled(asset: Asset, shift: Optional[float]) -> Asset:
    """A Sentinel-2 asset with scale, offset and no-data in ``raster:bands`` as ESA defines them.

    Reflectance is DN / 10 000 + ``shift``, aerosol and water vapour DN / 1000; what is no such
    band, and reflectance of an unknown shift, keeps what the portal says.
    """
    name = band(asset.key)
    facts: dict[str, Any] = {}
    if name in REFLECTANCE and shift is not None:
        facts = {"scale": 0.0001, "offset": shift, "nodata": 0}
    elif name in PER_THOUSAND:
        facts = {"scale": 0.001, "offset": 0.0, "nodata": 0}
    if not facts:
        return asset
    said = asset.properties.get("raster:bands")
    told = said[0] if isinstance(said, list) and said and isinstance(said[0], Mapping) else {}
    return replace(asset, properties={**asset.properties, "raster:bands": [{**told, **facts}]})


def pick(assets: Mapping[str, Asset], wanted: Iterable[str]) -> tuple[list[Asset], list[str]]:
    """The assets that were asked for, and the wishes that nothing fits.

    A wish is a key of this product, or a band by any name; of several resolutions the finest.
    """
    chosen: dict[str, Asset] = {}
    missing = []
    for wish in wanted:
        asset = assets.get(wish) or _finest([a for k, a in assets.items() if band(k) == band(wish)])
        if asset is None:
            missing.append(wish)
        else:
            chosen.setdefault(asset.key, asset)
    return list(chosen.values()), missing


def _finest(assets: Sequence[Asset]) -> Optional[Asset]:
    return min(assets, key=lambda a: resolution(a.key) or 0, default=None)
