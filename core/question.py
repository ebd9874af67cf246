"""Plain words into a question: what a script, an algorithm or the Python console says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timezone
from typing import TYPE_CHECKING, Any, Optional, Union

from . import geometry
from .catalogue import CATALOGUE, CLOUD
from .conditions import AtMost, Condition, condition
from .errors import QueryError
from .model import BBox, Geometry, SearchRequest, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .model import Product
    from .provider import ProviderInfo

Moment = Union[str, date, datetime, None]
Place = Union[str, Geometry, BBox, None]


def question(
    collection: str,
    area: Place = None,
    start: Moment = None,
    end: Moment = None,
    max_cloud: Optional[float] = None,
    filters: Optional[Mapping[str, Any]] = None,
    limit: int = 1000,
) -> SearchRequest:
    """The `SearchRequest` behind plain words; QueryError when they make no sense.

    ``area`` is WKT, GeoJSON (text or mapping) or (west, south, east, north) in degrees; ``start``
    and ``end`` are ISO dates or times, an ``end`` date includes its day.
    """
    if collection not in CATALOGUE:
        raise QueryError(f"There is no collection called {collection}.")
    query: dict[str, Condition] = {}
    try:
        query.update({name: condition(wish) for name, wish in (filters or {}).items()})
        if max_cloud is not None:
            query[CLOUD] = AtMost(max_cloud)
        return SearchRequest(
            collection,
            intersects=_area(area),
            start=_moment(start, time.min),
            end=_moment(end, time.max),
            query=query,
            max_items=limit,
        )
    except ValueError as error:
        raise QueryError(f"The search makes no sense: {error}.") from error


def choose(
    infos: Mapping[str, ProviderInfo], collection: str, wanted: Iterable[str] = ()
) -> list[str]:
    """The portals to ask: the wanted ones, else every open one that holds the collection.

    The sample portals are asked only by name. Raises QueryError for an unknown id, or when
    nobody is left to be asked.
    """
    ids = list(dict.fromkeys(wanted))
    unknown = [name for name in ids if name not in infos]
    if unknown:
        raise QueryError(f"There is no portal called {', '.join(unknown)}.")
    open_ones = [
        name
        for name, info in infos.items()
        if collection in info.collections and info.state == "open" and info.family != "sample"
    ]
    if not ids and not open_ones:
        raise QueryError(f"No open portal holds {collection}.")
    return ids or open_ones


def preferred(offers: Sequence[Product], portals: Sequence[str]) -> list[Product]:
    """The offers with the preferred portals first, otherwise in their own order."""
    rank = {name: place for place, name in enumerate(portals)}
    return sorted(offers, key=lambda offer: rank.get(offer.provider, len(rank)))


def _area(area: Place) -> Optional[Geometry]:
    if area is None:
        return None
    if isinstance(area, str):
        return geometry.read_area(area)
    if isinstance(area, Mapping):
        return geometry.valid(area)
    return geometry.valid(geometry.box(area))


def _moment(moment: Moment, clock: time) -> Optional[datetime]:
    """A time in UTC; a bare date means its first or last moment."""
    if isinstance(moment, str):
        text = moment.strip()
        parsed = parse_time(text)
        return parsed if parsed is None or len(text) > 10 else _moment(parsed.date(), clock)
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return datetime.combine(moment, clock, timezone.utc) if moment else None
