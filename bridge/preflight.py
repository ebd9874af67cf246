"""What is known of a download before it starts: how much, from where, and what stands in its way.

All of it is found out in a task; the sheet in `ui.preflight_dialog` only shows it.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import pyqtSignal

from ..core import bands, sizes
from ..core.auth import Withheld
from ..core.disk import KEPT_FREE
from ..core.download import fetchable, whole
from ..core.errors import StorageError
from ..core.holdings import Held, Holdings, Scan
from ..core.jobs import JobStore
from . import messages
from .footprints import FootprintStore
from .i18n import tr
from .queue_task import file as queue_file
from .queue_task import limits
from .settings import Settings, home
from .tasks import Task, beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..core.jobs import Wish
    from ..core.model import Product
    from ..core.provider import Provider, ProviderInfo, Quota

FILE = "holdings.sqlite"
DAY = 86400.0
NEWS = 0.2  # seconds between two news

ONLINE, ORDER, LOGIN, LOST = "online", "order", "login", "lost"


def open_holdings() -> Holdings:
    """The index of this profile. Raises StorageError."""
    return Holdings(home() / FILE)


def roots(kept: Settings, *more: str) -> list[Path]:
    """The folders that are looked into: that of the downloads always."""
    return [Path(name) for name in dict.fromkeys((kept.folder, *more, *kept.folders)) if name]


def begins(kept: Settings, hour: int) -> Optional[int]:
    """The hour from which downloads may run, None when they may run at this one. Pure."""
    allowed = limits(kept)
    return None if allowed.allows(hour) else allowed.from_hour


@dataclass(frozen=True)
class Kept:
    """A wish that the disk fulfils already: ``path`` is what to load."""

    wish: Wish
    path: Path


@dataclass(frozen=True)
class Decision:
    """What a person decided: ``wishes`` are fetched, ``held`` are left out."""

    wishes: tuple[Wish, ...]
    held: tuple[Kept, ...] = ()


@dataclass(frozen=True)
class Allowance:
    """A portal's quota: what it lets go, what came already, and what is to come."""

    quota: Quota
    used: int
    wanted: int

    @property
    def exceeded(self) -> bool:
        return self.used + self.wanted > self.quota.size


@dataclass(frozen=True)
class Bill:
    """What a number of wishes means.

    ``unknown`` scenes have no known size. ``saved`` are bytes that whole products would take more.
    ``portals`` counts scenes by the portal that each will come from; ``logins`` those that only a
    login would give, ``orders`` those that are brought from an archive, ``lost`` are offline for
    good as far as is known.
    """

    scenes: int = 0
    files: int = 0
    size: int = 0
    unknown: int = 0
    saved: int = 0
    portals: Mapping[str, int] = field(default_factory=dict)
    logins: Mapping[str, int] = field(default_factory=dict)
    orders: Mapping[str, int] = field(default_factory=dict)
    lost: int = 0
    bytes_of: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """Everything that is told before a download starts.

    ``held`` wishes are on the disk, ``older`` counts those that are there in an older processing.
    ``begins`` is the hour from which downloads may run, None: now.
    The logins of ``locked`` portals are there, and shut in QGIS's authentication database.
    ``free`` is the room in ``folder``, of which jobs that wait take ``waiting``; None: unknown.
    """

    wishes: tuple[Wish, ...]
    folder: str
    held: tuple[Kept, ...] = ()
    older: int = 0
    bill: Bill = Bill()
    bill_of_all: Bill = Bill()
    free: Optional[int] = None
    writable: bool = True
    waiting: int = 0
    quotas: Mapping[str, Allowance] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    locked: frozenset[str] = frozenset()
    begins: Optional[int] = None

    def bill_for(self, everything: bool) -> Bill:
        return self.bill_of_all if everything else self.bill

    def has_room(self, everything: bool = False) -> bool:
        """Is there room, as far as is known?"""
        wanted = self.bill_for(everything).size + self.waiting
        return self.free is None or not wanted or wanted <= self.free

    def in_the_way(self) -> bool:
        """Would a person want to know before it starts?"""
        bill = self.bill
        return bool(
            bill.logins
            or bill.orders
            or bill.lost
            or not self.writable
            or not self.has_room()
            or any(allowance.exceeded for allowance in self.quotas.values())
        )

    def decided(self, everything: bool) -> Decision:
        """What is to be done: ``everything``, or what is not on the disk."""
        if everything:
            return Decision(self.wishes)
        there = {id(kept.wish) for kept in self.held}
        return Decision(tuple(w for w in self.wishes if id(w) not in there), self.held)


