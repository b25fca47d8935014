"""Shows other processes whether a window or `watch` receives changes from TWS right now.

The process locks a small file and writes its state into it. The system releases the lock when the
process dies, so the content is valid as long as the file is locked.
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


def lock_file(database: Path) -> Path:
    key = zlib.crc32(os.fsencode(os.path.realpath(database)))  # Path.resolve fails at some links
    return data_folder() / "running" / f"{key:08x}-{database.name}"


def callbacks_registered(database: Path) -> bool:
    """Whether a running process receives changes for this database."""
    try:
        with lock_file(database).open("r+b") as file:
            return not try_lock(file) and file.read(1) == YES
    except OSError:
        return False


class ListenerLock:
    """The lock of one process. If another process has it, that one's state counts."""

    def __init__(self, database: Path) -> None:
        self._path = lock_file(database)
        self._file: BinaryIO | None = None
        self._written = b""
        self._is_released = False

    def update(self, state: "ConnectionState") -> None:
        """Writes whether this connection receives changes."""
        if self._is_released:
            return
        word = YES if state.callbacks_registered else NO
        with contextlib.suppress(OSError):  # others then read "no", the safe answer
            if self._file is None:
                self._acquire()
            if self._file is not None and word != self._written:
                self._file.seek(0)
                self._file.write(word)
                self._written = word

    def release(self) -> None:
        """Releases the lock for good; calling it twice is harmless."""
        self._is_released = True
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()

    def _acquire(self) -> None:
        create_private(self._path)
        file = open(self._path, "r+b", buffering=0, opener=open_private)  # noqa: SIM115
        if try_lock(file):
            self._file, self._written = file, b""
        else:
            file.close()


if sys.platform == "win32":
    import msvcrt

    LOCKED_BYTE = 1 << 20  # far behind the content, since a locked byte cannot be read

    def try_lock(file: BinaryIO) -> bool:
        """Locks the file until it is closed; False if another process has locked it."""
        file.seek(LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True
else:
    import fcntl

    def try_lock(file: BinaryIO) -> bool:
        """Locks the file until it is closed; False if another process has locked it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
