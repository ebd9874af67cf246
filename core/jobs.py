"""The queue on the disk: one SQLite file, one row per scene that is to be had.

A change is committed before anybody sees it, so that a queue outlives whatever happens to QGIS.
Two windows on one profile share the file: whoever works on a job holds a lease on it, and a lease
whose heart has stopped is taken back. What can be signed anew is not stored: see `unsigned`.

Times are seconds since 1970.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import threading
import time
import uuid
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional
from urllib.parse import urlsplit, urlunsplit

from .disk import make_folder, safe
from .errors import StorageError
from .model import Product, from_item, to_item
from .sizes import estimated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from .model import Geometry

VERSION = 1  # of the file's shape, `PRAGMA user_version`
LEASE = 30.0  # seconds without a heartbeat, then a job's holder counts as dead
PATIENCE = 10.0  # seconds to wait for another window that is writing
LOGIN = "AuthError"  # the kind of trouble that a login helps against
OFFLINE = "ProductOffline"  # that is what an order is for
MOST_TROUBLES = 20  # that are kept of one job
HERE = ("bytes_done", "bytes_total")  # what is told of a job that somebody paused meanwhile
LEAST_STEP = 1e-6  # between the ranks of two jobs


class JobState(str, Enum):
    """Where a job stands."""

    WAITING = "waiting"
    ORDERED = "ordered"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITING, ORDERED, RUNNING, PAUSED, DONE, FAILED, CANCELLED = JobState

MOVES: Mapping[JobState, frozenset[JobState]] = {
    WAITING: frozenset({RUNNING, PAUSED, CANCELLED}),
    RUNNING: frozenset({WAITING, ORDERED, PAUSED, DONE, FAILED, CANCELLED}),
    ORDERED: frozenset({WAITING, PAUSED, FAILED, CANCELLED}),
    PAUSED: frozenset({WAITING, ORDERED, CANCELLED}),
    FAILED: frozenset({WAITING, CANCELLED}),
    CANCELLED: frozenset({WAITING}),
    DONE: frozenset(),
}
"""Every move that is allowed; a job that stays where it is has not moved."""

OPEN = frozenset({WAITING, ORDERED, RUNNING, PAUSED})
"""Not at its end yet."""


@dataclass(frozen=True)
class Trouble:
    """One offer tried in vain: ``place`` among the offers, ``kind`` a class of `core.errors`."""

    portal: str
    place: int
    kind: str
    text: str
    retry: bool = False


@dataclass(frozen=True)
class Wish:
    """What a person wants: one scene by its offers, the best first.

    ``keys`` are asset keys or band names, empty for the whole product; ``layer`` and ``scene_id``
    say where its footprint is. With an ``area`` only that part of each image is wanted.
    """

    offers: tuple[Product, ...]
    folder: str
    keys: tuple[str, ...] = ()
    layer: str = ""
    scene_id: str = ""
    area: Optional[Geometry] = None

    @property
    def title(self) -> str:
        return self.offers[0].title or self.offers[0].id

    @property
    def target(self) -> str:
        """The folder of this scene's files; an area has one of its own."""
        return str(Path(self.folder) / folder_name(self.title, self.area))


def folder_name(title: str, area: Optional[Geometry] = None) -> str:
    """What the folder of a scene is called, or that of an area of it."""
    return f"{safe(title)}.window-{window_mark(area)}" if area else safe(title)


def window_mark(area: Optional[Geometry]) -> str:
    """A short name for an area, the same whenever it is asked for; '' for none."""
    return f"{zlib.crc32(json.dumps(area).encode()):08x}" if area else ""


