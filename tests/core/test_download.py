"""core/download.py, against a real server on this machine that misbehaves."""

import errno
import hashlib
import json
import threading
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import pytest

from sentinel_portals.core import disk, download
from sentinel_portals.core.auth import ApiKey, HeaderAuth
from sentinel_portals.core.download import fetch_asset, fetch_scene, whole
from sentinel_portals.core.errors import (
    AuthError,
    Cancelled,
    ChecksumMismatch,
    DamagedAtSource,
    IncompleteTransfer,
    NetworkError,
    ProductUnavailable,
    RateLimited,
    ResponseError,
    SentinelPortalsError,
    ServiceError,
    StorageError,
    UnexpectedError,
)
from sentinel_portals.core.model import Asset, Checksum, OrderStatus, from_item
from sentinel_portals.core.provider import Download
from sentinel_portals.core.transport import CHUNK, HttpRequest, NetworkSettings
from sentinel_portals.tests.core.making import Land, file, portal, product
from sentinel_portals.tests.servers.web import Answer, File, Web

CONTENT = bytes(range(256)) * 4096  # a megabyte
SHA = Checksum("sha256", hashlib.sha256(CONTENT).hexdigest())
HALF = len(CONTENT) // 2


@pytest.fixture
def land(web, connect):
    """Makes a portal whose files lie on the server."""

    def land(make=Land, auth=None, **facts):
        provider = portal({}, make=make, url=web.url, **facts)
        provider.http = provider.files = connect(auth=auth)
        return provider

    return land


@pytest.fixture
def asset(web):
    """Puts a file on the server; the asset knows size and checksum unless told otherwise."""

    def asset(name="B04.tif", content=CONTENT, faults=(), etag='"one"', headers=None, **knows):
        web.on(f"/{name}", File(content, etag, list(faults), headers or {}))
        knows = {"size": len(content), **knows}
        return Asset(name.partition(".")[0], f"{web.url}/{name}", **knows)

    return asset


@pytest.fixture
def place(tmp_path):
    return tmp_path / "B04.tif"


def left(path):
    """What lies in the folder."""
    return sorted(p.name for p in path.parent.iterdir())


def ranges(web):
    return [asked.headers.get("range") for asked in web.asked]


# --- a good day --------------------------------------------------------------------------------


def test_a_file_arrives_whole_under_its_name_and_nothing_else_is_left(land, asset, place):
    got = fetch_asset(land(), asset(checksum=SHA), place)
    assert place.read_bytes() == CONTENT
    assert left(place) == ["B04.tif"]
    assert (got.key, got.path, got.bytes, got.verified) == ("B04", place, len(CONTENT), "sha256")
    assert not got.was_there


def test_on_its_way_it_has_another_name(land, asset, place):
    seen = []
    fetch_asset(land(), asset(), place, progress=lambda done, total: seen.append(left(place)))
    assert seen
    assert all("B04.tif" not in names for names in seen)


def test_progress_counts_the_bytes_up_to_the_whole(land, asset, place):
    told = []
    fetch_asset(land(), asset(), place, progress=lambda *step: told.append(step))
    assert told == sorted(told)
    assert (told[0], told[-1]) == ((0, len(CONTENT)), (len(CONTENT), len(CONTENT)))


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512", "sha3-256", "blake2b"])
def test_the_checksum_is_verified_whatever_its_kind(land, asset, place, algorithm):
    value = hashlib.new(algorithm.replace("-", "_"), CONTENT).hexdigest().upper()
    assert (
        fetch_asset(land(), asset(checksum=Checksum(algorithm, value)), place).verified == algorithm
    )


def test_blake3_is_verified_where_its_library_is_at_hand(land, asset, tmp_path, monkeypatch):
    stand_in = SimpleNamespace(blake3=lambda: hashlib.blake2b(digest_size=32))
    monkeypatch.setattr(download, "blake3", stand_in)
    good = hashlib.blake2b(CONTENT, digest_size=32).hexdigest()
    got = fetch_asset(land(), asset(checksum=Checksum("blake3", good)), tmp_path / "a")
    assert got.verified == "blake3"
    with pytest.raises(DamagedAtSource):
        fetch_asset(land(), asset(checksum=Checksum("blake3", "0" * 64)), tmp_path / "b")


