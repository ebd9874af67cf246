import json
import shutil

import numpy as np
import pytest
from osgeo import gdal, osr

from sentinel_portals.core.errors import StorageError, UnreadableFile
from sentinel_portals.formats import cog, presets, sentinel1
from sentinel_portals.formats.images import Band
from sentinel_portals.formats.stack import marker, stack
from sentinel_portals.tests.formats import cogs, products, scenes


@pytest.fixture
def folder(tmp_path):
    return scenes.scene(tmp_path / scenes.TITLE)


def by_key(bands):
    return {band.key: band for band in bands}


def change_asset(folder, key, **facts):
    path = folder / f"{scenes.TITLE}.json"
    item = json.loads(path.read_text("utf-8"))
    asset = item["assets"][key]
    for name, value in facts.items():
        name = name.replace("__", ":")
        asset.pop(name, None)
        if value is not None:
            asset[name] = value
    path.write_text(json.dumps(item), "utf-8")


def change_properties(folder, **facts):
    path = folder / f"{scenes.TITLE}.json"
    item = json.loads(path.read_text("utf-8"))
    item["properties"].update({k.replace("__", ":"): v for k, v in facts.items()})
    path.write_text(json.dumps(item), "utf-8")


def test_a_folder_is_one_scene_with_its_item_and_without_its_thumbnail(folder):
    (found,) = cog.read(folder)
    assert found.title == scenes.TITLE
    assert found.item["properties"]["platform"] == "sentinel-2a"
    assert [b.key for b in found.bands] == [
        "B02",
        "B03",
        "B04",
        "B08",
        "B11",
        "SCL",
        "TCI",
        "TCI",
        "TCI",
    ]


def test_bands_carry_esas_names_and_what_the_item_says_of_their_numbers(folder):
    red = by_key(cog.bands_of(folder))["B04"]
    assert (red.scale, red.offset, red.nodata) == (0.0001, -0.1, 0)
    assert (red.gsd, red.dtype, red.band) == (10, "UInt16", 1)


def test_a_folder_of_folders_is_many_scenes(tmp_path):
    for name in ("one", "two"):
        scenes.scene(tmp_path / name)
    (tmp_path / "empty").mkdir()
    assert [s.folder.name for s in cog.read(tmp_path)] == ["one", "two"]


def test_a_file_of_a_scene_brings_its_item_along(folder):
    (found,) = cog.read([folder / "B04.tif", folder / "B08.tif"])
    assert [(b.key, b.offset) for b in found.bands] == [("B04", -0.1), ("B08", -0.1)]
    assert found.item["id"] == scenes.TITLE


def test_a_folder_named_beside_one_of_its_files_is_taken_whole(folder):
    (found,) = cog.read([folder / "B04.tif", folder / f"{scenes.TITLE}.json"])
    assert len(found.bands) == 9


def test_the_words_of_stac_1_1_are_understood(folder):
    change_asset(folder, "red", raster__bands=None, raster__scale=0.5, raster__offset=2, nodata=7)
    red = by_key(cog.bands_of(folder))["B04"]
    assert (red.scale, red.offset, red.nodata) == (0.5, 2, 7)


def test_what_stac_1_1_says_of_a_band_comes_before_what_it_says_of_the_file(folder):
    change_asset(folder, "visual", nodata=0, bands=[{"nodata": 1}, {}, {"nodata": 3}])
    assert [b.nodata for b in cog.bands_of(folder / "TCI.tif")] == [1, 0, 3]


def test_without_any_word_the_files_own_scale_counts(folder):
    change_asset(folder, "scl", raster__bands=None)
    file = gdal.Open(str(folder / "SCL.tif"), gdal.GA_Update)
    file.GetRasterBand(1).SetScale(0.5)
    file.GetRasterBand(1).SetNoDataValue(9)
    del file
    scl = by_key(cog.bands_of(folder))["SCL"]
    assert (scl.scale, scl.offset, scl.nodata) == (0.5, 0, 9)


