"""A list of callbacks for one kind of event; a failing one does not stop the others."""

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Observers(Generic[T]):
    """Calls every observer, in the order of `add`, on the event loop's thread."""

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
            except Exception:  # a bug in a view must not stop the connection
                log.exception("an observer failed")