@dataclass(frozen=True)
class DownloadJob:
    """One scene on its way, as it stood when it was read.

    ``place`` is the offer whose turn it is and ``portal`` its portal; ``rounds`` counts how often
    all offers were tried. ``offers`` and ``area`` are only there when one job was asked for by its
    id; ``window`` is the mark of its area, '' for the whole scene. Before the end ``files`` are
    those that came so far.
    """

    id: str
    title: str
    state: JobState
    portal: str
    folder: str
    target: str
    created: float
    updated: float
    rank: float
    turn: int
    keys: tuple[str, ...] = ()
    layer: str = ""
    scene_id: str = ""
    place: int = 0
    not_before: float = 0.0
    ordered: float = 0.0
    rounds: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    troubles: tuple[Trouble, ...] = ()
    files: tuple[str, ...] = ()
    item: str = ""
    owner: str = ""
    window: str = ""
    offers: tuple[Product, ...] = ()
    area: Optional[Geometry] = None

    @property
    def elsewhere(self) -> bool:
        """Does another process work on it?"""
        return bool(self.owner) and not self.owner.startswith(_process())

    @property
    def trouble(self) -> Optional[Trouble]:
        """The last thing that went wrong, None when nothing did."""
        return self.troubles[-1] if self.troubles else None

    @property
    def ails(self) -> Optional[Trouble]:
        """What is wrong with it now: nothing when it came, was given up, or is on order."""
        trouble = self.trouble
        on_order = self.state is ORDERED and trouble and trouble.kind == OFFLINE
        return None if self.state in (DONE, CANCELLED) or on_order else trouble


def _process() -> str:
    """What the names of all holders in this process begin with."""
    return f"{socket.gethostname()}:{os.getpid()}:"


SHAPE = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, state TEXT NOT NULL, portal TEXT NOT NULL,
    folder TEXT NOT NULL, target TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL,
    rank REAL NOT NULL, turn INTEGER NOT NULL, keys TEXT NOT NULL, layer TEXT NOT NULL,
    scene_id TEXT NOT NULL, place INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL DEFAULT 0,
    ordered REAL NOT NULL DEFAULT 0, rounds INTEGER NOT NULL DEFAULT 0,
    bytes_done INTEGER NOT NULL DEFAULT 0, bytes_total INTEGER NOT NULL DEFAULT 0,
    troubles TEXT NOT NULL DEFAULT '[]', files TEXT NOT NULL DEFAULT '[]',
    item TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL DEFAULT '', beat REAL NOT NULL DEFAULT 0,
    lines INTEGER NOT NULL DEFAULT 0, window TEXT NOT NULL, offers TEXT NOT NULL
);
CREATE VIEW listed AS SELECT
    id, title, state, portal, folder, target, created, updated, rank, turn, keys, layer, scene_id,
    place, not_before, ordered, rounds, bytes_done, bytes_total, troubles, files, item, owner,
    window
    FROM jobs;
CREATE TABLE areas (mark TEXT PRIMARY KEY, area TEXT NOT NULL);
CREATE INDEX jobs_by_rank ON jobs (state, rank);
CREATE INDEX jobs_by_turn ON jobs (turn);
CREATE INDEX jobs_by_target ON jobs (target);
CREATE INDEX jobs_by_owner ON jobs (owner);
CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

ONE = """
SELECT listed.*, jobs.offers, areas.area FROM listed JOIN jobs ON jobs.id = listed.id
    LEFT JOIN areas ON areas.mark = listed.window WHERE listed.id = ?
"""
ALL = "SELECT * FROM listed ORDER BY rank"
SINCE = "SELECT * FROM listed WHERE turn > ? ORDER BY rank"
BY_ID = "SELECT * FROM listed WHERE id = ?"
BY_TARGET = "SELECT * FROM listed WHERE target = ?"
WRITE = """
UPDATE jobs SET state = ?, portal = ?, updated = ?, rank = ?, turn = ?, place = ?, not_before = ?,
    ordered = ?, rounds = ?, bytes_done = ?, bytes_total = ?, troubles = ?, files = ?, item = ?,
    owner = ?, folder = ?, target = ? WHERE id = ?
"""
TURN = """
INSERT INTO marks (name, value) VALUES ('turn', 1)
    ON CONFLICT (name) DO UPDATE SET value = value + 1
"""
IN_USE = """
SELECT portal, count(*), sum(lines) FROM jobs WHERE state = ? AND owner <> '' GROUP BY portal
"""
READY = """
SELECT id, portal FROM jobs WHERE state = ? AND owner = '' AND not_before <= ?
    AND NOT EXISTS (
        SELECT 1 FROM jobs AS other WHERE other.target = jobs.target AND other.owner <> ''
    )
ORDER BY rank
"""


