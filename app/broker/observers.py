"""Those who want to be told of one kind of thing; what fails in one of them stops nobody."""

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Observers(Generic[T]):
    """Tells each thing to all, in the order in which they came, on the loop's thread."""

    def __init__(self) -> None:
        self._all: list[Callable[[T], None]] = []

    def __bool__(self) -> bool:
        return bool(self._all)

    def add(self, listener: Callable[[T], None]) -> None:
        self._all.append(listener)

    def tell(self, thing: T) -> None:
        for listener in tuple(self._all):
            try:
                listener(thing)
            except Exception:  # a view's fault must not cost the connection its next message
                log.exception("a listener failed")