@pytest.mark.parametrize("algorithm", ["blake3", "shake_128", ""])
def test_a_checksum_that_python_cannot_compute_is_passed_over(
    land, asset, place, algorithm, monkeypatch
):
    monkeypatch.setattr(download, "blake3", None)
    got = fetch_asset(land(), asset(checksum=Checksum(algorithm, "00")), place)
    assert got.verified == "size"


def test_without_size_and_checksum_nothing_is_verified(land, asset, place):
    assert fetch_asset(land(), asset(size=None), place).verified == ""


def test_a_file_without_announced_length_arrives(land, asset, place):
    faults = [{"chunked": True}]
    assert fetch_asset(land(), asset(size=None, faults=faults), place).bytes == len(CONTENT)


def test_a_file_that_was_packed_for_the_way_is_unpacked(land, asset, place):
    fetch_asset(land(), asset(faults=[{"zip": True}], checksum=SHA), place)
    assert place.read_bytes() == CONTENT


def test_an_empty_file_is_a_file(land, asset, place):
    assert fetch_asset(land(), asset(content=b""), place).bytes == 0
    assert place.read_bytes() == b""


class Sink:
    """A file that counts what is written and forgets it."""

    def __init__(self, real):
        self.real, self.taken = real, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.real.close()

    def write(self, content):
        self.taken += len(content)

    def tell(self):
        return self.taken

    def __getattr__(self, name):
        return getattr(self.real, name)


def test_memory_stays_flat_while_a_large_file_streams(land, web, place, monkeypatch):
    size, block, sinks = 300 << 20, b"\0" * (1 << 20), []
    real = Path.open

    def sink(path, *how, **more):
        sinks.append(Sink(real(path, *how, **more)))
        return sinks[-1]

    wanted = file(
        web.on("/big", lambda asked: Answer(body=(block for _ in range(300)), length=size)),
        checksum=Checksum("md5", hashlib.md5(block * 300, usedforsecurity=False).hexdigest()),
    )
    monkeypatch.setattr(Path, "open", sink)
    monkeypatch.setattr(download._File, "size", lambda file: sinks[0].taken if sinks else 0)
    tracemalloc.start()
    fetch_asset(land(), wanted, place)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sinks[0].taken == size
    assert peak < 20 << 20


# --- there already -----------------------------------------------------------------------------


def test_what_is_there_already_is_not_fetched_again(land, asset, place, web):
    wanted, told = asset(checksum=SHA), []
    fetch_asset(land(), wanted, place)
    again = fetch_asset(land(), wanted, place, progress=lambda *step: told.append(step))
    assert (again.was_there, again.verified, len(web.asked)) == (True, "sha256", 1)
    assert told == [(len(CONTENT), len(CONTENT))]


@pytest.mark.parametrize("old", [b"short", bytes(len(CONTENT))])
def test_what_is_there_but_wrong_is_fetched_afresh(land, asset, place, old):
    place.write_bytes(old)
    assert not fetch_asset(land(), asset(checksum=SHA), place).was_there
    assert place.read_bytes() == CONTENT


def test_what_nothing_can_prove_is_fetched_again(land, asset, place, web):
    place.write_bytes(CONTENT)
    fetch_asset(land(), asset(size=None), place)
    assert len(web.asked) == 1


# --- a bad line --------------------------------------------------------------------------------


def test_what_broke_off_goes_on_from_there(land, asset, place, web):
    fetch_asset(land(), asset(faults=[{"drop": HALF}], checksum=SHA), place)
    assert place.read_bytes() == CONTENT
    assert ranges(web) == [None, f"bytes={HALF}-"]
    assert web.asked[1].headers["if-range"] == '"one"'


def test_a_torn_connection_goes_on_too(land, asset, place):
    fetch_asset(land(), asset(faults=[{"drop": HALF, "reset": True}], checksum=SHA), place)
    assert place.read_bytes() == CONTENT


PIECE = CHUNK + 1000  # a line that breaks after so much loses the thousand at most


