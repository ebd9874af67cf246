"""The ways in, named as in STAC's authentication extension: http, apiKey, openIdConnect, ...

A kind is a fact of a portal (`ProviderInfo.search_auth`, `.download_auth`): it names the fields
a person fills in and makes the `requests` login from them. Secrets arrive as a plain mapping,
read from the QGIS authentication database by the caller; nothing here stores or prints them.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Optional

from requests.auth import AuthBase, HTTPBasicAuth

from .errors import AuthError, ProductUnavailable, QueryError
from .sigv4 import SigV4Auth
from .transport import Cancel, Http, HttpRequest, never

if TYPE_CHECKING:
    import requests

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
    """A key in a header of the portal's choice; ``prefix`` is a word before it, such as Bearer."""

    header: str = "X-API-Key"
    prefix: str = ""
    fields: tuple[str, ...] = ("password",)

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        return HeaderAuth(self.header, f"{self.prefix} {secrets['password']}".strip())


@dataclass(frozen=True)
class OpenId:
    """OpenID Connect: password grant and refresh token (RFC 6749, 4.3 and 6).

    ``optional`` fields are asked for only where an account needs them; ``device`` is where a login
    in the browser begins (RFC 8628, see `start_device`), '' where there is none.
    """

    endpoint: str
    client_id: str
    device: str = ""
    fields: tuple[str, ...] = ("username", "password")
    optional: tuple[str, ...] = ("totp", "client_secret", "refresh_token")

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        """The session of this account: portals that share the login share the one token pair."""
        key = (self.endpoint, self.client_id, _whose(secrets), http.settings)
        with _OPENING:
            session = _SESSIONS.get(key)
            if session is None:
                session = _SESSIONS[key] = BearerAuth(self.endpoint, self.client_id, secrets, http)
            return session


@dataclass(frozen=True)
class ClientCredentials:
    """A client's own login (RFC 6749, 4.4): ``username`` is its id, ``password`` its secret."""

    endpoint: str
    fields: tuple[str, ...] = ("username", "password")

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        client = {"client_secret": secrets["password"]}
        return ClientAuth(self.endpoint, secrets["username"], client, http)


@dataclass(frozen=True)
class JsonToken:
    """User name and password as JSON for a token: no standard, but WEkEO's way.

    ``endpoints`` are tried in order where one is gone (404).
    """

    endpoints: tuple[str, ...]
    fields: tuple[str, ...] = ("username", "password")
    optional: tuple[str, ...] = ("origin",)

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        return JsonTokenAuth(self.endpoints, secrets, http)


@dataclass(frozen=True)
class SignedUrl:
    """The link itself is signed at the last moment, by the portal's `resolve`; no login."""

    endpoint: str = ""
    fields: tuple[str, ...] = ()

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        return None


@dataclass(frozen=True)
class S3:
    """Access keys of an object store: ``username`` is the key's id, ``password`` its secret."""

    endpoint: str = ""
    region: str = "us-east-1"
    requester_pays: bool = False
    fields: tuple[str, ...] = ("username", "password")

    def auth(self, secrets: Secrets, http: Http) -> Optional[AuthBase]:
        return SigV4Auth(
            secrets["username"],
            secrets["password"],
            self.region,
            requester_pays=self.requester_pays,
        )


def _whose(secrets: Secrets) -> tuple[tuple[str, str], ...]:
    """Who logs in: the user, else the kept login; a refresh token changes, its account does not."""
    changing = {"refresh_token", "account"} if secrets.get("username") else {"refresh_token"}
    said = {name: value for name, value in secrets.items() if name not in changing}
    return tuple(sorted((said if said.keys() & {"username", "account"} else secrets).items()))


def complete(fields: tuple[str, ...], secrets: Secrets) -> bool:
    """Is there a login, and all of it? A refresh token stands for user name and password."""
    instead = {"username", "password"} if "refresh_token" in secrets else set()
    return bool(fields) and set(fields) <= {*secrets, *instead}


class Keeper:
    """Where the refresh token of a login lies while nobody runs: nowhere, unless one is given.

    Servers that rotate make a new one at each renewal and take the old one never again; so the
    newest is read before each and kept after it, one window at a time. Any thread may ask.
    """

    def alone(self) -> AbstractContextManager[Any]:
        """The one renewal of this account, windows beside counted."""
        return nullcontext()

    def newest(self) -> str:
        """What is kept now; another window may have renewed it. '' for nothing."""
        return ""

    def keep(self, refresh_token: str) -> None:
        """Keeps it in place of the older one."""


class HeaderAuth(AuthBase):
    """Puts one header on a request."""

    def __init__(self, header: str, value: str) -> None:
        self._header, self._value = header, value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[self._header] = self._value
        return request


