"""core/transport.py, against a real server on this machine."""

import gzip
import json
import logging
import socket
import threading
import time
import traceback
from datetime import datetime, timezone

import pytest
from requests.auth import HTTPBasicAuth

from sentinel_portals.core import transport
from sentinel_portals.core.auth import HeaderAuth
from sentinel_portals.core.errors import (
    AuthError,
    Cancelled,
    NetworkError,
    PortalError,
    ProductUnavailable,
    QueryError,
    RateLimited,
    ResponseError,
    ServiceError,
    TermsNotAccepted,
)
from sentinel_portals.core.transport import (
    Http,
    HttpRequest,
    NetworkSettings,
    Pace,
    retry_after,
)
from sentinel_portals.tests.servers.web import Answer, Web

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
GOOD = Answer(json={"ok": True})


def get(url, **more):
    return HttpRequest("GET", url, **more)


def waited(http):
    """Seconds of pause, without the jitter of a quarter of a second."""
    return int(sum(http.slept) + 0.001)  # of many small pieces


# --- what comes back ---------------------------------------------------------------------------


def test_json_is_read(web, http):
    url = web.on("/x", Answer(json={"features": [1, "é"]}))
    assert http.json(get(url, params={"limit": 5})) == {"features": [1, "é"]}
    assert web.asked[0].query == "limit=5"


def test_a_question_may_be_json_or_a_form(web, http):
    url = web.on("/x", GOOD)
    http.json(HttpRequest("POST", url, json={"limit": 5}))
    http.json(HttpRequest("POST", url, data={"grant": "x"}))
    assert [asked.body for asked in web.asked] == [b'{"limit": 5}', b"grant=x"]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(body=b"<!DOCTYPE html><html>Maintenance"), "web page instead of data"),
        (Answer(body=b"\n <html><body>Log in"), "web page instead of data"),
        (Answer(body=b'{"features": [1, 2'), "only part of an answer"),
        (Answer(body=b"null and void"), "not JSON"),
        (Answer(body=b""), "not JSON"),
        (Answer(body=b"\xff\xfe\x00"), "not JSON"),
        (Answer(body=b"[" * 100_000), "only part of an answer"),
        (Answer(status=204), "not JSON"),
    ],
)
def test_what_is_no_json_is_told_by_its_kind(web, http, answer, sentence):
    url = web.on("/x", answer)
    with pytest.raises(ResponseError, match=f"Testland .*{sentence}"):
        http.json(get(url))
    assert len(web.asked) == 1, "what the portal answers is not asked for again"


def test_a_letter_in_latin_1_costs_no_page(web, http):
    url = web.on("/x", Answer(body='{"title": "forêt"}'.encode("latin-1")))
    assert http.json(get(url)) == {"title": "forêt"}


def test_a_byte_order_mark_is_passed_over(web, http):
    url = web.on("/x", Answer(body=b"\xef\xbb\xbf" + b'{"ok": true}'))
    assert http.json(get(url)) == {"ok": True}


def test_an_answer_without_end_is_cut_off(web, http, monkeypatch):
    monkeypatch.setattr(transport, "MOST_BYTES", 2 << 20)
    sent = []

    def endless():
        while len(sent) < 400:
            sent.append(b" " * 65536)
            yield sent[-1]

    url = web.on("/x", lambda asked: Answer(body=endless(), chunked=True))
    with pytest.raises(ResponseError, match="more than 2 MB"):
        http.json(get(url))
    assert len(sent) < 400


def test_a_packed_bomb_is_cut_off(web, http, monkeypatch):
    monkeypatch.setattr(transport, "MOST_BYTES", 1 << 20)
    packed = Answer(body=gzip.compress(b" " * (8 << 20)), headers={"Content-Encoding": "gzip"})
    with pytest.raises(ResponseError, match="more than 1 MB"):
        http.json(get(web.on("/x", packed)))


def test_an_answer_that_broke_off_is_asked_for_again(web, http):
    whole = json.dumps({"ok": True}).encode()
    url = web.on("/x", Answer(body=whole, cut=5), GOOD)
    assert http.json(get(url)) == {"ok": True}


