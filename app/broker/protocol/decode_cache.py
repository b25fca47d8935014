"""Caches decoded rows: between two reads, most are identical byte by byte."""

from collections.abc import Callable
from typing import Generic, TypeVar

R = TypeVar("R")


class DecodeCache(Generic[R]):
    """The rows of the current read and of the one before it.

    Args:
        decode: makes an immutable row from a message.
    """

    def __init__(self, decode: Callable[[bytes], R]) -> None:
        self._decode = decode
        self._now: dict[bytes, R] = {}
        self._before: dict[bytes, R] = {}

    def begin(self) -> None:
        """Starts a read; drops the rows that only the read before the last one had."""
        if self._now:  # some reads bring no rows of this kind
            self._before, self._now = self._now, {}

    def row(self, message: bytes) -> R:
        """The row of a message that belongs to a read."""
        found = self._now.get(message) or self._before.get(message)
        if found is None:
            found = self._decode(message)
        self._now[message] = found
        return found

    def pushed(self, message: bytes) -> R:
        """The row of a message between two reads; not cached, as these never end."""
        return self._now.get(message) or self._decode(message)
