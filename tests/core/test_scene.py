"""core/scene.py: the same acquisition wherever it is held."""

import itertools
import json
import random
from dataclasses import replace

import pytest

from sentinel_portals.core.model import OrderStatus
from sentinel_portals.core.scene import Scenes, identity, merge
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.core.making import product, square

RECORDED = ROOT.parent / "shared" / "recorded"


def esa(name, portal="cdse", collection=None, **more):
    """A product of an ESA archive: the name says it all, the time is the datatake's."""
    collection = collection or ("sentinel-2-l1c" if "L1C" in name else "sentinel-2-l2a")
    at = f"{name[11:15]}-{name[15:17]}-{name[17:19]}T{name[20:22]}:{name[22:24]}:{name[24:26]}.024Z"
    return product(portal, name, collection, at=at, **more)


def theia(name, at, **more):
    return product("theia", name, "sentinel-2-l2a-maja", at=at, **more)


def names(scenes):
    """The scenes as a set of sets of ids."""
    return {frozenset(offer.id for offer in scene.offers) for scene in scenes}


# --- domain.md 1.3: the same acquisition under different names, as the portals give it ---------

WWU = "S2B_MSIL2A_20220713T093549_N0400_R036_T36WWU_20220713T112940"
VWK = "S2B_MSIL1C_20240206T131259_N0510_R038_T27VWK_20240206T140812"
TDE = "S2C_MSIL2A_20250729T175521_N0511_R098_T13TDE_20250729T220213"
TFJ = "S2B_MSIL2A_20230105T104329_N0509_R008_T31TFJ_20230105T131517"
KWP = "S2A_MSIL1C_20170706T083601_N0205_R064_T33KWP_20170706T090107"
ULD = "S2A_MSIL1C_20250402T175741_N0511_R141_T14ULD_20250403T022035"

GROUPS = {
    "T36WWU": (
        esa(WWU),
        product(
            "gee",
            "20220713T093549_20220713T093844_T36WWU",
            at="2022-07-13T09:41:55Z",  # the tile's
            properties={
                "platform": "Sentinel-2B",
                "s2:datatake_id": "GS2B_20220713T093549_027945_N04.00",
            },
        ),
        product(
            "planetary_computer",
            "S2B_MSIL2A_20220713T093549_R036_T36WWU_20220713T112940",
            at="2022-07-13T09:35:49.024Z",
            properties={"s2:product_uri": f"{WWU}.SAFE", "s2:processing_baseline": "04.00"},
        ),
    ),
    "T27VWK": (
        esa(VWK),
        product(
            "earth_search",
            "S2B_27VWK_20240206_0_L1C",
            "sentinel-2-l1c",
            at="2024-02-06T13:14:11.918Z",  # the tile's
            properties={
                "platform": "sentinel-2b",
                "grid:code": "MGRS-27VWK",
                "s2:product_uri": f"{VWK}.SAFE",
                "s2:datatake_id": "GS2B_20240206T131259_036142_N05.10",
            },
        ),
    ),
    "T13TDE": (
        esa(TDE),
        product(
            "earth_search_c1",
            "S2C_T13TDE_20250729T175521_L2A",
            at="2025-07-29T17:59:14.024Z",
            properties={"platform": "sentinel-2c"},
        ),
    ),
    "T31TFJ": (
        esa(TFJ),
        product("aws", "tiles/31/T/FJ/2023/1/5/0/", at="2023-01-05T10:46:51.536Z", title=TFJ),
    ),
    "T33KWP L1C": (esa(KWP),),
    "T33KWP MAJA": (
        theia("SENTINEL2A_20170706-090107-511_L2A_T33KWP_C_V1-0", "2017-07-06T09:01:07.511Z"),
    ),
    "T14ULD": (
        esa(ULD),
        product(
            "geodes",
            "URN:FEATURE:DATA:gdh:25416e3f-1a7f-379a-9b65-a6539b1fd95b:V1",
            "sentinel-2-l1c",
            at="2025-04-03T09:00:26.809Z",  # when it was published
            start="2025-04-02T17:57:41.024Z",
            title="a title that says nothing",
            properties={"platform": "S2A", "grid:code": "T14ULD", "identifier": ULD},
        ),
    ),
}
EXPECTED = {frozenset(p.id for p in group) for group in GROUPS.values()}


