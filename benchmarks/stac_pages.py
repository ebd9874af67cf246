"""Invented STAC answers in the shape of two real portals, as bytes, the same every time.

Earth Search items are those of its Collection 1 (23 assets with checksum, size and bands, two
times off ESA's); Copernicus Data Space items are STAC 1.1 with `s3://` links, https alternates
and each band at its finest resolution (23 assets; the real ones carry the coarser copies too).
Four acquisitions of five are held by both portals, so that merging has something to merge.
"""

import hashlib
import json
import math
import random
from datetime import datetime, timedelta, timezone

EARTH_SEARCH, CDSE = "earth_search", "cdse_stac"
PAGE_SIZES = {EARTH_SEARCH: 200, CDSE: 100}  # what our portals ask for
FIRST_DAY = datetime(2023, 1, 3, 10, 56, 21, tzinfo=timezone.utc)

BANDS = (  # Earth Search's key, ESA's name, metres, centre in micrometres, width
    ("coastal", "B01", 60, 0.443, 0.027),
    ("blue", "B02", 10, 0.49, 0.098),
    ("green", "B03", 10, 0.56, 0.045),
    ("red", "B04", 10, 0.665, 0.038),
    ("rededge1", "B05", 20, 0.704, 0.019),
    ("rededge2", "B06", 20, 0.74, 0.018),
    ("rededge3", "B07", 20, 0.783, 0.028),
    ("nir", "B08", 10, 0.842, 0.145),
    ("nir08", "B8A", 20, 0.865, 0.033),
    ("nir09", "B09", 60, 0.945, 0.026),
    ("swir16", "B11", 20, 1.61, 0.143),
    ("swir22", "B12", 20, 2.19, 0.242),
)
MAPS = (("aot", "AOT", 20), ("wvp", "WVP", 20), ("scl", "SCL", 20), ("cloud", "CLD", 20))
COG = "image/tiff; application=geotiff; profile=cloud-optimized"
SCHEMES = {
    "cdse-s3": {
        "type": "custom-s3",
        "class": "hot",
        "title": "Copernicus Data Space Ecosystem S3",
        "platform": "https://eodata.dataspace.copernicus.eu",
        "description": "This endpoint provides access to EO data which is stored on the object "
        "storage of both CloudFerro Cloud and OpenTelekom Cloud (OTC).",
        "requester_pays": False,
    },
    "creodias-s3": {
        "type": "custom-s3",
        "class": "hot",
        "title": "CREODIAS S3",
        "platform": "https://eodata.cloudferro.com",
        "description": "Comprehensive Earth Observation Data (EODATA) archive offered by CREODIAS.",
        "requester_pays": True,
    },
}


