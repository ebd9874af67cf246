"""The window about the portals: how they are, and what they hold beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import QDialog, QTabWidget, QVBoxLayout

from ..bridge.i18n import tr
from .compare_panel import ComparePanel
from .health_panel import HealthPanel

if TYPE_CHECKING:
    from ..bridge.health import Health
    from ..bridge.portals import Portals
    from .search_runner import Answers


class PortalsDialog(QDialog):
    """Stays open beside the map; `search_ended` brings it up to date."""

    def __init__(self, portals: Portals, health: Health, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spPortalsDialog")
        self.setWindowTitle(tr("Portals"))
        self.health = HealthPanel(portals, health)
        self.compare = ComparePanel(portals)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("spPortalsTabs")
        self.tabs.addTab(self.health, tr("Health"))
        self.tabs.addTab(self.compare, tr("Comparison"))
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs)
        self.resize(860, 560)

    def search_ended(self, answers: Answers) -> None:
        self.health.refresh()
        self.compare.show_answers(answers)

    def stop(self) -> None:
        self.health.stop()
        self.compare.stop()
