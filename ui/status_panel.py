"""What each portal is doing: one row each, filled as it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..bridge import messages
from ..bridge.i18n import tr
from ..bridge.icons import icon
from ..core.catalogue import CLOUD
from . import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..core.provider import ProviderInfo
    from ..core.search import Outcome

SEARCHING = ("portal_wait", "portal_failed", "portal_ok")


class StatusPanel(QFrame):
    """One `StatusRow` per asked portal. ``acted`` names the portal and what its button does."""

    acted = pyqtSignal(str, str)

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spStatusTable")
        self.setAccessibleName(tr("What the portals answer"))
        self.rows: dict[str, StatusRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)

    def begin(self, infos: Iterable[ProviderInfo], keep: bool = False) -> None:
        """Rows for these portals, all waiting; ``keep`` leaves the rows of others."""
        if not keep:
            for row in self.rows.values():
                self._layout.removeWidget(row)
                row.hide()
                row.deleteLater()
            self.rows = {}
        for info in infos:
            if info.id not in self.rows:
                row = self.rows[info.id] = StatusRow(info, self)
                row.acted.connect(lambda action, name=info.id: self.acted.emit(name, action))
                self._layout.addWidget(row)
            self.rows[info.id].wait()
        self.setVisible(bool(self.rows))

    def show_outcome(self, outcome: Outcome, found: int, done: bool) -> None:
        if outcome.provider in self.rows:
            self.rows[outcome.provider].show_outcome(outcome, found, done)

    def stop(self) -> None:
        """The search was cancelled: what still waits, waits no more."""
        for row in self.rows.values():
            row.stop()


class StatusRow(QWidget):
    """Icon, portal, what it found, seconds; below it a note and a button when there is need."""

    acted = pyqtSignal(str)

    def __init__(self, info: ProviderInfo, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName(f"spStatus_{info.id}")
        self._info = info
        self.busy = False
        self._icon = QLabel()
        self._title = QLabel(info.title)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._title.setToolTip(info.title)
        self.state = QLabel()
        self.state.setObjectName(f"spState_{info.id}")
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.note = QLabel()
        self.note.setObjectName(f"spNote_{info.id}")
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        font = self.note.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        self.note.setFont(font)
        self.button = QToolButton()
        self.button.setObjectName(f"spAction_{info.id}")
        self.button.clicked.connect(lambda: self.acted.emit(self._action))
        self._action = ""
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(3)
        keep = self._bar.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(keep)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._icon, 0, 0)
        grid.addWidget(self._title, 0, 1)
        grid.addWidget(self.state, 0, 2)
        grid.addWidget(self._bar, 1, 1, 1, 2)
        grid.addWidget(self.note, 2, 1)
        grid.addWidget(self.button, 2, 2, Qt.AlignmentFlag.AlignTop)
        self.wait()

    def wait(self) -> None:
        self.busy = True
        self._show("portal_wait", tr("searching…"), "")
        self._bar.setRange(0, 0)

    def stop(self) -> None:
        if self.busy:
            self.busy = False
            self._show("portal_wait", tr("cancelled"), "")

    def show_outcome(self, outcome: Outcome, found: int, done: bool) -> None:
        error = outcome.error
        if error and not error.action and not found:
            self.stop()
            return
        self.busy = not done
        text = _count(outcome, found, done)
        if done:
            text += " · " + words.seconds(outcome.seconds)
        elif outcome.matched:
            self._bar.setRange(0, outcome.matched)
            self._bar.setValue(min(found, outcome.matched))
        picture = SEARCHING[0] if not done else SEARCHING[1 if error else 2]
        self._show(
            picture, text if found or not error else tr("failed"), self._notes(outcome, found)
        )
        if error and done:
            self._offer(*self._remedy(error))

    def _notes(self, outcome: Outcome, found: int) -> str:
        notes = []
        if outcome.error:
            notes.append(self._sentence(outcome.error))
        elif not outcome.complete and found and outcome.matched and outcome.matched > found:
            notes.append(
                tr("Limit reached: {found} of {matched}").format(
                    found=words.number(found), matched=words.number(outcome.matched)
                )
            )
        if CLOUD in outcome.checked_here:
            told = tr("Cloud cover checked here")
            if outcome.unjudged:
                told += "; " + tr("{count} products do not tell").format(count=outcome.unjudged)
            notes.append(told)
        elif outcome.checked_here:
            notes.append(tr("Checked here: {names}").format(names=", ".join(outcome.checked_here)))
        if outcome.unreadable:
            notes.append(
                tr("1 entry could not be read")
                if outcome.unreadable == 1
                else tr("{count} entries could not be read").format(count=outcome.unreadable)
            )
        return "\n".join(notes)

    def _sentence(self, error) -> str:
        return messages.sentence(error, self._info.title, self._info.needs_login)

    def _remedy(self, error) -> tuple[str, str]:
        """The error's own button when the dock can do it, else another try."""
        action, label = messages.button(error)
        if action == "credentials" and self._info.needs_login:
            return action, label
        if action == "portal_page" and self._info.links:
            return action, label
        return "retry", tr("Retry")

    def _show(self, picture: str, state: str, note: str) -> None:
        self._icon.setPixmap(icon(picture).pixmap(QSize(16, 16)))
        self.state.setText(state)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._bar.setVisible(self.busy)
        self.button.hide()
        self.setAccessibleName(f"{self._info.title}: {state} {note}")

    def _offer(self, action: str, label: str) -> None:
        self._action = action
        self.button.setText(label)
        self.button.setToolTip(label)
        self.button.show()


def _count(outcome: Outcome, found: int, done: bool) -> str:
    if not done and not found:
        return tr("searching…")
    matched: Optional[int] = outcome.matched
    if matched is not None and matched > found and not (done and outcome.complete):
        return tr("{found} of {matched}").format(
            found=words.number(found), matched=words.number(matched)
        )
    return tr("{found} found").format(found=words.number(found))
