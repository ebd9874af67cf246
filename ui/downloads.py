"""A download from the menu to the disk: asks what is missing, runs the task, tells what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, Qt, QUrl, pyqtSignal, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QFileDialog, QMessageBox

from ..bridge import footprints, messages, settings
from ..bridge.i18n import tr
from ..bridge.tasks import DownloadTask
from ..core.model import Product
from . import bands_dialog, words

if TYPE_CHECKING:
    from ..bridge.portals import Portals
    from ..core.download import SceneFiles
    from ..core.errors import SentinelPortalsError
    from .loading import Loading
    from .notices import Button, Notices

Offers = Sequence[Product]


class Downloads(QObject):
    """One download at a time. ``progressed`` gives per cent (-1: none) and a text."""

    progressed = pyqtSignal(float, str)
    ended = pyqtSignal(object)

    def __init__(
        self, iface, portals: Portals, notices: Notices, loading: Loading, parent=None
    ) -> None:
        super().__init__(parent)
        self._iface, self._portals, self._notices = iface, portals, notices
        self._loading = loading
        self._task: Optional[DownloadTask] = None
        self._layer_id, self._folder, self._count = "", Path(), 0

    @property
    def running(self) -> bool:
        return self._task is not None

    # --- downloading --------------------------------------------------------------------------

    def download(self, layer: QgsVectorLayer) -> None:
        """Fetches the selected scenes of a footprint layer, or all of them when that is wanted."""
        if self.running:
            self._notices.info(tr("A download is running: wait for its end, or stop it."))
            return
        kept = settings.load()
        features = self._wanted(layer, kept)
        folder = self._chosen_folder(kept) if features else None
        if not features or folder is None:
            return
        scenes = [footprints.offers(feature) for feature in features]
        ids = [feature["scene_id"] for feature in features]
        pairs = [(i, s) for i, s in zip(ids, scenes) if s]
        self._begin(
            layer, [i for i, _ in pairs], [_in_order(s, kept.order) for _, s in pairs], folder
        )

    def _wanted(self, layer, kept) -> list:
        features = footprints.selected(layer)
        if features or not layer.featureCount():
            return features
        features = footprints.selected(layer, True)
        scenes = [offers for offers in map(footprints.offers, features) if offers]
        size = bands_dialog.total(scenes, bands_dialog.keys(scenes, kept.assets))
        text = tr("No scene is selected. Download all of them: {scenes} ({size})?").format(
            scenes=words.scenes(len(scenes)),
            size=words.size(size) if size is not None else tr("size unknown"),
        )
        return features if self.confirm(text) else []

    def _begin(self, layer, ids: Sequence[str], scenes: Sequence[Offers], folder: Path) -> None:
        providers = self._portals.get(offer.provider for offers in scenes for offer in offers)
        keys = bands_dialog.keys(scenes, settings.load().assets)
        path = Path(layer.source().partition("|")[0])
        task = DownloadTask(scenes, providers, keys, folder, path, ids)
        task.progressChanged.connect(self._progress)
        task.scene_done.connect(self._scene_done)
        # Queued: QGIS's own “task complete” comes first, our sentence stands in front of it.
        task.ended.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        self._task, self._layer_id, self._folder = task, layer.id(), folder
        self._count = len(scenes)
        self._progress(0.0)
        QgsApplication.taskManager().addTask(task)

    def stop(self) -> None:
        """Cancels; part files stay and are resumed next time."""
        if self._task is not None:
            self._task.cancel()

    def _progress(self, percent: float) -> None:
        if self._task is None:
            return
        now = min(len(self._task.results) + 1, self._count)
        text = tr("Scene {number} of {count}").format(number=now, count=self._count)
        self.progressed.emit(percent, f"{text} · {percent:.0f} %")

    def _scene_done(self, files: SceneFiles) -> None:
        self._refresh()
        for attempt in files.attempts:
            title = self._portals.title(attempt.provider)
            messages.log(f"{files.title}: {messages.sentence(attempt.error, title)}", attempt.error)

    @pyqtSlot(bool)
    def _ended(self, good: bool) -> None:
        task, self._task = self._task, None
        if task is None:
            return
        self.progressed.emit(-1, "")
        self._refresh()
        if task.error is not None:
            self._notices.warning(messages.sentence(task.error), [self._notices.details()])
        else:
            self._tell(task.results, task.stopped())
        self.ended.emit(task.results)

    def _tell(self, results: Sequence[SceneFiles], stopped: bool) -> None:
        """What came and where it is; what did not come and why."""
        came = [files for files in results if files.files]
        failed = [files for files in results if files.error is not None]
        text = self._came(came) if came else ""
        if stopped:
            result = text or tr("next time it goes on where it stopped.")
            text = tr("Download stopped: {result}").format(result=result)
        told = [text] if text else []
        for files in failed[:2]:
            portal = self._portals.title(files.attempts[-1].provider)
            told.append(f"{files.title}: {messages.sentence(files.error, portal)}")
        if len(failed) > 2:
            told.append(tr("{count} more failed").format(count=len(failed) - 2))
        sources = [_source(files) for files in came]
        buttons = self._buttons(sources) if came else []
        if failed:
            buttons += [*self._remedy(failed[-1].error), self._notices.details()]
            self._notices.warning("; ".join(told), buttons)
        else:
            self._notices.success(text, buttons)
        if came and settings.load().load_after and not stopped:
            self._load(sources)

    def _came(self, came: Sequence[SceneFiles]) -> str:
        return tr("{scenes}, {files}, {size} in {folder}").format(
            scenes=words.scenes(len(came)),
            files=words.files(sum(len(files.files) for files in came)),
            size=words.size(sum(files.bytes for files in came)),
            folder=self._folder,
        )

    def _remedy(self, error: SentinelPortalsError) -> list[Button]:
        """The button that helps against a disk."""
        action, label = messages.button(error)
        return [("spChooseFolder", label, self.ask_folder)] if action == "folder" else []

    def _buttons(self, sources: Sequence[Path]) -> list[Button]:
        folder = QUrl.fromLocalFile(str(self._folder))
        return [
            ("spLoadButton", tr("Load"), lambda: self._load(sources)),
            (
                "spOpenFolderButton",
                tr("Open folder"),
                lambda: QDesktopServices.openUrl(folder),
            ),
        ]

    def _load(self, sources: Sequence[Path]) -> None:
        self._loading.load(sources, QgsProject.instance().mapLayer(self._layer_id))

    # --- asking -------------------------------------------------------------------------------

    def choose_bands(self, layer: QgsVectorLayer) -> None:
        """Which files the next download fetches."""
        kept = settings.load()
        scenes = [
            offers for offers in map(footprints.offers, footprints.selected(layer, True)) if offers
        ]
        titles = {name: kind.info.title for name, kind in self._portals.kinds.items()}
        dialog = bands_dialog.BandsDialog(scenes, kept.assets, titles, self._iface.mainWindow())
        if dialog.exec():
            settings.save(replace(settings.load(), assets=dialog.chosen()))
        dialog.deleteLater()

    def confirm(self, text: str) -> bool:
        answer = QMessageBox.question(self._iface.mainWindow(), tr("Sentinel Portals"), text)
        return answer == QMessageBox.StandardButton.Yes

    def _chosen_folder(self, kept) -> Optional[Path]:
        """The folder of all downloads, asked for the first time."""
        if kept.folder_chosen and kept.folder:
            return Path(kept.folder)
        return self.ask_folder()

    def ask_folder(self) -> Optional[Path]:
        """Asks for the folder and remembers it; None when nobody chose."""
        kept = settings.load()
        start = kept.folder if Path(kept.folder).is_dir() else str(Path.home())
        folder = QFileDialog.getExistingDirectory(
            self._iface.mainWindow(), tr("Folder for downloaded scenes"), start
        )
        if not folder:
            return None
        settings.save(replace(settings.load(), folder=folder, folder_chosen=True))
        return Path(folder)

    # --- the end ------------------------------------------------------------------------------

    def _refresh(self) -> None:
        layer = QgsProject.instance().mapLayer(self._layer_id)
        if layer is not None:
            footprints.refresh(layer)

    def remove(self) -> None:
        """The plugin goes: nothing of ours is called any more; part files stay."""
        if self._task is not None:
            self._task.blockSignals(True)
            self._task.cancel()
        self._task = None


def _in_order(offers: Offers, order: Sequence[str]) -> list[Product]:
    """The preferred portals first, otherwise as they were: the best one first."""
    rank = {name: place for place, name in enumerate(order)}
    return sorted(offers, key=lambda offer: rank.get(offer.provider, len(rank)))


def _source(files: SceneFiles) -> Path:
    """What to load a scene from: its item, which names its files, else their folder."""
    return files.item or files.files[0].path.parent