def test_what_eight_portals_call_differently_collapses_into_the_right_scenes():
    assert names(merge(itertools.chain(*GROUPS.values()))) == EXPECTED


def test_the_order_of_arrival_changes_neither_the_groups_nor_the_ids_of_the_scenes():
    rows = list(itertools.chain(*GROUPS.values()))
    ids = {scene.id for scene in merge(rows)}
    seeded = random.Random(3)
    for _ in range(100):
        seeded.shuffle(rows)
        scenes = merge(rows)
        assert names(scenes) == EXPECTED
        assert {scene.id for scene in scenes} == ids


@pytest.mark.parametrize("group", GROUPS)
def test_every_order_within_a_group_gives_one_scene_of_one_id(group):
    found = [merge(order) for order in itertools.permutations(GROUPS[group])]
    assert {len(scenes) for scenes in found} == {1}
    assert len({scenes[0].id for scenes in found}) == 1


def test_the_id_of_a_scene_says_who_it_is():
    (scene,) = merge([esa(TFJ)])
    assert scene.id == "S2B|31TFJ|R008|20230105T104329|-|L2A|sen2cor"


# --- slices, versions, levels, orbits ----------------------------------------------------------


def test_the_same_datastrip_processed_twice_is_one_scene():
    twice = [
        esa(f"S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T02215{n}", f"portal{n}")
        for n in (7, 8)
    ]
    (scene,) = merge(twice)
    assert [p.id[-1] for p in scene.offers] == ["8", "7"]


def test_the_newest_baseline_comes_first_and_the_older_stays_within_reach():
    old = "S2A_MSIL2A_20160625T104022_N0204_R008_T31TFJ_20160625T104345"
    new = "S2A_MSIL2A_20160625T104022_N0500_R008_T31TFJ_20231010T154345"
    for order in itertools.permutations([esa(old), esa(new, "other")]):
        (scene,) = merge(order)
        assert [offer.id for offer in scene.offers] == [new, old]


def test_of_the_same_baseline_the_one_at_hand_comes_first():
    shelved = replace(esa(TFJ), order_status=OrderStatus.ORDERABLE)
    (scene,) = merge([shelved, esa(TFJ, "other")])
    assert [offer.provider for offer in scene.offers] == ["other", "cdse"]


def test_what_is_at_hand_comes_before_an_archive_though_nobody_tells_its_baseline():
    newest = esa("S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022157", "archive")
    shelved = replace(newest, order_status=OrderStatus.ORDERABLE)
    older = esa("S2A_MSIL2A_20230625T234621_N0400_R073_T01WCP_20230625T235957", "older")
    untold = product(
        "untold",
        "S2A_01WCP_20230625",
        at="2023-06-25T23:46:21Z",
        properties={"platform": "sentinel-2a", "grid:code": "MGRS-01WCP"},
    )
    for order in itertools.permutations([shelved, older, untold]):
        (scene,) = merge(order)
        assert [offer.provider for offer in scene.offers] == ["untold", "archive", "older"]
    for order in itertools.permutations([newest, older, untold]):
        (scene,) = merge(order)
        assert [offer.provider for offer in scene.offers] == ["archive", "untold", "older"]


def test_two_slices_of_a_datatake_are_complementary_and_stay_two():
    west = "S2A_MSIL1C_20160207T144712_N0201_R139_T20MLC_20160207T144713"
    east = "S2A_MSIL1C_20160207T144712_N0201_R139_T20MLC_20160207T145314"
    scenes = merge([esa(west, geometry=square(-66, size=1.2)), esa(east, geometry=square(-65))])
    assert names(scenes) == {frozenset({west}), frozenset({east})}


def test_slices_of_known_datastrips_stay_two_even_where_they_overlap():
    strip = "S2B_OPER_MSI_L2A_DS_2BPS_20230105T131517_S{}_N05.09"
    first = esa(TFJ, properties={"s2:datastrip_id": strip.format("20230105T104330")})
    other = TFJ.replace("131517", "131519")
    second = esa(other, properties={"s2:datastrip_id": strip.format("20230105T104634")})
    assert len(merge([first, second])) == 2


