"""bridge/footprints.py: one GeoPackage, one feature per scene, written while QGIS reads."""

import json
import sqlite3
from contextlib import closing

import pytest
from osgeo import ogr
from qgis.core import QgsFeatureRequest, QgsGeometry, QgsRectangle, QgsVectorLayer

from sentinel_portals.bridge import footprints
from sentinel_portals.bridge.footprints import FIELDS, FootprintStore
from sentinel_portals.core.errors import StorageError
from sentinel_portals.core.model import Asset, Checksum, OrderStatus
from sentinel_portals.core.scene import Scenes
from sentinel_portals.tests.core.making import product, square

NAME = "S2A_MSIL2A_20240824T103631_N0511_R008_T31TEL_20240824T163114"
SAME = "S2A_MSIL2A_20240824T103631_R008_T31TEL_20240824T163114"
AREA = square(3.5, 45)


def scene_at(portal, name=NAME, **more):
    more.setdefault("properties", {"eo:cloud_cover": 4.9, "platform": "sentinel-2a"})
    return product(portal, name, at="2024-08-24T10:36:31Z", **more)


@pytest.fixture
def store(tmp_path):
    store = FootprintStore(tmp_path / "new folder" / "found.gpkg")
    yield store
    store.close()


@pytest.fixture
def written(store):
    """write(products...) the way a search does; every call is a batch."""
    scenes = Scenes()

    def write(*products, area=None):
        store.write(scenes.extend(products), scenes, area)
        return scenes

    return write


def rows(store):
    return {f["scene_id"]: f for f in footprints.open_layer(store.path, "found").getFeatures()}


def only(store):
    [row] = rows(store).values()
    return row


def test_the_schema_is_the_one_that_others_rely_on(store):
    store.create()
    layer = footprints.open_layer(store.path, "found")
    assert [f.name() for f in layer.fields()] == ["fid", *(f.name for f in FIELDS)]
    assert layer.crs().authid() == "EPSG:4326"
    kinds = {f.name(): f.typeName() for f in layer.fields()}
    assert kinds["datetime"] == kinds["end_datetime"] == "DateTime"
    assert (kinds["size"], kinds["offers"], kinds["cloud_cover"]) == (
        "Integer64",
        "Integer",
        "Real",
    )


def test_a_scene_is_one_feature_with_all_its_attributes(store, written):
    properties = {
        "eo:cloud_cover": 4.9,
        "platform": "sentinel-2a",
        "sat:orbit_state": "descending",
        "processing:level": "L2",
    }
    picture = Asset("thumbnail", "https://example.org/t.jpg", "image/jpeg", ("thumbnail",))
    band = Asset("B04", "https://example.org/B04.tif", "image/tiff", ("data",), size=1000)
    assets = {"B04": band, "thumbnail": picture}
    written(scene_at("sample", properties=properties, assets=assets), area=AREA)
    row = only(store)
    told = {field.name: row[field.name] for field in FIELDS}
    when = told.pop("datetime"), told.pop("end_datetime")
    assert when[0] == when[1]
    assert when[0].toString("yyyy-MM-ddTHH:mm:ss") == "2024-08-24T10:36:31"
    assert json.loads(told.pop("product"))[0]["id"] == NAME
    assert told == {
        "scene_id": "S2A|31TEL|R008|20240824T103631|-|L2A|sen2cor",
        "title": NAME,
        "collection": "sentinel-2-l2a",
        "platform": "sentinel-2a",
        "cloud_cover": 4.9,
        "tile": "31TEL",
        "relative_orbit": 8,
        "orbit_state": "descending",
        "level": "L2A",
        "portal": "sample",
        "offers": 1,
        "portals": "sample",
        "status": "succeeded",
        "size": 1000,
        "state": "found",
        "aoi_cover": 50.0,
        "thumbnail": "https://example.org/t.jpg",
        "aoi_cloud": None,
        "aoi_valid": None,
    }


def test_a_product_whose_file_is_made_anew_has_the_size_that_the_portal_tells(store, written):
    whole = Asset("product", "https://example.org/$value", "application/zip", ("archive",))
    told = {"file:size": 812345678}
    written(scene_at("sample", properties=told, assets={"product": whole}))
    assert only(store)["size"] == 812345678