def pages(items):
    """(portal, bytes) of every page; half of the items are Earth Search's, half Data Space's."""
    each = items // 2
    held = {EARTH_SEARCH: range(each), CDSE: range(each // 5, each // 5 + each)}
    makers = {EARTH_SEARCH: earth_search_item, CDSE: cdse_item}
    for portal, numbers in held.items():
        size = PAGE_SIZES[portal]
        for start in range(0, each, size):
            features = [makers[portal](Acquisition(n)) for n in numbers[start : start + size]]
            more = start + size < each
            yield portal, _page(portal, features, each, start + size if more else None)


def scenes(items):
    """How many acquisitions these pages tell of."""
    each = items // 2
    return each + each // 5


def _page(portal, features, matched, following):
    links = [{"rel": "root", "type": "application/json", "href": f"https://{portal}.example/v1"}]
    if following is not None:
        link = {"rel": "next", "method": "POST", "type": "application/geo+json", "merge": False}
        link["href"] = f"https://{portal}.example/v1/search"
        links.append({**link, "body": {"token": f"next:{following}"}})
    answer = {"type": "FeatureCollection", "stac_version": "1.0.0", "links": links}
    answer |= {"numberMatched": matched, "numberReturned": len(features), "features": features}
    return json.dumps(answer, separators=(",", ":")).encode()


class Acquisition:
    """One tile of one pass, with everything that both portals say of it."""

    def __init__(self, number):
        chance = random.Random(number)
        column, row, turn = number % 20, number // 20 % 12, number // 240
        self.tile = f"{30 + column // 10}T{'CDEFGHJKLM'[column % 10]}{'ABCDEFGHJKLM'[row]}"
        self.satellite = "AB"[turn % 2]
        self.platform = f"S2{self.satellite}"
        self.orbit = (8, 51, 94, 108)[column % 4]
        self.absolute = 40000 + 5 * turn + column
        self.take = FIRST_DAY + timedelta(days=5 * turn, minutes=column % 4)
        self.slice = self.take - timedelta(seconds=4)
        self.seen = self.take + timedelta(minutes=3, seconds=row * 14, milliseconds=number % 1000)
        self.made = self.take + timedelta(hours=4, minutes=number % 60)
        self.cloud = round(chance.random() * 100, 6)
        self.chance = chance
        self.west, self.south = -6 + column * 1.17 + row * 0.004, 40.2 + row * 0.9
        self.ring = self._ring()
        self.name = (
            f"{self.platform}_MSIL2A_{stamp(self.take)}_N0509_R{self.orbit:03d}_T{self.tile}"
            f"_{stamp(self.made)}"
        )

    def _ring(self):
        """A tile leans a little, and the edge of the swath cuts two of five."""
        wide = 1.098 / math.cos(math.radians(self.south))
        west, south, east, north = self.west, self.south, self.west + wide, self.south + 0.987654321
        lean = 0.0123456789
        ring = [[west, north + lean], [east, north], [east + lean, south], [west, south + lean]]
        if self.chance.random() < 0.4:
            cut = 0.2 + 0.6 * self.chance.random()
            ring[1:3] = [[west + wide * cut, north], [west + wide * cut * 0.8, south]]
        return [*ring, ring[0]]

    @property
    def geometry(self):
        return {"type": "Polygon", "coordinates": [self.ring]}

    @property
    def bbox(self):
        xs, ys = zip(*self.ring)
        return [min(xs), min(ys), max(xs), max(ys)]

    def digest(self, key, size):
        return hashlib.sha512(f"{self.name}{key}".encode()).hexdigest()[:size]


def stamp(moment):
    return f"{moment:%Y%m%dT%H%M%S}"


def iso(moment, digits):
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}"[: 20 + digits] + "Z"


def shares(acquisition, names):
    return {name: round(acquisition.chance.random() * 20, 6) for name in names}


def grid(acquisition, metres):
    size = 109800 // metres
    return {
        "proj:shape": [size, size],
        "proj:transform": [metres, 0, 399960, 0, -metres, 4900020],
    }


def earth_search_item(a):
    id_ = f"S2{a.satellite}_T{a.tile}_{stamp(a.slice)}_L2A"
    zone, band, square = a.tile[:2], a.tile[2], a.tile[3:]
    folder = f"sentinel-2-c1-l2a/{zone}/{band}/{square}/{a.take:%Y}/{a.take.month}/{id_}"
    root = f"https://e84-earth-search-sentinel-data.s3.us-west-2.amazonaws.com/{folder}"
    api = "https://earth-search.aws.element84.com/v1"
    classes = (
        "saturated_defective_pixel cloud_shadow vegetation not_vegetated water unclassified "
        "medium_proba_clouds high_proba_clouds thin_cirrus snow_ice degraded_msi_data nodata_pixel"
    )
    properties = {
        "created": iso(a.made, 3),
        "platform": f"sentinel-2{a.satellite.lower()}",
        "constellation": "sentinel-2",
        "instruments": ["msi"],
        "eo:cloud_cover": a.cloud,
        "proj:epsg": 32600 + int(zone),
        "proj:centroid": {"lat": a.south + 0.5, "lon": a.west + 0.7},
        "mgrs:utm_zone": int(zone),
        "mgrs:latitude_band": band,
        "mgrs:grid_square": square,
        "grid:code": f"MGRS-{a.tile}",
        "view:azimuth": 112.72910443851454,
        "view:incidence_angle": 7.584009791738812,
        "view:sun_azimuth": 139.4913942153701,
        "view:sun_elevation": 44.164002081708503,
        "s2:tile_id": f"S2{a.satellite}_OPER_MSI_L2A_TL_2BPS_{stamp(a.made)}_A0{a.absolute}"
        f"_T{a.tile}_N05.09",
        **shares(a, [f"s2:{name}_percentage" for name in classes.split()]),
        "s2:product_type": "S2MSI2A",
        "s2:processing_baseline": "05.09",
        "s2:product_uri": f"{a.name}.SAFE",
        "s2:generation_time": iso(a.made, 6),
        "s2:datatake_id": f"GS2{a.satellite}_{stamp(a.take)}_0{a.absolute}_N05.09",
        "s2:datatake_type": "INS-NOBS",
        "s2:datastrip_id": f"S2{a.satellite}_OPER_MSI_L2A_DS_2BPS_{stamp(a.made)}"
        f"_S{stamp(a.slice)}_N05.09",
        "s2:reflectance_conversion_factor": 0.969781337556996,
        "datetime": iso(a.seen, 6),
        "earthsearch:payload_id": f"roda/workflow/{a.digest('payload', 32)}",
        "storage:platform": "AWS",
        "storage:region": "us-west-2",
        "storage:requester_pays": False,
        "processing:software": {"sentinel-2-c1-l2a-to-stac": "v2025.06.17"},
        "updated": iso(a.made, 3),
    }
    self_ = f"{api}/collections/sentinel-2-c1-l2a/items/{id_}"
    up = f"{api}/collections/sentinel-2-c1-l2a"
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "stac_extensions": [
            f"https://stac-extensions.github.io/{name}/schema.json"
            for name in (
                "eo/v1.1.0",
                "file/v2.1.0",
                "grid/v1.1.0",
                "mgrs/v1.0.0",
                "processing/v1.1.0",
                "projection/v1.1.0",
                "raster/v1.1.0",
                "sentinel-2/v1.0.0",
                "storage/v1.0.0",
                "view/v1.0.0",
            )
        ],
        "id": id_,
        "properties": properties,
        "geometry": a.geometry,
        "links": [
            {"rel": "self", "type": "application/geo+json", "href": self_},
            {"rel": "canonical", "href": f"s3://{folder}/{id_}.json", "type": "application/json"},
            {"rel": "via", "href": f"s3://{folder}/metadata.xml", "type": "application/xml"},
            {"rel": "parent", "type": "application/json", "href": up},
            {"rel": "collection", "type": "application/json", "href": up},
            {"rel": "root", "type": "application/json", "href": api},
            {"rel": "thumbnail", "href": f"{self_}/thumbnail"},
        ],
        "assets": dict(_earth_search_assets(a, root)),
        "bbox": a.bbox,
        "collection": "sentinel-2-c1-l2a",
    }


