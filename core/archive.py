"""Zip archives as they come from a portal: are they whole, and do they mean well?

Nothing is unpacked here. A bad archive gives a sentence, whatever it is made of.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from .errors import ChecksumMismatch, UnreadableFile
from .transport import Cancel, never

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PIECE = 1 << 20
MOST_GROWTH = 100  # times; images shrink to a half, a file of zeros to a thousandth
FREE_GROWTH = 1 << 28  # bytes that nobody minds
BROKEN: tuple[type[Exception], ...] = (
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged archive can raise."""


def is_zip(path: Path) -> bool:
    """Does it begin as a zip archive does?"""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def check(path: Path, *, whole: bool, cancelled: Cancel = never, name: str = "") -> None:
    """Raises UnreadableFile for an archive that means harm, ChecksumMismatch for a damaged one.

    ``whole`` reads all of it and compares every file with its own checksum.
    """
    name = name or path.name
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            for harmful, why in HARMFUL:
                if harmful(entries):
                    raise UnreadableFile(f"{name} is no archive to be trusted: {why}.")
            for entry in entries if whole and not cancelled() else ():
                with archive.open(entry) as file:
                    while not cancelled() and file.read(PIECE):
                        pass
    except BROKEN as error:
        raise ChecksumMismatch(f"{name} is damaged: it is no whole zip archive.") from error


def _leads_out(entries: Sequence[zipfile.ZipInfo]) -> bool:
    return any(_is_outside(entry.orig_filename) for entry in entries)


def _is_outside(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/"))
    return parts.is_absolute() or ".." in parts.parts or ":" in name.partition("/")[0]


def _odd(entries: Sequence[zipfile.ZipInfo]) -> bool:
    return any(any(ord(c) < 32 for c in entry.orig_filename) for entry in entries)


def _links(entries: Sequence[zipfile.ZipInfo]) -> bool:
    return any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries)


def _bomb(entries: Sequence[zipfile.ZipInfo]) -> bool:
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    return unpacked > FREE_GROWTH + MOST_GROWTH * packed or _overlap(entries)


def _overlap(entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Files that share their bytes: a few kilobytes become petabytes."""
    places = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    return any(a + size > b for (a, size), (b, _) in zip(places, places[1:]))


def _locked(entries: Sequence[zipfile.ZipInfo]) -> bool:
    return any(entry.flag_bits & 1 for entry in entries)


HARMFUL: tuple[tuple[Callable[[Sequence[zipfile.ZipInfo]], bool], str], ...] = (
    (_leads_out, "a file in it would be written outside of its folder"),
    (_odd, "a file in it has a name that no file can have"),
    (_links, "a file in it is a link to somewhere else"),
    (_bomb, "it would grow without end"),
    (_locked, "it wants a password"),
)
"""What an archive may not do, and how it is told."""
