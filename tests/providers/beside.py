"""The same answer read by us and by another client: what is compared, and what is known to differ.

`CASES` is data: the facts that are not told alike, and why. test_beside_peers.py measures whether
it is true, `python scripts/portals_table.py` writes it down as docs/portals/differences.md.
"""

import json
import re
from dataclasses import dataclass, field, replace

from sentinel_portals.core import geometry, names
from sentinel_portals.core.model import SearchRequest, format_time, parse_time
from sentinel_portals.tests.providers.answers import DATA, connected, kind_of
from sentinel_portals.tests.providers.recorded import RECORDED

FACTS = ("id", "title", "start", "footprint", "cloud", "orbit", "tile")
FACTS += ("size", "online", "checksum", "quicklook", "link", "files")

SAME, NOBODY, OURS, THEIRS, OTHER = "=", "", "ours", "theirs", "other"
SIGNS = {
    SAME: "both tell the same",
    NOBODY: "neither tells",
    OURS: "only we tell",
    THEIRS: "only they tell",
    OTHER: "told otherwise",
}

WHOLE = ("product", "archive", "data")
PICTURES = ("quicklook", "thumbnail", "overview", "preview")
SAME_FOOTPRINT = 0.9999

EODAG, SEARCH, ODATA = "eodag", "sentinelsat.search", "sentinelsat.odata"
CDSE_AUTH = {"oidc_config_url": "openid"}


@dataclass(frozen=True)
class Case:
    """One answer, the portal it is from, and the client that reads it beside us.

    ``file`` is ours (``data/...``) or a recording. ``provider`` is eodag's description of a portal
    and ``collection`` its own. ``differs`` names by fact the kind of difference and the reason.
    """

    file: str
    portal: str
    ours: str
    provider: str = ""
    collection: str = ""
    reader: str = EODAG
    auth: dict = field(default_factory=dict)
    silent: tuple = ()
    differs: dict = field(default_factory=dict)

    @property
    def name(self):
        return f"{self.portal}-{self.file}-{self.reader}".replace("/", "-")

    @property
    def path(self):
        folder, _, name = self.file.partition("/")
        return DATA / name if folder == "data" else RECORDED / self.file

    @property
    def client(self):
        return f"eodag (`{self.provider}`)" if self.reader == EODAG else "sentinelsat"

    @property
    def expected(self):
        """What the comparison should give, by fact."""
        told = {fact: NOBODY if fact in self.silent else SAME for fact in FACTS}
        return {**told, **{fact: kind for fact, (kind, _) in self.differs.items()}}

    def answer(self):
        """The answer as the server gives it, brought into the frame of a search."""
        payload = json.loads(self.path.read_bytes())
        if "body" in payload:
            payload = payload["body"]
        if payload.get("type") == "Feature":
            payload = {"type": "FeatureCollection", "features": [payload], "links": []}
        if self.reader == SEARCH:
            spoken(payload)
        return json.dumps(payload).encode()

    def read(self):
        """Our facts, product by product."""
        provider = connected(self.portal, self.answer())
        if self.reader == ODATA:
            said = json.loads(self.answer())["d"]
            known = read_by(self.portal, (DATA / "scihub_first.json").read_bytes(), self.ours)[0]
            found = [provider.details(replace(known, id=said["Id"], title=said["Name"]))]
            return [{fact: f for fact, f in ours(p).items() if fact in OF_ODATA} for p in found]
        return [ours(p) for p in read_by(self.portal, self.answer(), self.ours)]


OF_ODATA = ("id", "title", "size", "online", "checksum")
"""What we take from a product's own document; the rest is known from the search."""


def read_by(portal, content, collection):
    provider = connected(portal, content)
    return provider.read(provider.decode(content), SearchRequest(collection)).products


def spoken(payload):
    """Without the values that are named and not told: sentinelsat stops at the first of them."""
    entries = payload["feed"].get("entry") or []
    for entry in entries if isinstance(entries, list) else [entries]:
        for kind, rows in entry.items():
            if isinstance(rows, list) and kind != "link":
                entry[kind] = [row for row in rows if "content" in row]


def ours(product):
    """A product's facts in the words of the comparison."""
    assets = product.assets
    whole = next((assets[key] for key in WHOLE if key in assets), None)
    picture = next((assets[key] for key in PICTURES if key in assets), None)
    said = product.properties
    return {
        "id": product.id,
        "title": product.title,
        "start": product.start,
        "footprint": product.geometry,
        "cloud": said.get("eo:cloud_cover"),
        "orbit": said.get("sat:relative_orbit"),
        "tile": said.get("grid:code"),
        "size": whole.size if whole and whole.size else said.get("file:size"),
        "online": product.online,
        "checksum": whole.checksum.value if whole and whole.checksum else said.get("file:checksum"),
        "quicklook": picture.href if picture else None,
        "link": whole.href if whole else None,
        "files": None if whole else sorted({a.href for a in assets.values()}),
    }


