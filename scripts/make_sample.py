#!/usr/bin/env python3
"""Make the sample catalogue: invented Sentinel-2 L2A scenes over Clermont-Ferrand.

    python3 scripts/make_sample.py [--out FOLDER] [--only TEXT]

Everything is computed here: the relief, the fields, the snow, the clouds. No pixel comes from a
satellite. Places, tile squares, orbits and dates are plausible, so that names, footprints and
identities behave as those of the real portals. Needs GDAL and numpy; same input, same bytes.

Read it from the bottom: `main` writes what `build` makes of the tables at the top.
`sample` speaks like Earth Search and Copernicus Data Space, `sample_archive` like Planetary
Computer and Earth Search, about some of the same acquisitions.
"""

import argparse
import hashlib
import json
import math
from collections import namedtuple
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()
osr.UseExceptions()

VERSION = "1"
OUT = Path(__file__).resolve().parent.parent / "providers" / "sample_data"
ATTRIBUTION = "Synthetic sample data made by Sentinel Portals; not a real Sentinel image"
LICENSE = "CC0-1.0"
SEED = 63000

# --------------------------------------------------------------------------------------------
# What there is: tiles, passes, scenes

EPSG = 32631
TILE_SIZE = 109800
PIXEL, COARSE, FINE = 300, 600, 150  # of the bands, of SCL and B11, of the landscape behind them
TILES = {"31TDL": (4, 50), "31TEL": (5, 50)}  # column and row of the 100 km square, zone 31


