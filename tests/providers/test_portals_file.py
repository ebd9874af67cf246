"""The portals file: what is right is taken, what is wrong is named and left out."""

import json
from datetime import date

import pytest

from sentinel_portals import providers
from sentinel_portals.core.auth import ApiKey, OpenId, Password
from sentinel_portals.core.provider import Area, Paging

VALLEY = {
    "id": "valley",
    "title": "Valley",
    "family": "stac",
    "url": "https://valley.example/stac",
    "collections": {"sentinel-2-l2a": "s2"},
}


@pytest.fixture
def read(tmp_path):
    """The portals and problems of a file with these entries."""

    def read(*entries, text=None):
        file = tmp_path / "portals.json"
        file.write_text(json.dumps(entries) if text is None else text, encoding="utf-8")
        return providers.portals(file)

    return read


@pytest.fixture
def info(read):
    """The facts of one right entry."""

    def info(**facts):
        kinds, problems = read({**VALLEY, **facts})
        assert problems == []
        return kinds["valley"].info

    return info


def test_without_a_file_there_are_the_portals_that_ship(tmp_path):
    assert providers.portals(tmp_path / "none.json") == (providers.discover(), [])
    assert providers.portals(None)[1] == []


def test_five_facts_are_enough(info):
    found = info()
    assert (found.title, found.url) == ("Valley", "https://valley.example/stac")
    assert (found.filters, found.sortby) == (frozenset({"eo:cloud_cover"}), "")
    assert not found.needs_login


def test_every_fact_of_a_portal_can_be_told(info):
    found = info(
        description="A valley",
        since="2020-01-31",
        filters=["eo:cloud_cover", "platform"],
        area={"polygon": False, "max_points": 50},
        paging={"size": 20, "pause": 0.5, "most": 1000},
        ordering={"poll": 60},
        download={"resume": False, "at_once": 1},
        retry_unit=0.001,
        per_minute=120,
        links={"register": "https://valley.example/join"},
        hosts=["data.valley.example", "*.valley.example"],
        licence="CC-BY-4.0",
        attribution="The people of the valley",
        docs="https://valley.example/docs",
        filtering="filter",
        several=True,
        sortby="datetime",
        spellings={"eo:cloud_cover": "cloud"},
        auth={"type": "http"},
    )
    assert found.since == date(2020, 1, 31)
    assert (found.retry_unit, found.per_minute) == (0.001, 120)
    assert (found.area, found.paging) == (Area(False, 50), Paging(20, 0.5, 1000))
    assert (found.download_auth, found.search_auth.fields) == (Password(), ())
    assert found.needs_login


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"type": "apiKey", "header": "X-Key"}, ApiKey("X-Key")),
        (
            {"type": "openIdConnect", "endpoint": "https://v.example/login", "client_id": "us"},
            OpenId("https://v.example/login", "us"),
        ),
    ],
)
def test_a_login_is_named_by_its_kind(info, said, meant):
    assert info(auth=said).download_auth == meant
    assert info(search_auth=said).search_auth == meant


def test_a_mirror_changes_the_address_of_a_portal_that_ships(read):
    mirror = "https://mirror.example/v1"
    kinds, problems = read({"id": "earth_search", "url": mirror})
    assert problems == []
    found, shipped = kinds["earth_search"].info, providers.discover()["earth_search"].info
    assert found.url == mirror
    assert (found.title, found.collections) == (shipped.title, shipped.collections)
    assert shipped.url != mirror


