"""Recognizes folders that another program keeps the same on several computers; pure."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import PurePath

from app.domain.text.messages import message

# (program, the whole name of its folder). Part of a name is no sign: "dropbox-notes" is a folder
# like any other.
BY_NAME = (
    ("Dropbox", re.compile(r"Dropbox( \(.+\))?", re.IGNORECASE)),
    ("OneDrive", re.compile(r"OneDrive( - .+)?", re.IGNORECASE)),
    ("iCloud Drive", re.compile(r"iCloud ?Drive", re.IGNORECASE)),
    ("Google Drive", re.compile(r"Google ?Drive", re.IGNORECASE)),
    ("Nextcloud", re.compile(r"Nextcloud", re.IGNORECASE)),
    ("ownCloud", re.compile(r"ownCloud", re.IGNORECASE)),
)
# (program, the name of a file that only it puts into its folder)
BY_MARKER = (
    ("Syncthing", re.compile(r"\.stfolder")),
    ("Dropbox", re.compile(r"\.dropbox(\.cache)?")),
    ("Google Drive", re.compile(r"\.tmp\.drive(download|upload)")),
    ("OneDrive", re.compile(r"\.849C9593-D756-4E56-8D6E-42412F2A707B", re.IGNORECASE)),
    ("Nextcloud", re.compile(r"\.nextcloudsync\.log")),
    ("ownCloud", re.compile(r"\.owncloudsync\.log")),
    (message("Nextcloud or ownCloud"), re.compile(r"\._?sync_[0-9a-f]+\.db")),
)
# macOS: ~/Library/CloudStorage/GoogleDrive-me@example.com
IN_CLOUD_STORAGE = {"GoogleDrive": "Google Drive", "iCloudDrive": "iCloud Drive"}
DRIVE_ROOT = "My Drive"  # of Google's drive letter on Windows


@dataclass(frozen=True, slots=True)
class SyncedFolder:
    """The folder, and the program that synchronises it."""

    folder: PurePath
    program: str


def find_synced_folder(
    file: PurePath, names_in: Callable[[PurePath], Collection[str]]
) -> SyncedFolder | None:
    """The folder around this file that another program synchronises; None if there is none.

    Args:
        file: an absolute path.
        names_in: the names of what is in a folder; none where it cannot be read.
    """
    for folder in file.parents:
        program = program_of_place(folder) or program_of_content(names_in(folder))
        if program:
            return SyncedFolder(folder, program)
    return None


def program_of_place(folder: PurePath) -> str:
    """What the folder's own name and those around it say; empty for nothing."""
    above = folder.parent
    if (above.name, folder.name) == ("Library", "Mobile Documents"):
        return "iCloud Drive"
    if (above.parent.name, above.name) == ("Library", "CloudStorage"):
        provider = folder.name.partition("-")[0]
        return IN_CLOUD_STORAGE.get(provider, provider)
    if folder.name == DRIVE_ROOT and folder.drive and above == above.parent:
        return "Google Drive"
    return next((name for name, pattern in BY_NAME if pattern.fullmatch(folder.name)), "")


def program_of_content(names: Collection[str]) -> str:
    """What the files in a folder say; empty for nothing."""
    found = (
        program for program, pattern in BY_MARKER if any(pattern.fullmatch(name) for name in names)
    )
    return next(found, "")
