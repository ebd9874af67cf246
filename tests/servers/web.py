"""A web server on this machine that answers, and misbehaves, as it is told.

with Web() as web:
    web.on("/search", Answer(503), Answer(json={"features": []}))  # one each time, the last stays
    web.on("/a.tif", File(b"..."))                                 # ranges, ETag, faults
    ...
    web.asked[0].headers["user-agent"]
"""

import gzip
import json
import socket
import struct
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional, Union
from urllib.parse import urlsplit


@dataclass
class Asked:
    """What a client wanted, header names in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """One answer and how it goes wrong.

    ``length`` is the Content-Length to claim, -1 for none; ``cut`` ends the body after so many
    bytes; ``reset`` ends the connection hard; ``hold`` is waited for before anything is sent,
    ``stall`` after the cut.
    """

    status: int = 200
    body: Union[bytes, Iterable[bytes]] = b""
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None
    length: Optional[int] = None
    chunked: bool = False
    cut: Optional[int] = None
    reset: bool = False
    hold: Optional[threading.Event] = None
    stall: Optional[threading.Event] = None

    def __call__(self, asked):
        return self


@dataclass
class File:
    """A file with byte ranges and an ETag; ``faults`` are used up one per request.

    A fault is a dictionary: ``drop`` N bytes then cut, ``reset``, ``whole`` (ignores Range),
    ``wrong`` (Content-Range off by one), ``corrupt``, ``stall`` Event, or any field of `Answer`.
    """

    content: bytes
    etag: str = '"one"'
    faults: list[dict[str, Any]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, asked):
        fault = dict(self.faults.pop(0)) if self.faults else {}
        content = self.content
        if fault.pop("corrupt", False):
            content = bytes([content[0] ^ 1]) + content[1:]
        headers = {"ETag": self.etag, "Accept-Ranges": "bytes"} if self.etag else {}
        headers = {**headers, **self.headers, **fault.pop("headers", {})}
        start = 0 if fault.pop("whole", False) else self._start(asked)
        if start and start >= len(content):
            return Answer(416, headers={"Content-Range": f"bytes */{len(content)}"})
        answer = Answer(headers=headers)
        if start:
            shown = start + (1 if fault.pop("wrong", False) else 0)
            answer.status = 206
            headers["Content-Range"] = f"bytes {shown}-{len(content) - 1}/{len(content)}"
        answer.body = content[start:]
        answer.cut = fault.pop("drop", None)
        if fault.pop("zip", False):
            answer.body = gzip.compress(answer.body)
            headers["Content-Encoding"] = "gzip"
        for name, value in fault.items():
            setattr(answer, name, value)
        return answer

    def _start(self, asked):
        wanted = asked.headers.get("range", "")
        same = asked.headers.get("if-range", self.etag) == self.etag
        return int(wanted[6:-1]) if wanted.startswith("bytes=") and same else 0


class Web:
    """The server; ``url`` spells it 127.0.0.1, ``other`` localhost."""

    def __init__(self):
        self.asked = []
        self._answers = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        port = self._server.server_address[1]
        self.url, self.other = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
        run = {"poll_interval": 0.01}
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs=run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def on(self, path, *answers):
        """What to say to this path; a callable gets the `Asked`. Returns the address."""
        self._answers[path] = list(answers)
        return self.url + path

    def next(self, asked):
        """The answer whose turn it is."""
        with self._lock:
            self.asked.append(asked)
            left = self._answers.get(asked.path) or self._answers.get("*")
            if left is None:
                return Answer(404)
            step = left.pop(0) if len(left) > 1 else left[0]
            return step(asked)


def _handler(web):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            """Silence."""

        def handle(self):
            try:
                super().handle()
            except OSError:  # the client went away
                self.close_connection = True

        def answer(self):
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            asked = Asked(self.command, parts.path, parts.query, headers, body)
            _send(self, web.next(asked))

        do_GET = do_POST = do_HEAD = answer  # noqa: N815

    return Handler


def _send(handler, answer):
    if answer.hold:
        answer.hold.wait(30)
    body, headers = answer.body, dict(answer.headers)
    if answer.json is not None:
        body = json.dumps(answer.json).encode()
        headers.setdefault("Content-Type", "application/json")
    if answer.status:
        handler.send_response(answer.status)
    plain = isinstance(body, bytes)
    length = answer.length if answer.length is not None else len(body) if plain else -1
    if answer.chunked:
        headers["Transfer-Encoding"] = "chunked"
    elif length >= 0:
        headers["Content-Length"] = str(length)
    whole = plain and length == len(body) and answer.cut is None
    if not (answer.chunked or whole):
        headers["Connection"] = "close"
        handler.close_connection = True
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    for piece in [body[: answer.cut]] if plain else body:
        if answer.chunked:
            piece = b"%x\r\n%s\r\n" % (len(piece), piece) if piece else b""
        handler.wfile.write(piece)
    if answer.chunked and answer.cut is None:
        handler.wfile.write(b"0\r\n\r\n")
    handler.wfile.flush()
    if answer.stall:
        answer.stall.wait(30)
    if answer.reset:
        linger = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.connection.close()
