"""search() and download() for scripts, notebooks and tests; works without QGIS.

    from sentinel_portals import api

    found = api.search("sentinel-2-l2a", area=(3.0, 45.7, 3.2, 45.9), start="2024-06-01",
                       end="2024-06-30", max_cloud=20)
    api.download(found.scenes[:2], "~/images", assets=["B04", "B08"])

The words are those of the Processing algorithms `search` and `download`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from . import providers
from .core.download import Progress, SceneFiles, fetch_scene, ignore
from .core.question import Moment, Place, choose, preferred, question
from .core.scene import Scene, Scenes
from .core.search import Outcome, search_all
from .core.transport import Cancel, NetworkSettings, never

if TYPE_CHECKING:
    from .core.provider import Provider

Secrets = Mapping[str, Mapping[str, str]]
"""Portal id to the fields of its login (``username``, ``password``, ...)."""


@dataclass(frozen=True)
class Result:
    """The scenes, merged over portals, and what each portal had to say, by its id."""

    scenes: list[Scene]
    outcomes: dict[str, Outcome]


def search(
    collection: str,
    area: Place = None,
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
    ready = connected(portals_file, settings, secrets)
    infos = {name: provider.info for name, provider in ready.items()}
    asked = [(ready[name], request) for name in choose(infos, collection, portals)]
    scenes, outcomes = Scenes(), {}
    for found in search_all(asked, cancelled):
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
