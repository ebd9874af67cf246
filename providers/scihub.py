"""SciHub, the Copernicus Open Access Hub of ESA from 2014 to 2023; a DHuS.

Closed at the end of October 2023, replaced by the Copernicus Data Space Ecosystem. Old products
lay in an archive on tape: a request brought them back within hours, twenty in twelve hours.
"""

from __future__ import annotations

from datetime import date

from ..core.provider import ProviderInfo
from ._dhus import DhusProvider


class SciHub(DhusProvider):
    info = ProviderInfo(
        id="scihub",
        title="SciHub (Copernicus Open Access Hub)",
        family="dhus",
        url="https://apihub.copernicus.eu/apihub",
        description="The hub of ESA through which Sentinel data became known, from 2014 to 2023.",
        since=date(2014, 10, 3),
        until=date(2023, 10, 31),
        successor="cdse",
        collections={
            "sentinel-2-l2a": "Sentinel-2:S2MSI2A",
            "sentinel-2-l1c": "Sentinel-2:S2MSI1C",
            "sentinel-1-grd": "Sentinel-1:GRD",
            "sentinel-1-slc": "Sentinel-1:SLC",
            "sentinel-1-ocn": "Sentinel-1:OCN",
            "sentinel-3-olci-l1": "Sentinel-3:OL_1_EFR___",
            "sentinel-3-slstr-l1": "Sentinel-3:SL_1_RBT___",
        },
        links={
            "home": "https://dataspace.copernicus.eu/",
            "history": "https://github.com/sentinelsat/sentinelsat",
        },
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://sentineldatahub.github.io/DataHubSystem/",
        **DhusProvider.usual,
    )


PROVIDER = SciHub