def test_as_long_as_something_arrives_it_goes_on(land, asset, place, web):
    fetch_asset(land(), asset(faults=[{"drop": PIECE}] * 12, checksum=SHA), place)
    assert place.read_bytes() == CONTENT
    assert len(web.asked) == 13


def test_when_nothing_arrives_any_more_it_is_given_up_and_the_part_is_kept(land, asset, place, web):
    faults = [{"drop": HALF}, *[{"drop": 0}] * 9]
    with pytest.raises((NetworkError, IncompleteTransfer)):
        fetch_asset(land(), asset(faults=faults), place)
    assert left(place) == ["B04.tif.part", "B04.tif.part.etag"]
    assert len(web.asked) == 4


def test_a_portal_that_sends_always_a_little_is_left_in_the_end(
    land, asset, place, web, monkeypatch
):
    monkeypatch.setattr(download, "MOST_TRIES", 7)
    with pytest.raises((NetworkError, IncompleteTransfer)):
        fetch_asset(land(), asset(faults=[{"drop": PIECE}] * 99), place)
    assert len(web.asked) == 7


def test_the_next_visit_goes_on_where_the_last_one_ended(land, asset, place, web):
    wanted = asset(faults=[{"drop": HALF}, *[{"drop": 0}] * 3], checksum=SHA)
    with pytest.raises((NetworkError, IncompleteTransfer)):
        fetch_asset(land(), wanted, place)
    del web.asked[:]
    fetch_asset(land(), wanted, place)
    assert ranges(web) == [f"bytes={HALF}-"]
    assert place.read_bytes() == CONTENT


def test_a_body_shorter_than_announced_is_not_taken_for_whole(land, asset, place):
    short = {"drop": HALF, "length": len(CONTENT)}
    fetch_asset(land(), asset(faults=[short], size=None), place)
    assert place.read_bytes() == CONTENT


def test_a_line_that_falls_silent_goes_on_later(land, asset, place, connect):
    never, provider = threading.Event(), land()
    provider.files = connect(settings=NetworkSettings(timeout=0.1))
    fetch_asset(provider, asset(faults=[{"drop": HALF, "stall": never}], checksum=SHA), place)
    never.set()
    assert place.read_bytes() == CONTENT


@pytest.mark.parametrize(("status", "kind"), [(503, ServiceError), (429, RateLimited)])
def test_an_ill_portal_is_waited_for_as_long_as_it_says(land, asset, place, status, kind):
    later = {"status": status, "headers": {"Retry-After": "7"}, "body": b""}
    provider = land()
    fetch_asset(provider, asset(faults=[later, later]), place)
    assert sum(provider.files.slept) == pytest.approx(14)
    with pytest.raises(kind):
        fetch_asset(provider, asset(faults=[later] * 3, checksum=SHA), place.with_name("b"))


def test_nobody_waits_for_an_hour(land, asset, place, web):
    later = {"status": 429, "headers": {"Retry-After": "3600"}, "body": b""}
    with pytest.raises(RateLimited):
        fetch_asset(land(), asset(faults=[later]), place)
    assert len(web.asked) == 1


# --- is it still the same file? ----------------------------------------------------------------


def resume(land, asset, place, web, faults=(), **more):
    """Leaves half a file behind, then visits again; what was asked then."""
    more = {"checksum": SHA, **more}
    with pytest.raises(SentinelPortalsError):
        fetch_asset(land(), asset(faults=[{"drop": HALF}, *[{"drop": 0}] * 3], **more), place)
    del web.asked[:]
    return asset(faults=faults, **more)


def test_a_file_that_changed_in_between_is_fetched_afresh(land, asset, place, web):
    resume(land, asset, place, web)
    other = CONTENT[::-1]
    fetch_asset(land(), asset(content=other, etag='"two"'), place)
    assert place.read_bytes() == other
    assert web.asked[0].headers["if-range"] == '"one"'


def test_a_portal_that_resumes_another_file_is_not_trusted(land, asset, place, web):
    wanted = resume(land, asset, place, web, [{"headers": {"ETag": '"two"'}}])
    fetch_asset(land(), wanted, place)
    assert ranges(web) == [f"bytes={HALF}-", None]
    assert place.read_bytes() == CONTENT


