"""core/sigv4.py against a real object store that checks signatures and rights: moto on loopback."""

import json
import subprocess
import sys
from urllib.parse import quote

import pytest
import requests

from sentinel_portals.core.auth import S3
from sentinel_portals.core.errors import TermsNotAccepted
from sentinel_portals.core.transport import Http, HttpRequest
from sentinel_portals.scripts.side_venv import CannotInstall, side_venv
from sentinel_portals.tests.conftest import ROOT

pytestmark = pytest.mark.skipif(
    sys.prefix != str(ROOT / ".venv"), reason="once is enough: it runs in .venv"
)

BAND = "tiles/31/T/EL/2024/7/30/0/B04.jp2"


@pytest.fixture(scope="module")
def store():
    """What the server says of itself: address, id, key."""
    try:
        python = side_venv("moto")
    except CannotInstall as error:
        pytest.skip(f"moto cannot be installed: {error}")
    command = [str(python), str(ROOT / "tests" / "servers" / "bucket.py")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as process:
        yield json.loads(process.stdout.readline())
        process.stdin.close()


@pytest.fixture
def read(store):
    """Reads an object, with the user's keys or others."""
    wire = requests.adapters.HTTPAdapter()

    def read(name, headers=None, login=True, **other):
        keys = {"username": store["id"], "password": store["key"], **other}
        plain = Http("Store", adapters={"http://": wire}, sleep=lambda seconds: None)
        http = plain.with_auth(S3(requester_pays=True).auth(keys, plain))
        url = f"{store['address']}/pixels/{quote(name)}"
        return http.read(HttpRequest("GET", url, headers=headers or {}, login=login))

    yield read
    wire.close()


def test_a_signed_request_is_let_in(read):
    assert read(BAND) == bytes(range(256)) * 40


def test_a_part_of_a_file_is_signed_as_well(read):
    assert read(BAND, {"Range": "bytes=256-259"}) == b"\x00\x01\x02\x03"


def test_names_with_blanks_and_accents_are_signed_as_they_are_sent(read):
    assert read("a b/ü+é.txt") == b"accents"


@pytest.mark.parametrize("wrong", [{"password": "x" * 40}, {"username": "AKIAXXXXXXXXXXXXXXXX"}])
def test_wrong_keys_are_refused_by_the_store(read, wrong):
    with pytest.raises(TermsNotAccepted):
        read(BAND, **wrong)


def test_nobody_comes_in_unsigned(read):
    with pytest.raises(TermsNotAccepted):
        read(BAND, login=False)
