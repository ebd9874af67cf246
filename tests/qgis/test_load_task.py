"""Scenes from the disk onto the map, beside the main thread."""

import threading
from pathlib import Path

import pytest
from qgis.core import QgsApplication

from sentinel_portals.bridge import messages, rasters
from sentinel_portals.bridge.load_task import LoadTask
from sentinel_portals.bridge.mosaics import MosaicTask
from sentinel_portals.core.errors import UnreadableFile
from sentinel_portals.core.model import Product, parse_time
from sentinel_portals.tests.formats import products, scenes


@pytest.fixture
def run(wait_for):
    """Lets QGIS run a task; what it told."""

    def go(task):
        told = {"looks": [], "errors": [], "good": []}
        task.looked.connect(told["looks"].append)
        task.failed.connect(told["errors"].append)
        task.ended.connect(told["good"].append)
        QgsApplication.taskManager().addTask(task)
        wait_for(lambda: told["good"])
        return told

    return go


def test_a_scene_that_cannot_be_read_costs_only_itself(run, tmp_path):
    good = [scenes.scene(tmp_path / name) for name in ("a", "b")]
    told = run(LoadTask([good[0], tmp_path / "gone", good[1]], "true_colour"))
    assert [look.path.parent for look in told["looks"]] == good
    (error,) = told["errors"]
    assert isinstance(error, UnreadableFile)
    assert "gone does not exist" in str(error)


def test_the_slow_half_is_done_beside_the_main_thread(run, tmp_path, monkeypatch):
    threads = []
    looks = rasters.looks

    def watched(*given, **more):
        for look in looks(*given, **more):
            threads.append(threading.current_thread())
            yield look

    monkeypatch.setattr(rasters, "looks", watched)
    (look,) = run(LoadTask([scenes.scene(tmp_path / "x")], "true_colour"))["looks"]
    assert threads != [threading.main_thread()]
    assert rasters.layer_of(look).isValid()


def test_a_stopped_task_leaves_the_rest(run, tmp_path, monkeypatch):
    folders = [scenes.scene(tmp_path / str(n)) for n in range(3)]
    task = LoadTask(folders, "true_colour")
    looks = rasters.looks

    def stopping(*given, **more):
        yield from looks(*given, **more)
        task.cancel()

    monkeypatch.setattr(rasters, "looks", stopping)
    told = run(task)
    assert len(told["looks"]) == 1
    assert told["good"] == [False]
    assert not told["errors"]


# --- mosaics ---------------------------------------------------------------------------------


def offer(root, moment="2024-06-15T10:50:31Z"):
    """What a portal would say of a product."""
    return Product("sample", root.stem, "sentinel-2-l2a", root.stem, datetime=parse_time(moment))


def packed(home, **which):
    """A product in its archive, as it was downloaded."""
    root = products.sentinel2(home / "unpacked", **which)
    return products.zipped(root).replace(home / f"{root.stem}.zip")


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "home"))
    return tmp_path / "scenes"


def test_the_tiles_of_a_date_that_are_on_the_disk_make_one_image(run, home):
    east = products.WEST + products.SIDE
    tiles = [packed(home), packed(home, tile="31TGJ", west=east)]
    told = run(MosaicTask([[offer(tile)] for tile in tiles], [home], "ndvi"))
    assert not told["errors"]
    (look,) = told["looks"]
    layer = rasters.layer_of(look)
    assert layer.name() == "2024-06-15 S2A NDVI, vegetation"
    assert layer.extent().width() == 2 * products.SIDE
    assert look.path.parent == home


def test_what_is_not_on_the_disk_is_named_and_the_rest_is_shown(run, home):
    root = packed(home)
    gone = Path(root.name.replace("31TFJ", "31TGJ"))
    told = run(MosaicTask([[offer(root)], [offer(gone)]], [home], "true_colour"))
    assert len(told["looks"]) == 1
    (error,) = told["errors"]
    assert gone.stem in str(error)
    assert root.stem not in str(error)
    assert messages.sentence(error).endswith(f"{gone.stem}."), "and nothing is to be mended"
