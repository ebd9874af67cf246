"""docs/portals/index.md and differences.md, from the code: `make docs`.

What a portal can do is read off the products that its code makes of its fixture and off its facts.
How far that was seen stands in `SEEN`; a test holds it against the portals' own pages, so that no
row claims more than was seen.
"""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "sentinel_portals"

if PACKAGE not in sys.modules:
    spec = importlib.util.spec_from_file_location(
        PACKAGE, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[PACKAGE])

from sentinel_portals import providers  # noqa: E402
from sentinel_portals.core.errors import PortalError  # noqa: E402
from sentinel_portals.core.login import proof  # noqa: E402
from sentinel_portals.core.model import SearchRequest  # noqa: E402
from sentinel_portals.core.provider import Provider  # noqa: E402
from sentinel_portals.tests.providers import beside  # noqa: E402
from sentinel_portals.tests.providers.answers import DATA, connected  # noqa: E402

PAGES = ROOT / "docs" / "portals"

REAL, RECORDED, REBUILT, OWN, TOLD = (
    "real software",
    "recorded",
    "reconstructed",
    "own data",
    "documentation",
)
WAYS = {
    REAL: "the same server program, or one of the same protocol, answered on our own machine",
    RECORDED: "bytes that this portal really sent are read by our code, value by value",
    REBUILT: "an answer put together from what another client had kept of a real one",
    OWN: "a catalogue that ships with the plugin",
    TOLD: "nobody here has seen it happen: documentation and other clients' code only",
}

# By page: how the search, a file and a login were seen; what is not here is documentation only.
SEEN = {
    "asf": {"search": RECORDED},
    "aws_sentinel2": {"search": RECORDED, "login": REAL},
    "cdse": {"search": RECORDED, "login": REAL},
    "cdse_opensearch": {"search": RECORDED},
    "cdse_s3": {"search": RECORDED, "login": REAL},
    "cdse_stac": {"search": f"{RECORDED}, {REAL}", "login": REAL},
    "creodias_finder": {"search": REBUILT},
    "earth_search": {"search": RECORDED},
    "geodes": {"search": RECORDED},
    "mundi": {"search": RECORDED},
    "onda": {"search": RECORDED},
    "peps": {"search": RECORDED},
    "planetary_computer": {"search": f"{RECORDED}, {REAL}"},
    "sample": {"search": OWN, "files": OWN},
    "sample_archive": {"search": OWN, "files": OWN},
    "sara": {"search": REAL, "files": REAL, "login": REAL},
    "scihub": {"search": RECORDED, "files": RECORDED, "login": RECORDED},
    "sobloo": {"search": RECORDED},
    "theia": {"search": REBUILT, "login": REBUILT},
    "usgs_landsat": {"login": REAL},
}

LOGINS = {
    "Open": "",
    "SignedUrl": "signed links",
    "Password": "name and password",
    "ApiKey": "key",
    "OpenId": "OpenID",
    "ClientCredentials": "OAuth client",
    "S3": "S3 keys",
    "ServiceAccount": "service account",
}
SAME_CODE = {"creodias": "cdse", "dhus_mirrors": "scihub"}  # whose fixture stands for theirs
RASTERS = ("image/", "application/x-geotiff")


def page_of(kind):
    """The page that describes a portal: its module's, or the list's that it stands in."""
    name = kind.make.__module__.rpartition(".")[2]
    return "dhus_mirrors" if name == "_dhus" else name


def products(portal, kind):
    """What the portal's code makes of its fixture."""
    if kind.info.family == "sample":
        provider = providers.connect(kind)
        return next(provider.search(SearchRequest(next(iter(kind.info.collections))))).products
    page = page_of(kind)
    name = SAME_CODE.get(page, page)
    provider = connected(name, b"")
    for path in sorted(DATA.glob(f"{name}_first.*")):
        for collection in providers.discover()[name].info.collections:
            try:
                content = provider.decode(path.read_bytes())
                return provider.read(content, SearchRequest(collection)).products
            except (PortalError, ValueError):
                continue
    return ()


def abilities(portal, kind):
    """What comes of a search: whole products, single bands, a picture."""
    assets = [a for product in products(portal, kind) for a in product.assets.values()]
    seen = {
        "product": any("archive" in a.roles for a in assets),
        "bands": not computes(kind)
        and any(
            a.type.startswith(RASTERS) and {"data", "reflectance", "visual"} & set(a.roles)
            for a in assets
        ),
        "quicklook": any({"thumbnail", "overview"} & set(a.roles) for a in assets),
        "orders": kind.info.ordering is not None,
    }
    return [name for name, can in seen.items() if can]


def computes(kind):
    """Does it give areas that it computes, in place of files?"""
    return getattr(kind.make, "pixels", None) is not getattr(Provider, "pixels", None)


def state(info):
    successor = f" → `{info.successor}`" if info.successor else ""
    if info.closed:
        return f"closed since {info.until:%Y-%m-%d}{successor}"
    if info.state == "unknown":
        return f"unknown, last seen {info.seen:%Y-%m-%d}{successor}"
    return "open"


def login(info):
    def way(auth):
        name = type(auth).__name__
        return LOGINS.get(name, "name and password")

    search, files = way(info.search_auth), way(info.download_auth)
    if search and search == files:
        return f"{search}, also to search"
    return files or search or "none"


TRIED = {"": "", "token": "a token", "page": "a page", "search": "a search", "file": "a file"}
COLUMNS = ("product", "bands", "areas", "quicklook", "orders")


def index():
    """docs/portals/index.md."""
    rows = []
    for portal, kind in providers.discover().items():
        page, info = page_of(kind), kind.info
        seen = SEEN.get(page, {})
        can = set(abilities(portal, kind))
        if computes(kind):
            can.add("areas")
        marks = ["yes" if name in can else "" for name in COLUMNS]
        rows.append(
            (
                f"[{info.title}]({page}.md)",
                f"`{portal}`",
                state(info),
                str(len(info.collections)),
                *marks,
                login(info),
                TRIED[proof(info)],
                seen.get("search", TOLD),
                seen.get("files", TOLD),
                seen.get("login", TOLD if login(info) not in ("none", "signed links") else ""),
            )
        )
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows) + foot()


HEAD = """# All portals

Made by `make docs` from the code; `tests/providers/test_index.py` holds it against the code and \
against each portal's own page, where it says in full what was seen and what was not.

| portal | id | state | collections | product | bands | areas | quicklook | orders \
| login for files | tried by | search seen | file seen | login seen |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def foot():
    ways = "".join(f"- **{name}**: {meaning}.\n" for name, meaning in WAYS.items())
    return f"""
*Product* is the whole product as one file, *bands* are files of their own, *areas* are cut and \
computed at the portal. *Tried by* is what the Test button of a login asks for: a token; a search; \
or the beginning of a file, the first that is online and wants the login, and where a search \
shows none, it says that only a download would tell. What a column promises is what the portal's \
code makes of an answer; \
how far such an answer, such a file and such a login were really seen is in the last three:

{ways}
The national mirrors and CREODIAS are read by the code of SciHub and of Copernicus Data Space; \
that those were recorded says nothing about these, so their rows say documentation.
How our reading compares with other clients': [differences.md](differences.md). \
The portals file: [README.md](README.md).
"""


def main():
    for name, text in (("index", index()), ("differences", beside.page())):
        (PAGES / f"{name}.md").write_text(text, encoding="utf-8")
        print(f"docs: docs/portals/{name}.md")


if __name__ == "__main__":
    main()
