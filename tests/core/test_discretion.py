"""core/discretion.py: what may be shown and logged."""

import pytest
import requests

from sentinel_portals.core.discretion import bare, cause, hidden


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.test/x?sig=1#frag", "https://a.test/x"),
        ("https://user:pass@a.test:8443/x", "https://a.test:8443/x"),
        ("https://[bad", "(unreadable address)"),
    ],
)
def test_a_bare_address_can_be_shown(url, shown):
    assert bare(url) == shown


def test_a_cause_keeps_its_words_but_no_query_and_no_password():
    told = "retries exceeded with url: /x?sig=hush (by http://me:hush@proxy.test:3128, refused)"
    said = str(cause(requests.ConnectionError(told)))
    assert "ConnectionError" in said
    assert "refused" in said
    assert "proxy.test:3128" in said
    assert "hush" not in said


def test_a_portal_that_repeats_what_it_was_told_tells_no_secret():
    request = requests.Request(
        "POST",
        "https://a.test/x?api_key=hush-1&datetime=2024-06-01",
        data={"password": "hush-2", "grant_type": "password"},
        headers={"X-API-Key": "hush-3", "Accept": "text/plain"},
        auth=("user", "hush-4"),
    ).prepare()
    parrot = f"{request.headers} {request.body} {request.url} hush-4"
    said = hidden(parrot, request)
    assert "hush" not in said
    assert request.headers["Authorization"].split()[1] not in said
    assert "text/plain" in said
    assert "datetime=2024-06-01" in said
