"""Microsoft Planetary Computer: Sentinel and Landsat as COGs behind signed links.

https://planetarycomputer.microsoft.com/docs/concepts/sas/ — no account; every blob link gets a
short-lived signature, fetched once per container and kept until it is about to end.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Optional
from urllib.parse import parse_qs, urlsplit

from ..core.auth import SignedUrl
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE
from ..core.errors import ResponseError
from ..core.model import Asset, parse_time
from ..core.provider import Paging, ProviderInfo
from ..core.transport import Http, HttpRequest
from ._stac import StacInfo, StacProvider

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
        # It spells platforms "Sentinel-2A" and has no grid:code: those two are checked here.
        filters=frozenset({CLOUD, ORBIT, ORBIT_STATE, MODE}),
        sortby="datetime",
        paging=Paging(size=250),
        download_auth=SignedUrl("https://planetarycomputer.microsoft.com/api/sas/v1/token"),
        links={"home": "https://planetarycomputer.microsoft.com/"},
        licence="Copernicus Sentinel Data Terms; Landsat: public domain",
        attribution="Contains modified Copernicus Sentinel data, hosted by Microsoft",
        docs="https://planetarycomputer.microsoft.com/docs/reference/stac/",
    )

    def __init__(
        self, http: Http, files: Optional[Http] = None, info: Optional[ProviderInfo] = None
    ) -> None:
        super().__init__(http, files, info)
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def resolve(self, asset: Asset) -> HttpRequest:
        """The link with its signature; other hosts, public blobs and signed links stay as they are."""
        parts = urlsplit(asset.href)
        host = parts.hostname or ""
        signed = {"st", "se", "sp"} & set(parse_qs(parts.query))
        if not host.endswith(BLOBS) or signed or host == PUBLIC_ACCOUNT + BLOBS:
            return HttpRequest("GET", asset.href)
        container = parts.path.split("/")[1]
        token = self._token(f"{host[: -len(BLOBS)]}/{container}")
        return HttpRequest("GET", f"{asset.href}{'&' if parts.query else '?'}{token}")

    def _token(self, place: str) -> str:
        with self._lock:
            token, until = self._tokens.get(place, ("", datetime.min.replace(tzinfo=timezone.utc)))
            if datetime.now(timezone.utc) + EARLY < until:
                return token
            endpoint = getattr(self.info.download_auth, "endpoint", "")
            answer = self.files.json(HttpRequest("GET", f"{endpoint}/{place}"))
            try:
                token, end = str(answer["token"]), parse_time(answer["msft:expiry"])
            except (KeyError, TypeError, ValueError) as error:
                raise ResponseError(
                    "Planetary Computer gave no signature for the link.", provider=self.info.id
                ) from error
            self._tokens[place] = (token, end or datetime.now(timezone.utc))
            return token

    def assets(self, item: Mapping[str, Any], title: str) -> dict[str, Asset]:
        found = super().assets(item, title)
        preview = found.get("rendered_preview")
        if preview:
            found["rendered_preview"] = replace(preview, roles=("thumbnail",))
        found.pop("tilejson", None)  # a web map's description, no file
        return found


PROVIDER = PlanetaryComputer
