"""The guard of the fuzz tests guards."""

import resource

import pytest

from sentinel_portals.tests.providers.answers import DATA
from sentinel_portals.tests.providers.fuzzing import STATM, little_memory
from sentinel_portals.tests.providers.recorded import Mutations

needs_proc = pytest.mark.skipif(not STATM.exists(), reason="only Linux tells what is taken")


@needs_proc
def test_more_than_two_hundred_megabytes_are_refused_and_less_are_not():
    before = resource.getrlimit(resource.RLIMIT_AS)
    with little_memory():
        bytearray(50 * 1024 * 1024)
        with pytest.raises(MemoryError):
            bytearray(300 * 1024 * 1024)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


@pytest.mark.parametrize("name", ["mundi_first.xml", "cdse_first.json"])
def test_hostile_answers_are_bombs_wells_wrong_letters_and_mountains(name):
    content, mutations = (DATA / name).read_bytes(), Mutations(1)
    made = [mutations.hostile(content) for _ in range(60)]
    assert any(b"<!ENTITY" in one for one in made)
    assert any(len(one) > 1_500_000 and one.count(one[-200:]) == 1 for one in made)
    assert any(one.startswith((b"\xff\xfe", b"\xef\xbb\xbf")) for one in made)
    assert any(b"<a><a><a>" in one or b"[[[[" in one or b'{"a":{"a":' in one for one in made)


def test_the_same_seed_makes_the_same_damage():
    content = (DATA / "cdse_first.json").read_bytes()
    one, other = (
        [m.bytes(content) for _ in range(20)] + [m.hostile(content) for _ in range(20)]
        for m in (Mutations(5), Mutations(5))
    )
    assert one == other
