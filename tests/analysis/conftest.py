"""These tests need GDAL's Python, which comes with QGIS."""

from importlib.util import find_spec

if not find_spec("osgeo"):
    collect_ignore_glob = ["test_*.py"]
