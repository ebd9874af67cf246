"""core/disk.py: what a disk can do to us, and names that every system takes."""

import errno
from collections import namedtuple

import pytest
import requests

from sentinel_portals.core import disk
from sentinel_portals.core.disk import check_room, file_name, file_names, make_folder, safe, storage
from sentinel_portals.core.errors import StorageError
from sentinel_portals.tests.core.making import file

GIGABYTE = 1 << 30


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "quota is used up"),
        (errno.EACCES, "cannot be written to"),
        (errno.EROFS, "cannot be written to"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EIO, "band.tif could not be written"),
        (None, "band.tif could not be written"),
    ],
)
def test_what_the_disk_does_is_told_in_a_sentence(tmp_path, number, sentence):
    trouble = OSError(number, "because") if number else OSError("because")
    with pytest.raises(StorageError, match=sentence) as caught, storage(tmp_path / "band.tif"):
        raise trouble
    assert str(tmp_path) in str(caught.value)
    assert caught.value.__cause__ is trouble


def test_the_line_is_no_disk(tmp_path):
    with pytest.raises(requests.ConnectionError), storage(tmp_path):
        raise requests.ConnectionError


def test_a_file_in_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "taken").write_text("")
    for folder in (tmp_path / "taken", tmp_path / "taken" / "below"):
        with pytest.raises(StorageError, match="There is a file where the folder"):
            make_folder(folder)


def test_a_path_that_is_too_long_is_told(tmp_path):
    with pytest.raises(StorageError, match="too long"):
        make_folder(tmp_path / ("x" * 5000))


def test_a_full_disk_is_told_before_anything_is_fetched(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")(0, 0, GIGABYTE)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda folder: usage)
    check_room(tmp_path, GIGABYTE // 2)
    with pytest.raises(StorageError, match=r"2\.15 GB are wanted, 1\.01 GB are free"):
        check_room(tmp_path, 2 * GIGABYTE)


def test_a_small_file_is_told_in_megabytes(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")(0, 0, disk.KEPT_FREE + 400_000)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(StorageError, match=r"3\.0 MB are wanted, 0\.4 MB are free"):
        check_room(tmp_path, 3_000_000)


def test_nothing_wanted_needs_no_room(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")(0, 0, 0)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda folder: usage)
    check_room(tmp_path, 0)
    check_room(tmp_path, -5)


# --- names -------------------------------------------------------------------------------------

HOSTILE = [
    "../../etc/passwd",
    "..",
    ".",
    "",
    "   ",
    "/etc/passwd",
    "C:\\Windows\\x.tif",
    "\\\\server\\share",
    "CON",
    "con.tif",
    "NUL.tar.gz",
    "COM1",
    "nul\0.tif",
    "a\nb.tif",
    "a:b|c?d*e<f>g.tif",
    "x" * 300 + ".tif",
    "é" * 300 + ".tif",
    "\U0001f6f0" * 100,
    ".hidden.",
    "trailing. ",
    "\ud800.tif",
    "x." + "y" * 300,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_becomes_one_harmless_file(tmp_path, name):
    clean = safe(name)
    path = tmp_path / clean
    path.write_text("content")
    assert [p.name for p in tmp_path.iterdir()] == [clean]
    assert len((clean + ".part.etag").encode()) < 143, "the shortest limit there is, of eCryptfs"
    assert clean[-1] not in " ."
    assert clean.split(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
    assert safe(clean) == clean


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("B04.tif", "B04.tif"),
        ("forêt à 10 m.tif", "forêt à 10 m.tif"),
        ("../x.tif", "_x.tif"),
        ("con.tif", "_con.tif"),
        ("contour.tif", "contour.tif"),
    ],
)
def test_a_harmless_name_stays_readable(name, clean):
    assert safe(name) == clean


def test_a_long_name_keeps_its_ending():
    assert safe("x" * 300 + ".tif").endswith("x.tif")


def test_a_file_is_called_as_the_portal_says_or_as_its_link_ends_or_as_its_key():
    told = file("https://a.test/$value", properties={"file:local_path": "B04.jp2"})
    assert file_name(told) == "B04.jp2"
    assert file_name(file("https://a.test/x/B04%20red.tif?sig=hush#x")) == "B04 red.tif"
    assert file_name(file("https://a.test/", "red")) == "red"
    assert file_name(file("https://a.test/%2e%2e%2f%2e%2e%2fpasswd")) == "passwd"


def test_no_two_files_have_one_name():
    links = ["https://a.test/1/B04.tif", "https://a.test/2/b04.TIF", "https://a.test/3/B04.tif"]
    assets = [file(link, key) for link, key in zip(links, ("x", "y", "x" * 200))]
    names = list(file_names(assets).values())
    assert names[:2] == ["B04.tif", "y_b04.TIF"]
    assert len({name.lower() for name in names}) == 3


def test_long_names_that_differ_only_in_the_middle_stay_two():
    links = [f"https://a.test/{'x' * 200}{n}.tif" for n in range(3)]
    names = file_names([file(link, "k" * 200 + str(n)) for n, link in enumerate(links)])
    assert len(set(names.values())) == 3


def test_no_file_stands_in_the_way_of_another_while_it_arrives():
    links = ("B04.tif", "B04.tif.part", "item.json")
    names = file_names([file(f"https://a.test/{n}", n) for n in links], reserved=["ITEM.json"])
    assert names["B04.tif"] == "B04.tif"
    assert not {"B04.tif.part", "item.json"} & {names["B04.tif.part"], names["item.json"]}
