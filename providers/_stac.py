"""STAC APIs: https://api.stacspec.org/v1.0.0/item-search, with what the servers really do.

`StacProvider` is enough for most portals: their files hold the facts only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional
from urllib.parse import urlsplit

from ..core import geometry, names
from ..core.catalogue import CATALOGUE, CLOUD, ORBIT, ORBIT_STATE, PLATFORM, TILE
from ..core.model import (
    Asset,
    Checksum,
    OrderStatus,
    Page,
    Product,
    SearchRequest,
    format_time,
    parse_time,
)
from ..core.provider import ODD_ANSWER, Provider, ProviderInfo
from ..core.transport import LOGIN_HEADERS, HttpRequest

TIMES = ("datetime", "start_datetime", "end_datetime")
NAMES = ("s2:product_uri", "s1:product_identifier", "sentinel:product_id", "title")
ASSET_FACTS = (
    "gsd",
    "data_type",
    "nodata",
    "raster:bands",
    "raster:scale",
    "raster:offset",
    "eo:bands",
    "bands",
    "proj:epsg",
    "proj:code",
    "proj:shape",
    "proj:transform",
    "file:local_path",
)
MULTIHASH = {"1114": "sha1", "1220": "sha256", "1340": "sha512", "1620": "sha3-256", "d50110": "md5"}
"""Prefix of a multihash in hex (code and length), https://multiformats.io/multihash."""


@dataclass(frozen=True)
class StacInfo(ProviderInfo):
    """``filtering`` is ``query`` (the query extension), ``filter`` (CQL2 JSON) or '' for neither.

    ``sortby`` is how this server spells the property to sort by, '' when it cannot.
    ``spellings`` maps our property names to the server's.
    """

    filtering: str = "query"
    sortby: str = "properties.datetime"
    spellings: Mapping[str, str] = field(default_factory=dict)


