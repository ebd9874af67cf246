"""search() and download() for scripts, notebooks and tests; works without QGIS.

    from sentinel_portals import api

    found = api.search("sentinel-2-l2a", area="POINT(3.08 45.78)...", start="2024-06-01",
                       end="2024-06-30", max_cloud=20)
    api.download(found.scenes[:2], "~/images", assets=["B04", "B08"])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from pathlib import Path
from typing import Any, Optional, Union

from . import providers
from .core import geometry
from .core.catalogue import CLOUD
from .core.conditions import AtMost, Condition, condition
from .core.download import Progress, SceneFiles, fetch_scene, ignore
from .core.errors import QueryError
from .core.model import BBox, Geometry, SearchRequest, parse_time
from .core.provider import Provider
from .core.scene import Scene, Scenes
from .core.search import Outcome, search_all
from .core.transport import Cancel, NetworkSettings, never

Moment = Union[str, date, datetime, None]
Secrets = Mapping[str, Mapping[str, str]]
"""Portal id to the fields of its login (``username``, ``password``, ...)."""


@dataclass(frozen=True)
class Result:
    """The scenes, merged over portals, and what each portal had to say, by its id."""

    scenes: list[Scene]
    outcomes: dict[str, Outcome]


def search(
    collection: str,
    area: Union[str, Geometry, BBox, None] = None,
    start: Moment = None,
    end: Moment = None,
    max_cloud: Optional[float] = None,
    portals: Iterable[str] = (),
    filters: Optional[Mapping[str, Any]] = None,
    limit: int = 1000,
    *,
    portals_file: Optional[Path] = None,
    secrets: Optional[Secrets] = None,
    settings: Optional[NetworkSettings] = None,
    cancelled: Cancel = never,
) -> Result:
    """Asks many portals side by side.

    ``area`` is WKT, GeoJSON (text or mapping) or (west, south, east, north) in degrees;
    ``start`` and ``end`` are ISO dates or times, an ``end`` date includes its day; ``max_cloud``
    is in percent; ``portals`` are ids, empty for every open portal that holds the collection;
    ``filters`` are STAC property conditions; ``limit`` counts per portal.

    Raises QueryError for a question that makes no sense. A portal that fails costs the others
    nothing: see its outcome.
    """
    request = question(collection, area, start, end, max_cloud, filters, limit)
    asked = choose(connected(portals_file, settings, secrets), collection, portals)
    scenes, outcomes = Scenes(), {}
    for found in search_all([(provider, request) for provider in asked], cancelled):
        scenes.extend(found.products)
        outcomes[found.provider] = found.outcome
    return Result(list(scenes), outcomes)


def download(
    scenes: Iterable[Scene],
    folder: Union[str, Path],
    assets: Sequence[str] = (),
    portals: Sequence[str] = (),
    *,
    portals_file: Optional[Path] = None,
    secrets: Optional[Secrets] = None,
    settings: Optional[NetworkSettings] = None,
    cancelled: Cancel = never,
    progress: Progress = ignore,
) -> list[SceneFiles]:
    """Fetches scenes one after the other into ``folder``, each from its first offer that works.

    ``assets`` are asset keys or band names, empty for the whole product; ``portals`` is the
    order of preference. What could not be had is told in the scene's ``attempts``.
    """
    ready = connected(portals_file, settings, secrets)
    target = Path(folder).expanduser()
    return [
        fetch_scene(preferred(scene.offers, portals), ready, assets, target, cancelled, progress)
        for scene in scenes
    ]


def question(
    collection: str,
    area: Union[str, Geometry, BBox, None] = None,
    start: Moment = None,
    end: Moment = None,
    max_cloud: Optional[float] = None,
    filters: Optional[Mapping[str, Any]] = None,
    limit: int = 1000,
) -> SearchRequest:
    """The `SearchRequest` behind plain words; QueryError when they make no sense."""
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


def connected(
    portals_file: Optional[Path] = None,
    settings: Optional[NetworkSettings] = None,
    secrets: Optional[Secrets] = None,
) -> dict[str, Provider]:
    """Every portal, ready to be asked, by id."""
    kinds, _ = providers.portals(portals_file)
    return {
        name: providers.connect(kind, settings, (secrets or {}).get(name))
        for name, kind in kinds.items()
    }


def choose(
    ready: Mapping[str, Provider], collection: str, wanted: Iterable[str] = ()
) -> list[Provider]:
    """The portals to ask: the wanted ones, else every open one that holds the collection.

    The sample portals are asked only by name. Raises QueryError for an unknown id.
    """
    ids = list(wanted)
    unknown = [name for name in ids if name not in ready]
    if unknown:
        raise QueryError(f"There is no portal called {', '.join(unknown)}.")
    if ids:
        return [ready[name] for name in ids]
    return [
        p
        for p in ready.values()
        if collection in p.info.collections and not p.info.closed and p.info.family != "sample"
    ]


def preferred(offers: Sequence[Any], portals: Sequence[str]) -> list[Any]:
    """The offers with the preferred portals first, otherwise in their own order."""
    rank = {name: place for place, name in enumerate(portals)}
    return sorted(offers, key=lambda offer: rank.get(offer.provider, len(rank)))


def _area(area: Union[str, Geometry, BBox, None]) -> Optional[Geometry]:
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
