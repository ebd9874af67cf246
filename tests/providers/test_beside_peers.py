"""The same server asked by us, by eodag and by sentinelsat: the same products, the same facts."""

import json
import os
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sentinel_portals.providers import discover
from sentinel_portals.scripts.side_venv import CannotInstall, side_venv
from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.providers import beside
from sentinel_portals.tests.providers.beside import CASES, ODATA

OPENID = {
    "issuer": "http://127.0.0.1/",
    "authorization_endpoint": "http://127.0.0.1/authorize",
    "token_endpoint": "http://127.0.0.1/token",
    "end_session_endpoint": "http://127.0.0.1/logout",
    "jwks_uri": "http://127.0.0.1/keys",
    "id_token_signing_alg_values_supported": ["RS256"],
}
HERE = [case for case in CASES if case.path.exists()]


class Replay(BaseHTTPRequestHandler):
    """Each case has a folder; whatever is asked in it gets the recorded answer."""

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        asked = self.rfile.read(length)
        name, _, rest = self.path.lstrip("/").partition("/")
        self.server.asked.append((name, rest))
        body = answer(self.server.cases[name], rest, asked)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *told):
        pass


def answer(case, path, asked):
    """What the portal says; beside the search, the little that eodag asks besides."""
    if path.startswith("openid"):
        return json.dumps(OPENID).encode()
    if path.startswith("queryables"):
        return b'{"properties": {}}'
    if path.startswith("fastavailability"):
        return json.dumps(available(json.loads(case.answer()))).encode()
    return case.answer()


def available(page):
    """GEODES, asked whether files are on disk: the same as the description in the page says."""
    whole = [
        (item["id"], asset)
        for item in page["features"]
        for asset in item["assets"].values()
        if "data" in asset["roles"] and asset.get("type") != "application/xml"
    ]
    return {
        "products": [
            {
                "id": name,
                "files": [
                    {
                        "checksum": asset["href"].rpartition("/")[2],
                        "available": "Is online: true" in asset["description"],
                    }
                ],
            }
            for name, asset in whole
        ]
    }


@contextmanager
def server(cases):
    with ThreadingHTTPServer(("127.0.0.1", 0), Replay) as made:
        made.cases, made.asked = {case.name: case for case in cases}, []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture(scope="module")
def told():
    """What the other clients tell, by the name of the case."""
    try:
        python = side_venv("peers")
    except (CannotInstall, OSError) as error:
        pytest.skip(f"eodag and sentinelsat cannot be installed here: {error}")
    asked = [
        {
            "name": case.name,
            "reader": case.reader,
            "provider": case.provider,
            "collection": case.collection,
            "auth": case.auth,
            "count": len(case.read()),
            "ids": [product["id"] for product in case.read()] if case.reader == ODATA else [],
        }
        for case in HERE
    ]
    with server(HERE) as here:
        question = {"root": f"http://127.0.0.1:{here.server_port}", "cases": asked}
        done = subprocess.run(
            [python, Path(__file__).with_name("peers.py")],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            timeout=90,
            env={**os.environ, "NO_PROXY": "*", "no_proxy": "*"},
        )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", HERE, ids=lambda case: case.name)
def test_the_same_answer_is_the_same_products_with_the_same_facts(case, told):
    ours, theirs = case.read(), told[case.name]
    measured = beside.compared(ours, theirs)
    wrong = {fact: kind for fact, kind in measured.items() if kind != case.expected[fact]}
    shown = {fact: (ours[0].get(fact), theirs[0].get(fact)) for fact in wrong}
    assert not wrong, f"{wrong}; ours and theirs of the first product: {shown}"


def test_the_page_of_differences_is_what_the_table_says():
    page = ROOT / "docs" / "portals" / "differences.md"
    assert page.read_text(encoding="utf-8") == beside.page(), "make docs writes it anew"


def test_every_portal_has_a_peer_beside_it_or_a_reason_why_not():
    compared = {case.portal for case in CASES}
    assert compared | set(beside.ALONE) == set(discover())
    assert not compared & set(beside.ALONE)
