"""sentinelportals:aoicloud, on footprints as a search leaves them."""

import json

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsVectorLayer,
)

from sentinel_portals.bridge import footprints
from sentinel_portals.core.scene import Scenes
from sentinel_portals.tests.formats import cogs
from sentinel_portals.tests.servers.pieces import Pieces

AREA = cogs.polygon((100, 251), (37, 190))


@pytest.fixture
def web(tmp_path):
    with Pieces() as web:
        web.give("/SCL.tif", cogs.write(tmp_path / "SCL.tif", cogs.classes(), 20, nodata=0))
        yield web
    gdal.VSICurlClearCache()


@pytest.fixture
def layer(web, tmp_path, monkeypatch):
    """Two scenes: one with a mask, one without."""
    portals = [{"id": "near", "title": "Near portal", "family": "stac", "url": f"{web.url}/stac"}]
    (tmp_path / "portals.json").write_text(
        json.dumps([{**entry, "collections": {"sentinel-2-l2a": "s2"}} for entry in portals])
    )
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(tmp_path / "portals.json"))
    store = footprints.FootprintStore(tmp_path / "footprints.gpkg")
    scenes = Scenes()
    named = (("01", {"SCL": f"{web.url}/SCL.tif"}), ("02", {"B04": f"{web.url}/B04.tif"}))
    products = [
        cogs.product(hrefs, name=cogs.TITLE.replace("20240612", f"202406{day}"))
        for day, hrefs in named
    ]
    store.write(scenes.extend(products), scenes, None)
    store.close()
    return footprints.open_layer(store.path, "found")


@pytest.fixture
def run(qgis_app):
    from sentinel_portals.algorithms.provider import AlgorithmProvider

    made = AlgorithmProvider()
    registry = QgsApplication.processingRegistry()
    registry.addProvider(made)
    context = QgsProcessingContext()

    def go(**parameters):
        algorithm = registry.createAlgorithmById("sentinelportals:aoicloud")
        results, ok = algorithm.run(parameters, context, QgsProcessingFeedback(), {}, False)
        assert ok
        return results

    yield go
    registry.removeProvider(made)


def test_the_copy_has_the_share_of_cloud_and_says_how_many_have_no_mask(layer, run, tmp_path):
    area = QgsVectorLayer("Polygon?crs=EPSG:4326", "area", "memory")
    ring = ", ".join(f"{x!r} {y!r}" for x, y, *_ in AREA["coordinates"][0])
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({ring}))"))
    area.dataProvider().addFeature(feature)
    out = tmp_path / "out.gpkg"
    results = run(INPUT=layer, AOI=area, OUTPUT=str(out))
    assert (results["READ"], results["WITHOUT"], results["FAILED"]) == (1, 1, 0)
    part = cogs.classes()[37:190, 100:251]
    seen = part != 0
    cloudy = 100 * np.isin(part, (3, 8, 9, 10)).sum() / seen.sum()
    made = QgsVectorLayer(str(out), "made", "ogr")
    found = {f["title"][11:19]: f["aoi_cloud"] for f in made.getFeatures()}
    assert found["20240601"] == pytest.approx(cloudy, abs=1e-6)
    assert not found["20240602"], "NULL"
    assert footprints.read_offers(next(made.getFeatures())["product"])
