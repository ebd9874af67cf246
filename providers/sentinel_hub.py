"""Sentinel Hub on the Copernicus Data Space: search by its catalogue, an area computed as GeoTIFF.

https://documentation.dataspace.copernicus.eu/APIs/SentinelHub.html — wants an OAuth client, made
in the dashboard. Its maps (WMS, WMTS) are among the known servers of "Add Web Map Layer".
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ..core import bands, geometry, grids, names
from ..core.auth import ClientCredentials
from ..core.catalogue import CLOUD, TILE
from ..core.conditions import AtLeast, AtMost, Between
from ..core.errors import ProductUnavailable
from ..core.grids import Grid
from ..core.model import Asset, Page, bounds, format_time
from ..core.provider import Area, Download, Paging, each
from ..core.transport import HttpRequest
from ._stac import StacInfo, StacProvider

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.conditions import Condition
    from ..core.model import Geometry, Product, SearchRequest

LOGIN = ClientCredentials(
    "https://identity.dataspace.copernicus.eu/auth/realms/CDSE/protocol/openid-connect/token"
)

FINE, MIDDLE, COARSE = 10, 20, 60
OPTICAL = {
    **dict.fromkeys(("B02", "B03", "B04", "B08"), FINE),
    **dict.fromkeys(("B05", "B06", "B07", "B8A", "B11", "B12"), MIDDLE),
    **dict.fromkeys(("B01", "B09"), COARSE),
}
BANDS: Mapping[str, Mapping[str, int]] = {
    "sentinel-2-l2a": {**OPTICAL, "SCL": MIDDLE},
    "sentinel-2-l1c": {**OPTICAL, "B10": COARSE},
    "sentinel-1-grd": {"VV": FINE, "VH": FINE},
}
"""What can be computed from, and metres per pixel."""

MOST_SIDE = 2500  # pixels of one answer
PASS = timedelta(minutes=10)  # around a tile's time: the same overflight, and no other
WORLD = 10_000_000  # metres, more than a UTM zone is high


class SentinelHub(StacProvider):
    info = StacInfo(
        id="sentinel_hub",
        title="Sentinel Hub (CDSE)",
        family="sentinel_hub",
        url="https://sh.dataspace.copernicus.eu",
        description="Computes areas of Sentinel scenes on its own machines; free OAuth client.",
        since=date(2023, 1, 24),
        collections={name: name for name in BANDS},
        filters=frozenset({CLOUD}),
        filtering="filter",
        sortby="",
        area=Area(polygon=True, max_points=1000),
        paging=Paging(size=100),
        search_auth=LOGIN,
        download_auth=LOGIN,
        retry_unit=0.001,  # its Retry-After is in milliseconds
        per_minute=300,
        download=Download(resume=False, at_once=2),
        links={
            "home": "https://dataspace.copernicus.eu/",
            "register": "https://shapps.dataspace.copernicus.eu/dashboard/",
            "terms": "https://dataspace.copernicus.eu/terms-and-conditions",
        },
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data, by Sentinel Hub",
        docs="https://documentation.dataspace.copernicus.eu/APIs/SentinelHub.html",
    )

    def filters(self, request: SearchRequest) -> frozenset[str]:
        """It compares with numbers; what is no comparison is sorted out here."""
        known = super().filters(request)
        return frozenset(n for n in known if _compared(n, request.query[n]))

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        body = self.body(request)
        if cursor is not None:
            body["next"] = cursor
        return HttpRequest("POST", f"{self.info.url}/api/v1/catalog/1.0.0/search", json=body)

    def _wishes(self, request: SearchRequest) -> dict[str, Any]:
        """CQL2 as text, and only ``and`` is known."""
        known = sorted(self.filters(request))
        told = [part for name in known for part in _compared(name, request.query[name])]
        return {"filter-lang": "cql2-text", "filter": " and ".join(told)} if told else {}

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        products, unreadable = each(payload["features"], lambda item: self.product(item, request))
        context = payload.get("context")
        following = context.get("next") if isinstance(context, dict) else None
        return Page(products, following if isinstance(following, int) else None, None, unreadable)

    def product(self, item: Mapping[str, Any], request: SearchRequest) -> Product:
        """What it lists as files are its own paths; what it gives are bands of an area."""
        product = super().product(item, request)
        return replace(product, assets=self._bands(product.collection))

    def _bands(self, collection: str) -> dict[str, Asset]:
        return {
            key: Asset(
                key,
                f"{self.info.url}/api/v1/process",
                type="image/tiff; application=geotiff",
                roles=("data",),
                properties={"gsd": gsd, "file:local_path": f"{key}.tif"},
            )
            for key, gsd in BANDS.get(collection, {}).items()
        }

    # --- pixels -----------------------------------------------------------------------------------

    def resolve(self, asset: Asset) -> HttpRequest:
        raise ProductUnavailable(
            f"{self.info.title} computes areas, no whole scenes: ask for an area of {asset.key}.",
            provider=self.info.id,
        )

    def pixels(
        self, product: Product, keys: Sequence[str], area: Geometry
    ) -> tuple[HttpRequest, ...]:
        """An area of some bands as GeoTIFF on the grid of the finest: one request, or pieces of it.

        Raises ProductUnavailable when the area does not touch the scene.
        """
        chosen, _ = bands.pick(product.assets, keys)
        if not chosen:
            raise ProductUnavailable(
                f"{self.info.title} has none of the wanted bands of {product.title}.",
                provider=self.info.id,
            )
        if product.geometry and not geometry.intersects(area, product.geometry):
            raise ProductUnavailable(
                f"The area does not touch {product.title}.", provider=self.info.id
            )
        step = float(min(asset.properties["gsd"] for asset in chosen))
        whole = Grid(
            zone(product, area), 0, WORLD, step, round(1_000_000 / step), round(WORLD / step)
        )
        window = grids.cut(whole, area)
        if window is None:
            raise ProductUnavailable(
                f"The area does not touch {product.title}.", provider=self.info.id
            )
        pieces = grids.split(window, MOST_SIDE, MOST_SIDE * MOST_SIDE)
        names_ = [asset.key for asset in chosen]
        return tuple(
            HttpRequest(
                "POST",
                f"{self.info.url}/api/v1/process",
                json=self._process(product, names_, area, piece),
                headers={"Accept": "image/tiff"},
            )
            for piece in pieces
        )

    def _process(
        self, product: Product, keys: Sequence[str], area: Geometry, grid: Grid
    ) -> dict[str, Any]:
        """https://documentation.dataspace.copernicus.eu/APIs/SentinelHub/Process.html"""
        east = grid.west + grid.width * grid.step
        south = grid.north - grid.height * grid.step
        start = product.datetime or product.start_datetime
        end = product.end_datetime or start
        if start is None or end is None:
            raise ProductUnavailable(
                f"{self.info.title} does not tell when {product.title} was taken.",
                provider=self.info.id,
            )
        times = {"from": format_time(start - PASS), "to": format_time(end + PASS)}
        return {
            "input": {
                "bounds": {
                    "bbox": [grid.west, south, east, grid.north],
                    "geometry": projected(area, grid.epsg),
                    "properties": {
                        "crs": f"http://www.opengis.net/def/crs/EPSG/0/{grid.epsg}",
                    },
                },
                "data": [
                    {
                        "type": self.info.collections[product.collection],
                        "dataFilter": {"timeRange": times},
                    }
                ],
            },
            "output": {
                "width": grid.width,
                "height": grid.height,
                "responses": [{"identifier": "default", "format": {"type": "image/tiff"}}],
            },
            "evalscript": evalscript(keys),
        }


