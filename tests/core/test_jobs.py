"""core/jobs.py: the queue on the disk, shared, killed and moved about."""

import itertools
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest

from sentinel_portals.core import jobs
from sentinel_portals.core.errors import StorageError
from sentinel_portals.core.jobs import (
    CANCELLED,
    DONE,
    FAILED,
    LEASE,
    MOVES,
    ORDERED,
    PAUSED,
    RUNNING,
    WAITING,
    JobState,
    JobStore,
    Trouble,
    Wish,
)
from sentinel_portals.core.model import Checksum, OrderStatus
from sentinel_portals.tests.core.making import file, product


class Clock:
    def __init__(self):
        self.time = 1_000_000.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def window(tmp_path, clock):
    """Opens the queue, as each QGIS window does."""
    opened = []

    def window(**how):
        opened.append(JobStore(tmp_path / "home" / "downloads.sqlite", now=clock, **how))
        return opened[-1]

    yield window
    for store in opened:
        store.close()


@pytest.fixture
def store(window):
    return window()


def wish(name="A", *portals, folder="/data", keys=(), **more):
    href = "https://testland.test/A.zip"
    offers = [product(p, name, assets={"data": file(href)}) for p in portals or ("testland",)]
    return Wish(tuple(offers), folder, tuple(keys), **more)


def add(store, *names, **more):
    return [job.id for job in store.add([wish(name, **more) for name in names])]


def titles(store):
    return [job.title for job in store.jobs()]


def bring(store, job_id, state):
    """The job in this state, by the moves that lead there."""
    if state is WAITING:
        return
    if state in (PAUSED, CANCELLED):
        (store.pause if state is PAUSED else store.cancel)([job_id])
        return
    assert store.claim(WAITING).id == job_id
    if state is not RUNNING:
        assert store.finish(job_id, state)


# --- the table of moves ------------------------------------------------------------------------


def test_every_state_is_in_the_table():
    assert set(MOVES) == set(JobState)
    assert all(state not in targets for state, targets in MOVES.items())


def test_every_state_can_be_reached_and_only_done_is_the_end():
    reached, new = {WAITING}, {WAITING}
    while new:
        new = set().union(*(MOVES[state] for state in new)) - reached
        reached |= new
    assert reached == set(JobState)
    assert [state for state, targets in MOVES.items() if not targets] == [DONE]


@pytest.mark.parametrize(("before", "after"), list(itertools.product(JobState, JobState)))
def test_a_worker_moves_a_job_only_as_the_table_says(store, before, after):
    (job_id,) = add(store, "A")
    bring(store, job_id, before)
    job = store.get(job_id)
    moved = store._put(job, after)
    assert moved == (after is before or after in MOVES[before])
    assert store.get(job_id).state is (after if moved else before)


# --- what is kept ------------------------------------------------------------------------------


def test_a_job_is_there_again_after_a_restart(window):
    offer = product(
        "testland",
        "S2A",
        at="2024-06-01T10:00:00Z",
        assets={
            "B04": file("https://t.test/B04.tif", "B04", size=7, checksum=Checksum("md5", "0"))
        },
        order_status=OrderStatus.ORDERABLE,
        properties={"eo:cloud_cover": 3},
    )
    first = window()
    (job,) = first.add([Wish((offer,), "/data", ("B04",), "/x/footprints.gpkg", "scene-1")])
    first.close()
    again = window().get(job.id)
    assert again == job
    assert again.offers == (offer,)
    assert (again.state, again.portal, again.target) == (WAITING, "testland", "/data/S2A")
    assert (again.keys, again.layer, again.scene_id) == (("B04",), "/x/footprints.gpkg", "scene-1")


def test_a_list_of_jobs_does_not_read_the_offers(store):
    add(store, "A", "B")
    assert [job.offers for job in store.jobs()] == [(), ()]


