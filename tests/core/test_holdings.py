"""core/holdings.py: what is on the disk already, and what only looks so."""

import json
import os
import tarfile
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel_portals.core import holdings as module
from sentinel_portals.core.download import Fetched, write_item
from sentinel_portals.core.holdings import Holdings
from sentinel_portals.core.jobs import folder_name
from sentinel_portals.core.model import Asset, bounds
from sentinel_portals.tests.core.making import product, square

NAME = "S2A_MSIL2A_20240615T105031_N0510_R051_T31TFJ_20240615T170000"
STRIP = "DS_2APS_20240615T170000_S20240615T105026"
OTHER = "S2B_MSIL2A_20240618T104619_N0510_R051_T31TFJ_20240618T150000"
RADAR = "S1A_IW_GRDH_1SDV_20240615T055019_20240615T055044_054328_069C3A_1B2C"
LANDSAT = "LC08_L2SP_197029_20240610_20240618_02_T1"
THEIA = "SENTINEL2A_20240615-105555-000_L2A_T31TFJ_C_V3-1"
AREA = square(3.2, 45.2, 0.1)


@pytest.fixture
def home(tmp_path):
    """The folder of downloads, long settled unless a test changes it."""
    folder = tmp_path / "scenes"
    folder.mkdir()
    return folder


@pytest.fixture
def index(tmp_path):
    with Holdings(tmp_path / "index" / "holdings.sqlite", now=later) as index:
        yield index


def later():
    """An hour on: nothing was changed just now."""
    return time.time() + 3600


def offer(name=NAME, portal="testland", **more):
    return product(portal, name, at="2024-06-15T10:50:31Z", **more)


def cog_offer(*keys, portal="testland", name=NAME, **more):
    assets = {key: Asset(key, f"https://{portal}.test/{key}.tif", roles=("data",)) for key in keys}
    return offer(name, portal, assets=assets, **more)


def downloaded(home, held, *keys, size=1000, area=None):
    """What a download leaves: the files and their STAC item in a folder of their own."""
    folder = home / folder_name(held.title, area)
    folder.mkdir(parents=True)
    files = []
    for key in keys:
        path = folder / f"{key}.tif"
        path.write_bytes(os.urandom(size))
        files.append(Fetched(key, path, size))
    return write_item(folder, held, files)


def safe(home, name=NAME, files=(("B02.jp2", 500), ("B03.jp2", 600)), lacks=(), corners=""):
    """A SAFE folder with its manifest."""
    root = home / f"{name}.SAFE"
    inside = f"DATASTRIP/{STRIP}/MTD_DS.xml"
    told = []
    for file, size in ((inside, 90), *((f"GRANULE/G/IMG_DATA/{f}", s) for f, s in files)):
        told.append(
            f'<byteStream size="{size}"><fileLocation locatorType="URL" href="./{file}"/>'
            "</byteStream>"
        )
        if file.rpartition("/")[2] not in lacks:
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_bytes(bytes(size))
    place = f"<gml:coordinates>{corners}</gml:coordinates>" if corners else ""
    (root / "manifest.safe").write_text(f"<xfdu:XFDU>{place}{''.join(told)}</xfdu:XFDU>")
    return root


def zipped(folder, name=None):
    out = folder.parent / (name or f"{folder.name.partition('.')[0]}.zip")
    with zipfile.ZipFile(out, "w") as pack:
        for path in sorted(folder.rglob("*")):
            pack.write(path, path.relative_to(folder.parent))
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    folder.rmdir()
    return out


# --- what counts -----------------------------------------------------------------------------


def test_the_bands_that_were_downloaded_are_known_again(home, index):
    held = cog_offer("B04", "B03", "B02")
    item = downloaded(home, held, "B04", "B03", "B02")
    assert index.scan([home]).products == 1
    found = index.held([held], ["B04", "B02"])
    assert (found.path, found.title, found.enough) == (item, NAME, True)
    assert index.held([held]).enough  # all that this portal has of it


