"""The main story in the real QGIS desktop; the same that ``make demo`` shows."""

import json
import shutil

import pytest

from sentinel_portals.tests.desktop.desktop import play

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool") and shutil.which("qgis.bin")),
    reason="no QGIS desktop, Xvfb and xdotool here",
)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_a_rectangle_on_the_map_to_a_raster_in_the_layer_tree(language, tmp_path):
    played = play("first_light", tmp_path / "out", language=language)
    assert played.passed, played.log
    assert played.code == 0
    told = json.loads((played.folder / "told.json").read_text())
    assert told["files"] >= told["downloaded"] >= 2
