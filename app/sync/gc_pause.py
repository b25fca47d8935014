"""Python's cyclic collector, which stops all threads, kept out of the window's way."""

import contextlib
import gc
from collections.abc import Iterator

MANY = 10_000  # values; to look at them takes 2 ms


@contextlib.contextmanager
def gc_paused() -> Iterator[None]:
    """It waits until a sync is over, or what that brought is shown.

    A sync makes many values and no cycles: at 10,000 positions each full collection would find
    nothing and hold up the window for 100 ms. So that the next one does not look at them either,
    many values are set apart for good; each still goes when nothing refers to it any more.
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
