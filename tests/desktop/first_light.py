"""The plugin's main story: an area, a search, footprints, the right click, a download, a raster.

Nobody but the hand touches the plugin here: every step is a click, a drag or a key. Only the
background map is put there by code, because a bare QGIS has none.
"""

import json
import os
import sys

sys.path.insert(0, os.environ["STORY_FOLDER"])  # QGIS runs this text without a file name

import driver
from driver import OUT, check, click, drawn, find, in_tree, on_canvas, say, shot
from qgis.core import QgsProject
from qgis.utils import iface
from steps import (
    answer_sheet,
    choose_folder,
    draw_rectangle,
    footprints,
    from_menu,
    loaded_button,
    open_dock,
    rasters,
    tick_only,
    type_date,
    world,
)

FILES = OUT / "images"
PROJECT = OUT / "project.qgz"
SAMPLES = ("sample", "sample_archive")


def story():
    yield from world()
    yield drawn()

    yield from open_dock()
    shot("1-dock")

    yield from type_date("spStart", 2024, 6, 1)
    yield from type_date("spEnd", 2024, 9, 30)
    yield from tick_only(SAMPLES)

    yield from draw_rectangle(2.6, 45.95, 3.95, 45.4)
    say("area:", find("spAreaLabel").text())
    shot("2-area")

    click(find("spSearchButton"))
    yield lambda: footprints() is not None and find("spSearchButton").isEnabled()
    yield drawn()
    yield 700
    layer = footprints()
    found = layer.featureCount()
    check(found >= 5, f"{found} scenes are on the map")
    shot("3-footprints")

    iface.setActiveLayer(layer)
    click(in_tree(layer))
    yield 300
    iface.actionSelect().trigger()
    yield 200
    click(on_canvas(3.9, 45.9))
    yield 400
    click(on_canvas(2.2, 45.9), keys=("shift",))
    yield lambda: layer.selectedFeatureCount() >= 2
    yield 500
    chosen = layer.selectedFeatureCount()
    shot("4-selection")

    yield from from_menu(layer, "spDownloadAction", "4-menu")
    yield from choose_folder(FILES)
    yield from answer_sheet("4-sheet")
    yield lambda: loaded_button() is not None
    yield 400
    shot("5-downloaded")
    files = sorted(p for p in FILES.rglob("*") if p.is_file() and p.suffix in (".tif", ".jp2"))
    check(len(files) >= chosen, f"{len(files)} files are on the disk")
    check(not list(FILES.rglob("*.part")), "nothing is left half done")

    click(loaded_button())
    yield lambda: len(rasters()) >= chosen
    yield drawn()
    yield 1500
    shot("6-loaded")
    check(all(r.isValid() for r in rasters()), "the rasters are valid")
    tree = [node.layerId() for node in QgsProject.instance().layerTreeRoot().findLayers()]
    above = tree.index(rasters()[0].id()) < tree.index(layer.id())
    check(above, "the rasters lie above the footprints")

    yield from from_menu(layer, "spQuicklookAction")
    yield lambda: len(rasters()) > chosen
    yield drawn()
    yield 800
    shot("7-quicklooks")

    QgsProject.instance().write(str(PROJECT))
    iface.newProject(False)
    yield 500
    check(footprints() is None, "the new project is empty")
    QgsProject.instance().read(str(PROJECT))
    yield lambda: footprints() is not None
    yield drawn()
    layer = footprints()
    check(layer.featureCount() == found, "the reopened project has its footprints")
    yield from from_menu(layer, "spZoomAction")
    yield drawn()
    yield 600
    shot("8-reopened")

    told = {
        "scenes": found,
        "downloaded": chosen,
        "files": len(files),
        "bytes": sum(p.stat().st_size for p in files),
    }
    (OUT / "told.json").write_text(json.dumps(told))
    say(told)


if os.environ.get("STORY_OUT"):
    driver.play(story)
