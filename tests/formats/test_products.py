"""Every format: what is in it, and that its numbers are the known ones, through GDAL."""

import contextlib
import json
import random
import re
import shutil

import numpy as np
import pytest
from osgeo import gdal

from sentinel_portals import formats
from sentinel_portals.core import markup
from sentinel_portals.core.errors import Cancelled, UnreadableFile
from sentinel_portals.formats import landsat, quicklook
from sentinel_portals.formats.files import said
from sentinel_portals.formats.images import finest
from sentinel_portals.formats.presets import choose
from sentinel_portals.formats.stack import stack
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.formats import products, scenes

SAMPLES = ROOT.parent / "shared" / "samples"  # real products beside the checkout, not in it
EXPLAINED = sorted(set(products.MAKERS) - {"earth engine"})


def by_key(bands):
    return {band.key: band for band in finest(bands)}


def shown(bands, out):
    return scenes.values(stack(bands, out))


@pytest.mark.parametrize("kind", EXPLAINED)
@pytest.mark.parametrize("ending", ["vrt", "tif"])
def test_every_format_shows_the_known_reflectances_and_hides_what_is_no_data(
    kind, ending, tmp_path
):
    scene = formats.read(products.MAKERS[kind](tmp_path))[0]
    bands = [b for b in finest(scene.bands) if b.key in products.REFLECTANCE]
    assert {"B02", "B03", "B04"} <= {band.key for band in bands}
    for band, values in zip(bands, shown(bands, tmp_path / f"made.{ending}")):
        expected = products.REFLECTANCE[band.key]
        assert values[-1, -1] == pytest.approx(expected, abs=1.5e-5), band.key
        assert np.isnan(values[0, 0]), band.key


@pytest.mark.parametrize("kind", EXPLAINED)
def test_every_scene_knows_its_name_its_time_and_whose_it_is(kind, tmp_path):
    scene = formats.read(products.MAKERS[kind](tmp_path))[0]
    properties = scene.item["properties"]
    assert scene.title == properties["title"] or kind == "old safe"
    assert properties["datetime"][:4] in ("2024", "2016")
    assert "Copernicus" in properties["attribution"] or "Landsat-8" in properties["attribution"]


def test_open_product_gives_the_bands_of_whatever_it_is_given(tmp_path):
    assert len(formats.open_product(products.sentinel2(tmp_path))) == 18


# --- Sentinel-2 ------------------------------------------------------------------------------


def test_the_offset_is_that_of_the_metadata_never_of_the_date(tmp_path):
    """The same day, the same name but for the baseline: the stored numbers differ by 1000."""
    new, old = (
        by_key(formats.open_product(products.sentinel2(tmp_path / b, baseline=b)))["B04"]
        for b in ("05.10", "02.14")
    )
    assert (new.offset, old.offset) == (-0.1, 0.0)
    new, old = (gdal.Open(str(band.path)).ReadAsArray()[9, 9] for band in (new, old))
    assert (new, old) == (1400, 400)


def test_the_name_of_a_product_does_not_overrule_its_metadata(tmp_path):
    root = products.sentinel2(tmp_path, baseline="02.14")
    renamed = root.rename(tmp_path / root.name.replace("N0214", "N0510"))
    assert by_key(formats.open_product(renamed))["B04"].offset == 0


def test_all_resolutions_are_there_and_the_finest_comes_first(tmp_path):
    bands = formats.open_product(products.sentinel2(tmp_path))
    assert [b.gsd for b in bands if b.key == "B04"] == [10, 20]
    assert by_key(bands)["B04"].gsd == 10
    assert by_key(bands)["B09"].gsd == 60
    assert by_key(bands)["AOT"].scale == 0.001


def test_the_product_can_be_named_by_its_metadata_its_folder_or_the_one_above(tmp_path):
    root = products.sentinel2(tmp_path)
    expected = formats.open_product(root)
    assert formats.open_product(root / "MTD_MSIL2A.xml") == expected
    assert formats.open_product(tmp_path) == expected


def test_one_image_of_a_product_knows_the_products_offset(tmp_path):
    root = products.sentinel2(tmp_path)
    (path,) = root.rglob("*_B04_10m.jp2")
    (scene,) = formats.read(path)
    assert [(b.key, b.offset) for b in scene.bands] == [("B04", -0.1)]
    assert scene.title == root.stem


