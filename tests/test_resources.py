"""Icons: resources.qrc, the folder and the code name the same ones."""

import ast
from xml.etree import ElementTree

import pytest

from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.sources import calls, shipped_modules

LISTED = [file.text for file in ElementTree.parse(ROOT / "resources.qrc").iter("file")]
FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "icons").iterdir())


def test_the_list_and_the_folder_name_the_same_icons():
    assert sorted(LISTED) == FILES


def test_the_list_is_sorted_and_names_each_icon_once():
    assert sorted(set(LISTED)) == LISTED


@pytest.mark.parametrize("name", FILES)
def test_an_icon_is_a_small_square_drawing(name):
    svg = ElementTree.parse(ROOT / name).getroot()
    assert svg.get("viewBox") == "0 0 24 24"
    assert (ROOT / name).stat().st_size < 4096


def test_every_icon_the_code_asks_for_exists():
    asked = {
        node.value
        for _, tree in shipped_modules()
        for call in calls(tree, "icon")
        for argument in call.args[:1]
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert asked <= {name[len("icons/") : -len(".svg")] for name in LISTED}
