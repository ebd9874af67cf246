"""core/ranges.py: one file by several connections, whole or resumed or not at all."""

import hashlib
import threading

import pytest

from sentinel_portals.core import ranges
from sentinel_portals.core.download import fetch_asset
from sentinel_portals.core.errors import AuthError, Cancelled, DamagedAtSource, NetworkError
from sentinel_portals.core.model import Checksum
from sentinel_portals.core.provider import Download
from sentinel_portals.tests.core.making import Land, file, portal
from sentinel_portals.tests.servers.web import Answer, File

CONTENT = bytes(range(251)) * 4096
SHA = Checksum("sha256", hashlib.sha256(CONTENT).hexdigest())
QUARTER = len(CONTENT) // 4


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(ranges, "WORTH", 1000)
    monkeypatch.setattr(ranges, "FLUSH", 100_000)


class Pieces(File):
    """A file that gives any range; ``faults`` by the first byte that is asked for."""

    def __init__(self, content, by_start=None, **more):
        super().__init__(content, **more)
        self.by_start = by_start or {}

    def __call__(self, asked):
        wanted = asked.headers.get("range", "")
        if not wanted or asked.headers.get("if-range", self.etag) != self.etag:
            return Answer(body=self.content, headers={"ETag": self.etag})
        start, end = map(int, wanted[6:].split("-"))
        headers = {"ETag": self.etag, "Content-Range": f"bytes {start}-{end}/{len(self.content)}"}
        answer = Answer(206, self.content[start : end + 1], headers)
        waiting = self.by_start.get(start, [])
        for name, value in (waiting.pop(0) if waiting else {}).items():
            setattr(answer, name, value)
        return answer


@pytest.fixture
def land(web, connect):
    provider = portal({}, make=Land, url=web.url, download=Download(ranges=4))
    provider.http = provider.files = connect()
    return provider


@pytest.fixture
def put(web):
    def put(answer, **knows):
        knows = {"size": len(CONTENT), "checksum": SHA, **knows}
        return file(web.on("/big", answer), **knows)

    return put


def asked(web):
    return sorted(a.headers.get("range", "") for a in web.asked)


def test_a_large_file_comes_in_pieces_side_by_side(land, put, web, tmp_path):
    together = threading.Barrier(4)

    class All:
        def wait(self, seconds):
            together.wait(seconds)

    starts = [QUARTER * n for n in range(4)]
    faults = {start: [{"hold": All()}] for start in starts}
    told = []
    got = fetch_asset(
        land,
        put(Pieces(CONTENT, faults)),
        tmp_path / "big",
        progress=lambda done, total: told.append((done, total)),
    )
    assert (tmp_path / "big").read_bytes() == CONTENT
    assert (got.verified, got.bytes) == ("sha256", len(CONTENT))
    assert len(asked(web)) == 4
    assert told == sorted(told)
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [path.name for path in tmp_path.iterdir()] == ["big"]


def test_a_small_file_comes_in_one(land, put, web, tmp_path, monkeypatch):
    monkeypatch.setattr(ranges, "WORTH", len(CONTENT) + 1)
    fetch_asset(land, put(Pieces(CONTENT)), tmp_path / "big")
    assert asked(web) == [""]


@pytest.mark.parametrize(
    "fault", [{"cut": 5000}, {"cut": 5000, "reset": True}, {"status": 503, "body": b""}]
)
def test_a_piece_that_breaks_off_goes_on_where_it_was(land, put, web, tmp_path, fault):
    fetch_asset(land, put(Pieces(CONTENT, {QUARTER: [fault]})), tmp_path / "big")
    assert (tmp_path / "big").read_bytes() == CONTENT
    again = [r for r in asked(web) if r.endswith(f"-{2 * QUARTER - 1}")]
    assert len(again) == 2


class NoPieces(File):
    def __call__(self, asked):
        return Answer(body=self.content, headers={"ETag": self.etag})


class WrongPieces(Pieces):
    def __call__(self, asked):
        answer = super().__call__(asked)
        if answer.status == 206:
            answer.headers["Content-Range"] = "bytes 7-9/10"
        return answer


class Restless(Pieces):
    """Another file each time it is asked."""

    def __call__(self, asked):
        answer = super().__call__(asked)
        start = asked.headers.get("range", "")[6:].partition("-")[0]
        if answer.status == 206:
            answer.headers["ETag"] = f'"{start}"'
        return answer


@pytest.mark.parametrize("kind", [NoPieces, WrongPieces, Restless])
def test_where_pieces_do_not_work_the_file_comes_in_one(land, put, tmp_path, kind):
    fetch_asset(land, put(kind(CONTENT)), tmp_path / "big")
    assert (tmp_path / "big").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["big"]


def test_without_anything_that_proves_one_file_it_comes_in_one(land, put, web, tmp_path):
    nothing = Pieces(CONTENT, etag="W/1")
    fetch_asset(land, put(nothing, checksum=None), tmp_path / "big")
    assert (tmp_path / "big").read_bytes() == CONTENT
    assert "" in asked(web)


