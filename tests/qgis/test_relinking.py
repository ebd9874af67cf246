"""bridge/relinking.py and ui/relinking.py: layers whose files were moved are found again."""

import shutil
from contextlib import suppress
from dataclasses import replace

import pytest
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtWidgets import QPushButton

from sentinel_portals.bridge import preflight, rasters, relinking, settings
from sentinel_portals.core.download import Fetched, write_item
from sentinel_portals.core.model import Asset
from sentinel_portals.tests.core.making import product
from sentinel_portals.tests.formats import products
from sentinel_portals.tests.qgis.conftest import settle
from sentinel_portals.tests.qgis.plugged import click, find, plugged

NAME = "S2A_MSIL2A_20240615T105031_N0510_R051_T31TFJ_20240615T170000"


@pytest.fixture
def places(tmp_path):
    """Where the scenes are, and where they will be; the plugin is told of both."""
    before = settings.load()
    with suppress(FileNotFoundError):
        (settings.home() / preflight.FILE).unlink()
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    settings.save(replace(settings.load(), folder=str(old), folders=(str(new),)))
    yield old, new
    settings.save(before)


@pytest.fixture
def plugin(iface):
    with plugged(iface) as plugin:
        yield plugin


def downloaded(folder):
    """Three bands with their STAC item, as a download leaves them."""
    home = folder / NAME
    assets, files = {}, []
    for key, value in (("B04", 400), ("B03", 800), ("B02", 500)):
        path = products.image(home / f"{key}.tif", [products.filled(value, 10)], 10)
        assets[key] = Asset(key, f"https://testland.test/{key}.tif", roles=("data",))
        files.append(Fetched(key, path, path.stat().st_size))
    return write_item(home, product("testland", NAME, assets=assets), files)


def saved(project, source, path, preset="true_colour"):
    """A project with the layers of a scene, saved and closed."""
    layers = rasters.load_scene([source], preset)
    rasters.add(layers, project)
    assert project.write(str(path))
    project.clear()
    return len(layers)


def layers(project):
    return list(project.mapLayers().values())


def said(iface):
    return " | ".join(item.text() for item in iface.messageBar().items())


def look(iface, wait_for, words):
    """Clicks the button of the notice, and waits for what it says then."""
    wait_for(lambda: "not where they were" in said(iface))
    click(find(iface.messageBar(), "spRelinkButton", QPushButton))
    wait_for(lambda: words in said(iface))


def test_a_moved_scene_is_found_again_with_its_style(plugin, iface, project, places, wait_for):
    old, new = places
    item = downloaded(old)
    path = new.parent / "map.qgs"
    saved(project, item, path)
    (new / "better").mkdir()
    shutil.move(str(item.parent), str(new / "better"))
    assert project.read(str(path))
    (layer,) = layers(project)
    assert not layer.isValid()
    look(iface, wait_for, "1 layer found again.")
    assert layer.isValid()
    assert str(new / "better") in layer.source()
    assert layer.renderer().type() == "multibandcolor"
    assert layer.renderer().redContrastEnhancement().maximumValue() == pytest.approx(0.3)
    assert project.isDirty()
    assert relinking.lost(project) == []


def test_a_product_whose_composition_stayed_behind_gets_a_new_one(
    plugin, iface, project, places, wait_for
):
    old, new = places
    safe = products.sentinel2(old)
    path = new.parent / "map.qgs"
    saved(project, safe, path)
    shutil.move(str(safe), str(new))
    for left in old.glob("*.vrt"):
        left.unlink()
    assert project.read(str(path))
    look(iface, wait_for, "1 layer found again.")
    (layer,) = layers(project)
    assert layer.isValid()
    assert layer.source().startswith(str(new))


def test_what_is_nowhere_is_told_with_a_way_to_the_folders(
    plugin, iface, project, places, wait_for
):
    old, new = places
    item = downloaded(old)
    path = new.parent / "map.qgs"
    saved(project, item, path)
    shutil.rmtree(item.parent)
    assert project.read(str(path))
    look(iface, wait_for, "Not found: 1 layer.")
    assert find(iface.messageBar(), "spRelinkFolders", QPushButton).isVisible()


def test_a_project_whose_files_are_there_is_opened_in_silence(plugin, iface, project, places):
    old, new = places
    path = new.parent / "map.qgs"
    saved(project, downloaded(old), path)
    assert project.read(str(path))
    settle()
    assert all(layer.isValid() for layer in layers(project))
    assert said(iface) == ""


def test_other_peoples_lost_layers_are_left_alone(plugin, iface, project, places, tmp_path):
    old, new = places
    image = products.image(old / "mine.tif", [products.filled(1, 10)], 10)
    project.addMapLayer(QgsRasterLayer(str(image), "mine"))
    assert project.write(str(new / "map.qgs"))
    project.clear()
    image.unlink()
    assert project.read(str(new / "map.qgs"))
    settle()
    assert not layers(project)[0].isValid()
    assert relinking.lost(QgsProject.instance()) == []
    assert said(iface) == ""
