"""resto from 3 on: a STAC API, https://github.com/jjrom/resto, with its own ways.

What a server of release 10 did when it was tried: the next link of a POST forgets the question,
`sortby` runs against its sign, unknown parameters are refused, ids are UUIDs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Optional
from urllib.parse import parse_qs, urlsplit

from ..core import wording
from ..core.catalogue import CLOUD
from ..core.errors import PortalError, QueryError, ServiceError
from ..core.model import Page, SearchRequest, format_time
from ..core.provider import Area, Paging
from ..core.transport import STATUS_ERRORS, HttpRequest
from ._stac import StacProvider

if TYPE_CHECKING:
    from ..core.conditions import Condition

OPERATORS = {"lte": "<=", "gte": ">=", "eq": "="}


class RestoStacProvider(StacProvider):
    """A server of resto 3 or later, asked by GET and with the whole question on every page."""

    usual: ClassVar[Mapping[str, Any]] = {
        "filters": frozenset({CLOUD}),
        "filtering": "filter",
        "sortby": "startDate",
        "area": Area(polygon=False),
        "paging": Paging(size=100),  # more than 500 are refused
    }

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        params = {
            "collections": self.info.collections[request.collection],
            "limit": str(self._limit(request)),
        }
        if request.bbox:
            params["bbox"] = ",".join(f"{v:.6f}" for v in request.bbox)
        if request.start or request.end:
            moments = (request.start, request.end)
            params["datetime"] = "/".join(format_time(t) if t else ".." for t in moments)
        if request.ids:
            params["ids"] = ",".join(request.ids)
        if self.info.sortby:
            params["sortby"] = self.info.sortby  # without a sign: the newest first
        wishes = [
            w
            for n, c in request.query.items()
            if n in self.filters(request)
            for w in _comparisons(self.info.spellings.get(n, n), c)
        ]
        if wishes:
            params["filter"] = " AND ".join(wishes)  # and no filter-lang, which is refused
        if cursor:
            params["next"] = cursor
        return HttpRequest("GET", f"{self.info.url.rstrip('/')}/search", params=params)

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        if isinstance(payload, Mapping) and "ErrorCode" in payload:
            raise self._refusal(payload)
        page = super().parse(payload, request)
        link = page.next["href"] if page.next else ""
        following = parse_qs(urlsplit(link).query).get("next", [None])[0]
        return Page(page.products, following, page.matched, page.unreadable)

    def title(self, item: Mapping[str, Any], properties: Mapping[str, Any]) -> str:
        return wording.bare(properties.get("productIdentifier")) or super().title(item, properties)

    def _refusal(self, payload: Mapping[str, Any]) -> PortalError:
        code, told = wording.whole(payload["ErrorCode"]), wording.text(payload.get("ErrorMessage"))
        return _kind(code)(
            f"{self.info.title} refused: {told or code}.", provider=self.info.id, status=code
        )


def _kind(code: Optional[int]) -> type[PortalError]:
    if code is None:
        return QueryError
    return STATUS_ERRORS.get(code, ServiceError if code >= 500 else QueryError)


def _comparisons(name: str, condition: Condition) -> list[str]:
    """A condition in CQL2 text."""
    found = []
    for operator, value in condition.to_stac().items():
        if operator == "in":
            found.append(f"{name} IN ({', '.join(_literal(v) for v in value)})")
        else:
            found.append(f"{name} {OPERATORS[operator]} {_literal(value)}")
    return found


def _literal(value: Any) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


FAMILY = RestoStacProvider
