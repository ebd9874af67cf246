"""What the tests of the core share: a web server that misbehaves, and portals that ask it."""

import pytest

from sentinel_portals.core.transport import Http, NetworkSettings, Pace
from sentinel_portals.tests.servers.web import Web


@pytest.fixture
def web():
    with Web() as server:
        yield server


@pytest.fixture
def connect():
    """Makes an `Http` that notes its pauses in ``slept``; time passes when it pauses."""
    made = []

    def connect(per_minute=0, **how):
        slept = []
        how.setdefault("settings", NetworkSettings(timeout=5))
        how.setdefault("pace", Pace(per_minute, clock=lambda: sum(slept)))
        http = Http("Testland", sleep=slept.append, **how)
        http.slept = slept
        made.append(http)
        return http

    yield connect
    for http in made:
        http.close()


@pytest.fixture
def http(connect):
    return connect()
