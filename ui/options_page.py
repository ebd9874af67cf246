"""Our page in QGIS's options: the accounts, and what holds for every search and download."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from qgis.gui import (
    QgsFileWidget,
    QgsOptionsPageWidget,
    QgsOptionsWidgetFactory,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFormLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ..bridge import settings
from ..bridge.i18n import tr
from ..bridge.icons import icon
from .accounts_panel import AccountsPanel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..bridge.portals import Portals
    from ..core.provider import ProviderInfo

PAGE = "spOptionsPage"
ID = Qt.ItemDataRole.UserRole


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page whenever somebody opens QGIS's options; ``applied`` is called after OK."""

    def __init__(self, portals: Portals, applied: Callable[[], None]) -> None:
        super().__init__()
        self.setTitle(tr("Sentinel Portals"))
        self._portals, self._applied = portals, applied

    def icon(self):
        return icon("icon")

    def createWidget(self, parent=None) -> OptionsPage:
        return OptionsPage(self._portals, self._applied, parent)


class OptionsPage(QgsOptionsPageWidget):
    """Two tabs. Nothing is kept before `apply`, which QGIS calls for OK."""

    def __init__(self, portals: Portals, applied: Callable[[], None], parent=None) -> None:
        super().__init__(parent)
        self.setObjectName(PAGE)
        self._applied = applied
        kept = settings.load()
        self.accounts = AccountsPanel(portals, kept.logins)
        self.general = GeneralPanel({n: kind.info for n, kind in portals.kinds.items()}, kept)
        tabs = self.tabs = QTabWidget()
        tabs.setObjectName("spOptionsTabs")
        tabs.addTab(self.accounts, tr("Accounts"))
        tabs.addTab(self.general, tr("General"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(tabs)

    def apply(self) -> None:
        self.accounts.form.keep()
        logins = self.accounts.form.chosen()
        settings.save(self.general.changed(replace(settings.load(), logins=logins)))
        self._applied()


class GeneralPanel(QWidget):
    """Where files go, which portal is asked first, how much is fetched."""

    def __init__(self, infos: Mapping[str, ProviderInfo], kept: settings.Settings) -> None:
        super().__init__()
        self.folder = QgsFileWidget()
        self.folder.setObjectName("spOptionsFolder")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setDialogTitle(tr("Folder for downloaded scenes"))
        self.folder.setFilePath(kept.folder)
        self.load_after = QCheckBox(tr("Load what was downloaded"))
        self.load_after.setObjectName("spOptionsLoadAfter")
        self.load_after.setChecked(kept.load_after)
        self.limit = QSpinBox()
        self.limit.setObjectName("spOptionsLimit")
        self.limit.setRange(1, 100_000)
        self.limit.setSingleStep(100)
        self.limit.setValue(kept.limit)
        self.order = QListWidget()
        self.order.setObjectName("spOptionsOrder")
        self.order.setAccessibleName(tr("Preferred portals"))
        self.order.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.order.setDefaultDropAction(Qt.DropAction.MoveAction)
        for name in ordered(infos, kept.order):
            item = QListWidgetItem(infos[name].title)
            item.setData(ID, name)
            self.order.addItem(item)
        self._usual = tuple(ordered(infos, ()))
        why = QLabel(
            tr(
                "Where several portals hold a scene, the topmost is asked first. Drag those that "
                "you prefer to the top."
            )
        )
        why.setWordWrap(True)
        form = QFormLayout()
        form.addRow(tr("Download &folder"), self.folder)
        form.addRow("", self.load_after)
        form.addRow(tr("&Most scenes per portal"), self.limit)
        form.addRow(tr("&Preferred portals"), self.order)
        form.addRow("", why)
        layout = QVBoxLayout(self)
        layout.addLayout(form)

    def names(self) -> tuple[str, ...]:
        """The portals as they stand in the list."""
        return tuple(self.order.item(row).data(ID) for row in range(self.order.count()))

    def changed(self, kept: settings.Settings) -> settings.Settings:
        """The settings with what was changed here; a portal nobody prefers stays unsaid."""
        folder = self.folder.filePath().strip()
        moved = bool(folder) and Path(folder) != Path(kept.folder)
        return replace(
            kept,
            folder=folder or kept.folder,
            folder_chosen=kept.folder_chosen or moved,
            load_after=self.load_after.isChecked(),
            limit=self.limit.value(),
            order=preferred(self.names(), self._usual),
        )


def ordered(infos: Mapping[str, ProviderInfo], order: tuple[str, ...]) -> list[str]:
    """The open portals, the preferred ones first. Pure."""
    there = [name for name, info in infos.items() if not info.closed]
    first = [name for name in order if name in there]
    return first + [name for name in there if name not in first]


def preferred(names: tuple[str, ...], usual: tuple[str, ...]) -> tuple[str, ...]:
    """Those that were dragged to the top; the rest stands as it always does. Pure."""
    for count in range(len(names)):
        if list(names[count:]) == [name for name in usual if name not in names[:count]]:
            return names[:count]
    return names
