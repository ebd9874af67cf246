"""Claim: reading and merging 10,000 STAC items costs a small multiple of `json.loads`.

    .venv/bin/python benchmarks/bench_reading.py [ITEMS]

Every side gets the same pages, from the same files, page by page, in a process of its own, and
keeps what it made until the end. CPU seconds are compared, not the clock; memory is the peak of
the process above what it was after its imports. What each side does is said at its function.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

import checkout
import stac_pages

ITEMS = 10_000
OURS = checkout.ROOT / ".venv/bin/python"  # the Python and the shapely of QGIS
PEERS = checkout.ROOT / ".venv-bench/bin/python"


# --- the sides, each in a process of its own -----------------------------------------------------
#
# A side is called with the folder of pages and gives back what is measured (a function without
# arguments) and how to count, afterwards, the items and assets in what that has made.


def json_alone(folder):
    """`json.loads` of every page, and the page is forgotten: the measure of all others."""

    def read():
        items = assets = 0
        for _, page in stored(folder):
            features = json.loads(page)["features"]
            items += len(features)
            assets += sum(len(item["assets"]) for item in features)
        return items, assets

    return read, lambda kept: kept


def json_kept(folder):
    """`json.loads` of every page, and all is kept, as the others keep what they make of it."""

    def read():
        return [item for _, page in stored(folder) for item in json.loads(page)["features"]]

    return read, lambda items: (len(items), sum(len(item["assets"]) for item in items))


def ours(folder):
    """`core.search.search` with the portals' own `build` and `parse`, every page into `Scenes`.

    Names and times are read, footprints made valid, the offers of one acquisition found. The
    assets are there and are made into `Asset`s when someone looks: see the next side.
    """
    checkout.load()
    from sentinel_portals.core.model import SearchRequest
    from sentinel_portals.core.scene import Scenes
    from sentinel_portals.core.search import search
    from sentinel_portals.core.transport import Http
    from sentinel_portals.providers.cdse_stac import CdseStac
    from sentinel_portals.providers.earth_search import EarthSearch

    class Stored(Http):
        def read(self, request, cancelled=None):
            return next(self.pages)

    def read():
        scenes = Scenes()
        request = SearchRequest("sentinel-2-l2a", bbox=(-30, 30, 40, 60), max_items=10**9)
        for kind in (EarthSearch, CdseStac):
            http = Stored(kind.info.title)
            http.pages = (page for portal, page in stored(folder) if portal == kind.info.id)
            outcome = search(kind(http), request, news=lambda found: scenes.extend(found.products))
            if outcome.error or outcome.unreadable:
                raise RuntimeError(f"{kind.info.id}: {outcome.error or outcome.unreadable}")
        return scenes

    def count(scenes):
        offers = [offer for scene in scenes for offer in scene.offers]
        if len(scenes) != stac_pages.scenes(len(offers)):
            raise RuntimeError(f"{len(scenes)} instead of {stac_pages.scenes(len(offers))} scenes")
        return len(offers), sum(len(offer.assets) for offer in offers)

    return read, count


def ours_with_assets(folder):
    """The same, and then every asset of every offer is made, too."""
    read, count = ours(folder)

    def read_all():
        scenes = read()
        for scene in scenes:
            for offer in scene.offers:
                list(offer.assets.values())
        return scenes

    return read_all, count


def pystac_client(folder):
    """`pystac_client.ItemSearch.items()`, with its own JSON reader (orjson); nothing is merged."""
    from pystac_client.item_search import ItemSearch
    from pystac_client.stac_api_io import StacApiIO

    class Stored(StacApiIO):
        def request(self, href, method=None, headers=None, parameters=None):
            return next(self.pages).decode()

    def read():
        kept = []
        for wanted in stac_pages.PAGE_SIZES:
            stac_io = Stored()
            stac_io.pages = (page for portal, page in stored(folder) if portal == wanted)
            url = f"https://{wanted}.example/v1/search"
            kept.extend(ItemSearch(url, stac_io=stac_io, max_items=None).items())
        return kept

    return read, lambda items: (len(items), sum(len(item.assets) for item in items))


def eodag(folder):
    """`json.loads`, then `normalize_results` of eodag's generic STAC plugin; nothing is merged."""
    os.environ["EODAG_CFG_DIR"] = tempfile.mkdtemp(dir=folder.parent)
    os.environ["EODAG_EXT_COLLECTIONS_CFG_FILE"] = ""  # no download of a list
    from eodag import EODataAccessGateway

    settings = {
        "search": {"type": "StacSearch", "api_endpoint": "https://stac.example/v1/search"},
        "products": {"S2_MSI_L2A": {"_collection": "sentinel-2-l2a"}},
        "download": {"type": "HTTPDownload", "base_uri": "https://stac.example"},
    }
    gateway = EODataAccessGateway()
    gateway.update_providers_config(dict_conf={"stored": settings})
    (plugin,) = gateway._plugins_manager.get_search_plugins(provider="stored")

    def read():
        kept = []
        for _, page in stored(folder):
            features = json.loads(page)["features"]
            kept.extend(plugin.normalize_results(features, collection="S2_MSI_L2A"))
        return kept

    return read, lambda found: (len(found), sum(len(product.assets) for product in found))


