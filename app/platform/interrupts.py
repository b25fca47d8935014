"""Ctrl+C and the system's requests to end: what they do at each moment of a command.

Nothing is raised. A KeyboardInterrupt may come up in a finaliser or a weak reference's callback,
whose traceback Python then prints, or between a write and the record of it.
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

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last one is Windows' for SIGHUP
NUMBERS = tuple(getattr(signal, name) for name in NAMES if hasattr(signal, name))
STARTING = b"Interrupted before anything was begun.\n"
STDERR = 2


class Interrupts:
    """While a command starts, a signal ends the process at once. While it works, the first one asks
    it to end, and later ones change nothing, so that what has begun can end in order. After that
    none does anything: how the command has ended is settled.

    Attributes:
        number: the first signal that came; 0 before.
    """

    def __init__(self) -> None:
        self.number = 0
        self._end: Callable[[], object] = self._end_process
        self._before: dict[int, Any] = {}  # signal -> its handler until then

    @property
    def exit_code(self) -> int:
        """As a shell has it: 130 for Ctrl+C, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + (self.number or signal.SIGINT)

    def catch(self) -> None:
        """From now on; a signal that is ignored, as SIGHUP is under nohup, stays so."""
        for number in NUMBERS:
            before = signal.getsignal(number)
            if before is signal.SIG_IGN:
                continue
            with contextlib.suppress(ValueError):  # another thread than the main one
                signal.signal(number, self._on_signal)
                self._before[number] = before

    def release(self) -> None:
        """The signals do again what they did before."""
        while self._before:
            number, before = self._before.popitem()
            signal.signal(number, before)

    @contextlib.contextmanager
    def ending(self, end: Callable[[], object]) -> Iterator[None]:
        """The first signal calls `end`, on the main thread; once this is left, none does anything.

        A signal that came before has ended the process.
        """
        self._end = end
        try:
            yield
        finally:
            self._end = nothing

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if not self.number:
            self.number = number
            self._end()

    def _end_process(self) -> None:
        with contextlib.suppress(OSError):
            os.write(STDERR, STARTING)
        os._exit(self.exit_code)


@contextlib.contextmanager
def waking(loop: "AbstractEventLoop") -> Iterator[None]:
    """A signal wakes the loop at once, also one that comes in the moment before the loop waits.

    Python runs the handler of such a signal only after the wait, which may be a long one. On
    Windows asyncio's loop is woken already.
    """
    if sys.platform == "win32":
        yield
        return
    import socket  # only now: a command first prepares for Ctrl+C, then imports

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


def nothing() -> None:
    """What a signal does where it comes too late."""
