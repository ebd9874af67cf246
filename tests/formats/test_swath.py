"""Sentinel-3 and -5P: what is in them, and that every pixel lies where the product says."""

from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal

from sentinel_portals import formats
from sentinel_portals.core.errors import Cancelled, NoImage, UnreadableFile
from sentinel_portals.formats.presets import choose
from sentinel_portals.formats.stack import stack
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.formats import products, scenes

SAMPLE = ROOT.parent / "shared" / "samples" / "S3_small_real_product.zip"
DRIVERS = ("netCDF", "HDF5")
pytestmark = pytest.mark.skipif(
    not all(gdal.GetDriverByName(name) for name in DRIVERS), reason="this GDAL has no netCDF"
)


def band(path, key):
    return next(band for band in formats.open_product(path) if band.key == key)


def places(file):
    """Longitude and latitude of the middle of every pixel of a grid in degrees."""
    west, dx, _, north, _, dy = file.GetGeoTransform()
    columns, rows = np.arange(file.RasterXSize) + 0.5, np.arange(file.RasterYSize) + 0.5
    return np.meshgrid(west + columns * dx, north + rows * dy)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("ending", ["vrt", "tif"])
def test_every_pixel_lies_where_its_longitude_and_latitude_say(packed, ending, tmp_path):
    root = products.olci(tmp_path)
    product = products.zipped(root, stored=False) if packed else root
    out = stack([band(product, "Oa17_radiance")], tmp_path / "made" / f"x.{ending}")
    file = gdal.Open(str(out))
    stored = file.ReadAsArray().astype(int)
    lines, pixels = np.divmod(stored, 100)
    longitude, latitude = places(file)
    known = stored != 65535
    flat = longitude[known], latitude[known]
    v, u = (a.reshape(-1) for a in products.pixel_at(np.array(flat[0]), np.array(flat[1])))
    assert known.sum() > 1500
    for away in (pixels[known] + 0.5 - u, lines[known] + 0.5 - v):
        assert np.abs(away).max() < 1
        assert np.abs(away).mean() < 0.3
        assert away.mean() == pytest.approx(0, abs=0.03), "nothing is shifted"


def test_the_grid_begins_on_whole_pixels_so_that_all_bands_share_it(tmp_path):
    root = products.olci(tmp_path)
    grids = set()
    for key in ("Oa04_radiance", "Oa17_radiance"):
        grids.add(
            gdal.Open(str(stack([band(root, key)], tmp_path / f"{key}.vrt"))).GetGeoTransform()
        )
    ((west, size, _, north, _, _),) = grids
    assert size == pytest.approx(0.0034, abs=0.0004), "300 m"
    assert west / size == pytest.approx(round(west / size), abs=1e-6)
    assert north / size == pytest.approx(round(north / size), abs=1e-6)


@pytest.mark.parametrize(
    ("make", "preset", "values"),
    [
        (products.olci, "olci", (60.0, 70.0, 80.0)),
        (products.slstr, "slstr", (10.0, 60.0, 100.0)),
        (products.slstr_lst, "temperature", (300.0,)),
        (products.syn, "syn", (0.04, 0.08, 0.05)),
        (products.sentinel5p, "no2", (5e-5,)),
    ],
)
def test_what_nobody_chose_a_picture_of_is_shown_as_suits_it(make, preset, values, tmp_path):
    scene = formats.read(make(tmp_path))[0]
    composite = choose(scene.bands)
    assert composite.preset.id == preset
    assert composite.stretch is not None
    made = scenes.values(stack(composite.bands, tmp_path / f"{scene.title}.x.vrt"))
    shown = [np.nanmedian(array) for array in np.atleast_3d(made).reshape(len(values), -1)]
    assert shown == pytest.approx(values, rel=1e-6)
    assert all(np.isnan(array).any() for array in made), "around the swath there is nothing"


def test_a_view_lies_on_its_own_grid(tmp_path):
    root = products.slstr(tmp_path)
    sizes = [
        gdal.Open(str(stack([band(root, key)], tmp_path / f"{key}.vrt"))).GetGeoTransform()[1]
        for key in ("S3_radiance_an", "S8_BT_in")
    ]
    assert sizes[1] == pytest.approx(2 * sizes[0], rel=0.05)


def test_what_says_something_about_others_is_no_layer(tmp_path):
    assert [b.key for b in formats.open_product(products.slstr_lst(tmp_path))] == ["LST"]
    assert [b.key for b in formats.open_product(products.olci(tmp_path / "x"))] == [
        "Oa04_radiance",
        "Oa06_radiance",
        "Oa08_radiance",
        "Oa17_radiance",
    ]


def test_a_gas_comes_before_its_precision_and_its_quality(tmp_path):
    (scene,) = formats.read(products.sentinel5p(tmp_path))
    column = "nitrogendioxide_tropospheric_column"
    assert [b.key for b in scene.bands] == [column, f"{column}_precision", "qa_value"]
    assert scene.bands[0].unit == "mol m-2"
    assert scene.title == products.S5P
    about = scene.item["properties"]
    assert about["datetime"] == "2024-06-15T10:41:43Z"
    assert about["platform"] == "sentinel-5p"


def test_a_gas_is_shown_where_its_quality_is_good_and_whole_when_asked_for(tmp_path):
    (scene,) = formats.read(products.sentinel5p(tmp_path))
    wanted = [choose(scene.bands, name).bands[0] for name in ("no2", "no2_all")]
    out = stack([*wanted, scene.bands[-1]], tmp_path / "gas.vrt")
    good, whole, quality = gdal.Open(str(out)).ReadAsArray()
    shown = np.isfinite(good)
    assert set(quality[np.isfinite(whole) & (whole < 1)]) == {0, 60, 75, 80, 255}
    assert set(quality[shown]) == {80}
    assert (good[shown] == whole[shown]).all()
    assert shown.sum() == ((quality == 80) & (whole < 1)).sum()


