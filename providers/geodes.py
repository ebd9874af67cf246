"""GEODES, the Earth observation portal of CNES: successor of PEPS and THEIA.

https://geodes.cnes.fr/support/api/ — speaks nearly STAC; search and quicklooks are open, files
want a free API key. Size, checksum and online state stand in the text that describes a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import urljoin

from ..core import names, wording
from ..core.auth import ApiKey
from ..core.catalogue import CLOUD, ORBIT, ORBIT_STATE, PLATFORM, TILE
from ..core.errors import (
    AuthError,
    Cancelled,
    PortalError,
    ProductUnavailable,
    ServiceError,
    TermsNotAccepted,
)
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
from ..core.provider import ODD_ANSWER, Download, Ordering, Paging, Provider, ProviderInfo, each
from ..core.transport import Cancel, HttpRequest, never
from ._stac import box, footprint

if TYPE_CHECKING:
    from ..core.conditions import Condition

THEIA_LACKS = frozenset({PLATFORM, ORBIT})  # nobody has seen how these collections spell them

REFUSALS: Mapping[int, tuple[type[PortalError], str]] = {
    401: (AuthError, "{} did not accept the API key: make one in your profile there."),
    403: (TermsNotAccepted, "{} does not let this API key have the file: look at your profile."),
    410: (
        ProductUnavailable,
        "{} keeps this product on tape (tier 3) and gives it no more: take another portal.",
    ),
}
"""What a status means here, and what to do next."""

_SIZE = re.compile(r"File size:\s*(\d+)")
_MD5 = re.compile(r"Checksum MD5:\s*([0-9a-fA-F]{32})\b")
_ONLINE = re.compile(r"Is online:\s*(true|false)", re.IGNORECASE)


class Geodes(Provider):
    info = ProviderInfo(
        id="geodes",
        title="GEODES",
        family="geodes",
        url="https://geodes-portal.cnes.fr/api/stac",
        description="CNES: Sentinel-1 and -2 of PEPS, THEIA's L2A, L3A and snow; free API key.",
        since=date(2024, 10, 1),
        collections={
            "sentinel-2-l1c": "PEPS_S2_L1C",
            "sentinel-2-l2a-maja": "THEIA_REFLECTANCE_SENTINEL2_L2A",
            "sentinel-2-l3a": "THEIA_REFLECTANCE_SENTINEL2_L3A",
            "sentinel-2-snow": "THEIA_SNOW_SENTINEL2_L2B",
            "sentinel-1-grd": "PEPS_S1_L1:GRD",
            "sentinel-1-slc": "PEPS_S1_L1:SLC",
            "sentinel-1-ocn": "PEPS_S1_L2:OCN",
        },
        filters=frozenset({CLOUD, PLATFORM, TILE, ORBIT}),
        lacking={"sentinel-2-l2a-maja": THEIA_LACKS, "sentinel-2-snow": THEIA_LACKS},
        paging=Paging(size=80),  # their limit since November 2025
        download_auth=ApiKey("X-API-Key"),
        hosts=("*.cnes.fr",),
        ordering=Ordering(poll=600, patience=86400),
        download=Download(resume=True, at_once=3),
        links={
            "home": "https://geodes.cnes.fr/",
            "register": "https://geodes-portal.cnes.fr/",
            "terms": "https://geodes.cnes.fr/",
        },
        licence="Copernicus Sentinel Data Terms; THEIA products: Etalab Open Licence 2.0",
        attribution="Contains modified Copernicus Sentinel data; THEIA products: CNES for THEIA",
        docs="https://geodes.cnes.fr/support/api/",
    )

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        collection, _, kind = self.info.collections[request.collection].partition(":")
        query = self._query(request)
        if kind:
            query["product:type"] = {"eq": kind}
        body: dict[str, Any] = {
            "collections": [collection],
            "page": cursor or 1,
            "limit": self.info.paging.size,
            "sortBy": [{"field": "start_datetime", "direction": "dsc"}],  # not STAC's spelling
        }
        if query:
            body["query"] = query
        if request.intersects is not None:
            body["intersects"] = request.intersects
        elif request.bbox is not None:
            body["bbox"] = list(request.bbox)
        return HttpRequest("POST", f"{self.info.url}/search", json=body)

    def _query(self, request: SearchRequest) -> dict[str, Any]:
        query: dict[str, Any] = {}
        if request.start:
            query["end_datetime"] = {"gte": format_time(request.start)}
        if request.end:
            query["start_datetime"] = {"lte": format_time(request.end)}
        if request.ids:
            query["identifier"] = {"in": list(request.ids)}
        known = self.filters(request)
        query.update({n: _wish(n, c) for n, c in request.query.items() if n in known})
        return query

    def _ask(self, request: HttpRequest, cancelled: Cancel) -> Any:
        """The answer and what was asked: its own link to the next page is wrong."""
        answer = super()._ask(request, cancelled)
        return {**answer, "asked": request.json} if isinstance(answer, Mapping) else answer

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        products, unreadable = each(payload["features"], lambda item: self.product(item, request))
        matched = wording.whole((payload.get("context") or {}).get("matched"))
        asked = payload.get("asked") or {"page": 1, "limit": self.info.paging.size}
        seen = asked["page"] * asked["limit"]
        more = len(payload["features"]) == asked["limit"] if matched is None else seen < matched
        more = more and bool(payload["features"])
        return Page(products, asked["page"] + 1 if more else None, matched, unreadable)

    def product(self, item: Mapping[str, Any], request: SearchRequest) -> Product:
        """One item in our words."""
        said = item["properties"]
        title = wording.bare(wording.told(said["identifier"]))
        start, end = parse_time(said.get("start_datetime")), parse_time(said.get("end_datetime"))
        bbox = box(item.get("bbox"))
        data, assets = self._assets(item, title)
        return Product(
            provider=self.info.id,
            id=wording.told(item["id"]),
            collection=request.collection,
            title=title,
            geometry=footprint(item.get("geometry"), bbox),
            bbox=bbox,
            datetime=start,  # their datetime is when the product was published
            start_datetime=start,
            end_datetime=end,
            properties=_properties(said, title, request.collection),
            assets=assets,
            order_status=_status(_told_online(data)),
            raw=item,
        )

    def _assets(
        self, item: Mapping[str, Any], title: str
    ) -> tuple[Mapping[str, Any], dict[str, Asset]]:
        """What is said of the product's own file, and all its files."""
        data: Mapping[str, Any] = {}
        found: dict[str, Asset] = {}
        for key, said in (item.get("assets") or {}).items():
            role = (said.get("roles") or [""])[0]
            if role == "data" and said.get("type") != "application/xml" and not data:
                data = said
                found["product"] = _file("product", said, ("data", "archive"), f"{title}.zip")
            elif role == "overview" and "thumbnail" not in found:
                picture = _file("thumbnail", said, ("thumbnail",), f"{title}-ql.jpg")
                found["thumbnail"] = replace(picture, href=_scoped(picture.href))
            elif said.get("href"):
                found[key] = _file(key, said, (wording.text(role),), key.rpartition("/")[2])
        return data, found

    # --- is it online? --------------------------------------------------------------------------

    def search(self, request: SearchRequest, cancelled: Cancel = never) -> Iterator[Page]:
        """Pages whose products know whether they are online: the catalogue's own word is old."""
        for page in super().search(request, cancelled):
            yield replace(page, products=self.checked(page.products, cancelled))

    def details(self, product: Product) -> Product:
        found = self.checked((product,))[0]
        waiting = product.order_status is OrderStatus.ORDERED and not found.online
        return replace(found, order_status=product.order_status) if waiting else found

    def order(self, product: Product) -> Product:
        """Asking for two bytes of the file: nobody wrote down how else; `details` tells the rest.

        What lies on tier 3 comes no more, and is said to (410).
        """
        asset = product.assets.get("product")
        if asset is None:
            raise ProductUnavailable(
                f"{self.info.title} gives no link to {product.title}.", provider=self.info.id
            )
        asked = replace(self.resolve(asset), headers={"Range": "bytes=0-1"})
        try:
            with self.files.open(asked):
                pass
        except ServiceError:  # 503 perhaps: whether it was taken, `details` will tell
            pass
        return replace(product, order_status=OrderStatus.ORDERED)

    def checked(
        self, products: tuple[Product, ...], cancelled: Cancel = never
    ) -> tuple[Product, ...]:
        """The products with their state of now; unchanged when the portal does not tell it."""
        asked = [_availability(p) for p in products if _availability(p)]
        if not asked:
            return products
        url = urljoin(self.info.url, "/fastavailability")  # beside /api, not under it
        try:
            answer = self.http.json(
                HttpRequest("POST", url, json={"availability": asked}), cancelled
            )
            online = _available(answer)
        except Cancelled:
            raise
        except (PortalError, *ODD_ANSWER):
            return products
        return tuple(_judged(product, online) for product in products)

    def resolve(self, asset: Asset) -> HttpRequest:
        request = super().resolve(asset)
        return replace(request, login=request.login and "thumbnail" not in asset.roles)

    @staticmethod
    def corrected(error: PortalError) -> PortalError:
        """The sentence for the status, with the next step."""
        kind, sentence = REFUSALS.get(error.status or 0, (None, ""))
        if kind is None:
            return error
        return kind(
            sentence.format(error.provider),
            provider=error.provider,
            url=error.url,
            status=error.status,
            code=error.code,
        )


