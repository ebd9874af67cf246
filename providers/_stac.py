"""STAC APIs: https://api.stacspec.org/v1.0.0/item-search, with what the servers really do.

`StacProvider` is enough for most portals: their files hold the facts only. `describe` makes the
facts of a server that nobody has written down from its landing page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Optional
from urllib.parse import urljoin, urlsplit

from ..core import geometry, names
from ..core.catalogue import CLOUD, ORBIT, ORBIT_STATE, PLATFORM, TILE
from ..core.model import (
    Asset,
    BBox,
    Checksum,
    Folded,
    Geometry,
    OrderStatus,
    Page,
    Product,
    SearchRequest,
    format_time,
    parse_time,
)
from ..core.provider import Provider, ProviderInfo, each
from ..core.transport import LOGIN_HEADERS, HttpRequest, read_json

if TYPE_CHECKING:
    from ..core.conditions import Condition

TIMES = ("datetime", "start_datetime", "end_datetime")
NAMES = ("s2:product_uri", "s1:product_identifier", "sentinel:product_id", "title")
BASELINES = ("s2:processing_baseline", "sentinel:processing_baseline", "processing:version")
ASSET_FACTS = (
    "gsd",
    "raster:bands",
    "eo:bands",
    "proj:epsg",
    "proj:shape",
    "proj:transform",
    "file:local_path",
)
BAND_FACTS = ("nodata", "data_type", "unit", "raster:scale", "raster:offset")
"""What STAC 1.1 says of a band or of its whole asset, and STAC 1.0 in ``raster:bands``."""

PLAIN = re.compile(r"[!-Z^-~]*").fullmatch  # no bracket, nothing foreign: urlsplit takes it
BULK = frozenset({"assets", "links", "stac_extensions"})
"""What a product reads from the folded item, and only when someone looks."""

MULTIHASH = {
    "1114": "sha1",
    "1220": "sha256",
    "1340": "sha512",
    "1620": "sha3-256",
    "1e20": "blake3",
    "d50110": "md5",
}
"""Prefix of a multihash in hex (code and length), https://multiformats.io/multihash."""

NOT_PROJECTED = frozenset({"sentinel-1-grd", "sentinel-1-slc", "sentinel-1-ocn"})
"""What has no map projection; some portals invent one from the bounding box."""


@dataclass(frozen=True)
class StacInfo(ProviderInfo):
    """``filtering`` is ``query`` (the query extension), ``filter`` (CQL2 JSON) or '' for neither.

    ``several`` says whether ``query`` knows the operator ``in`` (pgstac refuses it with 400).
    ``sortby`` is how this server spells the property to sort by, '' when it cannot.
    ``spellings`` maps our property names to the server's.
    """

    filtering: str = "query"
    several: bool = False
    sortby: str = "properties.datetime"
    spellings: Mapping[str, str] = field(default_factory=dict)


