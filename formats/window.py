"""Only the area of interest: the part of each image that holds it, and hardly a byte more.

GDAL reads the blocks that it needs through `core.lending`; a portal that sends no parts of files
gives the whole image, which is cut here. What comes out is a GeoTIFF on the image's own pixels.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import quote

from osgeo import gdal

from ..core.disk import check_room, file_names, make_folder
from ..core.download import (
    Fetched,
    Progress,
    SceneFiles,
    fetch_asset,
    ignore,
    item_name,
    nobody,
    ready,
    write_item,
)
from ..core.errors import ProductUnavailable, QueryError, UnreadableFile
from ..core.lending import Lending
from ..core.model import bounds, from_item
from ..core.ranges import NoRanges
from ..core.sizes import images
from ..core.transport import Cancel, never
from .area import computes, fetch_area
from .clip import STALE, WINDOW, cut_out, window
from .cog import item_of
from .images import disk_errors, gdal_errors, open_image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..core.model import Asset, Geometry, Product
    from ..core.provider import Provider
    from .clip import Window
    from .files import Source

WHOLE = ".whole"
"""Sub-folder for whole images that are to be cut; what broke off is resumed from there."""

BEHIND = "/vsicurl?list_dir=no&max_retry=0&proxy=&url="
"""GDAL's way to an address on this computer: nothing around it is asked for, no proxy between."""


def fetch_window(
    offer: Product,
    providers: Mapping[str, Provider],
    keys: Sequence[str],
    area: Geometry,
    folder: Path,
    cancelled: Cancel = never,
    progress: Progress = ignore,
    came: Callable[[Path], None] = nobody,
) -> SceneFiles:
    """The area of some bands of this offer (of all without ``keys``) into ``folder``.

    The item lies beside the files. Raises what went wrong; QueryError when the area lies outside.
    """
    provider, offer = ready(offer, providers)
    if computes(provider):
        return fetch_area(provider, offer, keys, area, folder, cancelled, progress, came)
    assets, missing = images(offer, keys)
    if not assets:
        raise ProductUnavailable(
            f"{provider.info.title} has no image of {offer.title} of which an area can be cut out.",
            provider=offer.provider,
        )
    make_folder(folder)
    visit = _Visit(provider, folder, area, cancelled, progress)
    names = file_names(assets, reserved=[item_name(offer)])
    own, product, item = _own(folder, offer), _of_area(offer, area), None
    fetched: list[Fetched] = []
    for asset in assets:
        fetched.append(visit.fetch(asset, names[asset.key], own))
        item = write_item(folder, product, fetched, provider.info)
        if not fetched[-1].was_there:
            came(fetched[-1].path)
    shutil.rmtree(folder / WHOLE, ignore_errors=True)
    return SceneFiles(offer.title or offer.id, offer.provider, tuple(fetched), tuple(missing), item)


def _own(folder: Path, offer: Product) -> set[str]:
    """The files in a folder that are of this very offer, by the item beside them."""
    path = folder / item_name(offer)
    kept = item_of(path) if path.is_file() else {}
    told = from_item(kept) if kept else None
    if told is None or told.key != offer.key:
        return set()
    return {asset.href.rpartition("/")[2] for asset in told.assets.values()}


class _Visit:
    """One scene at one portal."""

    def __init__(
        self,
        provider: Provider,
        folder: Path,
        area: Geometry,
        cancelled: Cancel,
        progress: Progress,
    ) -> None:
        self._provider, self._folder, self._area = provider, folder, area
        self._cancelled, self._progress = cancelled, progress
        self._bytes = self._planned = 0

    def fetch(self, asset: Asset, name: str, own: set[str]) -> Fetched:
        out = self._folder / f"{Path(name).stem}.tif"
        if out.name in own and out.exists():  # whole, or it would not have its name
            return Fetched(asset.key, out, out.stat().st_size, was_there=True)
        if not (self._provider.info.download.resume and self._in_pieces(asset, name, out)):
            self._cut_from_whole(asset, name, out)
        return Fetched(asset.key, out, out.stat().st_size)

    def _in_pieces(self, asset: Asset, name: str, out: Path) -> bool:
        """Reads what the area needs; False where the portal sends whole files only."""
        with Lending(self._provider, self._cancelled, self._heard) as lending:
            source = BEHIND + quote(lending.lend(asset, name), safe="")
            try:
                with no_cache(source):
                    self._cut(source, asset, out)
            except UnreadableFile:
                self._provider.files.check(self._cancelled)
                if isinstance(lending.error, NoRanges):
                    return False
                if lending.error is not None:
                    raise lending.error from None
                raise
        return True

    def _cut_from_whole(self, asset: Asset, name: str, out: Path) -> None:
        make_folder(self._folder / WHOLE)
        before = self._bytes

        def step(done: int, total: Optional[int]) -> None:
            self._planned = max(self._planned, before + (total or done))
            self._heard(before + done - self._bytes)

        whole = self._folder / WHOLE / name
        fetch_asset(self._provider, asset, whole, self._cancelled, step)
        self._cut(whole, None, out)
        whole.unlink()

    def _cut(self, source: Source, asset: Optional[Asset], out: Path) -> None:
        """The window into its file; of an ``asset`` that is elsewhere its cost is planned."""
        with gdal_errors(), disk_errors(out):
            cut = window(source, self._area)
            if not cut:
                if cut == ():
                    raise QueryError(f"The window lies outside of {out.stem}.")
                raise UnreadableFile(f"The window cannot be cut out of {out.stem}.")
            if asset:
                need = cost(source, cut, asset.size)
                self._planned = self._bytes + need
                check_room(self._folder, need)
            cut_out(source, cut, out, lambda share: not self._cancelled())

    def _heard(self, count: int) -> None:
        self._bytes += count
        self._progress(self._bytes, max(self._planned, self._bytes))


def cost(source: Source, cut: Window, size: Optional[int]) -> int:
    """The bytes of the blocks that a window touches; without a list of them its share of all."""
    with gdal_errors():
        image = open_image(source)
        band = image.GetRasterBand(1)
        wide, high = band.GetBlockSize()
        left, top, width, height = cut
        told = [
            band.GetMetadataItem(f"BLOCK_SIZE_{x}_{y}", "TIFF")
            for y in range(top // high, (top + height - 1) // high + 1)
            for x in range(left // wide, (left + width - 1) // wide + 1)
        ]
        planes = (
            image.RasterCount
            if image.GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE") == ("BAND")
            else 1
        )
        blocks = -(-band.XSize // wide) * -(-band.YSize // high)
    if any(told):
        return planes * sum(int(each or 0) for each in told)
    return round((size or 0) * len(told) / blocks)


@contextmanager
def no_cache(source: str) -> Iterator[None]:
    """GDAL forgets what it kept of an address that nobody has any more."""
    try:
        yield
    finally:
        gdal.VSICurlPartialClearCache(source)


def _of_area(offer: Product, area: Geometry) -> Product:
    """The product without what is true of its whole files only."""
    assets = {
        key: replace(
            asset,
            type="image/tiff; application=geotiff",
            size=None,
            checksum=None,
            properties={k: v for k, v in asset.properties.items() if k not in STALE},
        )
        for key, asset in offer.assets.items()
    }
    properties: dict[str, Any] = {k: v for k, v in offer.properties.items() if k not in STALE}
    return replace(offer, assets=assets, properties={**properties, WINDOW: list(bounds(area))})