def test_what_is_not_known_is_null_and_never_zero(store, written):
    written(product("sample", "no name that we know", at="2024-08-24", properties={}))
    unknown = "cloud_cover, tile, relative_orbit, size, aoi_cover, thumbnail"
    with closing(sqlite3.connect(store.path)) as plain:
        [row] = plain.execute(f"SELECT {unknown} FROM footprints")
    assert row == (None,) * 6


def test_a_scene_at_two_portals_stays_one_feature(store, written):
    scenes = written(scene_at("sample"))
    first = only(store)
    written(scene_at("mirror", SAME))
    row = only(store)
    assert len(scenes) == 1
    assert row.id() == first.id()
    assert (row["offers"], row["portals"]) == (2, "sample,mirror")
    assert [o.provider for o in footprints.offers(row)] == ["sample", "mirror"]


def test_an_offer_that_is_online_comes_first(store, written):
    written(scene_at("tape", order_status=OrderStatus.ORDERABLE))
    assert only(store)["status"] == "orderable"
    written(scene_at("disk"))
    assert (only(store)["portal"], only(store)["status"]) == ("disk", "succeeded")


def test_the_state_survives_an_update(store, written):
    scenes = written(scene_at("sample"))
    assert store.set_state([scenes[0].id], "on disk") == {scenes[0].id: "found"}
    written(scene_at("mirror", SAME))
    assert only(store)["state"] == "on disk"


def test_offers_come_back_as_they_were(store, written):
    asset = Asset(
        "B04",
        "https://example.org/é.tif",
        "image/tiff",
        ("data",),
        "Red",
        12,
        Checksum("sha256", "ab" * 32),
        {"raster:bands": [{"scale": 0.0001}], "gsd": 10},
    )
    given = scene_at("sample", assets={"B04": asset}, raw={"Secret": "of the portal"})
    written(given)
    [offer] = footprints.offers(only(store))
    assert offer == given
    assert "of the portal" not in only(store)["product"]


@pytest.mark.parametrize("damage", ["", "null", "[", '{"a": 1}', '[1, {"id": "x"}]'])
def test_a_damaged_product_field_is_no_offer(damage):
    assert footprints.read_offers(damage) == []


def test_quotes_and_other_letters_do_no_harm(store, written):
    odd = 'O\'Brien "é"; DROP TABLE footprints; --'
    scenes = written(product("sample", odd, at="2024-08-24"))
    store.set_state([scenes[0].id], "failed")
    assert (only(store)["title"], only(store)["state"]) == (odd, "failed")


def test_a_layer_that_is_open_keeps_its_file_while_states_are_written(store, written):
    scenes = written(product("sample", "a", at="2024-08-24"))
    store.close()
    layer = footprints.open_layer(store.path, "open")
    assert len(list(layer.getFeatures())) == 1
    for state in ("queued", "downloading", "on disk"):
        FootprintStore(store.path).set_state([scenes[0].id], state)
        assert footprints.stored_offers(store.path, [1])[0][0] == scenes[0].id
        assert len(list(layer.getFeatures())) == 1, "and without a refresh"


def test_a_footprint_across_the_antimeridian_has_two_parts(store, written):
    from sentinel_portals.core import geometry

    across = geometry.footprint(square(179.5, -17))
    written(scene_at("sample", geometry=across))
    shape = only(store).geometry()
    assert shape.isMultipart()
    assert shape.constGet().numGeometries() == 2
    assert shape.isGeosValid()
    west, east = QgsRectangle(-180, -17, -179, -16), QgsRectangle(179, -17, 180, -16)
    assert shape.intersects(west)
    assert shape.intersects(east)
    assert not shape.intersects(QgsRectangle(-10, -17, 10, -16))


def test_a_footprint_is_where_the_portal_says(store, written):
    written(scene_at("sample"))
    wanted = QgsGeometry.fromRect(QgsRectangle(3, 45, 4, 46))
    assert only(store).geometry().symDifference(wanted).isEmpty()


def test_a_scene_without_a_footprint_is_a_row_without_a_shape(store, written):
    written(scene_at("sample", geometry=None), area=AREA)
    assert only(store).geometry().isNull()
    with closing(sqlite3.connect(store.path)) as plain:
        assert plain.execute("SELECT aoi_cover FROM footprints").fetchone() == (None,)


