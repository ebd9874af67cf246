"""formats/window.py: only the area of interest, of images on a server that counts its bytes."""

import hashlib
import json
import threading
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal

from sentinel_portals.core.auth import HeaderAuth
from sentinel_portals.core.errors import (
    Cancelled,
    ProductOffline,
    ProductUnavailable,
    QueryError,
    ServiceError,
    UnreadableFile,
)
from sentinel_portals.core.holdings import Holdings
from sentinel_portals.core.model import Checksum, OrderStatus
from sentinel_portals.core.provider import Download
from sentinel_portals.core.transport import Http, NetworkSettings
from sentinel_portals.formats import cog
from sentinel_portals.formats.clip import WINDOW
from sentinel_portals.formats.window import cost, fetch_window
from sentinel_portals.tests.core.making import Land, file, portal, product
from sentinel_portals.tests.formats import scenes
from sentinel_portals.tests.formats.test_clip import area
from sentinel_portals.tests.servers.web import Answer, Web

SIDE, STEP = 2048, 10
HERE = area(5000, -9000, 7500, -6500)  # 250 x 250 pixels in two blocks of 512
AUTH = "Bearer of-the-house"  # nosec B105: a test's


def pieces(content, sent):
    """A file on the server; what was sent of it is counted."""

    def give(asked):
        wanted = asked.headers.get("range")
        first, last = (int(n) for n in wanted[6:].split("-")) if wanted else (0, len(content) - 1)
        body = content[first : last + 1]
        sent.append(len(body))
        if not wanted:
            return Answer(200, body)
        place = f"bytes {first}-{first + len(body) - 1}/{len(content)}"
        return Answer(206, body, {"Content-Range": place, "ETag": '"one"'})

    return give


@pytest.fixture(scope="module")
def numbers():
    dice = np.random.default_rng(7)
    return (dice.integers(0, 1000, (SIDE, SIDE)) + 1000).astype(np.uint16)


@pytest.fixture(scope="module")
def whole(numbers, tmp_path_factory):
    """The image as a tiled GeoTIFF and as JPEG 2000, as bytes by ending."""
    folder = tmp_path_factory.mktemp("whole")
    plain = scenes.write(folder / "plain.tif", numbers, STEP, nodata=0)
    options = {
        "tif": ("COG", ["COMPRESS=DEFLATE", "BLOCKSIZE=512"]),
        "jp2": (
            "JP2OpenJPEG",
            "REVERSIBLE=YES QUALITY=100 BLOCKXSIZE=512 BLOCKYSIZE=512".split(),
        ),
    }
    made = {}
    for ending, (driver, how) in options.items():
        out = folder / f"whole.{ending}"
        gdal.Translate(str(out), str(plain), format=driver, creationOptions=how)
        made[ending] = out.read_bytes()
    return made


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture
def land(web):
    """A portal on the server, with a login."""
    made = []

    def land(make=Land, **facts):
        one = portal({}, make=make, url=web.url, id="one", title="One", **facts)
        one.http = one.files = Http(
            "One",
            settings=NetworkSettings(timeout=5),
            auth=HeaderAuth("Authorization", AUTH),
            sleep=lambda seconds: None,
        )
        made.append(one)
        return {"one": one}

    yield land
    for one in made:
        one.http.close()


@pytest.fixture
def sent():
    return []


@pytest.fixture
def offer(web, whole, sent):
    """A scene whose images lie on the server."""

    def offer(*endings, **more):
        assets = {}
        for number, ending in enumerate(endings or ("tif",)):
            content, key = whole[ending], f"B0{number + 4}"
            href = web.on(f"/{key}.{ending}", pieces(content, sent))
            sha = Checksum("sha256", hashlib.sha256(content).hexdigest())
            said = {"proj:shape": [SIDE, SIDE], "gsd": 10, "raster:bands": [scenes.REFLECTANCE]}
            assets[key] = file(href, key, size=len(content), checksum=sha, properties=said)
        return product("one", scenes.TITLE, assets=assets, **more)

    return offer


