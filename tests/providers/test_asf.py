"""The Alaska Satellite Facility in its own words."""

from dataclasses import replace

from sentinel_portals import api
from sentinel_portals.core import download
from sentinel_portals.core.auth import ApiKey
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.provider import Paging
from sentinel_portals.core.search import search
from sentinel_portals.providers import Kind
from sentinel_portals.providers.asf import Asf
from sentinel_portals.tests.providers.answers import ZIP, connected, fixture
from sentinel_portals.tests.providers.contract import Contract

NAME = "S1A_IW_GRDH_1SDV_20240727T055031_20240727T055056_054941_06B135_1A2B"
GRD = SearchRequest("sentinel-1-grd")


class TestAsf(Contract):
    portal = Kind(Asf, replace(Asf.info, paging=Paging(size=2)))
    request = api.question(
        "sentinel-1-grd",
        (2.9, 45.6, 3.3, 45.9),
        "2024-07-01",
        "2024-07-31",
        filters={
            "platform": ["sentinel-1a", "sentinel-1c"],
            "sat:orbit_state": "descending",
            "sat:relative_orbit": {"lte": 139},
            "sar:instrument_mode": "IW",
        },
    )
    sends = (
        "GET https://api.daac.asf.alaska.edu/services/search/param?",
        "dataset=SENTINEL-1",
        "processingLevel=GRD_HD,GRD_HS,GRD_MD,GRD_MS",
        "output=geojson",
        "maxResults=2",
        "intersectsWith=POLYGON+((",
        "start=2024-07-01T00:00:00.000Z",
        "end=2024-07-31T23:59:59.999Z",
        "platform=Sentinel-1A,Sentinel-1C",
        "flightDirection=DESCENDING",
        "beamMode=IW",
    )
    first = {
        "id": f"{NAME}-GRD_HD",
        "title": NAME,
        "datetime": "2024-07-27T05:50:31.000Z",
        "end_datetime": "2024-07-27T05:50:56.000Z",
        "platform": "sentinel-1a",
        "sat:relative_orbit": 139,
        "sat:absolute_orbit": 54941,
        "sat:orbit_state": "descending",
        "sar:instrument_mode": "IW",
        "sar:polarizations": ["VV", "VH"],
        "product.href": f"https://datapool.asf.alaska.edu/GRD_HD/SA/{NAME}.zip",
        "product.size": 900000001,
        "product.checksum": "md5 00000000000000000000000000000001",
        "thumbnail.href": f"https://datapool.asf.alaska.edu/BROWSE/SA/{NAME}.jpg",
    }
    then = "end=2024-07-27T05:50:06.000Z"  # further back by time
    ids = (
        f"{NAME}-GRD_HD",
        "S1A_IW_GRDH_1SDV_20240727T055006_20240727T055031_054941_06B135_3C4D-GRD_HD",
        "S1A_IW_GRDH_1SDV_20240715T055031_20240715T055056_054766_06AB32_5E6F-GRD_HD",
    )

    def test_it_follows_pages_to_the_end(self):
        """A full page is followed by one more question; one that brings nothing new is the end."""
        last = fixture("asf_last")
        provider = connected(self.portal, self.pages[0], last, last)
        outcome = search(provider, self.request)
        assert (outcome.error, outcome.unreadable) == (None, 0)
        assert tuple(p.id for p in outcome.products) == self.ids
        assert self.then in provider.line.asked[1]
        assert "end=2024-07-15T05:50:31.000Z" in provider.line.asked[2]

    def test_a_broken_entry_costs_only_itself(self):
        page = fixture("asf_last")
        for wrong in (None, 7, "text", [], {}, {"id": 7}):
            page["features"].insert(0, wrong)
        outcome = search(connected("asf", page), self.request)
        assert (outcome.error, outcome.unreadable, len(outcome.products)) == (None, 6, 2)


def products():
    return connected("asf", "").read(fixture("asf_last"), GRD).products


def test_a_page_that_is_not_full_is_the_last():
    assert connected("asf", "").read(fixture("asf_first"), GRD).next is None


def test_a_limit_is_applied_here_because_only_lists_can_be_asked_for():
    outcome = search(connected("asf", fixture("asf_last")), TestAsf.request)
    assert outcome.checked_here == ("sat:relative_orbit",)


def test_a_scene_without_picture_checksum_and_direction_is_a_scene():
    product = products()[1]
    assert set(product.assets) == {"product"}
    assert product.assets["product"].checksum is None
    assert "sat:orbit_state" not in product.properties


def test_the_token_follows_inside_the_house_and_not_to_the_store(tmp_path):
    asset = replace(products()[0].assets["product"], size=None, checksum=None)
    portal = connected(
        "asf",
        (307, "", {"Location": "https://cumulus.asf.alaska.edu/GRD_HD/x.zip"}),
        (307, "", {"Location": "https://bucket.s3.us-west-2.amazonaws.com/x.zip?A-id=1"}),
        ZIP,
        auth=Asf.info.download_auth.auth({"password": "edl-token"}, None),
    )
    assert isinstance(Asf.info.download_auth, ApiKey)
    download.fetch_asset(portal, asset, tmp_path / "x.zip")
    assert ["Bearer edl-token" in asked for asked in portal.line.asked] == [True, True, False]


def test_quicklooks_are_open():
    assert not connected("asf", "").resolve(products()[0].assets["thumbnail"]).login
