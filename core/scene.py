"""A scene is the same acquisition wherever it is held: identity, offers, merging.

Ids differ between portals, and so do times: ESA's names carry the start of the datatake, THEIA,
AWS and Earth Search the time of the tile, 1 to 25 minutes later. So identity is nested:

1. the acquisition: platform, tile and datatake start; where only a tile's time is known, the
   same platform and tile with a delay of -60 s to 50 min (the next orbit comes after 100 min);
2. the slice, which is the datastrip: two slices of one datatake are complementary, never
   duplicates; where a slice is unknown the footprints decide;
3. the version: level and processor make different scenes, baselines do not.

What cannot be identified stays a scene of its own: never merge on doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Optional

from . import geometry, names
from .catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .model import Product

EARLIEST, LATEST = timedelta(seconds=-60), timedelta(minutes=50)
SAME_SLICE = timedelta(seconds=10)
SAME_START = timedelta(seconds=2)
SAME_PLACE = 0.95

_DURATION = re.compile(r"^\d{4}_")
_DATATAKE = re.compile(r"^GS2[A-D]_(\d{8}T\d{6})_")
_DATASTRIP = re.compile(r"_S(\d{8}T\d{6})_N")


@dataclass(frozen=True)
class Identity:
    """Who an acquisition is. ``group`` must be equal; the rest decides within a group.

    ``take`` is the datatake's start, ``seen`` the tile's own time, ``slice`` the datastrip's;
    None where unknown. ``version`` is (baseline, when it was made) and sorts newer after older.
    ``exact`` groups need no more, but for a ``take`` within two seconds where there is one.
    """

    group: tuple[str, ...]
    exact: bool = False
    take: Optional[datetime] = None
    seen: Optional[datetime] = None
    slice: Optional[datetime] = None
    orbit: str = ""
    version: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Scene:
    """One acquisition and the portals that hold it, the best offer first."""

    identity: Identity
    offers: tuple[Product, ...]
    versions: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def best(self) -> Product:
        """The offer that would be used."""
        return self.offers[0]

    @property
    def id(self) -> str:
        """``S2A|31TFJ|R008|20230105T104329|20230105T104332|L2A|sen2cor``, ``-`` for the unknown."""
        who = self.identity
        if who.exact:
            return "|".join((*who.group, f"{who.take:%Y%m%dT%H%M%S}") if who.take else who.group)
        platform, tile, level, processor = who.group
        start = who.take or who.seen
        times = [f"{t:%Y%m%dT%H%M%S}" if t else "-" for t in (start, who.slice)]
        orbit = f"R{who.orbit}" if who.orbit else "-"
        return "|".join((platform, tile, orbit, *times, level, processor))


class Scenes:
    """Merges products into scenes, one by one as they arrive; a scene keeps its place."""

    def __init__(self) -> None:
        self._scenes: list[Scene] = []
        self._groups: dict[tuple[str, ...], list[int]] = {}
        self._places: dict[tuple[str, str, str], int] = {}

    def __len__(self) -> int:
        return len(self._scenes)

    def __iter__(self) -> Any:
        return iter(self._scenes)

    def __getitem__(self, place: int) -> Scene:
        return self._scenes[place]

    def add(self, product: Product) -> int:
        """The place of the scene that now holds this product, in place of an older answer."""
        who = identity(product)
        known = self._places.get(product.key)
        if known is not None:
            self._scenes[known] = _joined(self._scenes[known], who, product)
            return known
        group = self._groups.setdefault(who.group, [])
        place = next((i for i in group if self._same(self._scenes[i], who, product)), None)
        if place is None:
            place = len(self._scenes)
            self._scenes.append(Scene(who, (product,), (who.version,)))
            group.append(place)
        else:
            self._scenes[place] = _joined(self._scenes[place], who, product)
        self._places[product.key] = place
        return place

    def extend(self, products: Iterable[Product]) -> list[int]:
        """The places that changed, each once, in order of first change."""
        return list(dict.fromkeys(self.add(product) for product in products))

    @staticmethod
    def _same(scene: Scene, who: Identity, product: Product) -> bool:
        if who.exact:
            return _same_start(scene.identity, who)
        return _same_take(scene.identity, who) and _same_slice(scene, who, product)


def merge(products: Iterable[Product]) -> list[Scene]:
    """All scenes of these products, in order of first appearance."""
    scenes = Scenes()
    scenes.extend(products)
    return list(scenes)


def _same_take(a: Identity, b: Identity) -> bool:
    if a.take and b.take:
        return a.take == b.take
    if a.take and b.seen:
        return EARLIEST <= b.seen - a.take < LATEST
    if b.take and a.seen:
        return EARLIEST <= a.seen - b.take < LATEST
    return bool(a.seen and b.seen and abs(a.seen - b.seen) < LATEST)


def _same_start(a: Identity, b: Identity) -> bool:
    return not a.take or not b.take or abs(a.take - b.take) <= SAME_START


def _same_slice(scene: Scene, who: Identity, product: Product) -> bool:
    if who.take and who.version[1] and who.version[1] in {made for _, made in scene.versions}:
        return True  # ESA never gives two files one name
    known = scene.identity.slice
    if known and who.slice:
        if known == who.slice:
            return True
        if abs(known - who.slice) > SAME_SLICE:
            return False
    one, other = scene.best.geometry, product.geometry
    if not one or not other:
        return False
    return one == other or geometry.overlap(one, other) > SAME_PLACE


def _joined(scene: Scene, who: Identity, product: Product) -> Scene:
    """The scene with this offer: the newest baseline first, online before offline.

    A baseline that nobody tells counts as the newest: nobody waits for an archive on doubt.
    """
    mine = scene.identity
    known = replace(
        mine,
        take=_earlier(mine.take, who.take),
        seen=_earlier(mine.seen, who.seen),
        slice=_earlier(mine.slice, who.slice),
        orbit=mine.orbit or who.orbit,
    )
    by_key = {offer.key: (offer, made) for offer, made in zip(scene.offers, scene.versions)}
    by_key[product.key] = (product, who.version)
    held = list(by_key.values())
    newest = max(baseline for _, (baseline, _) in held)

    def worth(pair: tuple[Product, tuple[str, str]]) -> tuple[str, bool, bool, str]:
        offer, (baseline, made) = pair
        return (baseline or newest, offer.online, bool(baseline), made)

    held.sort(key=worth, reverse=True)
    return Scene(known, tuple(p for p, _ in held), tuple(v for _, v in held))


def _earlier(a: Optional[datetime], b: Optional[datetime]) -> Optional[datetime]:
    """The one that does not depend on who came first."""
    return min(a, b) if a and b else a or b


def identity(product: Product) -> Identity:
    """Who this acquisition is, from the record's own fields first and its names second. Pure."""
    facts = _facts(product)
    reader = _READERS.get(facts.get("kind", ""))
    return (reader and reader(product, facts)) or _unknown(product)


