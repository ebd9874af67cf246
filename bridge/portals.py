"""The portals, ready to be asked. Main thread: settings and logins are read here.

A connected portal is kept, because its login's token lives in it; it is made anew when its facts,
its login or the network settings change. The providers themselves are handed in.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from ..core.errors import QueryError, StorageError
from . import accounts, credentials, network, settings
from .facts import fact
from .i18n import tr
from .keeper import LoginKeeper, MainThread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..core.provider import Provider


class Portals:
    """``load`` is providers.portals, ``connect`` is providers.connect.

    ``typed`` is what a person typed besides a login and has not kept yet, by its configuration:
    a one-time code, which is never kept, and what only some accounts need.
    """

    def __init__(self, load: Callable[..., Any], connect: Callable[..., Provider]) -> None:
        self._load, self._connect = load, connect
        self._connected: dict[str, tuple[Any, Provider]] = {}
        self._main = MainThread()
        self.typed: dict[str, dict[str, str]] = {}
        self.kinds: Mapping[str, Any] = {}
        self.problems: list[str] = []
        self.reload()

    def reload(self) -> None:
        """Reads the portals file again; ``problems`` has a sentence for each bad entry."""
        self.kinds, problems = self._load(settings.portals_file())
        self.problems = [fact(problem) for problem in problems]

    def title(self, name: str) -> str:
        kind = self.kinds.get(name)
        return kind.info.title if kind else name

    def get(
        self, ids: Iterable[str], logins: Optional[Mapping[str, str]] = None
    ) -> dict[str, Provider]:
        """The portals with these ids, those that exist; ``logins`` in place of the saved ones."""
        way = network.network_settings()
        logins = settings.load().logins if logins is None else logins
        return {
            name: self._ready(name, way, logins.get(name, ""))
            for name in dict.fromkeys(ids)
            if name in self.kinds
        }

    def _ready(self, name: str, way: Any, login: str) -> Provider:
        kind = self.kinds[name]
        login = login if kind.info.needs_login else ""
        secrets = self.secrets(name, login) if login else {}
        withheld = not secrets and credentials.withheld(login)
        # A refresh token is renewed while its session goes on: the keeper knows the newest.
        known = {**secrets, "refresh_token": str("refresh_token" in secrets)}
        made_of = (kind, way, known, withheld)
        kept = self._connected.get(name)
        if kept is None or kept[0] != made_of:
            keeper = LoginKeeper(login, self._main) if "refresh_token" in secrets else None
            provider = self._connect(kind, way, secrets, keeper, withheld=withheld)
            kept = self._connected[name] = (made_of, provider)
        return kept[1]

    def secrets(self, name: str, login: str) -> dict[str, str]:
        """What a portal is given of a login, with what was typed besides; {} while it is locked."""
        kept = credentials.secrets(login)
        if not kept:
            return {}
        optional = accounts.optional(self.kinds[name].info)
        typed = {n: v for n, v in self.typed.get(login, {}).items() if v and n in optional}
        return {**kept, **typed, "account": login}

    def add(self, entry: Mapping[str, Any]) -> None:
        """Writes an entry into the portals file, in place of one with the same id.

        QueryError with the reason when it cannot be used; the file is then as before.
        """
        path = settings.portals_file()
        entries = [e for e in _entries(path) if not _is(e, entry.get("id"))] + [dict(entry)]
        self._refuse_bad(path, entry)
        _write(path, entries)
        self.reload()

    def remove(self, name: str) -> None:
        """Takes an entry out of the portals file; a built-in portal becomes itself again."""
        path = settings.portals_file()
        _write(path, [e for e in _entries(path) if not _is(e, name)])
        self.reload()

    def added(self) -> list[str]:
        """The ids that the portals file names."""
        try:
            entries = _entries(settings.portals_file())
        except QueryError:
            return []
        return [e["id"] for e in entries if isinstance(e, dict) and isinstance(e.get("id"), str)]

    def _refuse_bad(self, path: Path, entry: Mapping[str, Any]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            alone = Path(folder) / path.name
            alone.write_text(json.dumps([entry]), encoding="utf-8")
            _, problems = self._load(alone)
        if problems:
            raise QueryError(fact(problems[0]))


def _is(entry: Any, name: Any) -> bool:
    return isinstance(entry, dict) and entry.get("id") == name


def _entries(path: Path) -> list[Any]:
    """What the file holds, bad entries too; QueryError when it is no list, to lose nothing."""
    if not path.exists():
        return []
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise QueryError(
            tr("The portals file {path} cannot be read; correct it first: {why}").format(
                path=path, why=error
            )
        ) from error
    if not isinstance(entries, list):
        raise QueryError(
            tr("The portals file {path} holds no list of portals; correct it first.").format(
                path=path
            )
        )
    return entries


def _write(path: Path, entries: list[Any]) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise StorageError(
            tr("The portals file {path} cannot be written.").format(path=path)
        ) from error
