"""Whatever a portal sends: products or a ResponseError, soon, and in little memory."""

import json
import time
import tracemalloc

from sentinel_portals.core.errors import ResponseError
from sentinel_portals.core.model import to_item
from sentinel_portals.core.scene import merge
from sentinel_portals.tests.providers.recorded import Mutations

ROUNDS = 2000
MOST_SECONDS = 2.0
MOST_BYTES = 200 * 1024 * 1024


def survives(provider, request, originals, seed=20240815, refusals=(), rounds=ROUNDS):
    """Feeds damaged answers to a portal; ``refusals`` are errors that an answer itself may tell.

    Half of them are damaged as bytes, before they are decoded, half as values afterwards.
    """
    mutations = Mutations(seed)
    read = {"pages": 0, "errors": 0}
    tracemalloc.start()
    try:
        for number in range(rounds):
            content = originals[number % len(originals)]
            began = time.monotonic()
            try:
                page = _read(provider, request, mutations, content, by_bytes=number % 4 < 2)
                for product in page.products:
                    json.dumps(to_item(product))  # whatever is left can be kept
                merge(page.products)
                read["pages"] += 1
            except (ResponseError, *refusals):
                read["errors"] += 1
            assert time.monotonic() - began < MOST_SECONDS
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
    assert min(read.values()) > rounds / 50, read  # both happen, or nothing was tried
    return read


def _read(provider, request, mutations, content, *, by_bytes):
    if by_bytes:
        try:
            payload = provider.decode(mutations.bytes(content))
        except (ValueError, RecursionError) as error:  # what `Http.decoded` makes of it
            raise ResponseError(str(error)) from error
    else:
        payload = provider.decode(content)
        if isinstance(payload, (dict, list)):
            payload = mutations.json(payload)
    return provider.read(payload, request)