@pytest.mark.parametrize("ending", ["tif", "jp2"])
def test_the_window_has_the_images_own_pixels_and_few_bytes_were_fetched(
    land, offer, whole, numbers, sent, tmp_path, ending
):
    told = []
    got = fetch_window(
        offer(ending),
        land(),
        ("B04",),
        HERE,
        tmp_path / "out",
        progress=lambda done, total: told.append((done, total)),
    )
    image = gdal.Open(str(got.files[0].path))
    np.testing.assert_array_equal(image.ReadAsArray(), numbers[650:900, 500:750])
    assert image.GetGeoTransform() == (scenes.WEST + 5000, 10, 0, scenes.NORTH - 6500, 0, -10)
    assert image.GetRasterBand(1).GetNoDataValue() == (0 if ending == "tif" else None)
    assert sum(sent) < len(whole[ending]) / 2
    assert told[-1][0] == sum(sent)
    assert [path.name for path in (tmp_path / "out").iterdir() if path.suffix != ".json"] == [
        "B04.tif"
    ]


def test_the_login_reaches_the_portal_and_no_file(land, offer, web, tmp_path):
    got = fetch_window(offer(), land(), (), HERE, tmp_path / "out")
    assert {asked.headers["authorization"] for asked in web.asked} == {AUTH}
    content = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert AUTH[7:].encode() not in content
    assert b"127.0.0.1" not in content
    assert [asked.path for asked in web.asked if not asked.path.endswith("B04.tif")] == []
    assert got.item


