"""core/auth.py: one token pair per account, bought once, used as long as it lives."""

import threading

import pytest
import requests

from sentinel_portals.core import auth as ways_in
from sentinel_portals.core.auth import BearerAuth, OpenId
from sentinel_portals.core.errors import AuthError, Cancelled, NetworkError, RateLimited
from sentinel_portals.core.transport import Http, HttpRequest
from sentinel_portals.tests.providers.answers import Answers

ENDPOINT = "https://login.example.org/token"
FILE = "https://files.example.org/one.zip"
ACCOUNT = {"username": "ada", "password": "p&ss wörd"}  # pragma: allowlist secret
WRONG = (401, {"error": "invalid_grant", "error_description": "Invalid user credentials"}, {})


def pair(number, **more):
    lives = {"expires_in": 600, "refresh_expires_in": 3600}
    return {"access_token": f"a{number}", "refresh_token": f"r{number}", **lives, **more}


class Clock:
    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


def line_to(*answers):
    line = Answers(*answers)
    http = Http("Example", adapters={"https://": line}, sleep=lambda seconds: None)
    return line, http


def session(http, clock, secrets=ACCOUNT):
    return BearerAuth(ENDPOINT, "cdse-public", secrets, http, now=clock)


def used(auth):
    """What a request for a file carries."""
    return auth(requests.Request("GET", FILE).prepare()).headers["Authorization"]


def test_a_token_is_bought_once_and_again_when_it_ends(clock):
    line, http = line_to(pair(1), pair(2))
    auth = session(http, clock)
    assert [used(auth), used(auth)] == ["Bearer a1", "Bearer a1"]
    assert "grant_type=password&username=ada&password=p%26ss+w%C3%B6rd" in line.asked[0]
    assert "client_id=cdse-public" in line.asked[0]
    clock.seconds += 0.79 * 600
    assert used(auth) == "Bearer a1"
    clock.seconds += 0.02 * 600
    assert used(auth) == "Bearer a2"
    assert "grant_type=refresh_token&refresh_token=r1" in line.asked[1]


def test_a_server_may_make_a_new_refresh_token_each_time_or_none(clock):
    line, http = line_to(pair(1), {"access_token": "a2", "expires_in": 60}, pair(3))
    auth = session(http, clock)
    for _ in range(3):
        used(auth)
        clock.seconds += 600
    assert "refresh_token=r1" in line.asked[2]
    assert auth.refresh_token == "r3"


def test_after_the_night_the_password_is_asked_for_a_new_session(clock):
    line, http = line_to(pair(1), pair(2))
    auth = session(http, clock)
    used(auth)
    clock.seconds += 3600
    assert used(auth) == "Bearer a2"
    assert "grant_type=password" in line.asked[1]


def test_a_session_that_ended_early_is_opened_again(clock):
    line, http = line_to(pair(1), (400, {"error": "invalid_grant"}, {}), pair(2))
    auth = session(http, clock)
    used(auth)
    assert auth.renew()
    assert used(auth) == "Bearer a2"
    assert ["refresh_token" in asked for asked in line.asked] == [False, True, False]


@pytest.mark.parametrize("status", [400, 401])
def test_a_wrong_password_is_never_tried_twice(clock, status):
    line, http = line_to((status, WRONG[1], {}))
    auth = session(http, clock)
    for _ in range(3):
        with pytest.raises(AuthError, match="Invalid user credentials") as caught:
            used(auth)
        assert caught.value.code == "invalid_grant"
    assert len(line.asked) == 1


def test_a_login_that_is_ill_may_be_tried_again(clock):
    _, http = line_to((503, "", {}), (503, "", {}), (503, "", {}), pair(1))
    auth = session(http, clock)
    with pytest.raises(Exception, match="503"):
        used(auth)
    assert used(auth) == "Bearer a1"


def test_too_many_logins_say_when_to_come_back(clock):
    _, http = line_to((429, "", {"Retry-After": "300"}))
    with pytest.raises(RateLimited) as caught:
        used(session(http, clock))
    assert caught.value.retry_after == 300


def test_a_one_time_code_opens_one_session_which_then_lives_on_refreshing(clock):
    line, http = line_to(pair(1), pair(2), WRONG)
    auth = session(http, clock, {**ACCOUNT, "totp": "123456"})
    used(auth)
    clock.seconds += 600
    assert used(auth) == "Bearer a2"
    assert [("totp=123456" in asked) for asked in line.asked] == [True, False]
    clock.seconds += 4000
    for _ in range(2):
        with pytest.raises(AuthError, match="new one-time code"):
            used(auth)
    assert len(line.asked) == 2


