"""What the algorithms on files have in common: scenes in, images out, loaded when wished."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
)

from .. import formats
from ..bridge import rasters
from ..bridge.i18n import tr
from ..core.download import safe
from .base import Algorithm, Dresser

if TYPE_CHECKING:
    from qgis.core import QgsProcessingFeedback, QgsProcessingParameterDefinition, QgsRasterLayer

    from ..formats.images import ImageSet
    from ..formats.presets import Composite


class SceneAlgorithm(Algorithm):
    """Products of any kind in; one image or more out, in a folder."""

    def scenes_parameter(self, name: str = "INPUT") -> QgsProcessingParameterDefinition:
        return QgsProcessingParameterMultipleLayers(
            name, tr("Files or folders of scenes"), QgsProcessing.SourceType.TypeFile
        )

    def folder_parameters(self) -> list[QgsProcessingParameterDefinition]:
        return [
            QgsProcessingParameterFolderDestination("OUTPUT", tr("Folder")),
            QgsProcessingParameterBoolean("LOAD", tr("Add to the project"), True),
        ]

    def scenes(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        name: str = "INPUT",
    ) -> list[ImageSet]:
        """The scenes, with a warning for each whose numbers look doubtful."""
        found = formats.read(self.parameterAsFileList(parameters, name, context))
        for scene in found:
            warning = rasters.doubt(scene)
            if warning:
                feedback.pushWarning(warning)
        return found

    def out_folder(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Path:
        return Path(self.parameterAsString(parameters, "OUTPUT", context))

    def deliver(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        path: Path,
        scene: ImageSet,
        composite: Composite,
    ) -> None:
        """Has the image added to the project, with its looks, if that is wished."""
        if not self.parameterAsBoolean(parameters, "LOAD", context) or not context.project():
            return
        title = rasters.layer_name(scene, composite)
        look = rasters.look(path, scene, composite, warning=rasters.doubt(scene))
        details = QgsProcessingContext.LayerDetails(title, context.project(), "OUTPUT")
        context.addLayerToLoadOnCompletion(str(path), details)
        Dresser.attend(context, str(path), _dresser(look))


def _dresser(look: rasters.Look) -> Callable[[QgsRasterLayer], None]:
    def dress(layer: QgsRasterLayer) -> None:
        layer.setName(rasters.layer_name(look.scene, look.composite))
        rasters.dress(layer, look)
        layer.triggerRepaint()

    return dress


def file_of(scene: ImageSet, what: str) -> str:
    return f"{safe(scene.title)}.{safe(what)}"
