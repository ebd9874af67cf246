"""The national mirrors: one protocol, a table of facts."""

import pytest
from requests.auth import HTTPBasicAuth

from sentinel_portals.core.question import choose
from sentinel_portals.core.search import search
from sentinel_portals.providers import dhus_mirrors, discover, portals
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.test_scihub import TestSciHub as Hub

MIRRORS = {info.id: info for info in dhus_mirrors.PORTALS}


def test_one_module_may_hold_many_portals():
    found = discover()
    assert {name: found[name].info for name in MIRRORS} == MIRRORS


@pytest.mark.parametrize("name", MIRRORS)
def test_a_mirror_is_asked_and_read_like_scihub(name):
    provider = connected(name, fixture("scihub_last"), auth=HTTPBasicAuth("ada", "lovelace"))
    outcome = search(provider, Hub.request)
    assert (outcome.error, len(outcome.products)) == (None, 1)
    assert provider.line.asked[0].startswith(f"GET {MIRRORS[name].url}/search?format=json")


@pytest.mark.parametrize("name", MIRRORS)
def test_nothing_is_claimed_of_a_mirror_that_nobody_has_seen_lately(name):
    info = MIRRORS[name]
    assert info.state == "unknown"
    assert info.url.startswith("https://")
    assert info.successor == "cdse"


def test_a_mirror_may_know_no_online_state_and_another_checksum():
    login = HTTPBasicAuth("ada", "lovelace")
    provider = connected("colhub", fixture("dhus_mirrors_details"), auth=login)
    product = provider.parse(fixture("scihub_last"), Hub.request).products[0]
    known = provider.details(product)
    assert known.online
    assert known.assets["product"].size == 1030000003
    assert known.assets["product"].checksum.algorithm == "sha3-256"


def test_a_portal_of_unknown_state_is_asked_by_name_only():
    infos = {name: kind.info for name, kind in discover().items()}
    assert not set(MIRRORS) & set(choose(infos, "sentinel-2-l2a"))
    assert choose(infos, "sentinel-2-l2a", ["finhub"]) == ["finhub"]


def test_a_mirror_that_moved_is_an_entry_in_the_portals_file(tmp_path):
    path = tmp_path / "portals.json"
    path.write_text('[{"id": "finhub", "url": "https://new.example.org/dhus"}]')
    known, problems = portals(path)
    assert problems == []
    assert known["finhub"].info.url == "https://new.example.org/dhus"


def test_a_hub_that_a_user_adds_needs_no_code(tmp_path):
    path = tmp_path / "portals.json"
    path.write_text(
        '[{"id": "mine", "title": "Mine", "family": "dhus", "url": "https://hub.example.org",'
        ' "collections": {"sentinel-2-l2a": "Sentinel-2:S2MSI2A"}}]'
    )
    known, problems = portals(path)
    assert problems == []
    info = known["mine"].info
    assert info.search_auth.fields == ("username", "password")
    provider = connected(known["mine"], fixture("scihub_last"), auth=HTTPBasicAuth("a", "b"))
    assert len(search(provider, Hub.request).products) == 1