def test_without_slice_and_footprint_nothing_is_merged_on_doubt():
    bare = [esa(TFJ, geometry=None), esa(TFJ.replace("131517", "140000"), "b", geometry=None)]
    assert len(merge(bare)) == 2


def test_the_same_name_needs_no_footprint_to_be_the_same():
    assert len(merge([esa(TFJ, geometry=None), esa(TFJ, "other", geometry=None)])) == 1


def test_a_footprint_that_no_library_understands_does_not_end_the_search():
    knot = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}
    other = TFJ.replace("131517", "140000")
    assert 1 <= len(merge([esa(TFJ, geometry=knot), esa(other, "b")])) <= 2
    odd = {"type": "Polygon", "coordinates": "odd"}
    assert len(merge([esa(TFJ, geometry=odd), esa(other, "b")])) == 2


def test_two_orbits_in_the_far_north_on_one_day_stay_two():
    first = "S2A_MSIL2A_20230625T093041_N0509_R136_T36WWU_20230625T120000"
    next_ = "S2A_MSIL2A_20230625T111121_N0509_R137_T36WWU_20230625T140000"
    maja = (
        theia("SENTINEL2A_20230625-093530-000_L2A_T36WWU_C_V3-1", "2023-06-25T09:35:30Z"),
        theia("SENTINEL2A_20230625-111600-000_L2A_T36WWU_C_V3-1", "2023-06-25T11:16:00Z"),
    )
    assert len(merge([esa(first), esa(next_)])) == 2
    assert len(merge(maja)) == 2


def test_two_satellites_over_one_tile_stay_two():
    assert len(merge([esa(TFJ), esa(TFJ.replace("S2B", "S2A"))])) == 2


def test_maja_and_sen2cor_are_two_scenes():
    maja = theia("SENTINEL2B_20230105-104634-123_L2A_T31TFJ_C_V3-1", "2023-01-05T10:46:34Z")
    assert len(merge([esa(TFJ), maja])) == 2


def test_the_two_levels_are_two_scenes():
    assert len(merge([esa(TFJ), esa(TFJ.replace("L2A", "L1C"))])) == 2


def test_maja_versions_of_one_tile_are_one_scene_the_newest_first():
    versions = [
        theia(f"SENTINEL2A_20170706-090107-511_L2A_T33KWP_C_V{v}-0", "2017-07-06T09:01:07Z")
        for v in (1, 3, 2)
    ]
    (scene,) = merge(versions)
    assert [offer.id[-3] for offer in scene.offers] == ["3", "2", "1"]


def test_a_monthly_synthesis_held_twice_is_one_scene():
    name = "SENTINEL2X_20180515-000000-000_L3A_T31TCJ_D_V1-1"
    held = [product(p, name, "sentinel-2-l3a", at="2018-05-15T00:00:00Z") for p in "ab"]
    assert len(merge(held)) == 1


def test_fields_win_over_names():
    told = esa(TFJ, properties={"platform": "sentinel-2c", "grid:code": "MGRS-32TLP"})
    assert identity(told).group[:2] == ("S2C", "32TLP")


@pytest.mark.parametrize(
    "vague",
    [
        {"platform": "sentinel-2"},
        {"grid:code": "WRS2-199030"},
        {"platform": None, "s2:mgrs_tile": 7},
    ],
)
def test_a_vague_field_does_not_hide_what_the_name_says(vague):
    assert identity(esa(TFJ, properties=vague)).group[:2] == ("S2B", "31TFJ")


def test_fields_alone_are_enough():
    facts = {"platform": "sentinel-2b", "s2:mgrs_tile": "31TFJ"}
    bare = product("x", "b5ab9a25-0a01", at="2023-01-05T10:46:51Z", properties=facts)
    assert len(merge([esa(TFJ), bare])) == 1


# --- other missions ----------------------------------------------------------------------------

S1 = "S1A_IW_GRDH_1SDV_20230105T055217_20230105T055242_046640_0596F5"


def grd(name, portal="cdse", collection="sentinel-1-grd"):
    return product(portal, name, collection, at="2023-01-05T05:52:17Z")


