"""Remembers decoded rows: between two reads most of them are the same, byte by byte."""

from collections.abc import Callable
from typing import Generic, TypeVar

R = TypeVar("R")


class DecodeCache(Generic[R]):
    """The rows of the read under way and of the one before it.

    Args:
        decode: makes a row, which cannot change, of a message.
    """

    def __init__(self, decode: Callable[[bytes], R]) -> None:
        self._decode = decode
        self._now: dict[bytes, R] = {}
        self._before: dict[bytes, R] = {}

    def begin(self) -> None:
        """A read begins: what only the read before the last one had is forgotten."""
        if self._now:  # some reads bring no rows of this kind
            self._before, self._now = self._now, {}

    def row(self, message: bytes) -> R:
        """Of a read."""
        found = self._now.get(message) or self._before.get(message)
        if found is None:
            found = self._decode(message)
        self._now[message] = found
        return found

    def pushed(self, message: bytes) -> R:
        """Between two reads: there is no end of those, so they are not remembered."""
        return self._now.get(message) or self._decode(message)
