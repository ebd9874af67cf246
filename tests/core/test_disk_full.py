"""A disk that is really full: for a file on its way, and for the queue itself."""

import os
import resource
import subprocess

import pytest

from sentinel_portals.core import disk
from sentinel_portals.core.download import fetch_asset
from sentinel_portals.core.errors import DiskFull, StorageError
from sentinel_portals.core.jobs import DONE, RUNNING, WAITING, JobStore, Wish
from sentinel_portals.tests.core.making import Land, file, portal, product
from sentinel_portals.tests.servers.web import File

SMALL = 1 << 20


@pytest.fixture
def small(tmp_path):
    """A disk of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip(f"nobody may mount here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def land(web, connect):
    provider = portal({}, make=Land, url=web.url)
    provider.http = provider.files = connect()
    return provider


def fill(place, leave=0):
    """Takes all the room but a little."""
    ballast = place / "ballast"
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    with ballast.open("wb") as out:
        out.write(bytes(max(0, free - leave)))
    return ballast


def test_a_file_larger_than_the_room_is_not_begun(small, land, web):
    asset = file(web.on("/big", File(bytes(2 * SMALL))), size=2 * SMALL)
    with pytest.raises(DiskFull, match="MB are wanted"):
        fetch_asset(land, asset, small / "big")
    assert [path.name for path in small.iterdir() if path.stat().st_size] == []


def test_a_disk_that_fills_up_on_the_way_keeps_the_part_and_goes_on_later(
    small, land, web, monkeypatch
):
    monkeypatch.setattr(disk, "KEPT_FREE", -SMALL)
    content = bytes(range(256)) * 2048
    asset = file(web.on("/a", File(content)), size=len(content))
    ballast = fill(small, leave=300_000)
    with pytest.raises(DiskFull, match=r"The disk is full: .*small has no room for a"):
        fetch_asset(land, asset, small / "a")
    assert not (small / "a").exists()
    assert (small / "a.part").stat().st_size > 0
    ballast.unlink()
    fetch_asset(land, asset, small / "a")
    assert (small / "a").read_bytes() == content
    assert web.asked[-1].headers["range"].startswith("bytes=")


def test_a_queue_on_a_full_disk_says_so_and_loses_no_job(small):
    store = JobStore(small / "downloads.sqlite")
    offer = product("one", "A", assets={"data": file("https://x.test/a")})
    (job,) = store.add([Wish((offer,), "/data")])
    store.claim(WAITING)
    ballast = fill(small)
    more = [
        Wish((product("one", f"B{n}", assets={"data": file("x" * 4000)}),), "/data")
        for n in range(200)
    ]
    with pytest.raises(StorageError, match="could not be read or written"):
        store.add(more)
    assert [j.state for j in store.jobs()] == [RUNNING]
    ballast.unlink()
    assert store.finish(job.id, DONE)
    store.close()
    again = JobStore(small / "downloads.sqlite")
    assert [j.state for j in again.jobs()] == [DONE]
    again.close()


def test_a_limit_on_the_size_of_files_is_a_full_disk_too(land, web, tmp_path):
    content = bytes(SMALL)
    asset = file(web.on("/a", File(content)), size=len(content))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL // 2, hard))
    try:
        with pytest.raises(DiskFull, match="takes no file as large as a"):
            fetch_asset(land, asset, tmp_path / "a")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not (tmp_path / "a").exists()
    fetch_asset(land, asset, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == content
