"""Well-known text as portals write and take it, for polygons; longitude first."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Geometry

_WHOLE = re.compile(r"\s*(?:SRID=\d+;\s*)?(MULTI)?POLYGON\s*(\(.*\))\s*", re.IGNORECASE | re.DOTALL)
_SIGNS = {"(": "[", ")": "]", ",": ","}


def write(geometry: Geometry, decimals: int = 4) -> str:
    """``POLYGON((1 2,3 4,...))`` with few digits: some portals take only short questions."""
    if geometry["type"] == "Polygon":
        return f"POLYGON({_rings(geometry['coordinates'], decimals)})"
    parts = ",".join(f"({_rings(part, decimals)})" for part in geometry["coordinates"])
    return f"MULTIPOLYGON({parts})"


def read(text: Any) -> Optional[Geometry]:
    """The polygons of a text, None for anything else; they are not yet known to be valid."""
    found = _WHOLE.fullmatch(text) if isinstance(text, str) else None
    if not found:
        return None
    try:
        coordinates = json.loads("".join(map(_as_json, re.split(r"([(),])", found[2]))))
    except (ValueError, RecursionError):
        return None
    return {"type": "MultiPolygon" if found[1] else "Polygon", "coordinates": coordinates}


def _as_json(piece: str) -> str:
    """A bracket, a comma, or the numbers of a point."""
    if piece in _SIGNS:
        return _SIGNS[piece]
    return str([float(word) for word in piece.split()[:2]]) if piece.strip() else ""


def _rings(rings: Iterable[Any], decimals: int) -> str:
    return ",".join(f"({','.join(_point(p, decimals) for p in ring)})" for ring in rings)


def _point(point: Any, decimals: int) -> str:
    return " ".join(f"{value:.{decimals}f}".rstrip("0").rstrip(".") for value in point[:2])
