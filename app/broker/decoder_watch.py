"""Listens to what ib_insync's decoder complains of."""

import logging
from collections.abc import Callable

from app.broker.failures import OTHER_FORM


class DecoderWatch(logging.Handler):
    """Tells of rows that ib_insync could not decode; it only logs them and goes on without."""

    def __init__(self, told: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._told = told

    def emit(self, _record: logging.LogRecord) -> None:
        self._told(OTHER_FORM)  # what the exception says of it is for the log alone
