"""The sample data keeps what its catalogues promise, and its generator can be run again."""

import hashlib
import importlib.util
import json
from pathlib import Path

import pytest

pytest.importorskip("numpy")
pytest.importorskip("osgeo.gdal_array")
from osgeo import gdal, ogr, osr

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "providers" / "sample_data"
LIMIT = 4_000_000  # bytes of the whole folder
MOST = 300_000  # bytes of a single file

SAMPLE = json.loads((DATA / "catalogue.json").read_text(encoding="utf-8"))
ARCHIVE = json.loads((DATA / "archive.json").read_text(encoding="utf-8"))
ITEMS = [*SAMPLE, *ARCHIVE]
ASSETS = [(item, key, asset) for item in ITEMS for key, asset in item["assets"].items()]
RASTERS = [(item, key, asset) for item, key, asset in ASSETS if asset["type"].startswith("image/t")]


def names(rows):
    return ["-".join(part if isinstance(part, str) else part["id"] for part in r[:2]) for r in rows]


def path_of(asset):
    assert asset["href"].startswith("sample://scenes/")
    return DATA / asset["href"][len("sample://") :]


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location(
        "make_sample", ROOT / "scripts" / "make_sample.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def to_utm(geometry, epsg):
    world, utm = osr.SpatialReference(), osr.SpatialReference()
    world.ImportFromEPSG(4326)
    utm.ImportFromEPSG(epsg)
    for system in (world, utm):
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    moved = ogr.CreateGeometryFromJson(json.dumps(geometry))
    moved.Transform(osr.CoordinateTransformation(world, utm))
    return moved


def test_the_folder_is_small_and_holds_nothing_but_what_is_described():
    files = [file for file in DATA.rglob("*") if file.is_file()]
    described = {path_of(asset) for _, _, asset in ASSETS}
    assert sum(file.stat().st_size for file in files) < LIMIT
    assert max(file.stat().st_size for file in files) < MOST
    assert set(files) == described | {DATA / "catalogue.json", DATA / "archive.json"}


@pytest.mark.parametrize(("item", "key", "asset"), ASSETS, ids=names(ASSETS))
def test_every_asset_has_its_file_with_true_size_and_checksum(item, key, asset):
    content = path_of(asset).read_bytes()
    assert len(content) == asset["file:size"]
    assert asset["file:checksum"].replace(" ", "") == "1220" + hashlib.sha256(content).hexdigest()
    assert asset["roles"]
    assert asset["title"]


@pytest.mark.parametrize(("item", "key", "asset"), RASTERS, ids=names(RASTERS))
def test_every_raster_lies_where_its_item_says(item, key, asset):
    dataset = gdal.Open(str(path_of(asset)))
    a, b, c, d, e, f = asset["proj:transform"]
    assert dataset.GetGeoTransform() == (c, a, b, f, d, e)
    assert [dataset.RasterYSize, dataset.RasterXSize] == asset["proj:shape"]
    assert dataset.GetSpatialRef().GetAuthorityCode(None) == str(asset["proj:epsg"])
    assert asset["gsd"] == a == asset["raster:bands"][0]["spatial_resolution"]
    assert item["properties"]["proj:bbox"] == [
        c,
        f + e * asset["proj:shape"][0],
        c + a * 366 * 300 / a,
        f,
    ]
    assert dataset.RasterCount == len(asset["raster:bands"])
    band = dataset.GetRasterBand(1)
    assert (
        gdal.GetDataTypeName(band.DataType).lower().replace("byte", "uint8")
        == (asset["raster:bands"][0]["data_type"])
    )
    assert band.GetNoDataValue() == asset["raster:bands"][0].get("nodata")


@pytest.mark.parametrize(("item", "key", "asset"), RASTERS, ids=names(RASTERS))
def test_every_raster_is_cloud_optimised(item, key, asset):
    dataset = gdal.Open(str(path_of(asset)))
    assert dataset.GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE") == "COG"
    assert dataset.GetRasterBand(1).GetBlockSize() == [256, 256]
    if dataset.RasterXSize > 256:
        assert dataset.GetRasterBand(1).GetOverviewCount() == 1


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_cloud_cover_and_no_data_are_those_of_the_classification(item):
    asset = item["assets"].get("scl") or item["assets"]["SCL"]
    classes = gdal.Open(str(path_of(asset))).ReadAsArray()
    valid = (classes > 0).sum()
    cloud = ((classes >= 8) & (classes <= 10)).sum()
    assert item["properties"]["eo:cloud_cover"] == pytest.approx(100 * cloud / valid, abs=1e-5)
    missing = 100 * (classes == 0).mean()
    assert item["properties"]["s2:nodata_pixel_percentage"] == pytest.approx(missing, abs=1e-5)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_the_footprint_is_valid_and_is_what_the_satellite_saw(item):
    footprint = to_utm(item["geometry"], item["properties"]["proj:epsg"])
    assert footprint.IsValid()
    west, south, east, north = item["properties"]["proj:bbox"]
    for x, y, *_ in footprint.GetGeometryRef(0).GetPoints():
        assert west - 1 < x < east + 1
        assert south - 1 < y < north + 1
    seen = 100 - item["properties"]["s2:nodata_pixel_percentage"]
    assert 100 * footprint.Area() / (east - west) / (north - south) == pytest.approx(seen, abs=0.4)
    xs, ys = zip(*item["geometry"]["coordinates"][0])
    assert item["bbox"] == [min(xs), min(ys), max(xs), max(ys)]


def test_stored_numbers_carry_the_offset_of_baseline_0400():
    item = next(item for item in SAMPLE if "20240625" in item["id"] and "31TEL" in item["id"])
    red, nir = (gdal.Open(str(path_of(item["assets"][k]))).ReadAsArray() for k in ("red", "nir"))
    assert red.min() > 1000
    facts = item["assets"]["red"]["raster:bands"][0]
    red, nir = (v * facts["scale"] + facts["offset"] for v in (red, nir))
    greenness = (nir - red) / (nir + red)
    assert 0.6 < sorted(greenness.ravel())[greenness.size // 2] < 0.95


def test_one_pass_sees_only_a_part_of_its_tile_and_nothing_lies_outside_the_swath():
    (partial,) = [i for i in SAMPLE if i["properties"]["s2:nodata_pixel_percentage"] > 5]
    for key in ("red", "nir", "visual"):
        pixels = gdal.Open(str(path_of(partial["assets"][key]))).ReadAsArray()
        share = 100 * (pixels == 0).mean()
        assert share == pytest.approx(partial["properties"]["s2:nodata_pixel_percentage"], abs=0.3)


def test_both_tiles_of_a_pass_agree_where_they_overlap():
    left, right = (
        gdal.Open(str(path_of(i["assets"]["red"]))) for i in SAMPLE if "20240625" in i["id"]
    )
    window = (499980, 5100000, 509580, 4990380)
    seen = [
        gdal.Translate("", d, format="MEM", projWin=window).ReadAsArray() for d in (left, right)
    ]
    difference = abs(seen[0][:365, :32].astype(float) - seen[1][:365, :32].astype(float))
    assert difference.mean() < 120  # the grids are shifted by a third of a pixel


def test_the_archive_holds_three_of_the_same_acquisitions_and_one_of_its_own():
    mine = {item["properties"]["s2:product_uri"] for item in SAMPLE}
    shared = [item for item in ARCHIVE if item["properties"]["s2:product_uri"] in mine]
    (older,) = [item for item in ARCHIVE if item not in shared]
    assert len(shared) == 3
    assert not {item["id"] for item in ARCHIVE} & {item["id"] for item in SAMPLE}
    assert [i["properties"]["order:status"] for i in shared].count("orderable") == 1
    assert older["properties"]["order:status"] == "orderable"
    assert older["properties"]["datetime"] < min(i["properties"]["datetime"] for i in SAMPLE)


def test_the_words_say_that_this_is_no_sentinel_image():
    for item in ITEMS:
        assert "not a real Sentinel image" in item["properties"]["attribution"]


def test_tile_squares_follow_the_grid_of_esa(generator):
    assert generator.tile_square("31TDL") == (399960, 4990200, 509760, 5100000)
    assert generator.tile_square("31TEL") == (499980, 4990200, 609780, 5100000)


def test_the_generator_makes_the_same_bytes_again(generator, tmp_path):
    made_with = SAMPLE[0]["properties"]["processing:software"]["gdal"]
    if gdal.__version__ != made_with:
        pytest.skip(f"the sample was made with GDAL {made_with}, this is {gdal.__version__}")
    generator.build(tmp_path, only="20240801")
    (scene,) = (tmp_path / "scenes").iterdir()
    again = {file.name: file.read_bytes() for file in scene.iterdir()}
    assert again == {f.name: f.read_bytes() for f in (DATA / "scenes" / scene.name).iterdir()}
