"""The second sample portal: the same scenes under other names, and some offline."""

from sentinel_portals import api
from sentinel_portals.providers import _sample
from sentinel_portals.tests.providers.contract import Contract

ALL = {"collections": ["sentinel-2-l2a"], "limit": 2}


class TestSampleArchive(Contract):
    portal = "sample_archive"
    request = api.question("sentinel-2-l2a", (2.5, 45.6, 3.3, 45.9), "2021-01-01")
    sends = ("POST sample://archive/search ", '"datetime": "2021-01-01T00:00:00.000Z/.."')
    first = {"id": "S2A_31TEL_20240824_0_L2A", "grid:code": "MGRS-31TEL"}
    then = '"token": "2"'

    @property
    def pages(self):
        return _sample.search("archive", ALL), _sample.search("archive", {**ALL, "token": "2"})

    @property
    def ids(self):
        return tuple(item["id"] for page in self.pages for item in page["features"])


def both():
    return api.search("sentinel-2-l2a", portals=["sample", "sample_archive"])


def test_scenes_that_both_hold_are_one_scene_with_two_offers():
    found = both()
    shared = [s for s in found.scenes if len({o.provider for o in s.offers}) == 2]
    assert len(shared) == 3
    assert len(found.scenes) == sum(len(o.products) for o in found.outcomes.values()) - 3


def test_what_is_offline_here_comes_from_the_portal_that_has_it_online():
    offline = [s for s in both().scenes for o in s.offers if not o.online and len(s.offers) == 2]
    assert offline
    assert all(scene.best.online for scene in offline)


def test_what_nobody_has_online_says_so(tmp_path):
    (scene,) = [s for s in both().scenes if not s.best.online]
    (files,) = api.download([scene], tmp_path)
    assert "offline (orderable)" in str(files.error)
