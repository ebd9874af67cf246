"""Scenes on the map straight from a portal: a real server that counts, asks and redirects."""

import json
import shutil
import subprocess
import threading
from dataclasses import replace
from datetime import datetime, timezone
from urllib.parse import quote

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsPointXY, QgsRaster, QgsRasterLayer

from sentinel_portals.bridge import rasters, streaming
from sentinel_portals.bridge.remote import FOLDER, Doors, Reader
from sentinel_portals.bridge.streaming import StreamTask
from sentinel_portals.core.auth import ApiKey, HeaderAuth, SignedUrl
from sentinel_portals.core.errors import AuthError, ResponseError, TermsNotAccepted
from sentinel_portals.core.model import Asset
from sentinel_portals.core.provider import Provider, ProviderInfo
from sentinel_portals.core.transport import Http, HttpRequest, NetworkSettings
from sentinel_portals.formats import remote
from sentinel_portals.formats.sentinel1 import TYPICAL
from sentinel_portals.providers.planetary_computer import PlanetaryComputer
from sentinel_portals.tests.formats import cogs, products
from sentinel_portals.tests.servers.pieces import Pieces
from sentinel_portals.tests.servers.web import Answer

WORD = "first-secret-word"
BEARER = ApiKey("Authorization", prefix="Bearer")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return cogs.bands(tmp_path_factory.mktemp("cogs"))


@pytest.fixture
def web(files):
    with Pieces() as web:
        for key, file in files.items():
            web.give(f"/{key}.tif", file)
        yield web


@pytest.fixture
def product(web, files):
    return cogs.product({key: f"{web.url}/{key}.tif" for key in files})


@pytest.fixture
def doors():
    gdal.VSICurlClearCache()
    doors = Doors()
    yield doors
    doors.close()
    gdal.VSICurlClearCache()


@pytest.fixture
def portal(web):
    """Makes the portal ``near``, with a login or without."""

    def make(auth=None, kind=BEARER, **changes):
        info = ProviderInfo("near", "Near portal", "stac", web.url, **changes)
        info = replace(info, download_auth=kind) if auth else info
        provider = Provider(Http("Near portal", sleep=lambda seconds: None), info=info)
        provider.files = provider.http.with_auth(auth)
        return provider

    return make


@pytest.fixture
def opened(doors, wait_for, qgis_app):
    """What a task makes of scenes: (streams, what was not shown)."""

    def run(wanted, providers, preset="true_colour", way=None):
        reader = Reader(doors, way or NetworkSettings(timeout=5, user_agent="Tests/1"))
        named = {provider.info.id: provider for provider in providers}
        task = StreamTask(lambda: wanted, named, reader, preset)
        streams, failed, over = [], [], []
        task.looked.connect(streams.append)
        task.failed.connect(failed.append)
        task.ended.connect(over.append)
        qgis_app.taskManager().addTask(task)
        wait_for(lambda: over)
        return streams, failed

    return run


def at(layer, column, row, size=10):
    """What QGIS's identify says of the middle of a pixel."""
    point = QgsPointXY(cogs.WEST + (column + 0.5) * size, cogs.NORTH - (row + 0.5) * size)
    found = layer.dataProvider().identify(point, QgsRaster.IdentifyFormat.IdentifyFormatValue)
    return found.results()


def test_what_is_shown_equals_what_would_be_downloaded(opened, portal, product, files, tmp_path):
    (stream,), failed = opened([[product]], [portal()])
    assert not failed
    layer = streaming.layer_of(stream)
    for column, row in ((5, 7), (511, 512), (1023, 0)):
        expected = {
            n: pytest.approx(cogs.stored(seed)[row, column] * 1e-4 - 0.1)
            for n, seed in ((1, 2), (2, 1), (3, 0))
        }
        assert at(layer, column, row) == expected
    assert at(layer, 0, 0) == {1: None, 2: None, 3: None}, "no data"


