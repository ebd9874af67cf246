"""The question: while 10,000 footprints stream into the layer, does QGIS answer within 50 ms?

    .venv/bin/python benchmarks/bench_stall.py [SCENES [NEIGHBOURS]]

A real QgsApplication without a display, a map canvas with the footprint layer in it, a search in
the plugin's own `SearchTask` that writes into its own `FootprintStore`, and the layer repainted
as the dock does it. Two portals answer as fast as they are asked, which no real one does. A timer
of 5 ms runs in the main thread: the longest time between two of its ticks is the longest stall.
The same timer in the same process, before the search begins, says what the machine itself costs.
It is asked again with NEIGHBOURS: busy processes beside it, one for each core.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import checkout
import stac_pages

SCENES = 10_000
ROUNDS = 2
BUDGET = 50  # ms
TICK = 5  # ms
REPAINT = 400  # ms between two repaints, as in ui/search_runner.py
IDLE = 10_000  # ms
LIMIT = 300_000  # ms


def pages_for(scenes):
    """So many items, of two portals, that these scenes come of them."""
    return 2 * -(-scenes * 5 // 6)


class Ticks:
    """The gaps between the ticks of a timer in this thread, in milliseconds."""

    def __init__(self, timer):
        self.gaps, self._last = [], None
        self._timer = timer
        timer.timeout.connect(self._tick)

    def start(self):
        self.gaps, self._last = [], time.perf_counter()
        self._timer.start(TICK)

    def stop(self):
        self._tick()
        self._timer.stop()
        return self.gaps

    def _tick(self):
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now


def measure(folder, scenes):
    """One search in this process."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["SENTINEL_PORTALS_HOME"] = str(folder / "home")
    os.environ["QGIS_CUSTOM_CONFIG_PATH"] = os.environ["XDG_RUNTIME_DIR"] = str(folder)
    from qgis.core import Qgis, QgsApplication, QgsProject, QgsRectangle
    from qgis.gui import QgsLayerTreeMapCanvasBridge, QgsMapCanvas
    from qgis.PyQt.QtCore import QEventLoop, Qt, QTimer

    app = QgsApplication([], True, str(folder / "config"))
    app.initQgis()
    checkout.load()
    from sentinel_portals.bridge import footprints
    from sentinel_portals.bridge.tasks import SearchTask

    project, canvas = QgsProject.instance(), QgsMapCanvas()
    tree = QgsLayerTreeMapCanvasBridge(project.layerTreeRoot(), canvas)
    canvas.resize(1200, 800)
    canvas.show()
    path = folder / "footprints.gpkg"
    footprints.FootprintStore(path).create()
    layer = footprints.open_layer(path, "10,000 footprints")
    footprints.style(layer, "cloud")
    project.addMapLayer(layer)
    canvas.setDestinationCrs(layer.crs())
    canvas.setExtent(QgsRectangle(-8, 39, 20, 54))

    loop, timer, later = QEventLoop(), QTimer(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    later.setSingleShot(True)
    later.setInterval(REPAINT)
    later.timeout.connect(lambda: footprints.refresh(layer))
    ticks = Ticks(timer)

    ticks.start()
    QTimer.singleShot(IDLE, loop.quit)
    loop.exec()
    idle = ticks.stop()

    store = footprints.FootprintStore(path)
    task = SearchTask(list(questions(folder / "pages")), store)
    task.progressed.connect(lambda found: later.isActive() or later.start())
    task.ended.connect(lambda good: (footprints.refresh(layer), QTimer.singleShot(1000, loop.quit)))
    QTimer.singleShot(LIMIT, loop.quit)
    began = time.perf_counter()
    ticks.start()
    QgsApplication.taskManager().addTask(task)
    loop.exec()
    busy = ticks.stop()
    seconds = time.perf_counter() - began
    if task.error or layer.featureCount() != scenes:
        raise RuntimeError(f"{layer.featureCount()} footprints, {task.error}")
    told = {
        "idle": max(idle),
        "stall": max(busy),
        "late": sum(gap > BUDGET for gap in busy),
        "ticks": len(busy),
        "seconds": seconds,
        "versions": {"QGIS": Qgis.QGIS_VERSION.split("-")[0], "Python": sys.version.split()[0]},
    }
    print(json.dumps(told), flush=True)
    del tree
    os._exit(0)  # what is measured is done; QGIS's own farewell is not


def questions(folder):
    """(portal, request) for the two portals whose pages lie in the folder."""
    from sentinel_portals.core.model import SearchRequest
    from sentinel_portals.core.transport import Http
    from sentinel_portals.providers.cdse_stac import CdseStac
    from sentinel_portals.providers.earth_search import EarthSearch

    class Stored(Http):
        def read(self, request, cancelled=None):
            return next(self.pages).read_bytes()

    for kind in (EarthSearch, CdseStac):
        http = Stored(kind.info.title)
        http.pages = iter(sorted(folder.glob(f"*-{kind.info.id}.json")))
        area = (-30, 30, 40, 60)
        yield kind(http), SearchRequest("sentinel-2-l2a", bbox=area, max_items=10**6)


@contextmanager
def busy(neighbours):
    """So many processes that want a core for themselves."""
    beside = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(neighbours)
    ]
    try:
        yield
    finally:
        for each in beside:
            each.kill()
            each.wait()


def main(scenes=SCENES, neighbours=0):
    """The rounds, each in a process of its own, the shortest stall first."""
    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            pages = Path(name) / "pages"
            pages.mkdir()
            for number, (portal, page) in enumerate(stac_pages.pages(pages_for(scenes))):
                (pages / f"{number:04d}-{portal}.json").write_bytes(page)
            command = [sys.executable, __file__, "--round", name, str(scenes)]
            with busy(neighbours):
                done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(done.stderr.strip()[-2000:])
            rounds.append(json.loads(done.stdout.splitlines()[-1]))
    return sorted(rounds, key=lambda each: each["stall"])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--round"]:
        measure(Path(sys.argv[2]), int(sys.argv[3]))
    for each in main(*map(int, sys.argv[1:])):
        print(
            f"longest stall {each['stall']:.0f} ms, idle {each['idle']:.0f} ms, "
            f"{each['late']} of {each['ticks']} ticks later than {BUDGET} ms, "
            f"{each['seconds']:.0f} s"
        )
