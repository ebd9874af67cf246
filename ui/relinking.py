"""Layers whose files were moved: told when a project is opened, found again on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QObject, Qt, QTimer, pyqtSlot

from ..bridge import messages, preflight, relinking, settings
from ..bridge.i18n import tr
from ..bridge.relinking import RelinkTask
from . import words

if TYPE_CHECKING:
    from .notices import Notices


class Relinking(QObject):
    """Speaks up only when a layer of ours has lost its file."""

    def __init__(self, notices: Notices, choose_folders: Callable[[], None], parent=None) -> None:
        super().__init__(parent)
        self._notices, self._choose_folders = notices, choose_folders
        self._task: Optional[RelinkTask] = None
        self._count = 0
        QgsProject.instance().readProject.connect(self._opened)

    @pyqtSlot()
    def _opened(self) -> None:
        # Later: the first thing that a project says is QGIS's.
        QTimer.singleShot(0, self.look_at_project)

    def look_at_project(self) -> None:
        """Tells when files are missing."""
        count = len(relinking.lost(QgsProject.instance()))
        if count and self._task is None:
            text = tr("{layers} of satellite scenes: the files are not where they were.").format(
                layers=words.layers(count)
            )
            self._notices.warning(text, [("spRelinkButton", tr("Look for them"), self.find)])

    def find(self) -> None:
        """Looks into the chosen folders."""
        layers = relinking.lost(QgsProject.instance())
        if self._task is not None or not layers:
            return
        task = self._task = RelinkTask(layers, preflight.roots(settings.load()))
        self._count = len(layers)
        task.ended.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        QgsApplication.taskManager().addTask(task)

    @pyqtSlot(bool)
    def _ended(self, good: bool) -> None:
        task, self._task = self._task, None
        if task is None or task.stopped():
            return
        if task.error is not None:
            messages.log(str(task.error), task.error)
            self._notices.warning(messages.sentence(task.error), [self._notices.details()])
            return
        count = relinking.relink(QgsProject.instance(), task.found)
        text = tr("{layers} found again.").format(layers=words.layers(count))
        if count == self._count:
            self._notices.success(text)
            return
        missing = words.layers(self._count - count)
        rest = tr("Not found: {layers}. Choose the folder where the scenes are now.")
        told = [text] if count else []
        choose = ("spRelinkFolders", tr("Choose folders"), self._choose_folders)
        self._notices.warning(" ".join([*told, rest.format(layers=missing)]), [choose])

    def remove(self) -> None:
        QgsProject.instance().readProject.disconnect(self._opened)
        if self._task is not None:
            self._task.ended.disconnect(self._ended)
            self._task.cancel()
            self._task = None
