"""CREODIAS: the software of Copernicus Data Space at another address, with a login of its own."""

import json

from sentinel_portals import api
from sentinel_portals.core.search import search
from sentinel_portals.core.transport import Http, HttpRequest
from sentinel_portals.providers import discover
from sentinel_portals.tests.providers.answers import Answers, connected, fixture
from sentinel_portals.tests.providers.contract import Contract

HUB = "https://datahub.creodias.eu/odata/v1"
FILES = "https://zipper.creodias.eu/odata/v1"


def page(name):
    """What Copernicus Data Space says, as its twin says it."""
    text = json.dumps(fixture(f"cdse_{name}"))
    return json.loads(text.replace("catalogue.dataspace.copernicus.eu", "datahub.creodias.eu"))


class TestCreodias(Contract):
    portal = "creodias"
    entries = "value"
    request = api.question("sentinel-2-l2a", (2.9, 45.6, 3.3, 45.9), "2017-07-01", max_cloud=20)
    sends = (
        f"GET {HUB}/Products?",
        "Collection/Name+eq+'SENTINEL-2'",
        "att/Name+eq+'cloudCover'+and+att/OData.CSC.DoubleAttribute/Value+le+20)",
    )
    first = {
        "id": "00000001-aaaa-4bbb-8ccc-ddddddddddd1",
        "title": "S2A_MSIL2A_20240730T103631_N0511_R008_T31TEL_20240730T163101",
        "eo:cloud_cover": 4.25,
        "product.href": f"{FILES}/Products(00000001-aaaa-4bbb-8ccc-ddddddddddd1)/$value",
        "thumbnail.href": f"{HUB}/Assets(11111111-aaaa-4bbb-8ccc-ddddddddddd1)/$value",
    }
    then = "$skip=2"
    ids = tuple(f"0000000{n}-aaaa-4bbb-8ccc-ddddddddddd{n}" for n in (1, 2, 3))

    @property
    def pages(self):
        return page("first"), page("last")


def test_it_has_the_products_of_copernicus_data_space_under_the_same_ids():
    ours = search(connected("creodias", page("last")), TestCreodias.request).products
    theirs = search(connected("cdse", fixture("cdse_last")), TestCreodias.request).products
    assert [p.id for p in ours] == [p.id for p in theirs]
    assert [p.properties for p in ours] == [p.properties for p in theirs]


def test_the_second_factor_and_the_clients_password_travel_with_the_login_only():
    info = discover()["creodias"].info
    line = Answers({"access_token": "a1", "expires_in": 600}, "bytes")
    http = Http("CREODIAS", hosts=info.hosts, adapters={"https://": line})
    account = {
        "username": "ada",
        "password": "p",  # pragma: allowlist secret
        "totp": "123456",
        "client_secret": "c",  # pragma: allowlist secret
    }
    http.with_auth(info.download_auth.auth(account, http)).read(HttpRequest("GET", FILES))
    login, file = line.asked
    assert "client_id=CLOUDFERRO_PUBLIC&client_secret=c&grant_type=password" in login
    assert "totp=123456" in login
    assert file.split() == ["GET", FILES, "Authorization:", "Bearer", "a1"]
