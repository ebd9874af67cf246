"""core/lending.py: a portal's file as an address on this computer."""

import threading
from dataclasses import replace

import pytest
import requests

from sentinel_portals.core.auth import HeaderAuth
from sentinel_portals.core.errors import (
    AuthError,
    Cancelled,
    IncompleteTransfer,
    ServiceError,
    UnexpectedError,
)
from sentinel_portals.core.lending import Lending
from sentinel_portals.core.ranges import NoRanges
from sentinel_portals.tests.core.making import Land, file, portal
from sentinel_portals.tests.servers.web import Answer, Asked, Web

CONTENT = bytes(range(256)) * 256


def pieces(content=CONTENT, etag='"one"'):
    """A server's file that gives the piece that is asked for."""

    def give(asked):
        first, last = (int(n) for n in asked.headers["range"][6:].split("-"))
        body = content[first : last + 1]
        place = f"bytes {first}-{first + len(body) - 1}/{len(content)}"
        return Answer(206, body, {"Content-Range": place, "ETag": etag})

    return give


@pytest.fixture
def land(web, connect):
    def land(auth=None, make=Land, **facts):
        made = portal({}, make=make, url=web.url, **facts)
        made.http = made.files = connect(auth=auth)
        return made

    return land


def get(url, first=10, last=19):
    session = requests.Session()
    session.trust_env = False
    with session:
        return session.get(url, headers={"Range": f"bytes={first}-{last}"}, timeout=20)


def test_the_reader_gets_the_piece_and_the_portal_sees_our_login_not_the_reader(web, land):
    asset = file(web.on("/a.tif", pieces()))
    heard = []
    with Lending(land(HeaderAuth("X-API-Key", "of-the-house")), heard=heard.append) as lending:
        url = lending.lend(asset, "a b.tif")
        got = get(url, 0, 9)
        assert (got.status_code, got.content) == (206, CONTENT[:10])
        assert got.headers["Content-Range"] == f"bytes 0-9/{len(CONTENT)}"
    assert web.asked[0].headers["x-api-key"] == "of-the-house"
    assert "of-the-house" not in url
    assert sum(heard) == lending.fetched == 10


def test_a_reader_that_asks_for_the_size_first_costs_one_request(web, land):
    web.on("/a.tif", pieces())
    with Lending(land()) as lending:
        url = lending.lend(file(web.url + "/a.tif"), "a.tif")
        session = requests.Session()
        session.trust_env = False
        with session:
            told = session.head(url, timeout=20)
        assert told.headers["Content-Length"] == str(len(CONTENT))
        assert get(url, 0, (16 << 10) - 1).content == CONTENT[: 16 << 10]
        assert session.head(url + "x", timeout=20).status_code == 404
    assert [asked.method for asked in web.asked] == ["GET"]


def test_only_what_was_lent_is_given_and_only_by_its_secret_name(web, land):
    asset = file(web.on("/a.tif", pieces()))
    with Lending(land()) as lending:
        url = lending.lend(asset, "a.tif")
        for other in (url + ".aux.xml", url.rsplit("/", 3)[0] + "/word/0/a.tif"):
            assert get(other).status_code == 404
    assert web.asked == []
    assert lending.error is None


def test_what_ails_the_portal_for_a_moment_is_tried_again(web, land):
    half = replace(pieces()(Asked("GET", "", "", {"range": "bytes=10-19"}, b"")), cut=5)
    web.on("/a.tif", Answer(503), half, pieces())
    with Lending(land()) as lending:
        assert get(lending.lend(file(web.url + "/a.tif"), "a.tif")).content == CONTENT[10:20]


def test_why_nothing_more_comes_is_told_once_and_the_portal_left_alone(web, land):
    web.on("/a.tif", Answer(503))
    with Lending(land()) as lending:
        url = lending.lend(file(web.url + "/a.tif"), "a.tif")
        assert [get(url).status_code for _ in range(2)] == [404, 404]
    assert isinstance(lending.error, ServiceError)
    assert len(web.asked) == 3


def test_a_portal_that_sends_no_pieces_is_found_out(web, land):
    web.on("/a.tif", Answer(200, CONTENT))
    with Lending(land()) as lending:
        get(lending.lend(file(web.url + "/a.tif"), "a.tif"))
    assert isinstance(lending.error, NoRanges)


def test_a_file_that_changes_meanwhile_is_noticed(web, land):
    web.on("/a.tif", pieces(etag='"one"'), pieces(etag='"two"'))
    with Lending(land()) as lending:
        url = lending.lend(file(web.url + "/a.tif"), "a.tif")
        assert [get(url, first).status_code for first in (0, 10)] == [206, 404]
    assert isinstance(lending.error, IncompleteTransfer)


def test_a_link_that_ended_is_made_anew_once(web, land):
    class Signed(Land):
        signs = 0

        def resolve(self, asset):
            return replace(super().resolve(asset), params={"sig": str(self.signs)})

        def renew(self, asset):
            self.signs += 1
            return True

    def guard(asked):
        return pieces()(asked) if asked.query == "sig=1" else Answer(403)

    web.on("/a.tif", guard)
    web.on("/b.tif", Answer(403))
    with Lending(land(make=Signed)) as lending:
        assert get(lending.lend(file(web.url + "/a.tif"), "a.tif")).content == CONTENT[10:20]
        get(lending.lend(file(web.url + "/b.tif"), "b.tif"))
    assert isinstance(lending.error, AuthError)
    assert len(web.asked) == 4


def test_the_login_does_not_follow_to_another_host(web, land):
    with Web() as away:
        away.on("/a.tif", pieces())
        web.on("/a.tif", Answer(302, headers={"Location": away.other + "/a.tif"}))
        with Lending(land(HeaderAuth("Authorization", "Bearer ours"))) as lending:
            assert get(lending.lend(file(web.url + "/a.tif"), "a.tif")).content == CONTENT[10:20]
    assert "authorization" in web.asked[0].headers
    assert "authorization" not in away.asked[0].headers


def test_stop_is_felt_while_the_portal_is_silent(web, land):
    silent, pressed = threading.Event(), threading.Event()
    web.on("/a.tif", Answer(206, b"x", hold=silent))
    with Lending(land(), pressed.is_set) as lending:
        url = lending.lend(file(web.url + "/a.tif"), "a.tif")
        threading.Timer(0.2, pressed.set).start()
        assert get(url).status_code == 404
    silent.set()
    assert isinstance(lending.error, Cancelled)


def test_a_bug_is_told(web, land):
    class Broken(Land):
        def resolve(self, asset):
            raise ZeroDivisionError

    with Lending(land(make=Broken)) as lending:
        assert get(lending.lend(file(web.url + "/a.tif"), "a.tif")).status_code == 404
    assert isinstance(lending.error, UnexpectedError)
