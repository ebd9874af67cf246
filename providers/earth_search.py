"""Element 84's Earth Search v1: Sentinel and Landsat on AWS Open Data.

https://element84.com/earth-search/ — no account; Sentinel-2 L2A bands are public COGs.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ..core import bands
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM, TILE
from ..core.provider import Paging
from ..core.together import AskedOnce
from ._stac import StacInfo, StacProvider, baseline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.model import Asset

APPLIED = ("earthsearch:boa_offset_applied", "sentinel:boa_offset_applied")  # v1, v0
NO_ORBIT = frozenset({ORBIT, ORBIT_STATE})


class EarthSearch(AskedOnce, StacProvider):  # the buckets on AWS have no other index
    info = StacInfo(
        id="earth_search",
        title="Earth Search",
        family="stac",
        url="https://earth-search.aws.element84.com/v1",
        description="Sentinel and Landsat as cloud-optimised GeoTIFF on AWS Open Data; no account.",
        since=date(2020, 6, 1),
        collections={
            # Not their sentinel-2-l2a, where part of the items say wrongly whether the offset of
            # -1000 was applied to the pixels; this one has checksums, too. Its gaps: see docs.
            "sentinel-2-l2a": "sentinel-2-c1-l2a",
            "sentinel-2-l1c": "sentinel-2-l1c",
            "sentinel-1-grd": "sentinel-1-grd",
            "landsat-c2-l2": "landsat-c2-l2",
        },
        # A CQL2 filter is ignored without a word (115 million hits instead of some): `query` only.
        filtering="query",
        several=True,
        filters=frozenset({CLOUD, PLATFORM, TILE, ORBIT, ORBIT_STATE, MODE}),
        # Sentinel-2 items carry no orbit: asked for one, the server would find nothing.
        lacking={"sentinel-2-l2a": NO_ORBIT, "sentinel-2-l1c": NO_ORBIT},
        # 1000 items with all assets exceed the server's answer size and give 502.
        paging=Paging(size=200),
        links={"home": "https://element84.com/earth-search/"},
        licence="Copernicus Sentinel Data Terms; Landsat: public domain",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://github.com/Element84/earth-search",
    )

    def assets(self, item: Mapping[str, Any], title: str) -> dict[str, Asset]:
        found = super().assets(item, title)
        said = item["properties"]
        # Where the offset was applied to the pixels, raster:bands says -0.1 all the same.
        applied = True in (said.get(name) for name in APPLIED)
        shift = 0.0 if applied else bands.offset(baseline(item, title))
        return {key: bands.scaled(asset, shift) for key, asset in found.items()}


PROVIDER = EarthSearch
