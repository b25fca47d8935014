"""Lets other processes know whether a window, or `watch`, is told of changes by TWS right now.

The process holds a lock on a small file, which the system lets go of when it dies, however it
dies; so what the file says holds as long as the lock does.
"""

import contextlib
import os
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from app.platform.paths import data_folder
from app.platform.private_files import create_private, open_private

if TYPE_CHECKING:
    from app.domain.desktop.app_state import ConnectionState

YES, NO = b"1", b"0"


def presence_file(database: Path) -> Path:
    key = zlib.crc32(os.fsencode(os.path.realpath(database)))  # Path.resolve fails at some links
    return data_folder() / "running" / f"{key:08x}-{database.name}"


def callbacks_registered(database: Path) -> bool:
    """Whether a running process is told of changes for this database."""
    try:
        with presence_file(database).open("r+b") as file:
            return not locked(file) and file.read(1) == YES
    except OSError:
        return False


class ListenerLock:
    """One process's word. Where another one has the file, that one's word counts."""

    def __init__(self, database: Path) -> None:
        self._path = presence_file(database)
        self._file: BinaryIO | None = None
        self._said = b""
        self._is_over = False

    def show(self, state: "ConnectionState") -> None:
        """Says how the connection stands now."""
        if self._is_over:
            return
        word = YES if state.callbacks_registered else NO
        with contextlib.suppress(OSError):  # then others hear "no", which is the careful answer
            if self._file is None:
                self._take()
            if self._file is not None and word != self._said:
                self._file.seek(0)
                self._file.write(word)
                self._said = word

    def end(self) -> None:
        """Lets go for good; twice is harmless."""
        self._is_over = True
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()

    def _take(self) -> None:
        create_private(self._path)
        file = open(self._path, "r+b", buffering=0, opener=open_private)  # noqa: SIM115
        if locked(file):
            self._file, self._said = file, b""
        else:
            file.close()


if sys.platform == "win32":
    import msvcrt

    BEYOND = 1 << 20  # what is locked cannot be read, so it is not what is said

    def locked(file: BinaryIO) -> bool:
        """Takes the lock until the file is closed; False where another process has it."""
        file.seek(BEYOND)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True
else:
    import fcntl

    def locked(file: BinaryIO) -> bool:
        """Takes the lock until the file is closed; False where another process has it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
