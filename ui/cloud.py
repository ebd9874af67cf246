"""Cloud in my area, from the menu to the colours; and only the clear scenes on the map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal, pyqtSlot
from qgis.PyQt.QtWidgets import QInputDialog

from ..bridge import footprints, looks, messages, network
from ..bridge.aoi_cloud import CloudTask
from ..bridge.i18n import tr
from ..bridge.remote import Reader
from . import words

if TYPE_CHECKING:
    from ..bridge.aoi_cloud import Read
    from ..bridge.portals import Portals
    from ..bridge.remote import Doors
    from ..core.model import Geometry
    from .notices import Notices

STYLE = "aoi_cloud"


class CloudInArea(QObject):
    """One reading at a time. ``progressed`` gives per cent (-1: none) and a text."""

    progressed = pyqtSignal(float, str)

    def __init__(
        self,
        iface,
        portals: Portals,
        notices: Notices,
        doors: Doors,
        drawn: Callable[[], Optional[Geometry]],
        coloured: Callable[[QgsVectorLayer, str], None],
        parent=None,
    ) -> None:
        super().__init__(parent)
        self._iface, self._portals, self._notices = iface, portals, notices
        self._doors, self._drawn, self._coloured = doors, drawn, coloured
        self._task: Optional[CloudTask] = None
        self._layer_id, self._most = "", 20

    @property
    def running(self) -> bool:
        return self._task is not None

    def read(self, layer: QgsVectorLayer) -> None:
        """Reads the masks of the selected scenes, or of all of them."""
        if self.running:
            self._notices.info(tr("Clouds are being read: wait for the end, or stop it."))
            return
        area = area_of(layer) or self._drawn()
        if area is None:
            self._notices.info(tr("There is no area: choose one in the dock first."))
            return
        fids = layer.selectedFeatureIds() or layer.allFeatureIds()
        path = Path(layer.source().partition("|")[0])
        providers = self._portals.get(footprints.portals_in(layer))
        task = self._task = CloudTask(
            path, fids, providers, Reader(self._doors, network.network_settings()), area
        )
        self._layer_id = layer.id()
        task.progressed.connect(self._refresh)
        task.progressChanged.connect(self._progress)
        task.ended.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        self._progress(0.0)
        QgsApplication.taskManager().addTask(task)

    def stop(self) -> None:
        """Cancels; what was read stays."""
        if self._task is not None:
            self._task.cancel()

    def _progress(self, percent: float) -> None:
        if self._task is not None:
            text = tr("Clouds of {done} of {count} scenes")
            read = self._task.read
            self.progressed.emit(percent, text.format(done=read.done, count=read.count))

    def _layer(self) -> Optional[QgsVectorLayer]:
        return QgsProject.instance().mapLayer(self._layer_id)

    def _refresh(self) -> None:
        layer = self._layer()
        if self._task is None or layer is None:
            return
        footprints.refresh(layer)
        if looks.style_of(layer) != STYLE:
            self._coloured(layer, STYLE)

    @pyqtSlot(bool)
    def _ended(self, good: bool) -> None:
        task = self._task
        if task is None:
            return
        self._refresh()
        self._task = None
        self.progressed.emit(-1, "")
        if task.error is not None:
            self._notices.warning(messages.sentence(task.error), [self._notices.details()])
        elif task.read.done:
            self._tell(task.read)

    def _tell(self, read: Read) -> None:
        """How many were read, how many have no mask to be read, what went wrong."""
        told = [
            tr("Cloud in the area: {scenes} read").format(scenes=words.scenes(len(read.shares)))
        ]
        if read.without:
            told.append(
                tr("{scenes} without a mask that can be read without a download").format(
                    scenes=words.scenes(len(read.without))
                )
            )
        for scene_id, error in read.failed.items():
            title = self._portals.title(getattr(error, "provider", ""))
            messages.log(f"{scene_id}: {messages.sentence(error, title)}", error)
        if not read.failed:
            self._notices.success(words.listed(told))
            return
        first = next(iter(read.failed.values()))
        why = messages.sentence(first, self._portals.title(getattr(first, "provider", "")))
        told.append(
            tr("{scenes} failed: {why}").format(scenes=words.scenes(len(read.failed)), why=why)
        )
        self._notices.warning(words.listed(told), [self._notices.details()])

    # --- only the clear ones --------------------------------------------------------------------

    def clear_only(self, layer: QgsVectorLayer) -> None:
        """Asks for the most cloud, and shows the scenes that have no more."""
        most, good = QInputDialog.getInt(
            self._iface.mainWindow(),
            tr("Cloud in my area"),
            tr("Most cloud in the area, in per cent:"),
            self._most,
            0,
            100,
            5,
        )
        if good:
            self._most = most
            self.filter(layer, most)

    def filter(self, layer: QgsVectorLayer, most: int) -> None:
        if layer.fields().lookupField(STYLE) < 0 or not _known(layer):
            self._notices.info(tr("No cloud in the area is known yet: read it first."))
            return
        layer.setSubsetString(f'"{STYLE}" <= {int(most)}')
        text = tr("{scenes} with at most {most} % cloud in the area")
        self._notices.info(text.format(scenes=words.scenes(layer.featureCount()), most=most))

    def show_all(self, layer: QgsVectorLayer) -> None:
        layer.setSubsetString("")

    def remove(self) -> None:
        """The plugin goes: nothing of ours is called any more."""
        if self._task is not None:
            self._task.cancel()
        self._task = None


def _known(layer: QgsVectorLayer) -> bool:
    highest = layer.maximumValue(layer.fields().indexOf(STYLE))
    return isinstance(highest, float)


def area_of(layer: QgsVectorLayer) -> Optional[Geometry]:
    """The area that was searched for this layer, None where nobody has noted it."""
    try:
        area = json.loads(str(layer.customProperty(footprints.AREA, "")))
    except ValueError:
        return None
    return area if isinstance(area, dict) else None
