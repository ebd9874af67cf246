"""core/wkt.py: polygons as text, short and tolerant."""

import pytest

from sentinel_portals.core import wkt

SQUARE = {"type": "Polygon", "coordinates": [[[0, 1], [2, 1], [2, 3.5], [0, 1]]]}


def test_a_polygon_is_written_with_few_digits():
    area = {"type": "Polygon", "coordinates": [[[1.00004, 2], [3.123456, -4.5], [1, 2]]]}
    assert wkt.write(area) == "POLYGON((1 2,3.1235 -4.5,1 2))"
    assert wkt.write(area, 1) == "POLYGON((1 2,3.1 -4.5,1 2))"


def test_parts_and_holes_are_written_too():
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    parts = {"type": "MultiPolygon", "coordinates": [[ring, ring], [ring]]}
    said = "(0 0,1 0,1 1,0 0)"
    assert wkt.write(parts) == f"MULTIPOLYGON(({said},{said}),({said}))"
    assert wkt.read(wkt.write(parts)) == parts


@pytest.mark.parametrize(
    "said",
    [
        "POLYGON ((0 1,2 1,2 3.5,0 1))",
        "POLYGON((0 1, 2 1, 2 3.5, 0 1))",
        " polygon ((0. 1e0,  2 1,\n2 3.5000 ,0 1))  ",
        "SRID=4326;POLYGON((0 1,2 1,2 3.5,0 1))",
        "POLYGON((0 1 9,2 1 9,2 3.5 9,0 1 9))",
    ],
)
def test_every_way_of_writing_is_read(said):
    assert wkt.read(said) == SQUARE


@pytest.mark.parametrize(
    "said",
    [
        None,
        7,
        "",
        "POINT(1 2)",
        "POLYGON EMPTY",
        "POLYGON((1 2",
        "POLYGON((one two))",
        "POLYGON" + "(" * 100_000 + ")" * 100_000,
        "POLYGON((" + "1" * 100_000 + "))",
        "POLYGON((nan 1, inf 2))",
    ],
)
def test_anything_else_is_none(said):
    assert wkt.read(said) is None
