"""A login's refresh token in QGIS's authentication database, from whatever thread is at work."""

from __future__ import annotations

import queue
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

PATIENCE = 5.0  # seconds that a thread waits for the main one
TURN = 10_000  # milliseconds that a window waits for its turn
STALE = 60_000  # milliseconds after which a window that holds the turn is thought dead


class MainThread(QObject):
    """Has things done by the main thread, whichever thread asks."""

    _wanted = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.moveToThread(QCoreApplication.instance().thread())
        self._wanted.connect(self._do, Qt.ConnectionType.QueuedConnection)

    @pyqtSlot(object)
    def _do(self, work: Callable[[], None]) -> None:
        work()

    def ask(self, what: Callable[[], Any], otherwise: Any = None) -> Any:
        """What ``what()`` gives there; ``otherwise`` where it gives nothing in good time.

        It is done even so, a little later: the main thread may be waiting for us.
        """
        if QThread.currentThread() == self.thread():
            return what()
        answers: queue.Queue[Any] = queue.Queue()
        self._wanted.emit(lambda: answers.put(what()))
        try:
            return answers.get(timeout=PATIENCE)
        except queue.Empty:
            return otherwise


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
        return str(self._main.ask(lambda: credentials.kept(self._config_id, "refresh_token"), ""))

    def keep(self, refresh_token: str) -> None:
        self._main.ask(lambda: self._keep(refresh_token))

    def _keep(self, refresh_token: str) -> None:
        if not credentials.amend(self._config_id, {"refresh_token": refresh_token}):
            messages.log(tr("A renewed login could not be kept: log in again after a restart."))
