"""Where the commands' words go: stdout, and stderr for errors.

What cannot be written is an `OutputError` of its own, so that what a command did never depends on
whether it could be told. Imports nothing heavy: `status` need not wait for it.
"""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from app.domain.model.errors import AppError
from app.domain.text.foreign_text import visible, visible_lines

STANDARD_STREAMS = (0, 1, 2)
# A pipe that nobody reads; Windows has no EPIPE.
GONE = (errno.EPIPE, errno.EINVAL) if sys.platform == "win32" else (errno.EPIPE,)
SAY_AGAIN = "Send it somewhere else, then run the command again."
SEE_RUNS = "`position-sync runs` shows what was done."


class OutputError(AppError):
    """What was to be printed could not be.

    Attributes:
        reason: the system's word for it, such as "No space left on device".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"The output could not be written ({reason}). {SAY_AGAIN}")
        self.reason = reason


class ReaderGoneError(OutputError):
    """The reader of a pipe has seen enough; nothing more can be said to it, and nothing need be."""


def prepare_output() -> None:
    """To be called first: from then on no character is too much for the terminal's encoding."""
    take_free_descriptors()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError, ValueError):  # closed: it shows when it is written to
                stream.reconfigure(errors="backslashreplace")


def take_free_descriptors() -> None:
    """A stream that was closed by the shell leaves its number free. The next file to be opened
    would get it, and with it whatever a library writes to stdout or stderr."""
    if os.name != "posix":
        return
    for number in STANDARD_STREAMS:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one


def say(text: str) -> None:
    """Prints a text for people; what would act on the terminal is made visible.

    Raises:
        OutputError: it cannot be written.
    """
    write(visible_lines(text))


def say_exactly(text: str) -> None:
    """Prints a text for programs as it is, unless a terminal would act on it.

    Raises:
        OutputError: it cannot be written.
    """
    write(visible_lines(text) if is_terminal(sys.stdout) else text)


def warn(sentence: object) -> None:
    """Says it on stderr, if that is possible."""
    with contextlib.suppress(OutputError):
        put(sys.stderr, visible(str(sentence)))


def complain(error: object, code: int) -> int:
    """Says it on stderr, if that is possible; returns the exit code."""
    warn(error)
    return code


@contextlib.contextmanager
def telling() -> Iterator[None]:
    """For what is said of something done: that it cannot be said is only a sentence on stderr."""
    try:
        yield
    except ReaderGoneError:
        pass
    except OutputError as error:
        warn(f"The output could not be written ({error.reason}). {SEE_RUNS}")


def flush_output() -> None:
    """Writes what others (argparse) have printed.

    Raises:
        OutputError: it cannot be written.
    """
    if sys.stdout is not None:
        put(sys.stdout, None)


def write(text: str) -> None:
    put(sys.stdout, text)


def put(stream: TextIO | None, line: str | None) -> None:
    """Writes one line (None: only what waits in the stream) through to the system."""
    if stream is None:
        raise OutputError("it is closed")
    try:
        if line is not None:
            stream.write(f"{line}\n")
        stream.flush()
    except OSError as error:
        let_go(stream)
        is_gone = error.errno in GONE
        raise (ReaderGoneError if is_gone else OutputError)(
            error.strerror or "it failed"
        ) from error
    except ValueError as error:
        raise OutputError("it is closed") from error


def let_go(stream: TextIO) -> None:
    """What still waits in the stream goes nowhere, or Python would complain of it at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
