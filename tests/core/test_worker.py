"""core/worker.py: the queue at work, against a real server and by a clock of our own."""

import errno
import hashlib
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from requests.auth import AuthBase

from sentinel_portals.core import ranges, worker
from sentinel_portals.core.auth import HeaderAuth, Password
from sentinel_portals.core.download import Fetched, SceneFiles
from sentinel_portals.core.errors import (
    DiskFull,
    IncompleteTransfer,
    NetworkError,
    PortalError,
    ProductOffline,
    ProductUnavailable,
    RateLimited,
    ServiceError,
    StorageError,
)
from sentinel_portals.core.jobs import (
    CANCELLED,
    DONE,
    FAILED,
    ORDERED,
    PAUSED,
    RUNNING,
    WAITING,
    JobStore,
    Wish,
)
from sentinel_portals.core.model import Checksum, OrderStatus
from sentinel_portals.core.provider import Download, Ordering
from sentinel_portals.core.transport import HttpRequest, Pace
from sentinel_portals.core.worker import Bucket, Clock, Limits, Workshop, after, pause_after
from sentinel_portals.tests.core.making import Land, file, portal, product
from sentinel_portals.tests.servers.web import Answer, File, Web

CONTENT = bytes(range(256)) * 1024
SHA = Checksum("sha256", hashlib.sha256(CONTENT).hexdigest())


class OurClock(Clock):
    """Time passes when nobody works; ``end`` is when the test has seen enough."""

    def __init__(self):
        self.time, self.of_day, self.workshop = 1_000_000.0, 12, None
        self.end = self.time + 10 * 86400

    def now(self):
        return self.time

    def hour(self):
        return self.of_day

    def wait(self, event, seconds):
        if self.workshop and self.workshop.running:
            event.wait(0.05)
        else:
            self.time += 5

    def over(self):
        return self.time > self.end


@pytest.fixture
def clock():
    return OurClock()


@pytest.fixture
def store(tmp_path, clock):
    store = JobStore(tmp_path / "downloads.sqlite", now=clock.now)
    yield store
    store.close()


@pytest.fixture
def lands(web, connect, clock):
    """Makes portals by name, all on the server."""

    def lands(*names, make=Land, auth=None, **facts):
        made = {}
        for name in names:
            provider = portal({}, make=make, url=web.url, id=name, title=name.title(), **facts)
            pace = Pace(clock=clock.now)
            provider.http = provider.files = connect(auth=auth, pace=pace)
            made[name] = provider
        return made

    return lands


@pytest.fixture
def wish(web, tmp_path):
    """Puts a file for each portal on the server; a portal's faults by its name."""

    def wish(name, *portals, order_status=OrderStatus.SUCCEEDED, **faults):
        offers = []
        for each in portals or ("one",):
            path = f"/{each}/{name}.bin"
            web.on(path, *faults.get(each, [File(CONTENT)]))
            asset = file(web.url + path, size=len(CONTENT), checksum=SHA)
            more = {"assets": {"data": asset}, "order_status": order_status}
            offers.append(product(each, name, **more))
        return Wish(tuple(offers), str(tmp_path / "images"))

    return wish


@pytest.fixture
def work(store, clock):
    """Runs the queue to its end, and gives the jobs by title; ``work.shop`` is the workshop."""

    def work(providers, *wishes, limits=None, stopped=None, **how):
        store.add(wishes)
        clock.workshop = work.shop = shop = Workshop(store, providers, limits, clock=clock, **how)
        shop.run(stopped or clock.over)
        return {job.title: job for job in store.jobs()}

    return work


def content(job):
    return [Path(path).read_bytes() for path in job.files]


# --- a good day --------------------------------------------------------------------------------


def test_every_job_is_fetched_whole_and_the_run_ends(work, lands, wish):
    jobs = work(lands("one", "two"), wish("A"), wish("B", "two"), wish("C"))
    assert [job.state for job in jobs.values()] == [DONE] * 3
    assert all(content(job) == [CONTENT] for job in jobs.values())
    assert jobs["A"].bytes_done == len(CONTENT)
    assert Path(jobs["A"].item).exists()


def test_nothing_to_do_is_done_at_once(work, lands):
    assert work(lands("one")) == {}


def test_jobs_go_in_the_order_of_the_queue(work, lands, wish, store, web):
    first, _second, third = store.add([wish("A"), wish("B"), wish("C")])
    store.reorder([third.id], before=first.id)
    work(lands("one", download=Download(at_once=1)))
    assert [asked.path for asked in web.asked] == ["/one/C.bin", "/one/A.bin", "/one/B.bin"]