def test_sentinel_1_with_and_without_its_last_letters_and_as_cog_is_one_scene():
    held = [grd(S1), grd(f"{S1}_2C3D", "a"), grd(f"{S1}_2C3D_COG", "b"), grd(f"{S1}_FFFF", "c")]
    assert len(merge(held)) == 1


def test_sentinel_1_terrain_corrected_is_another_scene():
    assert len(merge([grd(S1), grd(f"{S1}_rtc", "pc", "sentinel-1-rtc")])) == 2


def test_sentinel_1_neighbours_along_the_track_stay_two():
    assert (
        len(merge([grd(S1), grd(S1.replace("055217_20230105T055242", "055242_20230105T055307"))]))
        == 2
    )


OLCI = "S3A_OL_1_EFR____{start}_20230105T095443_{made}_{long}_094_079_2160_PS1_O_{when}_003"


def olci(start="20230105T095143", made="20230105T120000", long="0179", when="NR", portal="cdse"):
    name = OLCI.format(start=start, made=made, long=long, when=when)
    return product(portal, name, "sentinel-3-olci-l1", at="2023-01-05T09:51:43Z")


@pytest.mark.parametrize("start", ["20230105T095143", "20230105T095145", "20230105T095141"])
def test_sentinel_3_in_haste_and_at_leisure_is_one_scene_the_better_first(start):
    hasty = olci()
    careful = olci(start, "20230106T104512", "0180", "NT", "other")
    for order in itertools.permutations([hasty, careful]):
        (scene,) = merge(order)
        assert scene.offers == (careful, hasty)


def test_sentinel_3_across_the_full_minute_is_one_scene():
    assert (
        len(merge([olci("20230105T095159"), olci("20230105T095200", portal="b", when="NT")])) == 1
    )


def test_sentinel_3_one_cycle_later_is_another_scene():
    assert len(merge([olci(), olci("20230201T095143")])) == 2


S5P = "S5P_{when}_L2__NO2____{start}_20230105T113313_27112_{version}_{made}"


def tropomi(when, version="03_020400", start="20230105T095143", made="20230107T014512"):
    name = S5P.format(when=when, start=start, version=version, made=made)
    return product("cdse", name, "sentinel-5p-l2", at="2023-01-05T09:51:43Z")


def test_sentinel_5p_pieces_in_haste_are_not_the_whole_orbit():
    pieces = [tropomi("NRTI", start=f"20230105T09{minute}43") for minute in (51, 56)]
    assert len(merge([*pieces, tropomi("OFFL")])) == 3


def test_sentinel_5p_reprocessed_is_the_same_scene_the_newest_first():
    first, again = tropomi("OFFL", "02_020301"), tropomi("RPRO", "03_020400")
    (scene,) = merge([first, again])
    assert scene.offers == (again, first)


def landsat(name, portal="usgs"):
    return product(portal, name, "landsat-c2-l2", at="2023-01-05T10:40:00Z")


def test_landsat_in_real_time_gives_way_to_its_final_tier():
    hasty = landsat("LC08_L2SP_199030_20230105_20230106_02_RT")
    final = landsat("LC08_L2SP_199030_20230105_20230110_02_T1")
    for order in itertools.permutations([hasty, final]):
        (scene,) = merge(order)
        assert scene.offers == (final, hasty)


def test_landsat_without_its_processing_date_is_the_same_scene():
    long = landsat("LC08_L2SP_199030_20230105_20230110_02_T1")
    short = landsat("LC08_L2SP_199030_20230105_02_T1", "planetary_computer")
    assert len(merge([long, short])) == 1


def test_landsat_levels_are_two_scenes():
    held = [landsat(f"LC08_{level}_199030_20230105_20230110_02_T1") for level in ("L1TP", "L2SP")]
    assert len(merge(held)) == 2


# --- doubt -------------------------------------------------------------------------------------


def test_what_cannot_be_identified_stays_its_own_scene():
    unknown = [product(portal, name) for portal in "ab" for name in ("x", "y")]
    assert len(merge(unknown)) == 4
    assert len({scene.id for scene in merge(unknown)}) == 4


