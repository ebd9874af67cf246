"""bridge/tasks.py: beside the main thread, cancelled at any moment, never in the map's way."""

import gc
import sys
import threading
import time
from dataclasses import fields

import pytest
from qgis.core import QgsApplication, QgsRectangle
from qgis.gui import QgsMapCanvas
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QRunnable, QThreadPool, QTimer

from sentinel_portals import providers
from sentinel_portals.bridge import footprints, messages, tasks
from sentinel_portals.bridge.footprints import FootprintStore
from sentinel_portals.bridge.portals import Portals
from sentinel_portals.bridge.tasks import QuicklookTask, SearchTask
from sentinel_portals.core.errors import Cancelled, NetworkError, StorageError, UnexpectedError
from sentinel_portals.core.model import Asset, Page, SearchRequest
from sentinel_portals.core.provider import Provider, ProviderInfo
from sentinel_portals.core.search import Found, Outcome
from sentinel_portals.core.transport import Http
from sentinel_portals.tests.core.making import product, square

QUESTION = SearchRequest("sentinel-2-l2a")
CLERMONT = square(2.5, 45.0, 1.5)


class Portal(Provider):
    """Yields the pages it is given; an exception among them is raised, a callable is called."""

    def __init__(self, name, *pages):
        super().__init__(Http(name))
        collections = {"sentinel-2-l2a": "S2", "sentinel-2-l1c": "S2"}
        self.info = ProviderInfo(
            id=name, title=name.title(), family="test", url="x", collections=collections
        )
        self.pages = pages

    def search(self, request, cancelled):
        for page in self.pages:
            if isinstance(page, BaseException):
                raise page
            if callable(page):
                page(cancelled)
                continue
            yield Page(tuple(page), None, sum(len(p) for p in self.pages if isinstance(p, list)))


def waits_for_cancel(cancelled):
    while not cancelled():
        threading.Event().wait(0.01)
    raise Cancelled("The search was cancelled.")


def hangs(gate):
    """A server that accepts and says nothing; ``cancelled`` is never looked at."""

    def hang(cancelled):
        gate.wait(60)

    return hang


@pytest.fixture
def gate():
    """Lets what hangs go at the end of the test."""
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def store(tmp_path):
    return FootprintStore(tmp_path / "found.gpkg")


@pytest.fixture
def run(wait_for):
    """run(task): to its end; what `finished` said. Cancelled as soon as ``until`` is true."""

    def run(task, until=None, seconds=30):
        ended = []
        task.ended.connect(ended.append)
        QgsApplication.taskManager().addTask(task)
        if until:
            wait_for(until, seconds)
            task.cancel()
            began = time.monotonic()
            wait_for(lambda: ended, seconds, "the end")
            task.took = time.monotonic() - began
        wait_for(lambda: ended, seconds, "the end")
        assert task not in tasks.TASKS
        return ended[0]

    return run


def heard(task):
    found = []
    task.progressed.connect(found.append)
    return found


def rows(store):
    layer = footprints.open_layer(store.path, "found")
    return {f["title"]: f for f in layer.getFeatures()}


def many(portal, count, start=0):
    return [
        product(portal, f"{portal}{i}", at="2024-08-24", geometry=square(i % 170, i % 80))
        for i in range(start, start + count)
    ]


# --- searching ---------------------------------------------------------------------------------


@pytest.fixture
def portals():
    return Portals(providers.portals, providers.connect)


def test_the_sample_portals_fill_the_layer(portals, store, run):
    ready = portals.get(["sample", "sample_archive"])
    question = SearchRequest("sentinel-2-l2a", intersects=CLERMONT)
    task = SearchTask([(p, question) for p in ready.values()], store, CLERMONT)
    news = heard(task)
    assert run(task)
    assert task.error is None
    found = rows(store)
    told = {name: sum(len(n.products) for n in news if n.provider == name) for name in ready}
    assert told == {name: len(o.products) for name, o in task.outcomes.items()}
    assert 0 < len(found) == len(task.scenes) < sum(told.values()), "some are held by both"
    both = [row for row in found.values() if row["portals"].count(",")]
    assert all(len(footprints.offers(row)) == 2 for row in both)
    assert all(row["aoi_cover"] > 0 for row in found.values())
    assert {n.provider for n in news if n.done} == set(ready)


def test_a_dead_portal_costs_the_living_one_nothing(store, run):
    dead = Portal("dead", NetworkError("Dead did not answer within 60 s.", provider="dead"))
    living = Portal("living", many("living", 3))
    task = SearchTask([(dead, QUESTION), (living, QUESTION)], store, None)
    news = heard(task)
    assert run(task)
    assert len(rows(store)) == 3
    assert isinstance(task.outcomes["dead"].error, NetworkError)
    assert task.outcomes["living"].error is None
    last = [n for n in news if n.provider == "dead"][-1]
    assert last.done
    assert isinstance(last.outcome.error, NetworkError)


