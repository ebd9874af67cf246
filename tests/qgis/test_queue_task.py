"""bridge/queue_task.py: the queue as one task of QGIS, its states on the map, and its end."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import QgsApplication

from sentinel_portals import providers
from sentinel_portals.bridge import footprints, looks, queue_task, settings, tasks
from sentinel_portals.bridge.footprints import FootprintStore
from sentinel_portals.bridge.portals import Portals
from sentinel_portals.bridge.queue_clerk import SHOWN, Clerk
from sentinel_portals.bridge.queue_task import QueueTask
from sentinel_portals.core import worker
from sentinel_portals.core.errors import Cancelled, StorageError
from sentinel_portals.core.geometry import box
from sentinel_portals.core.jobs import (
    CANCELLED,
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    JobState,
    JobStore,
    Wish,
    window_mark,
)
from sentinel_portals.core.model import SearchRequest, bounds
from sentinel_portals.core.scene import Scenes, merge
from sentinel_portals.core.search import search
from sentinel_portals.core.worker import Limits
from sentinel_portals.tests.core.making import file, product


@pytest.fixture
def portals(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "home"))
    found = Portals(providers.portals, providers.connect)
    return found.get(["sample", "sample_archive"])


@pytest.fixture
def scenes(portals):
    outcomes = [search(p, SearchRequest("sentinel-2-l2a")) for p in portals.values()]
    return merge(product for outcome in outcomes for product in outcome.products)


@pytest.fixture
def layer(scenes, tmp_path):
    """The footprints of the scenes, on the disk."""
    held = Scenes()
    places = held.extend([offer for scene in scenes for offer in scene.offers])
    store = FootprintStore(tmp_path / "found.gpkg")
    store.write(places, held, None)
    store.close()
    return store.path


@pytest.fixture
def wishes(scenes, layer, tmp_path):
    return [
        Wish(scene.offers, str(tmp_path / "images"), (), str(layer), scene.id) for scene in scenes
    ]


@pytest.fixture
def store(portals):
    store = JobStore(queue_task.file())
    yield store
    store.close()


@pytest.fixture
def run(wait_for):
    """run(task): to its end, cancelled as soon as ``until`` is true."""

    def run(task, until=None):
        ended = []
        task.ended.connect(ended.append)
        QgsApplication.taskManager().addTask(task)
        if until:
            wait_for(until)
            task.cancel()
        wait_for(lambda: ended)
        assert task not in tasks.TASKS
        return ended[0]

    return run


@pytest.fixture
def clerk(portals, wait_for):
    """Whoever watches the queue and tells the map."""
    clerk = Clerk(queue_task.file())
    yield clerk
    answered = []
    clerk.ask(lambda store: store.jobs(), answered.append)
    wait_for(lambda: answered)
    clerk.close()


@pytest.fixture
def shown(clerk, layer, wait_for):
    """shown(state): the scenes that are in this state on the map, once the clerk has looked."""

    def shown(state):
        looked = []
        clerk.ask(lambda store: None, looked.append)
        wait_for(lambda: looked)
        return {scene for scene, now in states(layer).items() if now == state}

    return shown


def states(layer):
    return {f["scene_id"]: f["state"] for f in footprints.open_layer(layer, "x").getFeatures()}


def test_every_state_of_a_job_is_a_state_of_its_footprint():
    assert set(SHOWN) == set(JobState)
    assert set(SHOWN.values()) <= set(looks.STATES)


def test_the_queue_is_fetched_and_the_footprints_tell_it(run, store, portals, wishes, clerk, shown):
    wanted = wishes[:3]
    assert shown("queued") == set()
    store.add(wanted)
    assert shown("queued") == {wish.scene_id for wish in wanted}
    told = []
    clerk.told.connect(lambda news: told.extend(news.jobs))
    assert run(QueueTask(JobStore(store.path), portals, changed=clerk.nudge))
    jobs = store.jobs()
    assert [job.state for job in jobs] == [DONE] * 3
    assert all(Path(path).stat().st_size for job in jobs for path in job.files)
    assert shown("on disk") == {wish.scene_id for wish in wanted}
    assert {job.id for job in told if job.state is DONE} == {job.id for job in jobs}


def test_nothing_to_do_ends_at_once(run, store, portals):
    assert run(QueueTask(JobStore(store.path), portals))


def test_a_scene_that_nobody_gives_is_failed_on_the_map(run, store, portals, wishes, layer, shown):
    shown("failed")
    gone = product("nobody", "A", assets={"data": file("https://x.test/a")})
    store.add([Wish((gone,), wishes[0].folder, (), str(layer), wishes[0].scene_id)])
    assert run(QueueTask(JobStore(store.path), portals)), "the queue itself is well"
    assert store.jobs()[0].state is FAILED
    assert shown("failed") == {wishes[0].scene_id}


@pytest.fixture
def held(monkeypatch):
    """Downloads that go on until they are stopped."""
    begun = threading.Event()

    def fetch(offer, providers_, keys, folder, stopped, progress, *more):
        begun.set()
        progress(5, 10)
        threading.Event().wait(0.01)
        while not stopped():
            threading.Event().wait(0.01)
        raise Cancelled("The request was cancelled.")

    monkeypatch.setattr(worker, "fetch_offer", fetch)
    return begun


def test_leaving_puts_everything_back_and_the_next_start_goes_on(
    run, store, portals, wishes, held, monkeypatch, shown
):
    store.add(wishes[:1])
    task = QueueTask(JobStore(store.path), portals)
    assert not run(task, until=held.is_set)
    assert [job.state for job in store.jobs()] == [WAITING]
    assert shown("queued") == {wishes[0].scene_id}
    monkeypatch.undo()
    assert run(QueueTask(JobStore(store.path), portals))
    assert [job.state for job in store.jobs()] == [DONE]


def test_a_running_job_shows_how_far_it_is_and_is_given_up_when_wanted(
    run, store, portals, wishes, held, wait_for, shown
):
    shown("queued")
    (job,) = store.add(wishes[:1])
    task = QueueTask(JobStore(store.path), portals)
    seen = []

    def give_up():
        now = task.running().get(job.id)
        if now and now.total and store.get(job.id).state is RUNNING:
            seen.append((now.done, now.total))
            store.cancel([job.id])
        return store.get(job.id).state is CANCELLED and not task.running()

    ended = []
    task.ended.connect(ended.append)
    QgsApplication.taskManager().addTask(task)
    wait_for(give_up)
    wait_for(lambda: ended)
    assert seen == [(5, 10)]
    assert shown("found") >= {wishes[0].scene_id}


def test_a_layer_that_was_deleted_costs_nothing(run, store, portals, wishes, layer, clerk):
    store.add(wishes[:1])
    layer.unlink()
    assert run(QueueTask(JobStore(store.path), portals, changed=clerk.nudge))
    assert store.jobs()[0].state is DONE


def test_a_damaged_queue_is_told_once_and_ends_nothing(portals, tmp_path, wait_for):
    (tmp_path / "home").mkdir(exist_ok=True)
    queue_task.file().write_bytes(b"no database" * 100)
    clerk, failed, answers = Clerk(queue_task.file()), [], []
    clerk.failed.connect(failed.append)
    clerk.ask(lambda store: store.jobs(), answers.append)
    clerk.ask(lambda store: store.jobs(), answers.append)
    wait_for(lambda: len(failed) == 2)
    assert all(isinstance(error, StorageError) for error in failed)
    assert not answers
    clerk.nudge()
    queue_task.file().unlink()
    clerk.ask(lambda store: store.jobs(), answers.append)
    wait_for(lambda: answers)
    assert answers == [[]]
    assert len(failed) == 2
    clerk.close()


def test_what_another_window_does_is_told(store, clerk, wishes, wait_for):
    told = []
    clerk.told.connect(told.append)
    clerk.watch(True)
    wait_for(lambda: told)
    assert told[0].first
    (job,) = store.add(wishes[:1])
    wait_for(lambda: len(told) == 2)
    assert [j.id for j in told[1].jobs] == [job.id]
    store.cancel([job.id])
    store.forget([job.id])
    wait_for(lambda: any(job.id in news.gone for news in told))
    store.set_paused(True)
    wait_for(lambda: told[-1].paused)


def test_an_answer_comes_after_the_news_of_what_was_done(clerk, wishes, wait_for):
    order = []
    clerk.told.connect(lambda news: order.append("news"))
    clerk.ask(lambda store: store.add(wishes[:2]), lambda jobs: order.append(len(jobs)))
    wait_for(lambda: 2 in order)
    assert order[-2:] == ["news", 2]


def test_the_limits_are_those_of_the_settings():
    kept = settings.Settings(rate=500, from_hour=22, to_hour=6, at_once=0)
    assert queue_task.limits(kept) == Limits(500_000, 22, 6, 1)
    assert queue_task.limits(settings.Settings()) == Limits()


def test_only_the_area_of_interest_comes_as_a_geotiff_of_its_pixels(run, store, portals, wishes):
    west, south, east, north = bounds(wishes[0].offers[0].geometry)
    middle = ((west + east) / 2, (south + north) / 2)
    area = box((middle[0] - 0.02, middle[1] - 0.02, middle[0] + 0.02, middle[1] + 0.02))
    whole = replace(wishes[0], keys=("B04",))
    store.add([whole, replace(whole, area=area)])
    assert run(QueueTask(JobStore(store.path), portals))
    jobs = {job.window: job for job in store.jobs()}
    assert [job.state for job in jobs.values()] == [DONE, DONE]
    all_of_it = gdal.Open(next(iter(jobs[""].files)))
    part = gdal.Open(next(iter(jobs[window_mark(area)].files)))
    assert 0 < part.RasterXSize < all_of_it.RasterXSize / 2
    place, big = part.GetGeoTransform(), all_of_it.GetGeoTransform()
    column, row = (place[0] - big[0]) / big[1], (place[3] - big[3]) / big[5]
    assert (column, row) == (int(column), int(row)), "on the image's own pixels"
    expected = all_of_it.ReadAsArray(int(column), int(row), part.RasterXSize, part.RasterYSize)
    assert (part.ReadAsArray() == expected).all()
