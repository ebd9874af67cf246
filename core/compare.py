"""Who holds what: the answers of many portals to one question, side by side.

Only a portal that answered the whole question can lack a scene; of one that broke off, or reached
a limit, nobody knows, and ``missing`` is None.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from .model import Product
    from .scene import Scene
    from .search import Outcome

ONLINE, OFFLINE, MISSING, UNKNOWN = "online", "offline", "missing", "unknown"


@dataclass(frozen=True)
class Row:
    """One portal: how many scenes it holds, lacks, holds alone, has online; its newest and oldest.

    ``error`` is why it broke off, '' when it did not.
    """

    provider: str
    scenes: int = 0
    missing: Optional[int] = None
    alone: int = 0
    online: int = 0
    newest: Optional[datetime] = None
    oldest: Optional[datetime] = None
    complete: bool = True
    error: str = ""
    seconds: float = 0.0

    @property
    def offline(self) -> int:
        return self.scenes - self.online


@dataclass(frozen=True)
class Held:
    """One scene and how each portal has it: `ONLINE`, `OFFLINE`, `MISSING` or `UNKNOWN`."""

    scene: str
    title: str
    datetime: Optional[datetime]
    where: Mapping[str, str]


@dataclass(frozen=True)
class Comparison:
    """``rows`` stand as the portals were asked, ``held`` from the newest to the oldest scene."""

    rows: tuple[Row, ...] = ()
    held: tuple[Held, ...] = ()

    @property
    def complete(self) -> bool:
        return all(row.complete for row in self.rows)

    def lacking(self, provider: str) -> list[Held]:
        """The scenes that others hold and this portal does not."""
        return [held for held in self.held if held.where[provider] == MISSING]


def compare(scenes: Iterable[Scene], outcomes: Mapping[str, Outcome]) -> Comparison:
    """The portals side by side. Only what these outcomes brought counts. Pure.

    ``scenes`` may hold more than that: an earlier search into the same layer.
    """
    asked = {product.key for outcome in outcomes.values() for product in outcome.products}
    held = [_held(scene, outcomes, asked) for scene in scenes]
    there = [h for h in held if {ONLINE, OFFLINE} & set(h.where.values())]
    there.sort(
        key=lambda h: (h.datetime is not None, h.datetime and h.datetime.timestamp(), h.title)
    )
    there.reverse()
    return Comparison(tuple(_row(o, there) for o in outcomes.values()), tuple(there))


def _held(scene: Scene, outcomes: Mapping[str, Outcome], asked: set[Any]) -> Held:
    mine: dict[str, list[Product]] = {}
    for offer in scene.offers:
        if offer.key in asked:
            mine.setdefault(offer.provider, []).append(offer)
    where = {name: _how(mine.get(name, ()), outcome) for name, outcome in outcomes.items()}
    offers = [offer for held in mine.values() for offer in held]
    best = offers[0] if offers else scene.best
    return Held(scene.id, best.title or best.id, best.start, where)


def _how(offers: Iterable[Product], outcome: Outcome) -> str:
    held = list(offers)
    if held:
        return ONLINE if any(offer.online for offer in held) else OFFLINE
    return MISSING if outcome.complete else UNKNOWN


def _row(outcome: Outcome, held: list[Held]) -> Row:
    name = outcome.provider
    mine = [h for h in held if h.where[name] in (ONLINE, OFFLINE)]
    times = [h.datetime for h in mine if h.datetime]
    return Row(
        provider=name,
        scenes=len(mine),
        missing=len(held) - len(mine) if outcome.complete else None,
        alone=sum(1 for h in mine if _holders(h) == 1),
        online=sum(1 for h in mine if h.where[name] == ONLINE),
        newest=max(times, default=None),
        oldest=min(times, default=None),
        complete=outcome.complete,
        error=str(outcome.error) if outcome.error else "",
        seconds=outcome.seconds,
    )


def _holders(held: Held) -> int:
    return sum(1 for how in held.where.values() if how in (ONLINE, OFFLINE))


# --- for a spreadsheet --------------------------------------------------------------------------

COLUMNS = (
    "portal", "title", "scenes", "missing", "only_here", "online", "offline", "newest",
    "newest_age_days", "oldest", "complete", "seconds", "error",
)  # fmt: skip


def portals_csv(comparison: Comparison, titles: Mapping[str, str], now: datetime) -> str:
    """The rows as CSV; an empty ``missing`` is unknown. Pure."""
    lines = [
        (
            row.provider,
            titles.get(row.provider, row.provider),
            row.scenes,
            "" if row.missing is None else row.missing,
            row.alone,
            row.online,
            row.offline,
            _iso(row.newest),
            "" if row.newest is None else (now - row.newest).days,
            _iso(row.oldest),
            "yes" if row.complete else "no",
            f"{row.seconds:.1f}",
            row.error,
        )
        for row in comparison.rows
    ]
    return _csv(COLUMNS, lines)


def scenes_csv(comparison: Comparison) -> str:
    """One line per scene, one column per portal. Pure."""
    names = [row.provider for row in comparison.rows]
    lines = [
        (held.scene, held.title, _iso(held.datetime), *(held.where[name] for name in names))
        for held in comparison.held
    ]
    return _csv(("scene", "title", "datetime", *names), lines)


def _iso(moment: Optional[datetime]) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def _csv(header: Iterable[Any], lines: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_plain(cell) for cell in line] for line in lines])
    return text.getvalue()


def _plain(cell: Any) -> Any:
    """A portal's text must not become a formula in somebody's spreadsheet."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell
