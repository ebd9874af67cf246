"""SARA, the Sentinel Australasia Regional Access of Geoscience Australia and NCI; speaks resto 2.

https://www.copernicus.gov.au/ — search is open, files want the free account; Australia, New
Zealand, the South Pacific and part of Antarctica. No real answer of it was ever recorded: what is
particular here is taken from its clients (auscophub, eodag).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.auth import Password
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM
from ..core.provider import Download, Paging
from ._resto import RestoInfo, RestoProvider

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sara(RestoProvider):
    info = RestoInfo(
        id="sara",
        title="SARA (Australia)",
        family="resto",
        url="https://copernicus.nci.org.au/sara.server/1.0",
        description="Sentinels over Australia and the South Pacific; files want a free account.",
        collections={
            "sentinel-2-l2a": "S2:S2MSIL2A",
            "sentinel-2-l1c": "S2:S2MSIL1C",
            "sentinel-1-grd": "S1:GRD",
            "sentinel-1-slc": "S1:SLC",
            "sentinel-1-ocn": "S1:OCN",
        },
        filters=frozenset({CLOUD, PLATFORM, ORBIT, ORBIT_STATE, MODE}),
        spellings={
            CLOUD: "cloudCover",
            PLATFORM: "platform",
            ORBIT: "orbitNumber",  # the relative one; the other is absoluteOrbitNumber
            ORBIT_STATE: "orbitDirection",
            MODE: "sensorMode",
        },
        paging=Paging(size=100),  # more than 500 are cut without a word
        download_auth=Password(),
        download=Download(resume=True, at_once=2),
        links={
            "home": "https://copernicus.nci.org.au/sara.client/#/home",
            "register": "https://copernicus.nci.org.au/sara.client/#/register",
        },
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://www.copernicus.gov.au/",
    )

    def spelled(self, name: str, value: Any) -> Any:
        return str(value).title() if name == ORBIT_STATE else super().spelled(name, value)

    def properties(self, collection: str, title: str, said: Mapping[str, Any]) -> dict[str, Any]:
        orbits = {
            "relativeOrbitNumber": said.get("orbitNumber"),
            "orbitNumber": said.get("absoluteOrbitNumber"),
        }
        return super().properties(collection, title, {**said, **orbits})


PROVIDER = Sara
