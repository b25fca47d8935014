"""Listens to what ib_insync's decoder complains of."""

import logging
from collections.abc import Callable


class DecoderWatch(logging.Handler):
    """Tells of rows that ib_insync could not decode; it only logs them and goes on without."""

    def __init__(self, told: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._told(str(error) if error else "an unknown message")
