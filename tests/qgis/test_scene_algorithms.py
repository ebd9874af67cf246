# ruff: noqa: F811 - fixtures are imported by name
"""bandextract, index, mosaic, seasons and load, on products of many kinds."""

from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import QgsProcessingException, QgsProcessingUtils, QgsRasterLayer

from sentinel_portals.analysis.indices import INDICES
from sentinel_portals.tests.formats import products, scenes
from sentinel_portals.tests.qgis.test_algorithms import (  # noqa: F401
    Feedback,
    provider,
    run,
)
from sentinel_portals.tests.qgis.test_products import at

R = products.REFLECTANCE


def made(folder):
    return sorted(path.name for path in folder.iterdir())


def loaded(run, title):
    """The layer that Processing would add to the project, dressed."""
    context = run.context
    found = {
        details.name: (path, details)
        for path, details in context.layersToLoadOnCompletion().items()
    }
    path, details = found[title]
    layer = QgsProcessingUtils.mapLayerFromString(path, context)
    details.postProcessor().postProcessLayer(layer, context, Feedback())
    return layer


# --- bandextract -----------------------------------------------------------------------------


def test_bands_come_out_of_a_zip_with_their_numbers_and_what_they_mean(run, tmp_path):
    source = products.MAKERS["safe zip"](tmp_path)
    feedback = Feedback()
    run(
        "bandextract",
        feedback,
        INPUT=[str(source)],
        BANDS="red,B11,SCL,B77",
        OUTPUT=str(tmp_path / "out"),
    )
    title = "S2A_MSIL2A_20240615T105031_N0510_R051_T31TFJ_20240615T170000"
    assert made(tmp_path / "out") == [f"{title}.{key}.tif" for key in ("B04", "B11", "SCL")]
    layer = QgsRasterLayer(str(tmp_path / "out" / f"{title}.B11.tif"))
    assert at(layer, 905, 905)[1] == pytest.approx(R["B11"])
    assert layer.rasterUnitsPerPixelX() == 20
    assert any("B77" in line for line in feedback.warned)


def test_without_names_every_band_comes_out_once(run, tmp_path):
    run(
        "bandextract",
        INPUT=[str(products.muscate(tmp_path))],
        OUTPUT=str(tmp_path / "out"),
        LOAD=False,
    )
    assert len(made(tmp_path / "out")) == 2 * len(products.MUSCATE_BANDS) + 2
    assert not run.context.layersToLoadOnCompletion()


# --- index -----------------------------------------------------------------------------------


def test_an_index_of_many_scenes_shows_its_formula(run, tmp_path):
    sources = [products.MAKERS[k](tmp_path / k) for k in ("safe l2a", "theia zip", "landsat tar")]
    feedback = Feedback()
    run("index", feedback, INPUT=[str(s) for s in sources], OUTPUT=str(tmp_path / "out"))
    assert "NDVI = (B08 - B04) / (B08 + B04)" in feedback.said
    files = sorted((tmp_path / "out").glob("*.ndvi.tif"))
    assert len(files) == 3
    for path in files:
        nir = "B8A" if path.name.startswith("LC") else "B08"
        expected = (R[nir] - R["B04"]) / (R[nir] + R["B04"])
        assert at(QgsRasterLayer(str(path)), 905, 905)[1] == pytest.approx(expected, abs=3e-4)
    layer = loaded(run, "2024-06-15 S2A 31TFJ NDVI, vegetation")
    assert layer.renderer().type() == "singlebandpseudocolor"
    assert layer.temporalProperties().isActive()


def test_a_formula_of_ones_own(run, tmp_path):
    source = products.sentinel2(tmp_path)
    run("index", INPUT=[str(source)], FORMULA="B08 / B04", MASK=True, OUTPUT=str(tmp_path / "out"))
    (path,) = (tmp_path / "out").iterdir()
    layer = QgsRasterLayer(str(path))
    assert at(layer, 905, 905)[1] == pytest.approx(9, rel=1e-5)
    assert at(layer, 905, 305)[1] is None  # SCL 9, cloud
    with pytest.raises(QgsProcessingException, match="formula"):
        run("index", INPUT=[str(source)], FORMULA="B08 /", OUTPUT=str(tmp_path / "out"))