def _earth_search_assets(a, root):
    def file(key, name, type_, *roles):
        checksum = f"1220{a.digest(key, 64)}"
        size = a.chance.randrange(10**6, 10**8)
        asset = {"href": f"{root}/{name}", "type": type_, "title": f"{key} of the tile"}
        return {**asset, "file:checksum": checksum, "file:size": size, "roles": [*roles]}

    def band(key, name, centre, width):
        known = {"name": name, "common_name": key, "center_wavelength": centre}
        return {**known, "full_width_half_max": width}

    for key, name, metres, centre, width in BANDS:
        values = {"nodata": 0, "data_type": "uint16", "spatial_resolution": metres}
        yield (
            key,
            {
                **file(key, f"{name}.tif", COG, "data", "reflectance"),
                "eo:bands": [band(key, name, centre, width)],
                "gsd": metres,
                **grid(a, metres),
                "raster:bands": [{**values, "scale": 0.0001, "offset": -0.1}],
            },
        )
    for key, name, metres in (*MAPS, ("snow", "SNW", 20)):
        values = {"nodata": 0, "data_type": "uint8", "spatial_resolution": metres}
        asset = file(key, f"{name}.tif", COG, "data")
        yield key, {**asset, "gsd": metres, **grid(a, metres), "raster:bands": [values]}
    for key, name, metres in (("visual", "TCI", 10), ("preview", "L2A_PVI", 320)):
        asset = file(key, f"{name}.tif", COG, "visual")
        colours = [band(k, n, c, w) for k, n, _, c, w in (BANDS[3], BANDS[2], BANDS[1])]
        yield key, {**asset, "gsd": metres, **grid(a, metres), "eo:bands": colours}
    for key in ("granule_metadata", "product_metadata"):
        yield key, file(key, f"{key}.xml", "application/xml", "metadata")
    yield "tileinfo_metadata", file("tile", "tileInfo.json", "application/json", "metadata")
    yield "thumbnail", file("thumbnail", "L2A_PVI.jpg", "image/jpeg", "thumbnail")


