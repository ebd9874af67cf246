"""Three dates of NDVI as the three colours of one image."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingParameterFile, QgsProcessingParameterRasterDestination

from .. import formats
from ..bridge import rasters
from ..bridge.i18n import tr
from ..core.errors import QueryError, UnreadableFile
from ..formats.presets import Channel, Composite, Preset, choose
from ..formats.stack import stack
from .base import Algorithm, Dresser, spoken

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsRasterLayer

    from ..formats.images import Band, ImageSet

COLOURS = ("RED", "GREEN", "BLUE")
LOW, HIGH = 0.1, 0.9


class SeasonsAlgorithm(Algorithm):
    """Fields show the colour of the season in which they are green."""

    ICON = "layer"

    def name(self) -> str:
        return "seasons"

    def displayName(self) -> str:
        return tr("Seasons: NDVI of three dates in colour")

    def shortHelpString(self) -> str:
        return tr(
            "Shows the NDVI of three dates of one tile as blue, green and red, the earliest as "
            "blue (as the Geotribu article on Sentinel imagery does with November, January and "
            "April). What is green all year is white, what never is is black; deciduous forest is "
            "light violet; fields have the colour of their season.\n\n"
            "All three colours are stretched from 0.1 to 0.9, so that images compare. A .vrt is "
            "computed while it is drawn, a .tif holds the values."
        )

    def tags(self) -> list[str]:
        return [tr("satellite"), tr("vegetation"), "ndvi", tr("date"), tr("composite")]

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for name, title in (
            ("BLUE", tr("Blue: first date (item, zip or metadata file)")),
            ("GREEN", tr("Green: second date")),
            ("RED", tr("Red: third date")),
        ):
            self.addParameter(QgsProcessingParameterFile(name, title))
        self.addParameter(QgsProcessingParameterRasterDestination("OUTPUT", tr("Image")))

    @spoken
    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        scenes = [_scene(Path(self.parameterAsFile(parameters, name, context))) for name in COLOURS]
        bands = [_ndvi(scene, name) for scene, name in zip(scenes, COLOURS)]
        for scene, name in zip(scenes, COLOURS):
            feedback.pushInfo(f"{name}: {scene.title}")
        out = self.parameterAsOutputLayer(parameters, "OUTPUT", context)
        stack(bands, Path(out))
        channels = tuple(Channel((), LOW, HIGH) for _ in COLOURS)
        preset = Preset("seasons", tr("seasons"), "rgb", channels)
        composite = Composite(preset, tuple(bands), ((LOW, HIGH),) * 3)
        warning = rasters.doubt(scenes[-1])
        look = rasters.look(Path(out), scenes[-1], composite, warning=warning)
        Dresser.attend(context, out, lambda layer: _dress(layer, scenes, look))
        return {"OUTPUT": out}


def _dress(layer: QgsRasterLayer, scenes: list[ImageSet], look: rasters.Look) -> None:
    """Credit and place of the first date; with three times it is always there."""
    rasters.dress(layer, look)
    dates = (rasters.date(scene.item) for scene in reversed(scenes))
    layer.setName(f"{look.composite.preset.title} {', '.join(filter(None, dates))}")
    layer.temporalProperties().setIsActive(False)
    layer.triggerRepaint()


def _scene(path: Path) -> ImageSet:
    found = formats.read(path)
    if len(found) > 1:
        raise QueryError(
            tr("There are {count} scenes ({titles}): load one at a time.").format(
                count=len(found), titles=", ".join(scene.title for scene in found[:5])
            )
        )
    return found[0]


def _ndvi(scene: ImageSet, colour: str) -> Band:
    composite = choose(scene.bands, "ndvi")
    if composite.preset.id != "ndvi":
        raise UnreadableFile(
            f"{scene.title} has none of the bands {', '.join(composite.missing)} on the disk."
        )
    return replace(composite.bands[0], key=f"NDVI {rasters.date(scene.item) or colour}")
