"""core/geometry.py: areas and footprints, whoever wrote them down."""

import builtins
import json
import math

import pytest
from shapely import wkb
from shapely.geometry import mapping, shape

from sentinel_portals.core import geometry
from sentinel_portals.core.errors import MissingLibrary, QueryError
from sentinel_portals.core.geometry import (
    area_km2,
    box,
    boxes,
    count_points,
    cover,
    fit,
    footprint,
    intersects,
    overlap,
    read_area,
    simplified,
    to_wkb,
    to_wkt,
    valid,
)
from sentinel_portals.core.model import SearchRequest, bounds

RING = [[3, 45], [4, 45], [4, 46], [3, 46], [3, 45]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
HOLE = [[3.4, 45.4], [3.6, 45.4], [3.6, 45.6], [3.4, 45.6], [3.4, 45.4]]
FEATURE = {"type": "Feature", "properties": {}, "geometry": POLYGON}
FAR = {"type": "Polygon", "coordinates": [[[13, 45], [14, 45], [14, 46], [13, 46], [13, 45]]]}


def ring(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*corners):
    return {"type": "Polygon", "coordinates": [[list(c) for c in corners]]}


def same(a, b):
    return shape(a).symmetric_difference(shape(b)).area < 1e-9


# --- what people paste -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON((3 45, 4 45, 4 46, 3 46, 3 45))",
        "  polygon ((3 45,4 45,4 46,3 46,3 45))\n",
        "POLYGON Z((3 45 7, 4 45 7, 4 46 7, 3 46 7, 3 45 7))",
        "SRID=4326;POLYGON((3 45, 4 45, 4 46, 3 46, 3 45))",
        "MULTIPOLYGON(((3 45, 4 45, 4 46, 3 46, 3 45)))",
        "GEOMETRYCOLLECTION(POINT(0 0), POLYGON((3 45, 4 45, 4 46, 3 46, 3 45)))",
        json.dumps(POLYGON),
        json.dumps(FEATURE),
        json.dumps(
            {"type": "FeatureCollection", "features": [FEATURE, {**FEATURE, "geometry": None}]}
        ),
        json.dumps({"type": "MultiPolygon", "coordinates": [[RING]]}),
        json.dumps({"type": "GeometryCollection", "geometries": [POLYGON]}),
        json.dumps({"type": "Polygon", "coordinates": [[[x, y, 100] for x, y in RING]]}),
        json.dumps(
            {
                "type": "GeometryCollection",
                "geometries": [{"type": "GeometryCollection", "geometries": [POLYGON]}],
            }
        ),
    ],
)
def test_an_area_is_read_however_it_is_pasted(text):
    area = read_area(text)
    assert same(area, POLYGON)
    assert not shape(area).has_z


def test_several_features_become_one_area():
    other = {**FEATURE, "geometry": FAR}
    area = read_area(json.dumps({"type": "FeatureCollection", "features": [FEATURE, other]}))
    assert area["type"] == "MultiPolygon"
    assert area_km2(area) == pytest.approx(2 * area_km2(POLYGON))


def test_overlapping_features_are_counted_once():
    both = {"type": "FeatureCollection", "features": [FEATURE, FEATURE]}
    assert same(read_area(json.dumps(both)), POLYGON)


def test_a_box_wider_than_any_earth_costs_no_more_than_another():
    assert len(box((0, 0, 2.0**70, 1))["coordinates"][0]) == 19


def test_letters_that_no_area_has_are_refused_before_shapely_sees_them():
    with pytest.raises(QueryError, match="neither WKT nor GeoJSON"):
        read_area("POLYGON ((0 0, 1 0, 1 1, é 0))")