def test_a_mistake_of_ours_in_one_portal_costs_only_that_one(store, run):
    task = SearchTask(
        [(Portal("odd", ZeroDivisionError()), QUESTION), (Portal("a", many("a", 1)), QUESTION)],
        store,
        None,
    )
    assert run(task)
    assert isinstance(task.outcomes["odd"].error, UnexpectedError)
    assert len(rows(store)) == 1


def test_what_was_found_before_a_failure_stays(store, run):
    broken = Portal(
        "broken", many("broken", 2), NetworkError("The connection to Broken broke off.")
    )
    task = SearchTask([(broken, QUESTION)], store, None)
    run(task)
    assert len(rows(store)) == 2
    assert len(task.outcomes["broken"].products) == 2


def test_scenes_are_in_the_layer_before_they_are_told(store, run):
    store.create()
    layer = footprints.open_layer(store.path, "found")
    counts = []

    def count(found):
        footprints.refresh(layer)
        counts.append((sum(counts_so_far), layer.featureCount()))

    counts_so_far = []
    task = SearchTask([(Portal("a", many("a", 5)), QUESTION)], store, None)
    task.progressed.connect(lambda found: counts_so_far.append(len(found.products)))
    task.progressed.connect(count)
    run(task)
    assert counts
    assert all(there >= told for told, there in counts)


def test_the_first_scenes_show_while_others_are_still_searched(store, wait_for):
    quick, slow = Portal("quick", many("quick", 2)), Portal("slow", waits_for_cancel)
    task = SearchTask([(quick, QUESTION), (slow, QUESTION)], store, None)
    news = heard(task)
    QgsApplication.taskManager().addTask(task)
    wait_for(lambda: [n for n in news if n.provider == "quick" and n.done])
    assert len(rows(store)) == 2
    assert not [n for n in news if n.provider == "slow" and n.done]
    task.cancel()
    wait_for(lambda: task not in tasks.TASKS)


def test_a_hundred_pages_are_told_a_few_times_and_none_is_lost(store, run):
    pages = [many("a", 1, i) for i in range(100)]
    task = SearchTask([(Portal("a", *pages), QUESTION)], store, None)
    news = heard(task)
    began = time.monotonic()
    run(task)
    assert len(news) <= 3 + (time.monotonic() - began) / tasks.PAUSE
    assert sum(len(n.products) for n in news) == 100
    assert [n.done for n in news].count(True) == 1


def test_two_collections_at_one_portal_are_told_as_one(store, run):
    first, second = many("a", 2), [product("a", "c", "sentinel-2-l1c", at="2024-08-24")]
    portal = Portal("a", [*first, *second])
    questions = [(portal, SearchRequest(c)) for c in ("sentinel-2-l2a", "sentinel-2-l1c")]
    task = SearchTask(questions, store, None)
    news = heard(task)
    assert run(task)
    assert [n.done for n in news].count(True) == 1
    assert len(task.outcomes["a"].products) == 3
    assert task.outcomes["a"].pages == 2


def test_every_count_of_two_answers_is_added():
    counts = [f.name for f in fields(Outcome) if isinstance(getattr(Outcome("a"), f.name), int)]
    counts = [name for name in counts if name != "complete"]
    one = Outcome("a", matched=1, **{name: 1 for name in counts})
    both = tasks.joined(one, one)
    assert {name: getattr(both, name) for name in counts} == dict.fromkeys(counts, 2)
    assert both.matched == 2


@pytest.mark.parametrize("moment", ["at once", "while it waits", "between pages", "server hangs"])
def test_cancel_is_felt_within_a_second_at_any_moment(store, run, gate, moment):
    pages = {
        "at once": [waits_for_cancel],
        "while it waits": [many("a", 1), waits_for_cancel],
        "between pages": [many("a", 1, i) for i in range(2000)],
        "server hangs": [many("a", 1), hangs(gate)],
    }[moment]
    task = SearchTask([(Portal("a", *pages), QUESTION)], store, None)
    news = heard(task)
    good = run(task, until=lambda: news or moment == "at once")
    assert not good
    assert task.stopped()
    assert task.took < 1
    assert task.error is None
    assert isinstance(task.outcomes["a"].error, Cancelled) or moment == "between pages"
    told = sum(len(n.products) for n in news)
    if told:
        assert len(rows(store)) == told, "what was told is kept"


