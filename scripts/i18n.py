"""Brings new texts into i18n/sentinel_portals_fr.ts, keeps what is translated, compiles the .qm.

Our own extractor: pylupdate5 puts a bare `tr("...")` into the wrong context and trips over
f-strings. Every literal in tr("...") or mark("...") belongs to the context "SentinelPortals"; texts
of .ui files belong to the class they name, which is where Qt looks for them.
"""

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
CONTEXT = "SentinelPortals"
FUNCTIONS = {"tr", "mark"}  # mark(): a text in a table, shown later
LANGUAGES = ["fr"]
SKIPPED = {"tests", "scripts", "benchmarks", "docs", "build"}


def texts_of_code(source):
    """The literals in tr("...") and mark("..."), in order."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", None))
            if name in FUNCTIONS and isinstance(node.args[0].value, str):
                yield node.args[0].value


def texts_of_form(path):
    """The class of a .ui file and its texts."""
    form = ElementTree.parse(path).getroot()
    strings = [s.text for s in form.iter("string") if s.text and s.get("notr") != "true"]
    return form.findtext("class"), strings


def found(root=ROOT):
    """Every text of the plugin: {context: {text: None}}, in a stable order."""
    contexts = {CONTEXT: {}}
    for path in sorted(root.rglob("*")):
        top = path.relative_to(root).parts[0]
        if top in SKIPPED or top.startswith("."):
            continue
        if path.suffix == ".py":
            contexts[CONTEXT].update(dict.fromkeys(texts_of_code(path.read_text("utf-8"))))
        elif path.suffix == ".ui":
            name, strings = texts_of_form(path)
            contexts.setdefault(name, {}).update(dict.fromkeys(strings))
    return contexts


def translated(ts):
    """What a .ts file holds: {(context, text): translation}; an unfinished one is empty."""
    if not ts.exists():
        return {}
    return {
        (context.findtext("name"), message.findtext("source")): message.findtext("translation")
        or ""
        for context in ElementTree.parse(ts).getroot().iter("context")
        for message in context.iter("message")
        if message.find("translation").get("type") != "unfinished"
    }


def ts_text(language, contexts, known):
    """The .ts file: sorted by text, without line numbers, so that a diff shows new texts only."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines.append(f'<TS version="2.1" language="{language}" sourcelanguage="en">')
    for context, texts in sorted(contexts.items()):
        lines += ["<context>", f"    <name>{escape(context)}</name>"]
        for text in sorted(texts):
            there = known.get((context, text), "")
            state = "" if there else ' type="unfinished"'
            lines += ["    <message>", f"        <source>{escape(text)}</source>"]
            lines += [
                f"        <translation{state}>{escape(there)}</translation>",
                "    </message>",
            ]
        lines.append("</context>")
    return "\n".join([*lines, "</TS>", ""])


def lrelease():
    """Qt's compiler of translations, or None."""
    return shutil.which("lrelease") or shutil.which("lrelease", path="/usr/lib/qt5/bin")


def compiled(ts, qm):
    subprocess.run([lrelease(), "-silent", ts, "-qm", qm], check=True)


def main():
    contexts = found()
    lacking = 0
    for language in LANGUAGES:
        ts = ROOT / "i18n" / f"sentinel_portals_{language}.ts"
        known = translated(ts)
        ts.write_text(ts_text(language, contexts, known), "utf-8")
        compiled(ts, ts.with_suffix(".qm"))
        missing = [t for c, texts in contexts.items() for t in texts if not known.get((c, t))]
        lacking += len(missing)
        total = sum(map(len, contexts.values()))
        print(f"{ts.relative_to(ROOT)}: {total} texts, {len(missing)} to do")
        for text in missing:
            print(f"  {text!r}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
