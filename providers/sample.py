"""The sample portal: synthetic Sentinel-2 scenes over Clermont-Ferrand, always there.

Neither network nor account. Made by ``scripts/make_sample.py``.
"""

from __future__ import annotations

from ..core.catalogue import CLOUD, ORBIT, PLATFORM, TILE
from ..core.provider import Paging
from ._sample import SampleProvider
from ._stac import StacInfo


class Sample(SampleProvider):
    info = StacInfo(
        id="sample",
        title="Sample portal",
        family="sample",
        url="sample://catalogue",
        description="Synthetic Sentinel-2 scenes over Clermont-Ferrand; no network, no account.",
        collections={"sentinel-2-l2a": "sentinel-2-l2a"},
        filters=frozenset({CLOUD, PLATFORM, TILE, ORBIT}),
        paging=Paging(size=5),  # small on purpose: a sample search shows paging, too
        licence="CC0-1.0",
        attribution="Synthetic sample data of Sentinel Portals",
    )


PROVIDER = Sample
