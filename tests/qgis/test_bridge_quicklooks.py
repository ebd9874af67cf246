"""bridge/quicklooks.py, bridge/expressions.py: small pictures, kept; a map tip waits for none."""

import threading
from pathlib import Path

import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsFeature
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QPoint, QUrl

from sentinel_portals import providers
from sentinel_portals.bridge import expressions, footprints, quicklooks
from sentinel_portals.bridge.footprints import FootprintStore
from sentinel_portals.bridge.portals import Portals
from sentinel_portals.core.errors import NetworkError, PortalError, ProductUnavailable, StorageError
from sentinel_portals.core.model import Asset, SearchRequest
from sentinel_portals.core.scene import Scenes
from sentinel_portals.core.transport import HttpRequest
from sentinel_portals.tests.core.making import product

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 16
HREF = "https://example.org/quicklook?id=1"


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTINEL_PORTALS_HOME", str(tmp_path))
    return tmp_path


class Way:
    """Stands in for a portal's Http: gives the bytes, or raises."""

    def __init__(self, content):
        self.content, self.asked, self.gate = content, [], threading.Event()
        self.gate.set()

    def read(self, request, cancelled=None):
        self.asked.append(request.url)
        self.gate.wait(30)
        if isinstance(self.content, Exception):
            raise self.content
        return self.content


class Shop:
    """A portal with a way, and the `Portals` that hold only it."""

    def __init__(self, content):
        self.files = Way(content)

    def resolve(self, asset):
        return HttpRequest("GET", asset.href)

    def get(self, ids):
        return {name: self for name in ids if name == "shop"}

    def title(self, name):
        return {"shop": "Tom & Jerry's"}.get(name, name)


def pictured(*assets, portal="shop"):
    assets = assets or (Asset("thumbnail", HREF, "image/jpeg", ("thumbnail",)),)
    return product(portal, "scene", at="2024-08-24", assets={a.key: a for a in assets})


def test_a_picture_is_fetched_once_and_kept():
    shop = Shop(JPEG)
    path = quicklooks.fetch(pictured(), {"shop": shop})
    assert path.read_bytes() == JPEG
    assert path.suffix == ".jpg"
    assert quicklooks.fetch(pictured(), {"shop": shop}) == path
    assert len(shop.files.asked) == 1
    assert quicklooks.kept(HREF) == path
    assert [p.name for p in quicklooks.folder().iterdir()] == [path.name]


def test_the_ending_is_that_of_the_content():
    assert quicklooks.fetch(pictured(), {"shop": Shop(b"\x89PNG....")}).suffix == ".png"


@pytest.mark.parametrize(
    ("shop", "error"),
    [
        (Shop(b"<html>log in</html>"), PortalError),
        (Shop(b""), PortalError),
        (Shop(NetworkError("The connection to Shop broke off.")), NetworkError),
        (None, ProductUnavailable),
    ],
)
def test_what_is_no_picture_is_not_kept(shop, error):
    with pytest.raises(error):
        quicklooks.fetch(pictured(), {"shop": shop} if shop else {})
    assert quicklooks.kept(HREF) is None


def test_a_folder_that_cannot_be_written_is_said(home):
    (home / "quicklooks").write_text("in the way")
    with pytest.raises(StorageError, match="could not be written"):
        quicklooks.fetch(pictured(), {"shop": Shop(JPEG)})


def test_a_thumbnail_is_taken_before_an_overview_and_no_tiff_at_all():
    over = Asset("preview", "https://example.org/o.jpg", "image/jpeg", ("overview",))
    thumb = Asset("thumbnail", HREF, "image/jpeg", ("thumbnail",))
    tiff = Asset("visual", "https://example.org/v.tif", "image/tiff", ("thumbnail",))
    far = Asset("far", "s3://bucket/t.jpg", "image/jpeg", ("thumbnail",))
    assert quicklooks.picture(pictured(tiff, far, over, thumb)).key == "thumbnail"
    assert quicklooks.picture(pictured(tiff, far, over)).key == "preview"
    assert quicklooks.picture(pictured(tiff, far)) is None


# --- the map tip -------------------------------------------------------------------------------


@pytest.fixture
def tip(tmp_path, project):
    """tip(portals, product): a function that draws the map tip of the product's footprint."""

    def make(portals, shown, canvas=None):
        store, scenes = FootprintStore(tmp_path / "found.gpkg"), Scenes()
        store.write(scenes.extend([shown]), scenes, None)
        store.close()
        layer = footprints.open_layer(store.path, "found")
        expressions.register(portals, canvas)
        scopes = QgsExpressionContextUtils.globalProjectLayerScopes(layer)
        context = QgsExpressionContext(scopes)
        context.setFeature(next(layer.getFeatures()))
        return lambda: QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)

    yield make
    expressions.unregister()


