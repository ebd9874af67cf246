"""DHuS, the Data Hub System: https://sentineldatahub.github.io/DataHubSystem/ , as SciHub ran it.

It is asked in Solr's language; what comes back is an Atom feed turned into JSON by a machine, with
every value a text and every list of one no list. The same server tells by OData whether a product
is online, its size and checksum, and hands out quicklooks and single files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Optional
from urllib.parse import quote

from ..core import geometry, names, nodes, wkt, wording
from ..core.auth import Password
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM, POLARIZATIONS, TILE
from ..core.conditions import Condition, OneOf
from ..core.errors import (
    PortalError,
    ProductUnavailable,
    QueryError,
    RateLimited,
    ResponseError,
    ServiceError,
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
from ..core.transport import STATUS_ERRORS, HttpRequest

if TYPE_CHECKING:
    from ..core.transport import Http

KEYS = {
    CLOUD: "cloudcoverpercentage",
    ORBIT: "relativeorbitnumber",
    ORBIT_STATE: "orbitdirection",
    TILE: "tileid",
    PLATFORM: "filename",  # S1 products carry no serial identifier: their name has to tell
    MODE: "sensoroperationalmode",
    POLARIZATIONS: "polarisationmode",
}
"""STAC property to the key of the index."""

CAUSES = (
    ("InvalidKeyException", ProductUnavailable),
    ("offline products retrieval quota exceeded", RateLimited),
    ("concurrent flows", RateLimited),
    ("MediaRegulationException", RateLimited),
    ("HTTP/1.1 429", RateLimited),
    ("Request Entity Too Large", QueryError),
    ("HTTP response code: 400", QueryError),
    ("exceeds the maximum value", QueryError),
)
"""What stands in the header ``cause-message`` to what it means; the status beside it varies."""

LONG_WAIT = 600.0  # seconds, when the quota of the archive is used up
TYPED = ("str", "int", "double", "date", "long", "bool", "float")


class DhusProvider(Provider):
    """Any DHuS; ``usual`` are the facts of one that nobody has written down."""

    usual: ClassVar[Mapping[str, Any]] = {
        "filters": frozenset(KEYS),
        # The encoded question may have 3,898 characters: some 20 for each corner.
        "area": Area(polygon=True, max_points=120),
        "paging": Paging(size=100),
        "search_auth": Password(),
        "download_auth": Password(),
        "ordering": Ordering(poll=600, patience=86400),
        "download": Download(resume=True, at_once=2),
    }

    def __init__(
        self, http: Http, files: Optional[Http] = None, info: Optional[ProviderInfo] = None
    ) -> None:
        super().__init__(http, files, info)
        self._folders = nodes.Folders(self.info, self._listed)

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        # Tomcat reads the question as latin-1; what latin-1 lacks becomes ?, any one character.
        question = quote(" AND ".join(self.wishes(request)), "", "latin-1", "replace")
        size = self.info.paging.size
        if not set(request.query) - self.filters(request):
            size = min(size, request.max_items)
        return HttpRequest(
            "GET",
            f"{self._root}/search?format=json&rows={size}&start={cursor or 0}"
            f"&orderby=beginposition%20desc&q={question}",
        )

    @property
    def _root(self) -> str:
        return self.info.url.rstrip("/")

    def wishes(self, request: SearchRequest) -> list[str]:
        """Every part of the question."""
        platform, _, kind = self.info.collections[request.collection].partition(":")
        found = [f'platformname:"{platform}"']
        if kind:
            found.append(f'producttype:"{kind}"')
        area = request.intersects or (request.bbox and geometry.box(request.bbox))
        if area:
            found.append(f'footprint:"Intersects({wkt.write(area)})"')
        if request.start or request.end:
            bounds = [format_time(t) if t else "*" for t in (request.start, request.end)]
            found.append(f"beginposition:[{' TO '.join(bounds)}]")
        if request.ids:
            found.append(_any_of([_named(name) for name in request.ids]))
        known = self.filters(request)
        found.extend(_wish(n, c) for n, c in request.query.items() if n in known)
        return found

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        feed = payload["feed"]
        if feed.get("error"):
            raise self._refusal(feed["error"])
        matched = wording.whole(feed["opensearch:totalResults"])
        if matched is None:  # servers of 2018 say this to a question they cannot read
            sentence = f"{self.info.title} did not understand the question."
            raise QueryError(sentence, provider=self.info.id)
        entries = many(feed.get("entry"))
        products, unreadable = each(entries, lambda entry: self.product(entry, request))
        # Its own links skip entries, end in NaN and hold the question unescaped: count.
        following = (wording.whole(feed.get("opensearch:startIndex")) or 0) + len(entries)
        return Page(
            products,
            next=following if entries and following < matched else None,
            matched=matched,
            unreadable=unreadable,
        )

    def _refusal(self, error: Any) -> PortalError:
        """An error inside an answer of status 200."""
        code, told = wording.whole(error["code"]) or 400, wording.text(error.get("message"))
        kind = STATUS_ERRORS.get(code, ServiceError if code >= 500 else QueryError)
        sentence = f"{self.info.title} refused the question: {' '.join(told.split())[:200]}."
        return kind(sentence, provider=self.info.id, status=code)

    def product(self, entry: Mapping[str, Any], request: SearchRequest) -> Product:
        """One entry in our words."""
        said = typed(entry)
        identity, title = entry["id"], wording.bare(entry["title"])
        if not isinstance(identity, str) or not title:
            raise ValueError("a product without id or name")
        start = parse_time(said["beginposition"])
        return Product(
            provider=self.info.id,
            id=identity,
            collection=request.collection,
            title=title,
            geometry=geometry.footprint(wkt.read(said.get("footprint"))),
            datetime=start,
            start_datetime=start,
            end_datetime=parse_time(said.get("endposition")),
            properties=_properties(request.collection, title, said),
            assets=self.assets(entry, title, said),
            raw=Folded.of(entry),
        )

    def assets(
        self, entry: Mapping[str, Any], title: str, said: Mapping[str, Any]
    ) -> dict[str, Asset]:
        """The whole product, its bands and its quicklook; `details` tells size and checksum."""
        root = f"{self._root}/odata/v1/Products('{quote(entry['id'])}')"
        links = {str(link.get("rel")): str(link["href"]) for link in many(entry.get("link"))}
        file_name = wording.text(said.get("filename"))
        plain = file_name if file_name.endswith((".nc", ".EOF")) else f"{title}.zip"
        whole = Asset(
            "product",
            links.get("None") or f"{root}/$value",  # the link to the file has no rel
            type="application/zip" if plain.endswith(".zip") else "application/octet-stream",
            roles=("archive",),
            title=title,
            properties={"file:local_path": plain},
        )
        picture = Asset(
            "thumbnail",
            links.get("icon") or f"{root}/Products('Quicklook')/$value",
            type="image/jpeg",
            roles=("thumbnail",),
            properties={"file:local_path": f"{title}-ql.jpg"},
        )
        kind = wording.text(said.get("producttype")).rstrip("p")  # S2MSI2Ap: the pilot of 2017
        single = nodes.assets(root, f"{title}.SAFE", title, kind, quote="'")
        return {"product": whole, **single, "thumbnail": picture}

    def resolve(self, asset: Asset) -> HttpRequest:
        """The link, in which folders that no name tells are looked up first."""
        return super().resolve(replace(asset, href=self._folders.real(asset)))

    def _listed(self, place: str) -> Any:
        """What lies in a folder of a product; of one that is offline nothing is told."""
        answer = self.files.json(HttpRequest("GET", place, params={"$format": "json"}))
        inside = answer.get("d") if isinstance(answer, Mapping) else None
        return inside.get("results") if isinstance(inside, Mapping) else inside

    def details(self, product: Product) -> Product:
        """The product with its online state, size and checksum, by OData."""
        place = f"{self._root}/odata/v1/Products('{quote(product.id)}')"
        answer = self.files.json(HttpRequest("GET", place, params={"$format": "json"}))
        try:
            return detailed(product, answer["d"])
        except ODD_ANSWER as error:
            raise ResponseError(
                f"{self.info.title} does not tell whether {product.title} is online.",
                provider=self.info.id,
            ) from error

    def order(self, product: Product) -> Product:
        """Asking for two bytes of an offline product fetches it from the archive, in hours."""
        request = self.resolve(product.assets["product"])
        headers = {"Range": "bytes=0-1"}  # costs nothing if it is online already
        with self.files.open(replace(request, headers=headers)) as response:
            ordered = response.status_code == 202
        status = OrderStatus.ORDERED if ordered else OrderStatus.SUCCEEDED
        return replace(product, order_status=status)

    @staticmethod
    def corrected(error: PortalError) -> PortalError:
        """The status says little: the cause stands in a header, whatever the status."""
        kind = next((k for cause, k in CAUSES if cause in str(error)), None)
        if kind is None or isinstance(error, kind):
            return error
        return kind(
            str(error),
            provider=error.provider,
            url=error.url,
            status=error.status,
            retry_after=LONG_WAIT if "quota" in str(error) else error.retry_after,
        )


def many(value: Any) -> list[Any]:
    """A list of one is written as the one itself, a list of none not at all."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def typed(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an entry by name; an empty one has no content."""
    return {row["name"]: row.get("content") for kind in TYPED for row in many(entry.get(kind))}


