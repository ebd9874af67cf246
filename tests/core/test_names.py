"""core/names.py: every mission's names, by example."""

import random
import re
from datetime import datetime, timezone

import pytest

from sentinel_portals.core.names import PATTERNS, moment, parse_name, platform, tile

S3 = (
    "S3A_OL_1_EFR____20230105T095143_20230105T095443_20230106T104512_0179_094_079_2160_PS1_O_NT_003"
)
S3_TILE = (
    "S3B_SY_2_V10____20230105T095143_20230114T095443_20230116T104512_EUROPE____________PS1_O_NT_002"
)

NAMES = {
    # ESA since December 2016
    "S2B_MSIL2A_20230105T104329_N0509_R008_T31TFJ_20230105T131517.SAFE": {
        "kind": "s2",
        "platform": "S2B",
        "level": "L2A",
        "take": "20230105T104329",
        "baseline": "0509",
        "orbit": "008",
        "tile": "31TFJ",
        "made": "20230105T131517",
    },
    "S2D_MSIL1C_20270105T104329_N0513_R008_T31TFJ_20270105T131517": {"platform": "S2D"},
    "S2A_MSIL2Ap_20170706T083601_N0205_R064_T33KWP_20170706T090107": {"level": "L2A"},
    "/vsizip/x/S2A_MSIL1C_20170706T083601_N0205_R064_T33KWP_20170706T090107.SAFE.zip": {
        "level": "L1C",
        "tile": "33KWP",
    },
    "S2C_MSIL2A_20250106T104329_N0511_R008_T31TFJ_20250106T131517.SAFE/": {"platform": "S2C"},
    # Planetary Computer: no baseline
    "S2B_MSIL2A_20220713T093549_R036_T36WWU_20220713T112940": {
        "kind": "s2",
        "platform": "S2B",
        "level": "L2A",
        "take": "20220713T093549",
        "orbit": "036",
        "tile": "36WWU",
        "made": "20220713T112940",
    },
    # Earth Search: the zone is not zero-padded
    "S2B_27VWK_20240206_0_L1C": {
        "kind": "s2",
        "platform": "S2B",
        "tile": "27VWK",
        "date": "20240206",
        "sequence": "0",
        "level": "L1C",
    },
    "S2B_1CCV_20240206_1_L2A": {"tile": "1CCV", "sequence": "1"},
    "S2C_T13TDE_20250729T175521_L2A": {
        "kind": "s2",
        "platform": "S2C",
        "tile": "13TDE",
        "slice": "20250729T175521",
        "level": "L2A",
    },
    # Google Earth Engine: no platform
    "20220713T093549_20220713T093844_T36WWU": {
        "kind": "s2",
        "take": "20220713T093549",
        "made": "20220713T093844",
        "tile": "36WWU",
    },
    "COPERNICUS/S2_SR_HARMONIZED/20220713T093549_20220713T093844_T36WWU": {"tile": "36WWU"},
    # THEIA
    "SENTINEL2A_20170706-090107-511_L2A_T33KWP_C_V1-0": {
        "kind": "muscate",
        "platform": "SENTINEL2A",
        "date": "20170706",
        "clock": "090107",
        "level": "L2A",
        "tile": "33KWP",
        "version": "1-0",
    },
    "SENTINEL2B_20220530-104920-123_L2A_T31TCJ_D_V3-1.zip": {"platform": "SENTINEL2B"},
    "SENTINEL2B_20220530-104920-123_L2A_T31TCJ_D": {"tile": "31TCJ"},
    "SENTINEL2X_20180515-000000-000_L3A_T31TCJ_D_V1-1": {"platform": "SENTINEL2X", "level": "L3A"},
    "SENTINEL2A_20180205-104920-456_L2B-SNOW_T31TDH_D_V1-1": {"level": "L2B-SNOW"},
    # Sentinel-1
    "S1A_IW_GRDH_1SDV_20230105T055217_20230105T055242_046640_0596F5_2C3D.SAFE": {
        "kind": "s1",
        "platform": "S1A",
        "mode": "IW",
        "type": "GRDH",
        "level": "1",
        "cls": "S",
        "pol": "DV",
        "start": "20230105T055217",
        "stop": "20230105T055242",
        "orbit": "046640",
        "take": "0596F5",
    },
    "S1A_IW_GRDH_1SDV_20230105T055217_20230105T055242_046640_0596F5": {"kind": "s1"},
    "S1A_IW_GRDH_1SDV_20230105T055217_20230105T055242_046640_0596F5_2C3D_COG.SAFE": {
        "suffix": "_COG"
    },
    "S1A_IW_GRDH_1SDV_20230105T055217_20230105T055242_046640_0596F5_rtc": {"suffix": "_rtc"},
    "S1B_EW_GRDM_1SSH_20200105T055217_20200105T055317_019640_0251F5_2C3D": {"mode": "EW"},
    "S1A_IW_SLC__1SDV_20230105T055217_20230105T055242_046640_0596F5_2C3D": {"type": "SLC_"},
    "S1C_WV_OCN__2SSV_20250405T055217_20250405T060242_001640_0016F5_2C3D": {"type": "OCN_"},
    "S1A_S3_GRDF_1SSH_20230105T055217_20230105T055242_046640_0596F5_2C3D": {"mode": "S3"},
    # Sentinel-3: 94 characters
    S3 + ".SEN3": {
        "kind": "s3",
        "platform": "S3A",
        "type": "OL_1_EFR___",
        "start": "20230105T095143",
        "stop": "20230105T095443",
        "made": "20230106T104512",
        "instance": "0179_094_079_2160",
        "centre": "PS1",
        "timeliness": "NT",
        "baseline": "003",
    },
    S3_TILE: {"instance": "EUROPE___________"},
    # Sentinel-5P
    "S5P_OFFL_L2__NO2____20230105T095143_20230105T113313_27112_03_020400_20230107T014512.nc": {
        "kind": "s5p",
        "platform": "S5P",
        "timeliness": "OFFL",
        "type": "L2__NO2___",
        "start": "20230105T095143",
        "stop": "20230105T113313",
        "orbit": "27112",
        "collection": "03",
        "baseline": "020400",
        "made": "20230107T014512",
    },
    "S5P_NRTI_L2__AER_AI_20230105T095143_20230105T095643_27112_03_020400_20230105T104512": {
        "timeliness": "NRTI"
    },
    # Landsat Collection 2
    "LC08_L2SP_199030_20230105_20230110_02_T1": {
        "kind": "landsat",
        "sensor": "C",
        "platform": "08",
        "level": "L2SP",
        "path": "199",
        "row": "030",
        "date": "20230105",
        "made": "20230110",
        "baseline": "02",
        "tier": "T1",
    },
    "LC09_L1TP_199030_20230105_20230110_02_RT.tar": {"tier": "RT", "level": "L1TP"},
    "LC08_L2SP_047027_20201204_02_T1": {"date": "20201204", "tier": "T1"},  # Planetary Computer
    "LC09_L2SP_199030_20230105_20230110_02_T1_SR": {"row": "030"},
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_tells_its_facts(name):
    facts, told = NAMES[name], parse_name(name)
    assert told is not None
    assert told == facts if "kind" in facts and len(facts) > 3 else facts.items() <= told.items()


def test_the_examples_reach_every_pattern():
    bare = [re.sub(r"(\.\w+)+/?$|^/.*/", "", name) for name in NAMES]
    for kind, pattern in PATTERNS:
        assert any(re.fullmatch(pattern, name) for name in bare), (kind, pattern)


def test_a_name_of_sentinel_3_is_read_by_position():
    assert len(S3) == 94


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "/",
        "hello",
        "S2B_MSIL2A_20230105T104329_N0509_R008_T31TFJ_20230105T13151",
        "S2B_MSIL2A_20230105T104329_N0509_R008_T31TIJ_20230105T131517",
        "xS2B_MSIL2A_20230105T104329_N0509_R008_T31TFJ_20230105T131517",
        "S2A_OPER_PRD_MSIL1C_PDMC_20160318T145513_R022_V20150813T102406_20150813T102406",
        "GIPP_S2A_OPER_GIP_BLINDP_MPC__20150605T094736_V20150622T000000_21000101T000000_B00",
        "VENUS-XS_20230105-104329-000_L2A_FR-LUS_C_V3-0",
        "b5ab9a25-0a01-5d2a-9f92-1f4e2b3c4d5e",
    ],
)
def test_what_is_no_products_name_tells_nothing(text):
    assert parse_name(text) is None


