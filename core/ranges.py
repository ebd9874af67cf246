"""One large file in several pieces at the same time, where a portal gives each connection little.

The part file has its full size from the start; beside it, in place of the ETag, lies a journal of
what is really in it. The journal is written after the bytes are on the disk, so that after a power
cut it never promises too much. Whoever does not know it sees a part that cannot be resumed.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Optional

from .disk import check_room, storage
from .errors import Cancelled, IncompleteTransfer, SentinelPortalsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import requests

    from .provider import Provider
    from .transport import Cancel, HttpRequest

WORTH = 64 << 20  # bytes; below that one connection is as fast
FLUSH = 8 << 20  # bytes of a piece that a power cut may cost
TRIES = 3
LOOK = 1.0  # seconds between two looks for a free connection
WORD = "pieces: "  # begins a journal


class NoRanges(Exception):
    """The portal sends the whole file, whatever is asked."""


@dataclass
class Piece:
    """From ``start`` to before ``end``; ``at`` is what comes next, ``kept`` is on the disk."""

    start: int
    end: int
    at: int
    kept: int


class Lines:
    """The connections that a file may have beside its first: here so many, in a queue fewer."""

    def __init__(self, most: int) -> None:
        self._left = most - 1

    def more(self) -> bool:
        """One more, if there is one."""
        free = self._left > 0
        self._left -= free
        return free

    def less(self) -> None:
        """Gives one back."""
        self._left += 1


class Ranges:
    """One file on its way by several connections, as many as ``lines`` has free."""

    def __init__(
        self,
        provider: Provider,
        part: Path,
        journal: Path,
        size: int,
        known: str,
        request: HttpRequest,
        progress: Callable[[int, Optional[int]], None],
        lines: Lines,
    ) -> None:
        self._lines = lines
        self.provider, self.part, self.journal, self.size = provider, part, journal, size
        self._known, self._request, self._progress = known, request, progress
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._error: Optional[BaseException] = None
        self.etag, self.pieces = self._resumed()

    def done(self) -> int:
        return sum(piece.at - piece.start for piece in self.pieces)

    def fetch(self, cancelled: Cancel) -> None:
        """All of it, or an error with as much as came. Raises NoRanges for a portal without."""
        with storage(self.part):
            check_room(self.part.parent, self.size - self.done())
            with self.part.open("r+b" if self.part.exists() else "w+b") as out:
                out.truncate(self.size)
        self._progress(self.done(), self.size)
        left = deque(piece for piece in self.pieces if piece.at < piece.end)
        hands = [self._hand(left, cancelled)] if left else []
        while hands:
            if left and not self._stop.is_set() and self._lines.more():
                hands.append(self._hand(left, cancelled, self._lines.less))
                continue
            hands[0].join(LOOK)
            hands = [hand for hand in hands if hand.is_alive()]
        if self._error:
            raise self._error

    def _hand(
        self, left: deque[Piece], cancelled: Cancel, parting: Callable[[], None] = lambda: None
    ) -> threading.Thread:
        """A connection that fetches piece after piece."""

        def go() -> None:
            try:
                for piece in iter(partial(self._next, left), None):
                    self._go(piece, cancelled)
            finally:
                self.provider.files.close()
                parting()

        thread = threading.Thread(target=go, name="piece", daemon=True)
        thread.start()
        return thread

    def _next(self, left: deque[Piece]) -> Optional[Piece]:
        with self._lock:
            return left.popleft() if left and not self._stop.is_set() else None

    # --- the journal --------------------------------------------------------------------------

    def _resumed(self) -> tuple[str, list[Piece]]:
        """What an earlier visit left, if it is of the same file; else new pieces."""
        told = read(self.journal)
        if told and told["size"] == self.size and told["known"] == self._known:
            same = bool(told["etag"] or self._known)
            if same and self.part.exists() and self.part.stat().st_size == self.size:
                return told["etag"], [Piece(a, b, at, at) for a, b, at in told["pieces"]]
        count = self.provider.info.download.ranges
        edges = [self.size * n // count for n in range(count + 1)]
        return "", [Piece(a, b, a, a) for a, b in zip(edges, edges[1:])]

    def _note(self) -> None:
        told = {
            "size": self.size,
            "known": self._known,
            "etag": self.etag,
            "pieces": [(piece.start, piece.end, piece.kept) for piece in self.pieces],
        }
        new = self.journal.with_name(self.journal.name + ".part")
        new.write_text(WORD + json.dumps(told), encoding="utf-8")
        new.replace(self.journal)

    # --- one piece, in its thread -------------------------------------------------------------

    def _go(self, piece: Piece, cancelled: Cancel) -> None:
        def stopped() -> bool:
            return self._stop.is_set() or cancelled()

        try:
            self._patiently(piece, stopped)
        except BaseException as error:
            with self._lock:
                if self._error is None or isinstance(self._error, Cancelled):
                    self._error = error
            self._stop.set()

    def _patiently(self, piece: Piece, stopped: Cancel) -> None:
        stuck = 0
        while piece.at < piece.end:
            before = piece.at
            try:
                self._once(piece, stopped)
            except SentinelPortalsError as error:
                stuck = 0 if piece.at > before else stuck + 1
                if not error.retry or stuck == TRIES or error.retry_after:
                    raise
                self.provider.files.wait(2.0 ** max(0, stuck - 1), stopped)

    def _once(self, piece: Piece, stopped: Cancel) -> None:
        http, asked = self.provider.files, self._request
        headers = {"Accept-Encoding": "identity", **asked.headers}
        headers["Range"] = f"bytes={piece.at}-{piece.end - 1}"
        if self.etag:
            headers["If-Range"] = self.etag
        with http.open(replace(asked, headers=headers), stopped) as response:
            self._accept(response, piece)
            with storage(self.part), self.part.open("r+b") as out:
                out.seek(piece.at)
                try:
                    for chunk in http.chunks(response, stopped):
                        self._take(piece, out, chunk)
                finally:
                    self._keep(piece, out)
        if piece.at < piece.end:
            raise IncompleteTransfer(
                f"{self.provider.info.title} sent {piece.at - piece.start} of "
                f"{piece.end - piece.start} bytes of {self.part.stem}.",
                provider=self.provider.info.id,
            )

    def _accept(self, response: requests.Response, piece: Piece) -> None:
        """Is it the wanted piece of the same file?"""
        if response.status_code != 206:
            raise NoRanges
        said = response.headers.get("Content-Range", "")
        found = re.match(r"bytes (\d+)-(\d+)/(\d+|\*)", said)
        if not found or int(found[1]) != piece.at or found[3] not in ("*", str(self.size)):
            raise NoRanges
        etag = response.headers.get("ETag", "")
        with self._lock:
            if not self.etag and strong(etag):
                self.etag = etag
            if self.etag and strong(etag) and etag != self.etag:
                raise NoRanges
            if not (self.etag or self._known):  # nothing proves that all are of one file
                raise NoRanges

    def _take(self, piece: Piece, out: Any, chunk: bytes) -> None:
        chunk = chunk[: piece.end - piece.at]
        out.write(chunk)
        piece.at += len(chunk)
        with self._lock:
            self._progress(self.done(), self.size)
        if piece.at - piece.kept >= FLUSH:
            self._keep(piece, out)

    def _keep(self, piece: Piece, out: Any) -> None:
        """On the disk first, then in the journal."""
        out.flush()
        os.fsync(out.fileno())
        with self._lock:
            piece.kept = piece.at
            self._note()


def read(journal: Path) -> Optional[dict[str, Any]]:
    """What a journal says; None for anything else."""
    try:
        text = journal.read_text(encoding="utf-8")
        told = json.loads(text[len(WORD) :]) if text.startswith(WORD) else None
        pieces = [(int(a), int(b), int(at)) for a, b, at in told["pieces"]] if told else []
        if not told or any(not a <= at <= b for a, b, at in pieces):
            return None
        return {**told, "etag": str(told["etag"]), "known": str(told["known"]), "pieces": pieces}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def strong(tag: str) -> bool:
    """Is this an ETag that means the same bytes? DHuS leaves out its quotes."""
    return not tag.startswith("W/") and re.fullmatch(r"[\x21-\x7e]+", tag) is not None