def test_a_map_tip_shows_the_picture_when_it_has_come(tip, wait_for):
    shop = Shop(JPEG)
    shop.files.gate.clear()
    show = tip(shop, pictured())
    first = show()
    assert "<b>scene</b>" in first
    assert "<img" not in first, "no more than a blink is waited for the portal"
    assert "on its way" in first
    shop.files.gate.set()
    wait_for(lambda: quicklooks.kept(HREF))
    assert f'src="{QUrl.fromLocalFile(str(quicklooks.kept(HREF))).toString()}"' in show()
    assert len(shop.files.asked) == 1


class Canvas(QgsMapCanvas):
    """A map over which the mouse rests where it is put; ``moves`` are those that QGIS is told."""

    def __init__(self):
        super().__init__()
        self.mouse, self.moves = QPoint(40, 30), []
        self.xyCoordinates.connect(self.moves.append)

    def underMouse(self):
        return True

    def mouseLastXY(self):
        return QPoint(self.mouse)


@pytest.mark.parametrize("moved", [False, True])
def test_a_far_picture_shows_the_tip_once_more_where_the_mouse_still_rests(tip, wait_for, moved):
    shop, canvas = Shop(JPEG), Canvas()
    shop.files.gate.clear()
    show = tip(shop, pictured(), canvas)
    assert "<img" not in show()
    if moved:
        canvas.mouse = QPoint(90, 30)
    shop.files.gate.set()
    wait_for(lambda: canvas.moves or (moved and quicklooks.kept(HREF)))
    here = canvas.getCoordinateTransform().toMapCoordinates(QPoint(40, 30))
    assert canvas.moves == ([] if moved else [here])
    assert "<img" in show()


def test_a_picture_that_does_not_come_is_asked_for_once(tip, wait_for):
    shop = Shop(NetworkError("Shop is not reachable."))
    show = tip(shop, pictured())
    show()
    wait_for(lambda: shop.files.asked)
    assert "<img" not in show()
    show()
    assert len(shop.files.asked) == 1


def test_a_map_tip_names_portals_as_people_do(tip):
    shown = tip(Shop(JPEG), pictured())()
    assert "Portals: Tom &amp; Jerry&#x27;s<br>" in shown


def test_a_scene_without_a_picture_has_a_map_tip_without_one(tip):
    show = tip(Shop(JPEG), product("shop", "scene", at="2024-08-24"))
    told = show()
    assert "<b>scene</b>" in told
    assert "<img" not in told
    assert "on its way" not in told


def test_a_picture_that_is_near_stands_in_the_first_map_tip(tip, monkeypatch):
    monkeypatch.setattr(quicklooks, "BLINK", 30.0)  # near, however busy the machine is
    show = tip(Shop(JPEG), pictured())
    assert "<img" in show()


def test_the_picture_of_the_sample_portal_is_a_file(tip, wait_for):
    portals = Portals(providers.portals, providers.connect)
    provider = portals.get(["sample"])["sample"]
    [page, *_] = provider.search(SearchRequest("sentinel-2-l2a"))
    show = tip(portals, page.products[0])
    show()
    wait_for(lambda: "<img" in show())
    address = QUrl(show().partition('src="')[2].partition('"')[0])
    assert Path(address.toLocalFile()).read_bytes()[:2] == b"\xff\xd8"


def test_the_function_goes_with_the_plugin():
    expressions.register(Shop(JPEG))
    expressions.register(Shop(JPEG))
    assert QgsExpression.isFunctionName(expressions.QUICKLOOK)
    expressions.unregister()
    expressions.unregister()
    assert not QgsExpression.isFunctionName(expressions.QUICKLOOK)


def test_a_mistake_in_the_function_does_not_abort_qgis(tip, monkeypatch):
    show = tip(Shop(JPEG), pictured())
    monkeypatch.setattr(expressions, "kept", lambda href: 1 / 0)
    assert "<b>scene</b>" in show()


def test_odd_values_give_no_picture():
    expressions.register(Shop(JPEG))
    try:
        for value in ("NULL", "''", "3", "'https://example.org/unknown.jpg'"):
            context = QgsExpressionContext()
            context.setFeature(QgsFeature())
            expression = QgsExpression(f"{expressions.QUICKLOOK}({value})")
            assert not expression.evaluate(context)
    finally:
        expressions.unregister()
