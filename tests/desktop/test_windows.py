"""Two real windows of QGIS on one profile share the queue; one is killed, the other goes on."""

import shutil
import threading
from collections import Counter

import pytest

from sentinel_portals.tests.desktop.desktop import play
from sentinel_portals.tests.desktop.portals import Scene
from sentinel_portals.tests.desktop.test_queueing import SCENES, portals

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool") and shutil.which("qgis.bin")),
    reason="no QGIS desktop, Xvfb and xdotool here",
)


class Window(threading.Thread):
    """A window that plays its part of the story; ``played`` is how it went."""

    def __init__(self, *how, **more):
        super().__init__(daemon=True)
        self._how, self._more, self.played = how, more, None

    def run(self):
        self.played = play(*self._how, **self._more)


def until(condition, seconds=90):
    """Waits without being in anybody's way."""
    pause = threading.Event()
    for _ in range(seconds * 5):
        if condition():
            return
        pause.wait(0.2)
    raise AssertionError("waited in vain")


def test_a_killed_windows_jobs_are_taken_over_and_nothing_is_fetched_twice(tmp_path):
    with Scene("fast") as web:
        content, more = portals(web, tmp_path, calm=2.0)
        more["STORY_SHARED"] = str(tmp_path)
        first = Window(
            "windows", tmp_path / "first", extra={**more, "STORY_WHEN": "first"}, seconds=180
        )
        first.start()
        until(lambda: (tmp_path / "going").exists() or not first.is_alive())
        assert first.is_alive(), first.played.log
        second = play(
            "windows",
            tmp_path / "second",
            extra={**more, "STORY_WHEN": "second"},
            seconds=180,
            profiles=tmp_path / "first" / "profile",
        )
        first.join(30)
        assert second.passed, second.log
        assert first.played.code == -9, first.played.log
        asked = [each for each in web.asked if each.path.endswith(".tif")]
    whole = Counter(each.path for each in asked if not each.headers.get("range"))
    assert whole == {f"/{name}.tif": 1 for name in SCENES}, "each is begun once"
    assert any(each.headers.get("range") for each in asked), "and goes on where it was"
    files = {path.parent.name: path.read_bytes() for path in (tmp_path / "images").rglob("*.tif")}
    assert files == dict.fromkeys(SCENES, content)