def test_no_proxy_stands_between_us_and_gdal(land, offer, tmp_path, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "GDAL_HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    gdal.SetConfigOption("GDAL_HTTP_PROXY", "http://127.0.0.1:9")
    try:
        assert fetch_window(offer(), land(), (), HERE, tmp_path / "out").files
    finally:
        gdal.SetConfigOption("GDAL_HTTP_PROXY", None)


def test_the_item_says_what_is_true_of_the_window(land, offer, tmp_path):
    got = fetch_window(offer(), land(), (), HERE, tmp_path / "out")
    item = json.loads(got.item.read_text())
    assert item["assets"]["B04"]["href"] == "./B04.tif"
    assert not {"sentinel_portals:checksum", "proj:shape"} & set(item["assets"]["B04"])
    assert item["assets"]["B04"]["file:size"] == got.files[0].path.stat().st_size
    assert len(item["properties"][WINDOW]) == 4
    (scene,) = cog.read(got.item)
    assert [(band.key, band.scale) for band in scene.bands] == [("B04", 0.0001)]


def test_the_index_of_the_disk_knows_the_window_and_takes_it_for_no_scene(land, offer, tmp_path):
    fetch_window(offer(), land(), (), HERE, tmp_path / "out")
    with Holdings(tmp_path / "index.sqlite") as index:
        index.scan([tmp_path / "out"])
        assert index.held([offer()], ("B04",), HERE).enough
        assert index.held([offer()], ("B04",)) is None


def test_a_portal_that_sends_whole_files_only_is_cut_here(
    land, offer, web, whole, numbers, tmp_path
):
    wanted = offer()
    web.on("/B04.tif", Answer(200, whole["tif"]))
    got = fetch_window(wanted, land(), (), HERE, tmp_path / "out")
    image = gdal.Open(str(got.files[0].path))
    np.testing.assert_array_equal(image.ReadAsArray(), numbers[650:900, 500:750])
    assert not list((tmp_path / "out").rglob(".whole"))


def test_a_portal_that_is_known_to_resume_nothing_is_not_asked_for_pieces(
    land, offer, web, tmp_path
):
    fetch_window(offer(), land(download=Download(resume=False)), (), HERE, tmp_path / "out")
    assert [asked.headers.get("range") for asked in web.asked] == [None]


def test_what_is_there_already_is_not_fetched_again(land, offer, web, tmp_path):
    fetch_window(offer("tif", "tif"), land(), ("B04",), HERE, tmp_path / "out")
    web.asked.clear()
    got = fetch_window(offer("tif", "tif"), land(), (), HERE, tmp_path / "out")
    assert {asked.path for asked in web.asked} == {"/B05.tif"}
    assert [each.was_there for each in got.files] == [True, False]


def test_a_file_of_another_portal_is_not_taken_for_its_own(land, offer, web, numbers, tmp_path):
    """Its numbers may mean something else there."""
    other = tmp_path / "out" / "B04.tif"
    other.parent.mkdir()
    other.write_bytes(b"the same band, but of another portal")
    got = fetch_window(offer(), land(), (), HERE, tmp_path / "out")
    np.testing.assert_array_equal(
        gdal.Open(str(got.files[0].path)).ReadAsArray(), numbers[650:900, 500:750]
    )


def test_what_came_before_it_broke_off_is_not_fetched_again(land, offer, web, tmp_path):
    wanted = offer("tif", "tif")
    web.on("/B05.tif", Answer(503))
    with pytest.raises(ServiceError):
        fetch_window(wanted, land(), (), HERE, tmp_path / "out")
    wanted = offer("tif", "tif")
    web.asked.clear()
    fetch_window(wanted, land(), (), HERE, tmp_path / "out")
    assert {asked.path for asked in web.asked} == {"/B05.tif"}


def test_an_area_beside_the_image_is_told_and_nothing_is_left(land, offer, tmp_path):
    far = area(900_000, -9000, 910_000, -6500)
    with pytest.raises(QueryError, match="lies outside of B04"):
        fetch_window(offer(), land(), (), far, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_what_the_portal_did_is_told_and_not_what_gdal_made_of_it(land, offer, web, tmp_path):
    wanted = offer()
    web.on("/B04.tif", Answer(503))
    with pytest.raises(ServiceError, match="One answered 503"):
        fetch_window(wanted, land(), (), HERE, tmp_path / "out")


def test_when_it_breaks_off_in_the_middle_no_half_image_is_left(
    land, offer, web, whole, sent, tmp_path
):
    wanted = offer()
    good = pieces(whole["tif"], sent)
    web.on("/B04.tif", good, Answer(503))
    with pytest.raises(ServiceError):
        fetch_window(wanted, land(), (), HERE, tmp_path / "out")
    assert not [p for p in (tmp_path / "out").iterdir() if p.suffix == ".tif"]


def test_a_file_that_is_no_image_is_told(land, offer, web, sent, tmp_path):
    wanted = offer()
    web.on("/B04.tif", pieces(b"no image at all" * 1000, sent))
    with pytest.raises(UnreadableFile):
        fetch_window(wanted, land(), (), HERE, tmp_path / "out")


def test_of_an_archive_no_area_is_cut(land, tmp_path):
    zipped = product("one", "A", assets={"p": file("https://x.test/A.zip", roles=("archive",))})
    with pytest.raises(ProductUnavailable, match="One has no image of A"):
        fetch_window(zipped, land(), (), HERE, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_offline_is_offline_for_an_area_too(land, offer, tmp_path):
    away = replace(offer(), order_status=OrderStatus.ORDERABLE)
    with pytest.raises(ProductOffline):
        fetch_window(away, land(), (), HERE, tmp_path / "out")


def test_stop_is_felt_while_the_portal_is_silent(land, offer, web, tmp_path):
    silent, pressed = threading.Event(), threading.Event()
    wanted = offer()
    web.on("/B04.tif", Answer(206, b"x", hold=silent))
    threading.Timer(0.2, pressed.set).start()
    with pytest.raises(Cancelled):
        fetch_window(wanted, land(), (), HERE, tmp_path / "out", pressed.is_set)
    silent.set()


def test_the_cost_of_a_window_is_that_of_the_blocks_it_touches(whole, tmp_path):
    path = tmp_path / "whole.tif"
    path.write_bytes(whole["tif"])
    image = gdal.Open(str(path))
    band = image.GetRasterBand(1)
    blocks = [(x, y) for x in (0, 1) for y in (1,)]
    expected = sum(int(band.GetMetadataItem(f"BLOCK_SIZE_{x}_{y}", "TIFF")) for x, y in blocks)
    assert cost(path, (500, 650, 250, 250), None) == expected