def compared(one, other):
    """By fact, how what we tell of some products compares with what the other client tells."""
    assert len(one) == len(other), (len(one), len(other))
    found = {}
    facts = one[0].keys()
    for fact in facts:
        kinds = {_kind(fact, a.get(fact), _theirs(fact, b)) for a, b in zip(one, other)}
        odd = kinds - {SAME, NOBODY}
        found[fact] = (
            OTHER if len(odd) > 1 else odd.pop() if odd else SAME if SAME in kinds else NOBODY
        )
    return found


def _theirs(fact, told):
    if fact == "id":
        return told.get("key") or told["id"]
    if fact == "files" and told.get("link"):
        return None  # it is one file
    return told.get(fact)


def _kind(fact, one, other):
    one, other = (_plain(fact, value) for value in (one, other))
    if fact == "footprint" and one and other:
        alike = all(
            geometry.overlap(geometry.footprint(a), geometry.footprint(b)) > SAME_FOOTPRINT
            for a, b in ((one, other), (other, one))
        )
        return SAME if alike else OTHER
    if one == other:
        return NOBODY if one is None else SAME
    return OURS if other is None else THEIRS if one is None else OTHER


def _plain(fact, value):
    """A value as both can spell it; None for nothing."""
    if value is None or value in ("", [], ()):
        return None
    plain = {
        "start": lambda v: format_time(parse_time(v) if isinstance(v, str) else v),
        "cloud": lambda v: round(float(v), 3),
        "orbit": int,
        "tile": names.tile,
        "size": lambda v: int(v) if str(v).isdecimal() else None,
        "online": lambda v: v in (True, "succeeded"),
        "checksum": lambda v: re.sub("^(d50110|md5[:=])", "", str(v).lower()),
        "files": lambda v: tuple(sorted(set(v))),
    }.get(fact)
    return plain(value) if plain else value


# why ------------------------------------------------------------------------------------------

LINK_CDSE = (OTHER, "ours is the host of downloads, theirs the host of the catalogue")
NO_PLACE = (THEIRS, "an auxiliary file has no footprint; eodag takes the whole world for it")
TITLE = (OTHER, "ESA's name of the product with us, the portal's own id with eodag")
NO_ORBIT = (OURS, "eodag's description does not read the orbit; the product's name has it")
ONLY_COGS = (
    OURS,
    "eodag keeps files of one bucket only (`sentinel-cogs`), and these lie in another",
)
AS_S3 = (
    OTHER,
    "eodag rewrites the links to `s3://` and drops the others; ours are the portal's own",
)
ESA_ID = (OTHER, "the portal's own id with us, ESA's name of the product with eodag")
IN_BUCKET = (
    OTHER,
    "eodag names the same files `s3://`; ours are what is fetched, signed, by https",
)
REDUCED = (OTHER, "ours is the open picture of Earth Search, theirs one for which the reader pays")
NO_PICTURE = (OURS, "eodag knows a picture only among the files that it keeps, or names none")
TILEJSON = (OTHER, "eodag lists a map service (`tilejson`) as a file; we leave it out")
TWICE = (OTHER, "eodag adds `?scope=gdh` to a link that has it already")
NAME_ID = (
    OTHER,
    "the portal's id ends in `.SAFE`; eodag cuts it off the id and leaves it in the title",
)
NAME_TITLE = (OTHER, "a title is a name without an ending, everywhere with us")
BY_NAME = (OURS, "the record is silent, the product's name is not")
ORDER_LINK = (OTHER, "ours is where the order is placed; their link goes along inside that order")
NO_TILE = (OURS, "eodag's description has no tile; the record or the name has it")
ORBITS = (
    OTHER,
    "`orbitNumber` is the absolute orbit here; eodag reads it as SARA's, which is the relative one",
)
TAPE = (OTHER, "`storage` says tape or disk here; SARA has everything online, and so eodag says")
UNTOLD = (
    OURS,
    "a search does not tell; ours says online until the product's own document is asked",
)
NO_CLOUDS = (THEIRS, "OLCI and SLSTR have no cloud cover with us; the hub copies it for some")

STAC = ("size", "checksum", "link")  # many files, no whole
ONE_FILE = ("files",)
DHUS = ("size", "checksum", "files")


def case(file, portal, ours, provider="", collection="", **more):
    return Case(file, portal, ours, provider, collection, **more)


def cdse(file, collection, theirs, **more):
    return case(file, "cdse", collection, "cop_dataspace", theirs, auth=CDSE_AUTH, **more)


