"""bridge/looks.py: what a person sees of the layer, also after the project is reopened."""

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFillSymbol,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsRenderContext,
)
from qgis.PyQt.QtCore import QDate, QSize
from qgis.PyQt.QtGui import QColor

from sentinel_portals.bridge import compat, footprints, looks
from sentinel_portals.bridge.footprints import FootprintStore
from sentinel_portals.core.scene import Scenes
from sentinel_portals.tests.core.making import product, square


def scene(name, day="2024-08-24", cloud=None, portal="sample", west=3.0):
    properties = {} if cloud is None else {"eo:cloud_cover": cloud}
    return product(portal, name, at=day, properties=properties, geometry=square(west))


@pytest.fixture
def store(tmp_path):
    store = FootprintStore(tmp_path / "found.gpkg")
    yield store
    store.close()


@pytest.fixture
def layer_of(store, project):
    scenes = Scenes()

    def make(*products):
        store.write(scenes.extend(products), scenes, None)
        known = project.mapLayersByName("Found")
        if known:
            footprints.refresh(known[0])
            return known[0]
        return project.addMapLayer(footprints.open_layer(store.path, "Found"))

    return make


def legend(layer):
    renderer = layer.renderer()
    classes = renderer.ranges() if hasattr(renderer, "ranges") else renderer.categories()
    return [each.label() for each in classes]


def class_of(layer, feature):
    """The label of the class that draws a feature; None when nothing does."""
    context = QgsRenderContext()
    context.setExpressionContext(
        QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    )
    context.expressionContext().setFeature(feature)
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    keys = renderer.legendKeysForFeature(feature, context)
    items = {item.ruleKey(): item.label() for item in renderer.legendSymbolItems()}
    renderer.stopRender(context)
    return next((items[key] for key in keys), None)


def classes(layer):
    return {f["title"]: class_of(layer, f) for f in layer.getFeatures()}


def evaluated(layer, expression, feature=None):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature or next(layer.getFeatures()))
    parsed = QgsExpression(expression)
    value = parsed.evaluate(context)
    assert not parsed.hasEvalError(), parsed.evalErrorString()
    return value


def test_clouds_have_classes_and_the_unknown_is_drawn_too(layer_of):
    layer = layer_of(
        scene("clear", cloud=0),
        scene("ten", cloud=10.0),
        scene("hazy", cloud=10.1),
        scene("grey", cloud=100),
        scene("unknown"),
    )
    assert classes(layer) == {
        "clear": "0 – 10 %",
        "ten": "0 – 10 %",
        "hazy": "10 – 25 %",
        "grey": "75 – 100 %",
        "unknown": "unknown",
    }


def test_a_portal_has_a_colour_and_a_new_one_gets_its_own(layer_of):
    layer = layer_of(scene("a", portal="one"))
    footprints.style(layer, "portal")
    assert legend(layer) == ["one", "others"]
    layer_of(scene("b", portal="two"))
    assert legend(layer) == ["one", "two", "others"]
    assert classes(layer) == {"a": "one", "b": "two"}


def test_dates_have_a_ramp_that_grows_with_the_layer(layer_of):
    layer = layer_of(scene("a", "2024-08-24T23:59:59Z"))
    footprints.style(layer, "date")
    assert legend(layer) == ["2024-08-24", "unknown"]
    layer_of(scene("b", "2024-08-25T00:00:00Z"), scene("c", "2024-12-31"))
    assert len(legend(layer)) == 8
    found = classes(layer)
    assert found["a"] == found["b"] == "2024-08-24 – 2024-09-11"
    assert found["c"].endswith("2024-12-31")


def test_every_day_lies_in_one_class():
    for last in range(40):
        spans = looks._weeks(0, last)
        days = [day for low, high in spans for day in range(low, high + 1)]
        assert days == list(range(last + 1))
        assert len(spans) <= len(looks.EARLY_TO_LATE)


def test_an_empty_layer_can_wear_every_style(layer_of):
    layer = layer_of()
    for name, title in footprints.styles():
        footprints.style(layer, name)
        assert looks.style_of(layer) == name
        assert title
    footprints.style(layer, "no such style")
    assert looks.style_of(layer) == "cloud"


def drawn_width(layer, feature):
    ranges = layer.renderer().ranges()  # to be held: the symbols are theirs
    drawn = ranges[0].symbol().symbolLayer(0)
    width = drawn.dataDefinedProperties().property(compat.STROKE_WIDTH).expressionString()
    dashes = drawn.dataDefinedProperties().property(compat.STROKE_STYLE).expressionString()
    return evaluated(layer, width, feature), evaluated(layer, dashes, feature)


def test_what_is_on_disk_is_seen_at_a_glance(layer_of, store):
    layer = layer_of(scene("a"))
    states = {}
    for state in looks.STATES:
        store.set_state([next(layer.getFeatures())["scene_id"]], state)
        footprints.refresh(layer)
        states[state] = drawn_width(layer, next(layer.getFeatures()))
    assert states["on disk"][0] > 3 * states["found"][0]
    assert states["downloading"][1] == "dash"
    assert states["failed"][1] == "dot"