def test_a_portal_that_ignores_ranges_sends_all_of_it_again(land, asset, place, web):
    fetch_asset(land(), resume(land, asset, place, web, [{"whole": True}]), place)
    assert place.read_bytes() == CONTENT
    assert len(web.asked) == 1


def test_a_portal_that_resumes_at_the_wrong_byte_is_asked_afresh(land, asset, place, web):
    fetch_asset(land(), resume(land, asset, place, web, [{"wrong": True}]), place)
    assert ranges(web) == [f"bytes={HALF}-", None]
    assert place.read_bytes() == CONTENT


def test_a_portal_that_says_it_does_not_resume_is_not_asked_to(land, asset, place, web):
    wanted = resume(land, asset, place, web)
    fetch_asset(land(download=Download(resume=False)), wanted, place)
    assert ranges(web) == [None]


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_a_strong_etag_a_part_is_resumed_only_when_the_checksum_will_tell(
    land, asset, place, web, etag
):
    fetch_asset(land(), resume(land, asset, place, web, etag=etag), place)
    assert ranges(web) == [f"bytes={HALF}-"]
    assert "if-range" not in web.asked[0].headers
    assert place.read_bytes() == CONTENT


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_etag_and_checksum_it_begins_afresh(land, asset, place, web, etag):
    fetch_asset(land(), resume(land, asset, place, web, etag=etag, checksum=None), place)
    assert ranges(web) == [None]


def test_a_part_of_another_content_is_not_resumed(land, asset, place, web):
    resume(land, asset, place, web, etag="")
    other = CONTENT[::-1]
    sha = Checksum("sha256", hashlib.sha256(other).hexdigest())
    fetch_asset(land(), asset(content=other, etag="", checksum=sha), place)
    assert ranges(web) == [None]
    assert place.read_bytes() == other


def test_a_part_that_is_whole_already_needs_no_portal(land, asset, place, web):
    wanted = resume(land, asset, place, web)
    place.with_name("B04.tif.part").write_bytes(CONTENT)
    fetch_asset(land(), wanted, place)
    assert (web.asked, left(place)) == ([], ["B04.tif"])


def test_a_part_longer_than_the_file_is_thrown_away(land, asset, place, web):
    wanted = resume(land, asset, place, web)
    place.with_name("B04.tif.part").write_bytes(CONTENT + b"more")
    fetch_asset(land(), wanted, place)
    assert place.read_bytes() == CONTENT
    assert ranges(web)[-1] is None


@pytest.mark.parametrize("tag", ["", "\n", "\0odd\xff"])
def test_a_damaged_note_about_the_part_does_no_harm(land, asset, place, web, tag):
    wanted = resume(land, asset, place, web)
    place.with_name("B04.tif.part.etag").write_text(tag)
    fetch_asset(land(), wanted, place)
    assert place.read_bytes() == CONTENT


# --- bad bytes ---------------------------------------------------------------------------------


def test_what_arrives_damaged_is_fetched_once_afresh(land, asset, place, web):
    fetch_asset(land(), asset(faults=[{"corrupt": True}], checksum=SHA), place)
    assert place.read_bytes() == CONTENT
    assert ranges(web) == [None, None]


def test_after_a_broken_line_damage_is_still_worth_one_more_try(land, asset, place):
    faults = [{"drop": 0}, {"corrupt": True}]
    fetch_asset(land(), asset(faults=faults, checksum=SHA), place)
    assert place.read_bytes() == CONTENT


def test_what_stays_damaged_is_bad_at_the_source_and_leaves_nothing(land, asset, place, web):
    with pytest.raises(DamagedAtSource, match="the same wrong bytes came twice") as raised:
        fetch_asset(land(), asset(faults=[{"corrupt": True}] * 9, checksum=SHA), place)
    assert (len(web.asked), left(place)) == (2, [])
    assert not raised.value.retry


def test_what_is_damaged_each_time_in_another_way_is_a_bad_line(land, asset, place):
    faults = [{"corrupt": True}, {"body": bytes(len(CONTENT))}]
    with pytest.raises(ChecksumMismatch, match="sha256 checksum") as raised:
        fetch_asset(land(), asset(faults=faults, checksum=SHA), place)
    assert raised.value.retry


