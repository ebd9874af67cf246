"""Copernicus Data Space Ecosystem by its object store: the STAC catalogue, and S3 keys for files.

https://documentation.dataspace.copernicus.eu/APIs/S3.html — the bucket ``eodata``, addressed by
path, region ``default``; keys are made by whoever has the free account.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.auth import S3
from ..core.provider import Download
from ..core.transport import HttpRequest
from .cdse_stac import CdseStac

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.model import Asset

STORE = "https://eodata.dataspace.copernicus.eu"
BUCKET = "s3://eodata/"


class CdseS3(CdseStac):
    info = replace(
        CdseStac.info,
        id="cdse_s3",
        title="Copernicus Data Space (S3)",
        description="The same archive, file by file from its object store, with S3 keys.",
        download_auth=S3(endpoint=STORE, region="default"),
        hosts=("eodata.dataspace.copernicus.eu",),
        download=Download(resume=True, at_once=4, ranges=4),
        links={
            **CdseStac.info.links,
            "register": "https://eodata-s3keysmanager.dataspace.copernicus.eu/",
        },
        docs="https://documentation.dataspace.copernicus.eu/APIs/S3.html",
    )

    def assets(self, item: Mapping[str, Any], title: str) -> dict[str, Asset]:
        """Without the zip, which the other service makes."""
        found = super().assets(item, title)
        return {
            key: asset
            for key, asset in found.items()
            if asset.href.startswith(STORE) or "thumbnail" in asset.roles
        }

    def asset(self, key: str, said: Mapping[str, Any], title: str) -> Asset:
        """The file in the store, where the item names it."""
        href = str(said.get("href"))
        if href.startswith(BUCKET):
            said = {**said, "href": f"{STORE}/{href[len('s3://') :]}", "alternate": {}}
        return super().asset(key, said, title)

    def resolve(self, asset: Asset) -> HttpRequest:
        """Signed for the store, and for nobody else."""
        return HttpRequest("GET", asset.href, login=self.files.trusts(asset.href, ""))


PROVIDER = CdseS3
