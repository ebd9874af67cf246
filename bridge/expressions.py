"""What our map tips ask QGIS's expressions for: kept quicklooks, and the titles of portals."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsExpression, QgsExpressionFunction
from qgis.PyQt.QtCore import QCoreApplication, QThread, QUrl

from . import footprints, messages
from .i18n import tr
from .quicklooks import Fetcher, kept

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from .portals import Portals

QUICKLOOK = "sentinel_quicklook"
TITLES = "sentinel_portal_titles"


class _Function(QgsExpressionFunction):
    """A function of one text; what goes wrong in it is an empty text and a line in the log."""

    def __init__(self, name: str, help_text: str) -> None:
        super().__init__(name, 1, "Sentinel Portals", help_text)

    def answer(self, text: str, context: Any) -> str:
        raise NotImplementedError

    def func(self, values: Any, context: Any, parent: Any, node: Any = None) -> str:
        try:
            return self.answer(values[0], context) if isinstance(values[0], str) else ""
        except Exception as error:  # one that left here would abort QGIS
            messages.log(f"{self.name()}: {error}", error)
            return ""

    def usesGeometry(self, node: Any) -> bool:
        return False


class QuicklookFunction(_Function):
    """``sentinel_quicklook("thumbnail")``: '' while the picture is being fetched."""

    def __init__(self, fetcher: Fetcher) -> None:
        super().__init__(
            QUICKLOOK,
            tr("The address of the kept quicklook of a footprint, empty while it is fetched."),
        )
        self.fetcher = fetcher

    def answer(self, text: str, context: Any) -> str:
        there = kept(text) if text else None
        feature = context.feature()
        in_main_thread = QThread.currentThread() == QCoreApplication.instance().thread()
        if text and not there and in_main_thread and feature.fields().indexOf("product") >= 0:
            self.fetcher.ask(text, footprints.offers(feature))
            there = kept(text)
        return QUrl.fromLocalFile(str(there)).toString() if there else ""

    def referencedColumns(self, node: Any) -> set[str]:
        return {"thumbnail", "product"}


class TitlesFunction(_Function):
    """``sentinel_portal_titles("portals")``: what people call the portals of a footprint."""

    def __init__(self, portals: Portals) -> None:
        super().__init__(TITLES, tr("The titles of the portals of a footprint, as HTML."))
        self._portals = portals

    def answer(self, text: str, context: Any) -> str:
        return html.escape(", ".join(map(self._portals.title, text.split(","))))

    def referencedColumns(self, node: Any) -> set[str]:
        return {"portals"}


_registered: list[_Function] = []


def register(portals: Portals, canvas: Optional[QgsMapCanvas] = None) -> None:
    """Teaches QGIS our functions; the canvas is where the map tips are shown."""
    unregister()
    for function in (QuicklookFunction(Fetcher(portals, canvas)), TitlesFunction(portals)):
        if QgsExpression.registerFunction(function):
            _registered.append(function)


def unregister() -> None:
    """Takes them back, and ends the thread of the pictures."""
    while _registered:
        function = _registered.pop()  # to be held until QGIS has let go of it, else it crashes
        QgsExpression.unregisterFunction(function.name())
        if isinstance(function, QuicklookFunction):
            function.fetcher.stop()
