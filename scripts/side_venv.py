"""Environments of their own for heavy tools: .venv-NAME from requirements-NAME.txt, on demand.

    python = side_venv("bench")     # the Python in .venv-bench, everything installed

They share nothing with .venv nor with QGIS's packages.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class CannotInstall(RuntimeError):
    """pip said no; the message is its last lines."""


def side_venv(name, python=None, requirements=None):
    """The Python of .venv-NAME; made anew when its requirements or its Python changed."""
    python = python or getattr(sys, "_base_executable", sys.executable)
    wanted = ROOT / (requirements or f"requirements-{name}.txt")
    folder = ROOT / f".venv-{name}"
    stamp = folder / "ready"
    sign = hashlib.sha256(wanted.read_bytes() + python.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != sign:
        print(f"setup: making {folder.name} from {wanted.name}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        run(python, "-m", "venv", folder)
        run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", wanted)
        stamp.write_text(sign)
    return folder / "bin" / "python"


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise CannotInstall("\n".join((done.stdout + done.stderr).strip().splitlines()[-5:]))


if __name__ == "__main__":
    side_venv(*sys.argv[1:])
