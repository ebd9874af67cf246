"""The composition root: builds every object, adds everything to QGIS and takes it away again.

Whatever is added appends its undo to one list in the same breath; `unload` runs it backwards.
Nothing graphical is imported before `initGui`, because qgis_process has no desktop.
"""

from __future__ import annotations

from typing import Callable

from qgis.core import QgsApplication

from . import providers
from .bridge import i18n, tasks

HELP = "https://github.com/sentinel-portals/sentinel-portals#readme"


class SentinelPortals:
    """What QGIS holds. ``desktop`` is there once `initGui` was called."""

    def __init__(self, iface=None) -> None:
        self.iface = iface
        self.desktop = None
        self._undo: list[Callable[[], object]] = []
        self._provider = None
        i18n.install()
        self._undo.append(i18n.remove)

    def initProcessing(self) -> None:
        """The Processing provider; all there is without a desktop."""
        from .algorithms.provider import AlgorithmProvider

        if self._provider is None:
            self._provider = AlgorithmProvider()
            registry = QgsApplication.processingRegistry()
            registry.addProvider(self._provider)
            self._undo.append(lambda: registry.removeProvider(self._provider))

    def initGui(self) -> None:
        from .bridge import expressions
        from .bridge.portals import Portals
        from .providers._stac import describe
        from .ui.desktop import Desktop

        self.initProcessing()
        self._undo.append(tasks.stop_all)
        portals = Portals(providers.portals, providers.connect)
        expressions.register(portals, self.iface.mapCanvas())
        self._undo.append(expressions.unregister)
        self.desktop = Desktop(self.iface, portals, describe, HELP)
        self._undo.append(self._close_desktop)

    def unload(self) -> None:
        """Takes back everything, last things first."""
        while self._undo:
            self._undo.pop()()
        self._provider = None

    def _close_desktop(self) -> None:
        self.desktop.remove()
        self.desktop = None