def test_no_text_whatever_breaks_the_reading():
    seeded = random.Random(2)
    letters = "S2ABCLMT_0123456789.-/\\ \0é\n\ud800"
    for _ in range(3000):
        text = list(seeded.choice(list(NAMES)))
        for _ in range(seeded.randrange(1, 6)):
            place = seeded.randrange(len(text))
            text[place : place + seeded.randrange(3)] = seeded.choices(
                letters, k=seeded.randrange(3)
            )
            text = text or ["S"]
        told = parse_name("".join(text))
        assert told is None or told["kind"] in dict(PATTERNS)


PLATFORMS = {
    "S2A": ("sentinel-2a", "Sentinel-2A", "SENTINEL2A", "S2A", "sentinel 2a"),
    "S2": ("sentinel-2", "S2"),
    "S2X": ("SENTINEL2X",),
    "S1C": ("Sentinel-1C", "sentinel-1c"),
    "S5P": ("sentinel-5p", "S5P"),
    "": ("landsat-8", "", None, 5, []),
}


@pytest.mark.parametrize("unit", PLATFORMS)
def test_a_platform_is_one_word_however_it_is_spelled(unit):
    assert [platform(text) for text in PLATFORMS[unit]] == [unit] * len(PLATFORMS[unit])


TILES = {
    "31TCJ": ("MGRS-31TCJ", "T31TCJ", "31tcj", "31TCJ"),
    "01CCV": ("1CCV", "MGRS-1CCV", "01CCV"),
    "": ("WRS2-199030", "31TIJ", "", None, 31),
}


@pytest.mark.parametrize("square", TILES)
def test_a_tile_is_five_characters_however_it_is_spelled(square):
    assert [tile(text) for text in TILES[square]] == [square] * len(TILES[square])


def test_a_names_time_is_utc():
    assert moment("20230105T104329") == datetime(2023, 1, 5, 10, 43, 29, tzinfo=timezone.utc)


@pytest.mark.parametrize("impossible", ["20231305T104329", "20230105T254329", "00000000T000000"])
def test_a_time_that_never_was_is_none(impossible):
    assert moment(impossible) is None