def unknown(wishes: Sequence[Wish]) -> Sheet:
    """What is told when nothing could be found out."""
    count = len(wishes)
    bill = Bill(scenes=count, unknown=count)
    return Sheet(tuple(wishes), wishes[0].folder, bill=bill, bill_of_all=bill)


# --- what it means ---------------------------------------------------------------------------


def road(wish: Wish, infos: Mapping[str, ProviderInfo], logged_in: set[str]) -> tuple[str, Product]:
    """How a scene will come, and from which offer: as the queue goes about it. Pure."""
    known = [offer for offer in wish.offers if offer.provider in infos]
    having = [offer for offer in known if files(offer, wish)] or known
    allowed = [
        offer
        for offer in having
        if not infos[offer.provider].download_auth.fields or offer.provider in logged_in
    ]
    online = [offer for offer in allowed if offer.online]
    orderable = [offer for offer in allowed if infos[offer.provider].ordering]
    for how, offers in ((ONLINE, online), (ORDER, orderable)):
        if offers:
            return how, offers[0]
    if having and not allowed:
        return LOGIN, having[0]
    return LOST, (having or list(wish.offers))[0]


def files(offer: Product, wish: Wish) -> int:
    """How many files of an offer are wanted. Pure."""
    if wish.area is not None:
        return len(sizes.images(offer, wish.keys)[0])
    chosen = bands.pick(offer.assets, wish.keys)[0] if wish.keys else whole(offer)
    return sum(map(fetchable, chosen))


def bill(wishes: Iterable[Wish], infos: Mapping[str, ProviderInfo], logged_in: set[str]) -> Bill:
    """What these wishes mean. Pure."""
    count: Counter[str] = Counter()
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for wish in wishes:
        how, offer = road(wish, infos, logged_in)
        size = sizes.estimated(offer, wish.keys, wish.area)
        by[how][offer.provider] += 1
        by["bytes"][offer.provider] += size or 0
        count.update(scenes=1, files=files(offer, wish), size=size or 0, unknown=size is None)
        if size is not None and (wish.keys or wish.area):
            count["saved"] += max(0, (sizes.estimated(offer) or 0) - size)
    return Bill(
        count["scenes"],
        count["files"],
        count["size"],
        count["unknown"],
        count["saved"],
        portals=dict((by[ONLINE] + by[ORDER]).most_common()),
        logins=dict(by[LOGIN]),
        orders=dict(by[ORDER]),
        lost=sum(by[LOST].values()),
        bytes_of=dict(by["bytes"]),
    )


def room(folder: Path) -> tuple[Optional[int], bool]:
    """The bytes that are free where a folder is or will be, and whether one may write there."""
    place = next((p for p in (folder, *folder.parents) if p.exists()), None)
    if place is None:
        return None, False
    try:
        free = max(0, shutil.disk_usage(place).free - KEPT_FREE)
    except OSError:
        return None, False
    return free, place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def allowances(
    bill: Bill, infos: Mapping[str, ProviderInfo], fetched: Mapping[int, Mapping[str, int]]
) -> dict[str, Allowance]:
    """The quotas of the portals that will be asked; portals of one account share theirs. Pure."""
    told: dict[str, Allowance] = {}
    for portal in bill.portals:
        quota = infos[portal].quota
        if quota is None:
            continue
        kin = [
            name
            for name, info in infos.items()
            if info.quota == quota and info.download_auth == infos[portal].download_auth
        ]
        used = sum(fetched.get(quota.days, {}).get(name, 0) for name in kin)
        told[portal] = Allowance(quota, used, sum(bill.bytes_of.get(name, 0) for name in kin))
    return told


# --- the tasks -------------------------------------------------------------------------------


class Looking(Task):
    """``looked`` tells now and then how many products were seen, and in which folder it is."""

    looked = pyqtSignal(int, str)
    _told = 0.0

    def tell(self, count: int, folder: str) -> None:
        if time.monotonic() - self._told >= NEWS and not self.idle():
            self._told = time.monotonic()
            self.looked.emit(count, folder)


