"""Cloud in my area: the share of cloud in an area for many scenes, from their masks alone.

Nothing is downloaded: the pieces of a mask that cover the area are read where they lie.
"""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import pyqtSignal

from ..core.errors import Cancelled, SentinelPortalsError
from ..formats import remote
from ..formats.cloud import Share, mask_of, measure
from . import messages
from .footprints import FootprintStore, stored_offers
from .i18n import tr
from .tasks import POLL, Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ..core.model import Geometry, Product
    from ..core.provider import Provider
    from ..core.transport import Cancel
    from .remote import Reader

MOST_THREADS = 16
BATCH = 1.0  # seconds between two pieces of news
HELD = 200  # scenes whose offers are in memory at once


@dataclass
class Read:
    """What became of the scenes so far: ids with shares, without a mask to read, with an error."""

    shares: dict[str, Share] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    failed: dict[str, SentinelPortalsError] = field(default_factory=dict)
    count: int = 0

    def note(self, scene_id: str, answer: Any) -> None:
        if isinstance(answer, Share):
            self.shares[scene_id] = answer
        elif answer is None:
            self.without.append(scene_id)
        else:
            self.failed[scene_id] = answer

    @property
    def done(self) -> int:
        return len(self.shares) + len(self.without) + len(self.failed)


def read_all(
    scenes: Sequence[tuple[str, Sequence[Product]]],
    providers: Mapping[str, Provider],
    reader: Reader,
    area: Geometry,
    cancelled: Cancel,
) -> Iterator[tuple[str, Any]]:
    """(id, Share, None or error) of each scene as it comes; an empty id while none comes.

    As many at once as the portals together let us, each portal no more than its own limit.
    """
    limits = {
        name: threading.BoundedSemaphore(max(1, provider.info.download.at_once))
        for name, provider in providers.items()
    }
    answers: queue.Queue[tuple[str, Any]] = queue.Queue()

    def work(scene_id: str, offers: Sequence[Product]) -> None:
        answers.put((scene_id, _best(offers, providers, limits, reader, area, cancelled)))

    at_once = sum(p.info.download.at_once for p in providers.values())
    pool = ThreadPoolExecutor(max(1, min(MOST_THREADS, at_once)), "sentinel portals masks")
    try:
        for scene_id, offers in scenes:
            pool.submit(work, scene_id, offers)
        left = len(scenes)
        while left and not cancelled():
            try:
                yield answers.get(timeout=POLL)
                left -= 1
            except queue.Empty:
                yield "", None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _best(
    offers: Sequence[Product],
    providers: Mapping[str, Provider],
    limits: Mapping[str, threading.BoundedSemaphore],
    reader: Reader,
    area: Geometry,
    cancelled: Cancel,
) -> Any:
    """The share by the first offer whose mask can be read; None when none has one."""
    trouble: Optional[SentinelPortalsError] = None
    for offer in offers:
        provider, found = providers.get(offer.provider), mask_of(offer)
        if provider is None or found is None or not offer.online or cancelled():
            continue
        mask, asset = found
        try:
            with limits[offer.provider]:
                places = reader.addresses(provider, offer, [asset.key], cancelled)
                return measure(places[asset.key], mask, area, remote.is_cog(asset))
        except SentinelPortalsError as error:
            trouble = error
        except Exception as error:  # costs this offer only
            trouble = messages.unexpected(error)
    return trouble


class CloudTask(Task):
    """Reads the masks and writes the shares into the footprints, a batch at a time.

    ``progressed`` tells each time that the file has more; ``read`` is what became of the scenes.
    """

    progressed = pyqtSignal()

    def __init__(
        self,
        path: Path,
        fids: Sequence[int],
        providers: Mapping[str, Provider],
        reader: Reader,
        area: Geometry,
    ) -> None:
        super().__init__(tr("Cloud in the area of satellite scenes"))
        self._store, self._fids = FootprintStore(path), list(fids)
        self._providers, self._reader, self._area = providers, reader, area
        self._fresh: dict[str, tuple[Optional[float], float]] = {}
        self._written = time.monotonic()
        self.read = Read(count=len(self._fids))

    def work(self) -> None:
        try:
            for first in range(0, len(self._fids), HELD):
                self._some(stored_offers(self._store.path, self._fids[first : first + HELD]))
        finally:
            self._write()

    def _some(self, scenes: Sequence[tuple[str, Sequence[Product]]]) -> None:
        found = read_all(scenes, self._providers, self._reader, self._area, self.idle)
        for scene_id, answer in found:
            if scene_id and not isinstance(answer, Cancelled):
                self.read.note(scene_id, answer)
                self.setProgress(100 * self.read.done / self.read.count)
            if isinstance(answer, Share):
                self._fresh[scene_id] = (answer.cloud, answer.valid)
            if time.monotonic() - self._written >= BATCH:
                self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        if self._fresh:
            self._store.set_cloud(self._fresh)
            self._fresh = {}
            self.progressed.emit()