# --- statuses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, QueryError),
        (401, AuthError),
        (403, TermsNotAccepted),
        (404, ProductUnavailable),
        (405, ResponseError),
        (410, ProductUnavailable),
        (413, QueryError),
        (418, QueryError),
        (422, QueryError),
    ],
)
def test_a_status_becomes_an_error_of_its_own_and_is_not_tried_again(web, http, status, kind):
    url = web.on("/x", Answer(status))
    with pytest.raises(PortalError) as caught:
        http.json(get(url))
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert caught.value.provider == "Testland"
    assert len(web.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_ill_portal_is_tried_three_times_and_then_given_up(web, http, status):
    url = web.on("/x", Answer(status))
    with pytest.raises(ServiceError, match=f"Testland answered {status}"):
        http.json(get(url))
    assert len(web.asked) == 3
    assert waited(http) == 1 + 2


def test_a_portal_that_recovers_has_answered(web, http):
    url = web.on("/x", Answer(503), Answer(500), GOOD)
    assert http.json(get(url)) == {"ok": True}


@pytest.mark.parametrize(
    ("said", "pause"), [("7", 7), ("0", 0), (" 3 ", 3), ("Thu, 01 Jan 2026 00:00:30 GMT", 30)]
)
def test_too_fast_is_slowed_down_as_the_portal_says(web, connect, said, pause):
    http = connect(now=lambda: NOW)
    url = web.on("/x", Answer(429, headers={"Retry-After": said}), GOOD)
    assert http.json(get(url)) == {"ok": True}
    assert waited(http) == pause


@pytest.mark.parametrize(
    ("said", "pause"), [("3398", 3), ("12000", 12), ("Thu, 01 Jan 2026 00:00:30 GMT", 30)]
)
def test_a_portal_that_means_milliseconds_is_not_waited_for_for_an_hour(web, connect, said, pause):
    http = connect(now=lambda: NOW, retry_unit=0.001)
    url = web.on("/x", Answer(429, headers={"Retry-After": said}), GOOD)
    with_login = http.with_auth(None)
    assert with_login.json(get(url)) == {"ok": True}
    with_login.close()
    assert waited(http) == pause


@pytest.mark.parametrize("said", ["soon", "", "-5", "²", "Thu, 99 Foo 2026"])
def test_an_odd_retry_after_is_as_none(web, http, said):
    url = web.on("/x", Answer(429, headers={"Retry-After": said}), GOOD)
    assert http.json(get(url)) == {"ok": True}
    assert waited(http) == 1


@pytest.mark.parametrize("said", ["61", "86400", "9" * 400])
def test_nobody_is_kept_waiting_for_longer_than_a_minute(web, http, said):
    url = web.on("/x", Answer(429, headers={"Retry-After": said}))
    with pytest.raises(RateLimited) as caught:
        http.json(get(url))
    assert caught.value.retry_after == float(said)
    assert http.slept == []


def test_a_quota_that_is_spent_says_when_it_is_full_again():
    reset = str(int(NOW.timestamp() * 1000) + 42_000)
    told = {"X-Quota-Limit": "500", "X-Quota-Remaining": "0", "X-Quota-Reset": reset}
    assert retry_after(told, NOW) == 42
    assert retry_after({**told, "X-Quota-Remaining": "7"}, NOW) is None


def refused(http, url):
    """What one request, not tried again, is told."""
    with pytest.raises(ServiceError) as caught, http.open(get(url)):
        pass
    return caught.value


@pytest.mark.parametrize("status", [429, 503])
def test_what_one_thread_is_told_to_wait_the_others_wait_too(web, http, status):
    slow = web.on("/slow", Answer(status, headers={"Retry-After": "50"}))
    assert refused(http, slow).retry_after == 50
    logged_in, answers = http.with_auth(None), []
    url = web.on("/x", GOOD)

    def ask():
        answers.append(logged_in.json(get(url)))
        logged_in.close()

    other = threading.Thread(target=ask)
    other.start()
    other.join(10)
    assert answers == [{"ok": True}]
    assert waited(http) == 50


def test_only_the_host_that_asked_for_it_is_left_in_peace(web, http):
    slow = web.on("/slow", Answer(429, headers={"Retry-After": "50"}))
    refused(http, slow)
    with Web() as files:
        url = files.on("/x", GOOD).replace("127.0.0.1", "localhost")
        assert http.json(get(url)) == {"ok": True}
    assert waited(http) == 0


def test_cancel_is_felt_while_another_threads_pause_is_waited_for(web, http):
    refused(http, web.on("/slow", Answer(429, headers={"Retry-After": "50"})))
    button = Button()
    http._sleep = lambda seconds: button.pressed.set()
    with pytest.raises(Cancelled):
        http.json(get(web.on("/x", GOOD)), button)
    assert len(web.asked) == 1


def test_a_long_pause_is_told_at_once_and_the_portal_left_in_peace_for_an_hour(web, http):
    refused(http, web.on("/slow", Answer(429, headers={"Retry-After": "86400"})))
    url = web.on("/x", GOOD)
    with pytest.raises(RateLimited, match="Testland asked us to wait") as caught:
        http.json(get(url))
    assert caught.value.retry_after == pytest.approx(3600)
    assert len(web.asked) == 1
    http.slept.append(3600)
    assert http.json(get(url)) == {"ok": True}


def test_no_more_requests_a_minute_than_the_portal_allows(web, connect):
    http = connect(per_minute=3)
    url = web.on("/x", GOOD)
    for _ in range(3):
        http.json(get(url))
    assert waited(http) == 0
    http.slept.append(20)
    http.json(get(url))
    assert waited(http) == 60


def test_threads_share_the_requests_of_a_minute():
    pace, start, waits = Pace(4, clock=lambda: 0.0), threading.Barrier(12), []

    def ask():
        start.wait(10)
        waits.append(pace.turn("portal.example"))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(waits) == [0.0] * 4 + [60.0] * 8


def test_a_retry_after_in_the_past_means_now():
    assert retry_after({"Retry-After": "Thu, 01 Jan 2015 00:00:30 GMT"}, NOW) == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"detail": "limit must be below 1000"}', "limit must be below 1000"),
        (b'{"detail": [{"loc": ["body"], "msg": "no such field"}]}', "no such field"),
        (b'{"code": "X", "description": "bad\\n   bbox"}', "bad bbox"),
        (b'{"error": {"message": "nope"}}', "nope"),
        (b"plain words", "plain words"),
        (b"<html><h1>Bad</h1>", ""),
        (b'{"half": "a', ""),
        (b"[]", ""),
        (b"5", "5"),
        (b"", ""),
        (b"\xff\xfe", "��"),
    ],
)
def test_what_the_portal_says_about_its_error_is_passed_on(web, http, body, said):
    url = web.on("/x", Answer(422, body=body))
    with pytest.raises(QueryError) as caught:
        http.json(get(url))
    assert str(caught.value) == f"Testland answered 422: {said}".removesuffix(": ") + (
        "" if said else "."
    )


