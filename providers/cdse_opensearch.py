"""Copernicus Data Space by its first catalogue, OpenSearch in the dialect of resto 2.

Retired on 2 March 2026 in favour of OData and STAC, which hold the same products.
https://documentation.dataspace.copernicus.eu/APIs/Others/ReleaseNotes.html
"""

from __future__ import annotations

from datetime import date

from ..core.auth import OpenId
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM
from ..core.provider import Download, Paging
from ._resto import RestoInfo, RestoProvider


class CdseOpenSearch(RestoProvider):
    info = RestoInfo(
        id="cdse_opensearch",
        title="Copernicus Data Space (OpenSearch)",
        family="resto",
        url="https://catalogue.dataspace.copernicus.eu/resto",
        description="The first catalogue of the Copernicus Data Space; OData and STAC replaced it.",
        since=date(2023, 1, 24),
        until=date(2026, 3, 2),
        successor="cdse",
        collections={
            "sentinel-2-l2a": "Sentinel2:S2MSI2A",
            "sentinel-2-l1c": "Sentinel2:S2MSI1C",
            "sentinel-1-grd": "Sentinel1:GRD",
            "sentinel-1-slc": "Sentinel1:SLC",
            "sentinel-1-ocn": "Sentinel1:OCN",
        },
        filters=frozenset({CLOUD, PLATFORM, ORBIT, ORBIT_STATE, MODE}),
        spellings={
            CLOUD: "cloudCover",
            PLATFORM: "platform",
            ORBIT: "relativeOrbitNumber",
            ORBIT_STATE: "orbitDirection",
            MODE: "sensorMode",
        },
        always={"exactCount": "1"},  # without it there is no total
        paging=Paging(size=200, most=10000),
        download_auth=OpenId(
            endpoint="https://identity.dataspace.copernicus.eu/auth/realms/CDSE/protocol/openid-connect/token",
            client_id="cdse-public",
        ),
        hosts=("*.dataspace.copernicus.eu",),
        download=Download(resume=True, at_once=4),
        links={"home": "https://dataspace.copernicus.eu/"},
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://documentation.dataspace.copernicus.eu/APIs/Others/ReleaseNotes.html",
    )


PROVIDER = CdseOpenSearch
