"""From the disk onto the map: what is told, what goes on."""

import time
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox

from sentinel_portals.bridge import footprints, rasters, settings, tasks
from sentinel_portals.bridge.load_task import LoadTask
from sentinel_portals.core.model import Product, parse_time
from sentinel_portals.core.scene import Scenes
from sentinel_portals.tests.formats import products, scenes
from sentinel_portals.tests.qgis.plugged import find, forget, plugged


@pytest.fixture
def loading(iface, monkeypatch, tmp_path):
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "home"))
    forget()
    with plugged(iface) as plugin:
        yield plugin.desktop.loading


def test_unloaded_in_the_middle_it_leaves_no_task(iface, monkeypatch, tmp_path, wait_for):
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "home"))
    with plugged(iface) as plugin:
        plugin.desktop.loading.load([scenes.scene(tmp_path / "a")])
        assert QgsApplication.taskManager().tasks()
        plugin.unload()
        wait_for(lambda: not QgsApplication.taskManager().tasks(), 10)
    assert not tasks.TASKS


def shown():
    layers = QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if isinstance(layer, QgsRasterLayer)]


def done(loading):
    return lambda: not loading.running


def test_scenes_come_onto_the_map_and_nothing_is_said_when_all_is_well(
    loading, iface, wait_for, tmp_path
):
    folders = [scenes.scene(tmp_path / name) for name in ("a", "b")]
    told = []
    loading.progressed.connect(lambda percent, text: told.append((percent, text)))
    loading.load(folders)
    wait_for(done(loading))
    assert len(shown()) == 2
    assert not iface.messages()
    assert told[-1][0] == -1
    assert all("map" in text for _, text in told[:-1])


def test_what_is_asked_for_meanwhile_waits_its_turn(loading, wait_for, tmp_path):
    for name in ("a", "b", "c"):
        loading.load([scenes.scene(tmp_path / name)])
    wait_for(done(loading))
    assert len(shown()) == 3


def test_numbers_that_look_wrong_are_told_when_the_scene_is_loaded(
    loading, iface, wait_for, tmp_path
):
    folder = scenes.scene(tmp_path / scenes.TITLE, {"B02": -0.09, "B03": -0.08, "B04": -0.09})
    loading.load([folder])
    wait_for(done(loading))
    assert len(shown()) == 1
    (text,) = iface.messages()
    assert "Reflectance may be 0.1 too low" in text


def test_the_composition_and_the_stretch_are_chosen_in_the_dock(loading, wait_for, tmp_path):
    plugin = loading.parent()
    plugin.show_dock(True)
    combo = find(plugin.dock, "spComposition", QComboBox)
    combo.setCurrentIndex(combo.findData("near_infrared"))
    combo.activated.emit(combo.currentIndex())
    folder = scenes.scene(tmp_path / "a", {"B03": 0.06, "B04": 0.05, "B08": 0.3})
    loading.load([folder])
    wait_for(done(loading))
    find(plugin.dock, "spPercentiles", QCheckBox).click()
    loading.load([folder])
    wait_for(done(loading))
    first, second = sorted(shown(), key=reddest, reverse=True)
    assert [layer.name() for layer in (first, second)] == ["2024-06-12 S2A 31TEL near infrared"] * 2
    assert reddest(first) == pytest.approx(0.45)
    assert reddest(second) == pytest.approx(0.3)
    kept = settings.load()
    assert (kept.preset, kept.percentiles) == ("near_infrared", True)


def reddest(layer):
    """The number that is drawn as full red."""
    return layer.renderer().redContrastEnhancement().maximumValue()


def test_an_image_without_a_pixel_is_told(loading, iface, wait_for, tmp_path):
    nothing = scenes.write(tmp_path / "nothing.tif", np.zeros((8, 8), np.uint16), 10)
    file = gdal.Open(str(nothing), gdal.GA_Update)
    file.GetRasterBand(1).SetNoDataValue(0)
    del file
    loading.load([nothing])
    wait_for(done(loading))
    assert len(shown()) == 1
    (text,) = iface.messages()
    assert "every pixel is no-data" in text


