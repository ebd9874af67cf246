"""Footprints into files: each scene whole, some of its bands, or a window of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingException,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
)

from ..bridge import areas, footprints, messages, preflight, settings
from ..bridge.i18n import tr
from ..core import geometry
from ..core.download import Attempt, SceneFiles, fetch_scene, safe
from ..core.errors import (
    Cancelled,
    ProductUnavailable,
    QueryError,
    SentinelPortalsError,
    StorageError,
    UnreadableFile,
)
from ..core.jobs import folder_name
from ..core.question import preferred
from ..formats.clip import clip_scene
from ..formats.window import fetch_window
from .base import Algorithm, all_portals, refuse_unknown, spoken, words, write_json

if TYPE_CHECKING:
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    from ..core.holdings import Held
    from ..core.model import Geometry, Product

WHOLE = ".whole"
"""Sub-folder for whole files on their way to a window; what broke off is resumed from there."""


class DownloadAlgorithm(Algorithm):
    """A scene that fails does not stop the others; when all fail, the algorithm fails."""

    ICON = "download"

    def name(self) -> str:
        return "download"

    def displayName(self) -> str:
        return tr("Download scenes")

    def shortHelpString(self) -> str:
        return tr(
            "Downloads the scenes of a footprint layer, or its selected ones, each from the first "
            "portal that can give it. Size and checksum are verified where the portal tells "
            "them.\n\n"
            "Assets are bands or files by any of their names: B04,B08 or red,nir or SCL; without "
            "any the whole product is fetched. With a window only that part of each image is "
            "fetched, on its own pixels; what comes in an archive is fetched whole.\n\n"
            "What lies whole in the folder of all downloads, or in one of those named in QGIS's "
            "options, is left out; the report says where it is.\n\n"
            "Portals are named in order of preference. Logins are the authentication "
            "configurations of QGIS that were chosen for the portals; without a display QGIS reads "
            "its master password from the file named by QGIS_AUTH_PASSWORD_FILE."
        )

    def tags(self) -> list[str]:
        return [tr("satellite"), "sentinel", tr("fetch"), tr("product")]

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        for parameter in (
            QgsProcessingParameterFeatureSource(
                "INPUT", tr("Footprints"), [QgsProcessing.SourceType.TypeVector]
            ),
            QgsProcessingParameterFolderDestination("FOLDER", tr("Folder")),
            QgsProcessingParameterString("ASSETS", tr("Bands or files"), "", optional=True),
            QgsProcessingParameterExtent("CLIP", tr("Window"), optional=True),
            QgsProcessingParameterString(
                "PORTALS", tr("Portals in order of preference"), "", optional=True
            ),
            QgsProcessingParameterBoolean(
                "ON_DISK", tr("Leave out what is on the disk already"), True
            ),
            QgsProcessingParameterFileDestination(
                "OUTPUT", tr("Report"), "JSON (*.json)", None, True, False
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
        self.keys = words(self.parameterAsString(parameters, "ASSETS", context))
        order = words(self.parameterAsString(parameters, "PORTALS", context))
        portals = all_portals(feedback)
        refuse_unknown(portals, order)
        self.scenes = [preferred(o, order) for o in self._offers(parameters, context)]
        self.window = self._window(parameters, context)
        wanted = self.parameterAsBool(parameters, "ON_DISK", context)
        self.folders = preflight.roots(settings.load()) if wanted else []
        self.portals = portals.get(offer.provider for offers in self.scenes for offer in offers)
        return True

    def _offers(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> list[list[Product]]:
        """The offers of each wanted scene: of the selection, if there is one."""
        source = self.parameterAsSource(parameters, "INPUT", context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, "INPUT"))
        if source.fields().lookupField("product") < 0:
            raise QueryError(
                tr("{layer} is not a footprint layer: it has no field “product”.").format(
                    layer=source.sourceName()
                )
            )
        layer = self.parameterAsVectorLayer(parameters, "INPUT", context)
        chosen = layer is not None and layer.selectedFeatureCount()
        features = layer.getSelectedFeatures() if chosen else source.getFeatures()
        offers = [found for feature in features for found in [footprints.offers(feature)] if found]
        if not offers:
            raise QueryError(
                tr("There is no scene to download in {layer}.").format(layer=source.sourceName())
            )
        return offers

    def _window(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> Optional[Geometry]:
        extent = self.parameterAsExtent(parameters, "CLIP", context)
        if extent.isNull():
            return None
        crs = self.parameterAsExtentCrs(parameters, "CLIP", context)
        return areas.from_rectangle(extent, crs if crs.isValid() else areas.wgs84())

    @spoken
    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        folder = Path(self.parameterAsFileOutput(parameters, "FOLDER", context)).expanduser()
        fetched: list[dict[str, Any]] = []
        errors: list[SentinelPortalsError] = []
        held = self._held(folder, feedback) if self.folders else {}
        for place, offers in enumerate(self.scenes):
            if place in held:
                fetched.append(self._told_held(held[place], feedback))
                continue
            try:
                files = self._scene(offers, folder, place, feedback)
            except Cancelled:
                break
            fetched.append(self._told(files, offers))
            errors += [files.error] if files.error else []
            self._tell(files, feedback)
        results: dict[str, Any] = {"FOLDER": str(folder)}
        report = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        if report:
            write_json(report, fetched)
            results["OUTPUT"] = report
        if errors and len(errors) == len(self.scenes):
            raise errors[0]
        return results

    def _held(self, folder: Path, feedback: QgsProcessingFeedback) -> dict[int, Held]:
        """The scenes that lie whole elsewhere; an index that cannot be used costs only this."""
        feedback.setProgressText(tr("Looking for scenes on the disk"))
        found: dict[int, Held] = {}
        try:
            with preflight.open_holdings() as holdings:
                holdings.scan(self.folders, feedback.isCanceled)
                for place, offers in enumerate(self.scenes):
                    held = holdings.held(offers, self.keys, self.window)
                    if held and held.enough and folder.resolve() not in held.path.parents:
                        found[place] = held  # what lies in the folder itself is verified there
        except StorageError as error:
            messages.log(str(error), error)
        return found

    def _told_held(self, held: Held, feedback: QgsProcessingFeedback) -> dict[str, Any]:
        """What the report says of a scene that was left out."""
        feedback.pushInfo(
            tr("{scene} is on the disk already: {path}").format(scene=held.title, path=held.path)
        )
        item = str(held.path) if held.path.suffix == ".json" else None
        told = {"scene": held.title, "portal": "", "state": "on disk", "bytes": 0, "item": item}
        left = {"files": [], "missing": [], "attempts": [], "error": None}
        return {**told, **left, "held": str(held.path)}

    def _scene(
        self, offers: list[Product], folder: Path, place: int, feedback: QgsProcessingFeedback
    ) -> SceneFiles:
        """One scene, with its failure if it failed. Raises Cancelled."""
        feedback.setProgressText(offers[0].title or offers[0].id)

        def progress(done: int, total: Optional[int]) -> None:
            share = done / total if total else 0.0
            feedback.setProgress(100 * (place + min(1.0, share)) / len(self.scenes))

        def fetch(into: Path, offers: list[Product] = offers) -> SceneFiles:
            return fetch_scene(offers, self.portals, self.keys, into, feedback.isCanceled, progress)

        try:
            if not self.window:
                return fetch(folder)
            return self._windowed(offers, folder, fetch, feedback.isCanceled)
        except Cancelled:
            raise
        except SentinelPortalsError as error:
            failed = error
        except Exception as error:  # costs this scene only
            failed = messages.unexpected(error)
        return SceneFiles(offers[0].title or offers[0].id, attempts=(Attempt("", failed),))

    def _in_place(
        self, offers: list[Product], target: Path, cancelled: Any
    ) -> tuple[Optional[SceneFiles], tuple[Attempt, ...]]:
        """The window from the first offer that it can be cut out of; else who failed otherwise."""
        failed: list[Attempt] = []
        for offer in offers:
            try:
                files = fetch_window(offer, self.portals, self.keys, self.window, target, cancelled)
            except Cancelled:
                raise
            except (ProductUnavailable, UnreadableFile):  # an archive, say: it is fetched whole
                continue
            except SentinelPortalsError as error:
                failed.append(Attempt(offer.provider, error))
            else:
                return replace(files, attempts=tuple(failed)), ()
        return None, tuple(failed)

    def _windowed(
        self, offers: list[Product], folder: Path, fetch: Any, cancelled: Any
    ) -> SceneFiles:
        """The window of a scene, in a folder of its own, so that no whole file is overwritten."""
        title = offers[0].title or offers[0].id
        outline = next((o.geometry for o in offers if o.geometry), None)
        if outline and not geometry.intersects(outline, self.window):
            raise QueryError(tr("The window lies outside of {scene}.").format(scene=title))
        target = folder / folder_name(title, self.window)
        there, failed = self._in_place(offers, target, cancelled)
        if there is not None:
            return there
        rest = [o for o in offers if o.provider not in {a.provider for a in failed}]
        files = fetch(folder / WHOLE, rest) if rest else SceneFiles(title)
        files = replace(files, attempts=failed + files.attempts)
        if not files.files:
            return files
        made = clip_scene([f.path for f in files.files], files.item, self.window, target)
        shutil.rmtree(folder / WHOLE / safe(title), ignore_errors=True)
        _remove_empty(folder / WHOLE)
        cut = [
            replace(f, path=path, bytes=path.stat().st_size) for f, path in zip(files.files, made)
        ]
        item = target / files.item.name if files.item else None
        return replace(files, files=tuple(cut), item=item)

    def _tell(self, files: SceneFiles, feedback: QgsProcessingFeedback) -> None:
        for attempt in files.attempts:
            feedback.pushWarning(f"{files.title}: {self._sentence(attempt)}")
        if files.missing:
            feedback.pushWarning(
                tr("{scene} has no {assets} at {portal}.").format(
                    scene=files.title, assets=", ".join(files.missing), portal=files.provider
                )
            )
        if files.files:
            feedback.pushInfo(
                tr("{scene}: {count} files, {size} MB from {portal}").format(
                    scene=files.title,
                    count=len(files.files),
                    size=f"{files.bytes / 1e6:.1f}",
                    portal=files.provider,
                )
            )

    def _sentence(self, attempt: Attempt) -> str:
        provider = self.portals.get(attempt.provider)
        return messages.sentence(attempt.error, provider.info.title if provider else "")

    def _told(self, files: SceneFiles, offers: list[Product]) -> dict[str, Any]:
        """What the report says of one scene."""
        taken = next((o for o in offers if o.provider == files.provider), None)
        assets = taken.assets if taken else {}
        return {
            "scene": files.title,
            "portal": files.provider,
            "state": "on disk" if files.files else "failed",
            "bytes": files.bytes,
            "item": str(files.item) if files.item else None,
            "files": [
                {
                    "key": f.key,
                    "path": str(f.path),
                    "bytes": f.bytes,
                    "verified": f.verified,
                    "checksum": _checksum(assets.get(f.key)),
                    "was_there": f.was_there,
                    "window": bool(self.window),
                }
                for f in files.files
            ],
            "missing": list(files.missing),
            "attempts": [
                {"portal": a.provider, "error": self._sentence(a)} for a in files.attempts
            ],
            "error": self._sentence(files.attempts[-1]) if files.error else None,
            "held": None,
        }


def _checksum(asset: Any) -> Optional[str]:
    """Of the file as the portal holds it: ``sha256:...``."""
    told = asset.checksum if asset else None
    return f"{told.algorithm}:{told.value}" if told else None


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # another scene waits there to be resumed
