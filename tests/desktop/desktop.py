"""Starts the real QGIS on a screen of its own and has a story played in it.

The screen is Xvfb's where there is one, so that nobody's mouse is taken; else the user's.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SIZE = "1600x1000"
SMALL_DISK = "72m"  # the plugin keeps 64 MB free


@dataclass(frozen=True)
class Played:
    """How a story went: ``log`` is what it said, ``code`` QGIS's exit status (124: out of time)."""

    code: int
    log: str
    folder: Path

    @property
    def passed(self):
        return self.log.rstrip().endswith("PASS")


def _tool(name):
    """A module of scripts/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def play(
    story, out, *, seconds=110, language="en", extra=None, fresh=True, within=(), profiles=None
):
    """Plays ``story`` (a file beside this one) and leaves pictures and drive.log in ``out``.

    ``within`` is a command that starts QGIS in a world of its own (`disks`), ``profiles`` a folder
    with the profile of another window.
    """
    out = Path(out).resolve()
    if fresh:
        shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    (out / "drive.log").unlink(missing_ok=True)
    if profiles is None:
        profiles = out / "profile"
        _tool("qgis_profile").make(profiles)
    with tempfile.TemporaryDirectory() as runtime, _screen(out) as display:
        environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "XDG_RUNTIME_DIR": runtime,
            "TMPDIR": runtime,  # or QGIS takes every layer of ours for a temporary one
            "QGIS_AUTH_DB_DIR_PATH": str(profiles),
            # QGIS 3.22 is misled by a path with "home" in it twice.
            "SENTINEL_PORTALS_HOME": str(profiles.with_name("portals")),
            "STORY_FOLDER": str(Path(__file__).parent),
            "STORY_OUT": str(out),
            "STORY_SIZE": SIZE,
            "STORY_LANGUAGE": language,
            **(extra or {}),
        }
        if "SENTINEL_PORTALS_FILE" not in (extra or {}):
            environment.pop("SENTINEL_PORTALS_FILE", None)
        command = [
            *within,
            shutil.which("qgis.bin") or "qgis",  # Debian's qgis is a wrapper with another pid
            *("--profiles-path", str(profiles), "--profile", "default", "--lang", language),
            *("--nologo", "--noversioncheck", "--nocustomization"),
            *("--code", str(Path(__file__).with_name(f"{story}.py"))),
        ]
        with (out / "qgis.log").open("w") as log:
            qgis = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            try:
                code = qgis.wait(seconds)
            except subprocess.TimeoutExpired:
                picture(out / "out-of-time.png", display)
                qgis.kill()
                qgis.wait()
                code = 124
    said = out / "drive.log"
    return Played(code, said.read_text() if said.exists() else "", out)


def disks(small, shut):
    """A command for ``within``: a small disk and one that is write-protected, for QGIS alone.

    None where this machine lets nobody mount anything.
    """
    mount = "mount -t tmpfs -o {} none '{}'"
    script = " && ".join(
        [
            mount.format(f"size={SMALL_DISK}", small),
            mount.format("ro,size=1m", shut),
            'exec "$@"',
        ]
    )
    root = os.geteuid() == 0
    command = ["unshare", "-m" if root else "-Urm", "sh", "-c", script, "sh"]
    if not shutil.which("unshare"):
        return None
    tried = subprocess.run([*command, "true"], stderr=subprocess.DEVNULL, check=False)
    return command if tried.returncode == 0 else None


@contextmanager
def _screen(out):
    """The display of a virtual screen that is there as long as the block lasts.

    The dots per inch are given, because with Xvfb's own QGIS scales and clicks miss.
    """
    if not shutil.which("Xvfb"):
        yield os.environ["DISPLAY"]
        return
    read, write = os.pipe()
    screen = ["-screen", "0", f"{SIZE}x24", "-dpi", "96", "-nolisten", "tcp", "-noreset"]
    with (out / "screen.log").open("w") as log:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), *screen], pass_fds=(write,), stdout=log, stderr=log
        )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def picture(path, display):
    """What the screen shows, menus and dialogs included."""
    command = ["import", "-silent", "-window", "root", str(path)]
    subprocess.run(command, check=False, timeout=20, env={**os.environ, "DISPLAY": display})
