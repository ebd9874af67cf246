"""Packages of npm for tests, each in a folder of its own under build/, installed once."""

import shutil
import subprocess

import pytest

from sentinel_portals.tests.conftest import ROOT


def npm(package):
    """The folder to `require` an npm package from; skips where there is no node or no registry."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not installed")
    folder = ROOT / "build" / "npm" / package
    if not (folder / "ready").exists():
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
        done = subprocess.run([*command, package], capture_output=True, text=True, timeout=300)
        if done.returncode:
            pytest.skip(f"npm could not install {package}")
        (folder / "ready").touch()
    return folder
