import numpy as np
import pytest
from osgeo import gdal

from sentinel_portals import formats
from sentinel_portals.analysis.mosaic import as_values, mosaic
from sentinel_portals.formats.presets import choose
from sentinel_portals.tests.formats import products, scenes


def bands_of(path, preset="true_colour"):
    return choose(formats.open_product(path), preset).bands


def two_tiles(home, **second):
    """Side by side: the right one begins where the left one ends."""
    left = products.sentinel2(home / "left")
    right = products.sentinel2(
        home / "right", tile="31TGJ", west=products.WEST + products.SIDE, **second
    )
    return left, right


def test_two_tiles_make_one_image_pixel_by_pixel(tmp_path):
    out = mosaic([bands_of(p) for p in two_tiles(tmp_path)], tmp_path / "made" / "both.vrt")
    file = gdal.Open(str(out))
    assert (file.RasterXSize, file.RasterYSize) == (240, 120)
    assert file.GetGeoTransform() == (products.WEST, 10, 0, products.NORTH, 0, -10)
    red, green, blue = scenes.values(out)
    for band, key in ((red, "B04"), (green, "B03"), (blue, "B02")):
        expected = products.REFLECTANCE[key]
        assert band[60, [30, 200]] == pytest.approx([expected] * 2)
    assert np.isnan(red[0, [0, 120]]).all()
    assert file.GetRasterBand(1).GetDescription() == "B04"


def test_where_one_tile_has_nothing_the_other_shows(tmp_path):
    """Both lie on the same place; one lacks its upper left corner."""
    path = products.sentinel2(tmp_path)
    bands = bands_of(path)
    whole = products.image(tmp_path / "B04.tif", [np.full((120, 120), 3000, np.uint16)], 10)
    other = [*bands]
    other = [type(b)(b.key, whole, 1, 10.0, 0.0, b.scale, b.offset, "", "UInt16") for b in bands]
    red, _, _ = scenes.values(mosaic([bands, other], tmp_path / "made.vrt"))
    assert red[0, 0] == pytest.approx(0.2)
    assert red[50, 50] == pytest.approx(0.04)


def test_tiles_of_two_baselines_show_the_same_reflectance(tmp_path):
    out = mosaic([bands_of(p) for p in two_tiles(tmp_path, baseline="02.14")], tmp_path / "x.vrt")
    red = scenes.values(out)[0]
    assert red[60, [30, 200]] == pytest.approx([0.04, 0.04])
    assert np.isnan(red[0, [0, 120]]).all()


def test_a_tile_of_another_zone_is_laid_beside(tmp_path):
    left = products.sentinel2(tmp_path)
    bands = bands_of(left)
    source = tmp_path / "far.tif"
    gdal.Warp(str(source), str(bands[0].path), dstSRS="EPSG:32632", xRes=10, yRes=10, dstNodata=0)
    far = [type(b)(b.key, source, 1, 10.0, 0.0, b.scale, b.offset, "", "UInt16") for b in bands]
    out = mosaic([bands, bands, far], tmp_path / "x.vrt")
    assert gdal.Open(str(out)).GetSpatialRef().GetAuthorityCode(None) == "32631"
    assert scenes.values(out)[0][60, 60] == pytest.approx(0.04)


@pytest.mark.parametrize("preset", ["ndvi", "scl", "agriculture"])
def test_indices_masks_and_mixed_resolutions_are_joined_as_well(preset, tmp_path):
    out = mosaic([bands_of(p, preset) for p in two_tiles(tmp_path)], tmp_path / "x.vrt")
    values = scenes.values(out)[0]
    left, right = values[:, : values.shape[1] // 2], values[:, values.shape[1] // 2 :]
    np.testing.assert_array_equal(left, right)
    assert np.isfinite(left[-1, -1])


def test_shown_values_keep_what_is_no_data():
    band = formats.images.Band("B04", "/x.tif", 1, 10, -10000, 1e-4, 0.0, "", "Int16")
    table = dict(as_values(band).lut)
    assert np.isnan(table[-10000])
    assert table[-9999] == pytest.approx(-0.9999)
    assert table[32767] == pytest.approx(3.2767)
