"""What commands print, on stdout and stderr, and the codes they exit with.

Output that cannot be written raises `OutputError`, so the result of a command never depends on
whether it could be printed. Imports nothing heavy, because `status` must be fast.
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
from app.domain.text.messages import message, translated

DONE, FAILED, USAGE, HELD = 0, 1, 2, 3
INTERRUPTED = 130  # by Ctrl+C; other signals have other numbers, as in a shell
INTERRUPTED_TEXT = message(
    "Interrupted; what was already written is complete. Run it again to continue."
)
STANDARD_STREAMS = (0, 1, 2)
# A pipe that nobody reads; Windows has no EPIPE.
GONE = (errno.EPIPE, errno.EINVAL) if sys.platform == "win32" else (errno.EPIPE,)


class OutputError(AppError):
    """The output could not be written.

    Attributes:
        reason: the system's reason, such as "No space left on device".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            message(
                "The output could not be written ({reason}). "
                "Send it somewhere else, then run the command again.",
                reason=reason,
            )
        )
        self.reason = reason


class ReaderGoneError(OutputError):
    """The reader of a pipe has closed it, so nothing more needs to be printed."""


def prepare_output() -> None:
    """Must be called first. Characters outside the terminal's encoding are escaped afterwards."""
    occupy_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError, ValueError):  # closed: writing to it will fail
                stream.reconfigure(errors="backslashreplace")


def occupy_closed_streams() -> None:
    """Opens /dev/null for each standard stream that the shell closed.

    Otherwise the next file to be opened would get its number, and with it whatever a library
    writes to stdout or stderr.
    """
    if os.name != "posix":
        return
    for number in STANDARD_STREAMS:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one


def print_text(text: str) -> None:
    """Prints a text for people, in their language; control characters are made visible.

    Raises:
        OutputError: it cannot be written.
    """
    write_line(sys.stdout, visible_lines(translated(text)))


def print_data(text: str) -> None:
    """Prints a text for programs unchanged, unless stdout is a terminal.

    Raises:
        OutputError: it cannot be written.
    """
    write_line(sys.stdout, visible_lines(text) if is_terminal(sys.stdout) else text)


def warn(sentence: str | AppError) -> None:
    """Prints it on stderr in the reader's language, if possible."""
    text = sentence.text if isinstance(sentence, AppError) else sentence
    with contextlib.suppress(OutputError):
        write_line(sys.stderr, visible(translated(text)))


def exit_with_error(error: str | AppError, code: int) -> int:
    """Prints the error on stderr, if possible; returns the exit code."""
    warn(error)
    return code


@contextlib.contextmanager
def printing_result() -> Iterator[None]:
    """Failing to print the result of something that is already done is only a warning."""
    try:
        yield
    except ReaderGoneError:
        pass
    except OutputError as error:
        warn(
            message(
                "The output could not be written ({reason}). "
                "`position-sync runs` shows what was done.",
                reason=error.reason,
            )
        )


def flush_output() -> None:
    """Flushes what others (argparse) have printed.

    Raises:
        OutputError: it cannot be written.
    """
    if sys.stdout is not None:
        write_line(sys.stdout, None)


def write_line(stream: TextIO | None, line: str | None) -> None:
    """Writes one line and flushes; with None it only flushes."""
    if stream is None:
        raise OutputError(message("it is closed"))
    try:
        if line is not None:
            stream.write(f"{line}\n")
        stream.flush()
    except OSError as error:
        discard_unwritten(stream)
        is_gone = error.errno in GONE
        raise (ReaderGoneError if is_gone else OutputError)(
            error.strerror or message("it failed")
        ) from error
    except ValueError as error:
        raise OutputError(message("it is closed")) from error


def discard_unwritten(stream: TextIO) -> None:
    """Sends what is still buffered to /dev/null; otherwise Python would report it at exit."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


def is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
