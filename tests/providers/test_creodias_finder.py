"""The finder of CREODIAS: resto 2 with names that end in .SAFE; closed."""

from sentinel_portals.core.conditions import AtMost, OneOf
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.providers import discover
from sentinel_portals.tests.providers.answers import connected
from sentinel_portals.tests.providers.contract import Contract

ROOT = "https://finder.creodias.eu/resto"
ID = "0a0b0c0d-000{}-5000-8000-00000000000{}"
NAME = "S2A_MSIL1C_20210311T104021_N0209_R008_T31TDH_20210311T160209"


class TestCreodiasFinder(Contract):
    portal = "creodias_finder"
    request = SearchRequest(
        "sentinel-2-l1c",
        bbox=(1.0, 43.0, 4.0, 44.0),
        query={"eo:cloud_cover": AtMost(80), "grid:code": OneOf(("MGRS-31TDH", "MGRS-31TCJ"))},
    )
    sends = (
        f"GET {ROOT}/api/collections/Sentinel2/search.json?",
        "status=all",
        "dataset=ESA-DATASET",
        "productType=L1C",
        "productIdentifier=%T31TDH%|%T31TCJ%",
    )
    first = {
        "id": ID.format(1, 1),
        "title": NAME,
        "datetime": "2021-03-11T10:40:21.025Z",
        "platform": "sentinel-2a",
        "eo:cloud_cover": 56.1,
        "sat:relative_orbit": 8,
        "grid:code": "MGRS-31TDH",
        "order_status": "succeeded",
        "product.href": f"https://zipper.creodias.eu/download/{ID.format(1, 1)}",
        "product.size": 810000001,
        "thumbnail.href": "https://finder.creodias.eu/files/Sentinel-2/MSI/L1C/2021/03/11/"
        f"{NAME}.SAFE/{NAME}-ql.jpg",
    }
    ids = tuple(ID.format(n, n) for n in (1, 2, 3))
    then = "page=2"


def test_a_status_is_a_number():
    provider = connected("creodias_finder", *TestCreodiasFinder().pages)
    pages = list(provider.search(TestCreodiasFinder.request))
    states = [p.order_status.value for page in pages for p in page.products]
    assert states == ["succeeded", "orderable", "ordered"]


def test_it_closed_and_says_who_took_over():
    info = discover()["creodias_finder"].info
    assert (info.closed, info.successor) == (True, "creodias")
