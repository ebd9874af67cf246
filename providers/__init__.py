"""One module per portal; ``_name.py`` is a family (a protocol), not a portal.

`discover` finds the portals that ship with the plugin, `portals` adds what the portals file says
(docs/portals/README.md).
To add a portal: docs/add-a-portal.md.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Callable, Optional
from urllib.parse import parse_qsl, urlsplit

from ..core import auth as ways_in
from ..core.catalogue import CATALOGUE
from ..core.provider import Area, Download, Ordering, Paging, Provider, ProviderInfo
from ..core.transport import Http, NetworkSettings, Pace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

KINDS = {
    "open": ways_in.Open,
    "http": ways_in.Password,
    "apiKey": ways_in.ApiKey,
    "openIdConnect": ways_in.OpenId,
    "signedUrl": ways_in.SignedUrl,
    "s3": ways_in.S3,
}
"""How the portals file spells a login: the types of STAC's authentication extension."""

SECRET = re.compile(r"(?i)secret|passw|token|api_?key|subscription|credential|sig$|username|totp")
"""Words that name a secret; those belong into the authentication database, never into a file."""


@dataclass(frozen=True)
class Kind:
    """A portal before it is connected: its class and its facts."""

    make: type[Provider]
    info: ProviderInfo


def discover() -> dict[str, Kind]:
    """The portals that ship with the plugin, by id, as the dock lists them: open ones first."""
    found: list[Kind] = []
    for name in _modules(families=False):
        module = importlib.import_module(f".{name}", __name__)
        # Where only facts differ, one module lists the facts of many portals.
        infos = getattr(module, "PORTALS", None) or (module.PROVIDER.info,)
        found.extend(Kind(module.PROVIDER, info) for info in infos)
    found.sort(key=lambda kind: _place(kind.info))
    return {kind.info.id: kind for kind in found}


def _place(info: ProviderInfo) -> tuple[bool, bool, bool, str]:
    return (info.closed, info.family == "sample", info.state == "unknown", info.title)


def families() -> dict[str, type[Provider]]:
    """The protocols that an entry of the portals file may name."""
    return {
        name[1:]: importlib.import_module(f".{name}", __name__).FAMILY
        for name in _modules(families=True)
    }


def portals(path: Optional[Path] = None) -> tuple[dict[str, Kind], list[str]]:
    """All portals, and one sentence for each entry of the portals file that had to be left out."""
    known = discover()
    if path is None or not path.exists():
        return known, []
    entries, problems = _entries(path)
    told: set[str] = set()
    for number, entry in enumerate(entries, 1):
        name = entry.get("id") if isinstance(entry, dict) else None
        try:
            if name in told:
                raise ValueError("another entry has the same id")
            kind = _vouched_for(_applied(entry, known), path.parent)
        except (AttributeError, TypeError, ValueError) as error:
            where = f"“{name}”" if name else f"number {number}"
            why = str(error).rstrip(".")
            problems.append(f"The portal {where} in {path.name} was left out: {why}.")
            continue
        told.add(kind.info.id)
        known[kind.info.id] = kind
    return known, problems


def _modules(*, families: bool) -> Iterable[str]:
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg)
    return [name for name in names if name.startswith("_") is families]


def _entries(path: Path) -> tuple[list[Any], list[str]]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        return [], [f"The portals file {path.name} is no JSON in {where}."]
    except (OSError, ValueError, RecursionError) as error:
        return [], [f"The portals file {path.name} cannot be read: {error}."]
    if not isinstance(entries, list):
        return [], [f"The portals file {path.name} must hold a list of portals."]
    return entries, []


def _applied(entry: Any, known: Mapping[str, Kind]) -> Kind:
    """An entry that changes a built-in portal, or makes a new one of a family."""
    if not isinstance(entry, dict):
        raise ValueError("it is no object")
    changes = dict(entry)
    name, family = changes.pop("id", None), changes.pop("family", None)
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError("its id must be a word of letters, digits and _")
    facts = _facts(changes)
    if name in known:
        if family not in (None, known[name].info.family):
            raise ValueError(f"the portal of this id is of the family {known[name].info.family}")
        return replace(known[name], info=_changed(known[name].info, facts))
    every = families()
    if family not in every:
        raise ValueError(f"its family must be one of {', '.join(sorted(every))}")
    for needed in ("title", "url", "collections"):
        if not facts.get(needed):
            raise ValueError(f"it has no {needed}")
    make = every[family]
    info_type = getattr(make, "info_type", ProviderInfo)
    blank = info_type(id=name, title="", family=family, url="")
    # A stranger's server is asked only what every server of its family understands.
    return Kind(make, _changed(blank, {**getattr(make, "usual", {}), **facts}))


def _vouched_for(kind: Kind, folder: Path) -> Kind:
    """With the certificate's whole path, told from the portals file's folder."""
    if not kind.info.certificate:
        return kind
    path = folder / kind.info.certificate
    try:
        held = b"-BEGIN CERTIFICATE-" in path.read_bytes()
    except OSError as error:
        raise ValueError(f"its certificate {path.name} cannot be read") from error
    if not held:
        raise ValueError(f"its certificate {path.name} is no certificate in PEM")
    return replace(kind, info=replace(kind.info, certificate=str(path.resolve())))


def _changed(info: ProviderInfo, facts: Mapping[str, Any]) -> ProviderInfo:
    strange = sorted(name for name in facts if not hasattr(info, name))
    if strange:
        raise ValueError(f"a portal of the family {info.family} has no fact called {strange[0]}")
    return replace(info, **facts)


