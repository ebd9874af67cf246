"""A page read item by item gives the same products as a page read whole."""

import json

import pytest

from sentinel_portals import api, providers
from sentinel_portals.tests.providers.answers import fixture

PORTALS = ("earth_search", "cdse_stac", "planetary_computer")


@pytest.mark.parametrize("name", PORTALS)
def test_item_by_item_or_whole_it_is_the_same(name):
    portal = providers.connect(providers.portals()[0][name])
    content = json.dumps(fixture(f"{name}_first")).encode()
    request = api.question("sentinel-2-l2a", (3, 45, 4, 46))
    folded = portal.parse(portal.decode(content), request)
    whole = portal.parse(json.loads(content), request)
    assert folded == whole
    assert folded.products
    for product, item in zip(folded.products, json.loads(content)["features"]):
        assert product.raw == item
        assert product.assets
