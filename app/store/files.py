"""Creates files and folders that only their owner can read; permissions are POSIX's matter."""

import os
from pathlib import Path


def create_private(path: Path) -> None:
    """An empty file with mode 0600, and its missing folders with mode 0700; or leaves it as it is.

    Windows ignores the modes: there the profile folder's own permissions protect the file. SQLite
    gives its -wal and -shm files the mode of the database.
    """
    create_private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def create_private_folder(folder: Path) -> None:
    """With its parents, each with mode 0700: `mkdir(parents=True)` has the mode for the last only.

    Raises:
        OSError: it cannot be made, or something else has its name.
    """
    if folder.is_dir():
        return
    create_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
