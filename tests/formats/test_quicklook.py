import shutil

import numpy as np
import pytest
from osgeo import gdal

from sentinel_portals.core.errors import UnreadableFile
from sentinel_portals.core.model import Asset, Product
from sentinel_portals.formats.quicklook import georeference, placement, square

S2 = {"platform": "sentinel-2a", "grid:code": "MGRS-31TEL"}
THUMBNAIL = {"thumbnail": Asset("thumbnail", "https://example.org/ql.jpg", roles=("thumbnail",))}


def picture(path, width=100, height=100):
    """Each quarter in a grey of its own: 40 and 90 above, 140 and 190 below."""
    array = np.zeros((height, width), np.uint8)
    for row in (0, 1):
        for column in (0, 1):
            rows = slice(row * height // 2, (row + 1) * height // 2)
            columns = slice(column * width // 2, (column + 1) * width // 2)
            array[rows, columns] = 40 + 50 * (2 * row + column)
    memory = gdal.GetDriverByName("MEM").Create("", width, height, 1, gdal.GDT_Byte)
    memory.GetRasterBand(1).WriteArray(array)
    gdal.GetDriverByName("PNG").CreateCopy(str(path), memory)
    return path


@pytest.fixture
def image(tmp_path):
    return picture(tmp_path / "ql.png")


def product(collection="sentinel-2-l2a", ring=None, properties=None, assets=THUMBNAIL):
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]} if ring else None
    return Product("p", "x", collection, "x", geometry, properties=properties or {}, assets=assets)


@pytest.mark.parametrize(
    ("tile", "epsg", "west", "north"),
    [
        ("31TCJ", 32631, 300000, 4900020),
        ("31TFJ", 32631, 600000, 4900020),
        ("31TEL", 32631, 499980, 5100000),
        ("20EPT", 32720, 600000, 3300040),  # Earth Search, S2B_T20EPT_20250731T131905_L2A
        ("24MVV", 32724, 399960, 9500020),  # Earth Search, S2B_T24MVV_20250731T130245_L2A
    ],
)
def test_the_square_of_a_tile_is_esas(tile, epsg, west, north):
    found = square(tile)
    assert (found[0], found[4]) == (epsg, north)
    assert found[3] - found[1] == found[4] - found[2] == 109800
    assert found[1] == west


@pytest.mark.parametrize("tile", ["", "31", "31TZZ", "61TCJ", "00TCJ", "31ICJ", "XXTCJ"])
def test_what_is_no_tile_is_refused(tile):
    with pytest.raises(ValueError, match="not a Sentinel-2 tile"):
        square(tile)


def test_a_sentinel2_preview_fills_the_square_of_its_tile(image):
    placed = georeference(image, product(properties=S2))
    file = gdal.Open(str(placed))
    assert file.GetGeoTransform() == (499980, 1098, 0, 5100000, 0, -1098)
    assert file.GetSpatialRef().GetAuthorityCode(None) == "32631"
    assert placement(placed) == "tile"


def test_the_placed_picture_moves_with_its_folder(image, tmp_path):
    placed = georeference(image, product(properties=S2))
    target = tmp_path / "moved"
    target.mkdir()
    for file in (image, placed):
        shutil.move(file, target)
    assert gdal.Open(str(target / placed.name)).ReadAsArray()[10, 10] == 40


def test_what_the_portal_says_of_the_thumbnail_itself_comes_first(image):
    place = [320, 0, 399960, 0, -320, 5100000]
    facts = {"proj:epsg": 32631, "proj:shape": [50, 50], "proj:transform": place}
    told = {"thumbnail": Asset("thumbnail", "ql", roles=("thumbnail",), properties=facts)}
    placed = georeference(image, product(properties=S2, assets=told))
    assert gdal.Open(str(placed)).GetGeoTransform() == (399960, 160, 0, 5100000, 0, -160)
    assert placement(placed) == "grid"


RING = [(3.0, 45.0), (6.0, 45.5), (5.8, 47.0), (2.8, 46.5)]  # SW, SE, NE, NW


@pytest.mark.parametrize(
    ("flight", "upper_left"),
    [("ascending", (3.0, 45.0)), ("descending", (5.8, 47.0))],
)
def test_a_radar_quicklook_is_turned_by_the_direction_of_flight(image, flight, upper_left):
    """The first pixel of the image lies SW when the satellite climbs, NE when it descends."""
    for ring in (RING, RING[2:] + RING[:2], RING[::-1]):
        placed = georeference(image, product("sentinel-1-grd", ring, {"sat:orbit_state": flight}))
        file = gdal.Open(str(placed))
        west, dx, _, north, _, dy = file.GetGeoTransform()
        centre = (4.4, 46.0)
        lon, lat = (0.8 * upper_left[0] + 0.2 * centre[0], 0.8 * upper_left[1] + 0.2 * centre[1])
        column, row = int((lon - west) / dx), int((lat - north) / dy)
        assert file.GetRasterBand(1).ReadAsArray()[row, column] == 40
        alpha = file.GetRasterBand(file.RasterCount).ReadAsArray()
        assert alpha[row, column] == 255
        assert alpha[0, 0] == 0
    assert placement(placed) == "corners"


@pytest.mark.parametrize("properties", [{}, {"sat:orbit_state": "up"}])
def test_a_radar_quicklook_without_direction_of_flight_is_not_placed(image, properties):
    with pytest.raises(UnreadableFile, match="direction of flight"):
        georeference(image, product("sentinel-1-grd", RING, properties))


def test_a_radar_quicklook_with_a_ragged_footprint_is_not_placed(image):
    with pytest.raises(UnreadableFile, match="four corners"):
        georeference(
            image, product("sentinel-1-grd", [*RING, (2.9, 45.7)], {"sat:orbit_state": "ascending"})
        )


def test_another_picture_goes_into_the_box_that_its_footprint_fills(image):
    placed = georeference(
        image, product("sentinel-3-olci-l1", [(1, 40), (3, 40), (3, 41), (1, 41)])
    )
    assert gdal.Open(str(placed)).GetGeoTransform() == pytest.approx((1, 0.02, 0, 41, 0, -0.01))
    assert placement(placed) == "box"


def test_a_slanted_footprint_is_no_box_and_no_footprint_is_no_place(image):
    with pytest.raises(UnreadableFile, match="where its corners are"):
        georeference(image, product("landsat-c2-l2", RING))
    with pytest.raises(UnreadableFile, match="no footprint"):
        georeference(image, product("landsat-c2-l2"))


def test_a_picture_that_is_not_square_is_no_picture_of_a_tile(tmp_path):
    with pytest.raises(UnreadableFile):
        georeference(picture(tmp_path / "wide.png", 200, 100), product(properties=S2))


def test_a_broken_thumbnail_is_said(tmp_path):
    (tmp_path / "ql.jpg").write_bytes(b"<html>no")
    with pytest.raises(UnreadableFile):
        georeference(tmp_path / "ql.jpg", product(properties=S2))
