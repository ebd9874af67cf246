"""One asset to one file; one scene to one folder.

A file is whole or not there: bytes go into ``NAME.part``, size and checksum are verified while
they stream, then the file gets its name. A part that was left is resumed with ``Range``, and only
when it is still the same file: by its ETag (``If-Range``, RFC 9110, 13.1.5), or by the checksum
that the whole must have in the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, Optional

from . import archive, bands, ranges
from .disk import PARTS, check_room, file_name, file_names, make_folder, safe, storage
from .errors import (
    AuthError,
    Cancelled,
    ChecksumMismatch,
    DamagedAtSource,
    IncompleteTransfer,
    ProductOffline,
    ProductUnavailable,
    ResponseError,
    SentinelPortalsError,
    StorageError,
    UnreadableFile,
    unexpected,
)
from .model import Asset, Checksum, OrderStatus, Product, to_item
from .transport import LONGEST_WAIT, Cancel, Http, HttpRequest, never, retry_after

try:  # Copernicus Data Space tells it beside MD5
    import blake3
except ImportError:
    blake3 = None

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import requests

    from .provider import Provider, ProviderInfo

__all__ = [
    "fetch_asset",
    "fetch_offer",
    "fetch_scene",
    "fetchable",
    "file_name",
    "ready",
    "safe",
    "whole",
    "write_item",
]

Progress = Callable[[int, Optional[int]], None]

TRIES = 3  # in a row that brought nothing
MOST_TRIES = 50
QUICK = 60.0  # seconds between two looks at an archive for which one can wait
WAITED = 300.0  # seconds that a caller without a queue waits for it
UNDER_WAY = frozenset({OrderStatus.ORDERED, OrderStatus.PENDING, OrderStatus.SHIPPING})
CHECKSUM = "checksum: "  # begins what is kept in place of an ETag


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


def nobody(path: Path) -> None:
    """Nobody wants to know what came."""


@contextmanager
def heeding(providers: Iterable[Provider], cancelled: Cancel) -> Iterator[None]:
    """Whatever these portals are asked by this thread ends as soon as ``cancelled`` says so."""
    with ExitStack() as stack:
        for provider in providers:
            for http in (provider.http, provider.files):
                stack.enter_context(http.heeding(cancelled))
        yield


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
    next offer is tried, in the end what a quick archive brings, and every failure is told in
    ``attempts``. Raises only Cancelled.
    """
    title = offers[0].title or offers[0].id
    place = folder / safe(title)
    attempts: list[Attempt] = []
    came: list[Path] = []
    failed: list[Product] = []
    archived: list[Product] = []
    for turn, offer in enumerate(chain(offers, archived)):
        late = turn >= len(offers)
        try:
            if late:
                offer = brought(offer, providers[offer.provider], cancelled)
            files, missing = _fetch_offer(
                offer, providers, keys, place, cancelled, progress, came.append
            )
        except Cancelled:
            raise
        except Exception as error:  # a bug in one portal must not cost the other offers
            attempts.append(Attempt(offer.provider, _ours(error, offer.provider)))
            failed.append(offer)
            if isinstance(error, StorageError):  # the next portal would meet the same disk
                break
            offline = isinstance(error, ProductOffline)
            if offline and not late and _is_quick(providers[offer.provider]):
                archived.append(offer)
            continue
        finally:
            _close(providers.get(offer.provider))
        try:
            item = write_item(place, offer, files, providers[offer.provider].info)
        except StorageError as error:
            attempts.append(Attempt(offer.provider, error))
            item = None
        tidy(place, came, [file.path for file in files], failed, keys)
        return SceneFiles(
            title, offer.provider, tuple(files), tuple(missing), item, tuple(attempts)
        )
    return SceneFiles(title, attempts=tuple(attempts))


def _is_quick(provider: Provider) -> bool:
    return provider.info.ordering is not None and provider.info.ordering.poll <= QUICK


def brought(offer: Product, provider: Provider, cancelled: Cancel) -> Product:
    """An offline product as soon as its archive brings it, or as it is after some minutes."""
    pause, left = provider.info.ordering.poll if provider.info.ordering else QUICK, WAITED
    with heeding([provider], cancelled):
        if offer.order_status not in UNDER_WAY:
            offer = provider.order(offer)
        offer = provider.details(offer)
        while not offer.online and left > 0:
            provider.files.wait(pause)
            offer, left = provider.details(offer), left - pause
    return offer


