"""bridge/preflight.py and ui/preflight_dialog.py: the sheet before a download starts."""

import shutil
import threading
from collections import namedtuple
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QApplication, QCheckBox, QFileDialog, QLabel, QPushButton

from sentinel_portals.bridge import preflight, settings, tasks
from sentinel_portals.bridge.footprints import FootprintStore
from sentinel_portals.bridge.preflight import LOGIN, LOST, ONLINE, ORDER, ScanTask
from sentinel_portals.bridge.queue_task import file as queue_file
from sentinel_portals.core.auth import ApiKey, Withheld
from sentinel_portals.core.download import Fetched, write_item
from sentinel_portals.core.jobs import DONE, JobStore, Wish, folder_name
from sentinel_portals.core.model import Asset, OrderStatus
from sentinel_portals.core.provider import Ordering, ProviderInfo, Quota
from sentinel_portals.core.scene import Scenes
from sentinel_portals.tests.core.making import product, square
from sentinel_portals.tests.qgis.conftest import settle
from sentinel_portals.tests.qgis.plugged import click, find
from sentinel_portals.ui.preflight_dialog import Preflight

MB = 1_000_000
BANDS = ("B04", "B03", "B02")


def info(portal="testland", **more):
    return ProviderInfo(portal, portal.title(), "test", f"https://{portal}.test", **more)


WANTS_LOGIN = info("gated", download_auth=ApiKey())
ARCHIVE = info("archive", ordering=Ordering())


class Land:
    """Portals that are ready, with or without a login."""

    def __init__(self, *infos):
        self.infos = {each.id: each for each in infos}
        self.logged_in, self.locked = set(), set()

    def auth(self, name):
        if name in self.locked:
            return Withheld(name)
        return "key" if name in self.logged_in else None

    def title(self, name):
        return self.infos[name].title

    def get(self, ids):
        return {
            name: SimpleNamespace(
                info=self.infos[name],
                files=SimpleNamespace(auth=self.auth(name)),
            )
            for name in ids
            if name in self.infos
        }


def name(number):
    return f"S2A_MSIL2A_202406{number:02}T105031_N0510_R051_T31TFJ_202406{number:02}T170000"


def offer(number=1, portal="testland", size=30 * MB, **more):
    assets = {
        key: Asset(key, f"https://{portal}.test/{key}.tif", roles=("data",), size=size)
        for key in (*BANDS, "B08")
    }
    at = f"2024-06-{number:02}T10:50:31Z"
    return product(portal, name(number), at=at, **{"assets": assets, **more})


@pytest.fixture(autouse=True)
def fresh():
    """Settings, index and queue of nobody."""
    before = settings.load()
    settings.save(replace(settings.Settings(), sheet="always"))
    for path in (settings.home() / preflight.FILE, queue_file()):
        with suppress(FileNotFoundError):
            path.unlink()
    yield
    settings.save(before)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "scenes"
    place.mkdir()
    return place


@pytest.fixture
def ask(qgis_app, wait_for, folder):
    """ask(land, *offers): a sheet that has been filled, or decided by itself."""
    made = []

    def begin(land, *offers, wishes=None, keys=BANDS, filled=True):
        asked = SimpleNamespace(decided=[], logins=[])

        def log_in(portal):
            asked.logins.append(portal)
            land.logged_in.add(portal)

        asked.preflight = Preflight(land, log_in)
        asked.preflight.decided.connect(asked.decided.append)
        made.append(asked.preflight)
        each = [o if isinstance(o, tuple) else (o,) for o in offers]
        asked.preflight.ask(wishes or [Wish(o, str(folder), keys) for o in each])
        if filled:
            wait_for(lambda: asked.decided or ready(asked), what="the sheet")
        return asked

    yield begin
    for each in made:
        each.stop()
    settle()


def ready(asked):
    sheet = asked.preflight.sheet
    return sheet is not None and button(asked, "Download").isEnabled()


def button(asked, what):
    return find(asked.preflight.sheet, f"spPreflight{what}", QPushButton)


def told(asked, row):
    """The sentence of a row, '' when there is none."""
    label = asked.preflight.sheet.findChild(QLabel, f"spPreflightRow_{row}")
    return label.text() if label else ""


def headline(asked):
    return find(asked.preflight.sheet, "spPreflightTitle", QLabel).text()


def keep(folder, held, *keys):
    """What a download leaves."""
    place = folder / folder_name(held.title)
    place.mkdir()
    files = []
    for key in keys:
        (place / f"{key}.tif").write_bytes(bytes(100))
        files.append(Fetched(key, place / f"{key}.tif", 100))
    return write_item(place, held, files)


