"""docs/portals/index.md is what the code says, and claims no more than the portals' own pages."""

import re

import pytest

from sentinel_portals import providers
from sentinel_portals.scripts import portals_table as table
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.providers.recorded import RECORDED, needs_recordings

PAGES = ROOT / "docs" / "portals"
PORTALS = providers.discover()
SAID = {  # how a page says it, at the beginning of a line of "How it was verified"
    table.RECORDED: r"^- Recorded",
    table.REAL: r"^- (Real software|The signature: .*real server)",
    table.REBUILT: r"^- Reconstructed",
    table.OWN: r"^- By its own tests",
}
FOLDERS = {
    "aws_sentinel2": "aws_buckets",
    "cdse": "cdse_odata",
    "cdse_opensearch": "cdse_opensearch_retired",
    "cdse_s3": "cdse_stac",
}
CLAIMS = [
    (page, what, way)
    for page, seen in table.SEEN.items()
    for what, ways in seen.items()
    for way in ways.split(", ")
]


def verified(page):
    """How a page says that it was verified, with that of the pages it sends the reader to."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    said = text.partition("\n## How it was verified\n")[2].partition("\n## ")[0]
    for other in re.findall(r"\]\((\w+)\.md\)", said):
        more = (PAGES / f"{other}.md").read_text(encoding="utf-8")
        said += more.partition("\n## How it was verified\n")[2]
    return said


def test_the_table_is_what_the_code_says():
    text = (PAGES / "index.md").read_text(encoding="utf-8")
    assert text == table.index(), "make docs writes it anew"


def test_every_portal_has_a_row_and_a_page():
    text = (PAGES / "index.md").read_text(encoding="utf-8")
    rows = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    assert len(set(rows)) == 1
    assert [portal for portal in PORTALS if f"| `{portal}` |" not in text] == []
    linked = set(re.findall(r"\]\((\w+\.md)\)", text))
    assert [name for name in linked if not (PAGES / name).exists()] == []
    assert set(table.SEEN) <= {table.page_of(kind) for kind in PORTALS.values()}


@pytest.mark.parametrize(("page", "what", "way"), CLAIMS)
def test_no_row_claims_more_than_the_page_says_was_seen(page, what, way):
    said = verified(page)
    assert re.search(SAID[way], said, re.MULTILINE), f"{page}.md says nothing of {way}"
    if what == "login" and way == table.REAL:
        assert re.search(r"login|OpenID|signature", said)


@needs_recordings
@pytest.mark.parametrize(("page", "what", "way"), CLAIMS)
def test_what_is_said_to_be_recorded_is_recorded_and_tested_against(page, what, way):
    if way != table.RECORDED:
        return
    folder = FOLDERS.get(page, page)
    assert any((RECORDED / folder).iterdir())
    tests = (ROOT / "tests" / "providers").glob("test_recorded_*.py")
    assert any(re.search(rf"\b{folder}\b", path.read_text("utf-8")) for path in tests)


@pytest.mark.parametrize("portal", PORTALS)
def test_a_portal_that_gives_nothing_is_none(portal):
    kind = PORTALS[portal]
    assert {"product", "bands"} & set(table.abilities(portal, kind)) or table.computes(kind)
