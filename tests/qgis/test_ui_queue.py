"""ui/queue_model.py and ui/queue_panel.py: the list of downloads, also a long one."""

import pytest
from qgis.PyQt.QtCore import QItemSelectionModel, QObject, Qt, pyqtSignal

from sentinel_portals.bridge import troubles
from sentinel_portals.bridge.queue_clerk import News
from sentinel_portals.core import jobs as queue
from sentinel_portals.core.jobs import (
    CANCELLED,
    DONE,
    FAILED,
    ORDERED,
    PAUSED,
    RUNNING,
    WAITING,
    DownloadJob,
    JobStore,
    Trouble,
)
from sentinel_portals.core.worker import Running
from sentinel_portals.tests.qgis.plugged import find, forget
from sentinel_portals.ui.batches import Batch
from sentinel_portals.ui.queue_model import (
    LEFT,
    PORTAL,
    PROGRESS,
    SHARE,
    SIZE,
    SPEED,
    STATE,
    TITLE,
    TROUBLE,
    QueueModel,
)
from sentinel_portals.ui.queue_panel import QueuePanel, totals

MANY = 5000


def job(number, state=WAITING, **more):
    return DownloadJob(
        id=f"id{number}",
        title=more.pop("title", f"S2A_{number:05d}"),
        state=state,
        portal=more.pop("portal", "good"),
        folder="/data",
        target=f"/data/{number}",
        created=0.0,
        updated=0.0,
        rank=more.pop("rank", float(number)),
        turn=number,
        **more,
    )


def title(name):
    return {"good": "Good portal"}.get(name, name)


@pytest.fixture
def model():
    return QueueModel(title)


@pytest.fixture
def heard(model):
    """What the model tells its views: (what, first row, last row)."""
    told = []
    model.dataChanged.connect(lambda a, b: told.append(("changed", a.row(), b.row())))
    model.rowsInserted.connect(lambda parent, a, b: told.append(("came", a, b)))
    model.rowsRemoved.connect(lambda parent, a, b: told.append(("went", a, b)))
    model.modelReset.connect(lambda: told.append(("all", 0, 0)))
    model.layoutChanged.connect(lambda: told.append(("moved", 0, 0)))
    return told


def cell(model, row, column, role=Qt.ItemDataRole.DisplayRole):
    return model.index(row, column).data(role)


def column(model, which=TITLE):
    return [cell(model, row, which) for row in range(model.rowCount())]


# --- what it says ------------------------------------------------------------------------------


def test_every_state_has_a_word_and_an_icon(model):
    model.change([job(n, state) for n, state in enumerate(queue.JobState)])
    words = column(model, STATE)
    assert len(set(words)) == len(queue.JobState)
    assert all(
        not cell(model, row, STATE, Qt.ItemDataRole.DecorationRole).isNull()
        for row in range(model.rowCount())
    )


def test_an_order_says_when_it_is_asked_for_again(model):
    model.change([job(1, ORDERED, not_before=1_700_000_000.0)])
    assert "ordered, asked again at " in cell(model, 0, STATE)


def test_what_is_on_order_is_no_trouble_but_an_order_that_cannot_be_asked_for_is(model):
    offline, silent = (Trouble("good", 0, kind, "…") for kind in ("ProductOffline", "NetworkError"))
    model.change([job(1, ORDERED, troubles=(offline,)), job(2, ORDERED, troubles=(silent,))])
    assert [bool(text) for text in column(model, TROUBLE)] == [False, True]


def test_a_running_job_shows_how_far_it_is_how_fast_and_how_long_still(model):
    each = job(1, RUNNING)
    model.change([each])
    model.show_running({"id1": Running(each, done=250_000, total=1_000_000, speed=50_000.0)})
    assert cell(model, 0, PROGRESS, SHARE) == 0.25
    assert cell(model, 0, PROGRESS) == "25 %"
    assert cell(model, 0, SIZE) == "1.0 MB"
    assert cell(model, 0, SPEED) == "50.0 kB/s"
    assert cell(model, 0, LEFT) == "15 s"
    model.show_running({})
    assert cell(model, 0, SPEED) == ""


