"""Show without downloading: scenes as raster layers of files that stay at the portal.

The source of such a layer is the text of a VRT with unsigned addresses; nothing of it is opened
before it is drawn, so that a project opens at once, also while a portal is silent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.core import QgsRasterLayer
from qgis.PyQt.QtCore import pyqtSignal

from ..core.errors import Cancelled, ProductUnavailable, SentinelPortalsError
from ..core.jobs import unsigned
from ..core.model import to_item
from ..formats import remote, stack
from . import messages, rasters
from .i18n import tr
from .tasks import Task, beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qgis.core import QgsMapLayer

    from ..core.model import Product
    from ..core.provider import Provider, ProviderInfo
    from ..core.transport import NetworkSettings
    from .remote import Doors, Reader

STREAM = "sentinel_portals/stream"
ITEM = "sentinel_portals/item"
"""Custom properties of a layer: the portal that its files are read from, and its STAC item."""


@dataclass(frozen=True)
class Stream:
    """What is to be shown, and the portal that has it."""

    look: rasters.Look
    provider: str


@dataclass(frozen=True)
class NotShown:
    """A scene that no portal shows, and why."""

    title: str
    error: SentinelPortalsError


class StreamTask(Task):
    """Opens scenes at their portals, each at the first that has them cloud-optimised.

    ``wanted`` gives the offers of each scene, the best first; it may be slow. ``looked`` carries a
    `Stream` each, for `layer_of`; ``failed`` a `NotShown`.
    """

    looked = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(
        self,
        wanted: Callable[[], Iterable[Sequence[Product]]],
        providers: Mapping[str, Provider],
        reader: Reader,
        preset: str,
        percentiles: bool = False,
    ) -> None:
        super().__init__(tr("Opening satellite scenes at their portals"))
        self._wanted, self._providers = wanted, providers
        self._reader, self._preset, self._percentiles = reader, preset, percentiles

    def work(self) -> None:
        wanted = [list(offers) for offers in self._wanted() if offers]
        for place, offers in enumerate(wanted):
            for answer in beside(lambda offers=offers: self._scene(offers)):
                if self.stopped():
                    return
                if answer is not None:
                    self._tell(answer)
            self.setProgress(100 * (place + 1) / len(wanted))

    def _tell(self, answer: Any) -> None:
        if isinstance(answer, NotShown):
            self.failed.emit(answer)
            return
        for stream in answer:
            self.looked.emit(stream)

    def _scene(self, offers: Sequence[Product]) -> Any:
        """The streams of the first offer that can be shown, else why the best one cannot."""
        troubles: list[SentinelPortalsError] = []
        for offer in offers:
            provider = self._providers.get(offer.provider)
            if provider is None or self.idle():
                continue
            try:
                return self._offer(offer, provider)
            except Cancelled:
                return []
            except SentinelPortalsError as error:
                troubles.append(error)
            except Exception as error:  # costs this offer only
                troubles.append(messages.unexpected(error))
        title = offers[0].title or offers[0].id
        told = [error for error in troubles if not isinstance(error, ProductUnavailable)]
        return NotShown(title, (told or troubles or [_no_images(title)])[0])

    def _offer(self, offer: Product, provider: Provider) -> list[Stream]:
        title = offer.title or offer.id
        images = [asset for asset in offer.assets.values() if remote.is_cog(asset)]
        if not images or not offer.online:
            raise _no_images(title, provider.info)
        item = _credited(to_item(offer), provider.info)
        keys = remote.needed(item, images, self._preset)
        places = self._reader.addresses(provider, offer, keys, self.idle)
        scene = remote.scene(item, places)
        if not scene.bands:
            raise _no_images(title, provider.info)
        warning = rasters.doubt(scene)
        streams = []
        wanted = rasters.composites(scene, self._preset)
        for composite in wanted:
            vrt = stack.inline(composite.bands)
            look = rasters.look(vrt, scene, composite, self._percentiles, warning)
            look = replace(look, one_of_many=len(wanted) > 1)
            streams.append(Stream(look, provider.info.id))
        return streams


def _no_images(title: str, info: Optional[ProviderInfo] = None) -> ProductUnavailable:
    portal = info.title if info else "No portal"
    return ProductUnavailable(
        f"{portal} has no cloud-optimised images of {title}: download the scene.",
        provider=info.id if info else "",
    )


def _credited(item: dict[str, Any], info: ProviderInfo) -> Mapping[str, Any]:
    """The item with whose data it is and from where, as a download writes it."""
    whose = {"license": info.licence, "attribution": info.attribution}
    told = {name: said for name, said in whose.items() if said}
    properties = {**told, **item["properties"], "sentinel_portals:portal": info.title}
    return {**item, "properties": properties}


def layer_of(stream: Stream) -> QgsRasterLayer:
    """The layer, not yet in the project. Asks nobody; main thread."""
    layer = rasters.layer_of(stream.look)
    layer.setCustomProperty(STREAM, stream.provider)
    layer.setCustomProperty(ITEM, json.dumps(unsigned(stream.look.scene.item), default=str))
    return layer


def portal_of(layer: QgsMapLayer) -> str:
    """The portal that a layer's files are read from, '' for every other layer."""
    return str(layer.customProperty(STREAM, "")) if isinstance(layer, QgsRasterLayer) else ""


def readdress(
    layer: QgsRasterLayer, provider: Provider, doors: Doors, way: NetworkSettings
) -> None:
    """Gives a layer from a project the addresses of today. Asks nobody; main thread."""
    source = doors.readdressed(layer.source(), provider, way)
    if source != layer.source():
        rasters.read_from(layer, source)
        layer.triggerRepaint()


class SignInTask(Task):
    """Logs in again for the streamed layers of a project that was opened."""

    def __init__(self, providers: Sequence[Provider], doors: Doors) -> None:
        super().__init__(tr("Login for layers that are read from portals"))
        self._providers, self._doors = list(providers), doors
        self.troubles: dict[str, SentinelPortalsError] = {}

    def work(self) -> None:
        for provider in self._providers:
            try:
                for _ in beside(lambda provider=provider: self._doors.grant(provider)):
                    if self.stopped():
                        return
            except SentinelPortalsError as error:
                self.troubles[provider.info.id] = error
