import pytest

from sentinel_portals.formats.images import Band
from sentinel_portals.formats.presets import LEGENDS, PRESETS, RAMPS, SCL, choose, made_of


def band(key, number=1, gsd=10.0):
    reflectance = key.startswith("B")
    scale, offset = (1e-4, -0.1) if reflectance else (1.0, 0.0)
    return Band(key, f"/{key}_{gsd}.tif", number, gsd, 0, scale, offset)


ALL = [band(key) for key in ("B02", "B03", "B04", "B08", "B8A", "B11", "B12", "SCL")]
ALL += [band("TCI", number) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("preset", "keys"),
    [
        ("true_colour", ["B04", "B03", "B02"]),
        ("near_infrared", ["B08", "B04", "B03"]),
        ("agriculture", ["B11", "B8A", "B02"]),
        ("swir", ["B12", "B8A", "B04"]),
        ("visual", ["TCI", "TCI", "TCI"]),
        ("scl", ["SCL"]),
    ],
)
def test_every_preset_finds_its_bands(preset, keys):
    chosen = choose(ALL, preset)
    assert chosen.preset.id == preset
    assert [b.key for b in chosen.bands] == keys
    assert not chosen.missing


def test_the_bands_of_a_ready_made_picture_keep_their_order():
    assert [b.band for b in choose(ALL[::-1], "visual").bands] == [1, 2, 3]


def test_another_band_of_the_same_colour_serves():
    bands = [b for b in ALL if b.key not in ("B8A", "B12")]
    assert [b.key for b in choose(bands, "swir").bands] == ["B11", "B08", "B04"]


def test_of_two_resolutions_the_finest_serves():
    bands = [band("B04", gsd=60), band("B04", gsd=10), band("B03"), band("B02")]
    assert choose(bands).bands[0].gsd == 10


def test_a_preset_that_lacks_bands_gives_way_and_says_which():
    bands = [b for b in ALL if b.key in ("B02", "B03", "B04")]
    chosen = choose(bands, "agriculture")
    assert chosen.preset.id == "true_colour"
    assert chosen.missing == ("B11", "B8A")


def test_true_colour_of_a_picture_alone_is_the_picture():
    chosen = choose([b for b in ALL if b.key == "TCI"])
    assert chosen.preset.id == "visual"
    assert chosen.stretch == ((0, 255),) * 3


def test_one_band_is_shown_in_grey_and_classes_as_classes():
    assert choose([band("B08")], "true_colour").preset.id == "single"
    assert choose([band("SCL")], "true_colour").preset.id == "scl"


def test_what_nobody_explains_has_no_fixed_stretch():
    bands = [Band(key, f"/{key}.tif") for key in ("B04", "B03", "B02")]
    assert choose(bands).stretch is None
    assert choose([Band("vv", "/vv.tif")], "single").stretch is None


def test_every_chain_of_second_choices_ends_with_what_always_fits():
    for preset in PRESETS.values():
        while preset.channels:
            preset = PRESETS[preset.instead]
        assert preset.kind in ("single", "all")


def test_a_stretch_goes_up_and_classes_have_one_colour_each():
    for preset in PRESETS.values():
        assert all(channel.low < channel.high for channel in preset.channels)
    assert [value for value, _, _ in SCL] == list(range(12))
    assert len({colour for _, _, colour in SCL}) == 12


def test_an_index_is_made_of_two_bands_whose_numbers_are_known():
    (ndvi,) = choose(ALL, "ndvi").bands
    assert (ndvi.key, ndvi.function) == ("NDVI", "normalised difference")
    assert [part.key for part in ndvi.parts] == ["B08", "B04"]
    guessed = choose([Band(key, f"/{key}.tif") for key in ("B03", "B04", "B08")], "ndvi")
    assert guessed.preset.id == "near_infrared"
    assert guessed.missing == ("B08", "B04")


def test_radar_is_shown_as_colours_whatever_optical_composition_was_wished():
    vv, vh = (Band(key, f"/{key}.tif", lut=((0, 0), (1, 1))) for key in ("VV", "VH"))
    chosen = choose([vv, vh])
    assert chosen.preset.id == "radar"
    assert [b.key for b in chosen.bands] == ["VV", "VH", "VV-VH"]
    assert choose([vv]).preset.id == "vv"
    assert choose([vh], "vh").stretch == ((-30, -5),)


@pytest.mark.parametrize(
    ("key", "classes", "preset"),
    [
        ("SNW", "snow", "snow"),
        ("OSO", "oso", "land_cover"),
        ("CLM", "clm", "mask"),
        ("QA_PIXEL", "qa", "mask"),
        ("FLG", "flg", "mask"),
    ],
)
def test_a_mask_is_shown_by_its_classes_whatever_was_wished(key, classes, preset):
    assert choose([Band(key, "/x.tif", classes=classes)]).preset.id == preset


def test_of_a_band_in_many_resolutions_all_bands_takes_the_finest():
    chosen = choose([band("B04"), band("B04", gsd=20), band("B8A", gsd=20)], "all")
    assert [(b.key, b.gsd) for b in chosen.bands] == [("B04", 10), ("B8A", 20)]


def test_every_legend_has_one_name_and_colour_per_number_and_every_ramp_goes_from_0_to_1():
    for legend in LEGENDS.values():
        values = [value for value, _, _ in legend]
        assert values == sorted(set(values))
        assert len({colour for _, _, colour in legend}) == len(legend)
    for ramp in RAMPS.values():
        stops = [stop for stop, _ in ramp]
        assert stops == sorted(stops)
        assert (stops[0], stops[-1]) == (0, 1)
    assert {p.ramp for p in PRESETS.values() if p.kind == "ramp"} <= set(RAMPS)


def test_what_is_computed_has_the_finest_grid_of_its_parts():
    assert made_of("NDMI", "normalised difference", band("B8A", gsd=20), band("B11")).gsd == 10
