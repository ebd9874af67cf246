"""The OData dialect of Copernicus Data Space and the catalogues built on the same software.

https://documentation.dataspace.copernicus.eu/APIs/OData.html — what is asked is one `$filter`;
what comes back are products whose facts stand in a list of attributes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Optional
from urllib.parse import unquote

from ..core import geometry, names, nodes, wording
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM, POLARIZATIONS, TILE
from ..core.conditions import AtLeast, AtMost, Between, Condition, OneOf
from ..core.errors import (
    AuthError,
    PortalError,
    ProductUnavailable,
    QueryError,
    RateLimited,
)
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
from ..core.provider import Area, Paging, Provider, ProviderInfo, each
from ..core.transport import HttpRequest

if TYPE_CHECKING:
    from ..core.transport import Http

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

REFUSALS: Mapping[str, tuple[type[PortalError], str]] = {
    "DAT-ZIP-100": (
        RateLimited,
        "{} lets an account fetch four files at a time, which are on their way: wait a minute.",
    ),
    "DAT-ZIP-104": (
        ProductUnavailable,
        "{} finds no such file inside the product: fetch the whole product instead.",
    ),
    "DAT-ZIP-109": (AuthError, "The session at {} has ended: log in again."),
    "DAT-ZIP-111": (ProductUnavailable, "{} does not know this product: search for it again."),
    "DAT-ZIP-604": (AuthError, "{} saw no login: choose an account for it."),
    "DAT-ZIP-609": (
        AuthError,
        "{} takes no login of this kind for files: use the account's user name and password.",
    ),
    "invalid_grant": (
        AuthError,
        "{} did not accept the login: check user name and password; an account with a second "
        "factor also wants its one-time code.",
    ),
}
"""What the download service and the login mean by their codes, and what to do next."""

MINUTE = 60.0  # after DAT-ZIP-100, which says no time itself
MOST = 1000  # products on a page, at most


@dataclass(frozen=True)
class ODataInfo(ProviderInfo):
    """``files`` is the root of the download service; collections are ``NAME:productType``."""

    files: str = ""


class ODataProvider(Provider):
    """A catalogue in this dialect."""

    info: ODataInfo
    info_type = ODataInfo
    usual: ClassVar[Mapping[str, Any]] = {
        "filters": frozenset(ATTRIBUTES),
        "area": Area(polygon=True, max_points=150),  # the question is a URL, of 8 kB at most
        "paging": Paging(size=200),
    }

    def __init__(
        self, http: Http, files: Optional[Http] = None, info: Optional[ProviderInfo] = None
    ) -> None:
        super().__init__(http, files, info)
        self._folders = nodes.Folders(self.info, self._listed)

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        if cursor and "link" in cursor:
            link = cursor["link"]
            return HttpRequest("GET", link, login=self.http.trusts(link, self.info.url))
        size = min(self.info.paging.size, request.max_items) if cursor is None else MOST
        params = {
            "$filter": " and ".join(self.wishes(request, cursor)),
            "$orderby": "ContentDate/Start desc",  # without an order the pages overlap
            "$top": str(size),
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
            wanted = [f"Name eq '{_quoted(name)}'" for i in request.ids for name in _spellings(i)]
            found.append(f"({' or '.join(wanted)})")
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
        return Page(products, self._next(payload, products), matched, unreadable)

    def _next(self, payload: Mapping[str, Any], products: tuple[Product, ...]) -> Any:
        """The next link; where the server hides it at its 10 000th product, the time reached."""
        if payload.get("@odata.nextLink"):
            return {"link": wording.told(payload["@odata.nextLink"])}
        if not products or len(payload["value"]) not in (self.info.paging.size, MOST):
            return None
        # All tiles of a datatake share one start: `le` and not `lt`, what comes twice is dropped;
        # and a page so large that a datatake does not fill it.
        return {"until": products[-1].raw["ContentDate"]["Start"]}

    def product(self, entry: Mapping[str, Any], request: SearchRequest) -> Product:
        """One entry in our words."""
        said = {wording.text(a["Name"]): a.get("Value") for a in entry.get("Attributes") or ()}
        title = _bare(wording.told(entry["Name"]))
        times = entry.get("ContentDate") or {}
        start, end = parse_time(times.get("Start")), parse_time(times.get("End"))
        return Product(
            provider=self.info.id,
            id=wording.told(entry["Id"]),
            collection=request.collection,
            title=title,
            geometry=_footprint(entry),
            datetime=start,
            start_datetime=start,
            end_datetime=end,
            properties={**_properties(said, title, request.collection), **_archived(entry)},
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
            # The zip is made while it is sent, so what `_archived` tells is not its own.
            properties={"file:local_path": f"{title}.zip"},
        )
        found = {"product": whole, **nodes.assets(root, entry["Name"], title, kind)}
        for asset in entry.get("Assets") or ():
            if asset.get("Type") == "QUICKLOOK" and isinstance(asset.get("DownloadLink"), str):
                found["thumbnail"] = Asset(
                    "thumbnail",
                    asset["DownloadLink"],
                    type="image/jpeg",
                    roles=("thumbnail",),
                    properties={"file:local_path": f"{title}-ql.jpg"},
                )
        return found

    def resolve(self, asset: Asset) -> HttpRequest:
        """The link, in which folders that no name tells are looked up first (open to all)."""
        href = self._folders.real(asset)
        ours = any(self.files.trusts(href, place) for place in (self.info.url, self.info.files))
        # Quicklooks are open: they need no session.
        return HttpRequest("GET", href, login=ours and "thumbnail" not in asset.roles)

    def _listed(self, place: str) -> Any:
        """What lies in a folder; open to all."""
        answer = self.files.json(HttpRequest("GET", place, login=False))
        return answer.get("result") if isinstance(answer, Mapping) else None

    @staticmethod
    def corrected(error: PortalError) -> PortalError:
        """The sentence for the code, with the next step."""
        if error.code not in REFUSALS:
            return error
        kind, sentence = REFUSALS[error.code]
        wait = error.retry_after
        return kind(
            sentence.format(error.provider),
            provider=error.provider,
            url=error.url,
            status=error.status,
            retry_after=MINUTE if kind is RateLimited and wait is None else wait,
            code=error.code,
        )


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


def _spellings(name: str) -> tuple[str, ...]:
    """Most names end in .SAFE there, and few people say it."""
    return (name,) if name.endswith((".SAFE", ".SEN3", ".nc", ".EOF")) else (name, f"{name}.SAFE")


def _properties(said: Mapping[str, Any], title: str, collection: str) -> dict[str, Any]:
    facts = names.parse_name(title) or {}
    unit = f"{said.get('platformShortName', '')}{said.get('platformSerialIdentifier') or ''}"
    return wording.properties(
        collection,
        title,
        platform=facts.get("platform") or unit,
        cloud=said.get("cloudCover"),
        relative_orbit=said.get("relativeOrbitNumber"),
        absolute_orbit=said.get("orbitNumber"),
        orbit_state=said.get("orbitDirection"),
        tile=said.get("tileId"),
        product_type=said.get("productType"),
        # Sentinel-2 says S2MSI2A here.
        level=facts["level"] if facts.get("kind") == "s2" else said.get("processingLevel"),
        mode=said.get("operationalMode"),
        polarizations=said.get("polarisationChannels"),
        processing__version=wording.text(said.get("processorVersion")),
        processing__datetime=wording.text(said.get("processingDate")),
        product__timeliness=wording.text(said.get("timeliness")),
        s2__datastrip_id=wording.text(said.get("datastripId")),
    )


def _archived(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Size and MD5 of the product as it lies in the archive; 0 and nothing do occur."""
    found: dict[str, Any] = {}
    size = wording.byte_count(entry.get("ContentLength"))
    if size:
        found["file:size"] = size
    rows = entry.get("Checksum")
    for row in rows if isinstance(rows, list) else ():
        digits = wording.text(row.get("Value")).lower() if isinstance(row, dict) else ""
        if re.fullmatch(r"[0-9a-f]{32}", digits) and row.get("Algorithm") == "MD5":
            found["file:checksum"] = f"d50110{digits}"  # a multihash, as STAC has it
    return found


def _footprint(entry: Mapping[str, Any]) -> Optional[Geometry]:
    if entry.get("GeoFootprint"):
        return geometry.footprint(entry["GeoFootprint"])
    text = str(entry.get("Footprint") or "").partition("'")[2].rstrip("'")
    try:
        return geometry.read_area(text)
    except QueryError:
        return None


def _bare(name: str) -> str:
    return unquote(name[:-5] if name.endswith(".SAFE") else name)


FAMILY = ODataProvider
