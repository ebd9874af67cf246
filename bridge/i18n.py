"""Texts in the user's language: one context, literals only."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

FOLDER = Path(__file__).resolve().parents[1] / "i18n"

_installed: list[QTranslator] = []


def tr(text: str) -> str:
    """The text in the user's language. Give it a literal, and format what comes back."""
    return QCoreApplication.translate("SentinelPortals", text)


def mark(text: str) -> str:
    """The text itself: marks a literal in a table, to be `translated` when shown."""
    return text


def translated(marked: str) -> str:
    """A text that was marked elsewhere, in the user's language."""
    return QCoreApplication.translate("SentinelPortals", marked)


def language() -> str:
    """``fr_FR``, ``de``: QGIS writes what it really shows into its settings at every start."""
    return QgsSettings().value("locale/userLocale", "") or QgsApplication.locale()


def install() -> Optional[QTranslator]:
    """Loads our translation for the language of QGIS; None where there is none."""
    remove()
    translator = QTranslator()
    name = f"sentinel_portals_{language()[:2].lower()}.qm"
    if not translator.load(str(FOLDER / name)):
        return None
    QCoreApplication.installTranslator(translator)
    _installed.append(translator)
    return translator


def remove() -> None:
    """Takes back what `install` did."""
    while _installed:
        QCoreApplication.removeTranslator(_installed.pop())