def test_another_size_than_announced_is_told(land, asset, place):
    with pytest.raises(ChecksumMismatch, match="bytes, Testland announced 5"):
        fetch_asset(land(), asset(size=5), place)
    assert left(place) == []


PAGE = b"<!DOCTYPE html>\n<html><title>Log in</title>"


@pytest.mark.parametrize(
    "page", [PAGE, b"\n\n <html>", b'<?xml version="1.0"?>\n' + PAGE, b"<!-- x -->" + PAGE]
)
def test_a_login_page_with_status_200_is_no_file(land, web, place, page):
    web.on("/B04.tif", Answer(body=page, headers={"Content-Type": "image/tiff"}))
    with pytest.raises(ResponseError, match=r"a web page instead of B04\.tif"):
        fetch_asset(land(), file(f"{web.url}/B04.tif"), place)
    assert left(place) == []


def test_a_page_that_was_asked_for_is_a_file(land, web, place):
    wanted = file(web.on("/x", Answer(body=PAGE)), type="text/html")
    assert fetch_asset(land(), wanted, place).bytes == len(PAGE)


def test_an_xml_file_is_no_page(land, web, place):
    wanted = file(web.on("/x", Answer(body=b'<?xml version="1.0"?><n1:Level-2A_User_Product>')))
    assert fetch_asset(land(), wanted, place).bytes > 0


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(404), ProductUnavailable),
        (Answer(401), AuthError),
        (Answer(403), AuthError),
        (Answer(202), ProductUnavailable),
        (Answer(204), ResponseError),
        (Answer(302), ResponseError),
        (Answer(206, body=b"x", headers={"Content-Range": "bytes 5-5/9"}), IncompleteTransfer),
    ],
)
def test_what_is_no_file_leaves_none(land, web, place, answer, kind):
    with pytest.raises(kind):
        fetch_asset(land(), file(web.on("/x", answer)), place)
    assert left(place) == []


# --- logins ------------------------------------------------------------------------------------


def test_the_login_goes_to_the_portal_and_not_where_it_sends_us(land, asset, place, web):
    wanted = asset()
    with Web() as stranger:
        stranger.on("/B04.tif", File(CONTENT))
        web.on("/door", Answer(302, headers={"Location": f"{stranger.url}/B04.tif"}))
        fetch_asset(land(auth=HeaderAuth("X-API-Key", "k")), file(f"{web.url}/door"), place)
        fetch_asset(land(auth=HeaderAuth("X-API-Key", "k")), wanted, place.with_name("b"))
        assert "x-api-key" not in stranger.asked[0].headers
    assert [asked.headers.get("x-api-key") for asked in web.asked] == ["k", "k"]


class Signing(Land):
    """Signs its links; a signature is good for one answer."""

    signed = 1

    def resolve(self, asset):
        return HttpRequest("GET", f"{asset.href}?sig={self.signed}")

    def renew(self, asset):
        self.signed += 1
        return True


def test_a_signature_that_ended_in_the_middle_is_made_afresh(land, web, place):
    content = File(CONTENT)

    def served(asked):
        here = int(asked.headers.get("range", "bytes=0-")[6:-1])
        wanted = 1 + here // (len(CONTENT) // 4)
        if asked.query != f"sig={wanted}":
            return Answer(403)
        answer = content(asked)
        answer.cut = len(CONTENT) // 4
        return answer

    wanted = file(web.on("/x", served), size=len(CONTENT), checksum=SHA)
    fetch_asset(land(Signing), wanted, place)
    assert place.read_bytes() == CONTENT


def test_a_signature_that_is_never_good_is_not_made_for_ever(land, web, place):
    with pytest.raises(AuthError):
        fetch_asset(land(Signing), file(web.on("/x", Answer(403))), place)
    assert len(web.asked) == 2


# --- the disk ----------------------------------------------------------------------------------


class FullAtHalf:
    """A file that has room for so many bytes."""

    def __init__(self, real, room):
        self.real, self.room = real, room

    def __enter__(self):
        self.real.__enter__()
        return self

    def __exit__(self, *how):
        return self.real.__exit__(*how)

    def write(self, content):
        if self.real.tell() + len(content) > self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self.real.write(content)

    def __getattr__(self, name):
        return getattr(self.real, name)


