"""The buckets of Sentinel-2 on AWS: ESA's own JPEG 2000 files, tile by tile.

https://registry.opendata.aws/sentinel-2/ — the buckets have no index, so Earth Search is asked
for it; who reads pays AWS for it (requester pays) and signs with keys of an account there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ..core import bands, sigv4
from ..core.auth import S3
from ..core.provider import Download
from ..core.transport import HttpRequest
from ._stac import baseline
from .earth_search import EarthSearch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.model import Asset, Product, SearchRequest

REGION = "eu-central-1"
BUCKETS = ("s3://sentinel-s2-l1c/", "s3://sentinel-s2-l2a/")
JP2 = "-jp2"  # what Earth Search adds to the key of a band that it also has as GeoTIFF


class AwsSentinel2(EarthSearch):
    info = replace(
        EarthSearch.info,
        id="aws_sentinel2",
        title="AWS Sentinel-2 buckets",
        description="ESA's JPEG 2000 files on AWS; the reader pays, with keys of an AWS account.",
        since=date(2016, 12, 1),
        collections={"sentinel-2-l1c": "sentinel-2-l1c", "sentinel-2-l2a": "sentinel-2-l2a"},
        download_auth=S3(region=REGION, requester_pays=True),
        hosts=tuple(f"{b[5:-1]}.s3.{REGION}.amazonaws.com" for b in BUCKETS),
        download=Download(resume=True, at_once=8, ranges=4),
        links={
            "home": "https://registry.opendata.aws/sentinel-2/",
            "register": "https://portal.aws.amazon.com/billing/signup",
            "terms": "https://aws.amazon.com/s3/pricing/",
        },
        attribution="Contains modified Copernicus Sentinel data, on AWS by Sinergise",
        docs="https://roda.sentinel-hub.com/sentinel-s2-l1c/readme.html",
    )

    def product(self, item: Mapping[str, Any], request: SearchRequest) -> Product:
        """Earth Search's product, without the files that are not in the buckets."""
        product = super().product(item, request)
        shift = bands.offset(baseline(item, product.title))
        kept = {a.key: a for a in product.assets.values() if a.href.startswith(BUCKETS)}
        found = {k: v for k, v in product.assets.items() if "thumbnail" in v.roles}
        for asset in kept.values():
            moved = _moved(asset)
            # Never applied to these pixels, whatever the item says of its GeoTIFFs.
            found[moved.key] = bands.scaled(moved, shift)
        return replace(product, assets=found)

    def resolve(self, asset: Asset) -> HttpRequest:
        """Signed for the buckets, and for nobody else."""
        return HttpRequest("GET", asset.href, login=self.files.trusts(asset.href, ""))


def _moved(asset: Asset) -> Asset:
    """The file in its bucket by https, under the key that its band has everywhere."""
    key = asset.key[: -len(JP2)] if asset.key.endswith(JP2) else asset.key
    return replace(asset, key=key, href=sigv4.https(asset.href, REGION))


PROVIDER = AwsSentinel2
