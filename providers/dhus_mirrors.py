"""The national mirrors of Copernicus that run a DHuS: one protocol, one table of facts.

All were in the list of awesome-sentinel of 20 February 2025, and nothing newer is known of them:
so their state is unknown. Each wants an account of its own, each keeps what it likes; a mirror
that moved is mended by an entry in the portals file, without code.
"""

from __future__ import annotations

from datetime import date

from ..core.provider import ProviderInfo
from ._dhus import DhusProvider

SEEN = date(2025, 2, 20)
HELD = {
    "sentinel-2-l2a": "Sentinel-2:S2MSI2A",
    "sentinel-2-l1c": "Sentinel-2:S2MSI1C",
    "sentinel-1-grd": "Sentinel-1:GRD",
    "sentinel-1-slc": "Sentinel-1:SLC",
}


def mirror(id_: str, title: str, url: str, description: str) -> ProviderInfo:
    """The facts of one mirror."""
    return ProviderInfo(
        id=id_,
        title=title,
        family="dhus",
        url=url,
        description=description,
        seen=SEEN,
        successor="cdse",
        collections=HELD,
        links={"home": url},
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://github.com/kr-stn/awesome-sentinel",
        **DhusProvider.usual,
    )


PROVIDER = DhusProvider
PORTALS = (
    mirror(
        "zamg",
        "Sentinel National Mirror Austria",
        "https://data.sentinel.zamg.ac.at",
        "The mirror of GeoSphere Austria (once ZAMG) with EODC, since May 2016.",
    ),
    mirror(
        "finhub",
        "FinHub (Finland)",
        "https://finhub.nsdc.fmi.fi",
        "The mirror of the Finnish Meteorological Institute in Sodankylä; keeps the newest.",
    ),
    mirror(
        "colhub",
        "colhub (Norway)",
        "https://colhub.met.no",
        "The mirror of MET Norway: a month of the world, and a long archive over Norway.",
    ),
    mirror(
        "noa",
        "Hellenic Mirror (Greece)",
        "https://sentinels.space.noa.gr/dhus",
        "The mirror of the National Observatory of Athens.",
    ),
    mirror(
        "ipsentinel",
        "IPSentinel (Portugal)",
        "https://ipsentinel.ipma.pt/dhus",
        "The mirror of IPMA and DGT; its certificate was invalid in 2021.",
    ),
    mirror(
        "cesnet",
        "CESNET (Czechia)",
        "https://dhr1.cesnet.cz",
        "The relay of the Czech academic network.",
    ),
    mirror(
        "esthub",
        "ESTHub (Estonia)",
        "https://ehdatahub.maaamet.ee",
        "The mirror of the Estonian Land Board.",
    ),
)
