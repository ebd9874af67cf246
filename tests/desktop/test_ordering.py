"""An archive order in the real QGIS desktop, from a DHuS that answers 202 until it is brought."""

import hashlib
import shutil

import pytest

from sentinel_portals.tests.desktop.desktop import play
from sentinel_portals.tests.desktop.portals import Answer, File, Scene, write

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool") and shutil.which("qgis.bin")),
    reason="no QGIS desktop, Xvfb and xdotool here",
)

TITLE = "S2B_MSIL1C_20240614T103629_N0510_R008_T31TDK_20240614T134015"
CONTENT = b"PK\x05\x06" + bytes(18)  # an archive with nothing in it
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


def feed(root):
    """What a DHuS says to a question that one product answers."""
    outline = "POLYGON ((2.9 45.5, 3.3 45.5, 3.3 45.8, 2.9 45.8, 2.9 45.5))"
    said = {"footprint": outline, "filename": f"{TITLE}.SAFE", "platformname": "Sentinel-2"}
    said |= {"producttype": "S2MSI1C", "platformserialidentifier": "Sentinel-2B"}
    entry = {
        "id": "1",
        "title": TITLE,
        "link": [{"href": f"{root}/odata/v1/Products('1')/$value"}],
        "date": [{"name": "beginposition", "content": "2024-06-14T10:36:29.024Z"}],
        "double": [{"name": "cloudcoverpercentage", "content": "3.2"}],
        "str": [{"name": name, "content": value} for name, value in said.items()],
    }
    told = {"opensearch:totalResults": "1", "opensearch:startIndex": "0", "entry": entry}
    return Answer(json={"feed": told})


class Archive:
    """Its product is on tape until the door ``brought`` is open."""

    def __init__(self, web):
        self.orders, self._brought = 0, web.doors["brought"]
        web.on("/search", feed(web.url))
        web.on("/odata/v1/Products('1')", self.state)
        web.on("/odata/v1/Products('1')/$value", self.value)

    def state(self, asked):
        told = {"Id": "1", "Online": self._brought.is_set(), "ContentLength": str(len(CONTENT))}
        return Answer(json={"d": {**told, "Checksum": {"Algorithm": "MD5", "Value": MD5}}})

    def value(self, asked):
        assert asked.headers["authorization"].startswith("Basic ")
        if self._brought.is_set():
            return File(CONTENT)(asked)
        self.orders += 1
        return Answer(202)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_in_an_archive_is_ordered_brought_and_told(language, tmp_path):
    with Scene("brought") as web:
        archive = Archive(web)
        entry = {
            "id": "archive",
            "title": "Archive portal",
            "family": "dhus",
            "url": web.url,
            "collections": {"sentinel-2-l1c": "Sentinel-2:S2MSI1C"},
            "ordering": {"poll": 5},
        }
        file = write(tmp_path / "portals.json", [entry])
        out = tmp_path / "out"
        more = {"SENTINEL_PORTALS_FILE": str(file), "STORY_SERVER": web.url}
        played = play("ordering", out, language=language, extra=more, seconds=150)
    assert played.passed, played.log
    assert archive.orders == 1
    (came,) = (out / "images").rglob("*.zip")
    assert came.read_bytes() == CONTENT
