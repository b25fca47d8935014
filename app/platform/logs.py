"""The log: a few small files, for their owner alone, without account numbers or quantities."""

import contextlib
import copy
import logging
import os
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.text.redaction import masked, without_figures
from app.platform.private_files import create_private_folder, open_private

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MAX_BYTES = 1_000_000
KEPT = 3
RECENT = 1000

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record. `level` is logging's number."""

    level: int
    text: str


class PrivateFormatter(logging.Formatter):
    """Masks the account numbers that it knows or recognises, and the figures in exceptions."""

    def __init__(self) -> None:
        super().__init__(FORMAT)
        self._accounts: frozenset[str] = frozenset()

    def hide(self, accounts: Iterable[str]) -> None:
        """These are account numbers, whatever they look like."""
        self._accounts |= {*accounts} - {ALL_ACCOUNTS, ""}

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        own.exc_text = None  # what another handler has made of the exception
        return masked(super().format(own), self._accounts)

    def formatException(self, ei: ExceptionInfo | tuple[None, None, None]) -> str:
        return without_figures(masked(super().formatException(ei), self._accounts))


class RecentLines(logging.Handler):
    """The newest records, for the log view.

    Attributes:
        lines: oldest first.
    """

    def __init__(self, most: int = RECENT) -> None:
        super().__init__()
        self.lines: deque[LogLine] = deque(maxlen=most)
        self._told: Callable[[LogLine], None] | None = None
        self.setFormatter(PrivateFormatter())

    def listen(self, told: Callable[[LogLine], None] | None) -> None:
        """Args: told: called with each new record, on the thread that logs; None for nobody."""
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = LogLine(record.levelno, self.format(record))
        except Exception:  # its text and its values do not fit each other
            line = LogLine(record.levelno, f"{record.name}: a record that cannot be shown")
        self.lines.append(line)
        if self._told is not None:
            self._told(line)


class LogFile(RotatingFileHandler):
    """The log's file, with its older ones. A log that cannot be written stops nothing.

    Where two processes have the same one, the second to find it full goes on in the new file.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(
            file,
            maxBytes=MAX_BYTES,
            backupCount=KEPT,
            encoding="utf-8",
            delay=True,
            errors="backslashreplace",
        )
        self.setFormatter(PrivateFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        stream = self.stream
        if stream is not None and self._is_moved(stream):
            self.stream = None
            with contextlib.suppress(OSError):
                stream.close()
        super().emit(record)

    def doRollover(self) -> None:
        try:
            super().doRollover()
        except OSError:  # Windows renames no file that another process has open
            self.stream = self._open()

    def close(self) -> None:
        with contextlib.suppress(OSError):  # what a full disk has not taken
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:
        """Says nothing: logging's own way is to print a traceback."""

    def _open(self) -> TextIOWrapper:
        create_private_folder(Path(self.baseFilename).parent)
        handle = open_private(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        return os.fdopen(handle, "a", encoding="utf-8", errors=self.errors)

    def _is_moved(self, stream: TextIOWrapper) -> bool:
        """Whether the file is no longer the one of this name: renamed, or deleted."""
        if os.name == "nt":
            return False
        try:
            now = Path(self.baseFilename).stat()
            mine = os.fstat(stream.fileno())
        except (OSError, ValueError):
            return True
        return (now.st_dev, now.st_ino) != (mine.st_dev, mine.st_ino)


def log_to(file: Path, level: str = "info") -> logging.Handler:
    """Sends all log records to the file; where it cannot be written, nowhere.

    Returns the handler, for the caller to remove.
    """
    handler = LogFile(file)
    logging.getLogger().addHandler(handler)
    log_from(level)
    return handler


def log_from(level: str) -> None:
    """Args: level: the least that is kept: "warning", "info" or "debug"."""
    logging.getLogger().setLevel(level.upper())


def hide_in_log(accounts: Iterable[str]) -> None:
    """From now on no log has these account numbers."""
    known = tuple(accounts)
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, PrivateFormatter):
            handler.formatter.hide(known)
