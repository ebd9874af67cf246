"""core/login.py: the Test button of the accounts page, against servers on this machine."""

from dataclasses import replace

import pytest
from requests.adapters import HTTPAdapter

from sentinel_portals.core.auth import ApiKey, OpenId, Password
from sentinel_portals.core.errors import AuthError, ProductUnavailable, TermsNotAccepted
from sentinel_portals.core.login import Login, proof, try_login
from sentinel_portals.core.model import Asset, OrderStatus
from sentinel_portals.core.transport import Http
from sentinel_portals.tests.core.making import INFO, Land, product
from sentinel_portals.tests.servers.web import Answer, Web

ACCOUNT = {"username": "ada", "password": "enchantress"}  # pragma: allowlist secret
NOTHING = {"ids": []}


@pytest.fixture
def web():
    """A server, and the wire to it, which is closed at the end."""
    with Web() as web:
        web.wire = HTTPAdapter()
        yield web
        web.wire.close()


def portal(web, way, secrets=ACCOUNT, held=(), **facts):
    """Testland on this machine, with a login for its files or for its search."""
    info = type(INFO)(**{**vars(INFO), "url": web.url, "download_auth": way, **facts})
    plain = Http(info.title, adapters={"http://": web.wire})
    files = plain.with_auth(way.auth(secrets, plain)) if secrets else plain
    provider = Land(files if info.search_auth.fields else plain, files, info)
    provider.asked, provider.held = [], list(held)
    return provider


def held(web, *assets, **more):
    files = {a.key: a for a in assets}
    return product("testland", "one", at="2024-07-01T10:00:00Z", assets=files, **more)


def openid(web):
    return OpenId(f"{web.url}/token", "public")


def test_a_token_is_bought_and_its_life_told(web):
    web.on(
        "/token",
        Answer(json={"access_token": "a", "expires_in": 600, "refresh_expires_in": 3600}),
    )
    assert try_login(portal(web, openid(web))) == Login("token", 600, 3600)
    assert b"grant_type=password" in web.asked[0].body


def test_a_refused_login_is_asked_again_when_a_person_wants_it(web):
    refused = Answer(401, json={"error": "invalid_grant", "error_description": "Wrong user"})
    web.on("/token", refused, Answer(json={"access_token": "a"}))
    asked = portal(web, openid(web))
    with pytest.raises(AuthError) as caught:
        try_login(asked)
    assert caught.value.code == "invalid_grant"
    assert try_login(asked) == Login("token")


def test_the_page_that_the_portal_names_is_read_with_the_login(web):
    web.on("/me", Answer(json={"name": "Ada"}))
    asked = portal(web, ApiKey("X-API-Key"), login_test=f"{web.url}/me")
    assert try_login(asked).how == "page"
    assert web.asked[0].headers["x-api-key"] == "enchantress"


def test_a_portal_that_wants_a_login_to_search_is_searched(web):
    web.on("/search", Answer(401), Answer(json=NOTHING))
    asked = portal(web, Password(), search_auth=Password())
    with pytest.raises(AuthError):
        try_login(asked)
    assert try_login(asked).how == "search"


def test_else_the_beginning_of_the_smallest_file_is_asked_for(web):
    web.on("/search", Answer(json=NOTHING))
    web.on("/small.zip", Answer(206, body=b"P"), Answer(401), Answer(403))
    big = Asset("big", f"{web.url}/big.zip", roles=("data",), size=9_000)
    small = Asset("small", f"{web.url}/small.zip", roles=("data",), size=8_000)
    look = Asset("look", f"{web.url}/look.png", roles=("thumbnail",), size=10)
    asked = portal(web, Password(), held=[held(web, big, small, look)])
    assert try_login(asked).how == "file"
    assert web.asked[-1].path == "/small.zip"
    assert web.asked[-1].headers["range"] == "bytes=0-499"
    assert web.asked[-1].headers["authorization"].startswith("Basic ")
    with pytest.raises(AuthError):
        try_login(asked)
    with pytest.raises(TermsNotAccepted):
        try_login(asked)


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><title>Sign in", b"\n<HTML><body>Accept"])
def test_a_login_page_with_status_200_is_no_login(web, page):
    web.on("/search", Answer(json=NOTHING))
    web.on("/a.zip", Answer(body=page))
    file = Asset("data", f"{web.url}/a.zip", roles=("data",))
    with pytest.raises(AuthError, match="sent a web page instead of a file"):
        try_login(portal(web, Password(), held=[held(web, file)]))


def test_what_a_test_will_ask_for_is_known_before():
    basic, key = Password(), ApiKey("X-API-Key")
    told = {
        how: replace(INFO, **facts)
        for how, facts in {
            "token": {"download_auth": OpenId("https://login.test/token", "public")},
            "page": {"download_auth": key, "login_test": "https://testland.test/me"},
            "search": {"search_auth": basic, "download_auth": basic},
            "file": {"download_auth": basic},
            "": {},
        }.items()
    }
    assert {how: proof(info) for how, info in told.items()} == {how: how for how in told}


def test_where_only_a_download_would_tell_it_says_so(web):
    web.on("/search", Answer(json=NOTHING))
    tape = Asset("data", f"{web.url}/a.zip", roles=("data",))
    offline = held(web, tape, order_status=OrderStatus.ORDERABLE)
    foreign = held(web, Asset("data", "https://elsewhere.test/a.zip", roles=("data",)))
    for product_ in (offline, foreign):
        with pytest.raises(ProductUnavailable, match="only be tested by a download"):
            try_login(portal(web, Password(), held=[product_]))


def test_without_a_login_nothing_is_sent(web):
    with pytest.raises(AuthError, match="no login yet"):
        try_login(portal(web, Password(), secrets=None))
    assert web.asked == []