def test_a_band_that_is_not_there_makes_it_too_little(home, index):
    held = cog_offer("B04", "B08")
    downloaded(home, held, "B04")
    index.scan([home])
    assert not index.held([held], ["B04", "B08"]).enough
    assert not index.held([held]).enough


def test_a_coarser_file_of_a_band_is_not_what_is_wanted(home, index):
    downloaded(home, cog_offer("B02_60m"), "B02_60m")
    index.scan([home])
    assert not index.held([cog_offer("B02_10m", "B02_60m")], ["B02"]).enough
    assert index.held([cog_offer("B02_60m")], ["B02"]).enough


def test_another_portals_copy_of_the_scene_counts_too(home, index):
    downloaded(home, cog_offer("B04", portal="elsewhere"), "B04")
    index.scan([home])
    assert index.held([cog_offer("red")], ["B04"]).enough
    assert index.held([cog_offer("B04", name=OTHER)], ["B04"]) is None


def test_a_safe_folder_with_every_file_of_its_manifest_is_whole(home, index):
    root = safe(home)
    index.scan([home])
    assert index.held([offer()]).path == root
    assert index.held([cog_offer("B04")], ["B04"]).enough


@pytest.mark.parametrize("kind", ["lacks", "half", "damaged", "outside", "empty"])
def test_a_safe_folder_of_which_something_is_missing_does_not_count(home, index, kind):
    root = safe(home, lacks=["B03.jp2"] if kind == "lacks" else [])
    manifest = root / "manifest.safe"
    if kind == "half":
        next(root.rglob("B03.jp2")).write_bytes(bytes(599))
    elif kind == "damaged":
        manifest.write_bytes(manifest.read_bytes()[:200])
    elif kind == "outside":
        (home / "B02.jp2").write_bytes(bytes(500))
        manifest.write_text(manifest.read_text().replace("./GRANULE/G/IMG_DATA/B02", "../B02"))
    elif kind == "empty":
        manifest.write_text("<xfdu:XFDU/>")
    index.scan([home])
    assert index.held([offer()]) is None


def test_a_zip_is_whole_when_it_holds_what_its_manifest_says(home, index):
    path = zipped(safe(home))
    index.scan([home])
    assert index.held([offer()]).path == path
    packed = zipped(safe(home, OTHER, lacks=["B02.jp2"]))
    index.scan([home])
    assert packed.exists()
    assert index.held([offer(OTHER)]) is None


def test_a_zip_of_another_size_than_the_portal_tells_does_not_count(home, index):
    path = zipped(safe(home))
    index.scan([home])
    size = path.stat().st_size
    whole = Asset("product", "https://testland.test/x.zip", roles=("archive",), size=size)
    assert index.held([offer(assets={"product": whole})]).enough
    assert index.held([offer(assets={"product": replace(whole, size=size + 1)})]) is None


def test_half_a_zip_does_not_count_until_the_rest_has_come(home, index):
    path = zipped(safe(home))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    index.scan([home])
    assert index.held([offer()]) is None
    before = home.stat().st_mtime_ns
    with path.open("r+b") as file:  # as a browser writes on: the folder does not change
        file.write(content)
    assert home.stat().st_mtime_ns == before
    index.scan([home])
    assert index.held([offer()]).path == path


def test_a_zip_is_known_by_its_inside_when_it_has_a_strange_name(home, index):
    path = zipped(safe(home), "0a1b2c3d.zip")
    index.scan([home])
    assert index.held([offer()]).path == path


def test_a_tar_is_whole_when_it_ends_as_it_should(home, index):
    (home / "band.TIF").write_bytes(bytes(50_000))
    path = home / f"{LANDSAT}.tar"
    with tarfile.open(path, "w") as pack:
        pack.add(home / "band.TIF", f"{LANDSAT}_SR_B4.TIF")
    index.scan([home])
    wanted = [offer(LANDSAT, collection="landsat-c2-l2")]
    assert index.held(wanted).path == path
    path.write_bytes(path.read_bytes()[:30_000])
    index.scan([home])
    assert index.held(wanted) is None


