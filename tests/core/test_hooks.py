"""What a portal may say differently: its bytes, its statuses, its refusals, its orders."""

from dataclasses import replace
from datetime import date

import pytest

from sentinel_portals.core.download import fetch_scene
from sentinel_portals.core.errors import (
    ProductUnavailable,
    QueryError,
    RateLimited,
    ResponseError,
    TermsNotAccepted,
)
from sentinel_portals.core.model import Asset, OrderStatus, Page, Product, SearchRequest
from sentinel_portals.core.provider import Provider, ProviderInfo
from sentinel_portals.core.transport import HttpRequest
from sentinel_portals.providers import Kind
from sentinel_portals.tests.providers.answers import connected

INFO = ProviderInfo("odd", "Odd", "odd", "https://odd.example.org", collections={"x": "x"})
QUESTION = SearchRequest("x")
OFFER = Product(
    "odd", "1", "x", title="ONE", assets={"product": Asset("product", f"{INFO.url}/1.zip")}
)


class Odd(Provider):
    """Speaks comma-separated ids."""

    info = INFO

    def decode(self, content):
        text = content.decode()
        if ";" in text:
            raise ValueError("a semicolon")
        return text.split(",")

    def build(self, request, cursor):
        return HttpRequest("GET", f"{INFO.url}/search")

    def parse(self, payload, request):
        return Page(tuple(Product("odd", name, "x") for name in payload))

    @staticmethod
    def corrected(error):
        return QueryError(str(error), status=400) if "too long" in str(error) else error

    def refusal(self, start):
        return TermsNotAccepted("sign first") if start.startswith(b"{") else None


KIND = Kind(Odd, INFO)


def test_a_portal_may_speak_something_else_than_json():
    portal = connected(KIND, "a,b")
    assert [p.id for page in portal.search(QUESTION) for p in page.products] == ["a", "b"]
    assert len(portal.line.asked) == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [("a;b", "cannot be read"), ("<html>;</html>", "web page"), (b"\xff", "not JSON")],
)
def test_what_the_portal_cannot_decode_is_a_response_error(body, sentence):
    portal = connected(KIND, body)
    with pytest.raises(ResponseError, match=sentence):
        list(portal.search(QUESTION))


def test_a_portal_may_mean_something_else_by_a_status_and_is_not_asked_again_then():
    told = {"cause-message": "the question is too long"}
    portal = connected(KIND, (500, "<html/>", told))
    with pytest.raises(QueryError, match="too long"):
        list(portal.search(QUESTION))
    assert len(portal.line.asked) == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"ErrorMessage": "Not Found", "ErrorCode": 400}, "Not Found"),
        ({"detail": {"ErrorMessage": "No.", "ErrorDetail": [{"msg": "page < 10000"}]}}, "10000"),
        (
            {"error": {"code": None, "message": {"lang": "en", "value": "Invalid key"}}},
            "Invalid key",
        ),
    ],
)
def test_the_sentence_of_a_portal_is_found_wherever_it_keeps_it(body, sentence):
    portal = connected(KIND, (400, body, {}))
    with pytest.raises(QueryError, match=sentence):
        list(portal.search(QUESTION))


def test_a_refusal_with_status_200_is_no_file(tmp_path):
    portal = connected(KIND, {"ErrorCode": 3002})
    found = fetch_scene([OFFER], {"odd": portal}, [], tmp_path)
    assert isinstance(found.error, TermsNotAccepted)
    assert not list(tmp_path.rglob("*.zip"))


def test_a_file_that_is_only_promised_is_no_file(tmp_path):
    portal = connected(KIND, (202, b"", {}))
    found = fetch_scene([OFFER], {"odd": portal}, [], tmp_path)
    assert isinstance(found.error, ProductUnavailable)
    assert found.error.status == 202
    assert not list(tmp_path.rglob("*.zip"))


def test_a_portal_is_looked_at_once_more_before_a_download(tmp_path):
    class Late(Odd):
        def details(self, product):
            return replace(product, order_status=OrderStatus.SUCCEEDED)

    portal = connected(Kind(Late, INFO), b"PK")
    offline = replace(OFFER, order_status=OrderStatus.ORDERABLE)
    assert fetch_scene([offline], {"odd": portal}, [], tmp_path).bytes == 2


def test_a_portal_without_orders_says_so():
    portal = connected(KIND, b"")
    with pytest.raises(ProductUnavailable, match="no orders"):
        portal.order(OFFER)


def test_too_fast_is_tried_again_and_then_told():
    portal = connected(KIND, (429, b"", {}))
    with pytest.raises(RateLimited):
        list(portal.search(QUESTION))
    assert len(portal.line.asked) == 3


def test_the_state_of_a_portal_is_never_more_than_what_is_known():
    assert INFO.state == "open"
    assert replace(INFO, seen=date(2025, 2, 20)).state == "unknown"
    assert replace(INFO, seen=date(2025, 2, 20), until=date(2025, 6, 1)).state == "closed"
