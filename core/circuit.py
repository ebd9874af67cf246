"""Which portals rest, because they failed hard a moment ago: nobody runs against a closed door.

A portal that is down or ill is left alone for a while, twice as long each time; then one job tries
it, and when that works all do. A login that was refused is not tried again before someone changed
it: many portals lock an account after a few wrong passwords.
"""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Optional

from .errors import AuthError, NetworkError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .errors import SentinelPortalsError


@dataclass(frozen=True)
class Rest:
    """How long, after how many failures in a row, and why."""

    until: float
    times: int
    error: SentinelPortalsError


class Circuit:
    """What a queue knows of the health of its portals. Any thread may ask and tell."""

    def __init__(self, pause: Callable[[int], float]) -> None:
        self._pause, self._lock = pause, threading.Lock()
        self._rests: dict[str, Rest] = {}
        self._refused: dict[str, AuthError] = {}
        self._worked: set[str] = set()

    def failed(self, portal: str, error: SentinelPortalsError, now: float) -> None:
        """An error of any kind; only those of the portal itself count."""
        with self._lock:
            if type(error) is AuthError:
                self._doubt(portal, error)
            elif isinstance(error, (NetworkError, ServiceError)):
                self._rest(portal, error, now)

    def _doubt(self, portal: str, error: AuthError) -> None:
        if portal in self._worked:  # an answer to one file, or a session that ended: once more
            self._worked.discard(portal)
        else:
            self._refused[portal] = error

    def _rest(self, portal: str, error: SentinelPortalsError, now: float) -> None:
        before = self._rests.get(portal)
        if before and now < before.until and not error.retry_after:
            return  # it was on its way when the door closed
        times = before.times + 1 if before else 0
        pause = self._pause(times) if error.retry_after is None else error.retry_after
        self._rests[portal] = Rest(now + pause, times, error)

    def worked(self, portal: str, now: float) -> bool:
        """Something came; is that news? A pause that the portal named is kept all the same."""
        with self._lock:
            rest = self._rests.get(portal)
            over = rest is not None and not (rest.error.retry_after and now < rest.until)
            news = over or portal not in self._worked
            if over:
                del self._rests[portal]
            self._worked.add(portal)
            return news

    def clear(self, portals: Iterable[str]) -> None:
        """Their login or the network is another: what was known of them counts no more."""
        with self._lock:
            for portal in portals:
                self._rests.pop(portal, None)
                self._refused.pop(portal, None)
                self._worked.discard(portal)

    def resting(self, now: float) -> dict[str, Rest]:
        """The portals that are left alone now."""
        with self._lock:
            return {name: rest for name, rest in self._rests.items() if rest.until > now}

    def refusal(self, portal: str) -> Optional[AuthError]:
        """Why its login was refused, as an error to raise; None when it was not."""
        with self._lock:
            return copy.copy(self._refused.get(portal))

    def one_by_one(self, portal: str, *, logs_in: bool = False) -> bool:
        """Must one job show that it works, before more are let through?"""
        with self._lock:
            return portal in self._rests or (logs_in and portal not in self._worked)