def _close(provider: Optional[Provider]) -> None:
    """Leaves no connection of this thread open."""
    if provider:
        provider.http.close()
        provider.files.close()


def fetch_offer(
    offer: Product,
    providers: Mapping[str, Provider],
    keys: Sequence[str],
    folder: Path,
    cancelled: Cancel = never,
    progress: Progress = ignore,
    came: Callable[[Path], None] = nobody,
    lines: Optional[ranges.Lines] = None,
) -> SceneFiles:
    """One scene into ``folder/TITLE/`` from this offer alone; raises what went wrong.

    ``came`` is told of every file as soon as it is there, ``lines`` gives a large one connections.
    """
    title = offer.title or offer.id
    place = folder / safe(title)
    try:
        files, missing = _fetch_offer(
            offer, providers, keys, place, cancelled, progress, came, lines
        )
        item = write_item(place, offer, files, providers[offer.provider].info)
    except SentinelPortalsError:
        raise
    except Exception as error:  # a bug in one portal must not cost the other offers
        raise _ours(error, offer.provider) from error
    return SceneFiles(title, offer.provider, tuple(files), tuple(missing), item)


def _ours(error: Exception, provider: str) -> SentinelPortalsError:
    if isinstance(error, SentinelPortalsError):
        return error
    return unexpected(error, provider, provider)


def _fetch_offer(
    offer: Product,
    providers: Mapping[str, Provider],
    keys: Sequence[str],
    folder: Path,
    cancelled: Cancel,
    progress: Progress,
    came: Callable[[Path], None],
    lines: Optional[ranges.Lines] = None,
) -> tuple[list[Fetched], list[str]]:
    known = providers.get(offer.provider)
    with heeding([known] if known else [], cancelled):
        provider, offer = ready(offer, providers)
    assets, missing = _wanted(provider, offer, keys)
    names = file_names(assets, reserved=[item_name(offer)])
    total = sum(a.size or 0 for a in assets)
    make_folder(folder)
    check_room(folder, sum(a.size or 0 for a in assets if not (folder / names[a.key]).exists()))
    fetched: list[Fetched] = []
    for asset in assets:
        done = sum(f.bytes for f in fetched)

        def step(now: int, of: Optional[int], done: int = done) -> None:
            progress(done + now, max(total, done + (of or now)))

        path = folder / names[asset.key]
        fetched.append(fetch_asset(provider, asset, path, cancelled, step, lines))
        if not fetched[-1].was_there:
            came(path)
    return fetched, missing


def tidy(
    folder: Path,
    came: Iterable[Path],
    files: Sequence[Path],
    failed: Iterable[Product],
    keys: Sequence[str],
) -> None:
    """Takes away what offers left that failed in the middle: whole files that came, and parts."""
    left = [path for path in came if path not in files]
    for offer in failed:
        assets = bands.pick(offer.assets, keys)[0] if keys else whole(offer)
        names = file_names(assets, reserved=[item_name(offer)]).values()
        left += [folder / (name + end) for name in names for end in PARTS]
    for path in left:
        with storage(path):
            path.unlink(missing_ok=True)


def _wanted(
    provider: Provider, offer: Product, keys: Sequence[str]
) -> tuple[list[Asset], list[str]]:
    """The files to fetch of an offer, and the wishes that it cannot fulfil."""
    chosen, missing = bands.pick(offer.assets, keys) if keys else (whole(offer), [])
    assets = [a for a in chosen if fetchable(a)]
    missing += [a.key for a in chosen if a not in assets]
    if assets:
        return assets, missing
    title = provider.info.title
    sentence = f"{title} has none of the wanted files of {offer.title} for download."
    if chosen or (not keys and offer.assets):
        sentence = (
            f"{title} keeps the wanted files of {offer.title} in an object store (s3://) only, "
            "which wants access keys of its own."
        )
    raise ProductUnavailable(sentence, provider=offer.provider)


def ready(offer: Product, providers: Mapping[str, Provider]) -> tuple[Provider, Product]:
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
        offline = ProductOffline(
            f"{title} keeps {offer.title} offline ({offer.order_status.value}).",
            provider=offer.provider,
        )
        offline.product = offer
        raise offline
    return provider, offer


