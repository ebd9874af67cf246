"""The algorithms in a QGIS without a display; the last stories through qgis_process itself."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsVectorLayer,
)

from sentinel_portals.bridge import footprints, preflight
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.formats import scenes
from sentinel_portals.tests.servers.web import Answer, File, Web

CLERMONT = "3.0,3.2,45.7,45.85 [EPSG:4326]"
JUNE = {"START": "2024-06-01", "END": "2024-06-30"}


class Feedback(QgsProcessingFeedback):
    """Keeps what was said."""

    def __init__(self):
        super().__init__(False)
        self.said, self.warned, self.failed = [], [], []

    def pushInfo(self, info):
        self.said.append(info)

    def pushWarning(self, warning):
        self.warned.append(warning)

    def reportError(self, error, *fatal):
        self.failed.append(error)


@pytest.fixture(scope="module")
def provider(qgis_app):
    from sentinel_portals.algorithms.provider import AlgorithmProvider

    made = AlgorithmProvider()
    QgsApplication.processingRegistry().addProvider(made)
    yield made
    QgsApplication.processingRegistry().removeProvider(made)


@pytest.fixture
def run(provider, tmp_path, project):
    """run(name, feedback, **parameters) -> results; the context lives as long as the test."""
    context = QgsProcessingContext()
    context.setProject(project)

    def go(name, feedback=None, **parameters):
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(
            f"sentinelportals:{name}"
        )
        feedback = feedback or Feedback()
        good, why = algorithm.checkParameterValues(parameters, context)
        if not good:
            raise ValueError(why)
        results, ok = algorithm.run(parameters, context, feedback, {}, False)
        if not ok:  # QGIS catches what is raised while it prepares, and reports it
            raise QgsProcessingException(" ".join(feedback.failed))
        return results

    go.context = context
    yield go
    context.temporaryLayerStore().removeAllMapLayers()  # not after QGIS itself has gone


@pytest.fixture
def search(run, tmp_path):
    def go(feedback=None, **parameters):
        asked = {
            "EXTENT": CLERMONT,
            "PORTALS": "sample,sample_archive",
            "OUTPUT": str(tmp_path / "found.gpkg"),
            "REPORT": str(tmp_path / "report.json"),
            **JUNE,
            **parameters,
        }
        results = run("search", feedback, **asked)
        layer = QgsVectorLayer(results["OUTPUT"], "found", "ogr")
        report = read_json(tmp_path / "report.json")
        return layer, report

    return go


def read_json(path):
    return json.loads(Path(path).read_text("utf-8"))


def by_id(layer):
    return {feature["scene_id"]: feature for feature in layer.getFeatures()}


# --- the provider ----------------------------------------------------------------------------


PARAMETERS = {
    "search": "EXTENT AOI COLLECTION START END MAX_CLOUD PORTALS FILTERS LIMIT OUTPUT REPORT",
    "aoicloud": "INPUT EXTENT AOI PORTALS OUTPUT",
    "download": "INPUT FOLDER ASSETS CLIP PORTALS ON_DISK OUTPUT",
    "load": "INPUT STYLE PERCENTILES OUTPUT",
    "bandextract": "INPUT BANDS OUTPUT LOAD",
    "index": "INPUT INDEX FORMULA MASK OUTPUT LOAD",
    "mosaic": "INPUT STYLE OUTPUT LOAD",
    "seasons": "BLUE GREEN RED OUTPUT",
}


def test_the_names_that_others_rely_on(provider):
    assert provider.id() == "sentinelportals"
    found = {
        a.name(): " ".join(p.name() for p in a.parameterDefinitions())
        for a in provider.algorithms()
    }
    assert found == PARAMETERS


def test_every_algorithm_says_what_it_does_and_has_a_picture(provider):
    assert not provider.icon().isNull()
    for algorithm in provider.algorithms():
        assert len(algorithm.shortHelpString()) > 100
        assert not algorithm.icon().isNull()
        assert all(p.description() for p in algorithm.parameterDefinitions())


# --- search ----------------------------------------------------------------------------------


def test_one_footprint_per_scene_however_many_portals_hold_it(search):
    layer, report = search()
    found = by_id(layer)
    assert len(found) == 2
    both = found["S2A|31TDL|R008|20240625T103631|20240625T103944|L2A|sen2cor"]
    assert (both["offers"], both["portals"], both["portal"]) == (
        2,
        "sample,sample_archive",
        "sample",
    )
    assert both["state"] == "found"
    assert [p.provider for p in footprints.offers(both)] == ["sample", "sample_archive"]
    assert {name: told["count"] for name, told in report.items()} == {
        "sample": 2,
        "sample_archive": 1,
    }


def test_the_layer_has_exactly_the_schema_of_the_dock(search):
    layer, _ = search()
    names = [field.name() for field in layer.fields()]
    assert names == ["fid", *(field.name for field in footprints.FIELDS)]
    assert layer.crs().authid() == "EPSG:4326"
    types = {field.name(): field.typeName() for field in layer.fields()}
    assert (types["datetime"], types["cloud_cover"], types["size"]) == (
        "DateTime",
        "Real",
        "Integer64",
    )


def test_the_report_tells_of_every_portal(search):
    _, report = search(COLLECTION="sentinel-2-l2a", START="2024-01-01", END="2025-12-31", LIMIT=3)
    told = report["sample"]
    assert (told["state"], told["count"], told["matched"], told["error"]) == ("limited", 3, 8, None)
    assert told["pages"] == 1
    assert told["seconds"] >= 0


def test_a_filter_that_a_portal_lacks_is_applied_here_and_said_so(search):
    feedback = Feedback()
    layer, report = search(feedback, FILTERS='{"grid:code": "MGRS-31TEL"}')
    assert {f["tile"] for f in layer.getFeatures()} == {"31TEL"}
    assert report["sample_archive"]["checked_here"] == ["grid:code"]
    assert any("grid:code" in line for line in feedback.said)


def test_clouds_and_dates_are_heeded(search):
    layer, _ = search(START="2024-01-01", END="2024-12-31T23:59:59Z", MAX_CLOUD=5)
    assert all(f["cloud_cover"] <= 5 for f in layer.getFeatures())
    assert layer.featureCount() >= 2


def test_an_end_date_includes_its_day(search):
    layer, _ = search(START="2024-06-25", END="2024-06-25")
    assert layer.featureCount() == 2


def test_nothing_found_is_an_empty_layer_with_its_schema(search):
    layer, report = search(EXTENT="10,11,10,11 [EPSG:4326]")
    assert layer.featureCount() == 0
    assert layer.fields().lookupField("product") > 0
    assert report["sample"]["state"] == "done"


def test_an_extent_in_metres_finds_the_same(search):
    layer, _ = search(EXTENT="500000,515000,5060000,5077000 [EPSG:32631]")
    assert layer.featureCount() == 2


def test_the_area_may_be_a_layer(search, project):
    area = QgsVectorLayer("Polygon?crs=EPSG:4326", "area", "memory")
    from qgis.core import QgsFeature, QgsGeometry

    for wkt in (
        "POLYGON((3.05 45.7, 3.1 45.7, 3.1 45.8, 3.05 45.8, 3.05 45.7))",
        "POLYGON((1.8 45.5, 1.9 45.5, 1.9 45.6, 1.8 45.6, 1.8 45.5))",
    ):
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        area.dataProvider().addFeatures([feature])
    project.addMapLayer(area)
    layer, _ = search(EXTENT=None, AOI=area.id())
    assert 0 < by_id(layer).popitem()[1]["aoi_cover"] <= 100


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"START": "2024-06-30", "END": "2024-06-01"}, "2024-06-30, after its end on 2024-06-01"),
        ({"START": "the day before"}, "makes no sense"),
        ({"EXTENT": None}, "No area"),
        ({"COLLECTION": "sentinel-9"}, "sentinel-9"),
        ({"PORTALS": "sample,nowhere"}, "nowhere"),
        ({"FILTERS": "{"}, "JSON"),
        ({"FILTERS": "[1]"}, "JSON object"),
        ({"FILTERS": '{"platform": {"like": "x"}}'}, "lte, gte"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(search, parameters, sentence):
    with pytest.raises(QgsProcessingException, match=sentence):
        search(**parameters)


def test_a_portal_that_fails_costs_the_others_nothing(search, tmp_path, monkeypatch):
    entry = {
        "id": "dead",
        "title": "Dead portal",
        "family": "stac",
        "url": "http://127.0.0.1:9/stac",
        "collections": {"sentinel-2-l2a": "x"},
    }
    (tmp_path / "portals.json").write_text(json.dumps([entry, {"id": "half"}]), "utf-8")
    monkeypatch.setenv("SENTINEL_PORTALS_FILE", str(tmp_path / "portals.json"))
    feedback = Feedback()
    layer, report = search(feedback, PORTALS="sample,dead")
    assert layer.featureCount() == 2
    assert (report["dead"]["state"], report["dead"]["count"]) == ("failed", 0)
    assert "Dead portal" in report["dead"]["error"]
    assert any("half" in line for line in feedback.warned)
    with pytest.raises(QgsProcessingException, match="Dead portal"):
        search(PORTALS="dead")


def test_an_area_of_millions_of_square_kilometres_is_searched_with_a_warning(search):
    feedback = Feedback()
    layer, _ = search(feedback, EXTENT="-20,40,20,70 [EPSG:4326]")
    assert layer.featureCount() == 2
    assert any("km²" in line for line in feedback.warned)


def test_a_report_that_cannot_be_written_is_said(search, tmp_path):
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(QgsProcessingException, match=r"report\.json"):
        search(REPORT=str(tmp_path / "file" / "report.json"))


def test_a_cancelled_search_ends_at_once_and_says_so(search):
    feedback = Feedback()
    feedback.cancel()
    with pytest.raises(QgsProcessingException, match="cancelled"):
        search(feedback)


# --- download --------------------------------------------------------------------------------


@pytest.fixture
def download(run, tmp_path):
    def go(layer, feedback=None, **parameters):
        asked = {
            "INPUT": layer,
            "FOLDER": str(tmp_path / "files"),
            "OUTPUT": str(tmp_path / "download.json"),
            **parameters,
        }
        run("download", feedback, **asked)
        return read_json(tmp_path / "download.json")

    return go


def test_scenes_are_fetched_verified_and_told(search, download, tmp_path):
    layer, _ = search()
    told = download(layer.source(), ASSETS="B04,nir")
    assert [scene["state"] for scene in told] == ["on disk"] * 2
    for scene in told:
        assert scene["portal"] == "sample"
        assert [f["key"] for f in scene["files"]] == ["red", "nir"]
        assert scene["attempts"] == []
        for file in scene["files"]:
            assert file["verified"] == "sha256"
            assert file["checksum"].startswith("sha256:")
            assert Path(file["path"]).stat().st_size == file["bytes"]
        item = read_json(scene["item"])
        assert item["properties"]["sentinel_portals:portal"] == "Sample portal"
        assert "Synthetic" in item["properties"]["attribution"]


def test_what_is_on_the_disk_elsewhere_is_left_out_unless_it_is_wanted(
    search, download, tmp_path, monkeypatch
):
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path / "home"))
    layer, _ = search(FILTERS='{"grid:code": "MGRS-31TEL"}')
    (first,) = download(layer.source(), ASSETS="SCL")
    there = Path(first["files"][0]["path"])
    monkeypatch.setattr(preflight, "roots", lambda kept: [there.parents[1]])
    other = str(tmp_path / "other")
    (left,) = download(layer.source(), ASSETS="SCL", FOLDER=other)
    assert (left["state"], left["files"]) == ("on disk", [])
    assert Path(left["held"]).parent == there.parent
    (again,) = download(layer.source(), ASSETS="SCL", FOLDER=other, ON_DISK=False)
    assert Path(again["files"][0]["path"]).is_relative_to(other)
    there.write_bytes(b"half")
    (fetched,) = download(layer.source(), ASSETS="SCL", FOLDER=str(tmp_path / "third"))
    assert fetched["held"] is None


def test_without_a_folder_of_ones_own_it_is_a_temporary_one(search, download):
    layer, _ = search(FILTERS='{"grid:code": "MGRS-31TEL"}')
    (told,) = download(layer.source(), FOLDER="TEMPORARY_OUTPUT", ASSETS="SCL")
    assert Path(told["files"][0]["path"]).is_file()
    assert "TEMPORARY_OUTPUT" not in told["item"]


def test_a_cancelled_download_leaves_what_is_whole_and_tells_it(search, download, tmp_path):
    layer, _ = search()
    feedback = Feedback()
    feedback.setProgressText = lambda text: feedback.cancel() if "31TEL" in text else None
    told = download(layer.source(), feedback, ASSETS="SCL")
    assert len(told) < 2
    assert not list((tmp_path / "files").rglob("*.part"))


def test_only_the_selected_scenes_are_fetched(search, download, project):
    layer, _ = search()
    project.addMapLayer(layer)
    layer.selectByExpression("\"tile\" = '31TEL'")
    told = download(layer.id(), ASSETS="SCL")
    assert len(told) == 1
    assert "T31TEL" in told[0]["scene"]


def test_the_preferred_portal_is_asked_first_and_the_next_one_when_it_fails(search, download):
    layer, _ = search(START="2024-08-01", END="2024-08-30")
    feedback = Feedback()
    told = {
        s["scene"]: s
        for s in download(layer.source(), feedback, ASSETS="SCL", PORTALS="sample_archive")
    }
    offline = next(s for name, s in told.items() if "20240824" in name and "T31TDL" in name)
    assert offline["portal"] == "sample"
    assert [a["portal"] for a in offline["attempts"]] == ["sample_archive"]
    online = next(s for name, s in told.items() if "20240824" in name and "31TEL" in name)
    assert online["portal"] == "sample_archive"
    assert any("offline" in line for line in feedback.warned)


def test_when_every_scene_fails_the_algorithm_fails_and_the_report_is_written(
    search, download, tmp_path
):
    layer, _ = search(START="2021-07-01", END="2021-07-30")
    assert layer.featureCount() == 1
    with pytest.raises(QgsProcessingException, match="offline"):
        download(layer.source())
    (told,) = read_json(tmp_path / "download.json")
    assert (told["state"], told["files"]) == ("failed", [])
    assert "offline" in told["error"]


def test_a_layer_without_products_is_refused_with_a_sentence(download, tmp_path, project):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=a:string", "something", "memory")
    project.addMapLayer(layer)
    with pytest.raises(QgsProcessingException, match="no field"):
        download(layer.id())


def test_an_unknown_portal_and_an_empty_layer_are_refused(search, download):
    layer, _ = search()
    with pytest.raises(QgsProcessingException, match="nowhere"):
        download(layer.source(), PORTALS="nowhere")
    layer, _ = search(EXTENT="10,11,10,11 [EPSG:4326]")
    with pytest.raises(QgsProcessingException, match="no scene"):
        download(layer.source())


WINDOW = "500100,503000,5060100,5061600 [EPSG:32631]"


def test_a_window_is_cut_on_the_pixels_of_each_band(search, download, tmp_path):
    layer, _ = search(FILTERS='{"grid:code": "MGRS-31TDL"}')
    (whole,) = download(layer.source(), ASSETS="B04,B11")
    (cut,) = download(layer.source(), ASSETS="B04,B11", CLIP=WINDOW)
    assert cut["files"][0]["path"] != whole["files"][0]["path"]
    for key, before, after in zip(("B04", "B11"), whole["files"], cut["files"]):
        big, small = gdal.Open(before["path"]), gdal.Open(after["path"])
        west, size, _, north, _, _ = small.GetGeoTransform()
        big_west, big_size, _, big_north, _, _ = big.GetGeoTransform()
        assert size == big_size == (300 if key == "B04" else 600)
        assert west <= 500100 < west + size
        assert north - size < 5061600 <= north
        column, row = (west - big_west) / size, (big_north - north) / size
        assert (column, row) == (int(column), int(row))
        assert west + small.RasterXSize * size - size < 503000 <= west + small.RasterXSize * size
        part = big.ReadAsArray(int(column), int(row), small.RasterXSize, small.RasterYSize)
        np.testing.assert_array_equal(small.ReadAsArray(), part)
        assert small.GetRasterBand(1).GetNoDataValue() == 0
    assert not (tmp_path / "files" / ".whole").exists()


def test_a_window_loads_as_reflectance_like_the_whole(search, download, run, tmp_path):
    layer, _ = search(FILTERS='{"grid:code": "MGRS-31TDL"}')
    (cut,) = download(layer.source(), ASSETS="B04,B08", CLIP=WINDOW)
    item = read_json(cut["item"])
    assert item["assets"]["red"]["file:size"] == cut["files"][0]["bytes"]
    assert item["properties"]["sentinel_portals:window"][0] == pytest.approx(3.0, abs=0.01)
    out = run("load", INPUT=cut["item"], STYLE="all", OUTPUT=str(tmp_path / "window.tif"))["OUTPUT"]
    red, nir = scenes.values(out)
    assert 0.5 < np.nanmax((nir - red) / (nir + red)) < 1
    assert gdal.Open(out).RasterXSize == 11


def test_a_window_beside_the_scene_fetches_nothing(search, download, tmp_path):
    layer, _ = search(FILTERS='{"grid:code": "MGRS-31TDL"}')
    with pytest.raises(QgsProcessingException, match="outside"):
        download(layer.source(), CLIP="10,11,10,11 [EPSG:4326]")
    assert not list((tmp_path / "files").rglob("*.tif"))


# --- load ------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    return scenes.scene(tmp_path / scenes.TITLE)


@pytest.mark.parametrize("ending", ["vrt", "tif"])
def test_a_folder_becomes_one_image(run, folder, tmp_path, ending):
    out = run(
        "load", INPUT=str(folder), STYLE="near_infrared", OUTPUT=str(tmp_path / f"x.{ending}")
    )
    nir, red, green = scenes.values(out["OUTPUT"])
    assert (nir[5, 5], red[5, 5], green[5, 5]) == pytest.approx((0.36, 0.04, 0.08))


def test_some_files_become_one_image(run, folder, tmp_path):
    files = [str(folder / name) for name in ("B08.tif", "B04.tif")]
    out = run("load", INPUT=files, STYLE="all", OUTPUT=str(tmp_path / "x.vrt"))
    red, nir = scenes.values(out["OUTPUT"])
    assert (nir[5, 5] - red[5, 5]) / (nir[5, 5] + red[5, 5]) == pytest.approx(0.8)


def test_a_style_without_its_bands_says_what_is_shown_instead(run, folder, tmp_path):
    feedback = Feedback()
    (folder / "B11.tif").unlink()
    run("load", feedback, INPUT=str(folder), STYLE="agriculture", OUTPUT=str(tmp_path / "x.vrt"))
    assert any("B11" in line and "Near infrared" in line for line in feedback.warned)


def test_two_scenes_at_once_are_refused_with_their_names(run, tmp_path):
    for name in ("one", "two"):
        scenes.scene(tmp_path / name)
    with pytest.raises(QgsProcessingException, match="2 scenes"):
        run("load", INPUT=str(tmp_path), STYLE="scl", OUTPUT=str(tmp_path / "x.vrt"))


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_images_is_said(run, tmp_path, there):
    folder = tmp_path / "nothing"
    if there:
        folder.mkdir()
    with pytest.raises(QgsProcessingException, match="nothing"):
        run("load", INPUT=str(folder), STYLE="scl", OUTPUT=str(tmp_path / "x.vrt"))


def test_an_unknown_style_is_refused(run, folder, tmp_path):
    with pytest.raises((ValueError, QgsProcessingException)):
        run("load", INPUT=str(folder), STYLE="sepia", OUTPUT=str(tmp_path / "x.vrt"))


def finished(context, out):
    """What Processing does with a layer when it has loaded it."""
    loaded = QgsProcessingUtils.mapLayerFromString(out, context)
    processor = context.layerToLoadOnCompletionDetails(out).postProcessor()
    processor.postProcessLayer(loaded, context, Feedback())
    return loaded


def test_an_image_that_goes_into_the_project_gets_its_looks(run, folder, project, tmp_path):
    out = str(tmp_path / "x.vrt")
    details = QgsProcessingContext.LayerDetails("image", project, "OUTPUT")
    run.context.addLayerToLoadOnCompletion(out, details)
    run("load", INPUT=str(folder), STYLE="true_colour", OUTPUT=out)
    loaded = finished(run.context, out)
    assert loaded.name() == "2024-06-12 S2A 31TEL true colour"
    assert loaded.renderer().redContrastEnhancement().maximumValue() == 0.30
    assert "Sample portal" in loaded.metadata().abstract()


def test_footprints_that_go_into_the_project_are_ours(run, search, project, tmp_path):
    target = QgsProcessingOutputLayerDefinition(str(tmp_path / "found.gpkg"), project)
    search(OUTPUT=target)
    (out,) = run.context.layersToLoadOnCompletion()
    loaded = finished(run.context, out)
    assert footprints.is_footprints(loaded)
    assert loaded.featureCount() == 2


# --- qgis_process ----------------------------------------------------------------------------


@pytest.fixture
def qgis_process(tmp_path):
    """qgis_process(algorithm, environment, NAME=value, ...) in a profile of its own."""
    binary = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    if not binary:
        pytest.skip("no qgis_process here")
    profile = tmp_path / "config"
    plugins = profile / "profiles" / "default" / "python" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "sentinel_portals").symlink_to(ROOT, target_is_directory=True)
    ini = profile / "profiles" / "default" / "QGIS" / "QGIS3.ini"
    ini.parent.mkdir(parents=True)
    ini.write_text("[PythonPlugins]\nsentinel_portals=true\n", "utf-8")
    usual = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("SENTINEL_", "DISPLAY"))},
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_CUSTOM_CONFIG_PATH": str(profile),
        "QGIS_AUTH_DB_DIR_PATH": str(profile),
        "SENTINEL_PORTALS_HOME": str(tmp_path / "home"),
    }

    def run(algorithm, environment=None, **parameters):
        given = [f"{name}={value}" for name, value in parameters.items()]
        command = [binary, "run", f"sentinelportals:{algorithm}", "--", *given]
        return subprocess.run(
            command,
            env={**usual, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    run.ini = ini
    return run


def test_search_download_and_load_without_a_display(qgis_process, tmp_path):
    found, report = tmp_path / "found.gpkg", tmp_path / "report.json"
    said = qgis_process(
        "search", EXTENT=CLERMONT, PORTALS="sample", OUTPUT=found, REPORT=report, **JUNE
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert read_json(report)["sample"]["count"] == 2

    told = tmp_path / "download.json"
    said = qgis_process(
        "download", INPUT=found, FOLDER=tmp_path / "files", ASSETS="B02,B03,B04", OUTPUT=told
    )
    assert said.returncode == 0, said.stdout + said.stderr
    fetched = read_json(told)
    assert [len(scene["files"]) for scene in fetched] == [3, 3]

    folder = Path(fetched[0]["item"]).parent
    image = tmp_path / "image.tif"
    said = qgis_process("load", INPUT=folder, STYLE="true_colour", OUTPUT=image)
    assert said.returncode == 0, said.stdout + said.stderr
    red, _, blue = scenes.values(image)
    assert 0 < np.nanmedian(blue) < 0.2
    assert red.shape == (366, 366)


def test_a_mistake_is_told_by_qgis_process_with_its_sentence(qgis_process, tmp_path):
    said = qgis_process(
        "search", EXTENT=CLERMONT, PORTALS="sample", START="2024-06-30", END="2024-06-01",
        OUTPUT=tmp_path / "x.gpkg",
    )  # fmt: skip
    assert said.returncode != 0
    assert "after its end" in said.stdout + said.stderr


@pytest.fixture
def guarded_portal(tmp_path):
    """A portal with one scene, whose only file wants a name and a password."""
    whole = scenes.write(tmp_path / "B04.tif", scenes.stored(0.04, (12, 12)), 10).read_bytes()
    ticket = "Basic " + base64.b64encode(b"ada:lovelace").decode()
    with Web() as web:
        item = {
            "type": "Feature",
            "id": scenes.TITLE,
            "collection": "theirs",
            "geometry": {"type": "Polygon", "coordinates": [[[3, 45], [4, 45], [4, 46], [3, 45]]]},
            "properties": {"datetime": "2024-06-12T10:36:31Z", "platform": "sentinel-2a"},
            "assets": {"B04": {"href": f"{web.url}/B04.tif", "roles": ["data"]}},
            "links": [],
        }
        web.on("/search", Answer(json={"type": "FeatureCollection", "features": [item]}))
        file = File(whole)
        web.on(
            "/B04.tif",
            lambda a: file(a) if a.headers.get("authorization") == ticket else Answer(401),
        )
        entry = {
            "id": "guarded",
            "title": "Guarded portal",
            "family": "stac",
            "url": web.url,
            "collections": {"sentinel-2-l2a": "theirs"},
            "auth": {"type": "http"},
        }
        (tmp_path / "portals.json").write_text(json.dumps([entry]), "utf-8")
        yield web


def test_a_login_comes_from_qgis_without_a_display(qgis_process, guarded_portal, tmp_path):
    folder = tmp_path / "auth"
    folder.mkdir()
    login = make_login(folder, "ada", "lovelace")
    (tmp_path / "opener").write_text("masterpw", "utf-8")
    environment = {
        "SENTINEL_PORTALS_FILE": str(tmp_path / "portals.json"),
        "QGIS_AUTH_DB_DIR_PATH": str(folder),
        "QGIS_AUTH_PASSWORD_FILE": str(tmp_path / "opener"),
    }
    found, told = tmp_path / "found.gpkg", tmp_path / "download.json"
    asked = {"EXTENT": "3.4,3.6,45.1,45.3 [EPSG:4326]", "PORTALS": "guarded", "OUTPUT": found}
    said = qgis_process("search", environment, **asked)
    assert said.returncode == 0, said.stdout + said.stderr

    wanted = {"INPUT": found, "FOLDER": tmp_path / "files", "OUTPUT": told}
    said = qgis_process("download", environment, **wanted)
    assert said.returncode != 0
    assert "Guarded portal wants a login" in said.stdout + said.stderr

    logins = json.dumps({"guarded": login}).replace('"', '\\"')
    with qgis_process.ini.open("a", encoding="utf-8") as ini:
        ini.write(f'[sentinel_portals]\nlogins="{logins}"\n')
    said = qgis_process("download", environment, **wanted)
    assert said.returncode == 0, said.stdout + said.stderr
    (file,) = read_json(told)[0]["files"]
    assert Path(file["path"]).read_bytes() == (tmp_path / "B04.tif").read_bytes()
    assert "lovelace" not in said.stdout + said.stderr + told.read_text("utf-8")


MAKE_LOGIN = """
import sys
from qgis.core import QgsApplication, QgsAuthMethodConfig

app = QgsApplication([], False)
app.initQgis()
manager = app.authManager()
manager.setMasterPassword("masterpw", True)
config = QgsAuthMethodConfig("Basic")
config.setName("login")
config.setConfig("username", sys.argv[1])
config.setConfig("password", sys.argv[2])
answer = manager.storeAuthenticationConfig(config)
print("id", (answer[1] if isinstance(answer, tuple) else config).id())
app.exitQgis()
"""


def make_login(folder, name, word):
    """The id of a login in an authentication database of its own."""
    environment = {
        **os.environ,
        "QGIS_AUTH_DB_DIR_PATH": str(folder),
        "QGIS_CUSTOM_CONFIG_PATH": str(folder),
    }
    made = subprocess.run(
        [sys.executable, "-c", MAKE_LOGIN, name, word],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return next(line[3:] for line in made.stdout.splitlines() if line.startswith("id "))
