"""An area of a scene from a portal that computes it: one GeoTIFF per band, made of its pieces."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from osgeo import gdal

from ..core.disk import make_folder, safe, storage
from ..core.download import Fetched, Progress, SceneFiles, ignore, nobody, whole, write_item
from ..core.errors import AuthError, ResponseError, UnreadableFile
from ..core.model import bounds
from ..core.provider import Provider
from ..core.transport import Cancel, never
from .clip import WINDOW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..core.model import Geometry, Product
    from ..core.transport import HttpRequest

TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How a TIFF begins, old and big, of either byte order."""


def computes(provider: Provider) -> bool:
    """Does this portal give areas, rather than files?"""
    return type(provider).pixels is not Provider.pixels


def fetch_area(
    provider: Provider,
    product: Product,
    keys: Sequence[str],
    area: Geometry,
    folder: Path,
    cancelled: Cancel = never,
    progress: Progress = ignore,
    came: Callable[[Path], None] = nobody,
) -> SceneFiles:
    """The bands into ``folder``, one file each, with the item beside them.

    Nobody says beforehand how large the pieces are: those to come count like those that came.

    Raises what went wrong: a portal that refuses, an answer that is no image, the disk.
    """
    title, info = product.title or product.id, provider.info
    if info.download_auth.fields and provider.files.auth is None:
        raise AuthError(f"{info.title} wants a login before it lets files go.", provider=info.id)
    make_folder(folder)
    wanted = keys or [asset.key for asset in whole(product)]
    asked = {key: list(provider.pixels(product, [key], area)) for key in wanted}
    count, sizes, fetched = sum(map(len, asked.values())), list[int](), []
    try:
        for key, requests in asked.items():
            pieces = []
            for number, request in enumerate(requests):
                piece = folder / f"{safe(key)}.piece-{number}.tif"
                pieces.append(_piece(provider, request, piece, cancelled))
                sizes.append(piece.stat().st_size)
                progress(sum(sizes), sum(sizes) * count // len(sizes))
            path = _joined(pieces, folder / f"{safe(key)}.tif")
            fetched.append(Fetched(key, path, path.stat().st_size))
            came(path)
    finally:
        provider.files.close()
        for piece in folder.glob("*.piece-*.tif"):
            piece.unlink()
    properties = {**product.properties, WINDOW: list(bounds(area))}
    item = write_item(folder, replace(product, properties=properties), fetched, info)
    return SceneFiles(title, info.id, tuple(fetched), item=item)


def _piece(provider: Provider, request: HttpRequest, path: Path, cancelled: Cancel) -> Path:
    content = provider.files.read(request, cancelled)
    if not content.startswith(TIFF):
        title = provider.info.title
        raise ResponseError(f"{title} sent no image.", provider=provider.info.id)
    with storage(path):
        path.write_bytes(content)
    return path


def _joined(pieces: Sequence[Path], path: Path) -> Path:
    """One image of its pieces."""
    part = path.with_suffix(".part.tif")
    with storage(path):
        if len(pieces) == 1:
            pieces[0].replace(path)
            return path
        mosaic = gdal.BuildVRT("", [str(piece) for piece in pieces])
        made = mosaic and gdal.Translate(str(part), mosaic, creationOptions=["COMPRESS=LZW"])
        if not made:
            raise UnreadableFile(f"{path} is damaged or is not an image that GDAL reads.")
        made = mosaic = None
        part.replace(path)
    return path
