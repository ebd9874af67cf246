"""Show without downloading and Cloud in my area in the real QGIS, from a server with a login."""

import json
import shutil

import numpy as np
import pytest

from sentinel_portals.core.model import to_item
from sentinel_portals.tests.desktop.desktop import play
from sentinel_portals.tests.desktop.portals import write
from sentinel_portals.tests.formats import cogs
from sentinel_portals.tests.servers.pieces import Pieces
from sentinel_portals.tests.servers.web import Answer

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool") and shutil.which("qgis.bin")),
    reason="no QGIS desktop, Xvfb and xdotool here",
)

WORD = "open-sesame-of-the-test"
SIDE, METRES = 2745, 40  # a whole tile
SEEN = [(1000, 1400), (1500, 900), (700, 1700)]  # columns and rows


def landscape(seed):
    """Fields, a river and clouds: blue, green, red, and the classes."""
    dice = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    fields = np.kron(dice.random((61, 61)), np.ones((45, 45)))[:SIDE, :SIDE]
    river = np.abs(columns - 0.5 - 0.1 * np.sin(9 * rows)) < 0.012
    waves = np.sin(11 * columns + seed) + np.sin(13 * rows + 2 * seed) + np.sin(31 * columns * rows)
    cloud = waves > 1.4
    bands = []
    for low, high in ((0.03, 0.06), (0.05, 0.10), (0.04, 0.14)):
        band = np.where(river, low, low + (high - low) * fields)
        band = np.where(cloud, 0.28, band)
        bands.append(np.round(band * 10000 + 1000).astype(np.uint16))
    scl = np.where(cloud, 9, np.where(river, 6, 4)).astype(np.uint8)
    return bands, scl


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """Two scenes of a tile: key → (file, array)."""
    folder, made = tmp_path_factory.mktemp("tiles"), {}
    for day in (11, 12):
        (blue, green, red), scl = landscape(day)
        for key, array in (("B02", blue), ("B03", green), ("B04", red), ("SCL", scl)):
            file = folder / f"{day}_{key}.tif"
            made[day, key] = cogs.write(file, array, METRES, nodata=0), array
    return made


def test_scenes_stay_at_the_portal_and_are_seen_all_the_same(scenes, tmp_path):
    with Pieces() as web:
        items = []
        for day in (11, 12):
            hrefs = {
                key: web.give(f"/{day}/{key}.tif", file, bearer=WORD)
                for (of, key), (file, _) in scenes.items()
                if of == day
            }
            name = cogs.TITLE.replace("20240612T10", f"202406{day}T10")
            item = to_item(cogs.product(hrefs, name=name))
            ring = [[3.0, 45.06], [4.39, 45.05], [4.4, 46.04], [3.0, 46.05], [3.0, 45.06]]
            item["geometry"]["coordinates"] = [ring]
            item["properties"]["datetime"] = f"2024-06-{day}T10:36:31Z"
            items.append({**item, "collection": "s2"})
        web.on("/stac/search", Answer(json={"type": "FeatureCollection", "features": items}))
        entry = {
            "id": "near",
            "title": "Near portal",
            "family": "stac",
            "url": f"{web.url}/stac",
            "collections": {"sentinel-2-l2a": "s2"},
            "download_auth": {"type": "apiKey", "header": "Authorization", "prefix": "Bearer"},
        }
        arrays = [scenes[11, key][1] for key in ("B04", "B03", "B02")]
        told = {
            "word": WORD,
            "scenes": 2,
            "points": [
                [cogs.WEST + (c + 0.5) * METRES, cogs.NORTH - (r + 0.5) * METRES] for c, r in SEEN
            ],
            "values": [[round(float(a[r, c]) * 1e-4 - 0.1, 4) for a in arrays] for c, r in SEEN],
        }
        extra = {
            "SENTINEL_PORTALS_FILE": str(write(tmp_path / "portals.json", [entry])),
            "STORY_TOLD": json.dumps(told),
        }
        played = play("streams", tmp_path / "out", language="fr", extra=extra)
        assert played.passed, played.log
    for left in (*played.folder.glob("*.log"), played.folder / "project.qgs"):
        assert WORD not in left.read_text(errors="replace"), left.name
    whole = sum(file.stat().st_size for file, _ in scenes.values())
    assert web.bytes < whole
