"""One asset to one file; one scene to one folder.

A file is whole or not there: bytes go into ``NAME.part``, size and checksum are verified while
they stream, then the file gets its name. A part that was left is resumed with ``Range`` and
``If-Range`` (RFC 9110, 13.1.5), and only when the portal proves that it is still the same file.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Any, Optional
from urllib.parse import unquote, urlsplit

import requests

from . import bands
from .errors import (
    AuthError,
    Cancelled,
    ChecksumMismatch,
    IncompleteTransfer,
    NetworkError,
    ProductUnavailable,
    ResponseError,
    SentinelPortalsError,
    StorageError,
)
from .model import Asset, Checksum, Product, to_item
from .transport import Cancel, Http, HttpRequest, never

if TYPE_CHECKING:
    from pathlib import Path

    from .provider import Provider, ProviderInfo

Progress = Callable[[int, Optional[int]], None]

TRIES = 3
KEPT_FREE = 64 * 1024 * 1024  # bytes we leave on the disk
LONGEST_NAME = 120


@dataclass(frozen=True)
class Fetched:
    """A file that arrived. ``verified`` says by what: ``sha256``, ``size``, or '' for nothing."""

    key: str
    path: Path
    bytes: int
    verified: str = ""
    was_there: bool = False


@dataclass(frozen=True)
class Attempt:
    """One portal tried in vain."""

    provider: str
    error: SentinelPortalsError


@dataclass(frozen=True)
class SceneFiles:
    """What became of one scene: the files and the portal they came from, or why not."""

    title: str
    provider: str = ""
    files: tuple[Fetched, ...] = ()
    missing: tuple[str, ...] = ()
    item: Optional[Path] = None
    attempts: tuple[Attempt, ...] = field(default=())

    @property
    def error(self) -> Optional[SentinelPortalsError]:
        """Why nothing came; None when it did."""
        return self.attempts[-1].error if self.attempts and not self.files else None

    @property
    def bytes(self) -> int:
        return sum(f.bytes for f in self.files)


def ignore(done: int, total: Optional[int]) -> None:
    """Nobody watches."""


def fetchable(asset: Asset) -> bool:
    """Can it be had over HTTP? (``s3://`` wants keys of its own.)"""
    return not asset.href.lower().startswith(("s3:", "gs:"))


def whole(product: Product) -> list[Asset]:
    """What "the whole product" means here: its archive if it has one, else every file of it."""
    assets = [a for a in product.assets.values() if fetchable(a)]
    archives = [a for a in assets if "archive" in a.roles or "zip" in a.type]
    if archives:
        return archives[:1]
    parts = {"data", "metadata", "visual", "thumbnail", "reflectance"}
    return [a for a in assets if not a.roles or parts & set(a.roles)]


def fetch_scene(
    offers: Sequence[Product],
    providers: Mapping[str, Provider],
    keys: Sequence[str],
    folder: Path,
    cancelled: Cancel = never,
    progress: Progress = ignore,
) -> SceneFiles:
    """One scene into ``folder/TITLE/``, from the first offer that can give it.

    ``keys`` are asset keys or band names, empty for the whole product. When a portal fails the
    next offer is tried, and every failure is told in ``attempts``. Raises only Cancelled.
    """
    title = offers[0].title or offers[0].id
    attempts: list[Attempt] = []
    for offer in offers:
        try:
            files, missing = _fetch_offer(
                offer, providers, keys, folder / safe(title), cancelled, progress
            )
        except Cancelled:
            raise
        except SentinelPortalsError as error:
            attempts.append(Attempt(offer.provider, error))
            if isinstance(error, StorageError):  # the next portal would meet the same disk
                break
            continue
        try:
            item = write_item(folder / safe(title), offer, files, providers[offer.provider].info)
        except SentinelPortalsError as error:
            attempts.append(Attempt(offer.provider, error))
            item = None
        return SceneFiles(
            title, offer.provider, tuple(files), tuple(missing), item, tuple(attempts)
        )
    return SceneFiles(title, attempts=tuple(attempts))


def _fetch_offer(
    offer: Product,
    providers: Mapping[str, Provider],
    keys: Sequence[str],
    folder: Path,
    cancelled: Cancel,
    progress: Progress,
) -> tuple[list[Fetched], list[str]]:
    provider, offer = _ready(offer, providers)
    assets, missing = bands.pick(offer.assets, keys) if keys else (whole(offer), [])
    assets = [a for a in assets if fetchable(a)]
    if not assets:
        raise ProductUnavailable(
            f"{provider.info.title} has none of the wanted files of {offer.title} for download.",
            provider=offer.provider,
        )
    _make_folder(folder)
    total = sum(a.size or 0 for a in assets)
    _check_room(folder, total)
    fetched: list[Fetched] = []
    names = _file_names(assets)
    for asset in assets:
        done = sum(f.bytes for f in fetched)

        def step(now: int, of: Optional[int], done: int = done) -> None:
            progress(done + now, max(total, done + (of or now)))

        fetched.append(fetch_asset(provider, asset, folder / names[asset.key], cancelled, step))
    return fetched, missing


def _ready(offer: Product, providers: Mapping[str, Provider]) -> tuple[Provider, Product]:
    """The portal of an offer and what it holds now, if it is here, logged in and has it online."""
    provider = providers.get(offer.provider)
    if provider is None:
        raise ProductUnavailable(
            f"The portal {offer.provider} is no longer in the list of portals.",
            provider=offer.provider,
        )
    title = provider.info.title
    if provider.info.download_auth.fields and provider.files.auth is None:
        raise AuthError(f"{title} wants a login before it lets files go.", provider=offer.provider)
    offer = provider.details(offer)
    if not offer.online:
        raise ProductUnavailable(
            f"{title} keeps {offer.title} offline ({offer.order_status.value}).",
            provider=offer.provider,
        )
    return provider, offer


def fetch_asset(
    provider: Provider,
    asset: Asset,
    path: Path,
    cancelled: Cancel = never,
    progress: Progress = ignore,
) -> Fetched:
    """One asset into ``path``. Raises PortalError, TransferError or StorageError.

    What breaks off is resumed, what arrives damaged is fetched once afresh; a file that is there
    already, whole by size and checksum, is not fetched again.
    """
    if path.exists() and _is_whole(path, asset):
        size = path.stat().st_size
        progress(size, size)
        return Fetched(asset.key, path, size, _proof(asset), was_there=True)
    file = _File(provider, asset, path, progress)
    for attempt in range(1, TRIES + 1):
        try:
            return file.fetch(cancelled)
        except AuthError:  # a signed link may have ended early: a fresh one, once
            if attempt > 1 or not provider.renew(asset):
                raise
            continue
        except (IncompleteTransfer, NetworkError, ChecksumMismatch) as error:
            if isinstance(error, ChecksumMismatch):
                file.forget()
            if attempt == TRIES or (isinstance(error, ChecksumMismatch) and attempt > 1):
                raise
        provider.files.wait(2.0 ** (attempt - 1), cancelled)
    raise AssertionError("unreachable")


class _File:
    """One file on its way."""

    def __init__(self, provider: Provider, asset: Asset, path: Path, progress: Progress) -> None:
        self.provider, self.asset, self.path, self.progress = provider, asset, path, progress
        self.part = path.with_name(path.name + ".part")
        self.tag = path.with_name(path.name + ".part.etag")

    def fetch(self, cancelled: Cancel) -> Fetched:
        http: Http = self.provider.files
        request = self.provider.resolve(self.asset)
        start = self._resumable()
        with http.open(self._ranged(request, start), cancelled) as response:
            start = self._accepted(response, start)
            total = self._announced(response, start)
            _check_room(self.path.parent, (total or 0) - start)
            digest = self._stream(http, response, start, total, cancelled)
            size = self._size()
        if total is not None and size != total:
            raise IncompleteTransfer(
                f"{self._title} sent {size} of {total} bytes of {self.path.name}.",
                provider=self.provider.info.id,
            )
        self._verify(digest, size)
        with _disk(self.path):
            os.replace(self.part, self.path)
            self.tag.unlink(missing_ok=True)
        return Fetched(self.asset.key, self.path, size, _proof(self.asset))

    @property
    def _title(self) -> str:
        return self.provider.info.title

    def forget(self) -> None:
        """Starts afresh next time."""
        with _disk(self.path):
            self.part.unlink(missing_ok=True)
            self.tag.unlink(missing_ok=True)

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _resumable(self) -> int:
        """From which byte to go on: only with a strong ETag to prove that it is the same file."""
        if not self.provider.info.download.resume or not self.tag.exists():
            return 0
        return self._size()

    def _ranged(self, request: HttpRequest, start: int) -> HttpRequest:
        headers = {"Accept-Encoding": "identity", **request.headers}
        if start:
            headers["Range"] = f"bytes={start}-"
            headers["If-Range"] = self.tag.read_text(encoding="utf-8")
        return replace(request, headers=headers)

    def _accepted(self, response: requests.Response, start: int) -> int:
        """From which byte the portal really goes on."""
        if response.status_code == 202:  # accepted, not sent: it is being fetched from an archive
            raise ProductUnavailable(
                f"{self._title} is fetching {self.path.name} from its archive.",
                provider=self.provider.info.id,
                status=202,
            )
        if response.status_code != 206:
            return 0
        said = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        if not said or int(said[1]) != start:
            self.forget()
            raise IncompleteTransfer(
                f"{self._title} resumed {self.path.name} at the wrong byte.",
                provider=self.provider.info.id,
            )
        return start

    def _announced(self, response: requests.Response, start: int) -> Optional[int]:
        """The size of the whole file in bytes, as far as anybody says."""
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and not response.headers.get("Content-Encoding"):
            return start + int(length)
        return self.asset.size

    def _stream(
        self,
        http: Http,
        response: requests.Response,
        start: int,
        total: Optional[int],
        cancelled: Cancel,
    ) -> Any:
        digest = _digest(self.asset.checksum)
        with _disk(self.path), self.part.open("r+b" if start else "wb") as out:
            if start:
                _feed(digest, out, start)
            else:
                self._remember(response.headers.get("ETag", ""))
            self.progress(start, total)
            first = not start
            for chunk in http.chunks(response, cancelled):
                if first:
                    self._refuse_page(chunk)
                    first = False
                out.write(chunk)
                if digest:
                    digest.update(chunk)
                self.progress(out.tell(), total)
            out.truncate()
            out.flush()
            os.fsync(out.fileno())
        return digest

    def _remember(self, etag: str) -> None:
        if etag and not etag.startswith("W/"):
            self.tag.write_text(etag, encoding="utf-8")
        else:
            self.tag.unlink(missing_ok=True)

    def _refuse_page(self, chunk: bytes) -> None:
        """A login page with status 200 is no file (the type header lies both ways: look inside)."""
        refusal = self.provider.refusal(chunk)
        if refusal:
            raise refusal
        start = chunk[:200].lstrip().lower()
        if start.startswith((b"<!doctype html", b"<html")) and "html" not in self.asset.type:
            raise ResponseError(
                f"{self._title} sent a web page instead of {self.path.name}; "
                "the login or the licence may be missing.",
                provider=self.provider.info.id,
            )

    def _verify(self, digest: Any, size: int) -> None:
        if self.asset.size is not None and size != self.asset.size:
            self.forget()
            raise ChecksumMismatch(
                f"{self.path.name} has {size} bytes, {self._title} announced {self.asset.size}.",
                provider=self.provider.info.id,
            )
        checksum = self.asset.checksum
        if digest and checksum and digest.hexdigest() != checksum.value:
            raise ChecksumMismatch(
                f"The {checksum.algorithm} checksum of {self.path.name} is not the one that "
                f"{self._title} announced.",
                provider=self.provider.info.id,
            )


class _disk:
    """Turns what a disk can do to us into a StorageError with a sentence."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
            raise StorageError(_sentence(error, self.path)) from error


def _sentence(error: OSError, path: Path) -> str:
    folder = path.parent
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {folder} has no room for {path.name}."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"The folder {folder} cannot be written to."
    if error.errno == errno.ENAMETOOLONG:
        return f"The path {path} is too long for this system."
    return f"{path.name} could not be written in {folder}: {error.strerror or error}."


def _make_folder(folder: Path) -> None:
    with _disk(folder / "."):
        folder.mkdir(parents=True, exist_ok=True)


def _check_room(folder: Path, wanted: int) -> None:
    with _disk(folder / "."):
        free = shutil.disk_usage(folder).free
    if wanted and wanted > free - KEPT_FREE:
        raise StorageError(
            f"The disk is too full: {wanted / 1e9:.2f} GB are wanted, "
            f"{max(0, free - KEPT_FREE) / 1e9:.2f} GB are free in {folder}."
        )


def _digest(checksum: Optional[Checksum]) -> Any:
    """A hash of the wanted kind, None when there is no checksum or Python lacks the algorithm."""
    if checksum is None:
        return None
    try:
        return hashlib.new(checksum.algorithm.replace("-", "_"), usedforsecurity=False)
    except ValueError:
        return None


def _feed(digest: Any, part: IO[bytes], size: int) -> None:
    """Hashes what is there already; leaves the file at its end."""
    left = size
    while digest and left > 0:
        chunk = part.read(min(1 << 20, left))
        digest.update(chunk)
        left -= len(chunk)
    part.seek(size)


def _proof(asset: Asset) -> str:
    if asset.checksum and _digest(asset.checksum):
        return asset.checksum.algorithm
    return "size" if asset.size is not None else ""


def _is_whole(path: Path, asset: Asset) -> bool:
    """Is this the file, as far as can be told? Without size and checksum it cannot."""
    if not _proof(asset):
        return False
    with _disk(path):
        if asset.size is not None and path.stat().st_size != asset.size:
            return False
        digest = _digest(asset.checksum)
        if digest and asset.checksum:
            with path.open("rb") as there:
                _feed(digest, there, path.stat().st_size)
            return bool(digest.hexdigest() == asset.checksum.value)
    return True


def _file_names(assets: Sequence[Asset]) -> dict[str, str]:
    """A name for each asset, no two alike."""
    names: dict[str, str] = {}
    for asset in assets:
        name = file_name(asset)
        if name.lower() in {n.lower() for n in names.values()}:
            name = safe(f"{asset.key}_{name}")
        names[asset.key] = name
    return names


def file_name(asset: Asset) -> str:
    """What the file is called here: STAC's ``file:local_path``, else the end of its link."""
    told = str(asset.properties.get("file:local_path") or "")
    return safe(told or unquote(urlsplit(asset.href).path).rpartition("/")[2] or asset.key)


def safe(name: str) -> str:
    """A name that is one file name on every system, whatever a portal says (no way out of the folder)."""
    clean = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "_", name).strip(" .")
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", clean):
        clean = "_" + clean
    return clean[:LONGEST_NAME] or "_"


def write_item(
    folder: Path, product: Product, files: Sequence[Fetched], info: Optional[ProviderInfo] = None
) -> Path:
    """The STAC item of what was fetched, beside the files and pointing to them.

    It says whose data this is: licence and attribution of the item itself, else the portal's.
    """
    there = {f.key: f.path.name for f in files}
    assets = {
        key: replace(asset, href=f"./{there[key]}")
        for key, asset in product.assets.items()
        if key in there
    }
    item = to_item(replace(product, assets=assets))
    if info:
        item["properties"]["sentinel_portals:portal"] = info.title
        for name, said in (("license", info.licence), ("attribution", info.attribution)):
            if said:
                item["properties"].setdefault(name, said)
    path = folder / f"{safe(product.title or product.id)}.json"
    with _disk(path):
        path.write_text(json.dumps(item, indent=1, ensure_ascii=False), encoding="utf-8")
    return path
