"""Every name of Qt and of QGIS that the code writes: there in this QGIS, and written in full."""

import ast
import importlib
from enum import Enum

import pytest

from sentinel_portals.tests.conftest import ROOT

FOLDERS = ("algorithms", "bridge", "ui")
MODULES = [ROOT / "plugin.py", *(path for name in FOLDERS for path in (ROOT / name).rglob("*.py"))]


def imported(tree):
    """What a module takes from qgis, by the name it has there."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis."):
            module = importlib.import_module(node.module)
            found.update({a.asname or a.name: getattr(module, a.name) for a in node.names})
    return found


def chains(tree):
    """``Qt.Key.Key_Escape`` as its parts, with the number of its line."""
    for node in ast.walk(tree):
        line, parts = getattr(node, "lineno", 0), []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if parts and isinstance(node, ast.Name):
            yield line, [node.id, *parts]


def wrong(tree):
    """Names that are not there, and enums that Qt 6 knows only by their whole name."""
    known = imported(tree)
    for line, (first, *parts) in chains(tree):
        thing = known.get(first)
        for part in parts if isinstance(thing, type) else ():
            holder, thing = thing, getattr(thing, part, None)
            if thing is None:
                yield f"{line}: there is no {first}.{'.'.join(parts)}"
                break
            named = isinstance(thing, (int, Enum)) and type(thing) not in (int, bool)
            if named and type(thing) is not holder:
                yield f"{line}: {type(thing).__qualname__}.{part} in full, please"
            if not isinstance(thing, type):
                break


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_name_is_there_and_written_in_full(path):
    assert list(wrong(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "code", ["Qt.AlignLeft", "Qt.Key.Key_Nowhere", "QgsTask.CanCancel", "QgsTask.nowhere()"]
)
def test_what_is_wrong_is_found(code):
    text = f"from qgis.core import QgsTask\nfrom qgis.PyQt.QtCore import Qt\n{code}"
    assert len(set(wrong(ast.parse(text)))) == 1
