"""Thousands of damaged answers for each protocol, of fixtures of our own."""

import pytest

from sentinel_portals.core.errors import AuthError, QueryError, ServiceError
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.tests.providers.answers import DATA, connected
from sentinel_portals.tests.providers.fuzzing import THOROUGH, survives
from sentinel_portals.tests.providers.recorded import RECORDED
from sentinel_portals.tests.providers.test_resto_stac import made as resto_stac

PORTALS = {
    "cdse": "sentinel-2-l2a",
    "geodes": "sentinel-2-l1c",
    "wekeo": "sentinel-2-l2a",
    "asf": "sentinel-1-grd",
    "aws_sentinel2": "sentinel-2-l1c",
    "usgs_landsat": "landsat-c2-l2",
    "earth_engine": "sentinel-2-l2a",
}
RECORDED_TOO = {  # test_recorded_*.py damages what these really sent
    "scihub": "sentinel-2-l1c",
    "peps": "sentinel-2-l1c",
    "theia": "sentinel-2-l2a-maja",
    "resto_stac": "sentinel-2-l1c",
    "mundi": "sentinel-2-l1c",
    "onda": "sentinel-2-l1c",
    "sobloo": "sentinel-2-l1c",
}
if THOROUGH or not RECORDED.is_dir():
    PORTALS.update(RECORDED_TOO)
REFUSALS = {QueryError, ServiceError, AuthError}  # that an answer of status 200 may tell


@pytest.mark.parametrize("portal", PORTALS)
def test_a_damaged_answer_is_products_or_a_response_error(portal):
    made = resto_stac() if portal == "resto_stac" else portal
    pages = [p.read_bytes() for end in ("first", "last") for p in DATA.glob(f"{portal}_{end}.*")]
    told = REFUSALS if portal in ("scihub", "peps", "theia", "resto_stac") else ()
    survives(connected(made, ""), SearchRequest(PORTALS[portal]), pages, refusals=tuple(told))