class StacProvider(Provider):
    """Any STAC API. ``usual`` are the facts of a server of unknown make: the standard alone."""

    info: StacInfo
    info_type = StacInfo
    usual: ClassVar[Mapping[str, Any]] = {"filters": frozenset({CLOUD}), "sortby": ""}

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        first = HttpRequest("POST", f"{self.info.url.rstrip('/')}/search", json=self.body(request))
        return self._follow(first, cursor) if cursor else first

    def body(self, request: SearchRequest) -> dict[str, Any]:
        """The search as STAC says it."""
        body: dict[str, Any] = {
            "collections": [self.info.collections[request.collection]],
            "limit": self._limit(request),
        }
        if request.intersects is not None:
            body["intersects"] = request.intersects
        elif request.bbox is not None:
            body["bbox"] = list(request.bbox)
        if request.start or request.end:
            body["datetime"] = "/".join(
                format_time(t) if t else ".." for t in (request.start, request.end)
            )
        if request.ids:
            body["ids"] = list(request.ids)
        if self.info.sortby:
            body["sortby"] = [{"field": self.info.sortby, "direction": "desc"}]
        body.update(self._wishes(request))
        return body

    def _limit(self, request: SearchRequest) -> int:
        """A page no larger than what is wanted, unless we are going to sort some of it out."""
        sifted = set(request.query) - self.filters(request)
        size = self.info.paging.size
        return size if sifted else min(size, request.max_items)

    def _wishes(self, request: SearchRequest) -> dict[str, Any]:
        """The conditions that the server knows, in its dialect."""
        known = self.filters(request)
        wishes = dict(self.wish(n, c) for n, c in request.query.items() if n in known)
        if not wishes:
            return {}
        if self.info.filtering == "query":
            return {"query": wishes}
        args = [_cql2(n, op, value) for n, ops in wishes.items() for op, value in ops.items()]
        return {"filter-lang": "cql2-json", "filter": _joined("and", args)}

    def filters(self, request: SearchRequest) -> frozenset[str]:
        known = super().filters(request) if self.info.filtering else frozenset[str]()
        if self.info.filtering == "query" and not self.info.several:
            return frozenset(n for n in known if "in" not in request.query[n].to_stac())
        return known

    def wish(self, name: str, condition: Condition) -> tuple[str, dict[str, Any]]:
        """A condition as the server spells the property and its values."""
        return self.info.spellings.get(name, name), condition.to_stac()

    def _follow(self, first: HttpRequest, link: Mapping[str, Any]) -> HttpRequest:
        """A ``next`` link as a request: GET, or POST with a body that is whole or to be merged."""
        url = _encrypted(urljoin(first.url, link["href"]), first.url)
        body = None
        if link["method"] == "POST":
            whole = link["body"] is not None and not link["merge"]
            body = link["body"] if whole else {**first.json, **(link["body"] or {})}
        return HttpRequest(
            link["method"],
            url,
            json=body,
            headers={k: v for k, v in link["headers"].items() if k.lower() not in LOGIN_HEADERS},
            login=self.http.trusts(url, first.url),
        )

    def decode(self, content: bytes) -> Any:
        return read_json(content, {"features": folded})

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        products, unreadable = each(payload["features"], lambda item: self.product(item, request))
        return Page(products, next_link(payload), _matched(payload), unreadable)

    def product(self, item: Mapping[str, Any], request: SearchRequest) -> Product:
        """One STAC item in our words."""
        said = item["properties"]
        times = {name: parse_time(said.get(name)) for name in TIMES}
        properties = {k: v for k, v in said.items() if v is not None and k not in TIMES}
        title = self.title(item, properties)
        _normalise(properties, title, request.collection)
        bbox = box(item.get("bbox"))
        status = properties.pop("order:status", None)
        raw = item.whole if isinstance(item, Item) else Folded.of(item)
        return Product(
            provider=self.info.id,
            id=_text(item["id"]),
            collection=self.collection(item, request),
            title=title,
            geometry=footprint(item.get("geometry"), bbox),
            bbox=bbox,
            properties=properties,
            assets=raw.read_by(self.assets, title),
            order_status=STATUSES.get(str(status), OrderStatus.SUCCEEDED),
            raw=raw,
            **times,
        )

    def collection(self, item: Mapping[str, Any], request: SearchRequest) -> str:
        """Ours for the one that the item names: some servers send others than were asked for."""
        named = item.get("collection")
        ours = {theirs: ours for ours, theirs in self.info.collections.items()}
        if not isinstance(named, str) or named == self.info.collections[request.collection]:
            return request.collection
        return ours.get(named, named)

    def title(self, item: Mapping[str, Any], properties: Mapping[str, Any]) -> str:
        """What people call it: the name of the SAFE where the item tells it."""
        name = next((properties[n] for n in NAMES if properties.get(n)), item["id"])
        return _bare(str(name))

    def assets(self, item: Mapping[str, Any], title: str) -> dict[str, Asset]:
        """Every file of the item; a thumbnail may be a link instead of an asset.

        Read when first looked at: what is odd here is left out, and nothing is raised.
        """
        said = item.get("assets")
        found = {
            key: self.asset(key, told, title)
            for key, told in (said.items() if isinstance(said, Mapping) else ())
            if _reachable(told)
        }
        if "thumbnail" not in found or found["thumbnail"].href.startswith("s3:"):
            links = (ln for ln in _rows(item, "links") if ln.get("rel") == "thumbnail")
            href = next((_link(ln) for ln in links), "")
            if href:
                found["thumbnail"] = Asset("thumbnail", href, roles=("thumbnail",))
        return found

    def asset(self, key: str, said: Mapping[str, Any], title: str) -> Asset:
        """One file; its https alternate where the main link is ``s3://``."""
        size = said.get("file:size")
        roles = said.get("roles")
        return Asset(
            key=key,
            href=_reachable(said),
            type=str(said.get("type") or ""),
            roles=tuple(str(role) for role in roles) if isinstance(roles, list) else (),
            title=str(said.get("title") or ""),
            size=size if isinstance(size, int) and size > 0 else None,
            checksum=multihash(said.get("file:checksum")),
            properties=asset_facts(said),
        )