def test_a_task_that_qgis_has_deleted_can_still_be_cancelled(store, run, wait_for):
    task = SearchTask([(Portal("quick", many("quick", 2)), QUESTION)], store)
    run(task)
    wait_for(lambda: sip.isdeleted(task))
    task.cancel()
    assert task.stopped()


def test_a_task_that_never_began_can_be_cancelled(store, wait_for):
    task = SearchTask([(Portal("a", many("a", 1)), QUESTION)], store, None)
    task.hold()
    ended = []
    task.ended.connect(ended.append)
    QgsApplication.taskManager().addTask(task)
    task.cancel()
    wait_for(lambda: ended)
    assert ended == [False]
    assert task not in tasks.TASKS


def test_a_disk_that_refuses_is_told_and_the_portals_are_left_alone(tmp_path, run):
    (tmp_path / "file").write_text("in the way")
    store, ended = FootprintStore(tmp_path / "file" / "found.gpkg"), threading.Event()

    def endless(cancelled):
        while not cancelled():
            threading.Event().wait(0.01)
        ended.set()
        raise Cancelled("The search was cancelled.")

    task = SearchTask([(Portal("a", many("a", 1), endless), QUESTION)], store, None)
    assert not run(task)
    assert isinstance(task.error, StorageError)
    assert not task.stopped(), "nobody cancelled"
    assert ended.wait(5)


def test_no_exception_leaves_a_task(store, run, monkeypatch):
    monkeypatch.setattr(store, "write", lambda *args: 1 / 0)
    task = SearchTask([(Portal("a", many("a", 1)), QUESTION)], store, None)
    assert not run(task)
    assert isinstance(task.error, UnexpectedError)
    assert "ZeroDivisionError" in messages.sentence(task.error)


def test_without_a_store_the_scenes_are_in_the_task(run):
    task = SearchTask([(Portal("a", many("a", 3)), QUESTION)], None, None)
    assert run(task)
    assert [scene.best.id for scene in task.scenes] == ["a0", "a1", "a2"]
    assert task.outcomes["a"].products[0].geometry


def test_with_a_store_the_scenes_are_read_back_from_it(store, run):
    task = SearchTask([(Portal("a", many("a", 3)), QUESTION)], store, None)
    assert run(task)
    assert len(task.scenes) == 3
    assert [scene.best.geometry for scene in task.scenes] == [p.geometry for p in many("a", 3)]


def test_a_second_search_into_the_same_file_adds_to_it(store, run):
    run(SearchTask([(Portal("a", many("a", 3)), QUESTION)], store, None))
    again = SearchTask([(Portal("a", many("a", 5)), QUESTION)], FootprintStore(store.path), None)
    assert run(again)
    assert len(rows(store)) == 5


def test_nothing_is_left_unswept_after_a_search(store, run):
    run(SearchTask([(Portal("a", many("a", 30)), QUESTION)], store, None))
    assert gc.get_freeze_count() == 0


def test_while_anything_works_python_changes_hands_ten_times_as_often(store, gate, wait_for):
    usual, seen, ended = sys.getswitchinterval(), [], []
    first = SearchTask([(Portal("one", lambda cancelled: gate.wait(60)), QUESTION)], store)
    second = SearchTask([(Portal("two", lambda cancelled: seen.append(turn())), QUESTION)], None)
    turn = sys.getswitchinterval
    for task in (first, second):
        task.ended.connect(ended.append)
        QgsApplication.taskManager().addTask(task)
    wait_for(lambda: seen and len(ended) == 1, what="the second one's end")
    assert seen[0] <= usual / 10
    assert turn() == seen[0], "the first one still works"
    gate.set()
    wait_for(lambda: len(ended) == 2, what="the first one's end")
    assert turn() == usual


def test_two_searches_leave_the_map_its_threads(store, gate, wait_for):
    """QGIS 3.22 draws the map in the pool of the tasks, which has as many threads as cores."""
    pool = QThreadPool.globalInstance()
    threads = pool.maxThreadCount()
    waiting = [
        SearchTask([(Portal(f"p{n}", hangs(gate)), QUESTION)], None, None) for n in range(threads)
    ]
    for task in waiting:
        QgsApplication.taskManager().addTask(task)
    wait_for(lambda: pool.activeThreadCount() <= 0)
    drawn = threading.Event()

    class Drawing(QRunnable):
        def run(self):
            drawn.set()

    drawing = Drawing()
    drawing.setAutoDelete(False)
    pool.start(drawing)
    assert drawn.wait(5)
    tasks.stop_all()
    wait_for(lambda: not tasks.TASKS)
    assert pool.maxThreadCount() == threads


