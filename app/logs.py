"""The log file: a few small ones, without account numbers or quantities above DEBUG."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MAX_BYTES = 1_000_000
KEPT = 3
RECENT = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One record. `level` is logging's number."""

    level: int
    text: str


class RecentLines(logging.Handler):
    """The newest records, for the log view.

    Attributes:
        lines: oldest first.
    """

    def __init__(self, most: int = RECENT) -> None:
        super().__init__()
        self.lines: deque[Line] = deque(maxlen=most)
        self._told: Callable[[Line], None] | None = None
        self.setFormatter(logging.Formatter(FORMAT))

    def listen(self, told: Callable[[Line], None] | None) -> None:
        """Args: told: called with each new record, on the thread that logs; None for nobody."""
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        line = Line(record.levelno, self.format(record))
        self.lines.append(line)
        if self._told is not None:
            self._told(line)


def log_to(file: Path, level: str = "info") -> logging.Handler:
    """Sends all log records to the file; where it cannot be written, nowhere.

    Returns the handler, for the caller to remove.
    """
    handler: logging.Handler
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            file, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    log_from(level)
    return handler


def log_from(level: str) -> None:
    """Args: level: the least that is kept: "warning", "info" or "debug"."""
    logging.getLogger().setLevel(level.upper())
