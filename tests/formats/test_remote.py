from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal

from sentinel_portals.core.errors import UnreadableFile
from sentinel_portals.core.model import to_item
from sentinel_portals.formats import presets, remote, stack
from sentinel_portals.tests.formats import cogs
from sentinel_portals.tests.servers.pieces import Pieces


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return cogs.bands(tmp_path_factory.mktemp("cogs"))


@pytest.fixture
def web(files):
    with Pieces() as web:
        for key, file in files.items():
            web.give(f"/{key}.tif", file)
        yield web
        gdal.VSICurlClearCache()


@pytest.fixture
def product(web, files):
    return cogs.product({key: f"{web.url}/{key}.tif" for key in files})


def opened(product, preset, **options):
    item = to_item(product)
    keys = remote.needed(item, list(product.assets.values()), preset)
    places = {key: remote.address(product.assets[key].href, options) for key in keys}
    return remote.scene(item, places)


def shown(vrt):
    """The text of a VRT as the values that it shows."""
    file = gdal.Open(vrt)
    return [file.GetRasterBand(n + 1).ReadAsArray() for n in range(file.RasterCount)]


def test_only_the_bands_of_the_composition_are_asked_for(web, product):
    scene = opened(product, "true_colour")
    assert [band.key for band in scene.bands] == ["B04", "B03", "B02"]
    assert {asked.path for asked in web.asked} == {"/B04.tif", "/B03.tif", "/B02.tif"}


def test_an_index_takes_its_two_bands_and_their_numbers(product):
    scene = opened(product, "ndvi")
    chosen = presets.choose(scene.bands, "ndvi")
    (ndvi,) = shown(stack.inline(chosen.bands))
    nir, red = (cogs.stored(n)[5, 5] * 1e-4 - 0.1 for n in (3, 2))
    assert ndvi[5, 5] == pytest.approx((nir - red) / (nir + red), abs=1e-4)


def test_offset_scale_and_no_data_are_those_of_the_item(product):
    scene = opened(product, "true_colour")
    assert {(band.scale, band.offset, band.nodata) for band in scene.bands} == {(1e-4, -0.1, 0.0)}


def test_terrain_corrected_radar_is_read_as_decibels(web, tmp_path):
    hrefs = {key: web.give(f"/{key}.tif", file) for key, file in cogs.radar(tmp_path).items()}
    rtc = cogs.product(hrefs, name="S1A_rtc", collection="sentinel-1-rtc", properties={})
    chosen = presets.choose(opened(rtc, "true_colour").bands)
    assert (chosen.preset.id, chosen.stretch) == ("radar", ((-20, 0), (-26, -5), (1, 15)))
    values = np.array(shown(stack.inline(chosen.bands)))
    assert values[:, 500, 500] == pytest.approx([-8, -15, 7], abs=0.01)
    assert np.isnan(values[:, 5, 500]).all()


def test_the_text_of_a_vrt_shows_the_stored_numbers(product):
    scene = opened(product, "agriculture")
    swir, nir, blue = shown(stack.inline(presets.choose(scene.bands, "agriculture").bands))
    assert np.array_equal(swir[4:, 4:][::2, ::2], cogs.stored(9, 512)[2:, 2:])
    assert np.array_equal(nir[1:, 1:], cogs.stored(3)[1:, 1:])
    assert np.array_equal(blue[1:, 1:], cogs.stored(0)[1:, 1:])


@pytest.mark.parametrize("preset", ["true_colour", "agriculture", "ndvi", "scl", "all"])
def test_nothing_is_asked_while_such_a_vrt_is_opened(web, product, preset):
    scene = opened(product, preset)
    text = stack.inline(presets.choose(scene.bands, preset).bands)
    gdal.VSICurlClearCache()
    web.asked.clear()
    gdal.Open(text)
    assert web.asked == []


def test_a_whole_image_seen_from_afar_costs_little_of_it(web, product, files):
    text = stack.inline(opened(product, "true_colour").bands)
    gdal.VSICurlClearCache()
    web.bytes = 0
    gdal.Open(text).ReadAsArray(buf_xsize=128, buf_ysize=128)
    whole = sum(files[key].stat().st_size for key in ("B02", "B03", "B04"))
    assert web.bytes < whole / 4, "the small copies only"


def test_a_jpeg_2000_is_no_cloud_optimised_file(product):
    asset = product.assets["B04"]
    assert remote.is_cog(asset)
    named = replace(asset, href=asset.href.replace(".tif", ".jp2"), type="image/jp2")
    assert not remote.is_cog(named)
    assert remote.is_image(named)


def test_a_file_without_an_ending_is_known_by_its_media_type(product):
    odd = replace(product.assets["B04"], href="https://a.test/Nodes(B04)/$value")
    assert remote.is_cog(odd)
    assert not remote.is_cog(replace(odd, type="image/jp2"))


@pytest.mark.parametrize(
    "href",
    [
        "https://a.test/B04.tif?sig=abc&se=2030",
        "https://a.test/B04.tif?X-Amz-Signature=abc",
        "https://user:word@a.test/B04.tif",
        "s3://bucket/B04.tif",
    ],
)
def test_an_address_that_must_not_stand_in_a_project_is_not_streamed(product, href):
    assert not remote.is_cog(replace(product.assets["B04"], href=href))


def test_a_small_picture_is_no_data(product):
    assert not remote.is_cog(replace(product.assets["B04"], key="preview", roles=("overview",)))


def test_a_file_that_is_no_image_is_told_by_its_name_alone(web, product):
    web.give("/B04.tif", b"II*\0 and then nothing sensible")
    with pytest.raises(UnreadableFile, match=r"^B04.tif is damaged"):
        opened(product, "true_colour")
