"""Copernicus Data Space by OpenSearch: resto 2 on a new footing; closed."""

from sentinel_portals.core.conditions import OneOf
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.providers import discover
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

ROOT = "https://catalogue.dataspace.copernicus.eu"
ID = "0a0b0c0d-000{}-5000-8000-00000000000{}"


class TestCdseOpenSearch(Contract):
    portal = "cdse_opensearch"
    request = SearchRequest(
        "sentinel-1-grd",
        bbox=(1.0, 43.0, 4.0, 44.0),
        query={"sar:instrument_mode": OneOf(("IW",)), "sat:relative_orbit": OneOf((8,))},
    )
    sends = (
        f"GET {ROOT}/resto/api/collections/Sentinel1/search.json?",
        "exactCount=1",
        "productType=GRD",
        "sensorMode=IW",
        "relativeOrbitNumber=8",
    )
    first = {
        "id": ID.format(1, 1),
        "title": "S1A_IW_GRDH_1SDV_20240101T055217_20240101T055242_046640_0596F5_2C31",
        "datetime": "2024-01-01T05:52:17.000Z",
        "end_datetime": "2024-01-01T05:52:42.000Z",
        "platform": "sentinel-1a",
        "sat:relative_orbit": 8,
        "sat:absolute_orbit": 46640,
        "sat:orbit_state": "descending",
        "sar:instrument_mode": "IW",
        "sar:polarizations": ["VV", "VH"],
        "eo:cloud_cover": None,  # a radar sees none, but the catalogue said 0
        "order_status": "succeeded",
        "product.href": f"{ROOT}/download/{ID.format(1, 1)}",
        "product.size": 1700000001,
    }
    ids = tuple(ID.format(n, n) for n in (1, 2, 3))
    then = "page=2"

    def test_values_that_are_not_there_are_not_invented(self):
        page = fixture("cdse_opensearch_first")
        page["features"][0]["geometry"] = []
        product = connected(self.portal, page).parse(page, self.request).products[0]
        assert product.geometry is None
        assert "eo:cloud_cover" not in product.properties
        assert "product.checksum" not in product.assets


def test_what_is_offline_is_said():
    page = fixture("cdse_opensearch_first")
    products = connected("cdse_opensearch", page).parse(page, TestCdseOpenSearch.request).products
    assert [p.online for p in products] == [True, False]


def test_it_closed_and_says_who_took_over():
    info = discover()["cdse_opensearch"].info
    assert (info.closed, info.successor) == (True, "cdse")