@pytest.mark.parametrize("name", list(looks.STYLES))
def test_a_basemap_shows_through(layer_of, name):
    layer = layer_of(scene("a", cloud=5))
    footprints.style(layer, name)
    shown = QgsMapSettings()
    shown.setLayers([layer])
    shown.setDestinationCrs(layer.crs())
    shown.setExtent(layer.extent().buffered(0.2))
    shown.setOutputSize(QSize(200, 200))
    shown.setBackgroundColor(QColor(255, 255, 255))
    layer.setLabelsEnabled(False)
    job = QgsMapRendererSequentialJob(shown)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    inside, outside = image.pixelColor(100, 100), image.pixelColor(2, 2)
    assert outside == QColor(255, 255, 255)
    assert inside != outside
    assert min(inside.red(), inside.green(), inside.blue()) > 150
    row = [image.pixelColor(x, 100).lightness() for x in range(200)]
    assert min(row) < inside.lightness() - 40, "the outline is darker than the fill"


def test_labels_are_short_and_come_with_the_scale(layer_of):
    layer = layer_of(scene("a", cloud=12.4))
    settings = layer.labeling().settings()
    assert evaluated(layer, settings.fieldName) == "2024-08-24\n12 %"
    assert settings.scaleVisibility
    assert settings.minimumScale == 1_500_000
    assert settings.format().buffer().enabled()
    assert layer.labelsEnabled()


def test_the_map_tip_tells_the_scene_without_html_of_its_own(layer_of):
    layer = layer_of(scene("a", cloud=12.44), scene("b"))
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    tips = []
    for feature in layer.getFeatures():
        context.setFeature(feature)
        tips.append(QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context))
    assert "<b>a</b>" in tips[0]
    assert "Cloud cover (%): 12.4" in tips[0]
    assert "Cloud cover" not in tips[1]


def test_the_map_tip_speaks_the_users_language(layer_of, monkeypatch):
    french = {"{name}: {value}": "{name} : {value}", "found": "trouvée, <à l'instant>"}
    monkeypatch.setattr(looks, "tr", lambda text: french.get(text, text))
    monkeypatch.setattr(looks, "translated", lambda text: french.get(text, text))
    layer = layer_of(scene("a", cloud=12.44))
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    assert "Cloud cover (%) : 12.4" in tip
    assert "State : trouvée, &lt;à l&#39;instant>" in tip


def test_the_temporal_controller_finds_its_fields(layer_of):
    layer = layer_of(scene("a"))
    when = layer.temporalProperties()
    assert when.isActive()
    assert when.mode() == compat.TEMPORAL_START_AND_END
    assert (when.startField(), when.endField()) == ("datetime", "end_datetime")


def test_the_temporal_filter_shows_the_day_and_no_other(layer_of):
    from qgis.core import QgsDateTimeRange, QgsVectorLayerTemporalContext
    from qgis.PyQt.QtCore import QDateTime, QTime

    layer = layer_of(scene("a", "2024-08-24T10:36:31Z"), scene("b", "2024-08-25T10:36:31Z"))
    day = QgsDateTimeRange(
        QDateTime(QDate(2024, 8, 24), QTime(0, 0)), QDateTime(QDate(2024, 8, 24), QTime(23, 59))
    )
    context = QgsVectorLayerTemporalContext()
    context.setLayer(layer)
    wanted = layer.temporalProperties().createFilterString(context, day)
    assert [f["title"] for f in layer.getFeatures(wanted)] == ["a"]


def test_the_table_has_headings_and_hides_the_json(layer_of):
    layer = layer_of(scene("a"))
    columns = layer.attributeTableConfig().columns()
    hidden = [c.name for c in columns if c.hidden]
    assert hidden == ["product", ""], "and the column of actions, which has no name"
    assert [c.name for c in columns][:3] == ["title", "datetime", "cloud_cover"]
    assert layer.attributeAlias(layer.fields().indexOf("cloud_cover")) == "Cloud cover (%)"
    assert layer.displayExpression() == '"title"'
    assert layer.metadata().rights()


def test_everything_is_there_after_the_project_is_reopened(layer_of, tmp_path):
    layer = layer_of(scene("a", cloud=5, portal="one"))
    footprints.style(layer, "portal")
    before = (
        legend(layer),
        layer.mapTipTemplate(),
        layer.labeling().settings().fieldName,
        [c.name for c in layer.attributeTableConfig().columns() if c.hidden],
        layer.attributeAlias(3),
    )
    project, path = QgsProject.instance(), str(tmp_path / "project.qgz")
    assert project.write(path)
    project.clear()
    del layer
    assert project.read(path)
    [layer] = project.mapLayersByName("Found")
    assert layer.isValid()
    assert footprints.is_footprints(layer)
    assert looks.style_of(layer) == "portal"
    assert before == (
        legend(layer),
        layer.mapTipTemplate(),
        layer.labeling().settings().fieldName,
        [c.name for c in layer.attributeTableConfig().columns() if c.hidden],
        layer.attributeAlias(3),
    )
    assert layer.temporalProperties().isActive()
    assert layer.temporalProperties().startField() == "datetime"
    assert [o.id for o in footprints.offers(next(layer.getFeatures()))] == ["a"]
    categories = layer.renderer().categories()
    drawn = categories[0].symbol()
    assert isinstance(drawn, QgsFillSymbol)
    assert drawn.symbolLayer(0).dataDefinedProperties().isActive(compat.STROKE_WIDTH)


def test_a_raster_is_no_footprint_layer():
    assert not footprints.is_footprints(QgsRasterLayer("", "image"))
