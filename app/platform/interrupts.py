"""Handles Ctrl+C and the system's requests to end.

No KeyboardInterrupt is raised: it could occur in a finalizer or a weak reference's callback, where
Python prints a traceback, or between a write and its record in the history.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last is SIGHUP on Windows
NUMBERS = tuple(getattr(signal, name) for name in NAMES if hasattr(signal, name))
STARTING = b"Interrupted before anything was started.\n"
STDERR = 2


class Interrupts:
    """Handles signals during one command.

    While the command starts, a signal ends the process at once. While it works, the first signal
    asks it to end and later ones are ignored, so that it can end in order. After that all signals
    are ignored: the result of the command is settled.

    Attributes:
        number: the first signal received; 0 before that.
    """

    def __init__(self) -> None:
        self.number = 0
        self._end: Callable[[], object] = self._end_process
        self._before: dict[int, Any] = {}  # signal -> its previous handler

    @property
    def exit_code(self) -> int:
        """As in a shell: 130 for Ctrl+C, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + (self.number or signal.SIGINT)

    def catch(self) -> None:
        """Installs the handlers; a signal that is ignored, as SIGHUP under nohup, stays ignored."""
        for number in NUMBERS:
            before = signal.getsignal(number)
            if before is signal.SIG_IGN:
                continue
            with contextlib.suppress(ValueError):  # not on the main thread
                signal.signal(number, self._on_signal)
                self._before[number] = before

    def release(self) -> None:
        """Restores the previous handlers."""
        while self._before:
            number, before = self._before.popitem()
            signal.signal(number, before)

    @contextlib.contextmanager
    def handled_by(self, end: Callable[[], object]) -> Iterator[None]:
        """Inside the block, the first signal calls `end` on the main thread.

        A signal before the block has ended the process; after it, signals are ignored.
        """
        self._end = end
        try:
            yield
        finally:
            self._end = ignore

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if not self.number:
            self.number = number
            self._end()

    def _end_process(self) -> None:
        with contextlib.suppress(OSError):
            os.write(STDERR, STARTING)
        os._exit(self.exit_code)


@contextlib.contextmanager
def woken_by_signals(loop: "AbstractEventLoop") -> Iterator[None]:
    """Makes every signal wake the loop at once, even one that arrives just before the loop waits.

    Python would run its handler only after the wait, which may be long. On Windows, asyncio's loop
    wakes anyway.
    """
    if sys.platform == "win32":
        yield
        return
    import socket  # imported late: signals must be handled before the slow imports

    woken, waker = socket.socketpair()
    with woken, waker:
        woken.setblocking(False)
        waker.setblocking(False)
        loop.add_reader(woken, woken.recv, 4096)
        before = signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            loop.remove_reader(woken)


def ignore() -> None:
    """Handles a signal that arrives too late."""
