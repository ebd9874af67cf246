"""How the footprint layer looks: colours by cloud, portal or date, labels, map tip, time.

Fills are half transparent, so that a basemap shows through; outlines tell the state: thick is on
disk, dashed is on its way, dotted has failed. Colours are safe for colour-blind eyes (ColorBrewer
YlGnBu, Okabe and Ito 2008, viridis).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsAttributeTableConfig,
    QgsCategorizedSymbolRenderer,
    QgsEditorWidgetSetup,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsLayerMetadata,
    QgsPalLayerSettings,
    QgsProperty,
    QgsRendererCategory,
    QgsRendererRange,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

from . import compat
from .i18n import mark, tr, translated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qgis.core import QgsFeatureRenderer, QgsVectorLayer

STYLE = "sentinel_portals/style"
"""The custom property that remembers the style."""

CLOUD_CLASSES = ((0, 10), (10, 25), (25, 50), (50, 75), (75, 100))
CLEAR_TO_CLOUDY = ("#253494", "#2c7fb8", "#41b6c4", "#a1dab4", "#ffffcc")
PORTAL_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
EARLY_TO_LATE = ("#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39")
UNKNOWN = "#969696"
OPACITY = 0.18  # several dates of a tile lie on top of each other

STATES = {
    "found": mark("found"),
    "queued": mark("queued"),
    "downloading": mark("downloading"),
    "on disk": mark("on disk"),
    "failed": mark("failed"),
}
"""What the layer says of a scene, in the map tip."""

FIRST_DAY = date(2000, 1, 1)
DAY = "coalesce(day(to_date(\"datetime\") - to_date('2000-01-01')), -9)"
WIDTH = "CASE WHEN \"state\" = 'on disk' THEN 1.0 WHEN \"state\" = 'found' THEN 0.26 ELSE 0.5 END"
DASHES = (
    "CASE WHEN \"state\" IN ('queued', 'downloading') THEN 'dash' "
    "WHEN \"state\" = 'failed' THEN 'dot' ELSE 'solid' END"
)
LABEL = (
    "concat(format_date(\"datetime\", 'yyyy-MM-dd'), if(\"tile\" IS NULL, '', '\\n' || \"tile\"), "
    "if(\"cloud_cover\" IS NULL, '', '\\n' || round(\"cloud_cover\") || ' %'))"
)
AREA_LABEL = LABEL.replace("cloud_cover", "aoi_cloud")
LABELS_FROM = 1_500_000  # the scale's denominator
MOST_LABELS = 300
TITLE = '"title"'
FIRST_COLUMNS = (
    *("title", "datetime", "cloud_cover", "aoi_cloud", "aoi_valid", "aoi_cover"),
    *("tile", "portals", "state"),
)
HIDDEN_COLUMNS = ("product",)


def clothe(layer: QgsVectorLayer, aliases: Mapping[str, str]) -> None:
    """Everything but the colours; ``aliases`` are the headings of the fields."""
    for name, alias in aliases.items():
        layer.setFieldAlias(layer.fields().indexOf(name), alias)
    hidden = QgsEditorWidgetSetup("Hidden", {})
    for name in HIDDEN_COLUMNS:
        layer.setEditorWidgetSetup(layer.fields().indexOf(name), hidden)
    layer.setAttributeTableConfig(_columns(layer))
    layer.setDisplayExpression(TITLE)
    layer.setMapTipTemplate(_map_tip(aliases))
    layer.setLabeling(QgsVectorLayerSimpleLabeling(_labels(LABEL)))
    layer.setLabelsEnabled(True)
    layer.setMetadata(_metadata(layer.name()))
    when = layer.temporalProperties()
    when.setMode(compat.TEMPORAL_START_AND_END)
    when.setStartField("datetime")
    when.setEndField("end_datetime")
    when.setIsActive(True)


def _columns(layer: QgsVectorLayer) -> QgsAttributeTableConfig:
    config = QgsAttributeTableConfig()
    config.update(layer.fields())
    rank = {name: place for place, name in enumerate(FIRST_COLUMNS)}
    columns = sorted(config.columns(), key=lambda column: rank.get(column.name, len(rank)))
    for column in columns:
        column.hidden = column.hidden or column.name in HIDDEN_COLUMNS
    config.setColumns(columns)
    return config


def _map_tip(aliases: Mapping[str, str]) -> str:
    heading = tr("{name}: {value}").partition("{value}")[0]

    def line(name: str, expression: str) -> str:
        told = _html(heading.format(name=aliases[name]))
        return f"[% if(\"{name}\" IS NULL, '', '<br>{told}' || {expression}) %]"

    words = ", ".join(f"'{name}', '{_html(translated(word))}'" for name, word in STATES.items())

    lines = (
        line("datetime", "format_date(\"datetime\", 'yyyy-MM-dd HH:mm')"),
        line("cloud_cover", 'round("cloud_cover", 1)'),
        line("aoi_cloud", 'round("aoi_cloud", 1)'),
        line("aoi_valid", 'round("aoi_valid", 1)'),
        line("portals", 'sentinel_portal_titles("portals")'),
        line("state", f'coalesce(map_get(map({words}), "state"), "state")'),
    )
    soon = _html(tr("The quicklook is on its way…"))
    image = (
        "[% with_variable('image', sentinel_quicklook(\"thumbnail\"), CASE "
        "WHEN @image <> '' THEN '<br><img width=\"240\" src=\"' || @image || '\">' "
        f"WHEN \"thumbnail\" <> '' THEN '<br><i>{soon}</i>' ELSE '' END) %]"
    )
    return f"<b>[% {TITLE} %]</b>{''.join(lines)}{image}"


def _html(text: str) -> str:
    """Fit to stand in HTML inside an expression's quotes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")


