"""Writes build/sentinel_portals-VERSION.zip: HEAD without what is marked export-ignore.

The same commit gives the same bytes: git writes the commit's time into the zip, in UTC here.
"""

import configparser
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "sentinel_portals"


def version():
    """From metadata.txt, the only place where it is written."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "metadata.txt", "utf-8")
    return parser["general"]["version"]


def git(*arguments):
    return subprocess.run(
        ["git", "-C", ROOT, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "TZ": "UTC"},
    ).stdout


def package(target, commit="HEAD"):
    target.parent.mkdir(parents=True, exist_ok=True)
    options = ["--format=zip", "-9", f"--prefix={PACKAGE}/", f"--output={target}"]
    git("archive", *options, commit)
    return target


def main():
    for old in (ROOT / "build").glob(f"{PACKAGE}-*.zip"):
        old.unlink()
    target = package(ROOT / "build" / f"{PACKAGE}-{version()}.zip")
    changed = git("status", "--porcelain", "--untracked-files=no").strip()
    note = " (uncommitted changes are not in it)" if changed else ""
    print(f"package: {target.relative_to(ROOT)}, {target.stat().st_size / 1e6:.1f} MB{note}")


if __name__ == "__main__":
    main()
