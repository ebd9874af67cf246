"""bridge/messages.py, facts.py: what went wrong, in words for a person."""

import ast
import json
import re

import pytest
from qgis.core import QgsApplication

from sentinel_portals.bridge import facts, i18n, messages
from sentinel_portals.core import errors
from sentinel_portals.providers import portals
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.sources import shipped_modules

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.SentinelPortalsError)
]
NAMES = {kind.__name__ for kind in KINDS}
FOLDERS = ("core", "providers", "formats")


def spoken(node):
    """A literal as it would be said, with something in place of what is computed; None if none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (v.value if isinstance(v, ast.Constant) else "X9" for v in node.values)
        return "".join(parts)
    return None


def told():
    """(where, sentence) of every error that the code below the bridge raises with a literal."""
    for name, tree in shipped_modules():
        if name.split("/")[0] not in FOLDERS:
            continue
        for node in ast.walk(tree):
            function = getattr(node, "func", None)
            if getattr(function, "id", getattr(function, "attr", None)) in NAMES and node.args:
                text = spoken(node.args[0])
                if text and text.replace("X9", "").strip():
                    yield f"{name}:{node.lineno}", text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_row_and_its_action_a_button(kind):
    assert kind in messages.ROWS
    assert kind.action in messages.BUTTONS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_becomes_one_whole_sentence(kind):
    text = messages.sentence(kind("The disk is full: /x has no room for y."))
    assert text.startswith("The disk is full: /x has no room for y.")
    assert "{" not in text


def test_every_fact_that_is_told_below_can_be_translated():
    missing = [f"{where} {text}" for where, text in told() if not facts.known(text)]
    assert missing == [], "add a template to bridge/facts.py"


@pytest.mark.parametrize(
    "entry",
    [
        1,
        {"id": "a b"},
        {"id": "a", "family": "x"},
        {"id": "a", "family": "stac"},
        {"id": "a", "family": "stac", "title": 1},
        {"id": "a", "family": "stac", "token": "x"},
        {"id": "a", "family": "stac", "moons": 1},
        {"id": "a", "family": "stac", "url": "ftp://a.example"},
        {"id": "a", "family": "stac", "url": "https://u:p@a.example"},
        {"id": "a", "family": "stac", "since": "soon"},
        {"id": "a", "family": "stac", "collections": {"sentinel-9": "s9"}},
        {"id": "a", "family": "stac", "auth": {"type": "magic"}},
        {"id": "a", "family": "stac", "auth": {"type": "http", "colour": "red"}},
        {"id": "a", "family": "stac", "hosts": ["*"]},
        {"id": "a", "family": "stac", "paging": {"size": "many"}},
        {"id": "earth_search", "family": "odata"},
        {"id": "earth_search", "project": "x"},
    ],
)
def test_why_an_entry_of_the_portals_file_was_left_out_is_told_in_the_users_language(
    entry, tmp_path, monkeypatch
):
    path = tmp_path / "portals.json"
    path.write_text(json.dumps([entry]))
    _, (problem,) = portals(path)
    monkeypatch.setattr(facts, "translated", lambda text: re.sub(r"(?<!{)\b[a-z]+\b", "*", text))
    told = facts.fact(problem)
    words = set(re.findall(r"\b(?:its|must|has|no|holds|cannot|one|is)\b", told))
    assert not words, told


def test_an_http_status_is_told_as_what_it_means():
    error = errors.AuthError(
        "Copernicus Data Space answered 401: Unauthorized", provider="x", status=401
    )
    assert messages.sentence(error, "Copernicus Data Space") == (
        "Copernicus Data Space did not accept the login (401: Unauthorized). "
        "Check the credentials of this portal."
    )
    assert messages.button(error) == ("credentials", "Credentials")


def test_a_portal_that_asks_for_patience_says_how_long():
    error = errors.RateLimited("P answered 429.", provider="P", status=429, retry_after=30.0)
    assert messages.sentence(error) == "P asks us to be slower. Try again in 30 s."


def test_the_portals_title_stands_in_place_of_its_id():
    error = errors.ProductUnavailable(
        "The portal earth_search is no longer in the list of portals.", provider="earth_search"
    )
    assert "The portal Earth Search is" in messages.sentence(error, "Earth Search")


def test_our_own_mistake_says_so_and_leads_to_the_details():
    error = ZeroDivisionError("division by zero")
    assert messages.sentence(error).startswith("Something unexpected happened: ZeroDivisionError.")
    assert messages.button(error) == ("report", "Details")


def test_a_search_that_was_cancelled_needs_no_button():
    assert messages.button(errors.Cancelled("The search was cancelled.")) == ("", "")


def test_facts_are_read_in_the_users_language(monkeypatch):
    monkeypatch.setattr(facts, "translated", lambda text: f"<{text}>")
    assert facts.fact("Earth Search did not answer within 60 s.") == (
        "<Earth Search did not answer within 60 s.>"
    )
    assert facts.fact("Nobody said this before.") == "Nobody said this before."


@pytest.fixture
def panel(qgis_app):
    heard = []
    log = QgsApplication.messageLog()
    log.messageReceived[str, str, type_of_level()].connect(lambda *entry: heard.append(entry))
    yield heard
    log.messageReceived[str, str, type_of_level()].disconnect()


def type_of_level():
    from qgis.core import Qgis

    return Qgis.MessageLevel


def test_the_log_has_the_traceback_and_no_secret(panel):
    signed = (
        "https://user:hunter2@host.example/a.tif?X-Amz-Signature=abc123"  # pragma: allowlist secret
    )
    try:
        raise ValueError(f"cannot open {signed} with Bearer eyJhbGciOi.abc")
    except ValueError as error:
        messages.log("A download failed", error)
    text, tag, _ = panel[-1]
    assert tag == "Sentinel Portals"
    assert "Traceback" in text
    assert "host.example/a.tif" in text
    assert not [secret for secret in ("hunter2", "abc123", "eyJhbGciOi") if secret in text]


def test_a_password_in_a_form_is_not_logged():
    hidden = messages.discreet("{'username': 'me', 'password': 'top-secret'} token=abc")
    assert "top-secret" not in hidden
    assert "abc" not in hidden


def test_french_is_installed_and_removed_with_the_plugin(monkeypatch):
    monkeypatch.setattr(i18n, "language", lambda: "fr_FR")
    assert (ROOT / "i18n" / "sentinel_portals_fr.qm").exists()
    assert i18n.install() is not None
    i18n.remove()
    assert i18n.tr("Try again") == "Try again"


def test_a_language_that_we_do_not_speak_is_english(monkeypatch):
    monkeypatch.setattr(i18n, "language", lambda: "eu")
    assert i18n.install() is None
    assert i18n.tr("Try again") == "Try again"