def test_searching_again_into_the_same_file_doubles_nothing(store, written):
    written(scene_at("sample"), product("sample", "other", at="2024-01-01"))
    store.close()
    again = FootprintStore(store.path)
    scenes = again.load()
    assert len(scenes) == 2
    news = [scene_at("mirror", SAME), product("sample", "third", at="2024-01-02")]
    again.write(scenes.extend(news), scenes, None)
    again.close()
    found = rows(store)
    assert len(found) == 3
    assert sorted(row["portals"] for row in found.values()) == ["sample", "sample", "sample,mirror"]


def test_what_a_portal_says_now_replaces_what_it_said_before(store, written):
    written(scene_at("tape", order_status=OrderStatus.ORDERABLE))
    store.close()
    again, now = FootprintStore(store.path), scene_at("tape")
    scenes = again.load()
    again.write(scenes.extend([now]), scenes, None)
    again.close()
    assert only(store)["status"] == "succeeded"


def test_a_file_that_is_there_is_not_emptied(store, written):
    written(scene_at("sample"))
    FootprintStore(store.path).create()
    assert len(rows(store)) == 1


def test_qgis_reads_while_the_task_writes(store, written):
    store.create()
    layer = footprints.open_layer(store.path, "found")
    reading = layer.getFeatures()
    written(scene_at("sample"))
    footprints.refresh(layer)
    assert layer.featureCount() == 1
    assert list(reading) == []
    half = layer.getFeatures()
    written(product("sample", "other", at="2024-01-01"))
    footprints.refresh(layer)
    assert layer.featureCount() == 2
    assert len(list(half)) <= 2
    with_box = QgsFeatureRequest().setFilterRect(QgsRectangle(3, 45, 4, 46))
    assert len(list(layer.getFeatures(with_box))) == 2


def test_the_selection_stays_when_more_comes(store, written):
    written(scene_at("sample"))
    layer = footprints.open_layer(store.path, "found")
    layer.selectAll()
    written(product("sample", "other", at="2024-01-01"))
    footprints.refresh(layer)
    assert layer.selectedFeatureCount() == 1
    assert [f["title"] for f in footprints.selected(layer)] == [NAME]


def test_none_selected_means_none_or_all_as_wanted(store, written):
    written(scene_at("sample"))
    layer = footprints.open_layer(store.path, "found")
    assert footprints.selected(layer) == []
    assert len(footprints.selected(layer, all_if_none=True)) == 1


def test_a_batch_that_fails_leaves_nothing_of_itself(store, written, monkeypatch):
    written(product("sample", "whole", at="2024-01-01"))
    scenes = Scenes()
    good, bad = product("sample", "a", at="2024-01-02"), product("sample", "b", at="2024-01-03")
    real = footprints.row
    monkeypatch.setattr(footprints, "row", lambda s: real(s) if s.best.id == "a" else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.write(scenes.extend([good, bad]), scenes, None)
    assert [row["title"] for row in rows(store).values()] == ["whole"]


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = FootprintStore(tmp_path / "file" / "found.gpkg")
    with pytest.raises(StorageError, match="could not be written to"):
        store.create()


def test_a_file_that_is_no_geopackage_is_a_sentence(tmp_path, capfd):
    path = tmp_path / "found.gpkg"
    path.write_bytes(b"this is no GeoPackage" * 99)
    with pytest.raises(StorageError, match="could not be written to"):
        FootprintStore(path).load()
    with pytest.raises(StorageError, match="cannot be opened"):
        footprints.open_layer(path, "found")
    assert "ERROR" not in capfd.readouterr().err


def test_the_exceptions_of_gdal_may_be_on(store, written):
    ogr.UseExceptions()
    try:
        written(scene_at("sample"))
    finally:
        ogr.DontUseExceptions()
    assert len(rows(store)) == 1


def test_when_all_is_closed_one_file_is_left(store, written):
    written(scene_at("sample"))
    layer = footprints.open_layer(store.path, "found")
    store.close()
    del layer
    assert [p.name for p in store.path.parent.iterdir()] == ["found.gpkg"]


def test_a_layer_of_someone_else_is_not_ours():
    assert not footprints.is_footprints(QgsVectorLayer("Point", "points", "memory"))
    assert not footprints.is_footprints(None)