def test_what_was_there_before_a_break_is_not_fetched_again(land, put, web, tmp_path):
    cut = {"cut": QUARTER // 2}
    gone = {"status": 404, "body": b""}
    half = 2 * QUARTER + QUARTER // 2
    faults = {2 * QUARTER: [dict(cut)], **{n: [gone] for n in range(half - 70_000, half + 1)}}
    shelf = Pieces(CONTENT, faults)
    asset = put(shelf)
    with pytest.raises(Exception, match="404"):
        fetch_asset(land, asset, tmp_path / "big")
    told = ranges.read(tmp_path / "big.part.etag")
    kept = sum(at - a for a, _, at in told["pieces"])
    assert kept > QUARTER / 3
    shelf.by_start, before = {}, len(web.asked)
    sent = []
    fetch_asset(land, asset, tmp_path / "big", progress=lambda done, _: sent.append(done))
    assert sent[0] == kept
    assert (tmp_path / "big").read_bytes() == CONTENT
    assert all(a.headers.get("if-range") == '"one"' for a in web.asked[before:])


JOURNALS = [
    "",
    "pieces: {",
    "pieces: []",
    'pieces: {"size": 1}',
    '"etag"',
    "pieces: null",
    'pieces: {"size": 1028096, "known": "", "etag": "x", "pieces": [[5, 1, 9]]}',
]


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_damaged_journal_costs_only_time(land, put, tmp_path, journal):
    (tmp_path / "big.part").write_bytes(bytes(len(CONTENT)))
    (tmp_path / "big.part.etag").write_text(journal)
    fetch_asset(land, put(Pieces(CONTENT)), tmp_path / "big")
    assert (tmp_path / "big").read_bytes() == CONTENT


def test_a_journal_of_another_file_is_not_believed(land, put, tmp_path):
    with pytest.raises(Cancelled):
        fetch_asset(land, put(Pieces(CONTENT)), tmp_path / "big", lambda: True)
    told = ranges.read(tmp_path / "big.part.etag")
    other = bytes(reversed(CONTENT))
    sha = Checksum("sha256", hashlib.sha256(other).hexdigest())
    fetch_asset(land, put(Pieces(other, etag='"two"'), checksum=sha), tmp_path / "big")
    assert (tmp_path / "big").read_bytes() == other
    assert told is None or told["size"] == len(CONTENT)


def test_who_knows_no_pieces_does_not_take_the_hole_for_the_file(land, put, tmp_path):
    shelf = Pieces(CONTENT, {0: [{"status": 401, "body": b""}]})
    asset = put(shelf)
    with pytest.raises(AuthError):
        fetch_asset(land, asset, tmp_path / "big")
    assert (tmp_path / "big.part").stat().st_size == len(CONTENT)
    land.info = portal({}, url=land.info.url).info
    fetch_asset(land, asset, tmp_path / "big")
    assert (tmp_path / "big").read_bytes() == CONTENT


def test_a_cancelled_file_stops_in_all_its_pieces(land, put, tmp_path):
    seen = []
    with pytest.raises(Cancelled):
        fetch_asset(
            land,
            put(Pieces(CONTENT)),
            tmp_path / "big",
            lambda: len(seen) > 3,
            lambda done, total: seen.append(done),
        )
    assert not (tmp_path / "big").exists()


def test_one_piece_that_has_no_line_ends_all(land, put, web, tmp_path):
    faults = {0: [{"cut": 0, "reset": True}] * 99}
    with pytest.raises(NetworkError):
        fetch_asset(land, put(Pieces(CONTENT, faults)), tmp_path / "big")


def test_damage_is_found_in_the_whole(land, put, tmp_path):
    wrong = Pieces(bytes([9]) + CONTENT[1:])
    with pytest.raises(DamagedAtSource):
        fetch_asset(land, put(wrong), tmp_path / "big")
    assert list(tmp_path.iterdir()) == []


def test_pieces_wait_for_a_connection_and_take_it_when_it_is_free(
    land, put, web, tmp_path, monkeypatch
):
    monkeypatch.setattr(ranges, "LOOK", 0.01)
    asked_for, together = [], threading.Barrier(2)

    class Scarce(ranges.Lines):
        """Nothing is free until someone asked a few times; then one is."""

        def more(self):
            asked_for.append(True)
            return len(asked_for) == 5

        def less(self):
            asked_for.append(False)

    class Both:
        def wait(self, seconds):
            together.wait(seconds)

    faults = {start: [{"hold": Both()}] for start in (0, QUARTER)}
    got = fetch_asset(land, put(Pieces(CONTENT, faults)), tmp_path / "big", lines=Scarce(4))
    assert got.verified == "sha256"
    assert asked_for.count(False) == 1, "what was taken is given back"
