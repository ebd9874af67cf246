"""GEODES: nearly STAC, with its facts in descriptions and its own idea of pages."""

from dataclasses import replace

import pytest

from sentinel_portals import api
from sentinel_portals.core import download, errors
from sentinel_portals.core.auth import HeaderAuth
from sentinel_portals.core.model import OrderStatus, SearchRequest
from sentinel_portals.core.search import search
from sentinel_portals.providers import Kind
from sentinel_portals.providers.geodes import Geodes
from sentinel_portals.tests.providers.answers import ZIP, connected, fixture
from sentinel_portals.tests.providers.contract import Contract

API = "https://geodes-portal.cnes.fr/api"
NAME = "S2A_MSIL1C_20240730T103631_N0511_R008_T31TEL_20240730T123456"
URN = "URN:FEATURE:DATA:gdh:0000000{}-aaaa-3bbb-8ccc-dddddddddddd:V1"
MD5 = "0000000000000000000000000000000{}"
L1C = SearchRequest("sentinel-2-l1c")


class CatalogueOnly(Geodes):
    """Without the question after each page whether its products are online."""

    def checked(self, products, cancelled=None):
        return products


class TestGeodes(Contract):
    portal = Kind(CatalogueOnly, Geodes.info)
    request = api.question(
        "sentinel-2-l1c",
        (2.9, 45.6, 3.3, 45.9),
        "2024-07-01",
        "2024-07-31",
        max_cloud=20,
        filters={"grid:code": "MGRS-31TEL", "platform": ["sentinel-2a", "sentinel-2b"]},
    )
    sends = (
        f"POST {API}/stac/search ",
        '"collections": ["PEPS_S2_L1C"], "page": 1, "limit": 80',
        '"sortBy": [{"field": "start_datetime", "direction": "dsc"}]',
        '"end_datetime": {"gte": "2024-07-01T00:00:00.000Z"}',
        '"start_datetime": {"lte": "2024-07-31T23:59:59.999Z"}',
        '"eo:cloud_cover": {"lte": 20}',
        '"grid:code": {"eq": "T31TEL"}',
        '"platform": {"in": ["S2A", "S2B"]}',
        '"intersects": {"type": "Polygon"',
    )
    first = {
        "id": URN.format(1),
        "title": NAME,
        "datetime": "2024-07-30T10:36:31.024Z",  # and not when it was published
        "published": "2024-07-31T08:00:00.123Z",
        "platform": "sentinel-2a",
        "grid:code": "MGRS-31TEL",
        "eo:cloud_cover": 4.25,
        "sat:relative_orbit": 8,
        "sat:orbit_state": "descending",
        "product:type": "S2MSI1C",
        "processing:level": "L1C",
        "order_status": "orderable",
        "assets": [f"{NAME}.xml", "product", "thumbnail"],
        "product.href": f"{API}/download/{URN.format(1)}/files/{MD5.format(1)}",
        "product.size": 723456789,
        "product.checksum": f"md5 {MD5.format(1)}",
        "product.file:local_path": f"{NAME}.zip",
        "thumbnail.href": f"{API}/quicklook/{URN.format(1)}/files/{101:032x}?scope=gdh",
    }
    then = '"page": 2'
    ids = tuple(URN.format(n) for n in (1, 2, 3))


def products(page="geodes_first", request=L1C):
    payload = fixture(page)
    return connected("geodes", payload).read(payload, request).products


# --- what it says ---------------------------------------------------------------------------------


def test_theias_l2a_is_our_maja_collection_with_its_own_name():
    request = SearchRequest("sentinel-2-l2a-maja")
    [product] = products("geodes_theia", request)
    assert product.title == "SENTINEL2A_20240730-104253-123_L2A_T31TEL_C_V4-0"
    assert product.properties["platform"] == "sentinel-2a"
    assert product.properties["processing:version"] == "4.0"
    assert product.order_status is OrderStatus.SUCCEEDED
    assert download.whole(product) == [product.assets["product"]]


def test_a_filter_nobody_has_seen_on_theias_collections_is_applied_here_and_said_so():
    request = api.question(
        "sentinel-2-l2a-maja", filters={"platform": "sentinel-2b", "grid:code": "MGRS-31TEL"}
    )
    portal = connected(TestGeodes.portal, fixture("geodes_theia"))
    outcome = search(portal, request)
    assert outcome.products == ()
    assert outcome.checked_here == ("platform",)
    assert "S2B" not in portal.line.asked[0]
    assert '"grid:code": {"eq": "T31TEL"}' in portal.line.asked[0]


def test_radar_products_of_one_collection_are_told_apart_by_their_type():
    portal = connected(TestGeodes.portal, {"features": []})
    search(portal, SearchRequest("sentinel-1-slc"))
    assert '"collections": ["PEPS_S1_L1"]' in portal.line.asked[0]
    assert '"product:type": {"eq": "SLC"}' in portal.line.asked[0]


def test_a_question_without_wishes_sends_none():
    portal = connected(TestGeodes.portal, {"features": []})
    search(portal, L1C)
    assert "query" not in portal.line.asked[0]


def test_pages_end_with_the_number_that_was_announced():
    page = fixture("geodes_first")
    page["context"]["matched"] = 80
    portal = connected(TestGeodes.portal, page)
    assert search(portal, L1C).pages == 1


def test_without_an_announced_number_a_page_that_is_not_full_is_the_last():
    page = {**fixture("geodes_first"), "context": {}}
    portal = connected(TestGeodes.portal, page)
    outcome = search(portal, L1C)
    assert (outcome.pages, outcome.matched, len(outcome.products)) == (1, None, 2)


