"""What is asked and what comes back, in the words of STAC.

Properties are keyed by their STAC names. Times are aware, UTC. Geometry is GeoJSON, longitude
first, WGS84. Everything here is a frozen value that any thread may hold.
"""

from __future__ import annotations

import marshal
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable, Optional

from dateutil.parser import isoparse

if TYPE_CHECKING:
    from .conditions import Condition

Geometry = Mapping[str, Any]
"""A GeoJSON geometry."""

BBox = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

Moment = datetime
"""An aware time in UTC; a class with a field called ``datetime`` cannot name the type so."""


class OrderStatus(str, Enum):
    """STAC order extension, https://github.com/stac-extensions/order; SUCCEEDED = online."""

    SUCCEEDED = "succeeded"
    ORDERABLE = "orderable"
    ORDERED = "ordered"
    PENDING = "pending"
    SHIPPING = "shipping"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True)
class Checksum:
    """``algorithm`` as hashlib spells it (``md5``, ``sha256``), ``value`` in lower-case hex."""

    algorithm: str
    value: str


@dataclass(frozen=True)
class Asset:
    """One file of a product.

    ``properties`` keeps what a loader needs and the portal says of this very file, by STAC name:
    ``gsd``, ``raster:bands``, ``eo:bands``, ``proj:epsg``, ``proj:shape``, ``proj:transform``.
    """

    key: str
    href: str
    type: str = ""
    roles: tuple[str, ...] = ()
    title: str = ""
    size: Optional[int] = None
    checksum: Optional[Checksum] = None
    properties: Mapping[str, Any] = field(default_factory=dict)


class Folded(Mapping[str, Any]):
    """A mapping kept as bytes, and opened and read when someone looks at it.

    Ten thousand STAC items are two million objects, and Python's sweep for lost cycles walks over
    every one again and again while all threads wait. Folded they are as many as there are items,
    in a third of the memory.
    """

    __slots__ = ("_more", "_packed", "_read")

    def __init__(self, packed: bytes, read: Callable[..., Any] = dict, *more: Any) -> None:
        self._packed, self._read, self._more = packed, read, more

    @classmethod
    def of(cls, mapping: Any) -> Folded:
        """Of what ``json.loads`` made; ValueError for anything else."""
        return cls(marshal.dumps(mapping))

    def read_by(self, read: Callable[..., Mapping[str, Any]], *more: Any) -> Folded:
        """What ``read(mapping, *more)`` gives, of the same bytes."""
        return Folded(self._packed, read, *more)

    def opened(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = _opened(self._packed, self._read, *self._more)
        return found

    def __getitem__(self, key: str) -> Any:
        return self.opened()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.opened())

    def __len__(self) -> int:
        return len(self.opened())

    def items(self) -> ItemsView[str, Any]:
        return self.opened().items()

    def values(self) -> ValuesView[Any]:
        return self.opened().values()

    def __repr__(self) -> str:
        return repr(self.opened())

    def __reduce__(self) -> Any:
        return dict, (self.opened(),)


@lru_cache(maxsize=32)  # whoever looks once looks again soon
def _opened(packed: bytes, read: Callable[..., Any], *more: Any) -> Any:
    return read(marshal.loads(packed), *more)  # nosec B302: bytes that `Folded.of` made here