def test_radar_is_known_by_its_name_and_kind(home, index):
    safe(home, RADAR)
    index.scan([home])
    assert index.held([offer(RADAR, collection="sentinel-1-grd")]).enough
    assert index.held([offer(RADAR, collection="sentinel-1-slc")]) is None


def test_an_item_whose_file_was_cut_does_not_count(home, index):
    held = cog_offer("B04")
    item = downloaded(home, held, "B04")
    (item.parent / "B04.tif").write_bytes(b"half")
    index.scan([home])
    assert index.held([held], ["B04"]) is None


def test_a_file_of_unknown_size_proves_nothing(home, index):
    held = cog_offer("B04")
    item = downloaded(home, held, "B04")
    told = json.loads(item.read_text())
    del told["assets"]["B04"]["file:size"]
    item.write_text(json.dumps(told))
    index.scan([home])
    assert index.held([held], ["B04"]) is None


def test_a_part_of_a_scene_is_not_the_scene_but_the_scene_has_every_part(home, index):
    held = cog_offer("B04")
    downloaded(home, held, "B04", area=AREA)
    index.scan([home])
    assert index.held([held], ["B04"], AREA).enough
    assert index.held([held], ["B04"]) is None
    assert index.held([held], ["B04"], square(3.5, 45.5, 0.1)) is None
    downloaded(home, held, "B04")
    index.scan([home])
    assert index.held([held], ["B04"], square(3.5, 45.5, 0.1)).enough


def test_a_part_is_known_as_one_whatever_its_folder_is_called(home, index):
    held = cog_offer("B04", properties={"sentinel_portals:window": list(bounds(AREA))})
    item = downloaded(home, held, "B04")
    item.parent.rename(home / "my field")
    index.scan([home])
    assert index.held([cog_offer("B04")], ["B04"]) is None
    assert index.held([cog_offer("B04")], ["B04"], AREA).enough


def test_an_older_processing_is_told_and_is_not_enough(home, index):
    safe(home, NAME.replace("N0510", "N0400"))
    index.scan([home])
    found = index.held([offer()])
    assert (found.enough, found.older) == (False, "0400")
    new = safe(home)
    index.scan([home])
    assert index.held([offer()]).path == new
    assert index.held([offer(NAME.replace("N0510", "N0400"))]).enough


def test_two_slices_of_one_datatake_are_two_scenes(home, index):
    safe(home, corners="45 3 46 3 46 4 45 4 45 3")
    index.scan([home])
    strips = {cut: f"S2A_OPER_MSI_L2A_DS_2APS_x_S{cut}_N05.10" for cut in ("20240615T105026",)}
    same = strips["20240615T105026"]
    other = same.replace("T105026", "T105226")
    shared = {"platform": "sentinel-2a", "grid:code": "MGRS-31TFJ"}
    wanted = "S2A_31TFJ_20240615_0_L2A"
    assert index.held([offer(wanted, properties={**shared, "s2:datastrip_id": same})])
    assert not index.held([offer(wanted, properties={**shared, "s2:datastrip_id": other})])
    assert index.held([offer(wanted, properties=shared, geometry=square(3, 45))])
    assert not index.held([offer(wanted, properties=shared, geometry=square(9, 45))])


def test_a_folder_whose_files_have_no_known_size_is_found_and_does_not_count(home, index):
    for name, metadata in ((LANDSAT, f"{LANDSAT}_MTL.txt"), (THEIA, f"{THEIA}_MTD_ALL.xml")):
        (home / name / "MASKS").mkdir(parents=True)
        (home / name / metadata).write_text("names only")
    index.scan([home])
    assert index.places(THEIA) == [home / THEIA]
    assert index.places(LANDSAT) == [home / LANDSAT]
    assert index.held([offer(LANDSAT, collection="landsat-c2-l2")]) is None


# --- what changes ----------------------------------------------------------------------------