class Gate:
    """Lets nobody through until ``count`` are there together, afterwards everybody."""

    def __init__(self, count):
        self.barrier = threading.Barrier(count, action=lambda: self.open.set())
        self.open, self.lock, self.now, self.most = threading.Event(), threading.Lock(), 0, 0

    def wait(self, seconds):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        if not self.open.is_set():
            self.barrier.wait(seconds)
        with self.lock:
            self.now -= 1


class Both:
    """One gate after the other."""

    def __init__(self, *gates):
        self.gates = gates

    def wait(self, seconds):
        for gate in self.gates:
            gate.wait(seconds)


def test_portals_work_side_by_side_each_within_its_limit(work, lands, wish):
    together, own = Gate(3), Gate(1)
    providers = {
        **lands("one", download=Download(at_once=2)),
        **lands("two", download=Download(at_once=1)),
    }
    wishes = [wish(f"A{n}", one=[Answer(body=CONTENT, hold=together)]) for n in range(4)]
    held = Answer(body=CONTENT, hold=Both(own, together))
    wishes += [wish(f"B{n}", "two", two=[held]) for n in range(2)]
    jobs = work(providers, *wishes)
    assert {job.state for job in jobs.values()} == {DONE}
    assert (together.most, own.most) == (3, 1)


def test_no_more_than_a_person_allows_at_once(work, lands, wish):
    gate = Gate(1)
    wishes = [wish(f"A{n}", one=[Answer(body=CONTENT, hold=gate)]) for n in range(4)]
    work(lands("one"), *wishes, limits=Limits(at_once=1))
    assert gate.most == 1


# --- a bad day ---------------------------------------------------------------------------------


def test_when_a_portal_has_it_no_more_the_next_offer_is_taken_and_it_is_said(work, lands, wish):
    jobs = work(lands("one", "two"), wish("A", "one", "two", one=[Answer(404)]))
    assert jobs["A"].state is DONE
    assert jobs["A"].portal == "two"
    assert [(t.portal, t.kind) for t in jobs["A"].troubles] == [("one", "ProductUnavailable")]


def test_when_nobody_has_it_the_job_fails_and_says_why(work, lands, wish):
    job = work(lands("one"), wish("A", one=[Answer(404)]))["A"]
    assert (job.state, job.trouble.kind) == (FAILED, "ProductUnavailable")


def test_a_portal_that_is_ill_is_asked_again_for_days_with_growing_pauses(
    work, lands, wish, clock, store
):
    began = clock.time
    faults = [Answer(503)] * 30 + [File(CONTENT)]
    job = work(lands("one"), wish("A", one=faults))["A"]
    assert job.state is DONE
    assert job.rounds == 10
    assert clock.time - began > 3600


def test_bytes_that_keep_arriving_wrong_are_given_up(work, lands, wish):
    faults = [File(CONTENT, faults=[{"body": bytes([n]) * len(CONTENT)}]) for n in range(100)]
    job = work(lands("one"), wish("A", one=faults))["A"]
    assert (job.state, job.trouble.kind) == (FAILED, "ChecksumMismatch")
    assert job.rounds == worker.MOST_ROUNDS - 1


def test_the_same_wrong_bytes_twice_are_not_asked_for_a_third_time(work, lands, wish, web):
    bad = [File(CONTENT, faults=[{"corrupt": True}] * 9)]
    job = work(lands("one", "two"), wish("A", "one", "two", one=bad))["A"]
    assert (job.state, job.portal, job.trouble.kind) == (DONE, "two", "DamagedAtSource")
    assert len([asked for asked in web.asked if asked.path.startswith("/one")]) == 2


def test_a_portal_that_wants_a_long_pause_gets_it_for_all_its_jobs(work, lands, wish, web, clock):
    seen = []

    def later(asked):
        seen.append(clock.time)
        return (
            Answer(429, headers={"Retry-After": "3600"}) if len(seen) == 1 else File(CONTENT)(asked)
        )

    began = clock.time
    jobs = work(
        lands("one", download=Download(at_once=1)), wish("A", one=[later]), wish("B", one=[later])
    )
    assert {job.state for job in jobs.values()} == {DONE}
    assert seen[0] == began
    assert min(seen[1:]) >= began + 3600


def test_a_token_that_is_refused_elsewhere_stays_at_home(work, lands, wish, web):
    hungry = Web()
    with hungry:
        hungry.on("*", Answer(401, headers={"WWW-Authenticate": "Bearer"}))
        away = [Answer(302, headers={"Location": hungry.other + "/give-me-your-token"})]
        auth = HeaderAuth("Authorization", "Bearer of-the-portal")
        jobs = work(lands("one", "two", auth=auth), wish("A", "one", "two", one=away))
    assert (jobs["A"].state, jobs["A"].portal) == (DONE, "two")
    assert [asked.headers.get("authorization") for asked in hungry.asked] == [None]
    assert "authorization" in web.asked[0].headers