def test_a_right_entry_stays_beside_wrong_ones(read):
    kinds, problems = read("text", VALLEY, {"id": "other"}, None, 7, [])
    assert "valley" in kinds
    assert len(problems) == 5
    assert set(kinds) == {*providers.discover(), "valley"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is no JSON in line 1, column 1"),
        ("{", "is no JSON in line 1, column 2"),
        ('{"id": "valley"}', "must hold a list"),
        ("null", "must hold a list"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_a_file_that_is_no_list_is_told_so(read, text, reason):
    kinds, problems = read(text=text)
    assert kinds == providers.discover()
    (problem,) = problems
    assert problem.startswith("The portals file portals.json")
    assert reason in problem


def test_a_file_in_another_encoding_is_told_so(tmp_path):
    file = tmp_path / "portals.json"
    text = json.dumps([{**VALLEY, "title": "Vallée"}], ensure_ascii=False)
    file.write_bytes(text.encode("cp1252"))
    assert "cannot be read" in providers.portals(file)[1][0]


def without(*names):
    return {name: value for name, value in VALLEY.items() if name not in names}


WRONG = {
    "it is no object": "text",
    "its id must be a word": without("id"),
    "its id must be a word of letters, digits and _": {**VALLEY, "id": "the valley"},
    "it has no title": without("title"),
    "it has no url": without("url"),
    "it has no collections": without("collections"),
    "it has no collections ": {**VALLEY, "collections": {}},
    "its family must be one of": without("family"),
    "its family must be one of ": {**VALLEY, "family": "gopher"},
    "name one that we do not know: sentinel-9": {**VALLEY, "collections": {"sentinel-9": "x"}},
    "its collections must be an object of texts": {**VALLEY, "collections": ["sentinel-2-l2a"]},
    "its collections must be an object of texts ": {**VALLEY, "collections": {"a": 7}},
    "there is no fact called colour": {**VALLEY, "colour": "red"},
    "there is no fact called make": {**VALLEY, "make": "x"},
    "a portal of the family stac has no fact called files": {
        **VALLEY,
        "files": "https://x.example",
    },
    "its title must be a text": {**VALLEY, "title": 7},
    "its url must be a text": {**VALLEY, "url": 7},
    "its url must begin with https://": {**VALLEY, "url": "valley.example"},
    "its url must begin with https:// ": {**VALLEY, "url": "ftp://valley.example"},
    "its url must begin with https://  ": {**VALLEY, "url": "file:///etc/hostname"},
    "its url cannot be read": {**VALLEY, "url": "https://[valley"},
    "its url cannot be read ": {**VALLEY, "url": "https://valley.example:99999"},
    "its since must be a date like": {**VALLEY, "since": "last year"},
    "its filters must be a list of texts": {**VALLEY, "filters": "eo:cloud_cover"},
    "its area must be an object": {**VALLEY, "area": True},
    "its area cannot be read": {**VALLEY, "area": {"corners": 5}},
    "its paging must hold numbers": {**VALLEY, "paging": {"size": "ten"}},
    "its hosts must be names like *.example.org, not *": {**VALLEY, "hosts": ["*"]},
    "its filtering must be query, filter or empty": {**VALLEY, "filtering": "sql"},
    "its several must be true or false": {**VALLEY, "several": "yes"},
    "its auth must have a type": {**VALLEY, "auth": {}},
    "its auth must have a type: one of": {**VALLEY, "auth": {"type": "smile"}},
    "its auth must be an object": {**VALLEY, "auth": "http"},
    "its auth knows no colour": {**VALLEY, "auth": {"type": "http", "colour": "red"}},
    "its auth cannot be read": {**VALLEY, "auth": {"type": "openIdConnect"}},
    "is of the family stac": {"id": "earth_search", "family": "sample"},
}


@pytest.mark.parametrize("reason", WRONG)
def test_a_wrong_entry_is_named_and_left_out(read, reason):
    kinds, problems = read(WRONG[reason])
    assert kinds == providers.discover()
    (problem,) = problems
    assert reason.strip() in problem
    assert problem.endswith(".")
    known = isinstance(WRONG[reason], dict) and "id" in WRONG[reason]
    name = f"“{WRONG[reason]['id']}”" if known else "number 1"
    assert problem.startswith(f"The portal {name} in portals.json was left out: ")


SECRETS = [
    {"url": "https://me:hush@valley.example/stac"},
    {"url": "https://valley.example/stac?api_key=hush"},
    {"url": "https://valley.example/stac?subscription-key=hush"},
    {"auth": {"type": "http", "username": "me", "password": "hush"}},
    {"auth": {"type": "apiKey", "header": "X-Key", "token": "hush"}},
    {"auth": {"type": "openIdConnect", "endpoint": "https://v.example/l?client_secret=hush"}},
    {"password": "hush"},
    {"api_key": "hush"},
]


@pytest.mark.parametrize("facts", SECRETS)
def test_a_secret_in_the_file_is_refused_and_not_repeated(read, facts):
    kinds, problems = read({**VALLEY, **facts})
    assert "valley" not in kinds
    (problem,) = problems
    assert "accounts belong into QGIS's authentication settings" in problem
    assert "hush" not in problem


def test_the_second_entry_of_an_id_is_left_out(read):
    kinds, problems = read(VALLEY, {**VALLEY, "title": "Another valley"})
    assert kinds["valley"].info.title == "Valley"
    assert problems == [
        "The portal “valley” in portals.json was left out: another entry has the same id."
    ]


def test_a_login_of_the_file_goes_with_the_files_and_the_portal_can_be_connected(info, read):
    kinds, _ = read({**VALLEY, "auth": {"type": "http"}})
    secrets = {"username": "me", "password": "hush"}
    assert providers.connect(kinds["valley"]).files.auth is None
    portal = providers.connect(kinds["valley"], secrets=secrets)
    assert portal.files.auth is not None
    assert portal.http.auth is None