PYSTAC = ("pystac-client", "pystac", "orjson")
ROUNDS = 3  # of every side alike: the best of many against the best of one would flatter the many
SIDES = {  # label: (side, Python, packages whose version matters)
    "json.loads, nothing kept": (json_alone, OURS, ()),
    "json.loads, all kept": (json_kept, OURS, ()),
    "Sentinel Portals": (ours, OURS, ("shapely",)),
    "Sentinel Portals, every asset made": (ours_with_assets, OURS, ("shapely",)),
    "Sentinel Portals, newest libraries": (ours, PEERS, ("shapely",)),
    "pystac-client + pystac": (pystac_client, PEERS, PYSTAC),
    "eodag": (eodag, PEERS, ("eodag",)),
}


# --- one side in its process ---------------------------------------------------------------------


def stored(folder):
    """(portal, bytes) of every page, in order."""
    for path in sorted(folder.iterdir()):
        yield path.stem.partition("-")[2], path.read_bytes()


def measure(label, folder):
    side, _, packages = SIDES[label]
    read, count = side(folder)
    before, began = _peak(), time.process_time()
    kept = read()
    seconds, megabytes = time.process_time() - began, (_peak() - before) / 1024
    items, assets = count(kept)
    versions = {"Python": sys.version.split()[0], **{name: version(name) for name in packages}}
    return {
        "seconds": seconds,
        "megabytes": megabytes,
        "counts": [items, assets],
        "versions": versions,
    }


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


# --- all sides, in turn --------------------------------------------------------------------------


def main(items=ITEMS):
    """The title, and rows of (side, times json.loads, CPU seconds, megabytes, versions).

    The middle of a side's rounds counts; the sides take turns, so that what else the machine does
    meets all of them.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name) / "pages"
        folder.mkdir()
        for number, (portal, page) in enumerate(stac_pages.pages(items)):
            (folder / f"{number:04d}-{portal}.json").write_bytes(page)
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        told = {label: [] for label in SIDES}
        for _ in range(ROUNDS):
            for label, (_, python, _) in SIDES.items():
                told[label].append(_child(python, label, folder))
    counts = {tuple(run["counts"]) for runs in told.values() for run in runs}
    if len(counts) != 1:
        raise RuntimeError(f"the sides did not read the same: {counts}")
    ((count, assets),) = counts
    middle = {label: median(run["seconds"] for run in runs) for label, runs in told.items()}
    rows = [
        (
            label,
            middle[label] / middle["json.loads, nothing kept"],
            middle[label],
            median(run["megabytes"] for run in runs),
            ", ".join(f"{name} {number}" for name, number in runs[0]["versions"].items()),
        )
        for label, runs in told.items()
    ]
    return f"{count:,} STAC items ({assets:,} assets, {size:.0f} MB) into scenes", rows


def _child(python, label, folder):
    command = [str(python), __file__, "--side", label, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{label}: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]))))
    else:
        title, rows = main(*map(int, sys.argv[1:]))
        print(title)
        for label, ratio, seconds, memory, versions in rows:
            print(f"{label:36} {ratio:6.2f} x {seconds:7.2f} s {memory:6.0f} MB   {versions}")
