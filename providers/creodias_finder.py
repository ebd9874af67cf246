"""The finder of CREODIAS, its catalogue from 2018 to 2023; spoke resto 2.

Replaced in February 2023 by OData, which the portal `creodias` speaks.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ..core import names
from ..core.catalogue import CLOUD, PLATFORM, TILE
from ..core.provider import Download, Paging
from ._resto import RestoInfo, RestoProvider


class CreodiasFinder(RestoProvider):
    info = RestoInfo(
        id="creodias_finder",
        title="CREODIAS finder",
        family="resto",
        url="https://finder.creodias.eu/resto",
        description="The first catalogue of the Polish DIAS; an OData catalogue replaced it.",
        since=date(2018, 6, 20),
        until=date(2023, 2, 28),
        successor="creodias",
        collections={
            "sentinel-2-l2a": "Sentinel2:L2A",
            "sentinel-2-l1c": "Sentinel2:L1C",
            "sentinel-1-grd": "Sentinel1:GRD",
            "sentinel-1-slc": "Sentinel1:SLC",
            "sentinel-1-ocn": "Sentinel1:OCN",
        },
        filters=frozenset({CLOUD, PLATFORM, TILE}),
        spellings={CLOUD: "cloudCover", PLATFORM: "platform", TILE: "productIdentifier"},
        always={"status": "all", "dataset": "ESA-DATASET"},
        paging=Paging(size=200),  # more than 2000 are refused
        download=Download(resume=False, at_once=1),  # the zip was made while it was sent
        links={"home": "https://creodias.eu/"},
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://creodias.eu/",
    )

    def spelled(self, name: str, value: Any) -> Any:
        """A tile stood nowhere but in the name; % is the database's wildcard."""
        return f"%T{names.tile(value)}%" if name == TILE else super().spelled(name, value)


PROVIDER = CreodiasFinder
