"""Creates files and folders that only their owner can read.

Windows ignores the modes; there the permissions of the profile folder protect the files.
"""

import os
import stat
from pathlib import Path

FILE, FOLDER = 0o600, 0o700


def create_private(path: Path) -> None:
    """Creates an empty file with mode 0600 unless it exists, and missing folders with mode 0700.

    SQLite gives its -wal and -shm files the mode of the database.
    """
    create_private_folder(path.parent)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE)
    except FileExistsError:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, FILE)  # also creates the target of a link
    else:
        make_private(handle)
    os.close(handle)


def open_private(path: str, flags: int) -> int:
    """An opener for `open`. The file gets mode 0600, even if it was there before."""
    handle = os.open(path, flags, FILE)
    make_private(handle)
    return handle


def make_private(handle: int) -> None:
    """Sets the mode again, because the umask can remove even the owner's permissions."""
    if os.name == "posix" and stat.S_ISREG(os.fstat(handle).st_mode):
        os.fchmod(handle, FILE)


def create_private_folder(folder: Path) -> None:
    """Creates it and its parents with mode 0700; `mkdir(parents=True)` does that for the last only.

    Raises:
        OSError: it cannot be created, or something else has its name.
    """
    if folder.is_dir():
        return
    create_private_folder(folder.parent)
    try:
        folder.mkdir(mode=FOLDER)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        folder.chmod(FOLDER)
