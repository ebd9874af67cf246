"""resto 2: https://github.com/jjrom/resto (branch 2.x), as SARA, PEPS, THEIA and CREODIAS spoke it.

What is asked are OpenSearch parameters; what comes back is GeoJSON, whose ``properties`` hold the
total and the paging links. Releases from 3 on speak STAC: see `_resto_stac`.
"""

from __future__ import annotations

import json
import math
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Optional
from urllib.parse import parse_qs, quote, urlsplit

from requests.auth import AuthBase

from ..core import geometry, names, wording
from ..core.auth import Password
from ..core.catalogue import CLOUD, ORBIT_STATE, PLATFORM, TILE
from ..core.conditions import Condition, OneOf
from ..core.errors import (
    AuthError,
    PortalError,
    QueryError,
    ResponseError,
    ServiceError,
    TermsNotAccepted,
)
from ..core.model import (
    Asset,
    Checksum,
    Folded,
    OrderStatus,
    Page,
    Product,
    SearchRequest,
    format_time,
    parse_time,
)
from ..core.provider import ODD_ANSWER, Area, Provider, ProviderInfo, each
from ..core.transport import STATUS_ERRORS, HttpRequest

if TYPE_CHECKING:
    import requests

    from ..core.auth import Secrets
    from ..core.transport import Http

STATES = {
    "disk": OrderStatus.SUCCEEDED,
    "tier2": OrderStatus.SUCCEEDED,
    "staging": OrderStatus.ORDERED,
    "tape": OrderStatus.ORDERABLE,
    "tier3": OrderStatus.ORDERABLE,
    "unknown": OrderStatus.ORDERABLE,
    "0": OrderStatus.SUCCEEDED,
    "34": OrderStatus.SUCCEEDED,
    "37": OrderStatus.SUCCEEDED,
    "31": OrderStatus.ORDERABLE,
    "32": OrderStatus.ORDERED,
    "ONLINE": OrderStatus.SUCCEEDED,
    "STAGING": OrderStatus.ORDERED,
    "OFFLINE": OrderStatus.ORDERABLE,
}
"""Where a product lies: ``storage.mode`` of PEPS, ``status`` of CREODIAS and CDSE."""

LICENCE_NOT_SIGNED = 3002
SHORT = Area(polygon=True, max_points=100)  # the question is a URL
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class RestoInfo(ProviderInfo):
    """``url`` is the root of the service; collections are ``NAME:kind``.

    ``kind`` is the parameter that tells the products of one collection apart, ``spellings`` maps
    our properties to the server's parameters, ``always`` goes with every question.
    """

    kind: str = "productType"
    spellings: Mapping[str, str] = field(
        default_factory=lambda: {CLOUD: "cloudCover", PLATFORM: "platform"}
    )
    always: Mapping[str, str] = field(default_factory=dict)
    area: Area = SHORT