def test_a_long_speech_is_cut(web, http):
    url = web.on("/x", Answer(400, body=b"no " * 5000))
    with pytest.raises(QueryError) as caught:
        http.json(get(url))
    assert len(str(caught.value)) < 250


# --- the line ----------------------------------------------------------------------------------


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_nobody_at_home_is_tried_again_and_told(http):
    with pytest.raises(NetworkError, match="Testland is not reachable"):
        http.json(get(f"http://127.0.0.1:{closed_port()}/"))
    assert waited(http) == 1 + 2


def test_a_connection_that_is_torn_is_tried_again(web, http):
    torn = Answer(body=b"{}", length=100, cut=1, reset=True)
    assert http.json(get(web.on("/x", torn, torn, GOOD))) == {"ok": True}


def test_silence_has_an_end(web, connect):
    http = connect(settings=NetworkSettings(timeout=0.05))
    never = threading.Event()
    url = web.on("/x", Answer(hold=never))
    with pytest.raises(NetworkError, match=r"did not answer within 0\.05 s"):
        http.json(get(url))
    never.set()


def test_silence_in_the_middle_of_an_answer_has_an_end(web, connect):
    http = connect(settings=NetworkSettings(timeout=0.05))
    never = threading.Event()
    url = web.on("/x", Answer(body=b'{"a": 1}', cut=3, stall=never))
    with pytest.raises(NetworkError, match="broke off"):
        http.json(get(url))
    never.set()


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://", "http://[bad/", ""]
)
def test_an_address_that_cannot_be_asked_is_told(http, url):
    with pytest.raises(ResponseError, match="address that cannot be asked"):
        http.json(get(url))