def test_a_bug_in_one_portal_costs_the_others_nothing(work, lands, wish):
    class Broken(Land):
        def details(self, product):
            raise ZeroDivisionError

    providers = {**lands("one", make=Broken), **lands("two")}
    job = work(providers, wish("A", "one", "two"))["A"]
    assert (job.state, job.portal, job.trouble.kind) == (DONE, "two", "UnexpectedError")


def test_a_portal_that_is_gone_is_told(work, lands, wish):
    job = work(lands("two"), wish("A"))["A"]
    assert job.state is FAILED
    assert job.trouble.text == "The portal one is no longer in the list of portals."


def test_a_full_disk_is_waited_for(work, lands, wish, monkeypatch, clock):
    free = worker.fetch_offer

    def full(*how, **more):
        if clock.time < 1_000_000 + 3600:
            raise DiskFull("The disk is full: /x has no room for y.")
        return free(*how, **more)

    monkeypatch.setattr(worker, "fetch_offer", full)
    job = work(lands("one", "two"), wish("A", "one", "two"))["A"]
    assert (job.state, job.portal) == (DONE, "one")
    assert len(job.troubles) == 1, "said once"


def test_a_folder_that_cannot_be_written_is_no_fault_of_the_portal(work, lands, wish, tmp_path):
    (tmp_path / "images").write_text("a file")
    job = work(lands("one", "two"), wish("A", "one", "two"))["A"]
    assert (job.state, job.portal, job.trouble.kind) == (FAILED, "one", "StorageError")


def test_when_the_queue_itself_cannot_be_written_it_is_tried_again(
    work, lands, wish, store, monkeypatch
):
    real, refused = store.finish, []

    def finish(*how, **more):
        if len(refused) < 3:
            refused.append(how)
            raise StorageError("The list of downloads could not be read or written.")
        return real(*how, **more)

    monkeypatch.setattr(store, "finish", finish)
    assert work(lands("one"), wish("A"))["A"].state is DONE
    assert len(refused) == 3


# --- a portal that is down ---------------------------------------------------------------------


def paths(web, portal):
    return [asked.path for asked in web.asked if asked.path.startswith(f"/{portal}/")]


def test_a_portal_that_is_down_is_tried_by_one_and_the_others_take_their_next_offer(
    work, lands, wish, web, clock
):
    one = lands("one", download=Download(at_once=1))
    wishes = [wish(f"A{n}", "one", "two", one=[Answer(503)]) for n in range(30)]
    began = clock.time
    jobs = work({**one, **lands("two")}, *wishes)
    assert {(job.state, job.portal) for job in jobs.values()} == {(DONE, "two")}
    assert len(paths(web, "one")) == 3, "one job, which tried three times"
    assert {job.trouble.text for job in jobs.values()} == {"Testland answered 503."}
    assert clock.time - began < 15, "nobody waited"


def test_without_another_offer_they_wait_and_all_go_when_one_got_through(
    work, lands, wish, web, clock
):
    def ill(asked):
        return Answer(503) if clock.time < 1_000_000 + 600 else File(CONTENT)(asked)

    wishes = [wish(f"A{n}", one=[ill]) for n in range(20)]
    jobs = work(lands("one", download=Download(at_once=1)), *wishes)
    assert {job.state for job in jobs.values()} == {DONE}
    assert len(paths(web, "one")) <= 20 + 3 * 7, "seven visits in ten minutes at most"
    assert clock.time - 1_000_000 < 600 + 600


def test_a_portal_that_is_down_is_not_asked_side_by_side(work, lands, wish, clock):
    gate = Gate(1)

    def ill(asked):
        over = clock.time >= 1_000_000 + 300
        return File(CONTENT)(asked) if over else Answer(503, hold=gate)

    wishes = [wish(f"A{n}", one=[ill]) for n in range(6)]
    work(lands("one", download=Download(at_once=4)), wish("A", one=[ill]))
    gate.most = 0
    clock.time = 1_000_000.0
    shop_wishes = work(lands("one", download=Download(at_once=4)), *wishes)
    assert {job.state for job in shop_wishes.values()} == {DONE}
    assert gate.most <= 4, "only those that were on their way when it fell ill"


def test_who_rests_can_be_seen_with_the_reason(work, lands, wish, clock):
    clock.end = clock.time + 5
    work(lands("one"), wish("A", one=[Answer(503)]))
    ((portal, (until, why)),) = work.shop.resting().items()
    assert (portal, why) == ("one", "Testland answered 503.")
    assert until > clock.time


def another_comes(shop):
    """Until bytes of some job are here."""
    for _ in range(300):
        if any(each.fetched for each in list(shop.running.values())):
            return
        threading.Event().wait(0.01)


