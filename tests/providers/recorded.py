"""What real portals really sent. The recordings lie beside the repository, not in it."""

import copy
import json
import random
import re

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


MOUNTAIN = 2_000_000  # bytes
WELLS = (b"[", b'{"a":', b'[{"a":')


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

    def hostile(self, content):
        """The bytes as nobody sends them by mistake: bombs, wells, mountains, wrong letters."""
        kind = self.random.randrange(5)
        place = self.random.randrange(len(content) or 1)
        if kind == 0:
            return self._bomb(content)
        if kind == 1:
            opening = b"<a>" if content.lstrip()[:1] == b"<" else self.random.choice(WELLS)
            well = opening * self.random.choice((500, 50_000))
            return content[:place] + well + content[place:]
        if kind == 2:
            digit = self.random.choice((b"9", b"\xe9", b" ", b"\\", b'"', b"-1e"))
            return content[:place] + digit * 30_000 + content[place:]
        if kind == 3:
            return self._recoded(content)
        return self._mountain(content)

    def _bomb(self, content):
        """The XML with entities that grow without end, or that fetch a file."""
        name = self.random.choice(("file:///dev/zero", "file:///etc/hostname", ""))
        laughs = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
        entity = f'<!ENTITY x0 SYSTEM "{name}">' if name else '<!ENTITY x0 "ha">'
        start = f"<!DOCTYPE feed [{entity}{laughs}]>".encode()
        head, closing, rest = content.partition(b"?>")
        text = (rest or content).replace(b">", b">&x11;", 3)
        return head + closing + start + text if closing else start + text

    def _recoded(self, content):
        """The text in letters that it does not claim to be in."""
        code = self.random.choice(("utf-16", "utf-32-le", "utf-8-sig", "latin-1", "cp500", "utf-7"))
        recoded = content.decode("utf-8", "replace").encode(code, "replace")
        return recoded.replace(b'"utf-8"', b'"%s"' % code.encode()) if b"<" in recoded else recoded

    def _mountain(self, content):
        """The longest list with far too many entries, of some megabytes."""
        if content.lstrip()[:1] == b"<":
            found = re.search(rb"<(\w*:?entry)\b.*</\1>", content, re.DOTALL)
            entries = found[0] if found else b"<a/>"
            return content.replace(entries, entries * (MOUNTAIN // len(entries)))
        payload = json.loads(content)
        entries = max(_lists(payload), key=lambda rows: len(json.dumps(rows)), default=[0])
        entries *= MOUNTAIN // len(json.dumps(entries))
        return json.dumps(payload).encode()

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
            node[key] = copy.deepcopy(self.random.choice(self.ODD))  # the next may damage it


def _lists(node):
    """Every list of objects in a decoded answer."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, list) and node and isinstance(node[0], dict):
        yield node
    for child in children:
        yield from _lists(child)
