"""What the dock downloads is known again: not fetched twice, wherever a person moves it."""

from dataclasses import replace
from datetime import date

import pytest
from qgis.PyQt.QtWidgets import QApplication

from sentinel_portals.bridge import settings
from sentinel_portals.tests.qgis.plugged import CLERMONT, click, find, forget, look_at, plugged


@pytest.fixture
def plugin(iface, monkeypatch, tmp_path, wait_for):
    """The plugin after a search of the samples, with the sheet before every download."""
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(tmp_path / "portals.json"))
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "home"))
    forget()
    look_at(iface.mapCanvas(), 2, 45, 4.5, 46.5)
    with plugged(iface) as plugin:
        plugin.desktop.show_dock(True)
        dock = plugin.desktop.dock
        dock.what.set_period(date(2024, 1, 1), date(2025, 12, 31))
        dock.what.set_cloud(False, 30)
        dock.portals.set_wanted(["sample"])
        dock.area.set_wkt(CLERMONT)
        click(find(dock, "spSearchButton"))
        wait_for(lambda: not plugin.desktop.runner.running)
        folder = str(tmp_path / "scenes")
        settings.save(replace(settings.load(), folder=folder, folder_chosen=True, sheet="always"))
        yield plugin
    forget()


@pytest.fixture
def download(plugin, wait_for):
    """Asks for one scene; gives what the sheet says, and what its Download button leads to."""

    def ask():
        layer = plugin.desktop.runner.layer
        layer.selectByExpression("fid = 1")
        plugin.desktop.downloads.download(layer)
        wait_for(lambda: filled() is not None, what="the sheet")
        told = find(filled(), "spPreflightTitle").text()
        click(find(filled(), "spPreflightDownload"))
        wait_for(lambda: not plugin.desktop.downloads.running, what="the end of the download")
        return told

    return ask


def filled():
    """The sheet that is shown, once it knows all."""
    for window in QApplication.topLevelWidgets():
        if window.objectName() == "spPreflightDialog" and window.isVisible():
            return window if find(window, "spPreflightDownload").isEnabled() else None
    return None


def images(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("*.tif")}


def test_a_scene_is_fetched_once_and_found_where_it_was_moved(plugin, download, iface, tmp_path):
    assert download().startswith("1 scene, 3 files")
    fetched = images(tmp_path / "scenes")
    assert len(fetched) == 3
    assert download() == "Everything is on the disk already."
    assert "1 scene on the disk already." in iface.messages()[0]
    assert images(tmp_path / "scenes") == fetched, "nothing was fetched again"

    (scene,) = (place for place in (tmp_path / "scenes").iterdir() if place.is_dir())
    (tmp_path / "archive").mkdir()
    scene.rename(tmp_path / "archive" / "auvergne")
    settings.save(replace(settings.load(), folders=(str(tmp_path / "archive"),)))
    assert download() == "Everything is on the disk already."

    next((tmp_path / "archive").rglob("B04.tif")).write_bytes(b"half")
    assert download().startswith("1 scene, 3 files")
    assert len(images(tmp_path / "scenes")) == 3
