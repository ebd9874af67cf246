"""From the right click to files and rasters."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt.QtWidgets import QApplication, QPushButton

from sentinel_portals.bridge import credentials, footprints, queue_task, settings, tasks
from sentinel_portals.bridge.preflight import Decision
from sentinel_portals.core import worker
from sentinel_portals.core.errors import AuthError, NetworkError
from sentinel_portals.core.jobs import DONE, FAILED, ORDERED, PAUSED, WAITING, JobStore, Wish
from sentinel_portals.tests.qgis.plugged import CLERMONT, click, find, forget, look_at, plugged


@pytest.fixture
def plugin(iface, monkeypatch, tmp_path, wait_for):
    """The plugin after a search of the samples."""
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(tmp_path / "portals.json"))
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "home"))
    forget()
    look_at(iface.mapCanvas(), 2, 45, 4.5, 46.5)
    with plugged(iface) as plugin:
        plugin.desktop.show_dock(True)
        dock = plugin.desktop.dock
        dock.what.set_period(date(2024, 1, 1), date(2025, 12, 31))
        dock.what.set_cloud(False, 30)
        dock.portals.set_wanted(["sample", "sample_archive"])
        dock.area.set_wkt(CLERMONT)
        click(find(dock, "spSearchButton"))
        wait_for(lambda: not plugin.desktop.runner.running)
        kept = replace(settings.load(), folder=str(tmp_path / "dl"), folder_chosen=True)
        settings.save(replace(kept, sheet="trouble"))
        yield plugin


@pytest.fixture
def layer(plugin):
    return plugin.desktop.runner.layer


@pytest.fixture
def choose(iface, layer):
    """Triggers an entry of the layer's context menu."""

    def trigger(name):
        iface.setActiveLayer(layer)
        next(a for a in iface.context_menu(layer) if a.objectName() == name).trigger()

    return trigger


@pytest.fixture
def unasked(plugin, monkeypatch):
    """What the sheet would find out is found out by the download."""
    sheet = plugin.desktop.downloads._preflight
    decide = sheet.decided.emit
    monkeypatch.setattr(sheet, "ask", lambda wishes: wishes and decide(Decision(tuple(wishes))))


def rasters():
    layers = QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if isinstance(layer, QgsRasterLayer)]


def ended(plugin):
    return lambda: not plugin.desktop.downloads.running


def states(layer):
    return {f["state"] for f in layer.getSelectedFeatures()}


def test_the_selected_scenes_are_fetched_told_and_loaded(
    plugin, layer, choose, iface, wait_for, tmp_path
):
    layer.selectByExpression("fid in (1, 2)")
    choose("spDownloadAction")
    wait_for(ended(plugin))
    assert len(list((tmp_path / "dl").rglob("*.tif"))) == 6
    assert "2 scenes, 6 files" in iface.messages()[0]
    assert str(tmp_path / "dl") in iface.messages()[0]
    wait_for(lambda: states(layer) == {"on disk"})
    assert layer.selectedFeatureCount() == 2, "the selection is still there"
    assert not rasters()
    bar = iface.messageBar()
    assert bar.currentItem().findChild(QPushButton, "spOpenFolderButton")
    click(bar.currentItem().findChild(QPushButton, "spLoadButton"))
    wait_for(lambda: len(rasters()) == 2)
    tree = [node.layerId() for node in QgsProject.instance().layerTreeRoot().findLayers()]
    assert tree.index(rasters()[0].id()) < tree.index(layer.id()), "above the footprints"


def test_what_was_downloaded_is_loaded_at_once_when_that_is_wanted(plugin, layer, choose, wait_for):
    box = find(plugin.desktop.dock, "spLoadAfter")
    box.click()
    assert settings.load().load_after
    layer.selectByExpression("fid = 1")
    choose("spDownloadAction")
    wait_for(lambda: len(rasters()) == 1)


def test_with_nothing_selected_one_is_asked_about_all(plugin, layer, choose, monkeypatch, wait_for):
    asked = []
    monkeypatch.setattr(plugin.desktop.downloads, "confirm", lambda t: asked.append(t) or False)
    choose("spDownloadAction")
    wait_for(lambda: asked)
    assert not plugin.desktop.downloads.running
    assert "9 scenes (" in asked[0]
    assert "MB)" in asked[0]


