"""The package as QGIS and its users get it."""

import subprocess
import sys
import zipfile

import pytest

from sentinel_portals.scripts import package
from sentinel_portals.tests.conftest import PACKAGE, ROOT

NOT_SHIPPED = ("tests/", "scripts/", "benchmarks/", "docs/", ".ci/", "Makefile", "requirements-")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    return package.package(tmp_path_factory.mktemp("package") / "plugin.zip")


def test_importing_the_package_needs_no_qgis(tmp_path):
    (tmp_path / PACKAGE).symlink_to(ROOT)
    code = "import sys; sys.modules['qgis'] = None; sys.path.insert(0, sys.argv[1]); "
    code += f"import {PACKAGE}; print({PACKAGE}.classFactory.__name__)"
    command = [sys.executable, "-c", code, tmp_path]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert answer.stdout.strip() == "classFactory", answer.stderr


def test_the_same_commit_gives_the_same_bytes(shipped, tmp_path):
    assert package.package(tmp_path / "again.zip").read_bytes() == shipped.read_bytes()


def test_only_what_users_need_is_shipped(shipped):
    names = [name[len(PACKAGE) + 1 :] for name in zipfile.ZipFile(shipped).namelist()]
    assert {"__init__.py", "metadata.txt", "LICENSE", "i18n/sentinel_portals_fr.qm"} <= set(names)
    assert [name for name in names if name.startswith(NOT_SHIPPED)] == []
