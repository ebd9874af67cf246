"""Sentinel-2 tiles as they lie in Amazon's buckets: ``tileInfo.json`` beside ``B04.jp2``.

https://roda.sentinel-hub.com/sentinel-s2-l2a/readme.html. Level 2A has a folder per resolution.
The bucket keeps the product's metadata elsewhere: the offset is told by the product's name.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ..core import bands as vocabulary
from ..core import names
from ..core.errors import UnreadableFile
from .images import CREDIT, Band, ImageSet, as_item
from .safe2 import BYTES, METRES

if TYPE_CHECKING:
    from .files import Tree

MARK = re.compile(r"(?:(?P<root>.*)/)?tileInfo\.json")
IMAGE = re.compile(r"(?:R(?P<metres>\d\d)m/)?(?P<key>B\d\d|B8A|SCL|TCI|AOT|WVP)\.(?:jp2|tif)")


def read(tree: Tree, root: str) -> list[ImageSet]:
    about = _about(tree, f"{root}/tileInfo.json" if root else "tileInfo.json")
    title = str(about.get("productName") or root.rpartition("/")[2] or tree.place.name)
    facts = names.parse_name(title) or {}
    shift = vocabulary.offset(facts.get("baseline", ""))
    start = len(root) + 1 if root else 0
    bands = []
    for name in tree.under(root):
        found = IMAGE.fullmatch(name[start:])
        if found:
            metres = float(found["metres"] or METRES.get(found["key"], 20))
            bands += _bands(tree, name, found["key"], metres, shift)
    item = as_item(title, str(about.get("timestamp") or ""), CREDIT)
    return [ImageSet(title, tree.home(root), tuple(bands), item)] if bands else []


def _about(tree: Tree, name: str) -> dict[str, Any]:
    try:
        about = json.loads(tree.read(name))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{name} in {tree.place.name} is damaged.") from error
    return about if isinstance(about, dict) else {}


def _bands(tree: Tree, name: str, key: str, metres: float, shift: Any) -> list[Band]:
    scale, offset = 1.0, 0.0
    nodata = 0.0 if key in vocabulary.REFLECTANCE or key in ("SCL", "TCI") else None
    if key in vocabulary.REFLECTANCE and shift is not None:
        scale, offset = 1e-4, shift
    elif key in vocabulary.PER_THOUSAND:
        scale = 1e-3
    kind = "Byte" if key in BYTES else "UInt16"
    source = tree.source(name)
    return [
        Band(key, source, n, metres, nodata, scale, offset, key, kind, key.lower() * (key == "SCL"))
        for n in range(1, 4 if key == "TCI" else 2)
    ]
