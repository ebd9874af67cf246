"""An `iface` for tests without a desktop: a real window, canvas, layer tree and message bar.

Not a mock: what the plugin asks for and this lacks is an AttributeError. What a plugin adds is kept
where `belongings()` counts it, so that a test can see what was left behind.
"""

from qgis.core import QgsLayerTreeModel, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsLayerTreeMapCanvasBridge, QgsLayerTreeView, QgsMapCanvas, QgsMessageBar
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QMainWindow, QMenu, QVBoxLayout, QWidget


class LayerAction:
    """An entry of the layer tree's context menu, as addCustomActionForLayerType keeps it."""

    def __init__(self, action, menu, layer_type, all_layers):
        self.action, self.menu = action, menu
        self.layer_type, self.all_layers, self.layers = layer_type, all_layers, []

    def shown_for(self, layer):
        return layer.type() == self.layer_type and (self.all_layers or layer.id() in self.layers)


class Iface(QObject):
    """The part of QgisInterface that a plugin like ours uses, on real widgets."""

    currentLayerChanged = pyqtSignal("QgsMapLayer*")  # noqa: N815
    initializationCompleted = pyqtSignal()  # noqa: N815
    newProjectCreated = pyqtSignal()  # noqa: N815
    projectRead = pyqtSignal()  # noqa: N815

    def __init__(self):
        super().__init__()
        self.window = QMainWindow()
        self.window.resize(1200, 800)
        self.canvas, self.bar, self.tree = QgsMapCanvas(), QgsMessageBar(), QgsLayerTreeView()
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.addWidget(self.bar)
        column.addWidget(self.canvas)
        self.window.setCentralWidget(centre)
        tree_dock = QDockWidget("Layers", self.window)
        tree_dock.setObjectName("Layers")
        tree_dock.setWidget(self.tree)
        self.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, tree_dock)
        root = QgsProject.instance().layerTreeRoot()
        self.tree.setModel(QgsLayerTreeModel(root, self.tree))
        self.tree.currentLayerChanged.connect(self.currentLayerChanged)
        self.tree_bridge = QgsLayerTreeMapCanvasBridge(root, self.canvas)
        names = ("Plugins", "Web", "Raster", "Vector", "Help", "PluginHelp", "View")
        self.menus = {name: self.window.menuBar().addMenu(name) for name in names}
        self.plugin_bar = self.window.addToolBar("Plugins")
        self.web_bar = self.window.addToolBar("Web")
        self.layer_actions, self.options_factories, self.opened = [], [], []
        self.window.show()

    def close(self):
        """In an order that C++ likes: what watches the project first, the window last."""
        self.canvas.stopRendering()
        for thing in (self.tree_bridge, self.tree, self.canvas, self.window):
            sip.delete(thing)

    # --- for the tests ------------------------------------------------------------------------

    def belongings(self):
        """How many of everything there are now; equal before loading and after unloading."""
        return {
            "actions": len(self.window.findChildren(QAction)),
            "docks": len(self.window.findChildren(QDockWidget)),
            "menus": len(self.window.findChildren(QMenu)),
            "in menus": sum(len(menu.actions()) for menu in self.menus.values()),
            "in tool bars": len(self.plugin_bar.actions()) + len(self.web_bar.actions()),
            "layer actions": len(self.layer_actions),
            "options pages": len(self.options_factories),
            "canvas items": len(self.canvas.scene().items()),
        }

    def context_menu(self, layer):
        """The plugins' part of the layer tree's context menu for a layer: its actions."""
        return [entry.action for entry in self.layer_actions if entry.shown_for(layer)]

    def messages(self):
        """The texts in the message bar, newest first."""
        return [item.text() for item in self.bar.items()]

    # --- QgisInterface ------------------------------------------------------------------------

    def mainWindow(self):
        return self.window

    def mapCanvas(self):
        return self.canvas

    def mapCanvases(self):
        return [self.canvas]

    def messageBar(self):
        return self.bar

    def layerTreeView(self):
        return self.tree

    def layerTreeCanvasBridge(self):
        return self.tree_bridge

    def statusBarIface(self):
        return self.window.statusBar()

    def activeLayer(self):
        return self.tree.currentLayer()

    def setActiveLayer(self, layer):
        self.tree.setCurrentLayer(layer)
        return self.tree.currentLayer() == layer

    def addVectorLayer(self, path, name, provider):
        return QgsProject.instance().addMapLayer(QgsVectorLayer(path, name, provider))

    def addRasterLayer(self, path, name, provider="gdal"):
        return QgsProject.instance().addMapLayer(QgsRasterLayer(path, name, provider))

    def zoomToActiveLayer(self):
        if self.activeLayer():
            self.canvas.setExtent(self.activeLayer().extent())

    def addDockWidget(self, area, dock):
        self.window.addDockWidget(area, dock)

    def addTabifiedDockWidget(self, area, dock, tabify=(), raise_tab=False):
        self.window.addDockWidget(area, dock)

    def removeDockWidget(self, dock):
        self.window.removeDockWidget(dock)

    def pluginMenu(self):
        return self.menus["Plugins"]

    def webMenu(self):
        return self.menus["Web"]

    def rasterMenu(self):
        return self.menus["Raster"]

    def vectorMenu(self):
        return self.menus["Vector"]

    def viewMenu(self):
        return self.menus["View"]

    def helpMenu(self):
        return self.menus["Help"]

    def pluginHelpMenu(self):
        return self.menus["PluginHelp"]

    def addPluginToMenu(self, name, action):
        self._submenu("Plugins", name).addAction(action)

    def removePluginMenu(self, name, action):
        self._remove_from_menu("Plugins", name, action)

    def addPluginToWebMenu(self, name, action):
        self._submenu("Web", name).addAction(action)

    def removePluginWebMenu(self, name, action):
        self._remove_from_menu("Web", name, action)

    def addToolBarIcon(self, action):
        self.plugin_bar.addAction(action)

    def removeToolBarIcon(self, action):
        self.plugin_bar.removeAction(action)

    def addWebToolBarIcon(self, action):
        self.web_bar.addAction(action)

    def removeWebToolBarIcon(self, action):
        self.web_bar.removeAction(action)

    def addToolBar(self, name):
        return self.window.addToolBar(name)

    def registerMainWindowAction(self, action, shortcut):
        self.window.addAction(action)
        return True

    def unregisterMainWindowAction(self, action):
        self.window.removeAction(action)
        return True

    def registerOptionsWidgetFactory(self, factory):
        self.options_factories.append(factory)

    def unregisterOptionsWidgetFactory(self, factory):
        self.options_factories.remove(factory)

    def showOptionsDialog(self, parent=None, page=""):
        self.opened.append(page)

    def openMessageLog(self):
        self.opened.append("message log")

    def addCustomActionForLayerType(self, action, menu, layer_type, all_layers):
        self.layer_actions.append(LayerAction(action, menu, layer_type, all_layers))

    def addCustomActionForLayer(self, action, layer):
        for entry in self.layer_actions:
            if entry.action is action:
                entry.layers.append(layer.id())

    def removeCustomActionForLayerType(self, action):
        before = len(self.layer_actions)
        self.layer_actions = [entry for entry in self.layer_actions if entry.action is not action]
        return len(self.layer_actions) < before

    def _submenu(self, menu, name):
        for entry in self.menus[menu].actions():
            if entry.menu() and entry.text() == name:
                return entry.menu()
        return self.menus[menu].addMenu(name)

    def _remove_from_menu(self, menu, name, action):
        submenu = self._submenu(menu, name)
        submenu.removeAction(action)
        if not submenu.actions():
            self.menus[menu].removeAction(submenu.menuAction())
            submenu.setParent(None)
            submenu.deleteLater()