def test_all_here_and_being_verified_is_a_full_bar_and_done_is_none(model):
    each = job(1, RUNNING)
    model.change([each])
    model.show_running({"id1": Running(each, done=10, total=10)})
    assert cell(model, 0, PROGRESS, SHARE) == 1.0
    model.change([job(1, DONE)])
    assert (cell(model, 0, PROGRESS), cell(model, 0, PROGRESS, SHARE)) == ("100 %", None)


def test_what_another_window_fetches_is_said(model, tmp_path):
    store = JobStore(tmp_path / "downloads.sqlite")
    model.change([job(1, RUNNING, owner=store.me), job(2, RUNNING, owner="there:1:a")])
    store.close()
    assert column(model, STATE) == ["downloading", "downloading elsewhere"]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (
            "S2A_MSIL2A_20240612T104031_N0510_R008_T31TEL_20240612T152259",
            "2024-06-12 S2A 31TEL L2A",
        ),
        ("SENTINEL2A_20240615-105441-123_L2A_T31TFJ_C_V3-0", "2024-06-15 S2A 31TFJ L2A"),
        (
            "S1A_IW_GRDH_1SDV_20240614T174012_20240614T174037_054321_069C3F_ABCD",
            "2024-06-14 17:40 S1A GRDH",
        ),
        ("LC08_L2SP_196029_20240615_20240620_02_T1", "2024-06-15 L8 196/029 L2SP"),
        ("a field of wheat", "a field of wheat"),
    ],
)
def test_a_scene_is_told_by_its_day_and_place_and_its_name_by_the_tooltip(model, title, shown):
    model.change([job(1, title=title)])
    assert cell(model, 0, TITLE) == shown
    assert cell(model, 0, TITLE, Qt.ItemDataRole.ToolTipRole) == title


def test_what_went_wrong_is_a_sentence_with_the_portals_title(model):
    refused = Trouble("good", 0, "AuthError", "good answered 401 Unauthorized.")
    model.change([job(1, FAILED, troubles=(refused,))])
    assert "Good portal" in cell(model, 0, TROUBLE)
    assert "login" in cell(model, 0, TROUBLE)
    model.change([job(1, DONE, troubles=(refused,))])
    assert cell(model, 0, TROUBLE) == "", "what came in the end is no trouble"


# --- order and filter --------------------------------------------------------------------------


def test_it_stands_in_the_order_of_the_queue_until_one_sorts_it(model):
    model.change([job(1, title="b"), job(2, title="a"), job(3, title="c", rank=0.5)])
    assert column(model) == ["c", "b", "a"]
    model.sort(TITLE, Qt.SortOrder.DescendingOrder)
    assert column(model) == ["c", "b", "a"]
    model.sort(TITLE, Qt.SortOrder.AscendingOrder)
    assert column(model) == ["a", "b", "c"]
    model.sort(-1)
    assert column(model) == ["c", "b", "a"]


def test_every_column_can_be_sorted(model):
    model.change([job(n, state) for n, state in enumerate(queue.JobState)])
    for which in range(model.columnCount()):
        model.sort(which)
        assert len(set(column(model))) == len(queue.JobState)


def test_only_some_states_or_some_words_are_shown(model):
    model.change([job(1), job(2, DONE), job(3, FAILED, portal="Other")])
    model.filter({DONE, FAILED}, "")
    assert column(model, STATE) == ["on disk", "failed"]
    model.filter(None, "other")
    assert column(model) == ["S2A_00003"]
    model.change([job(4, portal="other")])
    assert column(model) == ["S2A_00003", "S2A_00004"]
    model.filter(None, "")
    assert model.rowCount() == 4


def test_who_changes_leaves_the_filter_and_comes_back(model, heard):
    model.filter({WAITING}, "")
    model.change([job(1), job(2), job(3)])
    model.change([job(2, RUNNING)])
    assert column(model) == ["S2A_00001", "S2A_00003"]
    model.change([job(2)])
    assert column(model) == ["S2A_00001", "S2A_00002", "S2A_00003"]


# --- five thousand -----------------------------------------------------------------------------


@pytest.fixture
def long(model):
    model.change([job(n) for n in range(MANY)])
    return model


