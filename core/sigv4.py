"""AWS Signature Version 4 for reading from an object store, with the standard library alone.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

from requests.auth import AuthBase

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

ALGORITHM = "AWS4-HMAC-SHA256"


def https(href: str, region: str) -> str:
    """``s3://bucket/key`` as the link that AWS serves it at; any other link as it is."""
    parts = urlsplit(href)
    if parts.scheme != "s3":
        return href
    return f"https://{parts.netloc}.s3.{region}.amazonaws.com{parts.path}"


class SigV4Auth(AuthBase):
    """Signs a request for S3; ``requester_pays`` agrees to pay for what is read.

    ``told`` is the same in the words of AWS's environment variables, for whoever signs by itself.
    """

    def __init__(
        self,
        key_id: str,
        key: str,
        region: str,
        *,
        requester_pays: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._key_id, self._key, self._region = key_id, key, region
        self._requester_pays = requester_pays
        self.told = {
            "AWS_ACCESS_KEY_ID": key_id,
            "AWS_SECRET_ACCESS_KEY": key,
            "AWS_REGION": region,
            **({"AWS_REQUEST_PAYER": "requester"} if requester_pays else {}),
        }
        self._now = now

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        moment = f"{self._now():%Y%m%dT%H%M%SZ}"
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else body
        headers = request.headers
        headers["Host"] = urlsplit(request.url or "").netloc.rpartition("@")[2]
        headers["x-amz-date"] = moment
        headers["x-amz-content-sha256"] = hashlib.sha256(content).hexdigest()
        if self._requester_pays:
            headers["x-amz-request-payer"] = "requester"
        headers["Authorization"] = self._signature(request, moment)
        return request

    def _signature(self, request: requests.PreparedRequest, moment: str) -> str:
        signed = {
            name.lower(): " ".join(value.split())
            for name, value in request.headers.items()
            if name.lower() in ("host", "range", "date") or name.lower().startswith("x-amz-")
        }
        names = ";".join(sorted(signed))
        scope = f"{moment[:8]}/{self._region}/s3/aws4_request"
        digest = hashlib.sha256(_canonical(request, signed, names).encode()).hexdigest()
        text = "\n".join((ALGORITHM, moment, scope, digest))
        signature = hmac.new(
            self._signing_key(moment[:8]), text.encode(), hashlib.sha256
        ).hexdigest()
        return (
            f"{ALGORITHM} Credential={self._key_id}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )

    def _signing_key(self, day: str) -> bytes:
        key = f"AWS4{self._key}".encode()
        for word in (day, self._region, "s3", "aws4_request"):
            key = hmac.new(key, word.encode(), hashlib.sha256).digest()
        return key


def _canonical(request: requests.PreparedRequest, signed: dict[str, str], names: str) -> str:
    """The request as both sides write it down before they hash it."""
    parts = urlsplit(request.url or "")
    query = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return "\n".join(
        (
            request.method or "GET",
            parts.path or "/",  # S3 takes the path as it was sent, encoded once
            "&".join(f"{name}={value}" for name, value in query),
            *(f"{name}:{signed[name]}" for name in sorted(signed)),
            "",
            names,
            signed["x-amz-content-sha256"],
        )
    )
