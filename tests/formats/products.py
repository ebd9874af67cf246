"""Small products, true to their format: real names, metadata and geometry, known values.

Each function writes a product into a folder and gives its path. Every band has one value, that
of `REFLECTANCE`, but for the upper left 60 m, which are no data. The squares are 1200 m wide and
lie in the upper left corner of their tile.
"""

import json
import tarfile
import zipfile
from itertools import product
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

REFLECTANCE = {
    "B01": 0.06,
    "B02": 0.05,
    "B03": 0.08,
    "B04": 0.04,
    "B05": 0.12,
    "B06": 0.30,
    "B07": 0.34,
    "B08": 0.36,
    "B8A": 0.38,
    "B09": 0.37,
    "B10": 0.002,
    "B11": 0.20,
    "B12": 0.10,
}
TILE, EPSG, WEST, NORTH, SIDE = "31TFJ", 32631, 600000, 4900020, 1200
L2A = {10: "B02 B03 B04 B08 TCI AOT", 20: "B04 B05 B06 B07 B8A B11 B12 SCL", 60: "B01 B09"}
L1C = {10: "B02 B03 B04 B08 TCI", 20: "B05 B06 B07 B8A B11 B12", 60: "B01 B09 B10"}
PHYSICAL = "B1 B2 B3 B4 B5 B6 B7 B8 B8A B9 B10 B11 B12".split()
TAKE = "20240615T105031"


def wkt(epsg):
    system = osr.SpatialReference()
    system.ImportFromEPSG(epsg)
    return system.ExportToWkt()


