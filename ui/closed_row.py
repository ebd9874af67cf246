"""Below the portals: those that are closed, folded away, and who took their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ..bridge.i18n import tr
from . import words

if TYPE_CHECKING:
    from ..core.provider import ProviderInfo


class ClosedRow(QWidget):
    """``toggled`` shows and hides the closed portals; ``instead`` names the one to be replaced."""

    toggled = pyqtSignal(bool)
    instead = pyqtSignal(str)

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._closed: Optional[ProviderInfo] = None
        self.toggle = QToolButton()
        self.toggle.setObjectName("spShowClosed")
        self.toggle.setCheckable(True)
        self.toggle.setAutoRaise(True)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.setArrowType(Qt.ArrowType.RightArrow)
        self.toggle.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.toggle.toggled.connect(self._turn)
        self.button = QPushButton()
        self.button.setObjectName("spSearchInstead")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda: self.instead.emit(self._closed.id))
        self.button.hide()
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(2)
        self.row.addWidget(self.toggle)
        self.row.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.button)
        layout.addLayout(self.row)

    def show_count(self, count: int) -> None:
        """How many there are to be shown."""
        self.toggle.setVisible(bool(count))
        self.toggle.setText(
            tr("1 closed portal")
            if count == 1
            else tr("{count} closed portals").format(count=words.number(count))
        )

    def offer(self, closed: Optional[ProviderInfo], successor: Optional[ProviderInfo]) -> None:
        """The button for the current portal, when it is closed and somebody took its place."""
        self._closed = closed
        self.button.setVisible(closed is not None and successor is not None)
        if closed is not None and successor is not None:
            self.button.setText(tr("Search {portal} instead").format(portal=successor.title))
            self.button.setToolTip(
                tr("Moves the tick from {closed} to {portal}; the question stays.").format(
                    closed=closed.title, portal=successor.title
                )
            )

    def _turn(self, on: bool) -> None:
        self.toggle.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self.toggled.emit(on)
