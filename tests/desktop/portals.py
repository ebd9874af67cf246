"""Portals on this machine for the stories: good ones, and each kind of bad one.

The story is in QGIS, the portals are in the test; the story opens and shuts them by asking for
``/do/WORD``.
"""

import json
import threading

from sentinel_portals.tests.servers.web import Answer, File, Web

CORNER = (2.9, 45.5)  # of the first footprint; Clermont-Ferrand
MEGABYTE = 1 << 20


def item(name, step=0, **changes):
    """A STAC item of Sentinel-2; each ``step`` lies a little farther east."""
    west, south = CORNER[0] + 0.12 * step, CORNER[1]
    east, north = west + 0.1, south + 0.3
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": name,
        "collection": "s2",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": [west, south, east, north],
        "properties": {"datetime": f"2024-07-{10 + step:02d}T10:40:00Z", "eo:cloud_cover": 5.0},
        "assets": {},
        "links": [],
        **changes,
    }


def page(*items):
    return Answer(json={"type": "FeatureCollection", "features": list(items)})


def entry(web, name, title, **changes):
    """An entry of the portals file."""
    return {
        "id": name,
        "title": title,
        "family": "stac",
        "url": f"{web.url}/{name}",
        "collections": {"sentinel-2-l2a": "s2"},
        **changes,
    }


class Scene(Web):
    """A server whose doors the story moves: ``/do/WORD`` sets the event ``doors[WORD]``."""

    def __init__(self, *words):
        super().__init__()
        self.doors = {word: threading.Event() for word in words}
        for word in words:
            self.on(f"/do/{word}", self._open(word))

    def _open(self, word):
        def answer(asked):
            self.doors[word].set()
            return Answer(204)

        return answer

    def __exit__(self, *told):
        for door in self.doors.values():
            door.set()
        super().__exit__(*told)


def write(path, entries):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entries, indent=1))
    return path


__all__ = ["MEGABYTE", "Answer", "File", "Scene", "entry", "item", "page", "write"]
