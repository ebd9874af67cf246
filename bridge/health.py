"""How the portals are: what each answered last, kept in a small file; and a look at all of them.

What a person asks is what is known: every search tells. `HealthTask` asks a tiny question where
nobody asked of late.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import pyqtSignal

from ..core import geometry
from ..core.errors import AuthError, Cancelled, PortalError, QueryError, RateLimited
from ..core.model import SearchRequest, parse_time
from ..core.search import search_all
from .i18n import tr
from .tasks import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ..core.provider import Provider, ProviderInfo
    from ..core.search import Outcome

OPEN, CLOSED, UNKNOWN, SLOW, DOWN, LOGIN = "open", "closed", "unknown", "slow", "down", "login"

SLOW_PAGE = 10.0  # seconds for one page, beyond which a portal is slow
TINY = (3.0, 45.75, 3.1, 45.8)  # a box over Clermont-Ferrand
DAYS = 30


@dataclass(frozen=True)
class Record:
    """What one portal answered last. ``said`` is a sentence of the core, ``found`` a count."""

    tried: str = ""
    succeeded: str = ""
    seconds: float = 0.0
    pages: int = 0
    found: int = 0
    complete: bool = True
    trouble: str = ""
    said: str = ""

    @property
    def last_success(self) -> Optional[datetime]:
        return parse_time(self.succeeded) if self.succeeded else None

    @property
    def page_seconds(self) -> float:
        """How long one page took."""
        return self.seconds / max(1, self.pages)


def after(before: Record, outcome: Outcome, now: datetime) -> Record:
    """The record once this answer is known; an answer nobody waited for changes nothing. Pure."""
    error = outcome.error
    if isinstance(error, Cancelled) or (error is not None and not isinstance(error, PortalError)):
        return before
    moment = now.astimezone(timezone.utc).isoformat(timespec="seconds")
    alive = error is None or isinstance(error, QueryError)
    return Record(
        tried=moment,
        succeeded=moment if alive else before.succeeded,
        seconds=outcome.seconds,
        pages=outcome.pages,
        found=len(outcome.products),
        complete=outcome.complete,
        trouble=_trouble(error),
        said=str(error) if error else "",
    )


def _trouble(error: Optional[BaseException]) -> str:
    if error is None or isinstance(error, QueryError):
        return ""
    if isinstance(error, AuthError):
        return LOGIN
    return SLOW if isinstance(error, RateLimited) else DOWN


def state(info: ProviderInfo, record: Optional[Record], has_login: bool) -> str:
    """One of the words above, for what is known of a portal. Pure."""
    if info.closed and not (record and record.succeeded):
        return CLOSED
    if info.search_auth.fields and not has_login:
        return LOGIN
    if record is None or not record.tried:
        return OPEN if info.state == "open" else UNKNOWN
    if record.trouble:
        return record.trouble
    return SLOW if record.page_seconds > SLOW_PAGE else OPEN


class Health:
    """The records of all portals and their file, which may be damaged or gone: then they begin."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.records: dict[str, Record] = _read(path)

    def note(self, outcomes: Iterable[Outcome], now: Optional[datetime] = None) -> None:
        """Keeps what these portals answered."""
        moment = now or datetime.now(timezone.utc)
        for outcome in outcomes:
            before = self.records.get(outcome.provider, Record())
            self.records[outcome.provider] = after(before, outcome, moment)
        self._write()

    def _write(self) -> None:
        """A disk that takes nothing costs the memory of today, and nothing else."""
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        told = {name: asdict(record) for name, record in sorted(self.records.items())}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            new.replace(self._path)
        except OSError:
            with suppress(OSError):
                new.unlink()


def _read(path: Path) -> dict[str, Record]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): _record(entry) for name, entry in told.items()}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return {}


def _record(entry: Mapping[str, Any]) -> Record:
    """What of an entry is of the right kind; a time that cannot be read was never."""
    usual = Record()
    kept: dict[str, Any] = {}
    for each in fields(Record):
        value, default = entry.get(each.name), getattr(usual, each.name)
        number = isinstance(default, float) and isinstance(value, (int, float))
        if type(value) is type(default) or number:
            kept[each.name] = value
    record = Record(**kept)
    try:
        record.last_success  # noqa: B018  # raises for a time that is none
    except (ValueError, OverflowError):
        record = replace(record, succeeded="")
    return record


def tiny_question(info: ProviderInfo, now: datetime) -> SearchRequest:
    """The least that shows whether a portal answers: one scene of the last month. Pure."""
    return SearchRequest(
        next(iter(info.collections)),
        intersects=geometry.box(TINY),
        start=now - timedelta(days=DAYS),
        end=now,
        max_items=1,
    )


class HealthTask(Task):
    """Asks every given portal a tiny question, each in a thread of its own.

    ``answered`` carries the Outcome of one portal.
    """

    answered = pyqtSignal(object)

    def __init__(self, providers: Sequence[Provider]) -> None:
        super().__init__(tr("A look at {count} portals").format(count=len(providers)))
        moment = datetime.now(timezone.utc)
        self._questions = [(p, tiny_question(p.info, moment)) for p in providers]
        self.asked = frozenset(provider.info.id for provider in providers)
        self.outcomes: dict[str, Outcome] = {}

    def work(self) -> None:
        for found in search_all(self._questions, self.stopped):
            if found.done:
                self.outcomes[found.provider] = found.outcome
                self.answered.emit(found.outcome)
                self.setProgress(100 * len(self.outcomes) / max(1, len(self._questions)))
