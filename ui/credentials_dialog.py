"""The login for one portal: a QGIS authentication configuration, chosen or made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout

from ..bridge.i18n import tr

if TYPE_CHECKING:
    from ..core.provider import ProviderInfo


class CredentialsDialog(QDialog):
    """``config_id`` is what was chosen; '' means no login. Secrets never pass through here."""

    def __init__(self, info: ProviderInfo, config_id: str, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spCredentialsDialog")
        self.setWindowTitle(tr("Login for {portal}").format(portal=info.title))
        when = (
            tr("{portal} wants a login before it can be searched.")
            if info.search_auth.fields
            else tr("{portal} can be searched by anybody; its files want a login.")
        )
        text = QLabel(_text(info, when.format(portal=info.title)))
        text.setWordWrap(True)
        text.setOpenExternalLinks(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.select = QgsAuthConfigSelect(self)
        self.select.setObjectName("spAuthConfig")
        self.select.setConfigId(config_id)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(self.select)
        layout.addWidget(buttons)
        self.resize(440, 180)

    def config_id(self) -> str:
        return self.select.configId()


def _text(info: ProviderInfo, when: str) -> str:
    how = (
        tr("Choose or make a configuration of the kind “Basic authentication”.")
        if "username" in info.download_auth.fields + info.search_auth.fields
        else tr("Choose or make a configuration that holds the portal's key as password.")
    )
    text = f"<p>{when}</p><p>{how}</p>"
    if info.links.get("register"):
        link = f'<a href="{info.links["register"]}">{tr("Get an account")}</a>'
        text += f"<p>{link}</p>"
    return text
