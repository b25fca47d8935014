"""Pauses Python's cyclic garbage collector, which would freeze the window during a sync."""

import contextlib
import gc
from collections.abc import Iterator

MANY = 10_000  # objects; collecting them takes 2 ms


@contextlib.contextmanager
def gc_paused() -> Iterator[None]:
    """No collection starts inside this block.

    A sync makes many objects and no cycles: with 10,000 positions each full collection would find
    nothing and block the window for 100 ms. Many new objects are frozen afterwards, so that the
    next collection skips them too; reference counting still frees each of them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_count()[0] > MANY:
                gc.freeze()
            gc.enable()
