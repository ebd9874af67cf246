"""A portal at the end of a string: it says what it was told, and remembers what it was asked."""

import io
import json
from pathlib import Path

import requests
from requests.adapters import BaseAdapter

from sentinel_portals import providers
from sentinel_portals.core.transport import Http

DATA = Path(__file__).with_name("data")

ZIP = b"PK\x05\x06" + bytes(18)  # an archive with nothing in it


def fixture(name):
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


class Answers(BaseAdapter):
    """Each answer is a body (text, bytes, JSON) or (status, body, headers); the last one stays."""

    def __init__(self, *answers):
        super().__init__()
        self.left = list(answers)
        self.asked = []

    def send(self, request, **how):
        self.asked.append(said(request.method, request.url, request.body, request.headers))
        answer = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        status, body, headers = answer if isinstance(answer, tuple) else (200, answer, {})
        if not isinstance(body, bytes):
            body = (body if isinstance(body, str) else json.dumps(body)).encode()
        response = requests.Response()
        response.status_code, response.url, response.request = status, request.url, request
        response.headers.update(headers)
        response.raw = io.BytesIO(body)
        return response

    def close(self):
        pass


def said(method, url, body, headers):
    """One line of what was asked, without what every request says."""
    dull = {"user-agent", "accept", "accept-encoding", "connection", "content-type"}
    dull |= {"content-length"}
    told = [f"{k}: {v}" for k, v in headers.items() if k.lower() not in dull]
    body = body.decode() if isinstance(body, bytes) else body or ""
    return " ".join([method, requests.utils.unquote(url), body, *told]).strip()


def kind_of(portal):
    """A built-in portal by its id, or one that is made already."""
    return providers.discover()[portal] if isinstance(portal, str) else portal


def connected(portal, *answers, auth=None, **more):
    """The portal with these answers at the end of the line; nobody waits for anything."""
    kind, line = kind_of(portal), Answers(*answers)
    http = Http(
        kind.info.title,
        auth=auth,
        hosts=kind.info.hosts,
        adapters=dict.fromkeys(("https://", "http://", "sample://"), line),
        corrected=kind.make.corrected,
        sleep=lambda seconds: None,
    )
    provider = kind.make(http, http, kind.info, **more)
    provider.line = line
    return provider