class Withheld(AuthBase):
    """There is a login, but it cannot be read: says so to whatever would need it."""

    def __init__(self, title: str) -> None:
        self._title = title

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        raise self.refusal()

    def refusal(self) -> AuthError:
        return AuthError(
            f"The login for {self._title} is locked in QGIS's authentication database: unlock it.",
            provider=self._title,
        )


class BearerAuth(AuthBase):
    """One token pair for all threads: bought once, refreshed under a lock at 80 % of its life.

    Copernicus Data Space counts every password grant as a session, 100 at most per user and
    released only when they end; so the refresh token is used as long as it lives, and one that
    came from a `Keeper` goes back there renewed. What was refused is not asked again: a queue of
    a hundred files must not lock an account.
    """

    expired = frozenset({401})  # the statuses after which a new token may help

    def __init__(
        self,
        endpoint: str,
        client_id: str,
        secrets: Secrets,
        http: Http,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._secrets = {"client_id": client_id, **secrets}
        self._http = http.with_auth(None)
        self._now = now
        self._lock = threading.Lock()
        self._access = ""
        self._refresh = self._secrets.pop("refresh_token", "")
        self._keeper: Optional[Keeper] = None
        self._refused = ""  # the refresh token that the portal did not take
        self._refusal: Optional[AuthError] = None
        self._renew_at = float("-inf")
        self._refresh_until = float("inf")
        self.lives: Optional[float] = None
        self.session_lives: Optional[float] = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        with self._lock:
            if self._now() >= self._renew_at:
                try:
                    self._buy()
                finally:
                    self._http.close()  # this thread may never log in again
            request.headers["Authorization"] = f"Bearer {self._access}"
        return request

    def kept_by(self, keeper: Keeper) -> None:
        """Where the refresh token came from, if this login came with one."""
        if self._refresh and self._keeper is None:
            self._keeper = keeper

    def renew(self) -> bool:
        """After a 401: forgets the access token, so that the next request brings a new one."""
        with self._lock:
            self._renew_at = float("-inf")
        return True

    def log_in(self) -> None:
        """A person asks for it now: what was refused before is asked again. Raises PortalError.

        ``lives`` says afterwards for how many seconds the token is good, ``session_lives`` for how
        many no password is wanted again; None where the portal does not say.
        """
        with self._lock:
            self._refusal, self._refused = None, ""
            try:
                self._buy()
            finally:
                self._http.close()

    @property
    def refresh_token(self) -> str:
        """The newest of the session, for whoever keeps it; servers may make a new one each time."""
        return self._refresh

    def _buy(self) -> None:
        if self._keeper is None:
            self._buy_alone()
            return
        with self._keeper.alone():
            kept = self._keeper.newest()
            if kept and kept not in (self._refresh, self._refused):
                self._refresh, self._refusal = kept, None
                self._refresh_until = float("inf")
            self._buy_alone()
            if self._refresh != kept:
                self._keeper.keep(self._refresh)

    def _buy_alone(self) -> None:
        if self._refusal is not None:
            raise self._refusal
        if self._refresh and self._now() < self._refresh_until:
            try:
                self._keep(self._ask("refresh_token", refresh_token=self._refresh))
                return
            except AuthError as error:  # the session ended early: log in afresh
                self._refused, self._refresh = self._refresh, ""
                if "password" not in self._secrets:
                    self._refusal = _ended(error, self._http.title)
                    raise self._refusal from error
        try:
            self._keep(self._ask("password", **self._password()))
        except AuthError as error:
            self._refusal = error
            raise

    def _password(self) -> dict[str, str]:
        """What the password grant wants; a one-time code is good for one login only."""
        code = self._secrets.get("totp")
        if code == "":
            raise AuthError(
                f"{self._http.title} wants a new one-time code: log in again.",
                provider=self._http.title,
            )
        if code:
            self._secrets["totp"] = ""
        wanted = {name: self._secrets.get(name, "") for name in ("username", "password")}
        return {**wanted, "totp": code} if code else wanted

    def _ask(self, grant: str, **form: str) -> Mapping[str, Any]:
        client = {
            n: self._secrets[n] for n in ("client_id", "client_secret") if self._secrets.get(n)
        }
        form = {**client, "grant_type": grant, **form}
        return ask_token(self._http, HttpRequest("POST", self._endpoint, data=form, login=False))

    def _keep(self, answer: Mapping[str, Any]) -> None:
        self._access = answer["access_token"]
        self._refresh = str(answer.get("refresh_token") or self._refresh)
        self._renew_at = self._now() + 0.8 * _seconds(answer.get("expires_in"), 300)
        self.lives = _seconds(answer.get("expires_in"), 0) or None
        lives = _seconds(
            answer.get("refresh_expires_in"), 0
        )  # Keycloak alone says it; 0 is for ever
        self._refresh_until = self._now() + lives - 30 if lives else float("inf")
        self.session_lives = lives or None


class ClientAuth(BearerAuth):
    """A token for a client, bought anew when it ends; nobody's password is known."""

    def _ask(self, grant: str, **form: str) -> Mapping[str, Any]:
        return super()._ask("client_credentials")


class JsonTokenAuth(BearerAuth):
    """A token for user name and password, bought anew when it ends."""

    expired = frozenset({401, 403})

    def __init__(self, endpoints: tuple[str, ...], secrets: Secrets, http: Http) -> None:
        super().__init__(endpoints[0], "", secrets, http)
        self._endpoints = endpoints

    def _ask(self, grant: str, **form: str) -> Mapping[str, Any]:
        told = {
            n: self._secrets[n] for n in ("username", "password", "origin") if n in self._secrets
        }
        *first, last = (HttpRequest("POST", e, json=told, login=False) for e in self._endpoints)
        for request in first:
            try:
                return self._without_refresh(ask_token(self._http, request))
            except ProductUnavailable:
                continue
        return self._without_refresh(ask_token(self._http, last))

    @staticmethod
    def _without_refresh(answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """Its refresh token wants an address of its own; a new login costs no more."""
        return {name: value for name, value in answer.items() if name != "refresh_token"}


_SESSIONS: weakref.WeakValueDictionary[Any, BearerAuth] = weakref.WeakValueDictionary()
_OPENING = threading.Lock()


def ask_token(http: Http, request: HttpRequest) -> Mapping[str, Any]:
    """A token endpoint's answer; AuthError when it refuses, whatever the status it does so with."""
    try:
        answer = http.json(request)
    except QueryError as error:  # RFC 6749 says 400 for a wrong password, Keycloak 401
        raise AuthError(
            str(error), provider=error.provider, status=error.status, code=error.code
        ) from error
    if not isinstance(answer, Mapping) or not isinstance(answer.get("access_token"), str):
        raise AuthError(f"{http.title} gave no access token{_why(answer)}.", provider=http.title)
    return answer


def _ended(error: AuthError, title: str) -> AuthError:
    """A refresh token that is taken no more, in words."""
    return AuthError(
        f"The login at {title} has ended or was withdrawn: log in again.",
        provider=title,
        code=error.code,
    )


def _why(answer: Any) -> str:
    """What a refusal with status 200 says."""
    said = (
        answer.get("error_description") or answer.get("error")
        if isinstance(answer, Mapping)
        else ""
    )
    return f": {said}"[:200] if isinstance(said, str) and said else ""


def _seconds(said: Any, otherwise: float) -> float:
    try:
        return max(0.0, float(said))
    except (TypeError, ValueError):
        return otherwise


# --- logging in with the browser (RFC 8628) -----------------------------------------------------

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True)
class DeviceLogin:
    """What to show: ``code`` is to be typed at ``page``, or stands in ``link`` already."""

    code: str
    page: str
    link: str
    device_code: str
    interval: float
    lives: float


def start_device(way: OpenId, http: Http) -> DeviceLogin:
    """Begins a login in the browser. Raises PortalError."""
    form = {"client_id": way.client_id, "scope": "openid offline_access"}
    answer = http.json(HttpRequest("POST", way.device, data=form, login=False))
    try:
        return DeviceLogin(
            code=answer["user_code"],
            page=answer["verification_uri"],
            link=answer.get("verification_uri_complete") or answer["verification_uri"],
            device_code=answer["device_code"],
            interval=_seconds(answer.get("interval"), 5),
            lives=_seconds(answer.get("expires_in"), 600),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise AuthError(
            f"{http.title} did not begin a login in the browser.", provider=http.title
        ) from error


def wait_device(
    way: OpenId, login: DeviceLogin, http: Http, cancelled: Cancel = never
) -> dict[str, str]:
    """Waits until the person has agreed in the browser; the secrets to keep.

    Raises AuthError when they refuse or the code ends, Cancelled when asked to stop.
    """
    form = {
        "client_id": way.client_id,
        "grant_type": DEVICE_GRANT,
        "device_code": login.device_code,
    }
    pause, waited = login.interval, 0.0
    while waited <= login.lives:
        http.wait(pause, cancelled)
        waited += pause
        try:
            answer = ask_token(http, HttpRequest("POST", way.endpoint, data=form, login=False))
        except AuthError as error:
            if error.code not in ("authorization_pending", "slow_down"):
                raise
            pause += 5 if error.code == "slow_down" else 0
            continue
        if not answer.get("refresh_token"):
            raise AuthError(f"{http.title} gave no login that lasts.", provider=http.title)
        return {"refresh_token": str(answer["refresh_token"])}
    raise AuthError(f"The code for {http.title} ended before it was used.", provider=http.title)