class Item(dict[str, Any]):
    """A STAC item without its files and links; ``whole`` is all of it, folded."""

    __slots__ = ("whole",)
    whole: Folded


def folded(feature: Any) -> Any:
    """The feature as an `Item`: what is most of it is put away before the next one is read."""
    if not isinstance(feature, dict):
        return feature
    item = Item((name, value) for name, value in feature.items() if name not in BULK)
    item.whole = Folded.of(feature)
    return item


STATUSES = {status.value: status for status in OrderStatus}


def next_link(payload: Mapping[str, Any]) -> Optional[dict[str, Any]]:
    """The link to the following page with every part in its place, None at the end.

    Raises TypeError for a link that cannot be followed.
    """
    links = [ln for ln in _rows(payload, "links") if ln.get("rel") == "next" and ln.get("href")]
    if not links:
        return None
    said = links[0]
    body, headers = said.get("body"), said.get("headers") or {}
    if body is not None and not isinstance(body, Mapping):
        raise TypeError("the body of the next link is no object")
    return {
        "href": _text(said["href"]),
        "method": "POST" if str(said.get("method") or "GET").upper() == "POST" else "GET",
        "body": body,
        "merge": said.get("merge") is True,
        "headers": {_text(name): str(value) for name, value in headers.items()},
    }


def multihash(text: Any) -> Optional[Checksum]:
    """STAC's ``file:checksum`` (multihash in hex), None when absent or of a kind we do not know."""
    value = text.lower() if isinstance(text, str) else ""
    prefix = next((p for p in (value[:4], value[:6]) if p in MULTIHASH), "")
    return Checksum(MULTIHASH[prefix], value[len(prefix) :]) if prefix else None


def box(said: Any) -> Optional[BBox]:
    """A ``bbox`` of four or six numbers as west, south, east, north; None for anything else."""
    if not isinstance(said, list) or len(said) not in (4, 6) or not all(map(_is_number, said)):
        return None
    half = len(said) // 2
    return (float(said[0]), float(said[1]), float(said[half]), float(said[half + 1]))


def footprint(said: Any, bbox: Optional[BBox]) -> Optional[Geometry]:
    """The item's geometry made valid; its box where there is none (``fields`` can leave it out)."""
    found = geometry.footprint(said) if isinstance(said, Mapping) else None
    if found is not None or bbox is None:
        return found
    west, south, east, north = bbox
    return geometry.footprint(
        geometry.box((west, south, east if east >= west else east + 360, north))
    )


