"""What was downloaded, as raster layers: composition, stretch, credits, time, place in the tree.

The layer's file is a VRT beside the data, so that a project and its folders can be moved together.
Stretches are in reflectance: QGIS applies the VRT's scale and offset by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional, Union

from osgeo import gdal
from qgis.core import (
    Qgis,
    QgsColorRampShader,
    QgsContrastEnhancement,
    QgsDataProvider,
    QgsDateTimeRange,
    QgsLayerMetadata,
    QgsLayerTree,
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsProject,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime, Qt
from qgis.PyQt.QtGui import QColor

from .. import formats
from ..core import bands as vocabulary
from ..core import names
from ..core.download import safe
from ..core.errors import StorageError, UnreadableFile
from ..core.model import Product, parse_time, to_item
from ..formats import quicklook, stack
from ..formats.doubt import shifted_twice
from ..formats.images import Band, Heed, ImageSet, always, finest
from ..formats.images import percentiles as percentiles_of
from ..formats.presets import PRESETS, RAMPS, Composite, Range, choose
from ..formats.presets import legend as legend_of
from . import legend, messages, settings
from .i18n import tr

ACQUISITION = "sentinel_portals/acquisition"
"""Custom property of a group and of its layers: which acquisition they show."""

DOUBT = "sentinel_portals/doubt"
"""Custom property of a layer: what may be wrong with its numbers, in a sentence."""

ONE_OF_MANY = "sentinel_portals/one_of_many"
"""Custom property of a layer that came with others of its scene, of which one is drawn."""

Sources = Union[str, Path, Iterable[Union[str, Path]]]


@dataclass(frozen=True)
class Look:
    """A composition of a scene as an image file, and all that only its pixels tell.

    ``path`` is a file, or the text of a VRT of files at a portal (`streaming`); ``ranges`` are
    black and full of every channel that is drawn (none of classes), ``warning`` is what may be
    wrong with the numbers, in a sentence; ``one_of_many`` come of one scene at once.
    """

    path: Union[str, Path]
    scene: ImageSet
    composite: Composite
    ranges: tuple[Range, ...]
    warning: str = ""
    one_of_many: bool = False

    @property
    def streamed(self) -> bool:
        return isinstance(self.path, str)


def presets() -> list[tuple[str, str]]:
    """Id and translated title of every composition, as a menu lists them."""
    titles = legend.preset_titles()
    return [(name, titles[name]) for name in PRESETS]


def load_scene(
    sources: Sources,
    preset: str = "true_colour",
    keys: Sequence[str] = (),
    percentiles: bool = False,
) -> list[QgsRasterLayer]:
    """Layers of what lies there, not yet in the project.

    One composite per scene, or with ``single`` one layer per band. ``sources`` are products of any
    kind: folders, archives, item files or images; ``keys`` narrow it to some bands by any of their
    names. The stretch is fixed, so that dates compare, or cuts off 2 per cent at both ends.
    Main thread. Raises UnreadableFile or StorageError.
    """
    return [layer_of(look) for look in looks(sources, preset, keys, percentiles)]


def looks(
    sources: Sources,
    preset: str = "true_colour",
    keys: Sequence[str] = (),
    percentiles: bool = False,
    heed: Heed = always,
) -> Iterator[Look]:
    """The slow half of `load_scene`, for any thread: what `layer_of` makes layers of.

    Raises UnreadableFile, StorageError or, when ``heed`` says so, Cancelled.
    """
    for scene in formats.read(sources):
        scene = _narrowed(scene, keys)
        warning = doubt(scene)
        wanted = composites(scene, preset)
        for place, composite in enumerate(wanted):
            path = _stacked(scene, composite, stack.share_of(heed, place, len(wanted)))
            found = look(path, scene, composite, percentiles, warning)
            yield replace(found, one_of_many=len(wanted) > 1)


def look(
    path: Union[str, Path],
    scene: ImageSet,
    composite: Composite,
    percentiles: bool = False,
    warning: str = "",
) -> Look:
    """How an image file of these bands is to be seen; what has no fixed stretch is cut at 2 %."""
    shown, places = _shown(composite)
    kind, ranges = shown.preset.kind, shown.stretch or ()
    if kind != "classes" and (not ranges or (percentiles and kind != "ramp")):
        ranges = tuple(percentiles_of(path, place) for place in places)
    return Look(path, scene, composite, ranges, warning)


def _narrowed(scene: ImageSet, keys: Sequence[str]) -> ImageSet:
    wanted = {vocabulary.band(key) for key in keys}
    bands = tuple(band for band in scene.bands if not wanted or band.key in wanted)
    if not bands:
        raise UnreadableFile(f"{scene.title} has none of the bands {', '.join(keys)} on the disk.")
    return replace(scene, bands=bands)


def composites(scene: ImageSet, preset: str) -> list[Composite]:
    """``single`` means every band by itself here; a ready-made picture is one all the same."""
    if PRESETS[preset].kind != "single":
        return [choose(scene.bands, preset)]
    whole: dict[str, list[Band]] = {}
    for band in finest(scene.bands):
        whole.setdefault(band.key if band.key == "TCI" else f"{band.path}:{band.band}", []).append(
            band
        )
    return [choose(bands, "visual" if len(bands) > 2 else "single") for bands in whole.values()]


def _stacked(scene: ImageSet, composite: Composite, heed: Heed) -> Path:
    """The file of a composition: beside the scene, or in our own folder if that is read-only."""
    what = composite.bands[0].key if len(composite.bands) == 1 else composite.preset.id
    file = f"{safe(scene.title)}.{safe(what)}.vrt"
    try:
        return stack.stack(composite.bands, scene.folder / file, heed)
    except StorageError:
        return stack.stack(composite.bands, settings.home() / "rasters" / file, heed)


def layer_of(look: Look) -> QgsRasterLayer:
    """The layer, not yet in the project. Quick; main thread. Raises UnreadableFile."""
    title = layer_name(look.scene, look.composite)
    layer = _emptied(_text(look.path), title)  # a new layer looks at its pixels, which takes long
    dress(layer, look)
    read_from(layer, str(look.path))
    if not layer.isValid():
        raise UnreadableFile(f"QGIS cannot open {Path(look.path).name}.")
    return layer


def read_from(layer: QgsRasterLayer, source: str) -> None:
    """Gives a layer another source, and all else stays: QGIS 3.40 would take the metadata along."""
    about = layer.metadata()
    options = QgsDataProvider.ProviderOptions()
    layer.setDataSource(source, layer.name(), "gdal", options, False)
    layer.setMetadata(about)


def _text(path: Union[str, Path]) -> str:
    return path.read_text(encoding="utf-8") if isinstance(path, Path) else path


def _emptied(vrt: str, title: str) -> QgsRasterLayer:
    """The layer without its files: GDAL finds no variety in its pixels, and need not say so."""
    plain = QgsRasterLayer.LayerOptions(False)
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        return QgsRasterLayer(stack.emptied(vrt), title, "gdal", plain)
    finally:
        gdal.PopErrorHandler()


def dress(layer: QgsRasterLayer, look: Look) -> None:
    """Everything that makes an image file the layer of this scene."""
    _style(layer, look)
    _describe(layer, look.scene.item, look.scene.title, look.streamed)
    if look.one_of_many:
        layer.setCustomProperty(ONE_OF_MANY, True)
    if look.warning:
        layer.setCustomProperty(DOUBT, look.warning)
        _add_to_abstract(layer, look.warning)
        messages.log(look.warning)


def doubt(scene: ImageSet) -> str:
    """A sentence when the numbers look as if an offset had been applied before, else ''."""
    band = shifted_twice(scene.bands)
    if not band:
        return ""
    return tr(
        "{scene}: the offset of -0.1 was probably applied to {band} already before it came here. "
        "Reflectance may be 0.1 too low."
    ).format(scene=scene.title, band=band)


def _add_to_abstract(layer: QgsRasterLayer, sentence: str) -> None:
    about = layer.metadata()
    about.setAbstract(f"{about.abstract()} {sentence}")
    layer.setMetadata(about)


# --- looks -----------------------------------------------------------------------------------


def _style(layer: QgsRasterLayer, look: Look) -> None:
    """The renderer."""
    preset = look.composite.preset
    if preset.kind == "classes":
        _style_classes(layer, legend_of(look.composite.bands[0]))
        return
    if preset.kind == "ramp" and look.composite.stretch:
        _style_ramp(layer, preset.ramp, *look.ranges[0])
        return
    places = _shown(look.composite)[1]
    if len(places) == 3:
        layer.setRenderer(QgsMultiBandColorRenderer(layer.dataProvider(), *places))
    else:
        layer.setRenderer(QgsSingleBandGrayRenderer(layer.dataProvider(), places[0]))
    _stretch(layer, places, look.ranges)


def _shown(composite: Composite) -> tuple[Composite, list[int]]:
    """Of all bands in one layer, those to be seen; and their numbers in the layer."""
    if composite.preset.kind != "all":
        return composite, list(range(1, len(composite.bands) + 1))
    shown = choose(composite.bands)
    return shown, [composite.bands.index(band) + 1 for band in shown.bands]


def _stretch(
    layer: QgsRasterLayer, places: Sequence[int], ranges: Sequence[tuple[float, float]]
) -> None:
    renderer, provider = layer.renderer(), layer.dataProvider()
    setters = (
        ("setRedContrastEnhancement", "setGreenContrastEnhancement", "setBlueContrastEnhancement")
        if len(places) == 3
        else ("setContrastEnhancement",)
    )
    for setter, place, (low, high) in zip(setters, places, ranges):
        enhancement = QgsContrastEnhancement(provider.dataType(place))
        enhancement.setContrastEnhancementAlgorithm(
            QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
        )
        enhancement.setMinimumValue(low)
        enhancement.setMaximumValue(high)
        getattr(renderer, setter)(enhancement)


def _style_classes(layer: QgsRasterLayer, name: str) -> None:
    classes = [
        QgsPalettedRasterRenderer.Class(value, QColor(colour), title)
        for value, title, colour in legend.classes(name)
    ]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))


def _style_ramp(layer: QgsRasterLayer, name: str, low: float, high: float) -> None:
    """Colours between two values, and beyond them the last ones."""
    function = QgsColorRampShader(low, high)
    function.setColorRampType(QgsColorRampShader.Type.Interpolated)
    stops = [(low + part * (high - low), colour) for part, colour in RAMPS[name]]
    told = [(value, f"{value:.4g}", colour) for value, colour in stops] + legend.marks(name)
    function.setColorRampItemList(
        [
            QgsColorRampShader.ColorRampItem(value, QColor(colour), text)
            for value, text, colour in told
        ]
    )
    shader = QgsRasterShader(low, high)
    shader.setRasterShaderFunction(function)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader)
    renderer.setClassificationMin(low)
    renderer.setClassificationMax(high)
    layer.setRenderer(renderer)


# --- words -----------------------------------------------------------------------------------


def acquisition(item: Mapping[str, Any], title: str = "") -> str:
    """``2024-06-12 S2A 31TEL``, as much of it as the item tells; else its title."""
    properties = item.get("properties") or {}
    facts = names.parse_name(str(properties.get("title") or item.get("id") or title)) or {}
    words = (
        date(item),
        _unit(properties, facts),
        _place(properties, facts),
    )
    told = [word for word in words if word]
    return " ".join(told) if len(told) > 1 else (title or str(item.get("id") or ""))


def date(item: Mapping[str, Any]) -> str:
    """``2024-06-12``, '' when the item does not tell."""
    start = _times(item.get("properties") or {})[0]
    return str(start.toString("yyyy-MM-dd")) if start else ""


def passage(item: Mapping[str, Any], title: str = "") -> str:
    """``2024-06-12 S2A``: what the tiles that were seen together share; else the title."""
    properties = item.get("properties") or {}
    facts = names.parse_name(str(properties.get("title") or item.get("id") or title)) or {}
    words = (date(item), _unit(properties, facts))
    return " ".join(word for word in words if word) if all(words) else title


def _unit(properties: Mapping[str, Any], facts: Mapping[str, str]) -> str:
    if facts.get("kind") == "landsat":
        return f"L{int(facts['platform'])}"
    return names.platform(properties.get("platform")) or names.platform(facts.get("platform"))


def _place(properties: Mapping[str, Any], facts: Mapping[str, str]) -> str:
    """The tile, path and row, or the relative orbit."""
    if facts.get("kind") == "landsat":
        return f"{facts['path']}/{facts['row']}"
    tile = names.tile(properties.get("grid:code")) or names.tile(facts.get("tile"))
    orbit = properties.get("sat:relative_orbit")
    return tile or (f"R{orbit:03d}" if isinstance(orbit, int) else "")


def layer_name(scene: ImageSet, composite: Composite) -> str:
    preset = composite.preset
    what = dict(presets()).get(preset.id, preset.title)
    if preset.kind != "ramp":  # NDVI stays NDVI
        what = what[:1].lower() + what[1:]
    if preset.kind in ("single", "grey"):
        what = composite.bands[0].key
    return f"{acquisition(scene.item, scene.title)} {what}"


def _times(properties: Mapping[str, Any]) -> tuple[Optional[QDateTime], Optional[QDateTime]]:
    """First and last moment of the acquisition, in UTC."""
    try:
        start = parse_time(properties.get("start_datetime") or properties.get("datetime"))
        end = parse_time(properties.get("end_datetime")) or start
    except ValueError:
        return None, None
    both = []
    for moment in (start, end):
        text = f"{moment:%Y-%m-%dT%H:%M:%S}Z" if moment else ""
        both.append(QDateTime.fromString(text, Qt.DateFormat.ISODate) if text else None)
    return both[0], both[1]


def attribution(item: Mapping[str, Any]) -> str:
    """The credit line, with the year of the acquisition where Copernicus asks for it."""
    properties = item.get("properties") or {}
    said = str(properties.get("attribution") or "")
    start = _times(properties)[0]
    if start:
        wanted = r"(Copernicus Sentinel data)(?! \d{4})(?! \[)"
        said = re.sub(wanted, rf"\1 {start.toString('yyyy')}", said)
    return said


def _describe(
    layer: QgsRasterLayer, item: Mapping[str, Any], title: str, streamed: bool = False
) -> None:
    properties = item.get("properties") or {}
    credit, licence = attribution(item), str(properties.get("license") or "")
    portal = str(
        properties.get("sentinel_portals:portal")
        or properties.get("sentinel_portals:provider")
        or ""
    )
    layer.setCustomProperty(ACQUISITION, acquisition(item, title))
    server = layer.serverProperties()
    (server if hasattr(server, "setAttribution") else layer).setAttribution(credit)
    about = QgsLayerMetadata()
    about.setIdentifier(str(item.get("id") or title))
    about.setTitle(layer.name())
    about.setType("dataset")
    told = tr("{title}, downloaded from {portal}.") if portal else "{title}"
    if streamed:
        told = tr("{title}, read from {portal} while it is drawn.")
    about.setAbstract(told.format(title=properties.get("title") or title, portal=portal))
    about.setRights([credit] if credit else [])
    about.setLicenses([licence] if licence else [])
    about.setCrs(layer.crs())
    start, end = _times(properties)
    if start and end:
        extent = QgsLayerMetadata.Extent()
        extent.setTemporalExtents([QgsDateTimeRange(start, end)])
        about.setExtent(extent)
        _set_time(layer, start, end)
    layer.setMetadata(about)


def _set_time(layer: QgsRasterLayer, start: QDateTime, end: QDateTime) -> None:
    """For the temporal controller: the layer is there while the satellite passed."""
    temporal = layer.temporalProperties()
    temporal.setMode(Qgis.RasterTemporalMode.FixedTemporalRange)
    temporal.setFixedTemporalRange(QgsDateTimeRange(start, end))
    temporal.setIsActive(True)


# --- quicklooks ------------------------------------------------------------------------------


def quicklook_layer(placed: Path, product: Product) -> QgsRasterLayer:
    """The layer of a thumbnail that `formats.quicklook.georeference` has put in its place."""
    item = to_item(product)
    who = acquisition(item, product.title or product.id)
    layer = QgsRasterLayer(str(placed), tr("{scene} quicklook").format(scene=who), "gdal")
    if not layer.isValid():
        raise UnreadableFile(f"QGIS cannot open {Path(placed).name}.")
    _describe(layer, item, product.title)
    if quicklook.placement(placed) == "box":
        _add_to_abstract(layer, tr("Its position is approximate."))
    return layer


# --- the layer tree --------------------------------------------------------------------------


def add(
    layers: Sequence[QgsRasterLayer],
    project: Optional[QgsProject] = None,
    near: Optional[QgsVectorLayer] = None,
    group: str = "",
) -> Optional[QgsLayerTreeGroup]:
    """Adds the layers to the project, each in the group of its acquisition (or the named group).

    A new group goes right above ``near``, the footprints, else to the top. What is asked for
    anew lies above the rest of its group; of many bands that came at once only the first is drawn.
    Gives the group of the last layer.
    """
    project = project or QgsProject.instance()
    home = None
    for layer in layers:
        home = _group(project, group or layer.customProperty(ACQUISITION, ""))
        many = bool(layer.customProperty(ONE_OF_MANY, False))
        hidden = many and _is_covered(layer, home)
        project.addMapLayer(layer, False)
        node = QgsLayerTreeLayer(layer)
        node.setExpanded(False)
        node.setItemVisibilityChecked(not hidden)
        home.insertChildNode(len(home.children()) if many or group else 0, node)
        if home.parent() is None:
            _place_group(home, project.layerTreeRoot(), near)
    return home


def _is_covered(layer: QgsRasterLayer, group: QgsLayerTreeGroup) -> bool:
    """Is something drawn already in just this place?"""
    drawn = (node.layer() for node in group.findLayers() if node.isVisible())
    return any(other is not None and other.extent() == layer.extent() for other in drawn)


def _group(project: QgsProject, title: str) -> QgsLayerTreeGroup:
    """The group of an acquisition; a new one is nowhere yet: QGIS may show an empty one folded."""
    groups = project.layerTreeRoot().findGroups(True)
    there = next((g for g in groups if g.customProperty(ACQUISITION) == title), None)
    if there is not None:
        return there
    made = QgsLayerTreeGroup(title)
    made.setCustomProperty(ACQUISITION, title)
    return made


def _place_group(
    made: QgsLayerTreeGroup, root: QgsLayerTree, near: Optional[QgsVectorLayer]
) -> None:
    node = root.findLayer(near.id()) if near is not None else None
    parent = node.parent() if node else root
    parent.insertChildNode(parent.children().index(node) if node else 0, made)
    made.setExpanded(False)
    made.setExpanded(True)  # QGIS forgets every second group that comes to the top