def _wish(name: str, condition: Condition) -> dict[str, Any]:
    """A condition with its values as GEODES writes them."""
    return {
        operator: [_spelled(name, v) for v in value]
        if isinstance(value, list)
        else _spelled(name, value)
        for operator, value in condition.to_stac().items()
    }


def _spelled(name: str, value: Any) -> Any:
    """``S2A`` for sentinel-2a, ``T31TCJ`` for MGRS-31TCJ."""
    if name == PLATFORM:
        return names.platform(value) or value
    if name == TILE:
        return f"T{names.tile(value)}" if names.tile(value) else value
    return value


def _properties(said: Mapping[str, Any], title: str, collection: str) -> dict[str, Any]:
    return wording.properties(
        collection,
        title,
        platform=said.get("platform"),
        cloud=said.get(CLOUD),
        relative_orbit=said.get(ORBIT),
        absolute_orbit=said.get("sat:absolute_orbit"),
        orbit_state=said.get(ORBIT_STATE),
        tile=said.get(TILE),
        product_type=said.get("product:type"),
        level=said.get("processing:level"),
        mode=said.get("swath"),
        polarizations=said.get("sar:polarizations"),
        processing__version=wording.text(said.get("processing:version")),
        s2__datatake_id=wording.text(said.get("s2:datatake_id")),
        published=wording.text(said.get("datetime")),
        endpoint_url=wording.text(said.get("endpoint_url")),
    )


