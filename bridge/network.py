"""QGIS's proxy, certificates, time-out and user agent for the core, read in the main thread.

The core asks for a proxy from many threads, and QGIS's own factory would make a network manager
for each of them; so what it decides by is copied here, and `Proxies` decides alike.
"""

from __future__ import annotations

import os
from configparser import ConfigParser
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from qgis.core import Qgis, QgsApplication, QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery

from ..core.errors import MissingLibrary
from ..core.transport import NetworkSettings
from .i18n import tr
from .settings import home

if TYPE_CHECKING:
    from collections.abc import Mapping

DIRECT: Mapping[str, str] = {}


@dataclass(frozen=True)
class Proxies:
    """requests' proxy mapping for a URL, as QGIS would choose it. Any thread may ask.

    ``usual`` is the proxy's address ('' for none), ``past`` begin the URLs that need none.
    """

    usual: str = ""
    past: tuple[str, ...] = ()
    system: bool = False

    def __call__(self, url: str) -> Mapping[str, str]:
        if url.startswith(self.past):
            return DIRECT
        address = _system(url) if self.system else self.usual
        if not address:
            return DIRECT
        if address.startswith("socks") and find_spec("socks") is None:
            raise MissingLibrary(
                tr(
                    "QGIS is set to a SOCKS proxy, for which the Python library PySocks is "
                    "needed: python3 -m pip install PySocks (Debian: apt install python3-socks)."
                )
            )
        return {"http": address, "https": address}


def network_settings() -> NetworkSettings:
    """How QGIS reaches the world. Main thread."""
    return NetworkSettings(
        proxies=_proxies(),
        verify=_certificates() or True,
        timeout=max(1.0, QgsNetworkAccessManager.timeout() / 1000),
        user_agent=_user_agent(),
    )


def _proxies() -> Proxies:
    manager = QgsNetworkAccessManager.instance()
    past = [*manager.noProxyList(), *manager.excludeList()]
    return Proxies(
        usual=address(manager.fallbackProxy()),
        past=tuple(url for url in past if url.strip()),
        system=manager.useSystemProxy(),
    )


def _system(url: str) -> str:
    found = QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(url)))
    return address(found[0]) if found else ""


def address(proxy: QNetworkProxy) -> str:
    """The proxy with its login in one URL, as requests wants it; empty for no proxy."""
    schemes = {
        QNetworkProxy.ProxyType.HttpProxy: "http",
        QNetworkProxy.ProxyType.HttpCachingProxy: "http",
        QNetworkProxy.ProxyType.Socks5Proxy: "socks5h",  # h: the proxy looks names up
    }
    scheme = schemes.get(proxy.type())
    if not scheme or not proxy.hostName():
        return ""
    login = ""
    if proxy.user():
        login = f"{quote(proxy.user(), safe='')}:{quote(proxy.password(), safe='')}@"
    port = f":{proxy.port()}" if proxy.port() else ""
    return f"{scheme}://{login}{proxy.hostName()}{port}"


def _certificates() -> str:
    """The authorities that QGIS trusts, as a file; '' when QGIS names none."""
    manager = QgsApplication.authManager()
    pem = b"" if manager.isDisabled() else bytes(manager.trustedCaCertsPemText())
    if b"BEGIN CERTIFICATE" not in pem:
        return ""
    path = home() / "certificates.pem"
    if not path.exists() or path.read_bytes() != pem:
        new = path.with_name(f"certificates.{os.getpid()}.pem")
        new.write_bytes(pem)
        new.replace(path)
    return str(path)


def _user_agent() -> str:
    said = str(QgsSettings().value("qgis/networkAndProxy/userAgent", "Mozilla/5.0") or "")
    return f"{said} QGIS/{Qgis.QGIS_VERSION_INT} SentinelPortals/{version()}".strip()


def version() -> str:
    """Our version, from metadata.txt, the only place where it is written."""
    metadata = ConfigParser(interpolation=None)
    metadata.read(Path(__file__).resolve().parents[1] / "metadata.txt", encoding="utf-8")
    return metadata.get("general", "version", fallback="0")
