"""Logging in with the browser: a code to confirm there, and the wait until that was done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, QTimer, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from ..bridge import messages
from ..bridge.accounts import BrowserTask
from ..bridge.i18n import tr
from . import words

if TYPE_CHECKING:
    from ..core.auth import DeviceLogin, OpenId
    from ..core.provider import Provider


class BrowserDialog(QDialog):
    """Closes by itself once the person has agreed; ``secrets`` are then to be kept."""

    def __init__(self, way: OpenId, provider: Provider, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spBrowserDialog")
        self.title = provider.info.title
        self.setWindowTitle(tr("Login for {portal}").format(portal=self.title))
        self.secrets: dict[str, str] = {}
        self._way, self._provider = way, provider
        self._task: Optional[BrowserTask] = None
        self._login: Optional[DeviceLogin] = None
        self._until = 0.0
        layout = QVBoxLayout(self)
        layout.addWidget(self._make_text())
        layout.addLayout(self._make_code())
        layout.addWidget(self._make_wait())
        layout.addStretch(1)
        layout.addWidget(self._make_buttons())
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        self.finished.connect(self._stop)
        self.resize(460, 180)
        self.begin()

    def _make_text(self) -> QLabel:
        self.text = QLabel()
        self.text.setObjectName("spBrowserText")
        self.text.setWordWrap(True)
        return self.text

    def _make_code(self) -> QHBoxLayout:
        self.code = QLabel()
        self.code.setObjectName("spBrowserCode")
        self.code.setAccessibleName(tr("Code"))
        self.code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        font = self.code.font()
        font.setPointSizeF(2 * font.pointSizeF())
        self.code.setFont(font)
        self.copy = QPushButton(tr("&Copy the code"))
        self.copy.setObjectName("spBrowserCopy")
        self.copy.clicked.connect(self._copy)
        self.open = QPushButton(tr("&Open the page"))
        self.open.setObjectName("spBrowserOpen")
        self.open.clicked.connect(self._open)
        row = QHBoxLayout()
        row.addWidget(self.code, 1)
        row.addWidget(self.copy)
        row.addWidget(self.open)
        return row

    def _make_wait(self) -> QProgressBar:
        self.wait = QProgressBar()
        self.wait.setObjectName("spBrowserWait")
        return self.wait

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.again = buttons.addButton(tr("Try again"), QDialogButtonBox.ButtonRole.ActionRole)
        self.again.setObjectName("spBrowserAgain")
        self.again.clicked.connect(self.begin)
        buttons.rejected.connect(self.reject)
        return buttons

    def begin(self) -> None:
        """Asks the portal for a code."""
        self._login = None
        task = self._task = BrowserTask(self._way, self._provider)
        self._show(tr("{portal} is asked for a code…").format(portal=self.title))
        # Methods, not lambdas: Qt forgets them when the window is closed before the answer comes.
        task.began.connect(self._began, Qt.ConnectionType.QueuedConnection)
        task.ended.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        QgsApplication.taskManager().addTask(task)

    @pyqtSlot(object)
    def _began(self, login: DeviceLogin) -> None:
        self._login, self._until = login, time.monotonic() + login.lives
        self._show(
            tr(
                "Your browser shows a page of {portal}. Log in there and confirm this code; this "
                "window closes by itself. QGIS never sees your password."
            ).format(portal=self.title)
        )
        self._second.start()
        self._tick()
        self._open()

    @pyqtSlot(bool)
    def _ended(self, good: bool) -> None:
        task, self._task = self._task, None
        self._second.stop()
        if task is None:
            return
        if task.secrets:
            self.secrets = task.secrets
            self.accept()
        elif task.error is not None:
            self._login = None
            self._show(messages.sentence(task.error, self.title))

    def _show(self, text: str) -> None:
        """The window as it stands: asking, waiting for the person, or failed."""
        login = self._login
        self.text.setText(text)
        for widget in (self.code, self.copy, self.open, self.wait):
            widget.setVisible(login is not None)
        self.code.setText(login.code if login else "")
        self.open.setToolTip(login.page if login else "")
        self.again.setVisible(self._task is None)

    def _tick(self) -> None:
        if self._login is None:
            return
        left = max(0.0, self._until - time.monotonic())
        self.wait.setRange(0, max(1, round(self._login.lives)))
        self.wait.setValue(round(left))
        self.wait.setFormat(
            tr("Waiting for you… {time} left").format(time=words.span(float(round(left))))
        )

    def _copy(self) -> None:
        QgsApplication.clipboard().setText(self.code.text())

    def _open(self) -> None:
        if self._login is not None:
            QDesktopServices.openUrl(QUrl(self._login.link))

    def _stop(self, *_) -> None:
        """Closed: nobody waits for the answer."""
        self._second.stop()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
