"""What was found, and what to do with it."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
)

from ..bridge import footprints
from ..bridge.i18n import tr
from ..bridge.icons import icon
from . import words


class ResultsPanel(QFrame):
    """A sentence, five buttons; while files come, how far they are."""

    download_wanted = pyqtSignal()
    quicklooks_wanted = pyqtSignal()
    stream_wanted = pyqtSignal()
    zoom_wanted = pyqtSignal()
    bands_wanted = pyqtSignal()
    stop_wanted = pyqtSignal()
    style_chosen = pyqtSignal(str)

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.setObjectName("spResultsPanel")
        self._line = QLabel()
        self._line.setObjectName("spResultsLine")
        self._line.setWordWrap(True)
        font = self._line.font()
        font.setBold(True)
        self._line.setFont(font)

        download = QPushButton(icon("download"), tr("Down&load selected"))
        download.setObjectName("spDownloadButton")
        download.clicked.connect(self.download_wanted)
        download.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(download, 1)
        for name, picture, tip, signal in (
            ("spBandsButton", "bands", tr("Choose bands…"), self.bands_wanted),
            ("spQuicklookButton", "quicklook", tr("Load quicklooks"), self.quicklooks_wanted),
            ("spStreamButton", "stream", tr("Show without downloading"), self.stream_wanted),
            ("spZoomButton", "zoom", tr("Zoom to selected"), self.zoom_wanted),
        ):
            row.addWidget(self._button(name, picture, tip, signal))

        self._style = QComboBox()
        self._style.setObjectName("spStyle")
        for name, title in footprints.styles():
            self._style.addItem(title, name)
        self._style.activated.connect(lambda _: self.style_chosen.emit(self.style_id()))
        colour = QLabel(tr("St&yle"))
        colour.setBuddy(self._style)
        style = QHBoxLayout()
        style.addWidget(colour)
        style.addWidget(self._style, 1)

        self._progress = QProgressBar()
        self._progress.setObjectName("spDownloadProgress")
        self._progress.setAccessibleName(tr("Download"))
        self._progress.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stop = self._button(
            "spStopDownload", "cancel", tr("Stop the download"), self.stop_wanted
        )
        progress = QHBoxLayout()
        progress.addWidget(self._progress, 1)
        progress.addWidget(self._stop)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._line)
        layout.addLayout(row)
        layout.addLayout(style)
        layout.addLayout(progress)
        self.show_progress(None, "")

    def _button(self, name, picture, tip, signal) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(picture))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(signal)
        return button

    def show_count(self, scenes: int, portals: int) -> None:
        """``12 scenes from 2 portals``."""
        self._line.setText(
            tr("{scenes} from {portals}").format(
                scenes=words.scenes(scenes), portals=words.portals(portals)
            )
        )
        self.show()

    def text(self) -> str:
        return self._line.text()

    def style_id(self) -> str:
        return self._style.currentData()

    def set_style(self, style: str) -> None:
        self._style.setCurrentIndex(max(0, self._style.findData(style)))

    def show_progress(self, percent, text: str) -> None:
        """How far the download is; None when there is none."""
        for widget in (self._progress, self._stop):
            widget.setVisible(percent is not None)
        if percent is not None:
            self._progress.setValue(int(percent))
            self._progress.setFormat(text)
            self.show()
