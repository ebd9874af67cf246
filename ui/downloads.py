"""A download from the menu to the disk: asks what is missing, queues it, tells what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QApplication, QFileDialog, QMessageBox

from ..bridge import credentials, footprints, messages, settings, troubles
from ..bridge.i18n import tr
from ..core.jobs import DONE, OPEN, WAITING, DownloadJob, JobStore, Wish
from ..core.model import Product
from . import bands_dialog, words
from .bands_dialog import Offered
from .batches import BUSY, Batch, Report
from .preflight_dialog import Preflight
from .queue_model import clock

if TYPE_CHECKING:
    from ..bridge.portals import Portals
    from ..bridge.preflight import Decision, Kept
    from ..bridge.queue_clerk import News
    from ..core.errors import SentinelPortalsError
    from ..core.model import Geometry
    from ..core.worker import Running
    from .loading import Loading
    from .notices import Button, Notices
    from .queue_runner import QueueRunner, Survey

Offers = Sequence[Product]
Scenes = Sequence[tuple[str, Offers]]
START = 1500  # ms after QGIS loaded us: the desktop is up then
STAND_BY = 5000  # ms between two looks whether another window still works
BREATH = 400  # ms between two repaints of a layer whose states change


class Downloads(QObject):
    """``progressed`` gives per cent (-1: none) and a text, ``began``: something was added.

    ``login_wanted`` and ``page_wanted`` carry a portal's id.
    """

    progressed = pyqtSignal(float, str)
    began = pyqtSignal()
    login_wanted = pyqtSignal(str)
    page_wanted = pyqtSignal(str)

    def __init__(
        self,
        iface,
        portals: Portals,
        notices: Notices,
        loading: Loading,
        runner: QueueRunner,
        parent=None,
        area: Callable[[], Optional[Geometry]] = lambda: None,
    ) -> None:
        super().__init__(parent)
        self._iface, self._portals, self._notices = iface, portals, notices
        self._loading, self._runner, self._area = loading, runner, area
        self._batches: list[Batch] = []
        self._asked = 0
        self._wishes: list[list[Wish]] = []
        self._showing = False
        self._stopped: set[str] = set()
        self._stale: set[str] = set()
        runner.told.connect(self._take)
        runner.moved.connect(self._progress)
        runner.failed.connect(self._fail)
        runner.going.connect(self._adopt)
        runner.rested.connect(self._rested)
        self._preflight = Preflight(portals, self.login_wanted.emit, iface.mainWindow())
        self._preflight.decided.connect(self._decided)
        self._later = self._timer(BREATH, self._refresh)
        self._timer(START, self.begin).start()
        self._heir = False
        self._guard = QTimer(self)
        self._guard.setInterval(STAND_BY)
        self._guard.timeout.connect(self._look_elsewhere)
        self._guard.start()

    def _timer(self, pause: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause)
        timer.timeout.connect(slot)
        return timer

    @property
    def running(self) -> bool:
        """Is something being prepared, fetched or told?"""
        return bool(self._asked) or self._preflight.busy or self._runner.working

    # --- downloading --------------------------------------------------------------------------

    def download(self, layer: QgsVectorLayer) -> None:
        """Fetches the selected scenes of a footprint layer, or all of them when that is wanted."""
        kept, fids = settings.load(), layer.selectedFeatureIds()
        path, area = _file(layer), self._area() if kept.only_area else None
        every = [] if fids else layer.allFeatureIds()
        if not (fids or every):
            return

        def read(store: JobStore) -> tuple[Scenes, Sequence[str], Optional[int]]:
            scenes = footprints.stored_offers(path, fids or every)
            offers = [each for _, each in scenes]
            keys = bands_dialog.keys(offers, kept.assets)
            return scenes, keys, bands_dialog.total(offers, keys, area) if every else None

        self._asked += 1
        self._runner.clerk.ask(
            read, lambda found: self._choose(*found, path, area, whole=bool(every))
        )

    def _choose(
        self,
        scenes: Scenes,
        keys: tuple[str, ...],
        size: Optional[int],
        path: Path,
        area: Optional[Geometry],
        *,
        whole: bool,
    ) -> None:
        """``size`` is told when the ``whole`` layer is wanted."""
        self._asked = max(0, self._asked - 1)  # a failure has forgotten all of them
        kept = settings.load()
        if not scenes or (whole and not self._confirmed(len(scenes), size)):
            return
        folder = self._chosen_folder(kept)
        if folder is None:
            return
        self._wishes.append(
            [
                Wish(tuple(_in_order(offers, kept.order)), str(folder), keys, str(path), name, area)
                for name, offers in scenes
            ]
        )
        self._ask()

    def _ask(self) -> None:
        """The sheet for one download, then for the next."""
        if self._preflight.busy:
            self._preflight.ask(())  # shows it
        elif self._wishes:
            self._preflight.ask(self._wishes.pop(0))

    def _confirmed(self, count: int, size: Optional[int]) -> bool:
        text = tr("No scene is selected. Download all of them: {scenes} ({size})?").format(
            scenes=words.scenes(count),
            size=words.size(size) if size is not None else tr("size unknown"),
        )
        return self.confirm(text)

    def _decided(self, decision: Optional[Decision]) -> None:
        """What is on the disk already is only told, the rest is fetched."""
        if decision is not None and decision.held:
            self._tell_held(decision.held)
        if decision is not None and decision.wishes:
            self._runner.add(decision.wishes)
            self.began.emit()
        self._ask()

    def _tell_held(self, held: Sequence[Kept]) -> None:
        layer = held[0].wish.layer
        self._stale.add(layer)
        self._later.start()
        text = tr("{scenes} on the disk already.").format(scenes=words.scenes(len(held)))
        paths = [each.path for each in held]
        load = ("spLoadButton", tr("Load"), lambda: self._load(paths, layer))
        self._notices.success(text, [load])

    def _adopt(self, ids: Sequence[str]) -> None:
        """Jobs that were set going: their end will be told."""
        for batch in self._batches:
            batch.ids.difference_update(ids)
        self._batches.append(Batch(set(ids)))
        if self._runner.paused and ids:
            text = tr("{scenes} wait: all downloads are paused.").format(
                scenes=words.scenes(len(ids))
            )
            self._notices.info(text, [self._go_on_button()])
        self._look()

    def stop(self) -> None:
        """What is fetched or waits stands still; part files stay, and it goes on from there."""
        jobs = self._runner.jobs.values()
        ids = [job.id for job in jobs if job.state in BUSY]
        if ids and self._showing:
            self._stopped.update(ids)
            self._runner.pause(ids)

    # --- the start of QGIS --------------------------------------------------------------------

    def begin(self) -> None:
        """What an earlier session left goes on, or waits, as set."""
        self._runner.survey(self._found)

    def _found(self, found: Survey) -> None:
        self._heir = found.elsewhere
        if not found.waiting or self._runner.working:
            return
        self._batches.append(Batch(set(found.waiting)))
        logins = settings.load().logins
        locked = any(credentials.withheld(logins.get(name, "")) for name in found.portals)
        if settings.load().goes_on and not found.paused and not locked:
            self._runner.start()
            self._look()
        else:
            text = tr("{scenes} wait to be downloaded.").format(
                scenes=words.scenes(len(found.waiting))
            )
            self._notices.info(text, [self._go_on_button()])

    def _look_elsewhere(self) -> None:
        """When another window that worked has closed, this one takes over."""
        if not self._runner.working:
            self._runner.look_elsewhere(self._inherit)

    def _inherit(self, elsewhere: bool) -> None:
        if self._heir and not elsewhere:
            self.begin()
        self._heir = elsewhere

    def _go_on_button(self) -> Button:
        return ("spGoOnButton", tr("Go on"), partial(self._runner.set_paused, False))

    # --- what happens -------------------------------------------------------------------------

    def _take(self, news: News) -> None:
        told = [job for job in news.jobs if job.layer and (job.state in OPEN or not news.first)]
        self._stale.update(job.layer for job in told)
        if self._stale and not self._later.isActive():
            self._later.start()
        self._look()

    def _look(self) -> None:
        """Tells what has ended; at the end of the task, because QGIS tells of that, too."""
        jobs = self._runner.jobs
        for batch in self._batches:
            for job in batch.delays(jobs):
                self._tell_delay(job)
        if not self._runner.ending:
            resting = [batch for batch in self._batches if batch.rests(jobs)]
            report = sum((batch.take(jobs) for batch in resting), Report())
            if self._stopped and not any(jobs[i].state in BUSY for i in self._stopped & set(jobs)):
                self._tell_stopped(report.came)
                report = replace(report, came=[])
            if report:
                self._tell(report)
            self._batches = [batch for batch in self._batches if batch.ids]
        self._progress(self._runner.running())

    def _progress(self, running: dict[str, Running]) -> None:
        shares = [batch.share(self._runner.jobs) for batch in self._batches]
        left, count = sum(s[0] for s in shares), sum(s[1] for s in shares if s[0])
        if not left or not self._runner.working:
            if self._showing:
                self._showing = False
                self.progressed.emit(-1, "")
            return
        self._showing = True
        mine = set().union(*(batch.ids for batch in self._batches))
        parts = sum(r.done / r.total for i, r in running.items() if r.total and i in mine)
        percent = 100 * min(1.0, (count - left + parts) / count)
        text = tr("Scene {number} of {count}").format(
            number=min(count, count - left + 1), count=count
        )
        self.progressed.emit(percent, f"{text} · {percent:.0f} %")

    def _rested(self, cancelled: bool) -> None:
        """The task ended; cancelled in QGIS's list of tasks, it left jobs that wait."""
        waiting = {i for i, job in self._runner.jobs.items() if job.state is WAITING}
        if cancelled and waiting:
            report = sum((batch.take(self._runner.jobs) for batch in self._batches), Report())
            self._stopped, self._batches = waiting, []
            self._tell_stopped(report.came)
        self._look()

    def _fail(self, error: SentinelPortalsError) -> None:
        self._asked = 0
        messages.log(str(error), error)
        self._notices.warning(messages.sentence(error), [self._notices.details()])

    # --- what is said -------------------------------------------------------------------------

    def _tell(self, report: Report) -> None:
        """What came and where it is; what did not come and why."""
        QApplication.alert(self._iface.mainWindow())  # nothing where it is in front
        told = [self._came(report.came)] if report.came else []
        if report.ordered:
            told.append(self._ordered(report.ordered))
        told += [f"{job.title}: {self._sentence(job)}" for job in report.failed[:2]]
        if len(report.failed) > 2:
            told.append(tr("{count} more failed").format(count=len(report.failed) - 2))
        buttons = self._buttons(report.came) if report.came else []
        if report.failed:
            buttons += [self._remedy(report.failed), self._notices.details()]
            self._notices.warning(words.listed(told), buttons)
        elif report.came:
            self._notices.success(words.listed(told), buttons)
        else:
            self._notices.info(words.listed(told))
        if report.came and settings.load().load_after:
            self.load(report.came)

    def _tell_stopped(self, came: Sequence[DownloadJob]) -> None:
        ids, self._stopped = list(self._stopped), set()
        result = self._came(came) if came else tr("next time it goes on where it stopped.")
        text = tr("Download stopped: {result}").format(result=result)
        go_on = ("spGoOnButton", tr("Go on"), lambda: self._runner.resume(ids))
        self._notices.success(text, [*(self._buttons(came) if came else []), go_on])

    def _tell_delay(self, job: DownloadJob) -> None:
        again = tr("It is tried again at {time}.").format(time=clock(job.not_before))
        text = f"{job.title}: {self._sentence(job)} {again}"
        self._notices.warning(text, [self._remedy([job]), self._notices.details()])

    def _came(self, came: Sequence[DownloadJob]) -> str:
        return tr("{scenes}, {files}, {size} in {folder}").format(
            scenes=words.scenes(len(came)),
            files=words.files(sum(len(job.files) for job in came)),
            size=words.size(sum(job.bytes_total for job in came)),
            folder=came[0].folder,
        )

    def _ordered(self, jobs: Sequence[DownloadJob]) -> str:
        return tr(
            "{scenes} ordered from the archive of {portal}: that may take hours, the download "
            "then begins by itself."
        ).format(scenes=words.scenes(len(jobs)), portal=self._portals.title(jobs[0].portal))

    def _sentence(self, job: DownloadJob) -> str:
        if job.trouble is None:
            return tr("Details are in the log.")
        return troubles.sentence(job.trouble, self._portals.title(job.trouble.portal))

    # --- what helps ---------------------------------------------------------------------------

    def _remedy(self, jobs: Sequence[DownloadJob]) -> Button:
        """The button that helps against what the last one suffers from, for all that suffer so."""
        trouble = jobs[-1].trouble
        action, label = troubles.remedy(trouble) if trouble else ("retry", tr("Try again"))
        same = [job for job in jobs if job.trouble and troubles.remedy(job.trouble)[0] == action]
        name = "spChooseFolder" if action == "folder" else "spRemedyButton"
        return (name, label, lambda: self.help(action, same or jobs))

    def help(self, action: str, jobs: Sequence[DownloadJob]) -> None:
        """Does what helps these jobs; see `troubles.remedy`."""
        ids, portal = [job.id for job in jobs], _blamed(jobs[-1])
        if action == "folder":
            folder = self.ask_folder()
            if folder is not None:
                self._runner.move_to(ids, str(folder))
        elif action == "credentials" and portal in self._portals.kinds:
            self.login_wanted.emit(portal)
        elif action == "portal_page" and portal in self._portals.kinds:
            self.page_wanted.emit(portal)
        else:
            self._runner.retry(ids)

    def _buttons(self, came: Sequence[DownloadJob]) -> list[Button]:
        return [
            ("spLoadButton", tr("Load"), lambda: self.load(came)),
            ("spOpenFolderButton", tr("Open folder"), lambda: self.open_folder(came)),
        ]

    def load(self, jobs: Sequence[DownloadJob]) -> None:
        """Scenes that are on the disk as rasters, above their footprints."""
        by_layer: dict[str, list[Path]] = {}
        for job in jobs:
            if job.state is DONE and (job.item or job.files):
                by_layer.setdefault(job.layer, []).append(_source(job))
        for path, sources in by_layer.items():
            self._load(sources, path)

    def _load(self, sources: Sequence[Path], layer: str) -> None:
        self._loading.load(sources, next(iter(_layers({layer})), None))

    def open_folder(self, jobs: Sequence[DownloadJob]) -> None:
        """The folder of one scene, or the one that all of them are in."""
        folder = jobs[0].target if len(jobs) == 1 else jobs[0].folder
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    # --- asking -------------------------------------------------------------------------------

    def choose_bands(self, layer: QgsVectorLayer) -> None:
        """Which files the next download fetches, and how much of them."""
        path, fids = _file(layer), layer.selectedFeatureIds() or layer.allFeatureIds()

        def read(store: JobStore) -> Offered:
            return Offered.of([offers for _, offers in footprints.stored_offers(path, fids)])

        self._runner.clerk.ask(read, self._ask_bands)

    def _ask_bands(self, offered: Offered) -> None:
        kept = settings.load()
        titles = {name: kind.info.title for name, kind in self._portals.kinds.items()}
        dialog = bands_dialog.BandsDialog(
            offered,
            kept.assets,
            titles,
            self._iface.mainWindow(),
            area=self._area(),
            only_area=kept.only_area,
            ask=lambda work, then: self._runner.clerk.ask(lambda store: work(), then),
        )
        if dialog.exec():
            wanted = replace(settings.load(), assets=dialog.chosen(), only_area=dialog.only_area())
            settings.save(wanted)
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
        """The layers whose states were written since."""
        stale, self._stale = self._stale, set()
        for layer in _layers(stale):
            footprints.refresh(layer)

    def remove(self) -> None:
        """The plugin goes: nothing of ours is called any more."""
        self._guard.stop()
        self._preflight.stop()
        self._preflight.deleteLater()
        self._runner.told.disconnect(self._take)
        self._runner.moved.disconnect(self._progress)
        self._runner.failed.disconnect(self._fail)
        self._runner.going.disconnect(self._adopt)
        self._runner.rested.disconnect(self._rested)
        self._batches = []


def _file(layer: QgsVectorLayer) -> Path:
    """The file that a footprint layer is in."""
    return Path(layer.source().partition("|")[0])


def _layers(paths: set[str]) -> list[QgsVectorLayer]:
    """The footprint layers of the project that are in these files."""
    return [
        layer
        for layer in QgsProject.instance().mapLayers().values()
        if footprints.is_footprints(layer) and layer.source().partition("|")[0] in paths
    ]


def _blamed(job: DownloadJob) -> str:
    """The portal at which it failed."""
    return job.trouble.portal if job.trouble else job.portal


def _in_order(offers: Offers, order: Sequence[str]) -> list[Product]:
    """The preferred portals first, otherwise as they were: the best one first."""
    rank = {name: place for place, name in enumerate(order)}
    return sorted(offers, key=lambda offer: rank.get(offer.provider, len(rank)))


def _source(job: DownloadJob) -> Path:
    """What to load a scene from: its item, which names its files, else their folder."""
    return Path(job.item) if job.item else Path(job.files[0]).parent
