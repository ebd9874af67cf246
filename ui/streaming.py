"""Show without downloading, from the menu to the map; and such layers in an opened project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from osgeo import gdal
from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, Qt, QTimer, pyqtSignal, pyqtSlot

from ..bridge import footprints, messages, network, rasters, settings, streaming
from ..bridge.facts import fact
from ..bridge.i18n import tr
from ..bridge.remote import Doors, Reader, is_store
from ..bridge.streaming import SignInTask, StreamTask
from ..core.errors import SentinelPortalsError
from . import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qgis.core import QgsMapLayer

    from ..bridge.portals import Portals
    from ..core.model import Product
    from ..core.provider import Provider
    from .notices import Notices


class Streaming(QObject):
    """One opening at a time. ``progressed`` gives per cent (-1: none) and a text."""

    progressed = pyqtSignal(float, str)
    ended = pyqtSignal()

    def __init__(self, portals: Portals, notices: Notices, parent=None) -> None:
        super().__init__(parent)
        self._portals, self._notices = portals, notices
        self.doors = Doors()
        self._task: Optional[StreamTask] = None
        self._logins: list[SignInTask] = []
        self._near = ""
        self._shown, self._told = 0, []
        self._fresh: list[str] = []
        project = QgsProject.instance()
        project.layersAdded.connect(self._came)
        self._came(project.mapLayers().values())

    @property
    def running(self) -> bool:
        return self._task is not None

    # --- showing ------------------------------------------------------------------------------

    def show(self, layer: QgsVectorLayer) -> None:
        """The selected scenes of a footprint layer, straight from their portals."""
        if self.running:
            self._notices.info(tr("Scenes are being opened: wait for the end, or stop it."))
            return
        fids = layer.selectedFeatureIds()
        if not fids:
            self._notices.info(tr("Select the scenes to show first."))
            return
        kept, path = settings.load(), Path(layer.source().partition("|")[0])
        rank = {name: place for place, name in enumerate(kept.order)}

        def scenes() -> Iterator[list[Product]]:
            for _, offers in footprints.stored_offers(path, fids):
                yield sorted(offers, key=lambda each: rank.get(each.provider, len(rank)))

        providers = self._portals.get(footprints.portals_in(layer))
        reader = Reader(self.doors, network.network_settings())
        task = self._task = StreamTask(scenes, providers, reader, kept.preset, kept.percentiles)
        self._near, self._shown, self._told = layer.id(), 0, []
        task.looked.connect(self._show)
        task.failed.connect(self._note)
        task.progressChanged.connect(self._progress)
        task.ended.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        self._progress(0.0)
        QgsApplication.taskManager().addTask(task)

    def stop(self) -> None:
        """Cancels; what is on the map stays."""
        if self._task is not None:
            self._task.cancel()

    def _progress(self, percent: float) -> None:
        if self._task is not None:
            self.progressed.emit(percent, tr("Opening at the portal"))

    def _show(self, stream: streaming.Stream) -> None:
        if self._task is None:
            return
        project = QgsProject.instance()
        try:
            layer = streaming.layer_of(stream)
        except SentinelPortalsError as error:
            self._told.append(messages.sentence(error))
            return
        rasters.add([layer], project, project.mapLayer(self._near))
        self._shown += 1
        if stream.look.warning and stream.look.warning not in self._told:
            self._told.append(stream.look.warning)

    def _note(self, failed: streaming.NotShown) -> None:
        title = self._portals.title(getattr(failed.error, "provider", ""))
        said = messages.sentence(failed.error, title)
        messages.log(f"{failed.title}: {said}", failed.error)
        self._told.append(said)

    @pyqtSlot(bool)
    def _ended(self, good: bool) -> None:
        task, self._task = self._task, None
        if task is None:
            return
        self.progressed.emit(-1, "")
        if task.error is not None:
            self._told.append(messages.sentence(task.error))
        if self._told:
            more = len(self._told) - 2
            told = self._told[:2]
            if more > 0:
                told.append(tr("{count} more in the log").format(count=more))
            self._notices.warning(words.listed(told), [self._notices.details()])
        self.ended.emit()

    # --- in a project that is opened ------------------------------------------------------------

    def _came(self, layers: Iterable[QgsMapLayer]) -> None:
        """Notes streamed layers; a login may ask for a password, so not while a project opens."""
        fresh = [layer.id() for layer in layers if streaming.portal_of(layer)]
        if fresh and not self._fresh:
            QTimer.singleShot(0, self._opened)
        self._fresh += fresh

    def _opened(self) -> None:
        """All layers of a project are there: they get today's addresses, and their logins."""
        ids, self._fresh = self._fresh, []
        found = [QgsProject.instance().mapLayer(name) for name in ids]
        layers = [layer for layer in found if layer is not None]
        wanted = {streaming.portal_of(layer) for layer in layers}
        providers, way = self._portals.get(wanted), network.network_settings()
        for layer in layers:
            provider = providers.get(streaming.portal_of(layer))
            if provider is not None:
                streaming.readdress(layer, provider, self.doors, way)
        self._tell_missing(wanted, providers)
        logins = [p for p in providers.values() if p.files.auth is not None]
        self._log_in([p for p in logins if not (is_store(p) or self.doors.granted(p.info.id))])

    def _tell_missing(self, wanted: Iterable[str], providers: Mapping[str, Provider]) -> None:
        for name in sorted(set(wanted) - set(providers)):
            self._notices.warning(fact(f"The portal {name} is no longer in the list of portals."))
        closed = [p.info.title for p in providers.values() if _lacks_login(p)]
        if closed:
            text = tr("Layers of this project cannot be read without a login for {portals}.")
            self._notices.warning(text.format(portals=", ".join(sorted(closed))))

    def _log_in(self, providers: Sequence[Provider]) -> None:
        if not providers:
            return
        task = SignInTask(providers, self.doors)
        self._logins.append(task)
        task.ended.connect(lambda _: self._logged_in(task), Qt.ConnectionType.QueuedConnection)
        QgsApplication.taskManager().addTask(task)

    def _logged_in(self, task: SignInTask) -> None:
        """What was refused before the login is asked again."""
        if task not in self._logins:  # the plugin has gone meanwhile
            return
        self._logins.remove(task)
        for name, error in task.troubles.items():
            said = messages.sentence(error, self._portals.title(name))
            messages.log(said, error)
            self._notices.warning(said, [self._notices.details()])
        gdal.VSICurlClearCache()
        for layer in QgsProject.instance().mapLayers().values():
            if self.doors.granted(streaming.portal_of(layer)):
                layer.reload()
                layer.triggerRepaint()

    def settings_changed(self) -> None:
        """A login that was taken away leaves GDAL; one that was changed takes its place."""
        before = self.doors.logins()
        now = {p.info.id: p for p in self._portals.get(before).values() if p.files.auth is not None}
        self.doors.revoke(set(before) - set(now))
        changed = [p for name, p in now.items() if p is not before[name]]
        for provider in filter(is_store, changed):
            self.doors.renew(provider)
        self._log_in([p for p in changed if not is_store(p)])

    # --- the end --------------------------------------------------------------------------------

    def remove(self) -> None:
        """The plugin goes: no login stays in GDAL."""
        QgsProject.instance().layersAdded.disconnect(self._came)
        self._fresh = []
        for task in [self._task, *self._logins]:
            if task is not None:
                task.cancel()
        self._task, self._logins = None, []
        self.doors.close()


def _lacks_login(provider: Provider) -> bool:
    return bool(provider.info.download_auth.fields) and provider.files.auth is None
