"""Bad portals, bad entries and bad wishes in the real QGIS desktop."""

import json
import shutil

import pytest

from sentinel_portals.tests.desktop.desktop import play
from sentinel_portals.tests.desktop.portals import Answer, Scene, entry, item, page, write

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool") and shutil.which("qgis.bin")),
    reason="no QGIS desktop, Xvfb and xdotool here",
)

MALFORMED = '[{"id": "valley",\n  "title": "Valley",\n  "family" "stac"}]'


def portals(web):
    """What each of them answers to its search, and their entries in the portals file."""
    whole = json.dumps({"type": "FeatureCollection", "features": [item("a")]}).encode()
    nowhere = item("nowhere", geometry=None, bbox=None)
    web.on("/good/search", page(item("one"), item("two", 1), item("three", 2)))
    web.on("/flat/search", page(item("four", 3), nowhere, {**item("odd"), "properties": None}))
    web.on("/html/search", Answer(body=b"<html><body>Maintenance</body></html>"))
    web.on("/half/search", Answer(body=whole[: len(whole) // 2]))
    web.on("/broken/search", Answer(body=whole, cut=len(whole) // 2))
    web.on("/refusing/search", Answer(401, json={"detail": "Unauthorized"}))
    web.on("/hurried/search", Answer(429, headers={"Retry-After": "120"}))
    web.on("/silent/search", Answer(hold=web.doors["end"]))
    entries = [
        entry(web, name, title)
        for name, title in {
            "good": "Good portal",
            "flat": "Flat portal",
            "html": "Web page",
            "half": "Half",
            "broken": "Broken",
            "refusing": "Refusing",
            "hurried": "Hurried",
            "silent": "Silent",
        }.items()
    ]
    return [*entries, entry(web, "moon", "Moon", collections={"sentinel-9": "s9"})]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whatever_goes_wrong_is_a_sentence_and_costs_nobody_else_anything(language, tmp_path):
    file = tmp_path / "portals.json"
    file.write_text(MALFORMED)
    with Scene("end") as web:
        write(tmp_path / "corrected.json", portals(web))
        played = play(
            "bad_portals",
            tmp_path / "out",
            language=language,
            extra={"SENTINEL_PORTALS_FILE": str(file)},
        )
    assert played.passed, played.log
    assert played.code == 0
