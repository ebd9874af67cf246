"""Sentinel-2 products as ESA packs them: SAFE, compact or old, level 1C or 2A.

https://sentiwiki.copernicus.eu/web/s2-products. Offsets and quantification are those of the
product's own metadata; the baseline and the date decide nothing. GDAL's driver for these products
tells neither no-data nor scale and reads a missing image as zeros, so the images are opened one
by one, and those that are not there are named.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Optional

from ..core import bands as vocabulary
from .files import Tree, every, said
from .images import CREDIT, Band, ImageSet, as_item

if TYPE_CHECKING:
    from ..core.markup import Element

MARK = re.compile(
    r"(?:(?P<root>.*)/)?(?:MTD_MSI(?:L1C|L2A)\.xml|S2[A-D]_(?:OPER|USER)_MTD_SAFL(?:1C|2A)_[^/]*\.xml)"
)
IMAGE = re.compile(
    r"GRANULE/(?P<granule>[^/]+)/(?:IMG_DATA/(?:R\d\dm/)?|QI_DATA/)(?P<stem>[^/]+)\.jp2"
)
KEY = re.compile(r"(?:^|_)(?P<key>B\d\d|B8A|SCL|TCI|AOT|WVP|CLDPRB|SNWPRB)(?:_(?P<metres>\d\d)m)?$")
PHYSICAL = "B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B10 B11 B12".split()
"""In the order of the metadata's ``band_id``."""

METRES = {**dict.fromkeys(("B02", "B03", "B04", "B08", "TCI"), 10), "B01": 60, "B09": 60, "B10": 60}
"""Size of a pixel where the name does not tell; the others have 20."""

BYTES = {"SCL", "TCI", "CLDPRB", "SNWPRB"}


def read(tree: Tree, root: str) -> list[ImageSet]:
    """One scene per tile; the old format has many of them in one product."""
    mark = next(name for name in tree.under(root) if _is_mark(name, root))
    about = tree.xml(mark)
    title = _title(tree, root, about)
    start = len(root) + 1 if root else 0
    there: dict[str, list[Band]] = {}
    for name in tree.under(root):
        found = IMAGE.fullmatch(name[start:])
        if found:
            made = _bands(tree, name, found["stem"], _Numbers(about))
            there.setdefault(found["granule"], []).extend(made)
    item = _item(title, about)
    return [
        ImageSet(
            title if len(there) == 1 else granule,
            tree.home(root),
            tuple(sorted(bands, key=_order)),
            _of_tile(item, granule),
            tuple(_missing(about, tree, root, granule)),
        )
        for granule, bands in sorted(there.items())
    ]


def _is_mark(name: str, root: str) -> bool:
    found = MARK.fullmatch(name)
    return bool(found) and (found["root"] or "") == root  # type: ignore[index]


def _title(tree: Tree, root: str, about: Element) -> str:
    told = said(about, "PRODUCT_URI", "PRODUCT_URI_1C", "PRODUCT_URI_2A")
    told = told or PurePosixPath(root).name or tree.place.name
    return re.sub(r"(\.SAFE|\.zip)+$", "", told)


def _bands(tree: Tree, name: str, stem: str, numbers: _Numbers) -> list[Band]:
    found = KEY.search(stem)
    if not found:
        return []
    key = found["key"]
    metres = float(found["metres"] or METRES.get(key, 20))
    scale, offset, nodata = numbers.of(key)
    return [
        Band(
            key,
            tree.source(name),
            number,
            metres,
            nodata,
            scale,
            offset,
            f"{key} {metres:.0f} m",
            "Byte" if key in BYTES else "UInt16",
            "scl" if key == "SCL" else "",
        )
        for number in range(1, 4 if key == "TCI" else 2)
    ]


def _order(band: Band) -> tuple[bool, str, float, int]:
    place = PHYSICAL.index(band.key) if band.key in PHYSICAL else 99
    return place == 99, f"{place:02d}{band.key}", band.gsd, band.band


class _Numbers:
    """What the stored numbers mean, by the metadata."""

    def __init__(self, about: Element) -> None:
        self._about = about
        self._offsets = {
            int(told.attributes.get("band_id", -1)): float(told.text)
            for name in ("BOA_ADD_OFFSET", "RADIO_ADD_OFFSET")
            for told in every(about, name)
        }
        self._nodata = next(
            (
                float(said(told, "SPECIAL_VALUE_INDEX") or 0)
                for told in every(about, "Special_Values")
                if said(told, "SPECIAL_VALUE_TEXT") == "NODATA"
            ),
            0.0,
        )

    def of(self, key: str) -> tuple[float, float, Optional[float]]:
        """Scale, offset and no-data of a band."""
        if key in vocabulary.REFLECTANCE or key == "B10":
            per = self._per("BOA_QUANTIFICATION_VALUE", "QUANTIFICATION_VALUE", otherwise=10000)
            shift = self._offsets.get(PHYSICAL.index(key), 0.0)
            return 1 / per, shift / per, self._nodata
        if key in vocabulary.PER_THOUSAND:
            return 1 / self._per(f"{key}_QUANTIFICATION_VALUE", otherwise=1000), 0.0, None
        return 1.0, 0.0, 0.0 if key in ("SCL", "TCI") else None

    def _per(self, *names: str, otherwise: float) -> float:
        told = said(self._about, *names, *(f"L2A_{name}" for name in names))
        return float(told or otherwise) or otherwise


def _missing(about: Element, tree: Tree, root: str, granule: str) -> list[str]:
    """The images that the metadata lists and that are not there."""
    there = set(tree.names)
    listed = [told.text.strip() for told in every(about, "IMAGE_FILE")]
    paths = (f"{root}/{name}.jp2" if root else f"{name}.jp2" for name in listed)
    return [PurePosixPath(p).stem for p in paths if p not in there and f"/{granule}/" in p]


def _item(title: str, about: Element) -> dict[str, Any]:
    return as_item(
        title,
        said(about, "DATATAKE_SENSING_START", "PRODUCT_START_TIME"),
        CREDIT,
        **{
            "platform": said(about, "SPACECRAFT_NAME").lower(),
            "processing:level": said(about, "PROCESSING_LEVEL").replace("Level-", "L"),
            "s2:processing_baseline": said(about, "PROCESSING_BASELINE"),
        },
    )


def _of_tile(item: dict[str, Any], granule: str) -> dict[str, Any]:
    found = re.search(r"_T(\d{2}[A-Z]{3})(?:_|$)", granule)
    if not found:
        return item
    return {**item, "properties": {**item["properties"], "grid:code": f"MGRS-{found[1]}"}}
