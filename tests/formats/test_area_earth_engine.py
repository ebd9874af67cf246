"""Earth Engine from the login to the GeoTIFF, against a server that does as its papers say."""

import base64
import json
import shutil
from dataclasses import replace

import pytest
from osgeo import gdal

from sentinel_portals import api
from sentinel_portals.core import errors
from sentinel_portals.core.geometry import box
from sentinel_portals.core.jobs import DONE
from sentinel_portals.core.search import search
from sentinel_portals.core.service_account import ServiceAccount
from sentinel_portals.formats import area
from sentinel_portals.providers import Kind, connect
from sentinel_portals.providers.earth_engine import EarthEngine as Portal
from sentinel_portals.tests.core.test_service_account import account, key, verified  # noqa: F401
from sentinel_portals.tests.formats.test_area import queued
from sentinel_portals.tests.providers.answers import fixture
from sentinel_portals.tests.servers.earth_engine import (
    MOST_BYTES,
    EarthEngine,
    claims,
    value,
)
from sentinel_portals.tests.servers.web import Web

SCOPE = "https://www.googleapis.com/auth/earthengine.readonly"
SMALL = box((3.1, 45.5, 3.2, 45.6))
WIDE = box((3.05, 45.2, 4.2, 45.95))  # 90 by 83 km: 150 MB of one band
WISH = api.question("sentinel-2-l2a", (2.9, 45.1, 4.4, 46.0), "2024-07-01", "2024-07-31")

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="OpenSSL is not installed")


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture
def service(web, key, tmp_path):  # noqa: F811
    """A service account, whose promises the server checks with its public key."""
    told = account(key)

    def known(form):
        if form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return False
        text, _, signed = form["assertion"].rpartition(".")
        signature = base64.urlsafe_b64decode(signed + "=" * (-len(signed) % 4))
        said = claims(form["assertion"])
        return (
            verified(key, text.encode(), signature, tmp_path)
            and (said["iss"], said["scope"]) == (told["client_email"], SCOPE)
            and said["aud"] == f"{web.url}/token"
        )

    return known, {"password": json.dumps(told)}


@pytest.fixture
def person():
    """A person's own account: a refresh token and the client it was made for."""
    own = {"client_id": "desk", "client_secret": "c", "refresh_token": "1//r"}
    return lambda form: form == {"grant_type": "refresh_token", **own}, own


@pytest.fixture
def server(web):
    """server(login, project): the portal, connected to Earth Engine on this machine."""
    made = []

    def start(login, project="ours"):
        judge, secrets = login
        web.engine = EarthEngine(web, fixture("earth_engine_first")["images"], judge)
        way = ServiceAccount(f"{web.url}/token", SCOPE)
        facts = {"url": web.url, "search_auth": way, "download_auth": way, "project": project}
        made.append(connect(Kind(Portal, replace(Portal.info, **facts)), None, secrets))
        return made[-1]

    yield start
    for portal in made:
        portal.http.close()
        portal.files.close()


def scene(portal):
    outcome = search(portal, WISH)
    assert outcome.error is None
    return outcome.products[0]


def opened(found, key):  # noqa: F811
    return gdal.Open(str(next(f.path for f in found.files if f.key == key)))


def test_a_service_account_searches_and_fetches_an_area(web, server, service, tmp_path):
    portal = server(service)
    product = scene(portal)
    found = area.fetch_area(portal, product, ["B04"], SMALL, tmp_path / "scene")
    image = opened(found, "B04")
    assert image.GetSpatialRef().GetAuthorityCode(None) == "32631"
    west, step, _, north, _, down = image.GetGeoTransform()
    assert (step, down, west % 10, north % 10) == (10, -10, 0, 0)
    x, y = image.RasterXSize // 2, image.RasterYSize // 2
    there = image.GetRasterBand(1).ReadAsArray(x, y, 1, 1)[0, 0]
    assert there == value(west + 10 * x, north - 10 * y), "each pixel where it belongs"
    assert len(web.engine.tokens) == 1, "one token for search and pixels"
    assert all(a.headers["x-goog-user-project"] == "ours" for a in web.asked[1:])
    assert set(json.loads(found.item.read_text())["assets"]) == {"B04"}


def test_an_area_is_computed_for_the_queue_like_any_other_job(web, server, person, tmp_path):
    portal = server(person)
    job = queued(portal, scene(portal), ["B04"], SMALL, tmp_path)
    assert (job.state, job.portal) == (DONE, "earth_engine")
    assert gdal.Open(job.files[0]).GetGeoTransform()[1] == 10


def test_a_persons_own_token_does_as_well(web, server, person, tmp_path):
    portal = server(person)
    found = area.fetch_area(portal, scene(portal), ["B8A"], SMALL, tmp_path)
    assert opened(found, "B8A").GetGeoTransform()[1] == 20
    assert len(web.engine.tokens) == 1


def test_outside_of_the_shape_there_is_nothing(server, person, tmp_path):
    portal = server(person)
    corner = {
        "type": "Polygon",
        "coordinates": [[[3.1, 45.5], [3.2, 45.5], [3.1, 45.6], [3.1, 45.5]]],
    }
    image = opened(area.fetch_area(portal, scene(portal), ["B04"], corner, tmp_path), "B04")
    pixels = image.GetRasterBand(1).ReadAsArray()
    assert pixels[-20, 20] > 0
    assert pixels[20, -20] == 0
    assert 0.4 < (pixels > 0).mean() < 0.6


def test_without_a_project_the_window_comes_whole(web, server, person, tmp_path):
    portal = server(person, project="")
    image = opened(area.fetch_area(portal, scene(portal), ["B04"], SMALL, tmp_path), "B04")
    assert image.GetRasterBand(1).ReadAsArray().min() > 0
    assert web.asked[-1].path.endswith(":getPixels")


def test_what_is_too_large_for_one_answer_comes_in_pieces_without_a_seam(
    web, server, person, tmp_path
):
    portal = server(person, project="")
    image = opened(area.fetch_area(portal, scene(portal), ["B04"], WIDE, tmp_path), "B04")
    wide, high = image.RasterXSize, image.RasterYSize
    assert wide * high * 2 > 2 * MOST_BYTES
    assert len(web.engine.pixels) == 4, "as few pieces as the limit allows"
    west, _, _, north, _, _ = image.GetGeoTransform()
    band = image.GetRasterBand(1)
    for body in web.engine.pixels:
        place = body["grid"]["affineTransform"]
        row = round((north - place["translateY"]) / 10)
        for line in (row - 1, row):
            if 0 <= line < high:
                there = band.ReadAsArray(wide - 1, line, 1, 1)[0, 0]
                assert there == value(west + 10 * (wide - 1), north - 10 * line)


def test_a_key_that_google_does_not_know_is_told_before_anything_else(web, server, service):
    judge, secrets = service
    wrong = json.loads(secrets["password"])
    wrong["client_email"] = "eve@project.example.org"
    outcome = search(server((judge, {"password": json.dumps(wrong)})), WISH)
    assert type(outcome.error) is errors.AuthError
    assert [asked.path for asked in web.asked] == ["/token"]
