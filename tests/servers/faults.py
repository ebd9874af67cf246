"""A thousand files on a server where everything goes wrong that can, by dice of a fixed seed.

Two portals, ``one`` and ``two``, are two paths here; a redirect leads to another host (``other``
of `Web`). The server keeps books: how often each file was sent whole, what was ordered, and every
login that was seen where it does not belong.
"""

import hashlib
import io
import random
import threading
import zipfile
from collections import Counter
from dataclasses import dataclass, field

from sentinel_portals.tests.servers.web import Answer, File

PAGE = b"<!DOCTYPE html><html><title>Log in</title><form></form></html>"
LATER = {"Retry-After": "1"}


class Slow:
    """In place of an Event: a moment that nobody shortens."""

    def __init__(self, seconds):
        self.seconds = seconds

    def wait(self, most):
        threading.Event().wait(min(self.seconds, most))


def passing(content, dice):
    """Faults that pass, by name: what the server does once."""
    part = dice.randrange(len(content))
    return {
        "drop": {"cut": part},
        "reset": {"cut": part, "reset": True},
        "stall": {"cut": part, "stall": Slow(3)},
        "whole": {"whole": True, "cut": part},
        "wrong range": {"wrong": True},
        "corrupt": {"flip": part},  # never the same wrong bytes twice
        "429": {"status": 429, "headers": LATER, "body": b"", "cut": None},
        "503": {"status": 503, "headers": LATER, "body": b"", "cut": None},
        "202": {"status": 202, "body": b"", "cut": None},
        "length": {"length": len(content) + 7},
        "no length": {"chunked": True},
        "slow": {"hold": Slow(0.3)},
        "another etag": {"headers": {"ETag": f'"{part}"'}, "cut": part},
        "redirect": {"status": 302, "body": b"", "redirect": True},
    }


def lasting():
    """Faults that stay, by name: only another portal helps."""
    return {
        "login page": Answer(body=PAGE, headers={"Content-Type": "text/html"}),
        "gone": Answer(404),
        "refused": Answer(403),
        "damaged": None,
    }


@dataclass
class Book:
    """One file and what happened to it."""

    name: str
    content: bytes
    faults: list = field(default_factory=list)
    whole: int = 0
    ordered: int = 0
    looked: int = 0
    offline: bool = False
    zipped: bool = False


class Shelf:
    """The files; `Web.on("*", shelf)` puts them on the server."""

    def __init__(self, count, seed, other):
        self.dice, self.other = random.Random(seed), other
        self.books = {name: self._book(name, n) for n, name in enumerate(names(count))}
        self.leaks, self.statuses, self.sent = [], Counter(), 0
        self.moved = threading.Condition()
        self._steps = {}
        for book in self.books.values():
            self._script(book)

    def _book(self, name, n):
        content = self.dice.randbytes(self.dice.randint(1, 120_000))
        zipped = n % 10 == 0
        return Book(
            name, packed(content) if zipped else content, zipped=zipped, offline=n % 20 == 1
        )

    def _script(self, book):
        """What goes wrong with this file: often nothing, sometimes three things."""
        for portal in ("one", "two"):
            number = self.dice.choice((0, 0, 0, 1, 1, 2, 3))
            drawn = [passing(book.content, self.dice) for _ in range(number)]
            chosen = [self.dice.choice(sorted(faults)) for faults in drawn]
            steps = [faults[fault] for faults, fault in zip(drawn, chosen)]
            if portal == "one" and not book.offline and self.dice.random() < 0.15:
                fault = self.dice.choice(sorted(lasting()))
                chosen.append(fault)
                steps.append(lasting()[fault] or {"corrupt": True, "stays": True})
            book.faults += chosen
            self._steps[f"/{portal}/{book.name}"] = steps

    def checksum(self, book):
        return None if book.zipped else hashlib.sha256(book.content).hexdigest()

    def __call__(self, asked):
        host = asked.headers.get("host", "")
        if host.startswith("localhost") and "authorization" in asked.headers:
            self.leaks.append(asked.path)
        _, first, name = asked.path.split("/", 2)
        book = self.books[name]
        if first in ("order", "state"):
            return self._archive(book, first)
        if first == "away":
            return self._sent(book, File(book.content)(asked), asked)
        steps = self._steps[asked.path]
        step = steps[0] if steps else {}
        if steps and not (isinstance(step, Answer) or step.get("stays")):
            steps.pop(0)
        if isinstance(step, Answer):
            return self._sent(book, step, asked)
        fault = {k: v for k, v in step.items() if k not in ("stays", "redirect", "flip")}
        if step.get("redirect"):
            fault["headers"] = {"Location": f"{self.other}/away/{name}"}
        content = flipped(book.content, step["flip"]) if "flip" in step else book.content
        return self._sent(book, File(content, faults=[fault])(asked), asked)

    def _archive(self, book, what):
        if what == "order":
            book.ordered += 1
            return Answer(json={"ordered": True})
        book.looked += book.ordered
        return Answer(json={"online": not book.offline or book.looked > 2})

    def _sent(self, book, answer, asked):
        """The answer, whose body tells when all of it has left."""
        content, cut = answer.body, answer.cut
        self.statuses[answer.status] += 1
        if answer.status not in (200, 206) or cut is not None or not content:
            return answer
        length = answer.length if answer.length is not None else len(content)
        answer.body, answer.length = self._counted(book, content, answer.status), length
        return answer

    def _counted(self, book, content, status):
        for start in range(0, len(content), 1 << 16):
            yield content[start : start + (1 << 16)]
        with self.moved:
            book.whole += status == 200
            self.sent += 1
            self.moved.notify_all()


def flipped(content, place):
    """One bit of it is wrong."""
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def names(count):
    return [f"S{n:04d}" for n in range(count)]


def packed(content):
    """A zip archive around it, stored, so that any wrong byte is in the content."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo("content.bin", (2024, 1, 1, 0, 0, 0))
        archive.writestr(entry, content)
    return made.getvalue()
