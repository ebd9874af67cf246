"""Everything of ours that stands in QGIS's window, and how it is taken away again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QAction, QMenu

from ..bridge import compat, credentials, footprints, messages, settings
from ..bridge.health import Health
from ..bridge.i18n import tr
from ..bridge.icons import icon
from ..core.errors import SentinelPortalsError
from .cloud import CloudInArea
from .credentials_dialog import CredentialsDialog
from .dock import Dock
from .downloads import Downloads
from .layer_menu import LayerMenu
from .loading import Loading
from .notices import Notices
from .ogc_dialog import OgcDialog
from .options_page import OptionsFactory
from .portal_dialog import PortalDialog
from .portals_dialog import PortalsDialog
from .queue_panel import QueuePanel
from .queue_runner import QueueRunner
from .relinking import Relinking
from .search_runner import SearchRunner, remember
from .streaming import Streaming

if TYPE_CHECKING:
    from ..bridge.portals import Portals
    from ..bridge.probe import Describe
    from ..core.model import Geometry


class Desktop(QObject):
    """The actions, the layer menu and, once somebody opens it, the dock."""

    def __init__(self, iface, portals: Portals, describe: Describe, help_page: str) -> None:
        super().__init__()
        self._iface, self._portals, self._describe = iface, portals, describe
        self._undo: list[Callable[[], object]] = []
        self.dock: Optional[Dock] = None
        self.runner: Optional[SearchRunner] = None
        self.overview: Optional[PortalsDialog] = None
        self.queue: Optional[QueuePanel] = None
        self._health: Optional[Health] = None
        self._web_layers: Optional[OgcDialog] = None
        self.notices = Notices(iface)
        self.loading = Loading(portals, self.notices, self)
        self._undo.append(self.loading.remove)
        self.queue_runner = QueueRunner(portals, self)
        self._undo.append(self.queue_runner.remove)
        self.downloads = Downloads(
            iface, portals, self.notices, self.loading, self.queue_runner, self, self._area
        )
        self._undo.append(self.downloads.remove)
        self.downloads.began.connect(self._show_first_download)
        self.downloads.login_wanted.connect(self.log_in)
        self.downloads.page_wanted.connect(self._open_page)
        self.streaming = Streaming(portals, self.notices, self)
        self._undo.append(self.streaming.remove)
        self.cloud = CloudInArea(
            iface,
            portals,
            self.notices,
            self.streaming.doors,
            self._area,
            lambda layer, style: self.menu.style(layer, style),
            self,
        )
        self._undo.append(self.cloud.remove)
        self.menu = LayerMenu(
            iface,
            self.downloads,
            self.loading,
            self.streaming,
            self.cloud,
            self.notices,
            self._styled,
        )
        self._undo.append(self.menu.remove)
        self.relinking = Relinking(self.notices, self._open_download_options, self)
        self._undo.append(self.relinking.remove)
        self.action = self._action("spDockAction", "icon", tr("Sentinel Portals"))
        self.action.setCheckable(True)
        self.action.setToolTip(tr("Search satellite images in many portals"))
        self.action.triggered.connect(self.show_dock)
        self._into_menus(self.action)
        self.queue_action = self._action("spQueueAction", "queue", tr("Downloads"))
        self.queue_action.setCheckable(True)
        self.queue_action.setToolTip(tr("Downloads of satellite scenes: how far they are"))
        self.queue_action.triggered.connect(self.show_queue)
        self._into_menus(self.queue_action)
        self.help = self._action("spHelpAction", "icon", tr("Sentinel Portals"))
        self.help.triggered.connect(lambda _=False: QDesktopServices.openUrl(QUrl(help_page)))
        iface.pluginHelpMenu().addAction(self.help)
        self._undo.append(lambda: iface.pluginHelpMenu().removeAction(self.help))
        self.web_layer = self._action("spOgcAction", "layer", tr("Add Web Map Layer…"))
        self.web_layer.triggered.connect(lambda _=False: self.add_web_layer())
        iface.addPluginToWebMenu(tr("Sentinel Portals"), self.web_layer)
        self._undo.append(lambda: iface.removePluginWebMenu(tr("Sentinel Portals"), self.web_layer))
        self._undo.append(self._close_web_layers)
        self._options = OptionsFactory(portals, self._show_options)
        iface.registerOptionsWidgetFactory(self._options)
        self._undo.append(lambda: iface.unregisterOptionsWidgetFactory(self._options))
        if settings.load().dock_open:
            self.show_dock(True)
        if settings.load().queue_open:
            self.show_queue(True)

    def _action(self, name: str, picture: str, text: str) -> QAction:
        action = QAction(icon(picture), text, self._iface.mainWindow())
        action.setObjectName(name)
        self._undo.append(action.deleteLater)
        return action

    def _into_menus(self, action: QAction) -> None:
        title = tr("Sentinel Portals")
        self._iface.addPluginToWebMenu(title, action)
        menus = [w for w in compat.shown_in(action) if isinstance(w, QMenu)]
        # QGIS takes its submenu out when it is empty, but does not delete it.
        self._undo.append(lambda: [m.deleteLater() for m in menus if m.isEmpty()])
        self._undo.append(lambda: self._iface.removePluginWebMenu(title, action))
        self._iface.addWebToolBarIcon(action)
        self._undo.append(lambda: self._iface.removeWebToolBarIcon(action))

    # --- the dock -----------------------------------------------------------------------------

    def show_dock(self, on: bool = True) -> None:
        if on and self.dock is None:
            self._make_dock()
        if self.dock is not None:
            self.dock.setVisible(on)
            if on:
                self.dock.raise_()

    def _make_dock(self) -> None:
        dock = self.dock = Dock(self._iface, self._iface.mainWindow())
        self._undo.append(self._remove_dock)
        runner = self.runner = SearchRunner(self._iface, dock, self._portals, self.notices, dock)
        dock.status.acted.connect(self._act)
        dock.portals.add_wanted.connect(self.add_portal)
        dock.portals.login_wanted.connect(self.log_in)
        dock.portals.overview_wanted.connect(self.show_overview)
        results = dock.results
        results.download_wanted.connect(lambda: self._on_layer(self.downloads.download))
        results.quicklooks_wanted.connect(lambda: self._on_layer(self.loading.quicklooks))
        results.stream_wanted.connect(lambda: self._on_layer(self.streaming.show))
        results.bands_wanted.connect(lambda: self._on_layer(self.downloads.choose_bands))
        results.zoom_wanted.connect(lambda: self._on_layer(self.menu.zoom))
        for work in (self.downloads, self.loading, self.streaming, self.cloud):
            results.stop_wanted.connect(work.stop)
            work.progressed.connect(self._show_progress)
        dock.search_wanted.connect(self.remember)
        dock.option_chosen.connect(self.remember)
        dock.visibilityChanged.connect(self._seen)
        self._show_portals()
        dock.restore(settings.load(), _today())
        if not settings.load().portals:
            dock.portals.set_wanted(self._usual_portals())
        self._iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        runner.ended.connect(self.remember)
        runner.ended.connect(self._note_answers)
        if self._portals.problems:
            self._tell_problems()

    def _remove_dock(self) -> None:
        self.remember()
        if self.overview is not None:
            self.overview.stop()
            self.overview.deleteLater()
            self.overview = None
        self.runner.stop()
        for work in (self.downloads, self.loading, self.streaming, self.cloud):
            work.progressed.disconnect(self._show_progress)
        self.dock.visibilityChanged.disconnect(self._seen)
        self.dock.remove()
        self._iface.removeDockWidget(self.dock)
        self.dock.deleteLater()
        self.dock = self.runner = None

    def _seen(self, visible: bool) -> None:
        """Follows the dock's own close button; a dock behind another one counts as open."""
        self.action.setChecked(not self.dock.isHidden())

    def remember(self) -> None:
        """Keeps what the dock shows, for the next start."""
        if self.dock is not None:
            remember(self.dock.wish(), self.dock, _today())
            settings.save(replace(settings.load(), dock_open=not self.dock.isHidden()))

    # --- the downloads ------------------------------------------------------------------------

    def show_queue(self, on: bool = True) -> None:
        if on and self.queue is None:
            self._make_queue()
        if self.queue is not None:
            self.queue.setVisible(on)
            if on:
                self.queue.raise_()

    def _make_queue(self) -> None:
        queue = self.queue = QueuePanel(self.queue_runner, self._portals, self._iface.mainWindow())
        self._undo.append(self._remove_queue)
        queue.load_wanted.connect(self.downloads.load)
        queue.folder_wanted.connect(self.downloads.open_folder)
        queue.remedy_wanted.connect(self.downloads.help)
        queue.settings_wanted.connect(self._open_download_options)
        queue.visibilityChanged.connect(self._queue_seen)
        self._iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, queue)

    def _remove_queue(self) -> None:
        self.queue.visibilityChanged.disconnect(self._queue_seen)
        self.queue.remove()
        self._iface.removeDockWidget(self.queue)
        self.queue.deleteLater()
        self.queue = None

    def _queue_seen(self, visible: bool) -> None:
        self.queue_action.setChecked(not self.queue.isHidden())

    def _show_first_download(self) -> None:
        """The panel comes by itself once; who closes it has it closed."""
        if self.queue is None:
            self.show_queue(True)

    # --- portals ------------------------------------------------------------------------------

    def _show_portals(self) -> None:
        infos = {name: kind.info for name, kind in self._portals.kinds.items()}
        logins = settings.load().logins
        self.dock.portals.show_portals(
            infos, [name for name in infos if logins.get(name)], self._portals.added()
        )

    def _usual_portals(self) -> list[str]:
        """What a newcomer searches: every open portal; the sample one is there to be ticked."""
        return [
            name
            for name, kind in self._portals.kinds.items()
            if not (
                kind.info.closed or kind.info.search_auth.fields or kind.info.family == "sample"
            )
        ]

    def _tell_problems(self) -> None:
        path = settings.portals_file()
        open_it = (
            "spOpenPortalsFile",
            tr("Open"),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))),
        )
        again = ("spReadPortalsAgain", tr("Read again"), self._read_portals_again)
        text = " ".join([*self._portals.problems, tr("Correct it; all other portals are here.")])
        self.notices.warning(text, [open_it, again])

    def _read_portals_again(self) -> None:
        wanted = self.dock.portals.wanted()
        self._portals.reload()
        self._show_portals()
        self.dock.portals.set_wanted(wanted)
        if self._portals.problems:
            self._tell_problems()
        else:
            self.notices.success(tr("All portals of the portals file are here."))

    def add_portal(self) -> None:
        dialog = PortalDialog(self._portals, self._describe, self.dock)
        if dialog.exec():
            wanted = (*self.dock.portals.wanted(), dialog.added)
            self._show_portals()
            self.dock.portals.set_wanted(wanted)
        dialog.deleteLater()

    def health(self) -> Health:
        """What the portals answered last, read when first needed."""
        if self._health is None:
            self._health = Health(settings.home() / "health.json")
        return self._health

    def _note_answers(self) -> None:
        self.health().note(self.runner.answers.latest.values())
        if self.overview is not None:
            self.overview.search_ended(self.runner.answers)

    def show_overview(self) -> None:
        """The window about the portals, one of them, beside the map."""
        if self.overview is None:
            parent = self._iface.mainWindow()
            self.overview = PortalsDialog(self._portals, self.health(), parent)
            if self.runner.answers is not None:
                self.overview.search_ended(self.runner.answers)
        self.overview.show()
        self.overview.raise_()

    def add_web_layer(self) -> None:
        """The window for layers of WMS, WMTS, WCS and mviewer servers."""
        if self._web_layers is None:
            self._web_layers = OgcDialog(self._area, self._iface.mainWindow())
        self._web_layers.show()
        self._web_layers.raise_()

    def _area(self) -> Optional[Geometry]:
        return self.dock.area.area if self.dock is not None else None

    def _close_web_layers(self) -> None:
        if self._web_layers is not None:
            self._web_layers.stop()
            self._web_layers.deleteLater()
            self._web_layers = None

    def _open_download_options(self) -> None:
        self._options.open_downloads(self._iface)

    def _show_options(self) -> None:
        """What was changed in QGIS's options, in the dock and for the downloads."""
        kept = settings.load()
        if self.dock is not None:
            self._show_portals()
            self.dock.set_options(kept.limit, kept.load_after)
        self.queue_runner.settings_changed()
        self.streaming.settings_changed()

    def log_in(self, portal: str) -> None:
        """Chooses the login of a portal; only the id of the configuration is kept."""
        info = self._portals.kinds[portal].info
        credentials.unlock(again=True)
        kept = settings.load()
        dialog = CredentialsDialog(
            self._portals, info, kept.logins, self.dock or self._iface.mainWindow()
        )
        if dialog.exec():
            settings.save(replace(settings.load(), logins=dialog.logins()))
            if self.dock is not None:
                self._show_portals()
            self.queue_runner.settings_changed()
            self.streaming.settings_changed()
        dialog.deleteLater()

    def _act(self, portal: str, action: str) -> None:
        """The button of a portal's row."""
        if action == "credentials":
            self.log_in(portal)
        elif action == "portal_page":
            self._open_page(portal)
        else:
            self.runner.retry(portal)

    def _open_page(self, portal: str) -> None:
        links = self._portals.kinds[portal].info.links
        page = links.get("terms") or links.get("register") or links.get("home", "")
        QDesktopServices.openUrl(QUrl(page))

    # --- results ------------------------------------------------------------------------------

    def _on_layer(self, slot) -> None:
        """On the active footprint layer, else on the one of the last search."""
        active = self._iface.activeLayer()
        layer = active if footprints.is_footprints(active) else self.runner.layer
        if layer is None:
            self.notices.info(tr("There is no footprint layer: search first."))
            return
        try:
            slot(layer)
        except SentinelPortalsError as error:
            self.notices.warning(messages.sentence(error))

    def _styled(self, style: str) -> None:
        if self.dock is not None:
            self.dock.results.set_style(style)

    def _show_progress(self, percent: float, text: str) -> None:
        self.dock.results.show_progress(None if percent < 0 else percent, text)

    # --- the end ------------------------------------------------------------------------------

    def remove(self) -> None:
        while self._undo:
            self._undo.pop()()
        self.deleteLater()


def _today() -> date:
    return datetime.now().astimezone().date()
