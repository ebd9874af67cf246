"""A portal's file as an address on this computer, for a reader that speaks HTTP itself.

The reader (GDAL) asks us and we ask the portal: proxy, certificates, login, redirects, fresh
tokens and the cancel button are those of every other request, and nothing secret is handed on.
One request at a time goes to the portal.
"""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, Callable, Optional
from urllib.parse import quote

from .errors import (
    AuthError,
    IncompleteTransfer,
    SentinelPortalsError,
    unexpected,
)
from .ranges import NoRanges, strong
from .transport import LONGEST_WAIT, TRIES, Cancel, HttpRequest, never

if TYPE_CHECKING:
    from types import TracebackType

    from .model import Asset
    from .provider import Provider

MOST = 200 << 20  # bytes of one piece
FIRST = 16 << 10  # bytes that GDAL reads first


class Lending:
    """``heard`` is told of every bit of bytes; ``error`` is why nothing more comes.

    Ends with the ``with`` that it begins with.
    """

    def __init__(
        self,
        provider: Provider,
        cancelled: Cancel = never,
        heard: Callable[[int], None] = lambda count: None,
    ) -> None:
        self.provider, self.fetched = provider, 0
        self.error: Optional[Exception] = None
        self._cancelled, self._heard = cancelled, heard
        self._lent: dict[str, _Lent] = {}
        self._word = secrets.token_urlsafe(16)  # nobody else on this computer knows it
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._serve, name="lending", daemon=True)

    def __enter__(self) -> Lending:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def lend(self, asset: Asset, name: str) -> str:
        """The address of a file until the end."""
        path = f"/{self._word}/{len(self._lent)}/{quote(name)}"
        self._lent[path] = _Lent(asset)
        self.error = None
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def size(self, path: str) -> Optional[int]:
        """The bytes of a file; None when there is none, and ``error`` says why."""
        lent = self._lent.get(path)
        if lent is not None and not lent.size:
            self.piece(path, f"bytes=0-{FIRST - 1}")
        return lent.size if lent and not self.error else None

    def piece(self, path: str, wanted: str) -> Optional[tuple[bytes, str]]:
        """The bytes and their Content-Range; None when there is nothing, and ``error`` says why."""
        lent, found = self._lent.get(path), re.fullmatch(r"bytes=(\d+)-(\d+)", wanted)
        if lent is None or found is None or self.error is not None:
            return None
        if wanted not in lent.kept:
            lent.kept = {wanted: self._piece(lent, int(found[1]), int(found[2]))}
        return lent.kept[wanted]

    def _piece(self, lent: _Lent, first: int, last: int) -> Optional[tuple[bytes, str]]:
        try:
            return self._patiently(lent, first, last)
        except (SentinelPortalsError, NoRanges) as error:
            self.error = error
        except Exception as error:  # in a thread of the server nobody would hear of it
            info = self.provider.info
            self.error = unexpected(error, info.title, info.id)
        return None

    def _serve(self) -> None:
        try:
            self._server.serve_forever(poll_interval=0.05)
        finally:
            self.provider.http.close()
            self.provider.files.close()

    def _patiently(self, lent: _Lent, first: int, last: int) -> tuple[bytes, str]:
        attempt = 1
        while True:
            try:
                return self._asked(lent, first, last)
            except AuthError:  # a signed link may have ended early
                if lent.renewed or not self.provider.renew(lent.asset):
                    raise
                lent.renewed, lent.request = True, None
                continue
            except SentinelPortalsError as error:
                pause = 2.0 ** (attempt - 1) if error.retry_after is None else error.retry_after
                if not error.retry or attempt == TRIES or pause > LONGEST_WAIT:
                    raise
            self.provider.files.wait(pause, self._cancelled)
            attempt += 1

    def _asked(self, lent: _Lent, first: int, last: int) -> tuple[bytes, str]:
        info, files = self.provider.info, self.provider.files
        lent.request = lent.request or self.provider.resolve(lent.asset)
        headers = {"Accept-Encoding": "identity", **lent.request.headers}
        headers["Range"] = f"bytes={first}-{last}"
        body = bytearray()
        with files.open(replace(lent.request, headers=headers), self._cancelled) as response:
            said = response.headers.get("Content-Range", "")
            told = re.match(r"bytes (\d+)-(\d+)/(\d+)$", said)
            if response.status_code != 206 or not told or int(told[1]) != first:
                raise NoRanges
            lent.same(response.headers.get("ETag", ""), int(told[3]), info.title, info.id)
            for chunk in files.chunks(response, self._cancelled):
                body += chunk
                self.fetched += len(chunk)
                self._heard(len(chunk))
                if len(body) > MOST:
                    raise NoRanges
        if len(body) != int(told[2]) - first + 1:
            raise IncompleteTransfer(
                f"{info.title} sent {len(body)} of {int(told[2]) - first + 1} bytes of "
                f"{lent.asset.key}.",
                provider=info.id,
            )
        lent.renewed = False
        return bytes(body), said


class _Lent:
    """One file, the last piece of it, and how to tell that it is still the same."""

    def __init__(self, asset: Asset) -> None:
        self.asset, self.renewed, self.size = asset, False, 0
        self.request: Optional[HttpRequest] = None
        self.kept: dict[str, Optional[tuple[bytes, str]]] = {}
        self._etag = ""

    def same(self, etag: str, size: int, title: str, provider: str) -> None:
        """Raises IncompleteTransfer for a file that changed since the first piece."""
        etag = etag if strong(etag) else ""
        known = self.size or size
        if size != known or (etag and self._etag and etag != self._etag):
            raise IncompleteTransfer(
                f"{title} has another {self.asset.key} than a moment ago.", provider=provider
            )
        self._etag, self.size = self._etag or etag, known


class _Server(HTTPServer):
    """One request after the other, so that one connection goes to the portal."""

    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The reader hung up."""


def _handler(lending: Lending) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10.0

        def log_message(self, *_: Any) -> None:
            """Silence."""

        def do_HEAD(self) -> None:
            size = lending.size(self.path)
            self.send_response(200 if size else 404)
            self.send_header("Content-Length", str(size or 0))
            self.send_header("Accept-Ranges", "bytes")
            self.end_headers()

        def do_GET(self) -> None:
            found = lending.piece(self.path, self.headers.get("Range", ""))
            self.send_response(206 if found else 404)
            content, place = found or (b"", "")
            self.send_header("Content-Length", str(len(content)))
            if place:
                self.send_header("Content-Range", place)
            self.end_headers()
            self.wfile.write(content)

    return Handler