def test_looks_time_and_credits_are_those_of_a_download(opened, portal, product, project):
    near = portal(attribution="Contains modified Copernicus Sentinel data", licence="open")
    (stream,), _ = opened([[product]], [near])
    layer = streaming.layer_of(stream)
    assert layer.name() == "2024-06-12 S2A 31TEL true colour"
    red = layer.renderer().redContrastEnhancement()
    assert (red.minimumValue(), red.maximumValue()) == (0, 0.3)
    assert layer.temporalProperties().isActive()
    about = layer.metadata()
    assert about.rights() == ["Contains modified Copernicus Sentinel data 2024"]
    assert "read from Near portal" in about.abstract()
    group = rasters.add([layer], project)
    assert group.name() == "2024-06-12 S2A 31TEL"


def test_the_scenes_item_is_kept_with_the_layer_without_its_signatures(opened, portal, product):
    link = "https://example.org/small.jpg"
    signed = Asset("thumbnail", f"{link}?sig=abc&se=2030", roles=("thumbnail",))
    scene = replace(product, assets={**product.assets, "thumbnail": signed})
    (stream,), _ = opened([[scene]], [portal(licence="open")])
    kept = streaming.layer_of(stream).customProperty(streaming.ITEM)
    assert "sig=" not in kept
    item = json.loads(kept)
    assert (item["id"], item["properties"]["license"]) == (product.id, "open")
    assert item["assets"]["thumbnail"]["href"] == link
    assert {*item["assets"]} == {*scene.assets}


def test_nothing_is_asked_in_the_main_thread(opened, portal, product, web, project, tmp_path):
    (stream,), _ = opened([[product]], [portal()])
    gdal.VSICurlClearCache()
    web.asked.clear()
    rasters.add([streaming.layer_of(stream)], project)
    project.write(str(tmp_path / "p.qgs"))
    project.read(str(tmp_path / "p.qgs"))
    assert len(project.mapLayers()) == 1
    assert all(layer.isValid() for layer in project.mapLayers().values())
    assert web.asked == []


def test_classes_come_with_their_colours_and_an_index_with_its_ramp(opened, portal, product):
    (scl,), _ = opened([[product]], [portal()], "scl")
    layer = streaming.layer_of(scl)
    assert layer.renderer().type() == "paletted"
    assert at(layer, 17, 1, 20) == {1: cogs.classes()[1, 17]}
    (ndvi,), _ = opened([[product]], [portal()], "ndvi")
    nir, red = (cogs.stored(n)[5, 5] * 1e-4 - 0.1 for n in (3, 2))
    assert at(streaming.layer_of(ndvi), 5, 5)[1] == pytest.approx((nir - red) / (nir + red), 1e-3)


def test_radar_is_laid_onto_the_map_and_asks_nothing_in_the_main_thread(
    opened, portal, web, tmp_path
):
    safe = products.sentinel1(tmp_path, cog=True)
    files = {file.name[11:13]: file for file in safe.glob("measurement/*")}
    hrefs = {key: web.give(f"/{key}.tiff", file) for key, file in files.items()}
    radar = cogs.product(hrefs, name=safe.stem, collection="sentinel-1-grd", properties={})
    (stream,), failed = opened([[radar]], [portal()])
    assert not failed
    gdal.VSICurlClearCache()
    web.asked.clear()
    layer = streaming.layer_of(stream)
    assert web.asked == []
    assert layer.crs().authid().startswith("EPSG:326")
    middle = layer.extent().center()
    kind = QgsRaster.IdentifyFormat.IdentifyFormatValue
    shown = list(layer.dataProvider().identify(middle, kind).results().values())
    off = 20 * np.log10(products.AMPLITUDE / TYPICAL)  # no calibration table is there
    assert shown == pytest.approx([-8 + off, -15 + off, 7], abs=0.1)


def test_several_scenes_come_and_one_that_fails_costs_only_itself(opened, portal, product, web):
    gone = cogs.product({"B04": f"{web.url}/gone.tif", "B03": "", "B02": ""}, name="Gone")
    gone = replace(gone, assets={"B04": gone.assets["B04"]})
    streams, failed = opened([[product], [gone], [product]], [portal()])
    assert len(streams) == 2
    assert [each.title for each in failed] == ["Gone"]


