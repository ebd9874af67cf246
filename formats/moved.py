"""VRTs of images in an archive, after folder and archive were moved together.

GDAL knows no relative names of files inside of archives, so a VRT holds the archive's whole path.
"""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path

from .images import disk_errors

ARCHIVE = re.compile(r"(?<=/vsizip/\{)[^}]*(?=\})|(?<=/vsitar/\{)[^}]*(?=\})")
INNER = re.compile(r">([^<>]+\.vrt)</Source")


def mend(vrt: Path) -> bool:
    """Names the archive anew that lies beside a VRT and no longer where it says. Was it needed?"""
    if not vrt.is_file():
        return False
    text = vrt.read_text(encoding="utf-8")
    inner = [vrt.parent / unescape(name) for name in INNER.findall(text)]
    mended = [mend(path) for path in dict.fromkeys(inner) if path.parent == vrt.parent]
    fresh = ARCHIVE.sub(lambda found: _place(found[0], vrt.parent), text)
    if fresh != text:
        with disk_errors(vrt):
            vrt.write_text(fresh, encoding="utf-8")
    return fresh != text or any(mended)


def _place(told: str, folder: Path) -> str:
    archive = Path(unescape(told))
    here = folder / archive.name
    return escape(here.as_posix()) if here.is_file() and not archive.is_file() else told