def test_one_product_that_is_ill_does_not_close_the_portal_for_those_that_come(
    work, lands, wish, stalled, web, clock
):
    def ill(asked):
        another_comes(work.shop)
        return Answer(500)

    rested = []

    def changed(job_id):
        rested.append(work.shop.resting())
        if len([path for path in paths(web, "one") if path == "/one/A.bin"]) == 3:
            clock.end = clock.time - 1

    one = lands("one", download=Download(at_once=2))
    work(one, wish("B", one=stalled), wish("A", one=[ill]), changed=changed)
    assert len(rested) >= 3
    assert not any(rested)


def test_a_pause_that_is_too_long_leads_to_the_next_offer_at_once_and_is_said(
    work, lands, wish, web, clock
):
    later = [Answer(429, headers={"Retry-After": "7200"})]
    wishes = [wish(f"A{n}", "one", "two", one=later) for n in range(5)]
    began = clock.time
    jobs = work({**lands("one", download=Download(at_once=1)), **lands("two")}, *wishes)
    assert {(job.state, job.portal) for job in jobs.values()} == {(DONE, "two")}
    assert {job.trouble.kind for job in jobs.values()} == {"RateLimited"}
    assert clock.time - began < 60
    assert len(paths(web, "one")) == 1


def test_a_pause_that_is_named_counts_though_another_file_of_the_portal_comes(
    work, lands, wish, stalled, web, clock
):
    def busy(asked):
        another_comes(work.shop)
        return Answer(429, headers={"Retry-After": "7200"})

    def changed(job_id):
        if "/one/A.bin" in paths(web, "one"):
            clock.end = clock.time - 1

    one = lands("one", download=Download(at_once=2))
    work(one, wish("B", one=stalled), wish("A", one=[busy]), changed=changed)
    assert list(work.shop.resting()) == ["one"]


# --- a login that is wrong ---------------------------------------------------------------------


def guarded(asked):
    good = asked.headers.get("authorization") == "Bearer right"
    return File(CONTENT)(asked) if good else Answer(401)


LOGIN = {"download_auth": Password()}


def test_a_wrong_password_is_tried_once_and_all_jobs_say_so(work, lands, wish, web):
    wishes = [wish(f"A{n}", one=[guarded]) for n in range(20)]
    one = lands("one", auth=HeaderAuth("Authorization", "Bearer wrong"), **LOGIN)
    jobs = work(one, *wishes)
    assert {(job.state, job.trouble.kind) for job in jobs.values()} == {(FAILED, "AuthError")}
    assert len(web.asked) == 1


def test_a_wrong_password_sends_the_jobs_to_their_next_offer(work, lands, wish, web):
    wishes = [wish(f"A{n}", "one", "two", one=[guarded]) for n in range(20)]
    one = lands("one", auth=HeaderAuth("Authorization", "Bearer wrong"), **LOGIN)
    jobs = work({**one, **lands("two")}, *wishes)
    assert {(job.state, job.portal) for job in jobs.values()} == {(DONE, "two")}
    assert len(paths(web, "one")) == 1


def test_a_login_that_is_stored_sets_going_what_had_failed_for_want_of_it(work, lands, wish, store):
    def one(word):
        return lands("one", auth=HeaderAuth("Authorization", f"Bearer {word}"), **LOGIN)

    wishes = [wish(f"A{n}", one=[guarded]) for n in range(3)]
    jobs = work(one("wrong"), *wishes, wish("B", "two", two=[Answer(404)]))
    assert {job.state for job in jobs.values()} == {FAILED}
    work.shop.connect(one("right"))
    work.shop.run()
    states = {job.title: job.state for job in store.jobs()}
    assert states == {"A0": DONE, "A1": DONE, "A2": DONE, "B": FAILED}


def test_a_refused_login_is_not_tried_again_when_something_is_added(work, lands, wish, web, store):
    one = lands("one", auth=HeaderAuth("Authorization", "Bearer wrong"), **LOGIN)
    work(one, wish("A", one=[guarded]))
    store.add([wish("B", "two")])
    work.shop.connect({**one, **lands("two")})
    work.shop.run()
    assert {job.title: job.state for job in store.jobs()} == {"A": FAILED, "B": DONE}
    assert len(paths(web, "one")) == 1


def test_a_good_login_lets_all_through_as_soon_as_something_came(work, lands, wish):
    together = Gate(2)
    free = [File(CONTENT)]
    one = lands("one", auth=HeaderAuth("Authorization", "Bearer right"), **LOGIN)
    wishes = [wish("A", one=free)]
    wishes += [wish(f"B{n}", one=[Answer(body=CONTENT, hold=together)]) for n in range(2)]
    jobs = work(one, *wishes)
    assert {job.state for job in jobs.values()} == {DONE}
    assert together.most == 2


