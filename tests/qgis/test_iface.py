"""The desktop for tests itself: it keeps books and lacks what QGIS lacks."""

import pytest
from qgis.core import QgsApplication, QgsMapLayerType, QgsSettings, QgsVectorLayer
from qgis.PyQt.QtWidgets import QAction


@pytest.fixture
def layer(project):
    layer = QgsVectorLayer("Point?crs=EPSG:4326", "points", "memory")
    return project.addMapLayer(layer)


def test_qgis_starts_with_settings_and_passwords_of_its_own(qgis_app):
    assert "sentinel-portals-tests-" in QgsSettings().fileName()
    old = getattr(QgsApplication, "qgisAuthDatabaseFilePath", None)
    assert "sentinel-portals-tests-" in getattr(QgsApplication, "qgisAuthDatabaseUri", old)()


def test_what_is_added_and_removed_leaves_nothing(iface):
    before = iface.belongings()
    action = QAction("Do", None)
    iface.addPluginToWebMenu("Portals", action)
    iface.addWebToolBarIcon(action)
    assert iface.belongings() != before
    iface.removePluginWebMenu("Portals", action)
    iface.removeWebToolBarIcon(action)
    action.deleteLater()
    from sentinel_portals.tests.qgis.conftest import settle

    settle()
    assert iface.belongings() == before


def test_a_layer_action_shows_on_its_layer_only(iface, layer):
    action = QAction("Do", None)
    iface.addCustomActionForLayerType(action, "", QgsMapLayerType.VectorLayer, False)
    assert iface.context_menu(layer) == []
    iface.addCustomActionForLayer(action, layer)
    assert iface.context_menu(layer) == [action]
    assert iface.removeCustomActionForLayerType(action)
    assert iface.context_menu(layer) == []


def test_the_active_layer_is_the_one_chosen_in_the_tree(iface, layer):
    heard = []
    iface.currentLayerChanged.connect(heard.append)
    assert iface.setActiveLayer(layer)
    assert iface.activeLayer() == layer
    assert heard == [layer]


def test_what_qgis_does_not_have_is_missing_here_too(iface):
    with pytest.raises(AttributeError):
        iface.no_such_thing()
