"""core/model.py: values in the words of STAC."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from sentinel_portals.core.model import (
    Asset,
    Checksum,
    OrderStatus,
    Product,
    SearchRequest,
    bounds,
    format_time,
    from_item,
    parse_time,
    to_item,
)

NOON = datetime(2024, 6, 1, 12, tzinfo=timezone.utc)
SQUARE = {"type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 4], [1, 4], [1, 2]]]}


@pytest.mark.parametrize(
    "text",
    [
        "2024-06-01T12:00:00Z",
        "2024-06-01T12:00:00.000Z",
        "2024-06-01T12:00:00.000000000Z",
        "2024-06-01T12:00:00",
        "2024-06-01T14:00:00+02:00",
        " 2024-06-01T12:00:00Z ",
        "20240601T120000Z",
        "2024-06-01 12:00:00Z",
    ],
)
def test_a_time_is_read_however_it_is_spelled(text):
    moment = parse_time(text)
    assert moment == NOON
    assert moment.utcoffset() == timedelta(0)


def test_nine_digits_of_a_second_are_cut_to_six():
    assert parse_time("2024-06-01T12:00:00.123456789Z").microsecond == 123456


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_time_is_no_error(nothing):
    assert parse_time(nothing) is None


@pytest.mark.parametrize(
    "odd",
    ["yesterday", "2024-13-01", "2024-06-01T25:00:00Z", 5, [], "0001-01-01T00:00:00+14:00", "ↁ"],
)
def test_what_is_no_time_is_a_value_error(odd):
    with pytest.raises(ValueError, match=r".+"):
        parse_time(odd)


def test_a_time_is_written_in_utc_with_milliseconds():
    there = datetime(2024, 6, 1, 14, 0, 0, 123456, timezone(timedelta(hours=2)))
    assert format_time(there) == "2024-06-01T12:00:00.123Z"


def test_a_request_whose_end_is_before_its_start_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"start on 2024-06-01, after its end on 2024-05-31"):
        SearchRequest("sentinel-2-l2a", start=NOON, end=NOON - timedelta(days=1))


def test_a_request_for_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        SearchRequest("sentinel-2-l2a", max_items=0)


def test_a_request_by_polygon_has_the_box_of_it():
    assert SearchRequest("sentinel-2-l2a", intersects=SQUARE).bbox == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("geometry", "box"),
    [
        (SQUARE, (1, 2, 3, 4)),
        ({"type": "Point", "coordinates": [5, 6, 100]}, (5, 6, 5, 6)),
        ({"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], []]}, (1, 2, 3, 4)),
        (
            {"type": "GeometryCollection", "geometries": [SQUARE, {**SQUARE, "type": "Polygon"}]},
            (1, 2, 3, 4),
        ),
    ],
)
def test_bounds_go_around_everything(geometry, box):
    assert bounds(geometry) == box


@pytest.mark.parametrize(
    "nothing",
    [
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": "no"},
        {"type": "GeometryCollection", "geometries": []},
    ],
)
def test_bounds_of_nothing_are_a_value_error(nothing):
    with pytest.raises(ValueError, match="no coordinates"):
        bounds(nothing)


@pytest.fixture
def product():
    band = Asset(
        "B04",
        "https://files.test/B04.tif",
        type="image/tiff",
        roles=("data",),
        title="Red",
        size=12,
        checksum=Checksum("md5", "0" * 32),
        properties={"gsd": 10, "raster:bands": [{"nodata": 0}]},
    )
    return Product(
        "earth_search",
        "S2A_31TFJ_20240601_0_L2A",
        "sentinel-2-l2a",
        title="S2A_MSIL2A_20240601T120000_N0510_R008_T31TFJ_20240601T160000",
        geometry=SQUARE,
        bbox=(1, 2, 3, 4),
        datetime=NOON,
        start_datetime=NOON,
        end_datetime=NOON + timedelta(milliseconds=20),
        properties={"platform": "sentinel-2a", "eo:cloud_cover": 3.5},
        assets={"B04": band, "B08": Asset("B08", "https://files.test/B08.tif")},
        order_status=OrderStatus.ORDERABLE,
        raw={"secret": "of the portal"},
    )


def test_a_product_survives_being_kept_as_an_item(product):
    assert from_item(json.loads(json.dumps(to_item(product)))) == product


def test_a_product_without_times_place_or_files_survives_too():
    bare = Product("p", "x", "sentinel-1-grd", title="x")
    assert from_item(json.loads(json.dumps(to_item(bare)))) == bare


def test_an_item_is_stac(product):
    item = to_item(product)
    assert (item["type"], item["stac_version"], item["bbox"]) == ("Feature", "1.0.0", [1, 2, 3, 4])
    assert item["properties"]["datetime"] == "2024-06-01T12:00:00.000Z"
    assert item["properties"]["order:status"] == "orderable"
    assert item["assets"]["B04"]["file:size"] == 12
    assert to_item(replace(product, datetime=None))["properties"]["datetime"] is None


def test_the_portals_own_answer_is_neither_kept_nor_shown_nor_compared(product):
    assert "secret" not in json.dumps(to_item(product))
    assert "secret" not in repr(product)
    assert replace(product, raw={}) == product


@pytest.mark.parametrize("odd", [{}, {"properties": {}}, {"id": "x", "properties": {}}])
def test_what_is_no_kept_item_says_so(odd):
    with pytest.raises((KeyError, ValueError)):
        from_item(odd)


def test_only_what_the_portal_has_at_hand_is_online(product):
    assert not product.online
    assert replace(product, order_status=OrderStatus.SUCCEEDED).online


def test_a_product_begins_when_its_acquisition_began(product):
    published = replace(product, datetime=NOON + timedelta(days=1))
    assert published.start == NOON
    assert replace(product, start_datetime=None).start == NOON
