"""Planetary Computer in its own words, and its signed links."""

import threading
from datetime import datetime, timedelta, timezone

import pytest

from sentinel_portals import api
from sentinel_portals.core import download
from sentinel_portals.core.errors import ResponseError, TermsNotAccepted
from sentinel_portals.core.model import Asset
from sentinel_portals.core.search import search
from sentinel_portals.tests.providers.answers import connected, fixture
from sentinel_portals.tests.providers.contract import Contract

NOON = datetime(2024, 8, 1, 12, tzinfo=timezone.utc)
BAND = "https://sentinel2l2a01.blob.core.windows.net/sentinel2-l2/31/T/EL/B04.tif"


class TestPlanetaryComputer(Contract):
    portal = "planetary_computer"
    request = api.question(
        "sentinel-2-l2a",
        (2.9, 45.6, 3.3, 45.9),
        "2021-07-01",
        "2024-07-31",
        max_cloud=20,
        filters={"grid:code": "MGRS-31TEL"},
    )
    sends = (
        "POST https://planetarycomputer.microsoft.com/api/stac/v1/search ",
        '"collections": ["sentinel-2-l2a"], "limit": 250,',
        '{"op": "=", "args": [{"property": "s2:mgrs_tile"}, "31TEL"]}',
        '{"op": "<=", "args": [{"property": "eo:cloud_cover"}, 20]}',
        '"sortby": [{"field": "datetime", "direction": "desc"}]',
    )
    first = {
        "id": "S2A_MSIL2A_20240730T103631_R008_T31TEL_20240730T163101",
        "title": "S2A_MSIL2A_20240730T103631_N0511_R008_T31TEL_20240730T163101",
        "datetime": "2024-07-30T10:36:31.024Z",
        "platform": "sentinel-2a",
        "grid:code": "MGRS-31TEL",
        "sat:relative_orbit": 8,
        "sat:orbit_state": "descending",
        "eo:cloud_cover": 4.25,
        "assets": ["AOT", "B04", "B8A", "SCL", "rendered_preview", "safe-manifest", "visual"],
        "B04.raster:bands": [{"scale": 0.0001, "offset": -0.1, "nodata": 0}],
        "AOT.raster:bands": [{"scale": 0.001, "offset": 0.0, "nodata": 0}],
    }
    then = '"token": "next:sentinel-2-l2a:S2B_MSIL2A_20240725T103629_R008_T31TEL_20240725T131125"'
    ids = (
        "S2A_MSIL2A_20240730T103631_R008_T31TEL_20240730T163101",
        "S2B_MSIL2A_20240725T103629_R008_T31TEL_20240725T131125",
        "S2A_MSIL2A_20210720T103631_R008_T31TEL_20210720T164001",
    )


def test_several_tiles_are_asked_for_in_the_portals_spelling():
    provider = connected("planetary_computer", fixture("planetary_computer_last"))
    wish = {"grid:code": ["MGRS-31TEL", "MGRS-31TDL"]}
    search(provider, api.question("sentinel-2-l2a", filters=wish))
    said = provider.line.asked[0].partition('"filter": ')[2]
    assert said.startswith(
        '{"op": "or", "args": [{"op": "=", "args": [{"property": "s2:mgrs_tile"}'
    )
    assert "MGRS" not in said


def test_scenes_older_than_baseline_04_00_have_no_offset():
    provider = connected("planetary_computer", "")
    item = fixture("planetary_computer_last")["features"][1]
    product = provider.product(item, api.question("sentinel-2-l2a"))
    assert product.assets["B04"].properties["raster:bands"][0]["offset"] == 0.0


def token(number=1, until=NOON + timedelta(minutes=45)):
    return {"msft:expiry": until.isoformat(), "token": f"st=a&se=b&sp=rl&sig=secret{number}"}


def signer(*answers):
    clock = [NOON]
    provider = connected("planetary_computer", *answers, now=lambda: clock[0])
    provider.clock = clock
    return provider


def link(provider, href=BAND):
    return provider.resolve(Asset("B04", href)).url


def test_a_signature_is_bought_once_per_container():
    provider = signer(token(1), token(2))
    assert link(provider) == f"{BAND}?st=a&se=b&sp=rl&sig=secret1"
    assert link(provider, BAND.replace("B04", "B08")).endswith("secret1")
    assert link(provider, BAND.replace("sentinel2-l2/", "other/")).endswith("secret2")
    assert provider.line.asked == [
        "GET https://planetarycomputer.microsoft.com/api/sas/v1/token/sentinel2l2a01/sentinel2-l2",
        "GET https://planetarycomputer.microsoft.com/api/sas/v1/token/sentinel2l2a01/other",
    ]


def test_a_signature_is_renewed_when_its_end_is_near():
    provider = signer(token(1), token(2, NOON + timedelta(minutes=90)))
    link(provider)
    provider.clock[0] = NOON + timedelta(minutes=43, seconds=50)
    assert link(provider).endswith("secret1")
    provider.clock[0] = NOON + timedelta(minutes=44, seconds=10)
    assert link(provider).endswith("secret2")


def test_many_threads_buy_one_signature():
    provider = signer(token(1), token(2))
    threads = [threading.Thread(target=link, args=(provider,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(provider.line.asked) == 1


@pytest.mark.parametrize(
    "href",
    [
        "https://planetarycomputer.microsoft.com/api/data/v1/item/preview.png?item=x",
        "https://ai4edatasetspublicassets.blob.core.windows.net/assets/x.png",
        f"{BAND}?st=a&se=b&sig=c",
        "https://example.org/blob.core.windows.net/x.tif",
        "https://account.blob.core.windows.net",
        "https://account.blob.core.windows.net.evil.example/x/y.tif",
    ],
)
def test_what_needs_no_signature_gets_none(href):
    provider = signer(token())
    assert link(provider, href) == href
    assert provider.line.asked == []


def test_signing_waits_when_it_was_too_fast():
    provider = signer((429, "", {"Retry-After": "1"}), token(7))
    assert link(provider).endswith("secret7")
    assert len(provider.line.asked) == 2


@pytest.mark.parametrize(
    "answer", [{}, [], None, {"token": 7, "msft:expiry": "now"}, {"token": ""}]
)
def test_an_odd_signature_is_an_odd_answer(answer):
    with pytest.raises(ResponseError, match="Planetary Computer gave no signature"):
        link(signer(answer))


def test_a_signature_that_was_refused_is_bought_afresh_once(tmp_path):
    refused = (403, "<?xml version='1.0'?><Error>AuthenticationFailed</Error>", {})
    provider = signer(token(1), refused, token(2), "pixels")
    fetched = download.fetch_asset(provider, Asset("B04", BAND), tmp_path / "B04.tif")
    assert fetched.path.read_text() == "pixels"
    signatures = [line.rpartition("sig=")[2].split()[0] for line in provider.line.asked[1::2]]
    assert signatures == ["secret1", "secret2"]


def test_a_signature_that_is_refused_again_is_an_error(tmp_path):
    refused = (403, "", {})
    provider = signer(token(1), refused, token(2), refused)
    with pytest.raises(TermsNotAccepted):
        download.fetch_asset(provider, Asset("B04", BAND), tmp_path / "B04.tif")
    assert len(provider.line.asked) == 4


def test_no_signature_is_kept_with_the_product():
    provider = signer(token(1))
    item = fixture("planetary_computer_first")["features"][0]
    product = provider.product(item, api.question("sentinel-2-l2a"))
    provider.resolve(product.assets["B04"])
    assert "sig=" not in product.assets["B04"].href
