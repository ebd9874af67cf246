"""THEIA: resto 2 with a token bought by a form; closed."""

from datetime import datetime, timezone

import pytest
import requests

from sentinel_portals.core.conditions import AtMost, OneOf
from sentinel_portals.core.errors import AuthError
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.scene import merge
from sentinel_portals.core.transport import Http
from sentinel_portals.providers import discover
from sentinel_portals.providers._resto import TextBearer
from sentinel_portals.tests.providers.answers import Answers, connected, fixture
from sentinel_portals.tests.providers.contract import Contract

ROOT = "https://theia.cnes.fr/atdistrib/resto2"
ID = "0a0b0c0d-000{}-5000-8000-00000000000{}"


class TestTheia(Contract):
    portal = "theia"
    request = SearchRequest(
        "sentinel-2-l2a-maja",
        bbox=(0.5, 42.3, 1.9, 43.4),
        end=datetime(2023, 3, 31, tzinfo=timezone.utc),
        query={
            "eo:cloud_cover": AtMost(60),
            "grid:code": OneOf(("MGRS-31TCH", "MGRS-31TDH")),
            "platform": OneOf(("sentinel-2a",)),
        },
    )
    sends = (
        f"GET {ROOT}/api/collections/SENTINEL2/search.json?",
        "processingLevel=LEVEL2A",
        "location=T31TCH|T31TDH",
        "platform=SENTINEL2A",
        "completionDate=2023-03-31T00:00:00.000Z",
    )
    first = {
        "id": ID.format(1, 1),
        "title": "SENTINEL2A_20230314-104911-871_L2A_T31TCH_C",
        "datetime": "2023-03-14T10:49:11.000Z",
        "platform": "sentinel-2a",
        "eo:cloud_cover": 51.0,
        "sat:relative_orbit": 8,
        "grid:code": "MGRS-31TCH",
        "processing:level": "L2A",
        "processing:version": "3-1",
        "order_status": "succeeded",
        "assets": ["product", "quicklook", "thumbnail"],
        "product.href": f"{ROOT}/collections/SENTINEL2/{ID.format(1, 1)}/download",
        "product.size": None,
        "product.checksum": "md5 0123456789abcdef0123456789abcde1",
        "quicklook.href": "https://theia.cnes.fr/data//SENTINEL2/2023/03/14/"
        "SENTINEL2A_20230314-104911-871_L2A_T31TCH_C_V3-1/"
        "SENTINEL2A_20230314-104911-871_L2A_T31TCH_C_V3-1_QKL_ALL.png",
    }
    ids = tuple(ID.format(n, n) for n in (1, 2, 3))
    then = "page=2"


@pytest.mark.parametrize(
    ("ours", "collection", "level"),
    [
        ("sentinel-2-l3a", "SENTINEL2", "LEVEL3A"),
        ("sentinel-2-snow", "Snow", "L2B-SNOW"),
        ("landsat-l2a-maja", "LANDSAT", "LEVEL2A"),
        ("spot-world-heritage", "SPOTWORLDHERITAGE", "LEVEL1C"),
        ("land-cover-oso", "OSO", None),
    ],
)
def test_every_collection_is_asked_by_its_level(ours, collection, level):
    request = connected("theia", b"").build(SearchRequest(ours), None)
    assert request.url == f"{ROOT}/api/collections/{collection}/search.json"
    assert request.params.get("processingLevel") == level


def test_a_landsat_is_called_by_its_number():
    query = {"platform": OneOf(("landsat-8",))}
    request = SearchRequest("landsat-l2a-maja", query=query)
    assert connected("theia", b"").build(request, None).params["platform"] == "LANDSAT8"


def test_its_scenes_are_made_by_maja():
    page = connected("theia", b"").parse(fixture("theia_first"), TestTheia.request)
    assert [s.id for s in merge(page.products)] == [
        "S2A|31TCH|R008|20230314T104911|-|L2A|maja",
        "S2A|31TDH|R008|20230314T104911|-|L2A|maja",
    ]


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def bearer(*answers):
    line, clock = Answers(*answers), Clock()
    http = Http("THEIA", adapters={"https://": line}, sleep=lambda seconds: None)
    way = discover()["theia"].info.download_auth
    auth = TextBearer(
        way, {"username": "ada", "password": "s&cret"}, http, clock
    )  # pragma: allowlist secret
    return auth, line, clock


def sent(auth):
    return auth(requests.Request("GET", "https://theia.cnes.fr/x").prepare()).headers[
        "Authorization"
    ]


def test_a_token_is_bought_once_and_again_when_it_ends():
    auth, line, clock = bearer("0123456789abcdef\n", "fedcba9876543210")
    assert [sent(auth), sent(auth)] == ["Bearer 0123456789abcdef"] * 2
    assert line.asked == [
        "POST https://theia.cnes.fr/atdistrib/services/authenticate/ ident=ada&pass=s%26cret"
    ]
    clock.now += 6000
    assert sent(auth) == "Bearer fedcba9876543210"


def test_after_a_refusal_a_new_token_is_bought():
    auth, _, _ = bearer("0123456789abcdef", "fedcba9876543210")
    sent(auth)
    assert auth.renew()
    assert sent(auth) == "Bearer fedcba9876543210"


@pytest.mark.parametrize("said", ["", "<html>Wrong</html>", "two words"])
def test_an_empty_answer_is_a_wrong_login(said):
    auth, _, _ = bearer(said)
    with pytest.raises(AuthError, match="THEIA did not accept the login"):
        sent(auth)


def test_a_download_names_the_issuer_of_the_token():
    provider = connected("theia", b"")
    product = provider.parse(fixture("theia_first"), TestTheia.request).products[0]
    assert provider.resolve(product.assets["product"]).params == {"issuerId": "theia"}
    assert provider.resolve(product.assets["thumbnail"]).params == {}
    assert not provider.renew(product.assets["product"])  # nobody is logged in
