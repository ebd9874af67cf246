"""Paste an area as WKT or GeoJSON, checked while one types."""

from __future__ import annotations

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout

from ..bridge.areas import km2
from ..bridge.i18n import tr
from ..bridge.messages import fact
from ..core.errors import SentinelPortalsError
from ..core.geometry import read_area
from . import words

PAUSE = 200  # ms without a key before the text is read


class PasteDialog(QDialog):
    """``area`` is the geometry that was read, None while the text is none."""

    def __init__(self, text: str = "", parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spPasteDialog")
        self.setWindowTitle(tr("Paste an Area"))
        self.area = None
        layout = QVBoxLayout(self)
        hint = QLabel(tr("&WKT or GeoJSON, in degrees (WGS 84), longitude first"))
        self.text = QPlainTextEdit(text)
        self.text.setObjectName("spPasteText")
        self.text.setPlaceholderText("POLYGON((3.0 45.7, 3.2 45.7, 3.2 45.9, 3.0 45.7))")
        self.text.setTabChangesFocus(True)
        hint.setBuddy(self.text)
        self.verdict = QLabel()
        self.verdict.setObjectName("spPasteVerdict")
        self.verdict.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        for widget in (hint, self.text, self.verdict, buttons):
            layout.addWidget(widget)
        self.resize(460, 300)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE)
        self._later.timeout.connect(self.check)
        self.text.textChanged.connect(self._later.start)
        self.check()

    def accept(self) -> None:
        self.check()
        if self.area is not None:
            super().accept()

    def check(self) -> None:
        """Reads the text and says what it is."""
        self._later.stop()
        text, self.area = self.text.toPlainText(), None
        if not text.strip():
            self.verdict.setText("")
        else:
            try:
                self.area = read_area(text)
                self.verdict.setText(tr("Good: {area}").format(area=words.km2(km2(self.area))))
            except SentinelPortalsError as error:
                self.verdict.setText(fact(str(error)))
        self._ok.setEnabled(self.area is not None)
