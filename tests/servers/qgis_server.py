"""A real QGIS Server on this machine, with one raster layer as WMS, WMTS and WCS."""

import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from osgeo import gdal, osr
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRasterLayer

CREDIT = "Contains modified Copernicus Sentinel data"
GRID = "EPSG:3857,20037508.3427892,-20037508.3427892,559082264.028718,19"


def project(folder):
    """A project file with a layer called ``clear``, a degree wide, near Clermont-Ferrand."""
    image = str(folder / "clear.tif")
    file = gdal.GetDriverByName("GTiff").Create(image, 100, 100, 1, gdal.GDT_Byte)
    file.SetGeoTransform((2.6, 0.01, 0, 46.2, 0, -0.01))
    degrees = osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    file.SetProjection(degrees.ExportToWkt())
    file.GetRasterBand(1).Fill(200)
    file = None
    made = QgsProject()
    made.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    layer = QgsRasterLayer(image, "Clear day")
    home = layer.serverProperties() if hasattr(layer, "serverProperties") else layer
    named = home if hasattr(home, "setShortName") else layer
    named.setShortName("clear")
    (home if hasattr(home, "setAttribution") else layer).setAttribution(CREDIT)
    made.addMapLayer(layer)
    made.writeEntry("WMSServiceCapabilities", "/", True)
    made.writeEntry("WMSCrsList", "/", ["EPSG:3857", "EPSG:4326"])
    for entry in ("WMTSLayers", "WMTSPngLayers", "WCSLayers"):
        made.writeEntry(entry, "/" if entry == "WCSLayers" else "Layer", [layer.id()])
    made.writeEntry("WMTSGrids", "CRS", ["EPSG:3857"])
    made.writeEntry("WMTSGrids", "Config", [GRID])
    path = folder / "project.qgs"
    assert made.write(str(path))
    return path


def _free_port():
    with socket.socket() as looking:
        looking.bind(("127.0.0.1", 0))
        return looking.getsockname()[1]


@contextmanager
def running(folder):
    """Its address, for as long as the block lasts."""
    program = shutil.which("qgis_mapserver")
    if program is None:
        pytest.skip("no QGIS Server here (Debian: apt install qgis-server)")
    address = f"127.0.0.1:{_free_port()}"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with (
        (folder / "server.log").open("w") as log,
        subprocess.Popen(
            [program, address, "-p", str(project(folder))], stdout=log, stderr=log, env=environment
        ) as server,
    ):
        try:
            _wait(f"http://{address}/", server)
            yield f"http://{address}/"
        finally:
            server.terminate()


def _wait(url, server):
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}?SERVICE=WMS&REQUEST=GetCapabilities", timeout=30):
                return
        except (urllib.error.URLError, OSError):
            threading.Event().wait(0.1)  # it is not there yet
    raise AssertionError("QGIS Server did not start")
