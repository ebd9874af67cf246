"""Small scenes with known pixels, as a download leaves them."""

import json

import numpy as np
from osgeo import gdal, osr

TITLE = "S2A_MSIL2A_20240612T103631_N0510_R008_T31TEL_20240612T163701"
WEST, NORTH, EPSG = 500_000, 5_100_000, 32631
REFLECTANCE = {"scale": 0.0001, "offset": -0.1, "nodata": 0, "data_type": "uint16"}
WORDS = {"B02": "blue", "B03": "green", "B04": "red", "B08": "nir", "B11": "swir16"}


def write(path, values, size, *, epsg=EPSG, west=WEST, north=NORTH, nodata=None):
    """A GeoTIFF of one or more bands; ``values`` is an array or one per band."""
    layers = values if isinstance(values, list) else [values]
    kind = {"uint8": gdal.GDT_Byte, "float32": gdal.GDT_Float32}.get(
        layers[0].dtype.name, gdal.GDT_UInt16
    )
    rows, columns = layers[0].shape
    file = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, len(layers), kind)
    file.SetGeoTransform((west, size, 0, north, 0, -size))
    system = osr.SpatialReference()
    system.ImportFromEPSG(epsg)
    file.SetProjection(system.ExportToWkt())
    for number, layer in enumerate(layers, 1):
        file.GetRasterBand(number).WriteArray(layer)
        if nodata is not None:
            file.GetRasterBand(number).SetNoDataValue(nodata)
    file.FlushCache()
    return path


def stored(reflectance, shape):
    """The numbers of a band with baseline 04.00 or later; the upper left pixel is no data."""
    numbers = np.full(shape, round(reflectance * 10000) + 1000, np.uint16)
    numbers[0, 0] = 0
    return numbers


def scene(folder, bands=None, extra=True, item=True, **properties):
    """Four bands of 12 x 12 pixels at 10 m, B11 and SCL at 20 m, TCI; and the item beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    given = bands or {"B02": 0.05, "B03": 0.08, "B04": 0.04, "B08": 0.36, "B11": 0.20}
    assets = {}
    for key, reflectance in given.items():
        coarse = key == "B11"
        write(
            folder / f"{key}.tif",
            stored(reflectance, (6, 6) if coarse else (12, 12)),
            20 if coarse else 10,
        )
        assets[WORDS[key]] = {
            "href": f"./{key}.tif",
            "roles": ["data"],
            "raster:bands": [REFLECTANCE],
        }
    if extra:
        classes = (np.arange(36).reshape(6, 6) % 12).astype(np.uint8)
        write(folder / "SCL.tif", classes, 20)
        assets["scl"] = {"href": "./SCL.tif", "roles": ["data"], "raster:bands": [{"nodata": 0}]}
        picture = [np.full((12, 12), value, np.uint8) for value in (10, 20, 30)]
        write(folder / "TCI.tif", picture, 10)
        assets["visual"] = {"href": "./TCI.tif", "roles": ["visual"]}
        (folder / "thumbnail.jpg").write_bytes(b"no picture")
        assets["thumbnail"] = {"href": "./thumbnail.jpg", "roles": ["thumbnail"]}
    if item:
        told = {
            "title": TITLE,
            "datetime": "2024-06-12T10:36:31Z",
            "platform": "sentinel-2a",
            "grid:code": "MGRS-31TEL",
            "s2:processing_baseline": "05.10",
            "license": "proprietary",
            "attribution": "Contains modified Copernicus Sentinel data",
            "sentinel_portals:portal": "Sample portal",
            **properties,
        }
        write_item(folder / f"{TITLE}.json", assets, told)
    return folder


def write_item(path, assets, properties):
    item = {
        "type": "Feature",
        "id": TITLE,
        "collection": "sentinel-2-l2a",
        "geometry": None,
        "properties": properties,
        "assets": assets,
    }
    path.write_text(json.dumps(item), encoding="utf-8")
    return path


def values(path):
    """What is shown: stored numbers with scale and offset, NaN for no data."""
    file = gdal.Open(str(path))
    shown = []
    for number in range(1, file.RasterCount + 1):
        band = file.GetRasterBand(number)
        array = band.ReadAsArray().astype(float)
        missing = np.isnan(array) | (array == band.GetNoDataValue())
        array = array * (band.GetScale() or 1) + (band.GetOffset() or 0)
        array[missing] = np.nan
        shown.append(array)
    return shown
