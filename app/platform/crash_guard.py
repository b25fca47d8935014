"""Catches bugs that no `except` handles: logs them, and shows the user one sentence.

They happen in slots, timers, threads, tasks that nobody awaits and finalizers. By default Python
prints a traceback for them, which nobody sees without a terminal.
"""

import contextlib
import errno
import sys
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from app.domain.text.messages import message

if TYPE_CHECKING:
    import asyncio

BUG = message(
    "Position Sync itself failed; its log file has the details. "
    "Try again, and if it fails again, report it."
)
TOO_MANY_FILES = message(
    "The system does not let this program open another file. "
    "Raise the limit (ulimit -n), or close other programs, then try again."
)
NO_MEMORY = message(
    "The computer has too little memory left. Close other programs, then try again."
)

CodeLines = tuple[tuple[str, int], ...]  # (file, line) of each frame


def message_for(error: BaseException) -> str:
    """The sentence that the user sees for an unexpected error."""
    for cause in error_chain(error):
        if isinstance(cause, MemoryError):
            return NO_MEMORY
        if isinstance(cause, OSError) and cause.errno in (errno.EMFILE, errno.ENFILE):
            return TOO_MANY_FILES
    return BUG


def error_chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and its causes, newest first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def log_bug(what: str, error: BaseException) -> None:
    """Logs an unexpected error; starts the log first if necessary."""
    import logging  # imported late, so that `status` stays fast

    if not logging.getLogger().handlers:
        from app.platform.logs import log_to
        from app.platform.paths import log_file

        log_to(log_file("commands"))
    logging.getLogger(__name__).error(what, exc_info=error)


def is_exit(error: BaseException) -> bool:
    """The program or the task was asked to end, which is not a bug."""
    return isinstance(error, KeyboardInterrupt | SystemExit)


class CrashGuard:
    """Python's hooks for uncaught errors, while one command or window runs.

    A bug that occurs repeatedly, as in painting, is logged and reported once.

    Args:
        notify: shows the sentence to the user; called on the thread where the bug occurred.
    """

    def __init__(self, notify: Callable[[str], object]) -> None:
        self.notify = notify
        self._seen: set[tuple[type[BaseException], CodeLines]] = set()
        self._before: tuple[Any, Any, Any] | None = None

    def install(self) -> None:
        self._before = sys.excepthook, sys.unraisablehook, threading.excepthook
        sys.excepthook = self._on_uncaught
        sys.unraisablehook = self._on_unraisable
        threading.excepthook = self._on_thread

    def remove(self) -> None:
        if self._before is not None:
            sys.excepthook, sys.unraisablehook, threading.excepthook = self._before
            self._before = None

    def on_loop(self, _loop: "asyncio.AbstractEventLoop", context: dict[str, Any]) -> None:
        """Handles the event loop's exceptions. Its message repeats the error and is not logged."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._catch("a task or callback failed", error)
        else:
            problem = RuntimeError(str(context.get("message", "")))
            self._log("the event loop reports a problem", problem)

    def _on_uncaught(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        self._catch("an error was not caught", error)

    def _on_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._catch("a thread failed", args.exc_value)

    def _on_unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        """A finalizer failed, which the user need not know."""
        if args.exc_value is not None and not is_exit(args.exc_value):
            self._log("a finalizer failed", args.exc_value)

    def _catch(self, what: str, error: BaseException) -> None:
        if not is_exit(error) and self._log(what, error):
            self.notify(message_for(error))

    def _log(self, what: str, error: BaseException) -> bool:
        """Logs it; returns whether it is new."""
        key = type(error), code_lines(error.__traceback__)
        if key in self._seen:
            return False
        self._seen.add(key)
        with contextlib.suppress(Exception):  # nobody is left to handle it
            log_bug(what, error)
        return True


def code_lines(trace: TracebackType | None) -> CodeLines:
    """The lines of the traceback."""
    found: list[tuple[str, int]] = []
    while trace is not None:
        found.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return tuple(found)
