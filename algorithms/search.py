"""An area and a time into a footprint layer: many portals side by side, one feature per scene."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsProcessing,
    QgsProcessingException,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..bridge import areas, footprints, messages
from ..bridge.i18n import tr
from ..core.catalogue import COLLECTIONS
from ..core.errors import Cancelled, QueryError
from ..core.question import choose, question
from ..core.scene import Scenes
from ..core.search import Outcome, search_all
from .base import Algorithm, Dresser, all_portals, spoken, words, write_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    from ..core.model import Product
    from ..core.provider import Provider

LARGE = 1_000_000  # square kilometres, from where on we say so


class SearchAlgorithm(Algorithm):
    """Asks in threads of its own; features are made by the store that the dock uses."""

    ICON = "search"

    def name(self) -> str:
        return "search"

    def displayName(self) -> str:
        return tr("Search scenes")

    def shortHelpString(self) -> str:
        about = tr(
            "Asks several portals at the same time for satellite scenes and writes one footprint "
            "per scene, however many portals hold it.\n\n"
            "Give an extent or a layer with polygons, and dates as 2024-06-30 or "
            "2024-06-30T10:00:00Z; an end date includes its day. Without portals every open portal "
            "that holds the collection is asked; the sample portals only by name: "
            "sample,sample_archive.\n\n"
            "Filters are STAC properties as JSON. What a portal cannot filter is filtered here."
        )
        collections = tr("Collections: {collections}.").format(
            collections=", ".join(c.id for c in COLLECTIONS)
        )
        filters = '{"grid:code": "MGRS-31TDL", "sat:relative_orbit": {"in": [8, 108]}}'
        return f"{about}\n{filters}\n\n{collections}"

    def tags(self) -> list[str]:
        return [tr("satellite"), "sentinel", "landsat", "stac", tr("catalogue")]

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        number = QgsProcessingParameterNumber.Type
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        for parameter in (
            QgsProcessingParameterExtent("EXTENT", tr("Extent"), optional=True),
            QgsProcessingParameterFeatureSource(
                "AOI", tr("Area: a layer with polygons"), polygons, optional=True
            ),
            QgsProcessingParameterString("COLLECTION", tr("Collection"), "sentinel-2-l2a"),
            QgsProcessingParameterString("START", tr("First day"), "", optional=True),
            QgsProcessingParameterString("END", tr("Last day"), "", optional=True),
            QgsProcessingParameterNumber(
                "MAX_CLOUD", tr("Most cloud (%)"), number.Double, None, True, 0, 100
            ),
            QgsProcessingParameterString("PORTALS", tr("Portals"), "", optional=True),
            QgsProcessingParameterString(
                "FILTERS", tr("More filters, as JSON"), "", multiLine=True, optional=True
            ),
            QgsProcessingParameterNumber(
                "LIMIT", tr("Most products per portal"), number.Integer, 1000, False, 1
            ),
            QgsProcessingParameterFeatureSink("OUTPUT", tr("Footprints"), polygons[0]),
            QgsProcessingParameterFileDestination(
                "REPORT", tr("Report"), "JSON (*.json)", None, True, False
            ),
        ):
            self.addParameter(parameter)

    @spoken
    def prepareAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> bool:
        def text(name: str) -> str:
            return self.parameterAsString(parameters, name, context).strip()

        cloud = None
        if parameters.get("MAX_CLOUD") not in (None, ""):
            cloud = self.parameterAsDouble(parameters, "MAX_CLOUD", context)
        self.area = self.area_of(parameters, context, feedback)
        self.request = question(
            text("COLLECTION"),
            self.area,
            text("START") or None,
            text("END") or None,
            cloud,
            _filters(text("FILTERS")),
            self.parameterAsInt(parameters, "LIMIT", context),
        )
        portals = all_portals(feedback)
        infos = {name: kind.info for name, kind in portals.kinds.items()}
        chosen = choose(infos, self.request.collection, words(text("PORTALS")))
        self.portals = portals.get(chosen)
        self._warn_of_size(feedback)
        return True

    def _warn_of_size(self, feedback: QgsProcessingFeedback) -> None:
        size = areas.km2(self.area)
        if size > LARGE:
            feedback.pushWarning(
                tr(
                    "The area is very large ({size} km²). "
                    "Each portal gives {limit} products at most."
                ).format(size=f"{size:,.0f}", limit=self.request.max_items)
            )

    @spoken
    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        scenes, outcomes = self._search(feedback)
        results: dict[str, Any] = {}
        report = self.parameterAsFileOutput(parameters, "REPORT", context)
        if report:
            write_json(report, {name: told(o) for name, o in outcomes.items()})
            results["REPORT"] = report
        failed = [o for o in outcomes.values() if o.error]
        if failed and len(failed) == len(outcomes) and not len(scenes):
            raise QgsProcessingException(" ".join(self._sentence(o) for o in failed))
        results["OUTPUT"] = self._write(scenes, parameters, context)
        return results

    def _search(self, feedback: QgsProcessingFeedback) -> tuple[Scenes, dict[str, Outcome]]:
        """Every portal at the same time; what each gave is said as it ends."""
        products: dict[str, list[Product]] = {name: [] for name in self.portals}
        outcomes = {name: _unheard(name) for name in self.portals}
        asked = [(provider, self.request) for provider in self.portals.values()]
        titles = ", ".join(provider.info.title for provider, _ in asked)
        feedback.pushInfo(tr("Asking {portals}").format(portals=titles))
        done = 0
        for found in search_all(asked, feedback.isCanceled):
            products[found.provider] += found.products
            if found.done:
                done += 1
                outcomes[found.provider] = found.outcome
                self._tell(found.outcome, feedback)
                feedback.setProgress(95 * done / len(asked))
        scenes = Scenes()
        for name in self.portals:  # not in order of arrival: the same search gives the same layer
            scenes.extend(products[name])
        feedback.pushInfo(tr("{count} scenes").format(count=len(scenes)))
        return scenes, outcomes

    def _tell(self, outcome: Outcome, feedback: QgsProcessingFeedback) -> None:
        title = self._title(outcome)
        if outcome.error:
            feedback.pushWarning(f"{title}: {self._sentence(outcome)}")
        count, seconds = len(outcome.products), f"{outcome.seconds:.1f}"
        line = tr("{portal}: {count} products in {seconds} s").format(
            portal=title, count=count, seconds=seconds
        )
        if outcome.matched is not None and outcome.matched > count:
            line += tr(", of {matched}").format(matched=outcome.matched)
        if outcome.checked_here:
            line += tr("; checked here: {filters}").format(filters=", ".join(outcome.checked_here))
        if outcome.unjudged:
            line += tr("; {count} of them do not tell").format(count=outcome.unjudged)
        feedback.pushInfo(line)

    def _title(self, outcome: Outcome) -> str:
        provider: Optional[Provider] = self.portals.get(outcome.provider)
        return provider.info.title if provider else outcome.provider

    def _sentence(self, outcome: Outcome) -> str:
        return messages.sentence(outcome.error, self._title(outcome)) if outcome.error else ""

    def _write(
        self, scenes: Scenes, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> str:
        """The features of the dock's own store, copied: there is one schema only."""
        with tempfile.TemporaryDirectory() as folder:
            store = footprints.FootprintStore(Path(folder) / "footprints.gpkg")
            store.create()
            store.write(range(len(scenes)), scenes, self.area)
            store.close()
            made = QgsVectorLayer(f"{store.path}|layername={footprints.TABLE}", "made", "ogr")
            target = self._copy(made, parameters, context)
            del made
        Dresser.attend(context, target, lambda layer: footprints.dress(layer))
        return target

    def _copy(
        self, made: QgsVectorLayer, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> str:
        fields = QgsFields()
        for field in made.fields():
            if field.name() != "fid":
                fields.append(field)
        sink, target = self.parameterAsSink(
            parameters, "OUTPUT", context, fields, QgsWkbTypes.Type.MultiPolygon, areas.wgs84()
        )
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, "OUTPUT"))
        for feature in made.getFeatures():
            copy = QgsFeature(fields)
            copy.setGeometry(feature.geometry())
            copy.setAttributes([feature[field.name()] for field in fields])
            if not sink.addFeature(copy, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(sink.lastError())
        del sink  # writes what is still in memory
        return target


def _filters(text: str) -> Mapping[str, Any]:
    """The JSON object of the FILTERS parameter, {} when it is empty."""
    try:
        filters = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise QueryError(
            tr("The filters are not readable as JSON: {why}.").format(why=error)
        ) from error
    if not isinstance(filters, dict):
        raise QueryError(
            tr('The filters must be a JSON object, such as {"platform": "sentinel-2a"}.')
        )
    return filters


def _unheard(name: str) -> Outcome:
    """Of a portal that had not ended when the search was cancelled."""
    cancelled = Cancelled("The search was cancelled.", provider=name)
    return Outcome(name, complete=False, error=cancelled)


def told(outcome: Outcome) -> dict[str, Any]:
    """What the report says of one portal."""
    return {
        "state": state(outcome),
        "count": len(outcome.products),
        "matched": outcome.matched,
        "pages": outcome.pages,
        "seconds": round(outcome.seconds, 3),
        "error": messages.sentence(outcome.error) if outcome.error else None,
        "checked_here": list(outcome.checked_here),
        "unjudged": outcome.unjudged,
        "unreadable": outcome.unreadable,
    }


def state(outcome: Outcome) -> str:
    """``done``; ``limited`` when there was more; ``cancelled``, ``partial`` or ``failed``."""
    if isinstance(outcome.error, Cancelled):
        return "cancelled"
    if outcome.error:
        return "partial" if outcome.products else "failed"
    return "done" if outcome.complete else "limited"
