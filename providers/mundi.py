"""Mundi, the DIAS of Atos and T-Systems, 2018 to 2023: OpenSearch that answers in Atom.

Closed in autumn 2023. Its polygons have the latitude first, its eo:orbitNumber is the relative
orbit, its pages hold fifty products at most. What was online was a folder of an object store,
opened by the cookie of a web session; what was not had no link at all.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Optional

from ..core import geometry, markup, names, wkt, wording
from ..core.catalogue import CLOUD, ORBIT_STATE, TILE
from ..core.conditions import Condition, OneOf
from ..core.model import (
    Asset,
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
from ..core.provider import Area, Download, Paging, Provider, ProviderInfo, each
from ..core.transport import HttpRequest

if TYPE_CHECKING:
    from ..core.markup import Element

CATALOGUE = "https://{}.browse.catalog.mundiwebservices.com/opensearch"
PARAMETERS = {CLOUD: "cloudCover", TILE: "tileIdentifier", ORBIT_STATE: "orbitDirection"}


class Mundi(Provider):
    info = ProviderInfo(
        id="mundi",
        title="Mundi",
        family="mundi",
        url="https://mundiwebservices.com",
        description="The DIAS of Atos and T-Systems, from 2018 to 2023.",
        since=date(2018, 6, 20),
        until=date(2023, 10, 1),
        successor="cdse",
        collections={
            "sentinel-2-l1c": "sentinel2:IMAGE:L1C",
            "sentinel-2-l2a": "sentinel2:IMAGE:L2A",
            "sentinel-1-grd": "sentinel1:GRD:",
            "sentinel-1-slc": "sentinel1:SLC:",
            "sentinel-1-ocn": "sentinel1:OCN:",
        },
        filters=frozenset(PARAMETERS),
        area=Area(polygon=True, max_points=100),
        paging=Paging(size=50),  # more are cut without a word
        download=Download(resume=False, at_once=1),
        links={"home": "https://dataspace.copernicus.eu/"},
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://github.com/CS-SI/eodag/issues/875",
    )

    def filters(self, request: SearchRequest) -> frozenset[str]:
        """One value a parameter: of several nobody wrote down how to ask."""
        known = super().filters(request)
        return frozenset(n for n in known if len(getattr(request.query[n], "values", "1")) == 1)

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        place, kind, level = self.info.collections[request.collection].split(":")
        size = self.info.paging.size
        if not set(request.query) - self.filters(request):
            size = min(size, request.max_items)
        params = {
            "format": "atom",
            "relation": "intersects",
            "productType": kind,
            **({"processingLevel": level} if level else {}),
            **({"timeStart": format_time(request.start)} if request.start else {}),
            **({"timeEnd": format_time(request.end)} if request.end else {}),
            **({"uid": request.ids[0]} if request.ids else {}),
            **{PARAMETERS[n]: _wish(n, request.query[n]) for n in self.filters(request)},
            "maxRecords": str(size),
            "startIndex": str(cursor or 1),
        }
        area = request.intersects or (request.bbox and geometry.box(request.bbox))
        if area:
            params["geometry"] = wkt.write(area, 6)
        headers = {"Accept": "application/atom+xml"}
        return HttpRequest("GET", CATALOGUE.format(place), params=params, headers=headers)

    def decode(self, content: bytes) -> Element:
        return markup.parse(content)

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        if payload.name != "feed":
            raise ValueError(f"a {payload.name[:40]} came instead of a feed")
        entries = payload.every("entry")
        products, unreadable = each(entries, lambda entry: self.product(entry, request))
        matched = wording.whole(payload.told("os:totalResults"))
        following = (wording.whole(payload.told("os:startIndex")) or 1) + len(entries)
        more = matched is not None and bool(entries) and following <= matched
        return Page(products, following if more else None, matched, unreadable)

    def product(self, entry: Element, request: SearchRequest) -> Product:
        """One entry in our words."""
        title = entry.told("title")
        start = parse_time(entry.told("DIAS:sensingStartDate"))
        if not title or start is None:
            raise ValueError("a product without name or time")
        online = entry.told("DIAS:onlineStatus") != "OFFLINE"
        return Product(
            provider=self.info.id,
            id=entry.told("id") or title,
            collection=request.collection,
            title=title,
            geometry=geometry.footprint(_area(entry)),
            datetime=start,
            start_datetime=start,
            end_datetime=parse_time(entry.told("DIAS:sensingStopDate")),
            properties=_properties(request.collection, title, entry),
            assets=_assets(entry, title),
            order_status=OrderStatus.SUCCEEDED if online else OrderStatus.ORDERABLE,
            raw=Folded.of({child.name: child.text for child in entry.children}),
        )


def _wish(name: str, condition: Condition) -> str:
    if isinstance(condition, OneOf):
        value = str(condition.values[0])
        return (names.tile(value) or value) if name == TILE else value.upper()
    bounds = condition.to_stac()
    return f"[{bounds.get('gte', 0)},{bounds.get('lte', 100)}]"


def _area(entry: Element) -> Optional[Geometry]:
    """``georss:polygon``, or else ``georss:box``: both have the latitude first."""
    rings = [_ring(polygon.text) for polygon in entry.every("georss:polygon")]
    if rings:
        return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
    corners = [float(number) for number in entry.told("georss:box").split()]
    if len(corners) != 4:
        return None
    south, west, north, east = corners
    return geometry.box((west, south, east, north))


def _ring(text: str) -> list[list[float]]:
    numbers = [float(number) for number in text.split()]
    return [[lon, lat] for lat, lon in zip(numbers[::2], numbers[1::2])]


def _properties(collection: str, title: str, entry: Element) -> dict[str, Any]:
    digits = wording.md5(entry.told("DIAS:checksum"))
    size = wording.byte_count(entry.told("DIAS:productDatapackSize"))
    found = wording.properties(
        collection,
        title,
        platform=entry.told("eo:platform"),
        cloud=entry.told("eo:cloudCover"),
        relative_orbit=entry.told("eo:orbitNumber"),  # not the absolute one, as elsewhere
        absolute_orbit=entry.told("DIAS:startOrbitNumber"),
        orbit_state=entry.told("eo:orbitDirection"),
        tile=entry.told("DIAS:tileIdentifier"),
        product_type=entry.told("eo:productType"),
        level=entry.told("eo:processingLevel"),
        mode=entry.told("eo:sensorMode"),
        s2__datatake_id=entry.told("DIAS:datatakeId"),
        file__checksum=f"d50110{digits}" if digits else "",
        published=entry.told("published"),
        updated=entry.told("updated"),
    )
    return {**found, "file:size": size} if size else found


def _assets(entry: Element, title: str) -> dict[str, Asset]:
    """The folder of what is online, and the pictures."""
    found = {}
    links = {link.attributes.get("rel"): link for link in entry.every("link")}
    folder = links["enclosure"].attributes.get("href") if "enclosure" in links else None
    if folder:
        digits = wording.md5(entry.told("DIAS:checksum"))
        found["product"] = Asset(
            "product",
            folder,
            type="application/x-directory",
            roles=("archive",),
            title=title,
            checksum=Checksum("md5", digits) if digits else None,
        )
    groups = entry.every("media:group")
    for content in (content for group in groups for content in group.every("media:content")):
        kind, href = content.told("media:category"), content.attributes.get("url")
        if href and kind in ("QUICKLOOK", "THUMBNAIL"):
            role = "thumbnail" if kind == "THUMBNAIL" else "overview"
            found[kind.lower()] = Asset(kind.lower(), href, type="image/jpeg", roles=(role,))
    return found


PROVIDER = Mundi