def detailed(product: Product, said: Mapping[str, Any]) -> Product:
    """A product with what OData says of it. Pure."""
    if said["Id"] != product.id:
        raise ValueError("another product was described")
    told = said.get("Checksum") or {}
    value = wording.text(told.get("Value")).lower()
    algorithm = wording.text(told.get("Algorithm")).lower()
    whole = replace(
        product.assets["product"],
        size=wording.byte_count(said.get("ContentLength")),
        checksum=Checksum(algorithm, value) if algorithm and value else None,
    )
    # Servers before 2018, and many mirrors, know no 'Online': everything is.
    online = said.get("Online", True) is not False
    pending = product.order_status is OrderStatus.ORDERED
    offline = OrderStatus.ORDERED if pending else OrderStatus.ORDERABLE
    return replace(
        product,
        assets={**product.assets, "product": whole},
        order_status=OrderStatus.SUCCEEDED if online else offline,
    )


def _properties(collection: str, title: str, said: Mapping[str, Any]) -> dict[str, Any]:
    take = wording.text(said.get("s2datatakeid"))
    return wording.properties(
        collection,
        title,
        platform=said.get("platformserialidentifier") or said.get("platformname"),
        cloud=said.get("cloudcoverpercentage"),
        relative_orbit=said.get("relativeorbitnumber"),
        absolute_orbit=said.get("orbitnumber"),
        orbit_state=said.get("orbitdirection"),
        tile=said.get("tileid"),
        product_type=said.get("producttype"),
        level=said.get("processinglevel") or said.get("productlevel"),
        mode=said.get("sensoroperationalmode"),
        polarizations=said.get("polarisationmode"),
        product__timeliness=said.get("timeliness"),
        s2__datatake_id=take if take.startswith("GS2") else "",
        s2__datastrip_id=said.get("datastripidentifier"),
        s2__processing_baseline=said.get("processingbaseline"),
        published=said.get("ingestiondate"),
    )