class RestoProvider(Provider):
    """A server of resto 2; ``usual`` are the facts of one that nobody has written down."""

    info: RestoInfo
    info_type = RestoInfo
    usual: ClassVar[Mapping[str, Any]] = {"filters": frozenset({CLOUD, PLATFORM})}

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        collection, _, kind = self.info.collections[request.collection].partition(":")
        params = {
            **self.info.always,
            **({self.info.kind: kind} if kind else {}),
            **_place(request),
            **_time(request),
            **_ids(request.ids),
            **self._wishes(request),
            "sortParam": "startDate",
            "sortOrder": "descending",
            "maxRecords": str(self._size(request)),
            "page": str(cursor or 1),
        }
        place = f"{self._root}/api/collections/{quote(collection)}/search.json"
        return HttpRequest("GET", place, params=params)

    @property
    def _root(self) -> str:
        return self.info.url.rstrip("/")

    def _size(self, request: SearchRequest) -> int:
        """A page no larger than what is wanted, unless we are going to sort some of it out."""
        sifted = set(request.query) - self.filters(request)
        return self.info.paging.size if sifted else min(self.info.paging.size, request.max_items)

    def _wishes(self, request: SearchRequest) -> dict[str, str]:
        known = self.filters(request) & set(self.info.spellings)
        return {
            self.info.spellings[name]: self.wish(name, condition)
            for name, condition in request.query.items()
            if name in known
        }

    def wish(self, name: str, condition: Condition) -> str:
        """A condition as resto writes it: ``a|b`` for words, ``[a,b]`` for whole numbers."""
        if isinstance(condition, OneOf):
            values = [self.spelled(name, value) for value in condition.values]
            if all(isinstance(value, str) for value in values):
                return "|".join(values)
            return _interval(min(values), max(values))
        bounds = condition.to_stac()
        most = 100 if name == CLOUD else 999
        return _interval(bounds.get("gte", 0), bounds.get("lte", most))

    def spelled(self, name: str, value: Any) -> Any:
        """Our value as this server writes it: ``S2A``, ``31TCJ``, ``descending``, ``VV``."""
        if name == PLATFORM:
            return names.platform(value) or str(value)
        if name == TILE:
            return names.tile(value) or str(value)
        if name == ORBIT_STATE:
            return str(value).lower()
        return value

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        refusal = self._refusal(payload)
        if refusal:
            raise refusal
        said = payload.get("properties") or {}
        products, unreadable = each(payload["features"], lambda f: self.product(f, request))
        return Page(
            products,
            next=_next_page(said) if payload["features"] else None,
            matched=_matched(said),
            unreadable=unreadable,
        )

    def product(self, feature: Mapping[str, Any], request: SearchRequest) -> Product:
        """One feature in our words."""
        said = feature["properties"]
        title = wording.bare(said.get("title") or said.get("productIdentifier"))
        identity = feature["id"]
        if not isinstance(identity, str) or not title:
            raise ValueError("a product without id or name")
        start = parse_time(said["startDate"])
        return Product(
            provider=self.info.id,
            id=identity,
            collection=request.collection,
            title=title,
            # The geometry of what has none is [] at CDSE.
            geometry=geometry.footprint(feature.get("geometry") or None),
            datetime=start,
            start_datetime=start,
            end_datetime=parse_time(said.get("completionDate")),
            properties=self.properties(request.collection, title, said),
            assets=self.assets(said, title),
            order_status=order_status(said),
            raw=Folded.of(feature),
        )

    def properties(self, collection: str, title: str, said: Mapping[str, Any]) -> dict[str, Any]:
        """The facts, in the spelling of PEPS, THEIA and CREODIAS."""
        take = wording.text(said.get("s2TakeId") or said.get("missionTakeId"))
        tile = said.get("mgrs") or said.get("tileId") or said.get("location")
        return wording.properties(
            collection,
            title,
            platform=said.get("platform"),
            cloud=said.get("cloudCover"),
            relative_orbit=said.get("relativeOrbitNumber"),
            absolute_orbit=said.get("orbitNumber"),
            orbit_state=said.get("orbitDirection"),
            tile=tile,
            product_type=said.get("productType"),
            level=said.get("processingLevel"),
            mode=said.get("sensorMode"),
            polarizations=said.get("polarisation"),
            processing__version=said.get("version"),
            processing__datetime=said.get("productionDate"),
            product__timeliness=said.get("timeliness") or said.get("realtime"),
            s2__datatake_id=take if take.startswith("GS2") else "",
            published=said.get("published"),
            updated=said.get("updated"),
        )

    def assets(self, said: Mapping[str, Any], title: str) -> dict[str, Asset]:
        """The whole product and its pictures."""
        found = {}
        download = (said.get("services") or {}).get("download") or {}
        if download.get("url"):
            digits = wording.md5(download.get("checksum") or said.get("resourceChecksum"))
            found["product"] = Asset(
                "product",
                str(download["url"]),
                type="application/zip",  # they say application/unknown, or text/html
                roles=("archive",),
                title=title,
                size=wording.byte_count(download.get("size") or said.get("resourceSize")),
                checksum=Checksum("md5", digits) if digits else None,
                properties={"file:local_path": f"{title}.zip"},
            )
        small, large = said.get("thumbnail"), said.get("quicklook")
        if small or large:
            found["thumbnail"] = _picture("thumbnail", str(small or large), title)
        if small and large and small != large:
            found["quicklook"] = _picture("quicklook", str(large), title)
        return found

    def details(self, product: Product) -> Product:
        """Where the product lies now, read from its own page."""
        if self.info.ordering is None:
            return product
        collection = self.info.collections[product.collection].partition(":")[0]
        place = f"{self._root}/collections/{quote(collection)}/{quote(product.id)}.json"
        feature = self.http.json(HttpRequest("GET", place))
        try:
            return replace(product, order_status=order_status(feature["properties"]))
        except ODD_ANSWER as error:
            raise ResponseError(
                f"{self.info.title} does not tell where {product.title} lies.",
                provider=self.info.id,
            ) from error

    def refusal(self, start: bytes) -> Optional[PortalError]:
        """An unsigned licence or an ended login comes as JSON, sometimes with status 200."""
        if not start.lstrip().startswith(b"{"):
            return None
        try:
            return self._refusal(json.loads(start))
        except (ValueError, RecursionError):
            return None

    def _refusal(self, payload: Any) -> Optional[PortalError]:
        """The error in an answer, None when there is none."""
        if not isinstance(payload, Mapping) or "ErrorCode" not in payload:
            return None
        code, told = wording.whole(payload["ErrorCode"]), wording.text(payload.get("ErrorMessage"))
        sentence = f"{self.info.title} refused: {told or code}."
        if code == LICENCE_NOT_SIGNED:
            sentence = f"{self.info.title} wants its licence accepted first, on its own page."
        return _kind(code)(sentence, provider=self.info.id, status=code)