def fetch_asset(
    provider: Provider,
    asset: Asset,
    path: Path,
    cancelled: Cancel = never,
    progress: Progress = ignore,
    lines: Optional[ranges.Lines] = None,
) -> Fetched:
    """One asset into ``path``. Raises PortalError, TransferError or StorageError.

    What breaks off is resumed, what arrives damaged is fetched once afresh; a file that is there
    already, whole by size and checksum, is not fetched again.
    """
    with storage(path):
        there = path.exists() and _is_whole(path, asset)
    if there:
        size = path.stat().st_size
        progress(size, size)
        return Fetched(asset.key, path, size, _proof(asset), was_there=True)
    with heeding([provider], cancelled):
        return _fetched(_File(provider, asset, path, progress, lines), cancelled)


def _fetched(file: _File, cancelled: Cancel) -> Fetched:
    """Tries until it is there or trying on makes no sense."""
    stuck, damaged, renewed_at = 0, "", -1
    for _ in range(MOST_TRIES):
        before = file.size()
        try:
            return file.fetch(cancelled)
        except AuthError:  # a signed link may have ended early: a fresh one, once per piece
            if renewed_at == file.size() or not file.provider.renew(file.asset):
                raise
            renewed_at = file.size()
            continue
        except ChecksumMismatch as error:
            file.forget()
            last: SentinelPortalsError = error
            if damaged:
                if damaged == str(file.got):
                    raise file.damaged_at_source(error) from error
                break
            damaged = str(file.got)
            continue
        except SentinelPortalsError as error:
            last = error
        stuck = 0 if file.size() > before else stuck + 1
        pause = 2.0 ** max(0, stuck - 1) if last.retry_after is None else last.retry_after
        if not last.retry or stuck == TRIES or pause > LONGEST_WAIT:
            break
        file.provider.files.wait(pause, cancelled)
    raise last


