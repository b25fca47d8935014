"""Catches what nobody expected, wherever it comes up: the log has it, the user hears a sentence.

Python calls these where no `except` is: slots, timers, threads, tasks that nobody awaits, the end
of objects. Left to themselves they print a traceback, or nothing where there is no terminal.
"""

import errno
import sys
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

BUG = (
    "Position Sync itself failed; its log file has the details. "
    "Try again, and if it fails again, report it."
)
TOO_MANY_FILES = (
    "The system does not let this program open another file. "
    "Raise the limit (ulimit -n), or close other programs, then try again."
)
NO_MEMORY = "The computer has too little memory left. Close other programs, then try again."

TracebackFrames = tuple[tuple[str, int], ...]  # (file, line)


def sentence_of(error: BaseException) -> str:
    """What the user hears of an error that nobody expected."""
    for one in chain(error):
        if isinstance(one, MemoryError):
            return NO_MEMORY
        if isinstance(one, OSError) and one.errno in (errno.EMFILE, errno.ENFILE):
            return TOO_MANY_FILES
    return BUG


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and its causes, the newest first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def log_bug(what: str, error: BaseException) -> None:
    """Where no log has been begun yet, there is one now, rather than a traceback on the screen."""
    import logging  # only now: a command that succeeds need not wait for it

    if not logging.getLogger().handlers:
        from app.platform.logs import log_to
        from app.platform.paths import log_file

        log_to(log_file("commands"))
    logging.getLogger(__name__).error(what, exc_info=error)


def is_end(error: BaseException) -> bool:
    """The program is meant to end, or the task: that is no bug."""
    return isinstance(error, KeyboardInterrupt | SystemExit)


class LastResort:
    """Python's hooks, for one command or window.

    A bug that comes again and again, as in painting, is logged and told once.

    Args:
        tell: says the sentence to the user; called on whatever thread the bug was.
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        self.tell = tell
        self._seen: set[tuple[type[BaseException], TracebackFrames]] = set()
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
        """The event loop's exception handler. Its message names the error, and so is not logged."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._catch("a task or callback failed", error)
        else:
            self._log("the event loop complains", RuntimeError(str(context.get("message", ""))))

    def _on_uncaught(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        self._catch("nobody caught this", error)

    def _on_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._catch("a thread failed", args.exc_value)

    def _on_unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        """Of the end of an object, which the user need not know of."""
        if args.exc_value is not None and not is_end(args.exc_value):
            self._log("an object could not end as it should", args.exc_value)

    def _catch(self, what: str, error: BaseException) -> None:
        if not is_end(error) and self._log(what, error):
            self.tell(sentence_of(error))

    def _log(self, what: str, error: BaseException) -> bool:
        """Whether it is new."""
        key = type(error), frames(error.__traceback__)
        if key in self._seen:
            return False
        self._seen.add(key)
        try:
            log_bug(what, error)
        except Exception:  # nothing is left to be done, and nobody to raise it to
            return True
        return True


def frames(trace: TracebackType | None) -> TracebackFrames:
    """Where it was raised, and from where that was called."""
    found: list[tuple[str, int]] = []
    while trace is not None:
        found.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return tuple(found)
