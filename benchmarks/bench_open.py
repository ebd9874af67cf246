"""Claim: a full-size product inside a zip is on the map about as soon as GDAL alone could draw it.

    .venv/bin/python benchmarks/bench_open.py [ZIP]

The sample is a whole Sentinel-2 L2A tile (10,980 x 10,980 pixels, real metadata, synthetic bands)
that lies beside the checkout; without it there is nothing to measure. Each side starts from a
process that has made its imports, opens the zip and draws the whole tile in true colour into
800 x 800 pixels. What each side does is said at its function. The middle of five runs counts.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import checkout

PYTHON = checkout.ROOT / ".venv/bin/python"
SAMPLE = "S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022157.zip"
SIDE, RUNS = 800, 5


def gdal_subdataset(path):
    """GDAL's own driver: its 10 m subdataset opened and three bands read, smaller, no picture."""
    from osgeo import gdal

    gdal.UseExceptions()

    def run():
        root = f"/vsizip/{path}/{Path(path).stem}.SAFE/MTD_MSIL2A.xml"
        names = [name for name, _ in gdal.Open(root).GetSubDatasets()]
        file = gdal.Open(next(name for name in names if ":10m:" in name))
        file.ReadAsArray(buf_xsize=SIDE, buf_ysize=SIDE, band_list=[1, 2, 3])

    return run


def qgis_alone(path):
    """QGIS with the same subdataset, drawn in its default style: a stretch of stored numbers."""
    from osgeo import gdal
    from qgis.core import QgsRasterLayer

    def run():
        root = f"/vsizip/{path}/{Path(path).stem}.SAFE/MTD_MSIL2A.xml"
        names = [name for name, _ in gdal.Open(root).GetSubDatasets()]
        draw(QgsRasterLayer(next(name for name in names if ":10m:" in name), "x"))

    return run


def ours(path):
    """`rasters.load_scene`: reflectance, no-data, fixed stretch, credits, time, doubt; drawn."""
    from sentinel_portals.bridge import rasters

    def run():
        draw(rasters.load_scene(path)[0])

    return run


SIDES = {"GDAL's subdataset, read": gdal_subdataset, "QGIS's own layer": qgis_alone, "ours": ours}


def draw(layer):
    from qgis.core import QgsMapRendererParallelJob, QgsMapSettings
    from qgis.PyQt.QtCore import QSize

    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(SIDE, SIDE))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    if job.renderedImage().isNull():
        raise SystemExit("nothing was drawn")


def side(name, path):
    """One run of one side, in a process of its own; prints seconds."""
    checkout.load()
    from qgis.core import QgsApplication

    app = QgsApplication([], False)
    app.initQgis()
    run = SIDES[name](path)
    start = time.perf_counter()
    run()
    print(time.perf_counter() - start, flush=True)
    os._exit(0)  # QGIS's own leaving is not measured


def measured(name, path):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [PYTHON, __file__, path, name], capture_output=True, text=True, check=True, env=environment
    )
    return float(done.stdout.split()[-1])


def main(path=None):
    """Sorted seconds of every run by side; {} without the sample."""
    path = path or str(checkout.ROOT.parent / "shared" / "samples" / SAMPLE)
    if not Path(path).exists():
        return {}
    times = {name: [] for name in SIDES}
    with tempfile.TemporaryDirectory() as folder:  # we write our VRT beside the zip
        copy = shutil.copy(path, folder)
        for _ in range(RUNS):  # in turn, so that what else the machine does meets all of them
            for name in SIDES:
                times[name].append(measured(name, copy))
    return {name: sorted(runs) for name, runs in times.items()}


if __name__ == "__main__":
    if len(sys.argv) == 3:
        side(sys.argv[2], sys.argv[1])
    for name, runs in main(*sys.argv[1:]).items():
        print(f"{name:26} {runs[len(runs) // 2]:6.2f} s   ({runs[0]:.2f} to {runs[-1]:.2f})")
