"""core/grids.py: our UTM is PROJ's UTM; windows lie on the grid's own pixels."""

import pytest

from sentinel_portals.core.errors import ProductUnavailable
from sentinel_portals.core.geometry import box
from sentinel_portals.core.grids import Grid, cut, split, utm

TILE = Grid(32631, 499980, 5100000, 10, 10980, 10980)


@pytest.mark.parametrize("epsg", [32631, 32601, 32660, 32733, 32756])
def test_coordinates_are_those_of_proj(epsg):
    osr = pytest.importorskip("osgeo.osr")
    osr.UseExceptions()
    here, there = osr.SpatialReference(), osr.SpatialReference()
    here.ImportFromEPSG(4326)
    there.ImportFromEPSG(epsg)
    for system in (here, there):
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    judge = osr.CoordinateTransformation(here, there)
    middle = 6 * (epsg % 100) - 183
    lats = (-79.9, -45, -1e-9) if epsg > 32700 else (0, 1e-9, 45.5, 83.9)
    for lat in lats:
        for away in (-4, -3, -0.5, 0, 1.25, 3, 4):
            lon = middle + away
            x, y, _ = judge.TransformPoint(lon if -180 <= lon <= 180 else lon % 360 - 360, lat)
            assert utm(lon, lat, epsg) == pytest.approx((x, y), abs=0.002)


def test_only_utm_zones_are_known():
    with pytest.raises(ProductUnavailable, match="EPSG:4326"):
        utm(3, 45, 4326)


def test_a_window_lies_on_the_pixels_and_holds_the_area():
    window = cut(TILE, box((3.1, 45.5, 3.2, 45.6)))
    assert (window.west - TILE.west) % 10 == (TILE.north - window.north) % 10 == 0
    for lon, lat in ((3.1, 45.5), (3.2, 45.5), (3.1, 45.6), (3.2, 45.6)):
        x, y = utm(lon, lat, 32631)
        assert 0 <= x - window.west <= 10 * window.width
        assert 0 <= window.north - y <= 10 * window.height
    assert window.width == pytest.approx(790, abs=20)  # 0.1 degrees of longitude there
    assert window.height == pytest.approx(1113, abs=20)


def test_a_window_ends_where_the_image_ends():
    assert cut(TILE, box((0, 40, 10, 50))) == TILE
    corner = cut(TILE, box((2.9, 45.9, 3.05, 47)))
    assert (corner.west, corner.north) == (TILE.west, TILE.north)


def test_an_area_elsewhere_has_no_window():
    assert cut(TILE, box((8, 45, 9, 46))) is None
    assert cut(TILE, box((3.1, -46, 3.2, -45))) is None


@pytest.mark.parametrize(
    ("side", "pixels"), [(32768, 10**9), (32768, 10**7), (3000, 10**6), (7, 3)]
)
def test_pieces_cover_everything_once(side, pixels):
    grid = Grid(32631, 499980, 5100000, 10, 1098, 733)
    pieces = split(grid, side, pixels)
    assert sum(p.width * p.height for p in pieces) == 1098 * 733
    assert max(max(p.width, p.height) for p in pieces) <= side
    assert all(p.width * p.height <= max(pixels, p.width) for p in pieces)
    corners = {(p.west, p.north) for p in pieces}
    assert len(corners) == len(pieces)
    assert max(p.west + p.width * 10 for p in pieces) == grid.west + 10980
    assert min(p.north - p.height * 10 for p in pieces) == grid.north - 7330
