"""The login of one portal, from the dock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout

from ..bridge.i18n import tr
from .login_form import LoginForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..bridge.portals import Portals
    from ..core.provider import ProviderInfo


class CredentialsDialog(QDialog):
    """After OK `logins` are to be saved. Secrets stay in QGIS's authentication database."""

    def __init__(
        self, portals: Portals, info: ProviderInfo, logins: Mapping[str, str], parent=None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("spCredentialsDialog")
        self.setWindowTitle(tr("Login for {portal}").format(portal=info.title))
        self.form = LoginForm(portals, logins, self)
        self.form.show_portal(info)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(self.form.keep)
        layout = QVBoxLayout(self)
        layout.addWidget(self.form)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.resize(480, 280)
        self._later = QTimer(self)  # once the layout knows what is shown
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._grow)
        self.form.changed.connect(lambda _: self._later.start(0))
        self.form.more.collapsedStateChanged.connect(lambda _: self._later.start(0))
        self._later.start(0)

    def _grow(self) -> None:
        """As high as what is shown: nothing is squeezed."""
        layout = self.layout()
        layout.activate()
        wanted = max(layout.totalHeightForWidth(self.width()), layout.totalSizeHint().height())
        self.resize(self.width(), max(self.height(), wanted))

    def logins(self) -> dict[str, str]:
        """Portal id → id of a configuration, as chosen here."""
        return self.form.chosen()