class Token(AuthBase):
    """Good for one request only, then it has to be renewed."""

    expired = frozenset({401})
    number = 1

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self.number}"
        return request

    def renew(self):
        self.number += 1
        return True


def test_a_token_that_ends_in_the_middle_of_a_file_is_renewed_and_the_file_resumed(
    work, lands, wish, web
):
    def first(asked):
        assert asked.headers["authorization"] == "Bearer 1"
        return File(CONTENT, faults=[{"drop": 150_000}])(asked)

    def then(asked):
        good = asked.headers["authorization"] == "Bearer 2"
        return File(CONTENT)(asked) if good else Answer(401)

    job = work(lands("one", auth=Token(), **LOGIN), wish("A", one=[first, then]))["A"]
    assert (job.state, content(job)) == (DONE, [CONTENT])
    ranges_ = [asked.headers.get("range", "") for asked in web.asked]
    assert [bool(wanted) for wanted in ranges_] == [False, True, True]


# --- what a failed offer leaves ----------------------------------------------------------------


def two_files(web, tmp_path):
    """A scene of two files at two portals, whose files have other names."""
    offers = []
    for name, second in (("one", [Answer(404)]), ("two", [File(CONTENT)])):
        assets = {}
        for key, answers in (("B04", [File(CONTENT)]), ("B08", second)):
            path = f"/{name}/{name}_{key}.tif"
            web.on(path, *answers)
            assets[key] = file(web.url + path, key, size=len(CONTENT), checksum=SHA)
        offers.append(product(name, "A", assets=assets))
    return Wish(tuple(offers), str(tmp_path / "images"))


def left(job):
    return sorted(path.name for path in Path(job.target).iterdir())


def test_files_of_a_failed_offer_do_not_stay_beside_the_next(work, lands, web, tmp_path):
    job = work(lands("one", "two"), two_files(web, tmp_path))["A"]
    assert (job.state, job.portal) == (DONE, "two")
    assert left(job) == ["A.json", "two_B04.tif", "two_B08.tif"]


def test_a_file_that_was_there_before_the_job_stays(work, lands, web, tmp_path):
    wanted = two_files(web, tmp_path)
    earlier = replace(wanted, keys=("B04",))
    job = work(lands("one", "two"), earlier, wanted)["A"]
    assert left(job) == ["A.json", "one_B04.tif", "two_B04.tif", "two_B08.tif"]


def test_what_a_failed_offer_left_is_known_after_a_restart(
    work, lands, web, tmp_path, store, clock
):
    wanted = two_files(web, tmp_path)
    gate = threading.Event()
    stuck = Answer(body=CONTENT, length=len(CONTENT), cut=9, stall=gate)
    web.on("/one/one_B08.tif", stuck)
    job = work(
        lands("one", "two"),
        wanted,
        stopped=lambda: any(
            len(j.files) == 1 and web.asked[-1].path == "/one/one_B08.tif" for j in store.jobs()
        ),
    )["A"]
    gate.set()
    assert job.state is WAITING
    web.on("/one/one_B08.tif", Answer(404))
    job = work(lands("one", "two"))["A"]
    assert job.state is DONE
    assert left(job) == ["A.json", "two_B04.tif", "two_B08.tif"]


# --- connections -------------------------------------------------------------------------------


def test_a_large_file_takes_the_free_connections_of_its_portal_and_never_more(
    work, lands, wish, web, monkeypatch
):
    monkeypatch.setattr(ranges, "WORTH", 1000)
    monkeypatch.setattr(ranges, "LOOK", 0.01)

    class Slow(Gate):
        """Each takes so long that one more would be seen beside it."""

        def wait(self, seconds):
            with self.lock:
                self.now += 1
                self.most = max(self.most, self.now)
            threading.Event().wait(0.3)
            with self.lock:
                self.now -= 1

    gate = Slow(1)

    def piece(asked):
        wanted = asked.headers.get("range")
        start, end = map(int, wanted[6:].split("-")) if wanted else (0, len(CONTENT) - 1)
        place = {"Content-Range": f"bytes {start}-{end}/{len(CONTENT)}", "ETag": '"a"'}
        return Answer(206, CONTENT[start : end + 1], place, hold=gate)

    jobs = work(lands("one", download=Download(at_once=3, ranges=4)), wish("A", one=[piece]))
    assert content(jobs["A"]) == [CONTENT]
    assert len(web.asked) == 4
    assert gate.most == 3


def test_small_files_do_not_take_the_connections_of_large_ones(work, lands, wish):
    together = Gate(4)
    wishes = [wish(f"A{n}", one=[Answer(body=CONTENT, hold=together)]) for n in range(4)]
    work(lands("one", download=Download(at_once=4, ranges=4)), *wishes)
    assert together.most == 4


