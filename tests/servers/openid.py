"""A real OpenID server (npm's oidc-provider) on loopback, and a person in a browser."""

import re
import subprocess
from contextlib import contextmanager
from urllib.parse import urljoin

import requests

from sentinel_portals.tests.conftest import ROOT
from sentinel_portals.tests.servers.node import npm


@contextmanager
def openid_server():
    """Its address; it ends with the block."""
    script = ROOT / "tests" / "servers" / "openid.mjs"
    command = ["node", str(script), f"{npm('oidc-provider@9.13.3')}/"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        lines = iter(process.stdout.readline, "")
        yield next(line.strip() for line in lines if line.startswith("http"))
        process.terminate()


def click_through(url):
    """A person in a browser: fills in every form and sends it until none is left."""
    with requests.Session() as browser:
        browser.trust_env = False
        _fill_in(browser, url)


def _fill_in(browser, url):
    data = None
    for _ in range(20):
        page = browser.request("POST" if data else "GET", url, data=data, timeout=10)
        form = re.search(r"<form[^>]*action=\"([^\"]*)\"", page.text)
        if not form:
            return
        url = urljoin(page.url, form[1].replace("&amp;", "&"))
        data = {}
        for tag in re.findall(r"<input[^>]*>", page.text):
            said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            data[said.get("name", "")] = said.get("value", "")
        data = {k: v or "demo" for k, v in data.items() if k and k != "abort"}
