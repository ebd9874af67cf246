import json

import numpy as np
import pytest
from osgeo import gdal, osr

from sentinel_portals.core.errors import QueryError
from sentinel_portals.formats import cog
from sentinel_portals.formats.clip import clip_scene, window
from sentinel_portals.formats.stack import stack
from sentinel_portals.tests.formats import scenes


def area(west, south, east, north, epsg=scenes.EPSG):
    """A rectangle in metres from the scene's corner (down is negative), as GeoJSON in degrees."""
    here, world = osr.SpatialReference(), osr.SpatialReference()
    here.ImportFromEPSG(epsg)
    world.ImportFromEPSG(4326)
    world.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    move = osr.CoordinateTransformation(here, world)
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    ring = [list(move.TransformPoint(scenes.WEST + x, scenes.NORTH + y)[:2]) for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def folder(tmp_path):
    folder = scenes.scene(tmp_path / "whole")
    numbers = np.arange(1001, 1145, dtype=np.uint16).reshape(12, 12)
    scenes.write(folder / "B04.tif", numbers, 10)
    return folder


def clipped(folder, where, target):
    files = sorted(p for p in folder.iterdir() if p.suffix != ".json")
    item = folder / f"{scenes.TITLE}.json"
    return {p.name: p for p in clip_scene(files, item, where, target)}


@pytest.mark.parametrize(
    ("rectangle", "expected"),
    [
        ((20, -60, 70, -30), (2, 3, 5, 3)),  # on the edges of pixels: not one pixel more
        ((21, -59, 69, -31), (2, 3, 5, 3)),
        ((19, -61, 71, -29), (1, 2, 7, 5)),
        ((-500, -500, 500, 500), (0, 0, 12, 12)),
        ((115, -5, 500, 500), (11, 0, 1, 1)),
        ((200, -60, 300, -30), ()),
    ],
)
def test_a_window_is_whole_pixels_that_hold_the_area(folder, rectangle, expected):
    assert window(folder / "B04.tif", area(*rectangle)) == expected


def test_each_band_is_cut_on_its_own_pixels_and_nothing_is_resampled(folder, tmp_path):
    made = clipped(folder, area(30, -60, 70, -30), tmp_path / "cut")
    red, swir = gdal.Open(str(made["B04.tif"])), gdal.Open(str(made["B11.tif"]))
    whole = gdal.Open(str(folder / "B04.tif")).ReadAsArray()
    np.testing.assert_array_equal(red.ReadAsArray(), whole[3:6, 3:7])
    assert red.GetGeoTransform()[:4:3] == (scenes.WEST + 30, scenes.NORTH - 30)
    assert swir.GetGeoTransform()[:4:3] == (scenes.WEST + 20, scenes.NORTH - 20)
    assert (swir.RasterXSize, swir.RasterYSize) == (3, 2)


def test_cut_bands_still_join_pixel_by_pixel(folder, tmp_path):
    clipped(folder, area(30, -60, 70, -30), tmp_path / "cut")
    bands = {b.key: b for b in cog.bands_of(tmp_path / "cut")}
    out = stack([bands["B04"], bands["B11"]], tmp_path / "stack.vrt")
    red, swir = scenes.values(out)
    assert red.shape == swir.shape == (4, 6)
    assert np.nanmin(red) == pytest.approx((1001 + 3 * 12 + 3 - 1000) / 1e4)
    assert np.isfinite(swir).all()
    assert np.isfinite(red).sum() == 12


def test_the_item_says_what_is_true_of_the_window(folder, tmp_path):
    place = folder / f"{scenes.TITLE}.json"
    item = json.loads(place.read_text("utf-8"))
    item["assets"]["red"].update({"file:size": 9, "proj:shape": [12, 12], "gsd": 10})
    place.write_text(json.dumps(item), "utf-8")
    where = area(30, -60, 70, -30)
    clipped(folder, where, tmp_path / "cut")
    told = json.loads((tmp_path / "cut" / place.name).read_text("utf-8"))
    assert told["assets"]["red"] == {
        "href": "./B04.tif",
        "roles": ["data"],
        "raster:bands": [scenes.REFLECTANCE],
        "gsd": 10,
    }
    west, south, east, north = told["properties"]["sentinel_portals:window"]
    assert west < east
    assert south < north
    assert json.loads(place.read_text("utf-8")) == item


def test_what_has_no_grid_is_kept_whole(folder, tmp_path):
    made = clipped(folder, area(30, -60, 70, -30), tmp_path / "cut")
    assert made["thumbnail.jpg"].read_bytes() == b"no picture"
    plain = gdal.GetDriverByName("GTiff").Create(str(folder / "radar.tif"), 3, 3)
    plain.FlushCache()
    assert window(folder / "radar.tif", area(0, -10, 10, 0)) is None


def test_a_jpeg_2000_becomes_a_geotiff_of_the_same_numbers(folder, tmp_path):
    driver = gdal.GetDriverByName("JP2OpenJPEG")
    if driver is None:
        pytest.skip("this GDAL writes no JPEG 2000")
    source = gdal.Open(str(folder / "B08.tif"))
    options = ["QUALITY=100", "REVERSIBLE=YES"]
    driver.CreateCopy(str(folder / "B09.jp2"), source, options=options).FlushCache()
    (made,) = clip_scene([folder / "B09.jp2"], None, area(30, -60, 70, -30), tmp_path / "cut")
    assert made.name == "B09.tif"
    assert gdal.Open(str(made)).ReadAsArray().tolist() == [[4600] * 4] * 3


def test_a_window_beside_the_scene_is_said_and_writes_nothing(folder, tmp_path):
    with pytest.raises(QueryError, match="outside of whole"):
        clipped(folder, area(5000, -60, 5100, -30), tmp_path / "cut")
    assert not list((tmp_path / "cut").glob("*.tif"))


def test_an_area_of_two_parts_is_cut_to_the_box_around_both(folder, tmp_path):
    one, other = area(0, -10, 10, 0), area(50, -60, 60, -50)
    both = {"type": "MultiPolygon", "coordinates": [one["coordinates"], other["coordinates"]]}
    assert window(folder / "B04.tif", both) == (0, 0, 6, 6)
