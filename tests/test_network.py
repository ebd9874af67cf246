"""The guard of tests/network.py."""

import socket

import pytest

from sentinel_portals.tests.network import NetworkClosed


def test_another_machine_cannot_be_looked_up():
    with pytest.raises(NetworkClosed, match=r"example\.org"):
        socket.create_connection(("example.org", 443), timeout=1)


def test_another_machine_cannot_be_reached_by_its_address():
    with socket.socket() as caller, pytest.raises(NetworkClosed, match=r"192\.0\.2\.1"):
        caller.connect(("192.0.2.1", 443))


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