def test_the_folder_is_asked_for_the_first_time(plugin, layer, choose, monkeypatch, wait_for):
    settings.save(replace(settings.load(), folder_chosen=False))
    asked = []
    monkeypatch.setattr(plugin.desktop.downloads, "ask_folder", lambda: asked.append(1))
    layer.selectByExpression("fid = 1")
    choose("spDownloadAction")
    wait_for(lambda: asked)
    assert not plugin.desktop.downloads.running, "nobody chose one"


def test_a_folder_that_cannot_be_written_is_told(
    plugin, layer, choose, iface, wait_for, tmp_path, unasked
):
    (tmp_path / "file").write_text("no folder")
    settings.save(replace(settings.load(), folder=str(tmp_path / "file" / "below")))
    layer.selectByExpression("fid = 1")
    choose("spDownloadAction")
    wait_for(ended(plugin))
    assert str(tmp_path / "file") in iface.messages()[0]
    wait_for(lambda: states(layer) == {"failed"})


def test_a_stopped_download_stands_still_and_says_so(plugin, layer, choose, wait_for, iface):
    layer.selectAll()
    choose("spDownloadAction")
    wait_for(lambda: plugin.desktop.queue_runner.task is not None)
    plugin.desktop.downloads.stop()
    wait_for(ended(plugin))
    assert "stopped" in iface.messages()[0]
    wait_for(lambda: "downloading" not in {f["state"] for f in layer.getFeatures()})


def test_a_second_download_joins_the_first(plugin, layer, choose, iface, wait_for):
    layer.selectByExpression("fid = 1")
    choose("spDownloadAction")
    layer.selectByExpression("fid in (2, 3)")
    choose("spDownloadAction")
    wait_for(ended(plugin))
    layer.selectByExpression("fid < 4")
    wait_for(lambda: states(layer) == {"on disk"})
    told = [text for text in iface.messages() if " in /" in text]
    assert told, "and that is told"


def test_what_is_on_the_disk_is_told_and_not_fetched_again(plugin, layer, choose, iface, wait_for):
    layer.selectByExpression("fid = 1")
    choose("spDownloadAction")
    wait_for(ended(plugin))
    iface.messageBar().clearWidgets()
    choose("spDownloadAction")
    wait_for(ended(plugin))
    assert "1 scene on the disk already" in iface.messages()[0]
    assert len(plugin.desktop.queue_runner.jobs) == 1
    click(iface.messageBar().currentItem().findChild(QPushButton, "spLoadButton"))
    wait_for(lambda: len(rasters()) == 1)


def test_a_folder_that_cannot_be_written_is_exchanged_for_another(
    plugin, layer, choose, iface, wait_for, tmp_path, monkeypatch, unasked
):
    (tmp_path / "file").write_text("no folder")
    settings.save(replace(settings.load(), folder=str(tmp_path / "file" / "below")))
    layer.selectByExpression("fid = 1")
    choose("spDownloadAction")
    wait_for(ended(plugin))
    monkeypatch.setattr(plugin.desktop.downloads, "ask_folder", lambda: tmp_path / "other")
    click(iface.messageBar().currentItem().findChild(QPushButton, "spChooseFolder"))
    wait_for(lambda: states(layer) == {"on disk"})
    assert len(list((tmp_path / "other").rglob("*.tif"))) == 3


def test_what_was_stopped_goes_on_where_it_was(plugin, layer, choose, wait_for, iface):
    layer.selectAll()
    choose("spDownloadAction")
    wait_for(lambda: plugin.desktop.queue_runner.task is not None)
    plugin.desktop.downloads.stop()
    wait_for(lambda: any("stopped" in text for text in iface.messages()))
    button = iface.messageBar().currentItem().findChild(QPushButton, "spGoOnButton")
    click(button)
    wait_for(lambda: states(layer) == {"on disk"})
    wait_for(lambda: " in " + settings.load().folder in iface.messages()[0])