def test_a_disk_that_is_full_at_half_is_told_and_later_it_goes_on(
    land, asset, place, web, monkeypatch
):
    wanted, real = asset(checksum=SHA), Path.open
    with monkeypatch.context() as patch:
        patch.setattr(
            Path, "open", lambda path, *how, **more: FullAtHalf(real(path, *how, **more), HALF)
        )
        with pytest.raises(StorageError, match=f"The disk is full: {place.parent} has no room"):
            fetch_asset(land(), wanted, place)
    assert not place.exists()
    fetch_asset(land(), wanted, place)
    assert place.read_bytes() == CONTENT
    assert ranges(web) == [None, f"bytes={HALF}-"]


def test_a_file_that_has_no_room_is_not_begun(land, asset, place, monkeypatch):
    monkeypatch.setattr(disk, "KEPT_FREE", 1 << 60)
    with pytest.raises(StorageError, match="too full"):
        fetch_asset(land(), asset(size=None), place)
    assert left(place) == []


def test_a_path_that_is_too_long_is_told(land, asset, tmp_path):
    with pytest.raises(StorageError, match="too long"):
        fetch_asset(land(), asset(), tmp_path / ("x" * 300))


# --- cancelling --------------------------------------------------------------------------------


def test_cancel_in_the_middle_leaves_a_part_that_is_resumed(land, asset, place, web):
    wanted, button = asset(checksum=SHA), threading.Event()

    def press(done, total):
        if done >= CHUNK:
            button.set()

    with pytest.raises(Cancelled):
        fetch_asset(land(), wanted, place, button.is_set, press)
    begun = place.with_name("B04.tif.part").stat().st_size
    assert 0 < begun < len(CONTENT)
    fetch_asset(land(), wanted, place)
    assert ranges(web) == [None, f"bytes={begun}-"]
    assert place.read_bytes() == CONTENT


# --- scenes ------------------------------------------------------------------------------------

TITLE = "S2B_MSIL2A_20230105T104329_N0509_R008_T31TFJ_20230105T131517"


def offer(provider="testland", *assets, **more):
    more = {"assets": {a.key: a for a in assets}, "at": "2023-01-05T10:43:29Z", **more}
    return product(provider, "id", title=TITLE, **more)


def test_a_scene_has_a_folder_of_its_own_with_its_files_and_its_item(land, asset, tmp_path):
    assets = asset("B04.tif", checksum=SHA), asset("B08.tif", content=b"x" * 9)
    got = fetch_scene([offer("testland", *assets)], {"testland": land()}, [], tmp_path)
    folder = tmp_path / TITLE
    assert sorted(p.name for p in folder.iterdir()) == ["B04.tif", "B08.tif", f"{TITLE}.json"]
    assert (got.title, got.provider, got.bytes) == (TITLE, "testland", len(CONTENT) + 9)
    assert (got.error, got.missing, got.attempts) == (None, (), ())


def test_only_the_wanted_bands_are_fetched_and_the_others_told_as_missing(land, asset, tmp_path):
    held = offer("testland", asset("B04.tif"), asset("B08.tif"), file("s3://bucket/B11", "B11"))
    got = fetch_scene([held], {"testland": land()}, ["red", "B11", "B12"], tmp_path)
    assert [f.key for f in got.files] == ["B04"]
    assert sorted(got.missing) == ["B11", "B12"]


def test_the_item_points_to_the_files_and_tells_no_secret(land, asset, tmp_path):
    link = asset("B04.tif", checksum=SHA)
    signed = Asset("B08", f"{asset('B08.tif').href}?sig=hush")
    held = offer("testland", link, signed, properties={"eo:cloud_cover": 3.5, "title": "forêt"})
    provider = land(auth=HeaderAuth("X-API-Key", "hush"), licence="CC0", attribution="ESA")
    got = fetch_scene([held], {"testland": provider}, ["B04", "B08"], tmp_path)
    text = got.item.read_text("utf-8")
    assert "hush" not in text
    assert str(tmp_path) not in text
    item = json.loads(text)
    assert {key: a["href"] for key, a in item["assets"].items()} == {
        "B04": "./B04.tif",
        "B08": "./B08.tif",
    }
    assert (item["properties"]["license"], item["properties"]["attribution"]) == ("CC0", "ESA")
    kept = from_item(item)
    assert (kept.id, kept.provider, kept.start) == (held.id, "testland", held.start)
    assert kept.assets["B04"].checksum == SHA


