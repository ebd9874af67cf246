"""A look at a STAC API that a person wants to add: what it calls itself and what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from ..core.errors import ResponseError
from ..core.transport import Http, HttpRequest, NetworkSettings
from .i18n import tr
from .tasks import Task

if TYPE_CHECKING:
    from collections.abc import Mapping

Describe = Callable[[str, Any, Any], "Mapping[str, Any]"]
"""Address, landing page and ``/collections`` into an entry of the portals file, or ValueError."""


class ProbeTask(Task):
    """Reads the landing page and the collections; ``entry`` and ``theirs``, or ``error``.

    ``theirs`` are the ids of the server's collections.
    """

    def __init__(self, url: str, settings: NetworkSettings, describe: Describe) -> None:
        super().__init__(tr("Look at {address}").format(address=url))
        self._url, self._settings, self._describe = url, settings, describe
        self.entry: Mapping[str, Any] = {}
        self.theirs: list[str] = []

    def work(self) -> None:
        http = Http(self._url, settings=self._settings)
        landing = self._read(http, self._url)
        collections = self._read(http, f"{self._url.rstrip('/')}/collections")
        try:
            self.entry = self._describe(self._url, landing, collections)
            self.theirs = sorted(str(c["id"]) for c in collections["collections"] if c.get("id"))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ResponseError(f"{self._url}: {error}.") from error

    def _read(self, http: Http, url: str) -> Any:
        return http.json(HttpRequest("GET", url), self.stopped)
