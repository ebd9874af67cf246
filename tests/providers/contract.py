"""What every portal promises. A portal's own test is data in a class: see test_earth_search.py.

When a value differs, the failure prints what the portal says, to be looked at and pasted in.
"""

import copy
import json
import pprint

import pytest

from sentinel_portals.core import errors
from sentinel_portals.core.model import format_time
from sentinel_portals.core.search import search
from sentinel_portals.tests.providers.answers import connected, fixture, kind_of

BROKEN = (
    "<!doctype html><html>Sign in</html>",
    '{"features": [{"id": ',
    "",
    "null",
    "[]",
    "7",
    "{}",
)
WRONG = (None, 7, "text", [], {}, {"id": 7})
ERRORS = {
    400: errors.QueryError,
    401: errors.AuthError,
    403: errors.TermsNotAccepted,
    404: errors.ResponseError,
    422: errors.QueryError,
    429: errors.RateLimited,
    500: errors.ServiceError,
    504: errors.ServiceError,
}
BODIES = ('{"code": "X", "description": "Because."}', '{"detail": [{"msg": "Because."}]}', "<html>")


class Contract:
    portal: object  # the id of a portal, or a Kind
    request: object  # a SearchRequest
    sends: tuple  # pieces of the first request, in the portal's words
    first: dict  # values of the first product of the first page
    ids: tuple  # what both pages hold, in order, without repetitions
    then: str  # a piece of the second request
    entries = "features"  # where the entries stand in an answer
    auth = None  # the login of a portal that wants one for its search

    @property
    def pages(self):
        name = kind_of(self.portal).info.id
        return fixture(f"{name}_first"), fixture(f"{name}_last")

    @property
    def nothing(self):
        return {self.entries: [], "links": []}

    def listed(self, page):
        return page[self.entries]

    def connect(self, *answers):
        return connected(self.portal, *answers, auth=self.auth)

    def found(self, *answers):
        return search(self.connect(*answers), self.request)

    def test_it_asks_in_the_portals_words(self):
        provider = self.connect(self.pages[1])
        search(provider, self.request)
        missing = [piece for piece in self.sends if piece not in provider.line.asked[0]]
        assert not missing, f"{missing} not in what was sent:\n{provider.line.asked[0]}"

    def test_it_reads_the_recorded_page(self):
        provider = self.connect(self.pages[0])
        values = flat(provider.read(self.pages[0], self.request).products[0])
        wrong = {k: v for k, v in self.first.items() if values.get(k) != v}
        assert not wrong, f"{wrong} differ; the portal says:\n{pprint.pformat(values)}"

    def test_it_follows_pages_to_the_end(self):
        provider = self.connect(*self.pages)
        outcome = search(provider, self.request)
        assert (outcome.error, outcome.unreadable) == (None, 0)
        assert outcome.outside == 0, "the fixture does not lie inside the request"
        ids = tuple(p.id for p in outcome.products)
        assert ids == self.ids, f"the portal says:\n{pprint.pformat(ids)}"
        assert len(provider.line.asked) == outcome.pages == 2
        assert self.then in provider.line.asked[1], provider.line.asked[1]

    def test_every_product_names_its_portal_its_collection_and_its_files(self):
        for product in self.found(*self.pages).products:
            assert product.provider == kind_of(self.portal).info.id
            assert product.collection == self.request.collection
            assert product.geometry
            assert product.start
            assert all(a.href and a.key == key for key, a in product.assets.items())

    def test_an_empty_answer_is_no_error(self):
        outcome = self.found(self.nothing)
        assert (outcome.error, outcome.products, outcome.complete) == (None, (), True)

    @pytest.mark.parametrize("body", BROKEN)
    def test_a_broken_answer_is_named_as_such(self, body):
        error = self.found(body).error
        assert type(error) is errors.ResponseError
        assert str(error).startswith(kind_of(self.portal).info.title)

    @pytest.mark.parametrize("wrong", WRONG)
    def test_a_broken_entry_costs_only_itself(self, wrong):
        page = copy.deepcopy(self.pages[1])
        self.listed(page).insert(0, wrong)
        outcome = self.found(page)
        assert (outcome.error, outcome.unreadable) == (None, 1)
        assert len(outcome.products) == len(self.listed(page)) - 1

    def test_values_that_are_nothing_at_all_are_no_bug_of_ours(self):
        page = copy.deepcopy(self.pages[1])
        for entry in self.listed(page):
            entry.update(dict.fromkeys(entry))
        assert type(self.found(page).error) is errors.ResponseError

    @pytest.mark.parametrize("body", BODIES)
    @pytest.mark.parametrize("status", ERRORS)
    def test_a_refusal_says_what_to_do_next(self, status, body):
        error = self.found((status, body, {})).error
        assert type(error) is ERRORS[status]
        assert "{" not in str(error)
        assert "<" not in str(error)


def flat(product):
    """A product's values by name, as one would write them down."""
    moments = ("datetime", "start_datetime", "end_datetime")
    return {
        **product.properties,
        "id": product.id,
        "title": product.title,
        "assets": sorted(product.assets),
        "order_status": product.order_status.value,
        **{name: format_time(t) for name in moments for t in [getattr(product, name)] if t},
        **{f"{a.key}.href": a.href for a in product.assets.values()},
        **{f"{a.key}.size": a.size for a in product.assets.values()},
        **{
            f"{a.key}.checksum": f"{a.checksum.algorithm} {a.checksum.value}"
            for a in product.assets.values()
            if a.checksum
        },
        **{
            f"{a.key}.{name}": json.loads(json.dumps(value))
            for a in product.assets.values()
            for name, value in a.properties.items()
        },
    }