@pytest.mark.parametrize(("baseline", "offset"), [("05.10", -0.1), ("04.00", -0.1), ("03.01", 0.0)])
def test_where_nobody_says_a_word_sentinel2s_baseline_tells(folder, baseline, offset):
    change_asset(folder, "red", raster__bands=None)
    change_properties(folder, s2__processing_baseline=baseline, datetime="2018-01-01T00:00:00Z")
    red = by_key(cog.bands_of(folder))["B04"]
    assert (red.scale, red.offset, red.nodata) == (0.0001, offset, 0)


def test_a_classification_is_never_scaled_by_a_baseline(folder):
    scl = by_key(cog.bands_of(folder))["SCL"]
    assert not scl.calibrated


def test_loose_files_are_named_by_their_names(tmp_path):
    for name in ("T31TEL_20240612T103631_B04_10m.tif", "B8A.tif", "vv.tif"):
        scenes.write(tmp_path / name, np.ones((4, 4), np.uint16), 10)
    (found,) = cog.read(tmp_path)
    assert [b.key for b in found.bands] == ["B8A", "B04", "VV"]
    assert found.item == {}
    assert not any(b.calibrated for b in found.bands)


def test_loose_files_in_a_folder_with_a_products_name_know_their_baseline(tmp_path):
    folder = scenes.scene(tmp_path / f"{scenes.TITLE}.SAFE" / "R10m", item=False)
    assert by_key(cog.bands_of(folder))["B04"].offset == -0.1


def test_what_is_not_there_is_said_with_its_name(tmp_path):
    with pytest.raises(UnreadableFile, match="nowhere does not exist"):
        cog.read(tmp_path / "nowhere")
    with pytest.raises(UnreadableFile, match="no image with bands"):
        cog.read(tmp_path)


def test_a_damaged_file_is_said_with_its_name(folder):
    (folder / "B04.tif").write_bytes(b"II*\0 and then nothing")
    with pytest.raises(UnreadableFile, match=r"B04\.tif"):
        cog.read(folder)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"type": "Feature"}', '{"type": "FeatureCollection"}']
)
def test_a_json_that_is_no_item_does_not_disturb(folder, text):
    (folder / "a.json").write_text(text, "utf-8")
    assert len(cog.read(folder)) == 1


# --- stacks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["vrt", "tif"])
def test_a_stack_keeps_numbers_names_nodata_scale_and_offset(folder, tmp_path, ending):
    bands = by_key(cog.bands_of(folder))
    out = stack([bands["B11"], bands["B08"], bands["B04"]], tmp_path / f"stack.{ending}")
    file = gdal.Open(str(out))
    assert [file.GetRasterBand(n).GetDescription() for n in (1, 2, 3)] == ["B11", "B08", "B04"]
    assert [file.GetRasterBand(n).GetNoDataValue() for n in (1, 2, 3)] == [65535] * 3
    assert file.GetRasterBand(3).ReadAsArray()[5, 5] == 1400
    swir, nir, red = scenes.values(out)
    assert np.isnan(red[0, 0])
    assert red[5, 5] == pytest.approx(0.04)
    assert nir[5, 5] == pytest.approx(0.36)
    assert swir[5, 5] == pytest.approx(0.20)


def test_the_ndvi_of_a_stack_is_the_known_one(folder, tmp_path):
    bands = by_key(cog.bands_of(folder))
    red, nir = scenes.values(stack([bands["B04"], bands["B08"]], tmp_path / "stack.vrt"))
    ndvi = (nir - red) / (nir + red)
    assert np.nanmin(ndvi) == pytest.approx(0.8)
    assert np.nanmax(ndvi) == pytest.approx(0.8)
    assert np.isnan(ndvi).sum() == 1


