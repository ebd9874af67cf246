"""core/auth.py: the ways in, as a request carries them. Sessions: see test_sessions.py."""

import base64
import gc
import threading

import pytest
import requests

from sentinel_portals.core.auth import ApiKey, Open, OpenId, Password, SignedUrl
from sentinel_portals.core.errors import AuthError
from sentinel_portals.core.transport import HttpRequest
from sentinel_portals.tests.servers.web import Answer

SECRETS = {"username": "me", "password": "hush"}


def carried(way, http, **secrets):
    """The headers that a login adds to a request."""
    auth = way.auth({**SECRETS, **secrets}, http)
    request = requests.Request("GET", "https://a.test/x").prepare()
    return dict((auth(request) if auth else request).headers)


def test_an_open_door_needs_nothing(http):
    assert Open().fields == SignedUrl().fields == ()
    assert carried(Open(), http) == carried(SignedUrl("https://sign.test"), http) == {}


def test_user_name_and_password_travel_as_basic(http):
    shown = carried(Password(), http, password="schlüssel:x")["Authorization"]
    assert base64.b64decode(shown.partition(" ")[2]).decode() == "me:schlüssel:x"


@pytest.mark.parametrize(
    ("way", "header"),
    [
        (ApiKey(), {"X-API-Key": "hush"}),
        (ApiKey("X-Token"), {"X-Token": "hush"}),
        (ApiKey("Authorization", "Bearer"), {"Authorization": "Bearer hush"}),
    ],
)
def test_a_key_travels_in_the_header_of_the_portals_choice(http, way, header):
    assert carried(way, http) == header


@pytest.mark.parametrize("way", [Password(), ApiKey(), OpenId("https://id.test", "client")])
def test_no_login_shows_its_secret(http, way):
    auth = way.auth(SECRETS, http)
    assert "hush" not in f"{way!r}{auth!r}{auth}"


TOKEN = Answer(json={"access_token": "t", "expires_in": 600, "refresh_token": "r"})


def test_two_threads_buy_one_token(web, connect):
    gate = threading.Event()

    def sell(asked):
        gate.wait(5)
        return TOKEN

    way = OpenId(web.on("/token", sell), "client")
    url = web.on("/x", Answer(json={}))
    http = connect(auth=way.auth(SECRETS, connect()))

    def ask():
        http.json(HttpRequest("GET", url))
        http.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    paths = [asked.path for asked in web.asked]
    assert sorted(paths) == ["/token", "/x", "/x"]
    assert {a.headers["authorization"] for a in web.asked if a.path == "/x"} == {"Bearer t"}


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_wrong_password_is_asked_once_whatever_is_tried_with_it(web, connect, status):
    way = OpenId(web.on("/token", Answer(status, json={"error": "invalid_grant"})), "client")
    http = connect(auth=way.auth(SECRETS, connect()))
    for _ in range(3):
        with pytest.raises(AuthError):
            http.json(HttpRequest("GET", web.on("/x", Answer(json={}))))
    assert [asked.path for asked in web.asked] == ["/token"]


def test_buying_a_token_leaves_no_connection_open(web, connect):
    way = OpenId(web.on("/token", TOKEN), "client")
    http = connect(auth=way.auth(SECRETS, connect()))
    assert http.json(HttpRequest("GET", web.on("/x", Answer(json={}))), lambda: False) == {}
    gc.collect()  # an open socket would be a ResourceWarning, and that an error
