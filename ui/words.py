"""Numbers, sizes and dates as people of this locale read them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QDate, QLocale

from ..bridge.i18n import language, mark, tr, translated
from ..core import names
from ..core.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def locale() -> QLocale:
    """The locale with its thousands separator; QGIS may have switched that off in the default."""
    name = QLocale().name()
    return QLocale(language() if name == "C" else name)


def number(value: float, decimals: int = 0) -> str:
    """``1 234 567`` or ``1,234,567``."""
    return locale().toString(float(value), "f", decimals)


@lru_cache(maxsize=10_000)
def scene(title: str) -> str:
    """``2024-06-12 S2A 31TEL L2A`` of a product's name that tells it; else the name itself."""
    facts = names.parse_name(title) or {}
    days = (facts.get(key, "") for key in ("start", "date", "take"))
    day = next((text for text in days if text[:8].isdecimal()), "")
    if not day:
        return title
    landsat = facts["kind"] == "landsat"
    told = (
        f"{day[:4]}-{day[4:6]}-{day[6:8]}",
        f"{day[9:11]}:{day[11:13]}" if "start" in facts else "",
        f"L{int(facts['platform'])}" if landsat else names.platform(facts.get("platform")),
        f"{facts['path']}/{facts['row']}" if landsat else facts.get("tile", ""),
        facts.get("type", facts.get("level", "")).strip("_"),
    )
    return " ".join(filter(None, told))


def km2(value: float) -> str:
    """An area with as many decimals as its size deserves."""
    return tr("{number} km²").format(number=number(value, 0 if value >= 100 else 2))


def size(byte_count: Optional[float]) -> str:
    """``1.2 MB``, in powers of ten as portals and disks count; '' when nobody knows."""
    if byte_count is None:
        return ""
    units = ((1e12, tr("TB")), (1e9, tr("GB")), (1e6, tr("MB")), (1e3, tr("kB")))
    for step, unit in units:
        if byte_count >= step:
            return f"{number(byte_count / step, 1)} {unit}"
    return tr("{number} bytes").format(number=number(byte_count))


def seconds(value: float) -> str:
    return tr("{number} s").format(number=number(value, 1 if value < 10 else 0))


def span(value: float) -> str:
    """``45 s``, ``10 min``, ``1.5 h``, ``30 days``."""
    for least, step, text in ((172800, 86400, tr("{number} days")), (3600, 3600, tr("{number} h"))):
        if value >= least:
            return text.format(number=number(value / step, 1 if value % step else 0))
    if value >= 60:
        return tr("{number} min").format(number=number(value / 60))
    return seconds(value)


def date_format() -> str:
    """The locale's short format with all four digits of the year; ISO where months are words."""
    short = locale().dateFormat(QLocale.FormatType.ShortFormat)
    if "MMM" in short:
        return "yyyy-MM-dd"
    return short if "yyyy" in short else short.replace("yy", "yyyy")


def day(value: date) -> str:
    return locale().toString(QDate(value.year, value.month, value.day), date_format())


def collection(name: str) -> str:
    """The title of one of our collections; most are names, which no language changes."""
    return translated(CATALOGUE[name].title)


IN_WORDS = (
    mark("Sentinel-2 L1C (top of atmosphere)"),
    mark("Sentinel-2 L2A (surface)"),
    mark("Sentinel-2 L3A monthly (THEIA)"),
    mark("Snow cover (THEIA)"),
    mark("Sentinel-1 RTC (terrain-corrected)"),
    mark("Land cover of France OSO"),
)


def scenes(count: int) -> str:
    if count == 0:
        return tr("0 scenes")
    return tr("1 scene") if count == 1 else tr("{count} scenes").format(count=number(count))


def portals(count: int) -> str:
    return tr("1 portal") if count == 1 else tr("{count} portals").format(count=number(count))


def unplaced(count: int) -> str:
    """Scenes whose portal does not tell where they lie."""
    if count == 1:
        return tr("1 scene without footprint")
    return tr("{count} scenes without footprint").format(count=number(count))


def files(count: int) -> str:
    return tr("1 file") if count == 1 else tr("{count} files").format(count=number(count))


def listed(sentences: Iterable[str]) -> str:
    """Half-sentences as one: ``3 scenes; 1 failed``."""
    return tr("; ").join(sentences)


def layers(count: int) -> str:
    return tr("1 layer") if count == 1 else tr("{count} layers").format(count=number(count))


def quicklooks(count: int) -> str:
    return tr("1 quicklook") if count == 1 else tr("{count} quicklooks").format(count=number(count))
