"""An order survives a killed QGIS and downloads by itself: a real DHuS portal, a real process."""

import hashlib
import json
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from sentinel_portals.core.jobs import DONE, ORDERED, JobStore, Wish
from sentinel_portals.core.model import OrderStatus
from sentinel_portals.tests.core.making import file, product
from sentinel_portals.tests.servers.web import Answer, File, Web

CONTENT = b"PK\x05\x06" + bytes(18)  # an archive with nothing in it
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()

WINDOW = """
import sys, threading, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import conftest
from sentinel_portals import providers
from sentinel_portals.core.jobs import JobStore
from sentinel_portals.core.worker import Clock, Workshop

class Fast(Clock):  # an hour in a second
    def now(self):
        began = float(sys.argv[5])
        return began + (time.time() - began) * 3600

    def wait(self, event, seconds):
        event.wait(0.02)

kind = providers.portals(Path(sys.argv[3]))[0]["archive"]
login = {"username": "ada", "password": sys.argv[4]}
shop = Workshop(
    JobStore(Path(sys.argv[2]), now=Fast().now),
    {"archive": providers.connect(kind, secrets=login)},
    clock=Fast(),
)
shop.run()
shop.store.close()
"""


class Archive:
    """A DHuS whose product is on tape until ``brought``."""

    def __init__(self, web):
        self.brought, self.looked, self.orders = threading.Event(), threading.Semaphore(0), 0
        web.on("/odata/v1/Products('1')", self.state)
        web.on("/odata/v1/Products('1')/$value", self.value)

    def state(self, asked):
        self.looked.release()
        told = {"Id": "1", "Online": self.brought.is_set(), "ContentLength": str(len(CONTENT))}
        return Answer(json={"d": {**told, "Checksum": {"Algorithm": "MD5", "Value": MD5}}})

    def value(self, asked):
        assert asked.headers["authorization"].startswith("Basic ")
        if self.brought.is_set():
            return File(CONTENT)(asked)
        self.orders += 1
        return Answer(202)

    def wait_for_looks(self, count):
        for _ in range(count):
            assert self.looked.acquire(timeout=30)


def test_an_order_survives_a_kill_and_downloads_by_itself(tmp_path):
    queue, portals = tmp_path / "downloads.sqlite", tmp_path / "portals.json"
    with Web() as web, ExitStack() as stack:
        entry = {"id": "archive", "title": "Archive", "family": "dhus", "url": web.url}
        portals.write_text(json.dumps([{**entry, "collections": {"sentinel-2-l1c": "S2MSI1C"}}]))
        archive = Archive(web)
        value = f"{web.url}/odata/v1/Products('1')/$value"
        asset = file(value, "product", roles=("archive",), type="application/zip")
        offline = product(
            "archive", "A", assets={"product": asset}, order_status=OrderStatus.ORDERABLE
        )
        offline = type(offline)(**{**vars(offline), "id": "1"})
        store = JobStore(queue)
        (job,) = store.add([Wish((offline,), str(tmp_path / "images"))])
        began = job.created

        def window():
            tests = Path(__file__).resolve().parents[1]
            command = [sys.executable, "-c", WINDOW, tests, queue, portals, "word", began]
            process = subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE)
            stack.callback(process.kill)
            return process

        first = window()
        archive.wait_for_looks(3)
        first.kill()
        first.communicate()
        (job,) = store.jobs()
        assert (job.state, archive.orders) == (ORDERED, 1)
        second = window()
        archive.wait_for_looks(2)
        archive.brought.set()
        told = second.communicate(timeout=60)[1]
        (job,) = store.jobs()
        store.close()
    assert (second.returncode, told.decode()) == (0, "")
    assert (job.state, archive.orders) == (DONE, 1), "ordered once, fetched by itself"
    assert Path(job.files[0]).read_bytes() == CONTENT
