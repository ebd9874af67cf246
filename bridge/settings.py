"""What is remembered: one dataclass, whole in, whole out. And where our files live."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QStandardPaths

GROUP = "sentinel_portals"


def _downloads() -> str:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return str(Path(place or Path.home()) / "sentinel_portals")


@dataclass(frozen=True)
class Settings:
    """Dates are ISO texts; without them the last ``days`` are meant.

    ``logins`` is portal id → id of a QGIS authentication configuration, ``order`` the portals in
    order of preference, ``assets`` the bands chosen last, ``area`` WKT. ``preset`` is the
    composition; ``percentiles``: is it stretched by each image's own numbers?
    ``folder`` counts only once a person has chosen it. Downloads: ``rate`` in kB/s (0: all there
    is) from ``from_hour`` to ``to_hour`` (equal: always), ``at_once`` scenes over all portals;
    ``goes_on``: does the queue go on by itself when QGIS starts? ``only_area``: of each image no
    more than the area of the search? ``sheet`` is shown before a download "always" or only for
    "trouble"; ``folders`` are looked into for what is here already, beside ``folder``.
    ``queue_open`` and ``queue_header`` are how the panel of downloads was left.
    """

    folder: str = field(default_factory=_downloads)
    collection: str = "sentinel-2-l2a"
    days: int = 30
    start: str = ""
    end: str = ""
    max_cloud: int = 30
    use_cloud: bool = True
    portals: tuple[str, ...] = ()
    limit: int = 1000
    style: str = "cloud"
    assets: tuple[str, ...] = ()
    load_after: bool = False
    preset: str = "true_colour"
    percentiles: bool = False
    logins: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    area: str = ""
    dock_open: bool = False
    folder_chosen: bool = False
    rate: int = 0
    from_hour: int = 0
    to_hour: int = 0
    at_once: int = 8
    goes_on: bool = True
    sheet: str = "always"
    folders: tuple[str, ...] = ()
    only_area: bool = False
    queue_open: bool = False
    queue_header: str = ""


def load() -> Settings:
    """What was saved; a damaged or foreign value counts as never saved."""
    store, usual, kept = QgsSettings(), Settings(), {}
    for each in fields(Settings):
        text = store.value(f"{GROUP}/{each.name}", None)
        default = getattr(usual, each.name)
        kept[each.name] = default if text is None else _read(text, default)
    return Settings(**kept)


def save(settings: Settings) -> None:
    store = QgsSettings()
    for each in fields(Settings):
        value = getattr(settings, each.name)
        plain = dict(value) if isinstance(value, Mapping) else value
        store.setValue(f"{GROUP}/{each.name}", json.dumps(plain, ensure_ascii=False))


def _read(text: Any, default: Any) -> Any:
    """The value that was written as JSON, if it is of the default's kind."""
    try:
        value = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return default
    if isinstance(default, tuple):
        fits = isinstance(value, list) and all(isinstance(v, str) for v in value)
        return tuple(value) if fits else default
    if isinstance(default, dict):
        fits = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        return value if fits else default
    return value if type(value) is type(default) else default


def home() -> Path:
    """The folder of our databases and caches; SENTINEL_PORTALS_HOME, or in the QGIS profile."""
    folder = _said("SENTINEL_PORTALS_HOME") or _profile()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def portals_file() -> Path:
    """The file of the portals a person added; it need not exist."""
    return _said("SENTINEL_PORTALS_FILE") or _profile() / "portals.json"


def _said(variable: str) -> Any:
    text = os.environ.get(variable, "").strip()
    return Path(text).expanduser() if text else None


def _profile() -> Path:
    return Path(QgsApplication.qgisSettingsDirPath()) / "sentinel_portals"
