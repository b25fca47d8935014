"""Writes a file beside its target and renames it: nobody ever sees half of it, and what was there
before stays until the new one is whole."""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.domain.text.messages import message
from app.export.errors import export_error, refusal

ORDINARY = 0o666  # less what the umask says, as any program makes its files
DATABASE = b"SQLite format 3\x00"  # what each SQLite file begins with


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """The file to write to; it takes the target's name when the block ends without an error.

    Raises:
        ExportError: it cannot be written.
    """
    try:
        real = Path(os.path.realpath(target))  # what a link names is replaced, not the link
        refuse_unusable(target, real)
        # Short: with the target's own name in it, it could be longer than a name may be.
        beside = real.with_name(f".export-{secrets.token_hex(8)}.tmp")
        handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | binary_flag(), ORDINARY)
        try:
            with open(handle, "w+b") as file:  # noqa: PTH123 - a handle, no path
                yield file
                file.flush()
                os.fsync(handle)
            keep_mode(real, beside)
            beside.replace(real)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise export_error(target, error) from error


def refuse_unusable(target: Path, real: Path) -> None:
    """Raises: ExportError: something has the name that must not be replaced."""
    if not real.parent.is_dir():
        raise refusal(target, message("there is no such folder"))
    try:
        mode = real.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise refusal(target, message("it is a folder"))
    if not stat.S_ISREG(mode):
        raise refusal(target, message("it is not a file"))
    if not mode & 0o222 or not os.access(real, os.W_OK):
        raise refusal(target, message("it is read-only"))
    with real.open("rb") as file:
        if file.read(len(DATABASE)) == DATABASE:
            raise refusal(target, message("it is a database"))


def keep_mode(real: Path, beside: Path) -> None:
    """Who could read the old file can read the new one."""
    if os.name == "posix":
        with contextlib.suppress(FileNotFoundError):
            beside.chmod(stat.S_IMODE(real.stat().st_mode))


def binary_flag() -> int:
    return getattr(os, "O_BINARY", 0)  # only Windows has it
