"""core/bands.py: one word per band, whatever the portal calls its asset."""

import pytest

from sentinel_portals.core.bands import SPOKEN, band, offset, pick, resolution, scaled
from sentinel_portals.core.model import Asset


def assets(*keys):
    return {key: Asset(key, f"https://files.test/{key}") for key in keys}


EARTH_SEARCH = assets(
    "red", "green", "blue", "nir", "nir08", "red-jp2", "scl", "visual", "thumbnail"
)
PLANETARY = assets("B02", "B03", "B04", "B08", "B8A", "SCL", "visual", "rendered_preview")
COPERNICUS = assets("B04_60m", "B04_20m", "B04_10m", "SCL_20m", "SCL_60m", "TCI_10m", "Product")


WORDS = {
    "B04": ("red", "B04", "b04_10m", "B04-10m"),
    "B8A": ("nir08", "B8A", "B8A_20m"),
    "TCI": ("visual", "TCI_10m"),
    "SCL": ("scl", "SCL_20m"),
    "Product": ("Product",),
    "VV": ("vv", "VV"),
}


@pytest.mark.parametrize("name", WORDS)
def test_every_portals_word_for_a_band_becomes_esas(name):
    assert [band(key) for key in WORDS[name]] == [name] * len(WORDS[name])


def test_esas_own_names_stay_what_they_are():
    assert {band(name) for name in SPOKEN.values()} == set(SPOKEN.values())


@pytest.mark.parametrize(("key", "metres"), [("B02_20m", 20), ("B02", None), ("red", None)])
def test_a_key_tells_its_resolution(key, metres):
    assert resolution(key) == metres


@pytest.mark.parametrize("wish", ["red", "B04", "B04_10m"])
@pytest.mark.parametrize(
    ("portal", "key"), [(EARTH_SEARCH, "red"), (PLANETARY, "B04"), (COPERNICUS, "B04_10m")]
)
def test_a_band_is_found_at_every_portal_by_any_of_its_names(wish, portal, key):
    chosen, missing = pick(portal, [wish])
    assert ([a.key for a in chosen], missing) == ([key], [])


def test_the_very_key_that_was_asked_for_wins_over_the_finest():
    chosen, _ = pick(COPERNICUS, ["B04_60m"])
    assert [a.key for a in chosen] == ["B04_60m"]


def test_two_words_for_one_band_fetch_it_once():
    chosen, missing = pick(EARTH_SEARCH, ["red", "B04", "B04_10m"])
    assert ([a.key for a in chosen], missing) == (["red"], [])


def test_what_nothing_fits_is_told():
    chosen, missing = pick(PLANETARY, ["B04", "B10", "vv"])
    assert ([a.key for a in chosen], missing) == (["B04"], ["B10", "vv"])


@pytest.mark.parametrize(
    ("baseline", "shift"),
    [("05.11", -0.1), ("0510", -0.1), ("04.00", -0.1), ("03.01", 0.0), ("0212", 0.0), ("", None)],
)
def test_reflectance_is_shifted_from_baseline_04_00_on(baseline, shift):
    assert offset(baseline) == shift


def test_an_offset_is_for_reflectance_and_not_for_classes():
    told = {"raster:bands": [{"data_type": "uint16", "offset": 7}], "gsd": 10}
    keys = ("red", "B8A_20m", "WVP", "SCL", "visual")
    assets = [scaled(Asset(key, "", properties=told), -0.1) for key in keys]
    bands = [a.properties["raster:bands"] for a in assets]
    reflectance = {"data_type": "uint16", "scale": 0.0001, "offset": -0.1, "nodata": 0}
    assert bands[:2] == [[reflectance], [reflectance]]
    assert bands[2] == [{"data_type": "uint16", "scale": 0.001, "offset": 0.0, "nodata": 0}]
    assert bands[3:] == [told["raster:bands"]] * 2
    assert {a.properties["gsd"] for a in assets} == {10}


def test_an_unknown_baseline_leaves_what_the_portal_says():
    asset = Asset("B04", "", properties={"raster:bands": [{"offset": 7}]})
    assert scaled(asset, None) is asset