def cdse_item(a):
    api = "https://stac.dataspace.copernicus.eu/v1"
    up = f"{api}/collections/sentinel-2-l2a"
    uuid = a.digest("uuid", 32)
    classes = (
        "water nodata dark_area vegetation thin_cirrus cloud_shadow unclassified not_vegetated "
        "high_proba_clouds medium_proba_clouds saturated_defective"
    )
    properties = {
        "gsd": 10,
        "created": iso(a.made, 6),
        "expires": "2262-01-01T00:00:00.000000Z",
        "updated": iso(a.made, 6),
        "_private": {
            "visible": True,
            "product_name": f"{a.name}.SAFE",
            "product_size": a.chance.randrange(10**8, 10**9),
            "product_uuid": uuid,
        },
        "datetime": iso(a.take, 6),
        "platform": f"sentinel-2{a.satellite.lower()}",
        "grid:code": f"MGRS-{a.tile}",
        "published": iso(a.made, 6),
        "statistics": shares(a, classes.split()),
        "instruments": ["msi"],
        "auth:schemes": {
            "s3": {"type": "s3"},
            "oidc": {
                "type": "openIdConnect",
                "openIdConnectUrl": "https://identity.dataspace.copernicus.eu/auth/realms/CDSE"
                "/.well-known/openid-configuration",
            },
        },
        "end_datetime": iso(a.take, 6),
        "product:type": "S2MSI2A",
        "view:azimuth": 289.8873106514776,
        "constellation": "sentinel-2",
        "eo:snow_cover": 0.0,
        "eo:cloud_cover": round(a.cloud, 2),
        "start_datetime": iso(a.take, 6),
        "sat:orbit_state": "descending",
        "storage:schemes": SCHEMES,
        "eopf:datatake_id": f"GS2{a.satellite}_{stamp(a.take)}_0{a.absolute}_N05.09",
        "processing:level": "L2",
        "view:sun_azimuth": 162.088491472509,
        "eopf:datastrip_id": f"S2{a.satellite}_OPER_MSI_L2A_DS_2APS_{stamp(a.made)}"
        f"_S{stamp(a.slice)}_N05.09",
        "processing:version": "05.09",
        "product:timeliness": "PT24H",
        "sat:absolute_orbit": a.absolute,
        "sat:relative_orbit": a.orbit,
        "view:sun_elevation": 59.5841113141925,
        "processing:datetime": iso(a.made, 6),
        "processing:facility": "ESA",
        "processing:software": {"eometadatatool": "0"},
        "eopf:instrument_mode": "INS-NOBS",
        "eopf:origin_datetime": iso(a.made, 6),
        "view:incidence_angle": 9.229051268779372,
        "product:timeliness_category": "NRT",
        "sat:platform_international_designator": "2015-028A",
    }
    return {
        "id": a.name,
        "bbox": a.bbox,
        "type": "Feature",
        "links": [
            {"rel": "collection", "type": "application/json", "href": up},
            {"rel": "parent", "type": "application/json", "href": up},
            {"rel": "root", "type": "application/json", "href": api},
            {"rel": "self", "type": "application/geo+json", "href": f"{up}/items/{a.name}"},
        ],
        "assets": dict(_cdse_assets(a, uuid)),
        "geometry": a.geometry,
        "collection": "sentinel-2-l2a",
        "properties": properties,
        "stac_version": "1.1.0",
        "stac_extensions": [
            f"https://stac-extensions.github.io/{name}/schema.json"
            for name in (
                "alternate-assets/v1.2.0",
                "authentication/v1.1.0",
                "eo/v2.0.0",
                "file/v2.1.0",
                "grid/v1.1.0",
                "processing/v1.2.0",
                "product/v0.1.0",
                "projection/v2.0.0",
                "raster/v2.0.0",
                "sat/v1.1.0",
                "storage/v2.0.0",
                "view/v1.0.0",
            )
        ],
    }


