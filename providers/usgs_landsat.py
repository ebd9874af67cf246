"""USGS: Landsat Collection 2 by its own STAC catalogue, from its bucket on AWS.

https://www.usgs.gov/landsat-missions/spatiotemporal-asset-catalog-stac — search is open; who
reads from the bucket pays AWS for it. Without an account take Planetary Computer's copy.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ..core import sigv4
from ..core.auth import S3
from ..core.catalogue import CLOUD, PLATFORM
from ..core.provider import Download, Paging
from ..core.transport import HttpRequest
from ._stac import StacInfo, StacProvider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.conditions import Condition
    from ..core.model import Asset, Product, SearchRequest

REGION = "us-west-2"
BUCKET = f"usgs-landsat.s3.{REGION}.amazonaws.com"


class UsgsLandsat(StacProvider):
    info = StacInfo(
        id="usgs_landsat",
        title="USGS Landsat",
        family="stac",
        url="https://landsatlook.usgs.gov/stac-server",
        description="Landsat Collection 2 at its source; the reader pays AWS for the files.",
        since=date(2020, 12, 1),
        collections={"landsat-c2-l2": "landsat-c2l2-sr"},
        filters=frozenset({CLOUD, PLATFORM}),
        several=True,  # the software of Earth Search
        sortby="",  # sorting is said to break the paging
        paging=Paging(size=100),
        download_auth=S3(region=REGION, requester_pays=True),
        hosts=(BUCKET,),
        download=Download(resume=True, at_once=8, ranges=4),
        links={
            "home": "https://www.usgs.gov/landsat-missions",
            "register": "https://portal.aws.amazon.com/billing/signup",
            "terms": "https://www.usgs.gov/information-policies-and-instructions/copyrights-and-credits",
        },
        licence="Landsat: public domain",
        attribution="Landsat courtesy of the U.S. Geological Survey",
        docs="https://landsatlook.usgs.gov/stac-server/api.html",
    )

    def wish(self, name: str, condition: Condition) -> tuple[str, dict[str, Any]]:
        spelled, operators = super().wish(name, condition)
        if name == PLATFORM:  # LANDSAT_8, not landsat-8
            operators = {op: _theirs(value) for op, value in operators.items()}
        return spelled, operators

    def product(self, item: Mapping[str, Any], request: SearchRequest) -> Product:
        product = super().product(item, request)
        said = str(product.properties.get(PLATFORM, "")).lower().replace("_", "-")
        return replace(product, properties={**product.properties, PLATFORM: said})

    def asset(self, key: str, said: Mapping[str, Any], title: str) -> Asset:
        """The file in the bucket: its https link wants a browser's login."""
        asset = super().asset(key, said, title)
        others = said.get("alternate")
        stored = others.get("s3") if isinstance(others, dict) else None
        href = stored.get("href") if isinstance(stored, dict) else None
        if not isinstance(href, str) or "thumbnail" in asset.roles:
            return asset
        return replace(asset, href=sigv4.https(href, REGION))

    def resolve(self, asset: Asset) -> HttpRequest:
        """Signed for the bucket, and for nobody else."""
        return HttpRequest("GET", asset.href, login=self.files.trusts(asset.href, ""))


def _theirs(value: Any) -> Any:
    if isinstance(value, list):
        return [_theirs(v) for v in value]
    return re.sub(r"\W", "_", str(value)).upper()


PROVIDER = UsgsLandsat
