"""Cancelled, stopped, full, shut, closed in the middle: in the real QGIS desktop."""

import os
import shutil

import pytest

from sentinel_portals.tests.desktop.desktop import play
from sentinel_portals.tests.desktop.portals import (
    MEGABYTE,
    Answer,
    File,
    Scene,
    entry,
    item,
    page,
    write,
)

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool") and shutil.which("qgis.bin")),
    reason="no QGIS desktop, Xvfb and xdotool here",
)

CONTENT = os.urandom(4 * MEGABYTE)
HALF = 2 * MEGABYTE


def with_file(web, name, step=0):
    """An item with one band."""
    asset = {"href": f"{web.url}/{name}.tif", "roles": ["data"], "type": "image/tiff"}
    return item(name, step, assets={"B04": asset})


def portals(web, folder):
    """A good one whose files stop at the half, and one that never answers."""
    web.on("/good/search", page(with_file(web, "one"), with_file(web, "two", 1)))
    web.on("/silent/search", Answer(hold=web.doors["end"]))
    stopping = {"drop": HALF, "stall": web.doors["whole"]}
    web.on("/one.tif", File(CONTENT, faults=[dict(stopping)]))
    web.on("/two.tif", File(CONTENT, '"two"', faults=[{"drop": HALF, "stall": web.doors["full"]}]))
    entries = [entry(web, "good", "Good portal"), entry(web, "silent", "Silent")]
    return {
        "SENTINEL_PORTALS_FILE": str(write(folder / "portals.json", entries)),
        "STORY_SERVER": web.url,
    }


def ranges(web, path):
    return [asked.headers.get("range", "") for asked in web.asked if asked.path == path]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_broken_off_in_the_middle_loses_nothing(language, tmp_path):
    with Scene("end", "whole", "full") as web:
        more = portals(web, tmp_path)
        played = play("bad_moments", tmp_path / "out", language=language, extra=more)
        assert played.passed, played.log
        assert played.code == 0
        assert ranges(web, "/one.tif")[-1] == f"bytes={HALF}-"
    (file,) = (played.folder / "images").rglob("*.tif")
    assert file.read_bytes() == CONTENT