# --- how a scene will come -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offers", "way", "portal"),
    [
        (("testland", "gated"), ONLINE, "testland"),
        (("gated", "testland"), ONLINE, "testland"),
        (("gated",), LOGIN, "gated"),
        (("unheard of",), LOST, "unheard of"),
    ],
)
def test_a_scene_comes_from_the_first_portal_that_lets_it_go(folder, offers, way, portal):
    infos = {each.id: each for each in (info(), WANTS_LOGIN)}
    wish = Wish(tuple(offer(portal=p) for p in offers), str(folder), BANDS)
    how, which = preflight.road(wish, infos, set())
    assert (how, which.provider) == (way, portal)


def test_an_archive_is_asked_only_when_nobody_has_the_scene_online(folder):
    infos = {each.id: each for each in (info(), ARCHIVE)}
    away = offer(portal="archive", order_status=OrderStatus.ORDERABLE)
    here = offer()
    gone = offer(order_status=OrderStatus.ORDERABLE)
    assert preflight.road(Wish((away, here), ""), infos, set())[0] == ONLINE
    assert preflight.road(Wish((gone, away), ""), infos, set()) == (ORDER, away)
    assert preflight.road(Wish((gone,), ""), infos, set()) == (LOST, gone)


def test_a_portal_without_the_wanted_bands_is_passed_over(folder):
    infos = {each.id: each for each in (info(), info("bare"))}
    bare = offer(portal="bare", assets={"zip": Asset("zip", "https://x/y.zip", roles=("archive",))})
    assert preflight.road(Wish((bare, offer()), "", BANDS), infos, set())[1].provider == "testland"
    assert preflight.road(Wish((bare, offer()), ""), infos, set())[1].provider == "bare"


# --- the sheet -------------------------------------------------------------------------------


def test_the_sheet_opens_at_once_and_is_filled_later(ask, wait_for):
    asked = ask(Land(info()), offer(1), offer(2), filled=False)
    assert asked.preflight.sheet.isVisible()
    assert not button(asked, "Download").isEnabled()
    wait_for(lambda: ready(asked))
    assert headline(asked) == "2 scenes, 6 files, 180.0 MB"
    assert told(asked, "portals") == "From Testland (2 scenes)"
    assert told(asked, "saved") == "Whole products would be 60.0 MB more."
    assert "free" in told(asked, "folder")


def test_download_hands_the_wishes_on_and_cancel_none(ask):
    asked = ask(Land(info()), offer())
    click(button(asked, "Download"))
    assert [wish.title for wish in asked.decided[0].wishes] == [name(1)]
    assert not asked.preflight.busy
    asked = ask(Land(info()), offer())
    click(button(asked, "Cancel"))
    assert asked.decided == [None]
    asked = ask(Land(info()), offer())
    asked.preflight.sheet.close()
    assert asked.decided == [None]


def test_sizes_that_nobody_tells_are_counted(ask):
    asked = ask(Land(info()), offer(1), offer(2, size=None))
    assert headline(asked) == "2 scenes, 6 files, 90.0 MB, 1 scene of unknown size"
    asked = ask(Land(info()), offer(1, size=None))
    assert headline(asked) == "1 scene, 3 files, size unknown"


def test_an_area_tells_what_it_saves(ask, folder):
    part = square(3.0, 45.0, 0.1)
    asked = ask(Land(info()), wishes=[Wish((offer(),), str(folder), BANDS, area=part)])
    assert headline(asked) == "1 scene, 3 files, 900.0 kB"
    assert told(asked, "saved") == "Whole products would be 119.1 MB more."


def test_what_is_on_the_disk_is_left_out_and_its_footprint_says_so(ask, folder, tmp_path):
    there, new = offer(1), offer(2)
    item = keep(folder, there, *BANDS)
    scenes = Scenes()
    scenes.extend([there, new])
    store = FootprintStore(tmp_path / "footprints.gpkg")
    store.write([0, 1], scenes, None)
    ids = [scene.id for scene in scenes]
    store.close()
    wishes = [Wish((o,), str(folder), BANDS, str(store.path), i) for o, i in zip((there, new), ids)]
    asked = ask(Land(info()), wishes=wishes)
    assert headline(asked) == "1 scene, 3 files, 90.0 MB"
    assert told(asked, "held") == "On the disk already and left out: 1 scene"
    assert store.set_state(ids, "found") == {ids[0]: "on disk", ids[1]: "found"}
    click(button(asked, "Download"))
    (decision,) = asked.decided
    assert decision.wishes == (wishes[1],)
    assert [(kept.wish, kept.path) for kept in decision.held] == [(wishes[0], item)]


def test_what_is_on_the_disk_can_be_fetched_all_the_same(ask, folder):
    keep(folder, offer(1), *BANDS)
    asked = ask(Land(info()), offer(1))
    assert headline(asked) == "Everything is on the disk already."
    assert button(asked, "Download").text() == "&OK"
    find(asked.preflight.sheet, "spPreflightEverything", QCheckBox).click()
    assert headline(asked) == "1 scene, 3 files, 90.0 MB"
    click(button(asked, "Download"))
    (decision,) = asked.decided
    assert (len(decision.wishes), decision.held) == (1, ())


