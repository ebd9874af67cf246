"""What may be shown and logged: addresses without their queries, words without secrets."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

SECRET_NAME = re.compile(
    r"auth|cookie|key|pass|secret|sig|token|totp|device_code|credential", re.IGNORECASE
)
"""A header, form field or query parameter with such a name holds a secret."""

_BEHIND = re.compile(r"\?[^\s'\"<>)]*|(?<=//)[^\s/@'\"]*@")


def bare(url: str) -> str:
    """The URL without query, fragment, user and password: fit to be shown and logged."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(unreadable address)"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def cause(error: BaseException) -> Exception:
    """What happened below, in its own words but without queries and passwords of addresses."""
    return OSError(f"{type(error).__name__}: {_BEHIND.sub('…', str(error))}")


def hidden(text: str, request: requests.PreparedRequest) -> str:
    """What a portal says about a request, should it repeat what was secret in it."""
    for word in sorted(set(_secrets(request)), key=len, reverse=True):
        if len(word) > 3:
            text = text.replace(word, "…")
    return text


def _secrets(request: requests.PreparedRequest) -> Iterator[str]:
    body = request.body if isinstance(request.body, str) else ""
    fields = [*parse_qsl(body), *parse_qsl(urlsplit(request.url or "").query)]
    for name, value in [*fields, *request.headers.items()]:
        if SECRET_NAME.search(name):
            value = value.decode("latin-1") if isinstance(value, bytes) else value
            yield value
            yield from value.split("=", 1)
            yield from value.split()
            yield from _basic(value)


def _basic(value: str) -> Iterator[str]:
    """User name and password inside HTTP Basic."""
    if value.startswith("Basic "):
        try:
            yield from base64.b64decode(value[6:]).decode("utf-8", "replace").split(":", 1)[1:]
        except (binascii.Error, ValueError):
            return
