"""Copernicus Data Space by its object store: the same scenes, signed requests for their files."""

from dataclasses import replace

from sentinel_portals import api
from sentinel_portals.core import download
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.providers.cdse_s3 import STORE, CdseS3
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

NAME = "S2A_MSIL2A_20240730T103631_N0511_R008_T31TEL_20240730T163101"
PLACE = (
    f"{STORE}/eodata/Sentinel-2/MSI/L2A/2024/07/30/{NAME}.SAFE/GRANULE/"
    "L2A_T31TEL_A047001_20240730T103631/IMG_DATA/R10m/T31TEL_20240730T103631_B04_10m.jp2"
)
KEYS = {"username": "AKIDEXAMPLE", "password": "secret"}  # pragma: allowlist secret


class TestCdseS3(Contract):
    portal = "cdse_s3"
    request = api.question("sentinel-2-l2a", (2.9, 45.6, 3.3, 45.9), "2021-07-01", max_cloud=20)
    sends = (
        "POST https://stac.dataspace.copernicus.eu/v1/search ",
        '{"op": "<=", "args": [{"property": "eo:cloud_cover"}, 20]}',
    )
    first = {
        "id": NAME,
        "title": NAME,
        "eo:cloud_cover": 4.25,
        "assets": ["B04_10m", "thumbnail"],
        "B04_10m.href": PLACE,
        "B04_10m.size": 201010,
        "B04_10m.raster:bands": [
            {"nodata": 0, "data_type": "uint16", "scale": 0.0001, "offset": -0.1}
        ],
    }
    then = '"token": "next:sentinel-2-l2a:S2B_MSIL2A_20240725T103629_N0511_R008_T31TEL_'
    ids = (
        NAME,
        "S2B_MSIL2A_20240725T103629_N0511_R008_T31TEL_20240725T131125",
        "S2A_MSIL2A_20210720T103631_N0301_R008_T31TEL_20210720T164001",
    )


def scene(portal):
    return portal.read(fixture("cdse_s3_first"), SearchRequest("sentinel-2-l2a")).products[0]


def test_a_band_is_asked_for_with_a_signature_that_the_catalogue_never_sees(tmp_path):
    auth = CdseS3.info.download_auth.auth(KEYS, None)
    portal = connected("cdse_s3", b"a band", auth=auth)
    held = scene(portal)
    band = replace(held.assets["B04_10m"], size=6, checksum=None)
    wanted = replace(held, assets={**held.assets, "B04_10m": band})
    found = download.fetch_scene([wanted], {"cdse_s3": portal}, ["B04"], tmp_path)
    assert [f.path.name for f in found.files] == ["T31TEL_20240730T103631_B04_10m.jp2"]
    asked = portal.line.asked[-1]
    assert asked.startswith(f"GET {PLACE} ")
    assert "/default/s3/aws4_request" in asked
    assert not portal.resolve(held.assets["thumbnail"]).login
