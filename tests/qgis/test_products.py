"""Products of every format as QGIS shows them: values, places, looks."""

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsPointXY, QgsRaster

from sentinel_portals import formats
from sentinel_portals.bridge import legend, rasters
from sentinel_portals.formats.presets import LEGENDS, PRESETS
from sentinel_portals.tests.formats import products, scenes
from sentinel_portals.tests.qgis.test_rasters import colour, render

EXPLAINED = sorted(set(products.MAKERS) - {"earth engine"})
R = products.REFLECTANCE


def at(layer, x, y):
    """What QGIS identifies, metres from the upper left corner."""
    extent = layer.extent()
    point = QgsPointXY(extent.xMinimum() + x, extent.yMaximum() - y)
    return (
        layer.dataProvider().identify(point, QgsRaster.IdentifyFormat.IdentifyFormatValue).results()
    )


@pytest.mark.parametrize("kind", EXPLAINED)
def test_qgis_identifies_the_known_reflectances(kind, tmp_path):
    layer = rasters.load_scene(products.MAKERS[kind](tmp_path))[0]
    found = at(layer, 905, 905)
    assert list(found.values()) == pytest.approx([R["B04"], R["B03"], R["B02"]], abs=1.5e-5)
    assert list(at(layer, 15, 15).values()) == [None] * 3
    assert colour(render([layer], 120), 9, 9) == pytest.approx((34, 68, 42.5), abs=1.5)


@pytest.mark.parametrize("kind", EXPLAINED)
def test_gdal_and_qgis_agree_on_the_place_to_a_pixel(kind, tmp_path):
    path = products.MAKERS[kind](tmp_path)
    band = next(b for b in formats.open_product(path) if b.key == "B04")
    west, dx, _, north, _, dy = gdal.Open(str(band.path)).GetGeoTransform()
    extent = rasters.load_scene(path)[0].extent()
    assert (extent.xMinimum(), extent.yMaximum()) == (west, north)
    assert (extent.width(), extent.height()) == (products.SIDE, products.SIDE)
    assert dx == -dy


INDICES = {
    "ndvi": ("B08", "B04"),
    "gndvi": ("B08", "B03"),
    "ndre": ("B08", "B05"),
    "ndmi": ("B8A", "B11"),
    "ndwi": ("B03", "B08"),
    "mndwi": ("B03", "B11"),
    "nbr": ("B8A", "B12"),
    "ndsi": ("B03", "B11"),
}


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("kind", ["safe l2a", "safe l1c", "safe zip"])
def test_an_index_is_right_while_it_is_drawn(index, kind, tmp_path):
    a, b = (R[key] for key in INDICES[index])
    (layer,) = rasters.load_scene(products.MAKERS[kind](tmp_path), index)
    assert at(layer, 905, 905)[1] == pytest.approx((a - b) / (a + b), abs=2e-5)
    assert at(layer, 15, 15)[1] is None
    assert colour(render([layer], 120), 0, 0) == (255, 0, 255)


FORMULAS = {
    "evi": lambda n, r, b, s: 2.5 * (n - r) / (n + 6 * r - 7.5 * b + 1),
    "evi2": lambda n, r, b, s: 2.5 * (n - r) / (n + 2.4 * r + 1),
    "savi": lambda n, r, b, s: 1.5 * (n - r) / (n + r + 0.5),
    "msavi": lambda n, r, b, s: (2 * n + 1 - ((2 * n + 1) ** 2 - 8 * (n - r)) ** 0.5) / 2,
    "bsi": lambda n, r, b, s: ((s + r) - (n + b)) / ((s + r) + (n + b)),
}


@pytest.mark.parametrize("index", FORMULAS)
@pytest.mark.parametrize("kind", ["safe l2a", "safe l1c", "safe zip"])
def test_an_index_of_several_terms_is_right_while_it_is_drawn(index, kind, tmp_path):
    n, r, b, s = (R[key] for key in ("B08", "B04", "B02", "B11"))
    (layer,) = rasters.load_scene(products.MAKERS[kind](tmp_path), index)
    assert at(layer, 905, 905)[1] == pytest.approx(FORMULAS[index](n, r, b, s), abs=1e-4)
    assert at(layer, 15, 15)[1] is None
    assert colour(render([layer], 120), 0, 0) == (255, 0, 255)


@pytest.mark.parametrize("make", [products.sentinel1, products.sentinel1_complex])
def test_an_index_of_radar_is_one_of_powers(make, tmp_path):
    vv, vh = 10**-0.8, 10**-1.5
    root = make(tmp_path)
    for index, expected in (("rvi", 4 * vh / (vv + vh)), ("vh_vv", vh / vv)):
        (layer,) = rasters.load_scene(root, index)
        extent = layer.extent()
        found = at(layer, extent.width() / 2, extent.height() / 2)[1]
        assert found == pytest.approx(expected, rel=0.02)


