"""Microsoft Planetary Computer: Sentinel and Landsat as COGs behind signed links.

https://planetarycomputer.microsoft.com/docs/concepts/sas/ — no account; every blob link gets a
short-lived signature, fetched once per container and kept until it is about to end.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import parse_qs, urlsplit

from ..core import bands
from ..core.auth import SignedUrl
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, TILE
from ..core.errors import ResponseError
from ..core.model import Asset, Product, parse_time
from ..core.provider import Paging, ProviderInfo
from ..core.transport import Http, HttpRequest
from ._stac import StacInfo, StacProvider, baseline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..core.conditions import Condition

BLOBS = ".blob.core.windows.net"
PUBLIC_ACCOUNT = "ai4edatasetspublicassets"
EARLY = timedelta(seconds=60)


class PlanetaryComputer(StacProvider):
    info = StacInfo(
        id="planetary_computer",
        title="Planetary Computer",
        family="stac",
        url="https://planetarycomputer.microsoft.com/api/stac/v1",
        description="Sentinel-1, Sentinel-2 and Landsat as cloud-optimised GeoTIFF; no account.",
        since=date(2021, 4, 1),
        collections={
            "sentinel-2-l2a": "sentinel-2-l2a",
            "sentinel-1-grd": "sentinel-1-grd",
            "sentinel-1-rtc": "sentinel-1-rtc",
            "landsat-c2-l2": "landsat-c2-l2",
        },
        # It spells platforms in three ways, "Sentinel-2A" being one: they are checked here.
        filters=frozenset({CLOUD, ORBIT, ORBIT_STATE, MODE, TILE}),
        spellings={TILE: "s2:mgrs_tile"},
        filtering="filter",  # its `query` knows no `in`
        sortby="datetime",
        paging=Paging(size=250),
        download_auth=SignedUrl("https://planetarycomputer.microsoft.com/api/sas/v1/token"),
        links={"home": "https://planetarycomputer.microsoft.com/"},
        licence="Copernicus Sentinel Data Terms; Landsat: public domain",
        attribution="Contains modified Copernicus Sentinel data, hosted by Microsoft",
        docs="https://planetarycomputer.microsoft.com/docs/reference/stac/",
    )

    def __init__(
        self,
        http: Http,
        files: Optional[Http] = None,
        info: Optional[ProviderInfo] = None,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        super().__init__(http, files, info)
        self._now = now
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def wish(self, name: str, condition: Condition) -> tuple[str, dict[str, Any]]:
        spelled, operators = super().wish(name, condition)
        if name == TILE:  # "31TCJ", not "MGRS-31TCJ"
            operators = {op: _without_mgrs(value) for op, value in operators.items()}
        return spelled, operators

    def assets(self, item: Mapping[str, Any], title: str) -> dict[str, Asset]:
        shift = bands.offset(baseline(item, title))  # the items tell neither scale nor offset
        found = {k: bands.scaled(a, shift) for k, a in super().assets(item, title).items()}
        # The quicklook is the rendered one; their thumbnail is a TIFF behind a signature.
        for key, role in (("preview", "overview"), ("rendered_preview", "thumbnail")):
            if key in found:
                found[key] = replace(found[key], roles=(role,))
        found.pop("tilejson", None)  # a web map's description, no file
        return found

    def resolve(self, asset: Asset) -> HttpRequest:
        """The link with its signature; other hosts, public blobs and signed links stay as is."""
        place = _container(asset.href)
        if not place:
            return HttpRequest("GET", asset.href)
        joint = "&" if urlsplit(asset.href).query else "?"
        return HttpRequest("GET", f"{asset.href}{joint}{self._token(place)}")

    def signing(self, product: Product) -> Mapping[str, str]:
        """GDAL knows the signatures of this portal, and renews them as they end (from 3.5.2 on)."""
        theirs = self.info.collections.get(product.collection, product.collection)
        return {"pc_url_signing": "yes", "pc_collection": theirs}

    def renew(self, asset: Asset) -> bool:
        """Forgets the signature that was refused."""
        with self._lock:
            return self._tokens.pop(_container(asset.href), None) is not None

    def _token(self, place: str) -> str:
        with self._lock:
            token, until = self._tokens.get(place, ("", None))
            if until and self._now() + EARLY < until:
                return token
            endpoint = getattr(self.info.download_auth, "endpoint", "")
            answer = self.files.json(HttpRequest("GET", f"{endpoint}/{place}"))
            self._tokens[place] = token, _ = _read_token(answer, self.info.id)
            return token


def _container(href: str) -> str:
    """``account/container`` of a link that wants a signature, '' for every other."""
    parts = urlsplit(href)
    account, _, rest = (parts.hostname or "").partition(".")
    signed = {"st", "se", "sp"} & set(parse_qs(parts.query))
    container = parts.path.lstrip("/").partition("/")[0]
    if f".{rest}" != BLOBS or not container or signed or account == PUBLIC_ACCOUNT:
        return ""
    return f"{account}/{container}"


def _read_token(answer: Any, provider: str) -> tuple[str, datetime]:
    try:
        token, until = answer["token"], parse_time(answer["msft:expiry"])
    except (KeyError, TypeError, ValueError):
        token, until = None, None
    if not isinstance(token, str) or until is None:
        raise ResponseError("Planetary Computer gave no signature for the link.", provider=provider)
    return token, until


def _without_mgrs(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_mgrs(v) for v in value]
    return value[5:] if isinstance(value, str) and value.startswith("MGRS-") else value


PROVIDER = PlanetaryComputer
