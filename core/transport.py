"""HttpRequest and Http: the only module that opens a connection.

QGIS's proxy, certificates, time-out and user agent arrive as `NetworkSettings`; requests' own
reading of the environment is off. Redirects are followed here by hand, so that a login never
travels to a host it was not meant for (CVE-2018-18074 shows what happens otherwise).
"""

from __future__ import annotations

import json
import re
import secrets
import socket
import threading
import time
from collections import deque
from concurrent import futures
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Callable, Optional, Union
from urllib.parse import urljoin, urlsplit

import requests
from requests.exceptions import InvalidHeader, ProxyError, SSLError

from . import decoding
from .discretion import bare, cause, hidden
from .errors import (
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests.adapters import BaseAdapter
    from requests.auth import AuthBase

Cancel = Callable[[], bool]

STATUS_ERRORS: dict[int, type[PortalError]] = {
    400: QueryError,
    401: AuthError,
    403: TermsNotAccepted,
    404: ProductUnavailable,
    405: ResponseError,
    407: NetworkError,
    408: NetworkError,
    410: ProductUnavailable,
    413: QueryError,
    414: QueryError,
    416: ResponseError,
    422: QueryError,
    429: RateLimited,
}
"""HTTP status to error; other 4xx are a QueryError, 5xx a ServiceError."""

SAID_IN = (
    "ErrorDetail",
    "ErrorMessage",
    "description",
    "message",
    "msg",
    "detail",
    "error_description",
    "error",
    "title",
    "value",
)
"""Where the JSON of an error keeps its sentence, the most telling first."""

TROUBLES: tuple[tuple[Any, type[PortalError], str], ...] = (
    (requests.Timeout, NetworkError, "{title} did not answer within {seconds:g} s."),
    (ProxyError, NetworkError, "The proxy did not let us through to {title}."),
    (SSLError, NetworkError, "The certificate of {title} is not trusted."),
    (
        (InvalidHeader, UnicodeError),
        AuthError,
        "The login for {title} has characters that cannot be sent.",
    ),
    (
        (ValueError, OverflowError),
        ResponseError,
        "{title} has an address that cannot be asked: {url}",
    ),
    (Exception, NetworkError, "{title} is not reachable."),
)
"""What `requests` raises, our error for it and its sentence; the first that fits."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
LOGIN_HEADERS = frozenset({"authorization", "cookie", "x-api-key", "proxy-authorization"})
EXPIRED = frozenset({401})
HOLDING = frozenset({429, 503})  # their Retry-After is meant for everybody who asks
MOST_REDIRECTS = 10
MOST_BYTES = 200 * 1024 * 1024
CHUNK = 64 * 1024  # what a broken line may cost: urllib3 2 drops the piece that it had begun
TRIES = 3
LONGEST_WAIT = 60.0
LONGEST_HOLD = 3600.0  # then it is asked once more, whatever it had said
MINUTE = 60.0
POLL = 0.1  # seconds between two looks at the cancel button
PORTS = {"http": 80, "https": 443}


def never() -> bool:
    """Nobody cancels."""
    return False


@dataclass(frozen=True)
class HttpRequest:
    """One request as a value; ``login`` says whether the portal's login belongs to it."""

    method: str
    url: str
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    data: Optional[Mapping[str, str]] = None
    headers: Mapping[str, str] = field(default_factory=dict)
    login: bool = True

    def __repr__(self) -> str:
        return f"HttpRequest({self.method} {bare(self.url)})"


@dataclass(frozen=True)
class NetworkSettings:
    """How this computer reaches the world; QGIS's settings, or these defaults.

    ``proxies`` gives requests' proxy mapping for a URL, ``verify`` is True or the path of a
    certificate bundle, ``timeout`` is in seconds and counts the silence, not the whole answer.
    """

    proxies: Callable[[str], Mapping[str, str]] = lambda url: {}
    verify: Union[bool, str] = True
    timeout: float = 60.0
    user_agent: str = "SentinelPortals"


class Pace:
    """How fast one portal may be asked, for all threads that ask it.

    ``per_minute`` requests and no more (0: any number), and none at a host that told one of the
    threads to wait, until that is over.
    """

    def __init__(self, per_minute: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._sent: deque[float] = deque(maxlen=per_minute)
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def turn(self, host: str) -> float:
        """Seconds to wait for one's turn; 0.0 when it is there, and then it is taken."""
        with self._lock:
            now = self._clock()
            left = self._until.get(host, now) - now
            if self._per_minute and len(self._sent) == self._per_minute:
                left = max(left, self._sent[0] + MINUTE - now)
            if left > 0:
                return left
            self._sent.append(now)
            return 0.0

    def hold(self, host: str, seconds: float) -> None:
        """Nobody asks this host for so long."""
        with self._lock:
            until = self._clock() + min(seconds, LONGEST_HOLD)
            self._until[host] = max(until, self._until.get(host, until))


class Http:
    """Sends requests for one portal and turns what can go wrong into our errors.

    Safe to share between threads: each thread gets a session of its own. ``hosts`` are the
    patterns (``*.dataspace.copernicus.eu``) of hosts besides the first that may see the login.
    ``corrected`` is `Provider.corrected`. ``certificate`` is a file of certificates that counts,
    in place of the usual authorities, for the host of ``home`` and for no other. ``retry_unit`` is
    what one unit of Retry-After is in seconds, ``pace`` is shared by all who ask the portal.
    """

    def __init__(
        self,
        title: str = "",
        *,
        settings: Optional[NetworkSettings] = None,
        auth: Optional[AuthBase] = None,
        hosts: tuple[str, ...] = (),
        adapters: Optional[Mapping[str, BaseAdapter]] = None,
        corrected: Callable[[PortalError], PortalError] = lambda error: error,
        home: str = "",
        certificate: str = "",
        retry_unit: float = 1.0,
        pace: Optional[Pace] = None,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self.title = title
        self.settings = settings or NetworkSettings()
        self.auth = auth
        self.hosts = hosts
        self._adapters = dict(adapters or {})
        self._corrected = corrected
        self._home = home
        self._certificate = certificate
        self._retry_unit = retry_unit
        self._pace = pace or Pace()
        self._sleep = sleep
        self._now = now
        self._local = threading.local()

    def with_auth(self, auth: Optional[AuthBase]) -> Http:
        """The same way to the same portal with another login."""
        return Http(
            self.title,
            settings=self.settings,
            auth=auth,
            hosts=self.hosts,
            adapters=self._adapters,
            corrected=self._corrected,
            home=self._home,
            certificate=self._certificate,
            retry_unit=self._retry_unit,
            pace=self._pace,
            sleep=self._sleep,
            now=self._now,
        )

    def json(self, request: HttpRequest, cancelled: Cancel = never) -> Any:
        """The answer's JSON; raises what `decoded` raises."""
        return self.decoded(request, read_json, cancelled)

    def decoded(
        self, request: HttpRequest, decode: Callable[[bytes], Any], cancelled: Cancel = never
    ) -> Any:
        """The answer as ``decode`` reads it, which says ValueError to what it cannot read.

        Raises ResponseError for a web page, a half answer or more than 200 MB, Cancelled when
        asked to stop (within a moment, even while a portal is silent), and what `open` raises.
        """
        headers = {"Accept": "application/geo+json, application/json;q=0.9", **request.headers}
        content = self.read(replace(request, headers=headers), cancelled)
        try:
            with decoding.TURN:
                return decode(content)
        except (ValueError, RecursionError) as error:
            raise ResponseError(
                f"{self.title} {_unread(content, error)}",
                provider=self.title,
                url=bare(request.url),
            ) from error

    def read(self, request: HttpRequest, cancelled: Cancel = never) -> bytes:
        """The answer's bytes, at most 200 MB; tries again where that is sensible."""
        attempt = 1
        while True:
            try:
                return self._read_once(request, cancelled)
            except PortalError as error:
                pause = error.retry_after if error.retry_after is not None else 2.0 ** (attempt - 1)
                if not error.retry or attempt == TRIES or pause > LONGEST_WAIT:
                    raise
            self.wait(pause + secrets.randbelow(250) / 1000, cancelled)
            attempt += 1

    def wait(self, seconds: float, cancelled: Cancel = never) -> None:
        """Sleeps in small pieces; Cancelled as soon as the user asks."""
        left = seconds
        while left > 0:
            self.check(cancelled)
            self._sleep(min(0.1, left))
            left -= 0.1
        self.check(cancelled)

    def _take_turn(self, url: str, cancelled: Cancel) -> None:
        """Waits until the portal may be asked; RateLimited when that is too long to wait."""
        host = place(url)[1]
        left = self._pace.turn(host)
        while left:
            if left > LONGEST_WAIT:
                raise RateLimited(
                    f"{self.title} asked us to wait.",
                    provider=self.title,
                    url=bare(url),
                    retry_after=left,
                )
            self.wait(left, cancelled)
            left = self._pace.turn(host)

    @contextmanager
    def heeding(self, cancelled: Cancel) -> Iterator[None]:
        """Whatever this thread asks meanwhile ends as soon as ``cancelled`` says so."""
        before = self._local.__dict__.get("cancelled", never)
        self._local.cancelled = cancelled
        try:
            yield
        finally:
            self._local.cancelled = before

    def _button(self, cancelled: Cancel) -> Cancel:
        """The caller's own cancel button, else that of its thread."""
        known: Cancel = self._local.__dict__.get("cancelled", never)
        return known if cancelled is never else cancelled

    def check(self, cancelled: Cancel) -> None:
        if self._button(cancelled)():
            raise Cancelled(f"The request to {self.title} was cancelled.", provider=self.title)

    @contextmanager
    def open(self, request: HttpRequest, cancelled: Cancel = never) -> Iterator[requests.Response]:
        """The answer with its body still to be read; closed at the end of the block.

        Redirects are followed, an expired login is renewed once, an error status is raised as
        the error of `STATUS_ERRORS`.
        """
        cancelled = self._button(cancelled)
        self.check(cancelled)
        response = self._follow(request, cancelled)
        expired = response.status_code in getattr(self.auth, "expired", EXPIRED)
        if expired and request.login and self._renew():
            response.close()
            response = self._follow(request, cancelled)
        try:
            if response.status_code >= 400:
                raise self._status_error(response, request)
            with _hung_up(response, cancelled):
                yield response
        finally:
            response.close()

    def chunks(self, response: requests.Response, cancelled: Cancel = never) -> Iterator[bytes]:
        """The body piece by piece; NetworkError when it breaks off."""
        pieces = response.iter_content(CHUNK)
        while True:
            try:
                chunk = next(pieces, b"")
            except (requests.RequestException, OSError) as error:
                trouble = self._broke_off(response)
                trouble.__cause__ = cause(error)
            else:
                self.check(cancelled)
                if not chunk:
                    return
                yield chunk
                continue
            self.check(cancelled)
            raise trouble

    def _broke_off(self, response: requests.Response) -> NetworkError:
        sentence = f"The connection to {self.title} broke off."
        return NetworkError(sentence, provider=self.title, url=bare(response.url))

    def _read_once(self, request: HttpRequest, cancelled: Cancel) -> bytes:
        with self.open(request, cancelled) as response:
            body = bytearray()
            for chunk in self.chunks(response, cancelled):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise ResponseError(
                        f"{self.title} sent more than {MOST_BYTES >> 20} MB for one answer.",
                        provider=self.title,
                        url=bare(request.url),
                    )
            if len(body) < _promised(response):
                raise self._broke_off(response)
            return bytes(body)

    def _follow(self, request: HttpRequest, cancelled: Cancel) -> requests.Response:
        hop, origin = request, request.url
        for _ in range(MOST_REDIRECTS):
            response = self._sent(hop, cancelled)
            location = response.headers.get("Location")
            if response.status_code not in REDIRECTS or not location:
                return response
            response.close()
            hop = self._redirected(hop, response, self._target(hop.url, location), origin)
        raise ResponseError(
            f"{self.title} redirects in a circle.", provider=self.title, url=bare(request.url)
        )

    def _redirected(
        self, hop: HttpRequest, response: requests.Response, url: str, origin: str
    ) -> HttpRequest:
        trusted = self.trusts(url, origin)
        headers = {
            k: v for k, v in hop.headers.items() if trusted or k.lower() not in LOGIN_HEADERS
        }
        keep_body = response.status_code in (307, 308) or hop.method == "GET"
        return HttpRequest(
            method=hop.method if keep_body else "GET",
            url=url,
            json=hop.json if keep_body and trusted else None,
            data=hop.data if keep_body and trusted else None,
            headers=headers,
            login=hop.login and trusted,
        )

    def _target(self, here: str, location: str) -> str:
        """Where a redirect leads; ResponseError when that is nowhere on the web."""
        try:
            url = urljoin(here, location.encode("latin-1").decode("utf-8", "replace"))
        except ValueError:
            url = location
        scheme, host, _ = place(url)
        if scheme not in PORTS or not host:
            raise ResponseError(
                f"{self.title} leads to an address that cannot be asked: {bare(url)}",
                provider=self.title,
                url=bare(here),
            )
        return url

    def trusts(self, url: str, origin: str) -> bool:
        """May the login for ``origin`` go to ``url``? The same host, or a named one by TLS."""
        scheme, host, port = place(url)
        if not host:
            return False
        named = any(fnmatchcase(host, pattern) for pattern in self.hosts)
        at_home = (scheme, host, port) == place(origin)
        return at_home or (named and (scheme, port) == ("https", 443))

    def _sent(self, request: HttpRequest, cancelled: Cancel) -> requests.Response:
        """The head of the answer, or Cancelled; a silent portal does not hold up the button."""
        self._take_turn(request.url, cancelled)
        if cancelled is never:
            return self._send(self._session(), request)
        session = self._session()
        answer: futures.Future[requests.Response] = futures.Future()

        def ask() -> None:
            try:
                answer.set_result(self._send(session, request))
            except BaseException as error:
                answer.set_exception(error)

        threading.Thread(target=ask, name=f"ask {self.title}", daemon=True).start()
        while not futures.wait([answer], POLL).done:
            if cancelled():
                self._local.__dict__.pop("session", None)  # the hanging thread has it now
                answer.add_done_callback(lambda late: _drop(late, session))
                self.check(lambda: True)
        return answer.result()

    def _send(self, session: requests.Session, request: HttpRequest) -> requests.Response:
        headers = {"User-Agent": self.settings.user_agent, **request.headers}
        try:
            return session.request(
                request.method,
                request.url,
                params=dict(request.params) or None,
                json=request.json,
                data=request.data,
                headers=headers,
                auth=self.auth if request.login else None,
                proxies=dict(self.settings.proxies(request.url)),
                verify=self._verified_by(request.url),
                timeout=self.settings.timeout,
                stream=True,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError, ValueError, OverflowError) as error:
            trouble = self._trouble(error, request)
        raise trouble  # out here, so that no traceback shows what requests knows of the address

    def _verified_by(self, url: str) -> Union[bool, str]:
        """What vouches for a server: the usual authorities, at home the portal's certificate."""
        at_home = bool(self._certificate) and place(url) == place(self._home)
        return self._certificate if at_home else self.settings.verify

    def _trouble(self, error: Exception, request: HttpRequest) -> PortalError:
        if str(error).startswith("Invalid header"):  # http.client has no class for it
            error = InvalidHeader()
        kind, sentence = next((k, s) for types, k, s in TROUBLES if isinstance(error, types))
        url, seconds = bare(request.url), self.settings.timeout
        sentence = sentence.format(title=self.title, seconds=seconds, url=url)
        trouble = kind(sentence, provider=self.title, url=url)
        if isinstance(error, SSLError) and "EOF" not in str(error):  # EOF: the line broke off
            trouble.retry = False  # the certificate will be the same in a second
        if kind is not AuthError:  # its text repeats the login
            trouble.__cause__ = cause(error)
        return trouble

    def close(self) -> None:
        """Closes what this thread has open here; a later request opens it again."""
        session = self._local.__dict__.pop("session", None)
        if session is not None:
            session.close()

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = requests.Session()
            session.trust_env = False  # no .netrc, no proxy variables: QGIS's settings count
            for prefix, adapter in self._adapters.items():
                session.mount(prefix, adapter)
            self._local.session = session
        session_: requests.Session = self._local.session
        return session_

    def _renew(self) -> bool:
        renew = getattr(self.auth, "renew", None)
        return bool(renew and renew())

    def _status_error(self, response: requests.Response, request: HttpRequest) -> PortalError:
        status = response.status_code
        default = ServiceError if status >= 500 else QueryError
        kind = STATUS_ERRORS.get(status, default)
        said, code = _said(response)
        said = hidden(said, response.request) if response.request else said
        pause = retry_after(response.headers, self._now(), self._retry_unit)
        if pause is not None and status in HOLDING:
            self._pace.hold(place(response.url)[1], pause)
        return self._corrected(
            kind(
                f"{self.title} answered {status}{': ' + said if said else '.'}",
                provider=self.title,
                url=bare(request.url),
                status=status,
                retry_after=pause,
                code=code,
            )
        )


def retry_after(headers: Mapping[str, str], now: datetime, unit: float = 1.0) -> Optional[float]:
    """Seconds to wait as the portal says, from Retry-After's number or date (RFC 9110, 10.2.3).

    The number is of seconds; ``unit`` is 0.001 for a portal that means milliseconds. WEkEO says
    X-Quota-Reset instead, when nothing remains: the moment in milliseconds since 1970.
    """
    said = headers.get("Retry-After")
    if not said:
        reset, remaining = (headers.get(f"X-Quota-{name}", "") for name in ("Reset", "Remaining"))
        spent = remaining == "0" and reset.isdecimal()
        return max(0.0, float(reset) / 1000 - now.timestamp()) if spent else None
    if said.strip().isdecimal():
        return float(said) * unit
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - now).total_seconds())


def read_json(content: bytes, made: Optional[decoding.Makers] = None) -> Any:
    """JSON is UTF-8, but one letter in an old encoding must not cost a page. Raises ValueError."""
    try:
        return decoding.loads(content, made)
    except UnicodeDecodeError:
        return decoding.loads(content.decode("latin-1"), made)


def place(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address, the host '' where two readers could disagree on it.

    urllib reads ``https://a.test\\.b.test/`` as a host of b.test, urllib3 asks a.test.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", "", 0
    plain = not re.search(r"[\\\s\x00-\x20]", url)
    host = parts.hostname or ""
    return parts.scheme, host if plain and re.fullmatch(r"[\w.:-]+", host) else "", port


def _promised(response: requests.Response) -> int:
    """The bytes that were announced, 0 where they cannot be compared."""
    length = response.headers.get("Content-Length", "")
    packed = response.headers.get("Content-Encoding")
    return int(length) if length.isdecimal() and not packed else 0


def _drop(late: futures.Future[requests.Response], session: requests.Session) -> None:
    """Nobody waits for this answer any more."""
    if not late.exception():
        late.result().close()
    session.close()


@contextmanager
def _hung_up(response: requests.Response, cancelled: Cancel) -> Iterator[None]:
    """Hangs up as soon as the user cancels, so that reading ends though the portal is silent."""
    if cancelled is never:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(POLL):
            if cancelled():
                _hang_up(response)
                return

    threading.Thread(target=watch, name="watch the cancel button", daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _hang_up(response: requests.Response) -> None:
    # Another thread is reading: closing would wait for it, shutting down wakes it.
    with suppress(AttributeError, OSError, ValueError):
        line = socket.fromfd(response.raw.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        with line:
            line.shutdown(socket.SHUT_RDWR)


def _said(response: requests.Response) -> tuple[str, str]:
    """One line of what the portal said about its error, and its code; '' where it said nothing."""
    told = response.headers.get("cause-message", "")  # DHuS: the body is a web page, or nothing
    if told:
        return _line(told), ""
    try:
        text = next(response.iter_content(4096), b"").decode("utf-8", "replace")
    except (requests.RequestException, OSError):
        return "", ""
    if text.lstrip().startswith("<"):
        return "", ""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return ("" if text.lstrip()[:1] in "{[" else _line(text)), ""
    return _line(_sentence(body)), _code(body)


def _code(body: Any) -> str:
    """The one word for what happened: ``code`` in many APIs, ``error`` in OAuth."""
    words = [body.get("code"), body.get("error")] if isinstance(body, dict) else []
    return next((w for w in words if isinstance(w, str) and re.fullmatch(r"[\w.-]+", w)), "")


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:200]


def _sentence(body: Any) -> str:
    while isinstance(body, (dict, list)):
        if isinstance(body, list):
            body = body[0] if body else ""
            continue
        body = next((body[k] for k in SAID_IN if body.get(k)), "")
    return str(body)


def _unread(content: bytes, error: Exception) -> str:
    start = content[:200].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "answered with a web page instead of data."
    if start[:1] in (b"{", b"["):
        return "sent only part of an answer."
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError)):
        return "sent an answer that is not JSON."
    return "sent an answer that cannot be read."
