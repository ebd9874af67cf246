"""Earth Engine's REST interface on loopback, as its documentation describes it.

https://developers.google.com/earth-engine/reference/rest — tokens, `listImages` in pages,
`getPixels` and `computePixels` with their limits. Each pixel holds what `value` says of its place.
"""

import base64
import json
from urllib.parse import parse_qs

import numpy
from osgeo import gdal, ogr, osr

from sentinel_portals.tests.servers.web import Answer

MOST_BYTES = 48 * 1024 * 1024
MOST_SIDE = 32768
BYTES = 2  # a pixel of a band: UINT16
PUBLIC = "/v1alpha/projects/earthengine-public/assets/COPERNICUS/S2_SR_HARMONIZED:listImages"


def value(x, y):
    """What stands in the pixel whose corner lies at these metres; never 0."""
    return (x // 10 * 7 + y // 10 * 13) % 60000 + 1


class EarthEngine:
    """``accounts`` judges the form at the token endpoint; ``project`` may compute."""

    def __init__(self, web, images, accounts, project="ours"):
        self.images, self.accounts, self.project = images, accounts, project
        self.tokens, self.pixels = [], []
        web.on("/token", self.token)
        web.on(PUBLIC, self.listed)
        for image in images:
            web.on(f"/v1/{image['name']}:getPixels", self.given)
        web.on(f"/v1/projects/{project}/image:computePixels", self.given)

    def token(self, asked):
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if not self.accounts(form):
            return Answer(400, json={"error": "invalid_grant", "error_description": "Bad key"})
        self.tokens.append(f"ya29.{len(self.tokens)}")
        return Answer(json={"access_token": self.tokens[-1], "expires_in": 3600})

    def refused(self, asked):
        if asked.headers.get("authorization", "")[7:] not in self.tokens:
            return _error(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED")
        return None

    def listed(self, asked):
        refused = self.refused(asked)
        if refused:
            return refused
        question = {name: values[0] for name, values in parse_qs(asked.query).items()}
        begin = int(question.get("pageToken", 0))
        page = {"images": self.images[begin : begin + 1]}
        if begin + 1 < len(self.images):
            page["nextPageToken"] = str(begin + 1)
        return Answer(json=page)

    def given(self, asked):
        refused = self.refused(asked)
        if refused:
            return refused
        body = json.loads(asked.body)
        size, place = body["grid"]["dimensions"], body["grid"]["affineTransform"]
        wide, high = size["width"], size["height"]
        if max(wide, high) > MOST_SIDE:
            return _error(400, f"Pixel grid dimensions must be at most {MOST_SIDE}.")
        wanted = wide * high * BYTES * len(body["bandIds"])
        if wanted > MOST_BYTES:
            told = f"Total request size ({wanted} bytes) must be less than or equal to {MOST_BYTES}"
            return _error(400, f"{told} bytes.")
        self.pixels.append(body)
        content = _image(wide, high, place, body["grid"]["crsCode"], _shape(body))
        return Answer(body=content, headers={"Content-Type": "image/tiff"})


def _error(status, message, code="INVALID_ARGUMENT"):
    return Answer(status, json={"error": {"code": status, "message": message, "status": code}})


def _shape(body):
    """The polygon that `Image.clip` cuts to, in longitude and latitude; None for all."""
    expression = body.get("expression")
    if not expression:
        return None
    call = expression["values"][expression["result"]]["functionInvocationValue"]
    assert call["functionName"] == "Image.clip"
    made = call["arguments"]["geometry"]["functionInvocationValue"]
    kind = made["functionName"].partition(".")[2]
    coordinates = _plain(made["arguments"]["coordinates"])
    return ogr.CreateGeometryFromJson(json.dumps({"type": kind, "coordinates": coordinates}))


def _plain(node):
    if "constantValue" in node:
        return node["constantValue"]
    return [_plain(part) for part in node["arrayValue"]["values"]]


def _image(wide, high, place, system, shape):
    west, north, step = place["translateX"], place["translateY"], place["scaleX"]
    path = "/vsimem/earth_engine.tif"
    make = gdal.GetDriverByName("GTiff").Create
    image = make(path, wide, high, 1, gdal.GDT_UInt16, ["COMPRESS=DEFLATE", "ZLEVEL=1"])
    image.SetGeoTransform((west, step, 0, north, 0, -step))
    reference = osr.SpatialReference()
    reference.SetFromUserInput(system)
    image.SetProjection(reference.ExportToWkt())
    x = west + step * numpy.arange(wide)[None, :]
    y = north - step * numpy.arange(high)[:, None]
    image.GetRasterBand(1).WriteArray(value(x, y).astype("uint16"))
    if shape is not None:
        _cut(image, shape)
    image = None
    file = gdal.VSIFOpenL(path, "rb")
    content = gdal.VSIFReadL(1, gdal.VSIStatL(path).size, file)
    gdal.VSIFCloseL(file)
    gdal.Unlink(path)
    return bytes(content)


def _cut(image, shape):
    """0 outside of the shape."""
    degrees = osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    source = ogr.GetDriverByName("Memory").CreateDataSource("shape")
    layer = source.CreateLayer("shape", osr.SpatialReference(image.GetProjection()))
    turned = shape.Clone()
    turned.Transform(osr.CoordinateTransformation(degrees, image.GetSpatialRef()))
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(turned)
    layer.CreateFeature(feature)
    mask = gdal.GetDriverByName("MEM").Create("", image.RasterXSize, image.RasterYSize, 1)
    mask.SetGeoTransform(image.GetGeoTransform())
    mask.SetProjection(image.GetProjection())
    gdal.RasterizeLayer(mask, [1], layer, burn_values=[1])
    band = image.GetRasterBand(1)
    band.WriteArray(band.ReadAsArray() * mask.GetRasterBand(1).ReadAsArray())


def claims(assertion):
    """The middle of a signed promise (JWT)."""
    middle = assertion.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
