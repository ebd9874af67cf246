"""Claim: the queue is as fast as curl and aria2c, though it verifies, commits and can be killed;
and faster than the clients that do as much.

    .venv/bin/python benchmarks/bench_download.py

One server on loopback, a process of its own, that lets each connection have 20 MB/s (as Copernicus
Data Space does) and answers after 20 ms. One file of 200 MB, and 200 files of 500 KB, four
connections for everybody. Ours writes the queue, syncs each file to the disk, compares its SHA-256
and writes a STAC item; curl and aria2c do what they do by default; eodag verifies nothing of a
single file, sentinelsat compares MD5 (the server speaks enough DHuS for it). Neither of the two
fetches a file in pieces. Every side starts as a process of its own; the clock counts, because the
line is the limit. The fastest of three runs.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import checkout
from checkout import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from side_venv import CannotInstall, side_venv

LINE = 20_000_000  # bytes per second and connection
LATE = 0.02
AT_ONCE = 4
BIG, SMALL, COUNT = 200_000_000, 500_000, 200
ROUNDS = 3
BLOCK = hashlib.sha256(b"benchmark").digest() * 2048  # 64 KB


def content(size, start=0):
    """Bytes from ``start`` on, in blocks."""
    while start < size:
        piece = BLOCK[start % len(BLOCK) : start % len(BLOCK) + size - start]
        yield piece
        start += len(piece)


@lru_cache(maxsize=2)
def sums(algorithm="sha256"):
    """Checksums by size."""
    made = {}
    for size in (BIG, SMALL):
        made[size] = hashlib.new(algorithm, usedforsecurity=False)
        for piece in content(size):
            made[size].update(piece)
    return {size: digest.hexdigest() for size, digest in made.items()}


# --- the server, in a process of its own ---------------------------------------------------------


class Handler(BaseHTTPRequestHandler):
    """``/SIZE/NAME`` is a file of that size; so is what a DHuS has as ``SIZE-NUMBER``."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Silence."""

    def do_GET(self):
        product = re.match(r"/odata/v1/Products\('(\d+)-(\d+)'\)(.*)", unquote(self.path))
        if product and product[3] != "/$value":
            return self.tell(*product.groups())
        size = int(product[1] if product else self.path.split("/")[1])
        name = f"{product[2] if product else self.path.rpartition('/')[2][:-4]}.bin"
        start, end = 0, size
        wanted = self.headers.get("Range", "")
        if wanted.startswith("bytes="):
            first, _, last = wanted[6:].partition("-")
            start, end = int(first), int(last) + 1 if last else size
        time.sleep(LATE)
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(end - start))
        self.send_header("ETag", f'"{size}"')
        self.send_header("Content-Disposition", f'attachment; filename="{name}"')
        self.send_header("Accept-Ranges", "bytes")
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        self.end_headers()
        return self.slowly(end, start)

    def tell(self, size, number, what):
        """What a DHuS says of a product."""
        moment, value = "/Date(1700000000000)/", f"/odata/v1/Products('{size}-{number}')/$value"
        about = {
            "Id": f"{size}-{number}",
            "Name": number,
            "ContentLength": size,
            "Checksum": {"Algorithm": "MD5", "Value": sums("md5")[int(size)]},
            "ContentDate": {"Start": moment, "End": moment},
            "ContentGeometry": None,
            "__metadata": {"media_src": f"http://{self.headers['Host']}{value}"},
            "Online": True,
            "CreationDate": moment,
            "IngestionDate": moment,
            "Attributes": {},
        }
        body = b"true" if what.startswith("/Online") else json.dumps({"d": about}).encode()
        time.sleep(LATE)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):
        self.do_GET()

    def slowly(self, end, start):
        if self.command == "HEAD":
            return
        began, sent = time.monotonic(), 0
        for piece in content(end, start):
            try:
                self.wfile.write(piece)
            except OSError:
                return
            sent += len(piece)
            early = sent / LINE - (time.monotonic() - began)
            if early > 0.005:
                time.sleep(early)


def serve():
    sums("md5")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