def test_more_folders_are_looked_into_and_an_older_processing_is_told(ask, tmp_path):
    more = tmp_path / "more"
    more.mkdir()
    old = replace(offer(1), id=name(1).replace("N0510", "N0400"))
    keep(more, replace(old, title=old.id), *BANDS)
    settings.save(replace(settings.load(), folders=(str(more), str(tmp_path / "nowhere"))))
    asked = ask(Land(info()), offer(1))
    assert headline(asked) == "1 scene, 3 files, 90.0 MB"
    assert told(asked, "older").endswith("1 scene")


def test_a_missing_login_has_a_button_and_the_sheet_is_computed_anew(ask, wait_for):
    asked = ask(Land(WANTS_LOGIN), offer(1, "gated"), offer(2, "gated"))
    assert told(asked, "login_gated") == ("Gated wants a login before it lets files go (2 scenes).")
    click(button(asked, "Login_gated"))
    wait_for(lambda: asked.logins)
    wait_for(lambda: ready(asked))
    assert asked.logins == ["gated"]
    assert told(asked, "login_gated") == ""
    assert told(asked, "portals") == "From Gated (2 scenes)"


def test_a_locked_login_is_no_missing_one_and_can_be_unlocked(ask, wait_for):
    land = Land(WANTS_LOGIN)
    land.locked = {"gated"}
    asked = ask(land, offer(1, "gated"))
    assert "is locked" in told(asked, "login_gated")
    land.locked = set()
    click(button(asked, "Login_gated"))
    wait_for(lambda: asked.logins)
    wait_for(lambda: ready(asked))
    assert told(asked, "login_gated") == ""


def test_too_little_room_has_a_button_for_another_folder(ask, wait_for, monkeypatch, tmp_path):
    usage = namedtuple("usage", "total used free")
    small = str(tmp_path / "scenes")
    monkeypatch.setattr(
        preflight.shutil,
        "disk_usage",
        lambda place: usage(0, 0, 100 * MB if str(place) == small else 10_000 * MB),
    )
    other = tmp_path / "large"
    other.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(other))
    asked = ask(Land(info()), offer(1))
    assert told(asked, "folder").startswith("Not enough room: 32.9 MB are free")
    click(button(asked, "Folder"))
    wait_for(lambda: ready(asked))
    assert told(asked, "folder").startswith(f"{other}: 9.9 GB free")
    click(button(asked, "Download"))
    assert {wish.folder for wish in asked.decided[0].wishes} == {str(other)}
    assert settings.load().folder == str(other)


def test_a_folder_that_cannot_be_written_to_is_told(ask, folder):
    (folder / "file").write_text("")
    asked = ask(Land(info()), wishes=[Wish((offer(),), str(folder / "file"), BANDS)])
    assert "cannot be written to" in told(asked, "folder")


def test_what_waits_in_the_queue_needs_room_too(ask, folder, monkeypatch):
    store = JobStore(queue_file())
    (job,) = store.add([Wish((offer(9),), str(folder), BANDS)])
    store.claim(job.state)
    store.finish(job.id, job.state, bytes_done=500 * MB, bytes_total=3500 * MB)
    store.close()
    usage = namedtuple("usage", "total used free")(0, 0, 3050 * MB)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    asked = ask(Land(info()), offer(1))
    assert "The downloads that wait want 3.0 GB more." in told(asked, "folder")


def test_a_quota_is_told_with_what_came_already(ask, folder):
    limited = info(quota=Quota(size=100 * MB, days=30))
    store = JobStore(queue_file())
    (job,) = store.add([Wish((offer(9),), str(folder), BANDS)])
    store.claim(job.state)
    assert store.finish(job.id, DONE, bytes_done=20 * MB)
    store.close()
    settings.save(replace(settings.load(), sheet="trouble"))
    asked = ask(Land(limited), offer(1))
    assert told(asked, "quota_testland") == (
        "Testland lets 100.0 MB go in 30 days; 20.0 MB came from there so far."
    )


def test_what_an_archive_has_to_bring_is_told(ask):
    away = offer(1, "archive", order_status=OrderStatus.ORDERABLE)
    asked = ask(Land(ARCHIVE, info()), away, offer(2, order_status=OrderStatus.ORDERABLE))
    assert told(asked, "order_archive").startswith("In the archive of Archive: 1 scene.")
    assert told(asked, "lost").startswith("Offline, and no portal takes orders for them: 1 scene.")


