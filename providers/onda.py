"""ONDA, the DIAS of Serco, 2018 to 2025: OData 4 with a search of its own, Elastic Node Server.

Closed at the end of February 2025. Nearly every fact stands in a list of metadata, as text; the
quicklook comes inside the answer. What was offline could be ordered, some twenty products an hour.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from ..core import geometry, names, wkt, wording
from ..core.auth import Password
from ..core.catalogue import CLOUD, MODE, ORBIT_STATE, PLATFORM, TILE
from ..core.conditions import Condition, OneOf
from ..core.errors import ResponseError
from ..core.model import (
    Asset,
    Folded,
    OrderStatus,
    Page,
    Product,
    SearchRequest,
    format_time,
    parse_time,
)
from ..core.provider import (
    ODD_ANSWER,
    Area,
    Download,
    Ordering,
    Paging,
    Provider,
    ProviderInfo,
    each,
)
from ..core.transport import Cancel, HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

TERMS = {
    CLOUD: "cloudCoverPercentage",
    ORBIT_STATE: "orbitDirection",
    TILE: "tileIdentifier",
    MODE: "sensorOperationalMode",
    PLATFORM: "name",
}


class Onda(Provider):
    info = ProviderInfo(
        id="onda",
        title="ONDA",
        family="onda",
        url="https://catalogue.onda-dias.eu/dias-catalogue",
        description="The DIAS of Serco, from 2018 to 2025.",
        since=date(2018, 6, 20),
        until=date(2025, 2, 28),
        successor="cdse",
        collections={
            "sentinel-2-l1c": "Sentinel-2:S2MSI1C",
            "sentinel-2-l2a": "Sentinel-2:S2MSI2A",
            "sentinel-1-grd": "Sentinel-1:*GRD*",
            "sentinel-1-slc": "Sentinel-1:*SLC*",
            "sentinel-1-ocn": "Sentinel-1:*OCN*",
        },
        filters=frozenset(TERMS),
        area=Area(polygon=True, max_points=100),
        paging=Paging(size=100),  # more than 2000 are refused with status 200
        download_auth=Password(),
        ordering=Ordering(poll=600, patience=86400),
        download=Download(resume=True, at_once=2),
        links={"home": "https://dataspace.copernicus.eu/"},
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://github.com/CS-SI/eodag/issues/1560",
    )

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        terms = quote(" AND ".join(self.wishes(request)), '[]:*()",')
        return HttpRequest(
            "GET",
            f'{self.info.url}/Products?$search="{terms}"&$format=json&$expand=Metadata'
            f"&$orderby=creationDate%20desc&$top={self._size(request)}&$skip={cursor or 0}",
        )

    def _size(self, request: SearchRequest) -> int:
        sifted = set(request.query) - self.filters(request)
        return self.info.paging.size if sifted else min(self.info.paging.size, request.max_items)

    def wishes(self, request: SearchRequest) -> list[str]:
        """Every part of the search."""
        platform, kind = self.info.collections[request.collection].split(":")
        found = [f"platformName:{platform}", f"productType:{kind}"]
        area = request.intersects or (request.bbox and geometry.box(request.bbox))
        if area:
            found.append(f'footprint:"Intersects({wkt.write(area)})"')
        if request.start:
            found.append(f"beginPosition:[{format_time(request.start)} TO *]")
        if request.end:
            found.append(f"endPosition:[* TO {format_time(request.end)}]")
        if request.ids:
            found.append(_any_of([f"name:*{wording.bare(name)}*" for name in request.ids]))
        known = self.filters(request)
        found.extend(_wish(n, c) for n, c in request.query.items() if n in known)
        return found

    def _ask(self, request: HttpRequest, cancelled: Cancel) -> Any:
        """The answer does not say where it begins, the question does."""
        answer = super()._ask(request, cancelled)
        skipped = parse_qs(urlsplit(request.url).query)["$skip"][0]
        return {**answer, "skipped": int(skipped)} if isinstance(answer, dict) else answer

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        entries = payload["value"]
        products, unreadable = each(entries, lambda entry: self.product(entry, request))
        following = payload.get("skipped", 0) + len(entries)
        full = len(entries) >= self._size(request)
        return Page(products, following if full else None, unreadable=unreadable)

    def product(self, entry: Mapping[str, Any], request: SearchRequest) -> Product:
        """One entry in our words."""
        said = {row["id"]: row.get("value") for row in entry.get("Metadata") or ()}
        identity, title = entry["id"], wording.bare(entry["name"])
        if not isinstance(identity, str) or not title:
            raise ValueError("a product without id or name")
        start = parse_time(entry["beginPosition"])
        return Product(
            provider=self.info.id,
            id=identity,
            collection=request.collection,
            title=title,
            geometry=geometry.footprint(wkt.read(entry.get("footprint"))),
            datetime=start,
            start_datetime=start,
            end_datetime=parse_time(said.get("endPosition")),
            properties=_properties(request.collection, title, said),
            assets=self.assets(entry, title),
            order_status=OrderStatus.ORDERABLE if entry.get("offline") else OrderStatus.SUCCEEDED,
            raw=Folded.of(entry),
        )

    def assets(self, entry: Mapping[str, Any], title: str) -> dict[str, Asset]:
        """The whole product, and the quicklook that came along as base64."""
        whole = Asset(
            "product",
            f"{self._entity(entry['id'])}/$value",
            type="application/zip",
            roles=("archive",),
            title=title,
            size=wording.byte_count(entry.get("size")),
            properties={"file:local_path": f"{title}.zip"},
        )
        inline = entry.get("quicklook")
        if not isinstance(inline, str) or not inline:
            return {"product": whole}
        href = f"data:image/jpeg;base64,{inline}"
        picture = Asset("thumbnail", href, type="image/jpeg", roles=("thumbnail",))
        return {"product": whole, "thumbnail": picture}

    def _entity(self, identity: str) -> str:
        return f"{self.info.url}/Products({quote(identity)})"

    def order(self, product: Product) -> Product:
        """Asks for a product to be fetched from the archive."""
        place = f"{self._entity(product.id)}/Ens.Order"
        self.files.json(HttpRequest("POST", place, json={}))
        return replace(product, order_status=OrderStatus.ORDERED)

    def details(self, product: Product) -> Product:
        """Where the product lies now."""
        place = HttpRequest("GET", self._entity(product.id), params={"$format": "json"})
        answer = self.files.json(place)
        try:
            offline = answer["offline"] and not answer.get("downloadable")
        except ODD_ANSWER as error:
            raise ResponseError(
                f"{self.info.title} does not tell whether {product.title} is online.",
                provider=self.info.id,
            ) from error
        waiting = product.order_status is OrderStatus.ORDERED
        away = OrderStatus.ORDERED if waiting else OrderStatus.ORDERABLE
        return replace(product, order_status=away if offline else OrderStatus.SUCCEEDED)


def _properties(collection: str, title: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return wording.properties(
        collection,
        title,
        platform=f"S{wording.text(said.get('platformSerialIdentifier'))}",
        cloud=said.get("cloudCoverPercentage"),
        relative_orbit=said.get("relativeOrbitNumber"),
        absolute_orbit=said.get("orbitNumber"),
        orbit_state=said.get("orbitDirection"),
        tile=said.get("tileIdentifier"),
        product_type=said.get("productType"),
        level=said.get("processingLevel"),
        mode=said.get("sensorOperationalMode"),
        polarizations=said.get("polarisationChannels"),
        product__timeliness=said.get("timeliness"),
        s2__datatake_id=said.get("dataTakeIdentifier"),
        s2__processing_baseline=said.get("processingBaseline"),
        processing__datetime=said.get("processingDate"),
    )


def _wish(name: str, condition: Condition) -> str:
    if isinstance(condition, OneOf):
        return _any_of([f"{TERMS[name]}:{_spelled(name, value)}" for value in condition.values])
    bounds = condition.to_stac()
    return f"{TERMS[name]}:[{bounds.get('gte', '*')} TO {bounds.get('lte', '*')}]"


def _spelled(name: str, value: Any) -> str:
    if name == TILE:
        return names.tile(value) or str(value)
    if name == PLATFORM:
        return f"{names.platform(value)}*"
    return str(value).upper()


def _any_of(ways: list[str]) -> str:
    return ways[0] if len(ways) == 1 else f"({' OR '.join(ways)})"


PROVIDER = Onda