def test_the_next_offer_is_taken_when_the_best_has_no_such_files(opened, portal, product, web):
    zipped = replace(product, provider="far", assets={})
    far = portal()
    far.info = replace(far.info, id="far", title="Far portal")
    (stream,), failed = opened([[zipped, product]], [far, portal()])
    assert stream.provider == "near"
    assert not failed


def test_a_portal_without_such_files_is_told_with_what_to_do(opened, portal, product):
    jp2 = replace(product.assets["B04"], href="https://near.test/B04.jp2", type="image/jp2")
    _, (failed,) = opened([[replace(product, assets={"B04": jp2})]], [portal()])
    assert str(failed.error) == (
        f"Near portal has no cloud-optimised images of {cogs.TITLE}: download the scene."
    )


def test_numbers_that_look_shifted_twice_are_told(opened, portal, web, tmp_path):
    dark = np.full((cogs.SIDE, cogs.SIDE), 300, np.uint16)
    hrefs = {
        key: web.give(f"/dark/{key}.tif", cogs.write(tmp_path / f"{key}.tif", dark, 10))
        for key in ("B02", "B03", "B04")
    }
    (stream,), _ = opened([[cogs.product(hrefs)]], [portal()])
    assert "the offset of -0.1 was probably applied" in stream.look.warning
    assert streaming.layer_of(stream).customProperty(rasters.DOUBT) == stream.look.warning


# --- logins ----------------------------------------------------------------------------------


class Renewed:
    """A login that is renewed now and then."""

    def __init__(self, word):
        self.word = word

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self.word}"
        return request


def lock(web, word):
    for path in web.bearers:
        web.bearers[path] = word


def test_a_login_goes_along_and_stands_nowhere(opened, portal, product, web, project, tmp_path):
    lock(web, WORD)
    (stream,), failed = opened([[product]], [portal(Renewed(WORD))])
    assert not failed
    layer = streaming.layer_of(stream)
    rasters.add([layer], project)
    assert at(layer, 5, 5)[1] is not None
    project.write(str(tmp_path / "p.qgs"))
    assert WORD not in (tmp_path / "p.qgs").read_text()
    assert WORD not in layer.source() + layer.htmlMetadata()
    assert "Authorization" not in layer.source()


def test_a_token_is_renewed_under_an_open_layer(opened, portal, product, web, doors):
    lock(web, WORD)
    auth = Renewed(WORD)
    near = portal(auth)
    (stream,), _ = opened([[product]], [near])
    layer = streaming.layer_of(stream)
    assert at(layer, 5, 5)[1] is not None
    auth.word = "second"
    lock(web, "second")
    doors.grant(near)
    assert at(layer, 1000, 1000)[1] is not None


def test_after_the_plugin_has_gone_gdal_has_no_login_left(opened, portal, product, web, doors):
    lock(web, WORD)
    near = portal(Renewed(WORD))
    opened([[product]], [near])
    file = doors.grant(near)
    assert gdal.VSIStatL(file) is not None
    doors.close()
    assert gdal.VSIStatL(file) is None
    assert gdal.GetConfigOption("CPL_VSIL_CURL_USE_S3_REDIRECT") is None


def test_a_stranger_s_project_gets_no_login_for_a_host_of_its_own(portal, doors, web):
    near = portal(Renewed(WORD))
    stolen = {"header_file": doors.grant(near), "proxy": "evil.test:80", "unsafessl": "yes"}
    evil = remote.address("https://evil.test/B04.tif", stolen)
    source = f"<VRTDataset><SourceFilename>{evil.replace('&', '&amp;')}</SourceFilename>"
    made = doors.readdressed(source, near, NetworkSettings())
    assert "evil.test%2FB04.tif" in made
    for word in ("header_file", "unsafessl", "evil.test%3A80"):
        assert word not in made


