"""What a portal can do, in a tooltip: nothing is promised that its facts do not say."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..bridge import accounts
from ..bridge.i18n import mark, tr, translated
from ..core.catalogue import (
    CATALOGUE,
    CLOUD,
    MODE,
    ORBIT,
    ORBIT_STATE,
    PLATFORM,
    POLARIZATIONS,
    TILE,
)
from . import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..core.provider import ProviderInfo

FILTERS = {
    CLOUD: mark("cloud cover"),
    PLATFORM: mark("satellite"),
    TILE: mark("tile"),
    ORBIT: mark("relative orbit"),
    ORBIT_STATE: mark("direction of flight"),
    MODE: mark("mode"),
    POLARIZATIONS: mark("polarisation"),
}


def tip(info: ProviderInfo, collection: str, note: str) -> str:
    """The portal's capabilities as rich text, for the collection that is looked for."""
    lines = [
        f"<b>{escape(info.title)}</b>",
        escape(info.description),
        _life(info),
        tr("Holds: {collections}").format(collections=_titles(info)),
        *_filters(info, collection),
        tr("Area: polygon") if info.area.polygon else tr("Area: box; the polygon is checked here"),
        tr("Files that are offline can be ordered.") if info.ordering else "",
        _login(info),
        escape(info.licence),
        f"<i>{escape(note)}</i>" if note else "",
    ]
    return "<br>".join(line for line in lines if line)


def checked_here(info: ProviderInfo, collection: str) -> list[str]:
    """The filters that make sense for a collection and that this portal leaves to us. Pure."""
    if collection not in CATALOGUE or collection not in info.collections:
        return []
    return [n for n in CATALOGUE[collection].filters if n not in info.filters_of(collection)]


def _life(info: ProviderInfo) -> str:
    if info.until:
        return tr("Closed on {day}.").format(day=words.day(info.until))
    if info.seen:
        return tr("Nobody has told us of it since {day}.").format(day=words.day(info.seen))
    return tr("Open since {day}.").format(day=words.day(info.since)) if info.since else ""


def _titles(info: ProviderInfo) -> str:
    return escape(", ".join(words.collection(c) for c in info.collections if c in CATALOGUE))


def _filters(info: ProviderInfo, collection: str) -> list[str]:
    if collection not in CATALOGUE or collection not in info.collections:
        return []
    here = checked_here(info, collection)
    there = [name for name in CATALOGUE[collection].filters if name not in here]
    told = [tr("Filters by itself: {names}").format(names=_names(there))] if there else []
    return told + ([tr("Checked here: {names}").format(names=_names(here))] if here else [])


def _names(filters: Iterable[str]) -> str:
    return ", ".join(translated(FILTERS[name]) if name in FILTERS else name for name in filters)


def _login(info: ProviderInfo) -> str:
    if not info.needs_login:
        return tr("No login.")
    return tr("Login ({kind}) for {what}.").format(
        kind=accounts.kind(info), what=accounts.needed_for(info)
    )