SIGNED = [
    "https://a.test/x.tif?X-Amz-Signature=hush&X-Amz-Expires=60",
    "https://a.test/x.tif?se=2024&sig=hush",
    "https://me:hush@a.test/x.tif",
    "https://a.test/x.tif?token=hush&id=7",
]


@pytest.mark.parametrize("href", SIGNED)
def test_no_signature_token_or_password_reaches_the_disk(store, tmp_path, href):
    offer = product("testland", "A", assets={"data": file(href)})
    (job,) = store.add([Wish((offer,), "/data")])
    left = job.offers[0].assets["data"].href
    assert left in ("https://a.test/x.tif", "https://a.test/x.tif?id=7")
    store.close()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").iterdir())
    assert b"hush" not in kept


def test_a_link_that_is_not_signed_stays_as_it_is(store):
    href = "https://a.test/odata/Products('x')/$value?issuerId=peps&name=a%20b&st=7"
    (job,) = store.add([Wish((product("t", "A", assets={"data": file(href)}),), "/data")])
    assert job.offers[0].assets["data"].href == href


def test_a_scene_wished_twice_is_one_job(store):
    (first,) = add(store, "A")
    assert add(store, "A") == [first]
    assert add(store, "A", keys=["B04"]) != [first], "other files are another job"
    assert add(store, "A", folder="/other") != [first], "and another folder, too"


def test_a_wish_sets_going_what_had_failed(store):
    (job_id,) = add(store, "A")
    bring(store, job_id, FAILED)
    assert add(store, "A") == [job_id]
    assert store.get(job_id).state is WAITING


def test_what_is_done_can_be_wished_again(store):
    (job_id,) = add(store, "A")
    bring(store, job_id, DONE)
    assert add(store, "A") != [job_id]


def test_a_file_of_a_newer_version_is_left_alone(window, tmp_path):
    window().close()
    line = sqlite3.connect(tmp_path / "home" / "downloads.sqlite")
    line.execute("PRAGMA user_version = 99")
    line.close()
    with pytest.raises(StorageError, match=r"downloads\.sqlite was written by a newer"):
        window()


