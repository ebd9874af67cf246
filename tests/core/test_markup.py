"""core/markup.py: XML of strangers, without their bombs."""

import pytest

from sentinel_portals.core import markup

BILLION_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
 <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
]><feed>&d;</feed>"""
OTHER_FILE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><feed>&f;</feed>'
OTHER_DTD = b'<!DOCTYPE feed SYSTEM "https://example.org/feed.dtd"><feed/>'


def test_elements_keep_their_names_texts_attributes_and_order():
    root = markup.parse(
        b'<?xml version="1.0" encoding="ISO-8859-1"?>'
        b'<feed><e n="1">caf\xe9</e><g:p>1 2</g:p><e/></feed>'
    )
    assert root.name == "feed"
    assert [e.text for e in root.every("e")] == ["café", ""]
    assert root.first("e").attributes == {"n": "1"}
    assert root.told("g:p") == "1 2"  # a prefix that nobody declared is no reason to give up
    assert root.told("nothing") == ""
    assert root.first("nothing") is None


def test_the_five_entities_of_xml_itself_are_read():
    assert markup.parse(b"<a>&lt;b&gt; &amp; &#233;</a>").text == "<b> & é"


@pytest.mark.parametrize("bomb", [BILLION_LAUGHS, OTHER_FILE, OTHER_DTD])
def test_a_document_type_is_refused_before_it_can_grow(bomb):
    with pytest.raises(ValueError, match="document type"):
        markup.parse(bomb)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"   ",
        b"<a>",
        b"<a></b>",
        b"<a/><b/>",
        b'{"json": true}',
        b"<a>&undeclared;</a>",
        b'<?xml version="1.0" encoding="no-such-thing"?><a/>',
        b"<a>\xff\xfe</a>",
        b"\x00" * 50,
    ],
)
def test_what_is_no_xml_is_a_value_error(broken):
    with pytest.raises(ValueError, match="the XML"):
        markup.parse(broken)


def test_a_tower_of_elements_is_refused():
    with pytest.raises(ValueError, match="more elements"):
        markup.parse(b"<a>" * 5000 + b"</a>" * 5000)


def test_a_flood_of_elements_is_refused():
    with pytest.raises(ValueError, match="more elements"):
        markup.parse(b"<a>" + b"<b/>" * (markup.MOST_ELEMENTS + 1) + b"</a>")


def test_what_is_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(markup, "MOST_BYTES", 10)
    with pytest.raises(ValueError, match="larger"):
        markup.parse(b"<a>0123456789</a>")