class JobStore:
    """The file. Any thread may use it; so may other processes. Raises StorageError."""

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], float] = time.time,
        alive: Optional[Callable[[int], bool]] = None,
    ) -> None:
        self.path = Path(path)
        self.me = _process() + uuid.uuid4().hex[:8]
        self._now, self._alive = now, alive or process_lives
        self._lock, self._closed = threading.RLock(), False
        make_folder(self.path.parent)
        with self._told():
            self._line = sqlite3.connect(
                str(self.path), timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
        try:
            with self._told():
                self._line.execute("PRAGMA journal_mode = WAL")
                self._line.execute("PRAGMA synchronous = FULL")  # a commit outlives a power cut
                self._shape()
        except StorageError:
            self._line.close()
            raise

    def close(self) -> None:
        """Lets go of what this store still holds; a second time does nothing."""
        with self._lock, self._told():
            if not self._closed:
                self._closed = True
                try:
                    self.release()
                finally:
                    self._line.close()

    # --- what is there ------------------------------------------------------------------------

    def jobs(self) -> list[DownloadJob]:
        """Every job in the order of the queue, without offers."""
        return self._read(ALL)

    def since(self, turn: int) -> list[DownloadJob]:
        """The jobs that changed after this ``turn`` (the highest of those one has)."""
        return self._read(SINCE, turn)

    def get(self, job_id: str) -> Optional[DownloadJob]:
        """One job with its offers; None when it was taken off the list."""
        with self._lock, self._told():
            row = self._line.execute(ONE, (job_id,)).fetchone()
        if row is None:
            return None
        area = json.loads(row[-1]) if row[-1] else None
        return replace(_job(row), offers=_offers(row[-2]), area=area)

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state."""
        rows = self._rows("SELECT state, count(*) FROM jobs GROUP BY state")
        return {JobState(state): count for state, count in rows}

    def fetched(self, since: float) -> dict[str, int]:
        """The bytes that each portal gave since then, as far as the list still tells."""
        rows = self._rows(
            "SELECT portal, sum(bytes_done) FROM jobs WHERE updated >= ? GROUP BY portal", since
        )
        return {portal: int(size) for portal, size in rows}

    def to_come(self) -> int:
        """The bytes that the open jobs still want, as far as anybody says."""
        states = [state.value for state in (WAITING, ORDERED, RUNNING, PAUSED)]
        rows = self._rows(
            "SELECT coalesce(sum(max(0, bytes_total - bytes_done)), 0) FROM jobs "
            "WHERE state IN (?, ?, ?, ?)",
            *states,
        )
        return int(rows[0][0])

    def ids(self) -> set[str]:
        """Every job that is on the list."""
        return {row[0] for row in self._rows("SELECT id FROM jobs")}

    def portals(self) -> set[str]:
        """The portals that hold an offer of a job that is still to be done."""
        found: set[str] = set()
        for state in OPEN:
            for (text,) in self._rows("SELECT offers FROM jobs WHERE state = ?", state.value):
                found.update(offer.provider for offer in _offers(text))
        return found

    def held(self) -> bool:
        """Does anybody work on a job, in this window or in another?"""
        return bool(self._rows("SELECT 1 FROM jobs WHERE owner <> '' LIMIT 1"))

    def stamp(self) -> tuple[int, int]:
        """Another value than before when anything changed, whoever did it."""
        with self._lock, self._told():
            version = self._line.execute("PRAGMA data_version").fetchone()[0]
            return version, self._line.total_changes

    def due(self) -> Optional[float]:
        """When the next job may go on; None when none waits for a time."""
        found: Optional[float] = self._rows(
            "SELECT min(not_before) FROM jobs WHERE state IN (?, ?) AND owner = ''",
            WAITING.value,
            ORDERED.value,
        )[0][0]
        return found

    # --- what a person does -------------------------------------------------------------------

    def add(self, wishes: Iterable[Wish]) -> list[DownloadJob]:
        """New jobs at the end of the queue, all or none.

        Who wishes twice gets the job that is there: an open one as it is, a failed or cancelled
        one set going again.
        """
        with self._changing():
            rank = self._line.execute("SELECT coalesce(max(rank), 0) FROM jobs").fetchone()[0]
            ids = [self._add(wish, rank + number) for number, wish in enumerate(wishes, 1)]
        return [job for job in map(self.get, ids) if job]

    def pause(self, ids: Sequence[str]) -> int:
        """How many stand still now."""
        return self._all_to(ids, PAUSED)

    def resume(self, ids: Sequence[str]) -> int:
        """How many go on; what was ordered is waited for again."""
        with self._changing():
            known = [job for job in self._listed(ids) if job.state is PAUSED]
            return sum(self._put(job, ORDERED if job.ordered else WAITING) for job in known)

    def cancel(self, ids: Sequence[str]) -> int:
        """How many were given up."""
        return self._all_to(ids, CANCELLED)

    def retry(self, ids: Sequence[str]) -> int:
        """How many are tried again at once, from their first offer on."""
        with self._changing():
            known = self._listed(ids)
            return sum(
                self._put(job, WAITING, place=0, rounds=0, not_before=0.0, ordered=0.0)
                for job in known
                if job.state in (FAILED, CANCELLED) or (job.state is WAITING and job.not_before)
            )

    def retry_logins(self, portals: Collection[str]) -> list[str]:
        """Those that failed because these portals wanted a login are tried again."""
        failed = self._read("SELECT * FROM listed WHERE state = ?", FAILED.value)
        last = {job.id: job.trouble for job in failed if job.trouble}
        ids = [i for i, why in last.items() if why.kind == LOGIN and why.portal in portals]
        self.retry(ids)
        return ids

    def move_to(self, ids: Sequence[str], folder: str) -> int:
        """How many will go into another folder: those of which nothing is running or done."""
        with self._changing():
            known = [job for job in self._listed(ids) if not job.owner]
            return sum(
                self._put(
                    job, job.state, folder=folder, target=str(Path(folder) / Path(job.target).name)
                )
                for job in known
                if job.state in (WAITING, PAUSED, FAILED, CANCELLED)
            )

    def forget(self, ids: Sequence[str]) -> int:
        """How many rows were taken off the list; files stay, open jobs too."""
        with self._changing():
            marks = [(i, DONE.value, FAILED.value, CANCELLED.value) for i in ids]
            statement = "DELETE FROM jobs WHERE id = ? AND state IN (?, ?, ?) AND owner = ''"
            gone = self._line.executemany(statement, marks).rowcount
            self._line.execute("DELETE FROM areas WHERE mark NOT IN (SELECT window FROM jobs)")
            return gone

    def reorder(self, ids: Sequence[str], before: str = "") -> None:
        """Puts jobs before another one, in this order; at the end of the queue without one."""
        with self._changing():
            ranks = dict(self._line.execute("SELECT id, rank FROM jobs ORDER BY rank"))
            there = [i for i in ids if i in ranks]
            rest = [i for i in ranks if i not in set(there)]
            place = rest.index(before) if before in rest else len(rest)
            new = _between(
                len(there),
                ranks[rest[place - 1]] if place else None,
                ranks[rest[place]] if place < len(rest) else None,
            )
            moved = dict(zip(there, new))
            if not moved:
                moved = {i: n for n, i in enumerate([*rest[:place], *there, *rest[place:]], 1)}
            turn = self._turn()
            self._line.executemany(
                "UPDATE jobs SET rank = ?, turn = ? WHERE id = ? AND rank <> ?",
                [(rank, turn, i, rank) for i, rank in moved.items()],
            )

    def paused(self) -> bool:
        """Does the whole queue stand still?"""
        rows = self._rows("SELECT value FROM marks WHERE name = ?", "paused")
        return bool(rows and rows[0][0] == "yes")

    def set_paused(self, on: bool) -> None:
        with self._changing():
            self._line.execute(
                "INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)",
                ("paused", "yes" if on else "no"),
            )

    # --- what a worker does -------------------------------------------------------------------

    def claim(
        self,
        state: JobState,
        full: Iterable[str] = (),
        room: Optional[Mapping[str, int]] = None,
        at_once: Optional[int] = None,
    ) -> Optional[DownloadJob]:
        """The next job that may go on, ours from now on; none of a portal that is ``full``.

        One that was waiting is running then; an ordered one stays so and is to be looked after.
        No two jobs of one folder are ever held at the same time. ``room`` is how many connections
        a portal takes, ``at_once`` how many jobs may run, counted over all windows.
        """
        with self._changing():
            busy = self._busy(set(full), room or {}, at_once) if state is WAITING else set(full)
            if busy is None:
                return None
            ready = self._line.execute(READY, (state.value, self._now()))
            found = next((job_id for job_id, portal in ready if portal not in busy), None)
            ready.close()
            job = self.get(found) if found else None
            if job is None:
                return None
            self._put(job, RUNNING if state is WAITING else state, owner=self.me)
            self._line.execute(
                "UPDATE jobs SET beat = ?, lines = 1 WHERE id = ?", (self._now(), job.id)
            )
            return self.get(job.id)

    def _busy(
        self, full: set[str], room: Mapping[str, int], at_once: Optional[int]
    ) -> Optional[set[str]]:
        """The portals that take no more, None when nobody may run any more."""
        rows = self._line.execute(IN_USE, (RUNNING.value,)).fetchall()
        if at_once is not None and sum(jobs for _, jobs, _ in rows) >= at_once:
            return None
        return full | {portal for portal, _, lines in rows if lines >= room.get(portal, lines + 1)}

    def more_lines(self, job_id: str, room: int) -> bool:
        """One connection more for a job of ours, where its portal has one of ``room`` left."""
        with self._changing():
            rows = self._line.execute(IN_USE, (RUNNING.value,)).fetchall()
            portal = self._line.execute("SELECT portal FROM jobs WHERE id = ?", (job_id,))
            used = {name: lines for name, _, lines in rows}.get((portal.fetchone() or [""])[0], 0)
            return used < room and self._lines(job_id, 1)

    def less_lines(self, job_id: str) -> None:
        """Gives one connection back."""
        with self._changing():
            self._lines(job_id, -1)

    def _lines(self, job_id: str, step: int) -> bool:
        statement = "UPDATE jobs SET lines = max(1, lines + ?) WHERE id = ? AND owner = ?"
        return self._line.execute(statement, (step, job_id, self.me)).rowcount > 0

    def keep(self, job_id: str, files: Sequence[str]) -> None:
        """Writes down which files of a job of ours came so far."""
        with self._changing():
            self._line.execute(
                "UPDATE jobs SET files = ? WHERE id = ? AND owner = ?",
                (json.dumps(list(files)), job_id, self.me),
            )

    def move_on(
        self,
        portal: str,
        choose: Callable[[DownloadJob], Optional[Mapping[str, Any]]],
        without: Collection[str],
        most: int = 50,
    ) -> list[str]:
        """Jobs that wait for this portal and go to another offer: ``choose`` says what changes.

        Looks at ``most`` of them, none of those ``without``; gives those that moved.
        """
        with self._changing():
            rows = self._rows(
                "SELECT id FROM jobs WHERE state = ? AND portal = ? AND owner = '' ORDER BY rank",
                WAITING.value,
                portal,
            )
            ids = [row[0] for row in rows if row[0] not in without][:most]
            jobs = [(job, choose(job)) for job in map(self.get, ids) if job]
            return [job.id for job, new in jobs if new and self._put(job, WAITING, **new)]

    def finish(self, job_id: str, state: JobState, **changes: Any) -> bool:
        """Lets go of a job of ours and writes what became of it; False when it is not ours to move.

        Whoever paused or cancelled it meanwhile is right.
        """
        with self._changing():
            job = self.get(job_id)
            if job is None or job.owner != self.me:
                return False
            if job.state not in (RUNNING, ORDERED):
                here = {name: changes[name] for name in HERE if name in changes}
                self._put(job, job.state, owner="", **here)
                return False
            return self._put(job, state, owner="", **changes)

    def beat(self) -> None:
        """We are alive."""
        with self._changing():
            self._line.execute("UPDATE jobs SET beat = ? WHERE owner = ?", (self._now(), self.me))

    def mine(self) -> set[str]:
        """The jobs that we hold and nobody paused, cancelled or took."""
        rows = self._rows(
            "SELECT id FROM jobs WHERE owner = ? AND state IN (?, ?)",
            self.me,
            RUNNING.value,
            ORDERED.value,
        )
        return {row[0] for row in rows}

    def release(self) -> int:
        """Everything that we hold goes back into the queue."""
        return self._take_back(lambda owner, beat: owner == self.me)

    def recover(self) -> int:
        """Jobs whose holder is dead go back into the queue."""
        if not self._rows("SELECT 1 FROM jobs WHERE owner NOT IN ('', ?) LIMIT 1", self.me):
            return 0
        return self._take_back(self._dead)

    # --- below --------------------------------------------------------------------------------

    def _shape(self) -> None:
        version = self._line.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise StorageError(f"{self.path.name} was written by a newer Sentinel Portals.")
        if version == VERSION:
            return
        with self._changing():
            if self._line.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in filter(str.strip, SHAPE.split(";")):
                    self._line.execute(statement)
                self._line.execute("PRAGMA user_version = 1")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns SQLite's errors into ours."""
        try:
            yield
        except sqlite3.Error as error:
            why = str(error).rstrip(".")
            raise StorageError(
                f"The list of downloads {self.path} could not be read or written: {why}."
            ) from error

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """All of it or nothing, on the disk at the end."""
        with self._lock, self._told():
            if self._line.in_transaction:
                yield
                return
            self._line.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._line.execute("COMMIT")
            except BaseException:
                if self._line.in_transaction:
                    self._line.execute("ROLLBACK")
                raise

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        with self._lock, self._told():
            return self._line.execute(statement, values).fetchall()

    def _listed(self, ids: Iterable[str]) -> list[DownloadJob]:
        """Those of them that are there, without their offers."""
        return [job for job_id in ids for job in self._read(BY_ID, job_id)]

    def _read(self, statement: str, *values: Any) -> list[DownloadJob]:
        return [_job(row) for row in self._rows(statement, *values)]

    def _turn(self) -> int:
        """Counts the changes; one that was given is never given again."""
        self._line.execute(TURN)
        row = self._line.execute("SELECT value FROM marks WHERE name = 'turn'").fetchone()
        return int(row[0])

    def _add(self, wish: Wish, rank: float) -> str:
        for row in self._line.execute(BY_TARGET, (wish.target,)).fetchall():
            known = _job(row)
            if known.keys != wish.keys or known.state is DONE:
                continue
            if known.state in (FAILED, CANCELLED):
                self._put(known, WAITING, place=0, rounds=0, not_before=0.0, ordered=0.0)
            return known.id
        job_id, now = str(uuid.uuid4()), self._now()
        if wish.area:
            self._line.execute(
                "INSERT OR IGNORE INTO areas (mark, area) VALUES (?, ?)",
                (window_mark(wish.area), json.dumps(wish.area)),
            )
        items = json.dumps([unsigned(to_item(o)) for o in wish.offers], default=str)
        self._line.execute(
            "INSERT INTO jobs (id, title, state, portal, folder, target, created, updated, rank, "
            "turn, keys, layer, scene_id, bytes_total, window, offers) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                job_id,
                wish.title,
                WAITING.value,
                wish.offers[0].provider,
                wish.folder,
                wish.target,
                now,
                now,
                rank,
                self._turn(),
                json.dumps(wish.keys),
                wish.layer,
                wish.scene_id,
                estimated(wish.offers[0], wish.keys, wish.area) or 0,
                window_mark(wish.area),
                items,
            ),
        )
        return job_id

    def _all_to(self, ids: Sequence[str], state: JobState) -> int:
        with self._changing():
            known = [job for job in self._listed(ids) if job.state is not state]
            return sum(self._put(job, state) for job in known)

    def _put(self, job: DownloadJob, state: JobState, **changes: Any) -> bool:
        """Writes a job in its new state; False when there is no such move."""
        if state is not job.state and state not in MOVES[job.state]:
            return False
        offers = changes.pop("offers", None)
        new = replace(job, state=state, updated=self._now(), turn=self._turn(), **changes)
        self._line.execute(
            WRITE,
            (
                new.state.value,
                new.portal,
                new.updated,
                new.rank,
                new.turn,
                new.place,
                new.not_before,
                new.ordered,
                new.rounds,
                new.bytes_done,
                new.bytes_total,
                json.dumps([vars(t) for t in new.troubles[-MOST_TROUBLES:]]),
                json.dumps(new.files),
                new.item,
                new.owner,
                new.folder,
                new.target,
                new.id,
            ),
        )
        if offers is not None:
            items = json.dumps([unsigned(to_item(o)) for o in offers], default=str)
            self._line.execute("UPDATE jobs SET offers = ? WHERE id = ?", (items, new.id))
        return True

    def _take_back(self, lost: Callable[[str, float], bool]) -> int:
        with self._changing():
            held = self._rows("SELECT id, owner, beat FROM jobs WHERE owner <> ''")
            jobs = [self.get(job_id) for job_id, owner, beat in held if lost(owner, beat)]
            for job in jobs:
                if job:
                    self._put(job, WAITING if job.state is RUNNING else job.state, owner="")
            return len(jobs)

    def _dead(self, owner: str, beat: float) -> bool:
        if owner == self.me:
            return False
        if self._now() - beat > LEASE:
            return True
        host, _, rest = owner.rpartition(":")[0].rpartition(":")
        return host == socket.gethostname() and rest.isdecimal() and not self._alive(int(rest))


