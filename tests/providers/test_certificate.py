"""A portal whose certificate nobody trusts: a file beside the portals file vouches for it alone."""

import json
import shutil
import ssl
import subprocess

import pytest

from sentinel_portals import providers
from sentinel_portals.core.errors import NetworkError
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.search import search
from sentinel_portals.core.transport import HttpRequest, NetworkSettings
from sentinel_portals.tests.servers.web import Answer, Web

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")

SETTINGS = NetworkSettings(timeout=5)
L2A = SearchRequest("sentinel-2-l2a")
NOTHING = Answer(json={"type": "FeatureCollection", "features": []})


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """Makes a certificate that signed itself: (certificate, key)."""
    folder = tmp_path_factory.mktemp("certificates")

    def make(name, host="127.0.0.1"):
        kind = "IP" if host[0].isdigit() else "DNS"
        files = folder / f"{name}.pem", folder / f"{name}.key"
        command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        command += f" -days 2 -subj /CN={name} -addext subjectAltName={kind}:{host}"
        named = [*command.split(), "-out", files[0], "-keyout", files[1]]
        subprocess.run(named, check=True, capture_output=True)
        return files

    return make


@pytest.fixture(scope="module")
def valley(make):
    return make("valley")


@pytest.fixture
def servers():
    """Starts web servers that speak TLS with a certificate."""
    running = []

    def start(files):
        web = Web()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        web._server.socket = context.wrap_socket(web._server.socket, server_side=True)
        web.url = web.url.replace("http://", "https://")
        web.on("*", NOTHING)
        running.append(web)
        return web.__enter__()

    yield start
    for web in running:
        web.__exit__()


@pytest.fixture
def entry(tmp_path):
    """A portal told in a portals file, connected."""
    made = []

    def entry(web, *certificate):
        told = {"id": "valley", "title": "Valley", "family": "stac", "url": web.url}
        told["collections"] = {"sentinel-2-l2a": "s2"}
        if certificate:
            told["certificate"] = str(certificate[0])
        file = tmp_path / "portals.json"
        file.write_text(json.dumps([told]), encoding="utf-8")
        kinds, problems = providers.portals(file)
        assert problems == []
        made.append(providers.connect(kinds["valley"], SETTINGS))
        return made[-1]

    yield entry
    for portal in made:
        portal.http.close()


def test_a_certificate_that_nobody_signed_is_refused_and_named(servers, valley, entry):
    error = search(entry(servers(valley)), L2A).error
    assert type(error) is NetworkError
    assert str(error) == "The certificate of Valley is not trusted."


def test_the_file_of_the_certificate_lets_us_in(servers, valley, entry):
    web = servers(valley)
    assert search(entry(web, valley[0]), L2A).error is None
    assert len(web.asked) == 1


def test_the_file_may_lie_beside_the_portals_file(servers, valley, entry, tmp_path):
    shutil.copy(valley[0], tmp_path / "valley.pem")
    assert search(entry(servers(valley), "valley.pem"), L2A).error is None


def test_it_vouches_for_no_other_server(servers, valley, entry):
    home, elsewhere = servers(valley), servers(valley)
    portal = entry(home, valley[0])
    with pytest.raises(NetworkError, match="not trusted"):
        portal.files.read(HttpRequest("GET", f"{elsewhere.url}/file"))
    assert elsewhere.asked == []


def test_nor_after_a_redirect(servers, valley, entry):
    home, elsewhere = servers(valley), servers(valley)
    home.on("*", Answer(302, headers={"Location": f"{elsewhere.url}/search"}))
    error = search(entry(home, valley[0]), L2A).error
    assert "not trusted" in str(error)
    assert elsewhere.asked == []


def test_another_certificate_in_its_place_is_refused(servers, valley, make, entry):
    error = search(entry(servers(make("impostor")), valley[0]), L2A).error
    assert "not trusted" in str(error)


def test_a_certificate_of_another_name_is_refused(servers, make, entry):
    other = make("elsewhere", "elsewhere.example")
    error = search(entry(servers(other), other[0]), L2A).error
    assert "not trusted" in str(error)


def test_an_entry_whose_certificate_is_none_is_left_out_and_says_so(tmp_path, valley):
    entries = []
    for number, name in enumerate(("missing.pem", valley[1].name)):
        shutil.copy(valley[1], tmp_path / valley[1].name)
        told = {"id": f"valley{number}", "title": "Valley", "family": "stac"}
        told["url"], told["collections"] = "https://valley.example", {"sentinel-2-l2a": "s2"}
        entries.append({**told, "certificate": name})
    file = tmp_path / "portals.json"
    file.write_text(json.dumps(entries), encoding="utf-8")
    kinds, problems = providers.portals(file)
    assert not {"valley0", "valley1"} & set(kinds)
    assert [text.rpartition(": ")[2] for text in problems] == [
        "its certificate missing.pem cannot be read.",
        f"its certificate {valley[1].name} is no certificate in PEM.",
    ]