def order_status(said: Mapping[str, Any]) -> OrderStatus:
    """Online, on tape or on its way; what says nothing of it is online."""
    mode = (said.get("storage") or {}).get("mode")
    return STATES.get(wording.text(mode if mode else said.get("status")), OrderStatus.SUCCEEDED)


def _kind(code: Optional[int]) -> type[PortalError]:
    """Codes are HTTP's, and from 1000 on resto's own."""
    if code == LICENCE_NOT_SIGNED:
        return TermsNotAccepted
    if code is None or code >= 600:
        return QueryError
    return STATUS_ERRORS.get(code, ServiceError if code >= 500 else QueryError)


def _place(request: SearchRequest) -> dict[str, str]:
    if request.intersects is not None:
        return {"geometry": geometry.to_wkt(request.intersects)}
    return {"box": ",".join(f"{v:.6f}" for v in request.bbox)} if request.bbox else {}


def _time(request: SearchRequest) -> dict[str, str]:
    """Both bounds are compared with the start of the acquisition."""
    bounds = {"startDate": request.start, "completionDate": request.end}
    return {name: format_time(moment) for name, moment in bounds.items() if moment}


def _ids(ids: tuple[str, ...]) -> dict[str, str]:
    if len(ids) == 1 and UUID.fullmatch(ids[0]):
        return {"identifier": ids[0]}
    return {"productIdentifier": "|".join(ids)} if ids else {}


def _interval(low: Any, high: Any) -> str:
    """Whole numbers only; what is asked too widely is sorted out by the caller."""
    low, high = math.floor(low), math.ceil(high)
    return str(low) if low == high else f"[{low},{high}]"


def _matched(said: Mapping[str, Any]) -> Optional[int]:
    """The total, where it is no estimate: 204 were announced for 200 once."""
    total = wording.whole(said.get("totalResults"))
    return total if total is not None and total >= 0 and said.get("exactCount") else None


def _next_page(said: Mapping[str, Any]) -> Optional[int]:
    """The number of the next page; its link may name a host that only the server knows."""
    for link in said.get("links") or ():
        if link["rel"] == "next":
            return wording.whole(parse_qs(urlsplit(link["href"]).query).get("page", [""])[0])
    return None


def _picture(key: str, href: str, title: str) -> Asset:
    ending = ".png" if href.lower().endswith(".png") else ".jpg"
    return Asset(
        key,
        href,
        type="image/png" if ending == ".png" else "image/jpeg",
        roles=("thumbnail",) if key == "thumbnail" else ("overview",),
        properties={"file:local_path": f"{title}-{key}{ending}"},
    )


@dataclass(frozen=True)
class TextToken(Password):
    """A token bought with a form, as THEIA sold it: the answer is the token and nothing else."""

    endpoint: str = ""
    lasts: float = 7200.0

    def auth(self, secrets: Secrets, http: Http) -> TextBearer:
        return TextBearer(self, secrets, http)


class TextBearer(AuthBase):
    """One token for all threads, bought anew at 80 % of its life or after `renew`."""

    def __init__(
        self,
        way: TextToken,
        secrets: Secrets,
        http: Http,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._way, self._secrets, self._now = way, dict(secrets), now
        self._http = http.with_auth(None)
        self._lock = threading.Lock()
        self._bought = ""
        self._renew_at = float("-inf")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        with self._lock:
            if self._now() >= self._renew_at:
                self._bought = self._buy()
                self._renew_at = self._now() + 0.8 * self._way.lasts
            request.headers["Authorization"] = f"Bearer {self._bought}"
        return request

    def renew(self) -> bool:
        """After a refusal: the next request buys a new token."""
        with self._lock:
            self._renew_at = float("-inf")
        return True

    def _buy(self) -> str:
        form = {"ident": self._secrets["username"], "pass": self._secrets["password"]}
        request = HttpRequest("POST", self._way.endpoint, data=form, login=False)
        told = self._http.read(request).decode("utf-8", "replace").strip()
        if not re.fullmatch(r"[\w.~+/=-]{8,4096}", told):  # an empty answer: wrong login
            raise AuthError(
                f"{self._http.title} did not accept the login.", provider=self._http.title
            )
        return told


FAMILY = RestoProvider