@pytest.mark.parametrize(
    "name",
    [
        "S2B_MSIL2A_20231305T104329_N0509_R008_T31TFJ_20230105T131517",
        "SENTINEL2A_20171306-250107-511_L2A_T33KWP_C_V1-0",
        "S2C_T13TDE_20251329T175521_L2A",
        OLCI.format(start="20231305T095143", made="20230105T120000", long="0179", when="NR"),
    ],
)
def test_a_date_that_never_was_costs_only_its_own_product(name):
    scenes = merge([product("x", name), esa(TFJ)])
    assert names(scenes) == {frozenset({name}), frozenset({TFJ})}


@pytest.mark.parametrize("odd", [5, [], {}, "x", -1.5, True, float("nan")])
def test_odd_values_in_the_fields_do_not_end_the_search(odd):
    keys = ("platform", "grid:code", "s2:mgrs_tile", "s2:datatake_id", "s2:datastrip_id")
    more = ("s2:product_uri", "identifier", "sat:relative_orbit", "s2:processing_baseline")
    assert len(merge([esa(TFJ, properties=dict.fromkeys((*keys, *more), odd))])) == 1


def test_the_same_product_twice_changes_nothing():
    scenes = Scenes()
    assert scenes.extend([esa(TFJ), esa(TFJ), esa(TFJ, "other"), esa(TFJ)]) == [0]
    assert [offer.provider for offer in scenes[0].offers] == ["cdse", "other"]


def test_a_newer_answer_of_the_same_portal_takes_the_place_of_the_older():
    scenes = Scenes()
    shelved = replace(esa(TFJ), order_status=OrderStatus.ORDERABLE)
    assert scenes.extend([shelved, esa(TFJ, "other"), esa(WWU)]) == [0, 1]
    assert [offer.provider for offer in scenes[0].offers] == ["other", "cdse"]
    staged = replace(esa(TFJ), properties={"eo:cloud_cover": 7})
    assert scenes.extend([replace(esa(TFJ, "other"), order_status=OrderStatus.ORDERABLE)]) == [0]
    assert scenes.extend([staged]) == [0]
    assert len(scenes) == 2
    assert scenes[0].offers[0] is staged
    assert [offer.provider for offer in scenes[0].offers] == ["cdse", "other"]


def test_a_scene_keeps_its_place_while_others_arrive():
    scenes = Scenes()
    assert scenes.extend([esa(TFJ), esa(WWU), esa(TDE)]) == [0, 1, 2]
    assert scenes.extend([esa(WWU, "b"), esa(VWK), esa(WWU, "c")]) == [1, 3]
    assert len(scenes) == 4
    assert [scene.best.id for scene in scenes] == [TFJ, WWU, TDE, VWK]


# --- real answers ------------------------------------------------------------------------------


def recorded(path, portal, collection):
    for item in json.loads((RECORDED / path).read_text("utf-8"))["features"]:
        facts = item["properties"]
        yield product(
            portal,
            item["id"],
            collection,
            at=facts.get("datetime"),
            start=facts.get("start_datetime"),
            geometry=item["geometry"],
            properties=facts,
        )


here = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers are not here")


@here
@pytest.mark.parametrize(
    ("path", "collection"),
    [
        ("cdse_stac/s2_l2a_items_2026_trimmed.json", "sentinel-2-l2a"),
        ("geodes/search_1.json", "sentinel-2-l1c"),
    ],
)
def test_a_real_answer_held_by_two_portals_is_one_scene_each(path, collection):
    once = list(recorded(path, "a", collection))
    scenes = merge([*once, *recorded(path, "b", collection)])
    assert len(scenes) == len(once) > 0
    assert {len(scene.offers) for scene in scenes} == {2}
    assert not any(scene.id.startswith("a|") for scene in scenes), "a product was not identified"


@here
def test_earth_search_holds_the_same_scenes_in_two_collections_under_two_names():
    answer = recorded(
        "earth_search/search_filter_ignored_p1.json", "earth_search", "sentinel-2-l2a"
    )
    held = {frozenset(ids) for ids in names(merge(answer)) if len(ids) > 1}
    assert held == {
        frozenset({"S2B_T20EPT_20250731T131905_L2A", "S2B_20EPT_20250731_0_L2A"}),
        frozenset({"S2B_T24MUV_20250731T130245_L2A", "S2B_24MUV_20250731_0_L2A"}),
    }
