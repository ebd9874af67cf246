"""The package as QGIS sees it."""

import subprocess
import sys

from sentinel_portals.tests.conftest import ROOT


def test_importing_the_package_needs_no_qgis(tmp_path):
    (tmp_path / "sentinel_portals").symlink_to(ROOT)
    code = "import sys; sys.modules['qgis'] = None; sys.path.insert(0, sys.argv[1]); "
    code += "import sentinel_portals; print(sentinel_portals.classFactory.__name__)"
    answer = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert answer.stdout.strip() == "classFactory", answer.stderr