@pytest.mark.parametrize(
    "text",
    [
        "POINT(3 45)",
        "LINESTRING(3 45, 4 46)",
        "MULTIPOINT(3 45, 4 46)",
        "POLYGON EMPTY",
        "POLYGON((3 45, 4 46, 5 47, 3 45))",
        '{"type": "Point", "coordinates": [3, 45]}',
        '{"type": "LineString", "coordinates": [[3, 45], [4, 46]]}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[3, 45], [3, 45], [3, 45], [3, 45]]]}',
    ],
)
def test_what_has_no_surface_is_refused_in_a_sentence(text):
    with pytest.raises(QueryError, match=r"no surface: draw a rectangle or a polygon"):
        read_area(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello",
        "POLYGON((3 45, 4",
        "POLYGON((a b, c d, e f, a b))",
        "{",
        "[]",
        "[1, 2]",
        "{}",
        "null",
        '{"type": "Polygon"}',
        '{"type": "Feature", "geometry": null}',
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "Polygon", "coordinates": [[[3, 45], [4]]]}',
        '{"type": "Polygon", "coordinates": [[["3", "4"], ["4", "4"], ["4", "5"], ["3", "4"]]]}',
        '{"type": "Polygon", "coordinates": [[[NaN, 45], [4, 45], [4, 46], [NaN, 45]]]}',
        '{"type": "Polygon", "coordinates": [[[3, 45], [Infinity, 45], [4, 46], [3, 45]]]}',
        '{"type": "Polygon", "coordinates": [[[3, 45], [4, 45]]]}',
        '{"type": "Polygon", "coordinates": 5}',
        '{"type": "Circle", "coordinates": [3, 45], "radius": 5}',
        "[" * 100000,
        "\ud800",
        "\0",
    ],
)
def test_garbage_is_refused_in_a_sentence(text):
    with pytest.raises(QueryError) as caught:
        read_area(text)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("x", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_no_place_are_refused(x):
    with pytest.raises(QueryError, match="not degrees"):
        valid(polygon((3, 45), (x, 45), (4, 46), (3, 45)))


def test_metres_are_refused_and_said_to_be_no_degrees():
    with pytest.raises(QueryError, match="not degrees"):
        read_area("POLYGON((500000 4900000, 600000 4900000, 600000 5000000, 500000 4900000))")


def test_latitudes_beyond_a_pole_are_refused():
    with pytest.raises(QueryError, match="not degrees"):
        valid(polygon((45, 100), (46, 100), (46, 101), (45, 100)))


def test_a_bow_tie_becomes_its_two_wings():
    area = valid(polygon((0, 0), (2, 2), (2, 0), (0, 2), (0, 0)))
    assert area["type"] == "MultiPolygon"
    assert shape(area).is_valid
    assert shape(area).area == pytest.approx(2)


def test_a_hole_stays_a_hole():
    area = valid({"type": "Polygon", "coordinates": [RING, HOLE]})
    assert shape(area).area == pytest.approx(0.96)


def test_an_area_comes_back_as_plain_lists():
    area = valid({"type": "Polygon", "coordinates": (tuple((x, y, 5.0) for x, y in RING),)})
    assert area == POLYGON


def test_a_ring_that_was_left_open_is_closed():
    assert same(valid(polygon(*RING[:-1])), POLYGON)


# --- across the antimeridian -------------------------------------------------------------------

DATELINE = {
    "type": "MultiPolygon",
    "coordinates": [[ring(170, -10, 180, 10)], [ring(-180, -10, -170, 10)]],
}


@pytest.mark.parametrize(
    "crossing",
    [
        polygon(*ring(170, -10, 190, 10)),
        polygon(*ring(-190, -10, -170, 10)),
        polygon(*ring(530, -10, 550, 10)),
        polygon((170, -10), (-170, -10), (-170, 10), (170, 10), (170, -10)),
        polygon((-170, 10), (170, 10), (170, -10), (-170, -10), (-170, 10)),
        DATELINE,
        {
            "type": "MultiPolygon",
            "coordinates": [[ring(170, -10, 180, 10)], [ring(180, -10, 190, 10)]],
        },
    ],
    ids=["170..190", "-190..-170", "a turn too far", "jump", "jump back", "cut", "beside"],
)
def test_what_crosses_the_antimeridian_is_cut_there(crossing):
    area = valid(crossing)
    assert area["type"] == "MultiPolygon"
    assert bounds(area) == (-180, -10, 180, 10)
    assert same(area, DATELINE)


def test_a_hole_over_the_antimeridian_is_cut_too():
    jump = [[175, -5], [-175, -5], [-175, 5], [175, 5], [175, -5]]
    outline = [[170, -10], [-170, -10], [-170, 10], [170, 10], [170, -10]]
    assert shape(valid({"type": "Polygon", "coordinates": [outline, jump]})).area == pytest.approx(
        300
    )


def test_a_jump_from_179_to_minus_179_is_a_narrow_strip_and_not_the_rest_of_the_world():
    area = valid(polygon((179, 0), (-179, 0), (-179, 1), (179, 1), (179, 0)))
    assert shape(area).area == pytest.approx(2)


def test_the_whole_world_is_the_whole_world():
    area = valid(polygon(*ring(-180, -90, 180, 90)))
    assert bounds(area) == (-180, -90, 180, 90)
    assert area_km2(area) == pytest.approx(510.07e6, rel=1e-3)


def test_a_band_around_the_world_stays_one():
    assert shape(valid(polygon(*ring(-180, 50, 180, 60)))).area == pytest.approx(3600)


def test_a_box_may_be_wider_than_half_the_world():
    assert same(valid(box((-170, 10, 170, 20))), polygon(*ring(-170, 10, 170, 20)))


def test_a_box_whose_west_lies_east_of_its_east_crosses_the_antimeridian():
    assert same(valid(box((170, -10, -170, 10))), DATELINE)


def test_parts_on_both_sides_of_the_world_are_not_torn_apart():
    apart = {
        "type": "MultiPolygon",
        "coordinates": [[ring(-120, 30, -119, 31)], [ring(140, 30, 141, 31)]],
    }
    assert same(valid(apart), apart)


def test_a_footprint_around_the_pole_covers_it():
    cap = polygon((-135, 80), (-45, 80), (45, 80), (135, 80), (-135, 80))
    area = valid(cap)
    assert shape(area).is_valid
    assert bounds(area) == (-180, 80, 180, 90)
    assert area_km2(area) == pytest.approx(
        2 * math.pi * 6371**2 * (1 - math.sin(math.radians(80))), rel=0.01
    )


def test_a_footprint_around_the_south_pole_covers_it_in_either_direction():
    corners = [(-135, -80), (-45, -80), (45, -80), (135, -80), (-135, -80)]
    for order in (corners, corners[::-1]):
        assert bounds(valid(polygon(*order))) == (-180, -90, 180, -80)


def test_a_radar_frame_near_the_pole_that_crosses_the_antimeridian_keeps_its_size():
    frame = polygon((-170, 80), (170, 79), (160, 82), (-165, 83), (-170, 80))
    area = valid(frame)
    assert shape(area).is_valid
    assert 100_000 < area_km2(area) < 200_000


@pytest.mark.parametrize(
    "odd",
    [
        None,
        {},
        [],
        {"type": "Point", "coordinates": [3, 45]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": "abc"},
        {"type": 5, "coordinates": [RING]},
    ],
)
def test_a_portal_without_a_usable_footprint_gives_none(odd):
    assert footprint(odd) is None


def test_a_portals_footprint_is_made_valid():
    assert same(footprint(POLYGON), POLYGON)


# --- as a portal can take it -------------------------------------------------------------------


def wiggly(points, x=3.0, y=45.0, radius=1.0):
    """A coast of so many corners."""
    corners = []
    for i in range(points):
        angle = 2 * math.pi * i / points
        r = radius * (1 + 0.05 * math.sin(37 * angle) + 0.02 * math.sin(211 * angle))
        corners.append([x + r * math.cos(angle), y + r * math.sin(angle)])
    return polygon(*corners, corners[0])


@pytest.mark.parametrize("most", [500, 100, 20, 5])
def test_thousands_of_corners_become_few_that_still_cover_everything(most):
    coast = wiggly(8000)
    fewer = simplified(coast, most)
    assert count_points(fewer) <= most
    assert shape(fewer).covers(shape(coast))
    assert shape(fewer).is_valid


def test_hundreds_of_corners_suffice_without_asking_for_much_more_than_was_drawn():
    coast = wiggly(8000)
    assert area_km2(simplified(coast, 500)) < 1.1 * area_km2(coast)


def test_few_corners_stay_as_they_were_drawn():
    assert simplified(POLYGON, 5) is POLYGON


def test_many_islands_become_few_corners_that_cover_all():
    parts = [
        wiggly(40, 3 + i % 20 / 10, 45 + i // 20 / 10, 0.02)["coordinates"] for i in range(200)
    ]
    islands = {"type": "MultiPolygon", "coordinates": parts}
    fewer = simplified(islands, 100)
    assert count_points(fewer) <= 100
    assert shape(fewer).covers(shape(islands))


def test_what_is_grown_stays_in_the_world():
    edge = wiggly(3000, 178.9, 88.9, 1.0)
    fewer = simplified(valid(edge), 50)
    west, south, east, north = bounds(fewer)
    assert (-180 <= west, -90 <= south, east <= 180, north <= 90) == (True,) * 4
    assert shape(fewer).covers(shape(valid(edge)))


def test_a_small_area_on_the_antimeridian_grows_by_little():
    small = valid(wiggly(3000, 180.0, 10.0, 0.1))
    assert area_km2(simplified(small, 100)) < 1.3 * area_km2(small)


def asked(area, **can):
    return fit(SearchRequest("sentinel-2-l2a", intersects=area), **{"max_points": 500, **can})


def test_a_portal_that_takes_polygons_gets_one_of_few_enough_corners():
    (request,) = asked(wiggly(8000), polygon=True, max_points=100)
    assert count_points(request.intersects) <= 100


def test_a_polygon_is_asked_counter_clockwise_because_some_portals_take_the_rest_of_the_world():
    clockwise = polygon(*RING[::-1])
    (request,) = asked(clockwise, polygon=True)
    assert shape(request.intersects).exterior.is_ccw


def test_a_portal_that_takes_boxes_gets_the_box():
    (request,) = asked(POLYGON, polygon=False)
    assert (request.intersects, request.bbox) == (None, (3, 45, 4, 46))


def test_across_the_antimeridian_it_gets_one_box_on_each_side():
    requests = asked(DATELINE, polygon=False)
    assert {r.bbox for r in requests} == {(170, -10, 180, 10), (-180, -10, -170, 10)}


def test_without_an_area_the_question_stays_the_same():
    request = SearchRequest("sentinel-2-l2a")
    assert fit(request, polygon=True, max_points=5) == [request]


def test_many_parts_make_one_box():
    far = {"type": "MultiPolygon", "coordinates": [[RING], FAR["coordinates"]]}
    assert boxes(far) == [(3, 45, 14, 46)]


# --- measuring ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "km2"),
    [
        (polygon(*ring(0, 0, 1, 1)), 12364),
        (polygon(*ring(3, 45, 4, 46)), 8667),
        (polygon(*ring(0, 80, 1, 81)), 2041),
        (polygon(*ring(-180, 0, 180, 90)), 255.03e6),
        (DATELINE, 4.926e6),
        ({"type": "Polygon", "coordinates": [ring(0, 0, 1, 1), ring(0, 0, 0.5, 1)]}, 6182),
    ],
)
def test_the_surface_is_right(area, km2):
    assert area_km2(area) == pytest.approx(km2, rel=2e-3)


def test_the_direction_of_drawing_does_not_change_the_surface():
    assert area_km2(polygon(*RING[::-1])) == pytest.approx(area_km2(POLYGON))


def test_cover_is_the_percentage_of_the_area():
    percent = cover(POLYGON)
    assert percent(POLYGON) == 100
    assert percent(polygon(*ring(3.5, 45, 10, 46))) == 50
    assert percent(FAR) == 0
    assert percent(None) is None


def test_overlap_is_the_share_of_the_smaller_one():
    inner = polygon(*ring(3.2, 45.2, 3.4, 45.4))
    assert overlap(POLYGON, inner) == overlap(inner, POLYGON) == pytest.approx(1)
    assert overlap(POLYGON, polygon(*ring(3.5, 45, 4.5, 46))) == pytest.approx(0.5)
    assert overlap(POLYGON, FAR) == 0


def test_touching_counts_as_intersecting():
    assert intersects(POLYGON, polygon(*ring(4, 45, 5, 46)))
    assert not intersects(POLYGON, FAR)


def test_a_geometry_leaves_as_wkt_and_wkb():
    assert to_wkt(POLYGON).startswith("POLYGON ((3")
    assert same(mapping(wkb.loads(to_wkb(POLYGON))), POLYGON)


def test_without_shapely_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *args):
        if name.startswith("shapely"):
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingLibrary, match="pip install shapely"):
        geometry.read_area("POLYGON((3 45, 4 45, 4 46, 3 45))")


def test_points_on_straight_edges_are_left_out_wherever_the_ring_begins():
    corners = [(0, 0), (4, 1), (5, 4), (1, 3)]
    fine = [
        [x + (u - x) * step / 7, y + (v - y) * step / 7]
        for (x, y), (u, v) in zip(corners, corners[1:] + corners[:1])
        for step in range(7)
    ]
    for start in range(len(fine)):
        ring = [*fine[start:], *fine[: start + 1]]
        found = geometry.straightened({"type": "Polygon", "coordinates": [ring]}, 1e-6)
        assert sorted(map(tuple, found["coordinates"][0][1:])) == sorted(corners)


def test_what_is_thinner_than_the_tolerance_stays_as_it_is():
    thin = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1e-9], [0, 1e-9], [0, 0]]]}
    assert geometry.straightened(thin, 1e-4) == thin