def image(path, arrays, metres, *, epsg=EPSG, west=WEST, north=NORTH, driver="GTiff"):
    """An image file; the folder is made, too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = {"uint8": gdal.GDT_Byte, "int16": gdal.GDT_Int16, "float32": gdal.GDT_Float32}.get(
        arrays[0].dtype.name, gdal.GDT_UInt16
    )
    rows, columns = arrays[0].shape
    memory = gdal.GetDriverByName("MEM").Create("", columns, rows, len(arrays), kind)
    memory.SetGeoTransform((west, metres, 0, north, 0, -metres))
    memory.SetProjection(wkt(epsg))
    for number, array in enumerate(arrays, 1):
        memory.GetRasterBand(number).WriteArray(array)
    lossless = ["REVERSIBLE=YES", "QUALITY=100", "YCBCR420=NO"]
    options = lossless if driver == "JP2OpenJPEG" else []
    gdal.GetDriverByName(driver).CreateCopy(str(path), memory, options=options)
    return path


def filled(value, metres, dtype=np.uint16, nothing=0):
    """One value everywhere, but for the upper left 60 m."""
    pixels = SIDE // metres
    array = np.full((pixels, pixels), round(value), dtype)
    array[: 60 // metres, : 60 // metres] = nothing
    return array


def classes(metres):
    """The twelve classes of SCL in columns of 100 m, clear vegetation below."""
    pixels = SIDE // metres
    array = np.full((pixels, pixels), 4, np.uint8)
    array[: pixels // 2] = np.arange(pixels) * metres // 100
    return array


def zipped(folder, name=None, stored=True):
    """The product packed as portals do it: with its own folder inside."""
    out = folder.parent / (name or f"{folder.name.partition('.')[0]}.zip")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as pack:
        for path in sorted(folder.rglob("*")):
            pack.write(path, path.relative_to(folder.parent))
    return out


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


# --- Sentinel-2 SAFE -------------------------------------------------------------------------


def sentinel2(home, level="2A", baseline="05.10", tile=TILE, west=WEST, lacks=()):
    """A compact SAFE. From baseline 04.00 on stored numbers are shifted by 1000."""
    shift = 1000 if baseline >= "04.00" else 0
    number = baseline.replace(".", "")
    name = f"S2A_MSIL{level}_{TAKE}_N{number}_R051_T{tile}_20240615T170000"
    root, granule = home / f"{name}.SAFE", f"L{level}_T{tile}_A046910_{TAKE}"
    listed = []
    for metres, keys in (L2A if level == "2A" else L1C).items():
        for key in keys.split():
            stem = f"T{tile}_{TAKE}_{key}"
            inside = f"GRANULE/{granule}/IMG_DATA/{stem}"
            if level == "2A":
                inside = f"GRANULE/{granule}/IMG_DATA/R{metres}m/{stem}_{metres}m"
            listed.append(inside)
            if key not in lacks:
                image(
                    root / f"{inside}.jp2",
                    _pixels(key, metres, shift),
                    metres,
                    west=west,
                    driver="JP2OpenJPEG",
                )
    metadata = _metadata(name, level, baseline, listed, shift)
    write(root / f"MTD_MSIL{level}.xml", metadata)
    write(root / "GRANULE" / granule / "MTD_TL.xml", _tile_metadata(level, west))
    write(root / "manifest.safe", '<?xml version="1.0"?><xfdu:XFDU xmlns:xfdu="urn:x"/>')
    return root


def _pixels(key, metres, shift):
    if key == "SCL":
        return [classes(metres)]
    if key == "TCI":
        return [filled(value, metres, np.uint8) for value in (40, 80, 50)]
    if key == "AOT":
        return [np.full((SIDE // metres,) * 2, 150, np.uint16)]
    return [filled(REFLECTANCE[key] * 10000 + shift, metres)]


def _metadata(name, level, baseline, listed, shift):
    word = "BOA_ADD_OFFSET" if level == "2A" else "RADIO_ADD_OFFSET"
    offsets = "".join(f'<{word} band_id="{n}">-{shift}</{word}>' for n in range(13))
    quantification = (
        '<BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE>'
        '<AOT_QUANTIFICATION_VALUE unit="none">1000.0</AOT_QUANTIFICATION_VALUE>'
        if level == "2A"
        else '<QUANTIFICATION_VALUE unit="none">10000</QUANTIFICATION_VALUE>'
    )
    spectral = "".join(
        f'<Spectral_Information bandId="{n}" physicalBand="{band}"><RESOLUTION>'
        f"{10 if band in ('B2', 'B3', 'B4', 'B8') else 60 if band in ('B1', 'B9', 'B10') else 20}"
        "</RESOLUTION></Spectral_Information>"
        for n, band in enumerate(PHYSICAL)
    )
    images = "".join(f"<IMAGE_FILE>{path}</IMAGE_FILE>" for path in listed)
    kind = f"User_Product_Level-{level}"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<n1:Level-{level}_User_Product xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/{kind}.xsd">
<n1:General_Info><Product_Info>
<PRODUCT_START_TIME>2024-06-15T10:50:31.024Z</PRODUCT_START_TIME>
<PRODUCT_URI>{name}.SAFE</PRODUCT_URI><PROCESSING_LEVEL>Level-{level}</PROCESSING_LEVEL>
<PROCESSING_BASELINE>{baseline}</PROCESSING_BASELINE>
<Datatake datatakeIdentifier="GS2A_{TAKE}_046910_N{baseline}">
<SPACECRAFT_NAME>Sentinel-2A</SPACECRAFT_NAME>
<DATATAKE_SENSING_START>2024-06-15T10:50:31.024Z</DATATAKE_SENSING_START>
</Datatake><Query_Options><PRODUCT_FORMAT>SAFE_COMPACT</PRODUCT_FORMAT></Query_Options>
<Product_Organisation><Granule_List><Granule granuleIdentifier="x" imageFormat="JPEG2000">{images}
</Granule></Granule_List></Product_Organisation></Product_Info><Product_Image_Characteristics>
<Special_Values><SPECIAL_VALUE_TEXT>NODATA</SPECIAL_VALUE_TEXT>
<SPECIAL_VALUE_INDEX>0</SPECIAL_VALUE_INDEX></Special_Values>
<Special_Values><SPECIAL_VALUE_TEXT>SATURATED</SPECIAL_VALUE_TEXT>
<SPECIAL_VALUE_INDEX>65535</SPECIAL_VALUE_INDEX></Special_Values>
{quantification}<Offsets>{offsets if shift else ""}</Offsets>
<Spectral_Information_List>{spectral}</Spectral_Information_List>
</Product_Image_Characteristics></n1:General_Info></n1:Level-{level}_User_Product>
"""