def test_the_user_agent_is_the_one_of_the_settings(web, connect):
    connect(settings=NetworkSettings(user_agent="QGIS/3.22 SentinelPortals")).json(
        get(web.on("/x", GOOD))
    )
    assert web.asked[0].headers["user-agent"] == "QGIS/3.22 SentinelPortals"


def test_the_environment_neither_logs_in_nor_sets_a_proxy(web, http, monkeypatch, tmp_path):
    rc = tmp_path / "netrc"
    rc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(rc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    http.json(get(web.on("/x", GOOD)))
    assert "authorization" not in web.asked[0].headers


def test_the_proxy_of_the_settings_is_used_where_it_says_so(web, connect):
    with Web() as proxy:
        proxy.on("*", Answer(json={"by": "proxy"}))

        def proxies(url):
            return {"http": proxy.url} if "inside" not in url else {}

        http = connect(settings=NetworkSettings(proxies=proxies))
        assert http.json(get("http://far-away.test/x")) == {"by": "proxy"}
        assert http.json(get(web.on("/inside", GOOD))) == {"ok": True}
        assert [asked.headers["host"] for asked in proxy.asked] == ["far-away.test"]


def test_a_dead_proxy_is_named(connect):
    proxy = {"http": f"http://127.0.0.1:{closed_port()}"}
    http = connect(settings=NetworkSettings(proxies=lambda url: proxy))
    with pytest.raises(NetworkError, match="The proxy did not let us through"):
        http.json(get("http://far-away.test/x"))


# --- redirects ---------------------------------------------------------------------------------


@pytest.fixture
def logged_in(connect):
    return connect(auth=HTTPBasicAuth("user", "password"))


SENSITIVE = {"X-API-Key": "abc123", "Cookie": "session=abc", "authorization-not": "x"}


def test_a_redirect_on_the_same_host_keeps_the_login(web, logged_in):
    url = web.on("/old", Answer(302, headers={"Location": "/new?a=1"}))
    web.on("/new", GOOD)
    logged_in.json(get(url, headers=SENSITIVE))
    new = web.asked[1]
    assert new.query == "a=1"
    assert new.headers["authorization"].startswith("Basic ")
    assert new.headers["x-api-key"] == "abc123"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_takes_no_secret_along(web, logged_in, code):
    url = web.on("/old", Answer(code, headers={"Location": f"{web.other}/new"}))
    web.on("/new", GOOD)
    logged_in.json(HttpRequest("POST", url, json={"pass": "word"}, headers=SENSITIVE))
    there = web.asked[1]
    assert not {"authorization", "x-api-key", "cookie"} & set(there.headers)
    assert there.body == b""


def test_another_port_is_another_host(web, logged_in):
    with Web() as stranger:
        stranger.on("/new", GOOD)
        url = web.on("/old", Answer(307, headers={"Location": f"{stranger.url}/new"}))
        logged_in.json(HttpRequest("POST", url, data={"pass": "word"}, headers=SENSITIVE))
        there = stranger.asked[0]
    assert not {"authorization", "x-api-key", "cookie"} & set(there.headers)
    assert there.body == b""


def test_cookies_of_one_host_are_not_told_to_another(web, http):
    url = web.on(
        "/old",
        Answer(302, headers={"Location": f"{web.other}/new", "Set-Cookie": "s=secret; Path=/"}),
    )
    web.on("/new", GOOD)
    http.json(get(url))
    assert "cookie" not in web.asked[1].headers


def test_a_login_that_was_dropped_is_not_picked_up_on_the_way_back(web, logged_in):
    url = web.on("/a", Answer(302, headers={"Location": f"{web.other}/b"}))
    web.on("/b", Answer(302, headers={"Location": f"{web.url}/c"}))
    web.on("/c", GOOD)
    logged_in.json(get(url))
    assert ["authorization" in asked.headers for asked in web.asked] == [True, False, False]


def test_a_post_becomes_a_get_as_browsers_do_and_a_307_stays_a_post(web, http):
    for code in (302, 303, 307, 308):
        web.on(f"/{code}", Answer(code, headers={"Location": "/new"}))
        web.on("/new", GOOD)
        http.json(HttpRequest("POST", f"{web.url}/{code}", json={"a": 1}))
    asked = [(a.method, a.body) for a in web.asked if a.path == "/new"]
    assert asked == [("GET", b"")] * 2 + [("POST", b'{"a": 1}')] * 2


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://portal.test/x", True),
        ("https://portal.test:443/x", True),
        ("https://PORTAL.test/x", True),
        ("https://files.cloud.test/x", True),
        ("https://a.b.files.test/x", True),
        ("http://portal.test/x", False),
        ("http://files.cloud.test/x", False),
        ("https://portal.test:8443/x", False),
        ("https://portal.test.evil.test/x", False),
        ("https://evil.test/files.cloud.test", False),
        ("https://files.cloud.test@evil.test/x", False),
        ("https://evil.test\\.files.test/x", False),
        ("https://evil.test#.files.test/x", False),
        ("https://evil.test%2f.files.test/x", False),
        ("https://evil.test\t.files.test/x", False),
        ("https://portal.test:99999999/x", False),
        ("https://[bad/x", False),
        ("//portal.test/x", False),
        ("", False),
    ],
)
def test_only_the_portal_itself_and_the_hosts_it_names_may_see_the_login(url, trusted):
    http = Http("Testland", hosts=("files.cloud.test", "*.files.test"))
    assert http.trusts(url, "https://portal.test/stac") is trusted


