"""resto from 3 on: STAC with ways of its own."""

from datetime import datetime, timezone

import pytest

from sentinel_portals.core.conditions import AtMost
from sentinel_portals.core.errors import PortalError, QueryError, TermsNotAccepted
from sentinel_portals.core.model import SearchRequest
from sentinel_portals.core.search import search
from sentinel_portals.providers import Kind
from sentinel_portals.providers._resto_stac import RestoStacProvider
from sentinel_portals.providers._stac import StacInfo
from sentinel_portals.tests.providers.answers import connected
from sentinel_portals.tests.providers.contract import Contract
from sentinel_portals.tests.providers.fuzzing import survives
from sentinel_portals.tests.providers.recorded import RECORDED, needs_recordings, recorded

ID = "0a0b0c0d-000{}-5000-8000-00000000000{}"
ROOT = "https://resto.example.org/data"


def made(**facts):
    known = {"collections": {"sentinel-2-l1c": "S2"}, **RestoStacProvider.usual, **facts}
    info = StacInfo("resto_stac", "Mine", "resto_stac", ROOT, **known)
    return Kind(RestoStacProvider, info)


class TestRestoStac(Contract):
    portal = made()
    request = SearchRequest(
        "sentinel-2-l1c",
        bbox=(0.5, 43.1, 1.9, 43.9),
        start=datetime(2024, 7, 1, tzinfo=timezone.utc),
        query={"eo:cloud_cover": AtMost(50)},
    )
    sends = (
        f"GET {ROOT}/search?",
        "collections=S2",
        "bbox=0.500000,43.100000,1.900000,43.900000",
        "datetime=2024-07-01T00:00:00.000Z/..",
        "sortby=startDate",
        "filter=eo:cloud_cover+<=+50",
        "limit=100",
    )
    first = {
        "id": ID.format(1, 1),
        "title": "S2A_MSIL1C_20240730T104021_N0511_R008_T31TCJ_20240730T160209",
        "datetime": "2024-07-30T10:40:21.024Z",
        "platform": "sentinel-2a",
        "eo:cloud_cover": 5.5,
        "grid:code": "MGRS-31TCJ",
        "assets": ["data"],
    }
    ids = tuple(ID.format(n, n) for n in (1, 2, 3))
    then = "next=226390494412917801"

    def test_its_next_link_forgot_the_question_but_we_do_not(self):
        provider = connected(self.portal, *self.pages)
        search(provider, self.request)
        assert all(piece in provider.line.asked[1] for piece in self.sends)
        assert "filter-lang" not in provider.line.asked[0]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"ErrorCode": 400, "ErrorMessage": "Bad request"}, QueryError),
        ({"ErrorCode": 403, "ErrorMessage": "Forbidden"}, TermsNotAccepted),
        ({"ErrorCode": None}, QueryError),
    ],
)
def test_a_refusal_with_status_200_is_a_refusal(body, kind):
    error = search(connected(made(), body), TestRestoStac.request).error
    assert type(error) is kind


@needs_recordings
def test_the_example_of_its_documentation():
    payload = recorded("resto/v9_feature_collection_example.json")
    page = connected(made(), payload).read(payload, TestRestoStac.request)
    assert (page.matched, page.next) == (51, "226390494412917801")
    assert [p.title for p in page.products] == [
        "RATJADA_detections",
        "Porbeagles_Europe_detections",
    ]
    assert page.products[0].bbox == (-180, -90, 180, 90)
    item = recorded("resto/v9_item_example.json")
    assert connected(made(), b"").product(item, TestRestoStac.request).id == item["id"]


@needs_recordings
@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_the_errors_of_its_documentation(status):
    body = recorded(f"resto/v9_err_{status}.json")
    error = search(connected(made(), (status, body, {})), TestRestoStac.request).error
    assert isinstance(error, PortalError)
    assert str(status) in str(error) or body["ErrorMessage"] in str(error)


@needs_recordings
def test_two_thousand_damaged_answers():
    content = (RECORDED / "resto" / "v9_feature_collection_example.json").read_bytes()
    refusals = {QueryError}
    survives(connected(made(), b""), TestRestoStac.request, [content], refusals=refusals)