@pytest.mark.parametrize("told", ["", "Datatype: RAWDATA", None, 7])
def test_a_description_that_tells_nothing_leaves_size_and_checksum_open(told):
    payload = fixture("geodes_first")
    for asset in payload["features"][0]["assets"].values():
        asset["description"] = told
    product = connected("geodes", payload).read(payload, L1C).products[0]
    assert (product.assets["product"].size, product.assets["product"].checksum) == (None, None)
    assert product.order_status is OrderStatus.SUCCEEDED


# --- is it online? --------------------------------------------------------------------------------


def availability(**online):
    return {
        "products": [
            {
                "id": URN.format(n[1:]),
                "files": [{"checksum": MD5.format(n[1:]), "available": state}],
            }
            for n, state in online.items()
        ]
    }


def test_each_page_is_asked_for_what_is_online_now():
    first, last = fixture("geodes_first"), fixture("geodes_last")
    portal = connected(
        "geodes", first, availability(n1=True, n2=False), last, availability(n3=False)
    )
    outcome = search(portal, L1C)
    states = [p.order_status.value for p in outcome.products]
    assert states == ["succeeded", "orderable", "orderable"]
    asked = portal.line.asked[1]
    assert asked.startswith("POST https://geodes-portal.cnes.fr/fastavailability ")
    assert f'"href": "{API}/download/{URN.format(1)}/files/{MD5.format(1)}"' in asked
    assert f'"endpointURL": "https://s3.datalake.cnes.fr/sentinel2/{NAME}.zip"' in asked


@pytest.mark.parametrize(
    "answer",
    [
        (503, "", {}),
        (404, "", {}),
        "<html>",
        [],
        {},
        {"products": None},
        {"products": [{"id": 7, "files": []}]},
        {"products": [{"id": URN.format(1), "files": [{"checksum": None, "available": True}]}]},
    ],
)
def test_when_it_does_not_say_the_catalogues_word_counts(answer):
    portal = connected("geodes", "unused")
    portal.line.left = [answer]
    assert portal.checked(products()) == products()


def test_cancelling_while_it_is_asked_is_cancelling():
    with pytest.raises(errors.Cancelled):
        connected("geodes", availability(n1=True)).checked(products(), lambda: True)


def test_a_product_said_to_be_offline_is_fetched_when_it_is_online_now(tmp_path):
    offer = products()[0]
    asset = replace(offer.assets["product"], size=len(ZIP), checksum=None)
    offer = replace(offer, assets={"product": asset})
    portal = connected(
        "geodes", availability(n1=True), ZIP, auth=HeaderAuth("X-API-Key", "our-key")
    )
    scene = download.fetch_scene([offer], {"geodes": portal}, [], tmp_path)
    assert scene.error is None
    assert scene.files[0].path.read_bytes() == ZIP
    assert "X-API-Key: our-key" in portal.line.asked[1]


@pytest.mark.parametrize("answer", [ZIP, (202, "", {}), (503, "", {})])
def test_asking_for_an_offline_file_orders_it_and_availability_tells_when_it_is_there(answer):
    portal = connected("geodes", answer, availability(n1=False), availability(n1=True))
    ordered = portal.order(replace(products()[0], order_status=OrderStatus.ORDERABLE))
    assert ordered.order_status is OrderStatus.ORDERED
    assert portal.line.asked[0].endswith("Range: bytes=0-1")
    if len(portal.line.left) > 1:
        waiting = portal.details(ordered)
        assert waiting.order_status is OrderStatus.ORDERED
        assert portal.details(waiting).online


def test_what_lies_on_tier_3_comes_no_more():
    portal = connected("geodes", (410, "", {}))
    with pytest.raises(errors.ProductUnavailable, match="tier 3"):
        portal.order(replace(products()[0], order_status=OrderStatus.ORDERABLE))


# --- files ----------------------------------------------------------------------------------------


def test_the_key_goes_to_cnes_and_to_nobody_else():
    portal = connected("geodes", "")
    asset = products()[0].assets["product"]
    for host in ("geodes-portal.cnes.fr", "gdh-portal-prod.cnes.fr"):
        assert portal.resolve(replace(asset, href=f"https://{host}/api/download/1")).login
    for url in (
        "https://cnes.fr.example.org/1",
        "http://geodes.cnes.fr/1",
        "https://s3.example.org/1",
    ):
        assert not portal.resolve(replace(asset, href=url)).login
    assert not portal.resolve(products()[0].assets["thumbnail"]).login


def test_a_redirect_to_a_store_elsewhere_drops_the_key(tmp_path):
    moved = (302, "", {"Location": "https://bucket.example.org/1?sig=2"})
    portal = connected("geodes", moved, ZIP, auth=HeaderAuth("X-API-Key", "our-key"))
    asset = replace(products()[0].assets["product"], size=None, checksum=None)
    download.fetch_asset(portal, asset, tmp_path / "x.zip")
    assert ["our-key" in asked for asked in portal.line.asked] == [True, False]


@pytest.mark.parametrize(
    ("status", "kind", "step"),
    [
        (410, errors.ProductUnavailable, "tier 3.*another portal"),
        (401, errors.AuthError, "make one in your profile"),
        (403, errors.TermsNotAccepted, "look at your profile"),
        (429, errors.RateLimited, "answered 429"),
    ],
)
def test_a_refused_file_says_the_next_step(status, kind, step, tmp_path):
    portal = connected("geodes", (status, "", {}))
    with pytest.raises(kind, match=step):
        download.fetch_asset(portal, products()[0].assets["product"], tmp_path / "x.zip")


def test_a_damaged_file_is_noticed_by_its_md5(tmp_path):
    asset = replace(products()[0].assets["product"], size=None)
    with pytest.raises(errors.ChecksumMismatch):
        download.fetch_asset(connected("geodes", b"other bytes"), asset, tmp_path / "x.zip")
