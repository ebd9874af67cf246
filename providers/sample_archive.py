"""A second sample portal, which holds some of the same scenes under other names, and one offline.

It shows what merging, offers and fail-over do, without network or account.
"""

from __future__ import annotations

from ..core.catalogue import CLOUD
from ._sample import SampleProvider
from ._stac import StacInfo


class SampleArchive(SampleProvider):
    info = StacInfo(
        id="sample_archive",
        title="Sample archive",
        family="sample",
        url="sample://archive",
        description="Some of the sample scenes under another portal's names; one is offline.",
        collections={"sentinel-2-l2a": "sentinel-2-l2a"},
        filters=frozenset({CLOUD}),
        licence="CC0-1.0",
        attribution="Synthetic sample data of Sentinel Portals",
    )


PROVIDER = SampleArchive
