"""Bands out of products, as GeoTIFFs of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingParameterString

from ..bridge.i18n import tr
from ..core import bands as vocabulary
from ..formats.images import finest
from ..formats.presets import choose
from ..formats.stack import stack
from .base import spoken, words
from .scenes import SceneAlgorithm, file_of

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    from ..formats.images import Band, ImageSet


class BandExtractAlgorithm(SceneAlgorithm):
    """Stored numbers stay as they are; scale, offset and no-data go along."""

    ICON = "bands"

    def name(self) -> str:
        return "bandextract"

    def displayName(self) -> str:
        return tr("Extract bands")

    def shortHelpString(self) -> str:
        return tr(
            "Takes bands out of products (folder, zip, tar or single files) and writes each as a "
            "GeoTIFF at its own resolution. Stored numbers stay as they are; scale, offset and "
            "no-data are written beside them, so that QGIS shows reflectance. Masks become "
            "classes, radar becomes decibels.\n\n"
            "Bands are named B04,B08,SCL or red,nir,scl; without any all are taken, each at its "
            "finest resolution."
        )

    def tags(self) -> list[str]:
        return [tr("satellite"), tr("bands"), "zip", "safe", "jp2"]

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for parameter in (
            self.scenes_parameter(),
            QgsProcessingParameterString("BANDS", tr("Bands"), "", optional=True),
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
        wanted = words(self.parameterAsString(parameters, "BANDS", context))
        folder = self.out_folder(parameters, context)
        scenes = self.scenes(parameters, context, feedback)
        work = [(scene, group) for scene in scenes for group in _chosen(scene, wanted, feedback)]
        for done, (scene, group) in enumerate(work):
            if feedback.isCanceled():
                break
            feedback.setProgress(100 * done / len(work))
            path = stack(group, folder / f"{file_of(scene, group[0].key)}.tif")
            feedback.pushInfo(str(path))
            composite = choose(group, "visual" if len(group) > 1 else "single")
            self.deliver(parameters, context, path, scene, composite)
        return {"OUTPUT": str(folder)}


def _chosen(
    scene: ImageSet, wanted: list[str], feedback: QgsProcessingFeedback
) -> list[list[Band]]:
    """The bands, those of a ready-made picture together; what is not there is said."""
    keys = [vocabulary.band(name) for name in wanted]
    there = finest(scene.bands)
    missing = [key for key in keys if key not in {band.key for band in there}]
    if missing:
        feedback.pushWarning(
            tr("{scene} has no {bands}.").format(scene=scene.title, bands=", ".join(missing))
        )
    groups: dict[str, list[Band]] = {}
    for band in there:
        if not keys or band.key in keys:
            groups.setdefault(band.key, []).append(band)
    return list(groups.values())
