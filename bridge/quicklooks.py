"""Small pictures of scenes: fetched through their portal, kept on disk, shown in the map tip.

The map tip asks for the address of a kept picture; one that is not there is fetched in a thread
of its own. A blink is waited for it, so that a picture that is near stands in the first tip; when a
far one has come, the tip is shown once more, if the mouse still rests where it was.
"""

from __future__ import annotations

import hashlib
import os
import queue
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..core.errors import PortalError, ProductUnavailable, SentinelPortalsError, StorageError
from ..core.transport import Cancel, never
from . import footprints
from .i18n import tr
from .settings import home

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtCore import QPoint

    from ..core.model import Asset, Product
    from ..core.provider import Provider
    from .portals import Portals

BLINK = 0.04  # seconds, below what a person takes for a standstill
KINDS = {b"\xff\xd8": ".jpg", b"\x89PNG": ".png", b"GIF8": ".gif", b"BM": ".bmp", b"RIFF": ".webp"}
"""How pictures begin, and the ending that their file gets."""


def folder() -> Path:
    return home() / "quicklooks"


def kept(href: str) -> Optional[Path]:
    """The picture of this address, if it was fetched before."""
    stem = _stem(href)
    return next((p for k in KINDS.values() for p in [folder() / f"{stem}{k}"] if p.exists()), None)


def _stem(href: str) -> str:
    return hashlib.sha256(href.encode()).hexdigest()[:32]


def picture(product: Product) -> Optional[Asset]:
    """The asset that is a small picture of the product, None when it has none."""
    return footprints.picture([product])


def fetch(product: Product, providers: Mapping[str, Provider], cancelled: Cancel = never) -> Path:
    """The product's picture as a file. Blocks. Raises PortalError or StorageError."""
    asset = picture(product)
    if asset is None:
        raise ProductUnavailable(
            tr("There is no quicklook of {title}.").format(title=product.title or product.id),
            provider=product.provider,
        )
    there = kept(asset.href)
    if there:
        return there
    provider = providers.get(product.provider)
    if provider is None:
        raise ProductUnavailable(
            f"The portal {product.provider} is no longer in the list of portals.",
            provider=product.provider,
        )
    return _keep(asset.href, provider.files.read(provider.resolve(asset), cancelled))


def _keep(href: str, content: bytes) -> Path:
    ending = next((k for start, k in KINDS.items() if content.startswith(start)), "")
    if not ending:
        raise PortalError(tr("The quicklook is no picture that can be shown."))
    path = folder() / f"{_stem(href)}{ending}"
    new = path.with_name(f"{path.stem}.{os.getpid()}.{threading.get_ident()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        raise StorageError(
            tr("The quicklook could not be written to {folder}.").format(folder=path.parent)
        ) from error
    return path


@dataclass(frozen=True)
class Wish:
    """One picture to be fetched; ``over`` is set when it is there, or cannot be had.

    ``mouse`` is where it rested on the map when the picture was asked for.
    """

    product: Product
    providers: Mapping[str, Provider]
    mouse: Optional[QPoint] = None
    over: threading.Event = field(default_factory=threading.Event)


class Fetcher(QObject):
    """Fetches in the background what map tips ask for; one thread, made when first needed."""

    _came = pyqtSignal(object)

    def __init__(self, portals: Portals, canvas: Optional[QgsMapCanvas] = None) -> None:
        super().__init__()
        self._portals, self._canvas = portals, canvas
        self._came.connect(self._show_again)
        self._wanted: queue.Queue[Optional[Wish]] = queue.Queue()
        self._asked: set[str] = set()
        self._stop = threading.Event()
        self._thread: Optional[threading.Thread] = None

    def ask(self, href: str, products: list[Product]) -> None:
        """Main thread. An address is asked for once; after a failure the next QGIS tries again."""
        product = next((p for p in products if getattr(picture(p), "href", "") == href), None)
        if product is None or href in self._asked:
            return
        self._asked.add(href)
        mouse = self._canvas.mouseLastXY() if self._canvas else None
        wish = Wish(product, self._portals.get([product.provider]), mouse)
        self._wanted.put(wish)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="quicklooks", daemon=True)
            self._thread.start()
        wish.over.wait(BLINK)

    def stop(self) -> None:
        self._stop.set()
        self._wanted.put(None)

    def _work(self) -> None:
        for wanted in iter(self._wanted.get, None):
            if self._stop.is_set():
                return
            with suppress(SentinelPortalsError):  # without a picture it is still a map tip
                fetch(wanted.product, wanted.providers, self._stop.is_set)
                self._came.emit(wanted)
            wanted.over.set()

    def _show_again(self, wish: Wish) -> None:
        """Main thread. QGIS shows the tip anew when the mouse has moved, be it to where it is."""
        canvas = self._canvas
        if canvas and canvas.underMouse() and canvas.mouseLastXY() == wish.mouse:
            here = canvas.getCoordinateTransform().toMapCoordinates(wish.mouse)
            canvas.xyCoordinates.emit(here)