def cogs(file, **more):
    return case(
        file,
        "earth_search",
        "sentinel-2-l2a",
        "earth_search",
        "S2_MSI_L2A_COG",
        silent=STAC,
        **more,
    )


def planetary(file, **more):
    name = "planetary_computer"
    return case(file, name, "sentinel-2-l2a", name, "S2_MSI_L2A", **more)


def resto(file, portal, ours, theirs="S2_MSI_L2A", **more):
    return case(file, portal, ours, "sara", theirs, **more)


def hub(file, collection="sentinel-2-l1c", silent=(), **differs):
    return case(
        f"{file}.json",
        "scihub",
        collection,
        reader=SEARCH,
        silent=(*DHUS, *silent),
        differs={"online": UNTOLD, **differs},
    )


def document(file):
    return case(f"scihub/{file}.json", "scihub", "sentinel-2-l1c", reader=ODATA)


PEPS = {"orbit": ORBITS, "tile": NO_TILE, "online": TAPE}

CASES = (
    cdse(
        "data/cdse_first.json",
        "sentinel-2-l2a",
        "S2_MSI_L2A",
        silent=ONE_FILE,
        differs={"link": LINK_CDSE},
    ),
    cdse(
        "cdse_odata/s1_search_page_1_of_5.json",
        "sentinel-1-grd",
        "S1_AUX_GNSSRD",
        silent=("cloud", "orbit", "tile", "quicklook", "files"),
        differs={"footprint": NO_PLACE, "link": LINK_CDSE},
    ),
    cogs(
        "data/earth_search_first.json",
        differs={"title": TITLE, "orbit": NO_ORBIT, "files": ONLY_COGS},
    ),
    cogs(
        "earth_search/search_filter_ignored_p2.json",
        differs={"title": TITLE, "orbit": NO_ORBIT, "quicklook": NO_PICTURE, "files": AS_S3},
    ),
    case(
        "data/aws_sentinel2_first.json",
        "aws_sentinel2",
        "sentinel-2-l1c",
        "earth_search",
        "S2_MSI_L1C",
        silent=STAC,
        differs={
            "id": ESA_ID,
            "orbit": NO_ORBIT,
            "quicklook": REDUCED,
            "files": IN_BUCKET,
        },
    ),
    case(
        "data/cdse_first.json",
        "creodias",
        "sentinel-2-l2a",
        "creodias",
        "S2_MSI_L2A",
        auth=CDSE_AUTH,
        silent=ONE_FILE,
    ),
    planetary(
        "data/planetary_computer_first.json",
        silent=(*STAC, "quicklook"),
        differs={"title": TITLE, "files": TILEJSON},
    ),
    planetary(
        "planetary_computer/s2_item_full.json",
        silent=STAC,
        differs={"title": TITLE, "quicklook": NO_PICTURE, "files": TILEJSON},
    ),
    case(
        "data/geodes_first.json",
        "geodes",
        "sentinel-2-l1c",
        "geodes",
        "S2_MSI_L1C",
        silent=ONE_FILE,
    ),
    case(
        "geodes/search_1.json",
        "geodes",
        "sentinel-2-l1c",
        "geodes",
        "S2_MSI_L1C",
        silent=ONE_FILE,
        differs={"quicklook": TWICE},
    ),
    case(
        "data/usgs_landsat_first.json",
        "usgs_landsat",
        "landsat-c2-l2",
        "usgs_satapi_aws",
        "LANDSAT_C2L2_SR",
        silent=(*STAC, "orbit", "tile"),
        differs={"files": AS_S3},
    ),
    case(
        "data/wekeo_first.json",
        "wekeo",
        "sentinel-2-l2a",
        "wekeo_main",
        "S2_MSI_L2A",
        auth={"auth_uri": "token"},
        silent=("checksum", "files"),
        differs={
            "id": NAME_ID,
            "title": NAME_TITLE,
            "orbit": BY_NAME,
            "tile": BY_NAME,
            "link": ORDER_LINK,
        },
    ),
    resto(
        "data/sara_first.json",
        "sara",
        "sentinel-2-l2a",
        silent=ONE_FILE,
        differs={"tile": NO_TILE},
    ),
    resto(
        "reconstructed/sara_search_s2_1.json",
        "sara",
        "sentinel-2-l2a",
        silent=ONE_FILE,
        differs={"tile": NO_TILE},
    ),
    resto(
        "lab_resto-2.5.2/search_page1.json",
        "sara",
        "sentinel-2-l2a",
        silent=("tile", "checksum", "files"),
    ),
    resto("data/peps_first.json", "peps", "sentinel-2-l1c", silent=ONE_FILE, differs=PEPS),
    resto("peps/search_s2st_2.json", "peps", "sentinel-2-l1c", silent=ONE_FILE, differs=PEPS),
    resto(
        "data/theia_first.json",
        "theia",
        "sentinel-2-l2a-maja",
        silent=("size", "files"),
        differs={"orbit": ORBITS, "tile": NO_TILE},
    ),
    hub("data/scihub_first", tile=BY_NAME),
    hub("scihub/search_big_p1_start0"),
    hub("scihub/search_s2_cloudcover_0_10", tile=BY_NAME),
    hub("scihub/search_recent_s1_grd_3", "sentinel-1-grd", ("cloud", "tile")),
    hub(
        "scihub/search_s3_small_by_size_regex_15",
        "sentinel-3-olci-l1",
        ("tile",),
        cloud=NO_CLOUDS,
    ),
    document("odata_product_s1_online"),
    document("odata_product_s2_l2a_offline"),
    document("odata_product_without_online"),
    document("download_odata_product_b"),
)


