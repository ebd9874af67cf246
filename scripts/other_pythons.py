"""Runs the pure tests on the oldest and the newest Python here: newest libraries, no QGIS."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from side_venv import ROOT, side_venv


def version(python):
    """(3, 11), or None for one that does not start."""
    ask = "import sys, venv; print(*sys.version_info[:2])"
    done = subprocess.run([python, "-c", ask], capture_output=True, text=True)
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def pythons():
    """{version: command} of every Python from 3.9 on; the one under QGIS is always among them."""
    names = [f"python3.{minor}" for minor in range(9, 30)]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    paths = [str(path) for name in names for path in pyenv.glob(f"*/bin/{name}")]
    paths += [*filter(None, map(shutil.which, names)), sys._base_executable]
    return {found: path for path in paths for found in [version(path)] if found}


def main(tests):
    known = pythons()
    for number in sorted({min(known), max(known)}):
        name = ".".join(map(str, number))
        python = side_venv(name, known[number], "requirements-newest.txt")
        print(f"pure tests on Python {name} with the newest libraries:", flush=True)
        command = [python, "-m", "pytest", "-q", *tests]
        code = subprocess.run(command, cwd=ROOT).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
