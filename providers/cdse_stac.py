"""Copernicus Data Space Ecosystem by its STAC catalogue.

https://documentation.dataspace.copernicus.eu/APIs/STAC.html — search is open, files want the
free account; bands are fetched one by one through the https alternates of the ``s3://`` links.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ..core import bands
from ..core.catalogue import CLOUD, ORBIT, ORBIT_STATE, PLATFORM, TILE
from ..core.provider import Download, Paging
from ..core.together import AskedOnce
from ._odata import ODataProvider
from ._stac import StacInfo, StacProvider, baseline
from .cdse import LOGIN, QUOTA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.model import Asset


class CdseStac(AskedOnce, StacProvider):
    info = StacInfo(
        id="cdse_stac",
        title="Copernicus Data Space (STAC)",
        family="stac",
        url="https://stac.dataspace.copernicus.eu/v1",
        description="The European Union's own archive; search is open, files want a free account.",
        since=date(2023, 1, 24),
        collections={
            "sentinel-2-l2a": "sentinel-2-l2a",
            "sentinel-2-l1c": "sentinel-2-l1c",
            "sentinel-1-grd": "sentinel-1-grd",
            "sentinel-1-slc": "sentinel-1-slc",
        },
        filters=frozenset({CLOUD, PLATFORM, TILE, ORBIT, ORBIT_STATE}),
        filtering="filter",  # its `query` knows no `in` either
        paging=Paging(size=100),  # 43 assets an item: more makes slow answers
        download_auth=LOGIN,
        hosts=("*.dataspace.copernicus.eu",),
        download=Download(resume=True, at_once=4),
        quota=QUOTA,
        links={
            "home": "https://dataspace.copernicus.eu/",
            "register": "https://identity.dataspace.copernicus.eu/auth/realms/CDSE/login-actions/registration?client_id=cdse-public",
            "terms": "https://dataspace.copernicus.eu/terms-and-conditions",
        },
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://documentation.dataspace.copernicus.eu/APIs/STAC.html",
    )

    corrected = staticmethod(ODataProvider.corrected)  # the files are the same service's

    def title(self, item: Mapping[str, Any], properties: Mapping[str, Any]) -> str:
        private = properties.get("_private") or {}
        return super().title({"id": private.get("product_name") or item["id"]}, properties)

    def assets(self, item: Mapping[str, Any], title: str) -> dict[str, Asset]:
        # raster:offset is -0.1 on every band, on aerosol, and on scenes older than baseline 04.00.
        shift = bands.offset(baseline(item, title))
        return {k: bands.scaled(a, shift) for k, a in super().assets(item, title).items()}

    def asset(self, key: str, said: Mapping[str, Any], title: str) -> Asset:
        asset = super().asset(key, said, title)
        if not asset.href.endswith("/$value"):
            return asset
        # The link ends in $value: the name stands in the last node, or is the product's own zip.
        node = unquote(asset.href).rpartition("Nodes(")[2].partition(")")[0]
        name = f"{title}.zip" if key == "Product" else node
        roles = ("archive",) if key == "Product" else asset.roles
        return replace(asset, roles=roles, properties={**asset.properties, "file:local_path": name})


PROVIDER = CdseStac