def test_images_that_are_listed_and_not_there_are_named(tmp_path):
    (scene,) = formats.read(products.sentinel2(tmp_path, lacks=("B08", "B12")))
    assert [name.rpartition("Z_")[2][-7:] for name in scene.missing] == ["B08_10m", "B12_20m"]
    assert not {"B08", "B12"} & {band.key for band in scene.bands}


@pytest.mark.parametrize(
    "name", ["product.zip", "S2A (1).zip", "x.SAFE.zip", "a {b}.ZIP", "été.zip"]
)
def test_a_zip_opens_whatever_its_name_and_packing(name, tmp_path):
    path = products.zipped(products.sentinel2(tmp_path / "unpacked"), name, stored=False)
    path = path.rename(tmp_path / name)
    shutil.rmtree(tmp_path / "unpacked")
    red, nir = (by_key(formats.open_product(path))[key] for key in ("B04", "B08"))
    values = shown([red, nir], tmp_path / "made.vrt")
    assert [v[-1, -1] for v in values] == pytest.approx([0.04, 0.36])
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == []


def test_an_old_product_has_a_scene_per_tile(tmp_path):
    found = formats.read(products.old_sentinel2(tmp_path))
    assert [s.item["properties"]["grid:code"] for s in found] == ["MGRS-31TFJ", "MGRS-31TGJ"]


def test_what_a_download_left_beside_the_zip_is_kept(tmp_path):
    path = products.zipped(products.sentinel2(tmp_path / "unpacked"))
    path = path.rename(tmp_path / path.name)
    shutil.rmtree(tmp_path / "unpacked")
    told = {"title": path.stem, "license": "free", "sentinel_portals:portal": "Sample portal"}
    assets = {"product": {"href": f"./{path.name}", "roles": ["data"]}}
    item = scenes.write_item(tmp_path / f"{path.stem}.json", assets, told)
    for source in (item, tmp_path):
        (scene,) = formats.read(source)
        assert scene.item["properties"]["sentinel_portals:portal"] == "Sample portal"
        assert scene.item["properties"]["platform"] == "sentinel-2a"  # ours, the item lacks it
        assert len(scene.bands) == 18


def test_a_folder_of_many_products_gives_each_of_them(tmp_path):
    products.sentinel2(tmp_path)
    products.muscate(tmp_path)
    products.landsat(tmp_path, packed=True)
    shutil.rmtree(tmp_path / products.LANDSAT)
    scenes.scene(tmp_path / "cogs")
    assert sorted(s.title[:4] for s in formats.read(tmp_path)) == ["LC08", "S2A_", "S2A_", "SENT"]


def test_loose_files_of_one_product_do_not_hide_another_in_a_folder_below(tmp_path):
    for path in products.landsat(tmp_path / "x").iterdir():
        path.rename(tmp_path / path.name)
    products.sentinel2(tmp_path)
    assert sorted(scene.title[:4] for scene in formats.read(tmp_path)) == ["LC08", "S2A_"]


@pytest.mark.parametrize("damage", [b"", b"PK no zip", b"PK\x03\x04" + b"\0" * 100])
def test_a_damaged_archive_is_said(damage, tmp_path):
    path = tmp_path / "product.zip"
    path.write_bytes(damage)
    with pytest.raises(UnreadableFile, match=r"product\.zip"):
        formats.read(path)


def test_a_zip_with_any_of_its_bytes_changed_opens_or_is_said(tmp_path):
    """Names, sizes, methods and flags of a zip are a stranger's words."""
    whole = products.zipped(products.sentinel2(tmp_path / "x"), stored=False).read_bytes()
    chance = random.Random(5)
    path = tmp_path / "product.zip"
    said = 0
    for _ in range(150):
        changed = bytearray(whole)
        for _ in range(chance.choice((1, 3, 30))):
            place = chance.choice((chance.randrange(len(whole)), -chance.randrange(1, 9000)))
            changed[place] = chance.randrange(256)
        path.write_bytes(changed)
        try:
            formats.read(path)
        except UnreadableFile:
            said += 1
    assert 0 < said < 150


