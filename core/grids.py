"""Pixels of an area: a UTM grid, the part of it that holds an area, and that part in pieces."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional

from .errors import ProductUnavailable
from .model import bounds

if TYPE_CHECKING:
    from .model import Geometry


@dataclass(frozen=True)
class Grid:
    """Where pixels lie: corner, metres per pixel, columns and rows, in one UTM zone."""

    epsg: int
    west: float
    north: float
    step: float
    width: int
    height: int


def cut(grid: Grid, area: Geometry) -> Optional[Grid]:
    """The part of a grid that holds an area, on its own pixels; None when they do not meet."""
    west, south, east, north = bounds(area)
    steps = [i / 8 for i in range(9)]
    edge = [(west + (east - west) * s, lat) for s in steps for lat in (south, north)]
    edge += [(lon, south + (north - south) * s) for s in steps for lon in (west, east)]
    points = [utm(lon, lat, grid.epsg) for lon, lat in edge]
    left = max(0, math.floor((min(x for x, _ in points) - grid.west) / grid.step))
    right = min(grid.width, math.ceil((max(x for x, _ in points) - grid.west) / grid.step))
    top = max(0, math.floor((grid.north - max(y for _, y in points)) / grid.step))
    bottom = min(grid.height, math.ceil((grid.north - min(y for _, y in points)) / grid.step))
    if left >= right or top >= bottom:
        return None
    return replace(
        grid,
        west=grid.west + left * grid.step,
        north=grid.north - top * grid.step,
        width=right - left,
        height=bottom - top,
    )


def split(grid: Grid, most_side: int, most_pixels: int) -> list[Grid]:
    """The grid in pieces of so many pixels at most, from north-west to south-east."""
    wide = min(grid.width, most_side)
    high = max(1, min(grid.height, most_side, most_pixels // wide))
    return [
        replace(
            grid,
            west=grid.west + column * grid.step,
            north=grid.north - row * grid.step,
            width=min(wide, grid.width - column),
            height=min(high, grid.height - row),
        )
        for row in range(0, grid.height, high)
        for column in range(0, grid.width, wide)
    ]


def utm(lon: float, lat: float, epsg: int) -> tuple[float, float]:
    """Longitude and latitude in a UTM zone of WGS84 (Krüger's series, to the millimetre)."""
    zone, south = epsg % 100, 32700 < epsg <= 32760
    if not (32600 < epsg <= 32660 or south):
        raise ProductUnavailable(f"EPSG:{epsg} is no UTM zone.")
    n = 1 / 298.257223563 / (2 - 1 / 298.257223563)
    radius = 6378137 / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    series = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16,
        13 * n**2 / 48 - 3 * n**3 / 5,
        61 * n**3 / 240,
    )
    squeeze = 2 * math.sqrt(n) / (1 + n)
    phi, away = math.radians(lat), math.radians(lon - (6 * zone - 183))
    t = math.sinh(math.atanh(math.sin(phi)) - squeeze * math.atanh(squeeze * math.sin(phi)))
    xi, eta = math.atan2(t, math.cos(away)), math.atanh(math.sin(away) / math.hypot(1, t))
    x = eta + sum(
        a * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, a in enumerate(series, 1)
    )
    y = xi + sum(a * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, a in enumerate(series, 1))
    return 500000 + 0.9996 * radius * x, (10_000_000 if south else 0) + 0.9996 * radius * y
