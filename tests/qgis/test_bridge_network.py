"""bridge/network.py: QGIS's network settings, for the core."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from qgis.core import QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkProxyQuery

from sentinel_portals.bridge import network
from sentinel_portals.core.errors import MissingLibrary
from sentinel_portals.core.transport import Http, HttpRequest

USUAL = {"proxyEnabled": False}


@pytest.fixture
def proxy_settings():
    """Sets QGIS's proxy; taken back afterwards."""

    def put(**values):
        store = QgsSettings()
        store.remove("proxy")
        for name, value in values.items():
            store.setValue(f"proxy/{name}", value)
        QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()

    yield put
    put(**USUAL)


@pytest.fixture
def proxy():
    """A real proxy on this machine; it answers itself and remembers what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Proxy-Authorization")))
            body = b'{"through": "proxy"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = asked
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_without_a_proxy_nothing_is_in_between(proxy_settings):
    proxy_settings(**USUAL)
    assert network.network_settings().proxies("https://example.org/") == {}


def test_a_search_goes_through_qgis_proxy_and_logs_in_there(proxy_settings, proxy):
    proxy_settings(
        proxyEnabled=True,
        proxyType="HttpProxy",
        proxyHost="127.0.0.1",
        proxyPort=proxy.server_port,
        proxyUser="me@work",
        proxyPassword="p:w/d",  # pragma: allowlist secret
    )
    http = Http("Portal", settings=network.network_settings())
    answer = http.json(HttpRequest("GET", "http://portal.invalid/search"))
    assert answer == {"through": "proxy"}
    [(path, login)] = proxy.asked
    assert path == "http://portal.invalid/search"
    assert login == "Basic bWVAd29yazpwOncvZA=="  # pragma: allowlist secret


def test_what_qgis_excludes_goes_directly(proxy_settings, proxy):
    near = f"http://127.0.0.1:{proxy.server_port}/near"
    proxy_settings(
        proxyEnabled=True,
        proxyType="HttpProxy",
        proxyHost="unreachable.invalid",
        proxyPort=9,
        noProxyUrls=["http://127.0.0.1"],
    )
    http = Http("Portal", settings=network.network_settings())
    assert http.json(HttpRequest("GET", near)) == {"through": "proxy"}
    assert proxy.asked == [("/near", None)]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a",
        "https://intra.example.org/a",
        "http://intra.example.org/a",
        "https://other.example.org",
        "http://localhost:8080/",
    ],
)
def test_the_choice_is_the_one_that_qgis_makes(proxy_settings, url):
    proxy_settings(
        proxyEnabled=True,
        proxyType="HttpProxy",
        proxyHost="proxy.example.org",
        proxyPort=3128,
        noProxyUrls=["https://intra.example.org", " ", "http://localhost"],
        proxyExcludedUrls="https://other.example.org",
    )
    factory = QgsNetworkAccessManager.instance().proxyFactory()
    theirs = network.address(factory.queryProxy(QNetworkProxyQuery(QUrl(url)))[0])
    ours = network.network_settings().proxies(url)
    assert ours == ({"http": theirs, "https": theirs} if theirs else {})


def test_a_socks_proxy_looks_names_up_itself_or_says_what_is_missing(proxy_settings, monkeypatch):
    proxy_settings(
        proxyEnabled=True, proxyType="Socks5Proxy", proxyHost="127.0.0.1", proxyPort=1080
    )
    proxies = network.network_settings().proxies
    monkeypatch.setattr(network, "find_spec", lambda name: object())
    assert proxies("https://example.org")["https"] == "socks5h://127.0.0.1:1080"
    monkeypatch.setattr(network, "find_spec", lambda name: None)
    with pytest.raises(MissingLibrary, match="PySocks"):
        proxies("https://example.org")


def test_settings_that_did_not_change_are_equal(proxy_settings):
    proxy_settings(**USUAL)
    assert network.network_settings() == network.network_settings()


def test_qgis_authorities_are_handed_over_as_a_file():
    path = network.network_settings().verify
    assert len(ssl.create_default_context(cafile=path).get_ca_certs()) > 10


def test_the_time_out_is_that_of_qgis():
    before = QgsNetworkAccessManager.timeout()
    QgsNetworkAccessManager.setTimeout(17000)
    try:
        assert network.network_settings().timeout == 17.0
    finally:
        QgsNetworkAccessManager.setTimeout(before)


def test_we_say_who_we_are():
    agent = network.network_settings().user_agent
    assert "QGIS/" in agent
    assert agent.endswith(f"SentinelPortals/{network.version()}")
    assert network.version() != "0"