def test_every_index_stands_in_the_help_with_its_formula(provider):
    text = provider.algorithm("index").shortHelpString()
    for index in INDICES.values():
        assert f"{index.title} = {index.formula}" in text


def test_a_doubtful_offset_is_said_before_the_index_is_computed(run, tmp_path):
    folder = scenes.scene(tmp_path / "x", {"B02": -0.08, "B04": 0.04, "B08": 0.4}, extra=False)
    feedback = Feedback()
    run("index", feedback, INPUT=[str(folder)], OUTPUT=str(tmp_path / "out"))
    assert any("probably applied" in line for line in feedback.warned)


# --- mosaic ----------------------------------------------------------------------------------


def test_the_tiles_of_each_date_make_one_image(run, tmp_path):
    home = tmp_path / "area"
    products.sentinel2(home)
    products.sentinel2(home, tile="31TGJ", west=products.WEST + products.SIDE)
    scenes.scene(home / "other day")
    run("mosaic", INPUT=[str(home)], STYLE="near_infrared", OUTPUT=str(tmp_path / "out"))
    whole = [name for name in made(tmp_path / "out") if name.count(".") == 2]
    assert whole == [f"2024-06-{day} S2A.near_infrared.vrt" for day in ("12", "15")]
    layer = loaded(run, "2024-06-15 S2A near infrared")
    assert layer.width() == 240
    assert at(layer, 1905, 905) == pytest.approx({1: R["B08"], 2: R["B04"], 3: R["B03"]})
    assert layer.renderer().redContrastEnhancement().maximumValue() == pytest.approx(0.45)
    assert "Copernicus" in layer.metadata().rights()[0]


# --- seasons ---------------------------------------------------------------------------------


def dated(home, day, nir):
    scenes.scene(home, {"B04": 0.04, "B08": nir}, extra=False, datetime=f"{day}T10:36:31Z")
    return next(home.glob("*.json"))


@pytest.mark.parametrize("ending", ["vrt", "tif"])
def test_three_dates_of_ndvi_become_three_colours(run, ending, tmp_path):
    dates = {
        "BLUE": dated(tmp_path / "1", "2018-11-20", 0.04),
        "GREEN": dated(tmp_path / "2", "2019-01-20", 0.12),
        "RED": dated(tmp_path / "3", "2019-04-20", 0.36),
    }
    out = tmp_path / f"seasons.{ending}"
    run("seasons", **{name: str(path) for name, path in dates.items()}, OUTPUT=str(out))
    layer = QgsRasterLayer(str(out))
    assert at(layer, 55, 55) == pytest.approx({1: 0.8, 2: 0.5, 3: 0.0}, abs=1e-4)
    file = gdal.Open(str(out))
    assert file.GetRasterBand(3).GetDescription() == "NDVI 2018-11-20"


def test_a_date_without_infrared_is_said(run, tmp_path):
    good = dated(tmp_path / "1", "2018-11-20", 0.3)
    bad = scenes.scene(tmp_path / "2", {"B04": 0.04}, extra=False)
    item = next(Path(bad).glob("*.json"))
    with pytest.raises(QgsProcessingException, match="B08"):
        run(
            "seasons",
            BLUE=str(good),
            GREEN=str(item),
            RED=str(good),
            OUTPUT=str(tmp_path / "x.vrt"),
        )


# --- load ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["safe zip", "theia zip", "landsat tar"])
@pytest.mark.parametrize("ending", ["vrt", "tif"])
def test_an_archive_is_loaded_without_unpacking(run, kind, ending, tmp_path):
    out = tmp_path / f"image.{ending}"
    run("load", INPUT=[str(products.MAKERS[kind](tmp_path))], OUTPUT=str(out))
    found = at(QgsRasterLayer(str(out)), 905, 905)
    assert list(found.values()) == pytest.approx([R["B04"], R["B03"], R["B02"]], abs=1.5e-5)


def test_an_incomplete_product_is_loaded_with_a_warning(run, tmp_path):
    source = products.sentinel2(tmp_path, lacks=("B12",))
    feedback = Feedback()
    run("load", feedback, INPUT=[str(source)], OUTPUT=str(tmp_path / "x.vrt"))
    assert any("B12" in line for line in feedback.warned)
