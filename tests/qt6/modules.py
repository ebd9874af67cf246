"""Where QGIS 4 has its Qt from."""

QT = ("QtCore", "QtGui", "QtNetwork", "QtTest", "QtWidgets", "sip")
KEPT = ("QAction", "QActionGroup", "QShortcut")  # which QGIS 4 keeps in QtWidgets