def test_only_the_rows_that_changed_are_told(long, heard):
    long.change([job(7, RUNNING), job(8, RUNNING), job(4000, DONE)])
    assert heard == [("changed", 7, 8), ("changed", 4000, 4000)]


def test_what_comes_later_is_added_at_the_end(long, heard):
    long.change([job(MANY), job(MANY + 1)])
    assert heard[0] == ("came", MANY, MANY + 1)
    assert long.rowCount() == MANY + 2


def test_what_goes_is_taken_out_in_runs(long, heard):
    long.change((), [f"id{n}" for n in (3, 4, 5, 100)])
    assert sorted(heard) == [("went", 3, 5), ("went", 100, 100)]
    assert long.rowCount() == MANY - 4


def test_half_of_a_long_list_goes_at_once(long, heard):
    long.change((), [f"id{n}" for n in range(0, MANY, 2)])
    assert heard == [("all", 0, 0)]
    assert long.rowCount() == MANY // 2


def test_a_row_is_put_into_words_only_when_it_is_seen_and_only_once(long, monkeypatch):
    made = []
    real = QueueModel._made
    monkeypatch.setattr(QueueModel, "_made", lambda self, j: made.append(j.id) or real(self, j))
    for _ in range(3):
        for row in range(100, 130):
            for which in range(long.columnCount()):
                cell(long, row, which)
    assert made == [f"id{n}" for n in range(100, 130)]


def test_no_cell_ever_asks_the_disk(long, monkeypatch):
    monkeypatch.setattr(queue.sqlite3, "connect", None)
    monkeypatch.setattr(queue.JobStore, "_rows", None)
    assert all(cell(long, row, which) is not None for row in (0, MANY - 1) for which in range(8))


def test_who_moves_up_stays_selected(long):
    chosen = QItemSelectionModel(long)
    flags = QItemSelectionModel.SelectionFlag
    chosen.select(long.index(4000, 0), flags.Select | flags.Rows)
    long.change([job(4000, rank=-1.0)])
    assert [index.row() for index in chosen.selectedRows()] == [0]


# --- the panel ---------------------------------------------------------------------------------


class Runner(QObject):
    """Notes what the panel asks for; ``news`` are told as the real one tells them."""

    told = pyqtSignal(object)
    moved = pyqtSignal(object)

    def __init__(self):
        super().__init__()
        self.jobs, self.paused, self.working, self.asked = {}, False, True, []
        self.rests = {}

    def running(self):
        return {}

    def resting(self):
        return self.rests

    def watch(self, seen):
        self.asked.append(("watch", seen))

    def news(self, *changed, gone=()):
        self.jobs.update((each.id, each) for each in changed)
        for name in gone:
            self.jobs.pop(name)
        self.told.emit(News(tuple(changed), frozenset(gone), self.paused))

    def __getattr__(self, name):
        return lambda *what: self.asked.append((name, *what))


@pytest.fixture
def runner():
    return Runner()


@pytest.fixture
def panel(runner, desktop):
    class Portals:
        title = staticmethod(title)

    forget()
    panel = QueuePanel(runner, Portals(), desktop.mainWindow())
    yield panel
    panel.remove()
    panel.deleteLater()


def act(panel, name):
    panel.actions_[name].trigger()


def enabled(panel):
    return {name for name, action in panel.actions_.items() if action.isEnabled()}


def test_the_buttons_are_those_that_make_sense(panel, runner):
    runner.news(job(1), job(2, PAUSED), job(3, DONE), job(4, FAILED))
    always = {"Sweep", "All", "Settings"}
    assert enabled(panel) == always, "nothing is selected"
    panel.select(["id1"])
    assert enabled(panel) == always | {"Pause", "Cancel", "Retry", "Top", "Up", "Down"}
    panel.table.clearSelection()
    panel.select(["id3"])
    assert enabled(panel) == always | {"Folder", "Load"}


