"""A window of QGIS without the window: works through a queue until nothing is left.

    python soaking.py QUEUE URL

Pauses are short here, because a thousand files shall be through within two minutes.
"""

import sys
import threading
from dataclasses import replace
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import conftest  # noqa: F401  makes the checkout importable

from sentinel_portals.core import worker
from sentinel_portals.core.auth import HeaderAuth
from sentinel_portals.core.jobs import JobStore
from sentinel_portals.core.model import OrderStatus
from sentinel_portals.core.provider import Download, Ordering, Provider, ProviderInfo
from sentinel_portals.core.transport import Http, HttpRequest, NetworkSettings

AT_ONCE = 4
SECRET = "Bearer of-the-house"  # nosec B105: a test's


class Portal(Provider):
    """Asks the server for everything; what is offline has to be ordered first."""

    def order(self, product):
        self.files.json(HttpRequest("POST", f"{self.info.url}/order/{product.id}", json={}))
        return replace(product, order_status=OrderStatus.ORDERED)

    def details(self, product):
        if product.order_status is OrderStatus.SUCCEEDED:
            return product
        told = self.files.json(HttpRequest("GET", f"{self.info.url}/state/{product.id}"))
        there = OrderStatus.SUCCEEDED if told["online"] else product.order_status
        return replace(product, order_status=there)


def portals(url):
    made = {}
    for name in ("one", "two"):
        info = ProviderInfo(
            name,
            name.title(),
            "test",
            url,
            download=Download(at_once=AT_ONCE // 2),
            ordering=Ordering(poll=0.2, patience=600),
        )
        http = Http(
            info.title,
            settings=NetworkSettings(timeout=1),
            auth=HeaderAuth("Authorization", SECRET),
            sleep=lambda seconds: threading.Event().wait(seconds / 20),
        )
        made[name] = Portal(http, info=info)
    return made


def main(queue, url):
    worker.FIRST_PAUSE, worker.LONGEST_PAUSE, worker.MOST_ROUNDS = 0.05, 0.5, 20
    store = JobStore(Path(queue))
    worker.Workshop(store, portals(url), worker.Limits(at_once=AT_ONCE)).run()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
