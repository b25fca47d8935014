"""Those who want to be told of one kind of thing; what fails in one of them stops nobody."""

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Observers(Generic[T]):
    """Tells each thing to all, in the order in which they came, on the loop's thread."""

    def __init__(self) -> None:
        self._observers: list[Callable[[T], None]] = []

    def __bool__(self) -> bool:
        return bool(self._observers)

    def add(self, observer: Callable[[T], None]) -> None:
        self._observers.append(observer)

    def notify(self, event: T) -> None:
        for observer in tuple(self._observers):
            try:
                observer(event)
            except Exception:  # a view's fault must not cost the connection its next message
                log.exception("a listener failed")
