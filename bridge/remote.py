"""Files read where they lie, at the portals: GDAL is given the login, QGIS's proxy, certificates.

GDAL 3.6 knows no such thing per host, so each comes the only way there is: user agent, patience
and "no proxy here" in the address; a login as a header in a file in GDAL's memory that the address
names and that is read anew for every request, so that a token can be renewed under an open image;
keys of an object store for its bucket; the rest for all of GDAL, as QGIS itself does with its
proxy. Nothing secret is in an address, on the disk or in a log.
"""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import unquote, urlsplit

from osgeo import gdal

from ..core.errors import AuthError, ResponseError, SentinelPortalsError, TermsNotAccepted
from ..core.model import Asset
from ..core.sigv4 import SigV4Auth
from ..core.transport import Cancel, never, place
from ..formats import remote
from . import messages

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from ..core.model import Product
    from ..core.provider import Provider
    from ..core.transport import HttpRequest, NetworkSettings

FOLDER = "/vsimem/sentinel_portals_logins"
RENEWING = 30.0  # seconds between two looks at the logins
PATIENCE = {"max_retry": "3", "retry_delay": "1"}
SIGNING = ("pc_url_signing", "pc_collection")
START = 1024  # bytes of a file that are looked at


class Doors:
    """What GDAL was told, so that it can be taken back; and the logins, which are kept fresh."""

    def __init__(self) -> None:
        self._before: dict[str, Optional[str]] = {}
        self._granted: dict[str, Provider] = {}
        # A name that no strange project can know and send to a host of its own.
        self._folder = f"{FOLDER}/{secrets.token_hex(8)}"
        self._buckets: dict[str, Provider] = {}
        self._lock, self._over = threading.Lock(), threading.Event()
        self._keeper: Optional[threading.Thread] = None

    def prepare(self, way: NetworkSettings, url: str) -> dict[str, str]:
        """Certificates and proxy for GDAL; the options that an address on this host gets."""
        self._tell("CPL_VSIL_CURL_USE_S3_REDIRECT", "NO")  # it would take the login along
        if isinstance(way.verify, str):
            self._tell("SSL_CERT_FILE", way.verify)
            self._tell("GDAL_CURL_CA_BUNDLE", way.verify)
        options = {
            **PATIENCE,
            "connecttimeout": f"{way.timeout:.0f}",
            "useragent": way.user_agent,
        }
        proxy = way.proxies(url).get(urlsplit(url).scheme, "")
        if not proxy:
            return {**options, "proxy": ""} if gdal.GetConfigOption("GDAL_HTTP_PROXY") else options
        parts = urlsplit(proxy)
        scheme = "" if parts.scheme == "http" else f"{parts.scheme}://"
        self._tell("GDAL_HTTP_PROXY", f"{scheme}{parts.hostname}:{parts.port or 80}")
        if parts.username:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._tell("GDAL_HTTP_PROXYUSERPWD", login)
        return options

    def _tell(self, name: str, value: str) -> None:
        with self._lock:
            self._before.setdefault(name, gdal.GetConfigOption(name))
        gdal.SetConfigOption(name, value)

    def grant(self, provider: Provider, again: bool = False) -> str:
        """The file with the portal's login in GDAL's memory. May log in; any thread.

        ``again`` leaves one that was revoked meanwhile as it is.
        """
        name, headers = self._file(provider), login(provider)
        with self._lock:
            if again and self._granted.get(provider.info.id) is not provider:
                return name
            self._granted[provider.info.id] = provider
            lines = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
            gdal.FileFromMemBuffer(name, lines.encode())
            if self._keeper is None:
                self._keeper = threading.Thread(
                    target=self._keep, name="sentinel portals logins", daemon=True
                )
                self._keeper.start()
        return name

    def _file(self, provider: Provider) -> str:
        return f"{self._folder}/{provider.info.id}.txt"

    def readdressed(self, source: str, provider: Provider, way: NetworkSettings) -> str:
        """The source of a layer from a project, with its addresses made anew.

        Of the project's own only the files' addresses are believed: the login goes to none but the
        portal's hosts, by QGIS's proxy or by none, whatever a stranger has written there.
        """

        def made(told: Mapping[str, str]) -> str:
            href = told.get("url", "")
            options = self.prepare(way, href)
            options.update({k: v for k, v in told.items() if k in SIGNING})
            if provider.info.download_auth.fields and provider.resolve(Asset("", href)).login:
                options["header_file"] = self._file(provider)
            return remote.address(href, options)

        if is_store(provider):
            self.unlock(provider, buckets_in(source))
        return remote.readdressed(source, made)

    def logins(self) -> dict[str, Provider]:
        """The portals whose logins GDAL has, by their ids."""
        with self._lock:
            stores = {provider.info.id: provider for provider in self._buckets.values()}
            return {**stores, **self._granted}

    def renew(self, provider: Provider) -> None:
        """Gives GDAL the keys of today for the buckets of a portal that it has keys for."""
        held = [name for name, p in self._buckets.items() if p.info.id == provider.info.id]
        self.unlock(provider, [name.rpartition("/")[2] for name in held])

    def revoke(self, portals: Container[str]) -> None:
        """Takes the logins of these portals out of GDAL's memory."""
        clear = getattr(gdal, "ClearPathSpecificOptions", getattr(gdal, "ClearCredentials", None))
        with self._lock:
            for name in [name for name in self._granted if name in portals]:
                gdal.Unlink(self._file(self._granted.pop(name)))
            for prefix in [n for n, p in self._buckets.items() if p.info.id in portals]:
                clear(prefix)
                del self._buckets[prefix]

    def granted(self, name: str) -> bool:
        return name in self._granted

    def _keep(self) -> None:
        """Writes each login anew; whoever made it knows whether it still is a good one."""
        while not self._over.wait(RENEWING):
            for provider in list(self._granted.values()):
                try:
                    self.grant(provider, again=True)
                except SentinelPortalsError as error:
                    messages.log(str(error), error)

    def bucket(self, provider: Provider, url: str) -> str:
        """GDAL's name of a file in an object store, with the keys for its bucket."""
        parts = urlsplit(url)
        path = unquote(parts.path).lstrip("/")
        if getattr(provider.info.download_auth, "endpoint", ""):
            name, _, path = path.partition("/")
        else:  # https://BUCKET.s3.REGION.amazonaws.com/PATH
            name = parts.netloc.partition(".")[0]
        self.unlock(provider, [name])
        return f"/vsis3/{name}/{path}"

    def unlock(self, provider: Provider, buckets: Iterable[str]) -> None:
        """Gives GDAL a portal's keys for these buckets, and for no others."""
        tell = getattr(gdal, "SetPathSpecificOption", getattr(gdal, "SetCredential", None))
        if tell is None:
            raise ResponseError("Reading from an object store needs GDAL 3.5 or newer.")
        told = dict(provider.files.auth.told)
        region = told["AWS_REGION"]
        endpoint = urlsplit(getattr(provider.info.download_auth, "endpoint", ""))
        if endpoint.netloc:
            told["AWS_S3_ENDPOINT"] = endpoint.netloc
            told["AWS_VIRTUAL_HOSTING"] = "FALSE"
            told["AWS_HTTPS"] = "YES" if endpoint.scheme == "https" else "NO"
        for name in buckets:
            host = f"https://{name}.s3.{region}.amazonaws.com/"
            if not (endpoint.netloc or provider.resolve(Asset("", host)).login):
                continue  # not a bucket of this portal
            for key, value in told.items():
                tell(f"/vsis3/{name}", key, value)
            self._buckets[f"/vsis3/{name}"] = provider

    def close(self) -> None:
        """Takes every login and option back from GDAL."""
        self._over.set()
        self.revoke(self.logins())
        for name, value in self._before.items():
            gdal.SetConfigOption(name, value)
        self._before = {}


