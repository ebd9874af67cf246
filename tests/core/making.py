"""Products for tests, as portals give them."""

from sentinel_portals.core.model import Product, parse_time


def square(west=3.0, south=45.0, size=1.0):
    """A square footprint."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def product(portal, name, collection="sentinel-2-l2a", *, at=None, start=None, **more):
    """A product; ``at`` and ``start`` are ISO times, footprint and title have defaults."""
    more = {"title": name, "geometry": square(), **more}
    times = {"datetime": parse_time(at), "start_datetime": parse_time(start)}
    return Product(portal, name, collection, **times, **more)
