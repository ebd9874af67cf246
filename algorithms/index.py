"""An index of any number of scenes, from reflectance, by a formula that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterString,
)

from ..analysis import indices
from ..analysis.indices import INDICES, Index
from ..bridge.i18n import tr
from ..formats.images import Band
from ..formats.presets import Channel, Composite, Preset
from .base import spoken
from .scenes import SceneAlgorithm, file_of

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback


class IndexAlgorithm(SceneAlgorithm):
    """One GeoTIFF per scene, not a number where there is no data, no clear view or no index."""

    ICON = "bands"

    def name(self) -> str:
        return "index"

    def displayName(self) -> str:
        return tr("Index")

    def shortHelpString(self) -> str:
        listed = "\n".join(f"{index.title} = {index.formula}" for index in INDICES.values())
        return (
            tr(
                "Computes an index of each scene from reflectance, that is after scale and offset, "
                "and writes it as a GeoTIFF. Without data, or where a divisor is not positive, "
                "there is none; on request nor where the product's own mask (SCL, CLM, QA_PIXEL) "
                "sees cloud, shadow or cirrus.\n\n"
                "Bands have the names of Sentinel-2; for Landsat and THEIA they stand for the same "
                "colour. B08 and B8A replace each other. A formula of your own may use bands, "
                "numbers, + - * / **, sqrt, log, exp and abs."
            )
            + "\n\n"
            + listed
        )

    def tags(self) -> list[str]:
        return [tr("satellite"), tr("vegetation"), *INDICES]

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for parameter in (
            self.scenes_parameter(),
            QgsProcessingParameterEnum(
                "INDEX", tr("Index"), list(INDICES), defaultValue="ndvi", usesStaticStrings=True
            ),
            QgsProcessingParameterString(
                "FORMULA", tr("Formula of your own, instead"), "", optional=True
            ),
            QgsProcessingParameterBoolean("MASK", tr("Leave out clouds and shadows"), False),
            *self.folder_parameters(),
        ):
            self.addParameter(parameter)

    @spoken
    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        index = self._index(parameters, context)
        feedback.pushInfo(f"{index.title} = {index.formula}")
        masked = self.parameterAsBoolean(parameters, "MASK", context)
        folder = self.out_folder(parameters, context)
        scenes = self.scenes(parameters, context, feedback)
        for place, scene in enumerate(scenes):

            def going_on(share: float, place: int = place) -> bool:
                feedback.setProgress(100 * (place + share) / len(scenes))
                return not feedback.isCanceled()

            out = folder / f"{file_of(scene, index.id)}.tif"
            indices.write(scene, index.formula, out, masked, index.title, going_on)
            feedback.pushInfo(str(out))
            self.deliver(parameters, context, out, scene, look(index))
        return {"OUTPUT": str(folder)}

    def _index(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Index:
        own = self.parameterAsString(parameters, "FORMULA", context).strip()
        if not own:
            return INDICES[self.parameterAsEnumString(parameters, "INDEX", context)]
        indices.names_in(own)  # raises for what is no formula
        return Index("index", tr("Index"), own, 0.0, 1.0, "vegetation")


def look(index: Index) -> Composite:
    """How the layer of an index is drawn: fixed colours, so that dates compare."""
    preset = Preset(index.id, index.title, "ramp", (Channel((), 0, 0),), "", index.ramp)
    return Composite(preset, (Band(index.title, ""),), ((index.low, index.high),))
