"""Google's service accounts: a signed promise (JWT, RS256) for an access token.

https://developers.google.com/identity/protocols/oauth2/service-account — QGIS brings no library
that signs, so RSASSA-PKCS1-v1_5 (RFC 8017, 8.2) stands here, in plain Python.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Optional

from .auth import BearerAuth, Secrets, ask_token
from .errors import AuthError
from .transport import Http, HttpRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests.auth import AuthBase

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017, 9.2, note 1
HOUR = 3600
INTEGER, OCTETS, SEQUENCE = 0x02, 0x04, 0x30


@dataclass(frozen=True)
class ServiceAccount:
    """``password`` is the text of the account's key file (JSON).

    A person's own account comes with ``client_id``, ``client_secret`` and ``refresh_token``.
    """

    endpoint: str
    scope: str
    fields: tuple[str, ...] = ("password",)
    optional: tuple[str, ...] = ("client_id", "client_secret", "refresh_token")

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        if secrets.get("refresh_token"):
            return BearerAuth(self.endpoint, secrets.get("client_id", ""), secrets, http)
        return ServiceAccountAuth(self.endpoint, self.scope, secrets, http)


class ServiceAccountAuth(BearerAuth):
    """Buys tokens with promises."""

    def __init__(
        self,
        endpoint: str,
        scope: str,
        secrets: Secrets,
        http: Http,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(endpoint, "", secrets, http)
        self._scope, self._clock = scope, clock

    def _ask(self, grant: str, **form: str) -> Mapping[str, Any]:
        try:
            key = json.loads(self._secrets["password"])
            promise = jwt(key, self._scope, self._endpoint, int(self._clock()))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise AuthError(
                f"The key for {self._http.title} cannot be read: paste the whole key file (JSON).",
                provider=self._http.title,
            ) from error
        data = {"grant_type": GRANT, "assertion": promise}
        return ask_token(self._http, HttpRequest("POST", self._endpoint, data=data, login=False))


def jwt(key: Mapping[str, str], scope: str, audience: str, now: int) -> str:
    """The promise: who, for what, to whom, for an hour. KeyError or ValueError for an odd key."""
    head = {"alg": "RS256", "typ": "JWT", "kid": key.get("private_key_id", "")}
    claims = {
        "iss": key["client_email"],
        "scope": scope,
        "aud": audience,
        "iat": now,
        "exp": now + HOUR,
    }
    text = f"{_url64(json.dumps(head).encode())}.{_url64(json.dumps(claims).encode())}"
    return f"{text}.{_url64(sign(text.encode(), key['private_key']))}"


def sign(message: bytes, pem: str) -> bytes:
    """RSASSA-PKCS1-v1_5 with SHA-256; ValueError for what is no RSA private key."""
    modulus, exponent = private_key(pem)
    size = (modulus.bit_length() + 7) // 8
    told = SHA256 + hashlib.sha256(message).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told
    return pow(int.from_bytes(padded, "big"), exponent, modulus).to_bytes(size, "big")


def private_key(pem: str) -> tuple[int, int]:
    """Modulus and private exponent of a key in PKCS#8 or PKCS#1 (RFC 5208, RFC 8017 A.1.2)."""
    lines = [line.strip() for line in pem.strip().splitlines()]
    if not lines or "PRIVATE KEY" not in lines[0] or "ENCRYPTED" in pem:
        raise ValueError("no private key")
    try:
        data = base64.b64decode("".join(lines[1:-1]), validate=True)
    except binascii.Error as error:
        raise ValueError("no private key") from error
    parts = list(_parts(_only(data, SEQUENCE)))
    if len(parts) >= 3 and parts[2][0] == OCTETS:  # PKCS#8 wraps PKCS#1
        parts = list(_parts(_only(parts[2][1], SEQUENCE)))
    numbers = [int.from_bytes(content, "big") for kind, content in parts if kind == INTEGER]
    if len(numbers) < 9 or numbers[1].bit_length() < 1024:
        raise ValueError("no RSA private key")
    return numbers[1], numbers[3]


def _only(data: bytes, kind: int) -> bytes:
    found = next(_parts(data), (0, b""))
    if found[0] != kind:
        raise ValueError("no private key")
    return found[1]


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of each part (DER, X.690 8.1)."""
    place = 0
    while place < len(data):
        kind, size = data[place], data[place + 1]
        place += 2
        if size & 0x80:
            digits = size & 0x7F
            size = int.from_bytes(data[place : place + digits], "big")
            place += digits
        yield kind, data[place : place + size]
        place += size


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
