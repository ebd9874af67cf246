"""The right click on a footprint layer: its entries come with the layer, also in an old project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from qgis.core import QgsMapLayer, QgsMapLayerType, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QAction

from ..bridge import footprints
from ..bridge.i18n import tr
from ..bridge.icons import icon

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .cloud import CloudInArea
    from .downloads import Downloads
    from .loading import Loading
    from .notices import Notices
    from .streaming import Streaming


class LayerMenu(QObject):
    """Adds the entries when made, takes them away in `remove`."""

    def __init__(
        self,
        iface,
        downloads: Downloads,
        loading: Loading,
        streaming: Streaming,
        cloud: CloudInArea,
        notices: Notices,
        styled: Callable[[str], None] = lambda style: None,
        parent=None,
    ) -> None:
        super().__init__(parent)
        self._iface, self._downloads, self._notices = iface, downloads, notices
        self._styled = styled
        self._known: set[str] = set()
        self.actions: list[QAction] = []
        self._add(
            "spDownloadAction", "download", tr("Download selected scenes"), downloads.download
        )
        self._add("spQuicklookAction", "quicklook", tr("Load quicklooks"), loading.quicklooks)
        self._add("spZoomAction", "zoom", tr("Zoom to selected"), self.zoom)
        self._add("spBandsAction", "bands", tr("Choose bands…"), downloads.choose_bands)
        self._add("spStreamAction", "stream", tr("Show without downloading"), streaming.show)
        self._add("spMosaicAction", "layer", tr("Load as one mosaic per date"), loading.mosaics)
        menus = {
            tr("Cloud in my area"): [
                ("spCloudAction", "cloud", tr("Read the cloud masks"), cloud.read),
                ("spClearAction", "", tr("Show clear scenes only…"), cloud.clear_only),
                ("spShowAllAction", "", tr("Show all scenes"), cloud.show_all),
            ],
            tr("Colour the footprints"): [
                (f"spStyle_{name}", "", title, self._styler(name))
                for name, title in footprints.styles()
            ],
        }
        for menu in sorted(menus, key=str.casefold):  # else QGIS makes one for every entry
            for entry in menus[menu]:
                self._add(*entry, menu)
        project = QgsProject.instance()
        project.layersAdded.connect(self.adopt)
        project.layersWillBeRemoved.connect(self._forget)
        self.adopt(project.mapLayers().values())

    def _add(self, name: str, picture: str, text: str, slot, menu: str = "") -> None:
        action = QAction(icon(picture), text, self) if picture else QAction(text, self)
        action.setObjectName(name)
        action.triggered.connect(lambda _=False: self._on_layer(slot))
        self._iface.addCustomActionForLayerType(action, menu, QgsMapLayerType.VectorLayer, False)
        self.actions.append(action)

    def adopt(self, layers: Iterable[QgsMapLayer]) -> None:
        """Gives the entries to those of the layers that are footprints."""
        for layer in layers:
            if footprints.is_footprints(layer) and layer.id() not in self._known:
                self._known.add(layer.id())
                for action in self.actions:
                    self._iface.addCustomActionForLayer(action, layer)

    def _forget(self, ids: Iterable[str]) -> None:
        self._known.difference_update(ids)

    def _on_layer(self, slot: Callable[[QgsVectorLayer], None]) -> None:
        layer = self._iface.activeLayer()
        if footprints.is_footprints(layer):
            slot(layer)

    def zoom(self, layer: QgsVectorLayer) -> None:
        """To the selected scenes, or to all of them."""
        canvas = self._iface.mapCanvas()
        if layer.selectedFeatureCount():
            canvas.zoomToSelected(layer)
        else:
            box = canvas.mapSettings().layerExtentToOutputExtent(layer, layer.extent())
            box.scale(1.05)
            canvas.setExtent(box)
            canvas.refresh()

    def _styler(self, name: str) -> Callable[[QgsVectorLayer], None]:
        return lambda layer: self.style(layer, name)

    def style(self, layer: QgsVectorLayer, name: str) -> None:
        footprints.style(layer, name)
        self._iface.layerTreeView().refreshLayerSymbology(layer.id())
        self._styled(name)

    def remove(self) -> None:
        project = QgsProject.instance()
        project.layersAdded.disconnect(self.adopt)
        project.layersWillBeRemoved.disconnect(self._forget)
        for action in self.actions:
            self._iface.removeCustomActionForLayerType(action)
            action.deleteLater()
        self.actions = []
        self.deleteLater()
