"""core/auth.py against a real OpenID server: npm's oidc-provider on loopback."""

import threading

import pytest
import requests

from sentinel_portals.core import auth as ways_in
from sentinel_portals.core.auth import BearerAuth, Keeper, OpenId
from sentinel_portals.core.errors import AuthError
from sentinel_portals.core.transport import Http, HttpRequest
from sentinel_portals.tests.servers.openid import click_through, openid_server

DEMO = {"username": "demo", "password": "demo"}  # pragma: allowlist secret


@pytest.fixture(scope="module")
def server():
    """Its address; it ends with the tests of this module."""
    with openid_server() as address:
        yield address


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


class Shelf(Keeper):
    """A login kept for several windows, as QGIS's authentication database keeps it."""

    def __init__(self, refresh_token):
        self.token, self._one = refresh_token, threading.Lock()

    def alone(self):
        return self._one

    def newest(self):
        return self.token

    def keep(self, refresh_token):
        self.token = refresh_token


def window(way, shelf):
    """A QGIS that was started with what lay on the shelf."""
    http, auth = session(way, {"refresh_token": shelf.token, "account": "abc1234"})
    auth.kept_by(shelf)
    return http, auth


@pytest.fixture
def shelf(way):
    _, auth = session(way)
    auth.log_in()
    return Shelf(auth.refresh_token)


def test_a_renewed_refresh_token_goes_back_to_where_it_was_kept(server, way, shelf):
    first = shelf.token
    _, auth = window(way, shelf)
    assert who(server, auth) == "demo"
    assert shelf.token == auth.refresh_token != first
    _, tomorrow = window(way, shelf)
    assert who(server, tomorrow) == "demo"


def test_two_windows_renew_one_login_and_neither_locks_out_the_other(server, way, shelf):
    windows = [window(way, shelf) for _ in range(2)]
    for _ in range(3):
        for _, auth in windows:
            auth.renew()
            assert who(server, auth) == "demo"
    assert {grant for http, _ in windows for grant in http.grants} == {"refresh_token"}


def test_windows_that_renew_at_the_same_moment_do_so_one_after_the_other(server, way, shelf):
    windows = [window(way, shelf) for _ in range(4)]
    ready, trouble = threading.Barrier(4), []

    def work(auth):
        try:
            for _ in range(3):
                ready.wait(30)
                auth.log_in()
        except Exception as error:
            trouble.append(error)

    threads = [threading.Thread(target=work, args=(auth,)) for _, auth in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert trouble == []
    assert [who(server, auth) for _, auth in windows] == ["demo"] * 4


def test_a_login_that_was_withdrawn_is_told_once_and_another_one_takes_its_place(
    server, way, shelf
):
    http, auth = window(way, shelf)
    who(server, auth)
    told = {"token": shelf.token, "client_id": way.client_id}
    assert requests.post(f"{server}/token/revocation", data=told, timeout=10).ok
    auth.renew()
    for _ in range(3):
        with pytest.raises(AuthError, match="has ended or was withdrawn: log in again") as caught:
            who(server, auth)
        assert (caught.value.code, caught.value.action) == ("invalid_grant", "credentials")
    assert http.grants == ["refresh_token", "refresh_token"], "asked once, not for every file"
    _, anew = session(way)
    anew.log_in()
    shelf.keep(anew.refresh_token)  # the person logged in again
    assert who(server, auth) == "demo"


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