def test_each_button_is_for_the_selected_jobs_that_it_can_help(panel, runner):
    runner.news(job(1), job(2, PAUSED), job(3, FAILED), job(4, DONE))
    panel.select(["id1", "id2", "id3", "id4"])
    runner.asked.clear()
    for name in ("Pause", "Resume", "Cancel", "Retry", "Sweep"):
        act(panel, name)
    assert runner.asked == [
        ("pause", ["id1"]),
        ("resume", ["id2"]),
        ("cancel", ["id1", "id2", "id3"]),
        ("retry", ["id1", "id3"]),
        ("forget", ["id4"]),
    ]


@pytest.mark.parametrize(
    ("chosen", "name", "asked"),
    [
        (["id3"], "Top", (["id3"], "id1")),
        (["id3"], "Up", (["id3"], "id2")),
        (["id2", "id3"], "Up", (["id2", "id3"], "id1")),
        (["id1"], "Down", (["id1"], "id3")),
        (["id3"], "Down", (["id3"], "")),
        (["id1"], "Up", None),
        (["id4"], "Down", None),
        (["id1"], "Top", (["id1"], "id2")),
    ],
)
def test_jobs_are_moved_among_those_that_are_open(panel, runner, chosen, name, asked):
    runner.news(job(1), job(2), job(3), job(4), job(5, DONE))
    panel.select(chosen)
    runner.asked.clear()
    act(panel, name)
    assert runner.asked == ([("reorder", *asked)] if asked else [])


def test_what_helps_a_failed_job_is_one_button_away(panel, runner):
    refused = Trouble("good", 0, "AuthError", "good answered 401 Unauthorized.")
    runner.news(job(1, FAILED, troubles=(refused,)), job(2))
    wanted = []
    panel.remedy_wanted.connect(lambda what, which: wanted.append((what, [j.id for j in which])))
    panel.select(["id1"])
    assert "Good portal" in panel.trouble.text()
    find(panel, "spQueueRemedy").click()
    assert wanted == [("credentials", ["id1"])]
    panel.table.clearSelection()
    assert panel.remedy.isHidden()


def test_a_portal_that_is_left_alone_is_told_unless_a_job_has_more_to_say(panel, runner):
    runner.rests = {"good": 3600.0}
    runner.news(job(1), job(2, FAILED, troubles=(Trouble("good", 0, "NetworkError", "gone"),)))
    assert panel.trouble.text().startswith("Good portal rests until ")
    panel.select(["id2"])
    assert "rests" not in panel.trouble.text()
    runner.rests = {}
    panel.table.clearSelection()
    assert panel.trouble.isHidden()


def test_all_columns_are_seen_between_the_panels_of_qgis(panel):
    widths = [panel.table.columnWidth(place) for place in range(panel.model.columnCount())]
    assert sum(widths) < 985, "a dock below the map of a screen of 1600"


def test_a_sentence_that_is_long_takes_another_line_not_the_screen(panel, runner):
    long = Trouble("good", 0, "NetworkError", "gone " * 60)
    runner.news(job(1, FAILED, troubles=(long,)))
    before = panel.widget().minimumSizeHint().width()
    panel.select(["id1"])
    assert panel.trouble.heightForWidth(400) > 3 * panel.trouble.fontMetrics().height()
    assert panel.widget().minimumSizeHint().width() < before + 300


def test_the_whole_queue_stands_and_goes_on(panel, runner):
    runner.news(job(1), job(2, RUNNING))
    runner.asked.clear()
    act(panel, "All")
    assert runner.asked == [("set_paused", True)]
    runner.paused = True
    runner.news()
    assert panel.actions_["All"].text() == "Go on with all"
    act(panel, "All")
    assert runner.asked[-1] == ("set_paused", False)


def test_the_selection_outlives_what_happens(panel, runner):
    runner.news(*[job(n) for n in range(200)])
    panel.select(["id7", "id9"])
    runner.news(gone=[f"id{n}" for n in range(10, 200, 2)])
    assert [each.id for each in panel.selected()] == ["id7", "id9"]
    runner.news(job(7, RUNNING))
    assert [each.id for each in panel.selected()] == ["id7", "id9"]