class ScanTask(Looking):
    """Looks for products below some folders; ``scan`` is what came of it."""

    def __init__(self, folders: Sequence[Path], *, afresh: bool = False) -> None:
        super().__init__(tr("Looking for scenes on the disk"))
        self._folders, self._afresh = list(folders), afresh
        self.scan = Scan()

    def work(self) -> None:
        for _ in beside(self._scan):
            if self.stopped():
                return

    def _scan(self) -> None:
        with open_holdings() as holdings:
            self.scan = holdings.scan(self._folders, self.idle, self.tell, afresh=self._afresh)


class SheetTask(Looking):
    """Finds out everything of a `Sheet`; ``sheet`` is there when it has ended well.

    ``skip`` ends the look at the folders: what the index knows already is then all that counts.
    """

    def __init__(
        self,
        wishes: Sequence[Wish],
        providers: Mapping[str, Provider],
        folders: Sequence[Path],
        begins: Optional[int] = None,
    ) -> None:
        super().__init__(tr("Preparing the download"))
        self._begins = begins
        self._wishes, self._folders = tuple(wishes), list(folders)
        self._infos = {name: provider.info for name, provider in providers.items()}
        auths = {name: provider.files.auth for name, provider in providers.items()}
        self._locked = {name for name, auth in auths.items() if isinstance(auth, Withheld)}
        self._logged_in = {name for name in auths if auths[name] is not None} - self._locked
        self.sheet: Optional[Sheet] = None
        self._skip = threading.Event()

    def skip(self) -> None:
        self._skip.set()

    def work(self) -> None:
        for sheet in beside(self._find_out):
            if self.stopped():
                return
            self.sheet = sheet

    def _find_out(self) -> Sheet:
        folder = self._wishes[0].folder
        held, older, scan = self._look()
        there = {id(kept.wish) for kept in held}
        rest = [wish for wish in self._wishes if id(wish) not in there]
        everything = bill(self._wishes, self._infos, self._logged_in)
        needed = bill(rest, self._infos, self._logged_in) if held else everything
        free, writable = room(Path(folder))
        waiting, fetched = self._queue()
        self._mark(held)
        return Sheet(
            self._wishes,
            folder,
            tuple(held),
            older,
            needed,
            everything,
            free,
            writable,
            waiting,
            allowances(needed, self._infos, fetched),
            scan.unreadable,
            frozenset(self._locked),
            self._begins,
        )

    def _look(self) -> tuple[list[Kept], int, Scan]:
        """What is on the disk. An index that cannot be used costs only this knowledge."""
        held: list[Kept] = []
        older, scan = 0, Scan()
        try:
            with open_holdings() as holdings:
                scan = holdings.scan(self._folders, self._scanned, self.tell)
                for wish in self._wishes:
                    if self.idle():
                        break
                    found = holdings.held(wish.offers, wish.keys, wish.area)
                    if found and found.enough:
                        held.append(Kept(wish, found.path))
                    older += _is_older(found)
        except StorageError as error:
            messages.log(str(error), error)
        return held, older, scan

    def _scanned(self) -> bool:
        return self._skip.is_set() or self.idle()

    def _queue(self) -> tuple[int, dict[int, dict[str, int]]]:
        """What the queue still wants, and what each portal gave in the days of each quota."""
        if not queue_file().exists():
            return 0, {}
        days = {info.quota.days for info in self._infos.values() if info.quota}
        try:
            store = JobStore(queue_file())
            try:
                now = time.time()
                return store.to_come(), {d: store.fetched(now - d * DAY) for d in days}
            finally:
                store.close()
        except StorageError as error:
            messages.log(str(error), error)
            return 0, {}

    @staticmethod
    def _mark(held: Sequence[Kept]) -> None:
        """The footprints of what is here say so."""
        ids: dict[str, list[str]] = defaultdict(list)
        for kept in held:
            if kept.wish.layer and kept.wish.scene_id and Path(kept.wish.layer).exists():
                ids[kept.wish.layer].append(kept.wish.scene_id)
        for layer, scene_ids in ids.items():
            try:
                FootprintStore(Path(layer)).set_state(scene_ids, "on disk")
            except StorageError as error:
                messages.log(str(error), error)


def _is_older(found: Optional[Held]) -> bool:
    return bool(found and found.complete and found.older)


def moved(wishes: Iterable[Wish], folder: str) -> list[Wish]:
    """The wishes with another folder for their files."""
    return [replace(wish, folder=folder) for wish in wishes]
