"""2,000 damaged answers per portal: products or a ResponseError, never anything else."""

import pytest

from sentinel_portals import api
from sentinel_portals.tests.providers.answers import DATA, connected
from sentinel_portals.tests.providers.fuzzing import survives

REQUEST = api.question("sentinel-2-l2a", (2.9, 45.6, 3.3, 45.9), max_cloud=20)


@pytest.mark.parametrize("portal", ["earth_search", "cdse_stac", "planetary_computer"])
def test_damaged_answers_give_products_or_say_that_they_are_odd(portal):
    provider = connected(portal, "")
    pages = [(DATA / f"{portal}_{name}.json").read_bytes() for name in ("first", "last")]
    survives(OnTheWay(provider), REQUEST, pages)


class OnTheWay:
    """The portal, made to go on with whatever comes out: the next page, the files, their logins."""

    def __init__(self, provider):
        self.provider, self.decode = provider, provider.decode

    def read(self, payload, request):
        page = self.provider.read(payload, request)
        if page.next is not None:
            self.provider.build(request, page.next)
        for product in page.products:
            for asset in product.assets.values():
                self.provider.files.trusts(asset.href, self.provider.info.url)
                self.provider.renew(asset)
        return page
