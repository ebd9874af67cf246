"""The OData dialect of Copernicus Data Space and the catalogues built on the same software.

https://documentation.dataspace.copernicus.eu/APIs/OData.html — what is asked is one `$filter`;
what comes back are products whose facts stand in a list of attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import unquote

from ..core import geometry, names
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM, POLARIZATIONS, TILE
from ..core.conditions import AtLeast, AtMost, Between, Condition, OneOf
from ..core.errors import ProductUnavailable, QueryError
from ..core.model import (
    Asset,
    Geometry,
    OrderStatus,
    Page,
    Product,
    SearchRequest,
    format_time,
    parse_time,
)
from ..core.provider import Provider, ProviderInfo, each
from ..core.transport import HttpRequest

ATTRIBUTES = {
    CLOUD: ("Double", "cloudCover"),
    ORBIT: ("Integer", "relativeOrbitNumber"),
    ORBIT_STATE: ("String", "orbitDirection"),
    TILE: ("String", "tileId"),
    PLATFORM: ("String", "platformSerialIdentifier"),
    MODE: ("String", "operationalMode"),
    POLARIZATIONS: ("String", "polarisationChannels"),
}
"""STAC property to the type and name of the attribute."""

BANDS = {
    "S2MSI1C": ("", ("B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B10 B11 B12 TCI",)),
    "S2MSI2A": (
        "R",
        (
            "10m B02 B03 B04 B08 TCI AOT WVP",
            "20m B05 B06 B07 B8A B11 B12 SCL",
            "60m B01 B09",
        ),
    ),
}
"""The bands of a compact Sentinel-2 product; level 2A has a folder per resolution."""

UNKNOWN_NODE = "Nodes(*)"


@dataclass(frozen=True)
class ODataInfo(ProviderInfo):
    """``files`` is the root of the download service; collections are ``NAME:productType``."""

    files: str = ""


class ODataProvider(Provider):
    """A catalogue in this dialect."""

    info: ODataInfo
    info_type = ODataInfo

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        if cursor and "link" in cursor:
            return HttpRequest("GET", cursor["link"])
        params = {
            "$filter": " and ".join(self.wishes(request, cursor)),
            "$orderby": "ContentDate/Start desc",  # without an order the pages overlap
            "$top": str(min(self.info.paging.size, request.max_items)),
            "$expand": ["Attributes", "Assets"],
        }
        if cursor is None:
            params["$count"] = "True"  # slow: on the first page only
        return HttpRequest("GET", f"{self.info.url.rstrip('/')}/Products", params=params)

    def wishes(self, request: SearchRequest, cursor: Any) -> list[str]:
        """Every part of the ``$filter``."""
        collection, _, kind = self.info.collections[request.collection].partition(":")
        found = [f"Collection/Name eq '{collection}'"]
        if kind:
            found.append(_attribute("String", "productType", "eq", kind))
        found.extend(_place(request))
        if request.start:
            found.append(f"ContentDate/Start ge {format_time(request.start)}")
        latest = cursor["until"] if cursor else request.end and format_time(request.end)
        if latest:
            found.append(f"ContentDate/Start le {latest}")
        if request.ids:
            found.append("(" + " or ".join(f"Name eq '{_quoted(i)}'" for i in request.ids) + ")")
        known = self.info.filters_of(request.collection)
        for name, condition in request.query.items():
            if name in known:
                found.extend(_wish(name, condition))
        return found

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        entries = payload["value"]
        products, unreadable = each(entries, lambda entry: self.product(entry, request))
        count = payload.get("@odata.count")
        matched = count if isinstance(count, int) else None
        return Page(products, self._next(payload, entries), matched, unreadable)

    def _next(self, payload: Mapping[str, Any], entries: Any) -> Any:
        """The next link; where the server hides it at its 10 000th product, the time reached."""
        if payload.get("@odata.nextLink"):
            return {"link": payload["@odata.nextLink"]}
        if len(entries) < self.info.paging.size:
            return None
        # All tiles of a datatake share one start: `le` and not `lt`, what comes twice is dropped.
        return {"until": entries[-1]["ContentDate"]["Start"]}

    def product(self, entry: Mapping[str, Any], request: SearchRequest) -> Product:
        """One entry in our words."""
        said = {a["Name"]: a["Value"] for a in entry.get("Attributes") or ()}
        title = _bare(entry["Name"])
        times = entry.get("ContentDate") or {}
        start, end = parse_time(times.get("Start")), parse_time(times.get("End"))
        return Product(
            provider=self.info.id,
            id=entry["Id"],
            collection=request.collection,
            title=title,
            geometry=_footprint(entry),
            datetime=start,
            start_datetime=start,
            end_datetime=end,
            properties=_properties(said, title),
            assets=self.assets(entry, title, str(said.get("productType") or "")),
            order_status=OrderStatus.SUCCEEDED
            if entry.get("Online", True)
            else OrderStatus.ORDERABLE,
            raw=entry,
        )

    def assets(self, entry: Mapping[str, Any], title: str, kind: str) -> dict[str, Asset]:
        """The whole product, its quicklook, and for Sentinel-2 every band by itself."""
        root = f"{self.info.files}/Products({entry['Id']})"
        whole = Asset(
            "product",
            f"{root}/$value",
            type="application/zip",
            roles=("archive",),
            title=title,
            # The zip is made while it is sent: size and MD5 are the original archive's, not its.
            properties={"file:local_path": f"{title}.zip"},
        )
        found = {"product": whole, **_band_assets(root, entry["Name"], title, kind)}
        for asset in entry.get("Assets") or ():
            if asset.get("Type") == "QUICKLOOK" and asset.get("DownloadLink"):
                found["thumbnail"] = Asset(
                    "thumbnail",
                    asset["DownloadLink"],
                    type="image/jpeg",
                    roles=("thumbnail",),
                    properties={"file:local_path": f"{title}-ql.jpg"},
                )
        return found

    def resolve(self, asset: Asset) -> HttpRequest:
        """The link; the granule's folder, which no name tells, is looked up first (open to all)."""
        if UNKNOWN_NODE not in asset.href:
            return super().resolve(asset)
        above, _, below = asset.href.partition(f"/{UNKNOWN_NODE}")
        answer = self.files.json(HttpRequest("GET", f"{above}/Nodes", login=False))
        children = answer.get("result") or [] if isinstance(answer, Mapping) else []
        if not children:
            raise ProductUnavailable(
                f"{self.info.title} lists no files of {asset.title}.", provider=self.info.id
            )
        return HttpRequest("GET", f"{above}/Nodes({children[0]['Name']}){below}")