# --- an area of a scene ------------------------------------------------------------------------

AREA = {"type": "Polygon", "coordinates": [[[3, 45], [3.1, 45], [3.1, 45.1], [3, 45]]]}


def test_an_area_is_a_job_like_any_other_and_the_cutter_is_handed_in(work, lands, wish, store):
    given = []

    def cut(offer, providers, keys, area, folder, stopped, progress, came):
        given.append((offer.provider, keys, area, folder))
        folder.mkdir(parents=True)
        path = folder / "B04.tif"
        path.write_bytes(b"image")
        progress(5, 7)
        return SceneFiles("A", offer.provider, (Fetched("data", path, 5),))

    wanted = replace(wish("A"), area=AREA, keys=("data",))
    jobs = work(lands("one"), wanted, cut=cut)
    assert (jobs["A"].state, jobs["A"].bytes_done) == (DONE, 5)
    assert given == [("one", ("data",), AREA, Path(wanted.target))]


def test_an_area_that_one_portal_cannot_cut_comes_from_the_next(work, lands, wish):
    def cut(offer, *how):
        if offer.provider == "one":
            raise ProductUnavailable("One has no image of A.", provider="one")
        return SceneFiles("A", offer.provider)

    wanted = replace(wish("A", "one", "two"), area=AREA)
    assert work(lands("one", "two"), wanted, cut=cut)["A"].portal == "two"


def test_what_was_cancelled_leaves_no_parts_in_folders_below(tmp_path):
    whole = tmp_path / "A" / ".whole"
    whole.mkdir(parents=True)
    for name in ("B04.jp2.part", "B04.jp2.part.etag"):
        (whole / name).write_text("half")
    (tmp_path / "A" / "B08.tif").write_text("came before")
    worker.sweep(tmp_path / "A")
    assert [path.name for path in (tmp_path / "A").rglob("*")] == ["B08.tif"]


def test_without_a_cutter_an_area_is_told_and_nothing_is_fetched(work, lands, wish, web):
    job = work(lands("one"), replace(wish("A"), area=AREA))["A"]
    assert (job.state, job.trouble.kind) == (FAILED, "MissingLibrary")
    assert web.asked == []


# --- hooks that ask ----------------------------------------------------------------------------


@pytest.mark.parametrize("hook", ["details", "resolve", "order"])
def test_stop_is_felt_while_a_portal_thinks_about_a_product(work, lands, wish, web, store, hook):
    silent = threading.Event()

    class Slow(Land):
        def details(self, product):
            if hook == "details":
                self.files.json(HttpRequest("GET", f"{self.info.url}/slow"))
            return product

        def resolve(self, asset):
            if hook == "resolve":
                self.files.wait(600)
                self.files.json(HttpRequest("GET", f"{self.info.url}/slow"))
            return super().resolve(asset)

        def order(self, product):
            self.files.json(HttpRequest("GET", f"{self.info.url}/slow"))

    web.on("/slow", Answer(json={}, hold=silent))
    one = lands("one", make=Slow, ordering=POLITE)
    one["one"].files._sleep = lambda seconds: threading.Event().wait(seconds)

    def stop(job_id):
        if store.get(job_id).state is RUNNING:
            threading.Timer(0.3, store.pause, [[job_id]]).start()

    status = OrderStatus.ORDERABLE if hook == "order" else OrderStatus.SUCCEEDED
    began = time.monotonic()
    job = work(one, wish("A", order_status=status), changed=stop)["A"]
    assert job.state is PAUSED
    assert time.monotonic() - began < 0.3 + 1.5
    silent.set()


# --- what to do next, as a pure function -------------------------------------------------------


def job_of(store, *portals, **changes):
    offers = tuple(product(p, "A", assets={"data": file("https://x.test/a")}) for p in portals)
    (job,) = store.add([Wish(offers, "/data")])
    return replace(job, **changes)


RETRY = NetworkError("no line")
GONE = ProductUnavailable("gone")
OFFLINE = ProductOffline("in the archive")
NEXT = [
    (("one", "two"), [GONE], WAITING, 1),
    (("one", "two"), [GONE, GONE], FAILED, None),
    (("one", "two"), [RETRY, GONE], WAITING, 0),
    (("one", "two", "three"), [RETRY, GONE, RETRY], WAITING, 0),
    (("one", "two"), [GONE, RETRY], WAITING, 1),
    (("one", "two"), [OFFLINE], WAITING, 1),
    (("one", "two"), [OFFLINE, RETRY], ORDERED, None),
    (("one",), [IncompleteTransfer("half")], WAITING, 0),
]