def test_every_index_of_the_menu_is_tested():
    made = {p.id: p.channels[0].function for p in PRESETS.values() if p.kind == "ramp"}
    assert set(INDICES) == {name for name, how in made.items() if how == "normalised difference"}
    formulas = {name for name, how in made.items() if how in ("ratio", "root")}
    assert formulas == {*FORMULAS, "rvi", "vh_vv"}


def test_ndvi_of_landsat_and_of_theia(tmp_path):
    for maker, nir in ((products.landsat, "B8A"), (products.muscate, "B08")):
        (layer,) = rasters.load_scene(maker(tmp_path), "ndvi")
        expected = (R[nir] - R["B04"]) / (R[nir] + R["B04"])
        assert at(layer, 905, 905)[1] == pytest.approx(expected, abs=2e-4)


def test_a_sum_that_is_not_positive_has_no_index(tmp_path):
    """After the offset a reflectance can be negative."""
    folder = scenes.scene(tmp_path / "x", {"B04": -0.02, "B08": 0.01}, extra=False)
    (layer,) = rasters.load_scene(folder, "ndvi")
    assert at(layer, 55, 55)[1] is None


def test_radar_is_drawn_in_decibels(tmp_path):
    root = products.sentinel1(tmp_path)
    (layer,) = rasters.load_scene(root)
    extent = layer.extent()
    found = list(at(layer, extent.width() / 2, extent.height() / 2).values())
    assert found == pytest.approx([-8, -15, 7], abs=0.1)
    assert at(layer, 1, 1)[1] is None
    red, green, blue = colour(render([layer], 120), 6, 6)
    assert (red, green, blue) == pytest.approx((153, 133.5, 109.3), abs=4)
    (vv,) = rasters.load_scene(root, "vv")
    assert vv.name().endswith("S1A VV")
    assert vv.crs().authid() == "EPSG:32632"


@pytest.mark.parametrize(
    ("maker", "preset", "name"),
    [
        (products.muscate, "mask", "clm"),
        (products.landsat, "mask", "qa"),
        (products.sentinel2, "scl", "scl"),
        (products.snow, "snow", "snow"),
        (products.oso, "land_cover", "oso"),
    ],
)
def test_a_mask_is_a_layer_of_named_classes(maker, preset, name, tmp_path):
    (layer,) = rasters.load_scene(maker(tmp_path), preset)
    shown = layer.renderer().classes()
    assert [c.value for c in shown] == [value for value, _, _ in LEGENDS[name]]
    assert [c.label for c in shown] == [title for _, title, _ in legend.classes(name)]


def test_every_class_and_every_composition_has_a_translated_name():
    for name in LEGENDS:
        assert all(title for _, title, _ in legend.classes(name))
    assert list(legend.preset_titles()) == list(PRESETS)


def test_what_is_clear_is_transparent(tmp_path):
    (layer,) = rasters.load_scene(products.muscate(tmp_path), "mask")
    picture = render([layer], 120)
    assert colour(picture, 0, 5) == (255, 0, 255)
    assert colour(picture, 2, 5) == (255, 255, 255)


def test_a_stretch_by_percentiles_is_a_choice(tmp_path):
    values = np.tile(np.linspace(1000, 2000, 120).astype(np.uint16), (120, 1))
    folder = scenes.scene(tmp_path / "x", extra=False)
    for key in ("B02", "B03", "B04"):
        scenes.write(folder / f"{key}.tif", values, 10)
    (layer,) = rasters.load_scene(folder, percentiles=True)
    red = layer.renderer().redContrastEnhancement()
    assert red.minimumValue() == pytest.approx(0.002, abs=0.002)
    assert red.maximumValue() == pytest.approx(0.098, abs=0.002)


def test_each_band_by_itself_is_there_once_at_its_finest(tmp_path):
    layers = rasters.load_scene(products.sentinel2(tmp_path), "single")
    names = [layer.name().split()[-1] for layer in layers]
    assert names.count("B04") == 1
    assert len(layers) == 15


def test_layers_of_a_zip_lie_beside_it_and_nothing_is_unpacked(tmp_path):
    path = products.MAKERS["safe zip"](tmp_path)
    (layer,) = rasters.load_scene(path)
    assert layer.name() == "2024-06-15 S2A 31TFJ true colour"
    made = [p.name for p in path.parent.iterdir()]
    assert sorted(name.rpartition(".")[2] for name in made) == ["SAFE", "vrt", "zip"]


@pytest.mark.parametrize(
    ("maker", "title"),
    [
        (products.sentinel2, "2024-06-15 S2A 31TFJ"),
        (products.muscate, "2024-06-15 S2A 31TFJ"),
        (products.sentinel1, "2024-06-14 S1A"),
        (products.landsat, "2024-06-15 L8 196/029"),
    ],
)
def test_every_acquisition_has_its_group_its_time_and_its_credit(maker, title, tmp_path, project):
    layers = rasters.load_scene(maker(tmp_path))
    group = rasters.add(layers, project)
    assert group.name() == title
    assert layers[0].temporalProperties().isActive()
    credit = layers[0].metadata().rights()[0]
    assert "Copernicus Sentinel data 2024" in credit or credit.startswith("Landsat-8 image")


