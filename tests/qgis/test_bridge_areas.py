"""bridge/areas.py: anything on the map becomes a valid area in degrees."""

import math

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsMapSettings,
    QgsPointXY,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize

from sentinel_portals.bridge import areas
from sentinel_portals.core import geometry
from sentinel_portals.core.errors import QueryError
from sentinel_portals.core.model import bounds

MERCATOR, LAMBERT, UTM31 = "EPSG:3857", "EPSG:2154", "EPSG:32631"
NORTH_POLE, SOUTH_POLE = "EPSG:3995", "EPSG:3031"


def crs(name):
    return QgsCoordinateReferenceSystem(name)


def box(west, south, east, north, name="EPSG:4326"):
    return areas.from_rectangle(QgsRectangle(west, south, east, north), crs(name))


def is_valid(area):
    shape = areas.to_qgs(area)
    west, south, east, north = bounds(area)
    inside = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return shape.isGeosValid() and not shape.isEmpty() and inside


def holds(area, longitude, latitude):
    return areas.to_qgs(area).contains(QgsPointXY(longitude, latitude))


def test_a_rectangle_in_degrees_stays_the_five_points_it_is():
    assert box(3, 45, 4, 46) == {
        "type": "Polygon",
        "coordinates": [[[3, 45], [4, 45], [4, 46], [3, 46], [3, 45]]],
    }


def test_a_rectangle_in_mercator_is_a_rectangle_in_degrees():
    area = box(222638.98, 5621521.49, 333958.47, 5780349.22, MERCATOR)
    assert len(area["coordinates"][0]) == 5
    assert bounds(area) == pytest.approx((2, 45, 3, 46), abs=1e-6)


def test_a_straight_edge_in_lambert_is_a_curve_in_degrees():
    area = box(100_000, 6_100_000, 1_200_000, 7_100_000, LAMBERT)
    west_end = areas.to_qgs(box(100_000, 7_100_000, 100_001, 7_100_001, LAMBERT)).boundingBox()
    assert bounds(area)[3] > west_end.yMaximum() + 0.2, "the middle of the upper edge lies higher"
    assert len(area["coordinates"][0]) > 20


@pytest.mark.parametrize("size", [0.02, 1, 8])
def test_slanted_edges_gain_no_corner(size):
    corners = [(2, 45), (2 + size, 45 + 0.3 * size), (2 + 0.4 * size, 45 + 0.7 * size)]
    drawn = QgsGeometry.fromPolygonXY([[QgsPointXY(*corner) for corner in corners]])
    (ring,) = areas.to_wgs84(drawn, crs("EPSG:4326"))["coordinates"]
    assert {(round(x, 6), round(y, 6)) for x, y in ring} == {
        (round(x, 6), round(y, 6)) for x, y in corners
    }
    assert len(ring) == 4


def test_several_parts_and_holes_are_kept():
    shape = QgsGeometry.fromWkt(
        "MultiPolygon (((0 0, 4 0, 4 4, 0 4, 0 0),(1 1, 2 1, 2 2, 1 2, 1 1)),"
        "((10 10, 11 10, 11 11, 10 11, 10 10)))"
    )
    area = areas.to_wgs84(shape, crs("EPSG:4326"))
    assert area["type"] == "MultiPolygon"
    assert not holds(area, 1.5, 1.5)
    assert holds(area, 3, 3)
    assert holds(area, 10.5, 10.5)


def test_thousands_of_corners_are_no_problem():
    ring = [
        QgsPointXY(
            500_000 + (30_000 + 500 * (i % 7)) * math.cos(i / 5000 * math.tau),
            5_000_000 + (30_000 + 500 * (i % 7)) * math.sin(i / 5000 * math.tau),
        )
        for i in range(5000)
    ]
    area = areas.to_wgs84(QgsGeometry.fromPolygonXY([[*ring, ring[0]]]), crs(UTM31))
    assert is_valid(area)
    assert areas.km2(area) == pytest.approx(math.pi * 31.5**2, rel=0.03)


def test_a_bow_tie_becomes_valid():
    shape = QgsGeometry.fromWkt("Polygon ((0 0, 2 2, 2 0, 0 2, 0 0))")
    assert is_valid(areas.to_wgs84(shape, crs("EPSG:4326")))


def test_a_circle_of_arcs_and_heights_is_an_area():
    shape = QgsGeometry.fromWkt(
        "CurvePolygonZ (CircularStringZ (0 0 5, 1 1 5, 2 0 5, 1 -1 5, 0 0 5))"
    )
    area = areas.to_wgs84(shape, crs("EPSG:4326"))
    assert geometry.area_km2(area) == pytest.approx(math.pi * 111.2**2, rel=0.01)


@pytest.mark.parametrize(
    ("rectangle", "name"),
    [
        ((170, -20, 190, -10), "EPSG:4326"),
        ((-190, -20, -170, -10), "EPSG:4326"),
        ((530, -20, 550, -10), "EPSG:4326"),
        ((18_924_313, -2_273_031, 21_150_703, -1_118_890), MERCATOR),
    ],
)
def test_a_map_across_the_antimeridian_is_cut_there(rectangle, name):
    area = box(*rectangle, name)
    assert area["type"] == "MultiPolygon"
    assert is_valid(area)
    assert holds(area, 175, -15)
    assert holds(area, -175, -15)
    assert not holds(area, 0, -15)
    assert areas.km2(area) == pytest.approx(2_374_000, rel=0.01)


