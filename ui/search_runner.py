"""A search from the button to the layer: checks the wish, runs the task, shows what comes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, Qt, QTimer, pyqtSignal, pyqtSlot
from qgis.PyQt.QtWidgets import QMessageBox

from ..bridge import areas, footprints, messages, settings
from ..bridge.i18n import tr
from ..bridge.tasks import SearchTask
from ..core.catalogue import CLOUD
from ..core.conditions import AtMost
from ..core.model import SearchRequest
from . import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..bridge.portals import Portals
    from ..core.search import Outcome
    from .dock import Dock, Wish
    from .notices import Notices

VAST = 1_000_000  # km², beyond which one is asked
BREATH = 400  # ms between two repaints of a layer that is being filled


@dataclass(frozen=True)
class Answers:
    """What the last question brought: ``latest`` are those who answered just now."""

    wish: Wish
    scenes: Any
    outcomes: Mapping[str, Outcome]
    latest: Mapping[str, Outcome]


class SearchRunner(QObject):
    """One search at a time; ``layer`` is the one that was filled last, ``answers`` its answers."""

    ended = pyqtSignal()

    def __init__(self, iface, dock: Dock, portals: Portals, notices: Notices, parent=None) -> None:
        super().__init__(parent)
        self._iface, self._dock, self._portals, self._notices = iface, dock, portals, notices
        self._task: Optional[SearchTask] = None
        self._wish: Optional[Wish] = None
        self.answers: Optional[Answers] = None
        self._path: Optional[Path] = None
        self._title = ""
        self._layer_id = ""
        self._counts: dict[str, int] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(BREATH)
        self._later.timeout.connect(self._refresh)
        dock.search_wanted.connect(self.search)
        dock.cancel_wanted.connect(self.cancel)
        dock.results.style_chosen.connect(self.set_style)

    @property
    def layer(self) -> Optional[QgsVectorLayer]:
        """The footprint layer of the last search, None when it is gone."""
        return QgsProject.instance().mapLayer(self._layer_id)

    @property
    def running(self) -> bool:
        return self._task is not None

    # --- asking -------------------------------------------------------------------------------

    def search(self) -> None:
        """Asks every ticked portal, if the wish makes sense."""
        wish = self._dock.wish()
        if self.running or self._refused(wish):
            return
        into = self.layer if wish.add else None
        if into is None:
            self._path, self._layer_id = new_file(wish), ""
            self._title = title(wish)
        self._begin(wish, wish.portals, keep=False)

    def retry(self, portal: str) -> None:
        """Asks one portal again, into the same layer."""
        wish = self._dock.wish()
        if self.running or self._refused(wish):
            return
        if self._path is None or self.layer is None:
            self._path, self._title = new_file(wish), title(wish)
        self._begin(wish, (portal,), keep=True)

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _begin(self, wish: Wish, ids: Iterable[str], keep: bool) -> None:
        question = request(wish)
        self._wish = wish
        providers = self._portals.get(ids)
        self._dock.status.begin([p.info for p in providers.values()], keep)
        self._counts = {name: 0 for name in providers}
        store = footprints.FootprintStore(self._path)
        task = SearchTask([(p, question) for p in providers.values()], store, wish.area)
        task.progressed.connect(self._progressed)
        # Queued: QGIS's own “task complete” comes first, our sentence stands in front of it.
        task.ended.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        self._task = task
        self._dock.set_searching(True)
        QgsApplication.taskManager().addTask(task)

    def _refused(self, wish: Wish) -> bool:
        """Says what is wrong with the wish, and what to do."""
        if wish.area is None:
            take = ("spTakeCanvas", tr("Take the map's extent"), self._take_canvas)
            self._notices.warning(tr("There is no area to search in."), [take])
        elif wish.start > wish.end:
            text = tr("The first day, {start}, comes after the last one, {end}.")
            self._notices.warning(text.format(start=words.day(wish.start), end=words.day(wish.end)))
            self._dock.what.focus_dates()
        elif not wish.portals:
            self._notices.warning(self._no_portal(wish))
        elif areas.km2(wish.area) > VAST:
            return not self.confirm(
                tr(
                    "The area has {size}: the search may take long, and each portal gives no more "
                    "than {limit} scenes. Search it anyway?"
                ).format(size=words.km2(areas.km2(wish.area)), limit=words.number(wish.limit))
            )
        else:
            return False
        return True

    def _no_portal(self, wish: Wish) -> str:
        if self._dock.portals.wanted():
            text = tr("None of the ticked portals holds {collection}: tick another one.")
            return text.format(collection=words.collection(wish.collection))
        return tr("No portal is ticked: tick at least one.")

    def _take_canvas(self) -> None:
        self._dock.area.attempt(self._dock.area.take_canvas)
        if self._dock.area.area is not None:
            self.search()

    def confirm(self, text: str) -> bool:
        answer = QMessageBox.question(self._dock, tr("Sentinel Portals"), text)
        return answer == QMessageBox.StandardButton.Yes

    # --- what comes ---------------------------------------------------------------------------

    def _progressed(self, found: Any) -> None:
        if self._task is None:
            return
        name = found.provider
        self._counts[name] = self._counts.get(name, 0) + len(found.products)
        self._dock.status.show_outcome(found.outcome, self._counts[name], found.done)
        scenes = len(self._task.scenes)
        self._dock.results.show_count(scenes, sum(map(bool, self._counts.values())))
        if scenes and not self._layer_id:
            self._open_layer()
        elif not self._later.isActive():
            self._later.start()

    def _open_layer(self) -> None:
        layer = footprints.open_layer(self._path, self._title)
        footprints.style(layer, self._dock.results.style_id())
        project = QgsProject.instance()
        project.addMapLayer(layer, False)
        project.layerTreeRoot().insertLayer(0, layer)
        self._layer_id = layer.id()
        self._iface.setActiveLayer(layer)

    def _refresh(self) -> None:
        if self.layer is not None:
            footprints.refresh(self.layer)

    @pyqtSlot(bool)
    def _ended(self, good: bool) -> None:
        task, self._task = self._task, None
        if task is None:
            return
        self._dock.set_searching(False)
        for name, outcome in task.outcomes.items():
            self._dock.status.show_outcome(outcome, len(outcome.products), True)
            if outcome.error is not None:
                messages.log(f"{name}: {outcome.error}", outcome.error)
        self._dock.status.stop()
        if len(task.scenes) and not self._layer_id:
            self._open_layer()
        if self.layer is not None:
            self.layer.setCustomProperty(footprints.AREA, json.dumps(self._wish.area))
        self._refresh()
        self._tell(task)
        self.answers = self._together(task)
        self.ended.emit()

    def _together(self, task: SearchTask) -> Answers:
        """One portal asked again stands beside the earlier answers to the same question."""
        before, latest = self.answers, dict(task.outcomes)
        same = before is not None and request(before.wish) == request(self._wish)
        again = same and set(latest) <= set(before.outcomes) and len(latest) < len(before.outcomes)
        outcomes = {**before.outcomes, **latest} if again else latest
        return Answers(self._wish, task.scenes, outcomes, latest)

    def _tell(self, task: SearchTask) -> None:
        """One sentence for all portals."""
        if task.error is not None:
            messages.log(str(task.error), task.error)
            self._notices.warning(messages.sentence(task.error), [self._notices.details()])
            return
        failed = {
            name: outcome.error
            for name, outcome in task.outcomes.items()
            if outcome.error is not None and outcome.error.action
        }
        holders = sum(1 for outcome in task.outcomes.values() if outcome.products)
        text = tr("{scenes} from {portals}").format(
            scenes=words.scenes(len(task.scenes)), portals=words.portals(holders)
        )
        self._dock.results.show_count(len(task.scenes), holders)
        if not len(task.scenes):
            text = tr("No scene found for this area, these dates and this cloud cover")
        if task.stopped():
            text = tr("Search cancelled: {result}").format(result=text)
        if task.unplaced:
            text += ". " + words.unplaced(task.unplaced)
        if failed:
            self._notices.warning(f"{text}. {self._why(failed)}", [self._notices.details()])
        else:
            self._notices.success(text + ".")

    def _why(self, failed: Mapping[str, Any]) -> str:
        """One failure in a sentence; of several the number, because each has its row."""
        if len(failed) == 1:
            ((name, error),) = failed.items()
            kind = self._portals.kinds[name]
            return messages.sentence(error, kind.info.title, kind.info.needs_login)
        told = tr("{portals} failed: each row says why.")
        return told.format(portals=words.portals(len(failed)))

    # --- looks --------------------------------------------------------------------------------

    def set_style(self, style: str) -> None:
        if self.layer is not None:
            footprints.style(self.layer, style)
        settings.save(replace(settings.load(), style=style))

    def stop(self) -> None:
        """The plugin goes: nothing of the search stays."""
        self._later.stop()
        if self._task is not None:
            self._task.progressed.disconnect(self._progressed)
            self._task.ended.disconnect(self._ended)
            self._task.cancel()
            self._task = None


def request(wish: Wish) -> SearchRequest:
    """The wish as a question; whole days in UTC. Pure."""
    query = {CLOUD: AtMost(wish.max_cloud)} if wish.max_cloud is not None else {}
    return SearchRequest(
        wish.collection,
        intersects=wish.area,
        start=datetime.combine(wish.start, time.min, timezone.utc),
        end=datetime.combine(wish.end, time.max, timezone.utc),
        query=query,
        max_items=wish.limit,
    )


def title(wish: Wish) -> str:
    """``Sentinel-2 L2A 2024-06-01 – 2024-06-30``. Pure."""
    name = re.sub(r" *\(.*\)$", "", words.collection(wish.collection))
    return f"{name} {wish.start} – {wish.end}"


def new_file(wish: Wish) -> Path:
    """A file for the footprints: beside the saved project, else in our own folder."""
    saved = QgsProject.instance().absolutePath()
    folder = Path(saved) / "sentinel_portals" if saved else settings.home() / "searches"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = settings.home() / "searches"
        folder.mkdir(parents=True, exist_ok=True)
    stem = f"{wish.collection}_{wish.start}_{wish.end}"
    path, number = folder / f"{stem}.gpkg", 2
    while path.exists():
        path, number = folder / f"{stem}_{number}.gpkg", number + 1
    return path


def remember(wish: Wish, dock: Dock, today: date) -> None:
    """Keeps what the dock shows. Dates are kept as they are unless they end today."""
    use_cloud, max_cloud = dock.what.cloud()
    moving = wish.end == today
    preset, percentiles = dock.looks()
    kept = replace(
        settings.load(),
        collection=wish.collection,
        days=max(1, (wish.end - wish.start).days),
        start="" if moving else wish.start.isoformat(),
        end="" if moving else wish.end.isoformat(),
        use_cloud=use_cloud,
        max_cloud=max_cloud,
        portals=dock.portals.wanted(),
        limit=wish.limit,
        style=dock.results.style_id(),
        load_after=dock.load_after(),
        preset=preset,
        percentiles=percentiles,
        area=dock.area.wkt(),
    )
    settings.save(kept)