def _place(request: SearchRequest) -> list[str]:
    area = request.intersects or (request.bbox and geometry.box(request.bbox))
    if not area:
        return []
    wkt = geometry.to_wkt(area)
    return [f"OData.CSC.Intersects(area=geography'SRID=4326;{wkt}')"]


def _wish(name: str, condition: Condition) -> list[str]:
    """A condition as comparisons of an attribute."""
    kind, attribute = ATTRIBUTES[name]
    if isinstance(condition, OneOf):
        ways = [_attribute(kind, attribute, "eq", _spelled(name, v)) for v in condition.values]
        return [ways[0] if len(ways) == 1 else f"({' or '.join(ways)})"]
    bounds: dict[str, Any] = {}
    if isinstance(condition, (AtLeast, Between)):
        bounds["ge"] = condition.limit if isinstance(condition, AtLeast) else condition.low
    if isinstance(condition, (AtMost, Between)):
        bounds["le"] = condition.limit if isinstance(condition, AtMost) else condition.high
    return [_attribute(kind, attribute, operator, value) for operator, value in bounds.items()]


def _attribute(kind: str, name: str, operator: str, value: Any) -> str:
    cast = f"OData.CSC.{kind}Attribute"
    literal = f"'{_quoted(value)}'" if kind == "String" else str(value)
    return (
        f"Attributes/{cast}/any(att:att/Name eq '{name}' and att/{cast}/Value {operator} {literal})"
    )


