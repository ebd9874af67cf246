"""WEkEO: Copernicus data by the Harmonized Data Access API, version 2.

https://www.wekeo.eu/docs/harmonised-data-access-api — searching wants the free account, too, and
every file is ordered, waited for, and fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Optional

from ..core import geometry, names, wording
from ..core.auth import JsonToken
from ..core.catalogue import CLOUD, ORBIT, ORBIT_STATE, PLATFORM
from ..core.conditions import AtMost, OneOf
from ..core.errors import PortalError, ProductOffline, ResponseError, TermsNotAccepted
from ..core.model import (
    Asset,
    OrderStatus,
    Page,
    Product,
    SearchRequest,
    format_time,
    parse_time,
)
from ..core.provider import Area, Download, Ordering, Paging, Provider, ProviderInfo, each
from ..core.transport import HttpRequest

if TYPE_CHECKING:
    from ..core.conditions import Condition

GATEWAY = "https://gateway.prod.wekeo2.eu"
LOGIN = JsonToken((f"{GATEWAY}/identity/gettoken", f"{GATEWAY}/hda-broker/gettoken"))

SPELLED = {
    CLOUD: "cloudCover",
    ORBIT: "relativeOrbitNumber",
    ORBIT_STATE: "orbitDirection",
    PLATFORM: "platformSerialIdentifier",
}


class Wekeo(Provider):
    info = ProviderInfo(
        id="wekeo",
        title="WEkEO",
        family="hda",
        url=f"{GATEWAY}/hda-broker/api/v1",
        description="EUMETSAT, ECMWF, Mercator and EEA: every Sentinel, by ordering; free account.",
        since=date(2019, 6, 1),
        collections={
            "sentinel-2-l2a": "EO:ESA:DAT:SENTINEL-2|S2MSI2A",
            "sentinel-2-l1c": "EO:ESA:DAT:SENTINEL-2|S2MSI1C",
            "sentinel-1-grd": "EO:ESA:DAT:SENTINEL-1|GRD",
            "sentinel-1-slc": "EO:ESA:DAT:SENTINEL-1|SLC",
            "sentinel-1-ocn": "EO:ESA:DAT:SENTINEL-1|OCN",
            "sentinel-3-olci-l1": "EO:EUM:DAT:SENTINEL-3:OL_1_EFR___",
            "sentinel-3-slstr-l1": "EO:EUM:DAT:SENTINEL-3:SL_1_RBT___|SL_1_RBT___",
            "sentinel-5p-l2": "EO:ESA:DAT:SENTINEL-5P",
        },
        filters=frozenset(SPELLED),
        lacking={
            "sentinel-3-olci-l1": frozenset(SPELLED),
            "sentinel-3-slstr-l1": frozenset(SPELLED),
            "sentinel-5p-l2": frozenset(SPELLED),
        },
        area=Area(polygon=False),
        paging=Paging(size=100),
        search_auth=LOGIN,
        download_auth=LOGIN,
        ordering=Ordering(poll=30, patience=86400),
        download=Download(resume=True, at_once=2),
        links={
            "home": "https://www.wekeo.eu/",
            "register": "https://www.wekeo.eu/register",
            "terms": "https://www.wekeo.eu/data",
        },
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data, by WEkEO",
        docs="https://www.wekeo.eu/docs/harmonised-data-access-api",
    )

    def filters(self, request: SearchRequest) -> frozenset[str]:
        """It takes one value for each, and an upper limit for clouds."""
        return frozenset(
            name
            for name in super().filters(request)
            if _sent(name, request.query[name]) is not None
        )

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        dataset, _, kind = self.info.collections[request.collection].partition("|")
        body: dict[str, Any] = {
            "dataset_id": dataset,
            "itemsPerPage": self.info.paging.size,
            "startIndex": cursor or 0,
            "sortOrder": "DESC",
        }
        if kind:
            body["productType"] = kind
        if request.bbox is not None:
            body["bbox"] = list(request.bbox)
        if request.start:
            body["startdate"] = format_time(request.start)
        if request.end:
            body["enddate"] = format_time(request.end)
        if len(request.ids) == 1:  # it takes no more
            body["datasetIdentifier"] = request.ids[0]
        for name in self.filters(request):
            body[SPELLED[name]] = _sent(name, request.query[name])
        return HttpRequest("POST", f"{self.info.url}/dataaccess/search", json=body)

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        products, unreadable = each(payload["features"], lambda item: self.product(item, request))
        if request.ids:
            products = tuple(p for p in products if {p.id, p.title} & set(request.ids))
        told = payload.get("properties") or payload
        matched = wording.whole(told.get("totalResults"))
        return Page(products, _next(payload, told, matched), matched, unreadable)

    def product(self, item: Mapping[str, Any], request: SearchRequest) -> Product:
        """One feature in our words; what it does not say its name does."""
        said = item["properties"]
        id_ = wording.told(item["id"])
        title = wording.bare(id_)
        start, end = parse_time(said.get("startdate")), parse_time(said.get("enddate"))
        return Product(
            provider=self.info.id,
            id=id_,
            collection=request.collection,
            title=title,
            geometry=geometry.footprint(item.get("geometry")),
            datetime=start,
            start_datetime=start,
            end_datetime=end,
            properties={
                **_properties(said.get("metadata") or {}, title, request.collection),
                **_size(said),
            },
            assets=self._assets(item, title, request.collection),
            order_status=OrderStatus.ORDERABLE,  # nothing is had without an order
            raw=item,
        )

    def _assets(self, item: Mapping[str, Any], title: str, collection: str) -> dict[str, Asset]:
        said = item["properties"]
        order = {
            "dataset_id": self.info.collections[collection].partition("|")[0],
            "product_id": item["id"],
            "location": wording.told(said["location"]),
        }
        found = {
            "product": Asset(
                "product",
                f"{self.info.url}/dataaccess/download",
                type="application/zip",
                roles=("archive",),
                title=title,
                properties={"wekeo:order": order, "file:local_path": f"{title}.zip"},
            )
        }
        picture = wording.text(said.get("thumbnail"))
        if picture.startswith("https://"):
            found["thumbnail"] = Asset("thumbnail", picture, roles=("thumbnail",))
        return found

    # --- order, look again, fetch -----------------------------------------------------------------

    def order(self, product: Product) -> Product:
        """Places the order; the product whose link is now the order's own."""
        placed = self._placed(product.assets["product"])
        return replace(
            product,
            assets={**product.assets, "product": placed},
            order_status=OrderStatus.ORDERED,
        )

    def details(self, product: Product) -> Product:
        """Is the order done? A product that was not ordered is as it was."""
        asset = product.assets.get("product")
        if asset is None or not _is_ordered(asset):
            return product
        ready = self._is_ready(asset)
        return replace(
            product, order_status=OrderStatus.SUCCEEDED if ready else OrderStatus.SHIPPING
        )

    def resolve(self, asset: Asset) -> HttpRequest:
        """The link of an order; ProductOffline for what was not ordered."""
        if asset.key != "product":
            return HttpRequest("GET", asset.href, login=False)
        if _is_ordered(asset):
            return HttpRequest("GET", asset.href)
        raise ProductOffline(
            f"{self.info.title} keeps {asset.title} offline (orderable).", provider=self.info.id
        )

    def _placed(self, asset: Asset) -> Asset:
        answer = self.files.json(
            HttpRequest("POST", asset.href, json=asset.properties["wekeo:order"])
        )
        order = answer.get("download_id") if isinstance(answer, Mapping) else None
        if not isinstance(order, str) or not order:
            raise ResponseError(
                f"{self.info.title} gave no number for the order.", provider=self.info.id
            )
        return replace(asset, href=f"{asset.href}/{order}")

    def _is_ready(self, asset: Asset) -> bool:
        with self.files.open(HttpRequest("HEAD", asset.href)) as response:
            return response.status_code != 202

    @staticmethod
    def corrected(error: PortalError) -> PortalError:
        """403 is a token that ended (renewed by then), or a licence that was never accepted."""
        if error.status != 403:
            return error
        return TermsNotAccepted(
            f"{error.provider} refuses: accept the licence of this data set once in its viewer.",
            provider=error.provider,
            url=error.url,
            status=error.status,
            code=error.code,
        )