@pytest.mark.parametrize(("portals", "errors", "state", "place"), NEXT)
def test_the_next_step_follows_from_what_each_offer_did(store, portals, errors, state, place):
    job = job_of(store, *portals)
    for error in errors:
        found = after(job, error, lambda portal: True, 5.0)
        if found.state is WAITING:
            job = replace(job, **found.changes)
    assert found.state is state
    assert found.changes.get("place") == place


def test_pauses_double_up_to_a_quarter_of_an_hour_and_never_fall_together():
    pauses = [[pause_after(n) for _ in range(50)] for n in range(12)]
    assert all(15 * 2**n <= min(p) <= max(p) <= 15 * 2**n * 1.25 for n, p in enumerate(pauses[:6]))
    assert max(pauses[11]) <= 900 * 1.25
    assert len(set(pauses[0])) > 10


def test_only_failures_of_the_portal_lead_to_another(store):
    job = job_of(store, "one", "two")
    full, locked = DiskFull("full"), StorageError("locked")
    full.__cause__ = OSError(errno.ENOSPC, "full")
    assert after(job, full, lambda p: True, 0.0).state is WAITING
    assert after(job, locked, lambda p: True, 0.0).state is FAILED


# --- orders ------------------------------------------------------------------------------------


class Archive(Land):
    """Brings what was ordered after ``needs`` looks."""

    needs = 3

    def __init__(self, *how, **more):
        super().__init__(*how, **more)
        self.orders, self.looks = [], []

    def order(self, product):
        self.orders.append(product.id)
        return replace(product, order_status=OrderStatus.ORDERED, properties={"order:id": "42"})

    def details(self, product):
        if product.order_status is OrderStatus.ORDERED:
            self.looks.append(product.properties["order:id"])
            if len(self.looks) >= self.needs:
                return replace(product, order_status=OrderStatus.SUCCEEDED)
        return product


POLITE = Ordering(poll=600, patience=86400)


def test_what_is_offline_is_ordered_once_and_fetched_when_it_is_there(work, lands, wish, clock):
    providers = lands("one", make=Archive, ordering=POLITE)
    began = clock.time
    job = work(providers, wish("A", order_status=OrderStatus.ORDERABLE))["A"]
    assert job.state is DONE
    assert providers["one"].orders == ["A"]
    assert 3 * 600 <= clock.time - began < 3 * 600 + 60, "asked politely"


def test_an_order_outlives_a_restart(work, lands, wish, clock, store):
    providers = lands("one", make=Archive, ordering=POLITE)
    clock.end = clock.time + 900
    job = work(providers, wish("A", order_status=OrderStatus.ORDERABLE))["A"]
    assert (job.state, job.owner) == (ORDERED, "")
    again = lands("one", make=Archive, ordering=POLITE)
    clock.end += 86400
    assert work(again)["A"].state is DONE
    assert again["one"].orders == [], "it was not ordered anew"
    assert set(again["one"].looks) == {"42"}, "and the number of the order was kept"


def test_an_offer_that_is_online_comes_before_an_order(work, lands, wish, web):
    providers = {**lands("one", make=Archive, ordering=POLITE), **lands("two")}
    asked = wish("A", "one", "two")
    away = replace(asked.offers[0], order_status=OrderStatus.ORDERABLE)
    job = work(providers, replace(asked, offers=(away, asked.offers[1])))["A"]
    assert (job.state, job.portal) == (DONE, "two")
    assert providers["one"].orders == []


def test_patience_has_an_end_and_it_is_said(work, lands, wish, clock):
    class Never(Archive):
        needs = 10**6

    job = work(
        lands("one", make=Never, ordering=POLITE), wish("A", order_status=OrderStatus.ORDERABLE)
    )["A"]
    assert job.state is FAILED
    assert job.trouble.text == "One did not bring A from its archive in 24 hours."


def test_a_portal_that_is_ill_while_an_order_is_on_its_way_changes_nothing(work, lands, wish):
    class Ill(Archive):
        def details(self, product):
            found = super().details(product)
            if len(self.looks) in (1, 2) and product.order_status is OrderStatus.ORDERED:
                raise ServiceError("One answered 503.", provider="one")
            return found

    job = work(
        lands("one", make=Ill, ordering=POLITE), wish("A", order_status=OrderStatus.ORDERABLE)
    )["A"]
    assert job.state is DONE


def test_an_order_that_is_refused_for_now_is_placed_later(work, lands, wish):
    class Full(Archive):
        def order(self, product):
            found = super().order(product)
            if len(self.orders) == 1:
                raise RateLimited("One answered 403: quota.", provider="one", retry_after=3600)
            return found

    providers = lands("one", make=Full, ordering=POLITE)
    assert work(providers, wish("A", order_status=OrderStatus.ORDERABLE))["A"].state is DONE
    assert len(providers["one"].orders) == 2


