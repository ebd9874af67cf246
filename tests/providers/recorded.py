"""What real portals really sent. The recordings lie beside the repository, not in it."""

import json
import random

import pytest

from sentinel_portals.core import geometry
from sentinel_portals.tests.conftest import ROOT

RECORDED = ROOT.parent / "shared" / "recorded"

needs_recordings = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded answers of real portals are not here"
)


def recorded(name):
    """A recorded answer: JSON decoded, anything else as bytes."""
    content = (RECORDED / name).read_bytes()
    return json.loads(content) if name.endswith((".json", ".geojson")) else content


def names(*patterns):
    """Recorded files by pattern, for parametrize; none where there are no recordings."""
    found = [p for pattern in patterns for p in RECORDED.glob(pattern)]
    return sorted(p.relative_to(RECORDED).as_posix() for p in found)


def inside(product, bbox):
    """Is the footprint valid, longitude first, and does it touch the box that was asked for?"""
    return (
        geometry.footprint(product.geometry) == product.geometry
        and geometry.intersects(product.geometry, geometry.box(bbox))
        and all(len(point) == 2 for point in _points(product.geometry["coordinates"]))
    )


def _points(coordinates):
    if isinstance(coordinates[0], (int, float)):
        yield coordinates
        return
    for part in coordinates:
        yield from _points(part)


class Mutations:
    """Answers gone wrong: cut, retyped, nested, emptied, huge; always the same for a seed."""

    ODD = (
        None,
        True,
        -1,
        0,
        2**70,
        1e308,
        float("nan"),
        "",
        "x" * 100_000,
        "2020-13-45T99:99:99Z",
        "é\x00\ud800".encode("utf-16", "surrogatepass").decode("latin-1"),
        "<a>",
        [],
        {},
        [[]],
        [None],
        {"": None},
    )

    def __init__(self, seed):
        self.random = random.Random(seed)

    def bytes(self, content):
        """The bytes, damaged on their way."""
        damaged = bytearray(content)
        for _ in range(self.random.randint(1, 8)):
            kind, place = self.random.randrange(5), self.random.randrange(len(damaged) or 1)
            if kind == 0:
                del damaged[place:]
            elif kind == 1:
                damaged[place : place + self.random.randint(1, 30)] = b""
            elif kind == 2:
                damaged[place:place] = bytes(self.random.randrange(256) for _ in range(5))
            elif kind == 3:
                damaged[place:place] = damaged[place : place + 40]
            elif damaged:
                damaged[min(place, len(damaged) - 1)] = self.random.randrange(256)
        return bytes(damaged)

    def json(self, payload):
        """The decoded answer with some of its values replaced."""
        damaged = json.loads(json.dumps(payload))
        for _ in range(self.random.randint(1, 4)):
            self._damage(damaged)
        return damaged

    def _damage(self, node):
        while True:
            keys = list(node) if isinstance(node, dict) else range(len(node))
            if not keys:
                return
            key = self.random.choice(list(keys))
            child = node[key]
            if isinstance(child, (dict, list)) and child and self.random.random() < 0.85:
                node = child
                continue
            self._replace(node, key)
            return

    def _replace(self, node, key):
        kind = self.random.randrange(4)
        if kind == 0:
            del node[key]
        elif kind == 1:
            node[key] = {"nested": [node[key]]}
        elif kind == 2:
            node[key] = str(node[key])[: self.random.randrange(20)]
        else:
            node[key] = self.random.choice(self.ODD)
