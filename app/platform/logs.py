"""The log: a few small files for their owner only, without account numbers or quantities."""

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
    """One record; `level` is logging's number."""

    level: int
    text: str


class PrivateFormatter(logging.Formatter):
    """Masks account numbers, known or recognized, and the figures in exceptions."""

    def __init__(self) -> None:
        super().__init__(FORMAT)
        self._accounts: frozenset[str] = frozenset()

    def hide(self, accounts: Iterable[str]) -> None:
        """Masks these account numbers too, whatever they look like."""
        self._accounts |= {*accounts} - {ALL_ACCOUNTS, ""}

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        own.exc_text = None  # as another handler formatted the exception
        return masked(super().format(own), self._accounts)

    def formatException(self, ei: ExceptionInfo | tuple[None, None, None]) -> str:
        return without_figures(masked(super().formatException(ei), self._accounts))


class RecentLines(logging.Handler):
    """Keeps the newest records for the log window.

    Attributes:
        lines: oldest first.
    """

    def __init__(self, most: int = RECENT) -> None:
        super().__init__()
        self.lines: deque[LogLine] = deque(maxlen=most)
        self._on_line: Callable[[LogLine], None] | None = None
        self.setFormatter(PrivateFormatter())

    def listen(self, on_line: Callable[[LogLine], None] | None) -> None:
        """Args: on_line: called with each new record, on the thread that logs."""
        self._on_line = on_line

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = LogLine(record.levelno, self.format(record))
        except Exception:  # its text and its arguments do not match
            line = LogLine(record.levelno, f"{record.name}: a record that cannot be shown")
        self.lines.append(line)
        if self._on_line is not None:
            self._on_line(line)


class LogFile(RotatingFileHandler):
    """The log file and its older ones. If it cannot be written, the program goes on.

    If two processes share it and one rotates it, the other one continues in the new file.
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
        except OSError:  # Windows cannot rename a file that another process has open
            self.stream = self._open()

    def close(self) -> None:
        with contextlib.suppress(OSError):  # the disk is full
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:
        """Does nothing; logging's default is to print a traceback."""

    def _open(self) -> TextIOWrapper:
        create_private_folder(Path(self.baseFilename).parent)
        handle = open_private(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        return os.fdopen(handle, "a", encoding="utf-8", errors=self.errors)

    def _is_moved(self, stream: TextIOWrapper) -> bool:
        """Whether the open file was renamed or deleted."""
        if os.name == "nt":
            return False
        try:
            current = Path(self.baseFilename).stat()
            opened = os.fstat(stream.fileno())
        except (OSError, ValueError):
            return True
        return not os.path.samestat(current, opened)


def log_to(file: Path, level: str = "info") -> logging.Handler:
    """Sends all log records to the file; returns the handler, for the caller to remove."""
    handler = LogFile(file)
    logging.getLogger().addHandler(handler)
    set_log_level(level)
    return handler


def set_log_level(level: str) -> None:
    """Args: level: the lowest level to log: "warning", "info" or "debug"."""
    logging.getLogger().setLevel(level.upper())


def hide_in_log(accounts: Iterable[str]) -> None:
    """Masks these account numbers in the log from now on."""
    known = tuple(accounts)
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, PrivateFormatter):
            handler.formatter.hide(known)
