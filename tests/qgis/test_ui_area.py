"""Ways to an area, on a real canvas."""

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.gui import QgsMapToolPan, QgsRubberBand
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from sentinel_portals.bridge.areas import km2
from sentinel_portals.core.model import bounds
from sentinel_portals.tests.qgis.plugged import (
    LEFT,
    NONE,
    RIGHT,
    click,
    drag,
    find,
    look_at,
    pixel,
    press,
)
from sentinel_portals.ui.area_panel import AreaPanel
from sentinel_portals.ui.paste_dialog import PasteDialog


@pytest.fixture
def canvas(iface):
    canvas = iface.mapCanvas()
    look_at(canvas, 2, 45, 4, 46)
    pan = QgsMapToolPan(canvas)
    canvas.setMapTool(pan)
    yield canvas
    canvas.unsetMapTool(canvas.mapTool())


@pytest.fixture
def panel(iface, canvas):
    panel = AreaPanel(iface)
    yield panel
    panel.remove()
    panel.deleteLater()


def box(panel):
    return pytest.approx(bounds(panel.area), abs=0.02)


def bands(canvas):
    items = canvas.scene().items()
    return [i for i in items if isinstance(i, QgsRubberBand) and i.numberOfVertices()]


def test_a_rectangle_by_drag(panel, canvas):
    before = canvas.mapTool()
    click(find(panel, "spAreaRectangle"))
    assert panel.drawing()
    drag(canvas, (2.5, 45.3), (3.2, 45.7))
    assert (2.5, 45.3, 3.2, 45.7) == box(panel)
    assert "km²" in find(panel, "spAreaLabel").text()
    assert canvas.mapTool() is before, "the map goes back to the tool that had it"
    assert not find(panel, "spAreaRectangle").isChecked()
    assert len(bands(canvas)) == 1


def test_a_rectangle_by_two_clicks(panel, canvas):
    click(find(panel, "spAreaRectangle"))
    press(canvas, 2.5, 45.3)
    assert panel.drawing()
    press(canvas, 3.2, 45.7)
    assert (2.5, 45.3, 3.2, 45.7) == box(panel)


def test_a_polygon_by_clicks_closed_by_a_right_click(panel, canvas):
    click(find(panel, "spAreaPolygon"))
    for corner in ((2.4, 45.2), (3.4, 45.2), (3.4, 45.8)):
        press(canvas, *corner)
    press(canvas, 3.0, 45.5, RIGHT)
    assert (2.4, 45.2, 3.4, 45.8) == box(panel)
    assert km2(panel.area) == pytest.approx(2605, rel=0.03), "a triangle, half of its box"


def test_backspace_takes_a_corner_back_and_enter_closes(panel, canvas):
    click(find(panel, "spAreaPolygon"))
    for corner in ((2.4, 45.2), (3.4, 45.2), (3.4, 45.8), (2.1, 45.9)):
        press(canvas, *corner)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert (2.4, 45.2, 3.4, 45.8) == box(panel)
    assert km2(panel.area) == pytest.approx(2605, rel=0.03), "a triangle, half of its box"


def test_a_double_click_closes_and_the_map_stays_where_it_is(panel, canvas):
    extent = canvas.extent()
    click(find(panel, "spAreaPolygon"))
    press(canvas, 2.4, 45.2)
    press(canvas, 3.4, 45.2)
    view, last = canvas.viewport(), pixel(canvas, 3.4, 45.8)
    QTest.mouseClick(view, LEFT, NONE, last)
    QTest.mouseDClick(view, LEFT, NONE, last)
    QTest.mouseRelease(view, LEFT, NONE, last)
    assert not panel.drawing()
    assert (2.4, 45.2, 3.4, 45.8) == box(panel)
    assert canvas.extent() == extent


def test_escape_gives_up_and_keeps_the_area_before(panel, canvas):
    before = canvas.mapTool()
    click(find(panel, "spAreaCanvas"))
    area = panel.area
    assert km2(area) > 10000, "what the map shows"
    click(find(panel, "spAreaPolygon"))
    press(canvas, 2.4, 45.2)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.mapTool() is before
    assert panel.area is area