def test_a_hundred_threads_open_one_session(clock):
    line, http = line_to(pair(1))
    auth = session(http, clock)
    found = []
    threads = [threading.Thread(target=lambda: found.append(used(auth))) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Bearer a1"] * 100
    assert len(line.asked) == 1


def test_portals_that_share_a_login_share_the_session():
    way = OpenId(ENDPOINT, "cdse-public")
    _, http = line_to(pair(1))
    one, other = way.auth(ACCOUNT, http), way.auth(dict(ACCOUNT), http)
    assert one is other
    assert way.auth({**ACCOUNT, "username": "bob"}, http) is not one
    before = len(ways_in._SESSIONS)
    del one, other
    assert len(ways_in._SESSIONS) < before  # nobody holds it any more


def test_an_answer_without_token_is_no_login(clock):
    for answer in ({}, [], None, {"access_token": 7}):
        _, http = line_to(answer)
        with pytest.raises(AuthError, match="no access token"):
            used(session(http, clock))


def test_what_is_no_number_of_seconds_is_passed_over(clock):
    _, http = line_to(pair(1, expires_in="soon", refresh_expires_in=None))
    assert used(session(http, clock)) == "Bearer a1"


def test_a_token_that_was_refused_is_renewed_once_while_a_file_is_fetched():
    line, http = line_to(pair(1), (401, {"code": "DAT-ZIP-109"}, {}), pair(2), "bytes")
    files = http.with_auth(session(http, Clock()))
    assert files.read(HttpRequest("GET", FILE)) == b"bytes"
    assert "Bearer a1" in line.asked[1]
    assert "Bearer a2" in line.asked[3]


def test_the_password_goes_only_to_the_endpoint():
    line, http = line_to(pair(1), "bytes")
    http.with_auth(session(http, Clock())).read(HttpRequest("GET", FILE))
    assert "wörd" not in line.asked[1]
    assert "password" not in line.asked[1]


# --- logging in with the browser ----------------------------------------------------------------

BROWSER = OpenId(ENDPOINT, "cdse-public", device="https://login.example.org/device")
BEGUN = {
    "device_code": "long",
    "user_code": "ABCD-EFGH",
    "verification_uri": "https://login.example.org/d",
    "expires_in": 60,
    "interval": 5,
}
PENDING = (400, {"error": "authorization_pending", "error_description": "not yet"}, {})
SLOWER = (400, {"error": "slow_down"}, {})


def test_a_login_in_the_browser_tells_what_to_type_where():
    line, http = line_to(BEGUN)
    login = ways_in.start_device(BROWSER, http)
    assert (login.code, login.page) == ("ABCD-EFGH", BEGUN["verification_uri"])
    assert login.link == login.page  # this server has no link with the code in it
    assert "client_id=cdse-public&scope=openid+offline_access" in line.asked[0]


def test_it_waits_as_long_and_as_slowly_as_the_server_wants():
    slept = []
    line = Answers(PENDING, SLOWER, pair(7))
    http = Http("Example", adapters={"https://": line}, sleep=slept.append)
    login = ways_in.DeviceLogin("A", "p", "l", "long", 5.0, 60.0)
    assert ways_in.wait_device(BROWSER, login, http) == {"refresh_token": "r7"}
    assert sum(slept) == pytest.approx(5 + 5 + 10)
    assert "device_code=long" in line.asked[0]


def test_what_the_browser_brought_is_a_login_without_password(clock):
    line, http = line_to(pair(8), (400, {"error": "invalid_grant"}, {}))
    auth = session(http, clock, {"refresh_token": "r7"})
    assert used(auth) == "Bearer a8"
    assert "refresh_token=r7" in line.asked[0]
    clock.seconds += 600
    for _ in range(2):
        with pytest.raises(AuthError):
            used(auth)
    assert len(line.asked) == 2
    assert not any("password" in asked for asked in line.asked)


def test_what_the_browser_brought_stands_for_name_and_password():
    assert ways_in.complete(BROWSER.fields, ACCOUNT)
    assert ways_in.complete(BROWSER.fields, {"refresh_token": "r7"})
    assert not ways_in.complete(BROWSER.fields, {"username": "ada"})
    assert not ways_in.complete((), ACCOUNT)  # no login is needed


def test_a_person_who_refuses_and_a_code_that_ends_are_told():
    login = ways_in.DeviceLogin("A", "p", "l", "long", 5.0, 12.0)
    _, http = line_to((400, {"error": "access_denied"}, {}))
    with pytest.raises(AuthError):
        ways_in.wait_device(BROWSER, login, http)
    _, http = line_to(PENDING)
    with pytest.raises(AuthError, match="ended before it was used"):
        ways_in.wait_device(BROWSER, login, http)


def test_waiting_for_the_browser_can_be_cancelled():
    login = ways_in.DeviceLogin("A", "p", "l", "long", 5.0, 60.0)
    line, http = line_to(PENDING)
    with pytest.raises(Cancelled):
        ways_in.wait_device(BROWSER, login, http, cancelled=lambda: True)
    assert line.asked == []


def test_a_login_that_would_not_outlive_the_hour_is_no_login_to_keep():
    _, http = line_to({"access_token": "a", "expires_in": 600})
    login = ways_in.DeviceLogin("A", "p", "l", "long", 5.0, 60.0)
    with pytest.raises(AuthError, match="gave no login that lasts"):
        ways_in.wait_device(BROWSER, login, http)


def test_a_refresh_token_that_was_renewed_is_still_the_same_session():
    _, http = line_to(pair(1))
    before = {"refresh_token": "r1", "account": "abc"}
    auth = BROWSER.auth(before, http)
    assert BROWSER.auth({**before, "refresh_token": "r2"}, http) is auth
    assert BROWSER.auth({**before, "account": "another"}, http) is not auth
    named = BROWSER.auth({**ACCOUNT, "account": "abc"}, http)
    assert BROWSER.auth({**ACCOUNT, "account": "another"}, http) is named, "one user, kept twice"


def test_a_login_that_cannot_be_read_says_so_wherever_it_is_wanted():
    line, http = line_to({})
    with pytest.raises(AuthError, match="locked in QGIS's authentication database") as caught:
        http.with_auth(ways_in.Withheld("Example")).json(HttpRequest("GET", FILE))
    assert (caught.value.action, line.asked) == ("credentials", [])


def test_a_server_without_such_a_login_says_so():
    for answer in ({}, [], {"user_code": "A"}):
        _, http = line_to(answer)
        with pytest.raises(AuthError, match="did not begin"):
            ways_in.start_device(BROWSER, http)


def test_no_connection_while_waiting_is_what_it_is():
    class Dead(Answers):
        def send(self, request, **how):
            raise requests.ConnectionError("no route")

    http = Http("Example", adapters={"https://": Dead("")}, sleep=lambda seconds: None)
    with pytest.raises(NetworkError):
        ways_in.start_device(BROWSER, http)
