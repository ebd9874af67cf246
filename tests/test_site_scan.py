"""scripts/site_scan.py finds what plugins.qgis.org would block, and passes a clean package."""

import zipfile

import pytest

from sentinel_portals.scripts import site_scan
from sentinel_portals.tests.conftest import ROOT

CLEAN = {
    "good/__init__.py": "def classFactory(iface):\n    return None\n",
    "good/LICENSE": "GPL",
    "good/metadata.txt": (ROOT / "metadata.txt").read_text("utf-8"),
    "good/icons/icon.svg": "<svg/>",
}
# Built from pieces: what is looked for must not stand in this file as it is.
WORD, KEY = "pass" + "word", "AKIA" + "IOSFODNN7" + "ABCDEFG"
BAD = {
    "bad one/__init__.py": f"def login({WORD}='hunter2'):\n    exec('1')\n",
    "bad one/keys.py": f"ID = '{KEY}'\n",
    "bad one/names.py": "print(nowhere)\n",
    "bad one/broken.py": "def (:\n",
    "bad one/quiet.py": "import pickle  # nosec\n",
    "bad one/run.sh": "true\n",
    "bad one/.hidden": "x",
    "bad one/metadata.txt": "[general]\nname=Bad plugin\nversion=one\nabout=<b>x</b>\nauthor=a/b\n",
    "other/readme": "x",
}


def zipped(folder, contents):
    target = folder / "plugin.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return target


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    found, _ = site_scan.scan(zipped(tmp_path_factory.mktemp("bad"), BAD))
    return {check: "\n".join(findings) for check, findings in found.items()}


def test_a_clean_package_passes(tmp_path):
    found, _ = site_scan.scan(zipped(tmp_path, CLEAN))
    assert {check: findings for check, findings in found.items() if findings} == {}


@pytest.mark.parametrize(
    ("check", "finding"),
    [
        ("bandit", "__init__.py:1: B107"),
        ("bandit", "__init__.py:2: B102"),
        ("bandit", "broken.py: syntax error"),
        ("detect-secrets", "keys.py:1: AWS Access Key"),
        ("flake8", "names.py:1:7: F821"),
        ("flake8", "E999 SyntaxError"),
        ("reasons", "quiet.py:1: silenced without rule and reason"),
        ("files", "more than one top folder"),
        ("files", "bad one: the top folder is no Python identifier"),
        ("files", "LICENSE is missing"),
        ("files", "run.sh: suspicious"),
        ("files", ".hidden: hidden"),
        ("metadata", "email is missing"),
        ("metadata", "about holds HTML"),
        ("metadata", "author holds a slash"),
        ("metadata", "name says plugin"),
        ("metadata", "version is no number"),
        ("metadata", "hides the plugin from QGIS 4"),
    ],
)
def test_what_the_site_blocks_is_found(bad, check, finding):
    assert finding in bad[check]


def test_something_found_is_a_failure(tmp_path, capsys):
    assert site_scan.main(zipped(tmp_path, {**CLEAN, "good/a.py": "print(nowhere)\n"})) == 1
    assert "F821" in capsys.readouterr().out


def test_what_is_left_out_is_named_with_its_reason(tmp_path):
    reason = "# nosec B403 - read back only what we wrote"
    package = zipped(tmp_path, {**CLEAN, "good/a.py": f"import pickle  {reason}\n"})
    found, left_out = site_scan.scan(package)
    assert found["bandit"] == found["reasons"] == []
    assert f"good/a.py:1: {reason}" in left_out
