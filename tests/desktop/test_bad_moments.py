"""Cancelled, stopped, full, shut, closed in the middle: in the real QGIS desktop."""

import os
import shutil
import time

import pytest

from sentinel_portals.tests.desktop.desktop import disks, play
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


def pausing(file, door):
    """Pauses at the half of the first answer and goes on when the door is opened."""

    def answer(asked):
        told = file(asked)
        if not door.is_set():
            whole = told.body
            told.length, told.body = len(whole), pieces(whole)
        return told

    def pieces(whole):
        yield whole[:HALF]
        door.wait(30)
        for start in range(HALF, len(whole), MEGABYTE):
            yield whole[start : start + MEGABYTE]

    return answer


def portals(web, folder):
    """A good one whose files stop at the half, and one that never answers."""
    web.on("/good/search", page(with_file(web, "one"), with_file(web, "two", 1)))
    web.on("/silent/search", Answer(hold=web.doors["end"]))
    stopping = {"drop": HALF, "stall": web.doors["whole"]}
    web.on("/one.tif", File(CONTENT, faults=[dict(stopping)]))
    web.on("/two.tif", pausing(File(CONTENT, '"two"'), web.doors["full"]))
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
        places = {"SMALL_DISK": tmp_path / "small", "SHUT_DISK": tmp_path / "shut"}
        for place in places.values():
            place.mkdir()
        within = disks(*places.values())
        if within:
            more.update({name: str(place) for name, place in places.items()})
        out = tmp_path / "out"
        played = play("bad_moments", out, language=language, extra=more, within=within or ())
        assert played.passed, played.log
        assert played.code == 0
        assert ranges(web, "/one.tif")[-1] == f"bytes={HALF}-"
    (file,) = (played.folder / "images").rglob("*.tif")
    assert file.read_bytes() == CONTENT


@pytest.mark.parametrize("when", ["search", "download"])
def test_qgis_closed_in_the_middle_goes_on_where_it_was(when, tmp_path):
    out = tmp_path / "out"
    with Scene("end", "whole", "full") as web:
        more = portals(web, tmp_path)
        began = time.monotonic()
        played = play("closing", out, extra={**more, "STORY_WHEN": when}, seconds=40)
        assert played.passed, played.log
        assert played.code == 0, f"QGIS ended with {played.code}"
        assert time.monotonic() - began < 40
        played = play("closing", out, extra={**more, "STORY_WHEN": "again"}, fresh=False)
        assert played.passed, played.log
        assert played.code == 0
        assert ranges(web, "/one.tif") == ["", f"bytes={HALF}-"], "nothing came twice"
    (file,) = (out / "images").rglob("*.tif")
    assert file.read_bytes() == CONTENT