DHUS_TOO = "the protocol of SciHub, by the same code: what is compared there holds here"
SAMPLES = "a catalogue of ours that ships with the plugin"
NOBODY_SPEAKS = (
    "neither speaks its protocol: eodag 4.10.1 has no description of it, "
    "sentinelsat knows DHuS only"
)
GONE = "eodag described it while it was open and took it out with version {} ({})"

ALONE = {
    "asf": NOBODY_SPEAKS,
    "cdse_opensearch": "closed; eodag asks Copernicus Data Space by OData today, see there",
    **dict.fromkeys(
        ("cdse_s3", "cdse_stac"), "eodag asks Copernicus Data Space by OData only, see there"
    ),
    "creodias_finder": "closed; eodag asks CREODIAS by OData today, see there",
    "earth_engine": NOBODY_SPEAKS,
    "mundi": GONE.format("2.11.0", "November 2023"),
    "onda": GONE.format("3.1.0", "March 2025"),
    "sample": SAMPLES,
    "sample_archive": SAMPLES,
    "sentinel_hub": NOBODY_SPEAKS,
    "sobloo": GONE.format("2.8.0", "January 2023"),
    **dict.fromkeys(
        ("cesnet", "colhub", "esthub", "finhub", "ipsentinel", "noa", "zamg"), DHUS_TOO
    ),
}
"""The portals with which nobody can be compared, and why."""


# the page -------------------------------------------------------------------------------------

HEAD = """# Beside eodag and sentinelsat

Made by `make docs`, checked by `tests/providers/test_beside_peers.py`: one server on this machine \
replays an answer to eodag 4.10.1 (its own descriptions of the portals, pointed there) and to \
sentinelsat 1.2.1, and what they tell of every product in it is compared with what we tell of it. \
An answer under `data/` is a fixture of our own; `reconstructed/` was put together from what other \
clients kept; `lab_resto-2.5.2/` is from real software with data of ours; the others are recordings.

"""


def page():
    """docs/portals/differences.md."""
    signs = {SAME: "=", NOBODY: "", OURS: "+", THEIRS: "−", OTHER: "≠"}
    told = " · ".join(f"`{signs[kind] or ' '}` {text}" for kind, text in SIGNS.items())
    rows = ["| answer | client | " + " | ".join(FACTS) + " |", "|---|---|" + "---|" * len(FACTS)]
    for one in CASES:
        facts = OF_ODATA if one.reader == ODATA else FACTS
        cells = [signs[one.expected[fact]] if fact in facts else "·" for fact in FACTS]
        rows.append(f"| `{one.file}` | {one.client} | " + " | ".join(cells) + " |")
    return "".join(
        [
            HEAD,
            f"{told} · `·` not asked\n\n",
            "\n".join(rows),
            "\n\n## Why\n\n| fact | with | | reason |\n|---|---|---|---|\n",
            *_reasons(signs),
            f"\n{FOOT}",
            "\n## Portals without a peer\n\n| portal | why |\n|---|---|\n",
            *_alone(),
        ]
    )


def _reasons(signs):
    """One line for each reason, with the portals where it holds."""
    where = {}
    for one in CASES:
        for fact, (kind, why) in one.differs.items():
            portals = where.setdefault((fact, kind, why), [])
            title = kind_of(one.portal).info.title
            if title not in portals:
                portals.append(title)
    for fact in FACTS:
        for (name, kind, why), portals in where.items():
            if name == fact:
                yield f"| {fact} | {', '.join(portals)} | {signs[kind]} | {why} |\n"


def _alone():
    """One line for each reason, with the portals where it holds."""
    for why in dict.fromkeys(ALONE.values()):
        titles = [kind_of(name).info.title for name, told in ALONE.items() if told == why]
        yield f"| {', '.join(sorted(titles))} | {why} |\n"


FOOT = """One thing is helped along: our SciHub fixture has a value that is named and not told. \
sentinelsat stops at it, so it is taken out before; none of the recordings has one.
"""
