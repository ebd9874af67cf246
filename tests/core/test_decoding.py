"""JSON read piece by piece is what json.loads would have read, errors included."""

import json
import random
import threading

import pytest

from sentinel_portals.core import decoding

WORDS = ("", "a", 'é"\\\n', "𝄞", ",:]}[{", "features")
SIGNS = ',:]}[{" \n1a-'


def anything(chance, depth=0):
    kind = chance.randrange(7 if depth < 4 else 4)
    if kind == 5:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 6:
        keys = chance.sample(WORDS, chance.randrange(4))
        return {key: anything(chance, depth + 1) for key in keys}
    return (None, True, chance.uniform(-1e9, 1e9), chance.randrange(-(10**12), 10**12), "a")[kind]


def said(read, text):
    try:
        return repr(read(text))
    except ValueError as error:
        return f"{type(error).__name__}: {error}"


def test_it_reads_what_json_reads_and_refuses_what_json_refuses():
    chance = random.Random(7)
    for number in range(4000):
        thing = anything(chance)
        if number % 3:
            features = [anything(chance) for _ in range(chance.randrange(4))]
            thing = {"a": thing, "features": features, "links": [], chance.choice(WORDS): thing}
        whole = json.dumps(thing, indent=chance.choice((None, 1)), ensure_ascii=number % 2 == 0)
        at = chance.randrange(len(whole) + 1)
        texts = (
            whole,
            f" \n{whole}\t",
            f"\ufeff{whole}",
            whole[:at],
            whole[at:],
            whole[:at] + whole[at + 1 :],
            whole[:at] + chance.choice(SIGNS) + whole[at:],
        )
        for text in texts:
            assert said(decoding.loads, text) == said(json.loads, text), text


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "{", "{}", "{} {}", "[]", "5", '{"a"}', '{"a":1,}', '{"a":[1,]}', '{"a":[,]}'),
        *('{"a":[1 2]}', "{1:2}", '{"a":1 "b":2}', '{"a":1,"a":[2]}', '{"a":[NaN,-Infinity]}'),
        *(b'\xef\xbb\xbf{"a":[1]}', '{"a":["é"]}'.encode("utf-16"), b'{"a":["\xe9"]}', b""),
    ],
)
def test_small_oddities(text):
    assert said(decoding.loads, text) == said(json.loads, text)


def test_too_deep_is_too_deep():
    for text in ("[" * 100_000, '{"a":' * 100_000, '{"features":[' + "[" * 100_000):
        with pytest.raises(RecursionError):
            decoding.loads(text)


def test_another_thread_gets_its_turn_meanwhile():
    page = json.dumps({"features": [{"n": list(range(5000))} for _ in range(300)]})
    turns, done = [0], threading.Event()

    def count():
        while not done.wait(0.001):
            turns[0] += 1

    other = threading.Thread(target=count)
    other.start()
    try:
        before = turns[0]
        decoding.loads(page)
        assert turns[0] - before >= 5
    finally:
        done.set()
        other.join()


def test_elements_are_made_into_something_else_as_they_come():
    made = {"features": lambda feature: feature["id"]}
    page = b'{"features": [{"id": 1}, {"id": 2}], "links": [{"id": 3}]}'
    assert decoding.loads(page, made) == {"features": [1, 2], "links": [{"id": 3}]}
