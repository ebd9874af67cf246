"""The tiles of each date as one virtual image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingParameterEnum

from ..bridge import mosaics, rasters
from ..bridge.i18n import tr
from ..bridge.mosaics import STYLES
from ..formats.presets import choose
from .base import spoken
from .scenes import SceneAlgorithm

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    from ..formats.images import ImageSet


class MosaicAlgorithm(SceneAlgorithm):
    """A VRT per date and satellite: nothing is copied, tiles of other zones are laid beside."""

    ICON = "layer"

    def name(self) -> str:
        return "mosaic"

    def displayName(self) -> str:
        return tr("Mosaic by date")

    def shortHelpString(self) -> str:
        return tr(
            "Joins the scenes of each date and satellite, tiles or pieces of one pass, into one "
            "virtual image. Nothing is copied: the files stay where they are and are read while "
            "the map is drawn. Tiles of another UTM zone are laid into the zone that most are in; "
            "where offsets differ, the image holds reflectance instead of stored numbers.\n\n"
            "Styles: {styles}."
        ).format(
            styles=", ".join(f"{n} ({title})" for n, title in rasters.presets() if n in STYLES)
        )

    def tags(self) -> list[str]:
        return [tr("satellite"), tr("tiles"), "vrt", tr("date")]

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for parameter in (
            self.scenes_parameter(),
            QgsProcessingParameterEnum(
                "STYLE", tr("Style"), STYLES, defaultValue="true_colour", usesStaticStrings=True
            ),
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
        style = self.parameterAsEnumString(parameters, "STYLE", context)
        folder = self.out_folder(parameters, context)
        scenes = self.scenes(parameters, context, feedback)
        self._warn(scenes, style, feedback)
        for (date, _), group in mosaics.groups(scenes, style).items():
            out, scene, composite = mosaics.joined(date, group, folder)
            feedback.pushInfo(f"{out}: {', '.join(scene.title for scene, _ in group)}")
            self.deliver(parameters, context, out, scene, composite)
        return {"OUTPUT": str(folder)}

    @staticmethod
    def _warn(scenes: list[ImageSet], style: str, feedback: QgsProcessingFeedback) -> None:
        for scene in scenes:
            missing = choose(scene.bands, style).missing
            if missing:
                feedback.pushWarning(
                    tr("{scene} has no {bands}.").format(
                        scene=scene.title, bands=", ".join(missing)
                    )
                )
