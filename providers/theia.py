"""THEIA, the French land data centre: level 2A and 3A of Sentinel-2 by MAJA, snow, Landsat, SPOT.

Its server (atdistrib, resto 2) was gone by June 2025; GEODES took over part of the collections.
The login was a token sold for two hours, and each licence had to be accepted in the browser once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ..core import names
from ..core.catalogue import CLOUD, ORBIT, PLATFORM, TILE
from ..core.provider import Download, Paging
from ._resto import RestoInfo, RestoProvider, TextBearer, TextToken

if TYPE_CHECKING:
    from ..core.model import Asset
    from ..core.transport import HttpRequest


class Theia(RestoProvider):
    info = RestoInfo(
        id="theia",
        title="THEIA",
        family="resto",
        url="https://theia.cnes.fr/atdistrib/resto2",
        description="Surface reflectance by MAJA, monthly syntheses and snow, by CNES for THEIA.",
        since=date(2016, 10, 1),
        until=date(2025, 6, 1),
        successor="geodes",
        kind="processingLevel",
        collections={
            "sentinel-2-l2a-maja": "SENTINEL2:LEVEL2A",
            "sentinel-2-l3a": "SENTINEL2:LEVEL3A",
            "sentinel-2-snow": "Snow:L2B-SNOW",
            "landsat-l2a-maja": "LANDSAT:LEVEL2A",
            "spot-world-heritage": "SPOTWORLDHERITAGE:LEVEL1C",
            "land-cover-oso": "OSO",
        },
        filters=frozenset({CLOUD, PLATFORM, TILE, ORBIT}),
        spellings={
            CLOUD: "cloudCover",
            PLATFORM: "platform",
            TILE: "location",
            ORBIT: "relativeOrbitNumber",
        },
        paging=Paging(size=100),  # more than 500 are refused
        download_auth=TextToken(endpoint="https://theia.cnes.fr/atdistrib/services/authenticate/"),
        download=Download(resume=False, at_once=1),
        links={
            "home": "https://www.theia-land.fr/",
            "history": "https://github.com/olivierhagolle/theia_download",
        },
        licence="Licence Ouverte / Open Licence 2.0 of Etalab",
        attribution="Value-added data processed by CNES for THEIA from Copernicus data",
        docs="https://github.com/olivierhagolle/theia_download",
    )

    def spelled(self, name: str, value: Any) -> Any:
        if name == TILE:
            return f"T{names.tile(value)}"
        if name == PLATFORM:
            unit = names.platform(value).replace("S2", "SENTINEL2")
            return unit or str(value).upper().replace("-", "")
        return super().spelled(name, value)

    def resolve(self, asset: Asset) -> HttpRequest:
        request = super().resolve(asset)
        if not asset.href.endswith("/download"):
            return request
        return replace(request, params={"issuerId": "theia"})

    def renew(self, asset: Asset) -> bool:
        """The token dies after two hours or fifty files, and the server says 403 to that."""
        return isinstance(self.files.auth, TextBearer) and self.files.auth.renew()


PROVIDER = Theia