def test_a_rectangle_in_another_projection_keeps_its_place(panel, canvas):
    look_at(canvas, 600000, 6450000, 800000, 6600000, "EPSG:2154")
    click(find(panel, "spAreaRectangle"))
    drag(canvas, (680000, 6500000), (740000, 6550000))
    west, south, east, north = bounds(panel.area)
    assert 2.7 < west < 2.8
    assert 45.5 < south < 45.7
    assert 3.4 < east < 3.6
    assert 46.0 < north < 46.1


def test_the_band_follows_the_map_into_another_projection(panel, canvas):
    panel.set_wkt("POLYGON((2.5 45.2, 3.5 45.2, 3.5 45.8, 2.5 45.8, 2.5 45.2))")
    look_at(canvas, 600000, 6450000, 800000, 6600000, "EPSG:2154")
    box = bands(canvas)[0].asGeometry().boundingBox()
    assert 600000 < box.xMinimum() < box.xMaximum() < 800000


def test_an_area_without_room_in_the_projection_is_shown_as_far_as_it_fits(panel, canvas):
    look_at(canvas, 600000, 6450000, 800000, 6600000, "EPSG:2154")
    panel.set_wkt("POLYGON((-170 -80, 170 -80, 170 80, -170 80, -170 -80))")
    assert bands(canvas)


def test_parts_and_vertices_are_told(panel):
    panel.set_wkt("MULTIPOLYGON(((2 45, 3 45, 3 46, 2 45)), ((5 45, 6 45, 6 46, 5 46, 5 45)))")
    told = find(panel, "spAreaLabel").text()
    assert "2 parts" in told
    assert "7 vertices" in told, "a ring ends where it begins"


def test_the_selected_features_of_the_active_layer(panel, iface):
    layer = QgsVectorLayer("Polygon?crs=EPSG:2154", "parcels", "memory")
    for wkt in ("POLYGON((700000 6500000, 710000 6500000, 710000 6510000, 700000 6500000))",):
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    iface.setActiveLayer(layer)
    click(find(panel, "spAreaSelection"))
    assert "parcels" in find(panel, "spAreaLabel").text(), "nothing is selected yet"
    assert panel.area is None
    layer.selectAll()
    click(find(panel, "spAreaSelection"))
    assert 2.9 < bounds(panel.area)[0] < 3.1


def test_the_extent_of_a_layer_is_chosen_by_its_name(panel):
    layer = QgsVectorLayer("Point?crs=EPSG:4326", "wells", "memory")
    QgsProject.instance().addMapLayer(layer)
    menu = find(panel, "spAreaLayer").menu()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["wells"]
    menu.actions()[0].trigger()
    assert "wells" in find(panel, "spAreaLabel").text(), "it has no extent, and says so"


def test_what_is_pasted_is_read_while_one_types(iface):
    dialog = PasteDialog()
    dialog.text.setPlainText("POLYGON((2 45, 3 45")
    dialog.check()
    assert dialog.area is None
    assert dialog.verdict.text()
    dialog.text.setPlainText('{"type": "Point", "coordinates": [2, 45]}')
    dialog.check()
    assert "no surface" in dialog.verdict.text()
    dialog.text.setPlainText("POLYGON((2 45, 3 45, 3 46, 2 45))")
    dialog.check()
    assert "km²" in dialog.verdict.text()
    assert bounds(dialog.area) == (2, 45, 3, 46)
    dialog.deleteLater()


def test_an_area_across_the_antimeridian_has_two_parts(panel):
    panel.set_wkt("POLYGON((179 -17, 181 -17, 181 -16, 179 -16, 179 -17))")
    assert "2 parts" in find(panel, "spAreaLabel").text()
    panel.set_wkt(panel.wkt())
    assert "2 parts" in find(panel, "spAreaLabel").text(), "and is remembered as such"


def test_clear_takes_it_off_the_map(panel, canvas):
    click(find(panel, "spAreaCanvas"))
    click(find(panel, "spAreaClear"))
    assert panel.area is None
    assert not bands(canvas)
    QApplication.processEvents()
