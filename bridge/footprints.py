"""The footprint layer: one GeoPackage, one schema, one feature per scene.

`FootprintStore` writes in a task's thread, with GDAL alone; the layer reads the same file at the
same time, which SQLite's write-ahead log allows. What makes the layer ours hangs on its custom
property, so that it comes back with the project.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from osgeo import gdal, ogr, osr
from qgis.core import (
    QgsMapLayer,
    QgsVectorLayer,
)

from ..core import geometry, names
from ..core.catalogue import CATALOGUE, CLOUD, ORBIT, ORBIT_STATE, PLATFORM, TILE
from ..core.download import whole
from ..core.errors import StorageError
from ..core.model import Product, from_item, to_item
from ..core.scene import Scene, Scenes
from ..core.transport import Cancel, never
from .i18n import mark, tr, translated
from .looks import clothe, keep_up, style, styles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qgis.core import QgsFeature

    from ..core.model import Asset, Geometry

__all__ = ["FootprintStore", "dress", "open_layer", "refresh", "style", "styles"]

PROPERTY = "sentinel_portals/footprints"
AREA = "sentinel_portals/area"
"""Custom property of a footprint layer: the area that was searched, as GeoJSON."""

TABLE = "footprints"
INDEXED = ("scene_id", "portal", "datetime")  # what is looked up, and what styles ask for
PATIENCE = 10_000  # milliseconds to wait for another writer
ENCODE = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), default=str
).encode


@dataclass(frozen=True)
class Field:
    """A column: its name, OGR's type, and the heading in the attribute table."""

    name: str
    type: int
    alias: str


FIELDS = (
    Field("scene_id", ogr.OFTString, mark("Scene id")),
    Field("title", ogr.OFTString, mark("Title")),
    Field("collection", ogr.OFTString, mark("Collection")),
    Field("platform", ogr.OFTString, mark("Platform")),
    Field("datetime", ogr.OFTDateTime, mark("Start (UTC)")),
    Field("end_datetime", ogr.OFTDateTime, mark("End (UTC)")),
    Field("cloud_cover", ogr.OFTReal, mark("Cloud cover (%)")),
    Field("tile", ogr.OFTString, mark("Tile")),
    Field("relative_orbit", ogr.OFTInteger, mark("Relative orbit")),
    Field("orbit_state", ogr.OFTString, mark("Orbit direction")),
    Field("level", ogr.OFTString, mark("Level")),
    Field("portal", ogr.OFTString, mark("Portal")),
    Field("offers", ogr.OFTInteger, mark("Offers")),
    Field("portals", ogr.OFTString, mark("Portals")),
    Field("status", ogr.OFTString, mark("Availability")),
    Field("size", ogr.OFTInteger64, mark("Size (bytes)")),
    Field("state", ogr.OFTString, mark("State")),
    Field("aoi_cover", ogr.OFTReal, mark("Area covered (%)")),
    Field("thumbnail", ogr.OFTString, mark("Quicklook")),
    Field("product", ogr.OFTString, mark("Offers (JSON)")),
    Field("aoi_cloud", ogr.OFTReal, mark("Cloud in the area (%)")),
    Field("aoi_valid", ogr.OFTReal, mark("Seen of the area (%)")),
)
"""The schema that others rely on (design 1.3)."""


