"""THEIA's products: reflectance L2A and L3A, snow, land cover. Every file is a GeoTIFF.

https://labo.obs-mip.fr/multitemp/sentinel-2/theias-sentinel-2-l2a-product-format/. FRE is corrected
for slopes and is what one looks at; SRE is not, and keeps its name. Masks are bits; they are shown
as classes, the worst that is true of a pixel.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Optional

from ..core import names
from .cog import esa
from .images import Band, ImageSet, as_item

if TYPE_CHECKING:
    from .files import Tree

MARK = re.compile(
    r"(?:(?P<root>.*)/)?(?:[^/]+_MTD_ALL\.xml|[^/]+_FRE_B\w+\.tif|[^/]+_FRC_B\w+\.tif"
    r"|[^/]+_SNW_R\d\.tif|LIS_S2-SNOW-FSC[^/]*\.tif|(?:OCS|OSO)_\d{4}[^/]*\.tif)",
    re.IGNORECASE,
)
REFLECTANCE = re.compile(r"(?:.*_)?(?P<kind>FRE|SRE|FRC)_(?P<band>B\d{1,2}|B8A)")
CREDIT = (
    "Value-added data processed by CNES for the Theia data centre (www.theia-land.fr), contains "
    "modified Copernicus Sentinel data"
)
METRES = {"B02": 10, "B03": 10, "B04": 10, "B08": 10}


def _worst(*bits: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """Every byte with the class of the first of these bits that it has; 0 is clear."""
    return tuple(
        (byte, next((shown for bit, shown in bits if byte & 1 << bit), 0)) for byte in range(256)
    )


CLM = _worst((7, 5), (4, 3), (2, 1), (3, 2), (5, 4), (6, 4), (1, 1), (0, 1))
"""Bits of the cloud mask: 7 cirrus, 4 found by growing, 2 and 3 by one date and by many, 5 and 6
shadow of a cloud in and outside of the image, 1 any cloud, 0 anything."""

MG2 = _worst((1, 1), (3, 4), (2, 2), (4, 5), (5, 5), (6, 6), (7, 6), (0, 3))
"""Bits of the geophysical mask: 1 cloud, 3 its shadow, 2 snow, 4 and 5 hidden or shaded by terrain
(sources differ on which is which), 6 and 7 sun too low or grazing, 0 water."""

Meaning = dict[str, Any]

MEANINGS: tuple[tuple[str, Meaning], ...] = (
    (r"(?:.*_)?CLM_R(\d)", {"key": "CLM", "lut": CLM, "classes": "clm"}),
    (r"(?:.*_)?MG2_R(\d)", {"key": "MG2", "lut": MG2, "classes": "mg2"}),
    (r"(?:.*_)?FLG_R(\d)", {"key": "FLG", "classes": "flg", "nodata": 0.0}),
    (r"(?:.*_)?SNW_R(\d)", {"key": "SNW", "classes": "snow", "nodata": 254.0}),
    (r"LIS_S2-SNOW-FSC_.*", {"key": "FSC", "nodata": 255.0}),
    (r"(?:OCS|OSO)_\d{4}.*", {"key": "OSO", "classes": "oso", "nodata": 0.0}),
)
"""Files that are shown as something else than grey numbers."""


def read(tree: Tree, root: str) -> list[ImageSet]:
    """One product; its masks lie in a folder of their own."""
    tifs = [name for name in tree.under(root) if re.search(r"\.tif$", name, re.IGNORECASE)]
    bands = [band for name in tifs for band in _bands(tree, name)]
    title = _title(tree, root, tifs)
    return [ImageSet(title, tree.home(root), tuple(bands), _item(title))] if bands else []


def _title(tree: Tree, root: str, tifs: list[str]) -> str:
    stems = (PurePosixPath(name).stem for name in (root, *tifs))
    found = (re.match(r"SENTINEL2.*?_V\d+-\d+|SENTINEL2.*?_T\d\d[A-Z]{3}_[A-Z]", s) for s in stems)
    named = next((f[0] for f in found if f), "")
    return named or (PurePosixPath(tifs[0]).stem if len(tifs) == 1 else tree.place.stem)


def _bands(tree: Tree, name: str) -> list[Band]:
    stem = PurePosixPath(name).stem
    source, found = tree.source(name), REFLECTANCE.fullmatch(stem)
    if found:
        key = esa(found["band"])
        metres = METRES.get(key, 20)
        told = f"SRE_{key}" if found["kind"] == "SRE" else key
        title = f"{found['kind']}_{found['band']}"
        return [Band(told, source, 1, metres, -10000.0, 1e-4, 0.0, title, "Int16")]
    meaning = _meaning(stem)
    if not meaning:
        return []
    metres = 20.0 if stem.endswith("R2") or meaning["key"] == "FSC" else 10.0
    return [Band(path=source, gsd=metres, title=stem, dtype="Byte", **meaning)]


def _meaning(stem: str) -> Optional[Meaning]:
    return next((told for pattern, told in MEANINGS if re.fullmatch(pattern, stem)), None)


def _item(title: str) -> dict[str, Any]:
    facts = names.parse_name(title) or {}
    date, clock = facts.get("date", ""), facts.get("clock", "000000")
    moment = (
        f"{date[:4]}-{date[4:6]}-{date[6:8]}T{clock[:2]}:{clock[2:4]}:{clock[4:6]}Z" if date else ""
    )
    return as_item(title, moment, CREDIT, license="etalab-2.0")