def test_what_was_deleted_does_not_count_even_before_the_next_look(home, index):
    held = cog_offer("B04")
    item = downloaded(home, held, "B04")
    root = safe(home, OTHER)
    index.scan([home])
    (item.parent / "B04.tif").unlink()
    next(root.rglob("B02.jp2")).unlink()
    assert index.held([held], ["B04"]) is None
    assert index.held([offer(OTHER)]) is None
    index.scan([home])
    assert index.held([held], ["B04"]) is None


def test_what_was_moved_is_found_at_its_new_place(home, index, tmp_path):
    item = downloaded(home, cog_offer("B04"), "B04")
    index.scan([home])
    (tmp_path / "archive").mkdir()
    moved = item.parent.rename(tmp_path / "archive" / "my best scene") / item.name
    assert index.held([cog_offer("B04")], ["B04"]) is None
    index.scan([home, tmp_path / "archive"])
    assert index.held([cog_offer("B04")], ["B04"]).path == moved
    assert index.places(NAME) == [moved]
    assert index.count() == 1


def test_only_folders_that_changed_are_looked_into(home, index, monkeypatch):
    downloaded(home, cog_offer("B04"), "B04")
    safe(home, OTHER)
    index.scan([home])
    looked = []
    real = module.look
    monkeypatch.setattr(module, "look", lambda folder: (looked.append(folder), real(folder))[1])
    assert index.scan([home]).products == 2
    assert looked == []
    item = downloaded(home, cog_offer("B04", name=RADAR), "B04")
    assert index.scan([home]).products == 3
    assert looked == [home, item.parent]
    looked.clear()
    index.scan([home], afresh=True)
    assert len(looked) == 4


def test_other_dates_of_a_tile_cost_a_question_nothing(home, index, monkeypatch):
    for day in range(10, 30):
        safe(home, NAME.replace("202406", "202405").replace("0515", f"05{day}"))
    safe(home)
    index.scan([home])
    looked = []
    real = module.from_item
    monkeypatch.setattr(module, "from_item", lambda item: (looked.append(item), real(item))[1])
    assert index.held([offer()]).enough
    assert len(looked) == 1


def test_a_folder_changed_a_moment_ago_is_looked_into_again(home, tmp_path, monkeypatch):
    """Two changes within the tick of a clock leave the same time."""
    with Holdings(tmp_path / "index.sqlite") as index:
        index.scan([home])
        looked = []
        real = module.look
        monkeypatch.setattr(module, "look", lambda folder: (looked.append(folder), real(folder))[1])
        index.scan([home])
        assert looked == [home]


def test_a_folder_no_longer_chosen_is_forgotten(home, index, tmp_path):
    safe(home)
    safe(tmp_path / "more", OTHER)
    index.scan([home, tmp_path / "more"])
    assert index.count() == 2
    index.scan([home])
    assert index.count() == 1
    assert index.held([offer(OTHER)]) is None


def test_a_drive_that_is_away_costs_no_new_look_when_it_is_back(home, index, tmp_path):
    drive = tmp_path / "drive"
    safe(drive, OTHER)
    index.scan([home, drive])
    drive.rename(tmp_path / "in the drawer")
    index.scan([home, drive])
    assert index.held([offer(OTHER)]) is None
    (tmp_path / "in the drawer").rename(drive)
    assert index.held([offer(OTHER)]).enough


# --- what must not happen --------------------------------------------------------------------


def test_no_symbolic_link_is_followed(home, index, tmp_path):
    outside = tmp_path / "outside"
    root = safe(outside)
    (home / "link").symlink_to(outside)
    (home / root.name).symlink_to(root)
    half = safe(home, OTHER, lacks=["B02.jp2"])
    (half / "GRANULE/G/IMG_DATA/B02.jp2").symlink_to(next(root.rglob("B02.jp2")))
    (home / "loop").symlink_to(home)
    assert index.scan([home]).complete
    assert index.held([offer()]) is None
    assert index.held([offer(OTHER)]) is None


