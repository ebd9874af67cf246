"""Two thousand damaged answers for each protocol of the portals that are alive."""

import json

import pytest

from sentinel_portals.core.model import SearchRequest
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.fuzzing import survives

PORTALS = {
    "cdse": "sentinel-2-l2a",
    "geodes": "sentinel-2-l1c",
    "wekeo": "sentinel-2-l2a",
    "asf": "sentinel-1-grd",
    "aws_sentinel2": "sentinel-2-l1c",
    "usgs_landsat": "landsat-c2-l2",
    "earth_engine": "sentinel-2-l2a",
}


@pytest.mark.parametrize("portal", PORTALS)
def test_a_damaged_answer_is_products_or_a_response_error(portal):
    pages = [json.dumps(fixture(f"{portal}_{name}")).encode() for name in ("first", "last")]
    survives(connected(portal, ""), SearchRequest(PORTALS[portal]), pages)