def _facts(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an entry as the types of `ProviderInfo`."""
    strange = [name for name in entry if name not in READERS]
    if strange:
        secret = SECRET.search(strange[0])
        raise ValueError(NO_SECRETS if secret else f"there is no fact called {strange[0]}")
    facts = {}
    for name, value in entry.items():
        try:
            facts[name] = READERS[name](value)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"its {name} {_why(error)}") from error
    if "auth" in facts:
        facts["download_auth"] = facts.pop("auth")
    return facts


NO_SECRETS = "it holds a secret; accounts belong into QGIS's authentication settings"


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else "cannot be read"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError as error:
        raise ValueError("must be a date like 2020-01-31") from error


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise ValueError("must be an object of texts")
    return value


def _list(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ValueError("must be a list of texts")
    return value


def _address(value: Any) -> str:
    try:
        parts = urlsplit(_text(value))
        parts.port  # noqa: B018  # raises for a port that is none
    except ValueError as error:
        raise ValueError("cannot be read" if isinstance(value, str) else str(error)) from error
    if parts.scheme not in ("https", "http", "sample") or not parts.netloc:
        raise ValueError("must begin with https://")
    if "@" in parts.netloc or any(SECRET.search(name) for name, _ in parse_qsl(parts.query)):
        raise ValueError(f"cannot be taken: {NO_SECRETS}")
    return str(value)


def _collections(value: Any) -> dict[str, str]:
    unknown = sorted(set(_texts(value)) - set(CATALOGUE))
    if unknown:
        raise ValueError(f"name one that we do not know: {', '.join(unknown)}")
    return _texts(value)


def _hosts(value: Any) -> tuple[str, ...]:
    for host in _list(value):
        if not re.fullmatch(r"(\*\.)?[\w-]+(\.[\w-]+)+", host):
            raise ValueError(f"must be names like *.example.org, not {host}")
    return tuple(value)


def _filtering(value: Any) -> str:
    if value not in ("query", "filter", ""):
        raise ValueError("must be query, filter or empty")
    return str(value)


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 60:
        raise ValueError("must be a number of seconds above 0, 60 at most")
    return float(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 100_000:
        raise ValueError("must be a whole number above 0, 100000 at most")
    return value


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _numbers(make: Callable[..., Any]) -> Callable[[Any], Any]:
    """Reads an object of numbers and yes-or-no as one of our small types."""

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError("must be an object")
        if not all(isinstance(v, (int, float)) for v in value.values()):
            raise ValueError("must hold numbers, true and false only")
        return make(**value)

    return read


def _way_in(said: Any) -> Any:
    if not isinstance(said, dict):
        raise ValueError("must be an object")
    facts = dict(said)
    kind = facts.pop("type", None)
    if kind not in KINDS:
        raise ValueError(f"must have a type: one of {', '.join(KINDS)}")
    made = KINDS[kind]
    allowed = {field.name for field in fields(made)} - {"fields"}
    for name in facts:
        if name not in allowed:
            raise ValueError(
                f"cannot be taken: {NO_SECRETS}" if SECRET.search(name) else f"knows no {name}"
            )
    for name in ("endpoint", "device"):
        if name in facts:
            _address(facts[name])
    return made(**facts)


READERS: Mapping[str, Callable[[Any], Any]] = {
    "title": _text,
    "url": _address,
    "description": _text,
    "since": _day,
    "until": _day,
    "successor": _text,
    "collections": _collections,
    "filters": lambda value: frozenset(_list(value)),
    "area": _numbers(Area),
    "paging": _numbers(Paging),
    "auth": _way_in,
    "search_auth": _way_in,
    "download_auth": _way_in,
    "login_test": _address,
    "links": _texts,
    "hosts": _hosts,
    "ordering": _numbers(Ordering),
    "download": _numbers(Download),
    "certificate": _text,
    "retry_unit": _seconds,
    "per_minute": _count,
    "licence": _text,
    "attribution": _text,
    "docs": _text,
    "filtering": _filtering,
    "several": _yes_or_no,
    "sortby": _text,
    "spellings": _texts,
    "files": _address,
    "project": _text,
    "kind": _text,
    "always": _texts,
}
"""Every fact that the portals file may tell, and how its value is read."""


def connect(
    kind: Kind,
    settings: Optional[NetworkSettings] = None,
    secrets: Optional[ways_in.Secrets] = None,
    keeper: Optional[ways_in.Keeper] = None,
    *,
    withheld: bool = False,
) -> Provider:
    """A portal ready to be asked. Without ``secrets`` it has no login, and says so when asked.

    Keep the result: it holds the login's token for as long as it lives. ``keeper`` is where the
    login's refresh token lies; ``withheld`` says that there is a login which cannot be read now.
    """
    info = kind.info
    plain = Http(
        info.title,
        settings=settings,
        hosts=info.hosts,
        adapters=kind.make.adapters,
        corrected=kind.make.corrected,
        home=info.url,
        certificate=info.certificate,
        retry_unit=info.retry_unit,
        pace=Pace(info.per_minute),
    )
    given = {name: value for name, value in (secrets or {}).items() if value}

    def way(login: Any) -> Http:
        if withheld and login.fields:
            return plain.with_auth(ways_in.Withheld(info.title))
        if not ways_in.complete(login.fields, given):
            return plain
        auth = login.auth(given, plain)
        if keeper is not None and isinstance(auth, ways_in.BearerAuth):
            auth.kept_by(keeper)
        return plain.with_auth(auth)

    files = way(info.download_auth)
    same = info.search_auth == info.download_auth
    return kind.make(files if same else way(info.search_auth), files, info)