def test_a_layer_with_an_address_of_today_says_all_that_it_said(opened, portal, product, doors):
    near = portal(attribution="Contains modified Copernicus Sentinel data")
    (stream,), _ = opened([[product]], [near])
    layer = streaming.layer_of(stream)
    before, source = layer.metadata(), layer.source()
    streaming.readdress(layer, near, doors, NetworkSettings(user_agent="Tomorrow/1"))
    assert layer.source() != source
    assert layer.metadata() == before
    assert layer.metadata().rights() == ["Contains modified Copernicus Sentinel data 2024"]
    assert layer.temporalProperties().isActive()
    assert layer.renderer().redContrastEnhancement().maximumValue() == 0.3


def test_an_address_of_an_earlier_session_gets_today_s_login(portal, doors, web):
    near = portal(Renewed(WORD))
    file = doors.grant(near)
    old = {"header_file": f"{FOLDER}/of_yesterday/near.txt", "useragent": "Old"}
    address = remote.address(f"{web.url}/B04.tif", old).replace("&", "&amp;amp;")
    made = doors.readdressed(f"<SourceFilename>{address}</SourceFilename>", near, NetworkSettings())
    assert quote(file, safe="") in made
    assert "of_yesterday" not in made
    assert made.count("&amp;amp;") == made.count("&"), "escaped as it was"


def test_a_missing_login_is_told(opened, portal, product):
    near = portal()
    near.info = replace(near.info, download_auth=BEARER)
    _, (failed,) = opened([[product]], [near])
    assert isinstance(failed.error, AuthError)
    assert "wants a login" in str(failed.error)


def test_a_wrong_login_is_told(opened, portal, product, web):
    lock(web, WORD)
    _, (failed,) = opened([[product]], [portal(Renewed("wrong"))])
    assert isinstance(failed.error, AuthError)


def test_a_key_that_would_follow_a_redirect_is_not_given_to_gdal(opened, portal, product):
    keyed = portal(HeaderAuth("X-API-Key", WORD), ApiKey())
    _, (failed,) = opened([[product]], [keyed])
    assert isinstance(failed.error, TermsNotAccepted)
    assert "download the scene" in str(failed.error)


def test_a_portal_that_sends_readers_on_gets_no_login_from_gdal(
    opened, portal, product, web, files
):
    with Pieces() as other:
        for key, file in files.items():
            target = other.give(f"/{key}.tif", file).replace("127.0.0.1", "localhost")
            web.on(f"/{key}.tif", Answer(302, headers={"Location": target}))
        _, (failed,) = opened([[product]], [portal(Renewed(WORD))])
        assert isinstance(failed.error, ResponseError)
        assert "another server" in str(failed.error)
        assert not [a for a in other.asked if WORD in str(a.headers)]


def test_a_redirect_that_comes_later_takes_no_login_along(opened, portal, product, web, files):
    """GDAL 3.6 takes it along to what looks like a signed link of an object store."""
    lock(web, WORD)
    (stream,), _ = opened([[product]], [portal(Renewed(WORD))])
    layer = streaming.layer_of(stream)
    gdal.VSICurlClearCache()
    with Pieces() as other:
        for key, file in files.items():
            target = other.give(f"/{key}.tif", file).replace("127.0.0.1", "localhost")
            web.on(f"/{key}.tif", Answer(302, headers={"Location": f"{target}?X-Amz-Signature=1"}))
        assert at(layer, 5, 5)[1] is not None
        assert other.asked
        assert not [a for a in other.asked if WORD in str(a.headers)]


