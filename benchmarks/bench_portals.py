"""Claim: five portals that take a second each are searched in hardly more than a second.

    .venv/bin/python benchmarks/bench_portals.py

Five servers on loopback; each waits a second, then answers with a page of 100 real-looking items.
First every portal is asked alone, then all five by one `core.search.search_all`; the pages are
merged into scenes in both cases. The slowest one alone is the measure.
"""

import threading
import time
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import checkout
import stac_pages

PORTALS = 5
SECONDS = 1.0
ITEMS = 100
ROUNDS = 3


@contextmanager
def slow_server(page, seconds):
    """The address of a STAC API on loopback that answers every search with this page, late."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(seconds)
            self.send_response(200)
            self.send_header("Content-Type", "application/geo+json")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def providers(addresses):
    from sentinel_portals.core.transport import Http
    from sentinel_portals.providers._stac import StacInfo, StacProvider

    for number, address in enumerate(addresses):
        info = StacInfo(
            id=f"slow_{number}",
            title=f"Slow {number}",
            family="stac",
            url=address,
            collections={"sentinel-2-l2a": "sentinel-2-l2a"},
        )
        yield StacProvider(Http(info.title), info=info)


def took(questions):
    """Seconds until every question was answered and merged into scenes."""
    from sentinel_portals.core.scene import Scenes
    from sentinel_portals.core.search import search_all

    scenes, began = Scenes(), time.perf_counter()
    for found in search_all(questions):
        scenes.extend(found.products)
        if found.outcome.error:
            raise found.outcome.error
    seconds = time.perf_counter() - began
    if len(scenes) != ITEMS:
        raise RuntimeError(f"{len(scenes)} scenes instead of {ITEMS}")
    return seconds


def main():
    """(seconds of the slowest alone, seconds of all together) of the middle round."""
    checkout.load()
    from sentinel_portals.core.model import SearchRequest

    page = next(body for name, body in stac_pages.pages(2 * ITEMS) if name == stac_pages.CDSE)
    request = SearchRequest("sentinel-2-l2a", bbox=(-30, 30, 40, 60), max_items=ITEMS)
    rounds = []
    with ExitStack() as servers:
        addresses = [servers.enter_context(slow_server(page, SECONDS)) for _ in range(PORTALS)]
        for _ in range(ROUNDS):
            questions = [(provider, request) for provider in providers(addresses)]
            slowest = max(took([question]) for question in questions)
            together = took([(provider, request) for provider in providers(addresses)])
            rounds.append((slowest, together))
    return sorted(rounds, key=lambda pair: pair[1] / pair[0])[ROUNDS // 2]


if __name__ == "__main__":
    slowest, together = main()
    print(f"slowest alone {slowest:.2f} s, all {PORTALS} together {together:.2f} s:", end=" ")
    print(f"{together / slowest:.2f} x")