def tile_square(tile):
    """(west, south, east, north) of a tile in metres, ESA's grid in closed form."""
    column, row = TILES[tile]
    west = column * 100000 // 60 * 60
    north = -(-(row + 1) * 100000 // 60) * 60
    return west, north - TILE_SIZE, west + TILE_SIZE, north


# One pass of one satellite: what all its tiles share. `slice` is the sensing start of the
# datastrip, `seen` the time at which the area itself was seen (what Earth Search calls datetime).
Pass = namedtuple("Pass", "platform take slice seen orbit absolute baseline made sky snow")
# Clouds of a pass: kind, share of the two tiles (%), own number for the noise
Sky = namedtuple("Sky", "kind cover number")

PASSES = {
    "2021-07-12": Pass("S2A", "20210712T103631", "20210712T103946", "104252.310", 8, 31608,
                       "05.00", "20230218T190244", Sky("cumulus", 16, 7), None),
    "2024-01-17": Pass("S2A", "20240117T104411", "20240117T104407", "104249.518", 8, 44764,
                       "05.10", "20240117T141502", Sky("bank", 5, 21), 830),
    "2024-06-25": Pass("S2A", "20240625T103631", "20240625T103944", "104253.644", 8, 47052,
                       "05.10", "20240625T163701", Sky("cumulus", 0.9, 2), None),
    "2024-07-10": Pass("S2B", "20240710T103629", "20240710T104132", "104247.902", 8, 38358,
                       "05.10", "20240710T131125", Sky("cumulus", 36, 3), None),
    "2024-08-01": Pass("S2A", "20240801T102601", "20240801T102942", "103254.077", 108, 47581,
                       "05.11", "20240801T152259", Sky("cumulus", 9, 4), None),
    "2024-08-24": Pass("S2A", "20240824T103631", "20240824T103943", "104253.391", 8, 47910,
                       "05.11", "20240824T163114", Sky("bank", 6, 15), None),
    "2024-09-18": Pass("S2B", "20240918T103629", "20240918T104013", "104247.688", 8, 39359,
                       "05.11", "20240918T130847", Sky("overcast", 90, 6), None),
    "2025-07-10": Pass("S2C", "20250710T103641", "20250710T104158", "104251.205", 8, 4404,
                       "05.11", "20250710T155516", Sky("cumulus", 13, 9), None),
}  # fmt: skip

# The western edge of the swath of orbit 108: easting where it meets the northing, and its slope
SWATH_EDGE = {108: (540500, 5050000, math.tan(math.radians(14.2)))}

VISIBLE = ("blue", "green", "red")
# Scenes with fewer bands, to stay small
LIGHT = {"2021-07-12": (), "2024-07-10": VISIBLE, "2024-09-18": VISIBLE}

SAMPLE = [
    ("2024-01-17", "31TDL"),
    ("2024-06-25", "31TDL"),
    ("2024-06-25", "31TEL"),
    ("2024-07-10", "31TDL"),
    ("2024-08-01", "31TEL"),
    ("2024-08-24", "31TDL"),
    ("2024-08-24", "31TEL"),
    ("2024-09-18", "31TDL"),
    ("2025-07-10", "31TDL"),
]

# (pass, tile, whose words, online): the first three are also in SAMPLE, the last is only here
ARCHIVE = [
    ("2024-06-25", "31TDL", "planetary_computer", True),
    ("2024-08-24", "31TEL", "earth_search", True),
    ("2024-08-24", "31TDL", "earth_search_c1", False),
    ("2021-07-12", "31TDL", "planetary_computer", False),
]

# --------------------------------------------------------------------------------------------
# What lies on the ground. Kilometres of UTM zone 31: east, north

# name: east, north, half width, half height, metres above the plateau
MASSIFS = {
    "Sancy": (485, 5041, 8, 8, 780),
    "Cantal": (476, 4988, 16, 15, 850),
    "Cezallier": (497, 5021, 11, 10, 470),
    "Artense": (465, 5026, 9, 9, 120),
    "Millevaches": (416, 5054, 24, 22, 200),
    "Domes": (494, 5066, 9, 26, 240),
    "Forez": (566, 5056, 7, 22, 760),
    "Bois Noirs": (561, 5088, 7, 11, 520),
    "Livradois": (547, 5040, 9, 18, 400),
    "Margeride": (543, 4993, 15, 15, 380),
    "Lyonnais": (610, 5062, 7, 20, 300),
    "Velay": (586, 5004, 20, 15, 420),
    "Correze": (401, 5012, 18, 24, -240),
    "Marche": (440, 5104, 40, 14, -190),
}
# name: height at the north and at the south, then north: west, east
BASINS = {
    "Limagne": (300, 400, {5104: (503, 543), 5085: (504.5, 540), 5070: (507, 536),
                           5055: (511, 529), 5043: (514, 526), 5030: (519.5, 529),
                           5021: (525, 530.5), 5012: (525, 537),
                           5002: (529.5, 534), 4990: (531.5, 532.5)}),
    "Forez plain": (330, 370, {5087: (586, 586.4), 5078: (583, 596), 5064: (580, 602),
                               5048: (585, 603), 5036: (592, 602), 5028: (597, 598)}),
    "Roanne": (275, 290, {5104: (572, 600), 5095: (575, 594), 5089: (583, 587)}),
    "Ambert": (520, 550, {5066: (556, 556.4), 5058: (555, 559.5), 5042: (555.5, 560),
                          5034: (558, 558.4)}),
}  # fmt: skip
# name: width in metres, depth of the valley outside the basins, course from the source
RIVERS = {
    "Allier": (260, 230, [(531, 4985), (532, 4998), (530, 5012), (529, 5022), (524, 5031),
                          (520, 5042), (518, 5052), (514.5, 5062), (519.5, 5070), (523.5, 5079),
                          (526.5, 5090),
                          (533, 5103)]),
    "Loire": (240, 230, [(590, 4985), (586, 5004), (594, 5018), (598, 5031), (594, 5045),
                         (596, 5062), (588, 5078), (585, 5086), (584, 5096), (580, 5104)]),
    "Dore": (60, 160, [(557, 5030), (557.5, 5044), (556.5, 5060), (547, 5068), (541, 5079),
                       (535, 5089), (529, 5097)]),
    "Sioule": (50, 190, [(482, 5050), (478, 5062), (481, 5076), (475, 5088), (482, 5104)]),
    "Dordogne": (160, 260, [(485, 5040), (473, 5043), (462, 5033), (457, 5024), (447, 5017),
                            (436, 5009), (424, 5001), (412, 4985)]),
    "Vezere": (50, 160, [(422, 5056), (413, 5046), (405, 5036), (396, 5024)]),
    "Creuse": (40, 120, [(428, 5064), (434, 5080), (430, 5104)]),
}  # fmt: skip
# name: east, north, radius in metres, stretch north to south
LAKES = {
    "Pavin": (491.3, 5038.0, 520, 1.0), "Servieres": (487.6, 5054.2, 420, 1.0),
    "Aydat": (498.3, 5056.3, 560, 0.7), "Chambon": (493.2, 5046.8, 620, 0.7),
    "Tazenat": (498.7, 5091.7, 520, 1.0), "Gueru": (484.6, 5048.6, 420, 1.2),
    "Bort": (462.2, 5032.6, 900, 2.6), "Vassiviere": (413.0, 5072.5, 1700, 1.3),
    "Fades": (474.9, 5089.6, 600, 2.8), "Chauvet": (484.0, 5034.4, 450, 1.0),
}  # fmt: skip
# name: east, north, radius in metres
TOWNS = {
    "Clermont-Ferrand": (506.9, 5069.6, 5600), "Cournon": (514.0, 5064.6, 2000),
    "Gerzat": (510.4, 5074.6, 1700), "Riom": (508.7, 5082.0, 2100),
    "Issoire": (519.0, 5043.0, 1700), "Thiers": (541.8, 5078.3, 1500),
    "Vichy": (533.5, 5105.5, 3600), "Ambert": (557.7, 5044.4, 1100),
    "Brioude": (529.6, 5015.6, 1150), "Pont-du-Chateau": (519.0, 5071.8, 1200),
    "Lezoux": (527.4, 5074.9, 950), "Billom": (525.5, 5063.6, 900),
    "Aigueperse": (516.0, 5096.0, 850), "Maringues": (525.7, 5085.6, 800),
    "Ennezat": (517.0, 5082.8, 750), "Volvic": (502.9, 5080.0, 800),
    "La Bourboule": (480.0, 5047.9, 900), "Besse": (494.7, 5039.6, 650),
    "Ussel": (446.0, 5044.0, 1200), "Aubusson": (435.4, 5089.2, 1000),
    "Felletin": (435.6, 5081.0, 700), "Tulle": (403.6, 5013.2, 1400),
    "Egletons": (425.0, 5028.2, 900), "Meymac": (434.0, 5042.2, 750), "Bort": (461.0, 5027.3, 850),
    "Mauriac": (448.6, 5007.5, 850), "Saint-Eloy": (487.0, 5111.0, 900),
    "Riom-es-M.": (473.0, 5014.2, 700), "Roanne": (582.6, 5098.6, 3100),
    "Montbrison": (583.4, 5050.3, 1600), "Feurs": (594.6, 5065.4, 1300),
    "Saint-Just": (601.6, 5039.2, 1800), "Firminy": (600.4, 5027.0, 2300),
    "Boen": (578.0, 5065.4, 800), "Saint-Etienne": (608.2, 5031.8, 4300),
    "Yssingeaux": (588.0, 4999.0, 1000), "La Chaise-Dieu": (554.6, 5018.6, 600),
    "Arlanc": (555.4, 5028.4, 600), "Noiretable": (558.6, 5073.6, 550),
    "Auzances": (463.0, 5096.6, 650), "Murat": (489.0, 4995.6, 700),
    "Massiac": (516.0, 5010.6, 700),
}  # fmt: skip
# The Chaine des Puys: east, north, radius in metres, height, crater (share of the height)
PUYS = [
    (497.2, 5068.8, 1750, 430, 0.0), (497.9, 5071.9, 950, 170, 0.6),
    (495.6, 5070.3, 850, 150, 0.5), (498.6, 5066.1, 700, 120, 0.0), (495.3, 5067.0, 900, 170, 0.4),
    (496.5, 5074.0, 1200, 230, 0.5), (494.5, 5072.6, 800, 140, 0.3),
    (496.6, 5076.7, 1050, 210, 0.0), (498.0, 5078.4, 900, 160, 0.5),
    (495.4, 5079.0, 1000, 190, 0.5), (497.2, 5081.2, 950, 200, 0.6),
    (495.7, 5083.3, 800, 140, 0.0), (497.6, 5084.9, 850, 150, 0.5), (496.2, 5087.4, 900, 150, 0.4),
    (498.2, 5089.2, 700, 110, 0.0), (496.6, 5063.9, 1000, 210, 0.5),
    (498.5, 5062.3, 800, 150, 0.4), (495.2, 5062.0, 900, 180, 0.5),
    (496.8, 5060.1, 1050, 220, 0.6), (495.0, 5058.4, 850, 160, 0.0),
    (497.0, 5057.2, 900, 190, 0.6), (494.6, 5055.2, 800, 150, 0.4), (496.4, 5053.4, 900, 160, 0.5),
    (494.2, 5051.4, 750, 120, 0.0),
]  # fmt: skip

# Reflectance of B02, B03, B04, B08, B11 on these days of the year (linear in between)
DAYS = (17, 177, 192, 214, 237, 262)
COVERS = {
    "conifer": (
        (.017, .027, .021, .170, .080), (.018, .032, .020, .235, .090),
        (.018, .032, .020, .235, .090), (.018, .031, .020, .230, .090),
        (.018, .030, .021, .225, .090), (.018, .030, .021, .220, .090),
    ),
    "deciduous": (
        (.034, .046, .056, .175, .170), (.022, .046, .027, .420, .165),
        (.022, .046, .027, .415, .165), (.022, .047, .026, .405, .165),
        (.023, .046, .029, .380, .170), (.026, .050, .038, .345, .175),
    ),
    "meadow": (
        (.040, .064, .060, .270, .220), (.034, .079, .053, .420, .215),
        (.038, .083, .062, .400, .230), (.041, .088, .070, .380, .250),
        (.046, .088, .081, .345, .275), (.042, .085, .070, .360, .255),
    ),
    "hay": (
        (.046, .068, .070, .240, .225), (.050, .092, .084, .360, .260),
        (.048, .090, .082, .360, .260), (.050, .094, .090, .340, .280),
        (.056, .096, .100, .310, .300), (.048, .090, .082, .340, .270),
    ),
    "pasture": (
        (.050, .070, .080, .220, .240), (.034, .082, .052, .390, .230),
        (.040, .086, .066, .370, .245), (.048, .088, .082, .330, .275),
        (.054, .089, .094, .300, .300), (.052, .086, .090, .290, .295),
    ),
    "heath": (
        (.045, .060, .070, .180, .230), (.035, .060, .052, .300, .230),
        (.037, .062, .056, .295, .235), (.042, .065, .064, .280, .245),
        (.048, .068, .073, .265, .260), (.048, .066, .072, .255, .260),
    ),
    "urban": (
        (.090, .102, .110, .170, .190), (.098, .115, .122, .225, .215),
        (.100, .117, .125, .220, .218), (.103, .120, .130, .215, .222),
        (.106, .122, .133, .210, .226), (.103, .118, .128, .210, .222),
    ),
    "water": (
        (.030, .034, .022, .012, .006), (.022, .032, .017, .012, .006),
        (.022, .033, .018, .012, .006), (.023, .035, .018, .012, .006),
        (.023, .036, .019, .012, .006), (.023, .035, .018, .012, .006),
    ),
    "wheat": (
        (.042, .066, .060, .260, .210), (.062, .104, .104, .330, .260),
        (.082, .128, .152, .310, .310), (.088, .132, .170, .280, .350),
        (.092, .130, .168, .265, .365), (.078, .102, .128, .210, .320),
    ),
    "rape": (
        (.034, .064, .044, .340, .190), (.058, .096, .088, .320, .250),
        (.088, .126, .148, .290, .330), (.094, .130, .164, .270, .360),
        (.078, .104, .128, .220, .330), (.050, .088, .078, .310, .250),
    ),
    "maize": (
        (.070, .088, .108, .170, .270), (.050, .082, .078, .300, .240),
        (.030, .068, .038, .430, .190), (.025, .060, .031, .480, .180),
        (.026, .060, .034, .450, .180), (.040, .076, .068, .330, .220),
    ),
    "sunflower": (
        (.072, .090, .112, .175, .280), (.042, .080, .056, .380, .220),
        (.036, .090, .050, .470, .200), (.040, .092, .066, .430, .210),
        (.042, .068, .062, .330, .210), (.058, .076, .084, .210, .250),
    ),
    "beet": (
        (.070, .088, .110, .172, .275), (.032, .080, .038, .460, .190),
        (.029, .076, .033, .500, .180), (.029, .076, .033, .510, .180),
        (.030, .078, .036, .500, .185), (.034, .084, .042, .470, .195),
    ),
    "fallow": (
        (.064, .084, .098, .190, .260), (.070, .094, .112, .250, .280),
        (.074, .098, .120, .240, .295), (.080, .104, .130, .230, .310),
        (.084, .106, .134, .225, .320), (.082, .102, .128, .215, .315),
    ),
}  # fmt: skip
CROPS = (
    ("wheat", 0.38),
    ("maize", 0.26),
    ("sunflower", 0.11),
    ("beet", 0.08),
    ("rape", 0.08),
    ("fallow", 0.09),
)
SNOW = (0.78, 0.80, 0.79, 0.70, 0.11)
CLOUD = (0.66, 0.66, 0.66, 0.68, 0.42)
HAZE = (0.006, 0.004, 0.002, 0.0, 0.0)

# --------------------------------------------------------------------------------------------
# Noise: a function of the place alone, so neighbouring tiles meet without a seam

DIRECTIONS = np.array([(math.cos(a), math.sin(a)) for a in np.arange(32) * (math.pi / 16)])


def hashed(i, j, seed):
    """A number in 0..1 for each whole pair, the same everywhere and always."""
    n = i.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ j.astype(np.uint64) * np.uint64(
        0xC2B2AE3D27D4EB4F
    )
    n ^= np.uint64((SEED + seed) * 0x165667B19E3779F9 & 0xFFFFFFFFFFFFFFFF)
    n = (n ^ (n >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    n = (n ^ (n >> np.uint64(32))) * np.uint64(0x94D049BB133111EB)
    return (n >> np.uint64(40)).astype(np.float64) / float(1 << 24)


def noise(x, y, wave, seed):
    """Smooth gradient noise, about -1..1, with structures of the size `wave`."""
    turn = 0.4 + 2.4 * seed  # each layer of noise has its own axes, or the grid would show
    u = (x * math.cos(turn) + y * math.sin(turn)) / wave
    v = (y * math.cos(turn) - x * math.sin(turn)) / wave
    i, j = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
    i0, j0 = i.min(), j.min()
    columns, rows = np.arange(i0, i.max() + 2), np.arange(j0, j.max() + 2)
    index = (hashed(columns[None, :], rows[:, None], seed) * 32).astype(np.int64)
    gx, gy = DIRECTIONS[index, 0], DIRECTIONS[index, 1]
    fu, fv = u - i, v - j
    i, j = i - i0, j - j0

    def corner(a, b):
        return gx[j + b, i + a] * (fu - a) + gy[j + b, i + a] * (fv - b)

    su, sv = fade(fu), fade(fv)
    low = corner(0, 0) * (1 - su) + corner(1, 0) * su
    high = corner(0, 1) * (1 - su) + corner(1, 1) * su
    return 1.5 * (low * (1 - sv) + high * sv)


def fractal(x, y, wave, seed, octaves, gain=0.5):
    """Several sizes of noise on top of each other."""
    return sum(gain**k * noise(x, y, wave / 2**k, seed + 101 * k) for k in range(octaves))


def fade(t):
    return t * t * t * (t * (t * 6 - 15) + 10)


def step(low, high, value):
    """0 below `low`, 1 above `high`, smooth in between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def cells(x, y, size, seed, number):
    """Patches like fields: for each place `number` values in 0..1 that are constant in a patch."""
    bend = 0.25 * size
    x = x + bend * noise(x, y, 3.1 * size, seed + 1)
    y = y + bend * noise(x, y, 3.7 * size, seed + 2)
    turn = 0.5
    u = (x * math.cos(turn) + y * math.sin(turn)) / size
    v = (y * math.cos(turn) - x * math.sin(turn)) / (0.7 * size)
    i, j = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
    best, owner_i, owner_j = np.full(u.shape, 9.0), i, j
    for di in (-1, 0, 1):
        for dj in (-1, 0, 1):
            a, b = i + di, j + dj
            du = np.abs(u - a - 0.15 - 0.7 * hashed(a, b, seed + 3))
            dv = np.abs(v - b - 0.15 - 0.7 * hashed(a, b, seed + 4))
            distance = np.maximum(du, dv) + 0.3 * np.minimum(du, dv)
            nearer = distance < best
            best = np.where(nearer, distance, best)
            owner_i, owner_j = np.where(nearer, a, owner_i), np.where(nearer, b, owner_j)
    return [hashed(owner_i, owner_j, seed + 10 + k) for k in range(number)]


# --------------------------------------------------------------------------------------------
# The landscape of one tile, the same on every date


def line_distance(x, y, course):
    """Metres to a line through the points of `course` (kilometres), which winds a little."""
    x, y = (
        x + 1500 * noise(x, y, 8200, 71) + 620 * noise(x, y, 2600, 72),
        y + 1500 * noise(x, y, 8200, 73) + 620 * noise(x, y, 2600, 74),
    )
    nearest = np.full(x.shape, 1e9)
    for (ax, ay), (bx, by) in zip(course, course[1:]):
        ax, ay, dx, dy = ax * 1000, ay * 1000, (bx - ax) * 1000, (by - ay) * 1000
        t = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
        nearest = np.minimum(nearest, np.hypot(x - ax - t * dx, y - ay - t * dy))
    return nearest


def basin_share(x, y, edges):
    """1 inside a basin, 0 outside, with a steep but uneven rim."""
    norths = sorted(edges)
    west = np.interp(y / 1000, norths, [edges[n][0] for n in norths]) * 1000
    east = np.interp(y / 1000, norths, [edges[n][1] for n in norths]) * 1000
    x = x + 3600 * noise(x, y, 15000, 81) + 1500 * noise(x, y, 5200, 82)
    inside = np.minimum(x - west, east - x)
    inside = np.minimum(inside, 0.5 * np.minimum(y - norths[0] * 1000, norths[-1] * 1000 - y))
    return step(-1500, 900, inside)


def relief(x, y, basins, rivers):
    """Metres above the sea."""
    rough = fractal(x, y, 16000, 11, 5, 0.52)
    height = 690 + 90 * rough
    for east, north, wide, high, rise in MASSIFS.values():
        d = np.hypot((x / 1000 - east) / wide, (y / 1000 - north) / high)
        d = d * (1 + 0.25 * noise(x, y, 6000, 12))
        height = height + rise * np.exp(-d * d) * (1 + 0.22 * fractal(x, y, 3600, 13, 3))
    valleys = np.exp(-((fractal(x, y, 13000, 14, 3) / 0.17) ** 2))
    height = height - 120 * valleys * step(350, 900, height)
    height = height + 34 * fractal(x, y, 2900, 15, 2)
    for name, (_, depth, _course) in RIVERS.items():
        height = height - depth * np.exp(-((rivers[name] / 1300) ** 2))
    for name, (north, south, edges) in BASINS.items():
        tilt = np.interp(y / 1000, (min(edges), max(edges)), (south, north))
        floor = tilt + 14 * rough + 6 * noise(x, y, 2500, 16)
        height = height * (1 - basins[name]) + floor * basins[name]
    # the hills inside the Limagne, south-east of Clermont
    for east, north, rise in (
        (513, 5057, 240),
        (524, 5058, 190),
        (509.5, 5064, 170),
        (526, 5048, 200),
    ):
        d = np.hypot(x / 1000 - east, y / 1000 - north) / 1.9
        height = height + rise * np.exp(-d * d) * (1 + 0.3 * noise(x, y, 1500, 17))
    return height + puys(x, y)[0]


def puys(x, y):
    """The volcanoes: metres to add, and how much of each place is a cone (0..1)."""
    rise, share = np.zeros(x.shape), np.zeros(x.shape)
    for east, north, radius, high, crater in PUYS:
        d = np.hypot(x - east * 1000, y - north * 1000) / (1.2 * radius)
        cone = np.clip(1 - d, 0, 1) ** 1.15
        rise = np.maximum(rise, high * 1.9 * (cone - crater * np.exp(-((d / 0.28) ** 2))))
        share = np.maximum(share, step(1.05, 0.8, d))
    return rise, share


def landscape(tile):
    """Relief and land cover of a tile on the fine grid (with a margin of one pixel for slopes)."""
    west, _, _, north = tile_square(tile)
    n = TILE_SIZE // FINE
    columns = west + FINE * (np.arange(-1, n + 1) + 0.5)
    rows = north - FINE * (np.arange(-1, n + 1) + 0.5)
    x, y = np.meshgrid(columns, rows)
    basins = {name: basin_share(x, y, edges) for name, (_, _, edges) in BASINS.items()}
    rivers = {name: line_distance(x, y, course) for name, (_, _, course) in RIVERS.items()}
    height = relief(x, y, basins, rivers)
    slope_n, slope_e = np.gradient(height, FINE)
    inner = (slice(1, -1), slice(1, -1))
    ground = {"height": height, "slope_e": slope_e, "slope_n": -slope_n}
    ground.update(land_cover(x, y, height, np.hypot(slope_e, slope_n), basins, rivers))
    return {k: (v[inner] if isinstance(v, np.ndarray) else v) for k, v in ground.items()}


def water_share(x, y, rivers):
    share = np.zeros(x.shape)
    for name, (width, _, _) in RIVERS.items():
        share = np.maximum(
            share, min(1.0, width / 260) * step(width / 2 + 130, width / 2 - 30, rivers[name])
        )
    for east, north, radius, stretch in LAKES.values():
        d = np.hypot(x - east * 1000, (y - north * 1000) / stretch)
        d = d * (1 + 0.35 * noise(x, y, 1500, 31) * (radius > 550))
        share = np.maximum(share, step(radius + 60, radius - 60, d))
    return share


def town_share(x, y):
    share = np.zeros(x.shape)
    ragged = 0.42 * fractal(x, y, 2600, 41, 3, 0.6)
    for east, north, radius in TOWNS.values():
        d = np.hypot(x - east * 1000, y - north * 1000) / radius
        share = np.maximum(share, step(1.05, 0.35, d + ragged * np.clip(d, 0, 1)))
    return share


def land_cover(x, y, height, slope, basins, rivers):
    """Shares of what covers the ground; they add up to 1 with the meadows as the rest."""
    plain = np.clip(sum(basins.values()), 0, 1)
    water, town = water_share(x, y, rivers), town_share(x, y)
    banks = np.zeros(x.shape)
    for name, (width, _, _) in RIVERS.items():
        banks = np.maximum(banks, 0.75 * step(2.2 * width + 300, 0.6 * width + 60, rivers[name]))
    cone = puys(x, y)[1]

    wood = 0.9 * fractal(x, y, 7000, 51, 4, 0.62) + 0.35 * fractal(x, y, 900, 52, 2)
    wood = wood + 2.6 * np.clip(slope, 0, 0.22) + 0.45 * step(650, 1150, height) - 0.12
    wood = wood + 0.30 * step(545000, 556000, x) + 0.22 * step(440000, 415000, x)
    wood = wood - 0.5 * step(14000, 5000, np.hypot(x - 496000, 0.42 * (y - 5069000)))
    wood = step(-0.08, 0.55, wood) * step(1470, 1240, height + 60 * noise(x, y, 1500, 53))
    wood = wood * (1 - plain * (0.95 - 0.5 * step(0.75, 1.0, noise(x, y, 4000, 54))))
    wood = np.where(cone > 0, np.maximum(wood * (1 - cone), 0.62 * cone), wood)
    wood = np.maximum(wood, banks)
    fir = step(-0.25, 0.35, fractal(x, y, 5000, 56, 3) + (height - 950) / 500) * (1 - banks)
    fir = fir * (1 - 0.8 * cone)

    farm = np.maximum(
        plain * 0.95, 0.30 * step(-0.1, 0.5, noise(x, y, 6000, 57)) * step(820, 560, height)
    )
    bare_top = step(1480, 1650, height) * 0.6 + 0.15 * step(1200, 1400, height)
    high = step(1000, 1250, height)

    shares = {"water": water}
    left = 1 - water
    for name, share in (
        ("urban", 0.86 * town),
        ("wood", wood),
        ("crop", farm),
        ("heath", bare_top),
        ("pasture", high),
    ):
        shares[name] = left * share
        left = left - shares[name]
    shares["meadow"] = left
    shares["conifer"], shares["deciduous"] = shares["wood"] * fir, shares["wood"] * (1 - fir)
    del shares["wood"]
    fields = cells(x, y, 1050, 61, 3)
    small = cells(x, y, 900, 65, 1)
    return {
        **shares,
        "field_kind": fields[0],
        "field_tone": fields[1],
        "field_lag": fields[2],
        "hedge_tone": small[0],
        "grain": fractal(x, y, 5200, 58, 4, 0.62),
        "blocks": cells(x, y, 430, 69, 1)[0],
        "x": x,
        "y": y,
    }


# --------------------------------------------------------------------------------------------
# One date: season, sun, snow, clouds


def utc(text, form="%Y%m%dT%H%M%S"):
    return datetime.strptime(text, form).replace(tzinfo=timezone.utc)


def day_of_year(date):
    return utc(date, "%Y-%m-%d").timetuple().tm_yday


def spectrum(cover, day):
    """The five reflectances of a cover on a day; `day` may be a number or an array."""
    table = np.array(COVERS[cover])
    return [np.interp(day, DAYS, table[:, band]) for band in range(5)]


def sun(date):
    """(azimuth, elevation) in degrees at about 10:40 UTC over Clermont-Ferrand."""
    day = day_of_year(date)
    latitude, declination = (
        math.radians(45.7),
        math.radians(23.44 * math.sin(2 * math.pi * (day - 81) / 365.25)),
    )
    hour = math.radians(-17.0)
    up = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(
        declination
    ) * math.cos(hour)
    east = -math.cos(declination) * math.sin(hour)
    north = math.cos(latitude) * math.sin(declination) - math.sin(latitude) * math.cos(
        declination
    ) * math.cos(hour)
    return math.degrees(math.atan2(east, north)) % 360, math.degrees(math.asin(up))


def surface(ground, date):
    """Reflectance of the five bands without clouds, and the share of snow."""
    day, year = day_of_year(date), int(date[:4])
    bands = [np.zeros(ground["height"].shape) for _ in range(5)]

    def add(share, values, tone=1.0):
        for band in range(5):
            bands[band] += share * values[band] * tone

    grain = ground["grain"]
    drier = 22 * grain + 12 * (ground["hedge_tone"] - 0.5)
    mown = step(0.35, 0.85, ground["hedge_tone"] + 0.7 * grain) * 0.8
    for cover in ("conifer", "deciduous", "heath", "water"):
        add(ground[cover], spectrum(cover, day), 1 + (0.10 if cover != "water" else 0) * grain)
    grass = {
        "meadow": ground["meadow"] * (1 - mown),
        "hay": ground["meadow"] * mown,
        "pasture": ground["pasture"],
    }
    for cover, part in grass.items():
        tone = 1 + 0.14 * (ground["hedge_tone"] - 0.5) + 0.10 * grain
        add(part, spectrum(cover, np.maximum(day + drier, 177) if day > 100 else day), tone)
    add(ground["urban"], spectrum("urban", day), 0.85 + 0.55 * ground["blocks"] ** 2)
    kind = (ground["field_kind"] + 0.37 * (year - 2024)) % 1.0
    lag = day + 14 * (ground["field_lag"] - 0.5) if day > 100 else day
    low = 0.0
    for crop, part in CROPS:
        here = ground["crop"] * ((kind >= low) & (kind < low + part))
        add(here, spectrum(crop, lag), 0.86 + 0.28 * ground["field_tone"])
        low += part
    return bands


def shade(ground, date):
    """How much more light than level ground a place gets."""
    azimuth, elevation = (math.radians(v) for v in sun(date))
    strong = 3.4 if elevation > 0.7 else 0.9  # a high sun hardly shows the relief at this scale
    east, north = ground["slope_e"] * strong, ground["slope_n"] * strong
    light = np.sin(elevation) - np.cos(elevation) * (
        east * math.sin(azimuth) + north * math.cos(azimuth)
    )
    return np.clip(light / math.sin(elevation), 0.38, 1.6)


def snow_share(ground, line):
    if line is None:
        return np.zeros(ground["height"].shape)
    sheltered = ground["slope_n"] * -180
    lies = step(line - 60, line + 200, ground["height"] + 70 * ground["grain"] + sheltered)
    return (
        lies * (1 - 0.72 * ground["conifer"] - 0.45 * ground["deciduous"]) * (1 - ground["water"])
    )


def cloud_field(x, y, sky):
    seed = 1000 + 50 * sky.number
    if sky.kind == "cumulus":
        crowd = 0.55 * noise(x, y, 46000, seed) + 0.35 * noise(x, y, 17000, seed + 1)
        return crowd + fractal(x, y, 6400, seed + 2, 4, 0.5)
    x = x + 5000 * noise(x, y, 14000, seed + 4)
    y = y + 5000 * noise(x, y, 14000, seed + 5)
    if sky.kind == "bank":
        return 1.3 * noise(x, y, 70000, seed) + 0.6 * fractal(x, y, 17000, seed + 2, 4, 0.5)
    return 0.55 * noise(x, y, 60000, seed) + 0.8 * fractal(
        0.8 * x + 0.3 * y, y, 21000, seed + 2, 5, 0.5
    )


def cloud_threshold(sky):
    """The level of the field above which it is cloudy, so that both tiles have `sky.cover` %."""
    west, south, _, north = tile_square("31TDL")
    east = tile_square("31TEL")[2]
    x, y = np.meshgrid(np.arange(west + 300, east, 600.0), np.arange(south + 300, north, 600.0))
    return float(np.quantile(cloud_field(x, y, sky), 1 - sky.cover / 100))


def clouds(x, y, sky, level):
    """Opacity 0..1."""
    soft = {"cumulus": 0.55, "bank": 0.7, "overcast": 0.5}[sky.kind]
    return step(-0.12, soft, cloud_field(x, y, sky) - level)


def blurred(array):
    """As seen by an instrument that is not perfectly sharp."""
    for _ in range(2):
        wide = np.pad(array, ((1, 1), (0, 0)), mode="edge")
        array = (0.25 * (wide[:-2] + wide[2:]) + 0.5 * wide[1:-1]).T
    return array


def averaged(array, factor):
    n = array.shape[0] // factor
    return array.reshape(n, factor, n, factor).mean(axis=(1, 3))


Image = namedtuple("Image", "bands snow cloud shadow water valid")


def picture(ground, date, tile):
    """What the satellite sees at 300 m, shares of snow, cloud, shadow and water with it."""
    taken = PASSES[date]
    bands = surface(ground, date)
    snow = snow_share(ground, taken.snow)
    light = shade(ground, date)
    x, y = ground["x"], ground["y"]
    level = cloud_threshold(taken.sky)
    cloud = clouds(x, y, taken.sky, level)
    azimuth, elevation = (math.radians(v) for v in sun(date))
    away = 1700 / math.tan(elevation)
    shadow = clouds(x + away * math.sin(azimuth), y + away * math.cos(azimuth), taken.sky, level)
    dim = 1 - 0.62 * shadow
    body = 0.52 + 0.65 * np.clip(cloud_field(x, y, taken.sky) - level, 0, 0.9)
    out = []
    for band, haze, white, top in zip(bands, HAZE, SNOW, CLOUD):
        seen = (band * (1 - snow) + white * snow) * light * dim + haze
        out.append(averaged(blurred(seen * (1 - cloud) + top * body * cloud), PIXEL // FINE))
    rest = (averaged(part, PIXEL // FINE) for part in (snow, cloud, shadow, ground["water"]))
    return Image(np.array(out), *rest, valid_pixels(tile, taken.orbit, PIXEL))


def valid_pixels(tile, orbit, size):
    """True where the swath reaches."""
    west, _, _, north = tile_square(tile)
    n = TILE_SIZE // size
    if orbit not in SWATH_EDGE:
        return np.ones((n, n), bool)
    x, y = np.meshgrid(west + size * (np.arange(n) + 0.5), north - size * (np.arange(n) + 0.5))
    edge, at, slope = SWATH_EDGE[orbit]
    return x > edge + (y - at) * slope


def classify(image, tile, orbit):
    """The scene classification (SCL) at 600 m."""
    _, _, red, nir, _ = (averaged(band, 2) for band in image.bands)
    snow, cloud, shadow, water = (averaged(part, 2) for part in image[1:5])
    ndvi = (nir - red) / (nir + red)
    scl = np.where(ndvi > 0.42, 4, 5)
    for value, where in (
        (11, snow > 0.45),
        (6, water > 0.5),
        (3, shadow > 0.35),
        (10, cloud > 0.12),
        (8, cloud > 0.32),
        (9, cloud > 0.62),
        (0, ~valid_pixels(tile, orbit, COARSE)),
    ):
        scl = np.where(where, value, scl)
    return scl.astype(np.uint8)


# --------------------------------------------------------------------------------------------
# Files

# key (the common name): name in Sentinel-2, pixel, title, wavelength and width in micrometres
BANDS = {
    "blue": ("B02", 300, "Blue", 0.490, 0.098),
    "green": ("B03", 300, "Green", 0.560, 0.045),
    "red": ("B04", 300, "Red", 0.665, 0.038),
    "nir": ("B08", 300, "NIR", 0.842, 0.145),
    "swir16": ("B11", 600, "SWIR 1.6 um", 1.610, 0.143),
}
# Below a reflectance (1/10000) a band is rounded to this unit: bright places need less care
ROUNDING = {
    "visible": ((450, 45), (1200, 90), (2500, 200), (65535, 500)),
    "infrared": ((1500, 125), (65535, 250)),
}
COG = ["BLOCKSIZE=256", "OVERVIEW_COUNT=1", "NUM_THREADS=1"]
DEFLATE = ["COMPRESS=DEFLATE", "LEVEL=9"]  # rounded values pack better without a predictor
JPEG = ["COMPRESS=JPEG", "QUALITY=80"]
COLOURS = (gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand)
WHITE = 0.25  # about this reflectance the true-colour image bends towards white


def digital_numbers(reflectance, valid, rounding):
    """Reflectance as stored since baseline 04.00: 10000 per unit, plus 1000; 0 is no data."""
    value = reflectance * 10000
    unit = np.select([value < limit for limit, _ in rounding], [unit for _, unit in rounding])
    stored = np.round(value / unit) * unit + 1000
    return np.where(valid, np.clip(stored, 1, 65535), 0).astype(np.uint16)


def true_colour(image):
    """Red, green, blue in 8 bits; 0 is no data."""
    light = image.bands[[2, 1, 0]] / WHITE
    tones = (light / (1 + light**2.4) ** (1 / 2.4)) ** 0.92
    return np.where(image.valid, np.round(np.clip(255 * tones, 1, 255)), 0).astype(np.uint8)


def memory_dataset(arrays, tile=None, nodata=True):
    height, width = arrays[0].shape
    kind = gdal.GDT_UInt16 if arrays[0].dtype == np.uint16 else gdal.GDT_Byte
    dataset = gdal.GetDriverByName("MEM").Create("", width, height, len(arrays), kind)
    for number, array in enumerate(arrays, 1):
        dataset.GetRasterBand(number).WriteArray(array)
    if tile:
        west, _, _, north = tile_square(tile)
        size = TILE_SIZE // width
        dataset.SetGeoTransform((west, size, 0, north, 0, -size))
        dataset.SetProjection(utm().ExportToWkt())
        for number in range(1, len(arrays) + 1 if nodata else 1):
            dataset.GetRasterBand(number).SetNoDataValue(0)
    return dataset


def encoded(dataset, driver, options):
    """The bytes of the dataset as a file of that kind."""
    name = "/vsimem/make_sample"
    gdal.GetDriverByName(driver).CreateCopy(name, dataset, options=options)
    file = gdal.VSIFOpenL(name, "rb")
    data = bytes(gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file))
    gdal.VSIFCloseL(file)
    gdal.Unlink(name)
    return data


def cog(arrays, tile, resampling="AVERAGE"):
    options = [*COG, *DEFLATE, "OVERVIEW_RESAMPLING=" + resampling]
    return encoded(memory_dataset(arrays, tile), "COG", options)


def colour_cog(colours, tile, whole):
    """JPEG inside where the tile is whole; at the edge of a swath JPEG would smear."""
    if not whole:
        shown = [np.clip(np.round(colour / 8) * 8, 8, 248) for colour in colours]
        colours = [np.where(old, new, 0).astype(np.uint8) for old, new in zip(colours, shown)]
    dataset = memory_dataset(colours, tile, nodata=not whole)
    for number, colour in enumerate(COLOURS, 1):
        dataset.GetRasterBand(number).SetColorInterpretation(colour)
    options = [*COG, *(JPEG if whole else DEFLATE), "OVERVIEW_RESAMPLING=AVERAGE"]
    return encoded(dataset, "COG", options)


def thumbnail(colours):
    """343 x 343 pixels over exactly the tile, as the preview of a real product."""
    small = gdal.Translate(
        "", memory_dataset(colours), format="MEM", width=343, height=343, resampleAlg="cubic"
    )
    return encoded(small, "JPEG", ["QUALITY=80"])


def scene_files(date, tile, ground):
    """({file name: bytes}, {SCL class: pixels}) of one scene."""
    taken = PASSES[date]
    image = picture(ground, date, tile)
    files = {}
    for reflectance, (key, (band, size, *_)) in zip(image.bands, BANDS.items()):
        if key not in LIGHT.get(date, BANDS):
            continue
        values = averaged(reflectance, size // PIXEL)
        valid = valid_pixels(tile, taken.orbit, size)
        rounding = ROUNDING["visible" if key in VISIBLE else "infrared"]
        files[band + ".tif"] = cog([digital_numbers(values, valid, rounding)], tile)
    scl = classify(image, tile, taken.orbit)
    files["SCL.tif"] = cog([scl], tile, "MODE")
    colours = list(true_colour(image))
    files["TCI.tif"] = colour_cog(colours, tile, image.valid.all())
    files["thumbnail.jpg"] = thumbnail(colours)
    return files, dict(enumerate(np.bincount(scl.ravel(), minlength=12).tolist()))


# --------------------------------------------------------------------------------------------
# Words: the items of both catalogues

PLATFORMS = {"S2A": "sentinel-2a", "S2B": "sentinel-2b", "S2C": "sentinel-2c"}
COG_TYPE = "image/tiff; application=geotiff; profile=cloud-optimized"
STAC = "https://stac-extensions.github.io/"
EXTENSIONS = [
    STAC + name + "/schema.json"
    for name in (
        "eo/v1.1.0", "file/v2.1.0", "grid/v1.1.0", "order/v1.1.0", "processing/v1.1.0",
        "projection/v1.1.0", "raster/v1.1.0", "sat/v1.0.0", "sentinel-2/v1.0.0", "view/v1.0.0",
    )
]  # fmt: skip
SHARES = {
    1: "saturated_defective_pixel", 3: "cloud_shadow", 4: "vegetation", 5: "not_vegetated",
    6: "water", 7: "unclassified", 8: "medium_proba_clouds", 9: "high_proba_clouds",
    10: "thin_cirrus", 11: "snow_ice",
}  # fmt: skip


def utm():
    system = osr.SpatialReference()
    system.ImportFromEPSG(EPSG)
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return system


def to_degrees(points):
    world = osr.SpatialReference()
    world.ImportFromEPSG(4326)
    world.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    move = osr.CoordinateTransformation(utm(), world)
    return [[round(v, 6) for v in move.TransformPoint(*map(float, point))[:2]] for point in points]


def outline(tile, orbit):
    """Corners of what the pass sees of the tile, in metres, against the clock."""
    west, south, east, north = tile_square(tile)
    corners = [(west, south), (east, south), (east, north), (west, north)]
    if orbit not in SWATH_EDGE:
        return corners
    edge, at, slope = SWATH_EDGE[orbit]
    low, high = edge + (south - at) * slope, edge + (north - at) * slope
    if not west < low < high < east:
        raise ValueError("the edge of the swath must cross the northern and the southern side")
    return [(low, south), (east, south), (east, north), (high, north)]


def dense(corners, pieces=8):
    """The ring with points along its sides: straight in UTM is not straight in degrees."""
    ring = []
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1]):
        ring += [(ax + (bx - ax) * k / pieces, ay + (by - ay) * k / pieces) for k in range(pieces)]
    return ring


def polygon(corners):
    ring = to_degrees(corners)
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def box(geometry):
    xs, ys = zip(*geometry["coordinates"][0])
    return [min(xs), min(ys), max(xs), max(ys)]


def iso(compact, milliseconds=24):
    return utc(compact).strftime("%Y-%m-%dT%H:%M:%S") + f".{milliseconds:03d}Z"


def later(compact, minutes):
    moment = utc(compact) + timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def seen_at(taken):
    """The time of the tile itself."""
    clock, milliseconds = taken.seen.split(".")
    return iso(taken.take[:9] + clock, int(milliseconds))


def names(date, tile):
    """Every name of an acquisition that a portal may use."""
    t = PASSES[date]
    base, dotted = t.baseline.replace(".", ""), t.baseline
    file = f"{t.platform}_OPER_MSI_L2A_{{}}_{t.platform[1:]}PS_{t.made}_{{}}_N{dotted}"
    return {
        "esa": f"{t.platform}_MSIL2A_{t.take}_N{base}_R{t.orbit:03d}_T{tile}_{t.made}",
        "planetary_computer": f"{t.platform}_MSIL2A_{t.take}_R{t.orbit:03d}_T{tile}_{t.made}",
        "earth_search": f"{t.platform}_{tile}_{t.take[:8]}_0_L2A",
        "earth_search_c1": f"{t.platform}_T{tile}_{t.slice}_L2A",
        "take": f"G{t.platform}_{t.take}_{t.absolute:06d}_N{dotted}",
        "strip": file.format("DS", f"S{t.slice}"),
        "tile": file.format("TL", f"A{t.absolute:06d}_T{tile}"),
    }


def cloud_cover(counts):
    """Percent of the valid pixels that are cloud (8, 9) or cirrus (10)."""
    return share(counts, (8, 9, 10))


def share(counts, classes):
    valid = sum(counts.values()) - counts[0]
    return round(100 * sum(counts[c] for c in classes) / valid, 6)


def common_properties(date, tile, counts):
    """What every portal says alike."""
    t, name = PASSES[date], names(date, tile)
    west, south, east, north = tile_square(tile)
    azimuth, elevation = sun(date)
    return {
        "constellation": "sentinel-2",
        "instruments": ["msi"],
        "gsd": PIXEL,
        "eo:cloud_cover": cloud_cover(counts),
        "s2:nodata_pixel_percentage": round(100 * counts[0] / sum(counts.values()), 6),
        **{f"s2:{word}_percentage": share(counts, (c,)) for c, word in SHARES.items()},
        "s2:product_uri": name["esa"] + ".SAFE",
        "s2:product_type": "S2MSI2A",
        "s2:datatake_id": name["take"],
        "s2:datastrip_id": name["strip"],
        "s2:datatake_type": "INS-NOBS",
        "s2:processing_baseline": t.baseline,
        "s2:generation_time": iso(t.made, 0),
        "sat:orbit_state": "descending",
        "view:sun_azimuth": round(azimuth, 4),
        "view:sun_elevation": round(elevation, 4),
        "proj:epsg": EPSG,
        "proj:bbox": [west, south, east, north],
        "processing:software": {"sentinel_portals/make_sample": VERSION, "gdal": gdal.__version__},
        "license": LICENSE,
        "attribution": ATTRIBUTION,
    }


def sample_properties(date, tile):
    """In the words of Copernicus Data Space; the time is that of the datatake."""
    t, name = PASSES[date], names(date, tile)
    return {
        "title": name["esa"],
        "datetime": iso(t.take),
        "start_datetime": iso(t.take),
        "end_datetime": iso(t.take),
        "created": later(t.made, 61),
        "updated": later(t.made, 74),
        "platform": PLATFORMS[t.platform],
        "grid:code": "MGRS-" + tile,
        "s2:granule_id": f"L2A_T{tile}_A{t.absolute:06d}_{t.slice}",
        "sat:relative_orbit": t.orbit,
        "sat:absolute_orbit": t.absolute,
        "processing:level": "L2",
        "processing:version": t.baseline,
        "product:type": "S2MSI2A",
        "order:status": "succeeded",
    }


def planetary_computer_properties(date, tile):
    t, name = PASSES[date], names(date, tile)
    return {
        "datetime": iso(t.take),
        "created": later(t.made, 190),
        "updated": later(t.made, 190),
        "platform": "Sentinel-2" + t.platform[2],
        "s2:mgrs_tile": tile,
        "s2:granule_id": name["tile"],
        "sat:relative_orbit": t.orbit,
    }


def earth_search_properties(date, tile):
    """No orbit, and the time is that of the tile, minutes after the start of the datatake."""
    t, name = PASSES[date], names(date, tile)
    return {
        "datetime": seen_at(t),
        "created": later(t.made, 240),
        "updated": later(t.made, 240),
        "platform": PLATFORMS[t.platform],
        "grid:code": "MGRS-" + tile,
        "mgrs:utm_zone": int(tile[:2]),
        "mgrs:latitude_band": tile[2],
        "mgrs:grid_square": tile[3:],
        "s2:granule_id": name["tile"],
        "s2:tile_id": name["tile"],
        "s2:sequence": "0",
    }


PORTAL_WORDS = {
    "planetary_computer": planetary_computer_properties,
    "earth_search": earth_search_properties,
    "earth_search_c1": earth_search_properties,
}


def eo_band(key):
    band, _, _, wavelength, width = BANDS[key]
    return {
        "name": band,
        "common_name": key,
        "center_wavelength": wavelength,
        "full_width_half_max": width,
    }


def asset(folder, file, files, media, roles, title, **more):
    data = files[file]
    return {
        "href": f"sample://scenes/{folder}/{file}",
        "type": media,
        "title": title,
        "roles": roles,
        **more,
        "file:size": len(data),
        "file:checksum": in_groups("1220" + hashlib.sha256(data).hexdigest()),
    }


def in_groups(digits, size=8):
    """As people read a long number; in one piece it would look like a secret to a scanner."""
    return " ".join(digits[i : i + size] for i in range(0, len(digits), size))


def grid(tile, size):
    west, _, _, north = tile_square(tile)
    return {
        "gsd": size,
        "proj:epsg": EPSG,
        "proj:shape": [TILE_SIZE // size] * 2,
        "proj:transform": [size, 0, west, 0, -size, north],
    }


REFLECTANCE = {"scale": 0.0001, "offset": -0.1}


def raster(data_type, size, unit=None, nodata=True):
    words = {"data_type": data_type, "spatial_resolution": size, **(unit or {})}
    return {"nodata": 0, **words} if nodata else words


def scene_assets(folder, tile, orbit, files):
    """The assets under the keys of Earth Search."""
    assets = {}
    for key, (band, size, title, *_) in BANDS.items():
        if band + ".tif" not in files:
            continue
        roles, title = ["data", "reflectance"], f"{title} ({band}) - {size}m"
        words = {"eo:bands": [eo_band(key)], "raster:bands": [raster("uint16", size, REFLECTANCE)]}
        assets[key] = asset(
            folder, band + ".tif", files, COG_TYPE, roles, title, **grid(tile, size), **words
        )
    assets["scl"] = asset(
        folder, "SCL.tif", files, COG_TYPE, ["data"], "Scene classification map (SCL) - 600m",
        **grid(tile, COARSE), **{"raster:bands": [raster("uint8", COARSE)]},
    )  # fmt: skip
    assets["visual"] = asset(
        folder, "TCI.tif", files, COG_TYPE, ["visual"], "True color image - 300m",
        **grid(tile, PIXEL), **{"eo:bands": [eo_band(key) for key in ("red", "green", "blue")]},
        **{"raster:bands": [raster("uint8", PIXEL, nodata=orbit in SWATH_EDGE)] * 3},
    )  # fmt: skip
    assets["thumbnail"] = asset(
        folder, "thumbnail.jpg", files, "image/jpeg", ["thumbnail"], "Thumbnail of the whole tile",
        **{"proj:epsg": EPSG, "proj:shape": [343, 343]},
    )  # fmt: skip
    return assets


ARCHIVE_KEYS = {
    "blue": "B02", "green": "B03", "red": "B04", "nir": "B08", "swir16": "B11", "scl": "SCL",
    "visual": "visual", "thumbnail": "rendered_preview",
}  # fmt: skip


def archive_assets(assets):
    """The same files under the keys of Planetary Computer."""
    renamed = {ARCHIVE_KEYS[key]: value for key, value in assets.items()}
    renamed["rendered_preview"] = {
        **renamed["rendered_preview"],
        "roles": ["overview"],
        "title": "Rendered preview",
    }
    return renamed


def item(identifier, collection, geometry, properties, assets):
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "stac_extensions": EXTENSIONS,
        "id": identifier,
        "collection": collection,
        "bbox": box(geometry),
        "geometry": geometry,
        "properties": dict(sorted(properties.items())),
        "links": [],
        "assets": assets,
    }


def sample_item(date, tile, files, counts):
    identifier = names(date, tile)["esa"]
    properties = {**common_properties(date, tile, counts), **sample_properties(date, tile)}
    geometry = polygon(dense(outline(tile, PASSES[date].orbit)))
    return item(
        identifier,
        "sentinel-2-l2a",
        geometry,
        properties,
        scene_assets(identifier, tile, PASSES[date].orbit, files),
    )


def archive_item(date, tile, words, online, files, counts):
    name = names(date, tile)
    properties = {**common_properties(date, tile, counts), **PORTAL_WORDS[words](date, tile)}
    properties["order:status"] = "succeeded" if online else "orderable"
    geometry = polygon(outline(tile, PASSES[date].orbit))  # four corners only, as those portals do
    assets = archive_assets(scene_assets(name["esa"], tile, PASSES[date].orbit, files))
    return item(name[words], "sentinel-2-l2a", geometry, properties, assets)


# --------------------------------------------------------------------------------------------


def scenes():
    """Every (date, tile) of both catalogues once."""
    return sorted({*SAMPLE, *((date, tile) for date, tile, _, _ in ARCHIVE)})


def make_scenes(wanted):
    """{(date, tile): (files, counts)}; each landscape is made once."""
    grounds, made = {}, {}
    for date, tile in wanted:
        if tile not in grounds:
            grounds[tile] = landscape(tile)
        made[date, tile] = scene_files(date, tile, grounds[tile])
    return made


def catalogues(made):
    """The two lists of items."""
    sample = [sample_item(date, tile, *made[date, tile]) for date, tile in SAMPLE]
    archive = [
        archive_item(date, tile, words, on, *made[date, tile]) for date, tile, words, on in ARCHIVE
    ]
    return {"catalogue.json": sample, "archive.json": archive}


def write_scene(folder, date, tile, files):
    place = folder / "scenes" / names(date, tile)["esa"]
    place.mkdir(parents=True, exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for name, data in files.items():
        (place / name).write_bytes(data)


def remove_old(folder, keep):
    """What an earlier version of the tables made is not left behind."""
    for place in sorted((folder / "scenes").glob("*")):
        if place.name not in keep:
            for file in place.iterdir():
                file.unlink()
            place.rmdir()


def build(folder, only=""):
    """Write all scenes (or those whose name contains `only`) and, if all, both catalogues."""
    wanted = [(date, tile) for date, tile in scenes() if only in names(date, tile)["esa"]]
    made = make_scenes(wanted)
    for (date, tile), (files, _) in made.items():
        write_scene(folder, date, tile, files)
    if not only:
        remove_old(folder, {names(date, tile)["esa"] for date, tile in wanted})
        for name, items in catalogues(made).items():
            (folder / name).write_bytes((json.dumps(items, indent=1) + "\n").encode())
    return made


def report(made):
    for (date, tile), (files, counts) in made.items():
        total, cloud = sum(map(len, files.values())), cloud_cover(counts)
        print(f"{names(date, tile)['esa']}  cloud {cloud:6.2f} %  {total / 1000:6.1f} kB")
        print("    " + ", ".join(f"{name} {len(data) / 1000:.1f}" for name, data in files.items()))
    total = sum(len(data) for files, _ in made.values() for data in files.values())
    print(f"total {total / 1e6:.2f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write to")
    parser.add_argument(
        "--only", default="", help="only scenes whose name contains this; no catalogues"
    )
    arguments = parser.parse_args()
    report(build(arguments.out, arguments.only))


if __name__ == "__main__":
    main()
