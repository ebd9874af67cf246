"""One acquisition under the names of all portals, read by each portal's own code, is one scene."""

import itertools
import random
from dataclasses import replace

import pytest

from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.scene import identity, merge
from sentinel_portals.tests.providers.answers import DATA, connected

L2A, L1C, MAJA = "sentinel-2-l2a", "sentinel-2-l1c", "sentinel-2-l2a-maja"
V1 = ("S2A_31TEL_20240730_0_L1C", "S2B_31TEL_20240725_0_L1C")  # of Earth Search, and the bucket's

# The 30th of July 2024 over 31TEL, by Sentinel-2A: who holds it, and what it is called there.
LEVEL_2A = {
    "cdse": "00000001-aaaa-4bbb-8ccc-ddddddddddd1",
    "cdse_stac": "S2A_MSIL2A_20240730T103631_N0511_R008_T31TEL_20240730T163101",
    "wekeo": "S2A_MSIL2A_20240730T103631_N0511_R008_T31TEL_20240730T163101.SAFE",
    "planetary_computer": "S2A_MSIL2A_20240730T103631_R008_T31TEL_20240730T163101",
    "earth_search": "S2A_T31TEL_20240730T103944_L2A",
    "earth_engine": "COPERNICUS/S2_SR_HARMONIZED/20240730T103631_20240730T104101_T31TEL",
}
LEVEL_1C = {
    "aws_sentinel2": V1[0],
    "geodes": "URN:FEATURE:DATA:gdh:00000001-aaaa-3bbb-8ccc-dddddddddddd:V1",
}
MAJA_NAME = "SENTINEL2A_20240730-104253-123_L2A_T31TEL_C_V4-0"
ESA_NAME = "S2A_MSIL{}_20240730T103631_N0511_R008_T31TEL_2024"


def read(portal, collection, name="", *changes):
    """What a portal's code makes of its fixture, with texts of it replaced."""
    content = (DATA / f"{name or portal}{'' if name else '_first'}.json").read_bytes()
    for old, new in changes:
        assert old.encode() in content, old
        content = content.replace(old.encode(), new.encode())
    provider = connected(portal, b"")
    return list(provider.read(provider.decode(content), SearchRequest(collection)).products)


def offered():
    """Every product of the fixtures that show 31TEL, of both levels."""
    found = [read(portal, L2A) for portal in LEVEL_2A]
    found += [read(portal, L1C) for portal in LEVEL_1C]
    found.append(read("earth_search", L1C, "aws_sentinel2_first"))  # the same items, other links
    return list(itertools.chain(*found))


def names(scene):
    return {offer.provider: offer.id for offer in scene.offers}


def on_the_30th(scenes, level):
    return [scene for scene in scenes if "|20240730T103631|" in scene.id and level in scene.id]


def test_six_names_of_the_level_2a_are_one_scene():
    (scene,) = on_the_30th(merge(offered()), "L2A")
    assert names(scene) == LEVEL_2A
    assert len(set(LEVEL_2A.values())) == len(LEVEL_2A)


def test_the_bucket_earth_search_and_geodes_hold_the_same_level_1c():
    (scene,) = on_the_30th(merge(offered()), "L1C")
    assert names(scene) == {**LEVEL_1C, "earth_search": V1[0]}


def test_what_they_are_called_and_when_they_are_said_to_be_differs():
    (scene,) = on_the_30th(merge(offered()), "L2A")
    said = {offer.provider: offer.datetime for offer in scene.offers}
    assert f"{said['earth_search'] - said['cdse']}" == "0:03:13.367000"  # the tile's own time
    assert said["earth_engine"] > said["earth_search"]
    assert len({identity(offer).group for offer in scene.offers}) == 1


def test_the_order_of_arrival_changes_nothing():
    products, seeded = offered(), random.Random(7)
    wanted = {(scene.id, frozenset(names(scene).items())) for scene in merge(products)}
    for _ in range(20):
        seeded.shuffle(products)
        found = {(scene.id, frozenset(names(scene).items())) for scene in merge(products)}
        assert found == wanted


def theia(place):
    """The same acquisition as THEIA knows it: MAJA's, minutes after the datatake began."""
    product = read(
        "theia",
        MAJA,
        "",
        ("SENTINEL2A_20230314-104911-871_L2A_T31TCH_C", MAJA_NAME.rpartition("_V")[0]),
        ("2023-03-14T10:49:11Z", "2024-07-30T10:42:53Z"),
        ("T31TCH", "T31TEL"),
    )[0]
    return replace(product, geometry=place)


def test_maja_at_theia_and_at_geodes_is_one_scene_and_not_esas():
    at_geodes = read("geodes", MAJA, "geodes_theia")
    assert at_geodes[0].title == MAJA_NAME
    scenes = merge([*offered(), theia(at_geodes[0].geometry), *at_geodes])
    (maja,) = [scene for scene in scenes if "maja" in scene.id]
    assert {offer.provider for offer in maja.offers} == {"theia", "geodes"}
    assert len(on_the_30th(scenes, "sen2cor")) == 2


RENAMED = [
    ("scihub", L2A, "S2B_MSIL2A_20230624T103629_N0509_R008_T31TDK_20230624T134015"),
    ("sara", L2A, "S2B_MSIL2A_20240108T000219_N0510_R030_T55HFA_20240108T012431"),
    ("peps", L1C, "S2A_MSIL1C_20240815T005251_N0511_R002_T55PDR_20240815T023440"),
    ("sobloo", L1C, "S2A_MSIL1C_20240815T005251_N0511_R002_T55PDR_20240815T023440"),
    ("onda", L1C, "S2A_MSIL1C_20240815T005251_N0511_R002_T55PDR_20240815T023440"),
    ("creodias_finder", L1C, "S2A_MSIL1C_20210311T104021_N0209_R008_T31TDH_20210311T160209"),
]


@pytest.mark.parametrize(("portal", "collection", "name"), RENAMED)
def test_the_older_portals_tell_who_it_is_by_esas_name(portal, collection, name):
    (mine,) = [product for product in read(portal, collection) if product.title == name]
    esa = read("cdse", collection, "", *esas(name))[0]
    (scene,) = merge([mine, esa])
    assert [offer.title for offer in scene.offers] == [name, name]
    assert mine.id != esa.id


def esas(name):
    """What to replace for Copernicus Data Space to hold the product of this name."""
    take, tile = name.split("_")[2], name.split("_")[5]
    start = f"{take[:4]}-{take[4:6]}-{take[6:11]}:{take[11:13]}:{take[13:15]}"
    return (
        (LEVEL_2A["cdse_stac"], name),
        ("2024-07-30T10:36:31", start),
        ('"31TEL"', f'"{tile[1:]}"'),
    )
