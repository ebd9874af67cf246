"""A real STAC server for a test, on loopback, gone afterwards: PostgreSQL, pgstac, stac-fastapi.

PostgreSQL comes from Debian (it refuses to run as root, so root becomes `postgres` for it), the
rest from requirements-lab.txt. Everything lives in one temporary folder and is stopped by its PID.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sentinel_portals.scripts.side_venv import ROOT, side_venv

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",  # with it a page of 1000 takes 5 s instead of 2
    "shared_buffers": "128MB",
}
MOST_SECONDS = 60  # until a server is ready


def postgres():
    """The folder of the newest PostgreSQL that has PostGIS, None when there is none."""
    found = [
        path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if Path(f"/usr/share/postgresql/{path.parts[-3]}/extension/postgis.control").exists()
    ]
    return max(found, key=lambda path: int(path.parts[-2]), default=None)


class RealStac:
    """``url`` is the API's address; ``took`` is how many seconds each step cost."""

    def __init__(self, collections, items):
        self.collections, self.items = collections, items
        self.took = {}
        self._undo = ExitStack()

    def __enter__(self):
        try:
            with self._undo:  # closed at once when a step fails
                self._start()
                self._undo = self._undo.pop_all()
        finally:
            steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.took.items())
            (ROOT / "build").mkdir(exist_ok=True)
            (ROOT / "build" / "real_stac.txt").write_text(f"{steps}\n", encoding="utf-8")
        return self

    def __exit__(self, *error):
        self._undo.close()

    def sql(self, statement, database="pgstac"):
        """The rows that psql prints, each as a list of texts."""
        done = self._run(
            self._bin / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, "-d", database
        )
        return [line.split("|") for line in done.splitlines()]

    def _start(self):
        self._bin = postgres()
        self._folder = Path(tempfile.mkdtemp(prefix="sentinel-portals-stac-"))
        self._undo.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._as = {}
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": []}
        self._env = {
            **os.environ,
            **{"PGHOST": "127.0.0.1", "PGPORT": str(free_port()), "PGUSER": "postgres"},
            **{"PGPASSWORD": "x", "PGDATABASE": "pgstac", "PGSSLMODE": "disable"},
        }
        with self._step("environment"):
            self._venv = Path(side_venv("lab")).parent
        with self._step("database"):
            self._database()
        with self._step("items"):
            self._seed()
        with self._step("server"):
            self._serve()

    @contextmanager
    def _step(self, name):
        began = time.monotonic()
        yield
        self.took[name] = time.monotonic() - began

    def _database(self):
        data = self._folder / "data"
        initdb = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run(self._bin / "initdb", "-D", data, *initdb, **self._as)
        settings = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        port = ("-p", self._env["PGPORT"])
        ready = (self._bin / "pg_isready", "-q", "-d", "postgres")
        self._keep(
            lambda: subprocess.run(ready, env=self._env).returncode == 0,
            signal.SIGINT,
            *(self._bin / "postgres", "-D", data, *port, *settings),
            **self._as,
        )
        self.sql("create database pgstac", "postgres")
        self.sql("create extension postgis; create extension btree_gist")
        self._run(self._venv / "pypgstac", "migrate")

    def _seed(self):
        for name, rows in (("collections", self.collections), ("items", self.items)):
            file = self._folder / f"{name}.ndjson"
            file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
            self._run(self._venv / "pypgstac", "load", name, file, "--method", "insert")
        self.sql("analyze")

    def _serve(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        app = ("stac_fastapi.pgstac.app:create_app", "--factory", "--log-level", "warning")
        where = ("--host", "127.0.0.1", "--port", port)
        server = (self._venv / "uvicorn", *app, *where)
        self._keep(lambda: answers(self.url), signal.SIGTERM, *server)

    def _run(self, *command, **who):
        done = subprocess.run(
            [str(part) for part in command],
            env=self._env,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=120,
            **who,
        )
        assert done.returncode == 0, f"{command[0]}: {(done.stdout + done.stderr)[-2000:]}"
        return done.stdout

    def _keep(self, ready, stop, *command, **who):
        """A process that runs until the end, its words in a log; waits until it is ready."""
        said = self._folder / f"{Path(command[0]).name}.log"
        with said.open("w") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=self._env,
                cwd=self._folder,
                stdout=log,
                stderr=log,
                **who,
            )
        self._undo.callback(end, process, stop)
        until = time.monotonic() + MOST_SECONDS
        while not ready():
            dead = process.poll() is not None or time.monotonic() > until
            assert not dead, f"{said.name} ends so: {said.read_text()[-2000:]}"
            threading.Event().wait(0.05)


def end(process, how):
    process.send_signal(how)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