def test_cancelled_in_qgis_own_list_of_tasks_it_waits_and_says_so(
    plugin, layer, choose, wait_for, iface
):
    layer.selectAll()
    choose("spDownloadAction")
    runner = plugin.desktop.queue_runner
    wait_for(lambda: runner.task is not None)
    runner.task.cancel()
    wait_for(ended(plugin))
    assert "stopped" in iface.messages()[0]
    assert not {PAUSED, FAILED} & {job.state for job in runner.jobs.values()}
    click(go_on_button(iface))
    wait_for(lambda: states(layer) == {"on disk"})


def test_unloaded_in_the_middle_it_leaves_no_task_and_loses_no_job(plugin, layer, choose, wait_for):
    layer.selectAll()
    choose("spDownloadAction")
    wait_for(lambda: plugin.desktop.queue_runner.task is not None)
    plugin.unload()
    manager = QgsApplication.taskManager()
    wait_for(lambda: not manager.tasks())
    assert not tasks.TASKS
    store = JobStore(queue_task.file())
    assert sum(store.counts().values()) == 9
    assert not store.counts().get(FAILED)
    store.close()


# --- an earlier session ------------------------------------------------------------------------


@pytest.fixture
def left(plugin, layer, tmp_path):
    """What an earlier session left to be done: two scenes."""
    store = JobStore(queue_task.file())
    path = Path(layer.source().partition("|")[0])
    wishes = [
        Wish(tuple(offers), str(tmp_path / "dl"), (), str(path), name)
        for name, offers in footprints.stored_offers(path, [1, 2])
    ]
    store.add(wishes)
    yield store
    store.close()


def go_on_button(iface):
    return iface.messageBar().currentItem().findChild(QPushButton, "spGoOnButton")


def test_what_an_earlier_session_left_goes_on_by_itself(plugin, left, iface, wait_for, layer):
    plugin.desktop.downloads.begin()
    wait_for(lambda: "2 scenes" in iface.messages()[0])
    layer.selectByExpression("fid in (1, 2)")
    wait_for(lambda: states(layer) == {"on disk"})


def test_the_end_is_told_to_who_works_in_another_window(plugin, left, iface, wait_for, monkeypatch):
    alerted = []
    monkeypatch.setattr(QApplication, "alert", alerted.append)
    plugin.desktop.downloads.begin()
    wait_for(lambda: "2 scenes" in iface.messages()[0])
    assert alerted == [iface.mainWindow()], "once, with the sentence"


@pytest.mark.parametrize("why", ["as set", "paused", "locked"])
def test_it_waits_for_a_click_where_it_is_not_to_go_on_by_itself(
    plugin, left, iface, wait_for, monkeypatch, why
):
    if why == "as set":
        settings.save(replace(settings.load(), goes_on=False))
    elif why == "paused":
        left.set_paused(True)
    else:
        monkeypatch.setattr(credentials, "withheld", lambda login: True)
    plugin.desktop.downloads.begin()
    wait_for(lambda: "2 scenes wait" in iface.messages()[0])
    assert not plugin.desktop.queue_runner.working
    assert left.counts() == {WAITING: 2}
    click(go_on_button(iface))
    wait_for(lambda: left.counts() == {DONE: 2})


def test_while_another_window_works_this_one_only_watches(plugin, left, wait_for):
    assert left.claim(WAITING) is not None
    surveyed = []
    plugin.desktop.queue_runner.survey(surveyed.append)
    plugin.desktop.downloads.begin()
    wait_for(lambda: surveyed and plugin.desktop.queue_runner.jobs)
    assert surveyed[0].elsewhere
    assert not plugin.desktop.queue_runner.working


@pytest.mark.parametrize("goes_on", [True, False])
def test_when_the_other_window_closes_this_one_takes_over_as_set(
    plugin, left, iface, wait_for, goes_on
):
    settings.save(replace(settings.load(), goes_on=goes_on))
    assert left.claim(WAITING) is not None
    downloads = plugin.desktop.downloads
    downloads.begin()
    wait_for(lambda: plugin.desktop.queue_runner.jobs)
    left.release()
    downloads._look_elsewhere()
    if goes_on:
        wait_for(lambda: left.counts() == {DONE: 2})
    else:
        wait_for(lambda: "2 scenes wait" in iface.messages()[0])
        assert left.counts() == {WAITING: 2}


