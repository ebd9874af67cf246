"""Copernicus Data Space Ecosystem by its OData catalogue: the European Union's own archive.

https://documentation.dataspace.copernicus.eu/APIs/OData.html — search and quicklooks are open,
files want the free account; whole products, or single bands through the Nodes service.
"""

from __future__ import annotations

from datetime import date

from ..core.auth import OpenId
from ..core.provider import Area, Download, Paging, Quota
from ._odata import ATTRIBUTES, ODataInfo, ODataProvider

LOGIN = OpenId(
    endpoint="https://identity.dataspace.copernicus.eu/auth/realms/CDSE/protocol/openid-connect/token",
    client_id="cdse-public",
    device="https://identity.dataspace.copernicus.eu/auth/realms/CDSE/protocol/openid-connect/auth/device",
)
QUOTA = Quota(size=12_000_000_000_000, days=30)  # documentation of March 2025, per account


class Cdse(ODataProvider):
    info = ODataInfo(
        id="cdse",
        title="Copernicus Data Space",
        family="odata",
        url="https://catalogue.dataspace.copernicus.eu/odata/v1",
        files="https://download.dataspace.copernicus.eu/odata/v1",
        description="The European Union's archive of every Sentinel; files want a free account.",
        since=date(2023, 1, 24),
        collections={
            "sentinel-2-l2a": "SENTINEL-2:S2MSI2A",
            "sentinel-2-l1c": "SENTINEL-2:S2MSI1C",
            "sentinel-1-grd": "SENTINEL-1:GRD",
            "sentinel-1-slc": "SENTINEL-1:SLC",
            "sentinel-1-ocn": "SENTINEL-1:OCN",
            "sentinel-3-olci-l1": "SENTINEL-3:OL_1_EFR___",
            "sentinel-3-slstr-l1": "SENTINEL-3:SL_1_RBT___",
            "sentinel-5p-l2": "SENTINEL-5P:",
        },
        filters=frozenset(ATTRIBUTES),
        area=Area(polygon=True, max_points=150),  # the question is a URL, of 8 kB at most
        paging=Paging(size=200),
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
        docs="https://documentation.dataspace.copernicus.eu/APIs/OData.html",
    )


PROVIDER = Cdse