def test_the_window_answers_between_two_layers_that_are_ready_at_once(
    loading, wait_for, tmp_path, monkeypatch
):
    (look,) = rasters.looks(scenes.scene(tmp_path / "a"))

    def at_once(task):
        for _ in range(3):
            task.looked.emit(look)

    monkeypatch.setattr(LoadTask, "work", at_once)
    happened = []
    QgsProject.instance().layersAdded.connect(lambda layers: happened.append("layer"))
    clock = QTimer()
    clock.timeout.connect(lambda: happened.append("window"))
    clock.start(0)
    loading.load([tmp_path])
    wait_for(done(loading))
    clock.stop()
    assert happened.count("layer") == 3
    first = happened.index("layer")
    assert "window" in happened[first : len(happened) - happened[::-1].index("layer")]


def test_scenes_that_fail_are_named_and_the_others_are_shown(loading, iface, wait_for, tmp_path):
    good = scenes.scene(tmp_path / "good")
    loading.load([*(tmp_path / f"gone{n}" for n in range(3)), good])
    wait_for(done(loading))
    assert len(shown()) == 1
    (text,) = iface.messages()
    assert "gone0" in text
    assert "gone1" in text
    assert "1 more" in text


def test_a_stop_forgets_what_waits(loading, wait_for, tmp_path):
    loading.load([scenes.scene(tmp_path / str(n)) for n in range(5)])
    loading.load([scenes.scene(tmp_path / "later")])
    loading.stop()
    wait_for(done(loading))
    assert len(shown()) < 6


def test_the_right_click_joins_what_is_on_the_disk_of_a_date(
    loading, iface, project, wait_for, tmp_path
):
    folder = tmp_path / "downloads"
    found = Scenes()
    for tile, west in (("31TFJ", 600000), ("31TGJ", 601200), ("31TEJ", 0)):
        root = products.sentinel2(folder / "unpacked", tile=tile, west=west)
        if west:
            products.zipped(root).replace(folder / f"{root.stem}.zip")
        told = {"platform": "sentinel-2a", "grid:code": f"MGRS-{tile}", "sat:relative_orbit": 51}
        ring = [[3.0, 44.0], [4.0, 44.0], [4.0, 45.0], [3.0, 44.0]]
        found.extend(
            [
                Product(
                    "sample",
                    root.stem,
                    "sentinel-2-l2a",
                    root.stem,
                    geometry={"type": "Polygon", "coordinates": [ring]},
                    datetime=parse_time("2024-06-15T10:50:31Z"),
                    properties=told,
                )
            ]
        )
    store = footprints.FootprintStore(tmp_path / "found.gpkg")
    store.create()
    store.write(range(len(found)), found, None)
    store.close()
    layer = footprints.open_layer(tmp_path / "found.gpkg", "Found")
    project.addMapLayer(layer)
    settings.save(replace(settings.load(), folder=str(folder), preset="true_colour"))
    iface.setActiveLayer(layer)
    menu = iface.context_menu(layer)
    next(a for a in menu if a.objectName() == "spMosaicAction").trigger()
    wait_for(done(loading))
    (mosaic,) = shown()
    assert mosaic.name() == "2024-06-15 S2A true colour"
    assert mosaic.extent().width() == 2 * products.SIDE
    (text,) = iface.messages()
    assert "Not on the disk yet" in text
    assert "T31TEJ" in text


MAKERS = {
    "safe zip": products.MAKERS["safe zip"],
    "theia": products.muscate,
    "landsat": products.landsat,
    "radar": products.sentinel1,
    "complex radar": products.sentinel1_complex,
    "olci": products.olci,
    "gas": products.sentinel5p,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_the_main_thread_only_makes_the_layer(kind, project, tmp_path):
    (look,) = rasters.looks(MAKERS[kind](tmp_path))
    spent = []
    for _ in range(3):
        before = time.thread_time()
        rasters.add([rasters.layer_of(look)], project)
        spent.append(time.thread_time() - before)
    assert min(spent) < 0.05