def _file(key: str, said: Mapping[str, Any], roles: tuple[str, ...], name: str) -> Asset:
    """A file, and what its description tells of it."""
    told = wording.text(said.get("description"))
    size, md5 = _SIZE.search(told), _MD5.search(told)
    return Asset(
        key,
        wording.told(said["href"]),
        type=wording.text(said.get("type")),
        roles=roles,
        size=int(size[1]) if size else None,
        checksum=Checksum("md5", md5[1].lower()) if md5 else None,
        properties={"file:local_path": name},
    )


def _scoped(href: str) -> str:
    return href if "?" in href else f"{href}?scope=gdh"


def _told_online(said: Mapping[str, Any]) -> Optional[bool]:
    told = _ONLINE.search(wording.text(said.get("description")))
    return told[1].lower() == "true" if told else None


def _status(online: Optional[bool]) -> OrderStatus:
    return OrderStatus.ORDERABLE if online is False else OrderStatus.SUCCEEDED


def _availability(product: Product) -> dict[str, str]:
    """The question after one product, {} when it lacks what the question needs."""
    asset, place = product.assets.get("product"), product.properties.get("endpoint_url")
    return {"href": asset.href, "endpointURL": place} if asset and place else {}


def _available(answer: Any) -> dict[tuple[str, str], bool]:
    """Product id and checksum of each file, and whether it is online."""
    return {
        (wording.told(row["id"]), wording.told(file["checksum"])): file["available"] is True
        for row in answer["products"]
        for file in row["files"]
    }


def _judged(product: Product, online: Mapping[tuple[str, str], bool]) -> Product:
    """The link of a file holds the product's id and the file's checksum."""
    asset = product.assets.get("product")
    if asset is None:
        return product
    told = [
        state for (id_, md5), state in online.items() if id_ in asset.href and md5 in asset.href
    ]
    return replace(product, order_status=_status(told[0])) if len(told) == 1 else product


PROVIDER = Geodes
