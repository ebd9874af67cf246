"""The message bar: one sentence, and buttons for what can be done next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QDockWidget, QPushButton, QTabWidget

from ..bridge.i18n import tr
from ..bridge.messages import TAG

if TYPE_CHECKING:
    from collections.abc import Sequence

Button = tuple[str, str, Callable[[], None]]
"""Object name, text, what it does."""

STAYS = 0
PASSES = 8  # seconds


class Notices:
    """Says things in QGIS's message bar, under the plugin's name."""

    def __init__(self, iface) -> None:
        self._iface = iface

    def info(self, text: str, buttons: Sequence[Button] = ()) -> None:
        self._push(text, Qgis.MessageLevel.Info, buttons)

    def success(self, text: str, buttons: Sequence[Button] = ()) -> None:
        self._push(text, Qgis.MessageLevel.Success, buttons)

    def warning(self, text: str, buttons: Sequence[Button] = ()) -> None:
        self._push(text, Qgis.MessageLevel.Warning, buttons)

    def details(self) -> Button:
        """The button that opens the log panel at our page."""
        return ("spDetailsButton", tr("Details"), self._open_log)

    def _open_log(self) -> None:
        self._iface.openMessageLog()
        panel = self._iface.mainWindow().findChild(QDockWidget, "MessageLog")
        pages = panel.findChild(QTabWidget) if panel else None
        for place in range(pages.count() if pages else 0):
            if pages.tabText(place) == TAG:
                pages.setCurrentIndex(place)

    def _push(self, text, level, buttons) -> None:
        bar = self._iface.messageBar()
        item = bar.createMessage(tr("Sentinel Portals"), text)
        for name, label, slot in buttons:
            button = QPushButton(label, item)
            button.setObjectName(name)
            button.clicked.connect(lambda _=False, slot=slot: slot())
            item.layout().addWidget(button)
        bar.pushWidget(item, level, STAYS if buttons else PASSES)
