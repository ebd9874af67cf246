import shutil

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsDateTimeRange,
    QgsLayerTreeModel,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsRaster,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.gui import QgsLayerTreeView
from qgis.PyQt.QtCore import QDateTime, QSize, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QApplication

from sentinel_portals.bridge import moved, rasters
from sentinel_portals.core.errors import UnreadableFile
from sentinel_portals.formats.presets import PRESETS
from sentinel_portals.tests.formats import products, scenes


@pytest.fixture
def folder(tmp_path):
    return scenes.scene(tmp_path / scenes.TITLE)


def at(layer, column, row, size=10):
    """What QGIS says of the middle of a pixel."""
    point = QgsPointXY(scenes.WEST + (column + 0.5) * size, scenes.NORTH - (row + 0.5) * size)
    found = layer.dataProvider().identify(point, QgsRaster.IdentifyFormat.IdentifyFormatValue)
    return found.results()


def render(layers, size=120):
    """The picture of these layers in their own place."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(layers[0].crs())
    settings.setExtent(layers[0].extent())
    settings.setOutputSize(QSize(size, size))
    settings.setBackgroundColor(QColor(255, 0, 255))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def colour(image, column, row, size=10):
    return QColor(image.pixel(column * size + size // 2, row * size + size // 2)).getRgb()[:3]


def test_qgis_shows_reflectance_and_not_the_stored_numbers(folder):
    (layer,) = rasters.load_scene(folder)
    assert at(layer, 5, 5) == pytest.approx({1: 0.04, 2: 0.08, 3: 0.05})
    assert at(layer, 0, 0) == {1: None, 2: None, 3: None}


def test_the_true_colour_is_stretched_the_same_for_every_date(folder):
    (layer,) = rasters.load_scene(folder)
    renderer = layer.renderer()
    for enhancement in (
        renderer.redContrastEnhancement(),
        renderer.greenContrastEnhancement(),
        renderer.blueContrastEnhancement(),
    ):
        assert (enhancement.minimumValue(), enhancement.maximumValue()) == (0, 0.30)
    picture = render([layer])
    assert colour(picture, 5, 5) == pytest.approx((34, 68, 42.5), abs=1.5)


def test_no_data_is_transparent(folder):
    (layer,) = rasters.load_scene(folder)
    assert colour(render([layer]), 0, 0) == (255, 0, 255)


def test_a_reflectance_of_exactly_zero_is_seen(folder):
    """QGIS does not scale the no-data value: with 0 it would hide stored 1000, which is 0.0."""
    numbers = scenes.stored(0.0, (12, 12))
    scenes.write(folder / "B04.tif", numbers, 10)
    (layer,) = rasters.load_scene(folder)
    assert at(layer, 5, 5)[1] == pytest.approx(0.0)
    assert at(layer, 0, 0)[1] is None
    assert colour(render([layer]), 5, 5)[1] == pytest.approx(68, abs=1.5)
    assert colour(render([layer]), 0, 0) == (255, 0, 255)


def test_mixed_resolutions_make_one_layer(folder):
    (layer,) = rasters.load_scene(folder, "agriculture")
    assert (layer.width(), layer.height(), layer.bandCount()) == (12, 12, 3)
    assert at(layer, 7, 7) == pytest.approx({1: 0.20, 2: 0.36, 3: 0.05})


def test_the_layer_lies_where_gdal_says_to_a_pixel(folder):
    (layer,) = rasters.load_scene(folder)
    extent = layer.extent()
    assert (extent.xMinimum(), extent.yMaximum()) == (scenes.WEST, scenes.NORTH)
    assert (extent.width(), extent.height()) == (120, 120)
    assert layer.crs() == QgsCoordinateReferenceSystem("EPSG:32631")


def test_a_classification_has_its_twelve_classes(folder):
    (layer,) = rasters.load_scene(folder, "scl")
    classes = layer.renderer().classes()
    assert [c.value for c in classes] == list(range(12))
    assert classes[4].label == "Vegetation"
    picture = render([layer])
    assert colour(picture, 4, 0, 20) == QColor("#00a000").getRgb()[:3]
    assert colour(picture, 0, 0, 20) == (255, 0, 255)


def test_a_ready_made_picture_keeps_its_colours(folder):
    (layer,) = rasters.load_scene(folder, "visual")
    assert colour(render([layer]), 6, 6) == (10, 20, 30)


def test_each_band_by_itself_is_a_layer_each(folder):
    layers = rasters.load_scene(folder, "single")
    assert [layer.name().split()[-1] for layer in layers] == [
        "B02",
        "B03",
        "B04",
        "B08",
        "B11",
        "classification",
        "picture",
    ]
    assert layers[4].rasterUnitsPerPixelX() == 20
    assert at(layers[3], 5, 5) == pytest.approx({1: 0.36})


def test_some_bands_by_any_of_their_names(folder):
    layers = rasters.load_scene(folder, "single", ["red", "B08_10m"])
    assert [layer.bandName(1) for layer in layers] == ["Band 1: B04", "Band 1: B08"]


def test_all_bands_in_one_layer_show_true_colour(folder):
    (layer,) = rasters.load_scene(folder, "all")
    renderer = layer.renderer()
    assert layer.bandCount() == 9
    assert (renderer.redBand(), renderer.greenBand(), renderer.blueBand()) == (3, 2, 1)
    assert at(layer, 5, 5)[4] == pytest.approx(0.36)


def test_bands_that_were_not_downloaded_are_named(folder):
    with pytest.raises(UnreadableFile, match="B12"):
        rasters.load_scene(folder, "single", ["B12"])


def test_a_preset_without_its_bands_shows_the_next_best_under_its_own_name(tmp_path):
    folder = scenes.scene(tmp_path / "x", {"B02": 0.05, "B03": 0.08, "B04": 0.04}, extra=False)
    (layer,) = rasters.load_scene(folder, "agriculture")
    assert layer.name() == "2024-06-12 S2A 31TEL true colour"


def test_the_layer_says_whose_data_it_is(folder):
    (layer,) = rasters.load_scene(folder)
    credit = "Contains modified Copernicus Sentinel data 2024"
    server = layer.serverProperties()
    owner = server if hasattr(server, "attribution") else layer
    assert owner.attribution() == credit
    about = layer.metadata()
    assert about.rights() == [credit]
    assert about.licenses() == ["proprietary"]
    assert "Sample portal" in about.abstract()
    assert about.identifier() == scenes.TITLE


def test_an_attribution_that_has_its_year_is_left_as_it_is(tmp_path):
    said = "Contains modified Copernicus Sentinel data 2023, processed by ESA"
    assert (
        rasters.attribution({"properties": {"attribution": said, "datetime": "2024-01-01"}}) == said
    )


def test_the_temporal_controller_knows_when_it_was_seen(folder):
    (layer,) = rasters.load_scene(folder)
    temporal = layer.temporalProperties()
    assert temporal.isActive()

    def day(text):
        first = QDateTime.fromString(f"{text}T00:00:00Z", Qt.DateFormat.ISODate)
        return QgsDateTimeRange(first, first.addDays(1))

    assert temporal.isVisibleInTemporalRange(day("2024-06-12"))
    assert not temporal.isVisibleInTemporalRange(day("2024-06-13"))


def test_an_item_without_time_still_loads(tmp_path):
    folder = scenes.scene(tmp_path / "x", datetime="yesterday")
    (layer,) = rasters.load_scene(folder)
    assert not layer.temporalProperties().isActive()


def test_a_folder_without_item_is_named_after_itself(tmp_path):
    folder = scenes.scene(tmp_path / "My bands", item=False)
    (layer,) = rasters.load_scene(folder)
    assert layer.name() == "My bands true colour"


def test_a_folder_that_cannot_be_written_still_loads(folder, monkeypatch, tmp_path):
    from sentinel_portals.core.errors import StorageError
    from sentinel_portals.formats import stack

    write = stack.stack

    def refuse(bands, out, heed):
        if folder in out.parents:
            raise StorageError("read-only")
        return write(bands, out, heed)

    monkeypatch.setattr(stack, "stack", refuse)
    (layer,) = rasters.load_scene(folder)
    assert at(layer, 5, 5)[1] == pytest.approx(0.04)


# --- the layer tree --------------------------------------------------------------------------


def tree(node):
    """Names of groups and layers, groups with their children."""
    return [
        (child.name(), tree(child)) if hasattr(child, "findGroups") else child.name()
        for child in node.children()
    ]


@pytest.fixture
def footprints(project):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "footprints", "memory")
    base = QgsVectorLayer("Point?crs=EPSG:4326", "base map", "memory")
    project.addMapLayer(base)
    project.addMapLayer(layer, False)
    project.layerTreeRoot().insertLayer(0, layer)
    return layer


def test_layers_go_into_the_group_of_their_acquisition_above_the_footprints(
    folder, project, footprints
):
    rasters.add(rasters.load_scene(folder), project, footprints)
    rasters.add(rasters.load_scene(folder, "scl"), project, footprints)
    assert tree(project.layerTreeRoot()) == [
        (
            "2024-06-12 S2A 31TEL",
            ["2024-06-12 S2A 31TEL scene classification", "2024-06-12 S2A 31TEL true colour"],
        ),
        "footprints",
        "base map",
    ]


def test_the_group_is_inserted_where_the_footprints_are(folder, project, footprints):
    root = project.layerTreeRoot()
    home = root.addGroup("search")
    node = root.findLayer(footprints.id())
    home.addChildNode(node.clone())
    root.removeChildNode(node)
    rasters.add(rasters.load_scene(folder), project, footprints)
    assert tree(root)[-1][1][0][0] == "2024-06-12 S2A 31TEL"


def test_of_many_bands_only_the_first_is_drawn_and_no_legend_is_unfolded(folder, project):
    group = rasters.add(rasters.load_scene(folder, "single"), project)
    assert [node.isVisible() for node in group.findLayers()] == [True] + [False] * 6
    assert not any(node.isExpanded() for node in group.findLayers())
    assert group.isExpanded()


def test_what_is_asked_for_later_is_drawn_above_what_was_there(folder, project):
    rasters.add(rasters.load_scene(folder), project)
    group = rasters.add(rasters.load_scene(folder, "ndvi"), project)
    assert [node.name().split()[-1] for node in group.findLayers()] == ["vegetation", "colour"]
    assert all(node.isVisible() for node in group.findLayers())


def test_slices_of_one_passage_are_drawn_both(project, tmp_path):
    homes = [products.olci(tmp_path / name, west=west) for name, west in (("a", 10), ("b", 11))]
    (first,), (second,) = (rasters.load_scene(home) for home in homes)
    group = rasters.add([first, second], project)
    assert [node.isVisible() for node in group.findLayers()] == [True, True]


def test_every_group_of_an_acquisition_is_open(project, tmp_path):
    view = QgsLayerTreeView()
    model = QgsLayerTreeModel(project.layerTreeRoot())
    view.setModel(model)
    view.show()
    for day in range(10, 14):
        made = scenes.scene(tmp_path / str(day), datetime=f"2024-06-{day}T10:36:31Z")
        rasters.add(rasters.load_scene(made), project)
        QApplication.processEvents()
    groups = project.layerTreeRoot().findGroups()
    assert [view.isExpanded(view.node2index(group)) for group in groups] == [True] * 4


def test_quicklooks_share_one_group(folder, project, footprints):
    for _ in range(2):
        rasters.add(rasters.load_scene(folder), project, footprints, "Quicklooks")
    (group, *_), names = tree(project.layerTreeRoot()), ["2024-06-12 S2A 31TEL true colour"]
    assert group == ("Quicklooks", names * 2)


def test_project_and_folders_can_be_moved_together(folder, project, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    shutil.move(folder, home / folder.name)
    rasters.add(rasters.load_scene(home / folder.name), project)
    assert project.write(str(home / "project.qgz"))
    project.clear()
    shutil.move(home, tmp_path / "elsewhere")
    assert project.read(str(tmp_path / "elsewhere" / "project.qgz"))
    (layer,) = project.mapLayers().values()
    assert at(layer, 5, 5)[1] == pytest.approx(0.04)
    assert layer.renderer().redContrastEnhancement().maximumValue() == pytest.approx(0.3)


@pytest.mark.parametrize("make", [products.sentinel2, products.sentinel1, products.olci])
def test_project_and_archives_can_be_moved_together(make, project, tmp_path):
    home = tmp_path / "home"
    root = make(home / "unpacked")
    products.zipped(root).rename(home / "product & more.zip")
    shutil.rmtree(home / "unpacked")
    (layer,) = rasters.load_scene(home / "product & more.zip")
    rasters.add([layer], project)
    before = render([layer])
    assert project.write(str(home / "project.qgz"))
    project.clear()
    shutil.move(home, tmp_path / "elsewhere")
    project.layersAdded.connect(moved.adopt)
    try:
        assert project.read(str(tmp_path / "elsewhere" / "project.qgz"))
    finally:
        project.layersAdded.disconnect(moved.adopt)
    (layer,) = project.mapLayers().values()
    assert layer.isValid()
    assert render([layer]) == before
    assert "elsewhere" in layer.source()


# --- menus -----------------------------------------------------------------------------------


def test_every_preset_is_in_the_menu_by_name():
    listed = rasters.presets()
    assert [name for name, _ in listed] == list(PRESETS)
    assert all(title for _, title in listed)


def test_a_placed_quicklook_is_a_layer(tmp_path):
    from sentinel_portals.core.model import Product
    from sentinel_portals.formats.quicklook import georeference
    from sentinel_portals.tests.formats.test_quicklook import picture

    product = Product(
        "sample",
        "x",
        "sentinel-2-l2a",
        scenes.TITLE,
        properties={"platform": "sentinel-2a", "grid:code": "MGRS-31TEL"},
    )
    layer = rasters.quicklook_layer(georeference(picture(tmp_path / "ql.png"), product), product)
    assert layer.name() == "S2A 31TEL quicklook"
    assert layer.extent().width() == 109800
    assert isinstance(layer, QgsRasterLayer)
    assert QgsProject.instance().mapLayer(layer.id()) is None
