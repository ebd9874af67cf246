"""Single bands of a Sentinel-2 product by OData's Nodes, which list a SAFE folder by folder.

The granule's folder is in no name, and the files' names began with L2A_ until 2018; so both are
written as patterns, and looked up when a band is fetched.
"""

from __future__ import annotations

import re
import threading
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Callable

from . import bands, names
from .errors import ProductUnavailable
from .model import Asset

if TYPE_CHECKING:
    from .provider import ProviderInfo

BANDS = {
    "S2MSI1C": ("", ("B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B10 B11 B12 TCI",)),
    "S2MSI2A": (
        "R",
        (
            "10m B02 B03 B04 B08 TCI AOT WVP",
            "20m B05 B06 B07 B8A B11 B12 SCL",
            "60m B01 B09",
        ),
    ),
}
"""The bands of a compact Sentinel-2 product; level 2A has a folder per resolution."""

_PATTERN = re.compile(r"/Nodes\('?([^()']*\*[^()']*)'?\)")


def assets(root: str, folder: str, title: str, kind: str, quote: str = "") -> dict[str, Asset]:
    """The bands of a product of this type, {} where its name does not tell where they are.

    ``quote`` stands around each name: nothing on Copernicus Data Space, ' on a DHuS.
    """
    facts = names.parse_name(title) or {}
    if kind not in BANDS or "made" not in facts or "tile" not in facts:
        return {}
    shift = bands.offset(facts.get("baseline", ""))
    prefix, rows = BANDS[kind]
    found = {}
    for row in rows:
        words = row.split()
        size = words.pop(0) if prefix else ""
        for band in words:
            key = f"{band}_{size}" if size else band
            places = (folder, "GRANULE", "*", "IMG_DATA", *([f"R{size}"] if size else []))
            path = "/".join(f"Nodes({quote}{p}{quote})" for p in (*places, f"*_{key}.jp2"))
            asset = Asset(
                key,
                f"{root}/{path}/$value",
                type="image/jp2",
                roles=("data",),
                title=title,
                properties={"file:local_path": f"T{facts['tile']}_{facts['take']}_{key}.jp2"},
            )
            found[key] = bands.scaled(asset, shift)
    return found


class Folders:
    """What lies in the folders of products; each is asked for once, by any thread.

    ``listed`` gives the rows of what lies at an address of this portal.
    """

    def __init__(self, info: ProviderInfo, listed: Callable[[str], Any]) -> None:
        self._info, self._listed = info, listed
        self._known: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def real(self, asset: Asset) -> str:
        """The link with names in place of its patterns; ProductUnavailable where nothing fits."""
        href = asset.href
        for _ in range(href.count("*")):
            found = _PATTERN.search(href)
            if not found:
                break
            above, wanted = href[: found.start()], found[1]
            name = next((n for n in self._children(above) if fnmatchcase(n, wanted)), None)
            if name is None:
                raise ProductUnavailable(
                    f"{self._info.title} lists no {wanted} in {asset.title}: "
                    "fetch the whole product instead.",
                    provider=self._info.id,
                )
            href = above + found[0].replace(wanted, name) + href[found.end() :]
        return href

    def _children(self, folder: str) -> list[str]:
        with self._lock:
            if folder not in self._known:
                rows = self._listed(f"{folder}/Nodes")
                self._known[folder] = sorted(
                    str(row["Name"])
                    for row in (rows if isinstance(rows, list) else ())
                    if isinstance(row, dict) and "Name" in row
                )
            return self._known[folder]