def asset_facts(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a loader needs to know of a file, in the words of STAC 1.0 also for STAC 1.1."""
    found = {name: said[name] for name in ASSET_FACTS if said.get(name) is not None}
    bands = _rows(said, "bands")
    if "raster:bands" not in found:
        rows = [{n: b.get(n, said.get(n)) for n in BAND_FACTS} for b in bands or [{}]]
        plain = [_without_prefix(row, "raster:") for row in rows]
        if any(plain):
            found["raster:bands"] = plain
    if "eo:bands" not in found and any(b.get("name") for b in bands):
        found["eo:bands"] = [
            _without_prefix(
                {n: v for n, v in b.items() if n == "name" or n.startswith("eo:")}, "eo:"
            )
            for b in bands
        ]
    epsg = epsg_of(said)
    if epsg:
        found["proj:epsg"] = epsg
    return found


def epsg_of(said: Mapping[str, Any]) -> Optional[int]:
    """``proj:epsg``, or the number in ``proj:code``'s ``EPSG:32631``."""
    number = said.get("proj:epsg")
    if isinstance(number, int):
        return number
    code = said.get("proj:code")
    found = re.fullmatch(r"EPSG:(\d{4,6})", code) if isinstance(code, str) else None
    return int(found[1]) if found else None


def baseline(item: Mapping[str, Any], title: str) -> str:
    """Sentinel-2's processing baseline from the item's own field or its name; '' when unknown."""
    facts = names.parse_name(title) or {}
    if facts.get("kind") != "s2":
        return ""
    told = next((item["properties"][n] for n in BASELINES if item["properties"].get(n)), None)
    return str(told or facts.get("baseline", ""))


def _matched(payload: Mapping[str, Any]) -> Optional[int]:
    context = payload.get("context") or {}
    told = payload.get("numberMatched", context.get("matched"))
    return told if isinstance(told, int) else None


def _reachable(said: Any) -> str:
    """The link, or its https alternate where it is an ``s3://``; '' when there is none."""
    href = _link(said)
    if not href.startswith("s3:"):
        return href
    others = said.get("alternate")
    hrefs = map(_link, others.values()) if isinstance(others, dict) else ()
    return next((other for other in hrefs if other.startswith("https:")), href)


def _encrypted(url: str, origin: str) -> str:
    """A server behind a proxy may not know that it is asked by https."""
    return f"https:{url[5:]}" if origin.startswith("https:") and url.startswith("http:") else url


def _link(said: Any) -> str:
    """The link, '' for what is none that anybody could follow."""
    href = said.get("href") if isinstance(said, dict) else None
    if not isinstance(href, str):
        return ""
    try:
        PLAIN(href) or urlsplit(href)
    except ValueError:
        return ""
    return href


def _normalise(properties: dict[str, Any], title: str, collection: str) -> None:
    """One spelling for what the portals spell in many ways."""
    facts = names.parse_name(title) or {}
    tile = names.tile(properties.get(TILE) or properties.get("s2:mgrs_tile") or facts.get("tile"))
    if tile:
        properties[TILE] = f"MGRS-{tile}"
    unit = names.platform(properties.get(PLATFORM)) or names.platform(facts.get("platform"))
    if unit:
        properties[PLATFORM] = f"sentinel-{unit[1:].lower()}"
    if ORBIT not in properties and facts.get("kind") == "s2" and "orbit" in facts:
        properties[ORBIT] = int(facts["orbit"])
    if isinstance(properties.get(ORBIT_STATE), str):
        properties[ORBIT_STATE] = properties[ORBIT_STATE].lower()
    for name in (CLOUD, ORBIT):
        if name in properties:
            _make_number(properties, name)
    epsg = epsg_of(properties)
    if epsg:
        properties["proj:epsg"] = epsg
    if collection in NOT_PROJECTED:
        for name in [n for n in properties if n.startswith("proj:")]:
            del properties[name]


def _make_number(properties: dict[str, Any], name: str) -> None:
    """A number also when it came as a text; what is none is left out."""
    value = properties.pop(name)
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value.strip()):
        value = float(value) if "." in value else int(value)
    if _is_number(value):
        properties[name] = value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and _finite(value)