def test_a_gas_without_quality_is_shown_whole(tmp_path):
    (scene,) = formats.read(products.sentinel5p(tmp_path))
    assert choose(scene.bands[:2]).preset.id == "no2_all"


def test_one_file_of_a_folder_of_gases_is_that_gas_alone(tmp_path):
    path = products.sentinel5p(tmp_path)
    path.with_name(path.name.replace("34567", "34568")).write_bytes(path.read_bytes())
    assert len(formats.read(tmp_path)) == 2
    assert [scene.title for scene in formats.read(path)] == [products.S5P]


def test_an_orbit_over_the_date_line_has_no_smear_across_the_world(tmp_path):
    root = products.olci(tmp_path, west=179.93)
    geo = root / "geo_coordinates.nc"
    longitude, latitude = products.swath(west=179.93)
    geo.unlink()
    wrapped = (longitude + 180) % 360 - 180
    products.netcdf(geo, products.degrees(wrapped, latitude))
    file = gdal.Open(str(stack([band(root, "Oa17_radiance")], tmp_path / "x.vrt")))
    assert file.GetSpatialRef().GetAuthorityCode(None) == "3832"
    assert file.RasterXSize < 120
    assert (file.ReadAsArray() != 65535).sum() > 1000


def test_a_frame_at_the_pole_is_laid_around_it(tmp_path):
    file = gdal.Open(
        str(stack([band(products.olci(tmp_path, north=82.0), "Oa17_radiance")], tmp_path / "x.vrt"))
    )
    assert file.GetSpatialRef().GetAuthorityCode(None) == "3995"


def test_the_laid_image_is_made_once_and_again_when_the_product_changed(tmp_path):
    root = products.olci(tmp_path)
    out = tmp_path / "title.olci.vrt"
    stack([band(root, "Oa08_radiance")], out)
    made = tmp_path / f"{root.stem}.Oa08_radiance.map.gtif"
    before = made.stat().st_mtime_ns
    stack([band(root, "Oa08_radiance")], tmp_path / "title.other.vrt")
    assert made.stat().st_mtime_ns == before
    stored = np.full((products.LINES, products.PIXELS), 100, np.uint16)
    path = root / "Oa08_radiance.nc"
    path.unlink()
    pixels = {"Oa08_radiance": (stored, products.RADIANCE)}
    pixels["filler"] = (np.zeros_like(stored), {})
    products.netcdf(path, pixels)
    assert np.nanmedian(scenes.values(stack([band(root, "Oa08_radiance")], out))) == 1.0


def test_a_damaged_laid_image_is_made_again(tmp_path):
    root = products.olci(tmp_path)
    made = tmp_path / f"{root.stem}.Oa08_radiance.map.gtif"
    made.write_bytes(b"half")
    values = scenes.values(stack([band(root, "Oa08_radiance")], tmp_path / "x.y.vrt"))
    assert np.nanmedian(values) == 60


def test_a_stop_leaves_no_half_image(tmp_path):
    root = products.olci(tmp_path)
    with pytest.raises(Cancelled):
        stack([band(root, "Oa08_radiance")], tmp_path / "x.y.vrt", lambda share: False)
    assert {path.name for path in tmp_path.iterdir()} == {root.name}


def test_an_altimeter_has_no_image_and_that_is_said(tmp_path):
    with pytest.raises(NoImage, match="holds no image, only measurements along a track"):
        formats.read(products.altimeter(tmp_path))


def test_a_damaged_file_of_a_product_is_said(tmp_path):
    root = products.olci(tmp_path)
    (root / "Oa08_radiance.nc").write_bytes(b"nothing")
    with pytest.raises(UnreadableFile, match=r"Oa08_radiance\.nc is damaged"):
        formats.read(root)


@pytest.mark.skipif(not SAMPLE.exists(), reason="needs the samples beside the checkout")
def test_a_real_altimeter_product_in_its_zip_is_understood():
    with pytest.raises(UnreadableFile, match=r"S3B_SR_1_SRA____20230309T200705.*along a track"):
        formats.read(SAMPLE)


@pytest.mark.skipif(not hasattr(gdal, "GDT_Int8"), reason="GDAL knows signed bytes from 3.7 on")
def test_signed_bytes_are_laid_onto_the_map(tmp_path):
    root = products.olci(tmp_path)
    path = root / "Oa08_radiance.nc"
    path.unlink()
    stored = np.full((products.LINES, products.PIXELS), -7, np.int8)
    products.netcdf(path, {"Oa08_radiance": (stored, {"scale_factor": 1.0, "units": "mW"})})
    values = scenes.values(stack([band(root, "Oa08_radiance")], tmp_path / "x.y.vrt"))
    assert np.nanmedian(values) == -7
    assert np.isnan(values).any(), "nothing beside the swath"


def test_a_no_data_value_that_the_numbers_cannot_hold_hides_nothing(tmp_path):
    root = products.olci(tmp_path)
    path = root / "Oa08_radiance.nc"
    path.unlink()
    stored = np.full((products.LINES, products.PIXELS), 60, np.uint8)
    products.netcdf(path, {"Oa08_radiance": (stored, {"scale_factor": 1.0, "units": "mW"})})
    odd = replace(band(root, "Oa08_radiance"), nodata=-1.0)
    values = scenes.values(stack([odd], tmp_path / "x.y.vrt"))
    assert np.nanmedian(values) == 60
