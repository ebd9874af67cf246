"""Google Earth Engine by its REST interface: images as areas, not as files.

https://developers.google.com/earth-engine/reference/rest — everything wants a Google account and
a registered Cloud project: a service account's key file, or a person's own refresh token.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Optional

from ..core import bands, geometry, grids, names, wording
from ..core.catalogue import CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM, TILE
from ..core.conditions import AtLeast, AtMost, Between, OneOf
from ..core.errors import PortalError, ProductUnavailable, TermsNotAccepted
from ..core.grids import Grid
from ..core.model import (
    Asset,
    Geometry,
    Page,
    Product,
    SearchRequest,
    format_time,
    parse_time,
)
from ..core.provider import Area, Download, Paging, Provider, ProviderInfo, each
from ..core.service_account import ServiceAccount
from ..core.transport import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.conditions import Condition

LOGIN = ServiceAccount(
    "https://oauth2.googleapis.com/token", "https://www.googleapis.com/auth/earthengine.readonly"
)
PUBLIC = "projects/earthengine-public/assets"

SENTINEL2 = {
    CLOUD: "CLOUDY_PIXEL_PERCENTAGE",
    PLATFORM: "SPACECRAFT_NAME",
    ORBIT: "SENSING_ORBIT_NUMBER",
    ORBIT_STATE: "SENSING_ORBIT_DIRECTION",
    TILE: "MGRS_TILE",
}
SENTINEL1 = {
    MODE: "instrumentMode",
    ORBIT: "relativeOrbitNumber_start",
    ORBIT_STATE: "orbitProperties_pass",
}

MOST_BYTES = 48 * 1024 * 1024  # of one answer, before compression
MOST_SIDE = 32768  # pixels


@dataclass(frozen=True)
class EarthEngineInfo(ProviderInfo):
    """``project`` is the Cloud project that is charged; '' leaves it to the account."""

    project: str = ""


class EarthEngine(Provider):
    info = EarthEngineInfo(
        id="earth_engine",
        title="Google Earth Engine",
        family="earth_engine",
        url="https://earthengine.googleapis.com",
        description="Sentinel-1 and -2 as areas of interest; Google account and Cloud project.",
        since=date(2015, 6, 23),
        collections={
            "sentinel-2-l2a": "COPERNICUS/S2_SR_HARMONIZED",
            "sentinel-2-l1c": "COPERNICUS/S2_HARMONIZED",
            "sentinel-1-grd": "COPERNICUS/S1_GRD",
        },
        filters=frozenset({*SENTINEL1, *SENTINEL2}),
        lacking={"sentinel-1-grd": frozenset({PLATFORM})},
        area=Area(polygon=True, max_points=100),  # the question is a URL
        paging=Paging(size=100),
        search_auth=LOGIN,
        download_auth=LOGIN,
        download=Download(resume=False, at_once=4),
        links={
            "home": "https://earthengine.google.com/",
            "register": "https://code.earthengine.google.com/register",
            "terms": "https://earthengine.google.com/terms/",
        },
        licence="Copernicus Sentinel Data Terms; Earth Engine's terms of service",
        attribution="Contains modified Copernicus Sentinel data, by Google Earth Engine",
        docs="https://developers.google.com/earth-engine/reference/rest",
    )
    info_type = EarthEngineInfo

    def filters(self, request: SearchRequest) -> frozenset[str]:
        """It compares with one value; how to ask for several nobody wrote down."""
        known = super().filters(request) & frozenset(_spellings(request.collection))
        return frozenset(n for n in known if _compared(n, n, request.query[n]))

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        collection = self.info.collections[request.collection]
        params = {"pageSize": str(self.info.paging.size), "view": "FULL"}
        area = request.intersects or (geometry.box(request.bbox) if request.bbox else None)
        if area is not None:
            params["region"] = json.dumps(area)
        if request.start:
            params["startTime"] = format_time(request.start)
        if request.end:
            params["endTime"] = format_time(request.end)
        theirs = _spellings(request.collection)
        wishes = [
            part
            for name in sorted(self.filters(request))
            for part in _compared(name, theirs[name], request.query[name])
        ]
        if wishes:
            params["filter"] = " AND ".join(wishes)
        if cursor:
            params["pageToken"] = cursor
        url = f"{self.info.url}/v1alpha/{PUBLIC}/{collection}:listImages"
        return HttpRequest("GET", url, params=params, headers=self._charged())

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        products, unreadable = each(
            payload.get("images", []),  # left out when there are none
            lambda image: self.product(image, request),
        )
        token = payload.get("nextPageToken")
        return Page(products, token if isinstance(token, str) else None, None, unreadable)

    def product(self, image: Mapping[str, Any], request: SearchRequest) -> Product:
        """One image in our words."""
        said = image.get("properties") or {}
        id_ = wording.told(image["id"])
        title = wording.bare(said.get("PRODUCT_ID")) or id_.rpartition("/")[2]
        start, end = parse_time(image.get("startTime")), parse_time(image.get("endTime"))
        return Product(
            provider=self.info.id,
            id=id_,
            collection=request.collection,
            title=title,
            geometry=geometry.footprint(image.get("geometry")),
            datetime=start,
            start_datetime=start,
            end_datetime=end,
            properties=_properties(said, title, request.collection),
            assets=self._assets(image),
            raw=image,
        )

    def _assets(self, image: Mapping[str, Any]) -> dict[str, Asset]:
        """Every band, with its grid: what is fetched is a part of it, made when asked for."""
        name = wording.told(image["name"])
        found = {}
        for band in image.get("bands") or ():
            if not str(band["grid"].get("crsCode")).startswith("EPSG:"):
                continue  # a system that has no number
            key = wording.told(band["id"])
            grid, size = _grid(band["grid"]), _bytes(band.get("dataType") or {})
            ours = _ours(key)
            asset = Asset(
                ours,
                f"{self.info.url}/v1/{name}:getPixels",
                type="image/tiff; application=geotiff",
                roles=("data",),
                properties={
                    "earth_engine:band": key,
                    "earth_engine:bytes": size,
                    "gsd": grid.step,
                    "proj:epsg": grid.epsg,
                    "proj:shape": [grid.height, grid.width],
                    "proj:transform": [grid.step, 0, grid.west, 0, -grid.step, grid.north],
                    "file:local_path": f"{ours}.tif",
                },
            )
            found[ours] = bands.scaled(asset, 0.0)  # HARMONIZED: the offset is taken out
        return found

    # --- pixels -----------------------------------------------------------------------------------

    def resolve(self, asset: Asset) -> HttpRequest:
        """A whole band, where one answer can hold it."""
        requests = self._pieces([asset], _grid_of(asset), None)
        if len(requests) > 1:
            raise ProductUnavailable(
                f"{self.info.title} gives no more than {MOST_BYTES >> 20} MB at once: "
                f"ask for an area of {asset.key}, not for all of it.",
                provider=self.info.id,
            )
        return requests[0]

    def pixels(
        self, product: Product, keys: Sequence[str], area: Geometry
    ) -> tuple[HttpRequest, ...]:
        """An area of some bands as GeoTIFF on the grid of the finest: one request, or pieces of it.

        Raises ProductUnavailable when the area does not touch the image.
        """
        chosen, _ = bands.pick(product.assets, keys)
        if not chosen:
            raise ProductUnavailable(
                f"{self.info.title} has none of the wanted bands of {product.title}.",
                provider=self.info.id,
            )
        finest = min((_grid_of(asset) for asset in chosen), key=lambda grid: grid.step)
        window = grids.cut(finest, area)
        if window is None:
            raise ProductUnavailable(
                f"The area does not touch {product.title}.", provider=self.info.id
            )
        return tuple(self._pieces(chosen, window, area, product.id))

    def _pieces(
        self, assets: Sequence[Asset], grid: Grid, area: Optional[Geometry], image: str = ""
    ) -> list[HttpRequest]:
        per_pixel = sum(int(asset.properties.get("earth_engine:bytes", 8)) for asset in assets)
        keys = [str(asset.properties["earth_engine:band"]) for asset in assets]
        body: dict[str, Any] = {"fileFormat": "GEO_TIFF", "bandIds": keys}
        url = assets[0].href
        if self.info.project and area is not None:  # only a project may compute, that is: clip
            url = f"{self.info.url}/v1/projects/{self.info.project}/image:computePixels"
            body["expression"] = clip(image, keys, area)
        return [
            HttpRequest("POST", url, json={**body, "grid": _told(g)}, headers=self._charged())
            for g in grids.split(grid, MOST_SIDE, MOST_BYTES // per_pixel)
        ]

    def _charged(self) -> dict[str, str]:
        return {"x-goog-user-project": self.info.project} if self.info.project else {}

    @staticmethod
    def corrected(error: PortalError) -> PortalError:
        """403: the project is not registered, or the interface not switched on."""
        if error.status != 403:
            return error
        return TermsNotAccepted(
            f"{error.provider} refuses: register the Cloud project for Earth Engine, "
            f"and switch the interface on in it. ({error})",
            provider=error.provider,
            url=error.url,
            status=error.status,
            code=error.code,
        )


# --- asking ---------------------------------------------------------------------------------------


def _spellings(collection: str) -> Mapping[str, str]:
    return SENTINEL1 if collection.startswith("sentinel-1") else SENTINEL2


def _compared(name: str, theirs: str, condition: Condition) -> list[str]:
    """A condition as comparisons, [] when it cannot be said."""
    if isinstance(condition, AtMost):
        return [f"{theirs} <= {condition.limit}"]
    if isinstance(condition, AtLeast):
        return [f"{theirs} >= {condition.limit}"]
    if isinstance(condition, Between):
        return [f"{theirs} >= {condition.low}", f"{theirs} <= {condition.high}"]
    if isinstance(condition, OneOf) and len(condition.values) == 1:
        return [f"{theirs} = {_literal(name, condition.values[0])}"]
    return []


def _literal(name: str, value: Any) -> str:
    if isinstance(value, (int, float)):
        return str(value)
    unit, tile = names.platform(value), names.tile(value)
    if name == PLATFORM and unit:
        return json.dumps(f"Sentinel-{unit[1:]}")
    if name == TILE and tile:
        return json.dumps(tile)
    return json.dumps(str(value).upper())


def _properties(said: Mapping[str, Any], title: str, collection: str) -> dict[str, Any]:
    theirs = _spellings(collection)
    told = {name: said.get(spelled) for name, spelled in theirs.items()}
    return wording.properties(
        collection,
        title,
        platform=told.get(PLATFORM),
        cloud=told.get(CLOUD),
        relative_orbit=told.get(ORBIT),
        orbit_state=told.get(ORBIT_STATE),
        tile=told.get(TILE),
        mode=told.get(MODE),
        polarizations=" ".join(
            p for p in said.get("transmitterReceiverPolarisation") or () if isinstance(p, str)
        ),
        processing__version=wording.text(said.get("PROCESSING_BASELINE")),
        s2__datastrip_id=wording.text(said.get("DATASTRIP_ID")),
    )


# --- grids ----------------------------------------------------------------------------------------


def _ours(key: str) -> str:
    """``B04`` for B4; QA bands and polarisations keep their names."""
    return f"B0{key[1]}" if len(key) == 2 and key[0] == "B" and key[1].isdigit() else key


def _bytes(said: Mapping[str, Any]) -> int:
    """Bytes a pixel of a band, by the kind and range of its numbers."""
    kind = said.get("precision")
    if kind != "INT":
        return 4 if kind == "FLOAT" else 8
    largest = wording.number((said.get("range") or {}).get("max")) or 2.0**31
    return 1 if largest < 256 else 2 if largest < 65536 else 4


def _grid(said: Mapping[str, Any]) -> Grid:
    size, place = said["dimensions"], said["affineTransform"]
    return Grid(
        epsg=int(said["crsCode"].partition(":")[2]),
        west=_finite(place["translateX"]),
        north=_finite(place["translateY"]),
        step=_finite(place["scaleX"]),
        width=_side(size["width"]),
        height=_side(size["height"]),
    )


def _finite(value: Any) -> float:
    found = wording.number(value)
    if found is None:
        raise ValueError(f"{value!r} is no number")
    return found


def _side(value: Any) -> int:
    found = int(_finite(value))
    if not 0 < found <= 1_000_000:
        raise ValueError(f"{value!r} is no number of pixels")
    return found


def _told(grid: Grid) -> dict[str, Any]:
    """A grid in Earth Engine's words."""
    place = {"scaleX": grid.step, "shearX": 0, "translateX": grid.west}
    place |= {"shearY": 0, "scaleY": -grid.step, "translateY": grid.north}
    size = {"width": grid.width, "height": grid.height}
    return {"crsCode": f"EPSG:{grid.epsg}", "dimensions": size, "affineTransform": place}