def test_a_signed_link_of_an_object_store_gets_no_login(opened, portal, product, web, files):
    """By a proxy, for only with such a host's name GDAL keeps the link it was sent on to."""
    lock(web, WORD)
    (stream,), _ = opened([[product]], [portal(Renewed(WORD))])
    layer = streaming.layer_of(stream)
    gdal.VSICurlClearCache()
    with Pieces() as proxy:
        store, now = "http://x.s3.amazonaws.com", datetime.now(timezone.utc)
        for key, file in files.items():
            signed = f"{store}/{key}.tif?X-Amz-Expires=600&X-Amz-Date={now:%Y%m%dT%H%M%SZ}"
            signed += "&X-Amz-Algorithm=AWS4&X-Amz-Signature=1"
            proxy.on(f"/{key}.tif", _store(proxy, file, signed))
        gdal.SetConfigOption("GDAL_HTTP_PROXY", proxy.url.removeprefix("http://"))
        try:
            assert at(without_direct(layer), 5, 5)[1] is not None
        finally:
            gdal.SetConfigOption("GDAL_HTTP_PROXY", None)
        sent_on = [a for a in proxy.asked if "X-Amz" in a.query]
        assert sent_on
        assert not [a for a in sent_on if WORD in str(a.headers)]


def without_direct(layer):
    return QgsRasterLayer(layer.source(), "again", "gdal")


def _store(proxy, file, signed):
    content = file.read_bytes()

    def answer(asked):
        if "X-Amz" in asked.query:
            return proxy._piece(content, asked)
        return Answer(302, headers={"Location": signed})

    return answer


# --- the network as QGIS has it ----------------------------------------------------------------


def test_the_user_agent_is_ours(opened, portal, product, web):
    (stream,), _ = opened([[product]], [portal()])
    web.asked.clear()
    gdal.VSICurlClearCache()
    at(streaming.layer_of(stream), 5, 5)
    assert {asked.headers.get("user-agent") for asked in web.asked} == {"Tests/1"}


def test_qgis_proxy_is_used_with_its_login_and_its_login_stands_nowhere(
    opened, portal, product, web, files
):
    with Pieces() as proxy:
        for key, file in files.items():
            proxy.give(f"/{key}.tif", file)
        address = proxy.url.replace("http://", "http://ada:proxyword@")
        way = NetworkSettings(timeout=5, proxies=lambda url: {"http": address, "https": address})
        near = portal()
        near.http = near.files = Http("Near portal", settings=way, sleep=lambda seconds: None)
        (stream,), failed = opened([[product]], [near], way=way)
        assert not failed
        layer = streaming.layer_of(stream)
        assert at(layer, 5, 5)[1] is not None
        assert web.asked == []
        assert all("proxy-authorization" in a.headers for a in proxy.asked)
        assert "proxyword" not in layer.source()


def test_an_address_that_the_proxy_is_not_for_is_read_directly(opened, portal, product, web):
    gdal.SetConfigOption("GDAL_HTTP_PROXY", "127.0.0.1:9")  # as QGIS sets it, for everything
    try:
        (stream,), failed = opened([[product]], [portal()])
        assert not failed
        assert at(streaming.layer_of(stream), 5, 5)[1] is not None
    finally:
        gdal.SetConfigOption("GDAL_HTTP_PROXY", None)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    named = (folder / "c.pem", folder / "k.pem")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    command += " -subj /CN=near -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(
        [*command.split(), "-out", named[0], "-keyout", named[1]], check=True, capture_output=True
    )
    return named


def test_certificates_that_qgis_trusts_are_trusted(opened, portal, files, certificate):
    with Pieces(certificate) as web:
        hrefs = {key: web.give(f"/{key}.tif", file) for key, file in files.items()}
        way = NetworkSettings(timeout=5, verify=str(certificate[0]))
        near = portal()
        near.http = near.files = Http("Near portal", settings=way, sleep=lambda seconds: None)
        (stream,), failed = opened([[cogs.product(hrefs)]], [near], way=way)
        assert not failed
        assert at(streaming.layer_of(stream), 5, 5)[1] is not None


def test_a_certificate_that_nobody_trusts_is_told(opened, portal, files, certificate):
    with Pieces(certificate) as web:
        hrefs = {key: web.give(f"/{key}.tif", file) for key, file in files.items()}
        _, (failed,) = opened([[cogs.product(hrefs)]], [portal()])
        assert str(failed.error) == "The certificate of Near portal is not trusted."


