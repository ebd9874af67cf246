"""Whatever a portal sends: products or a ResponseError, soon, and in little memory.

2,000 damaged answers for each portal; `make fuzz` sets SENTINEL_PORTALS_FUZZ to 10,000.
"""

import json
import os
import resource
import time
from contextlib import contextmanager
from pathlib import Path

from sentinel_portals.core.errors import ResponseError
from sentinel_portals.core.model import to_item
from sentinel_portals.core.scene import merge
from sentinel_portals.tests.providers.recorded import Mutations

ROUNDS = int(os.environ.get("SENTINEL_PORTALS_FUZZ", "2000"))
THOROUGH = ROUNDS > 2000
HOSTILE = 100  # one in so many is large, deep or a bomb
MOST_SECONDS = 2.0  # of this thread's own work, however busy the machine is
MOST_BYTES = 200 * 1024 * 1024
STATM = Path("/proc/self/statm")


def survives(provider, request, originals, seed=20240815, refusals=()):
    """Feeds damaged answers to a portal; ``refusals`` are errors that an answer itself may tell.

    Half of them are damaged as bytes, before they are decoded, half as values afterwards.
    """
    mutations = Mutations(seed)
    pages = errors = 0
    for number in range(ROUNDS):
        content = originals[number % len(originals)]
        damaged = _damaged(provider, mutations, content, number)
        began = time.thread_time()
        try:
            with little_memory():
                page = _read(provider, request, damaged)
                for product in page.products:
                    json.dumps(to_item(product))  # whatever is left can be kept
                merge({product.id: product for product in page.products}.values())
            pages += 1
        except (ResponseError, *refusals):
            errors += 1
        except BaseException:
            print(f"round {number}: {damaged if callable(damaged) else damaged[:2000]!r}")
            raise
        assert time.thread_time() - began < MOST_SECONDS, (number, damaged)
    assert min(pages, errors) > ROUNDS / 50, (pages, errors)  # both happen, or nothing was tried


@contextmanager
def little_memory():
    """Whoever takes more than 200 MB in here gets a MemoryError."""
    if not STATM.exists():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(STATM.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MOST_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _damaged(provider, mutations, content, number):
    """Bytes, or a function that gives the values, as `decode` would have."""
    if number % HOSTILE == 0:
        return mutations.hostile(content)
    if number % 4 < 2:
        return mutations.bytes(content)
    payload = provider.decode(content)
    if isinstance(payload, (dict, list)):
        payload = mutations.json(payload)
    return lambda: payload


def _read(provider, request, damaged):
    if callable(damaged):
        return provider.read(damaged(), request)
    try:
        payload = provider.decode(damaged)
    except (ValueError, RecursionError) as error:  # what `Http.decoded` makes of it
        raise ResponseError(str(error)) from error
    return provider.read(payload, request)
