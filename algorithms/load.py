"""Files into one image: a composition as VRT or GeoTIFF, dressed when it goes into a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterDestination,
)

from .. import formats
from ..bridge import rasters
from ..bridge.i18n import tr
from ..core.errors import QueryError
from ..formats import stack
from ..formats.presets import PRESETS, Composite, choose
from .base import Algorithm, Dresser, spoken

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsRasterLayer

    from ..formats.images import ImageSet


class LoadAlgorithm(Algorithm):
    """Stored numbers stay as they are; scale, offset and no-data go along."""

    ICON = "load"

    def name(self) -> str:
        return "load"

    def displayName(self) -> str:
        return tr("Load scene")

    def shortHelpString(self) -> str:
        return tr(
            "Makes one image of a product: of a folder, a zip or tar without unpacking it, the "
            "scene's item (.json), or some of its files. Sentinel-1 and -2, Landsat, THEIA and "
            "what else GDAL reads. Values in the layer are reflectance, of radar decibels.\n\n"
            "A .vrt refers to the files, a .tif holds a copy. Bands of different resolutions are "
            "joined at the finest.\n\n"
            "Styles: {styles}."
        ).format(styles=", ".join(f"{name} ({title})" for name, title in rasters.presets()))

    def tags(self) -> list[str]:
        return [tr("satellite"), tr("composite"), "vrt", tr("bands")]

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for parameter in (
            QgsProcessingParameterMultipleLayers(
                "INPUT", tr("Files or folder of a scene"), QgsProcessing.SourceType.TypeFile
            ),
            QgsProcessingParameterEnum(
                "STYLE",
                tr("Style"),
                list(PRESETS),
                defaultValue="true_colour",
                usesStaticStrings=True,
            ),
            QgsProcessingParameterBoolean(
                "PERCENTILES", tr("Stretch by this image alone (2 to 98 %)"), False
            ),
            QgsProcessingParameterRasterDestination("OUTPUT", tr("Image")),
        ):
            self.addParameter(parameter)

    @spoken
    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        scene = self._scene(self.parameterAsFileList(parameters, "INPUT", context))
        style = self.parameterAsEnumString(parameters, "STYLE", context)
        composite = choose(scene.bands, style)
        self._tell(scene, style, composite, feedback)
        warning = rasters.doubt(scene)
        if warning:
            feedback.pushWarning(warning)
        out = self.parameterAsOutputLayer(parameters, "OUTPUT", context)
        stack.stack(composite.bands, Path(out))
        own = self.parameterAsBoolean(parameters, "PERCENTILES", context)
        look = rasters.look(Path(out), scene, composite, own, warning)
        Dresser.attend(context, out, lambda layer: self._dress(layer, look))
        return {"OUTPUT": out}

    @staticmethod
    def _dress(layer: QgsRasterLayer, look: rasters.Look) -> None:
        layer.setName(rasters.layer_name(look.scene, look.composite))
        rasters.dress(layer, look)
        layer.triggerRepaint()

    def _scene(self, sources: list[str]) -> ImageSet:
        scenes = formats.read(sources)
        if len(scenes) > 1:
            raise QueryError(
                tr("There are {count} scenes ({titles}): load one at a time.").format(
                    count=len(scenes), titles=", ".join(scene.title for scene in scenes[:5])
                )
            )
        return scenes[0]

    def _tell(
        self, scene: ImageSet, style: str, composite: Composite, feedback: QgsProcessingFeedback
    ) -> None:
        titles = dict(rasters.presets())
        if composite.missing:
            feedback.pushWarning(
                tr("{scene} has no {bands}: “{style}” becomes “{instead}”.").format(
                    scene=scene.title,
                    bands=", ".join(composite.missing),
                    style=titles[style],
                    instead=titles[composite.preset.id],
                )
            )
        if scene.missing:
            feedback.pushWarning(
                tr("{scene} is not complete: {images} are not there.").format(
                    scene=scene.title, images=", ".join(scene.missing)
                )
            )
        names = ", ".join(band.key for band in composite.bands)
        feedback.pushInfo(f"{scene.title}: {names}")