# --- ten thousand ------------------------------------------------------------------------------


def crowd(count, per_page=500):
    """Pages of scenes as rich as real ones, made while they are asked for."""
    facts = {"gsd": 10, "raster:bands": [{"nodata": 0, "scale": 0.0001, "offset": -0.1}]}

    def one(i):
        tile = f"MGRS-{1 + i % 60:02d}T{'CDEFGHJK'[i // 60 % 8]}{'ABCDEFGHJK'[i // 480 % 10]}"
        where = square(-20 + i % 100 / 2, 30 + i // 100 / 5)
        assets = {
            f"B{band:02d}": Asset(
                f"B{band:02d}",
                f"https://example.org/sentinel-2-l2a/{tile}/{i}/B{band:02d}.tif",
                "image/tiff; application=geotiff; profile=cloud-optimized",
                ("data",),
                size=10**8,
                properties=dict(facts),
            )
            for band in range(20)
        }
        properties = {"eo:cloud_cover": i % 101, "platform": "sentinel-2a", "grid:code": tile}
        more = {"geometry": where, "properties": properties, "assets": assets}
        return product("crowd", f"S{i}", at=f"2024-{1 + i % 12:02d}-01T10:00:00Z", **more)

    class Crowd(Portal):
        def search(self, request, cancelled):
            for start in range(0, count, per_page):
                yield Page(tuple(one(i) for i in range(start, min(count, start + per_page))))

    return Crowd("crowd")


def test_ten_thousand_footprints_stream_in_and_the_map_stays_alive(
    store, project, run, record_property
):
    store.create()
    layer = project.addMapLayer(footprints.open_layer(store.path, "found"))
    footprints.style(layer, "date")  # asks the file most
    canvas = QgsMapCanvas()
    canvas.resize(800, 600)
    canvas.setLayers([layer])
    canvas.setDestinationCrs(layer.crs())
    canvas.setExtent(QgsRectangle(-20, 30, 30, 52))
    canvas.show()
    ticks = [time.monotonic()]
    clock = QTimer()
    clock.timeout.connect(lambda: ticks.append(time.monotonic()))
    clock.start(5)
    area = {
        "type": "Polygon",
        "coordinates": [[[-20, 30], [30, 30], [30, 52], [-20, 52], [-20, 30]]],
    }
    task = SearchTask(
        [(crowd(10_000), SearchRequest("sentinel-2-l2a", max_items=10_000))], store, area
    )
    task.progressed.connect(lambda found: footprints.refresh(layer))
    assert run(task, seconds=300)
    clock.stop()
    canvas.stopRendering()
    footprints.refresh(layer)
    longest = max(b - a for a, b in zip(ticks, ticks[1:]))
    seconds = ticks[-1] - ticks[0]
    record_property("longest_stall_ms", round(1000 * longest))
    print(f"10,000 footprints in {seconds:.1f} s, longest stall {1000 * longest:.0f} ms")
    assert layer.featureCount() == 10_000
    assert longest < 1, "this machine may be busy, but not that busy"
    canvas.setLayers([])
    canvas.deleteLater()


# --- quicklooks --------------------------------------------------------------------------------


@pytest.fixture
def sample(portals, store, run):
    """The sample catalogue as a layer's file: (features by title, providers)."""
    ready = portals.get(["sample", "sample_archive"])
    question = SearchRequest("sentinel-2-l2a", intersects=CLERMONT)
    run(SearchTask([(p, question) for p in ready.values()], store, CLERMONT))
    return rows(store), ready


def online(found):
    return [f for f in found.values() if f["status"] == "succeeded"]


def test_quicklooks_come_in_their_place_and_are_kept(sample, run, tmp_path, monkeypatch):
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path))
    found, ready = sample
    offers = [footprints.offers(f) for f in online(found)[:2]]
    task = QuicklookTask(offers, ready)
    done = []
    task.quicklook_done.connect(done.append)
    assert run(task)
    assert [picture.error for picture in done] == [None, None]
    assert all(picture.path.exists() for picture in done)
    again = QuicklookTask(offers, {})
    assert run(again), "no portal is needed a second time"
    assert [p.path for p in again.results] == [p.path for p in done]


def test_a_scene_without_a_picture_says_so(run, tmp_path, monkeypatch):
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path))
    task = QuicklookTask([[product("a", "bare")]], {})
    assert run(task)
    assert "no quicklook of bare" in str(task.results[0].error)


def test_found_is_what_listeners_get(run):
    task = SearchTask([(Portal("a", many("a", 1)), QUESTION)], None, None)
    news = heard(task)
    run(task)
    assert all(isinstance(found, Found) for found in news)
