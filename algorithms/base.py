"""What the algorithms have in common: words, icon, and our errors as Processing's."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, ClassVar, TypeVar

from qgis.core import (
    QgsGeometry,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingLayerPostProcessorInterface,
    QgsRectangle,
)
from qgis.PyQt import sip

from .. import providers
from ..bridge import areas, messages
from ..bridge.i18n import tr
from ..bridge.icons import icon
from ..bridge.portals import Portals
from ..core.errors import QueryError, SentinelPortalsError, StorageError

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProcessingContext, QgsProcessingFeedback
    from qgis.PyQt.QtGui import QIcon

    from ..core.model import Geometry

Method = TypeVar("Method", bound=Callable[..., Any])


def spoken(method: Method) -> Method:
    """What goes wrong of ours, as the exception that Processing shows: one sentence."""

    @functools.wraps(method)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except SentinelPortalsError as error:
            raise QgsProcessingException(messages.sentence(error)) from error

    return wrapped  # type: ignore[return-value]


class Dresser(QgsProcessingLayerPostProcessorInterface):
    """Gives a layer its looks when Processing has loaded it.

    The context deletes it, but nobody in C++ keeps its Python half, nor the algorithm's: we do.
    """

    _kept: ClassVar[list[Dresser]] = []

    def __init__(self, dress: Callable[[Any], None]) -> None:
        super().__init__()
        self._dress = dress

    @classmethod
    def attend(
        cls, context: QgsProcessingContext, target: str, dress: Callable[[Any], None]
    ) -> None:
        """Has ``dress(layer)`` called, if Processing is going to load ``target``."""
        if context.willLoadLayerOnCompletion(target):
            dresser = cls(dress)
            context.layerToLoadOnCompletionDetails(target).setPostProcessor(dresser)
            cls._kept[:] = [d for d in cls._kept if not sip.isdeleted(d)] + [dresser]

    def postProcessLayer(
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        self._dress(layer)


class Algorithm(QgsProcessingAlgorithm):
    """Settings and logins are read in `prepareAlgorithm`, which runs in the main thread."""

    ICON = "icon"

    def createInstance(self) -> QgsProcessingAlgorithm:
        return type(self)()

    def group(self) -> str:
        return ""

    def groupId(self) -> str:
        return ""

    def icon(self) -> QIcon:
        return icon(self.ICON)

    def area_of(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Geometry:
        """The area of interest; a layer counts more than an extent."""
        source = self.parameterAsSource(parameters, "AOI", context)
        if source is not None:
            shapes = [f.geometry() for f in source.getFeatures() if f.hasGeometry()]
            shapes = [s if s.isGeosValid() else s.makeValid() for s in shapes]
            if not shapes:
                raise QueryError(tr("The layer of the area has no features."))
            return areas.to_wgs84(QgsGeometry.unaryUnion(shapes), source.sourceCrs())
        extent = self.parameterAsExtent(parameters, "EXTENT", context)
        if extent.isNull():
            raise QueryError(tr("No area: give an extent or a layer."))
        crs = self.parameterAsExtentCrs(parameters, "EXTENT", context)
        if not crs.isValid() and QgsRectangle(-180, -90, 180, 90).contains(extent):
            feedback.pushInfo(tr("The extent names no reference system: taken as degrees."))
            crs = areas.wgs84()
        return areas.from_rectangle(extent, crs)


def all_portals(feedback: QgsProcessingFeedback) -> Portals:
    """Every portal; what is wrong in the portals file is said and left out."""
    portals = Portals(providers.portals, providers.connect)
    for problem in portals.problems:
        feedback.pushWarning(problem)
    return portals


def words(text: str) -> list[str]:
    """The parts of a comma-separated text."""
    return [word.strip() for word in text.split(",") if word.strip()]


def refuse_unknown(portals: Portals, ids: list[str]) -> None:
    unknown = [name for name in ids if name not in portals.kinds]
    if unknown:
        raise QueryError(f"There is no portal called {', '.join(unknown)}.")


def write_json(path: str, thing: Any) -> None:
    try:
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(thing, indent=1, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        folder = Path(path).parent
        raise StorageError(f"{Path(path).name} could not be written in {folder}: {why}.") from error