def test_a_trick_in_the_address_does_not_lead_the_login_astray(web, connect):
    http = connect(auth=HTTPBasicAuth("user", "password"), hosts=("*.files.test",))
    trick = f"{web.other}\\.files.test/new".replace("http:", "https:")
    url = web.on("/old", Answer(302, headers={"Location": trick}))
    with pytest.raises(PortalError):
        http.json(get(url))
    assert len(web.asked) == 1


def test_going_in_circles_has_an_end(web, http):
    url = web.on("/x", Answer(302, headers={"Location": "/x"}))
    with pytest.raises(ResponseError, match="in a circle"):
        http.json(get(url))
    assert len(web.asked) <= 11


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "http://["]
)
def test_a_redirect_leads_nowhere_but_to_the_web(web, http, place):
    url = web.on("/x", Answer(302, headers={"Location": place}))
    with pytest.raises(ResponseError, match="cannot be asked"):
        http.json(get(url))


def test_a_redirect_without_a_place_is_no_answer(web, http):
    with pytest.raises(ResponseError):
        http.json(get(web.on("/x", Answer(302))))


def test_a_place_with_accents_is_found(web, http):
    url = web.on("/x", Answer(302, headers={"Location": "/f\xc3\xb4ret"}))
    web.on("/f%C3%B4ret", GOOD)
    assert http.json(get(url)) == {"ok": True}


# --- logins ------------------------------------------------------------------------------------


class Renewable(HeaderAuth):
    """A token that can be renewed; every new one is counted."""

    def __init__(self):
        super().__init__("Authorization", "Bearer 0")
        self.renewed = 0

    def renew(self, refused=None):
        self.renewed += 1
        self._value = f"Bearer {self.renewed}"
        return True


def test_an_expired_login_is_renewed_once(web, connect):
    url = web.on("/x", lambda a: GOOD if a.headers["authorization"] == "Bearer 1" else Answer(401))
    auth = Renewable()
    assert connect(auth=auth).json(get(url)) == {"ok": True}
    assert auth.renewed == 1


def test_a_login_that_stays_refused_is_not_renewed_for_ever(web, connect):
    auth = Renewable()
    with pytest.raises(AuthError):
        connect(auth=auth).json(get(web.on("/x", Answer(401))))
    assert (auth.renewed, len(web.asked)) == (1, 2)