def test_a_window_whose_downloads_were_stopped_here_does_not_go_on_by_itself(
    plugin, left, wait_for
):
    looked = []
    plugin.desktop.downloads._look_elsewhere()
    plugin.desktop.queue_runner.look_elsewhere(looked.append)
    wait_for(lambda: looked)
    assert not plugin.desktop.queue_runner.working
    assert left.counts() == {WAITING: 2}


def test_what_fails_for_want_of_a_login_is_tried_again_with_it(
    plugin, left, iface, wait_for, monkeypatch
):
    refused = [True]

    def fetch(*how):
        if refused:
            raise AuthError("sample wants a login before it lets files go.", provider="sample")
        return real(*how)

    real = worker.fetch_offer
    monkeypatch.setattr(worker, "fetch_offer", fetch)
    plugin.desktop.downloads.begin()
    wait_for(lambda: left.counts().get(FAILED) == 2)
    logins = {job.trouble.portal: "" for job in left.jobs()}
    settings.save(replace(settings.load(), logins=logins))
    wait_for(ended(plugin))
    plugin.desktop.queue_runner.settings_changed()
    wait_for(ended(plugin))
    assert left.counts() == {FAILED: 2}, "it is the login that was refused"
    refused.clear()
    plugin.desktop._portals._connected.clear()  # as if another one was made
    plugin.desktop.queue_runner.settings_changed()
    wait_for(lambda: left.counts() == {DONE: 2})


def test_a_portal_that_is_silent_is_told_once_and_until_when(
    plugin, left, iface, wait_for, monkeypatch
):
    def fetch(offer, *how):
        error = NetworkError(f"{offer.provider} could not be reached.", provider=offer.provider)
        raise error

    monkeypatch.setattr(worker, "fetch_offer", fetch)
    plugin.desktop.downloads.begin()
    wait_for(lambda: any("tried again at" in text for text in iface.messages()))
    assert left.counts().get(FAILED) is None, "it is waited for, not given up"


def test_what_is_ordered_from_an_archive_is_told_and_looked_after(plugin, left, iface, wait_for):
    for _ in range(2):
        held = left.claim(WAITING)
        assert left.finish(held.id, ORDERED, ordered=1.0, not_before=4e9)
    plugin.desktop.downloads.begin()
    wait_for(lambda: "ordered from the archive" in iface.messages()[0])
    assert "hours" in iface.messages()[0]
    assert plugin.desktop.queue_runner.working, "it asks for them when it is time"
    plugin.desktop.queue_runner.cancel([job.id for job in left.jobs()])
    wait_for(lambda: not plugin.desktop.queue_runner.working)


# --- quicklooks and bands ----------------------------------------------------------------------


def test_quicklooks_stand_in_their_place(plugin, layer, choose, wait_for, iface):
    layer.selectByExpression("fid in (1, 2)")
    choose("spQuicklookAction")
    wait_for(lambda: not plugin.desktop.loading.running)
    assert len(rasters()) == 2
    assert "2 quicklooks" in iface.messages()[0]
    assert all(raster.isValid() for raster in rasters())
    group = QgsProject.instance().layerTreeRoot().findGroup("Quicklooks")
    assert len(group.findLayers()) == 2


def test_zoom_goes_to_the_selected_scenes(plugin, layer, choose, iface):
    iface.mapCanvas().zoomToFullExtent()
    layer.selectByExpression("fid = 1")
    choose("spZoomAction")
    box = next(iter(layer.getSelectedFeatures())).geometry().boundingBox()
    assert iface.mapCanvas().extent().contains(box)
    assert iface.mapCanvas().extent().width() < 4 * box.width()


def test_bands_are_chosen_and_remembered(plugin, choose, monkeypatch, wait_for):
    from sentinel_portals.ui.bands_dialog import BandsDialog

    def choose_scl(dialog):
        dialog.tick(("SCL",))
        return 1

    monkeypatch.setattr(BandsDialog, "exec", choose_scl)
    choose("spBandsAction")
    wait_for(lambda: settings.load().assets == ("SCL",))


def test_files_of_the_chosen_bands_only(plugin, layer, choose, wait_for, tmp_path):
    settings.save(replace(settings.load(), assets=("SCL",)))
    layer.selectByExpression("fid = 1")
    choose("spDownloadAction")
    wait_for(ended(plugin))
    assert len(list(Path(tmp_path / "dl").rglob("*.tif"))) == 1