def _facts(product: Product) -> Mapping[str, str]:
    """Everything the names tell, the fullest name first."""
    properties = product.properties
    spoken = (
        properties.get("s2:product_uri"),
        properties.get("s1:product_identifier"),
        properties.get("identifier"),
        product.title,
        product.id,
    )
    told: dict[str, str] = {}
    for text in dict.fromkeys(str(s) for s in spoken if s):
        for key, value in (names.parse_name(text) or {}).items():
            told.setdefault(key, value)
    if not told and _mission(product) == "S2":
        told["kind"] = "s2"
    return told


def _mission(product: Product) -> str:
    return names.platform(product.properties.get("platform"))[:2]


def _sentinel2(product: Product, facts: Mapping[str, str]) -> Optional[Identity]:
    properties = product.properties
    platform = _first(names.platform, properties.get("platform"), facts.get("platform"))
    codes = (properties.get("grid:code"), properties.get("s2:mgrs_tile"), facts.get("tile"))
    tile = _first(names.tile, *codes)
    level = facts.get("level") or _level(product)
    take = _time_in(_DATATAKE, properties, "s2:datatake_id", "eopf:datatake_id", "s2:datatake")
    take = take or names.moment(facts.get("take", ""))
    cut = _time_in(_DATASTRIP, properties, "s2:datastrip_id", "eopf:datastrip_id")
    cut = cut or names.moment(facts.get("slice", ""))
    seen = product.start
    if "clock" in facts:
        seen = names.moment(f"{facts['date']}T{facts['clock']}")
    if not (platform and tile and level and (take or seen)):
        return None
    return Identity(
        group=(platform, tile, level, _processor(product, facts)),
        take=take,
        seen=seen,
        slice=cut,
        orbit=_orbit(properties.get("sat:relative_orbit"), facts.get("orbit")),
        version=(_baseline(properties, facts), facts.get("made", "")),
    )