class FootprintStore:
    """The GeoPackage of a footprint layer, to be used in one thread, the task's."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._dataset: Any = None
        self._fids: dict[int, int] = {}
        self._cover: Any = None
        self._area: Optional[Geometry] = None

    def create(self) -> None:
        """Makes an empty file with the schema; a file that is there already is kept."""
        if self.path.exists():
            return
        with _storage(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            driver = ogr.GetDriverByName("GPKG")
            dataset = driver.CreateDataSource(str(self.path))
            if dataset is None:
                raise OSError(gdal.GetLastErrorMsg())
            layer = dataset.CreateLayer(
                TABLE, _wgs84(), ogr.wkbMultiPolygon, ["GEOMETRY_NAME=geom", "FID=fid"]
            )
            for each in FIELDS:
                layer.CreateField(ogr.FieldDefn(each.name, each.type))
            for name in INDEXED:
                _run(dataset, f'CREATE INDEX "{TABLE}_{name}" ON "{TABLE}" ("{name}")')
            _run(dataset, "PRAGMA journal_mode = WAL")

    def load(self, cancelled: Cancel = never) -> Scenes:
        """The scenes that the file holds already, each with all its offers."""
        scenes = Scenes()
        if not self.path.exists():
            return scenes
        layer = self._layer()
        layer.ResetReading()
        for feature in layer:
            if cancelled():
                break
            for product in read_offers(feature.GetField("product")):
                self._fids.setdefault(scenes.add(product), feature.GetFID())
        return scenes

    def write(
        self,
        places: Iterable[int],
        scenes: Scenes,
        area: Optional[Geometry],
    ) -> None:
        """Inserts new scenes and updates changed ones, in one transaction."""
        layer = self._layer()
        self._look_at(area)
        with _storage(self.path), self._transaction():
            for place in places:
                self._write(layer, place, scenes[place])

    def set_state(self, scene_ids: Iterable[str], state: str) -> dict[str, str]:
        """Marks scenes as queued, on disk, ...; gives what they were. A connection of its own."""
        before = {}
        with _storage(self.path):
            dataset = _open(self.path)
            layer = dataset.GetLayerByName(TABLE)
            _check(dataset.StartTransaction())
            for scene_id in scene_ids:
                text = str(scene_id).replace("'", "''")
                layer.SetAttributeFilter(f"scene_id = '{text}'")
                for feature in list(layer):
                    before[scene_id] = feature.GetField("state") or "found"
                    feature.SetField("state", state)
                    _check(layer.SetFeature(feature))
            _check(dataset.CommitTransaction())
        return before

    def set_cloud(self, shares: Mapping[str, tuple[Optional[float], float]]) -> None:
        """Writes ``aoi_cloud`` and ``aoi_valid`` of scenes. A connection of its own."""
        with _storage(self.path):
            dataset = _open(self.path)
            layer = dataset.GetLayerByName(TABLE)
            _complete(layer)
            _check(dataset.StartTransaction())
            for scene_id, share in shares.items():
                text = str(scene_id).replace("'", "''")
                layer.SetAttributeFilter(f"scene_id = '{text}'")
                for feature in list(layer):
                    for name, value in zip(("aoi_cloud", "aoi_valid"), share):
                        feature.SetFieldNull(name)
                        if value is not None:
                            feature.SetField(name, value)
                    _check(layer.SetFeature(feature))
            _check(dataset.CommitTransaction())

    def close(self) -> None:
        """Ends the connection; the file is then whole without its log."""
        if self._dataset is not None:
            with _storage(self.path):
                _run(self._dataset, "PRAGMA wal_checkpoint(TRUNCATE)")
        self._dataset = None

    def _layer(self) -> Any:
        if self._dataset is None:
            self.create()
            self._dataset = _open_to_fill(self.path)
            with _storage(self.path):
                _complete(self._dataset.GetLayerByName(TABLE))
        return self._dataset.GetLayerByName(TABLE)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        _check(self._dataset.StartTransaction())
        try:
            yield
        except BaseException:
            self._dataset.RollbackTransaction()
            raise
        _check(self._dataset.CommitTransaction())

    def _look_at(self, area: Optional[Geometry]) -> None:
        if area is not self._area:
            self._area = area
            self._cover = geometry.cover(area) if area else None

    def _write(self, layer: Any, place: int, scene: Scene) -> None:
        fid = self._fids.get(place)
        values = row(scene)
        if self._cover:
            values["aoi_cover"] = self._cover(scene.best.geometry)
        feature = ogr.Feature(layer.GetLayerDefn())
        for index, each in enumerate(FIELDS):
            _set(feature, index, each, values.get(each.name))
        shape = _multi(scene)
        if shape is not None:
            feature.SetGeometryDirectly(shape)
        if fid is None:
            feature.SetField("state", "found")
            _check(layer.CreateFeature(feature))
            self._fids[place] = feature.GetFID()
        else:
            feature.SetFID(fid)
            for name in ("aoi_cloud", "aoi_valid"):  # of another area, maybe
                feature.SetFieldNull(name)
            kept = layer.GetFeature(fid)
            feature.SetField("state", kept.GetField("state") if kept else "found")
            _check(layer.SetFeature(feature))


class StoredScenes:
    """The scenes of a file: counted at once, read when someone looks."""

    def __init__(self, path: Path, count: int) -> None:
        self._path, self._count = path, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Scene]:
        store = FootprintStore(self._path)
        yield from store.load()
        store.close()


def stored_offers(path: Path, fids: Iterable[int]) -> list[tuple[str, list[Product]]]:
    """The scenes of these features with their offers, read without QGIS. Any thread."""
    found = []
    with _storage(path):
        dataset = _open(path, gdal.OF_READONLY)
        layer = dataset.GetLayerByName(TABLE)
        for fid in sorted(fids):
            feature = layer.GetFeature(fid)
            held = read_offers(feature.GetField("product")) if feature is not None else []
            if held:
                found.append((feature.GetField("scene_id"), held))
    return found


def row(scene: Scene) -> dict[str, Any]:
    """The attributes of a scene by the names of the fields, but ``state`` and those of the area."""
    best, told = scene.best, scene.best.properties
    start = best.datetime or best.start_datetime
    who = scene.identity
    grouped = dict(zip(("platform", "tile", "level"), who.group)) if not who.exact else {}
    collection = CATALOGUE.get(best.collection)
    orbit = told.get(ORBIT) or who.orbit
    return {
        "scene_id": scene.id,
        "title": best.title or best.id,
        "collection": best.collection,
        "platform": told.get(PLATFORM) or grouped.get("platform"),
        "datetime": start,
        "end_datetime": best.end_datetime or start,
        "cloud_cover": _first(scene, CLOUD),
        "tile": grouped.get("tile") or names.tile(told.get(TILE)) or told.get(TILE),
        "relative_orbit": int(orbit) if str(orbit).isdigit() else None,
        "orbit_state": _first(scene, ORBIT_STATE),
        "level": grouped.get("level")
        or (collection.level if collection else told.get("processing:level")),
        "portal": best.provider,
        "offers": len(scene.offers),
        "portals": ",".join(dict.fromkeys(o.provider for o in scene.offers)),
        "status": best.order_status.value,
        "size": sum(a.size or 0 for a in whole(best)) or _number(told.get("file:size")),
        "thumbnail": getattr(picture(scene.offers), "href", None),
        "product": _json(scene.offers),
    }


def _number(value: Any) -> Optional[int]:
    return value if isinstance(value, int) and 0 < value < 2**63 else None


def _first(scene: Scene, name: str) -> Any:
    """What the best offer that says anything about it says."""
    return next((o.properties[name] for o in scene.offers if name in o.properties), None)


def picture(offers: Sequence[Product]) -> Optional[Asset]:
    """The small picture of a scene, the smaller kind first."""
    for role in ("thumbnail", "overview"):
        for offer in offers:
            for asset in offer.assets.values():
                web = asset.href.startswith(("https:", "http:", "sample:"))
                if role in asset.roles and web and "tif" not in asset.type:
                    return asset
    return None


def _json(offers: Sequence[Product]) -> str:
    """Every offer as a STAC item, without what says nothing."""
    items = []
    for offer in offers:
        item = to_item(offer)
        item["properties"] = {k: v for k, v in item["properties"].items() if v is not None}
        items.append({k: v for k, v in item.items() if v is not None})
    return ENCODE(items)


def read_offers(text: Any) -> list[Product]:
    """The offers that `row` wrote; what cannot be read is left out."""
    try:
        items = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return []
    found = []
    for item in items if isinstance(items, list) else []:
        try:
            found.append(from_item(item))
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
    return found


def offers(feature: QgsFeature) -> list[Product]:
    """The offers of a footprint, the best first."""
    return read_offers(feature["product"])


def _set(feature: Any, index: int, each: Field, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        t = value.astimezone(timezone.utc)
        second = t.second + t.microsecond / 1e6
        feature.SetField(index, t.year, t.month, t.day, t.hour, t.minute, second, 100)
    elif each.type == ogr.OFTReal:
        feature.SetField(index, float(value))
    elif each.type == ogr.OFTString:
        feature.SetField(index, str(value))
    elif each.type == ogr.OFTInteger64:
        feature.SetFieldInteger64(index, int(value))
    else:
        feature.SetField(index, int(value))


def _multi(scene: Scene) -> Any:
    outline = next((o.geometry for o in scene.offers if o.geometry), None)
    if outline is None:
        return None
    return ogr.ForceToMultiPolygon(ogr.CreateGeometryFromWkb(geometry.to_wkb(outline)))


def _wgs84() -> Any:
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4326)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def _open(path: Path, flags: int = gdal.OF_UPDATE) -> Any:
    with _storage(path):
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | flags, ["GPKG"])
        if dataset is None:
            raise OSError(gdal.GetLastErrorMsg())
    _run(dataset, f"PRAGMA busy_timeout = {PATIENCE}")
    return dataset


def _open_to_fill(path: Path) -> Any:
    """For many writes while others read.

    Whoever has the file open and idle loses it when it changes into this mode, QGIS's layers
    until they are refreshed: so only what is being filled is opened like this.
    """
    dataset = _open(path)
    _run(dataset, "PRAGMA journal_mode = WAL")
    _run(dataset, "PRAGMA synchronous = NORMAL")
    return dataset


def _complete(layer: Any) -> None:
    """Gives a file of an earlier version the columns that came since, at the end as everywhere."""
    for each in FIELDS:
        if layer.GetLayerDefn().GetFieldIndex(each.name) < 0:
            _check(layer.CreateField(ogr.FieldDefn(each.name, each.type)))


def _check(code: int) -> None:
    if code != ogr.OGRERR_NONE:
        raise OSError(gdal.GetLastErrorMsg() or f"error {code}")


def _run(dataset: Any, sql: str) -> None:
    result = dataset.ExecuteSQL(sql)
    if result is not None:
        dataset.ReleaseResultSet(result)


@contextmanager
def _storage(path: Path) -> Iterator[None]:
    """What a disk can do to us, as a StorageError with a sentence."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield
    except (OSError, RuntimeError) as error:  # RuntimeError: GDAL, when its exceptions are on
        raise StorageError(
            tr("The footprints could not be written to {path}: {why}").format(path=path, why=error)
        ) from error
    finally:
        gdal.PopErrorHandler()