class _File:
    """One file on its way."""

    def __init__(
        self,
        provider: Provider,
        asset: Asset,
        path: Path,
        progress: Progress,
        lines: Optional[ranges.Lines] = None,
    ) -> None:
        self._lines = lines or ranges.Lines(provider.info.download.ranges)
        self.provider, self.asset, self.path, self.progress = provider, asset, path, progress
        self.part, self.tag = (path.with_name(path.name + end) for end in PARTS)
        self._single = False
        self._pieces: Optional[ranges.Ranges] = None
        self.got: object = ""  # the size or the checksum of what came, when it was wrong

    def fetch(self, cancelled: Cancel) -> Fetched:
        digest = self._in_pieces(cancelled) if self._worth_pieces() else self._in_one(cancelled)
        self._verify(digest)
        proof = self._tested(bool(digest), cancelled)
        with storage(self.path):
            self.part.replace(self.path)
            self.tag.unlink(missing_ok=True)
        return Fetched(self.asset.key, self.path, self.path.stat().st_size, proof)

    def _in_one(self, cancelled: Cancel) -> Any:
        """All bytes by one connection; the hash of them."""
        http: Http = self.provider.files
        start = self._resumable()
        if not start or start != self.asset.size:  # else only the last step is missing
            request = self._ranged(self.provider.resolve(self.asset), start)
            try:
                with http.open(request, cancelled) as response:
                    return self._receive(http, response, start, cancelled)
            except ResponseError as error:
                if error.status != 416 or not start:
                    raise
                self.forget()
                raise self._incomplete("resumes {name} nowhere") from error
        return self._digest_of_part()

    def _worth_pieces(self) -> bool:
        """Several connections? Only for a large file, and not when one has begun it."""
        allowed = self.provider.info.download
        if self._single or allowed.ranges < 2 or not allowed.resume:
            return False
        with storage(self.path):
            begun = self.part.exists() and ranges.read(self.tag) is None
        return not begun and (self.asset.size or 0) >= ranges.WORTH

    def _in_pieces(self, cancelled: Cancel) -> Any:
        """All bytes by several connections, or by one where the portal gives no pieces."""
        request, size = self.provider.resolve(self.asset), self.asset.size or 0
        known = _checksum_tag(self.asset)
        self._pieces = ranges.Ranges(
            self.provider, self.part, self.tag, size, known, request, self.progress, self._lines
        )
        try:
            self._pieces.fetch(cancelled)
        except ranges.NoRanges:
            self._single = True
            self.forget()
            return self._in_one(cancelled)
        return self._digest_of_part()

    def forget(self) -> None:
        """Starts afresh next time."""
        with storage(self.path):
            self.part.unlink(missing_ok=True)
            self.tag.unlink(missing_ok=True)
        self._pieces = None

    def size(self) -> int:
        """The bytes that are here already."""
        if self._pieces:
            return self._pieces.done()
        with storage(self.path):
            return self.part.stat().st_size if self.part.exists() else 0

    def damaged_at_source(self, error: ChecksumMismatch) -> DamagedAtSource:
        """What came wrong twice in the same way."""
        title, name, at = self.provider.info.title, self.path.name, self.provider.info.id
        if isinstance(self.got, int):
            return DamagedAtSource(str(error), provider=at)
        return DamagedAtSource(
            f"{title} has a damaged {name}: the same wrong bytes came twice.", provider=at
        )

    def _incomplete(self, what: str) -> IncompleteTransfer:
        sentence = f"{self.provider.info.title} {what.format(name=self.path.name)}."
        return IncompleteTransfer(sentence, provider=self.provider.info.id)

    def _receive(
        self, http: Http, response: requests.Response, start: int, cancelled: Cancel
    ) -> Any:
        start = self._accepted(response, start)
        total = self._announced(response, start)
        check_room(self.path.parent, (total or 0) - start)
        digest = self._stream(http, response, start, total, cancelled)
        size = self.size()
        if total is not None and size != total:
            raise self._incomplete(f"sent {size} of {total} bytes of {{name}}")
        return digest

    def _kept_tag(self) -> str:
        """What the part that is here must prove to be a part of."""
        with storage(self.path):
            return (
                self.tag.read_text(encoding="utf-8", errors="replace") if self.tag.exists() else ""
            )

    def _resumable(self) -> int:
        """From which byte to go on: only where something proves that it is the same file."""
        tag = self._kept_tag()
        known = ranges.strong(tag) or (tag and tag == _checksum_tag(self.asset))
        return self.size() if known and self.provider.info.download.resume else 0

    def _ranged(self, request: HttpRequest, start: int) -> HttpRequest:
        headers = {"Accept-Encoding": "identity", **request.headers}
        if start:
            headers["Range"] = f"bytes={start}-"
            tag = self._kept_tag()
            if ranges.strong(tag):
                headers["If-Range"] = tag
        return replace(request, headers=headers)

    def _accepted(self, response: requests.Response, start: int) -> int:
        """From which byte the portal really goes on."""
        title, status = self.provider.info.title, response.status_code
        if status in (200, 203):
            return 0
        if status == 202:  # accepted, not sent: it is being fetched from an archive
            raise ProductOffline(
                f"{title} is fetching {self.path.name} from its archive.",
                provider=self.provider.info.id,
                status=status,
                retry_after=retry_after(response.headers, datetime.now(timezone.utc)),
            )
        if status != 206:
            raise ResponseError(
                f"{title} sent no file for {self.path.name} (status {status}).",
                provider=self.provider.info.id,
                status=status,
            )
        said = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        if not said or int(said[1]) != start:
            self.forget()
            raise self._incomplete("resumed {name} at the wrong byte")
        kept, etag = self._kept_tag(), response.headers.get("ETag", "")
        if start and ranges.strong(kept) and ranges.strong(etag) and kept != etag:
            self.forget()
            raise self._incomplete("has another {name} than a moment ago")
        return start

    def _announced(self, response: requests.Response, start: int) -> Optional[int]:
        """The size of the whole file in bytes, as far as anybody says."""
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and not response.headers.get("Content-Encoding"):
            return start + int(length)
        return self.asset.size

    def _digest_of_part(self) -> Any:
        digest = _digest(self.asset.checksum)
        with storage(self.path), self.part.open("rb") as part:
            _feed(digest, part, self.size())
        return digest

    def _stream(
        self,
        http: Http,
        response: requests.Response,
        start: int,
        total: Optional[int],
        cancelled: Cancel,
    ) -> Any:
        digest = _digest(self.asset.checksum)
        with storage(self.path), self.part.open("r+b" if start else "wb") as out:
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
            out.flush()
            os.fsync(out.fileno())
        return digest

    def _remember(self, etag: str) -> None:
        """How a later visit can tell that this part is a part of the same file."""
        tag = etag if ranges.strong(etag) else _checksum_tag(self.asset)
        if tag:
            self.tag.write_text(tag, encoding="utf-8")
        else:
            self.tag.unlink(missing_ok=True)

    def _tested(self, known: bool, cancelled: Cancel) -> str:
        """What the content was proved by; an archive that no checksum vouches for proves itself."""
        proof = _proof(self.asset)
        if self.path.suffix.lower() != ".zip":
            return proof
        try:
            with storage(self.path):
                sure = "zip" in self.asset.type and not known
                if not sure and not archive.is_zip(self.part):
                    return proof  # some portals call a bare file so
                name = self.path.name
                archive.check(self.part, whole=not known, cancelled=cancelled, name=name)
        except UnreadableFile:
            self.forget()
            raise
        except ChecksumMismatch:
            self.got = self._sum_of_part()
            raise
        self.provider.files.check(cancelled)
        return proof if known else "zip"

    def _sum_of_part(self) -> str:
        digest = hashlib.sha256()
        with storage(self.path), self.part.open("rb") as part:
            _feed(digest, part, self.size())
        return digest.hexdigest()

    def _refuse_page(self, chunk: bytes) -> None:
        """A login page with status 200 is no file (the type header lies both ways: look inside)."""
        refusal: Optional[SentinelPortalsError] = self.provider.refusal(chunk)
        if not refusal and _is_page(chunk) and "html" not in self.asset.type:
            refusal = ResponseError(
                f"{self.provider.info.title} sent a web page instead of {self.path.name}; "
                "the login or the licence may be missing.",
                provider=self.provider.info.id,
            )
        if refusal:
            self.forget()
            raise refusal

    def _verify(self, digest: Any) -> None:
        title, size = self.provider.info.title, self.size()
        if self.asset.size is not None and size != self.asset.size:
            self.got = size
            raise ChecksumMismatch(
                f"{self.path.name} has {size} bytes, {title} announced {self.asset.size}.",
                provider=self.provider.info.id,
            )
        checksum = self.asset.checksum
        if digest and checksum and digest.hexdigest() != checksum.value.lower():
            self.got = digest.hexdigest()
            raise ChecksumMismatch(
                f"The {checksum.algorithm} checksum of {self.path.name} is not the one that "
                f"{title} announced.",
                provider=self.provider.info.id,
            )


