"""Every text of the plugin is there in French, and the compiled file is what the source makes."""

import ast
import re
from pathlib import Path

import pytest

from sentinel_portals.scripts import i18n
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.sources import calls, shipped_modules

TS = [ROOT / "i18n" / f"sentinel_portals_{language}.ts" for language in i18n.LANGUAGES]
TEXTS = {(context, text) for context, texts in i18n.found().items() for text in texts}


def placeholders(text):
    return sorted(re.findall(r"\{[^}]*\}|%[n0-9]", text))


@pytest.fixture(params=TS, ids=lambda path: path.stem)
def ts(request):
    return request.param


def test_every_text_is_translated(ts):
    done = i18n.translated(ts)
    assert {key for key in TEXTS if not done.get(key)} == set(), "run `make i18n` and fill in"


def test_no_text_is_kept_that_the_code_no_longer_has(ts):
    assert set(i18n.translated(ts)) - TEXTS == set(), "run `make i18n`"


def test_a_translation_has_the_same_placeholders(ts):
    wrong = {
        s: t for (_, s), t in i18n.translated(ts).items() if placeholders(s) != placeholders(t)
    }
    assert wrong == {}


def test_french_keeps_its_signs_with_their_words():
    french = i18n.translated(ROOT / "i18n" / "sentinel_portals_fr.ts")
    loose = re.compile("[ \u202f][:;?!»%]|«[ \u202f]|\\w'\\w|[ \u202f][GMk]o\\b")
    assert [text for text in french.values() if loose.search(text)] == []


def test_the_compiled_file_is_what_the_source_makes(ts, tmp_path):
    if not i18n.lrelease():
        pytest.skip("Qt's lrelease is not installed")
    i18n.compiled(ts, tmp_path / "new.qm")
    assert (tmp_path / "new.qm").read_bytes() == ts.with_suffix(".qm").read_bytes(), (
        "run `make i18n`"
    )


def test_tr_takes_a_literal_only():
    computed = [
        f"{name}:{call.lineno}"
        for name, tree in shipped_modules()
        for call in calls(tree, *i18n.FUNCTIONS)
        if not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    assert computed == []


def test_new_texts_are_added_and_old_translations_kept(tmp_path):
    code = 'label = tr("Search")\nTABLE = {1: mark("Download " "now")}\nother("not a text")\n'
    contexts = {i18n.CONTEXT: dict.fromkeys(i18n.texts_of_code(code))}
    ts = Path(tmp_path / "x_fr.ts")
    ts.write_text(i18n.ts_text("fr", contexts, {(i18n.CONTEXT, "Search"): "Chercher"}), "utf-8")
    assert i18n.translated(ts) == {(i18n.CONTEXT, "Search"): "Chercher"}
    assert "<source>Download now</source>" in ts.read_text("utf-8")


def test_a_form_is_translated_under_its_own_class(tmp_path):
    form = tmp_path / "panel.ui"
    form.write_text(
        "<ui><class>Panel</class><widget><property><string>Area</string></property>"
        '<property><string notr="true">0</string></property></widget></ui>'
    )
    assert i18n.found(tmp_path) == {i18n.CONTEXT: {}, "Panel": {"Area": None}}
