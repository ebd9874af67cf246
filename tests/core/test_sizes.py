"""core/sizes.py: how many bytes will come."""

import pytest

from sentinel_portals.core.sizes import estimated, images, is_image
from sentinel_portals.tests.core.making import file, product

MB = 1_000_000
TILE = {"proj:epsg": 32631, "proj:shape": [10980, 10980]}
LIES = {**TILE, "proj:transform": [10, 0, 600000, 0, -10, 4900020]}


def area(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


SMALL = area(4.5, 43.8, 4.51, 43.81)  # some hundred metres, within tile 31TFJ


def scene(*files, **more):
    return product("one", "A", assets={each.key: each for each in files}, **more)


def test_of_chosen_files_the_sizes_are_summed():
    found = scene(file("https://x.test/a.tif", "B04", size=5), file("https://x.test/b.tif", "B08"))
    assert estimated(found, ("B04",)) == 5
    assert estimated(found, ("B04", "B08")) is None, "nobody says how large B08 is"
    assert estimated(found, ("B11",)) is None


def test_of_a_whole_product_the_archive_counts_and_its_size_may_stand_beside_it():
    found = scene(file("https://x.test/a.zip", roles=("archive",)), properties={"file:size": 7})
    assert estimated(found) == 7


def test_of_an_area_the_blocks_count_that_it_touches():
    found = scene(file("https://x.test/a.tif", "B04", size=120 * MB, properties=LIES))
    assert estimated(found, ("B04",), SMALL) == round(120 * MB * 1024**2 / 10980**2)


def test_a_block_at_the_edge_is_smaller():
    everything = area(3, 43, 7, 46)
    found = scene(file("https://x.test/a.tif", "B04", size=120 * MB, properties=LIES))
    assert estimated(found, ("B04",), everything) == 120 * MB


def test_an_area_beside_the_image_costs_nothing():
    found = scene(file("https://x.test/a.tif", "B04", size=120 * MB, properties=LIES))
    assert estimated(found, ("B04",), area(10, 10, 11, 11)) == 0


@pytest.mark.parametrize(
    "said",
    [
        {},
        TILE,
        {**LIES, "proj:epsg": 3857},
        {**LIES, "proj:epsg": None},
        {**LIES, "proj:transform": [10, 1, 600000, 0, -10, 4900020]},
        {**LIES, "proj:transform": [10, 0]},
    ],
)
def test_where_nobody_says_how_the_image_lies_the_share_of_the_footprint_counts(said):
    found = scene(file("https://x.test/a.tif", "B04", size=100 * MB, properties=said))
    assert estimated(found, ("B04",), area(3.0, 45.0, 3.5, 45.5)) == 25 * MB


def test_without_any_place_nothing_is_guessed():
    found = scene(file("https://x.test/a.tif", "B04", size=100 * MB), geometry=None)
    assert estimated(found, ("B04",), SMALL) is None


def test_without_keys_an_area_is_of_every_image_and_of_no_archive_nor_picture():
    found = scene(
        file("https://x.test/a.zip", "product", roles=("archive",), size=9),
        file("https://x.test/a.tif", "B04", size=MB),
        file("https://x.test/b.jp2", "B08", size=MB),
        file("https://x.test/q.tif", "thumbnail", roles=("thumbnail",), size=9),
        file("https://x.test/m.xml", "metadata", size=9),
        file("s3://x/c.tif", "B11", size=9),
    )
    assert [a.key for a in images(found, ())[0]] == ["B04", "B08"]
    assert images(found, ("B04", "product", "B12")) == ([found.assets["B04"]], ["B12", "product"])
    assert estimated(found, (), area(3.0, 45.0, 4.0, 46.0)) == 2 * MB


@pytest.mark.parametrize(
    ("asset", "image"),
    [
        (file("https://x.test/a.TIF"), True),
        (file("https://x.test/a.jp2?sig=1"), True),
        (file("https://x.test/get", type="image/tiff; application=geotiff"), True),
        (file("https://x.test/get", properties={"file:local_path": "B04.jp2"}), True),
        (file("https://x.test/a.jpg", type="image/jpeg"), False),
        (file("https://x.test/a.zip"), False),
    ],
)
def test_what_an_area_can_be_cut_out_of(asset, image):
    assert is_image(asset) is image