@contextmanager
def server():
    command = [sys.executable, __file__, "serve"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.stdin.close()


# --- the sides -----------------------------------------------------------------------------------


def ours(url, size, count, folder):
    told = json.dumps({"url": url, "size": size, "count": count, "sum": sums()[size]})
    return [sys.executable, __file__, "ours", told, str(folder)]


def curl(url, size, count, folder):
    names = [f"{url}/{size}/{n}.bin" for n in range(count)]
    many = ["--parallel", "--parallel-max", str(AT_ONCE)] if count > 1 else []
    return ["curl", "--no-progress-meter", "--fail", *many, "--remote-name-all", *names]


def aria2c(url, size, count, folder):
    names = folder / "names.txt"
    names.write_text("".join(f"{url}/{size}/{n}.bin\n" for n in range(count)))
    each = ["-x", str(AT_ONCE), "-s", str(AT_ONCE)] if count == 1 else ["-x", "1"]
    return ["aria2c", "--quiet", "--no-conf", *each, "-j", str(AT_ONCE), "-i", str(names)]


def peer(name):
    """A client of Python, in an environment of its own."""
    script = ROOT / "benchmarks" / "peers_download.py"

    def command(url, size, count, folder):
        return [side_venv("peers"), script, name, url, str(size), str(count), folder, str(AT_ONCE)]

    return command


PEERS = ("eodag", "sentinelsat")
SIDES = {"ours": ours, "curl": curl, "aria2c": aria2c, **{name: peer(name) for name in PEERS}}


def fetch(told, folder):
    """Our side: the queue of a profile that has one portal."""
    checkout.load()
    from sentinel_portals.core.jobs import DONE, JobStore, Wish
    from sentinel_portals.core.model import Asset, Checksum, Product
    from sentinel_portals.core.provider import Download, Provider, ProviderInfo
    from sentinel_portals.core.transport import Http
    from sentinel_portals.core.worker import Limits, Workshop

    wanted = json.loads(told)
    size, checksum = wanted["size"], Checksum("sha256", wanted["sum"])
    pieces = AT_ONCE if wanted["count"] == 1 else 1
    allowed = Download(at_once=AT_ONCE, ranges=pieces)
    info = ProviderInfo("here", "Here", "test", wanted["url"], download=allowed)
    store = JobStore(Path(folder) / "downloads.sqlite")
    store.add(
        Wish((Product("here", f"{n}", "any", assets={"data": asset}),), folder)
        for n in range(wanted["count"])
        for asset in [Asset("data", f"{info.url}/{size}/{n}.bin", size=size, checksum=checksum)]
    )
    Workshop(store, {"here": Provider(Http("Here"), info=info)}, Limits(at_once=AT_ONCE)).run()
    assert store.counts() == {DONE: wanted["count"]}
    store.close()


def took(side, url, size, count):
    """Seconds from the start of the process to its end, the files checked afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = SIDES[side](url, size, count, folder)
        began = time.monotonic()
        subprocess.run(command, cwd=folder, check=True)
        seconds = time.monotonic() - began
        files = [path for path in folder.rglob("*") if path.is_file()]
        found = [path for path in files if path.stat().st_size == size]
        assert len(found) == count, f"{side} brought {len(found)} of {count} files"
    return seconds


def version(program):
    if program in PEERS:
        script = ROOT / "benchmarks" / "peers_download.py"
        told = subprocess.run([side_venv("peers"), script, program], capture_output=True, text=True)
        return told.stdout.strip()
    line = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    return " ".join(line.split("\n")[0].replace(" version", "").split()[:2])


def is_there(side):
    if side in PEERS:
        try:
            return bool(side_venv("peers"))
        except CannotInstall:
            return False
    return side == "ours" or bool(shutil.which(side))


def main():
    """{what: {side: fastest seconds}}, and the versions."""
    there = [side for side in SIDES if is_there(side)]
    found = {}
    with server() as url:
        for what, size, count in (("one of 200 MB", BIG, 1), ("200 of 500 KB", SMALL, COUNT)):
            runs = {side: [] for side in there}
            for _ in range(ROUNDS):
                for side in there:
                    runs[side].append(took(side, url, size, count))
            found[what] = {side: min(seconds) for side, seconds in runs.items()}
    return found, {side: version(side) for side in there if side != "ours"}


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve()
    elif sys.argv[1:2] == ["ours"]:
        fetch(*sys.argv[2:])
    else:
        for what, sides in main()[0].items():
            print(what, {side: f"{seconds:.2f} s" for side, seconds in sides.items()})
