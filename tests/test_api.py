"""api.py, on the sample portals and on a portal of the portals file."""

import gc
import json

import pytest

from sentinel_portals import api
from sentinel_portals.core.errors import AuthError, Cancelled, QueryError
from sentinel_portals.tests.servers.web import Answer, File, Web

L2A = "sentinel-2-l2a"
SAMPLES = ("sample", "sample_archive")
CLERMONT = (3.0, 45.7, 3.2, 45.9)


def found(**wishes):
    return api.search(L2A, portals=SAMPLES, **wishes)


def cloud(scene):
    return scene.best.properties["eo:cloud_cover"]


def test_a_search_merges_what_the_portals_hold():
    result = found()
    assert set(result.outcomes) == set(SAMPLES)
    assert not any(outcome.error for outcome in result.outcomes.values())
    offers = [sorted(offer.provider for offer in scene.offers) for scene in result.scenes]
    assert list(SAMPLES) in offers, "one scene is held by both"
    assert sum(map(len, offers)) == sum(len(o.products) for o in result.outcomes.values())
    assert len({scene.id for scene in result.scenes}) == len(result.scenes)


def test_dates_and_clouds_narrow_it():
    result = found(start="2024-06-01", end="2024-06-30", max_cloud=5)
    assert 0 < len(result.scenes) < len(found().scenes)
    assert all(cloud(scene) <= 5 for scene in result.scenes)
    assert {scene.best.start.month for scene in result.scenes} == {6}


def test_an_area_far_away_holds_nothing_and_that_is_no_error():
    result = found(area=(170, -10, -170, 10))
    assert result.scenes == []
    assert not any(outcome.error for outcome in result.outcomes.values())


@pytest.mark.parametrize(
    "area",
    [
        CLERMONT,
        "POLYGON((3.0 45.7, 3.2 45.7, 3.2 45.9, 3.0 45.9, 3.0 45.7))",
        json.dumps(
            {"type": "Polygon", "coordinates": [[[3, 45.7], [3.2, 45.7], [3.2, 45.9], [3, 45.7]]]}
        ),
    ],
)
def test_an_area_may_be_written_in_every_way(area):
    assert len(found(area=area).scenes) > 3


def test_a_limit_counts_per_portal():
    result = found(limit=2)
    assert [len(outcome.products) for outcome in result.outcomes.values()] == [2, 2]
    assert not any(outcome.complete for outcome in result.outcomes.values())


def test_filters_are_stac_conditions():
    tiles = {scene.identity.group[1] for scene in found(filters={"grid:code": "MGRS-31TEL"}).scenes}
    assert tiles == {"31TEL"}


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"start": "2024-06-30", "end": "2024-06-01"}, "after its end"),
        ({"start": "yesterday"}, "makes no sense"),
        ({"area": "POINT(3 45)"}, "no surface"),
        ({"area": ""}, "No area"),
        ({"area": (1, 2, 3)}, "makes no sense"),
        ({"filters": {"eo:cloud_cover": {"lt": 5}}}, "makes no sense"),
        ({"limit": 0}, "at least one"),
    ],
)
def test_a_question_that_makes_no_sense_is_said(wishes, sentence):
    with pytest.raises(QueryError, match=sentence):
        found(**wishes)


def test_strangers_are_named():
    with pytest.raises(QueryError, match="sentinel-9"):
        api.search("sentinel-9")
    with pytest.raises(QueryError, match="nowhere"):
        api.search(L2A, portals=["nowhere"])


def test_a_cancelled_search_tells_so_for_every_portal():
    result = found(cancelled=lambda: True)
    assert {type(outcome.error) for outcome in result.outcomes.values()} == {Cancelled}
    assert set(result.outcomes) == set(SAMPLES)


# --- downloads ---------------------------------------------------------------------------------


def both():
    """The scene that both sample portals have online."""
    return next(
        scene
        for scene in found().scenes
        if {offer.provider for offer in scene.offers if offer.online} == set(SAMPLES)
    )


def test_a_scene_is_downloaded_with_its_item(tmp_path):
    (got,) = api.download([both()], tmp_path, assets=["B04", "SCL"])
    assert got.error is None
    assert len(got.files) == 2
    assert all(f.path.read_bytes()[:2] == b"II" for f in got.files), "TIFFs"
    assert json.loads(got.item.read_text("utf-8"))["properties"]["license"] == "CC0-1.0"


@pytest.mark.parametrize("portal", SAMPLES)
def test_the_preferred_portal_is_asked_first(tmp_path, portal):
    (got,) = api.download([both()], tmp_path, assets=["B04"], portals=[portal])
    assert got.provider == portal


def test_what_is_offline_comes_from_the_next_portal_and_it_is_said(tmp_path):
    scene = next(s for s in found().scenes if len(s.offers) == 2 and not s.offers[1].online)
    (got,) = api.download([scene], tmp_path, assets=["B04"], portals=[scene.offers[1].provider])
    assert got.provider == scene.offers[0].provider
    assert [attempt.provider for attempt in got.attempts] == [scene.offers[1].provider]


def test_a_home_folder_may_be_spelled_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (got,) = api.download([both()], "~/images", assets=["B04"])
    assert got.files[0].path.is_relative_to(tmp_path / "images")


# --- a portal of one's own ---------------------------------------------------------------------

ITEM = {
    "type": "Feature",
    "id": "S2A_31TDL_20240625_0_L2A",
    "collection": "ours",
    "geometry": {"type": "Polygon", "coordinates": [[[3, 45], [4, 45], [4, 46], [3, 45]]]},
    "properties": {"datetime": "2024-06-25T10:39:44Z", "platform": "sentinel-2a"},
    "links": [],
}


@pytest.fixture
def portals_file(tmp_path):
    with Web() as web:
        link = web.on("/B04.tif", File(b"II*" + bytes(100_000)))
        item = {**ITEM, "assets": {"red": {"href": link, "roles": ["data"]}}}
        web.on("/search", Answer(json={"type": "FeatureCollection", "features": [item]}))
        entry = {
            "id": "mine",
            "title": "Mine",
            "family": "stac",
            "url": web.url,
            "collections": {L2A: "ours"},
            "auth": {"type": "apiKey"},
        }
        path = tmp_path / "portals.json"
        path.write_text(json.dumps([entry]))
        yield path, web


def test_a_portal_of_the_portals_file_is_searched_and_downloaded_with_its_login(
    portals_file, tmp_path
):
    path, web = portals_file
    more = {"portals_file": path, "secrets": {"mine": {"password": "hush"}}}
    result = api.search(L2A, portals=["mine"], **more)
    (got,) = api.download(result.scenes, tmp_path / "images", assets=["B04"], **more)
    assert got.error is None
    assert (got.files[0].path.name, got.bytes) == ("B04.tif", 100_003)
    assert web.asked[-1].headers["x-api-key"] == "hush"
    gc.collect()  # an open connection would be a ResourceWarning, and that an error


def test_without_its_login_it_says_so(portals_file, tmp_path):
    path, web = portals_file
    result = api.search(L2A, portals=["mine"], portals_file=path)
    (got,) = api.download(result.scenes, tmp_path / "images", portals_file=path)
    assert type(got.error) is AuthError
    assert [asked.path for asked in web.asked] == ["/search"]