def _tile_metadata(level, west):
    geometry = "".join(
        f'<Size resolution="{m}"><NROWS>{SIDE // m}</NROWS><NCOLS>{SIDE // m}</NCOLS></Size>'
        f'<Geoposition resolution="{m}"><ULX>{west}</ULX><ULY>{NORTH}</ULY>'
        f"<XDIM>{m}</XDIM><YDIM>-{m}</YDIM></Geoposition>"
        for m in (10, 20, 60)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<n1:Level-{level}_Tile_ID xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/S2_PDI.xsd">
<n1:Geometric_Info><Tile_Geocoding><HORIZONTAL_CS_CODE>EPSG:{EPSG}</HORIZONTAL_CS_CODE>{geometry}
</Tile_Geocoding></n1:Geometric_Info></n1:Level-{level}_Tile_ID>
"""


def old_sentinel2(home):
    """The format before December 2016: two tiles in one product, no quotient per band."""
    name = "S2A_OPER_PRD_MSIL1C_PDMC_20160605T113933_R051_V20160604T105022_20160604T105022"
    root = home / f"{name}.SAFE"
    for tile, west in ((TILE, WEST), ("31TGJ", 699960)):
        stem = f"S2A_OPER_MSI_L1C_TL_EPA__20160605T113933_A004967_T{tile}"
        for key, metres in (("B02", 10), ("B03", 10), ("B04", 10), ("B08", 10), ("B11", 20)):
            path = root / "GRANULE" / f"{stem}_N02.02" / "IMG_DATA" / f"{stem}_{key}.jp2"
            image(path, _pixels(key, metres, 0), metres, west=west, driver="JP2OpenJPEG")
    text = _metadata(name, "1C", "02.02", [], 0)
    write(root / f"S2A_OPER_MTD_SAFL1C_{name[20:]}.xml", text)
    return root


def aws(home, baseline="0510"):
    """A tile as in the bucket sentinel-s2-l2a, downloaded with its paths."""
    root = home / "tiles" / "31" / "T" / "FJ" / "2024" / "6" / "15" / "0"
    for key, metres in (("B02", 10), ("B03", 10), ("B04", 10), ("B08", 10), ("SCL", 20)):
        shift = 1000 if baseline >= "0400" else 0
        path = root / f"R{metres}m" / f"{key}.jp2"
        image(path, _pixels(key, metres, shift), metres, driver="JP2OpenJPEG")
    name = f"S2A_MSIL2A_{TAKE}_N{baseline}_R051_T{TILE}_20240615T170000"
    about = {"path": "tiles/31/T/FJ/2024/6/15/0", "productName": name}
    about["timestamp"] = "2024-06-15T10:54:12.024Z"
    write(root / "tileInfo.json", json.dumps(about))
    return root


# --- THEIA -----------------------------------------------------------------------------------

MUSCATE = "SENTINEL2A_20240615-105412-511_{level}_T31TFJ_{flag}_V{version}"
MUSCATE_BANDS = {"B2": 10, "B3": 10, "B4": 10, "B8": 10, "B8A": 20, "B11": 20, "B12": 20}
CLM_BITS = (0b0, 0b111, 0b1, 0b1011, 0b10011, 0b100001, 0b1000001, 0b10000001)
"""Clear, cloud, anything, cloud of many dates, grown, shadow inside, shadow outside, cirrus."""


def muscate(home, level="L2A"):
    """Reflectances (as FRE and SRE, or as FRC), cloud mask and geophysical mask."""
    name = MUSCATE.format(level=level, flag="C", version="3-1")
    kinds = ("FRE", "SRE") if level == "L2A" else ("FRC",)
    root = home / name
    for kind in kinds:
        for band, metres in MUSCATE_BANDS.items():
            value = REFLECTANCE[f"B0{band[1]}" if len(band) == 2 else band]
            value += 0.01 * (kind == "SRE")
            pixels = [filled(value * 10000, metres, np.int16, -10000)]
            image(root / f"{name}_{kind}_{band}.tif", pixels, metres)
    columns = np.arange(SIDE // 10) * 8 // (SIDE // 10)
    bits = np.tile(np.array(CLM_BITS, np.uint8)[columns], (SIDE // 10, 1))
    flags = np.tile((1 << np.arange(8)).astype(np.uint8)[columns], (SIDE // 10, 1))
    if level == "L2A":
        image(root / "MASKS" / f"{name}_CLM_R1.tif", [bits], 10)
        image(root / "MASKS" / f"{name}_MG2_R1.tif", [flags], 10)
    else:
        image(root / "MASKS" / f"{name}_FLG_R1.tif", [(bits % 5).astype(np.uint8)], 10)
    write(root / f"{name}_MTD_ALL.xml", "<Muscate_Metadata_Document/>")
    return root


def snow(home):
    name = MUSCATE.format(level="L2B-SNOW", flag="D", version="1-1")
    array = np.zeros((60, 60), np.uint8)
    array[:, 15:30], array[:, 30:45], array[:, 45:] = 100, 205, 254
    image(home / name / f"{name}_SNW_R2.tif", [array], 20)
    write(home / name / f"{name}_MTD_ALL.xml", "<Muscate_Metadata_Document/>")
    return home / name


def oso(home):
    """The land cover of France: 23 classes, in columns of 50 m."""
    array = np.tile((np.arange(120) // 5).astype(np.uint8), (120, 1))
    return image(home / "OCS_2023.tif", [array], 10)


# --- Sentinel-1 ------------------------------------------------------------------------------

S1 = "S1A_IW_GRDH_1SDV_20240614T174012_20240614T174037_054321_069C3F_ABCD"
S1_CORNERS = ((6.0, 44.0), (7.2, 44.2), (7.0, 45.4), (5.8, 45.2))
"""First line first pixel, then round: an ascending pass, north is down."""

AMPLITUDE = 500.0
DECIBELS = {"VV": -8.0, "VH": -15.0}


def sentinel1(home, cog=False, pixels=120, bare=False):
    """Ground range, two polarisations of one known sigma nought; the first ten lines are empty.

    A ``bare`` image has no control points: they stand in the annotation alone.
    """
    root = home / f"{S1}{'_COG' if cog else ''}.SAFE"
    for number, (key, level) in enumerate(DECIBELS.items(), 1):
        stem = f"s1a-iw-grd-{key.lower()}-20240614t174012-20240614t174037-054321-069c3f-00{number}"
        array = np.full((pixels, pixels), round(AMPLITUDE * 10 ** (level / 20)), np.uint16)
        array[:10] = 0
        path = root / "measurement" / f"{stem}{'-cog' if cog else ''}.tiff"
        path.parent.mkdir(parents=True, exist_ok=True)
        file = gdal.GetDriverByName("GTiff").Create(str(path), pixels, pixels, 1, gdal.GDT_UInt16)
        file.GetRasterBand(1).WriteArray(array)
        if bare:
            annotation(root, stem, control_points(pixels))
        else:
            file.SetGCPs(control_points(pixels), wkt(4326))
        del file
        calibration(root, stem)
    ring = [S1_CORNERS[3], S1_CORNERS[2], S1_CORNERS[1], S1_CORNERS[0]]
    told = " ".join(f"{latitude},{longitude}" for longitude, latitude in ring)
    write(
        root / "manifest.safe",
        '<xfdu:XFDU xmlns:xfdu="urn:x" xmlns:gml="http://www.opengis.net/gml"><safe:frameSet '
        f'xmlns:safe="urn:y"><gml:coordinates>{told}</gml:coordinates></safe:frameSet></xfdu:XFDU>',
    )
    return root


SLC = S1.replace("GRDH", "SLC_")


def sentinel1_complex(home, pixels=40):
    """Three sub-swaths side by side, complex numbers of one known sigma nought."""
    root = home / f"{SLC}.SAFE"
    driver = gdal.GetDriverByName("GTiff")
    for number, (key, level) in product((1, 2, 3), DECIBELS.items()):
        stem = f"s1a-iw{number}-slc-{key.lower()}-20240614t174012-20240614t174037-054321-069c3f-001"
        amplitude = AMPLITUDE * 10 ** (level / 20)
        array = np.full((3 * pixels, pixels), round(amplitude * 0.6) + 1j * round(amplitude * 0.8))
        array[:, -4:] = 0
        path = root / "measurement" / f"{stem}.tiff"
        path.parent.mkdir(parents=True, exist_ok=True)
        file = driver.Create(str(path), pixels, 3 * pixels, 1, gdal.GDT_CInt16)
        file.GetRasterBand(1).WriteArray(array)
        across = [(number - 1) / 3, number / 3 + 0.02]
        file.SetGCPs(control_points(pixels, across), wkt(4326))
        del file
        calibration(root, stem)
    write(root / "manifest.safe", '<xfdu:XFDU xmlns:xfdu="urn:x"/>')
    return root


def calibration(root, stem):
    write(
        root / "annotation" / "calibration" / f"calibration-{stem}.xml",
        "<calibration><calibrationVectorList><calibrationVector>"
        f'<sigmaNought count="3">{AMPLITUDE - 1} {AMPLITUDE} {AMPLITUDE + 1}</sigmaNought>'
        "</calibrationVector></calibrationVectorList></calibration>",
    )


def annotation(root, stem, points):
    """The grid of places, as every product has it."""
    told = "".join(
        f"<geolocationGridPoint><line>{p.GCPLine:.0f}</line><pixel>{p.GCPPixel:.0f}</pixel>"
        f"<latitude>{p.GCPY:e}</latitude><longitude>{p.GCPX:e}</longitude></geolocationGridPoint>"
        for p in points
    )
    write(
        root / "annotation" / f"{stem}.xml",
        f"<product><geolocationGrid><geolocationGridPointList>{told}"
        "</geolocationGridPointList></geolocationGrid></product>",
    )


def control_points(pixels, across=(0, 1)):
    """A grid of 4 x 4, bilinear between the corners, for some of the way across the swath."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = S1_CORNERS
    points = []
    lines = pixels if across == (0, 1) else 3 * pixels
    for w, u in zip(np.linspace(0, 1, 4), np.linspace(*across, 4)):
        for v in np.linspace(0, 1, 4):
            x = (1 - v) * ((1 - u) * ax + u * bx) + v * ((1 - u) * dx + u * cx)
            y = (1 - v) * ((1 - u) * ay + u * by) + v * ((1 - u) * dy + u * cy)
            points.append(gdal.GCP(x, y, 0, w * pixels, v * lines))
    return points


# --- Sentinel-3 and -5P ----------------------------------------------------------------------

SEN3 = "S3A_{kind}_20240615T100143_20240615T100443_20240616T104512_0179_113_279_2160_PS1_O_NT_003"
S5P = "S5P_OFFL_L2__NO2____20240615T104143_20240615T122313_34567_03_020600_20240617T031500"
LINES, PIXELS = 50, 40
STEP = (0.003, 0.0005, -0.003, 0.0004)
"""Degrees of longitude per pixel and line, of latitude per line and pixel: 300 m, turned."""


def swath(step=1.0, west=10.0, north=45.0):
    """Longitude and latitude of the middle of every pixel."""
    u, v = np.meshgrid(np.arange(PIXELS) + 0.5, np.arange(LINES) + 0.5)
    a, b, c, d = (step * part for part in STEP)
    return west + a * u + b * v, north + c * v + d * u


def pixel_at(longitude, latitude, step=1.0, west=10.0, north=45.0):
    """Line and pixel, as fractions, of a place in the swath."""
    a, b, c, d = (step * part for part in STEP)
    u, v = np.linalg.solve([[a, b], [d, c]], [longitude - west, latitude - north])
    return v, u


def numbered(dtype=np.uint16):
    """Every pixel its own number: 100 * line + pixel."""
    lines, pixels = np.mgrid[:LINES, :PIXELS]
    return (100 * lines + pixels).astype(dtype)


KINDS = {"uint8": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "int16": gdal.GDT_Int16}
KINDS |= {"int32": gdal.GDT_Int32, "float32": gdal.GDT_Float32, "float64": gdal.GDT_Float64}
if hasattr(gdal, "GDT_Int8"):  # GDAL 3.7
    KINDS["int8"] = gdal.GDT_Int8


def netcdf(path, variables, group="", time=False):
    """A netCDF file of images: name to (stored numbers, attributes)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    driver = gdal.GetDriverByName("netCDF")
    file = driver.CreateMultiDimensional(str(path), [], ["FORMAT=NC4"])
    place = file.GetRootGroup()
    place = place.CreateGroup(group) if group else place
    lines, pixels = next(iter(variables.values()))[0].shape
    sizes = {"time": 1, "lines": lines, "pixels": pixels} if time else {"r": lines, "c": pixels}
    sides = [place.CreateDimension(name, None, None, size) for name, size in sizes.items()]
    for name, (stored, told) in variables.items():
        kind = gdal.ExtendedDataType.Create(KINDS[stored.dtype.name])
        array = place.CreateMDArray(name, sides, kind)
        if "_FillValue" in told:
            array.SetNoDataValueDouble(told["_FillValue"])
        if "scale_factor" in told:
            array.SetScale(told["scale_factor"])
            array.SetOffset(told.get("add_offset", 0.0))
        if "units" in told:
            array.SetUnit(told["units"])
        array.WriteArray(stored.reshape(list(sizes.values())))
    return path


def degrees(longitude, latitude, view="", names=("longitude", "latitude")):
    """Places as SEN3 stores them: whole millionths of a degree."""
    told = {"scale_factor": 1e-6, "_FillValue": -2147483648, "units": "degrees"}
    stored = ((values * 1e6).round().astype(np.int32) for values in (longitude, latitude))
    return {f"{name}{view}": (values, told) for name, values in zip(names, stored)}


RADIANCE = {"scale_factor": 0.01, "add_offset": 0.0, "_FillValue": 65535}
RADIANCE["units"] = "mW.m-2.sr-1.nm-1"


def olci(home, west=10.0, north=45.0):
    """Full resolution radiances: Oa04, Oa06, Oa08 of one value each, Oa17 numbered."""
    root = home / f"{SEN3.format(kind='OL_1_EFR___')}.SEN3"
    netcdf(root / "geo_coordinates.nc", degrees(*swath(west=west, north=north)))
    for band, radiance in (("Oa04", 80.0), ("Oa06", 70.0), ("Oa08", 60.0), ("Oa17", None)):
        stored = np.full((LINES, PIXELS), 100 * (radiance or 0), np.uint16)
        stored = numbered() if radiance is None else stored
        stored[:5, :5] = 65535
        name = f"{band}_radiance"
        unsure = {f"{name}_err": (np.ones_like(stored, np.uint8), {})}
        netcdf(root / f"{name}.nc", {name: (stored, RADIANCE), **unsure})
    tie = degrees(*(a[::5, ::5] for a in swath()))
    netcdf(root / "tie_geo_coordinates.nc", tie)
    write(root / "xfdumanifest.xml", '<?xml version="1.0"?><xfdu:XFDU xmlns:xfdu="urn:x"/>')
    return root


def slstr(home):
    """Radiances of 500 m and brightness temperatures of 1 km, each on its own grid."""
    root = home / f"{SEN3.format(kind='SL_1_RBT___')}.SEN3"
    for view, step in (("an", 500 / 300), ("in", 1000 / 300)):
        netcdf(root / f"geodetic_{view}.nc", degrees(*swath(step), view=f"_{view}"))
    for number, radiance in ((1, 100.0), (3, 60.0), (5, 10.0)):
        stored = np.full((LINES, PIXELS), 100 * radiance, np.int16)
        name = f"S{number}_radiance_an"
        netcdf(root / f"{name}.nc", {name: (stored, {**RADIANCE, "_FillValue": -32768})})
    kelvin = {"scale_factor": 0.01, "add_offset": 283.73, "_FillValue": -32768, "units": "K"}
    netcdf(root / "S8_BT_in.nc", {"S8_BT_in": (numbered(np.int16), kelvin)})
    write(root / "xfdumanifest.xml", '<?xml version="1.0"?><xfdu:XFDU xmlns:xfdu="urn:x"/>')
    return root


def slstr_lst(home):
    """The temperature of the ground."""
    root = home / f"{SEN3.format(kind='SL_2_LST___')}.SEN3"
    netcdf(root / "geodetic_in.nc", degrees(*swath(1000 / 300), view="_in"))
    kelvin = {"scale_factor": 0.002, "add_offset": 290.0, "_FillValue": -32768, "units": "K"}
    values = {"LST": (np.full((LINES, PIXELS), 5000, np.int16), kelvin)}
    values["LST_uncertainty"] = (np.ones((LINES, PIXELS), np.int16), kelvin)
    netcdf(root / "LST_in.nc", values)
    write(root / "xfdumanifest.xml", '<?xml version="1.0"?><xfdu:XFDU xmlns:xfdu="urn:x"/>')
    return root


def syn(home):
    """Reflectances of OLCI and SLSTR on one grid."""
    root = home / f"{SEN3.format(kind='SY_2_SYN___')}.SEN3"
    netcdf(root / "geolocation.nc", degrees(*swath(), names=("lon", "lat")))
    told = {"scale_factor": 1e-4, "_FillValue": -10000, "units": "1"}
    for band, value in (("Oa04", 0.05), ("Oa06", 0.08), ("Oa08", 0.04), ("Oa17", 0.36)):
        stored = np.full((LINES, PIXELS), round(value * 10000), np.int16)
        netcdf(root / f"Syn_{band}_reflectance.nc", {f"SDR_{band}": (stored, told)})
    write(root / "xfdumanifest.xml", '<?xml version="1.0"?><xfdu:XFDU xmlns:xfdu="urn:x"/>')
    return root


def altimeter(home):
    """A track: places and heights in a row."""
    root = home / f"{SEN3.format(kind='SR_2_LAN___')}.SEN3"
    path = root / "standard_measurement.nc"
    path.parent.mkdir(parents=True)
    file = gdal.GetDriverByName("netCDF").CreateMultiDimensional(str(path), [], ["FORMAT=NC4"])
    place = file.GetRootGroup()
    time = place.CreateDimension("time_20_ku", None, None, 30)
    kind = gdal.ExtendedDataType.Create(gdal.GDT_Float64)
    for name in ("lat_20_ku", "lon_20_ku", "range_ocog_20_ku"):
        place.CreateMDArray(name, [time], kind).WriteArray(np.arange(30.0))
    write(root / "xfdumanifest.xml", '<?xml version="1.0"?><xfdu:XFDU xmlns:xfdu="urn:x"/>')
    return root


def sentinel5p(home):
    """Nitrogen dioxide with its precision and quality; the first line is nothing.

    The next ones are of no quality, of 60 and of 75 per cent; the last pixel has none told.
    """
    step, fill = 5500 / 300, 9.969209968386869e36
    longitude, latitude = swath(step)
    column = np.full((LINES, PIXELS), 5e-5, np.float32)
    column[0] = fill
    amount = {"_FillValue": fill, "units": "mol m-2"}
    quality = np.full((LINES, PIXELS), 80, np.uint8)
    quality[1], quality[2], quality[3], quality[-1, -1] = 0, 60, 75, 255
    variables = {
        "latitude": (latitude.astype(np.float32), {"_FillValue": fill, "units": "degrees_north"}),
        "longitude": (longitude.astype(np.float32), {"_FillValue": fill, "units": "degrees_east"}),
        "nitrogendioxide_tropospheric_column": (column, amount),
        "nitrogendioxide_tropospheric_column_precision": (column, amount),
        "qa_value": (quality, {"_FillValue": 255, "scale_factor": 0.01, "units": "1"}),
    }
    return netcdf(home / f"{S5P}.nc", variables, "PRODUCT", time=True)


# --- others ----------------------------------------------------------------------------------

LANDSAT = "LC08_L2SP_196029_20240615_20240620_02_T1"
LANDSAT_BANDS = {2: "B02", 3: "B03", 4: "B04", 5: "B8A", 6: "B11", 7: "B12"}
QA = {21824: 6, 21952: 3, 22280: 1, 23888: 4, 30048: 2, 54596: 5, 21762: 7, 1: 0}
"""QA_PIXEL numbers of USGS's guide: clear, water, cloud, shadow, snow, cirrus, cloud rim, fill."""


def landsat(home, packed=False):
    root = home / LANDSAT
    for number, key in LANDSAT_BANDS.items():
        pixels = [filled((REFLECTANCE[key] + 0.2) / 2.75e-5, 30)]
        image(root / f"{LANDSAT}_SR_B{number}.TIF", pixels, 30)
    image(root / f"{LANDSAT}_ST_B10.TIF", [filled((300 - 149) / 0.00341802, 30)], 30)
    bits = np.repeat(np.array(list(QA), np.uint16), 5)
    image(root / f"{LANDSAT}_QA_PIXEL.TIF", [np.tile(bits, (40, 1))], 30)
    write(root / f"{LANDSAT}_MTL.txt", "GROUP = LANDSAT_METADATA_FILE\nEND")
    if not packed:
        return root
    with tarfile.open(home / f"{LANDSAT}.tar", "w") as pack:
        for path in sorted(root.iterdir()):
            pack.add(path, path.name)
    return home / f"{LANDSAT}.tar"


def earth_engine(path):
    """As Export.image.toDrive writes it: bands by their names, nothing about scale or no-data."""
    keys = {"B2": "B02", "B3": "B03", "B4": "B04", "B8": "B08"}
    arrays = [filled(REFLECTANCE[key] * 10000, 10) for key in keys.values()]
    image(path, arrays, 10)
    file = gdal.Open(str(path), gdal.GA_Update)
    for number, name in enumerate(keys, 1):
        file.GetRasterBand(number).SetDescription(name)
    del file
    return path


MAKERS = {
    "safe l2a": sentinel2,
    "safe l1c": lambda home: sentinel2(home, "1C"),
    "safe l2a before 04.00": lambda home: sentinel2(home, baseline="02.14"),
    "safe zip": lambda home: zipped(sentinel2(home / "unpacked"), "product.zip"),
    "old safe": old_sentinel2,
    "aws": aws,
    "theia l2a": muscate,
    "theia l3a": lambda home: muscate(home, "L3A"),
    "theia zip": lambda home: zipped(muscate(home)),
    "landsat": landsat,
    "landsat tar": lambda home: landsat(home, packed=True),
    "earth engine": lambda home: earth_engine(Path(home) / "export.tif"),
}
"""Of every optical kind one."""
