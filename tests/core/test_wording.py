"""core/wording.py: one spelling for what portals spell in many ways."""

import pytest

from sentinel_portals.core import wording

L1C = "S2A_MSIL1C_20240815T005251_N0511_R002_T55PDR_20240815T023440"
GRD = "S1A_IW_GRDH_1SDV_20240105T055217_20240105T055242_046640_0596F5_2C3D"


def test_a_record_is_said_in_the_words_of_stac():
    assert wording.properties(
        "sentinel-2-l1c",
        "no name that tells anything",
        platform="Sentinel-2A",
        cloud="20.5",
        relative_orbit="2",
        absolute_orbit=26883,
        orbit_state="DESCENDING",
        tile="T55PDR",
        product_type="S2MSI1C",
        level="LEVEL1C",
        s2__datatake_id="GS2A_20240815T005251_026883_N05.11",
        published="",
    ) == {
        "platform": "sentinel-2a",
        "eo:cloud_cover": 20.5,
        "sat:relative_orbit": 2,
        "sat:absolute_orbit": 26883,
        "sat:orbit_state": "descending",
        "grid:code": "MGRS-55PDR",
        "product:type": "S2MSI1C",
        "processing:level": "L1C",
        "s2:datatake_id": "GS2A_20240815T005251_026883_N05.11",
    }


def test_where_the_record_is_silent_the_name_speaks():
    assert wording.properties("sentinel-2-l1c", L1C) == {
        "platform": "sentinel-2a",
        "sat:relative_orbit": 2,
        "grid:code": "MGRS-55PDR",
    }


def test_a_radar_has_a_mode_and_polarizations_but_no_clouds():
    said = wording.properties(
        "sentinel-1-grd", GRD, platform="SENTINEL-1", cloud=0, mode="IW", polarizations="VV VH"
    )
    assert said == {
        "platform": "sentinel-1a",
        "sar:instrument_mode": "IW",
        "sar:polarizations": ["VV", "VH"],
    }


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("Level-1C", "L1C"),
        ("LEVEL2A", "L2A"),
        ("LEVEL-1", "L1"),
        ("L1C", "L1C"),
        ("Level-2Ap", "L2A"),
        ("L2B-SNOW", "L2B-SNOW"),
        ("S2MSI2A", "S2MSI2A"),
        (None, ""),
    ],
)
def test_levels_have_one_spelling(said, level):
    assert wording.processing_level(said) == level


@pytest.mark.parametrize("said", [None, "", "abc", "nan", "inf", [], {}, True and "x", -1, 101])
def test_an_odd_percentage_is_none(said):
    assert wording.percentage(said) is None


def test_a_zero_that_stands_for_nothing_is_nothing():
    assert wording.byte_count(0) is None
    assert wording.orbit_number("0") is None
    assert wording.byte_count("1.69156288E8") == 169156288


@pytest.mark.parametrize(
    "said", ["md5=64FFCA4B9CD13D094ED05554E010DB5A", "md5:64ffca4b9cd13d094ed05554e010db5a"]
)
def test_an_md5_is_its_32_digits(said):
    assert wording.md5(said) == "64ffca4b9cd13d094ed05554e010db5a"
    assert wording.md5("64ff") == ""


@pytest.mark.parametrize(
    ("said", "platform"),
    [
        (("SENTINEL-1", "S1A"), "sentinel-1a"),
        (("Sentinel2", None), "sentinel-2"),
        (("LANDSAT8",), "landsat-8"),
        (("landsat-8",), "landsat-8"),
        (("SPOT5",), "spot-5"),
        (("VENUS",), "venus"),
        ((None, ""), ""),
    ],
)
def test_platforms_have_one_spelling(said, platform):
    assert wording.platform_id(*said) == platform


@pytest.mark.parametrize("said", ["VV VH", "VV,VH", "VV&VH", "VV/VH"])
def test_polarizations_are_a_list(said):
    assert wording.polarization_list(said) == ["VV", "VH"]


def test_a_name_is_bare_without_path_and_endings():
    assert wording.bare(f"/eodata/Sentinel-2/MSI/L1C/2024/08/15/{L1C}.SAFE") == L1C
    assert wording.bare(f"{L1C}.SAFE.zip") == L1C
    assert wording.bare(None) == ""


def test_what_a_record_cannot_do_without_is_a_text():
    assert wording.told("1f") == "1f"
    for odd in (None, "", 7, ["1f"], {"id": "1f"}):
        with pytest.raises(TypeError, match="expected a text"):
            wording.told(odd)
