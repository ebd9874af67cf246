"""What a disk can do to us, told in sentences; and names that every system takes."""

from __future__ import annotations

import errno
import re
import shutil
from contextlib import contextmanager
from itertools import chain, count
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import requests

from .errors import DiskFull, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from .model import Asset

KEPT_FREE = 64 * 1024 * 1024  # bytes we leave on the disk
LONGEST_NAME = 120  # bytes of a name; file systems take 255, and paths have limits of their own
PARTS = (".part", ".part.etag")  # what is put behind a name while the file is on its way

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

SENTENCES = {
    errno.ENOSPC: "The disk is full: {folder} has no room for {name}.",
    errno.EDQUOT: "The disk quota is used up: {folder} has no room for {name}.",
    errno.EFBIG: "The disk takes no file as large as {name} in {folder}.",
    errno.EACCES: "The folder {folder} cannot be written to.",
    errno.EPERM: "The folder {folder} cannot be written to.",
    errno.EROFS: "The folder {folder} cannot be written to.",
    errno.EEXIST: "There is a file where the folder {folder} should be.",
    errno.ENOTDIR: "There is a file where the folder {folder} should be.",
    errno.ENAMETOOLONG: "The path {folder} is too long for this system.",
}


@contextmanager
def storage(path: Path) -> Iterator[None]:
    """Turns an OSError about ``path`` into a StorageError."""
    try:
        yield
    except requests.RequestException:  # an OSError, too, but none of the disk
        raise
    except OSError as error:
        other = f"{{name}} could not be written in {{folder}}: {error.strerror or error}."
        sentence = SENTENCES.get(error.errno or 0, other)
        kind = DiskFull if error.errno in FULL else StorageError
        raise kind(sentence.format(folder=path.parent, name=path.name)) from error


def make_folder(folder: Path) -> None:
    with storage(folder / "."):
        folder.mkdir(parents=True, exist_ok=True)


def check_room(folder: Path, wanted: int) -> None:
    """StorageError when so many bytes would not leave a little on the disk."""
    with storage(folder / "."):
        free = max(0, shutil.disk_usage(folder).free - KEPT_FREE)
    if wanted > free:
        if wanted < 1e9:
            raise DiskFull(
                f"The disk is too full: {wanted / 1e6:.1f} MB are wanted, "
                f"{free / 1e6:.1f} MB are free in {folder}."
            )
        raise DiskFull(
            f"The disk is too full: {wanted / 1e9:.2f} GB are wanted, "
            f"{free / 1e9:.2f} GB are free in {folder}."
        )


def safe(name: str) -> str:
    """A name that is one file name on every system, with no way out of its folder."""
    known = name.encode("utf-8", "replace").decode("utf-8")
    clean = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', "_", known).strip(" .")
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", clean):
        clean = "_" + clean
    return _short(clean) or "_"


def _short(name: str) -> str:
    """The name without its middle, when it is too long; the ending says what the file is."""
    if len(name.encode()) <= LONGEST_NAME:
        return name
    stem, _, ending = name.rpartition(".")
    ending = f".{ending}" if stem and len(ending.encode()) <= 8 else ""
    room = LONGEST_NAME - len(ending.encode())
    return name.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + ending


def file_name(asset: Asset) -> str:
    """What the file is called here: STAC's ``file:local_path``, else the end of its link."""
    told = str(asset.properties.get("file:local_path") or "")
    return safe(told or unquote(urlsplit(asset.href).path).rpartition("/")[2] or asset.key)


def file_names(assets: Sequence[Asset], reserved: Iterable[str] = ()) -> dict[str, str]:
    """A name for each asset by its key, no two alike nor in each other's way."""
    names: dict[str, str] = {}
    taken = {name.casefold() for name in reserved}
    for asset in assets:
        name = file_name(asset)
        numbered = (safe(f"{number}_{name}") for number in count(2))
        ways = chain([name, safe(f"{asset.key}_{name}")], numbered)
        name = next(way for way in ways if taken.isdisjoint(_claims(way)))
        taken |= _claims(name)
        names[asset.key] = name
    return names


def _claims(name: str) -> set[str]:
    return {(name + end).casefold() for end in ("", *PARTS)}