def test_an_order_that_is_refused_for_good_fails(work, lands, wish):
    class No(Archive):
        def order(self, product):
            raise PortalError("One says no.", provider="one")

    job = work(
        lands("one", make=No, ordering=POLITE), wish("A", order_status=OrderStatus.ORDERABLE)
    )["A"]
    assert (job.state, job.trouble.text) == (FAILED, "One says no.")


def test_a_file_that_is_being_brought_is_asked_for_again(work, lands, wish):
    faults = [Answer(202), Answer(202), File(CONTENT)]
    job = work(lands("one"), wish("A", one=faults))["A"]
    assert job.state is DONE
    assert job.trouble.kind == "ProductOffline"


# --- a person meanwhile ------------------------------------------------------------------------


@pytest.fixture
def stalled():
    """A file that stops in its middle until the test lets it go on."""
    gate = threading.Event()
    yield [Answer(body=CONTENT, length=len(CONTENT), cut=len(CONTENT) // 2, stall=gate)]
    gate.set()


@pytest.mark.parametrize(
    ("do", "state", "parts"), [("pause", PAUSED, True), ("cancel", CANCELLED, False)]
)
def test_a_running_job_is_stopped_within_a_moment(
    work, lands, wish, store, stalled, tmp_path, do, state, parts
):
    def stop(job_id):
        if store.get(job_id).state is RUNNING:
            threading.Thread(target=getattr(store, do), args=([job_id],)).start()

    job = work(lands("one"), wish("A", one=stalled), changed=stop)["A"]
    assert (job.state, job.owner) == (state, "")
    assert bool(list((tmp_path / "images").rglob("*.part"))) is parts


def test_pausing_the_whole_queue_keeps_what_is_here(work, lands, wish, store, stalled, tmp_path):
    def stop(job_id):
        if store.get(job_id).state is RUNNING:
            threading.Thread(target=store.set_paused, args=(True,)).start()

    job = work(lands("one"), wish("A", one=stalled), changed=stop)["A"]
    assert (job.state, job.owner) == (WAITING, "")
    store.set_paused(False)
    assert work(lands("one"), wish("A"))["A"].state is DONE


def test_leaving_leaves_everything_waiting(work, lands, wish, store, stalled):
    job = work(
        lands("one"),
        wish("A", one=stalled),
        stopped=lambda: any(j.state is RUNNING for j in store.jobs()),
    )["A"]
    assert (job.state, job.owner) == (WAITING, "")


def test_only_at_night(work, lands, wish, clock, web):
    clock.hour = lambda: (12 + int(clock.time - 1_000_000) // 3600) % 24
    job = work(lands("one"), wish("A"), limits=Limits(from_hour=22, to_hour=6))["A"]
    assert job.state is DONE
    assert 10 * 3600 <= job.updated - job.created < 10 * 3600 + 60


@pytest.mark.parametrize(
    ("hours", "allowed"),
    [((0, 0), range(24)), ((22, 6), [22, 23, *range(6)]), ((9, 17), range(9, 17))],
)
def test_the_hours_of_downloads(hours, allowed):
    limits = Limits(from_hour=hours[0], to_hour=hours[1])
    assert [h for h in range(24) if limits.allows(h)] == sorted(allowed)


def test_all_who_share_a_line_are_as_fast_as_it_is_together():
    time = [0.0]
    bucket = Bucket(1000, now=lambda: time[0])
    waits = [bucket.take(500) for _ in range(4)]
    assert waits == [0.5, 1.0, 1.5, 2.0]
    time[0] = 100.0
    assert bucket.take(500) == 0.5, "what was not used is not saved up"


def test_no_limit_is_no_wait():
    assert Bucket(0).take(10**9) == 0.0


def test_a_limit_slows_down_what_comes(work, lands, wish, monkeypatch):
    asked = []
    monkeypatch.setattr(Bucket, "take", lambda self, count: asked.append(count) or 0.0)
    work(lands("one"), wish("A"), limits=Limits(rate=1000))
    assert sum(asked) == len(CONTENT)


def test_what_is_on_the_disk_already_is_not_waited_for(work, lands, wish, monkeypatch):
    asked = []

    def resumed(offer, providers, keys, folder, cancelled, progress, *how):
        progress(500 << 20, 600 << 20)
        progress((500 << 20) + 1000, 600 << 20)
        raise ProductUnavailable("It is gone.", provider="one")

    monkeypatch.setattr(Bucket, "take", lambda self, count: asked.append(count) or 0.0)
    monkeypatch.setattr(worker, "fetch_offer", resumed)
    work(lands("one"), wish("A"), limits=Limits(rate=1000))
    assert asked == [1000]
