"""Footprints into the same with the share of cloud in an area, read from the masks alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsProcessing,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterString,
    QgsVectorLayer,
)

from ..bridge import footprints, messages, network
from ..bridge.aoi_cloud import Read, read_all
from ..bridge.i18n import tr
from ..bridge.remote import Doors, Reader
from ..core.errors import QueryError
from ..core.question import preferred
from .base import Algorithm, Dresser, all_portals, refuse_unknown, spoken, words

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback


class AoiCloudAlgorithm(Algorithm):
    """A scene whose mask cannot be read stays without a number, and is counted."""

    ICON = "cloud"

    def name(self) -> str:
        return "aoicloud"

    def displayName(self) -> str:
        return tr("Cloud in an area")

    def shortHelpString(self) -> str:
        return tr(
            "Reads how much of an area clouds and their shadows hide in each scene of a footprint "
            "layer. Only the pieces of the cloud mask that cover the area are fetched, as coarse "
            "as suffices; nothing is downloaded.\n\n"
            "aoi_cloud is the share of cloud in per cent of what was seen of the area, aoi_valid "
            "the share of the area that was seen. Counted as cloud: in Sentinel-2's scene "
            "classification cloud shadow, cloud of medium and high probability and thin cirrus "
            "(3, 8, 9, 10); every bit of MAJA's cloud mask; in Landsat's QA_PIXEL the rim of a "
            "cloud, cirrus, cloud and cloud shadow (bits 1 to 4).\n\n"
            "Scenes whose portals give the mask only inside of an archive stay without a number."
        )

    def tags(self) -> list[str]:
        return [tr("satellite"), "sentinel", "landsat", tr("mask"), "scl"]

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        for parameter in (
            QgsProcessingParameterFeatureSource(
                "INPUT", tr("Footprints"), [QgsProcessing.SourceType.TypeVector]
            ),
            QgsProcessingParameterExtent("EXTENT", tr("Extent"), optional=True),
            QgsProcessingParameterFeatureSource(
                "AOI", tr("Area: a layer with polygons"), polygons, optional=True
            ),
            QgsProcessingParameterString(
                "PORTALS", tr("Portals in order of preference"), "", optional=True
            ),
            QgsProcessingParameterFeatureSink("OUTPUT", tr("Footprints"), polygons[0]),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputNumber("READ", tr("Scenes read")))
        self.addOutput(QgsProcessingOutputNumber("WITHOUT", tr("Scenes without a mask to read")))
        self.addOutput(QgsProcessingOutputNumber("FAILED", tr("Scenes that failed")))

    @spoken
    def prepareAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> bool:
        source = self.parameterAsSource(parameters, "INPUT", context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, "INPUT"))
        if source.fields().lookupField("product") < 0:
            raise QueryError(
                tr("{layer} is not a footprint layer: it has no field “product”.").format(
                    layer=source.sourceName()
                )
            )
        self.order = words(self.parameterAsString(parameters, "PORTALS", context))
        self.area = self.area_of(parameters, context, feedback)
        portals = all_portals(feedback)
        refuse_unknown(portals, self.order)
        self.features = {str(f.id()): QgsFeature(f) for f in source.getFeatures()}
        offers = {key: footprints.offers(feature) for key, feature in self.features.items()}
        self.scenes = [(key, preferred(held, self.order)) for key, held in offers.items() if held]
        self.portals = portals.get(o.provider for held in offers.values() for o in held)
        self.way = network.network_settings()
        return True

    @spoken
    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        read, doors = Read(count=len(self.scenes)), Doors()
        try:
            reader = Reader(doors, self.way)
            found = read_all(self.scenes, self.portals, reader, self.area, feedback.isCanceled)
            for key, answer in found:
                if key:
                    read.note(key, answer)
                    feedback.setProgress(100 * read.done / read.count)
        finally:
            doors.close()
        for key, error in read.failed.items():
            feedback.pushWarning(f"{self.features[key]['title']}: {messages.sentence(error)}")
        if read.without:
            feedback.pushInfo(
                tr("{count} scenes have no mask that can be read without a download.").format(
                    count=len(read.without)
                )
            )
        return {
            "OUTPUT": self._write(read, parameters, context),
            "READ": len(read.shares),
            "WITHOUT": len(read.without),
            "FAILED": len(read.failed),
        }

    def _write(self, read: Read, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        source = self.parameterAsSource(parameters, "INPUT", context)
        fields = _with_shares(source.fields())
        sink, target = self.parameterAsSink(
            parameters, "OUTPUT", context, fields, source.wkbType(), source.sourceCrs()
        )
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, "OUTPUT"))
        for key, feature in self.features.items():
            copy = QgsFeature(fields)
            copy.setGeometry(feature.geometry())
            share = read.shares.get(key)
            shares = {"aoi_cloud": share and share.cloud, "aoi_valid": share and share.valid}
            for name in fields.names():
                copy[name] = shares[name] if name in shares else feature[name]
            if not sink.addFeature(copy, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(sink.lastError())
        del sink  # writes what is still in memory
        Dresser.attend(context, target, _dress)
        return target


def _with_shares(fields: QgsFields) -> QgsFields:
    """The fields of a footprint layer, of an earlier version too, without GDAL's own number."""
    shares = QgsVectorLayer(
        "NoGeometry?field=aoi_cloud:double&field=aoi_valid:double", "", "memory"
    )
    wanted = QgsFields()
    for field in [*fields, *shares.fields()]:
        if field.name() != "fid" and wanted.lookupField(field.name()) < 0:
            wanted.append(field)
    return wanted


def _dress(layer: QgsVectorLayer) -> None:
    footprints.dress(layer)
    footprints.style(layer, "aoi_cloud")
