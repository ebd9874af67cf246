"""Claim: an area of 10 x 10 km costs hardly more than the blocks that it touches.

    .venv/bin/python benchmarks/bench_area.py

A Sentinel-2 tile of 10,980 x 10,980 pixels with a texture of our own, as a COG as Earth Search has
it (Deflate, blocks of 1,024) and as JPEG 2000 as ESA makes it (tiles of 1,024), on a server on
this machine that counts the bytes it sends. The area lies in the middle and touches four blocks.
Theoretical are the bytes of these blocks alone, as if someone had told where they lie.
"""

import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import checkout
import numpy as np
from osgeo import gdal, osr

SIDE, STEP, WEST, NORTH, EPSG = 10_980, 10, 600_000, 4_900_020, 32631
AREA = 1_000  # pixels: 10 km
FORMATS = {
    "COG, Deflate": ("COG", "tif", ["COMPRESS=DEFLATE", "PREDICTOR=2", "BLOCKSIZE=1024"]),
    "JPEG 2000": (
        "JP2OpenJPEG",
        "jp2",
        ["QUALITY=100", "REVERSIBLE=YES", "BLOCKXSIZE=1024", "BLOCKYSIZE=1024"],
    ),
}


def tile(path):
    """Slow and quick changes and some noise, so that it packs about as well as an image."""
    made = gdal.GetDriverByName("GTiff").Create(
        str(path), SIDE, SIDE, 1, gdal.GDT_UInt16, ["TILED=YES", "BIGTIFF=YES"]
    )
    made.SetGeoTransform((WEST, STEP, 0, NORTH, 0, -STEP))
    system = osr.SpatialReference()
    system.ImportFromEPSG(EPSG)
    made.SetProjection(system.ExportToWkt())
    dice = np.random.default_rng(20261122)
    across = np.sin(np.arange(SIDE) / 300) * 800 + np.sin(np.arange(SIDE) / 17) * 120
    for row in range(0, SIDE, 1024):
        rows = np.arange(row, min(SIDE, row + 1024))[:, None]
        values = 2500 + across + np.cos(rows / 220) * 600 + dice.normal(0, 40, (len(rows), SIDE))
        made.GetRasterBand(1).WriteArray(values.astype(np.uint16), 0, row)
    made.FlushCache()


class Handler(BaseHTTPRequestHandler):
    """One file; ``sent`` counts the bytes of it."""

    protocol_version = "HTTP/1.1"
    path_of_file, sent, requests = None, 0, 0
    lock = threading.Lock()

    def log_message(self, *_):
        """Silence."""

    def do_GET(self):
        size = self.path_of_file.stat().st_size
        first, last = 0, size - 1
        wanted = self.headers.get("Range", "")
        if wanted:
            first, last = (int(n) for n in wanted[6:].split("-"))
            last = min(last, size - 1)
        with self.path_of_file.open("rb") as file:
            file.seek(first)
            body = file.read(last - first + 1)
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(body)))
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.end_headers()
        with self.lock:
            Handler.sent += len(body)
            Handler.requests += 1
        self.wfile.write(body)


def area():
    """The middle of the tile, around a corner of four blocks, as GeoJSON in degrees."""
    here, world = osr.SpatialReference(), osr.SpatialReference()
    here.ImportFromEPSG(EPSG)
    world.ImportFromEPSG(4326)
    world.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    move = osr.CoordinateTransformation(here, world)
    left, top = WEST + (5 * 1024 - AREA // 2) * STEP, NORTH - (5 * 1024 - AREA // 2) * STEP
    span = AREA * STEP
    corners = [(left, top), (left + span, top), (left + span, top - span), (left, top - span)]
    ring = [list(move.TransformPoint(x, y)[:2]) for x, y in [*corners, corners[0]]]
    return {"type": "Polygon", "coordinates": [ring]}


def fetched(url, name, size, where, folder):
    """Our way, into a folder; the window's file."""
    from sentinel_portals.core.model import Asset, Product
    from sentinel_portals.core.provider import Provider, ProviderInfo
    from sentinel_portals.core.transport import Http
    from sentinel_portals.formats.window import fetch_window

    provider = Provider(Http("Here"), info=ProviderInfo("here", "Here", "test", url))
    asset = Asset("B04", f"{url}/{name}", size=size)
    product = Product("here", "A", "sentinel-2-l2a", title="A", assets={"B04": asset})
    return fetch_window(product, {"here": provider}, ("B04",), where, folder).files[0].path


def main():
    """{format: (whole, theoretical, fetched, requests)} in bytes."""
    checkout.load()
    from sentinel_portals.formats.clip import window
    from sentinel_portals.formats.window import cost

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url, found = f"http://127.0.0.1:{server.server_address[1]}", {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tile(folder / "plain.tif")
        for title, (driver, ending, options) in FORMATS.items():
            path = folder / f"B04.{ending}"
            plain = str(folder / "plain.tif")
            if not gdal.Translate(str(path), plain, format=driver, creationOptions=options):
                continue
            Handler.path_of_file, Handler.sent, Handler.requests = path, 0, 0
            whole, cut = path.stat().st_size, window(path, area())
            made = fetched(url, path.name, whole, area(), folder / driver)
            got = gdal.Open(str(made)).ReadAsArray()
            image = gdal.Open(plain)
            assert (got == image.ReadAsArray(*cut)).all(), "other pixels than in the whole"
            found[title] = (whole, cost(path, cut, whole), Handler.sent, Handler.requests)
    server.shutdown()
    server.server_close()
    return found


if __name__ == "__main__":
    for title, (whole, blocks, sent, requests) in main().items():
        print(
            f"{title}: {sent / 1e6:.2f} MB in {requests} requests; blocks {blocks / 1e6:.2f} MB "
            f"({sent / blocks:.2f} x), whole {whole / 1e6:.1f} MB ({100 * sent / whole:.1f} %)"
        )