# --- doubt -----------------------------------------------------------------------------------


def test_an_offset_that_was_applied_already_is_said(tmp_path):
    """Earth Search: the record says -0.1, the numbers are harmonised."""
    folder = scenes.scene(tmp_path / "x", {"B02": -0.08, "B03": 0.0, "B04": 0.1}, extra=False)
    (layer,) = rasters.load_scene(folder)
    said = layer.customProperty(rasters.DOUBT)
    assert "B02" in said
    assert said in layer.metadata().abstract()


def test_dark_water_alone_raises_no_doubt(tmp_path):
    folder = scenes.scene(tmp_path / "x", {"B02": 0.02, "B03": 0.0, "B04": -0.02}, extra=False)
    (layer,) = rasters.load_scene(folder)
    assert layer.customProperty(rasters.DOUBT) is None


def test_no_offset_no_doubt(tmp_path):
    (layer,) = rasters.load_scene(products.sentinel2(tmp_path, baseline="02.14"))
    assert layer.customProperty(rasters.DOUBT) is None


def test_a_cloud_over_a_snow_fraction_is_no_snow(tmp_path):
    path = tmp_path / "LIS_S2-SNOW-FSC_T31TDH_20170704T185934_1-10_01.tif"
    percent = np.full((60, 60), 100, np.uint8)
    percent[:, 20:40], percent[:, 40:] = 205, 255
    (layer,) = rasters.load_scene(products.image(path, [percent], 20), "snow_fraction")
    picture = render([layer], 60)
    assert colour(picture, 10, 30, 1) == (255, 255, 255)
    assert colour(picture, 30, 30, 1) == (140, 140, 140)
    assert colour(picture, 50, 30, 1) == (255, 0, 255)
    items = layer.renderer().shader().rasterShaderFunction().colorRampItemList()
    assert items[-1].label == "Cloud"


def test_what_we_made_of_a_product_is_not_taken_for_an_image_of_it(tmp_path):
    products.olci(tmp_path)
    for _ in range(2):
        layers = rasters.load_scene(tmp_path, "single")
        assert len(layers) == 4


# --- sensor geometry -------------------------------------------------------------------------

SWATHS = {
    "olci": (products.olci, (60.0, 70.0, 80.0)),
    "olci zip": (lambda home: products.zipped(products.olci(home)), (60.0, 70.0, 80.0)),
    "slstr": (products.slstr, (10.0, 60.0, 100.0)),
    "slstr lst": (products.slstr_lst, (300.0,)),
    "syn": (products.syn, (0.04, 0.08, 0.05)),
    "gas": (products.sentinel5p, (5e-5,)),
    "radar": (products.sentinel1, (-8, -15, 7)),
    "radar cog": (lambda home: products.sentinel1(home, cog=True), (-8, -15, 7)),
    "complex radar": (products.sentinel1_complex, (-8, -15, 7)),
}


@pytest.mark.parametrize("kind", SWATHS)
def test_qgis_identifies_the_known_numbers_of_a_swath(kind, tmp_path):
    make, values = SWATHS[kind]
    (layer,) = rasters.load_scene(make(tmp_path))
    extent = layer.extent()
    found = at(layer, 0.4 * extent.width(), 0.5 * extent.height())
    assert list(found.values()) == pytest.approx(list(values), rel=1e-5, abs=0.1 * (values[0] < 0))
    assert set(at(layer, extent.width() / 1000, extent.height() / 1000).values()) == {None}
    picture = render([layer], 120)
    assert colour(picture, 0, 0) == (255, 0, 255), "nothing around the swath"
    assert colour(picture, 5, 6) != (255, 0, 255)


@pytest.mark.parametrize("kind", SWATHS)
def test_gdal_and_qgis_agree_on_the_place_of_a_swath(kind, tmp_path):
    (layer,) = rasters.load_scene(SWATHS[kind][0](tmp_path))
    file = gdal.Open(layer.source())
    west, dx, _, north, _, dy = file.GetGeoTransform()
    extent = layer.extent()
    assert (extent.xMinimum(), extent.yMaximum()) == pytest.approx((west, north), rel=1e-12)
    assert extent.xMaximum() == pytest.approx(west + dx * file.RasterXSize, rel=1e-9)
    assert extent.yMinimum() == pytest.approx(north + dy * file.RasterYSize, rel=1e-9)
    assert layer.crs().authid() == f"EPSG:{file.GetSpatialRef().GetAuthorityCode(None)}"


def test_a_layer_of_a_swath_says_when_and_whose_it_is(tmp_path):
    (layer,) = rasters.load_scene(products.olci(tmp_path))
    assert layer.name() == "2024-06-15 S3A R279 true colour of Sentinel-3 OLCI"
    assert layer.temporalProperties().isActive()
    assert "Copernicus Sentinel data" in layer.metadata().rights()[0]
