"""Rules for every portal that ships: what is missing in one file is found here."""

import dataclasses
import importlib
import json
import re

import pytest

from sentinel_portals import providers
from sentinel_portals.core.catalogue import CATALOGUE
from sentinel_portals.core.provider import Provider
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.providers.answers import DATA

PORTALS = providers.discover()
MODULES = {p.stem for p in (ROOT / "providers").glob("*.py") if not p.stem.startswith("_")}
HERE = ROOT / "tests" / "providers"
CREDENTIAL = re.compile(
    r"(?i)bearer [a-z0-9]{8}|\"(access_token|refresh_token|password|api_?key)\"\s*:\s*\"[^\"]"
    r"|[?&](sig|token|x-amz-signature)=[^&\"]{8}|AKIA[0-9A-Z]{16}|eyJ[A-Za-z0-9_-]{20}"
)
WHOLE = ("title", "family", "url", "description", "licence", "attribution", "docs")


def homes():
    """Each portal's id and its module; where only facts differ, one module lists several."""
    for name in sorted(MODULES):
        module = importlib.import_module(f"{providers.__name__}.{name}")
        listed = getattr(module, "PORTALS", ())
        for info in listed or (module.PROVIDER.info,):
            yield info.id, name, not listed


HOMES = {portal: name for portal, name, _ in homes()}


def test_a_portal_lives_in_the_module_of_its_name_or_in_a_list_of_its_like():
    assert set(HOMES) == set(PORTALS)
    assert len(HOMES) == len(list(homes())), "two portals have the same id"
    assert [portal for portal, name, alone in homes() if alone and portal != name] == []


def test_open_portals_come_first_and_samples_after_the_real_ones():
    rows = [(k.info.closed, k.info.family == "sample") for k in PORTALS.values()]
    assert rows == sorted(rows)
    assert rows[0] == (False, False)


@pytest.mark.parametrize("portal", PORTALS)
class TestEveryPortal:
    def test_it_has_a_test_a_fixture_and_a_page(self, portal):
        assert (HERE / f"test_{HOMES[portal]}.py").exists()
        sample = PORTALS[portal].info.family == "sample"  # its data ships with the plugin
        assert sample or list(DATA.glob(f"{HOMES[portal]}_*"))
        text = (ROOT / "docs" / "portals" / f"{HOMES[portal]}.md").read_text(encoding="utf-8")
        assert f"`{portal}`" in text
        assert "\n## How it was verified\n" in text

    def test_its_facts_are_complete(self, portal):
        info = PORTALS[portal].info
        sample = info.family == "sample"
        missing = [n for n in WHOLE if not getattr(info, n) and not (sample and n == "docs")]
        assert missing == []
        assert info.description.endswith(".")
        assert info.collections
        assert not info.until or info.successor in PORTALS

    def test_its_words_are_known(self, portal):
        info = PORTALS[portal].info
        assert set(info.collections) <= set(CATALOGUE)
        every = {name for collection in CATALOGUE.values() for name in collection.filters}
        assert info.filters <= every
        assert set(info.lacking) <= set(info.collections)

    def test_its_addresses_are_encrypted(self, portal):
        info = PORTALS[portal].info
        if info.family == "sample":
            assert info.url.startswith("sample://")
            return
        endpoints = (getattr(info.download_auth, "endpoint", ""), getattr(info, "files", ""))
        for address in (info.url, info.docs, *endpoints, *info.links.values()):
            assert not address or address.startswith("https://"), address

    def test_it_takes_orders_exactly_when_it_says_so(self, portal):
        overridden = PORTALS[portal].make.order is not Provider.order
        assert overridden is (PORTALS[portal].info.ordering is not None)

    def test_its_facts_are_values(self, portal):
        info = PORTALS[portal].info
        assert dataclasses.is_dataclass(info)
        assert info == dataclasses.replace(info)
        assert info.id == portal


@pytest.mark.parametrize("file", sorted(p.name for p in DATA.iterdir()))
def test_no_credential_lies_in_a_fixture(file):
    text = (DATA / file).read_text(encoding="utf-8", errors="replace")
    found = CREDENTIAL.search(text)
    assert not found, f"{file}: {found and found[0]}"
    if file.endswith(".json"):
        json.loads(text)