def test_metadata_of_many_shapes_is_read_or_said(tmp_path):
    root = products.sentinel2(tmp_path)
    whole = (root / "MTD_MSIL2A.xml").read_text("utf-8")
    chance = random.Random(7)
    for _ in range(300):
        start = chance.randrange(len(whole))
        end = start + chance.choice((1, 5, 60))
        changed = whole[:start] + chance.choice(("", "x", "nan", "-1e999", "</a>")) + whole[end:]
        (root / "MTD_MSIL2A.xml").write_text(changed, "utf-8")
        with contextlib.suppress(UnreadableFile):
            formats.read(root)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (">-1000<", ">minus a thousand<"),
        ('band_id="3"', 'band_id="three"'),
        (">10000<", "><"),
    ],
)
def test_numbers_that_are_none_are_said_or_replaced_by_the_usual(good, bad, tmp_path):
    root = products.sentinel2(tmp_path)
    path = root / "MTD_MSIL2A.xml"
    path.write_text(path.read_text("utf-8").replace(good, bad), "utf-8")
    if bad == "><":
        assert by_key(formats.open_product(root))["B04"].scale == 1e-4
    else:
        with pytest.raises(UnreadableFile, match="metadata"):
            formats.read(root)


def test_an_image_that_lies_beside_a_foreign_product_is_still_an_image(tmp_path):
    products.landsat(tmp_path)
    other = scenes.write(tmp_path / products.LANDSAT / "mine.tif", np.ones((4, 4), np.uint16), 10)
    assert [band.key for band in formats.open_product(other)] == ["mine"]


