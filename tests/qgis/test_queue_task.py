"""bridge/queue_task.py: the queue as one task of QGIS, its states on the map, and its end."""

import threading
from pathlib import Path

import pytest
from qgis.core import QgsApplication

from sentinel_portals import providers
from sentinel_portals.bridge import footprints, queue_task, settings, tasks
from sentinel_portals.bridge.footprints import FootprintStore
from sentinel_portals.bridge.portals import Portals
from sentinel_portals.bridge.queue_task import SHOWN, QueueTask
from sentinel_portals.core import worker
from sentinel_portals.core.errors import Cancelled, StorageError
from sentinel_portals.core.jobs import CANCELLED, DONE, FAILED, RUNNING, WAITING, JobState, Wish
from sentinel_portals.core.model import SearchRequest
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
    store = queue_task.open_store()
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


def states(layer):
    return {f["scene_id"]: f["state"] for f in footprints.open_layer(layer, "x").getFeatures()}


def test_every_state_of_a_job_is_a_state_of_its_footprint():
    assert set(SHOWN) == set(JobState)
    assert set(SHOWN.values()) <= set(footprints.STATES)


def test_the_queue_is_fetched_and_the_footprints_tell_it(run, store, portals, wishes, layer):
    wanted = wishes[:3]
    store.add(wanted)
    task, told = QueueTask(store, portals), []
    task.changed.connect(told.append)
    assert run(task)
    jobs = store.jobs()
    assert [job.state for job in jobs] == [DONE] * 3
    assert all(Path(path).stat().st_size for job in jobs for path in job.files)
    assert {job.id for job in told if job.state is DONE} == {job.id for job in jobs}
    mine = {wish.scene_id for wish in wanted}
    assert {scene for scene, state in states(layer).items() if state == "on disk"} == mine


def test_nothing_to_do_ends_at_once(run, store, portals):
    assert run(QueueTask(store, portals))


def test_a_scene_that_nobody_gives_is_failed_on_the_map(run, store, portals, wishes, layer):
    gone = product("nobody", "A", assets={"data": file("https://x.test/a")})
    store.add([Wish((gone,), wishes[0].folder, (), str(layer), wishes[0].scene_id)])
    assert run(QueueTask(store, portals)), "the queue itself is well"
    assert store.jobs()[0].state is FAILED
    assert states(layer)[wishes[0].scene_id] == "failed"


@pytest.fixture
def held(monkeypatch):
    """Downloads that go on until they are stopped."""
    begun = threading.Event()

    def fetch(offer, providers_, keys, folder, stopped, progress):
        begun.set()
        progress(5, 10)
        threading.Event().wait(0.01)
        while not stopped():
            threading.Event().wait(0.01)
        raise Cancelled("The request was cancelled.")

    monkeypatch.setattr(worker, "fetch_offer", fetch)
    return begun


def test_leaving_puts_everything_back_and_the_next_start_goes_on(
    run, store, portals, wishes, layer, held, monkeypatch
):
    store.add(wishes[:1])
    task = QueueTask(store, portals)
    assert not run(task, until=held.is_set)
    assert [job.state for job in store.jobs()] == [WAITING]
    assert states(layer)[wishes[0].scene_id] == "queued"
    monkeypatch.undo()
    assert run(QueueTask(store, portals))
    assert [job.state for job in store.jobs()] == [DONE]


def test_a_running_job_shows_how_far_it_is_and_is_given_up_when_wanted(
    run, store, portals, wishes, held, wait_for, layer
):
    (job,) = store.add(wishes[:1])
    task = QueueTask(store, portals)
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
    assert states(layer)[wishes[0].scene_id] == "found"


def test_a_layer_that_was_deleted_costs_nothing(run, store, portals, wishes, layer):
    store.add(wishes[:1])
    layer.unlink()
    assert run(QueueTask(store, portals))
    assert store.jobs()[0].state is DONE


def test_a_damaged_queue_is_told(portals, tmp_path):
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / queue_task.FILE).write_bytes(b"no database" * 100)
    with pytest.raises(StorageError):
        queue_task.open_store()


def test_the_limits_are_those_of_the_settings():
    kept = settings.Settings(rate=500, from_hour=22, to_hour=6, at_once=0)
    assert queue_task.limits(kept) == Limits(500_000, 22, 6, 1)
    assert queue_task.limits(settings.Settings()) == Limits()