def test_what_is_selected_can_be_taken_off_the_list(panel, runner):
    runner.news(*[job(n, DONE) for n in range(200)])
    panel.select([f"id{n}" for n in range(200)])
    runner.news(gone=["id3"])
    runner.news(gone=[f"id{n}" for n in range(4, 200, 2)])
    assert len(panel.selected()) == 101
    runner.news(gone=list(runner.jobs))
    assert panel.selected() == []


def test_the_line_below_counts_what_is_left():
    each = job(1, RUNNING, bytes_total=4_000_000)
    running = {"id1": Running(each, done=1_000_000, total=4_000_000, speed=1_000_000.0)}
    others = [job(2, bytes_total=6_000_000), job(3, DONE, bytes_total=9), job(4, CANCELLED)]
    assert totals([each, *others], running) == "2 open · 9.0 MB left · 1.0 MB/s · 9.0 s"
    assert totals(others[1:], {}) == "No open downloads"


def test_widths_and_order_are_remembered(panel, runner, desktop):
    panel.table.horizontalHeader().resizeSection(PORTAL, 333)
    panel._sort_by(TITLE)
    panel.remember()
    again = QueuePanel(runner, panel._portals, desktop.mainWindow())
    assert again.table.horizontalHeader().sectionSize(PORTAL) == 333
    runner.news(job(1, title="b"), job(2, title="a"))
    assert column(again.model) == ["a", "b"]
    again.remove()
    again.deleteLater()


def test_a_third_click_on_a_header_is_the_order_of_the_queue(panel, runner):
    runner.news(job(1, title="b"), job(2, title="a"), job(3, title="c"))
    orders = []
    for _ in range(3):
        panel._sort_by(TITLE)
        orders.append("".join(column(panel.model)))
    assert orders == ["abc", "cba", "bac"]


# --- what was asked for together is told together ----------------------------------------------


def batch(*jobs):
    return Batch({each.id for each in jobs}), {each.id: each for each in jobs}


def test_a_batch_is_told_when_nothing_of_it_is_waited_for():
    told, jobs = batch(job(1, DONE), job(2, RUNNING), job(3, FAILED))
    assert not told.rests(jobs)
    jobs["id2"] = job(2, DONE)
    assert told.rests(jobs)
    report = told.take(jobs)
    assert [each.id for each in report.came] == ["id1", "id2"]
    assert [each.id for each in report.failed] == ["id3"]
    assert not told.take(jobs), "once"
    assert not told.ids


def test_an_order_is_told_once_and_its_end_later():
    told, jobs = batch(job(1, DONE), job(2, ORDERED))
    report = told.take(jobs)
    assert ([j.id for j in report.came], [j.id for j in report.ordered]) == (["id1"], ["id2"])
    assert not told.take(jobs)
    jobs["id2"] = job(2, DONE)
    assert [each.id for each in told.take(jobs).came] == ["id2"]


def test_what_is_paused_or_given_up_is_no_news():
    told, jobs = batch(job(1, PAUSED), job(2, CANCELLED))
    assert told.rests(jobs)
    assert not told.take(jobs)
    assert told.ids == {"id1"}, "it may go on"


def test_a_reason_to_wait_is_told_once_for_all_that_wait_for_it():
    silent = (Trouble("good", 0, "NetworkError", "good could not be reached."),)
    told, jobs = batch(*(job(n, not_before=9.0, troubles=silent) for n in range(3)), job(4))
    assert len(told.delays(jobs)) == 1
    assert told.delays(jobs) == []
    full = (Trouble("good", 0, "DiskFull", "The disk is full."),)
    jobs["id1"] = job(1, not_before=9.0, troubles=full)
    assert [each.id for each in told.delays(jobs)] == ["id1"]


@pytest.mark.parametrize(
    ("kind", "helps"),
    [
        ("AuthError", "credentials"),
        ("TermsNotAccepted", "portal_page"),
        ("DiskFull", "folder"),
        ("StorageError", "folder"),
        ("NetworkError", "retry"),
        ("ChecksumMismatch", "retry"),
        ("NoSuchErrorAnyMore", "retry"),
    ],
)
def test_every_trouble_has_a_button_that_helps(kind, helps):
    action, label = troubles.remedy(Trouble("good", 0, kind, "It went wrong."))
    assert action == helps
    assert label
