"""Cloud-optimised images with known pixels, and the product that names them."""

import json
from datetime import datetime, timezone

import numpy as np
from osgeo import gdal, osr

from sentinel_portals.core.model import Asset, Product

TITLE = "S2A_MSIL2A_20240612T103631_N0510_R008_T31TEL_20240612T163701"
WEST, NORTH, EPSG = 500_000, 5_100_000, 32631
SIDE = 1024  # pixels of a 10 m band
REFLECTANCE = {"scale": 0.0001, "offset": -0.1, "nodata": 0}


def write(path, values, size, nodata=None, driver="COG", **options):
    """A COG (or a JP2) of one band or several."""
    layers = values if isinstance(values, list) else [values]
    kinds = {"uint8": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "float32": gdal.GDT_Float32}
    kind = kinds[layers[0].dtype.name]
    rows, columns = layers[0].shape
    memory = gdal.GetDriverByName("MEM").Create("", columns, rows, len(layers), kind)
    memory.SetGeoTransform((WEST, size, 0, NORTH, 0, -size))
    system = osr.SpatialReference()
    system.ImportFromEPSG(EPSG)
    memory.SetProjection(system.ExportToWkt())
    for number, layer in enumerate(layers, 1):
        memory.GetRasterBand(number).WriteArray(layer)
        if nodata is not None:
            memory.GetRasterBand(number).SetNoDataValue(nodata)
    if driver == "COG":
        options = {"COMPRESS": "DEFLATE", "OVERVIEW_RESAMPLING": "NEAREST", **options}
    told = [f"{name}={value}" for name, value in options.items()]
    made = gdal.GetDriverByName(driver).CreateCopy(str(path), memory, 0, told)
    made.FlushCache()
    return path


def stored(seed, side=SIDE):
    """Numbers as baseline 04.00 stores them; the upper left pixel is nothing."""
    numbers = np.random.default_rng(seed).integers(1100, 4000, (side, side)).astype(np.uint16)
    numbers[0, 0] = 0
    return numbers


def bands(folder):
    """Files of three bands at 10 m, B11 at 20 m and the classes; by key."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        key: write(folder / f"{key}.tif", stored(number), 10)
        for number, key in enumerate(("B02", "B03", "B04", "B08"))
    }
    made["B11"] = write(folder / "B11.tif", stored(9, SIDE // 2), 20)
    made["SCL"] = write(folder / "SCL.tif", classes(), 20, nodata=0)
    return made


def classes(side=SIDE // 2):
    """Blocks of 16 pixels of one class each, all twelve of them."""
    blocks = np.arange((side // 16) ** 2).reshape(side // 16, side // 16) % 12
    return np.kron(blocks, np.ones((16, 16))).astype(np.uint8)


def asset(key, href, **facts):
    told = {"raster:bands": [REFLECTANCE]} if key.startswith("B") else {}
    return Asset(key, href, "image/tiff", ("data",), properties={**told, **facts})


def product(hrefs, provider="near", name=TITLE, **changes):
    """The scene with assets at these addresses."""
    ring = [[3.0, 45.94], [3.13, 45.94], [3.13, 46.05], [3.0, 46.05], [3.0, 45.94]]
    told = {
        "provider": provider,
        "id": name,
        "collection": "sentinel-2-l2a",
        "title": name,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "datetime": datetime(2024, 6, 12, 10, 36, 31, tzinfo=timezone.utc),
        "properties": {"s2:processing_baseline": "05.10", "platform": "sentinel-2a"},
        "assets": {key: asset(key, href) for key, href in hrefs.items()},
    }
    return Product(**{**told, **changes})


def radar(folder, side=SIDE):
    """Terrain-corrected radar as power, by key, -8 and -15 dB; the first ten lines are nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for key, level in (("vv", -8), ("vh", -15)):
        power = np.full((side, side), 10 ** (level / 10), np.float32)
        power[:10] = -32768
        made[key] = write(folder / f"{key}.tif", power, 10, nodata=-32768)
    return made


def polygon(columns, rows, size=20):
    """GeoJSON of whole pixels: (first, last + 1) of columns and rows."""
    to_degrees = osr.CoordinateTransformation(_system(EPSG), _system(4326))
    xs = [WEST + column * size for column in columns]
    ys = [NORTH - row * size for row in rows]
    ring = [(xs[0], ys[0]), (xs[1], ys[0]), (xs[1], ys[1]), (xs[0], ys[1]), (xs[0], ys[0])]
    points = [list(to_degrees.TransformPoint(x, y)[:2]) for x, y in ring]
    return json.loads(json.dumps({"type": "Polygon", "coordinates": [points]}))


def _system(code):
    system = osr.SpatialReference()
    system.ImportFromEPSG(code)
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return system
