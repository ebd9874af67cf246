"""Web map layers: what a server offers, and a layer of it on the map.

The capabilities are read beside the main thread, in one way for WMS, WMTS, WCS and mviewer; the
layer itself is QGIS's own, by its providers ``wms`` and ``wcs``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import quote, urlencode, urlsplit

from qgis.core import QgsDataSourceUri, QgsProject, QgsRasterLayer

from ..core import ogc
from ..core.errors import ResponseError, SentinelPortalsError
from ..core.transport import Http, HttpRequest, NetworkSettings
from .i18n import tr
from .tasks import Task, beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.model import BBox
    from ..core.ogc import WebLayer

KNOWN = Path(__file__).with_name("web_services.json")
INSTANCE = "{instance}"
PNG, JPEG = "image/png", "image/jpeg"


@dataclass(frozen=True)
class WebService:
    """A server that we know; its address may want the id of a configuration, which is secret."""

    title: str
    url: str
    attribution: str = ""

    @property
    def wants_instance(self) -> bool:
        return INSTANCE in self.url

    def address(self, instance: str = "") -> str:
        return self.url.replace(INSTANCE, quote(instance.strip(), safe=""))


def known() -> list[WebService]:
    """The servers of our small file."""
    return [WebService(**entry) for entry in json.loads(KNOWN.read_text(encoding="utf-8"))]


class CapabilitiesTask(Task):
    """Reads what a server offers: ``layers``, or ``error`` when it offers nothing at all."""

    def __init__(self, url: str, settings: NetworkSettings, attribution: str = "") -> None:
        super().__init__(tr("Layers of {server}").format(server=urlsplit(url).hostname or url))
        self._url, self._settings, self._attribution = url, settings, attribution
        self.layers: list[WebLayer] = []

    def work(self) -> None:
        for answer in beside(self._read):
            if self.stopped():
                return
            if answer is not None:
                self.layers = [self._credited(layer) for layer in answer]

    def _read(self) -> list[WebLayer]:
        http = Http(urlsplit(self._url).hostname or self._url, settings=self._settings)
        try:
            config = ogc.config_url(self._url)
            return self._ask(http, config) if config else self._ask_all(http)
        finally:
            http.close()

    def _ask(self, http: Http, url: str) -> list[WebLayer]:
        return ogc.read(http.read(HttpRequest("GET", url), self.stopped), url)

    def _ask_all(self, http: Http) -> list[WebLayer]:
        """WMS, WMTS and WCS one after the other; who speaks one need not speak the others."""
        layers: list[WebLayer] = []
        trouble: Optional[SentinelPortalsError] = None
        for kind in kinds(self._url):
            try:
                layers += self._ask(http, ogc.capabilities_url(self._url, kind))
            except SentinelPortalsError as error:
                trouble = trouble or error
        if not layers and trouble is not None:
            raise trouble
        return layers

    def _credited(self, layer: WebLayer) -> WebLayer:
        return replace(layer, attribution=layer.attribution or self._attribution)


def kinds(url: str) -> tuple[str, ...]:
    """What to ask for: the one that the address names, else all three. Pure."""
    words = urlsplit(url.lower()).path.split("/")
    query = urlsplit(url.lower()).query
    named = [
        kind
        for kind in ogc.KINDS
        if kind.lower() in words or f"service={kind.lower()}" in query.split("&")
    ]
    return tuple(named) or ogc.KINDS


def source(layer: WebLayer, time: str = "", prefer: Sequence[str] = ()) -> tuple[str, str]:
    """The data source of a layer and the name of QGIS's provider for it.

    ``prefer`` are coordinate systems, the best one first; ``time`` is one that the layer offers.
    """
    uri = QgsDataSourceUri()
    if layer.kind == ogc.WCS:
        uri.setParam("url", layer.url)
        uri.setParam("identifier", layer.name)
        return bytes(uri.encodedUri()).decode(), "wcs"
    uri.setParam("layers", layer.name)
    uri.setParam("styles", layer.styles[0] if layer.styles else "")
    uri.setParam("format", _format(layer))
    if layer.kind == ogc.WMTS:
        name, crs = _matrix_set(layer, prefer)
        uri.setParam("tileMatrixSet", name)
        uri.setParam("crs", crs)
        uri.setParam("url", ogc.capabilities_url(layer.url, ogc.WMTS))
        if time:
            uri.setParam("tileDimensions", f"Time={time}")
    else:
        uri.setParam("crs", _crs(layer.crs, prefer))
        uri.setParam("url", _timed(layer.url, time))
    return bytes(uri.encodedUri()).decode(), "wms"


def _format(layer: WebLayer) -> str:
    """PNG where there is one: what is outside of the data stays transparent."""
    for wanted in (PNG, "image/png; mode=8bit", "image/png8", JPEG):
        if wanted in layer.formats:
            return wanted
    return layer.formats[0] if layer.formats and layer.kind == ogc.WMTS else PNG


def _crs(offered: Sequence[str], prefer: Sequence[str]) -> str:
    for wanted in (*prefer, "EPSG:3857", "EPSG:4326", "CRS:84"):
        if wanted in offered:
            return wanted
    return offered[0] if offered else "EPSG:3857"


def _matrix_set(layer: WebLayer, prefer: Sequence[str]) -> tuple[str, str]:
    crs = _crs([crs for _, crs in layer.matrix_sets], prefer)
    return next(((name, c) for name, c in layer.matrix_sets if c == crs), ("", crs))


def _timed(url: str, time: str) -> str:
    if not time:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'TIME': time})}"


def touches(layer: WebLayer, box: Optional[BBox]) -> bool:
    """Does a layer lie over a box? One that does not say where it lies may. Pure."""
    if box is None or layer.bbox is None:
        return True
    west, south, east, north = layer.bbox
    return west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1]


def open_layer(layer: WebLayer, time: str = "") -> QgsRasterLayer:
    """A raster layer with its attribution; ResponseError with QGIS's own words. Main thread."""
    crs = QgsProject.instance().crs().authid()
    address, provider = source(layer, time, [crs] if crs else [])
    title = f"{layer.title or layer.name} {time}".strip()
    made = QgsRasterLayer(address, title, provider)
    if not made.isValid():
        why = " ".join(made.error().message(0).split()) if made.error() else ""
        raise ResponseError(tr("QGIS cannot show {layer}: {why}").format(layer=title, why=why))
    _credit(made, layer.attribution)
    return made


def _credit(layer: Any, attribution: str) -> None:
    """QGIS 3.38 moved the attribution to the server's properties."""
    if attribution:
        home = layer.serverProperties() if hasattr(layer, "serverProperties") else layer
        (home if hasattr(home, "setAttribution") else layer).setAttribution(attribution)


def add(layer: QgsRasterLayer) -> None:
    """On the map, below what lies on top of the layer tree's footprints and images."""
    project = QgsProject.instance()
    project.addMapLayer(layer, False)
    project.layerTreeRoot().addLayer(layer)
