"""Add a web map layer: a known server or any other, its layers over the area, one on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsApplication
from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt.QtCore import Qt, pyqtSlot
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from ..bridge import credentials, messages, ogc
from ..bridge.i18n import tr
from ..bridge.network import network_settings
from ..bridge.ogc import CapabilitiesTask, WebService
from ..core.errors import SentinelPortalsError
from ..core.geometry import bounds

if TYPE_CHECKING:
    from ..core.model import BBox, Geometry
    from ..core.ogc import WebLayer

ROW = Qt.ItemDataRole.UserRole


class OgcDialog(QDialog):
    """``area`` gives the area of the search, None where there is none. Stays open after adding."""

    def __init__(self, area: Callable[[], Optional[Geometry]], parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spOgcDialog")
        self.setWindowTitle(tr("Add Web Map Layer"))
        self._area = area
        self._task: Optional[CapabilitiesTask] = None
        self._layers: list[WebLayer] = []
        self._known = ogc.known()
        self.address = QComboBox()
        self.address.setObjectName("spOgcAddress")
        self.address.setEditable(True)
        self.address.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.address.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for service in self._known:
            self.address.addItem(service.title)
        self.address.setCurrentIndex(0)
        self.address.lineEdit().setPlaceholderText(tr("A server of the list, or an address"))
        self.read = QPushButton(tr("&Read"))
        self.read.setObjectName("spOgcRead")
        self.read.clicked.connect(self.look)
        self.login = QgsAuthConfigSelect()
        self.login.setObjectName("spOgcLogin")
        self._login_label = QLabel(tr("&Configuration"))
        self._login_label.setBuddy(self.login)
        self._login_why = QLabel(
            tr(
                "The id of your Sentinel Hub configuration opens it to everybody: keep it as "
                "password of an authentication configuration. A project with the layer holds it."
            )
        )
        self._login_why.setWordWrap(True)
        self.filter = QLineEdit()
        self.filter.setObjectName("spOgcFilter")
        self.filter.setPlaceholderText(tr("Filter the layers"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._show_layers)
        self.here = QCheckBox(tr("Only over the &area"))
        self.here.setObjectName("spOgcHere")
        self.here.setChecked(True)
        self.here.toggled.connect(self._show_layers)
        self.list = self._make_list()
        self.time = QComboBox()
        self.time.setObjectName("spOgcTime")
        self._time_label = QLabel(tr("&Time"))
        self._time_label.setBuddy(self.time)
        self.add = QPushButton(tr("A&dd to the map"))
        self.add.setObjectName("spOgcAdd")
        self.add.clicked.connect(self.add_current)
        self.verdict = QLabel(tr("Read a server to see its layers."))
        self.verdict.setObjectName("spOgcVerdict")
        self.verdict.setWordWrap(True)
        for button in (self.read, self.add):
            button.setAutoDefault(False)
        self._lay_out()
        self.address.editTextChanged.connect(self._moved)
        self._moved()
        self._choose()

    def _make_list(self) -> QTreeWidget:
        rows = QTreeWidget()
        rows.setObjectName("spOgcLayers")
        rows.setAccessibleName(tr("Layers"))
        rows.setHeaderLabels([tr("Layer"), tr("Name there"), tr("Kind")])
        rows.setRootIsDecorated(False)
        rows.setUniformRowHeights(True)
        rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        rows.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        rows.header().setStretchLastSection(False)
        rows.currentItemChanged.connect(self._choose)
        rows.itemDoubleClicked.connect(lambda *_: self.add_current())
        return rows

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.addWidget(self.address, 1)
        where.addWidget(self.read)
        form = QFormLayout()
        form.addRow(tr("&Server"), where)
        form.labelForField(where).setBuddy(self.address)
        form.addRow(self._login_label, self.login)
        form.addRow("", self._login_why)
        narrow = QHBoxLayout()
        narrow.addWidget(self.filter, 1)
        narrow.addWidget(self.here)
        last = QHBoxLayout()
        last.addWidget(self._time_label)
        last.addWidget(self.time, 1)
        last.addStretch()
        last.addWidget(self.add)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addLayout(narrow)
        layout.addWidget(self.list, 1)
        layout.addLayout(last)
        layout.addWidget(self.verdict)
        self.resize(620, 520)

    # --- reading ------------------------------------------------------------------------------

    def service(self) -> WebService:
        """The known server of this title, else what was typed, as an address."""
        text = self.address.currentText().strip()
        return next((s for s in self._known if s.title == text), WebService(text, text))

    def look(self) -> None:
        """Reads what the server offers, beside the main thread; a second click stops."""
        if self._task is not None:
            self._task.cancel()
            return
        url = self._url()
        if not url:
            return
        service = self.service()
        self._task = CapabilitiesTask(url, network_settings(), service.attribution)
        self._task.ended.connect(self._looked)
        self.verdict.setText(tr("Reading {address} …").format(address=service.title))
        self.read.setText(tr("S&top"))
        QgsApplication.taskManager().addTask(self._task)

    def _url(self) -> str:
        """The address to read, '' when something is lacking, which is then said."""
        service = self.service()
        if not service.wants_instance:
            return service.url
        if not self.login.configId():
            self.verdict.setText(tr("Choose the configuration that holds the id."))
            return ""
        if not credentials.unlock(again=True):
            self.verdict.setText(
                tr("QGIS's authentication database stays locked: nothing was tried.")
            )
            return ""
        instance = credentials.secrets(self.login.configId()).get("password", "")
        if not instance:
            self.verdict.setText(tr("This configuration has no password, which would be the id."))
            return ""
        return service.address(instance)

    @pyqtSlot(bool)
    def _looked(self, good: bool) -> None:
        task, self._task = self._task, None
        self.read.setText(tr("&Read"))
        if task is None or task.stopped():
            self.verdict.setText(tr("Cancelled."))
            return
        self._layers = list(task.layers)
        if task.error is not None:
            self.verdict.setText(messages.sentence(task.error))
        self._show_layers()

    def _moved(self, *_) -> None:
        """Another server: does it want the id of a configuration?"""
        service = self.service()
        for widget in (self._login_label, self.login, self._login_why):
            widget.setVisible(service.wants_instance)
        self.read.setEnabled(service.url.startswith(("https://", "http://")))

    # --- choosing -----------------------------------------------------------------------------

    def _box(self) -> Optional[BBox]:
        area = self._area() if self.here.isChecked() else None
        return bounds(area) if area else None

    def _show_layers(self, *_) -> None:
        text, box = self.filter.text().strip().lower(), self._box()
        self.list.clear()
        for row, layer in enumerate(self._layers):
            named = f"{layer.title} {layer.name}".lower()
            if text in named and ogc.touches(layer, box):
                item = QTreeWidgetItem([layer.title or layer.name, layer.name, layer.kind])
                item.setData(0, ROW, row)
                item.setToolTip(0, "<br>".join(t for t in (layer.title, layer.attribution) if t))
                self.list.addTopLevelItem(item)
        shown, there = self.list.topLevelItemCount(), len(self._layers)
        if there:
            self.verdict.setText(tr("{shown} of {count} layers").format(shown=shown, count=there))
        self.list.setCurrentItem(self.list.topLevelItem(0))
        self._choose()

    def _current(self) -> Optional[WebLayer]:
        item = self.list.currentItem()
        return self._layers[item.data(0, ROW)] if item else None

    def _choose(self, *_) -> None:
        layer = self._current()
        self.add.setEnabled(layer is not None)
        self.time.clear()
        if layer is not None:
            self.time.addItem(tr("as the server likes"), "")
            for moment in layer.times:
                if "/" not in moment:  # an interval is no moment to ask for
                    self.time.addItem(moment, moment)
        for widget in (self._time_label, self.time):
            widget.setVisible(self.time.count() > 1)

    def add_current(self) -> None:
        layer = self._current()
        if layer is None:
            return
        try:
            made = ogc.open_layer(layer, self.time.currentData() or "")
        except SentinelPortalsError as error:
            self.verdict.setText(messages.sentence(error))
            return
        ogc.add(made)
        self.verdict.setText(tr("{layer} is on the map.").format(layer=made.name()))

    def stop(self) -> None:
        """The window goes: nobody waits for the server."""
        if self._task is not None:
            self._task.ended.disconnect(self._looked)
            self._task.cancel()
            self._task = None
