import numpy as np
import pytest
from osgeo import gdal

from sentinel_portals import formats
from sentinel_portals.analysis import indices
from sentinel_portals.analysis.indices import INDICES, evaluate, names_in
from sentinel_portals.core.errors import Cancelled, QueryError, UnreadableFile
from sentinel_portals.formats.presets import PRESETS
from sentinel_portals.tests.formats import products, scenes

R = {key: np.array(value) for key, value in products.REFLECTANCE.items()}


def scene_of(path):
    (scene,) = formats.read(path)
    return scene


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("(B08 - B04) / (B08 + B04)", 0.8),
        (INDICES["evi"].formula, 2.5 * 0.32 / (0.36 + 0.24 - 0.375 + 1)),
        (INDICES["savi"].formula, 1.5 * 0.32 / 0.90),
        (INDICES["msavi"].formula, (1.72 - (1.72**2 - 8 * 0.32) ** 0.5) / 2),
        ("-B04 + 2 ** 3", 7.96),
        ("sqrt(B08)", 0.6),
    ],
)
def test_a_formula_is_computed_as_it_is_written(formula, expected):
    assert evaluate(formula, R) == pytest.approx(expected)


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "B04 +",
        "__import__('os').system('true')",
        "B04.__class__",
        "(lambda: 1)()",
        "[x for x in B04]",
        "'text' * 9",
        "True + B04",
        "sqrt(B04, B03)",
        "open(B04)",
        "B04 if B03 else B02",
        "B04 @ B03",
        "(" * 300 + "B04" + ")" * 300,
    ],
)
def test_nothing_but_a_formula_is_let_in(formula):
    with pytest.raises(QueryError, match="cannot be understood"):
        names_in(formula)


def test_the_bands_of_a_formula_are_found_in_their_order():
    assert names_in("sqrt(B08) - B04 * B08 + 2") == ("B08", "B04")


def test_where_a_divisor_is_not_positive_there_is_no_index():
    values = {"B08": np.array([0.3, -0.1, 0.0]), "B04": np.array([0.1, 0.05, 0.0])}
    found = evaluate(INDICES["ndvi"].formula, values)
    assert found[0] == pytest.approx(0.5)
    assert np.isnan(found[1:]).all()


def test_what_is_drawn_and_what_is_computed_have_the_same_bands():
    for preset in PRESETS.values():
        if preset.kind == "ramp" and preset.channels[0].function == "normalised difference":
            channel = preset.channels[0]
            first, second = channel.bands[0], channel.second[0]
            formula = INDICES[preset.id].formula
            assert formula == f"({first} - {second}) / ({first} + {second})"
            index = INDICES[preset.id]
            assert (index.low, index.high, index.ramp) == (channel.low, channel.high, preset.ramp)


# --- images ----------------------------------------------------------------------------------


def written(path):
    file = gdal.Open(str(path))
    return file, file.ReadAsArray()


@pytest.mark.parametrize(
    ("kind", "nir"),
    [
        ("safe l2a", "B08"),
        ("safe l1c", "B08"),
        ("safe l2a before 04.00", "B08"),
        ("safe zip", "B08"),
        ("aws", "B08"),
        ("theia l2a", "B08"),
        ("theia l3a", "B08"),
        ("landsat tar", "B8A"),
    ],
)
def test_the_index_heeds_each_products_offset_and_no_data(kind, nir, tmp_path):
    scene = scene_of(products.MAKERS[kind](tmp_path))
    out = indices.write(scene, INDICES["ndvi"].formula, tmp_path / "ndvi.tif", title="NDVI")
    file, values = written(out)
    a, b = R[nir], R["B04"]
    assert values[-1, -1] == pytest.approx((a - b) / (a + b), abs=3e-4)
    assert np.isnan(values[0, 0])
    assert file.GetMetadataItem("FORMULA") == INDICES["ndvi"].formula
    assert file.GetRasterBand(1).GetDescription() == "NDVI"


def test_bands_are_read_at_the_resolution_that_all_of_them_have(tmp_path):
    """B04 exists at 10 and at 20 m: for a formula with B11 it is read at 20."""
    scene = scene_of(products.sentinel2(tmp_path))
    chosen = indices.serving(scene, "B04 + B11")
    assert [band.gsd for band in chosen.values()] == [20, 20]
    file, _ = written(indices.write(scene, INDICES["ndmi"].formula, tmp_path / "x.tif"))
    assert file.GetGeoTransform()[1] == 20


def test_clouds_and_shadows_are_left_out_when_wished(tmp_path):
    scene = scene_of(products.sentinel2(tmp_path))
    _, values = written(
        indices.write(scene, INDICES["ndvi"].formula, tmp_path / "x.tif", masked=True)
    )
    row = values[30, 5::10]  # in the middle of each class
    clear = [number for number, value in enumerate(row) if np.isfinite(value)]
    assert clear == [2, 4, 5, 6, 7, 11]


def test_theias_and_landsats_masks_serve_as_well(tmp_path):
    theia = scene_of(products.muscate(tmp_path))
    _, values = written(indices.write(theia, "B04 / B03", tmp_path / "x.tif", masked=True))
    assert np.isfinite(values[50, 7::15]).tolist() == [True] + [False] * 7
    landsat = scene_of(products.landsat(tmp_path))
    _, values = written(indices.write(landsat, "B04 / B03", tmp_path / "y.tif", masked=True))
    clear = np.isfinite(values[30, 2::5])
    assert clear.tolist() == [shown in (2, 3, 6) for shown in products.QA.values()]


def test_a_radar_index_is_computed_from_power_not_from_decibels(tmp_path):
    scene = scene_of(products.sentinel1(tmp_path))
    _, values = written(indices.write(scene, INDICES["rvi"].formula, tmp_path / "x.tif"))
    vv, vh = (10 ** (products.DECIBELS[key] / 10) for key in ("VV", "VH"))
    assert np.nanmedian(values) == pytest.approx(4 * vh / (vv + vh), rel=0.03)


def test_what_is_missing_or_unexplained_is_named(tmp_path):
    scene = scene_of(products.sentinel2(tmp_path, lacks=("B12",)))
    with pytest.raises(UnreadableFile, match="B12"):
        indices.write(scene, INDICES["nbr"].formula, tmp_path / "x.tif")
    guessed = scene_of(products.earth_engine(tmp_path / "e.tif"))
    with pytest.raises(UnreadableFile, match="Nobody says"):
        indices.write(guessed, INDICES["ndvi"].formula, tmp_path / "x.tif")
    assert not (tmp_path / "x.tif").exists()


def test_a_cancelled_index_leaves_nothing(tmp_path):
    scene = scene_of(scenes.scene(tmp_path / "cogs"))
    with pytest.raises(Cancelled):
        indices.write(scene, "B04", tmp_path / "x.tif", going_on=lambda share: False)
    assert not list(tmp_path.glob("x.tif*"))
