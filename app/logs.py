"""The log file: a few small ones, without account numbers or quantities above DEBUG."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MAX_BYTES = 1_000_000
KEPT = 3


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
