"""Element 84's Earth Search v1: Sentinel and Landsat on AWS Open Data.

https://element84.com/earth-search/ — no account; Sentinel-2 L2A bands are public COGs.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM, TILE
from ..core.model import SearchRequest
from ..core.provider import Paging
from ._stac import StacInfo, StacProvider


class EarthSearch(StacProvider):
    info = StacInfo(
        id="earth_search",
        title="Earth Search",
        family="stac",
        url="https://earth-search.aws.element84.com/v1",
        description="Sentinel and Landsat as cloud-optimised GeoTIFF on AWS Open Data; no account.",
        since=date(2020, 6, 1),
        collections={
            "sentinel-2-l2a": "sentinel-2-l2a",
            "sentinel-2-l1c": "sentinel-2-l1c",
            "sentinel-1-grd": "sentinel-1-grd",
            "landsat-c2-l2": "landsat-c2-l2",
        },
        # A CQL2 filter is ignored without a word (115 million hits instead of some): `query` only.
        filtering="query",
        filters=frozenset({CLOUD, PLATFORM, TILE, ORBIT, ORBIT_STATE, MODE}),
        # 1000 items with all assets exceed the server's answer size and give 502.
        paging=Paging(size=200),
        links={"home": "https://element84.com/earth-search/"},
        licence="Copernicus Sentinel Data Terms; Landsat: public domain",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://github.com/Element84/earth-search",
    )

    def _wishes(self, request: SearchRequest) -> dict[str, Any]:
        # Sentinel-2 items carry no orbit: asked for one, the server would find nothing.
        wishes = super()._wishes(request)
        if request.collection.startswith("sentinel-2"):
            for name in (ORBIT, ORBIT_STATE):
                wishes.get("query", {}).pop(name, None)
        return {key: value for key, value in wishes.items() if value}


PROVIDER = EarthSearch
