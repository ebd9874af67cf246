"""Our icons by name: the only place that knows where they are."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtGui import QIcon

FOLDER = Path(__file__).resolve().parents[1] / "icons"


def icon(name: str) -> QIcon:
    """The icon ``icons/NAME.svg``; an empty one when there is none, as Qt does."""
    return QIcon(str(path(name)))


def path(name: str) -> Path:
    return FOLDER / f"{name}.svg"