def test_the_hour_at_which_it_begins_is_told(ask):
    night = replace(settings.load(), from_hour=22, to_hour=6)
    assert preflight.begins(night, 23) is None
    assert preflight.begins(night, 12) == 22
    assert preflight.begins(replace(night, from_hour=6), 12) is None
    now = datetime.now().astimezone().hour
    settings.save(replace(night, from_hour=(now + 2) % 24, to_hour=(now + 3) % 24))
    asked = ask(Land(info()), offer(1))
    assert f"from {(now + 2) % 24}:00 on" in told(asked, "hours")


# --- when it is shown ------------------------------------------------------------------------


def test_with_nothing_in_the_way_no_sheet_is_shown_when_a_person_wants_so(ask):
    asked = ask(Land(info()), offer(1))
    find(asked.preflight.sheet, "spPreflightQuiet", QCheckBox).click()
    click(button(asked, "Download"))
    assert settings.load().sheet == "trouble"
    asked = ask(Land(info()), offer(2))
    assert asked.preflight.sheet is None
    assert len(asked.decided[0].wishes) == 1


def test_with_something_in_the_way_it_is_shown_all_the_same(ask):
    settings.save(replace(settings.load(), sheet="trouble"))
    asked = ask(Land(WANTS_LOGIN), offer(1, "gated"))
    assert asked.decided == []
    assert asked.preflight.sheet.isVisible()
    assert find(asked.preflight.sheet, "spPreflightQuiet", QCheckBox).isChecked()


def test_a_second_wish_waits_until_the_first_is_decided(ask):
    asked = ask(Land(info()), offer(1))
    sheet = asked.preflight.sheet
    asked.preflight.ask([Wish((offer(2),), "")])
    assert asked.preflight.sheet is sheet
    click(button(asked, "Download"))
    assert [wish.title for wish in asked.decided[0].wishes] == [name(1)]


def test_unloading_leaves_no_window_and_says_nothing(ask):
    asked = ask(Land(info()), offer(1), filled=False)
    asked.preflight.stop()
    settle()
    assert asked.decided == []
    assert not [w for w in QApplication.topLevelWidgets() if w.objectName() == "spPreflightDialog"]


def test_a_question_that_is_dropped_leaves_no_task_behind(ask, wait_for):
    asked = ask(Land(info()), offer(1), filled=False)
    asked.preflight._find_out()
    asked.preflight.stop()
    manager = QgsApplication.taskManager()
    wait_for(lambda: not tasks.TASKS and not manager.countActiveTasks(), 10, "the end of the tasks")


def test_nothing_begins_unasked_when_the_sheet_cannot_be_made(ask, monkeypatch):
    monkeypatch.setattr(preflight, "bill", lambda *_: 1 / 0)
    asked = ask(Land(info()), offer(1))
    assert asked.decided == []
    assert headline(asked) == "1 scene, size unknown"
    click(button(asked, "Download"))
    assert len(asked.decided[0].wishes) == 1
    settings.save(replace(settings.load(), sheet="trouble"))
    asked = ask(Land(info()), offer(1))
    assert len(asked.decided[0].wishes) == 1


def test_what_was_in_the_way_and_is_no_more_waits_for_the_click(ask, wait_for):
    settings.save(replace(settings.load(), sheet="trouble"))
    asked = ask(Land(WANTS_LOGIN), offer(1, "gated"))
    click(button(asked, "Login_gated"))
    wait_for(lambda: asked.logins and ready(asked))
    assert asked.decided == []


def test_an_index_that_cannot_be_used_costs_only_what_it_knows(ask):
    (settings.home() / preflight.FILE).mkdir()
    try:
        asked = ask(Land(info()), offer(1))
        assert headline(asked) == "1 scene, 3 files, 90.0 MB"
    finally:
        (settings.home() / preflight.FILE).rmdir()


def test_a_look_at_the_folders_can_be_skipped(ask, wait_for, monkeypatch, folder):
    going, look = threading.Event(), preflight.Holdings.scan

    def slow(self, roots, cancelled, progress, **more):
        progress(7, str(folder))
        going.set()
        while not cancelled():
            threading.Event().wait(0.01)
        return look(self, roots, cancelled, progress)

    monkeypatch.setattr(preflight.Holdings, "scan", slow)
    asked = ask(Land(info()), offer(1), filled=False)
    wait_for(going.is_set)
    click(button(asked, "Skip"))
    wait_for(lambda: ready(asked))
    assert headline(asked) == "1 scene, 3 files, 90.0 MB"


def test_looking_afresh_tells_how_many_it_saw(wait_for, folder, qgis_app):
    keep(folder, offer(1), *BANDS)
    task, over = ScanTask([folder], afresh=True), []
    task.ended.connect(over.append)
    QgsApplication.taskManager().addTask(task)
    wait_for(lambda: over)
    assert (over, task.scan.products) == ([True], 1)
