"""A thousand jobs, every fault, two windows on one queue, and ten times a window is killed."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from sentinel_portals.core.jobs import DONE, JobStore, Wish
from sentinel_portals.core.model import Checksum, OrderStatus
from sentinel_portals.tests.core import soaking
from sentinel_portals.tests.core.making import file, product
from sentinel_portals.tests.servers.faults import Shelf, lasting, passing
from sentinel_portals.tests.servers.web import Web

JOBS, KILLS, SEED = 1000, 10, 20260920
PATIENCE = 240  # seconds, then something hangs


def wish(shelf, book, url, folder):
    """A scene that both portals offer, or only the first, which has it in its archive."""
    name = f"{book.name}.zip" if book.zipped else f"{book.name}.bin"
    checksum = shelf.checksum(book)
    knows = {
        "size": len(book.content),
        "checksum": Checksum("sha256", checksum) if checksum else None,
        "properties": {"file:local_path": name},
        "type": "application/zip" if book.zipped else "application/octet-stream",
    }
    portals = ("one",) if book.offline else ("one", "two")
    status = OrderStatus.ORDERABLE if book.offline else OrderStatus.SUCCEEDED
    offers = [
        product(
            portal,
            book.name,
            order_status=status,
            assets={"data": file(f"{url}/{portal}/{book.name}", **knows)},
        )
        for portal in portals
    ]
    return Wish(tuple(offers), str(folder))


class Windows:
    """Two processes that work on the queue; one that was killed is followed by another."""

    def __init__(self, *how):
        self.command = [sys.executable, soaking.__file__, *map(str, how)]
        self.open = [self.start(), self.start()]

    def start(self):
        return subprocess.Popen(self.command, stderr=subprocess.PIPE)

    def kill(self, number):
        victim = self.open[number % 2]
        victim.kill()
        victim.communicate()
        self.open[number % 2] = self.start()

    def end(self):
        """What each said at its end, once both have nothing left to do."""
        told = [window.communicate(timeout=PATIENCE)[1] for window in self.open]
        return [(window.returncode, text) for window, text in zip(self.open, told)]


@pytest.fixture(scope="module")
def soaked(tmp_path_factory):
    """The end of the story: the shelf's books, the jobs, and the folder."""
    home = tmp_path_factory.mktemp("soak")
    folder, queue = home / "images", home / "downloads.sqlite"
    with Web() as web:
        shelf = Shelf(JOBS, SEED, web.other)
        web.on("*", shelf)
        store = JobStore(queue)
        store.add(wish(shelf, book, web.url, folder) for book in shelf.books.values())
        windows = Windows(queue, web.url)
        for number in range(KILLS):
            enough = (number + 1) * JOBS // (KILLS + 1)
            with shelf.moved:
                assert shelf.moved.wait_for(lambda n=enough: shelf.sent >= n, PATIENCE)
            windows.kill(number)
        ends = windows.end()
        jobs = store.jobs()
        store.close()
    assert ends == [(0, b""), (0, b"")]
    return shelf, jobs, folder


def test_every_fault_was_there(soaked):
    shelf = soaked[0]
    had = Counter(fault for book in shelf.books.values() for fault in book.faults)
    assert set(had) == set(passing(b"x", shelf.dice)) | set(lasting())
    assert {200, 202, 206, 302, 403, 404, 429, 503} <= set(shelf.statuses)


def test_none_is_lost(soaked):
    assert [
        (job.title, job.state, job.troubles) for job in soaked[1] if job.state is not DONE
    ] == []
    assert len(soaked[1]) == JOBS


def test_every_file_is_whole_and_nothing_else_is_left(soaked):
    shelf, jobs, folder = soaked
    files = [path for job in jobs for path in map(Path, job.files)]
    assert len(files) == JOBS
    wrong = [path for path in files if path.read_bytes() != shelf.books[path.stem].content]
    assert wrong == []
    items = [Path(job.item) for job in jobs]
    there = {path for path in folder.rglob("*") if path.is_file()}
    assert there - {*files, *items} == set()


def test_none_is_fetched_twice(soaked):
    """A kill may come between the last byte and the name, for each of the jobs at work then."""
    shelf = soaked[0]
    calm = [book for book in shelf.books.values() if not book.faults]
    assert len(calm) > JOBS / 10
    assert all(book.whole >= 1 for book in calm)
    assert sum(book.whole - 1 for book in calm) <= KILLS * soaking.AT_ONCE
    assert max(book.whole for book in shelf.books.values()) <= 1 + 6


def test_what_was_ordered_was_ordered_once(soaked):
    books = [book for book in soaked[0].books.values() if book.offline]
    assert len(books) == JOBS / 20
    assert all(book.ordered >= 1 for book in books)
    assert sum(book.ordered - 1 for book in books) <= KILLS


def test_no_login_was_seen_at_the_other_host(soaked):
    assert soaked[0].leaks == []