def test_a_coarser_band_lies_where_it_should_pixel_by_pixel(folder, tmp_path):
    scenes.write(folder / "B11.tif", np.arange(1, 37, dtype=np.uint16).reshape(6, 6), 20)
    bands = by_key(cog.bands_of(folder))
    out = stack([bands["B04"], bands["B11"]], tmp_path / "stack.vrt")
    file = gdal.Open(str(out))
    assert (file.RasterXSize, file.RasterYSize) == (12, 12)
    assert file.GetGeoTransform() == (scenes.WEST, 10, 0, scenes.NORTH, 0, -10)
    twice = np.kron(np.arange(1, 37).reshape(6, 6), np.ones((2, 2)))
    np.testing.assert_array_equal(file.GetRasterBand(2).ReadAsArray(), twice)


def test_bands_of_different_windows_make_one_image_that_holds_both(folder, tmp_path):
    scenes.write(
        folder / "B04.tif",
        np.full((4, 4), 1400, np.uint16),
        10,
        west=scenes.WEST + 40,
        north=scenes.NORTH - 20,
    )
    bands = by_key(cog.bands_of(folder))
    red, nir = scenes.values(stack([bands["B04"], bands["B08"]], tmp_path / "stack.vrt"))
    assert red.shape == nir.shape == (12, 12)
    assert np.isfinite(red).sum() == 16
    assert np.isfinite(red[2:6, 4:8]).all()


def test_a_folder_with_its_vrt_can_be_moved(folder, tmp_path):
    bands = by_key(cog.bands_of(folder))
    stack([bands["B04"]], folder / "red.vrt")
    moved = tmp_path / "elsewhere"
    shutil.move(folder, moved)
    (red,) = scenes.values(moved / "red.vrt")
    assert red[5, 5] == pytest.approx(0.04)


def test_a_stack_can_be_read_again(folder, tmp_path):
    bands = by_key(cog.bands_of(folder))
    out = stack([bands["B04"], bands["B08"]], tmp_path / "elsewhere" / "stack.tif")
    assert [(b.key, b.offset) for b in cog.bands_of(out)] == [("B04", -0.1), ("B08", -0.1)]


@pytest.mark.parametrize(
    ("dtype", "nodata", "scale", "offset", "expected"),
    [
        ("UInt16", 0, 1e-4, -0.1, 65535),  # 1000 would show as 0, which is no data to QGIS
        ("UInt16", 0, 1e-4, 0.0, 0),
        ("UInt16", 0, 2.75e-5, -0.2, 0),  # Landsat: no stored number shows as exactly 0
        ("Int16", -10000, 1e-4, 0.0, -10000),  # MAJA
        ("Int16", 0, 1e-4, -0.1, -32768),
        ("Byte", 0, 1.0, 0.0, 0),
        ("UInt16", None, 1e-4, -0.1, None),
        ("Float32", 0, 1e-4, -0.1, 0),
    ],
)
def test_no_data_is_marked_by_what_no_value_shows_as(dtype, nodata, scale, offset, expected):
    band = Band("x", None, 1, 10, nodata, scale, offset, "", dtype)
    assert marker(band) == expected


