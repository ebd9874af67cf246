"""How eodag and sentinelsat fetch the files of `bench_download`; runs in `.venv-peers`.

.venv-peers/bin/python benchmarks/peers_download.py eodag URL SIZE COUNT FOLDER AT_ONCE
"""

import sys
from importlib.metadata import version


def eodag(url, size, count, folder, at_once):
    """Its HTTP plugin, as its own download of search results calls it."""
    from concurrent.futures import ThreadPoolExecutor

    from eodag.api.product import EOProduct
    from eodag.api.search_result import SearchResult
    from eodag.config import PluginConfig
    from eodag.plugins.download.http import HTTPDownload
    from eodag.utils import ProgressCallback

    told = {"type": "HTTPDownload", "output_dir": folder, "extract": False}
    plugin = HTTPDownload("here", PluginConfig.from_mapping(told))
    products = []
    for number in range(count):
        facts = {"id": f"{number}", "title": f"{number}", "order:status": "succeeded"}
        link = {"eodag:download_link": f"{url}/{size}/{number}.bin"}
        products.append(EOProduct("here", {**facts, **link}, collection="any"))
        products[-1].register_downloader(plugin, None)
    with ThreadPoolExecutor(at_once) as executor:
        quiet = ProgressCallback(disable=True)
        plugin.download_all(SearchResult(products), progress_callback=quiet, executor=executor)


def sentinelsat(url, size, count, folder, at_once):
    """Its download of all products of a DHuS, checksums compared."""
    from sentinelsat import SentinelAPI

    api = SentinelAPI("", "", url, show_progressbars=False)
    api.concurrent_dl_limit = at_once
    api.download_all([f"{size}-{n}" for n in range(count)], folder, n_concurrent_dl=at_once)


SIDES = {"eodag": eodag, "sentinelsat": sentinelsat}

if __name__ == "__main__":
    side, *how = sys.argv[1:]
    if not how:
        print(side, version(side))
        sys.exit()
    url, size, count, folder, at_once = how
    SIDES[side](url, int(size), int(count), folder, int(at_once))
