"""Creates files and folders that only their owner can read; permissions are POSIX's matter.

Windows ignores the modes: there the profile folder's own permissions protect the files.
"""

import os
import stat
from pathlib import Path

FILE, FOLDER = 0o600, 0o700


def create_private(path: Path) -> None:
    """An empty file with mode 0600, and its missing folders with mode 0700; or leaves it as it is.

    SQLite gives its -wal and -shm files the mode of the database.
    """
    create_private_folder(path.parent)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE)
    except FileExistsError:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, FILE)  # a link to a missing file is made too
    else:
        make_private(handle)
    os.close(handle)


def open_private(path: str, flags: int) -> int:
    """An opener for `open`: a file of the program's own has mode 0600, whoever made it before."""
    handle = os.open(path, flags, FILE)
    make_private(handle)
    return handle


def make_private(handle: int) -> None:
    """The umask can take away from the mode that a file is made with, the owner's own part too."""
    if os.name == "posix" and stat.S_ISREG(os.fstat(handle).st_mode):
        os.fchmod(handle, FILE)


def create_private_folder(folder: Path) -> None:
    """With its parents, each with mode 0700: `mkdir(parents=True)` has the mode for the last only.

    Raises:
        OSError: it cannot be made, or something else has its name.
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