class StacProvider(Provider):
    """Any STAC API. ``usual_filters`` are what a server of unknown make is asked."""

    info: StacInfo
    info_type = StacInfo
    usual_filters = frozenset({CLOUD})

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        first = HttpRequest("POST", f"{self.info.url.rstrip('/')}/search", json=self.body(request))
        return self._follow(first, cursor) if cursor else first

    def body(self, request: SearchRequest) -> dict[str, Any]:
        """The search as STAC says it."""
        body: dict[str, Any] = {
            "collections": [self.info.collections[request.collection]],
            "limit": min(self.info.paging.size, request.max_items),
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

    def _wishes(self, request: SearchRequest) -> dict[str, Any]:
        """The conditions that the server knows, in its dialect."""
        known = CATALOGUE[request.collection].filters if request.collection in CATALOGUE else None
        wishes = {
            self.info.spellings.get(name, name): condition.to_stac()
            for name, condition in request.query.items()
            if name in self.info.filters and (known is None or name in known)
        }
        if not wishes or not self.info.filtering:
            return {}
        if self.info.filtering == "query":
            return {"query": wishes}
        args = [_cql2(n, op, value) for n, ops in wishes.items() for op, value in ops.items()]
        filter_ = args[0] if len(args) == 1 else {"op": "and", "args": args}
        return {"filter-lang": "cql2-json", "filter": filter_}

    def _follow(self, first: HttpRequest, link: Mapping[str, Any]) -> HttpRequest:
        """A ``next`` link as a request: GET, or POST with a body that is whole or to be merged."""
        method = str(link.get("method") or "GET").upper()
        body = link.get("body") if method == "POST" else None
        if link.get("merge") and method == "POST":
            body = {**first.json, **(body or {})}
        headers = link.get("headers") or {}
        return HttpRequest(
            method,
            link["href"],
            json=body,
            headers={k: str(v) for k, v in headers.items() if k.lower() not in LOGIN_HEADERS},
            login=urlsplit(link["href"]).hostname == urlsplit(first.url).hostname,
        )

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        features = payload["features"]
        products, trouble = [], None
        for feature in features:
            try:
                products.append(self.product(feature, request))
            except ODD_ANSWER as error:  # one broken item costs only itself
                trouble = error
        if trouble is not None and not products:
            raise trouble
        return Page(
            tuple(products),
            next=next_link(payload) if features else None,
            matched=_matched(payload),
            unreadable=len(features) - len(products),
        )

    def product(self, item: Mapping[str, Any], request: SearchRequest) -> Product:
        """One STAC item in our words."""
        said = item["properties"]
        times = {name: parse_time(said.get(name)) for name in TIMES}
        properties = {k: v for k, v in said.items() if v is not None and k not in TIMES}
        title = self.title(item, properties)
        _normalise(properties, title)
        bbox = item.get("bbox")
        status = properties.pop("order:status", "succeeded")
        return Product(
            provider=self.info.id,
            id=_text(item["id"]),
            collection=request.collection,
            title=title,
            geometry=geometry.footprint(item.get("geometry")),
            bbox=tuple(float(v) for v in bbox) if bbox and len(bbox) == 4 else None,
            properties=properties,
            assets=self.assets(item, title),
            order_status=OrderStatus(status),
            raw=item,
            **times,
        )

    def title(self, item: Mapping[str, Any], properties: Mapping[str, Any]) -> str:
        """What people call it: the name of the SAFE where the item tells it."""
        name = next((properties[n] for n in NAMES if properties.get(n)), item["id"])
        return _bare(str(name))

    def assets(self, item: Mapping[str, Any], title: str) -> dict[str, Asset]:
        """Every file of the item; a thumbnail may be a link instead of an asset."""
        found = {}
        for key, said in (item.get("assets") or {}).items():
            asset = self.asset(key, said, title)
            if asset.href:
                found[key] = asset
        if "thumbnail" not in found or found["thumbnail"].href.startswith("s3:"):
            href = next((ln["href"] for ln in item.get("links") or () if ln["rel"] == "thumbnail"), "")
            if href:
                found["thumbnail"] = Asset("thumbnail", href, roles=("thumbnail",))
        return found

    def asset(self, key: str, said: Mapping[str, Any], title: str) -> Asset:
        """One file; its https alternate where the main link is ``s3://``."""
        size = said.get("file:size")
        return Asset(
            key=key,
            href=_reachable(said),
            type=_text(said.get("type") or ""),
            roles=tuple(said.get("roles") or ()),
            title=_text(said.get("title") or ""),
            size=size if isinstance(size, int) and size > 0 else None,
            checksum=multihash(said.get("file:checksum")),
            properties={k: said[k] for k in ASSET_FACTS if k in said},
        )


def next_link(payload: Mapping[str, Any]) -> Optional[Mapping[str, Any]]:
    """The link to the following page, None at the end."""
    links = payload.get("links") or ()
    return next((link for link in links if link["rel"] == "next" and link.get("href")), None)


def multihash(text: Any) -> Optional[Checksum]:
    """STAC's ``file:checksum`` (multihash in hex), None when absent or of a kind we do not know."""
    value = text.lower() if isinstance(text, str) else ""
    for prefix, algorithm in MULTIHASH.items():
        if value.startswith(prefix):
            return Checksum(algorithm, value[len(prefix) :])
    return None


def _matched(payload: Mapping[str, Any]) -> Optional[int]:
    context = payload.get("context") or {}
    told = payload.get("numberMatched", context.get("matched"))
    return told if isinstance(told, int) else None


def _reachable(said: Mapping[str, Any]) -> str:
    href = _text(said["href"])
    if not href.startswith("s3:"):
        return href
    others = (said.get("alternate") or {}).values()
    return next((_text(o["href"]) for o in others if o["href"].startswith("https:")), href)


def _normalise(properties: dict[str, Any], title: str) -> None:
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


def _cql2(name: str, operator: str, value: Any) -> dict[str, Any]:
    symbols = {"lte": "<=", "gte": ">=", "eq": "=", "in": "in"}
    return {"op": symbols[operator], "args": [{"property": name}, value]}


def _bare(name: str) -> str:
    return name[:-5] if name.endswith(".SAFE") else name


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, found {type(value).__name__}")
    return value


FAMILY = StacProvider