def open_layer(path: Path, title: str) -> QgsVectorLayer:
    """The layer of a footprint file, dressed; not yet in the project."""
    layer = QgsVectorLayer(f"{path}|layername={TABLE}", title, "ogr")
    if not layer.isValid():
        raise StorageError(tr("The footprints in {path} cannot be opened.").format(path=path))
    dress(layer)
    return layer


def dress(layer: QgsVectorLayer) -> None:
    """Everything that makes a layer with our schema one of ours."""
    layer.setCustomProperty(PROPERTY, True)
    clothe(layer, {each.name: translated(each.alias) for each in FIELDS})
    style(layer, "cloud")


def is_footprints(layer: Optional[QgsMapLayer]) -> bool:
    return isinstance(layer, QgsVectorLayer) and bool(layer.customProperty(PROPERTY))


def refresh(layer: QgsVectorLayer) -> None:
    """Shows what the task has written since. Main thread, cheap."""
    chosen = layer.selectedFeatureIds()
    layer.dataProvider().reloadData()  # QGIS drops the selection here
    if layer.fields().count() != layer.dataProvider().fields().count():
        layer.updateFields()  # an older file got columns
    if chosen:
        layer.selectByIds(chosen)
    keep_up(layer)
    layer.triggerRepaint()


def portals_in(layer: QgsVectorLayer) -> set[str]:
    """The portals that have some scene of the layer."""
    held = layer.uniqueValues(layer.fields().indexOf("portals"))
    return {name for text in held if isinstance(text, str) for name in text.split(",") if name}


def selected(layer: QgsVectorLayer, all_if_none: bool = False) -> list[QgsFeature]:
    """The selected footprints; all of them when none is selected and that is wanted."""
    if layer.selectedFeatureCount() or not all_if_none:
        return list(layer.getSelectedFeatures())
    return list(layer.getFeatures())
