"""Real server software, 5,000 items: what we find is what the server's own database counts."""

import json
import sys
from datetime import datetime, timedelta, timezone

import pytest

from sentinel_portals import api, providers
from sentinel_portals.core.search import search_all
from sentinel_portals.core.transport import Http, HttpRequest
from sentinel_portals.providers import _stac
from sentinel_portals.tests.real_stac import ROOT, RealStac, postgres

pytestmark = [
    pytest.mark.skipif(
        postgres() is None, reason="PostgreSQL with PostGIS is not here: postgresql-15-postgis-3"
    ),
    pytest.mark.skipif(
        sys.prefix != str(ROOT / ".venv"), reason="once is enough: it runs in .venv"
    ),
]

OURS = "s2-of-ours"
ITEMS = 5000
BEGAN = datetime(2021, 1, 1, 10, 36, 31, tzinfo=timezone.utc)
PLACES = (  # tile, west, south: two neighbours that overlap, two others, one across 180 degrees
    ("31TDL", 1.71, 45.06),
    ("31TEL", 3.0, 45.08),
    ("31TCJ", 0.5, 43.3),
    ("32TNN", 8.9, 41.9),
    ("01KAB", 179.2, -17.9),
)
AUVERGNE = "POLYGON((2.6 45.3, 3.4 45.2, 3.3 46.2, 2.9 45.8, 2.6 45.3))"


