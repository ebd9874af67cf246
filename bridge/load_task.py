"""Scenes on the disk become images that only wait to be shown: beside the main thread."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import pyqtSignal

from ..core.errors import Cancelled, SentinelPortalsError, UnreadableFile
from ..formats.images import is_empty
from . import messages, rasters
from .i18n import tr
from .tasks import Task

if TYPE_CHECKING:
    from collections.abc import Sequence


MOMENT = 0.5  # seconds that a layer may take


class LoadTask(Task):
    """Opens scenes, joins their bands, makes small copies of large radar images.

    ``looked`` carries a `rasters.Look` each, for `rasters.layer_of`; ``failed`` what kept one
    scene from being shown, or that what is shown is nothing. The others go on, after ``go_on`` or a
    moment: a thread that is busy in Python slows the one that makes the layer.
    """

    looked = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(
        self, sources: Sequence[Path], preset: str, title: str = "", percentiles: bool = False
    ) -> None:
        super().__init__(title or tr("Loading of satellite scenes"))
        self._sources, self._preset = [Path(source) for source in sources], preset
        self._percentiles = percentiles
        self._made = threading.Event()

    def work(self) -> None:
        for place, source in enumerate(self._sources):
            if self.stopped():
                return
            self.attempt(lambda source=source, place=place: self._look(source, place))
            self._tell(place, 1.0)

    def attempt(self, work: Callable[[], None]) -> None:
        """Does something that may cost one scene, but no other."""
        try:
            work()
        except Cancelled:
            return
        except SentinelPortalsError as error:
            self.failed.emit(error)
        except Exception as error:  # costs this scene only
            self.failed.emit(messages.unexpected(error))

    def _look(self, source: Path, place: int) -> None:
        def heed(share: float) -> bool:
            self._tell(place, share)
            return not self.stopped()

        for look in rasters.looks([source], self._preset, (), self._percentiles, heed):
            self.give(look)
            if is_empty(look.path):  # is told, and need not keep the image from the map meanwhile
                told = f"There is nothing in {look.scene.title}: every pixel is no-data."
                self.failed.emit(UnreadableFile(told))

    def give(self, look: rasters.Look) -> None:
        """Lets a layer be made before the next work begins."""
        self._made.clear()
        self.looked.emit(look)
        self._made.wait(MOMENT)

    def go_on(self) -> None:
        """The layer of the last look is there. Main thread."""
        self._made.set()

    def _tell(self, place: int, share: float) -> None:
        self.setProgress(100 * (place + share) / len(self._sources))
