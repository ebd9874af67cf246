"""What is on the disk already: an index of the folders that a person chose.

A product is recognised by the STAC item beside it, by its manifest or metadata, or by the name of
its archive.
It counts only where that can be proved without reading its images: every file has the size that
the item or the manifest tells, an archive ends as one should. The proof is looked at again whenever
somebody asks, so that what was deleted or cut meanwhile does not count.

Symbolic links are never followed.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
import tarfile
import time
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Callable, Optional

from . import archive, bands, markup, names
from .disk import make_folder
from .download import whole
from .errors import ChecksumMismatch, StorageError, UnreadableFile
from .jobs import window_mark
from .model import Geometry, Product, bounds, from_item, to_item
from .scene import Scenes, identity
from .transport import Cancel, never

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .model import Asset

VERSION = 1  # of the file's shape, `PRAGMA user_version`
PATIENCE = 10.0  # seconds to wait for another window that is writing
LARGEST_ITEM = 4 << 20  # bytes of a JSON file that may be a STAC item
AT_ONCE = 200  # folders written together
JUST_NOW = 3.0  # seconds: a folder changed so lately may change again under the same time
MANIFESTS = ("manifest.safe", "xfdumanifest.xml")
METADATA = re.compile(r".*_(MTD_ALL\.xml|MTL\.(txt|json|xml))")
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
SAME_TIME = 2 * 3600.0  # seconds: more than any two times of one acquisition are apart
DISK = "disk"
"""Stands for the portal of a product of which nobody says where it came from."""

ODD_FILE: tuple[type[Exception], ...] = (
    *archive.BROKEN,
    AttributeError,
    ChecksumMismatch,
    TypeError,
    UnreadableFile,
    tarfile.TarError,
)
"""What reading a file that is not what its name says can raise."""

SHAPE = """
CREATE TABLE IF NOT EXISTS folders (
    path TEXT PRIMARY KEY, parent TEXT NOT NULL, changed INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS products (
    path TEXT PRIMARY KEY, folder TEXT NOT NULL, kind TEXT NOT NULL, acquisition TEXT NOT NULL,
    begun REAL NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL,
    proved INTEGER NOT NULL, whole INTEGER NOT NULL,
    main TEXT NOT NULL, size INTEGER NOT NULL, changed INTEGER NOT NULL,
    proof TEXT NOT NULL, item TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS products_by_folder ON products (folder);
CREATE INDEX IF NOT EXISTS products_by_acquisition ON products (acquisition, begun);
CREATE INDEX IF NOT EXISTS products_by_id ON products (id);
CREATE INDEX IF NOT EXISTS products_by_title ON products (title);
"""
WRITE = "INSERT OR REPLACE INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
ASKED = """
SELECT path, folder, kind, whole, proof, item FROM products
    WHERE acquisition = ? AND begun BETWEEN ? AND ? AND proved
    ORDER BY whole DESC, kind = 'item' DESC, path
"""

DATASTRIP = re.compile(r"DATASTRIP/([^/]+_S\d{8}T\d{6})[^/]*/")

Mark = tuple[str, int, int]
"""A file as it was when it was looked at: its name below the folder, size, time of change."""

Progress = Callable[[int, str], None]
"""How many products were seen so far, and the folder that is looked at."""


@dataclass(frozen=True)
class Held:
    """A product on the disk; ``path`` is what to load it from.

    ``complete``: everything that was asked for is there. ``older`` is the baseline of one that
    was processed before what the portals offer, '' for one as new.
    """

    path: Path
    title: str
    complete: bool
    older: str = ""

    @property
    def enough(self) -> bool:
        """Need nothing be fetched?"""
        return self.complete and not self.older


@dataclass(frozen=True)
class Scan:
    """What a look at the folders gave; ``unreadable`` are those that could not be looked into."""

    products: int = 0
    unreadable: tuple[str, ...] = ()
    complete: bool = True


@dataclass
class _Found:
    """A product as it lies in a folder, of which all or the assets of ``product`` are proved.

    ``main`` is the file that tells what it is, ``marks`` are the files that prove it; ``claims``
    are files that speak for themselves no more.
    """

    path: Path
    folder: Path
    kind: str
    product: Product
    main: Mark
    whole: bool = False
    marks: Sequence[Mark] = ()
    claims: Sequence[str] = ()

    @property
    def proved(self) -> bool:
        return self.whole or bool(self.product.assets)


@dataclass(frozen=True)
class _Looked:
    """A folder as it is now; ``changed`` is 0 where that may not hold for long."""

    folder: Path
    changed: int
    below: Sequence[Path]
    found: Sequence[_Found]


@dataclass
class _Known:
    """What the index says of a folder: when it changed, and what is in it.

    ``mains`` are the main files of its products, None where one is not proved.
    """

    changed: int = 0
    folders: list[str] = field(default_factory=list)
    mains: list[Optional[Mark]] = field(default_factory=list)


class Holdings:
    """The index. One thread at a time; other processes may have it open, too. Raises StorageError.

    It can be made anew at any time, so a damaged file is thrown away.
    """

    def __init__(self, path: Path, *, now: Callable[[], float] = time.time) -> None:
        self.path, self._now = Path(path), now
        make_folder(self.path.parent)
        with self._told():
            try:
                self._line = self._open()
            except sqlite3.OperationalError:  # somebody else is writing, or the disk is full
                raise
            except sqlite3.DatabaseError:
                for ending in ("", "-wal", "-shm"):
                    Path(f"{self.path}{ending}").unlink(missing_ok=True)
                self._line = self._open()

    def __enter__(self) -> Holdings:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._line.close()

    # --- looking ------------------------------------------------------------------------------

    def scan(
        self,
        roots: Iterable[Path],
        cancelled: Cancel = never,
        progress: Progress = lambda count, folder: None,
        *,
        afresh: bool = False,
    ) -> Scan:
        """Looks at what changed below these folders, or ``afresh`` at everything.

        Folders that were left out this time are forgotten, those on a drive that is not there are
        kept. A scan that was cancelled keeps what it has found.
        """
        tops = _tops(roots)
        known = {} if afresh else self._known()
        walk = _Walk(known, self._now() - JUST_NOW, cancelled, progress)
        with self._told():
            batch: list[_Looked] = []
            for looked in walk.over(tops):
                batch.append(looked)
                if len(batch) >= AT_ONCE:
                    self._write(batch)
                    batch = []
            self._write(batch)
            if not cancelled():
                self._forget(walk.seen, [top for top in tops if not top.exists()])
        return Scan(walk.count, tuple(walk.unreadable), not cancelled())

    def _known(self) -> dict[str, _Known]:
        known: dict[str, _Known] = {}
        with self._told():
            for path, parent, changed in self._line.execute("SELECT * FROM folders"):
                known.setdefault(path, _Known()).changed = changed
                known.setdefault(parent, _Known()).folders.append(path)
            for folder, proved, *main in self._line.execute(
                "SELECT folder, proved, main, size, changed FROM products"
            ):
                known.setdefault(folder, _Known()).mains.append(
                    _told_mark(main) if proved else None
                )
        return known

    def _write(self, batch: Sequence[_Looked]) -> None:
        """The folders below are written too: whoever was cancelled goes on there."""
        with self._line:
            for looked in batch:
                folder = str(looked.folder)
                self._line.execute(
                    "INSERT OR REPLACE INTO folders VALUES (?, ?, ?)",
                    (folder, str(looked.folder.parent), looked.changed),
                )
                self._line.executemany(
                    "INSERT OR IGNORE INTO folders VALUES (?, ?, 0)",
                    [(str(below), folder) for below in looked.below],
                )
                self._line.execute("DELETE FROM products WHERE folder = ?", (folder,))
                self._line.executemany(WRITE, [_row(each) for each in looked.found])

    def _forget(self, seen: set[str], away: Sequence[Path]) -> None:
        rows = self._line.execute("SELECT path FROM folders").fetchall()
        gone = [
            row
            for row in rows
            if row[0] not in seen and not any(_is_in(Path(row[0]), top) for top in away)
        ]
        with self._line:
            self._line.executemany("DELETE FROM products WHERE folder = ?", gone)
            self._line.executemany("DELETE FROM folders WHERE path = ?", gone)

    # --- asking -------------------------------------------------------------------------------

    def held(
        self,
        offers: Sequence[Product],
        keys: Sequence[str] = (),
        area: Optional[Geometry] = None,
    ) -> Optional[Held]:
        """The scene of these offers as it lies on the disk at this moment; None when it does not.

        ``keys`` and ``area`` as in a `Wish`. What is enough comes before what is not.
        """
        best: Optional[Held] = None
        for path, folder, kind, is_whole, proof, item in self._rows_of(offers):
            product = from_item(json.loads(item))
            marks = [_told_mark(mark) for mark in json.loads(proof)]
            if not (
                _same_scene(offers, product)
                and _is_of_area(product, Path(folder), area)
                and all(_mark(Path(folder), mark[0]) == mark for mark in marks)
            ):
                continue
            complete = bool(is_whole) or _has(product, offers, keys)
            if kind == "archive" and not _as_announced(marks[0], offers):
                continue
            found = Held(Path(path), product.title, complete, _older(product, offers))
            if found.enough:
                return found
            best = best or found
        return best

    def _rows_of(self, offers: Sequence[Product]) -> Iterator[Any]:
        """What may be the same scene: of its kind, and begun at about the same time."""
        for group, begun in dict.fromkeys(map(_acquisition, offers)):
            with self._told():
                about = (begun - SAME_TIME, begun + SAME_TIME)
                rows = self._line.execute(ASKED, (group, *about)).fetchall()
            yield from rows

    def places(self, name: str) -> list[Path]:
        """Where products of this id or title lie, the proved ones first."""
        with self._told():
            rows = self._line.execute(
                "SELECT path FROM products WHERE id = ? OR title = ? "
                "ORDER BY whole DESC, proved DESC, path",
                (name, name),
            ).fetchall()
        return [Path(row[0]) for row in rows]

    def count(self) -> int:
        """How many products the index holds."""
        with self._told():
            found: int = self._line.execute("SELECT count(*) FROM products").fetchone()[0]
        return found

    # --- the file -----------------------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        line = sqlite3.connect(str(self.path), timeout=PATIENCE, check_same_thread=False)
        try:
            line.execute("PRAGMA journal_mode = WAL")
            line.execute("PRAGMA synchronous = NORMAL")
            version = line.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, VERSION):
                raise sqlite3.DatabaseError("of another version")
            if not version:
                line.executescript(f"BEGIN;{SHAPE}PRAGMA user_version = {VERSION};COMMIT;")
        except sqlite3.DatabaseError:
            line.close()
            raise
        return line

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"The index of what is on the disk {self.path} could not be read or written: "
                f"{error}."
            ) from error


# --- walking over folders --------------------------------------------------------------------


class _Walk:
    """Every folder below some others; those in which something may have changed are looked into."""

    def __init__(
        self, known: Mapping[str, _Known], settled: float, cancelled: Cancel, progress: Progress
    ) -> None:
        self._known, self._settled = known, int(settled * 1e9)
        self._cancelled, self._progress = cancelled, progress
        self.seen: set[str] = set()
        self.unreadable: list[str] = []
        self.count = 0

    def over(self, tops: Iterable[Path]) -> Iterator[_Looked]:
        """What is in each folder that is not as the index has it."""
        waiting = [top for top in tops if top.exists()]
        while waiting and not self._cancelled():
            folder = waiting.pop()
            self._progress(self.count, str(folder))
            known = self._known.get(str(folder))
            try:
                changed = folder.lstat().st_mtime_ns
                if known and known.changed == changed and _as_before(folder, known):
                    waiting.extend(Path(path) for path in known.folders)
                    self.count += len(known.mains)
                    self.seen.add(str(folder))
                    continue
                below, found = look(folder)
            except FileNotFoundError:
                continue
            except OSError:
                self.unreadable.append(str(folder))
                continue
            waiting.extend(below)
            self.count += len(found)
            self.seen.add(str(folder))
            yield _Looked(folder, changed if changed < self._settled else 0, below, found)


def _as_before(folder: Path, known: _Known) -> bool:
    """Are its products proved and as they were? A file that grows does not touch its folder."""
    return all(main is not None and _mark(folder, main[0]) == main for main in known.mains)


def _tops(roots: Iterable[Path]) -> list[Path]:
    """The folders themselves, without those that lie in another one."""
    real = sorted({Path(os.path.realpath(root)) for root in roots})
    return [top for top in real if not any(_is_in(top, other) for other in real if other != top)]


def _is_in(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


# --- what lies there -------------------------------------------------------------------------


def look(folder: Path) -> tuple[list[Path], list[_Found]]:
    """The folders below that may hold products, and the products right here. Raises OSError."""
    with os.scandir(folder) as entries:
        there = sorted((e for e in entries if _is_text(e.name)), key=lambda entry: entry.name)
    files = [entry.name for entry in there if entry.is_file(follow_symlinks=False)]
    below = [folder / entry.name for entry in there if _is_folder(entry)]
    found = [_item(folder, name) for name in files if name.lower().endswith(".json")]
    spoken_for = {name for each in found if each for name in each.claims}
    found += [
        _archive(folder, name)
        for name in files
        if name.lower().endswith(ARCHIVES) and name not in spoken_for
    ]
    if names.parse_name(folder.name):
        manifest = next((name for name in MANIFESTS if name in files), "")
        metadata = next((name for name in files if METADATA.fullmatch(name)), "")
        if manifest or metadata:
            found.append(_safe(folder, manifest) if manifest else _unproved(folder, metadata))
            below = []
    return below, [each for each in found if each]


def _is_text(name: str) -> bool:
    """Can it be written down? Some systems take any bytes for a name."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """A folder that is no way to somewhere else: Windows has junctions beside its links."""
    if entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
        return False
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0)
    return not junction or junction != getattr(
        entry.stat(follow_symlinks=False), "st_reparse_tag", 0
    )


def _item(folder: Path, name: str) -> Optional[_Found]:
    """The product of a STAC item with its files beside it, None when it is no such item."""
    path, main = folder / name, _mark(folder, name)
    if main is None or main[1] > LARGEST_ITEM:
        return None
    try:
        item = json.loads(path.read_text("utf-8"))
        properties = {"sentinel_portals:provider": DISK, **item["properties"]}
        product = from_item({**item, "properties": properties})
        told = (product.id, product.collection, product.provider, product.title)
        hrefs = [asset.href for asset in product.assets.values()]
        honest = all(isinstance(text, str) for text in (*told, *hrefs))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if item.get("type") != "Feature" or not honest:
        return None
    proved = {key: mark for key, mark in _proved(folder, product.assets.values())}
    there = {key: asset for key, asset in product.assets.items() if key in proved}
    return _Found(
        path,
        folder,
        "item",
        replace(product, assets=there),
        main,
        whole=any(map(_is_archive, there.values())),
        marks=(main, *proved.values()),
        claims=[_beside(asset) for asset in product.assets.values() if asset.size is not None],
    )


def _proved(folder: Path, assets: Iterable[Asset]) -> Iterator[tuple[str, Mark]]:
    """Key and mark of the files that have the size that the item tells."""
    for asset in assets:
        name = _beside(asset)
        mark = _mark(folder, name) if name else None
        if mark is None or mark[1] != asset.size:
            continue
        if _is_archive(asset) and name.lower().endswith(".zip") and not _zip_sizes(folder / name):
            continue
        yield asset.key, mark


def _is_archive(asset: Asset) -> bool:
    return "archive" in asset.roles or _beside(asset).lower().endswith(ARCHIVES)


def _beside(asset: Asset) -> str:
    """The file of an asset below its item's folder, '' for one that is elsewhere."""
    return "" if ":" in asset.href else _inside(asset.href)


def _inside(href: str) -> str:
    """A relative path that stays in its folder, else ''."""
    path = PurePosixPath(href.replace("\\", "/"))
    return "" if path.is_absolute() or ".." in path.parts else str(path)


def _safe(folder: Path, manifest: str) -> Optional[_Found]:
    """A SAFE folder: whole when every file of its manifest is there in its size."""
    main = _mark(folder, manifest)
    if main is None:
        return None
    product, sizes = _named(folder.name), {}
    try:
        told = _Manifest((folder / manifest).read_bytes())
        product, sizes = told.about(product), told.sizes
    except (OSError, ValueError):
        pass
    marks = [_mark(folder, name) for name in sizes]
    there = [mark for mark in marks if mark and mark[1] == sizes[mark[0]]]
    is_whole = bool(sizes) and len(there) == len(sizes)
    return _Found(folder, folder, "safe", product, main, is_whole, (main, *there))


def _unproved(folder: Path, metadata: str) -> Optional[_Found]:
    """A folder as THEIA and USGS pack them: nobody tells the sizes of its files."""
    main = _mark(folder, metadata)
    return main and _Found(folder, folder, "folder", _named(folder.name), main)


def _archive(folder: Path, name: str) -> Optional[_Found]:
    """An archive with a product in it; whole when it reads to its end and holds all it should."""
    path, main = folder / name, _mark(folder, name)
    if main is None:
        return None
    sizes = _zip_sizes(path) if name.lower().endswith(".zip") else _tar_sizes(path)
    top = next(iter(sizes), "").partition("/")[0]
    title = next((text for text in (name, top) if names.parse_name(text)), "")
    if not title:
        return None
    product, is_whole = _named(title), bool(sizes)
    manifest = next((f"{top}/{m}" for m in MANIFESTS if f"{top}/{m}" in sizes), "")
    if manifest:
        try:
            with zipfile.ZipFile(path) as pack:
                told = _Manifest(pack.read(manifest))
            product = told.about(product)
            is_whole = all(sizes.get(f"{top}/{n}") == size for n, size in told.sizes.items())
        except ODD_FILE:
            is_whole = False
    return _Found(path, folder, "archive", product, main, is_whole, (main,))


def _zip_sizes(path: Path) -> dict[str, int]:
    """Name and size of every file of a zip that can be trusted; {} for any other."""
    try:
        archive.check(path, whole=False)
        with zipfile.ZipFile(path) as pack:
            return {e.filename: e.file_size for e in pack.infolist() if not e.is_dir()}
    except ODD_FILE:
        return {}


def _tar_sizes(path: Path) -> dict[str, int]:
    """Name and size of every file of a tar; {} for one that ends too early, or is packed.

    To look into a packed one is to read all of it.
    """
    try:
        with tarfile.open(path, "r:") as pack:
            return {member.name: member.size for member in pack if member.isfile()}
    except ODD_FILE:
        return {}


class _Manifest:
    """What manifest.safe tells: the files with their sizes, footprint and datastrip."""

    def __init__(self, content: bytes) -> None:
        root = markup.parse(content)
        self.sizes: dict[str, int] = {}
        for stream in _every(root, "byteStream"):
            place = stream.first("fileLocation")
            name = _inside(place.attributes.get("href", "")) if place else ""
            size = stream.attributes.get("size", "")
            if not name or not size.isdecimal():
                raise ValueError("the manifest names a file without a size or outside")
            self.sizes[name] = int(size)
        self._corners = next((each.text for each in _every(root, "gml:coordinates")), "")

    def about(self, product: Product) -> Product:
        """The product with its footprint and datastrip, by which slices are told apart."""
        properties = dict(product.properties)
        strip = next((found[1] for found in map(DATASTRIP.match, self.sizes) if found), "")
        if strip:
            properties["s2:datastrip_id"] = f"{strip}_N00.00"
        return replace(product, properties=properties, geometry=_polygon(self._corners))


def _every(element: markup.Element, name: str) -> Iterator[markup.Element]:
    for child in element.children:
        if child.name == name:
            yield child
        yield from _every(child, name)


def _polygon(corners: str) -> Optional[Geometry]:
    """``45.1 3.2 45.1 4.6 ...``, latitude first, with or without commas."""
    try:
        values = [float(text) for text in re.split(r"[\s,]+", corners.strip())]
    except ValueError:
        return None
    ring = [[x, y] for y, x in zip(values[::2], values[1::2])]
    if len(ring) < 3:
        return None
    return {"type": "Polygon", "coordinates": [ring if ring[0] == ring[-1] else [*ring, ring[0]]]}


def _named(name: str) -> Product:
    """A product of which only the name is known."""
    facts = names.parse_name(name) or {}
    collection = ""
    if facts.get("kind") == "s1":
        rtc = facts.get("suffix") == "_rtc"
        collection = f"sentinel-1-{'rtc' if rtc else facts['type'][:3].lower()}"
    title = names.bare(name)
    return Product(DISK, title, collection, title)


# --- is it what was asked for? ---------------------------------------------------------------


def _acquisition(product: Product) -> tuple[str, float]:
    """What must be equal of the same scene, and when it began (0: that is in the first)."""
    who = identity(product)
    begun = who.take or who.seen
    return "|".join(who.group), begun.timestamp() if begun else 0.0


def _same_scene(offers: Sequence[Product], product: Product) -> bool:
    """By the same rules by which a search merges portals."""
    scenes = Scenes()
    wanted = {scenes.add(offer) for offer in offers}
    return scenes.add(product) in wanted


def _older(product: Product, offers: Sequence[Product]) -> str:
    """The baseline of a product that was processed before the one that would be fetched."""
    mine, theirs = (identity(each).version[0] for each in (product, offers[0]))
    return mine if mine and theirs and mine < theirs else ""


def _is_of_area(product: Product, folder: Path, area: Optional[Geometry]) -> bool:
    """A part of a scene is no scene; the whole of it holds any part."""
    box = product.properties.get("sentinel_portals:window")
    named = re.search(r"\.window-(\w+)$", folder.name)
    if not box and not named:
        return True
    if area is None:
        return False
    return bool(named and named[1] == window_mark(area)) or box == list(bounds(area))


def _as_announced(mark: Mark, offers: Sequence[Product]) -> bool:
    """Has an archive, for which nothing else vouches, one of the sizes that the portals tell?"""
    sizes = {a.size for offer in offers for a in whole(offer) if _is_archive(a) and a.size}
    return not sizes or mark[1] in sizes


def _has(product: Product, offers: Sequence[Product], keys: Sequence[str]) -> bool:
    """Are all files there that would be fetched, and as fine?"""
    if not keys:
        parts = [{a.key for a in whole(o)} for o in offers if o.provider == product.provider]
        return any(wanted and wanted <= set(product.assets) for wanted in parts)
    mine, missing = bands.pick(product.assets, keys)
    theirs, lacking = bands.pick(offers[0].assets, keys)
    if not mine or set(missing) - set(lacking):
        return False
    fine = {bands.band(a.key): bands.resolution(a.key) or 0 for a in theirs}
    return all((bands.resolution(a.key) or 0) <= fine.get(bands.band(a.key), 1 << 30) for a in mine)


# --- files and rows --------------------------------------------------------------------------


def _mark(folder: Path, name: str) -> Optional[Mark]:
    """A file as it is now, None when there is no such file; a symbolic link is none."""
    try:
        found = (folder / name).lstat()
    except (OSError, ValueError):
        return None
    return (name, found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def _told_mark(kept: Sequence[Any]) -> Mark:
    name, size, changed = kept
    return (str(name), int(size), int(changed))


def _row(found: _Found) -> tuple[Any, ...]:
    product = found.product
    return (
        str(found.path),
        str(found.folder),
        found.kind,
        *_acquisition(product),
        product.id,
        product.title,
        found.proved,
        found.whole,
        *found.main,
        json.dumps(found.marks),
        json.dumps(to_item(product), default=str),
    )
