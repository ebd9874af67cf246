"""The Processing provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingProvider

from ..bridge.i18n import tr
from ..bridge.icons import icon, path
from .aoi_cloud import AoiCloudAlgorithm
from .bandextract import BandExtractAlgorithm
from .download import DownloadAlgorithm
from .index import IndexAlgorithm
from .load import LoadAlgorithm
from .mosaic import MosaicAlgorithm
from .search import SearchAlgorithm
from .seasons import SeasonsAlgorithm

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QIcon

ALGORITHMS = (
    SearchAlgorithm,
    AoiCloudAlgorithm,
    DownloadAlgorithm,
    LoadAlgorithm,
    BandExtractAlgorithm,
    IndexAlgorithm,
    MosaicAlgorithm,
    SeasonsAlgorithm,
)


class AlgorithmProvider(QgsProcessingProvider):
    """``sentinelportals`` in the toolbox, in models and in ``qgis_process``."""

    def id(self) -> str:
        return "sentinelportals"

    def name(self) -> str:
        return "Sentinel Portals"

    def longName(self) -> str:
        return tr("Sentinel Portals: satellite scenes from many portals")

    def icon(self) -> QIcon:
        return icon("icon")

    def svgIconPath(self) -> str:
        return str(path("icon"))

    def loadAlgorithms(self) -> None:
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())

    def supportedOutputRasterLayerExtensions(self) -> list[str]:
        return ["tif", "vrt"]
