"""Plays a story inside a running QGIS with real mouse and key events.

A story is a generator. It yields a number (milliseconds for QGIS to go on) or a condition
(waited for until true); between the steps QGIS's own event loop turns. The first exception ends
the story; the last line of drive.log is PASS or FAIL, and QGIS is closed either way. An exception
that nobody caught, which QGIS shows in a yellow bar, fails the story at its end.
"""

import os
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint, QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialog, QWidget
from qgis.utils import iface

OUT = Path(os.environ["STORY_OUT"])
WIDTH, HEIGHT = (int(v) for v in os.environ["STORY_SIZE"].split("x"))
PATIENCE = 30.0  # seconds for a condition
PAUSE = 60  # milliseconds between two looks
END = object()  # what a story gives that is over

_log = (OUT / "drive.log").open("w", buffering=1)
_began = time.monotonic()
_uncaught = []


def say(*words):
    print(f"{time.monotonic() - _began:6.2f}", *words, file=_log)


def check(truth, sentence):
    """What must be so; said in the log either way."""
    say("ok  " if truth else "BAD ", sentence)
    if not truth:
        raise AssertionError(sentence)


# --- the hand -----------------------------------------------------------------------------------


def x(*words):
    subprocess.run(["xdotool", *map(str, words)], check=True, timeout=20)


def centre(widget):
    """The middle of a widget that can be seen, on the screen."""
    check(widget.isVisible(), f"{widget.objectName() or type(widget).__name__} is to be seen")
    return widget.mapToGlobal(widget.rect().center())


def click(where, button=1, keys=(), times=1):
    """A click on a widget, or on a point of the screen."""
    point = where if isinstance(where, QPoint) else centre(where)
    x("mousemove", point.x(), point.y())
    for key in keys:
        x("keydown", key)
    x("click", "--repeat", times, "--delay", 60, button)
    for key in keys:
        x("keyup", key)


def drag(start, end, steps=8):
    """Press, move, release; a generator, to be played with ``yield from``."""
    x("mousemove", start.x(), start.y())
    yield 100
    x("mousedown", 1)
    yield 100
    for i in range(1, steps + 1):
        x(
            "mousemove",
            start.x() + (end.x() - start.x()) * i // steps,
            start.y() + (end.y() - start.y()) * i // steps,
        )
        yield 30
    x("mouseup", 1)
    yield 200


def type_text(text):
    x("type", "--delay", 15, text)


def key(*names):
    x("key", *names)


# --- the eye ------------------------------------------------------------------------------------


def shot(name):
    """A picture of the whole screen."""
    QApplication.processEvents()
    path = OUT / f"{name}.png"
    subprocess.run(["import", "-silent", "-window", "root", str(path)], check=True, timeout=20)
    say("shot", path.name)


def find(name, kind=QWidget):
    """The widget with this object name that is to be seen."""
    for window in QApplication.topLevelWidgets():
        if window.objectName() == name and isinstance(window, kind):
            return window
        for widget in window.findChildren(kind, name):
            if widget.isVisible():
                return widget
    raise LookupError(f"no widget called {name}")


def popup():
    return QApplication.activePopupWidget()


def entry(menu, name):
    """The point of a menu's entry, by its action's object name."""
    action = next((a for a in menu.actions() if a.objectName() == name), None)
    check(action is not None, f"the menu has {name}: {[a.text() for a in menu.actions()]}")
    return menu.mapToGlobal(menu.actionGeometry(action).center())


def on_canvas(longitude, latitude):
    """The point of the screen where a place on the map is."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsPointXY

    canvas = iface.mapCanvas()
    there = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"),
        canvas.mapSettings().destinationCrs(),
        QgsProject.instance(),
    ).transform(QgsPointXY(longitude, latitude))
    pixel = canvas.getCoordinateTransform().transform(there)
    return canvas.viewport().mapToGlobal(QPoint(round(pixel.x()), round(pixel.y())))


def in_tree(layer):
    """The point of the screen where a layer stands in the layer tree."""
    view = iface.layerTreeView()
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    rect = view.visualRect(view.node2index(node))
    inside = QPoint(rect.left() + min(80, rect.width() // 2), rect.center().y())
    return view.viewport().mapToGlobal(inside)


def drawn():
    """A condition: the map has no drawing left to do."""
    canvas = iface.mapCanvas()
    return lambda: not canvas.isDrawing()


# --- the stage ----------------------------------------------------------------------------------


def play(story):
    """Plays the story once QGIS has come to rest, then closes QGIS."""
    iface.mainWindow().setGeometry(0, 0, WIDTH, HEIGHT)  # no window manager: nobody else sizes it
    steps = story()
    waiting = {"until": None, "deadline": 0.0}
    _watch_for_uncaught()

    def end(verdict):
        say(verdict)
        for window in QApplication.topLevelWidgets():
            if isinstance(window, QDialog) and window.isVisible():
                window.close()
        QgsProject.instance().setDirty(False)
        QgsProject.instance().clear()
        QgsProject.instance().setDirty(False)
        iface.actionExit().trigger()

    def step():
        try:
            if waiting["until"] is not None:
                if not waiting["until"]():
                    if time.monotonic() > waiting["deadline"]:
                        raise TimeoutError("waited in vain")
                    QTimer.singleShot(PAUSE, step)
                    return
                waiting["until"] = None
            wish = next(steps, END)
        except BaseException:
            say(traceback.format_exc())
            shot("failure")
            end("FAIL")
            return
        if wish is END:
            end("FAIL" if _uncaught else "PASS")
        elif callable(wish):
            waiting.update(until=wish, deadline=time.monotonic() + PATIENCE)
            QTimer.singleShot(PAUSE, step)
        else:
            QTimer.singleShot(int(wish), step)

    QTimer.singleShot(1500, step)


def _watch_for_uncaught():
    """Says in the log what else only QGIS's yellow bar says."""
    bar = sys.excepthook

    def told(kind, value, trace):
        _uncaught.append(value)
        say("UNCAUGHT", "".join(traceback.format_exception(kind, value, trace)))

    def hook(kind, value, trace):
        told(kind, value, trace)
        bar(kind, value, trace)

    sys.excepthook = hook
    threading.excepthook = lambda met: told(met.exc_type, met.exc_value, met.exc_traceback)