def test_two_files_of_one_name_stay_two(land, web, tmp_path):
    links = {key: web.on(f"/{key}/x.tif", File(key.encode())) for key in ("a", "b")}
    held = offer("testland", *(file(link, key) for key, link in links.items()))
    got = fetch_scene([held], {"testland": land()}, [], tmp_path)
    assert {f.key: f.path.read_bytes() for f in got.files} == {"a": b"a", "b": b"b"}


@pytest.mark.parametrize(
    "name", ["../../out.tif", "/etc/out.tif", "CON", "a\0b", "é" * 300, "", ".."]
)
def test_nothing_leaves_the_folder_whatever_a_portal_calls_its_file(land, asset, tmp_path, name):
    sly = Asset("x", asset().href, properties={"file:local_path": name})
    held = product("testland", "id", title=f"../{name}", assets={"x": sly})
    got = fetch_scene([held], {"testland": land()}, [], tmp_path / "inside")
    assert got.error is None
    assert [p.name for p in tmp_path.iterdir()] == ["inside"]
    assert got.files[0].path.parent.parent == tmp_path / "inside"


def test_the_archive_is_the_whole_product_where_there_is_one():
    zipped = file("https://a.test/x.zip", "Product", roles=("archive",))
    held = offer("testland", file("https://a.test/B04.tif", "B04"), zipped)
    assert whole(held) == [zipped]


def test_without_archive_every_file_that_is_data_is_the_whole_product():
    parts = [
        file("https://a.test/1", "data", roles=("data",)),
        file("https://a.test/2", "plain"),
        file("https://a.test/3", "metadata", roles=("metadata",)),
        file("https://a.test/4", "map", roles=("tiles",)),
        file("s3://a/5", "bucket", roles=("data",)),
    ]
    assert [a.key for a in whole(offer("testland", *parts))] == ["data", "plain", "metadata"]


def test_progress_counts_over_all_files(land, asset, tmp_path):
    told = []
    held = offer("testland", asset("B04.tif"), asset("B08.tif"))
    fetch_scene([held], {"testland": land()}, [], tmp_path, progress=lambda *s: told.append(s))
    assert told == sorted(told)
    assert told[-1] == (2 * len(CONTENT), 2 * len(CONTENT))
    assert {total for _, total in told} == {2 * len(CONTENT)}


# --- the next offer ----------------------------------------------------------------------------


def two(land, first, second, **facts):
    """Two portals that hold a scene; the first one has ``facts``."""
    portals = {"one": land(id="one", title="One", **facts), "two": land(id="two", title="Two")}
    return [offer("one", first), offer("two", second)], portals


@pytest.mark.parametrize(
    ("faults", "kind"),
    [
        ([{"status": 404, "body": b""}], ProductUnavailable),
        ([{"status": 401, "body": b""}], AuthError),
        ([{"status": 503, "body": b""}] * 9, ServiceError),
        ([{"corrupt": True}] * 9, DamagedAtSource),
        ([{"body": PAGE}], ResponseError),
    ],
)
def test_when_a_portal_fails_the_next_offer_is_taken_and_it_is_said(
    land, asset, tmp_path, faults, kind
):
    bad, good = asset("bad.tif", faults=faults, checksum=SHA), asset("good.tif", checksum=SHA)
    offers, portals = two(land, bad, good)
    got = fetch_scene(offers, portals, [], tmp_path)
    assert (got.provider, got.error) == ("two", None)
    assert [(a.provider, type(a.error)) for a in got.attempts] == [("one", kind)]
    assert got.files[0].path.read_bytes() == CONTENT