def _cdse_assets(a, uuid):
    download = f"https://download.dataspace.copernicus.eu/odata/v1/Products({uuid})"
    s3 = f"s3://eodata/Sentinel-2/MSI/L2A/{a.take:%Y/%m/%d}/{a.name}.SAFE"
    granule = f"L2A_T{a.tile}_A0{a.absolute}_{stamp(a.slice)}"

    def file(key, path, type_, *roles):
        nodes = "".join(f"/Nodes({name})" for name in (f"{a.name}.SAFE", *path.split("/")))
        return {
            "href": f"{s3}/{path}",
            "type": type_,
            "roles": [*roles],
            "title": f"{key} of the tile",
            "file:size": a.chance.randrange(10**6, 10**8),
            "file:checksum": f"d50110{a.digest(key, 32)}",
            "file:local_path": f"{a.name}.SAFE/{path}",
            "auth:refs": ["s3"],
            "storage:refs": ["cdse-s3", "creodias-s3"],
            "alternate:name": "S3",
            "alternate": {
                "https": {
                    "href": f"{download}{nodes}/$value",
                    "auth:refs": ["oidc"],
                    "storage:refs": [],
                    "alternate:name": "HTTPS",
                }
            },
        }

    def picture(key, name, metres, *roles):
        folder = f"GRANULE/{granule}/IMG_DATA/R{metres}m"
        path = f"{folder}/T{a.tile}_{stamp(a.take)}_{name}_{metres}m.jp2"
        placed = {"gsd": metres, "proj:code": f"EPSG:326{a.tile[:2]}", **grid(a, metres)}
        return {**file(key, path, "image/jp2", *roles), **placed}

    for key, name, metres, centre, width in BANDS:
        known = {"name": name, "description": f"{key} (band {name})", "eo:common_name": key}
        known |= {"eo:center_wavelength": centre, "eo:full_width_half_max": width}
        yield (
            f"{name}_{metres}m",
            {
                **picture(f"{name}_{metres}m", name, metres, "data", "reflectance"),
                "bands": [known],
                "nodata": 0,
                "data_type": "uint16",
                "raster:scale": 0.0001,
                "raster:offset": -0.1,
            },
        )
    for name, metres in (("AOT", 10), ("WVP", 10), ("SCL", 20), ("TCI", 10)):
        yield f"{name}_{metres}m", picture(name, name, metres, "data")
    for key in ("safe_manifest", "product_metadata", "inspire_metadata"):
        yield key, file(key, f"{key}.xml", "application/xml", "metadata")
    for key in ("granule_metadata", "datastrip_metadata"):
        yield key, file(key, f"GRANULE/{granule}/{key}.xml", "application/xml", "metadata")
    product = {"href": f"{download}/$value", "type": "application/zip", "roles": ["data"]}
    yield "Product", {**product, "auth:refs": ["oidc"], "file:size": 10**9}
    thumbnail = f"https://datahub.creodias.eu/odata/v1/Assets({uuid})/$value"
    yield "thumbnail", {"href": thumbnail, "type": "image/jpeg", "roles": ["thumbnail"]}