def _wish(name: str, condition: Condition) -> str:
    """A condition in Solr's language; ``(k:a OR k:b)`` is fast where ``k:(a OR b)`` is slow."""
    if isinstance(condition, OneOf):
        return _any_of([_is(name, value) for value in condition.values])
    bounds = condition.to_stac()
    return f"{KEYS[name]}:[{bounds.get('gte', '*')} TO {bounds.get('lte', '*')}]"


def _is(name: str, value: Any) -> str:
    key, said = KEYS[name], _safe(str(value))
    if name == PLATFORM:
        return f"{key}:{names.platform(value) or said}*"
    if name == TILE:  # only level 1C of late years has a tileid
        tile = names.tile(value) or said
        return f"({key}:{tile} OR filename:*_T{tile}_*)"
    if name == POLARIZATIONS:
        return f"{key}:*{said.upper()}*"
    if name == ORBIT_STATE:  # Sentinel-3 writes it in lower case
        return f"({key}:{said.upper()} OR {key}:{said.lower()})"
    return f"{key}:{said}"


def _named(name: str) -> str:
    uuid = re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name, re.IGNORECASE)
    return f'uuid:"{name}"' if uuid else f"identifier:{_safe(wording.bare(name))}"


def _safe(text: str) -> str:
    """A word that can be nothing but a word in Solr's language."""
    return re.sub(r"[^\w.-]", "?", text)


def _any_of(ways: list[str]) -> str:
    return ways[0] if len(ways) == 1 else f"({' OR '.join(ways)})"


FAMILY = DhusProvider