def test_a_bug_in_one_portal_costs_no_other_offer(land, asset, tmp_path):
    class Buggy(Land):
        def resolve(self, asset):
            raise ZeroDivisionError("oh")

    offers, portals = two(land, asset("x.tif"), asset("y.tif"), make=Buggy)
    got = fetch_scene(offers, portals, [], tmp_path)
    assert got.provider == "two"
    (attempt,) = got.attempts
    assert type(attempt.error) is UnexpectedError
    assert isinstance(attempt.error.__cause__, ZeroDivisionError)


def test_when_all_fail_the_last_reason_is_the_error(land, asset, tmp_path):
    gone = [{"status": 404, "body": b""}]
    offers, portals = two(land, asset("x.tif", faults=gone), asset("y.tif", faults=gone))
    got = fetch_scene(offers, portals, [], tmp_path)
    assert (got.files, got.provider, len(got.attempts)) == ((), "", 2)
    assert type(got.error) is ProductUnavailable


def test_the_disk_is_the_same_for_every_portal(land, asset, tmp_path, web):
    (tmp_path / "folder").write_text("a file in place of the folder")
    offers, portals = two(land, asset("x.tif"), asset("y.tif"))
    got = fetch_scene(offers, portals, [], tmp_path / "folder")
    assert [type(a.error) for a in got.attempts] == [StorageError]
    assert web.asked == []


def test_what_is_offline_is_passed_over_without_asking(land, asset, tmp_path):
    offers, portals = two(land, asset("x.tif"), asset("y.tif"))
    offers[0] = offer("one", *offers[0].assets.values(), order_status=OrderStatus.ORDERABLE)
    got = fetch_scene(offers, portals, [], tmp_path)
    assert got.provider == "two"
    assert "offline (orderable)" in str(got.attempts[0].error)


def test_a_missing_login_is_told_before_anything_is_sent(land, asset, tmp_path, web):
    offers, portals = two(land, asset("x.tif"), asset("y.tif"), download_auth=ApiKey())
    got = fetch_scene(offers, portals, [], tmp_path)
    assert type(got.attempts[0].error) is AuthError
    assert "wants a login" in str(got.attempts[0].error)
    assert [asked.path for asked in web.asked] == ["/y.tif"]


def test_a_portal_that_is_no_longer_there_is_told(land, asset, tmp_path):
    got = fetch_scene([offer("gone", asset())], {}, [], tmp_path)
    assert "no longer in the list" in str(got.error)


def test_files_in_a_bucket_only_are_told_in_a_sentence_of_their_own(land, tmp_path):
    held = offer("testland", file("s3://bucket/B04.jp2", "B04"))
    for keys in ([], ["B04"]):
        got = fetch_scene([held], {"testland": land()}, keys, tmp_path)
        assert "object store (s3://) only" in str(got.error)
    assert list(tmp_path.iterdir()) == []


def test_an_offer_without_the_wanted_files_is_told(land, asset, tmp_path):
    got = fetch_scene([offer("testland", asset())], {"testland": land()}, ["B12"], tmp_path)
    assert "none of the wanted files" in str(got.error)


def test_cancel_ends_the_scene_and_asks_no_other_portal(land, asset, tmp_path, web):
    offers, portals = two(land, asset("x.tif"), asset("y.tif"))
    button = threading.Event()
    with pytest.raises(Cancelled):
        fetch_scene(offers, portals, [], tmp_path, button.is_set, lambda *step: button.set())
    assert [asked.path for asked in web.asked] == ["/x.tif"]


def test_what_arrived_stays_when_its_item_cannot_be_written(land, asset, tmp_path):
    (tmp_path / TITLE / f"{TITLE}.json").mkdir(parents=True)
    got = fetch_scene([offer("testland", asset())], {"testland": land()}, [], tmp_path)
    assert (got.error, got.item, len(got.files)) == (None, None, 1)
    assert type(got.attempts[0].error) is StorageError


def test_a_full_disk_does_not_refuse_what_is_there_already(land, asset, tmp_path, monkeypatch):
    held, portals = offer("testland", asset(checksum=SHA)), {"testland": land()}
    fetch_scene([held], portals, [], tmp_path)
    monkeypatch.setattr(disk, "KEPT_FREE", 1 << 60)
    assert fetch_scene([held], portals, [], tmp_path).files[0].was_there
