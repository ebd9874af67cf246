"""One answer for several who ask the very same at the same moment."""

from __future__ import annotations

import json
import threading
from concurrent import futures
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Callable

from .provider import Provider

if TYPE_CHECKING:
    from collections.abc import Hashable

    from .transport import Cancel, HttpRequest


class Together:
    """Portals that are two views of one catalogue ask it once. Nothing is kept afterwards."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[Hashable, Future[Any]] = {}

    def ask(self, question: Hashable, ask: Callable[[], Any], check: Callable[[], None]) -> Any:
        """What ``ask()`` gives here, or gave to whoever began a moment ago and succeeded.

        ``check`` is called meanwhile and may raise.
        """
        with self._lock:
            going = self._asked.get(question)
            if going is None:
                mine = self._asked[question] = Future()
        if going is not None:
            return self._wait(going, ask, check)
        try:
            answer = ask()
            mine.set_result(answer)
        finally:
            with self._lock:
                del self._asked[question]
            mine.cancel()  # does nothing to an answer that is there
        return answer

    @staticmethod
    def _wait(going: Future[Any], ask: Callable[[], Any], check: Callable[[], None]) -> Any:
        while True:
            check()
            try:
                return going.result(timeout=0.1)
            except futures.TimeoutError:
                continue
            except futures.CancelledError:  # the other one failed or gave up
                return ask()


class AskedOnce(Provider):
    """A portal that is one of several views of its catalogue."""

    _together = Together()

    def _ask(self, request: HttpRequest, cancelled: Cancel) -> Any:
        told = json.dumps([request.params, request.json], sort_keys=True)
        ask = super()._ask
        return self._together.ask(
            (request.url, told, self.http.auth),
            lambda: ask(request, cancelled),
            lambda: self.http.check(cancelled),
        )