def is_store(provider: Provider) -> bool:
    """Are its files in an object store, to be read with keys?"""
    return isinstance(provider.files.auth, SigV4Auth)


def buckets_in(source: str) -> set[str]:
    """The buckets that the source of a layer names."""
    return set(re.findall(r"/vsis3/([^/<]+)/", source))


def login(provider: Provider) -> Mapping[str, str]:
    """The header of a portal's login.

    A key in a header of another name would follow a redirect to any host: GDAL drops only
    Authorization on the way.
    """
    blank = SimpleNamespace(headers={}, url="", body=None)
    provider.files.auth(blank)
    if set(blank.headers) != {"Authorization"}:
        raise TermsNotAccepted(
            f"The login for {provider.info.title} is safe in downloads only: download the scene.",
            provider=provider.info.id,
        )
    return {name: _text(value) for name, value in blank.headers.items()}


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


class Reader:
    """The way of one task to the files: what it needs of QGIS was read in the main thread."""

    def __init__(self, doors: Doors, way: NetworkSettings) -> None:
        self._doors, self._way = doors, way

    def addresses(
        self, provider: Provider, product: Product, keys: list[str], cancelled: Cancel = never
    ) -> dict[str, str]:
        """GDAL's names of some assets of a product, after a look at the first. Raises PortalError.

        The look is ours, so that what is wrong is told in a sentence, and a login is made good.
        """
        info = provider.info
        if info.download_auth.fields and provider.files.auth is None:
            raise AuthError(
                f"{info.title} wants a login before it lets files go.", provider=info.id
            )
        if info.certificate:
            raise ResponseError(
                f"{info.title} has a certificate of its own, which GDAL would have to trust "
                "everywhere: download the scene.",
                provider=info.id,
            )
        try:
            self._look(provider, product.assets[keys[0]], cancelled)
        finally:
            provider.files.close()  # this thread may never ask again
        return {key: self._address(provider, product, product.assets[key]) for key in keys}

    def _address(self, provider: Provider, product: Product, asset: Asset) -> str:
        request, signing = provider.resolve(asset), provider.signing(product)
        href = asset.href if signing else request.url
        options = {**self._doors.prepare(self._way, href), **signing}
        if not (provider.info.download_auth.fields and request.login):
            return remote.address(href, options)
        if is_store(provider):
            return self._doors.bucket(provider, href)
        return remote.address(href, {**options, "header_file": self._doors.grant(provider)})

    def _look(self, provider: Provider, asset: Asset, cancelled: Cancel) -> None:
        request = provider.resolve(asset)
        try:
            self._check(provider, request, cancelled)
        except (AuthError, TermsNotAccepted):
            if not provider.renew(asset):
                raise
            self._check(provider, provider.resolve(asset), cancelled)

    def _check(self, provider: Provider, request: HttpRequest, cancelled: Cancel) -> None:
        ranged = replace(request, headers={**request.headers, "Range": f"bytes=0-{START - 1}"})
        title, name = provider.info.title, provider.info.id
        no_parts = ResponseError(
            f"{title} gives no parts of files: download the scene.", provider=name
        )
        if request.method != "GET" or request.params:  # what is asked is computed, or counted
            raise no_parts
        with provider.files.open(ranged, cancelled) as response:
            if response.status_code != 206:
                raise no_parts
            moved = place(response.url) != place(request.url)
            if moved and request.login and provider.files.auth is not None:
                raise ResponseError(
                    f"{title} sends readers on to another server: download the scene.",
                    provider=name,
                )
            start = next(provider.files.chunks(response, cancelled), b"")
        if start.lstrip()[:1] in (b"<", b"{"):
            raise ResponseError(f"{title} sent no image.", provider=name)