def evalscript(keys: Sequence[str]) -> str:
    """The bands as they are: reflectance, backscatter or classes, in this order."""
    listed = ", ".join(f'"{key}"' for key in keys)
    values = ", ".join(f"s.{key}" for key in keys)
    return (
        "//VERSION=3\n"
        f"function setup() {{ return {{ input: [{listed}], "
        f'output: {{ bands: {len(keys)}, sampleType: "FLOAT32" }} }}; }}\n'
        f"function evaluatePixel(s) {{ return [{values}]; }}"
    )


def zone(product: Product, area: Geometry) -> int:
    """The UTM zone of the scene's tile, else of the area's middle, as EPSG number."""
    tile = names.tile(product.properties.get(TILE)) or (names.parse_name(product.title) or {}).get(
        "tile", ""
    )
    if tile:
        return (32600 if tile[2] >= "N" else 32700) + int(tile[:2])
    west, south, east, north = bounds(area)
    number = min(60, math.floor(((west + east) / 2 + 180) / 6) + 1)
    return (32600 if south + north >= 0 else 32700) + number


def projected(area: Geometry, epsg: int) -> dict[str, Any]:
    """The area in a UTM zone, to the centimetre."""

    def moved(part: Any) -> Any:
        if isinstance(part[0], (int, float)):
            return [round(value, 2) for value in grids.utm(part[0], part[1], epsg)]
        return [moved(inner) for inner in part]

    return {"type": area["type"], "coordinates": moved(area["coordinates"])}


def _compared(name: str, condition: Condition) -> list[str]:
    """A condition as comparisons, [] when it cannot be said."""
    if isinstance(condition, AtMost):
        return [f"{name}<={condition.limit:g}"]
    if isinstance(condition, AtLeast):
        return [f"{name}>={condition.limit:g}"]
    if isinstance(condition, Between):
        return [f"{name}>={condition.low:g}", f"{name}<={condition.high:g}"]
    return []


PROVIDER = SentinelHub