def test_a_login_that_cannot_be_renewed_is_asked_once(web, logged_in):
    with pytest.raises(AuthError):
        logged_in.json(get(web.on("/x", Answer(401))))
    assert len(web.asked) == 1


def test_a_request_without_login_carries_none_and_renews_none(web, connect):
    auth = Renewable()
    with pytest.raises(AuthError):
        connect(auth=auth).json(get(web.on("/x", Answer(401)), login=False))
    assert (auth.renewed, "authorization" in web.asked[0].headers) == (0, False)


def test_the_same_portal_can_be_asked_with_another_login(web, http):
    url = web.on("/x", GOOD)
    other = http.with_auth(HeaderAuth("X-API-Key", "abc123"))
    other.json(get(url))
    http.json(get(url))
    other.close()
    assert [a.headers.get("x-api-key") for a in web.asked] == ["abc123", None]


@pytest.mark.parametrize("key", ["line\nbreak", "schlüssel–x"])
def test_a_login_that_no_header_can_carry_is_a_login_error(web, connect, key):
    http = connect(auth=HeaderAuth("X-API-Key", key))
    with pytest.raises(AuthError) as caught:
        http.json(get(web.on("/x", GOOD)))
    assert key not in everything(caught.value)
    assert web.asked == []


# --- secrets -----------------------------------------------------------------------------------

SECRETS = ("hush-key", "hush-password", "aHVzaC11c2VyOmh1c2gtcGFzc3dvcmQ=", "hush-sig", "hush-form")


def everything(error):
    """All that anybody could show or log of an error and what caused it."""
    shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    while error is not None:
        shown += f"{error!s}{error!r}{error.args!r}"
        if isinstance(error, PortalError):
            shown += repr(vars(error))
        error = error.__cause__
    return shown


def echo(status):
    """An answer that repeats all it was told."""

    def answer(asked):
        names = ("authorization", "x-api-key", "cookie")
        headers = " ".join(asked.headers.get(name, "") for name in names)
        told = f"{headers} {asked.query} {asked.body.decode()}"
        return Answer(status, body=json.dumps({"detail": told}).encode())

    return answer


TROUBLES = (
    *(echo(status) for status in (400, 401, 403, 500)),
    Answer(body=b"<html>"),
    Answer(body=b"x" * 9, cut=0),
    Answer(302, headers={"Location": "ftp://u:hush-password@127.0.0.1/?sig=hush-sig"}),
    Answer(302, headers={"Location": "/x?sig=hush-sig"}),
    Answer(302, headers={"Location": "http://127.0.0.1:1/?sig=hush-sig"}),
)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_error_tells_a_secret(web, connect, trouble, caplog):
    caplog.set_level(logging.INFO)
    basic = connect(auth=HTTPBasicAuth("hush-user", "hush-password"))
    web.on("/x", trouble)
    request = HttpRequest(
        "POST",
        f"{web.url}/x?sig=hush-sig",
        params={"token": "hush-sig"},
        data={"password": "hush-form", "refresh_token": "hush-form"},
        headers={"X-API-Key": "hush-key", "Cookie": "s=hush-key"},
    )
    with pytest.raises(PortalError) as caught:
        basic.json(request)
    shown = everything(caught.value) + caplog.text
    assert [secret for secret in SECRETS if secret in shown] == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "nonsense", "http://127.0.0.1:99999/x"])
def test_no_error_on_the_line_tells_a_secret(http, url):
    secret = SECRETS[3]
    with pytest.raises(PortalError) as caught:
        http.json(get(f"{url}?sig={secret}", params={"token": secret}))
    assert secret not in everything(caught.value)


def test_a_request_shows_no_secret_of_its_own():
    request = HttpRequest(
        "POST",
        "https://u:hush-password@a.test/x?sig=hush-sig",
        data={"password": "hush-form"},
        headers={"X-API-Key": "hush-key"},
    )
    assert "hush" not in repr(request)


