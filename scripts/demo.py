"""The main story in a real QGIS, with a picture of every step in build/demo/."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "desktop"))

from desktop import play  # noqa: E402


def main(language="en"):
    print("demo: QGIS draws an area, searches, downloads, loads: half a minute", flush=True)
    played = play("first_light", ROOT / "build" / "demo", language=language)
    if not played.passed or played.code:
        print(played.log)
        print(f"demo: FAILED (QGIS ended with {played.code}); see build/demo/")
        return 1
    told = json.loads((played.folder / "told.json").read_text())
    print(
        f"demo: {told['scenes']} scenes found, {told['downloaded']} downloaded: "
        f"{told['files']} files, {told['bytes']:,} bytes"
    )
    for path in sorted(played.folder.glob("*.png")):
        print(f"demo: build/demo/{path.name}")
    print("demo: the project is build/demo/project.qgz")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
