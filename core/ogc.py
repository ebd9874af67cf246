"""What OGC servers and mviewer configurations offer, as one kind of record. Pure.

WMS 1.1 and 1.3, WMTS 1.0, WCS 1.0 to 2.0, and the XML of mviewer (https://mviewer.github.io), the
viewer of GéoBretagne, which names layers of many WMS servers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from . import markup
from .errors import QueryError, ResponseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .markup import Element
    from .model import BBox

WMS, WMTS, WCS = "WMS", "WMTS", "WCS"
KINDS = (WMS, WMTS, WCS)

ASKED = {WMS: "1.3.0", WMTS: "1.0.0", WCS: "1.0.0"}
"""The version that each is asked for; a server answers with the nearest that it speaks."""

OURS = frozenset({"service", "request", "version"})
"""Parameters of an address that a person copied, and that we say ourselves."""


@dataclass(frozen=True)
class WebLayer:
    """One layer to be put on the map. ``bbox`` is west, south, east, north, None if unsaid.

    ``matrix_sets`` are a WMTS's tilings with their coordinate systems.
    """

    kind: str
    url: str
    name: str
    title: str = ""
    bbox: Optional[BBox] = None
    crs: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    matrix_sets: tuple[tuple[str, str], ...] = ()
    attribution: str = ""


def base(url: str) -> str:
    """The address of a server without what we say ourselves; a map file or a key stays. Pure."""
    parts = urlsplit(url.strip())
    kept = [(k, v) for k, v in parse_qsl(parts.query, True) if k.lower() not in OURS]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))


def capabilities_url(url: str, kind: str) -> str:
    """Where a server says what it has. Pure."""
    start = base(url)
    question = urlencode({"SERVICE": kind, "REQUEST": "GetCapabilities", "VERSION": ASKED[kind]})
    return f"{start}{'&' if '?' in start else '?'}{question}"


def config_url(url: str) -> str:
    """The XML behind an mviewer's page, ``…/mviewer/?config=../apps/x/config.xml``; '' if none."""
    parts = urlsplit(url.strip())
    if parts.path.lower().endswith(".xml"):
        return url.strip()
    told = dict(parse_qsl(parts.query)).get("config", "")
    return urljoin(urlunsplit((*parts[:3], "", "")), told) if told else ""


def read(content: bytes, url: str) -> list[WebLayer]:
    """The layers of a capabilities document or an mviewer configuration.

    Raises QueryError with the server's own words when it refuses, ResponseError for what is
    neither.
    """
    where = urlsplit(url).hostname or url
    try:
        root = markup.parse(content)
        reader = READERS.get(_local(root))
        if reader is not None:
            layers: list[WebLayer] = reader(root, base(url))
            return layers
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise ResponseError(f"{where} gave no list of layers: {error}.") from error
    if "Exception" in _local(root):
        said = " ".join(" ".join(_texts(root)).split())
        raise QueryError(f"{where} refuses: {said[:200]}")
    raise ResponseError(f"{where} gave no list of layers: it is a <{_local(root)[:40]}>.")


# --- WMS ----------------------------------------------------------------------------------------


def _wms(root: Element, url: str) -> list[WebLayer]:
    capability = _first(root, "Capability")
    top = _first(capability, "Layer") if capability else None
    formats = tuple(
        element.text.strip()
        for get_map in _every(_first(capability, "Request"), "GetMap")
        for element in _every(get_map, "Format")
    )
    return list(_wms_layers(top, WebLayer(WMS, url, "", formats=formats))) if top else []


def _wms_layers(element: Element, parent: WebLayer) -> Iterator[WebLayer]:
    """A layer that has a name can be shown; what it does not say it has from its parent."""
    layer = WebLayer(
        WMS,
        parent.url,
        _told(element, "Name"),
        _told(element, "Title"),
        _wms_box(element) or parent.bbox,
        _unique(*parent.crs, *_systems(element)),
        _unique(*parent.styles, *(_told(s, "Name") for s in _every(element, "Style"))),
        parent.formats,
        _times(element) or parent.times,
        (),
        _credit(element) or parent.attribution,
    )
    if layer.name:
        yield layer
    for child in _every(element, "Layer"):
        yield from _wms_layers(child, layer)


def _systems(element: Element) -> Iterator[str]:
    for name in ("CRS", "SRS"):
        for each in _every(element, name):
            yield from each.text.split()  # 1.1.0 lists several in one


def _wms_box(element: Element) -> Optional[BBox]:
    box = _first(element, "EX_GeographicBoundingBox")
    if box is not None:
        sides = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude")
        return _numbers([_told(box, side) for side in (*sides, "northBoundLatitude")])
    box = _first(element, "LatLonBoundingBox")
    if box is None:
        return None
    return _numbers([box.attributes.get(side, "") for side in ("minx", "miny", "maxx", "maxy")])


def _times(element: Element) -> tuple[str, ...]:
    for name in ("Dimension", "Extent"):  # 1.3, 1.1
        for each in _every(element, name):
            if each.attributes.get("name", "").lower() == "time":
                times = [t.strip() for t in each.text.split(",")]
                return tuple(t for t in times if t)
    return ()


