"""Earth Search in its own words."""

from sentinel_portals import api
from sentinel_portals.core.conditions import AtMost, OneOf
from sentinel_portals.core.search import search
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

PLACE = (2.9, 45.6, 3.3, 45.9)


class TestEarthSearch(Contract):
    portal = "earth_search"
    request = api.question(
        "sentinel-2-l2a", PLACE, "2024-07-01", "2024-07-31", max_cloud=20, limit=150
    )
    sends = (
        "POST https://earth-search.aws.element84.com/v1/search ",
        '"collections": ["sentinel-2-c1-l2a"], "limit": 150, "intersects": {"type": "Polygon"',
        '"datetime": "2024-07-01T00:00:00.000Z/2024-07-31T23:59:59.999Z"',
        '"query": {"eo:cloud_cover": {"lte": 20}}',
        '"sortby": [{"field": "properties.datetime", "direction": "desc"}]',
    )
    first = {
        "id": "S2A_T31TEL_20240730T103944_L2A",
        "title": "S2A_MSIL2A_20240730T103631_N0511_R008_T31TEL_20240730T163101",
        "datetime": "2024-07-30T10:39:44.391Z",
        "platform": "sentinel-2a",
        "eo:cloud_cover": 4.25,
        "grid:code": "MGRS-31TEL",
        "sat:relative_orbit": 8,  # from the name: the record does not tell
        "proj:epsg": 32631,
        "order_status": "succeeded",
        "assets": ["aot", "nir08", "product_metadata", "red", "scl", "thumbnail"],
        "red.size": 101003,
        "red.checksum": "sha256 c0aa0ce64822846ec0aa0ce64822846ec0aa0ce64822846ec0aa0ce64822846e",
        "red.gsd": 10,
        "red.proj:shape": [10980, 10980],
        "red.raster:bands": [
            {"nodata": 0, "data_type": "uint16", "spatial_resolution": 10}
            | {"scale": 0.0001, "offset": -0.1}
        ],
    }
    then = '"next": "2024-07-25T10:39:42.391000Z,S2B_T31TEL_20240725T103942_L2A,sentinel-2-c1-l2a"'
    ids = (
        "S2A_T31TEL_20240730T103944_L2A",
        "S2B_T31TEL_20240725T103942_L2A",
        "S2A_T31TEL_20240720T103941_L2A",
    )


def asked(query, collection="sentinel-2-l2a"):
    provider = connected("earth_search", fixture("earth_search_last"))
    request = api.question(collection, PLACE, filters=query)
    return search(provider, request), provider.line.asked[0]


def test_an_orbit_is_looked_at_here_because_sentinel_2_items_carry_none():
    outcome, sent = asked({"sat:relative_orbit": 8})
    assert "query" not in sent
    assert outcome.checked_here == ("sat:relative_orbit",)
    assert (len(outcome.products), outcome.unjudged) == (1, 0)
    assert asked({"sat:relative_orbit": 108})[0].products == ()


def test_sentinel_1_items_carry_an_orbit_so_the_portal_is_asked():
    assert (
        '"query": {"sat:relative_orbit": {"eq": 110}}'
        in asked({"sat:relative_orbit": 110}, "sentinel-1-grd")[1]
    )


def test_a_filter_that_is_ignored_without_a_word_is_applied_once_more():
    outcome, sent = asked({"eo:cloud_cover": {"lte": 10}})
    assert '"query": {"eo:cloud_cover": {"lte": 10}}' in sent
    assert outcome.products == ()  # the answer holds a scene with 19.75 %
    assert outcome.checked_here == ()


def test_pixels_whose_offset_was_applied_get_none_whatever_the_bands_say():
    """The cloud-optimised files are shifted already, the original JPEG 2000 files are not."""
    item = fixture("earth_search_old_item")
    assets = read(item).assets
    assert item["assets"]["red"]["raster:bands"][0]["offset"] == -0.1
    assert assets["red"].properties["raster:bands"][0]["offset"] == 0.0
    assert assets["red-jp2"].properties["raster:bands"][0]["offset"] == -0.1


def test_pixels_whose_offset_was_not_applied_get_it_by_their_baseline():
    item = fixture("earth_search_old_item")
    item["properties"]["earthsearch:boa_offset_applied"] = False
    assert read(item).assets["red"].properties["raster:bands"][0]["offset"] == -0.1
    item["properties"]["s2:processing_baseline"] = "02.09"
    assert read(item).assets["red"].properties["raster:bands"][0]["offset"] == 0.0


def test_the_projection_that_is_invented_for_radar_is_left_out():
    product = read(fixture("earth_search_s1_item"), "sentinel-1-grd")
    assert not [name for name in product.properties if name.startswith("proj:")]
    assert product.title.endswith("_4C2E")
    assert product.properties["sat:relative_orbit"] == 110


def test_a_thumbnail_behind_a_paywall_is_replaced_by_the_portals_own_link():
    thumbnail = read(fixture("earth_search_s1_item"), "sentinel-1-grd").assets["thumbnail"]
    assert thumbnail.href.startswith("https://earth-search.aws.element84.com/v1/collections/")


def read(item, collection="sentinel-2-l2a"):
    provider = connected("earth_search", "")
    request = api.question(collection, filters={"eo:cloud_cover": AtMost(9).to_stac()})
    return provider.product(item, request)


def test_one_of_several_platforms_is_asked_with_in():
    wish = OneOf(("sentinel-2a", "sentinel-2b")).to_stac()
    assert '"platform": {"in": ["sentinel-2a", "sentinel-2b"]}' in asked({"platform": wish})[1]