def _labels(expression: str) -> QgsPalLayerSettings:
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(True)
    buffer.setSize(0.8)
    buffer.setColor(QColor(255, 255, 255, 200))
    text = QgsTextFormat()
    text.setSize(8)
    text.setColor(QColor("#202020"))
    text.setBuffer(buffer)
    labels = QgsPalLayerSettings()
    labels.fieldName = expression
    labels.isExpression = True
    labels.placement = compat.LABEL_OVER_POINT
    labels.scaleVisibility = True
    labels.minimumScale = LABELS_FROM
    labels.maximumScale = 1
    labels.thinningSettings().setLimitNumberLabelsEnabled(True)
    labels.thinningSettings().setMaximumNumberLabels(MOST_LABELS)
    labels.setFormat(text)
    return labels


def _metadata(title: str) -> QgsLayerMetadata:
    metadata = QgsLayerMetadata()
    metadata.setTitle(title)
    metadata.setType("dataset")
    metadata.setAbstract(tr("Footprints of satellite scenes, found with Sentinel Portals."))
    metadata.setRights([tr("Contains Copernicus Sentinel data")])
    return metadata


def style(layer: QgsVectorLayer, name: str) -> None:
    """Colours the layer by ``cloud``, ``portal`` or ``date``; an unknown name means cloud."""
    _, make = STYLES.get(name, STYLES["cloud"])
    layer.setCustomProperty(STYLE, name if name in STYLES else "cloud")
    layer.setRenderer(make(layer))
    _relabel(layer, AREA_LABEL if name == "aoi_cloud" else LABEL)
    layer.triggerRepaint()
    layer.emitStyleChanged()


def _relabel(layer: QgsVectorLayer, expression: str) -> None:
    """The label says what the colour shows, unless somebody has made a label of their own."""
    now = layer.labeling().settings().fieldName if layer.labeling() else ""
    if now in (LABEL, AREA_LABEL) and now != expression:
        layer.setLabeling(QgsVectorLayerSimpleLabeling(_labels(expression)))


def style_of(layer: QgsVectorLayer) -> str:
    return str(layer.customProperty(STYLE, "cloud"))


def styles() -> list[tuple[str, str]]:
    """(id, title) of every style, for a menu."""
    return [(name, translated(title)) for name, (title, _) in STYLES.items()]


def keep_up(layer: QgsVectorLayer) -> None:
    """New portals and days get a colour of their own when they come into the layer."""
    name = style_of(layer)
    now = _facts(layer, name)
    if now and now != layer.customProperty(f"{STYLE}/facts"):
        style(layer, name)


def _facts(layer: QgsVectorLayer, name: str) -> str:
    """What the classes of this style were made of."""
    if name == "portal":
        return ",".join(_portals(layer))
    if name == "date":
        return ",".join(map(str, _days(layer)))
    return ""