def _credit(element: Element) -> str:
    said = _first(element, "Attribution")
    return _told(said, "Title") if said is not None else ""


# --- WMTS and WCS -------------------------------------------------------------------------------


def _capabilities(root: Element, url: str) -> list[WebLayer]:
    """WMTS, WCS 1.1 and WCS 2.0 call their roots alike."""
    contents = _first(root, "Contents")
    if contents is None:
        return []
    coverages = _every(contents, "CoverageSummary")
    if coverages:
        return [_coverage(each, url) for each in coverages]
    systems = {
        _told(each, "Identifier"): crs_name(_told(each, "SupportedCRS"))
        for each in _every(contents, "TileMatrixSet")
    }
    return [_tiles(each, url, systems) for each in _every(contents, "Layer")]


def _tiles(element: Element, url: str, systems: dict[str, str]) -> WebLayer:
    links = [_told(link, "TileMatrixSet") for link in _every(element, "TileMatrixSetLink")]
    sets = tuple((name, systems.get(name, "")) for name in links if name)
    styles = sorted(
        _every(element, "Style"), key=lambda s: s.attributes.get("isDefault") not in ("true", "1")
    )
    return WebLayer(
        WMTS,
        url,
        _told(element, "Identifier"),
        _told(element, "Title"),
        _corners(element),
        _unique(*(crs for _, crs in sets)),
        _unique(*(_told(style, "Identifier") for style in styles)),
        _unique(*(f.text.strip() for f in _every(element, "Format"))),
        _tile_times(element),
        sets,
    )


def _tile_times(element: Element) -> tuple[str, ...]:
    for each in _every(element, "Dimension"):
        if _told(each, "Identifier").lower() == "time":
            return _unique(*(value.text.strip() for value in _every(each, "Value")))
    return ()


def _coverage(element: Element, url: str) -> WebLayer:
    name = _told(element, "CoverageId") or _told(element, "Identifier")
    return WebLayer(WCS, url, name, _told(element, "Title"), _corners(element))


def _wcs(root: Element, url: str) -> list[WebLayer]:
    """WCS 1.0."""
    contents = _first(root, "ContentMetadata")
    briefs = _every(contents, "CoverageOfferingBrief")
    return [WebLayer(WCS, url, _told(b, "name"), _told(b, "label"), _envelope(b)) for b in briefs]


def _envelope(element: Element) -> Optional[BBox]:
    corners = _every(_first(element, "lonLatEnvelope"), "pos")
    return _numbers(" ".join(corner.text for corner in corners[:2]).split())


def _corners(element: Element) -> Optional[BBox]:
    box = _first(element, "WGS84BoundingBox")
    if box is None:
        return None
    return _numbers(f"{_told(box, 'LowerCorner')} {_told(box, 'UpperCorner')}".split())


def crs_name(said: str) -> str:
    """``urn:ogc:def:crs:EPSG:6.18:3:3857`` as EPSG:3857. Pure."""
    words = said.replace("/", ":").split(":")
    if "EPSG" in words and words[-1].isdigit():
        return f"EPSG:{words[-1]}"
    return "EPSG:4326" if words[-1].upper() in ("CRS84", "84") else said


# --- mviewer ------------------------------------------------------------------------------------


def _mviewer(root: Element, url: str) -> list[WebLayer]:
    """Its WMS layers; what it shows otherwise (GeoJSON, sensors, ...) is left out."""
    found = []
    for element in _deep(root):
        said = element.attributes
        if _local(element) != "layer" or said.get("type", "wms") not in ("wms", ""):
            continue
        if said.get("url") and said.get("id"):
            found.append(
                WebLayer(
                    WMS,
                    base(urljoin(url, said["url"])),
                    said["id"],
                    said.get("name", ""),
                    styles=tuple(s for s in (said.get("style", "").split(",")[0],) if s),
                    times=_unique(*(t.strip() for t in said.get("timevalues", "").split(","))),
                    attribution=said.get("attribution", ""),
                )
            )
    return found


READERS: dict[str, Any] = {
    "WMS_Capabilities": _wms,
    "WMT_MS_Capabilities": _wms,
    "Capabilities": _capabilities,
    "WCS_Capabilities": _wcs,
    "config": _mviewer,
}


# --- small readers ------------------------------------------------------------------------------


def _local(element: Element) -> str:
    return element.name.rpartition(":")[2]


def _every(element: Optional[Element], name: str) -> list[Element]:
    return [child for child in element.children if _local(child) == name] if element else []


def _first(element: Optional[Element], name: str) -> Optional[Element]:
    return next(iter(_every(element, name)), None)


def _told(element: Optional[Element], name: str) -> str:
    child = _first(element, name)
    return child.text.strip() if child is not None else ""


def _deep(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        yield from _deep(child)


def _texts(element: Element) -> Iterator[str]:
    return (each.text.strip() for each in _deep(element) if each.text.strip())


def _numbers(said: list[str]) -> Optional[BBox]:
    """Four numbers, or nothing: a box that cannot be read costs only itself."""
    try:
        west, south, east, north = (float(number) for number in said)
    except ValueError:
        return None
    return west, south, east, north


def _unique(*words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))
