"""The plugin on Qt 6, of which QGIS 4 is made; QGIS's own classes are stood in for."""

import json
import os
import re
import subprocess
import sys

import pytest

from sentinel_portals.scripts.side_venv import CannotInstall, side_venv
from sentinel_portals.tests.conftest import PACKAGE, ROOT
from sentinel_portals.tests.qt6.modules import KEPT, QT

pytestmark = pytest.mark.skipif(
    sys.prefix != str(ROOT / ".venv"), reason="once is enough: it runs in .venv"
)


@pytest.fixture(scope="module")
def python():
    try:
        return side_venv("qt6")
    except CannotInstall as error:
        pytest.skip(f"PyQt6 cannot be installed: {error}")


@pytest.fixture
def checkout(tmp_path):
    """A folder that holds the plugin under its name."""
    (tmp_path / PACKAGE).symlink_to(ROOT)
    return tmp_path


def test_every_window_opens_and_every_button_answers(python, checkout):
    files = checkout / "files"
    files.mkdir()
    command = [python, ROOT / "tests" / "qt6" / "story.py", checkout, files]
    played = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert played.returncode == 0, played.stderr
    told = json.loads(played.stdout)
    assert told["qt"].startswith("6.")
    wanted = {"spDock", "spSearchButton", "spPortalsDialog", "spOptionsTabs", "spOgcDialog"}
    wanted |= {"spPreflightLogin_cdse", "spPreflightRow_folder", "spOptionsLookAgain"}
    assert wanted <= set(told["names"])


def test_all_that_is_asked_of_qt_is_there(python, checkout):
    """Every name, also those that no test runs into: PyQt6 tells mypy its classes."""
    home = checkout / "stubs" / "qgis"
    (home / "PyQt").mkdir(parents=True)
    for name in ("__init__", "core", "gui", "PyQt/__init__"):
        (home / f"{name}.pyi").write_text("def __getattr__(name: str): ...\n")
    for name in QT:
        kept = f"from PyQt6.QtGui import {', '.join(f'{n} as {n}' for n in KEPT)}\n"
        text = f"from PyQt6.{name} import *\n" + (kept if name == "QtWidgets" else "")
        (home / "PyQt" / f"{name}.pyi").write_text(text)
    parts = [f"-p{PACKAGE}.{part}" for part in ("bridge", "ui", "algorithms", "plugin")]
    options = ["--config-file=", "--check-untyped-defs", "--ignore-missing-imports", "--no-pretty"]
    command = [python, "-m", "mypy", *options, f"--cache-dir={ROOT / 'build/.mypy_cache'}", *parts]
    said = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        cwd=checkout,
        env={**os.environ, "MYPYPATH": str(checkout / "stubs")},
    ).stdout
    assert re.search(r"checked \d\d source files|no issues", said), said
    vague = r"(?:QWidget|QObject)\b"  # what Qt returns may well be more than that
    ours = rf'"(?:type\[)?(?!{vague})(?:Q\w+|qgis\.PyQt\.\w+)\]?"'
    lacking = rf'.*{ours}(?: of "[^"]*")? has no attribute .*'
    assert re.findall(lacking, said) == []