def _first(spelled: Callable[[Any], str], *told: Any) -> str:
    """The first of these that says more than the mission: ``sentinel-2`` is not yet a platform."""
    return next((word for word in map(spelled, told) if len(word) > 2), "")


def _level(product: Product) -> str:
    collection = CATALOGUE.get(product.collection)
    return collection.level if collection and collection.mission == "sentinel-2" else ""


def _processor(product: Product, facts: Mapping[str, str]) -> str:
    maja = facts.get("kind") == "muscate" or product.collection == "sentinel-2-l2a-maja"
    return "maja" if maja else "sen2cor"


def _time_in(
    pattern: re.Pattern[str], properties: Mapping[str, Any], *keys: str
) -> Optional[datetime]:
    for key in keys:
        found = pattern.search(str(properties.get(key) or ""))
        if found:
            return names.moment(found[1])
    return None


def _orbit(said: Any, named: Optional[str]) -> str:
    return f"{int(said):03d}" if isinstance(said, int) else (named or "")


def _baseline(properties: Mapping[str, Any], facts: Mapping[str, str]) -> str:
    """``0510`` for 05.10, so that text sorts as number; a MUSCATE version likewise."""
    said = properties.get("s2:processing_baseline") or properties.get("processing:version")
    text = str(said or facts.get("baseline") or facts.get("version") or "")
    return re.sub(r"[^0-9]", "", text).zfill(4) if text else ""


def _sentinel1(product: Product, facts: Mapping[str, str]) -> Optional[Identity]:
    suffix = facts.get("suffix", "").replace(
        "_COG", ""
    )  # a COG is another packaging, no other product
    keys = ("platform", "mode", "type", "pol", "start", "stop", "orbit", "take")
    return Identity((*(facts[k] for k in keys), product.collection + suffix), exact=True)


def _sentinel3(product: Product, facts: Mapping[str, str]) -> Optional[Identity]:
    timeliness = {"NR": "0", "ST": "1", "NT": "2"}.get(facts["timeliness"], "1")
    start = names.moment(facts["start"])
    if start is None:
        return None
    # What comes in haste may be a second longer: of DDDD_CCC_LLL_FFFF the duration does not count.
    instance = _DURATION.sub("", facts["instance"])
    return Identity(
        (facts["platform"], facts["type"], instance),
        exact=True,
        take=start,
        version=(timeliness + facts["baseline"], facts["made"]),
    )


def _sentinel5p(product: Product, facts: Mapping[str, str]) -> Optional[Identity]:
    near_real_time = facts["timeliness"] == "NRTI"  # pieces of five minutes, not whole orbits
    piece = facts["start"] if near_real_time else ""
    return Identity(
        ("S5P", facts["type"], facts["orbit"], piece),
        exact=True,
        version=(facts["collection"] + facts["baseline"], facts["made"]),
    )


def _landsat(product: Product, facts: Mapping[str, str]) -> Optional[Identity]:
    keys = ("sensor", "platform", "path", "row", "date")
    level = facts["level"][:2]
    return Identity(
        ("L", *(facts[k] for k in keys), level),
        exact=True,
        version=({"T1": "2", "T2": "1"}.get(facts["tier"], "0"), facts.get("made", "")),
    )


def _unknown(product: Product) -> Identity:
    return Identity(product.key, exact=True)


_READERS = {
    "s2": _sentinel2,
    "muscate": _sentinel2,
    "s1": _sentinel1,
    "s3": _sentinel3,
    "s5p": _sentinel5p,
    "landsat": _landsat,
}