def _grid_of(asset: Asset) -> Grid:
    height, width = asset.properties["proj:shape"]
    step, _, west, _, _, north = asset.properties["proj:transform"]
    return Grid(asset.properties["proj:epsg"], west, north, step, width, height)


# --- expressions ----------------------------------------------------------------------------------


def clip(image: str, keys: Sequence[str], area: Geometry) -> dict[str, Any]:
    """Some bands of an image, cut to an area, as Earth Engine writes what is to be computed."""
    loaded = _call("Image.load", id={"constantValue": image})
    selected = _call("Image.select", input=loaded, bandSelectors={"constantValue": list(keys)})
    return {
        "result": "0",
        "values": {"0": _call("Image.clip", input=selected, geometry=_shape(area))},
    }


def _shape(area: Geometry) -> dict[str, Any]:
    kind = "MultiPolygon" if area["type"] == "MultiPolygon" else "Polygon"
    return _call(
        f"GeometryConstructors.{kind}",
        coordinates=_listed(area["coordinates"]),
        geodesic={"constantValue": False},
    )


def _listed(coordinates: Any) -> dict[str, Any]:
    if isinstance(coordinates[0], (int, float)):
        return {"constantValue": list(coordinates)}
    return {"arrayValue": {"values": [_listed(part) for part in coordinates]}}


def _call(function: str, **arguments: Any) -> dict[str, Any]:
    return {"functionInvocationValue": {"functionName": function, "arguments": arguments}}


PROVIDER = EarthEngine
