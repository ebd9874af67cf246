"""Alaska Satellite Facility: NASA's copy of every Sentinel-1 scene.

https://docs.asf.alaska.edu/api/keywords/ — search is open, files want a token of the free
Earthdata login. One answer is one page: further back we go by time.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Optional

from ..core import geometry, names, wording
from ..core.auth import ApiKey
from ..core.catalogue import MODE, ORBIT, ORBIT_STATE, PLATFORM
from ..core.conditions import OneOf
from ..core.model import Asset, Checksum, Page, Product, SearchRequest, format_time, parse_time
from ..core.provider import Area, Download, Paging, Provider, ProviderInfo, each
from ..core.transport import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.conditions import Condition

KEYWORDS = {
    MODE: "beamMode",
    ORBIT: "relativeOrbit",
    ORBIT_STATE: "flightDirection",
    PLATFORM: "platform",
}
"""Our properties as the keywords of the search API; each takes a list."""


class Asf(Provider):
    info = ProviderInfo(
        id="asf",
        title="Alaska Satellite Facility",
        family="asf",
        url="https://api.daac.asf.alaska.edu/services/search/param",
        description="NASA's archive of Sentinel-1, all online; free Earthdata login.",
        since=date(2014, 10, 3),
        collections={
            "sentinel-1-grd": "GRD_HD,GRD_HS,GRD_MD,GRD_MS",
            "sentinel-1-slc": "SLC",
            "sentinel-1-ocn": "OCN",
        },
        filters=frozenset(KEYWORDS),
        area=Area(polygon=True, max_points=150),
        paging=Paging(size=250),
        download_auth=ApiKey("Authorization", prefix="Bearer"),
        # The token goes from datapool to the store behind it, and not on to its signed links.
        hosts=("*.asf.alaska.edu",),
        download=Download(resume=True, at_once=4),
        links={
            "home": "https://search.asf.alaska.edu/",
            "register": "https://urs.earthdata.nasa.gov/users/new",
            "terms": "https://urs.earthdata.nasa.gov/profile",
        },
        licence="Copernicus Sentinel Data Terms",
        attribution="Contains modified Copernicus Sentinel data, from ASF DAAC",
        docs="https://docs.asf.alaska.edu/api/keywords/",
    )

    def filters(self, request: SearchRequest) -> frozenset[str]:
        """Lists it takes, limits it does not."""
        known = super().filters(request)
        return frozenset(n for n in known if isinstance(request.query[n], OneOf))

    def build(self, request: SearchRequest, cursor: Any) -> HttpRequest:
        params = {
            "dataset": "SENTINEL-1",
            "processingLevel": self.info.collections[request.collection],
            "output": "geojson",
            "maxResults": str(self.info.paging.size),
        }
        area = request.intersects or (geometry.box(request.bbox) if request.bbox else None)
        if area is not None:
            params["intersectsWith"] = geometry.to_wkt(area)
        if request.start:
            params["start"] = format_time(request.start)
        end = cursor or (format_time(request.end) if request.end else "")
        if end:
            params["end"] = end
        if request.ids:
            params["granule_list"] = ",".join(request.ids)
        for name in self.filters(request):
            params[KEYWORDS[name]] = _listed(name, request.query[name])
        return HttpRequest("GET", self.info.url, params=params)

    def parse(self, payload: Any, request: SearchRequest) -> Page:
        entries = payload["features"]
        products, unreadable = each(entries, lambda item: self.product(item, request))
        full = len(entries) >= self.info.paging.size
        starts = [product.start for product in products if product.start]
        oldest = format_time(min(starts)) if full and starts else None
        return Page(products, oldest, None, unreadable)

    def product(self, item: Mapping[str, Any], request: SearchRequest) -> Product:
        """One feature in our words."""
        said = item["properties"]
        title = wording.told(said["sceneName"])
        start, end = parse_time(said.get("startTime")), parse_time(said.get("stopTime"))
        return Product(
            provider=self.info.id,
            id=wording.told(said["fileID"]),
            collection=request.collection,
            title=title,
            geometry=geometry.footprint(item.get("geometry")),
            datetime=start,
            start_datetime=start,
            end_datetime=end,
            properties=_properties(said, title, request.collection),
            assets=_assets(said, title),
            raw=item,
        )

    def resolve(self, asset: Asset) -> HttpRequest:
        request = super().resolve(asset)
        ours = request.login and "thumbnail" not in asset.roles
        return HttpRequest("GET", asset.href, login=ours)


def _listed(name: str, condition: Condition) -> str:
    values = condition.values if isinstance(condition, OneOf) else ()
    return ",".join(_spelled(name, value) for value in values)


def _spelled(name: str, value: Any) -> str:
    """``Sentinel-1A`` for sentinel-1a, ``ASCENDING`` for ascending."""
    unit = names.platform(value)
    if name == PLATFORM and unit:
        return f"Sentinel-{unit[1:]}"
    return str(value).upper()


def _properties(said: Mapping[str, Any], title: str, collection: str) -> dict[str, Any]:
    return wording.properties(
        collection,
        title,
        platform=said.get("platform"),
        relative_orbit=said.get("pathNumber"),
        absolute_orbit=said.get("orbit"),
        orbit_state=said.get("flightDirection"),
        product_type=said.get("processingLevel"),
        mode=said.get("beamModeType"),
        polarizations=wording.text(said.get("polarization")).replace("+", " "),
        processing__datetime=wording.text(said.get("processingDate")),
    )


def _assets(said: Mapping[str, Any], title: str) -> dict[str, Asset]:
    md5 = wording.md5(said.get("md5sum"))
    found = {
        "product": Asset(
            "product",
            wording.told(said["url"]),
            type="application/zip",
            roles=("data", "archive"),
            title=title,
            size=wording.byte_count(said.get("bytes")),
            checksum=Checksum("md5", md5) if md5 else None,
        )
    }
    picture = _picture(said.get("browse"))
    if picture:
        found["thumbnail"] = Asset("thumbnail", picture, type="image/jpeg", roles=("thumbnail",))
    return found


def _picture(said: Any) -> Optional[str]:
    """The quicklook: one link, or the first of a list."""
    first = said[0] if isinstance(said, list) and said else said
    return first if isinstance(first, str) and first.startswith("https://") else None


PROVIDER = Asf
