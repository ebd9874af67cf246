"""Images that stay where they lie, at the portal: GDAL reads the pieces that are looked at.

An address holds nothing secret, so it may stand in a project: the login is in a file in GDAL's
memory that the address names (``header_file``), or GDAL signs the link itself as it reads.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Callable
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from ..core import bands as vocabulary
from ..core.discretion import SECRET_NAME
from ..core.errors import UnreadableFile
from . import cog, sentinel1
from .images import Band, ImageSet
from .presets import PRESETS, choose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.model import Asset

TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How a TIFF begins, old and big, of either byte order."""

ALONE = {"empty_dir": "yes"}
"""Nothing lies beside the file that GDAL should look for."""


def address(href: str, options: Mapping[str, str]) -> str:
    """GDAL's name of a file on the web (https://gdal.org/user/virtual_file_systems.html)."""
    return "/vsicurl?" + urlencode({**ALONE, **options, "url": href}, quote_via=quote, safe="")


def readdressed(vrt: str, made: Callable[[Mapping[str, str]], str]) -> str:
    """The text of a VRT with every address made anew by ``made`` of what the old one says."""

    def again(found: re.Match[str]) -> str:
        plain, levels = found[0], 0
        while "&amp;" in plain:  # a VRT within a VRT is escaped twice
            plain, levels = plain.replace("&amp;", "&"), levels + 1
        text = made(dict(parse_qsl(plain.partition("?")[2], keep_blank_values=True)))
        for _ in range(levels):
            text = text.replace("&", "&amp;")
        return text

    return re.sub(r"/vsicurl\?[^<\"\s]+", again, vrt)


def is_cog(asset: Asset) -> bool:
    """A GeoTIFF with data, which can be read in pieces; JPEG 2000 is slow that way."""
    return is_image(asset) and _suffix(asset) in (".tif", ".tiff")


def is_image(asset: Asset) -> bool:
    """An image with data on the web, of a format that `cog` reads."""
    scenery = cog.SCENERY & set(asset.roles) and vocabulary.band(asset.key) != "TCI"
    return _is_open(asset.href) and not scenery and _suffix(asset) in cog.IMAGES


def _is_open(href: str) -> bool:
    """On the web, and without anything that must not stand in a project."""
    parts = urlsplit(href)
    secret = any(SECRET_NAME.search(name) for name, _ in parse_qsl(parts.query))
    return parts.scheme in ("http", "https") and "@" not in parts.netloc and not secret


def _suffix(asset: Asset) -> str:
    """The ending of the file's name, or what the media type says where it has none."""
    suffix = PurePosixPath(urlsplit(asset.href).path).suffix.lower()
    if suffix in cog.IMAGES:
        return suffix
    kind = asset.type.partition(";")[0].strip().lower()
    return {"image/tiff": ".tif", "image/jp2": ".jp2"}.get(kind, "")


def needed(item: Mapping[str, Any], assets: Sequence[Asset], preset: str) -> list[str]:
    """The keys of the assets that a composition is made of; nothing is opened."""
    if PRESETS[preset].kind in ("single", "all"):
        return [asset.key for asset in assets]
    shift = cog.shift_of(item, Path())
    light = [band for asset in assets for band in _light(asset, item, shift)]
    composite = choose(light, preset)
    served = [part.path for band in composite.bands for part in band.parts or (band,)]
    return [str(path) for path in dict.fromkeys(served)]


def _light(asset: Asset, item: Mapping[str, Any], shift: Any) -> list[Band]:
    """The bands of an asset as far as the item describes them."""
    key = vocabulary.band(asset.key)
    gsd = vocabulary.resolution(asset.key) or asset.properties.get("gsd") or 0
    numbers = (1, 2, 3) if key == "TCI" else (1,)
    told = item["assets"][asset.key]
    size = float(gsd) if isinstance(gsd, (int, float)) else 0.0
    bands = [cog.as_told(Band(key, asset.key, n, size), told, shift) for n in numbers]
    return [sentinel1.told(band, item) for band in bands]


def scene(item: Mapping[str, Any], addresses: Mapping[str, str]) -> ImageSet:
    """The bands behind these addresses (by asset key), opened. Raises UnreadableFile."""
    title = str(item["properties"].get("title") or item["id"])
    shift, bands = cog.shift_of(item, Path()), []
    for key, place in addresses.items():
        told = item["assets"][key]
        try:
            found = cog.bands(key, place, told, shift)
            bands += [sentinel1.told(band, item) for band in found]
        except UnreadableFile as error:
            name = PurePosixPath(urlsplit(told["href"]).path).name
            raise UnreadableFile(
                f"{name} is damaged or is not an image that GDAL reads."
            ) from error
    return ImageSet(title, Path(), tuple(bands), item)
