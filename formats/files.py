"""The files of a folder or of an archive, by name, without unpacking anything.

GDAL reads inside of archives by names of its own. The path of the archive stands in braces, so
that it may end in anything: ``/vsizip/{/data/X (1).zip}/X.SAFE/MTD_MSIL2A.xml``.
"""

from __future__ import annotations

import os
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Union

from ..core import archive, markup
from ..core.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator

Source = Union[str, Path]
"""A file of the disk, or GDAL's name of a file inside of an archive or behind a link."""

ARCHIVES = {".zip": "vsizip", ".tar": "vsitar", ".tgz": "vsitar", ".gz": "vsitar"}


BROKEN = (*archive.BROKEN, tarfile.TarError)


@dataclass(frozen=True)
class Tree:
    """``names`` are relative to ``place``, which is a folder or an archive; sorted, with ``/``."""

    place: Path
    names: tuple[str, ...]

    def source(self, name: str) -> Source:
        """What GDAL opens."""
        if self.place.is_dir():
            return self.place / name
        return f"/{ARCHIVES[self.place.suffix.lower()]}/{{{self.place.as_posix()}}}/{name}"

    def read(self, name: str) -> bytes:
        """The content of a small file; UnreadableFile when it is damaged or far too large."""
        try:
            content = self._read(name)
        except BROKEN as error:
            raise UnreadableFile(f"{name} in {self.place.name} is damaged.") from error
        if len(content) > markup.MOST_BYTES:
            raise UnreadableFile(f"{name} in {self.place.name} is damaged.")
        return content

    def xml(self, name: str) -> markup.Element:
        try:
            return markup.parse(self.read(name))
        except ValueError as error:
            raise UnreadableFile(f"{name} in {self.place.name} is damaged.") from error

    def under(self, folder: str) -> list[str]:
        """The names below a folder of the tree ('' is all of it)."""
        return [name for name in self.names if name.startswith(f"{folder}/" if folder else "")]

    def home(self, folder: str) -> Path:
        """Where what is made of a product goes: beside it, never into it."""
        product = self.place / folder if self.place.is_dir() else self.place
        return product.parent

    def _read(self, name: str) -> bytes:
        most = markup.MOST_BYTES + 1
        if self.place.is_dir():
            with (self.place / name).open("rb") as file:
                return file.read(most)
        if self.place.suffix.lower() == ".zip":
            with zipfile.ZipFile(self.place) as pack, pack.open(name) as file:
                return file.read(most)
        with tarfile.open(self.place) as pack:
            member = pack.extractfile(name)
            return member.read(most) if member else b""


def is_archive(path: Path) -> bool:
    """``.gz`` alone is one compressed file, ``.tar.gz`` an archive."""
    return path.suffix.lower() in ARCHIVES and (
        path.suffix.lower() != ".gz" or path.stem.lower().endswith(".tar")
    )


def tree(place: Path) -> Tree:
    """What lies in a folder or an archive; UnreadableFile for a damaged archive."""
    place = place.absolute()
    try:
        return Tree(place, tuple(sorted(_names(place))))
    except BROKEN as error:
        raise UnreadableFile(
            f"{place.name} is damaged or is not an image that GDAL reads."
        ) from error


def _names(place: Path) -> Iterator[str]:
    if place.is_dir():
        for folder, _, files in os.walk(place):
            yield from (Path(folder, file).relative_to(place).as_posix() for file in files)
    elif place.suffix.lower() == ".zip":
        with zipfile.ZipFile(place) as pack:
            yield from (name for name in pack.namelist() if not name.endswith("/"))
    else:
        with tarfile.open(place) as pack:
            yield from (member.name for member in pack if member.isfile())


def every(element: markup.Element, name: str) -> Iterator[markup.Element]:
    """The elements of this name at any depth, in their order."""
    for child in element.children:
        if child.name == name:
            yield child
        yield from every(child, name)


def said(element: markup.Element, *names: str) -> str:
    """What the first element of one of these names says, at any depth; '' when there is none."""
    found = (told.text.strip() for name in names for told in every(element, name))
    return next(found, "")