def item(number):
    """Item number i is place i % 5 on day i // 5; every 40th does not tell its cloud cover."""
    tile, west, south = PLACES[number % len(PLACES)]
    when = BEGAN + timedelta(days=number // len(PLACES))
    unit = "AB"[number // len(PLACES) % 2]
    name = f"S2{unit}_MSIL2A_{when:%Y%m%dT%H%M%S}_N0511_R008_T{tile}_{when:%Y%m%d}T163101"
    ring = [[west, south], [west + 1.4, south], [west + 1.4, south + 1], [west, south + 1]]
    parts = [[[*ring, ring[0]]]]
    if west + 1.4 > 180:
        east = [[x, y] for x, y in ring]
        left = [[min(x, 180.0), y] for x, y in east]
        right = [[max(x, 180.0) - 360, y] for x, y in east]
        parts = [[[*left, left[0]]], [[*right, right[0]]]]
    properties = {
        "datetime": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "platform": f"sentinel-2{unit.lower()}",
        "grid:code": f"MGRS-{tile}",
        "proj:code": f"EPSG:326{tile[:2]}",
    }
    if number % 40:
        properties["eo:cloud_cover"] = number * 37 % 101
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": name,
        "collection": OURS,
        "bbox": [west, south, west + 1.4 - 360 * (west + 1.4 > 180), south + 1],
        "geometry": {"type": "MultiPolygon", "coordinates": parts},
        "properties": properties,
        "links": [],
        "assets": {"B04": {"href": f"https://data.example/{name}/B04.tif", "roles": ["data"]}},
    }


def collection(name):
    return {
        "type": "Collection",
        "stac_version": "1.0.0",
        "id": name,
        "title": name,
        "description": "Synthetic",
        "license": "CC0-1.0",
        "links": [],
        "extent": {
            "spatial": {"bbox": [[-180, -90, 180, 90]]},
            "temporal": {"interval": [["2021-01-01T00:00:00Z", None]]},
        },
    }


@pytest.fixture(scope="module")
def server():
    others = [{**item(n), "collection": "sentinel2-l1c", "id": f"other-{n}"} for n in range(50)]
    names = (OURS, "sentinel2-l1c")
    with RealStac(map(collection, names), [*map(item, range(ITEMS)), *others]) as running:
        yield running


@pytest.fixture
def find(server, tmp_path):
    """Searches with a portals file that holds nothing but this server, as the dock does."""

    def find(*, facts=None, **question):
        entry = {
            "id": "ours",
            "title": "Ours",
            "family": "stac",
            "url": server.url,
            "collections": {"sentinel-2-l2a": OURS},
            **(facts or {}),
        }
        file = tmp_path / "portals.json"
        file.write_text(json.dumps([entry]), encoding="utf-8")
        question = {"limit": 10_000, **question}
        found = api.search("sentinel-2-l2a", portals=["ours"], portals_file=file, **question)
        assert found.outcomes["ours"].error is None
        return found.outcomes["ours"]

    return find


def ids(outcome):
    found = [product.id for product in outcome.products]
    assert len(found) == len(set(found)), "a product came twice"
    return set(found)


def counted(server, condition):
    """The ids for which this holds, by SQL, past the API."""
    cloud = "(content->'properties'->>'eo:cloud_cover')::float"
    where = f"collection = '{OURS}' and " + condition.replace("CLOUD", cloud)
    return {row[0] for row in server.sql(f"select id from pgstac.items where {where}")}


def test_everything_is_found_page_by_page_and_nothing_twice(server, find):
    outcome = find(facts={"paging": {"size": 500}})
    assert ids(outcome) == counted(server, "true")
    assert (len(outcome.products), outcome.complete, outcome.unreadable) == (ITEMS, True, 0)
    assert outcome.pages in (10, 11)  # full pages may be followed by an empty one
    assert all(product.geometry for product in outcome.products)


@pytest.mark.parametrize("filtering", ["query", "filter"])
def test_the_server_filters_clouds_in_both_dialects(server, find, filtering):
    outcome = find(facts={"filtering": filtering}, area=AUVERGNE, max_cloud=20)
    inside = f"st_intersects(geometry, st_geomfromtext('{AUVERGNE}', 4326))"
    assert ids(outcome) == counted(server, f"CLOUD <= 20 and {inside}")
    assert len(outcome.products) > 100
    assert (outcome.checked_here, outcome.unjudged) == ((), 0)


@pytest.mark.parametrize("filtering", ["query", "filter"])
def test_several_values_of_one_property_are_asked_for_at_once(server, find, filtering):
    facts = {"filtering": filtering, "filters": ["eo:cloud_cover", "grid:code", "platform"]}
    tiles = ["MGRS-31TCJ", "MGRS-32TNN"]
    wishes = {"grid:code": tiles, "platform": "sentinel-2b", "eo:cloud_cover": {"gte": 90}}
    outcome = find(facts=facts, filters=wishes)
    names = "id like 'S2B%' and (id like '%T31TCJ%' or id like '%T32TNN%')"
    assert ids(outcome) == counted(server, f"{names} and CLOUD >= 90")
    assert outcome.products
    assert outcome.checked_here == (("grid:code",) if filtering == "query" else ())


def test_a_server_that_cannot_filter_is_filtered_here_and_keeps_what_does_not_tell(server, find):
    window = {"start": "2021-02-01", "end": "2021-03-31"}
    outcome = find(facts={"filtering": "", "filters": []}, max_cloud=20, **window)
    months = "datetime >= '2021-02-01Z' and datetime < '2021-04-01Z'"
    silent = counted(server, f"CLOUD is null and {months}")
    assert ids(outcome) == counted(server, f"CLOUD <= 20 and {months}") | silent
    assert outcome.checked_here == ("eo:cloud_cover",)
    assert outcome.unjudged == len(silent) > 0


def test_a_window_of_time_includes_its_last_day(server, find):
    outcome = find(start="2021-03-01", end="2021-03-03")
    days = "datetime >= '2021-03-01Z' and datetime < '2021-03-04Z'"
    assert ids(outcome) == counted(server, days)
    assert len(outcome.products) == 3 * len(PLACES)


def test_a_box_is_asked_for_where_the_server_takes_no_polygon(server, find):
    facts = {"area": {"polygon": False}}
    outcome = find(facts=facts, area=AUVERGNE, start="2021-03-01", end="2021-05-31")
    inside = f"st_intersects(geometry, st_geomfromtext('{AUVERGNE}', 4326))"
    months = "datetime >= '2021-03-01Z' and datetime < '2021-06-01Z'"
    assert ids(outcome) == counted(server, f"{inside} and {months}")


@pytest.mark.parametrize("polygon", [True, False])
def test_an_area_across_the_antimeridian_is_found_from_both_sides(server, find, polygon):
    facts = {"area": {"polygon": polygon}}
    fiji = "POLYGON((179.5 -17.5, 181 -17.5, 181 -17.1, 179.5 -17.1, 179.5 -17.5))"
    outcome = find(facts=facts, area=fiji, end="2021-03-31")
    assert ids(outcome) == counted(server, "id like '%T01KAB%' and datetime < '2021-04-01Z'")
    assert all(len(p.geometry["coordinates"]) == 2 for p in outcome.products)


def test_an_outline_of_thousands_of_corners_is_simplified_and_loses_nothing(server, find):
    detailed = f"select st_astext(st_segmentize(st_geomfromtext('{AUVERGNE}'), 0.001))"
    ((outline,),) = server.sql(detailed)
    assert outline.count(",") > 2500
    found, plain = (find(area=a, end="2021-04-30") for a in (outline, AUVERGNE))
    assert ids(found) == ids(plain)


def test_the_newest_come_first_and_it_stops_when_there_are_enough(find):
    outcome = find(limit=120, facts={"paging": {"size": 50}, "sortby": "properties.datetime"})
    times = [product.datetime for product in outcome.products]
    assert times == sorted(times, reverse=True)
    assert (len(times), outcome.pages, outcome.complete) == (120, 3, False)


def test_nothing_there_is_no_error(find):
    outcome = find(area=(-40, 10, -39, 11))
    assert (outcome.products, outcome.complete, outcome.pages) == ((), True, 1)


def test_what_the_server_says_of_itself_is_enough_to_search_it(server, tmp_path):
    http = Http(server.url)
    said = [http.json(HttpRequest("GET", server.url + end)) for end in ("", "/collections")]
    http.close()
    entry = _stac.describe(server.url, *said)
    assert entry["collections"] == {"sentinel-2-l1c": "sentinel2-l1c"}
    assert (entry["filtering"], entry["sortby"]) == ("filter", "properties.datetime")
    file = tmp_path / "portals.json"
    file.write_text(json.dumps([entry]), encoding="utf-8")
    kinds, problems = providers.portals(file)
    assert problems == []
    portal = providers.connect(kinds[entry["id"]])
    request = api.question("sentinel-2-l1c", max_cloud=50)
    (outcome,) = [f.outcome for f in search_all([(portal, request)]) if f.done]
    assert 0 < len(outcome.products) < 50