def test_a_damaged_file_is_told(window, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "downloads.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StorageError, match="could not be read or written"):
        window()


def test_what_a_job_will_cost_is_known_before_it_begins(store):
    told = product("testland", "A", assets={"data": file("https://testland.test/A.tif", size=700)})
    store.add([Wish((told,), "/data"), wish("B")])
    assert [job.bytes_total for job in store.jobs()] == [700, 0], "0 where nobody says"


def test_all_wishes_are_kept_or_none(store):
    bad = replace(wish("B"), folder=object())
    with pytest.raises((StorageError, TypeError)):
        store.add([wish("A"), bad])
    assert titles(store) == []


# --- a person ----------------------------------------------------------------------------------


def test_the_queue_is_in_the_order_of_the_wishes(store):
    add(store, "A", "B")
    add(store, "C")
    assert titles(store) == ["A", "B", "C"]
    assert store.claim(WAITING).title == "A"


def test_jobs_are_put_before_others(store):
    a, b, c, d = add(store, *"ABCD")
    store.reorder([d, c], before=a)
    assert titles(store) == ["D", "C", "A", "B"]
    store.reorder([d])
    assert titles(store) == ["C", "A", "B", "D"]
    store.reorder(["unknown"], before=b)
    assert titles(store) == ["C", "A", "B", "D"]


def test_moving_a_job_changes_nobody_else(store):
    a, _, c = store.add([wish("a"), wish("b"), wish("c")])
    turn = max(job.turn for job in store.jobs())
    store.reorder([c.id], before=a.id)
    assert [job.title for job in store.since(turn)] == ["c"]
    assert [job.title for job in store.jobs()] == ["c", "a", "b"]


def test_a_job_is_moved_into_the_same_gap_as_often_as_one_likes(store):
    a, b, c = store.add([wish("a"), wish("b"), wish("c")])
    for _ in range(60):
        store.reorder([c.id], before=b.id)
        store.reorder([a.id], before=b.id)
        assert [job.title for job in store.jobs()] == ["c", "a", "b"]
        store.reorder([c.id], before=b.id)
        assert [job.title for job in store.jobs()] == ["a", "c", "b"]


def test_what_is_paused_stands_still_until_it_is_resumed(store):
    a, b = add(store, "A", "B")
    assert store.pause([a]) == 1
    assert store.claim(WAITING).id == b
    assert store.claim(WAITING) is None
    assert store.resume([a]) == 1
    assert store.claim(WAITING).id == a


def test_what_was_ordered_when_it_was_paused_is_waited_for_again(store):
    (a,) = add(store, "A")
    store.claim(WAITING)
    store.finish(a, ORDERED, ordered=5.0)
    store.pause([a])
    store.resume([a])
    assert store.get(a).state is ORDERED


def test_retry_begins_at_the_first_offer_and_at_once(store, clock):
    (a,) = add(store, "A")
    store.claim(WAITING)
    store.finish(a, FAILED, place=1, rounds=3, not_before=clock.time + 99)
    assert store.retry([a]) == 1
    job = store.claim(WAITING)
    assert (job.id, job.place, job.rounds) == (a, 0, 0)


def test_retry_does_not_wait_for_the_end_of_a_pause(store, clock):
    (a,) = add(store, "A")
    store.claim(WAITING)
    store.finish(a, WAITING, not_before=clock.time + 900)
    assert store.claim(WAITING) is None
    store.retry([a])
    assert store.claim(WAITING).id == a


def test_only_what_is_at_its_end_is_forgotten(store):
    a, b = add(store, "A", "B")
    bring(store, a, DONE)
    assert store.forget([a, b]) == 1
    assert titles(store) == ["B"]
    assert store.get(a) is None


def test_failed_jobs_go_to_another_folder(store):
    (a,) = add(store, "A")
    bring(store, a, FAILED)
    assert store.move_to([a], "/other") == 1
    assert (store.get(a).folder, store.get(a).target) == ("/other", "/other/A")


def test_the_whole_queue_stands_still_also_after_a_restart(window):
    window().set_paused(True)
    assert window().paused()
    window().set_paused(False)
    assert not window().paused()


def test_only_what_changed_is_read_again(store):
    a, b = add(store, "A", "B")
    turn = max(job.turn for job in store.jobs())
    assert store.since(turn) == []
    store.pause([b])
    assert [job.id for job in store.since(turn)] == [b]
    assert store.get(a).turn <= turn


def test_the_portals_of_what_is_still_to_be_done(store):
    store.add([Wish((product("a", "x"), product("b", "x")), "f"), Wish((product("c", "y"),), "f")])
    assert store.portals() == {"a", "b", "c"}
    store.cancel([job.id for job in store.jobs() if job.title == "x"])
    assert store.portals() == {"c"}
    assert store.ids() == {job.id for job in store.jobs()}


def test_a_stamp_tells_that_something_changed_here_or_elsewhere(window):
    one, two = window(), window()
    before = one.stamp()
    assert one.stamp() == before
    (a,) = add(two, "A")
    seen = one.stamp()
    assert seen != before
    one.pause([a])
    assert one.stamp() != seen


# --- two windows -------------------------------------------------------------------------------


def test_two_windows_never_hold_the_same_job(window):
    one, two = window(), window()
    add(one, *map(str, range(20)))
    held = [store.claim(WAITING) for _ in range(10) for store in (one, two)]
    assert len({job.id for job in held}) == 20
    assert one.claim(WAITING) is None


def test_two_jobs_of_one_folder_are_not_held_at_the_same_time(store):
    add(store, "A", keys=["B04"])
    add(store, "A", keys=["B08"])
    first = store.claim(WAITING)
    assert store.claim(WAITING) is None
    store.finish(first.id, DONE)
    assert store.claim(WAITING).keys == ("B08",)


def test_a_portal_that_is_full_is_passed_over(store):
    store.add([wish("A", "one"), wish("B", "two")])
    assert store.claim(WAITING, {"one"}).title == "B"


@pytest.mark.parametrize("state", [RUNNING, WAITING])
def test_a_portals_limit_holds_over_all_windows(window, state):
    ours, theirs = window(), window()
    add(ours, "A", "B", "C")
    held = [theirs.claim(WAITING, room={"testland": 2}) for _ in range(2)]
    if state is WAITING:
        assert theirs.finish(held[0].id, WAITING)
    found = ours.claim(WAITING, room={"testland": 2})
    assert (found is not None) is (state is WAITING)


def test_what_a_person_allows_at_once_holds_over_all_windows(window):
    ours, theirs = window(), window()
    add(ours, "A", "B", "C")
    assert theirs.claim(WAITING, at_once=2)
    assert ours.claim(WAITING, at_once=2)
    assert ours.claim(WAITING, at_once=2) is None
    assert theirs.claim(WAITING, at_once=2) is None


def test_a_large_file_takes_only_connections_that_are_free_in_all_windows(window):
    ours, theirs = window(), window()
    add(ours, "A", "B", "C")
    mine, other = (each.claim(WAITING, room={"testland": 4}) for each in (ours, theirs))
    assert [ours.more_lines(mine.id, 4) for _ in range(3)] == [True, True, False]
    assert ours.claim(WAITING, room={"testland": 4}) is None, "all four are in use"
    ours.less_lines(mine.id)
    assert theirs.more_lines(other.id, 4)
    assert ours.finish(mine.id, DONE)
    assert [theirs.more_lines(other.id, 4) for _ in range(3)] == [True, True, False]


def test_a_job_that_is_taken_back_gives_its_connections_back(window):
    ours, theirs = window(), window()
    add(ours, "A", "B")
    mine = ours.claim(WAITING, room={"testland": 2})
    assert ours.more_lines(mine.id, 2)
    ours.release()
    assert [theirs.claim(WAITING, room={"testland": 2}).title for _ in range(2)] == ["A", "B"]


def test_the_jobs_of_a_portal_that_rests_move_on_to_their_next_offer(store):
    ids = add(store, "A") + [job.id for job in store.add([wish("B", "testland", "two")])]
    asked = []

    def choose(job):
        asked.append((job.id, len(job.offers)))
        return {"place": 1, "portal": "two"} if len(job.offers) > 1 else None

    assert store.move_on("testland", choose, without=()) == [ids[1]]
    assert asked == [(ids[0], 1), (ids[1], 2)]
    assert [job.portal for job in store.jobs()] == ["testland", "two"]
    assert store.move_on("testland", choose, without=[ids[0]]) == []
    assert len(asked) == 2


# --- an area of a scene ------------------------------------------------------------------------

AREA = {"type": "Polygon", "coordinates": [[[3, 45], [3.1, 45], [3.1, 45.1], [3, 45]]]}
OTHER = {"type": "Polygon", "coordinates": [[[4, 45], [4.1, 45], [4.1, 45.1], [4, 45]]]}


def test_an_area_of_a_scene_is_a_job_beside_the_whole_scene(window):
    first = window()
    whole, part, other = first.add([wish("A"), wish("A", area=AREA), wish("A", area=OTHER)])
    first.close()
    again = window()
    assert [again.get(job.id).area for job in (whole, part, other)] == [None, AREA, OTHER]
    assert len({whole.target, part.target, other.target}) == 3
    assert (whole.window, part.window) == ("", jobs.window_mark(AREA))
    assert part.target.endswith(f"A.window-{part.window}")
    assert again.jobs()[1].area is None, "a list does not read the areas"


def test_the_same_area_wished_twice_is_one_job_and_kept_once(store):
    area = {"type": "Polygon", "coordinates": AREA["coordinates"]}
    ids = add(store, "A", "B", area=AREA)
    assert add(store, "A", "B", area=area) == ids
    assert store._rows("SELECT count(*) FROM areas") == [(1,)]
    store.cancel(ids)
    store.forget(ids)
    assert store._rows("SELECT count(*) FROM areas") == [(0,)]


def test_a_dead_windows_jobs_wait_again_as_soon_as_its_process_is_gone(window):
    dead = set()
    one, two = window(), window(alive=lambda pid: pid not in dead)
    (a,) = add(one, "A")
    one.claim(WAITING)
    assert two.recover() == 0
    dead.add(os.getpid())
    assert two.recover() == 1
    assert two.get(a).state is WAITING
    assert two.claim(WAITING).id == a


def test_a_holder_whose_heart_stopped_is_dead_wherever_it_lives(window, clock):
    one, two = window(), window(alive=lambda pid: True)
    (a,) = add(one, "A")
    one.claim(WAITING)
    clock.time += LEASE - 1
    one.beat()
    clock.time += LEASE - 1
    assert two.recover() == 0
    clock.time += 2
    assert two.recover() == 1
    assert one.mine() == set(), "and the one who slept sees that it lost it"
    assert two.claim(WAITING).id == a
    assert not one.finish(a, DONE)
    assert two.get(a).state is RUNNING


def test_what_is_ordered_is_looked_after_by_one(window, clock):
    one, two = window(), window()
    (a,) = add(one, "A")
    one.claim(WAITING)
    one.finish(a, ORDERED, not_before=clock.time + 600)
    assert one.due() == clock.time + 600
    assert two.claim(ORDERED) is None
    clock.time += 600
    held = two.claim(ORDERED)
    assert (held.id, held.state) == (a, ORDERED)
    assert one.claim(ORDERED) is None
    two.close()
    assert one.claim(ORDERED).id == a, "who leaves lets go"


@pytest.mark.parametrize(("wanted", "state"), [("pause", PAUSED), ("cancel", CANCELLED)])
def test_another_window_stops_a_running_job(window, wanted, state):
    one, two = window(), window()
    (a,) = add(one, "A")
    one.claim(WAITING)
    getattr(two, wanted)([a])
    assert one.mine() == set()
    two.resume([a])
    two.retry([a])
    assert two.claim(WAITING) is None, "before the first lets go of the file"
    one.finish(a, DONE)
    assert two.get(a).owner == ""
    assert two.claim(WAITING).id == a


def test_an_orderly_end_leaves_everything_waiting(window):
    one = window()
    (a,) = add(one, "A")
    one.claim(WAITING)
    one.close()
    assert window().get(a).state is WAITING


def test_troubles_are_kept_and_the_last_is_the_reason(store):
    (a,) = add(store, "A")
    store.claim(WAITING)
    troubles = tuple(Trouble("one", 0, "NetworkError", f"number {n}", True) for n in range(30))
    store.finish(a, FAILED, troubles=troubles)
    job = store.get(a)
    assert len(job.troubles) == jobs.MOST_TROUBLES
    assert job.trouble.text == "number 29"


KILLED = """
import sys
sys.path.insert(0, sys.argv[1])
import checkout
checkout.load()
from pathlib import Path
from sentinel_portals.core.jobs import JobStore, WAITING
store = JobStore(Path(sys.argv[2]))
store.claim(WAITING)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_process_that_is_killed_loses_nothing(tmp_path):
    from sentinel_portals.tests.conftest import ROOT

    path = tmp_path / "downloads.sqlite"
    store = JobStore(path)
    a, _ = add(store, "A", "B")
    command = [sys.executable, "-c", KILLED, str(ROOT / "benchmarks"), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        assert store.get(a).state is RUNNING
        assert store.recover() == 0, "it lives"
        other.kill()
        other.wait()
    assert store.recover() == 1
    assert [job.state for job in store.jobs()] == [WAITING, WAITING]
    store.close()
