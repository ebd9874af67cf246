"""Whatever a portal sends: products or a ResponseError, soon, and in little memory."""

import json
import resource
import time

from sentinel_portals.core.errors import ResponseError
from sentinel_portals.core.model import to_item
from sentinel_portals.core.scene import merge
from sentinel_portals.tests.providers.recorded import Mutations

ROUNDS = 2000
MOST_SECONDS = 2.0
MOST_KILOBYTES = 200 * 1024


def survives(provider, request, originals, seed=20240815, refusals=()):
    """Feeds damaged answers to a portal; ``refusals`` are errors that an answer itself may tell.

    Half of them are damaged as bytes, before they are decoded, half as values afterwards.
    """
    mutations, before = Mutations(seed), peak()
    pages = errors = 0
    for number in range(ROUNDS):
        content = originals[number % len(originals)]
        began = time.thread_time()
        try:
            page = _read(provider, request, mutations, content, by_bytes=number % 4 < 2)
            for product in page.products:
                json.dumps(to_item(product))  # whatever is left can be kept
            merge(page.products)
            pages += 1
        except (ResponseError, *refusals):
            errors += 1
        assert time.thread_time() - began < MOST_SECONDS
    assert peak() - before < MOST_KILOBYTES
    assert min(pages, errors) > ROUNDS / 50, (pages, errors)  # both happen, or nothing was tried


def peak():
    """The most memory that this process ever had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


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