@dataclass(frozen=True)
class Product:
    """One portal's description of one acquisition: a STAC Item in one portal's hands."""

    provider: str
    id: str
    collection: str
    title: str = ""
    geometry: Optional[Geometry] = None
    bbox: Optional[BBox] = None
    datetime: Optional[Moment] = None
    start_datetime: Optional[Moment] = None
    end_datetime: Optional[Moment] = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    order_status: OrderStatus = OrderStatus.SUCCEEDED
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells this product from every other."""
        return (self.provider, self.collection, self.id)

    @property
    def start(self) -> Optional[Moment]:
        """When the acquisition began, as far as the portal says."""
        return self.start_datetime or self.datetime

    @property
    def online(self) -> bool:
        return self.order_status is OrderStatus.SUCCEEDED


@dataclass(frozen=True)
class SearchRequest:
    """One question to one portal about one collection."""

    collection: str
    intersects: Optional[Geometry] = None
    bbox: Optional[BBox] = None
    start: Optional[datetime] = None
    end: Optional[datetime] = None
    query: Mapping[str, Condition] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    max_items: int = 1000

    def __post_init__(self) -> None:
        if self.max_items < 1:
            raise ValueError("the search must be for at least one product")
        if self.start and self.end and self.start > self.end:
            raise ValueError(
                f"the search would start on {self.start:%Y-%m-%d}, "
                f"after its end on {self.end:%Y-%m-%d}"
            )
        if self.bbox is None and self.intersects is not None:
            object.__setattr__(self, "bbox", bounds(self.intersects))


@dataclass(frozen=True)
class Page:
    """Part of an answer; ``next`` is whatever this portal needs for the following page.

    ``unreadable`` counts the entries that could not be read and were left out. ``cut`` says that
    there is more, but that this portal lets nobody reach it.
    """

    products: tuple[Product, ...] = ()
    next: Any = None
    matched: Optional[int] = None
    unreadable: int = 0
    cut: bool = False


def bounds(geometry: Geometry) -> BBox:
    """The box around a GeoJSON geometry; ValueError when it has no coordinates."""
    points = list(_positions(geometry))
    if not points:
        raise ValueError("the geometry has no coordinates")
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(ys), max(xs), max(ys))


def _positions(thing: Any) -> Iterator[Any]:
    """Every position of a geometry or of nested lists of coordinates."""
    if isinstance(thing, Mapping):
        thing = thing.get("geometries") or thing.get("coordinates")
    if not isinstance(thing, (list, tuple)):
        return
    if thing and isinstance(thing[0], (int, float)):
        yield thing
        return
    for part in thing:
        yield from _positions(part)


def parse_time(text: Any) -> Optional[datetime]:
    """An ISO 8601 text as an aware UTC time, None for nothing; ValueError for anything else.

    A time without zone is taken as UTC, as every portal here means it. Python 3.9's own
    ``fromisoformat`` refuses a final Z and nine digits of a second; dateutil reads both.
    """
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a time")
    moment = _usual_time(text) or isoparse(text.strip())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=timezone.utc)
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError as error:
        raise ValueError(f"{text!r} is no time in UTC") from error


def _usual_time(text: str) -> Optional[datetime]:
    """A time as nearly every portal spells it: ``2023-01-05T10:43:29Z``, milli- or microseconds."""
    if not text.endswith("Z") or len(text) not in (20, 24, 27):
        return None
    try:
        return datetime.fromisoformat(text[:-1])
    except ValueError:
        return None


def format_time(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z, the form that every portal accepts."""
    utc = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds") + "Z"


def to_item(product: Product) -> dict[str, Any]:
    """The product as a STAC Item, to be kept in the footprint layer or beside the files.

    Nothing secret is in it: links are kept as the portal published them, unsigned. The portal is
    named by the property ``sentinel_portals:provider``.
    """
    times = {
        "datetime": product.datetime,
        "start_datetime": product.start_datetime,
        "end_datetime": product.end_datetime,
    }
    properties = dict(product.properties)
    properties.update({name: format_time(t) for name, t in times.items() if t})
    properties.setdefault("datetime", None)
    properties["title"] = product.title
    properties["order:status"] = product.order_status.value
    properties["sentinel_portals:provider"] = product.provider
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": product.id,
        "collection": product.collection,
        "geometry": product.geometry,
        "bbox": list(product.bbox) if product.bbox else None,
        "properties": properties,
        "links": [],
        "assets": {key: _asset_to_dict(asset) for key, asset in product.assets.items()},
    }


def from_item(item: Mapping[str, Any]) -> Product:
    """The product that `to_item` wrote; ValueError or KeyError for anything else."""
    properties = dict(item["properties"])
    times: dict[str, Any] = {
        name: parse_time(properties.pop(name, None))
        for name in ("datetime", "start_datetime", "end_datetime")
    }
    bbox = item.get("bbox")
    return Product(
        provider=properties.pop("sentinel_portals:provider"),
        id=item["id"],
        collection=item["collection"],
        title=properties.pop("title", "") or item["id"],
        geometry=item.get("geometry"),
        bbox=tuple(bbox) if bbox else None,
        properties=properties,
        order_status=OrderStatus(properties.pop("order:status", "succeeded")),
        assets={key: _asset_from_dict(key, a) for key, a in item.get("assets", {}).items()},
        **times,
    )


def _asset_to_dict(asset: Asset) -> dict[str, Any]:
    known: dict[str, Any] = {"href": asset.href, **asset.properties}
    if asset.type:
        known["type"] = asset.type
    if asset.roles:
        known["roles"] = list(asset.roles)
    if asset.title:
        known["title"] = asset.title
    if asset.size is not None:
        known["file:size"] = asset.size
    if asset.checksum:
        known["sentinel_portals:checksum"] = [asset.checksum.algorithm, asset.checksum.value]
    return known


def _asset_from_dict(key: str, kept: Mapping[str, Any]) -> Asset:
    rest = dict(kept)
    checksum = rest.pop("sentinel_portals:checksum", None)
    return Asset(
        key=key,
        href=rest.pop("href"),
        type=rest.pop("type", ""),
        roles=tuple(rest.pop("roles", ())),
        title=rest.pop("title", ""),
        size=rest.pop("file:size", None),
        checksum=Checksum(*checksum) if checksum else None,
        properties=rest,
    )
