"""The download queue in the real QGIS desktop, closed in the middle and started again."""

import shutil
import threading

import numpy
import pytest

from sentinel_portals.tests.desktop.desktop import play
from sentinel_portals.tests.desktop.portals import MEGABYTE, Answer, File, Scene, entry, item, page
from sentinel_portals.tests.desktop.portals import write as write_portals

gdal = pytest.importorskip("osgeo.gdal")

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool") and shutil.which("qgis.bin")),
    reason="no QGIS desktop, Xvfb and xdotool here",
)

PIECE = MEGABYTE // 16
CALM = 0.7  # seconds between two pieces, until the door “fast” is opened
SCENES = [f"s{number}" for number in range(1, 8)]


def image(path, west, north):
    """A real image, large enough to take a while."""
    grid = gdal.GetDriverByName("GTiff").Create(str(path), 1200, 1200, 1, gdal.GDT_UInt16)
    grid.SetGeoTransform((west, 0.1 / 1200, 0, north, 0, -0.3 / 1200))
    grid.SetProjection("EPSG:4326")
    noise = numpy.random.default_rng(1).integers(1, 4000, (1200, 1200), dtype="uint16")
    grid.GetRasterBand(1).WriteArray(noise)
    grid.FlushCache()
    del grid
    return path.read_bytes()


def slowly(file, door, calm):
    """The file piece by piece."""

    def answer(asked):
        told = file(asked)
        whole = told.body
        told.length, told.body = len(whole), pieces(whole)
        return told

    def pieces(whole):
        for start in range(0, len(whole), PIECE):
            yield whole[start : start + PIECE]
            door.wait(calm)

    return answer


def for_members(file):
    def answer(asked):
        return file(asked) if "authorization" in asked.headers else Answer(401)

    return answer


def with_file(web, name, step):
    asset = {"href": f"{web.url}/{name}.tif", "roles": ["data"], "type": "image/tiff"}
    return item(name, step, assets={"B04": asset})


def portals(web, folder, calm=CALM):
    """A slow one with seven scenes, and one that lets only members have its file."""
    content = image(folder / "image.tif", 2.9, 45.8)
    items = [with_file(web, name, step) for step, name in enumerate(SCENES)]
    web.on("/slow/search", page(*items))
    web.on("/members/search", page(with_file(web, "members", len(SCENES))))
    for name in SCENES:
        web.on(f"/{name}.tif", slowly(File(content, f'"{name}"'), web.doors["fast"], calm))
    web.on("/members.tif", for_members(File(content, '"members"')))
    entries = [
        entry(web, "slow", "Slow portal"),
        entry(web, "members", "Members only", auth={"type": "http"}),
    ]
    more = {"SENTINEL_PORTALS_FILE": str(write_portals(folder / "portals.json", entries))}
    return content, {**more, "STORY_SERVER": web.url}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_queue_is_handled_closed_and_goes_on_by_itself(language, tmp_path):
    out = tmp_path / "out"
    with Scene("fast") as web:
        content, more = portals(web, tmp_path)
        how = {"language": language, "seconds": 150}
        played = play("queueing", out, extra={**more, "STORY_WHEN": "first"}, **how)
        assert played.passed, played.log
        assert played.code == 0
        asked = len(web.asked)
        again = {**more, "STORY_WHEN": "again"}
        played = play("queueing", out, extra=again, fresh=False, **how)
        assert played.passed, played.log
        assert played.code == 0
        resumed = {a.path for a in web.asked[asked:] if a.headers.get("range")}
    assert resumed, "what was begun went on where it was"
    files = {path.parent.name: path.read_bytes() for path in (out / "images").rglob("*.tif")}
    assert set(files) == {*SCENES, "members"} - {"s2"}
    assert all(came == content for came in files.values())
    assert threading.active_count() < 200