def _quoted(value: Any) -> str:
    return str(value).replace("'", "''")


def _spelled(name: str, value: Any) -> Any:
    """Our value as this catalogue writes it: tile without T, platform as its letter, capitals."""
    text = str(value)
    if name == TILE:
        return names.tile(text) or text
    if name == PLATFORM:
        return names.platform(text)[2:] or text
    return value if name == ORBIT else text.upper()


def _properties(said: Mapping[str, Any], title: str) -> dict[str, Any]:
    facts = names.parse_name(title) or {}
    short = f"{said.get('platformShortName', '')}{said.get('platformSerialIdentifier', '')}"
    unit = names.platform(facts.get("platform")) or names.platform(short.replace("SENTINEL-", "S"))
    tile = names.tile(said.get("tileId") or facts.get("tile"))
    found = {
        PLATFORM: f"sentinel-{unit[1:].lower()}" if unit else None,
        CLOUD: _number(said.get("cloudCover")),
        ORBIT: _whole(said.get("relativeOrbitNumber")),
        "sat:absolute_orbit": _whole(said.get("orbitNumber")),
        ORBIT_STATE: str(said["orbitDirection"]).lower() if said.get("orbitDirection") else None,
        TILE: f"MGRS-{tile}" if tile else None,
        "product:type": said.get("productType"),
        "processing:level": said.get("processingLevel"),
        "processing:version": said.get("processorVersion"),
        "processing:datetime": said.get("processingDate"),
        MODE: said.get("operationalMode"),
        POLARIZATIONS: _polarizations(said.get("polarisationChannels")),
        "s2:datastrip_id": said.get("datastripId"),
        "product:timeliness": said.get("timeliness"),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _polarizations(text: Any) -> Optional[list[str]]:
    """``VV&VH`` or ``VV VH`` as a list."""
    return str(text).replace("&", " ").replace(",", " ").split() or None if text else None


def _number(value: Any) -> Optional[float]:
    """An attribute that is called a number may be a text such as "2.3"."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _whole(value: Any) -> Optional[int]:
    number = _number(value)
    return int(number) if number is not None else None


def _footprint(entry: Mapping[str, Any]) -> Optional[Geometry]:
    if entry.get("GeoFootprint"):
        return geometry.footprint(entry["GeoFootprint"])
    text = str(entry.get("Footprint") or "").partition("'")[2].rstrip("'")
    try:
        return geometry.read_area(text)
    except QueryError:
        return None


def _band_assets(root: str, folder: str, title: str, kind: str) -> dict[str, Asset]:
    """Single bands by the Nodes service, whose names are written without quotes."""
    facts = names.parse_name(title) or {}
    if kind not in BANDS or "made" not in facts or "tile" not in facts:
        return {}
    prefix, rows = BANDS[kind]
    found = {}
    for row in rows:
        words = row.split()
        size = words.pop(0) if prefix else ""
        for band in words:
            key = f"{band}_{size}" if size else band
            name = f"T{facts['tile']}_{facts['take']}_{key}.jp2"
            nodes = (folder, "GRANULE", "*", "IMG_DATA", *([f"R{size}"] if size else []), name)
            path = "/".join(f"Nodes({node})" for node in nodes)
            found[key] = Asset(
                key,
                f"{root}/{path}/$value",
                type="image/jp2",
                roles=("data",),
                title=title,
                properties={"file:local_path": name},
            )
    return found


def _bare(name: str) -> str:
    return unquote(name[:-5] if name.endswith(".SAFE") else name)


FAMILY = ODataProvider
