"""The dock: it shows and asks, nothing else. `SearchRunner` does the searching."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Optional

from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDockWidget,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..bridge import rasters
from ..bridge.i18n import tr
from ..bridge.icons import icon
from .area_panel import AreaPanel
from .portals_panel import PortalsPanel
from .results_panel import ResultsPanel
from .status_panel import StatusPanel
from .what_panel import WhatPanel

if TYPE_CHECKING:
    from ..core.model import Geometry

NARROW = 300
GROUPS = ("ndvi", "visual", "olci", "no2", "radar", "single")
"""The compositions that begin a group in the list."""


@dataclass(frozen=True)
class Wish:
    """What the dock asks for, as it stands there; nothing of it is checked yet."""

    area: Optional[Geometry]
    collection: str
    start: date
    end: date
    max_cloud: Optional[int]
    portals: tuple[str, ...]
    limit: int
    add: bool


class Dock(QDockWidget):
    """Area, what, portals, search; below it what the portals answer."""

    search_wanted = pyqtSignal()
    cancel_wanted = pyqtSignal()
    option_chosen = pyqtSignal()

    def __init__(self, iface, parent=None) -> None:
        super().__init__(tr("Sentinel Portals"), parent)
        self.setObjectName("spDock")
        self.area = AreaPanel(iface)
        self.what = WhatPanel(iface.mapCanvas())
        self.portals = PortalsPanel()
        self.status = StatusPanel()
        self.results = ResultsPanel()
        self._searching = False

        inside = QWidget()
        inside.setObjectName("spDockContents")
        column = QVBoxLayout(inside)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(6)
        column.addWidget(_section("spAreaBox", tr("Area"), self.area))
        column.addWidget(_section("spWhatBox", tr("Images"), self.what))
        column.addWidget(_section("spPortalsBox", tr("Portals"), self.portals))
        column.addWidget(self._more())
        column.addLayout(self._buttons())
        column.addWidget(self.status)
        column.addWidget(self.results)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setObjectName("spDockScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        bar = scroll.verticalScrollBar().sizeHint().width()
        scroll.setMinimumWidth(max(NARROW, inside.minimumSizeHint().width() + bar))
        self.setWidget(scroll)
        self.status.hide()
        self.results.hide()
        self.what.changed.connect(lambda: self.portals.show_collection(self.what.collection()))
        self.portals.show_collection(self.what.collection())
        self._order()

    def _more(self) -> QWidget:
        more = QWidget()
        form = QFormLayout(more)
        form.setContentsMargins(0, 0, 0, 0)
        self._limit = QSpinBox()
        self._limit.setObjectName("spLimit")
        self._limit.setRange(1, 100_000)
        self._limit.setSingleStep(100)
        form.addRow(tr("Most per portal"), self._limit)
        self._add = QCheckBox(tr("Add to the current results"))
        self._add.setObjectName("spAddToResults")
        self._add.setToolTip(tr("Write into the footprint layer of the last search, not a new one"))
        form.addRow(self._add)
        self._load_after = QCheckBox(tr("Load what was downloaded"))
        self._load_after.setObjectName("spLoadAfter")
        self._load_after.clicked.connect(self.option_chosen)
        form.addRow(self._load_after)
        self._composition = QComboBox()
        self._composition.setObjectName("spComposition")
        self._composition.setToolTip(tr("What images are shown as; else what suits them"))
        self._composition.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for name, title in rasters.presets():
            if name in GROUPS:
                self._composition.insertSeparator(self._composition.count())
            self._composition.addItem(title, name)
        self._composition.activated.connect(lambda _: self.option_chosen.emit())
        form.addRow(tr("Show images as"), self._composition)
        self._percentiles = QCheckBox(tr("Stretch each image by itself"))
        self._percentiles.setObjectName("spPercentiles")
        self._percentiles.setToolTip(
            tr("Between the 2nd and the 98th percentile; else alike, so that dates compare")
        )
        self._percentiles.clicked.connect(self.option_chosen)
        form.addRow(self._percentiles)
        box = _section("spMoreBox", tr("More"), more)
        box.setCollapsed(True)
        return box

    def _buttons(self) -> QHBoxLayout:
        self.search_button = QPushButton(icon("search"), tr("Se&arch"))
        self.search_button.setObjectName("spSearchButton")
        self.search_button.setToolTip(tr("Search the ticked portals (Enter)"))
        self.search_button.setDefault(True)
        self.search_button.clicked.connect(self.search_wanted)
        self.cancel_button = QPushButton(icon("cancel"), tr("Cancel"))
        self.cancel_button.setObjectName("spCancelButton")
        self.cancel_button.setToolTip(tr("Stop the search (Esc)"))
        self.cancel_button.clicked.connect(self.cancel_wanted)
        for button in (self.search_button, self.cancel_button):
            button.setIconSize(QSize(18, 18))
        self.cancel_button.setEnabled(False)
        row = QHBoxLayout()
        row.addWidget(self.search_button, 2)
        row.addWidget(self.cancel_button, 1)
        return row

    def _order(self) -> None:
        """Tab goes from top to bottom."""
        tab, window = Qt.FocusPolicy.TabFocus, self.window()
        inside = self.widget().findChildren(QWidget)
        stops = [w for w in inside if w.window() is window and w.focusPolicy() & tab]
        stops.sort(key=lambda w: self._rank(w))
        for before, after in zip(stops, stops[1:]):
            QWidget.setTabOrder(before, after)

    def _rank(self, widget: QWidget) -> int:
        panels = (self.area, self.what, self.portals, self._limit, self._add, self._load_after)
        panels += (self._composition, self._percentiles)
        panels += (self.search_button, self.cancel_button, self.status, self.results)
        for place, panel in enumerate(panels):
            if widget is panel or panel.isAncestorOf(widget):
                return place
        return -1

    # --- what is asked ------------------------------------------------------------------------

    def wish(self) -> Wish:
        start, end = self.what.period()
        return Wish(
            self.area.area,
            self.what.collection(),
            start,
            end,
            self.what.max_cloud(),
            tuple(self.portals.ticked()),
            self._limit.value(),
            self._add.isChecked(),
        )

    def restore(self, settings, today: date) -> None:
        """Everything as it was left; a first start gets the last month of Sentinel-2."""
        self.what.set_collection(settings.collection)
        start, end = settings.start, settings.end
        self.what.set_period(
            date.fromisoformat(start) if start else today - timedelta(days=settings.days or 30),
            date.fromisoformat(end) if end else today,
        )
        self.what.set_cloud(settings.use_cloud, settings.max_cloud)
        self.portals.set_wanted(settings.portals)
        self.set_options(settings.limit, settings.load_after)
        self._composition.setCurrentIndex(max(0, self._composition.findData(settings.preset)))
        self._percentiles.setChecked(settings.percentiles)
        self.results.set_style(settings.style)
        self.area.set_wkt(settings.area)

    def set_options(self, limit: int, load_after: bool) -> None:
        self._limit.setValue(limit)
        self._load_after.setChecked(load_after)

    def load_after(self) -> bool:
        return self._load_after.isChecked()

    def looks(self) -> tuple[str, bool]:
        """The composition, and whether each image is stretched by itself."""
        return self._composition.currentData(), self._percentiles.isChecked()

    # --- searching ----------------------------------------------------------------------------

    def set_searching(self, on: bool) -> None:
        self._searching = on
        self.search_button.setEnabled(not on)
        self.cancel_button.setEnabled(on)
        (self.cancel_button if on else self.search_button).setFocus()

    # --- keys and closing ---------------------------------------------------------------------

    def keyPressEvent(self, event) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._searching:
            self.search_wanted.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        if self.area.drawing():
            self.area.stop_drawing()
        elif self._searching:
            self.cancel_wanted.emit()

    def closeEvent(self, event) -> None:
        self.area.stop_drawing()
        super().closeEvent(event)

    def remove(self) -> None:
        """Takes what is on the map off it, before the dock itself goes."""
        self.area.remove()


def _section(name: str, title: str, content: QWidget) -> QgsCollapsibleGroupBoxBasic:
    box = QgsCollapsibleGroupBoxBasic(title)
    box.setObjectName(name)
    layout = QVBoxLayout(box)
    layout.setContentsMargins(4, 2, 4, 4)
    layout.addWidget(content)
    return box