def _sent(name: str, condition: Condition) -> Optional[str]:
    """A condition as one text; None when it cannot be said."""
    if name == CLOUD:
        return str(condition.limit) if isinstance(condition, AtMost) else None
    if not isinstance(condition, OneOf) or len(condition.values) != 1:
        return None
    value = str(condition.values[0])
    if name == PLATFORM:
        return names.platform(value)[2:] or None
    return value.upper()


def _next(
    payload: Mapping[str, Any], told: Mapping[str, Any], matched: Optional[int]
) -> Optional[int]:
    """Where to go on: as the answer says, else by counting to the announced total."""
    features = payload["features"]
    if not features:
        return None
    following = wording.whole(told.get("nextIndex", payload.get("nextIndex")))
    if following is not None or matched is None:
        return following
    reached = (wording.whole(told.get("startIndex")) or 0) + (
        wording.whole(told.get("itemsPerPage")) or len(features)
    )
    return reached if reached < matched else None


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
        product_type=said.get("productType"),
        level=facts["level"] if facts.get("kind") == "s2" else said.get("processingLevel"),
        polarizations=said.get("polarisationChannels"),
    )


def _size(said: Mapping[str, Any]) -> dict[str, Any]:
    """The product's own size, where it is told and not ``ND``; the order's file may differ."""
    size = wording.byte_count(said.get("size"))
    return {"file:size": size} if size else {}


def _is_ordered(asset: Asset) -> bool:
    return not asset.href.endswith("/dataaccess/download")


PROVIDER = Wekeo
