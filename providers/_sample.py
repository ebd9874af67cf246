"""The sample catalogue as a STAC server without a network: for trying, showing and testing.

It is a `requests` adapter under ``sample://``, so that a sample search takes the same road as
every other: build, transport, parse, paging, download. The data is made by our own script.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Optional
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter

from ..core import geometry
from ..core.conditions import condition
from ..core.model import bounds, parse_time
from ._stac import StacProvider

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

DATA = Path(__file__).with_name("sample_data")


class SampleServer(BaseAdapter):
    """Answers ``POST sample://CATALOGUE/search`` and ``GET sample://scenes/...``."""

    def send(  # type: ignore[override]  # how it is sent matters to a wire, not to a folder
        self, request: requests.PreparedRequest, **how: Any
    ) -> requests.Response:
        place = urlsplit(request.url or "")
        if request.method == "POST" and place.path == "/search":
            body = json.loads(request.body or b"{}")
            return _answer(request, 200, json.dumps(search(str(place.netloc), body)).encode())
        if place.netloc == "scenes":
            return _file(request, DATA / "scenes" / unquote(place.path).lstrip("/"))
        return _answer(request, 404, b'{"description": "not found"}')

    def close(self) -> None:
        """Nothing is held open."""


def search(catalogue: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a STAC API answers to this search: matching items, newest first, with a next link."""
    items = _items(catalogue)
    found = sorted(
        (i for i in items if _matches(i, body)),
        key=lambda i: i["properties"]["datetime"],
        reverse=True,
    )
    start, limit = int(body.get("token") or 0), int(body.get("limit") or 10)
    page, rest = found[start : start + limit], found[start + limit :]
    link = {
        "rel": "next",
        "method": "POST",
        "href": f"sample://{catalogue}/search",
        "merge": True,
        "body": {"token": str(start + limit)},
    }
    return {
        "type": "FeatureCollection",
        "features": page,
        "links": [link] if rest else [],
        "numberMatched": len(found),
    }


def _items(catalogue: str) -> list[dict[str, Any]]:
    """The catalogue; its checksums stand there in groups of digits, a server sends them whole."""
    items: list[dict[str, Any]] = json.loads((DATA / f"{catalogue}.json").read_text("utf-8"))
    for asset in (asset for item in items for asset in item["assets"].values()):
        asset["file:checksum"] = asset["file:checksum"].replace(" ", "")
    return items


def _matches(item: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    properties = item["properties"]
    wishes = ((n, condition(ops)) for n, ops in (body.get("query") or {}).items())
    return (
        item["collection"] in body["collections"]
        and item["id"] in (body.get("ids") or [item["id"]])
        and _in_time(parse_time(properties["datetime"]), body.get("datetime"))
        and _in_place(item["geometry"], body)
        and all(wish.accepts(properties.get(name)) for name, wish in wishes)
    )


def _in_time(moment: Optional[datetime], interval: Optional[str]) -> bool:
    if not interval or moment is None:
        return True
    start, end = (None if t == ".." else parse_time(t) for t in interval.split("/"))
    return (start is None or start <= moment) and (end is None or moment <= end)


def _in_place(footprint: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    if "intersects" in body:
        return geometry.intersects(body["intersects"], footprint)
    if "bbox" not in body:
        return True
    west, south, east, north = body["bbox"]
    w, s, e, n = bounds(footprint)
    return bool(w <= east and e >= west and s <= north and n >= south)


def _file(request: requests.PreparedRequest, path: Path) -> requests.Response:
    """A file, or the rest of it from the byte that ``Range`` names."""
    if (DATA / "scenes").resolve() not in path.resolve().parents or not path.is_file():
        return _answer(request, 404, b'{"description": "not found"}')
    content = path.read_bytes()
    headers = {"ETag": f'"{path.name}-{len(content)}"', "Accept-Ranges": "bytes"}
    wanted = request.headers.get("Range", "")
    if wanted.startswith("bytes=") and wanted.endswith("-"):
        start = int(wanted[6:-1])
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return _answer(request, 206, content[start:], headers)
    return _answer(request, 200, content, headers)


def _answer(
    request: requests.PreparedRequest,
    status: int,
    content: bytes,
    headers: Optional[Mapping[str, str]] = None,
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.url = request.url or ""
    response.request = request
    response.headers.update({"Content-Length": str(len(content)), **(headers or {})})
    response.raw = io.BytesIO(content)
    return response


class SampleProvider(StacProvider):
    """A STAC portal whose server is `SampleServer`."""

    adapters: ClassVar[Mapping[str, BaseAdapter]] = {"sample://": SampleServer()}


FAMILY = SampleProvider
