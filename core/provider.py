"""What a portal is: facts (`ProviderInfo`) and two translations (`build`, `parse`)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Optional, Union

from . import decoding, geometry
from .auth import S3, ApiKey, ClientCredentials, JsonToken, Open, OpenId, Password, SignedUrl
from .catalogue import CATALOGUE
from .errors import PortalError, ProductUnavailable, ResponseError
from .service_account import ServiceAccount
from .transport import Cancel, Http, HttpRequest, never, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from requests.adapters import BaseAdapter

    from .model import Asset, Geometry, Page, Product, SearchRequest

Auth = Union[
    Open, Password, ApiKey, OpenId, ClientCredentials, JsonToken, ServiceAccount, SignedUrl, S3
]
OPEN = Open()

ODD_ANSWER = (
    AttributeError,
    IndexError,
    KeyError,
    LookupError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What reading an answer that is not as the portal promised can raise."""


MOST_BARREN = 3  # pages in a row without anything new that are passed over


@dataclass(frozen=True)
class Area:
    """Does the portal take a polygon, and of how many corners?"""

    polygon: bool = True
    max_points: int = 500


@dataclass(frozen=True)
class Paging:
    """Products per page, seconds between two requests, and the most a question can reach."""

    size: int = 100
    pause: float = 0.0
    most: Optional[int] = None


@dataclass(frozen=True)
class Ordering:
    """Offline products can be ordered: seconds between two looks, and how long to be patient."""

    poll: float = 600.0
    patience: float = 86400.0


@dataclass(frozen=True)
class Download:
    """May a file be resumed, how many may be fetched at once, and in how many pieces each?"""

    resume: bool = True
    at_once: int = 4
    ranges: int = 1


@dataclass(frozen=True)
class Quota:
    """So many bytes in so many days does one account get."""

    size: int
    days: int


@dataclass(frozen=True)
class ProviderInfo:
    """The facts of a portal. ``until`` set means closed; ``successor`` is a portal's id.

    The portal applies ``filters`` itself; ``lacking`` names by collection those that fail there.
    ``seen`` is the last sign of life of a portal of which nothing newer is known. ``login_test``
    is an address that only answers whoever is logged in (`core.login`). ``certificate`` is a file
    that vouches for the host of ``url`` where the usual authorities do not, ``retry_unit`` what one
    unit of its Retry-After is in seconds, ``per_minute`` how many requests it allows (0: it names
    no number).
    """

    id: str
    title: str
    family: str
    url: str
    description: str = ""
    since: Optional[date] = None
    until: Optional[date] = None
    seen: Optional[date] = None
    successor: str = ""
    collections: Mapping[str, str] = field(default_factory=dict)
    filters: frozenset[str] = frozenset()
    lacking: Mapping[str, frozenset[str]] = field(default_factory=dict)
    area: Area = Area()
    paging: Paging = Paging()
    search_auth: Auth = OPEN
    download_auth: Auth = OPEN
    login_test: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    ordering: Optional[Ordering] = None
    download: Download = Download()
    quota: Optional[Quota] = None
    certificate: str = ""
    retry_unit: float = 1.0
    per_minute: int = 0
    licence: str = ""
    attribution: str = ""
    docs: str = ""

    @property
    def closed(self) -> bool:
        return self.until is not None

    @property
    def state(self) -> str:
        """``open``, ``closed``, or ``unknown`` where nobody can tell since ``seen``."""
        if self.closed:
            return "closed"
        return "unknown" if self.seen else "open"

    @property
    def needs_login(self) -> bool:
        return bool(self.search_auth.fields or self.download_auth.fields)

    def filters_of(self, collection: str) -> frozenset[str]:
        """The filters that this portal applies itself to one of our collections."""
        sensible = CATALOGUE[collection].filters if collection in CATALOGUE else self.filters
        return self.filters & frozenset(sensible) - self.lacking.get(collection, frozenset())


