"""The tiles of each date as one virtual image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingParameterEnum

from ..analysis.mosaic import mosaic
from ..bridge import rasters
from ..bridge.i18n import tr
from ..core.download import safe
from ..formats.images import ImageSet
from ..formats.presets import PRESETS, Composite, choose
from .base import spoken
from .scenes import SceneAlgorithm

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    Group = list[tuple[ImageSet, Composite]]

STYLES = [preset.id for preset in PRESETS.values() if preset.kind not in ("single", "all")]


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
        for (date, preset), group in self._groups(parameters, context, feedback, style).items():
            out = folder / f"{safe(date)}.{preset}.vrt"
            mosaic([composite.bands for _, composite in group], out)
            feedback.pushInfo(f"{out}: {', '.join(scene.title for scene, _ in group)}")
            first, composite = group[0]
            self.deliver(
                parameters, context, out, ImageSet(date, folder, (), _whole(first)), composite
            )
        return {"OUTPUT": str(folder)}

    def _groups(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        style: str,
    ) -> dict[tuple[str, str], Group]:
        """The scenes by date and satellite, and by the style that their bands can serve."""
        groups: dict[tuple[str, str], Group] = {}
        for scene in self.scenes(parameters, context, feedback):
            composite = choose(scene.bands, style)
            if composite.missing:
                feedback.pushWarning(
                    tr("{scene} has no {bands}.").format(
                        scene=scene.title, bands=", ".join(composite.missing)
                    )
                )
            if composite.preset.kind not in ("single", "all"):
                date = rasters.passage(scene.item, scene.title)
                groups.setdefault((date, composite.preset.id), []).append((scene, composite))
        return groups


def _whole(scene: ImageSet) -> dict[str, Any]:
    """The item of a scene without what is true of its tile only."""
    properties = dict(scene.item.get("properties", {}))
    for name in ("grid:code", "title", "s2:granule_id"):
        properties.pop(name, None)
    return {**scene.item, "id": "", "properties": properties}
