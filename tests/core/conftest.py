"""What the tests of the core share: a web server that misbehaves, and portals that ask it."""

import pytest

from sentinel_portals.core.transport import Http, NetworkSettings
from sentinel_portals.tests.servers.web import Web


@pytest.fixture
def web():
    with Web() as server:
        yield server


@pytest.fixture
def connect():
    """Makes an `Http` that notes its pauses in ``slept`` instead of sleeping."""
    made = []

    def connect(**how):
        slept = []
        how.setdefault("settings", NetworkSettings(timeout=5))
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
