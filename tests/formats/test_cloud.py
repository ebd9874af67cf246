"""The share of cloud in an area, against numpy counting the same pixels."""

from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal

from sentinel_portals.formats import cloud, remote
from sentinel_portals.formats.cloud import MASKS, Share, mask_of, measure
from sentinel_portals.tests.formats import cogs
from sentinel_portals.tests.servers.pieces import Pieces

SCL, CLM, QA = MASKS
PARTLY = (100, 251), (37, 190)  # columns and rows, last ones past the end
RNG = np.random.default_rng(5)


@pytest.fixture(scope="module")
def scl(tmp_path_factory):
    return cogs.write(tmp_path_factory.mktemp("scl") / "SCL.tif", cogs.classes(), 20, nodata=0)


def counted(values, columns, rows):
    """Cloud and seen pixels of a rectangle, by numpy alone."""
    part = values[rows[0] : rows[1], columns[0] : columns[1]]
    seen = part != 0
    return np.isin(part, (3, 8, 9, 10)).sum(), seen.sum(), part.size


def test_the_share_is_that_of_the_pixels_in_the_area(scl):
    cloudy, seen, size = counted(cogs.classes(), *PARTLY)
    found = measure(scl, SCL, cogs.polygon(*PARTLY))
    assert found.cloud == pytest.approx(100 * cloudy / seen, abs=1e-9)
    assert found.valid == pytest.approx(100 * seen / size, abs=1e-9)


def test_a_triangle_counts_the_pixels_whose_middle_lies_in_it(scl):
    """Against the half-plane of each pixel's middle."""
    ring = [
        cogs.polygon((x, x), (y, y))["coordinates"][0][0]
        for x, y in ((20, 20), (300, 20), (20, 300))
    ]
    area = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    rows, columns = np.mgrid[0:512, 0:512] + 0.5
    inside = (columns > 20) & (rows > 20) & (columns + rows < 320)
    values = cogs.classes()
    seen = inside & (values != 0)
    cloudy = seen & np.isin(values, (3, 8, 9, 10))
    found = measure(scl, SCL, area)
    assert found.cloud == pytest.approx(100 * cloudy.sum() / seen.sum(), abs=0.05)
    assert found.valid == pytest.approx(100 * seen.sum() / inside.sum(), abs=0.05)


@pytest.mark.parametrize(("number", "hidden"), [(n, n in (3, 8, 9, 10)) for n in range(1, 12)])
def test_every_class_of_the_scene_classification(tmp_path, number, hidden):
    values = np.full((64, 64), number, np.uint8)
    path = cogs.write(tmp_path / "SCL.tif", values, 20, nodata=0)
    found = measure(path, SCL, cogs.polygon((4, 60), (4, 60)))
    assert found == Share(100.0 if hidden else 0.0, 100.0)


@pytest.mark.parametrize(
    ("number", "hidden"),
    [
        (21824, False),
        (1 << 1, True),
        (1 << 2, True),
        (1 << 3, True),
        (1 << 4, True),
        (1 << 5, False),
        (1 << 7, False),
    ],
)
def test_the_bits_of_landsat(tmp_path, number, hidden):
    values = np.full((64, 64), number, np.uint16)
    path = cogs.write(tmp_path / "QA.tif", values, 30)
    found = measure(path, QA, cogs.polygon((4, 60), (4, 60), 30))
    assert found == Share(100.0 if hidden else 0.0, 100.0)


def test_landsat_s_fill_is_nothing_seen(tmp_path):
    path = cogs.write(tmp_path / "QA.tif", np.full((64, 64), 1, np.uint16), 30)
    assert measure(path, QA, cogs.polygon((4, 60), (4, 60), 30)) == Share(None, 0.0)


def test_every_bit_of_maja_hides(tmp_path):
    values = np.zeros((64, 64), np.uint8)
    values[:, 32:40] = 1 << np.arange(8)
    path = cogs.write(tmp_path / "CLM.tif", values, 20)
    assert measure(path, CLM, cogs.polygon((0, 64), (0, 64))) == Share(12.5, 100.0)


def test_an_area_beside_the_image_is_not_covered(scl):
    assert measure(scl, SCL, cogs.polygon((600, 700), (0, 100))) == Share(None, 0.0)


def test_an_area_half_beside_the_image_is_half_covered(tmp_path):
    path = cogs.write(tmp_path / "SCL.tif", np.full((512, 512), 4, np.uint8), 20, nodata=0)
    found = measure(path, SCL, cogs.polygon((412, 612), (100, 200)))
    assert found.cloud == 0.0
    assert found.valid == pytest.approx(50.0, abs=0.05)


