"""Our page in QGIS's options: the accounts, and what holds for every search and download."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from qgis.gui import QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtWidgets import QFormLayout, QSpinBox, QTabWidget, QVBoxLayout, QWidget

from ..bridge import settings
from ..bridge.i18n import tr
from ..bridge.icons import icon
from .accounts_panel import AccountsPanel
from .downloads_options import DownloadsOptions

if TYPE_CHECKING:
    from ..bridge.portals import Portals

PAGE = "spOptionsPage"


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page whenever somebody opens QGIS's options; ``applied`` is called after OK."""

    def __init__(self, portals: Portals, applied: Callable[[], None]) -> None:
        super().__init__()
        self.setTitle(tr("Sentinel Portals"))
        self._portals, self._applied = portals, applied
        self._at_downloads = False

    def open_downloads(self, iface) -> None:
        """Opens QGIS's options at what is set for downloads."""
        self._at_downloads = True
        iface.showOptionsDialog(iface.mainWindow(), PAGE)
        self._at_downloads = False

    def icon(self):
        return icon("icon")

    def createWidget(self, parent=None) -> OptionsPage:
        page = OptionsPage(self._portals, self._applied, parent)
        if self._at_downloads:
            page.tabs.setCurrentWidget(page.downloads)
        return page


class OptionsPage(QgsOptionsPageWidget):
    """Three tabs. Nothing is kept before `apply`, which QGIS calls for OK."""

    def __init__(self, portals: Portals, applied: Callable[[], None], parent=None) -> None:
        super().__init__(parent)
        self.setObjectName(PAGE)
        self._applied = applied
        kept = settings.load()
        self.accounts = AccountsPanel(portals, kept.logins)
        infos = {name: kind.info for name, kind in portals.kinds.items()}
        self.downloads = DownloadsOptions(infos, kept)
        self.search = SearchPanel(kept)
        tabs = self.tabs = QTabWidget()
        tabs.setObjectName("spOptionsTabs")
        tabs.addTab(self.accounts, tr("Accounts"))
        tabs.addTab(self.downloads, tr("Downloads"))
        tabs.addTab(self.search, tr("Search"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(tabs)

    def apply(self) -> None:
        self.accounts.form.keep()
        logins = self.accounts.form.chosen()
        kept = replace(settings.load(), logins=logins)
        settings.save(self.search.changed(self.downloads.changed(kept)))
        self._applied()


class SearchPanel(QWidget):
    """What holds for every search."""

    def __init__(self, kept: settings.Settings) -> None:
        super().__init__()
        self.limit = QSpinBox()
        self.limit.setObjectName("spOptionsLimit")
        self.limit.setRange(1, 100_000)
        self.limit.setSingleStep(100)
        self.limit.setValue(kept.limit)
        form = QFormLayout(self)
        form.addRow(tr("&Most scenes per portal"), self.limit)

    def changed(self, kept: settings.Settings) -> settings.Settings:
        return replace(kept, limit=self.limit.value())