def _is_page(start: bytes) -> bool:
    start = start[:500].lstrip().lower()
    return start.startswith(b"<html") or (start.startswith(b"<") and b"<!doctype html" in start)


def _checksum_tag(asset: Asset) -> str:
    """Names the wanted content where the portal's ETag does not."""
    checksum = asset.checksum
    return (
        f"{CHECKSUM}{checksum.algorithm} {checksum.value}" if checksum and _digest(checksum) else ""
    )


def _digest(checksum: Optional[Checksum]) -> Any:
    """A hash of the wanted kind, None when there is no checksum or Python lacks the algorithm."""
    if checksum is None:
        return None
    if checksum.algorithm.lower() == "blake3":
        return blake3.blake3() if blake3 else None
    try:
        digest = hashlib.new(checksum.algorithm.replace("-", "_"), usedforsecurity=False)
    except ValueError:
        return None
    return digest if digest.digest_size else None  # SHAKE has as many bytes as one asks for


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
    if asset.size is not None and path.stat().st_size != asset.size:
        return False
    digest = _digest(asset.checksum)
    if digest and asset.checksum:
        with path.open("rb") as there:
            _feed(digest, there, path.stat().st_size)
        return bool(digest.hexdigest() == asset.checksum.value.lower())
    return True


def item_name(product: Product) -> str:
    """The file of the STAC item, beside the files of a product."""
    return f"{safe(product.title or product.id)[:110]}.json"


def write_item(
    folder: Path, product: Product, files: Sequence[Fetched], info: Optional[ProviderInfo] = None
) -> Path:
    """The STAC item of what was fetched, beside the files and pointing to them.

    It tells their sizes, by which `holdings` knows them again, and whose data this is: licence
    and attribution of the item itself, else the portal's.
    """
    there = {f.key: f for f in files}
    assets = {
        key: replace(asset, href=f"./{there[key].path.name}", size=there[key].bytes)
        for key, asset in product.assets.items()
        if key in there
    }
    item = to_item(replace(product, assets=assets))
    if info:
        item["properties"]["sentinel_portals:portal"] = info.title
        for name, said in (("license", info.licence), ("attribution", info.attribution)):
            if said:
                item["properties"].setdefault(name, said)
    path = folder / item_name(product)
    part = path.with_name(path.name + PARTS[0])
    text = json.dumps(item, indent=1, ensure_ascii=False, default=str)
    with storage(path):
        part.write_bytes(text.encode("utf-8", "replace"))
        part.replace(path)
    return path
