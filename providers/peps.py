"""PEPS, the French mirror of Copernicus run by CNES from 2015 to 2026; spoke resto 2.

Closed on 25 March 2026, replaced by GEODES. It kept every Sentinel-1 and -2 product on tape:
asking for a file started its staging on disk, and one looked again until it was there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ..core.auth import Password
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM, TILE
from ..core.errors import ProductUnavailable, ServiceError
from ..core.model import OrderStatus
from ..core.provider import Download, Ordering, Paging
from ._resto import RestoInfo, RestoProvider

if TYPE_CHECKING:
    from ..core.model import Asset, Product
    from ..core.transport import HttpRequest


class Peps(RestoProvider):
    info = RestoInfo(
        id="peps",
        title="PEPS",
        family="resto",
        url="https://peps.cnes.fr/resto",
        description="The French mirror of Copernicus, by CNES: every Sentinel-1 and -2 on tape.",
        since=date(2015, 6, 1),
        until=date(2026, 3, 25),
        successor="geodes",
        collections={
            # S2ST: one tile a product, since 6 December 2016; the many-tile ones before are in S2.
            "sentinel-2-l1c": "S2ST:S2MSI1C",
            "sentinel-2-l2a": "S2ST:S2MSI2A",
            "sentinel-1-grd": "S1:GRD",
            "sentinel-1-slc": "S1:SLC",
            "sentinel-1-ocn": "S1:OCN",
        },
        filters=frozenset({CLOUD, PLATFORM, TILE, ORBIT, ORBIT_STATE, MODE}),
        spellings={
            CLOUD: "cloudCover",
            PLATFORM: "platform",
            TILE: "tileid",  # and mgrs in the answer
            ORBIT: "relativeOrbitNumber",
            ORBIT_STATE: "orbitDirection",
            MODE: "sensorMode",
        },
        paging=Paging(size=100),  # more than 500 are cut without a word
        download_auth=Password(),
        ordering=Ordering(poll=60, patience=86400),  # minutes mostly, hours in bad times
        download=Download(resume=False, at_once=1),
        links={
            "home": "https://geodes.cnes.fr/",
            "history": "https://github.com/olivierhagolle/peps_download",
        },
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://github.com/olivierhagolle/peps_download",
    )

    def resolve(self, asset: Asset) -> HttpRequest:
        request = super().resolve(asset)
        if not asset.href.endswith("/download"):
            return request
        return replace(request, params={"issuerId": "peps"})

    def order(self, product: Product) -> Product:
        """Asking for the file is the order; what is sent back, nobody ever wrote down."""
        if "product" not in product.assets:
            raise ProductUnavailable(
                f"{self.info.title} gives no link to {product.title}.", provider=self.info.id
            )
        try:
            with self.files.open(self.resolve(product.assets["product"])):
                pass
        except ServiceError:  # 503 perhaps: whether the order was taken, `details` will tell
            pass
        return replace(product, order_status=OrderStatus.ORDERED)


PROVIDER = Peps