def test_a_chosen_folder_may_be_a_link_itself(home, index, tmp_path):
    safe(home)
    (tmp_path / "mine").symlink_to(home)
    assert index.scan([tmp_path / "mine", home, home / ".." / "scenes"]).products == 1


def test_an_unreadable_folder_is_told_and_the_rest_is_found(home, index, monkeypatch):
    safe(home)
    (home / "locked").mkdir()
    real = os.scandir

    def scandir(folder):
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(module.os, "scandir", scandir)
    seen = index.scan([home, home.parent / "nowhere"])
    assert seen.unreadable == (str(home / "locked"),)
    assert index.held([offer()]).enough


@pytest.mark.skipif(os.name != "posix", reason="names are text here")
def test_a_name_that_is_no_text_is_passed_over(home, index):
    (home / os.fsdecode(b"for\xeat")).mkdir()
    (home / os.fsdecode(b"for\xeat.zip")).write_bytes(b"PK")
    safe(home)
    assert index.scan([home]).complete
    assert index.held([offer()]).enough


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'{"type": "Feature"}',
        b'{"type": "Feature", "id": 1, "properties": null, "assets": {}}',
        b'{"type": "Feature", "id": "x", "collection": "c", "properties": {}, "assets": {"a": 3}}',
        b'{"type": "Feature", "id": "x", "collection": "c", "properties": {}, '
        b'"assets": {"a": {"href": 5, "file:size": "many"}}}',
        b'{"type": "Feature", "id": 1, "collection": null, "properties": {"title": []}, '
        b'"assets": {}}',
        b'{"type": "Feature", "id": "x", "collection": "c", "assets": {}, "geometry": 7, '
        b'"properties": {"platform": 7, "datetime": "yesterday"}}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_any_other_json_file_is_passed_over(home, index, content):
    (home / "other.json").write_bytes(content)
    safe(home)
    assert index.scan([home]).complete
    assert index.held([offer()]).enough


@pytest.mark.parametrize(
    "place", [7, [], {}, {"type": "Polygon"}, {"type": "Polygon", "coordinates": []}]
)
def test_an_item_with_an_odd_footprint_is_no_trouble(home, index, place):
    shared = {"platform": "sentinel-2a", "grid:code": "MGRS-31TFJ"}
    wanted = cog_offer("B04", name="S2A_31TFJ_20240615_0_L2A", properties=shared)
    item = downloaded(home, replace(wanted, provider="elsewhere", id="mine"), "B04")
    told = {**json.loads(item.read_text()), "geometry": place}
    item.write_text(json.dumps(told))
    index.scan([home])
    assert index.held([wanted], ["B04"]) is None


def test_loose_metadata_hides_no_folder_below(home, index):
    (home / f"{LANDSAT}_MTL.txt").write_text("unpacked into the wrong place")
    (home / "manifest.safe").write_text("<x/>")
    safe(home)
    index.scan([home])
    assert index.held([offer()]).enough


def test_a_cancelled_look_keeps_what_it_has_and_goes_on_later(home, index):
    for day in range(10, 20):
        safe(home / f"{day}", NAME.replace("20240615", f"202406{day}"))
    stop = threading.Event()

    def progress(count, folder):
        if count >= 3:
            stop.set()

    seen = index.scan([home], stop.is_set, progress)
    assert not seen.complete
    assert 3 <= index.count() < 10
    assert index.scan([home]).products == 10


def test_a_damaged_index_is_made_anew(home, tmp_path):
    path = tmp_path / "holdings.sqlite"
    path.write_bytes(b"this is no database, but long enough to be taken for one" * 100)
    safe(home)
    with Holdings(path) as index:
        index.scan([home])
        assert index.held([offer()]).enough


def test_two_windows_share_the_index(home, index):
    safe(home)
    with Holdings(index.path) as other:
        index.scan([home])
        assert other.held([offer()]).enough
        other.scan([home], afresh=True)
    assert index.count() == 1