def test_what_the_portal_says_stays_readable_beside_its_secrets(web, connect):
    http = connect(auth=HeaderAuth("X-API-Key", "hush-key"))
    said = b'{"detail": "key hush-key may not read sentinel-2-l2a on 2024-06-01T00:00:00Z"}'
    url = web.on("/x", Answer(403, body=said))
    with pytest.raises(TermsNotAccepted, match=r"may not read sentinel-2-l2a on 2024-06-01T00"):
        http.json(get(url, params={"datetime": "2024-06-01T00:00:00Z"}))


# --- cancelling --------------------------------------------------------------------------------


class Button:
    """A cancel button."""

    def __init__(self):
        self.pressed = threading.Event()

    def __call__(self):
        return self.pressed.is_set()


def test_what_is_cancelled_before_it_begins_is_not_asked(web, http):
    button = Button()
    button.pressed.set()
    with pytest.raises(Cancelled):
        http.json(get(web.on("/x", GOOD)), button)
    assert web.asked == []


def test_a_pause_is_cancelled_in_small_steps(web, http):
    button = Button()
    http._sleep = lambda seconds: button.pressed.set()
    with pytest.raises(Cancelled):
        http.json(get(web.on("/x", Answer(429, headers={"Retry-After": "50"}))), button)
    assert len(web.asked) == 1


def quickly(press, call):
    """Runs ``call`` while ``press`` runs beside it; when it was cancelled."""
    presser = threading.Thread(target=press)
    presser.start()
    with pytest.raises(Cancelled):
        call()
    done = time.monotonic()
    presser.join()
    return done


def test_a_silent_portal_does_not_hold_up_the_cancel_button(web, connect):
    http, button, never = connect(), Button(), threading.Event()
    asked, pressed = threading.Event(), []

    def hang(_):
        asked.set()
        return Answer(hold=never)

    def press():
        asked.wait(5)
        pressed.append(time.monotonic())
        button.pressed.set()

    done = quickly(press, lambda: http.json(get(web.on("/x", hang)), button))
    assert done - pressed[0] < 1
    never.set()
    assert http.json(get(web.on("/y", GOOD)), Button()) == {"ok": True}


def body(http, url, button):
    """The pieces of an answer as they arrive."""
    with http.open(get(url), button) as response:
        yield from http.chunks(response, button)


def test_a_portal_that_falls_silent_in_the_middle_does_not_hold_it_up_either(web, connect):
    http = connect(settings=NetworkSettings(timeout=20))
    button, never, pressed = Button(), threading.Event(), []
    url = web.on("/x", Answer(body=b"x" * 1000, cut=10, stall=never))

    def press():
        pressed.append(time.monotonic())
        button.pressed.set()

    def read():
        with http.open(get(url), button) as response:
            threading.Thread(target=press).start()
            list(http.chunks(response, button))

    with pytest.raises(Cancelled):
        read()
    assert time.monotonic() - pressed[0] < 1
    never.set()


def test_a_thread_with_a_cancel_button_needs_not_hand_it_on(web, http):
    """Hooks of a portal ask without knowing of the button."""
    silent, pressed = threading.Event(), threading.Event()
    web.on("/slow", Answer(200, b"{}", hold=silent))
    threading.Timer(0.1, pressed.set).start()
    with http.heeding(pressed.is_set), pytest.raises(Cancelled):
        http.json(HttpRequest("GET", web.url + "/slow"))
    with http.heeding(pressed.is_set), pytest.raises(Cancelled):
        http.wait(60)
    assert http.slept == []
    silent.set()
    assert http.json(HttpRequest("GET", web.url + "/slow")) == {}, "and afterwards it is gone"


def test_a_download_is_cancelled_in_the_middle(web, http):
    button = Button()
    pieces = body(http, web.on("/x", Answer(body=b"x" * (4 * transport.CHUNK))), button)
    assert len(next(pieces)) <= transport.CHUNK
    button.pressed.set()
    with pytest.raises(Cancelled):
        next(pieces)


# --- threads -----------------------------------------------------------------------------------


def test_every_thread_has_a_session_of_its_own_and_closes_it(web, http):
    url, sessions = web.on("/x", GOOD), []

    def ask():
        http.json(get(url))
        sessions.append(http._session())
        http.close()

    for _ in range(2):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert len(set(map(id, sessions))) == 2
