"""core/auth.py against a real OpenID server: npm's oidc-provider on loopback."""

import re
import subprocess
from urllib.parse import urljoin

import pytest
import requests

from sentinel_portals.core import auth as ways_in
from sentinel_portals.core.auth import BearerAuth, OpenId
from sentinel_portals.core.errors import AuthError
from sentinel_portals.core.transport import Http, HttpRequest
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.servers.node import npm

DEMO = {"username": "demo", "password": "demo"}  # pragma: allowlist secret


@pytest.fixture(scope="module")
def server():
    """Its address; it ends with the tests of this module."""
    script = ROOT / "tests" / "servers" / "openid.mjs"
    command = ["node", str(script), f"{npm('oidc-provider@9.13.3')}/"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        lines = iter(process.stdout.readline, "")
        yield next(line.strip() for line in lines if line.startswith("http"))
        process.terminate()


@pytest.fixture
def way(server):
    said = requests.get(f"{server}/.well-known/openid-configuration", timeout=10).json()
    return OpenId(
        said["token_endpoint"], "cdse-public", device=said["device_authorization_endpoint"]
    )


@pytest.fixture(autouse=True)
def wires(monkeypatch):
    """Connections that are closed when a test ends."""
    wire = requests.adapters.HTTPAdapter()
    monkeypatch.setattr(Counting, "wire", wire)
    yield
    wire.close()


class Counting(Http):
    """Counts what goes to the token endpoint."""

    wire = None

    def __init__(self, auth=None):
        wires = {"http://": self.wire}
        super().__init__("Lab", auth=auth, adapters=wires, sleep=lambda seconds: None)
        self.grants = []

    def with_auth(self, auth):
        return self

    def json(self, request, cancelled=lambda: False):
        self.grants.append((request.data or {}).get("grant_type"))
        return super().json(request, cancelled)


def session(way, secrets=DEMO):
    http = Counting()
    return http, BearerAuth(way.endpoint, way.client_id, secrets, http)


def who(server, auth):
    """The protected resource that this server has: who am I?"""
    return Counting(auth).json(HttpRequest("GET", f"{server}/me"))["sub"]


def test_a_password_opens_a_session_that_a_resource_accepts(server, way):
    http, auth = session(way)
    assert [who(server, auth), who(server, auth)] == ["demo", "demo"]
    assert http.grants == ["password"]


def test_a_wrong_password_is_refused_and_not_tried_again(server, way):
    http, auth = session(way, {**DEMO, "password": "wrong"})
    for _ in range(3):
        with pytest.raises(AuthError) as caught:
            who(server, auth)
        assert caught.value.code == "invalid_grant"
    assert http.grants == ["password"]


def test_each_refresh_brings_a_new_refresh_token_and_the_old_one_is_worth_nothing(server, way):
    http, auth = session(way)
    who(server, auth)
    first = auth.refresh_token
    for _ in range(3):
        auth.renew()
        assert who(server, auth) == "demo"
    assert http.grants == ["password", *["refresh_token"] * 3]
    assert auth.refresh_token != first
    _, old = session(way, {"refresh_token": first})
    with pytest.raises(AuthError):
        who(server, old)


def test_a_token_that_ended_at_the_server_is_renewed_while_a_queue_runs(server, way):
    http, auth = session(way)
    who(server, auth)
    requests.get(f"{server}/ahead/700", timeout=10)  # our clock has not moved: it is their word
    assert who(server, auth) == "demo"
    assert http.grants == ["password", "refresh_token"]


def test_a_session_that_ended_over_night_is_opened_again(server, way):
    http, auth = session(way)
    who(server, auth)
    requests.get(f"{server}/ahead/90000", timeout=10)
    assert who(server, auth) == "demo"
    assert http.grants == ["password", "refresh_token", "password"]


def test_a_login_in_the_browser_needs_no_password_here(server, way):
    http = Counting()
    login = ways_in.start_device(way, http)
    polls = []

    def not_now():
        """Looks at the cancel button are the moments when the person does something."""
        polls.append(1)
        if len(polls) == 60:
            click_through(login.link)
        return False

    secrets = ways_in.wait_device(way, login, http, not_now)
    assert set(secrets) == {"refresh_token"}
    assert who(server, BearerAuth(way.endpoint, way.client_id, secrets, http)) == "demo"


def test_a_code_that_is_not_used_ends(server, way):
    http = Counting()
    login = ways_in.start_device(way, http)
    requests.get(f"{server}/ahead/400", timeout=10)
    with pytest.raises(AuthError):
        ways_in.wait_device(way, login, http)


def click_through(url):
    """A person in a browser: fills in every form and sends it until none is left."""
    with requests.Session() as browser:
        browser.trust_env = False
        fill_in(browser, url)


def fill_in(browser, url):
    data = None
    for _ in range(20):
        page = browser.request("POST" if data else "GET", url, data=data, timeout=10)
        form = re.search(r"<form[^>]*action=\"([^\"]*)\"", page.text)
        if not form:
            return
        url = urljoin(page.url, form[1].replace("&amp;", "&"))
        data = {}
        for tag in re.findall(r"<input[^>]*>", page.text):
            said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            data[said.get("name", "")] = said.get("value", "")
        data = {k: v or "demo" for k, v in data.items() if k and k != "abort"}
