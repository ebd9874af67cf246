"""The name patterns of every mission, one table.

A name is the fallback: where a portal's record carries the fact in a field of its own, the field
wins (see `scene`). Grammars: Sentinel-2 Products Specification Document 4.3; Sentinel-1 Product
Specification 3.10; Sentinel-3 and -5P PDGS file naming; Landsat Collection 2 (LSDS-1618); the
MUSCATE format of THEIA; and the shortened ids that Earth Search, Planetary Computer and Google
derive from them.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME = r"\d{8}T\d{6}"
TILE = r"\d{2}[C-HJ-NP-X][A-HJ-NP-Z][A-HJ-NP-V]"

PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "s2",
        rf"(?P<platform>S2[A-D])_MSI(?P<level>L1C|L2A)[pP]?_(?P<take>{TIME})_N(?P<baseline>\d{{4}})"
        rf"_R(?P<orbit>\d{{3}})_T(?P<tile>{TILE})_(?P<made>{TIME})",
    ),
    (
        "s2",  # Planetary Computer: ESA's name without the baseline
        rf"(?P<platform>S2[A-D])_MSI(?P<level>L1C|L2A)_(?P<take>{TIME})"
        rf"_R(?P<orbit>\d{{3}})_T(?P<tile>{TILE})_(?P<made>{TIME})",
    ),
    (
        "s2",  # Earth Search: the zone is not zero-padded, the date is the tile's
        r"(?P<platform>S2[A-D])_(?P<tile>\d{1,2}[C-X][A-Z]{2})_(?P<date>\d{8})_(?P<sequence>\d+)"
        r"_(?P<level>L1C|L2A)",
    ),
    (
        "s2",  # Earth Search Collection 1: the time is the datastrip's
        rf"(?P<platform>S2[A-D])_T(?P<tile>{TILE})_(?P<slice>{TIME})_(?P<level>L1C|L2A)",
    ),
    (
        "s2",  # Google Earth Engine: no platform in the name
        rf"(?:COPERNICUS/S2[A-Z_]*/)?(?P<take>{TIME})_(?P<made>{TIME})_T(?P<tile>{TILE})",
    ),
    (
        "muscate",  # the time is the tile's, 1 to 25 minutes after the datatake began
        r"(?P<platform>SENTINEL2[A-DX])_(?P<date>\d{8})-(?P<clock>\d{6})-\d{3}"
        r"_(?P<level>L1C|L2A|L2B(?:-[A-Z]+)?|L3A)_T(?P<tile>\d{2}[A-Z]{3})_[A-Z]"
        r"(?:_V(?P<version>\d+-\d+))?",
    ),
    (
        "s1",
        r"(?P<platform>S1[A-D])_(?P<mode>S[1-6]|IW|EW|WV|EN|N[1-6]|Z[1-6IEW])"
        r"_(?P<type>(?:RAW|SLC|SL1|GRD|OCN|ETA|HKM)[FHM_])_(?P<level>[012AE_])(?P<cls>[SANCEX_])"
        rf"(?P<pol>SH|SV|DH|DV|HH|HV|VV|VH|__)_(?P<start>{TIME})_(?P<stop>{TIME})"
        r"_(?P<orbit>\d{6})_(?P<take>[0-9A-F]{6})(?:_[0-9A-F]{4})?(?P<suffix>_COG|_CARD_BS|_rtc)?",
    ),
    (
        "s3",
        r"(?P<platform>S3[A-D])_(?P<type>(?:OL|SL|SR|DO|MW|GN|SY|TM|AX)_[012_]_[A-Z0-9_]{6})"
        rf"_(?P<start>{TIME})_(?P<stop>{TIME})_(?P<made>{TIME})_(?P<instance>.{{17}})"
        r"_(?P<centre>[A-Z0-9_]{3})_[OFDR_]_(?P<timeliness>NR|ST|NT|SN|__)_(?P<baseline>[A-Z0-9]{3})",
    ),
    (
        "s5p",
        r"(?P<platform>S5P)_(?P<timeliness>NRTI|OFFL|RPRO|OPER|TEST|PAL_)_(?P<type>L[12][_B][_A-Z0-9]{7})"
        rf"_(?P<start>{TIME})_(?P<stop>{TIME})_(?P<orbit>\d{{5}})_(?P<collection>\d\d)"
        rf"_(?P<baseline>\d{{6}})_(?P<made>{TIME})",
    ),
    (
        "landsat",  # Planetary Computer and Earth Search leave out when it was made
        r"L(?P<sensor>[COTEM])(?P<platform>0[1-9])_(?P<level>L1TP|L1GT|L1GS|L2SP|L2SR)"
        r"_(?P<path>\d{3})(?P<row>\d{3})_(?P<date>\d{8})(?:_(?P<made>\d{8}))?"
        r"_(?P<baseline>\d\d)_(?P<tier>RT|T1|T2)(?:_(?:SR|ST|TOA))?",
    ),
)

_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in PATTERNS)
_SUFFIX = re.compile(r"(\.(SAFE|SEN3|zarr|zip|tar|tgz|gz|nc|cdf))+$", re.IGNORECASE)
_PLATFORM = re.compile(r"^(?:sentinel|s)[-_ ]?([1235])[-_ ]?([a-dx]|p)?$", re.IGNORECASE)


def bare(name: str) -> str:
    """A name without the endings of files and folders: ``X.SAFE.zip`` is ``X``."""
    return _SUFFIX.sub("", name.strip().rstrip("/"))


@lru_cache(maxsize=1024)  # asked for when a page is read and again when its scenes are merged
def parse_name(text: str) -> Optional[Mapping[str, str]]:
    """The facts in a product's name, id or path, with its ``kind``; None when no pattern fits."""
    name = bare(text)
    if not name.startswith("COPERNICUS/"):
        name = name.rpartition("/")[2]
    for kind, pattern in _COMPILED:
        found = pattern.fullmatch(name)
        if found:
            facts = {key: value for key, value in found.groupdict().items() if value}
            facts["kind"] = kind
            return MappingProxyType(facts)
    return None


def platform(text: object) -> str:
    """``sentinel-2a``, ``SENTINEL2A`` and ``S2A`` are all ``S2A``; '' if unknown."""
    found = _PLATFORM.match(str(text or "").strip())
    return f"S{found[1]}{(found[2] or '').upper()}" if found else ""


def tile(text: object) -> str:
    """``MGRS-31TCJ``, ``T31TCJ`` and ``31TCJ`` are all ``31TCJ``, ``1CCV`` is ``01CCV``."""
    bare = str(text or "").upper()
    bare = bare[5:] if bare.startswith("MGRS-") else bare
    bare = (bare[1:] if bare.startswith("T") else bare).zfill(5)
    return bare if re.fullmatch(TILE, bare) else ""


def moment(text: str) -> Optional[datetime]:
    """``20230105T104329`` as a UTC time, None when there is no such date."""
    if not re.fullmatch(TIME, text):
        return None
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:8])
    try:
        return datetime(
            year, month, day, int(text[9:11]), int(text[11:13]), int(text[13:]), tzinfo=timezone.utc
        )
    except ValueError:
        return None
