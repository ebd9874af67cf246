"""Scenes from the disk onto the map, beside the main thread."""

import threading

import pytest
from qgis.core import QgsApplication

from sentinel_portals.bridge import rasters
from sentinel_portals.bridge.load_task import LoadTask
from sentinel_portals.core.errors import UnreadableFile
from sentinel_portals.tests.formats import scenes


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
