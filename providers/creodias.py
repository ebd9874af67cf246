"""CREODIAS: CloudFerro's commercial cloud beside the archive of Copernicus Data Space.

https://creodias.eu/ — the same software and the same products; search is open, files want an
account of theirs with a second factor, and what leaves their cloud is paid for.
"""

from __future__ import annotations

from datetime import date

from ..core.auth import OpenId
from ..core.provider import Area, Download, Paging
from ._odata import ATTRIBUTES, ODataInfo, ODataProvider
from .cdse import Cdse


class Creodias(ODataProvider):
    info = ODataInfo(
        id="creodias",
        title="CREODIAS",
        family="odata",
        url="https://datahub.creodias.eu/odata/v1",
        files="https://zipper.creodias.eu/odata/v1",
        description="CloudFerro's commercial copy of the Sentinel archive; files cost money.",
        since=date(2018, 6, 20),
        collections=Cdse.info.collections,
        filters=frozenset(ATTRIBUTES),
        area=Area(polygon=True, max_points=150),
        paging=Paging(size=200),
        # Their client is no public one: its password goes into the optional client_secret.
        download_auth=OpenId(
            endpoint="https://identity.cloudferro.com/auth/realms/Creodias-new/protocol/openid-connect/token",
            client_id="CLOUDFERRO_PUBLIC",
        ),
        hosts=("*.creodias.eu",),
        download=Download(resume=True, at_once=4),
        links={
            "home": "https://creodias.eu/",
            "register": "https://portal.creodias.eu/",
            "terms": "https://creodias.eu/terms-of-service/",
        },
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data",
        docs="https://creodias.docs.cloudferro.com/",
    )


PROVIDER = Creodias
