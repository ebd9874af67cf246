"""One spelling for what portals spell in many ways, by STAC name."""

from __future__ import annotations

import math
import re
from typing import Any, Optional

from . import names
from .catalogue import CATALOGUE, CLOUD, MODE, ORBIT, ORBIT_STATE, PLATFORM, POLARIZATIONS, TILE

_LEVEL = re.compile(r"L(?:EVEL)?[-_ ]?([0-9][A-Z]?)p?", re.IGNORECASE)


def properties(
    collection: str,
    title: str,
    *,
    platform: Any = None,
    cloud: Any = None,
    relative_orbit: Any = None,
    absolute_orbit: Any = None,
    orbit_state: Any = None,
    tile: Any = None,
    product_type: Any = None,
    level: Any = None,
    mode: Any = None,
    polarizations: Any = None,
    **others: Any,
) -> dict[str, Any]:
    """A product's properties: what the record says, and where it is silent what its name says.

    ``others`` are texts under their own names, ``__`` for the colon; nothing is kept empty.
    """
    facts = names.parse_name(title) or {}
    filters = CATALOGUE[collection].filters if collection in CATALOGUE else ()
    tile_ = names.tile(tile) or names.tile(facts.get("tile"))
    orbit = orbit_number(relative_orbit)
    if orbit is None and facts.get("kind") == "s2" and "orbit" in facts:
        orbit = int(facts["orbit"])
    found = {
        PLATFORM: platform_id(platform, facts.get("platform")),
        # Radar sees no clouds, but some catalogues write 0 there; -1 stands for "does not apply".
        CLOUD: percentage(cloud) if CLOUD in filters or not filters else None,
        ORBIT: orbit,
        "sat:absolute_orbit": orbit_number(absolute_orbit),
        ORBIT_STATE: text(orbit_state).lower(),
        TILE: f"MGRS-{tile_}" if tile_ else None,
        "product:type": text(product_type),
        "processing:level": processing_level(level),
        MODE: text(mode) if MODE in filters else None,
        POLARIZATIONS: polarization_list(polarizations) if POLARIZATIONS in filters else None,
    }
    found.update({name.replace("__", ":"): text(value) for name, value in others.items()})
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def text(value: Any) -> str:
    """A text or a number as text, '' for anything else."""
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def told(value: Any) -> str:
    """The text that a record cannot do without, an id or a link; TypeError when there is none."""
    if not isinstance(value, str) or not value:
        raise TypeError(f"expected a text, found {type(value).__name__}")
    return value


def number(value: Any) -> Optional[float]:
    """A number that may arrive as text, None when it is none."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def whole(value: Any) -> Optional[int]:
    """A whole number that may arrive as text or with decimals, None when it is none."""
    found = number(value)
    return int(found) if found is not None else None


def byte_count(value: Any) -> Optional[int]:
    """A size in bytes; None for the 0 that catalogues write when they do not know."""
    found = whole(value)
    return found if found and found > 0 else None


def percentage(value: Any) -> Optional[float]:
    """0 to 100, None for anything else."""
    found = number(value)
    return found if found is not None and 0 <= found <= 100 else None


def orbit_number(value: Any) -> Optional[int]:
    """Orbits count from 1; a 0 is a catalogue's way of saying nothing."""
    found = whole(value)
    return found if found and found > 0 else None


def platform_id(*said: Any) -> str:
    """``sentinel-2a`` from the first spelling that names the unit, else ``sentinel-2``."""
    known = [unit for unit in map(names.platform, said) if unit]
    unit = next((u for u in known if len(u) > 2), known[0] if known else "")
    return f"sentinel-{unit[1:].lower()}" if unit else _other_platform(*said)


def _other_platform(*said: Any) -> str:
    """``LANDSAT8`` and ``landsat-8`` are ``landsat-8``."""
    first = next((text(s).lower() for s in said if text(s)), "")
    return re.sub(r"^([a-z]+)[-_ ]?(\d)$", r"\1-\2", first)


def processing_level(value: Any) -> str:
    """``Level-1C``, ``LEVEL1C`` and ``L1C`` are all ``L1C``; anything else stays as it is."""
    found = _LEVEL.fullmatch(text(value))
    return f"L{found[1].upper()}" if found else text(value)


def polarization_list(value: Any) -> list[str]:
    """``VV VH``, ``VV,VH`` and ``VV&VH`` as a list."""
    return re.sub(r"[,&/]", " ", text(value)).split()


def md5(value: Any) -> str:
    """The 32 hex digits of an MD5, with or without ``md5:`` before them; '' for anything else."""
    found = re.fullmatch(r"(?:md5[:=])?([0-9a-f]{32})", text(value).lower())
    return found[1] if found else ""


def bare(name: Any) -> str:
    """What people call a product: the name without path and endings."""
    last = text(name).rstrip("/").rpartition("/")[2]
    return re.sub(r"(\.(SAFE|SEN3|zip))+$", "", last)