@pytest.mark.parametrize("damage", ["", "<no", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"])
def test_damaged_metadata_is_said(damage, tmp_path):
    root = products.sentinel2(tmp_path)
    (root / "MTD_MSIL2A.xml").write_text(damage, "utf-8")
    with pytest.raises(UnreadableFile, match="MTD_MSIL2A"):
        formats.read(root)


# --- THEIA -----------------------------------------------------------------------------------


def test_what_is_corrected_for_slopes_comes_first_and_the_other_keeps_its_name(tmp_path):
    bands = by_key(formats.open_product(products.muscate(tmp_path)))
    (flat,), (slope,) = (shown([bands[k]], tmp_path / "x.vrt") for k in ("B04", "SRE_B04"))
    assert (flat[-1, -1], slope[-1, -1]) == pytest.approx((0.04, 0.05))


def test_the_bits_of_the_cloud_mask_become_classes(tmp_path):
    mask = by_key(formats.open_product(products.muscate(tmp_path)))["CLM"]
    (classes,) = shown([mask], tmp_path / "clm.vrt")
    middles = [classes[50, 7 + 15 * column] for column in range(8)]
    assert middles == [0, 1, 1, 2, 3, 4, 4, 5]


def test_the_bits_of_the_geophysical_mask_become_classes(tmp_path):
    mask = by_key(formats.open_product(products.muscate(tmp_path)))["MG2"]
    (classes,) = shown([mask], tmp_path / "mg2.vrt")
    assert [classes[50, 7 + 15 * column] for column in range(8)] == [3, 1, 2, 4, 5, 5, 6, 6]


def test_snow_and_land_cover_are_classes_of_their_own(tmp_path):
    (snow,) = formats.open_product(products.snow(tmp_path))
    (oso,) = formats.open_product(products.oso(tmp_path / "other"))
    assert (snow.classes, oso.classes) == ("snow", "oso")
    (values,) = shown([snow], tmp_path / "snow.vrt")
    assert [values[9, c] for c in (5, 20, 40)] == [0, 100, 205]
    assert np.isnan(values[9, 55])


# --- Sentinel-1 ------------------------------------------------------------------------------


@pytest.mark.parametrize("cog", [False, True])
@pytest.mark.parametrize("ending", ["vrt", "tif"])
def test_radar_shows_decibels_where_its_control_points_say(cog, ending, tmp_path):
    bands = formats.open_product(products.sentinel1(tmp_path, cog))
    assert [band.key for band in bands] == ["VV", "VH"]
    out = stack(bands, tmp_path / "made" / f"radar.{ending}")
    values = scenes.values(out)
    for band, array in zip(bands, values):
        assert np.nanmedian(array) == pytest.approx(products.DECIBELS[band.key], abs=0.1)
        assert np.isnan(array[0, 0])
    west, _, _, north, _, _ = gdal.Open(str(out)).GetGeoTransform()
    info = gdal.Info(str(out), format="json")
    ring = info["wgs84Extent"]["coordinates"][0]
    assert min(x for x, _ in ring) == pytest.approx(5.8, abs=0.1)
    assert max(y for _, y in ring) == pytest.approx(45.4, abs=0.1)
    assert gdal.Open(str(out)).GetSpatialRef().GetAuthorityCode(None) == "32632"
    assert west > 0
    assert north > 4_900_000


def test_a_radar_product_in_a_zip(tmp_path):
    path = products.zipped(products.sentinel1(tmp_path / "x"))
    values = shown(formats.open_product(path), tmp_path / "made.vrt")
    assert np.nanmedian(values[0]) == pytest.approx(-8, abs=0.1)


def test_a_large_radar_image_is_drawn_from_small_copies_made_once(tmp_path, monkeypatch):
    monkeypatch.setattr("sentinel_portals.formats.radar.LARGE", 100)
    home = tmp_path / "home"
    home.mkdir()
    products.sentinel1(home)
    bands, out = formats.open_product(home), home / "radar.vrt"
    for _ in range(2):
        values = scenes.values(stack(bands, out))
        assert np.nanmedian(values[0]) == pytest.approx(-8, abs=0.1)
        copies = {p: p.stat().st_mtime_ns for p in out.parent.glob("*.ovr")}
        assert len(copies) == 2
    laid = gdal.Open(str(out.with_name("radar.VV.laid.vrt")))
    assert laid.GetRasterBand(1).GetOverviewCount() > 0
    assert {p: p.stat().st_mtime_ns for p in out.parent.glob("*.ovr")} == copies
    moved = home.rename(tmp_path / "moved") / "radar.vrt"
    assert np.nanmedian(scenes.values(moved)[0]) == pytest.approx(-8, abs=0.1)


def test_the_small_copies_of_a_radar_image_in_a_zip_lie_beside_the_zip(tmp_path, monkeypatch):
    monkeypatch.setattr("sentinel_portals.formats.radar.LARGE", 100)
    path = products.zipped(products.sentinel1(tmp_path / "x"), stored=False)
    out = path.with_name("radar.vrt")
    made = set()
    for _ in range(2):
        stack(formats.open_product(path), out)
        made.add(tuple(p.stat().st_mtime_ns for p in sorted(out.parent.glob("*.ovr"))))
    assert len(made) == 1, "once"
    laid = gdal.Open(str(out.with_name("radar.VV.laid.vrt")))
    assert laid.GetRasterBand(1).GetOverviewCount() > 0
    assert np.nanmedian(scenes.values(out)[0]) == pytest.approx(-8, abs=0.1)


def test_small_copies_that_are_stopped_leave_none(tmp_path, monkeypatch):
    monkeypatch.setattr("sentinel_portals.formats.radar.LARGE", 100)
    bands = formats.open_product(products.sentinel1(tmp_path))
    with pytest.raises(Cancelled):
        stack(bands, tmp_path / "radar.vrt", lambda share: False)
    assert not list(tmp_path.glob("*.ovr"))


def test_the_sub_swaths_of_a_complex_product_make_one_image_in_decibels(tmp_path):
    (scene,) = formats.read(products.sentinel1_complex(tmp_path))
    assert [band.key for band in scene.bands] == ["VV", "VH"]
    composite = choose(scene.bands)
    assert composite.preset.id == "radar"
    values, *others = shown(composite.bands, tmp_path / "radar.vrt")
    assert [np.nanmedian(v) for v in (values, *others)] == pytest.approx([-8, -15, 7], abs=0.1)
    (alone,) = shown(scene.bands[0].parts[:1], tmp_path / "one.vrt")
    assert np.isfinite(values).sum() > 2.5 * np.isfinite(alone).sum()
    middle = values[values.shape[0] // 2]
    inside = np.flatnonzero(np.isfinite(middle))
    assert np.isfinite(middle[inside[0] : inside[-1]]).mean() > 0.85, "the swaths touch"


def test_an_image_without_control_points_lies_where_the_annotation_says(tmp_path):
    places = []
    for bare in (False, True):
        bands = formats.open_product(products.sentinel1(tmp_path / str(bare), bare=bare))
        file = gdal.Open(str(stack(bands, tmp_path / f"{bare}.vrt")))
        places.append((*file.GetGeoTransform(), file.RasterXSize, file.RasterYSize))
    assert places[1] == pytest.approx(places[0], rel=1e-6)


@pytest.mark.parametrize(("make", "preset"), [(products.sentinel1, "vv"), (products.olci, "olci")])
def test_two_products_beside_each_other_do_not_share_what_is_made_of_them(
    make, preset, tmp_path, monkeypatch
):
    monkeypatch.setattr("sentinel_portals.formats.radar.LARGE", 100)
    first = make(tmp_path / "1")
    later = tmp_path / "2" / re.sub("20240615T1001|20240614T1740", "20240615T1002", first.name)
    shutil.copytree(first, later)
    for path in later.glob("measurement/*"):
        path.rename(path.with_name(path.name.replace("20240614t1740", "20240614t1741")))
    made = []
    for number, root in enumerate((first, later)):
        bands = choose(formats.read(root)[0].bands, preset).bands
        before = set(tmp_path.iterdir())
        stack(bands, tmp_path / f"2024-06-15.{number}.vrt")
        made.append(len(set(tmp_path.iterdir()) - before))
    assert made[0] == made[1] > 1


def test_radar_without_calibration_is_shown_by_the_typical_one(tmp_path):
    root = products.sentinel1(tmp_path)
    shutil.rmtree(root / "annotation")
    (vv, _) = shown(formats.open_product(root), tmp_path / "made.vrt")
    expected = -8 + 20 * np.log10(products.AMPLITUDE / 600)
    assert np.nanmedian(vv) == pytest.approx(expected, abs=0.1)


# --- Landsat ---------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
def test_the_numbers_of_landsats_quality_become_classes(packed, tmp_path):
    quality = by_key(formats.open_product(products.landsat(tmp_path, packed)))["QA_PIXEL"]
    classes = gdal.Open(str(stack([quality], tmp_path / "qa.vrt"))).ReadAsArray()
    assert [classes[9, 2 + 5 * n] for n in range(8)] == list(products.QA.values())


def test_a_number_that_landsats_quality_cannot_have_is_no_class():
    table = dict(landsat.decoded())
    assert table[21824] == 6
    assert table[21823] == table[21825] == landsat.UNKNOWN


def test_landsats_bands_have_the_names_of_the_same_colour(tmp_path):
    bands = by_key(formats.open_product(products.landsat(tmp_path)))
    assert bands["B8A"].title == "SR_B5"
    (kelvin,) = shown([bands["ST"]], tmp_path / "st.vrt")
    assert kelvin[-1, -1] == pytest.approx(300, abs=0.01)


# --- others ----------------------------------------------------------------------------------


def test_earth_engines_bands_are_known_by_name_and_their_numbers_are_not_guessed(tmp_path):
    bands = formats.open_product(products.earth_engine(tmp_path / "export.tif"))
    assert [band.key for band in bands] == ["B02", "B03", "B04", "B08"]
    assert not any(band.known for band in bands)


def test_what_nobody_knows_is_still_opened_if_gdal_can(tmp_path):
    source = products.image(tmp_path / "x.tif", [np.full((4, 4), 7, np.uint16)], 10)
    path = tmp_path / "heights.asc"
    gdal.Translate(str(path), str(source), format="AAIGrid", outputType=gdal.GDT_Int32)
    (band,) = formats.open_product(path)
    assert (band.key, band.gsd) == ("heights", 10)


def test_an_item_may_name_a_file_that_only_gdal_knows(tmp_path):
    products.image(tmp_path / "dem.img", [products.filled(7, 10)], 10, driver="HFA")
    (tmp_path / "notes.txt").write_text("no image")
    item = {"type": "Feature", "id": "dem", "properties": {}}
    item["assets"] = {"a": {"href": "./notes.txt"}, "b": {"href": "./dem.img"}}
    (tmp_path / "dem.json").write_text(json.dumps(item))
    (scene,) = formats.read(tmp_path / "dem.json")
    assert [band.key for band in scene.bands] == ["dem"]
    assert scene.item["id"] == "dem"


def test_images_in_an_archive_of_no_known_format_are_found(tmp_path):
    scenes.scene(tmp_path / "mine", item=False)
    bands = formats.open_product(products.zipped(tmp_path / "mine"))
    assert {"B04", "B08", "SCL"} <= {band.key for band in bands}


def test_a_file_that_is_nothing_is_said(tmp_path):
    (tmp_path / "notes.txt").write_text("no image", "utf-8")
    with pytest.raises(UnreadableFile, match=r"notes\.txt"):
        formats.read(tmp_path / "notes.txt")
    with pytest.raises(UnreadableFile, match="does not exist"):
        formats.read(tmp_path / "nothing")


# --- real products, where they lie -----------------------------------------------------------


def sample(name):
    found = sorted(SAMPLES.glob(name)) if SAMPLES.is_dir() else []
    if not found:
        pytest.skip("the samples are not here")
    return found[0]


def test_a_real_product_whose_zip_has_no_safe_folder(tmp_path):
    (scene,) = formats.read(sample("S2A_MSIL1C_20180101*T31TDH*.zip"))
    (band,) = scene.bands
    assert (band.key, band.offset, band.scale) == ("B01", 0, 1e-4)
    assert len(scene.missing) == 13
    file = gdal.Open(str(stack([band], tmp_path / "made.vrt")))
    assert file.GetGeoTransform() == (399960, 60, 0, 4800000, 0, -60)
    assert (file.RasterXSize, file.RasterYSize) == (1830, 1830)


def test_the_metadata_of_a_real_product_in_full_size(tmp_path):
    (scene,) = formats.read(sample("S2A_MSIL2A_20230625*T01WCP*.zip"))
    red = by_key(scene.bands)["B04"]
    file = gdal.Open(str(stack([red], tmp_path / "made.vrt")))
    assert (file.RasterXSize, file.RasterYSize) == (10980, 10980)
    stored = file.GetRasterBand(1).ReadAsArray(100, 9000, 1, 1)[0, 0]
    assert stored * red.scale + red.offset == pytest.approx(0.04)


def test_the_corners_of_a_real_radar_picture_are_those_of_its_manifest():
    """The manifest names lower left, lower right, upper right, upper left of the quick-look."""
    root = next(sample("s1_metadata").glob("*.SAFE"))
    manifest = markup.parse((root / "manifest.safe").read_bytes())
    told = said(manifest, "gml:coordinates").split()
    latitude_first = [tuple(map(float, pair.split(","))) for pair in told]
    left, right, upper_right, upper_left = ((x, y) for y, x in latitude_first)
    flight = said(manifest, "s1:pass").lower()
    named = quicklook.compass(sorted([left, right, upper_right, upper_left]))
    by_table = [named[corner] for corner in quicklook.CORNERS[flight]]
    assert by_table == [upper_left, upper_right, right, left]


def test_the_annotation_of_a_real_radar_product():
    (scene, _) = formats.read(sample("s1_metadata"))
    assert scene.item["properties"]["platform"] == "sentinel-1b"
    amplitude = 10 ** (-dict(scene.bands[0].lut)[1.0] / 20)
    assert 300 < amplitude < 800


def test_a_real_radar_image_without_control_points_lies_where_its_manifest_says(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("sentinel_portals.formats.radar.LARGE", 1 << 20)
    (root,) = sample("s1_metadata").glob("*.SAFE")
    out = stack(formats.open_product(root), tmp_path / "vv.vrt")
    (ring,) = gdal.Info(str(out), format="json")["wgs84Extent"]["coordinates"]
    manifest = markup.parse((root / "manifest.safe").read_bytes())
    told = said(manifest, "gml:coordinates").split()
    latitudes, longitudes = zip(*(map(float, pair.split(",")) for pair in told))
    for here, there in ((0, longitudes), (1, latitudes)):
        values = [corner[here] for corner in ring]
        assert min(values) == pytest.approx(min(there), abs=0.12)
        assert max(values) == pytest.approx(max(there), abs=0.12), "a box in UTM around it"


def test_an_item_beside_a_products_folder_is_its_item(tmp_path):
    root = products.sentinel2(tmp_path)
    told = {"title": root.stem, "sentinel_portals:portal": "Sample portal"}
    (root.parent / "x.json").write_text(
        json.dumps({"type": "Feature", "id": "x", "properties": told, "assets": {}}), "utf-8"
    )
    (scene,) = formats.read(tmp_path)
    assert scene.item["properties"]["sentinel_portals:portal"] == "Sample portal"