def test_radar_images_are_laid_onto_the_map_and_can_be_joined(tmp_path):
    world = osr.SpatialReference()
    world.ImportFromEPSG(4326)
    for key in ("vv", "vh"):
        file = gdal.GetDriverByName("GTiff").Create(str(tmp_path / f"{key}.tif"), 8, 6)
        corners = [(0, 0, 3, 46), (8, 0, 4, 46.2), (8, 6, 3.9, 45), (0, 6, 2.9, 44.8)]
        points = [gdal.GCP(x, y, 0, column, row) for column, row, x, y in corners]
        file.SetGCPs(points, world.ExportToWkt())
        file.GetRasterBand(1).Fill(7)
        del file
    for ending in ("vrt", "tif"):
        made = gdal.Open(str(stack(cog.bands_of(tmp_path), tmp_path / "made" / f"both.{ending}")))
        middle = made.ReadAsArray()[:, made.RasterYSize // 2, made.RasterXSize // 2]
        assert list(middle) == [7, 7]
        assert made.GetSpatialRef().GetAuthorityCode(None) == "32631"
        assert made.GetRasterBand(1).GetDescription() == "VH"


def radar_item(folder, images, collection):
    """The files with an item beside them, as a download leaves them."""
    folder.mkdir(exist_ok=True)
    for key, image in images.items():
        shutil.copy(image, folder / f"{key}.tiff")
    assets = {key: {"href": f"{key}.tiff", "roles": ["data"]} for key in images}
    told = {"type": "Feature", "id": "S1A", "properties": {}, "assets": assets}
    (folder / "S1A.json").write_text(json.dumps({**told, "collection": collection}))
    return folder


def test_ground_range_images_with_an_item_are_shown_in_decibels(tmp_path):
    safe = products.sentinel1(tmp_path / "x", cog=True)
    images = {path.name[11:13]: path for path in (safe / "measurement").iterdir()}
    folder = radar_item(tmp_path / "set", images, "sentinel-1-grd")
    bands = cog.bands_of(folder)
    chosen = presets.choose(bands)
    assert (chosen.preset.id, bool(chosen.stretch)) == ("radar", True)
    shown = gdal.Open(str(stack(chosen.bands, tmp_path / "radar.vrt")))
    middle = shown.ReadAsArray()[:, shown.RasterYSize // 2, shown.RasterXSize // 2]
    off = 20 * np.log10(products.AMPLITUDE / sentinel1.TYPICAL)  # no calibration table is there
    assert middle == pytest.approx([-8 + off, -15 + off, 7], abs=0.1)


def test_terrain_corrected_radar_with_an_item_is_shown_in_decibels(tmp_path):
    folder = radar_item(tmp_path / "set", cogs.radar(tmp_path / "x"), "sentinel-1-rtc")
    shown = gdal.Open(str(stack(cog.bands_of(folder), tmp_path / "radar.vrt"))).ReadAsArray()
    assert shown[:, 500, 500] == pytest.approx([-8, -15], abs=0.01)
    assert np.isnan(shown[:, 5, 500]).all()


def test_radar_of_which_no_item_says_what_it_is_keeps_its_numbers(tmp_path):
    folder = radar_item(tmp_path / "set", cogs.radar(tmp_path / "x"), "others-radar")
    assert not any(band.known for band in cog.bands_of(folder))


def test_bands_of_two_zones_are_not_mixed(folder, tmp_path):
    scenes.write(folder / "B08.tif", np.ones((12, 12), np.uint16), 10, epsg=32630)
    bands = by_key(cog.bands_of(folder))
    with pytest.raises(UnreadableFile, match="another coordinate system"):
        stack([bands["B04"], bands["B08"]], tmp_path / "stack.vrt")


def test_a_geotiff_of_bands_of_many_kinds_keeps_what_is_nothing(folder, tmp_path):
    shown = scenes.values(stack(cog.bands_of(folder), tmp_path / "all.tif"))
    assert len(shown) == 9
    assert np.isnan(shown[2][0, 0])
    assert shown[2][5, 5] == pytest.approx(0.04)
    assert np.isnan(shown[5]).sum() == 12  # three coarse pixels of class 0
    assert [shown[n][0, 0] for n in (6, 7, 8)] == [10, 20, 30]


def test_whole_numbers_and_floats_in_one_geotiff(folder, tmp_path):
    classes = gdal.Open(str(folder / "SCL.tif")).ReadAsArray().astype(np.float32)
    scenes.write(folder / "SCL.tif", classes, 20)
    bands = cog.bands_of([folder / "B04.tif", folder / "SCL.tif"])
    red, classes = scenes.values(stack(bands, tmp_path / "both.tif"))
    assert red[5, 5] == pytest.approx(0.04)
    assert np.isnan(red[0, 0])
    assert classes[0, 2] == 1


def test_a_place_that_cannot_be_written_is_a_storage_error(folder, tmp_path):
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(StorageError):
        stack(cog.bands_of(folder)[:1], tmp_path / "file" / "stack.vrt")


def test_gdals_own_setting_is_left_as_it_was(folder):
    before = gdal.GetUseExceptions()
    cog.read(folder)
    with pytest.raises(UnreadableFile):
        cog.read(folder / "nothing.tif")
    assert gdal.GetUseExceptions() == before
