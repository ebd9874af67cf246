"""Products and portals for tests, as the real ones are."""

import io
import json

import requests
from requests.adapters import BaseAdapter

from sentinel_portals.core.model import Asset, Page, Product, parse_time
from sentinel_portals.core.provider import Provider, ProviderInfo
from sentinel_portals.core.transport import Http, HttpRequest


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


def file(href, key="data", **more):
    return Asset(key, href, **more)


INFO = ProviderInfo(
    "testland",
    "Testland",
    "test",
    "https://testland.test",
    collections={"sentinel-2-l2a": "S2"},
    filters=frozenset({"eo:cloud_cover"}),
)


class Land(Provider):
    """Its answers are ``{"ids": [...], "next": n, "matched": n}``, or ``products`` as they are."""

    info = INFO

    def build(self, request, cursor):
        self.asked.append(cursor)
        return HttpRequest("GET", f"{self.info.url}/search", params={"page": cursor})

    def parse(self, payload, request):
        found = self.held or [product(self.info.id, name) for name in payload["ids"]]
        return Page(tuple(found), payload.get("next"), payload.get("matched"))


class Line(BaseAdapter):
    """Each answer is JSON, or a status; the last one stays."""

    def __init__(self, answers):
        super().__init__()
        self.left = list(answers)

    def send(self, request, **how):
        answer = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        response = requests.Response()
        response.url, response.request = request.url, request
        response.status_code = answer if isinstance(answer, int) and answer > 99 else 200
        response.raw = io.BytesIO(json.dumps(answer).encode())
        return response

    def close(self):
        """Nothing is held open."""


def portal(*answers, held=(), auth=None, make=Land, **facts):
    """A portal that gives these answers one after the other; ``facts`` change its facts."""
    info = ProviderInfo(**{**vars(INFO), **facts})
    slept = []
    line = {"https://": Line(answers)}
    http = Http(info.title, auth=auth, hosts=info.hosts, adapters=line, sleep=slept.append)
    http.slept = slept
    provider = make(http, info=info)
    provider.asked, provider.held = [], list(held)
    return provider
