"""core/service_account.py: our signatures, judged by OpenSSL."""

import base64
import json
import shutil
import subprocess

import pytest
import requests

from sentinel_portals.core.errors import AuthError
from sentinel_portals.core.service_account import (
    GRANT,
    ServiceAccount,
    ServiceAccountAuth,
    jwt,
    private_key,
    sign,
)
from sentinel_portals.core.transport import Http
from sentinel_portals.tests.providers.answers import Answers

ENDPOINT = "https://oauth2.example.org/token"
SCOPE = "https://www.example.org/auth/images"
WAY = ServiceAccount(ENDPOINT, SCOPE)

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="OpenSSL is not installed")


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """A fresh key in both forms, and its public half."""
    folder = tmp_path_factory.mktemp("key")
    openssl(
        "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", folder / "8"
    )
    openssl("rsa", "-in", folder / "8", "-traditional", "-out", folder / "1")
    openssl("pkey", "-in", folder / "8", "-pubout", "-out", folder / "public")
    return folder


def openssl(*words):
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def verified(key, message, signature, folder):
    (folder / "message").write_bytes(message)
    (folder / "signature").write_bytes(signature)
    words = ["dgst", "-sha256", "-verify", key / "public", "-signature", folder / "signature"]
    return "Verified OK" in openssl(*words, folder / "message")


@pytest.mark.parametrize("form", ["8", "1"])
def test_openssl_believes_our_signature(key, form, tmp_path):
    pem = (key / form).read_text()
    for message in (b"", b"one", b"x" * 10_000):
        assert verified(key, message, sign(message, pem), tmp_path)


def account(key):
    return {
        "type": "service_account",
        "client_email": "ada@project.example.org",
        "private_key_id": "k1",
        "private_key": (key / "8").read_text(),
    }


def unpacked(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_the_promise_says_who_what_for_and_how_long(key, tmp_path):
    head, claims, signature = jwt(account(key), SCOPE, ENDPOINT, 1_700_000_000).split(".")
    assert unpacked(head) == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    assert unpacked(claims) == {
        "iss": "ada@project.example.org",
        "scope": SCOPE,
        "aud": ENDPOINT,
        "iat": 1_700_000_000,
        "exp": 1_700_003_600,
    }
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    assert verified(key, f"{head}.{claims}".encode(), raw, tmp_path)


def asked_with(secrets, *answers):
    line = Answers(*answers)
    http = Http("Example", adapters={"https://": line}, sleep=lambda seconds: None)
    auth = WAY.auth(secrets, http)
    request = auth(requests.Request("GET", "https://images.example.org").prepare())
    return line, request.headers["Authorization"]


def test_a_promise_buys_a_token(key):
    secrets = {"password": json.dumps(account(key))}
    line, header = asked_with(secrets, {"access_token": "t1", "expires_in": 3599})
    assert header == "Bearer t1"
    assert line.asked[0].startswith(f"POST {ENDPOINT} grant_type={requests.utils.quote(GRANT, '')}")
    assert "PRIVATE" not in line.asked[0]


def test_a_persons_own_account_refreshes():
    secrets = {"client_id": "c", "client_secret": "s", "refresh_token": "r"}
    line, header = asked_with(secrets, {"access_token": "t2", "expires_in": 3599})
    assert header == "Bearer t2"
    assert "client_id=c&client_secret=s&grant_type=refresh_token&refresh_token=r" in line.asked[0]


@pytest.mark.parametrize(
    "password",
    [
        "",
        "{",
        "[]",
        "7",
        "{}",
        '{"client_email": "a"}',
        '{"client_email": "a", "private_key": "x"}',
    ],
)
def test_what_is_no_key_file_is_told_before_anything_is_sent(password):
    line = Answers("")
    http = Http("Example", adapters={"https://": line})
    auth = ServiceAccountAuth(ENDPOINT, SCOPE, {"password": password}, http)
    with pytest.raises(AuthError, match="paste the whole key file"):
        auth(requests.Request("GET", "https://images.example.org").prepare())
    assert line.asked == []


def test_other_keys_are_no_rsa_private_keys(key, tmp_path):
    openssl("genpkey", "-algorithm", "ED25519", "-out", tmp_path / "ed")
    body = (key / "8").read_text().splitlines()
    for pem in (
        (key / "public").read_text(),
        (tmp_path / "ed").read_text(),
        "\n".join([body[0], "AAAA", body[-1]]),
        "\n".join([body[0], "MIIB", body[-1]]),
        "\n".join([body[0], "not base64!", body[-1]]),
    ):
        with pytest.raises((ValueError, IndexError)):
            private_key(pem)
