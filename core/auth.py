"""The ways in. Kinds follow STAC's authentication extension: http, apiKey, openIdConnect, signedUrl, s3.

A kind is a fact of a portal (`ProviderInfo.search_auth`, `.download_auth`): it names the fields
a person fills in and makes the `requests` login from them. Secrets arrive as a plain mapping,
read from the QGIS authentication database by the caller; nothing here stores or prints them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable, Optional

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from .errors import AuthError, QueryError
from .transport import Http, HttpRequest

Secrets = Mapping[str, str]


@dataclass(frozen=True)
class Open:
    """No login."""

    fields: tuple[str, ...] = ()

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        return None


@dataclass(frozen=True)
class Password:
    """HTTP Basic (RFC 7617)."""

    fields: tuple[str, ...] = ("username", "password")

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        return HTTPBasicAuth(secrets["username"].encode(), secrets["password"].encode())


@dataclass(frozen=True)
class ApiKey:
    """A key in a header of the portal's choice."""

    header: str = "X-API-Key"
    fields: tuple[str, ...] = ("password",)

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        return HeaderAuth(self.header, secrets["password"])


@dataclass(frozen=True)
class OpenId:
    """OpenID Connect by password grant and refresh token (RFC 6749, 4.3 and 6)."""

    endpoint: str
    client_id: str
    fields: tuple[str, ...] = ("username", "password")

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        return BearerAuth(self.endpoint, self.client_id, secrets, http)


@dataclass(frozen=True)
class SignedUrl:
    """The link itself is signed at the last moment, by the portal's `resolve`; no login."""

    endpoint: str = ""
    fields: tuple[str, ...] = ()

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        return None


@dataclass(frozen=True)
class S3:
    """Access keys of an object store, for GDAL's /vsis3/ and for signed requests."""

    endpoint: str = ""
    region: str = ""
    requester_pays: bool = False
    fields: tuple[str, ...] = ("username", "password")

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        return None


class HeaderAuth(AuthBase):
    """Puts one header on a request."""

    def __init__(self, header: str, value: str) -> None:
        self._header, self._value = header, value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[self._header] = self._value
        return request


class BearerAuth(AuthBase):
    """One token pair for all threads: bought once, refreshed under a lock at 80 % of its life.

    Copernicus Data Space counts every password grant as a session, 100 at most per user and
    released only when they end; so the refresh token is used as long as it lives.
    """

    def __init__(
        self,
        endpoint: str,
        client_id: str,
        secrets: Secrets,
        http: Http,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._client_id = client_id
        self._secrets = dict(secrets)
        self._http = http.with_auth(None)
        self._now = now
        self._lock = threading.Lock()
        self._access = self._refresh = ""
        self._renew_at = self._refresh_until = float("-inf")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        with self._lock:
            if self._now() >= self._renew_at:
                self._buy()
            request.headers["Authorization"] = f"Bearer {self._access}"
        return request

    def renew(self) -> bool:
        """After a 401: forgets the access token, so that the next request brings a new one."""
        with self._lock:
            self._renew_at = float("-inf")
        return True

    def _buy(self) -> None:
        if self._refresh and self._now() < self._refresh_until:
            try:
                self._keep(self._ask(grant_type="refresh_token", refresh_token=self._refresh))
                return
            except AuthError:
                self._refresh = ""  # the session ended early: log in afresh
        fields = {k: v for k, v in self._secrets.items() if k in ("username", "password", "totp") and v}
        self._keep(self._ask(grant_type="password", **fields))

    def _ask(self, **form: str) -> Mapping[str, Any]:
        request = HttpRequest(
            "POST", self._endpoint, data={"client_id": self._client_id, **form}, login=False
        )
        try:
            answer = self._http.json(request)
        except QueryError as error:  # RFC 6749 says 400 for a wrong password, Keycloak 401
            raise AuthError(str(error), provider=error.provider, status=error.status) from error
        if not isinstance(answer, Mapping) or not isinstance(answer.get("access_token"), str):
            raise AuthError(f"{self._http.title} gave no access token.", provider=self._http.title)
        return answer

    def _keep(self, answer: Mapping[str, Any]) -> None:
        self._access = answer["access_token"]
        self._refresh = str(answer.get("refresh_token") or "")
        self._renew_at = self._now() + 0.8 * float(answer.get("expires_in") or 300)
        self._refresh_until = self._now() + float(answer.get("refresh_expires_in") or 1800) - 30
