"""XML of strangers into plain elements.

A document type is refused before anything in it is read, because entities can grow without end
("a billion laughs" is ten lines long) and reach for files; so is what is larger or deeper than
any honest answer. Names are kept as written, prefix included: some portals forget to declare it.
"""

from __future__ import annotations

import pyexpat
from typing import Optional

MOST_BYTES = 32 * 1024 * 1024
MOST_ELEMENTS = 200_000
MOST_DEPTH = 100


class Element:
    """``<name attribute="...">text<child/>...</name>``."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""

    def every(self, name: str) -> list[Element]:
        """The children of this name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Optional[Element]:
        """The first child of this name, None when there is none."""
        return next((child for child in self.children if child.name == name), None)

    def told(self, name: str) -> str:
        """What the first child of this name says, '' when there is none."""
        child = self.first(name)
        return child.text.strip() if child else ""


def parse(content: bytes) -> Element:
    """The root element; ValueError for what is no XML, has a document type or is far too large."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"the XML is larger than {MOST_BYTES >> 20} MB")
    return _Reader().read(content)


class _Reader:
    """Builds the tree while the parser calls."""

    def __init__(self) -> None:
        self._root: Optional[Element] = None
        self._open: list[Element] = []
        self._count = 0

    def read(self, content: bytes) -> Element:
        parser = pyexpat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(content, True)
        except pyexpat.ExpatError as error:
            raise ValueError(f"the XML cannot be read: {error}") from error
        except LookupError as error:  # an encoding that nobody knows
            raise ValueError(f"the XML is in an unknown encoding: {error}") from error
        if self._root is None:
            raise ValueError("the XML is empty")
        return self._root

    def _doctype(self, *declared: object) -> None:
        raise ValueError("the XML has a document type, which no answer needs")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= MOST_DEPTH:
            raise ValueError("the XML has more elements than any answer needs")
        element = Element(name, attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text