def test_a_whole_country_is_covered_a_little(scl):
    ring = [[-5, 42], [8, 42], [8, 51], [-5, 51], [-5, 42]]
    found = measure(scl, SCL, {"type": "Polygon", "coordinates": [ring]})
    assert 0 < found.valid < 0.1
    cloudy, seen, _ = counted(cogs.classes(), (0, 512), (0, 512))
    assert found.cloud == pytest.approx(100 * cloudy / seen, abs=0.3)


def test_an_area_smaller_than_a_pixel_has_the_pixel_s_class(scl):
    at = 20 + 3 * 16 + 0.4  # in the fifth block
    found = measure(scl, SCL, cogs.polygon((at, at + 0.1), (0.6, 0.7)))
    assert found == Share(0.0, 100.0)


def large(folder, name="SCL.tif", **how):
    """A mask of a whole tile, in which clouds are blobs of about a kilometre."""
    noise = RNG.random((110, 110))
    blocks = np.where(noise < 0.35, 9, np.where(noise < 0.4, 0, 4))
    values = np.kron(blocks, np.ones((50, 50))).astype(np.uint8)[:5490, :5490]
    return values, cogs.write(folder / name, values, 20, nodata=None, **how)


def test_a_large_area_is_read_from_a_small_copy_and_still_nearly_right(tmp_path):
    values, path = large(tmp_path)
    columns, rows = (200, 5200), (300, 5100)
    cloudy, seen, size = counted(values, columns, rows)
    with Pieces() as web:
        web.give("/SCL.tif", path)
        place = remote.address(f"{web.url}/SCL.tif", {})
        found = measure(place, SCL, cogs.polygon(columns, rows))
        assert web.bytes < path.stat().st_size / 4
    gdal.VSICurlClearCache()
    assert found.cloud == pytest.approx(100 * cloudy / seen, abs=0.5)
    assert found.valid == pytest.approx(100 * seen / size, abs=0.5)


def test_a_small_area_costs_a_small_part_of_the_mask_and_is_exact(tmp_path):
    values, path = large(tmp_path)
    columns, rows = (2000, 2130), (2000, 2180)
    cloudy, seen, size = counted(values, columns, rows)
    with Pieces() as web:
        web.give("/SCL.tif", path)
        place = remote.address(f"{web.url}/SCL.tif", {})
        found = measure(place, SCL, cogs.polygon(columns, rows))
        assert web.bytes < path.stat().st_size
    gdal.VSICurlClearCache()
    assert found == Share(
        pytest.approx(100 * cloudy / seen, abs=1e-9), pytest.approx(100 * seen / size, abs=1e-9)
    )


def test_a_jpeg_2000_is_read_at_its_full_size(tmp_path):
    """Its small copies are means, in which class 9 beside class 1 becomes 5."""
    values = np.indices((1024, 1024)).sum(axis=0) % 2 * 8 + 1
    path = cogs.write(
        tmp_path / "SCL.jp2",
        values.astype(np.uint8),
        20,
        driver="JP2OpenJPEG",
        REVERSIBLE="YES",
        QUALITY="100",
    )
    found = measure(path, SCL, cogs.polygon((0, 1024), (0, 1024)), small_copies=False)
    assert found == Share(50.0, 100.0)


def test_the_cloud_optimised_mask_is_taken_before_the_jpeg_2000():
    both = {"scl-jp2": "https://a.test/SCL.jp2", "scl": "https://a.test/SCL.tif"}
    product = cogs.product(both)
    renamed = {
        k: replace(a, key="SCL" if k == "scl" else "SCL_20m") for k, a in product.assets.items()
    }
    mask, asset = mask_of(replace(product, assets=renamed))
    assert (mask.key, asset.href) == ("SCL", "https://a.test/SCL.tif")


def test_the_finest_of_several_masks_is_taken():
    product = cogs.product({k: f"https://a.test/{k}.jp2" for k in ("SCL_60m", "SCL_20m")})
    assert mask_of(product)[1].key == "SCL_20m"


@pytest.mark.parametrize(
    ("key", "mask"), [("qa_pixel", "QA_PIXEL"), ("scl", "SCL"), ("CLM", "CLM")]
)
def test_a_mask_is_known_by_the_names_portals_give_it(key, mask):
    assert mask_of(cogs.product({key: "https://a.test/mask.tif"}))[0].key == mask


def test_a_product_without_a_mask_to_read_has_none():
    assert mask_of(cogs.product({"B04": "https://a.test/B04.tif"})) is None
    assert mask_of(cogs.product({"SCL": "s3://bucket/SCL.tif"})) is None


def test_enough_pixels_are_read_that_chance_plays_no_role():
    assert cloud.ENOUGH >= 10_000
