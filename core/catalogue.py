"""Our collections as a table: what can be asked for, in STAC words."""

from __future__ import annotations

from dataclasses import dataclass

CLOUD = "eo:cloud_cover"
ORBIT = "sat:relative_orbit"
ORBIT_STATE = "sat:orbit_state"
TILE = "grid:code"
PLATFORM = "platform"
POLARIZATIONS = "sar:polarizations"
MODE = "sar:instrument_mode"

OPTICAL_TILED = (CLOUD, PLATFORM, TILE, ORBIT, ORBIT_STATE)
RADAR = (PLATFORM, MODE, POLARIZATIONS, ORBIT, ORBIT_STATE)
SWATH = (PLATFORM, ORBIT, ORBIT_STATE)


@dataclass(frozen=True)
class Collection:
    """``filters`` are the STAC properties that make sense here, the most used first."""

    id: str
    title: str
    mission: str
    level: str
    filters: tuple[str, ...]


COLLECTIONS = (
    Collection("sentinel-2-l2a", "Sentinel-2 L2A (surface)", "sentinel-2", "L2A", OPTICAL_TILED),
    Collection(
        "sentinel-2-l1c", "Sentinel-2 L1C (top of atmosphere)", "sentinel-2", "L1C", OPTICAL_TILED
    ),
    Collection(
        "sentinel-2-l2a-maja", "Sentinel-2 L2A MAJA (THEIA)", "sentinel-2", "L2A", OPTICAL_TILED
    ),
    Collection("sentinel-2-l3a", "Sentinel-2 L3A monthly (THEIA)", "sentinel-2", "L3A", (TILE,)),
    Collection(
        "sentinel-2-snow", "Snow cover (THEIA)", "sentinel-2", "L2B", (CLOUD, PLATFORM, TILE)
    ),
    Collection("sentinel-1-grd", "Sentinel-1 GRD", "sentinel-1", "L1", RADAR),
    Collection("sentinel-1-slc", "Sentinel-1 SLC", "sentinel-1", "L1", RADAR),
    Collection("sentinel-1-ocn", "Sentinel-1 OCN", "sentinel-1", "L2", RADAR),
    Collection("sentinel-1-rtc", "Sentinel-1 RTC (terrain-corrected)", "sentinel-1", "L1", RADAR),
    Collection("sentinel-3-olci-l1", "Sentinel-3 OLCI L1", "sentinel-3", "L1", SWATH),
    Collection("sentinel-3-slstr-l1", "Sentinel-3 SLSTR L1", "sentinel-3", "L1", SWATH),
    Collection("sentinel-5p-l2", "Sentinel-5P L2", "sentinel-5p", "L2", SWATH),
    Collection("landsat-c2-l2", "Landsat 4-9 C2 L2", "landsat", "L2", (CLOUD, PLATFORM)),
    Collection(
        "landsat-l2a-maja", "Landsat 8 L2A MAJA (THEIA)", "landsat", "L2A", (CLOUD, PLATFORM)
    ),
    Collection("spot-world-heritage", "SPOT World Heritage", "spot", "L1C", (CLOUD, PLATFORM)),
    Collection("land-cover-oso", "Land cover of France OSO", "land-cover", "L3B", ()),
)
"""Sorted as the dock lists them."""

CATALOGUE = {collection.id: collection for collection in COLLECTIONS}