def process_lives(pid: int) -> bool:
    """Is there a process with this number? Where one cannot ask without harm, yes."""
    if os.name != "posix":  # elsewhere os.kill ends the process, whatever the signal
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


SIGNED = re.compile(
    r"(?i)x-(amz|goog)-.*|sig|signature|key-pair-id|aws\w*id|googleaccessid|token|access_token|"
    r"api_?key|pass\w*"
)
AZURE = re.compile(r"s[eprtv]|sk[eostv]\w*|expires|policy")  # only beside a signature
"""Query parameters that belong to a signature, or are a secret by themselves."""


def unsigned(item: Mapping[str, Any]) -> dict[str, Any]:
    """A STAC item whose links carry no signature and no secret; `Provider.resolve` signs anew."""
    assets = {
        key: {**asset, "href": _unsigned(str(asset["href"]))}
        for key, asset in item["assets"].items()
    }
    return {**item, "assets": assets}


def _unsigned(href: str) -> str:
    try:
        parts = urlsplit(href)
    except ValueError:
        return href
    told = [p for p in parts.query.split("&") if p]
    kept = [p for p in told if not SIGNED.fullmatch(p.partition("=")[0])]
    place = parts.netloc.rpartition("@")[2]
    if place == parts.netloc and kept == told:
        return href
    kept = [p for p in kept if not AZURE.fullmatch(p.partition("=")[0].lower())]
    return urlunsplit((parts.scheme, place, parts.path, "&".join(kept), parts.fragment))