class Provider:
    """A portal. A new one writes ``info``, `build` and `parse`, all without network.

    ``http`` carries the login for searching, ``files`` the one for downloading.
    """

    info: ProviderInfo
    adapters: ClassVar[Mapping[str, BaseAdapter]] = {}

    def __init__(
        self, http: Http, files: Optional[Http] = None, info: Optional[ProviderInfo] = None
    ) -> None:
        if info is not None:
            self.info = info
        self.http = http
        self.files = files or http

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        """Our words into one HTTP request; ``cursor`` is None, then each page's ``next``. Pure."""
        raise NotImplementedError

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        """The portal's answer in our words. Pure."""
        raise NotImplementedError

    def filters(self, request: SearchRequest) -> frozenset[str]:
        """The conditions of this request that the portal is asked to apply itself."""
        return self.info.filters_of(request.collection) & frozenset(request.query)

    def decode(self, content: bytes) -> Any:
        """The bytes as `parse` takes them, ValueError for odd ones; JSON by default. Pure."""
        return read_json(content)

    @staticmethod
    def corrected(error: PortalError) -> PortalError:
        """What a status means here, where the table in `transport` is wrong. Pure."""
        return error

    def refusal(self, start: bytes) -> Optional[PortalError]:
        """The error that came with status 200 in place of a file, by its first bytes. Pure."""
        return None

    def details(self, product: Product) -> Product:
        """The product as the portal knows it now: online or not, sizes, checksums.

        Asked before a download and while an order is on its way; as it is where a search tells all.
        """
        return product

    def order(self, product: Product) -> Product:
        """Asks for an offline product; the product with its new ``order_status``."""
        raise ProductUnavailable(
            f"{self.info.title} takes no orders for offline products.", provider=self.info.id
        )

    def resolve(self, asset: Asset) -> HttpRequest:
        """The request that fetches an asset; overridden where the link is made at the last moment.

        The login goes along only to the portal's own host and the hosts it names.
        """
        return HttpRequest("GET", asset.href, login=self.files.trusts(asset.href, self.info.url))

    def signing(self, product: Product) -> Mapping[str, str]:
        """What GDAL's /vsicurl is told where it can sign the links of this portal itself. Pure."""
        return {}

    def pixels(
        self, product: Product, keys: Sequence[str], area: Geometry
    ) -> tuple[HttpRequest, ...]:
        """The requests for an area of some bands as GeoTIFF; () where files are given. Pure."""
        return ()

    def renew(self, asset: Asset) -> bool:
        """After a link was refused (401, 403): can `resolve` make a fresh one?"""
        return False

    def search(self, request: SearchRequest, cancelled: Cancel = never) -> Iterator[Page]:
        """Page after page until the end; lazy, so that not asking on is cancelling.

        The end is where a page names no next one or itself, where a few pages in a row bring
        nothing new (some portals repeat themselves, some filter page by page), and at the
        portal's own limit, which the last page then tells as ``cut``.
        Raises PortalError; the pages before it were yielded.
        """
        seen: set[str] = set()
        questions = parts(request, self.info)
        matched = 0
        for number, question in enumerate(questions):
            following = questions[number + 1] if number + 1 < len(questions) else None
            before = matched
            for page in self._search_part(question, seen, cancelled, pause=number > 0):
                if page.matched is not None:
                    matched = before + page.matched
                    page = replace(page, matched=matched)
                yield replace(page, next=following) if page.next is None else page

    def _search_part(
        self, request: SearchRequest, seen: set[str], cancelled: Cancel, *, pause: bool
    ) -> Iterator[Page]:
        most = self.info.paging.most
        cursor, reached, barren = None, 0, 0
        while True:
            if pause and self.info.paging.pause:
                self.http.wait(self.info.paging.pause, cancelled)
            page = self.read(self._ask(self.build(request, cursor), cancelled), request)
            fresh = tuple({p.id: p for p in page.products if p.id not in seen}.values())
            seen.update(p.id for p in fresh)
            reached += len(page.products)
            barren = 0 if fresh else barren + 1
            following = None if page.next == cursor or barren > MOST_BARREN else page.next
            cut = bool(most and reached >= most and following is not None)
            following = None if cut else following
            yield replace(page, products=fresh, next=following, cut=cut)
            if following is None:
                return
            cursor, pause = following, True

    def _ask(self, request: HttpRequest, cancelled: Cancel) -> Any:
        try:
            return self.http.decoded(request, self.decode, cancelled)
        except ProductUnavailable as error:  # a search address that is gone is no lost product
            raise ResponseError(
                f"{self.info.title} no longer answers at this address ({error.status}).",
                provider=self.info.id,
                url=error.url,
                status=error.status,
            ) from error

    def read(self, payload: Any, request: SearchRequest) -> Page:
        """`parse`, with an odd answer turned into a ResponseError that names the portal."""
        try:
            with decoding.TURN:
                return self.parse(payload, request)
        except PortalError:
            raise
        except ODD_ANSWER as error:
            raise ResponseError(
                f"{self.info.title} sent an answer that cannot be read "
                f"({type(error).__name__}: {str(error)[:120]}).",
                provider=self.info.id,
            ) from error


def each(entries: Any, product: Callable[[Any], Product]) -> tuple[tuple[Product, ...], int]:
    """What could be read of a page's entries, and how many could not: one costs only itself.

    Raises what went wrong when not a single one can be read.
    """
    if not isinstance(entries, list):
        raise TypeError("the entries are no list")
    products, trouble = [], None
    for entry in entries:
        try:
            products.append(product(entry))
        except ODD_ANSWER as error:
            trouble = error
    if trouble is not None and not products:
        raise trouble
    return tuple(products), len(entries) - len(products)


def parts(request: SearchRequest, info: ProviderInfo) -> list[SearchRequest]:
    """The request as this portal can take it: a polygon of few enough corners, or plain boxes.

    A portal that takes only boxes is asked once per side of the antimeridian, because a box
    with west > east is understood by few of them.
    """
    return geometry.fit(request, polygon=info.area.polygon, max_points=info.area.max_points)