def _finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _without_prefix(facts: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {n.replace(prefix, "", 1): v for n, v in facts.items() if v is not None}


def _cql2(name: str, operator: str, value: Any) -> dict[str, Any]:
    """A comparison of CQL2's basic class, which knows no ``in``."""
    if operator == "in":
        return _joined("or", [_cql2(name, "eq", v) for v in value])
    symbols = {"lte": "<=", "gte": ">=", "eq": "="}
    return {"op": symbols[operator], "args": [{"property": name}, value]}


def _joined(operator: str, args: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return args[0] if len(args) == 1 else {"op": operator, "args": list(args)}


def _bare(name: str) -> str:
    return name[:-5] if name.endswith(".SAFE") else name


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, found {type(value).__name__}")
    return value


# --- a server that nobody has written down --------------------------------------------------------

LIKELY = (
    ("sentinel-2-l2a-maja", r"maja"),
    ("sentinel-2-l2a", r"(sentinel|^s)[-_]?s?2.*l2a"),
    ("sentinel-2-l1c", r"(sentinel|^s)[-_]?s?2.*l1c"),
    ("sentinel-1-grd", r"(sentinel|^s)[-_]?s?1.*grd"),
    ("sentinel-1-slc", r"(sentinel|^s)[-_]?s?1.*slc"),
    ("sentinel-1-rtc", r"(sentinel|^s)[-_]?s?1.*rtc"),
    ("landsat-c2-l2", r"landsat.*c2.*l2"),
)
"""Our collections and what their ids at other places look like; the first that fits counts."""


def describe(url: str, landing: Any, collections: Any) -> dict[str, Any]:
    """An entry for the portals file from a server's landing page and its ``/collections``. Pure.

    ``collections`` are those that look like ours; the person who adds it has the last word.
    Raises ValueError with the reason when this is no STAC API.
    """
    if not isinstance(landing, Mapping) or not _search_link(landing):
        raise ValueError("there is no STAC API at this address (its landing page names no search)")
    classes = " ".join(c for c in landing.get("conformsTo") or () if isinstance(c, str))
    filtering = _filtering(classes)
    base = re.sub(r"/search/?$", "", urljoin(url, _search_link(landing).partition("?")[0]))
    base = _encrypted(base, url)
    host = urlsplit(base).hostname or "portal"
    name = re.sub(r"\W+", "_", re.sub(r"^(www|stac|api)\.", "", host))
    return {
        "id": name if name.isidentifier() else f"stac_{name}",
        "title": str(landing.get("title") or landing.get("id") or host),
        "family": "stac",
        "url": base,
        "collections": _known(_rows(collections, "collections")),
        "filtering": filtering,
        "filters": [CLOUD] if filtering else [],
        "sortby": "properties.datetime" if re.search(r"item-search#sort\b", classes) else "",
    }


def _filtering(classes: str) -> str:
    """CQL2 where its JSON is known (GeoServer has only the text), else ``query`` where that is."""
    if "item-search#filter" in classes and "cql2-json" in classes:
        return "filter"
    return "query" if "item-search#query" in classes else ""


def _search_link(landing: Mapping[str, Any]) -> str:
    links = [ln for ln in _rows(landing, "links") if ln.get("rel") == "search"]
    return next((_link(ln) for ln in links if "html" not in str(ln.get("type"))), "")


def _known(collections: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Our ids to theirs: the same id where there is one, else the shortest that looks like it."""
    ids = sorted((str(c["id"]) for c in collections if c.get("id")), key=lambda i: (len(i), i))
    found: dict[str, str] = {}
    for theirs in ids:
        ours = next((o for o, like in LIKELY if re.search(like, theirs, re.IGNORECASE)), None)
        if ours and (ours not in found or theirs == ours):
            found[ours] = theirs
    return found


def _rows(thing: Any, name: str) -> list[Mapping[str, Any]]:
    rows = thing.get(name) if isinstance(thing, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


FAMILY = StacProvider
