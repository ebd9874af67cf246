"""core/archive.py: archives that are damaged or mean harm, and a real one that does not."""

import json
import random
import stat
import struct
import zipfile
from contextlib import suppress

import pytest

from sentinel_portals.core.archive import check, is_zip
from sentinel_portals.core.download import fetch_asset
from sentinel_portals.core.errors import ChecksumMismatch, DamagedAtSource, UnreadableFile
from sentinel_portals.core.model import Checksum
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.core.making import Land, file, portal
from sentinel_portals.tests.servers.web import File

SHARED = ROOT.parent / "shared"
REAL = SHARED / "samples" / "S3_small_real_product.zip"
TOLD = SHARED / "recorded" / "scihub" / "download_odata_product_b.json"


@pytest.fixture
def archive(tmp_path):
    """Makes an archive of entries by name; a ZipInfo as name is taken as it is."""

    def archive(entries, **how):
        path = tmp_path / "S2A.zip"
        with zipfile.ZipFile(path, "w", **how) as made:
            for name, content in entries:
                made.writestr(name, content)
        return path

    return archive


GOOD = [("S2A.SAFE/manifest.safe", b"<xml/>"), ("S2A.SAFE/IMG.jp2", random.Random(1).randbytes(9))]


def test_a_good_archive_passes(archive):
    path = archive(GOOD)
    assert is_zip(path)
    check(path, whole=True)


def named(name, **facts):
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    for fact, value in facts.items():
        setattr(entry, fact, value)
    return entry


HOSTILE = {
    "slip": ([(named("../../.bashrc"), b"x")], "outside of its folder"),
    "slip in the middle": ([(named("a/../../../b"), b"x")], "outside of its folder"),
    "absolute": ([(named("/etc/passwd"), b"x")], "outside of its folder"),
    "drive": ([(named("C:/Windows/x.dll"), b"x")], "outside of its folder"),
    "backslashes": ([(named("..\\..\\x"), b"x")], "outside of its folder"),
    "no name": ([(named("a\nb"), b"x")], "a name that no file can have"),
    "link": (
        [(named("x", external_attr=(stat.S_IFLNK | 0o777) << 16), b"/etc")],
        "a link to somewhere else",
    ),
}


@pytest.mark.parametrize(("entries", "why"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_archive_gives_a_sentence(archive, tmp_path, entries, why):
    path = archive([*GOOD, *entries])
    with pytest.raises(UnreadableFile, match=f"S2A.zip is no archive to be trusted: .*{why}"):
        check(path, whole=True)
    assert list(tmp_path.iterdir()) == [path], "nothing was written"


def test_a_bomb_is_not_unpacked(archive):
    path = archive([("zeros", bytes(400 << 20))], compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    assert path.stat().st_size < 500_000
    with pytest.raises(UnreadableFile, match="it would grow without end"):
        check(path, whole=True)


def test_files_that_share_their_bytes_are_a_bomb(archive):
    path = archive([("a", random.Random(1).randbytes(999)), ("b", b"x")])
    raw = bytearray(path.read_bytes())
    second = raw.rindex(b"PK\x01\x02")
    raw[second + 42 : second + 46] = struct.pack("<I", 0)  # where its content is said to begin
    path.write_bytes(raw)
    with pytest.raises(UnreadableFile, match="it would grow without end"):
        check(path, whole=False)


def test_an_archive_that_wants_a_password_is_told(archive):
    path = archive([("a", b"x")])
    raw = bytearray(path.read_bytes())
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    with pytest.raises(UnreadableFile, match="it wants a password"):
        check(path, whole=False)


@pytest.mark.parametrize("keep", [0, 1, 20, 60, -1])
def test_a_part_of_an_archive_is_damaged(archive, keep):
    path = archive(GOOD)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ChecksumMismatch, match="no whole zip archive"):
        check(path, whole=True)


def test_one_wrong_bit_is_found_wherever_it_is(archive):
    path = archive([("a", random.Random(1).randbytes(500))])
    good = path.read_bytes()
    place = good.index(b"a", 30) + 100
    path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
    check(path, whole=False)
    with pytest.raises(ChecksumMismatch):
        check(path, whole=True)


def test_two_thousand_random_damages_give_a_sentence_or_nothing(archive):
    dice = random.Random(20260921)
    path = archive(GOOD)
    good = path.read_bytes()
    for _ in range(2000):
        bad = bytearray(good)
        for _ in range(dice.randint(1, 8)):
            bad[dice.randrange(len(bad))] = dice.randrange(256)
        path.write_bytes(bad)
        with suppress(ChecksumMismatch, UnreadableFile):
            check(path, whole=True)


# --- on its way --------------------------------------------------------------------------------


@pytest.fixture
def fetch(web, connect, tmp_path):
    """Fetches content as an archive, by a portal that names no checksum."""

    def fetch(content, faults=(), **knows):
        provider = portal({}, make=Land, url=web.url)
        provider.http = provider.files = connect()
        web.on("/S2A.zip", File(content, faults=list(faults)))
        asset = file(f"{web.url}/S2A.zip", type="application/zip", **knows)
        return fetch_asset(provider, asset, tmp_path / "got" / "S2A.zip")

    (tmp_path / "got").mkdir()
    return fetch


def test_without_a_checksum_the_archive_proves_itself(fetch, archive):
    assert fetch(archive(GOOD).read_bytes()).verified == "zip"


def test_an_archive_that_came_damaged_is_fetched_afresh(fetch, archive, web):
    content = archive(GOOD).read_bytes()
    half = len(content) // 2
    wrong = content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :]
    fetch(content, [{"body": wrong[:-30] + bytes(30)}])
    assert len(web.asked) == 2


def test_an_archive_that_is_damaged_at_its_source_is_told(fetch, archive, tmp_path):
    content = archive(GOOD).read_bytes()
    with pytest.raises(DamagedAtSource, match=r"Testland has a damaged S2A\.zip"):
        fetch(content[:-30] + bytes(30))
    assert list((tmp_path / "got").iterdir()) == []


def test_a_hostile_archive_never_gets_its_name(fetch, archive, tmp_path):
    path = archive([(named("../x"), b"x")])
    with pytest.raises(UnreadableFile, match=r"S2A\.zip is no archive to be trusted"):
        fetch(path.read_bytes())
    assert list((tmp_path / "got").iterdir()) == []


@pytest.mark.skipif(not REAL.exists(), reason="the real product is not here")
def test_a_real_product_and_its_real_checksum(fetch):
    said = json.loads(TOLD.read_text("utf-8"))["d"]
    checksum = Checksum(said["Checksum"]["Algorithm"].lower(), said["Checksum"]["Value"])
    content = REAL.read_bytes()
    got = fetch(content, size=int(said["ContentLength"]), checksum=checksum)
    assert (got.verified, got.bytes) == ("md5", len(content))
    check(got.path, whole=True)
