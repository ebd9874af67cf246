"""Sobloo, the DIAS of Airbus, Orange and Capgemini, 2018 to 2022: a REST service of its own.

Unreachable since January 2023. Times were milliseconds since 1970, in UTC, sizes were megabytes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import parse_qs, urlsplit

from ..core import geometry, names, wkt, wording
from ..core.auth import ApiKey
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM, TILE
from ..core.conditions import Condition, OneOf
from ..core.errors import ResponseError, ServiceError
from ..core.model import Asset, Folded, OrderStatus, Page, Product, SearchRequest
from ..core.provider import Area, Download, Ordering, Paging, Provider, ProviderInfo, each
from ..core.transport import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = {
    CLOUD: "contentDescription.cloudCoverPercentage",
    ORBIT: "orbit.relativeNumber",
    ORBIT_STATE: "orbit.direction",
    TILE: "identification.tileId",
    PLATFORM: "acquisition.missionName",
    MODE: "acquisition.sensorMode",
}


class Sobloo(Provider):
    info = ProviderInfo(
        id="sobloo",
        title="Sobloo",
        family="sobloo",
        url="https://sobloo.eu/api/v1/services",
        description="The DIAS of Airbus, Orange and Capgemini, from 2018 to 2022.",
        since=date(2018, 6, 20),
        until=date(2023, 1, 1),
        successor="cdse",
        collections={
            "sentinel-2-l1c": "S2MSI1C",
            "sentinel-2-l2a": "S2MSI2A",
            "sentinel-1-grd": "GRD",
            "sentinel-1-slc": "SLC",
            "sentinel-1-ocn": "OCN",
        },
        filters=frozenset(FIELDS),
        area=Area(polygon=True, max_points=100),
        paging=Paging(size=100, most=10000),
        download_auth=ApiKey(header="Authorization"),  # the key is written: Apikey KEY
        ordering=Ordering(poll=3600, patience=172800),  # it came within a day
        download=Download(resume=False, at_once=1),
        links={"home": "https://dataspace.copernicus.eu/"},
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://github.com/CS-SI/eodag/issues/607",
    )

    def filters(self, request: SearchRequest) -> frozenset[str]:
        """Conditions are joined by "and", so a field can have one value only."""
        known = super().filters(request)
        return frozenset(n for n in known if len(getattr(request.query[n], "values", "1")) == 1)

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        size = self.info.paging.size
        if not set(request.query) - self.filters(request):
            size = min(size, request.max_items)
        params = {
            "f": self.wishes(request),
            "sort": "-timeStamp",
            "size": str(size),
            "from": str(cursor or 0),
        }
        area = request.intersects or (request.bbox and geometry.box(request.bbox))
        if area:
            params["gintersect"] = wkt.write(area, 6)
        return HttpRequest("GET", f"{self.info.url}/search", params=params)

    def wishes(self, request: SearchRequest) -> list[str]:
        """Every condition, as ``field:operator:value``."""
        found = [f"identification.type:eq:{self.info.collections[request.collection]}"]
        if request.start:
            found.append(f"acquisition.beginViewingDate:gte:{_milliseconds(request.start)}")
        if request.end:
            found.append(f"acquisition.endViewingDate:lte:{_milliseconds(request.end)}")
        if request.ids:
            found.append(f"identification.externalId:eq:{request.ids[0]}")
        for name in sorted(self.filters(request)):
            found.extend(f"{FIELDS[name]}:{wish}" for wish in _wish(name, request.query[name]))
        return found

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        hits = payload["hits"]
        products, unreadable = each(hits, lambda hit: self.product(hit, request))
        matched = wording.whole(payload.get("totalnb"))
        following = _reached(payload) + len(hits)
        more = matched is not None and bool(hits) and following < matched
        return Page(products, following if more else None, matched, unreadable)

    def product(self, hit: Mapping[str, Any], request: SearchRequest) -> Product:
        """One hit in our words."""
        said = hit["data"]
        identity, title = said["uid"], said["identification"]["externalId"]
        if not isinstance(identity, str) or not isinstance(title, str) or not title:
            raise ValueError("a product without id or name")
        seen = said["acquisition"]
        online = (said.get("state") or {}).get("services", {}).get("download") != "external"
        return Product(
            provider=self.info.id,
            id=identity,
            collection=request.collection,
            title=title,
            geometry=geometry.footprint((hit.get("md") or {}).get("geometry")),
            datetime=_moment(seen["beginViewingDate"]),
            start_datetime=_moment(seen["beginViewingDate"]),
            end_datetime=_moment(seen["endViewingDate"]),
            properties=_properties(request.collection, title, said),
            assets=self.assets(said, identity, title),
            order_status=OrderStatus.SUCCEEDED if online else OrderStatus.ORDERABLE,
            raw=Folded.of(hit),
        )

    def order(self, product: Product) -> Product:
        """Asking for an offline file queues it and answers 503."""
        try:
            with self.files.open(self.resolve(product.assets["product"])):
                return replace(product, order_status=OrderStatus.SUCCEEDED)
        except ServiceError:
            return replace(product, order_status=OrderStatus.ORDERED)

    def details(self, product: Product) -> Product:
        """Where the product lies now, by a search for its name."""
        request = SearchRequest(product.collection, ids=(product.title,))
        page = self.read(self.http.json(self.build(request, None)), request)
        found = next((p for p in page.products if p.id == product.id), None)
        if found is None:
            raise ResponseError(
                f"{self.info.title} does not tell whether {product.title} is online.",
                provider=self.info.id,
            )
        waiting = product.order_status is OrderStatus.ORDERED and not found.online
        return replace(
            product, order_status=product.order_status if waiting else found.order_status
        )

    def assets(self, said: Mapping[str, Any], identity: str, title: str) -> dict[str, Asset]:
        """The whole product, whose size is known to the megabyte only, and its quicklook."""
        whole = Asset(
            "product",
            f"{self.info.url}/download/{identity}",
            type="application/zip",
            roles=("archive",),
            title=title,
            properties={"file:local_path": f"{title}.zip"},
        )
        pictures = (said.get("state") or {}).get("resources") or {}
        if not pictures.get("quicklook"):
            return {"product": whole}
        picture = Asset(
            "thumbnail",
            f"{self.info.url}/quicklook/{identity}",
            type="image/jpeg",
            roles=("thumbnail",),
            properties={"file:local_path": f"{title}-ql.jpg"},
        )
        return {"product": whole, "thumbnail": picture}


def _properties(collection: str, title: str, said: Mapping[str, Any]) -> dict[str, Any]:
    seen, orbit, named = said["acquisition"], said.get("orbit") or {}, said["identification"]
    return wording.properties(
        collection,
        title,
        platform=seen.get("missionName"),
        cloud=(said.get("contentDescription") or {}).get("cloudCoverPercentage"),
        relative_orbit=orbit.get("relativeNumber"),
        absolute_orbit=orbit.get("number"),
        orbit_state=orbit.get("direction"),
        tile=named.get("tileId"),
        product_type=named.get("type"),
        level=(said.get("production") or {}).get("levelCode"),
        mode=seen.get("sensorMode"),
        polarizations=seen.get("polarization"),
    )


def _wish(name: str, condition: Condition) -> list[str]:
    if isinstance(condition, OneOf):
        return [f"eq:{_spelled(name, condition.values[0])}"]
    return [f"{operator}:{value}" for operator, value in condition.to_stac().items()]


def _spelled(name: str, value: Any) -> str:
    """Our value as Sobloo wrote it: Sentinel-2A, 31TDH, DESCENDING."""
    said = str(value)
    if name == TILE:
        return names.tile(said) or said
    if name == PLATFORM:
        return names.platform(said).replace("S", "Sentinel-", 1) or said
    return said.upper()


def _reached(payload: Mapping[str, Any]) -> int:
    """Where this page begins: only the link to itself tells."""
    link = ((payload.get("links") or {}).get("self") or {}).get("href") or ""
    return wording.whole(parse_qs(urlsplit(link).query).get("from", ["0"])[0]) or 0


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _moment(milliseconds: Any) -> Optional[datetime]:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


PROVIDER = Sobloo