def test_an_area_of_fiji_in_its_own_grid_lies_on_both_sides():
    area = box(1_900_000, 3_700_000, 2_300_000, 4_200_000, "EPSG:3460")
    assert is_valid(area)
    assert areas.km2(area) == pytest.approx(400 * 500, rel=0.02)


@pytest.mark.parametrize(("name", "latitude"), [(NORTH_POLE, 89.9), (SOUTH_POLE, -89.9)])
def test_a_map_around_a_pole_holds_the_pole(name, latitude):
    area = box(-1e6, -1e6, 1e6, 1e6, name)
    assert is_valid(area)
    assert all(holds(area, longitude, latitude) for longitude in (-170, -90, 0, 45, 120, 179))
    assert areas.km2(area) == pytest.approx(4.1e6, rel=0.08)


def test_a_map_beside_the_pole_does_not_hold_it():
    area = box(500_000, -200_000, 900_000, 200_000, NORTH_POLE)
    assert is_valid(area)
    assert not holds(area, 90, 89.99)


@pytest.mark.parametrize("rectangle", [(-180, -90, 180, 90), (-400, -100, 500, 95)])
def test_the_whole_world_is_the_whole_world(rectangle):
    area = box(*rectangle)
    assert bounds(area) == (-180, -90, 180, 90)
    assert areas.km2(area) == pytest.approx(510_065_622, rel=0.001)


def test_a_map_of_several_worlds_in_mercator_is_one_world():
    area = box(-1e8, -2e7, 1e8, 2e7, MERCATOR)
    assert is_valid(area)
    assert bounds(area)[:3:2] == (-180, 180)


def test_more_than_half_the_world_is_not_taken_for_the_rest():
    area = box(-100, 0, 120, 10)
    assert holds(area, 0, 5)
    assert not holds(area, 170, 5)


def test_a_turned_canvas_gives_a_turned_area():
    shown = QgsMapSettings()
    shown.setDestinationCrs(crs(UTM31))
    shown.setOutputSize(QSize(400, 400))
    shown.setExtent(QgsRectangle(450_000, 4_950_000, 550_000, 5_050_000))
    straight = areas.from_map(shown)
    shown.setRotation(45)
    turned = areas.from_map(shown)
    assert areas.km2(turned) == pytest.approx(areas.km2(straight), rel=0.01)
    wider = (
        areas.to_qgs(turned).boundingBox().width() / areas.to_qgs(straight).boundingBox().width()
    )
    assert wider == pytest.approx(math.sqrt(2), rel=0.02)


def layer_of(kind, *shapes, name="EPSG:4326"):
    layer = QgsVectorLayer(f"{kind}?crs={name}", "fields", "memory")
    for wkt in shapes:
        feature = QgsFeature()
        if wkt:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        layer.dataProvider().addFeature(feature)
    return layer


SQUARES = ("Polygon ((0 0, 1 0, 1 1, 0 1, 0 0))", "Polygon ((1 0, 2 0, 2 1, 1 1, 1 0))", None)


def test_selected_features_are_one_area():
    layer = layer_of("Polygon", *SQUARES)
    layer.selectAll()
    area = areas.from_layer_selection(layer)
    assert area["type"] == "Polygon"
    assert bounds(area) == (0, 0, 2, 1)
    layer.selectByIds([1])
    assert bounds(areas.from_layer_selection(layer)) == (0, 0, 1, 1)


def test_a_layers_extent_is_an_area():
    assert bounds(areas.from_layer_extent(layer_of("Polygon", *SQUARES))) == (0, 0, 2, 1)


def only_null():
    layer = layer_of("Polygon", None)
    layer.selectAll()
    return layer


def points():
    layer = layer_of("Point", "Point (1 1)", "Point (2 2)")
    layer.selectAll()
    return layer


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: areas.from_layer_selection(None), "Choose a vector layer"),
        (
            lambda: areas.from_layer_selection(layer_of("Polygon", *SQUARES)),
            "No feature is selected",
        ),
        (lambda: areas.from_layer_selection(only_null()), "have no geometry"),
        (lambda: areas.from_layer_selection(points()), "no surface"),
        (lambda: areas.from_layer_extent(None), "Choose a layer"),
        (lambda: areas.from_layer_extent(layer_of("Polygon")), "has no extent"),
        (lambda: box(3, 45, 3, 46), "no surface"),
        (lambda: areas.to_wgs84(QgsGeometry(), crs("EPSG:4326")), "no surface"),
        (
            lambda: areas.to_wgs84(QgsGeometry.fromRect(QgsRectangle(0, 0, 1, 1)), crs("")),
            "no coordinate reference system",
        ),
        (lambda: box(1e30, 1e30, 2e30, 2e30, UTM31), "outside"),
        (lambda: box(math.nan, 0, 1, 1), "no surface"),
        (lambda: box(0, 0, math.inf, 1), "no surface"),
    ],
)
def test_what_is_no_area_is_said_in_a_sentence(make, said):
    with pytest.raises(QueryError, match=said):
        make()


def test_square_kilometres_are_those_of_the_ellipsoid():
    assert areas.km2(box(0, 0, 1, 1)) == pytest.approx(12_309, rel=0.001)