def _between(count: int, low: Optional[float], high: Optional[float]) -> list[float]:
    """So many ranks between two others (None: there is nothing); [] where they are too close."""
    if low is None:
        low = 0.0 if high is None else high - count - 1
    if high is None:
        high = low + count + 1
    step = (high - low) / (count + 1)
    return [low + step * n for n in range(1, count + 1)] if step > LEAST_STEP else []


def _offers(text: str) -> tuple[Product, ...]:
    return tuple(from_item(item) for item in json.loads(text))


def _job(row: Sequence[Any]) -> DownloadJob:
    (job_id, title, state, portal, folder, target, created, updated, rank, turn, wanted) = row[:11]
    (layer, scene_id, place, not_before, ordered, rounds, done, total) = row[11:19]
    troubles, files, item, owner, window = row[19:24]
    return DownloadJob(
        id=job_id,
        title=title,
        state=JobState(state),
        portal=portal,
        folder=folder,
        target=target,
        created=created,
        updated=updated,
        rank=rank,
        turn=turn,
        keys=tuple(json.loads(wanted)),
        layer=layer,
        scene_id=scene_id,
        place=place,
        not_before=not_before,
        ordered=ordered,
        rounds=rounds,
        bytes_done=done,
        bytes_total=total,
        troubles=tuple(Trouble(**t) for t in json.loads(troubles)) if troubles != "[]" else (),
        files=tuple(json.loads(files)) if files != "[]" else (),
        item=item,
        owner=owner,
        window=window,
    )
