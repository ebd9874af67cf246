"""One module per portal; ``_name.py`` is a family (a protocol), not a portal.

`discover` finds the portals that ship with the plugin, `portals` adds what the portals file says.
To add a portal: see the README, or copy the module that is most like it.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Callable, Optional

from ..core import auth as ways_in
from ..core.catalogue import CATALOGUE
from ..core.provider import Area, Download, Ordering, Paging, Provider, ProviderInfo
from ..core.transport import Http, NetworkSettings

KINDS = {
    "open": ways_in.Open,
    "http": ways_in.Password,
    "apiKey": ways_in.ApiKey,
    "openIdConnect": ways_in.OpenId,
    "signedUrl": ways_in.SignedUrl,
    "s3": ways_in.S3,
}
"""How the portals file spells a login: the types of STAC's authentication extension."""

NESTED: Mapping[str, Callable[..., Any]] = {
    "area": Area,
    "paging": Paging,
    "ordering": Ordering,
    "download": Download,
}


@dataclass(frozen=True)
class Kind:
    """A portal before it is connected: its class and its facts."""

    make: type[Provider]
    info: ProviderInfo


def discover() -> dict[str, Kind]:
    """The portals that ship with the plugin, by id, as the dock lists them: open ones first."""
    found = []
    for name in _modules(families=False):
        make = importlib.import_module(f".{name}", __name__).PROVIDER
        found.append(Kind(make, make.info))
    found.sort(key=lambda kind: (kind.info.closed, kind.info.family == "sample", kind.info.title))
    return {kind.info.id: kind for kind in found}


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
    for number, entry in enumerate(entries, 1):
        try:
            kind = _applied(entry, known)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            name = entry.get("id") if isinstance(entry, dict) else None
            where = f"“{name}”" if name else f"number {number}"
            problems.append(f"The portal {where} in {path.name} was left out: {_why(error)}.")
            continue
        known[kind.info.id] = kind
    return known, problems


def _modules(*, families: bool) -> Iterable[str]:
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg)
    return [name for name in names if name.startswith("_") is families]


def _entries(path: Path) -> tuple[list[Any], list[str]]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        return [], [f"The portals file {path.name} cannot be read: {error}."]
    if not isinstance(entries, list):
        return [], [f"The portals file {path.name} must hold a list of portals."]
    return entries, []


def _applied(entry: Mapping[str, Any], known: Mapping[str, Kind]) -> Kind:
    """An entry that changes a built-in portal, or makes a new one of a family."""
    changes = _facts(entry)
    if entry["id"] in known:
        kind = known[entry["id"]]
        return replace(kind, info=_changed(kind.info, changes))
    family = entry["family"]
    every = families()
    if family not in every:
        raise ValueError(f"its family “{family}” is not one of {', '.join(sorted(every))}")
    for needed in ("title", "url", "collections"):
        if not changes.get(needed):
            raise ValueError(f"it has no {needed}")
    make = every[family]
    info_type = _info_type(make)
    blank = info_type(id=entry["id"], title="", family=family, url="")
    # A stranger's server is asked only what every server of its family understands.
    changes.setdefault("filters", getattr(make, "usual_filters", frozenset()))
    return Kind(make, _changed(blank, changes))


def _info_type(make: type[Provider]) -> type[ProviderInfo]:
    return getattr(make, "info_type", ProviderInfo)


def _changed(info: ProviderInfo, changes: Mapping[str, Any]) -> ProviderInfo:
    allowed = {field.name for field in fields(info)} - {"id", "family"}
    unknown = sorted(set(changes) - allowed)
    if unknown:
        raise ValueError(f"it has no fact called {', '.join(unknown)}")
    return replace(info, **changes)


def _facts(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an entry as the types of `ProviderInfo`."""
    facts = {key: value for key, value in entry.items() if key not in ("id", "family")}
    if not isinstance(entry["id"], str) or not entry["id"].isidentifier():
        raise ValueError("its id must be a word of letters, digits and _")
    if "url" in facts and not str(facts["url"]).startswith(("https://", "http://", "sample://")):
        raise ValueError("its url must begin with https://")
    for name in ("collections", "links", "spellings"):
        if name in facts and not isinstance(facts[name], dict):
            raise ValueError(f"its {name} must be an object")
    unknown = sorted(set(facts.get("collections", {})) - set(CATALOGUE))
    if unknown:
        raise ValueError(f"there is no collection called {', '.join(unknown)}")
    for name, make in NESTED.items():
        if name in facts:
            facts[name] = make(**facts[name])
    for name in ("filters", "hosts"):
        if name in facts:
            facts[name] = (frozenset if name == "filters" else tuple)(facts[name])
    if "auth" in facts:
        way = _way_in(facts.pop("auth"))
        facts.setdefault("download_auth", way)
    for name in ("search_auth", "download_auth"):
        if isinstance(facts.get(name), dict):
            facts[name] = _way_in(facts[name])
    return facts


def _way_in(said: Mapping[str, Any]) -> Any:
    said = dict(said)
    kind = said.pop("type")
    if kind not in KINDS:
        raise ValueError(f"its login type “{kind}” is not one of {', '.join(KINDS)}")
    return KINDS[kind](**said)


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]}"
    return str(error).rstrip(".")


def connect(
    kind: Kind,
    settings: Optional[NetworkSettings] = None,
    secrets: Optional[ways_in.Secrets] = None,
) -> Provider:
    """A portal ready to be asked. Without ``secrets`` its login is left out, and it says so when asked.

    Keep the result: it holds the login's token for as long as it lives.
    """
    info = kind.info
    plain = Http(info.title, settings=settings, hosts=info.hosts, adapters=kind.make.adapters)
    given = {name: value for name, value in (secrets or {}).items() if value}

    def way(login: Any) -> Http:
        ready = login.fields and set(login.fields) <= set(given)
        return plain.with_auth(login.auth(given, plain)) if ready else plain

    files = way(info.download_auth)
    same = info.search_auth == info.download_auth
    return kind.make(files if same else way(info.search_auth), files, info)
