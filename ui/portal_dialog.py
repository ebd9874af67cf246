"""Add a STAC portal: its address, a look at what it holds, and which of ours that is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ..bridge.i18n import tr
from ..bridge.messages import fact, sentence
from ..bridge.network import network_settings
from ..bridge.probe import ProbeTask
from ..core.catalogue import COLLECTIONS
from ..core.errors import SentinelPortalsError
from . import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..bridge.portals import Portals
    from ..bridge.probe import Describe


class PortalDialog(QDialog):
    """``added`` is the id of the portal that was written into the portals file."""

    def __init__(self, portals: Portals, describe: Describe, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spPortalDialog")
        self.setWindowTitle(tr("Add a STAC Portal"))
        self.added = ""
        self._portals, self._describe, self._task = portals, describe, None
        self._entry: dict[str, Any] = {}
        self.url = QLineEdit()
        self.url.setObjectName("spPortalUrl")
        self.url.setPlaceholderText("https://…/stac/v1")
        self.url.setClearButtonEnabled(True)
        self.test = QPushButton(tr("&Test"))
        self.test.setObjectName("spPortalTest")
        self.test.setAutoDefault(False)
        self.test.clicked.connect(self.look)
        self.title = QLineEdit()
        self.title.setObjectName("spPortalTitle")
        self.verdict = QLabel(tr("Test the address to see what this portal holds."))
        self.verdict.setObjectName("spPortalVerdict")
        self.verdict.setWordWrap(True)
        self.table = QTableWidget(len(COLLECTIONS), 2)
        self.table.setObjectName("spPortalCollections")
        self.table.setAccessibleName(tr("Collections"))
        self.table.setHorizontalHeaderLabels([tr("Our collection"), tr("Its name there")])
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._theirs: dict[str, QComboBox] = {}
        for row, collection in enumerate(COLLECTIONS):
            item = QTableWidgetItem(words.collection(collection.id))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.table.setItem(row, 0, item)
            combo = self._theirs[collection.id] = QComboBox()
            combo.setObjectName(f"spTheirs_{collection.id}")
            combo.setEditable(True)
            combo.setAccessibleName(words.collection(collection.id))
            combo.editTextChanged.connect(self._judge)
            self.table.setCellWidget(row, 1, combo)
        address = QHBoxLayout()
        address.addWidget(self.url, 1)
        address.addWidget(self.test)
        form = QFormLayout()
        form.addRow(tr("&Address"), address)
        form.labelForField(address).setBuddy(self.url)
        form.addRow(tr("&Name"), self.title)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.verdict)
        layout.addWidget(self.table)
        layout.addWidget(buttons)
        self.resize(520, 460)
        self.url.textChanged.connect(self._moved)
        self.title.textChanged.connect(self._judge)
        self._judge()

    # --- looking ------------------------------------------------------------------------------

    def look(self) -> None:
        """Reads the address in a task, so that a slow server stops nobody."""
        if self._task is not None:
            return
        self.verdict.setText(tr("Reading {address} …").format(address=self.address()))
        self._task = ProbeTask(self.address(), network_settings(), self._describe)
        self._task.ended.connect(self._looked)
        self._judge()
        QgsApplication.taskManager().addTask(self._task)

    def address(self) -> str:
        return self.url.text().strip().rstrip("/")

    def _looked(self, good: bool) -> None:
        task, self._task = self._task, None
        if task.entry:
            self.show_entry(task.entry, task.theirs)
        elif task.error is not None:
            self.verdict.setText(fact(str(task.error)))
        self._judge()

    def show_entry(self, entry: Mapping[str, Any], theirs: Sequence[str]) -> None:
        """What the server says of itself; the person has the last word on name and collections."""
        self._entry = dict(entry)
        if not self.title.text().strip():
            self.title.setText(entry["title"])
        for ours, combo in self._theirs.items():
            combo.clear()
            combo.addItems(["", *theirs])
            combo.setEditText(entry["collections"].get(ours, ""))
        self.verdict.setText(
            tr("{title}: {count} collections, {known} of them are among ours.").format(
                title=entry["title"], count=len(theirs), known=len(entry["collections"])
            )
        )

    # --- adding -------------------------------------------------------------------------------

    def entry(self) -> dict[str, Any]:
        """What is written into the portals file."""
        mapping = {ours: combo.currentText().strip() for ours, combo in self._theirs.items()}
        return {
            "family": "stac",
            "url": self.address(),
            **self._entry,
            "id": self._id(),
            "title": self.title.text().strip(),
            "collections": {ours: theirs for ours, theirs in mapping.items() if theirs},
        }

    def accept(self) -> None:
        entry = self.entry()
        try:
            self._portals.add(entry)
        except SentinelPortalsError as error:
            self.verdict.setText(sentence(error))
            return
        self.added = entry["id"]
        super().accept()

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.ended.disconnect(self._looked)
            self._task.cancel()
            self._task = None
        super().done(result)

    def _moved(self, *_) -> None:
        """Another address: what the last one said counts no more."""
        self._entry = {}
        self._judge()

    def _judge(self, *_) -> None:
        entry = self.entry()
        address = entry["url"].startswith(("https://", "http://"))
        self.test.setEnabled(address and self._task is None)
        self._ok.setEnabled(bool(address and entry["title"] and entry["collections"]))

    def _id(self) -> str:
        """``earth_example_org``, with a number when there is one already."""
        host = urlsplit(self.address()).hostname or "portal"
        plain = self._entry.get("id") or re.sub(r"\W+", "_", host).strip("_")
        name = plain if plain.isidentifier() else f"_{plain}"
        taken, number, free = self._portals.kinds, 2, name
        while free in taken:
            free, number = f"{name}_{number}", number + 1
        return free