def _by_cloud(layer: QgsVectorLayer) -> QgsFeatureRenderer:
    return _by_share('"cloud_cover"')


def _by_area_cloud(layer: QgsVectorLayer) -> QgsFeatureRenderer:
    """Grey where nobody has looked, also when the file is too old to have the column."""
    there = layer.fields().lookupField("aoi_cloud") >= 0
    return _by_share('"aoi_cloud"' if there else "NULL")


def _by_share(percent: str) -> QgsFeatureRenderer:
    ranges = [
        QgsRendererRange(low - (low == 0), high, _symbol(colour), f"{low} – {high} %")
        for (low, high), colour in zip(CLOUD_CLASSES, CLEAR_TO_CLOUDY)
    ]
    ranges.append(_unknown_range())
    return QgsGraduatedSymbolRenderer(f"coalesce({percent}, -9)", ranges)


def _by_portal(layer: QgsVectorLayer) -> QgsFeatureRenderer:
    portals = _portals(layer)
    layer.setCustomProperty(f"{STYLE}/facts", _facts(layer, "portal"))
    categories = [
        QgsRendererCategory(name, _symbol(PORTAL_COLOURS[place % len(PORTAL_COLOURS)]), name)
        for place, name in enumerate(portals)
    ]
    categories.append(QgsRendererCategory(None, _symbol(UNKNOWN), tr("others")))
    return QgsCategorizedSymbolRenderer("portal", categories)


def _portals(layer: QgsVectorLayer) -> list[str]:
    found = layer.dataProvider().uniqueValues(layer.fields().indexOf("portal"))
    return sorted(name for name in found if isinstance(name, str) and name)


def _by_date(layer: QgsVectorLayer) -> QgsFeatureRenderer:
    layer.setCustomProperty(f"{STYLE}/facts", _facts(layer, "date"))
    ranges = []
    for place, (low, high) in enumerate(_weeks(*_days(layer))):
        first, last = (f"{FIRST_DAY + timedelta(days=d):%Y-%m-%d}" for d in (low, high))
        label = first if low == high else f"{first} – {last}"
        ranges.append(QgsRendererRange(low - 0.5, high + 0.5, _symbol(EARLY_TO_LATE[place]), label))
    ranges.append(_unknown_range())
    return QgsGraduatedSymbolRenderer(DAY, ranges)


def _days(layer: QgsVectorLayer) -> tuple[int, int]:
    """The first and the last day in the layer, counted from FIRST_DAY; (0, 0) for none."""
    index, provider = layer.fields().indexOf("datetime"), layer.dataProvider()
    ends = [_day(value) for value in (provider.minimumValue(index), provider.maximumValue(index))]
    return (ends[0], ends[1]) if None not in ends else (0, 0)


def _day(value: Any) -> Any:
    if not hasattr(value, "date") or value.isNull():
        return None
    there = value.date()
    return (date(there.year(), there.month(), there.day()) - FIRST_DAY).days


def _weeks(first: int, last: int) -> list[tuple[int, int]]:
    """At most as many spans of whole days as there are colours."""
    count = min(len(EARLY_TO_LATE), last - first + 1)
    edges = [first + round(n * (last - first + 1) / count) for n in range(count + 1)]
    return [(low, high - 1) for low, high in zip(edges, edges[1:])]


def _unknown_range() -> QgsRendererRange:
    return QgsRendererRange(-10, -1.000001, _symbol(UNKNOWN), tr("unknown"))


def _symbol(colour: str) -> QgsFillSymbol:
    fill, line = QColor(colour), QColor(colour).darker(160)
    fill.setAlphaF(OPACITY)
    symbol = QgsFillSymbol.createSimple({"outline_width": "0.26"})
    drawn = symbol.symbolLayer(0)
    drawn.setFillColor(fill)
    drawn.setStrokeColor(line)
    drawn.setDataDefinedProperty(compat.STROKE_WIDTH, QgsProperty.fromExpression(WIDTH))
    drawn.setDataDefinedProperty(compat.STROKE_STYLE, QgsProperty.fromExpression(DASHES))
    return symbol


STYLES = {
    "cloud": (mark("By cloud cover"), _by_cloud),
    "aoi_cloud": (mark("By cloud in the area"), _by_area_cloud),
    "portal": (mark("By portal"), _by_portal),
    "date": (mark("By date"), _by_date),
}
