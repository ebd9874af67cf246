"""What lies on the disk onto the map: scenes as rasters, quicklooks in their place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, Qt, QTimer, pyqtSignal, pyqtSlot

from ..bridge import footprints, messages, moved, rasters, settings
from ..bridge.i18n import tr
from ..bridge.load_task import LoadTask
from ..bridge.mosaics import MosaicTask
from ..bridge.tasks import QuicklookTask
from ..core.errors import SentinelPortalsError
from . import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bridge.portals import Portals
    from ..bridge.tasks import Quicklook
    from ..core.model import Product
    from .notices import Notices


class Loading(QObject):
    """One thing at a time; what is asked for meanwhile waits its turn.

    ``progressed`` gives per cent (-1: none) and a text.
    """

    progressed = pyqtSignal(float, str)

    def __init__(self, portals: Portals, notices: Notices, parent=None) -> None:
        super().__init__(parent)
        self._portals, self._notices = portals, notices
        self._waiting: list[tuple[Callable[[], LoadTask], str]] = []
        self._task: Optional[LoadTask] = None
        self._quicklooks: Optional[QuicklookTask] = None
        self._layer_id = self._quicklooks_id = ""
        self._count = 0
        self._told: list[str] = []
        self._steps: list[Callable[[], None]] = []
        QgsProject.instance().layersAdded.connect(moved.adopt)

    @property
    def running(self) -> bool:
        return self._task is not None or self._quicklooks is not None

    def stop(self) -> None:
        """Cancels; what is on the map stays."""
        self._waiting = []
        for task in (self._task, self._quicklooks):
            if task is not None:
                task.cancel()

    # --- scenes -------------------------------------------------------------------------------

    def load(self, sources: Sequence[Path], layer: Optional[QgsVectorLayer] = None) -> None:
        """Each scene as rasters above the footprints ``layer``, as they become ready."""
        if sources:
            self._ask(lambda: LoadTask(sources, **_looks()), layer)

    def mosaics(self, layer: QgsVectorLayer) -> None:
        """The selected scenes that are on the disk (or all), the tiles of a date as one image."""
        kept = settings.load()
        products = _offers(layer)
        folders = [Path(folder) for folder in (kept.folder, *kept.folders) if folder]
        if products:
            self._ask(lambda: MosaicTask(products, folders, **_looks()), layer)

    def _ask(self, make: Callable[[], LoadTask], layer: Optional[QgsVectorLayer]) -> None:
        self._waiting.append((make, layer.id() if layer is not None else ""))
        self._load_next()

    def _load_next(self) -> None:
        if self._task is not None or not self._waiting:
            return
        make, self._layer_id = self._waiting.pop(0)
        task = self._task = make()
        task.looked.connect(self._show)
        task.failed.connect(self._note)
        task.progressChanged.connect(self._load_progress)
        task.ended.connect(self._after_last, Qt.ConnectionType.QueuedConnection)
        self._told = []
        QgsApplication.taskManager().addTask(task)

    def _load_progress(self, percent: float) -> None:
        if self._task is not None:
            self.progressed.emit(percent, tr("Loading onto the map"))

    def _show(self, look: rasters.Look) -> None:
        self._in_turn(lambda: self._show_now(look))

    @pyqtSlot(bool)
    def _after_last(self, good: bool) -> None:
        self._in_turn(self._load_ended)

    def _in_turn(self, step: Callable[[], None]) -> None:
        """Each layer in a turn of the event loop of its own: in between the window answers."""
        self._steps.append(step)
        if len(self._steps) == 1:
            QTimer.singleShot(0, self._take_step)

    def _take_step(self) -> None:
        try:
            self._steps[0]()
        finally:
            self._steps.pop(0)
            if self._steps:
                QTimer.singleShot(0, self._take_step)

    def _show_now(self, look: rasters.Look) -> None:
        if self._task is None:
            return
        try:
            self._add([rasters.layer_of(look)], self._layer_id)
        except SentinelPortalsError as error:
            self._note(error)
        if look.warning and look.warning not in self._told:
            self._told.append(look.warning)
        QTimer.singleShot(0, self._go_on)

    def _go_on(self) -> None:
        if self._task is not None:
            self._task.go_on()

    def _note(self, error: SentinelPortalsError) -> None:
        """What kept a scene from the map, for the sentence at the end."""
        messages.log(str(error), error)
        self._told.append(messages.sentence(error))

    def _load_ended(self) -> None:
        task, self._task = self._task, None
        if task is None:
            return
        self.progressed.emit(-1, "")
        if task.error is not None:
            self._note(task.error)
        if self._told:
            text = _shortened(self._told)
            self._notices.warning(text, [self._notices.details()])
        self._load_next()

    # --- quicklooks ---------------------------------------------------------------------------

    def quicklooks(self, layer: QgsVectorLayer) -> None:
        """The small pictures of the selected scenes (or of all), each in its place."""
        products = _offers(layer)
        if self._quicklooks is not None or not products:
            return
        providers = self._portals.get(o.provider for offers in products for o in offers)
        task = QuicklookTask(products, providers)
        task.quicklook_done.connect(self._show_quicklook)
        task.ended.connect(self._quicklooks_ended, Qt.ConnectionType.QueuedConnection)
        task.progressChanged.connect(self._quicklook_progress)
        self._quicklooks, self._quicklooks_id, self._count = task, layer.id(), 0
        QgsApplication.taskManager().addTask(task)

    def _quicklook_progress(self, percent: float) -> None:
        if self._quicklooks is not None:
            self.progressed.emit(percent, tr("Quicklooks"))

    @pyqtSlot(bool)
    def _quicklooks_ended(self, good: bool) -> None:
        task, self._quicklooks = self._quicklooks, None
        if task is None:
            return
        self.progressed.emit(-1, "")
        if self._count:
            told = tr("{quicklooks} loaded.").format(quicklooks=words.quicklooks(self._count))
            self._notices.success(told)
        else:
            self._notices.warning(tr("No quicklook could be had."), [self._notices.details()])

    def _show_quicklook(self, picture: Quicklook) -> None:
        """One at a time as they come, so that the map can move in between."""
        if self._quicklooks is None:
            return
        try:
            if picture.error is not None:
                raise picture.error
            layer = rasters.quicklook_layer(picture.path, picture.product)
        except SentinelPortalsError as error:
            messages.log(f"{picture.title}: {error}", error)
            return
        self._add([layer], self._quicklooks_id, tr("Quicklooks"))
        self._count += 1

    # --- both ---------------------------------------------------------------------------------

    def _add(self, layers: Sequence[QgsRasterLayer], near: str, group: str = "") -> None:
        project = QgsProject.instance()
        rasters.add(layers, project, project.mapLayer(near), group)

    def remove(self) -> None:
        """The plugin goes: nothing of ours is called any more."""
        QgsProject.instance().layersAdded.disconnect(moved.adopt)
        self._waiting = []
        for task in (self._task, self._quicklooks):
            if task is not None:
                task.cancel()
        self._task = self._quicklooks = None


def _looks() -> dict[str, Any]:
    """How images are to be seen now."""
    kept = settings.load()
    return {"preset": kept.preset, "percentiles": kept.percentiles}


def _offers(layer: QgsVectorLayer) -> list[list[Product]]:
    """Of the selected scenes, or of all."""
    return [o for o in map(footprints.offers, footprints.selected(layer, True)) if o]


def _shortened(sentences: Sequence[str]) -> str:
    """The first two, and how many more there are."""
    told = list(sentences[:2])
    if len(sentences) > 2:
        told.append(tr("{count} more in the log").format(count=len(sentences) - 2))
    return words.listed(told)
