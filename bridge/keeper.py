"""A login's refresh token in QGIS's authentication database, from whatever thread is at work."""

from __future__ import annotations

import queue
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Callable

from qgis.PyQt.QtCore import (
    QCoreApplication,
    QLockFile,
    QObject,
    Qt,
    QThread,
    pyqtSignal,
    pyqtSlot,
)

from ..core.auth import Keeper
from . import credentials, messages
from .i18n import tr
from .settings import home

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 2.0  # seconds that a thread waits for the main one
TURN = 10_000  # milliseconds that a window waits for its turn
STALE = 60_000  # milliseconds after which a window that holds the turn is thought dead


class Errand:
    """Something to be done once, by whoever comes first."""

    def __init__(self, what: Callable[[], Any]) -> None:
        self._what = what
        self._free = threading.Lock()
        self._answers: queue.Queue[Any] = queue.Queue()

    def run(self) -> None:
        if self._free.acquire(blocking=False):
            self._answers.put(self._what())

    def answer(self, patience: float) -> Any:
        """What came of it; done here when nobody began in time."""
        try:
            return self._answers.get(timeout=patience)
        except queue.Empty:
            self.run()
            return self._answers.get()


class MainThread(QObject):
    """Has things done by the main thread, whichever thread asks."""

    _wanted = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.moveToThread(QCoreApplication.instance().thread())
        self._wanted.connect(self._do, Qt.ConnectionType.QueuedConnection)

    @pyqtSlot(object)
    def _do(self, errand: Errand) -> None:
        errand.run()

    def ask(self, what: Callable[[], Any]) -> Any:
        """What ``what()`` gives there; it is done here where the main thread waits for us.

        That happens in qgis_process. QGIS's authentication manager takes every thread, as long as
        nobody has to be asked for a password.
        """
        if QThread.currentThread() == self.thread():
            return what()
        errand = Errand(what)
        self._wanted.emit(errand)
        return errand.answer(PATIENCE)


class LoginKeeper(Keeper):
    """The refresh token of one configuration; windows of one profile renew it by turns."""

    def __init__(self, config_id: str, main: MainThread) -> None:
        self._config_id, self._main = config_id, main
        folder = home() / "logins"
        folder.mkdir(parents=True, exist_ok=True)
        self._turn = str(folder / f"{config_id}.lock")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Goes ahead without its turn when the other window does not end: no download hangs."""
        lock = QLockFile(self._turn)
        lock.setStaleLockTime(STALE)
        mine = lock.tryLock(TURN)
        try:
            yield
        finally:
            if mine:
                lock.unlock()

    def newest(self) -> str:
        return str(self._main.ask(lambda: credentials.kept(self._config_id, "refresh_token")))

    def keep(self, refresh_token: str) -> None:
        self._main.ask(lambda: self._keep(refresh_token))

    def _keep(self, refresh_token: str) -> None:
        if not credentials.amend(self._config_id, {"refresh_token": refresh_token}):
            messages.log(tr("A renewed login could not be kept: log in again after a restart."))