def test_a_portal_with_a_certificate_of_its_own_is_not_opened_to_all_of_gdal(
    opened, portal, product, web
):
    _, (failed,) = opened([[product]], [portal(certificate="/etc/own.pem")])
    assert str(failed.error) == (
        "Near portal has a certificate of its own, which GDAL would have to trust everywhere: "
        "download the scene."
    )
    assert web.asked == []


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_dead_portal_is_told(opened, portal, product, web):
    dead = cogs.product({key: f"http://127.0.0.1:9/{key}.tif" for key in ("B02", "B03", "B04")})
    _, (failed,) = opened([[dead]], [portal()])
    assert str(failed.error) == "Near portal is not reachable."


def test_a_server_that_gives_no_parts_is_told(opened, portal, product, web):
    web.on("/B04.tif", Answer(200, b"II*\0" + bytes(5000)))
    _, (failed,) = opened([[product]], [portal()])
    assert str(failed.error) == "Near portal gives no parts of files: download the scene."


def test_what_a_portal_computes_when_asked_is_not_asked_for(opened, portal, product, web):
    near = portal()
    near.resolve = lambda asset: HttpRequest("POST", asset.href)
    _, (failed,) = opened([[product]], [near])
    assert "gives no parts" in str(failed.error)
    assert web.asked == []


def test_a_link_that_is_looked_up_at_the_last_moment_is_the_one_that_is_read(
    opened, portal, product, web
):
    near = portal()
    near.resolve = lambda asset: HttpRequest("GET", asset.href.replace("/later/", "/"))
    later = {
        k: replace(a, href=a.href.replace(f"/{k}", f"/later/{k}"))
        for k, a in product.assets.items()
    }
    (stream,), failed = opened([[replace(product, assets=later)]], [near])
    assert not failed
    assert at(streaming.layer_of(stream), 5, 5)[1] is not None


def test_a_web_page_in_place_of_an_image_is_told(opened, portal, product, web):
    web.give("/B04.tif", b"<html>please log in</html>")
    _, (failed,) = opened([[product]], [portal()])
    assert str(failed.error) == "Near portal sent no image."


def test_cancel_is_felt_while_a_portal_is_silent(portal, product, web, doors, wait_for, qgis_app):
    silence = threading.Event()
    web.on("/B04.tif", Answer(206, hold=silence))
    task = StreamTask(
        lambda: [[product]], {"near": portal()}, Reader(doors, NetworkSettings()), "visual"
    )
    over = []
    task.ended.connect(over.append)
    qgis_app.taskManager().addTask(task)
    wait_for(lambda: not task.isActive() or task.status() == task.TaskStatus.Running)
    task.cancel()
    wait_for(lambda: over, seconds=3)
    silence.set()
    assert over == [False]


# --- links that are signed as they are read --------------------------------------------------


def test_a_link_is_signed_as_it_is_read_and_kept_without_signature(
    opened, product, web, project, tmp_path
):
    """Planetary Computer's way, which GDAL knows; the project holds what is not signed."""
    told = {"msft:expiry": "2099-01-01T00:00:00Z", "token": "se=2099&sig=SECRETSIG"}
    web.on("/token/sentinel-2-l2a", Answer(json=told))
    gdal.SetConfigOption("VSICURL_PC_SAS_TOKEN_URL", f"{web.url}/token/")
    way = SignedUrl(f"{web.url}/token")
    info = replace(PlanetaryComputer.info, id="near", url=web.url, download_auth=way)
    near = PlanetaryComputer(Http("Near portal", sleep=lambda seconds: None), info=info)
    try:
        (stream,), failed = opened([[product]], [near])
        assert not failed
        web.asked.clear()
        layer = streaming.layer_of(stream)
        rasters.add([layer], project)
        assert at(layer, 5, 5)[1] is not None
        read = [a for a in web.asked if a.path.endswith(".tif")]
        assert read
        assert all("sig=SECRETSIG" in a.query for a in read)
        project.write(str(tmp_path / "p.qgs"))
        assert "SECRETSIG" not in (tmp_path / "p.qgs").read_text()
    finally:
        gdal.SetConfigOption("VSICURL_PC_SAS_TOKEN_URL", None)
