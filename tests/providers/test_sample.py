"""The sample portal: a server without a network, asked like every other."""

import pytest

from sentinel_portals import api
from sentinel_portals.core import bands
from sentinel_portals.core.errors import ProductUnavailable
from sentinel_portals.core.transport import HttpRequest
from sentinel_portals.providers import _sample
from sentinel_portals.tests.providers.contract import Contract

ALL = {"collections": ["sentinel-2-l2a"], "limit": 5}


class TestSample(Contract):
    portal = "sample"
    request = api.question("sentinel-2-l2a", (2.5, 45.6, 3.3, 45.9), "2024-01-01")
    sends = ("POST sample://catalogue/search ", '"limit": 5', '"intersects"')
    first = {
        "id": "S2C_MSIL2A_20250710T103641_N0511_R008_T31TDL_20250710T155516",
        "platform": "sentinel-2c",
        "grid:code": "MGRS-31TDL",
    }
    then = '"token": "5"'

    @property
    def pages(self):
        return _sample.search("catalogue", ALL), _sample.search("catalogue", {**ALL, "token": "5"})

    @property
    def ids(self):
        return tuple(item["id"] for page in self.pages for item in page["features"])


def test_it_filters_as_a_portal_does_and_tells_how_many_there_are():
    found = api.search("sentinel-2-l2a", portals=["sample"], max_cloud=20)
    outcome = found.outcomes["sample"]
    assert outcome.checked_here == ()
    assert outcome.matched == len(outcome.products) > 0
    assert all(p.properties["eo:cloud_cover"] <= 20 for p in outcome.products)


def test_a_place_where_nothing_was_seen_is_empty():
    found = api.search("sentinel-2-l2a", (10, 50, 11, 51), portals=["sample"])
    assert (found.scenes, found.outcomes["sample"].error) == ([], None)


def test_times_and_ids_are_respected():
    whole = api.search("sentinel-2-l2a", portals=["sample"]).outcomes["sample"].products
    some = api.search("sentinel-2-l2a", portals=["sample"], start="2024-07-01", end="2024-07-31")
    assert {p.id for p in some.scenes[0].offers} <= {p.id for p in whole}
    assert {f"{s.best.datetime:%Y-%m}" for s in some.scenes} == {"2024-07"}


def test_a_band_comes_with_its_size_and_checksum_verified(tmp_path):
    scene = api.search("sentinel-2-l2a", portals=["sample"], limit=1).scenes[0]
    (files,) = api.download([scene], tmp_path, assets=["B04", "thumbnail"])
    assert files.error is None
    assert {bands.band(f.key) for f in files.files} == {"B04", "thumbnail"}
    assert all(f.verified for f in files.files)


def test_no_file_outside_the_sample_can_be_had():
    provider = api.connected()["sample"]
    for path in ("../catalogue.json", "%2e%2e/catalogue.json", "/etc/hostname", "none.tif"):
        with pytest.raises(ProductUnavailable):
            provider.files.read(HttpRequest("GET", f"sample://scenes/{path}"))
