"""Which folders another program synchronises, told from names and marker files."""

from collections.abc import Collection
from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest

from app.domain.desktop.synced_folders import SyncedFolder, find_synced_folder


def found(path: str, **markers: str) -> SyncedFolder | None:
    """Args: markers: the last name of a folder -> a file in it."""
    kind = PureWindowsPath if ":" in path else PurePosixPath

    def names_in(folder: PurePath) -> Collection[str]:
        return [markers[folder.name]] if folder.name in markers else []

    return find_synced_folder(kind(path), names_in)


@pytest.mark.parametrize(
    ("path", "program"),
    [
        ("/home/me/Dropbox/trading/p.sqlite", "Dropbox"),
        ("/home/me/Dropbox (Personal)/p.sqlite", "Dropbox"),
        ("C:\\Users\\me\\OneDrive\\p.sqlite", "OneDrive"),
        ("C:\\Users\\me\\OneDrive - Example Ltd\\a\\b\\p.sqlite", "OneDrive"),
        ("C:\\Users\\me\\iCloudDrive\\p.sqlite", "iCloud Drive"),
        ("G:\\My Drive\\p.sqlite", "Google Drive"),
        ("/Users/me/Library/Mobile Documents/com~apple~CloudDocs/p.sqlite", "iCloud Drive"),
        ("/Users/me/Library/CloudStorage/Dropbox/p.sqlite", "Dropbox"),
        ("/Users/me/Library/CloudStorage/OneDrive-Personal/p.sqlite", "OneDrive"),
        ("/Users/me/Library/CloudStorage/GoogleDrive-me@example.com/x/p.sqlite", "Google Drive"),
        ("/Users/me/Library/CloudStorage/Box-Box/p.sqlite", "Box"),
        ("/home/me/Google Drive/p.sqlite", "Google Drive"),
        ("/home/me/Nextcloud/p.sqlite", "Nextcloud"),
        ("/home/me/owncloud/p.sqlite", "ownCloud"),
    ],
)
def test_a_synchronised_folder_is_known_by_its_name(path: str, program: str) -> None:
    synced = found(path)
    assert synced is not None
    assert synced.program == program


@pytest.mark.parametrize(
    ("marker", "program"),
    [
        (".stfolder", "Syncthing"),
        (".dropbox", "Dropbox"),
        (".dropbox.cache", "Dropbox"),
        (".nextcloudsync.log", "Nextcloud"),
        (".owncloudsync.log", "ownCloud"),
        (".sync_0a1b2c3d4e5f.db", "Nextcloud or ownCloud"),
        ("._sync_0a1b2c3d4e5f.db", "Nextcloud or ownCloud"),
        (".tmp.drivedownload", "Google Drive"),
        (".849c9593-d756-4e56-8d6e-42412f2a707b", "OneDrive"),
    ],
)
def test_a_synchronised_folder_is_known_by_a_file_in_it(marker: str, program: str) -> None:
    synced = found("/home/me/work/trading/p.sqlite", work=marker)
    assert synced == SyncedFolder(PurePosixPath("/home/me/work"), program)


@pytest.mark.parametrize(
    "path",
    [
        "/home/me/dropbox-notes/p.sqlite",
        "/home/me/my Dropbox/p.sqlite",
        "/home/me/Dropbox2/p.sqlite",
        "/home/me/OneDriveBackup/p.sqlite",
        "/home/me/Dropbox",  # a file of that name
        "/home/me/nextcloud.old/p.sqlite",
        "/home/me/My Drive/p.sqlite",
        "C:\\Users\\me\\My Drive\\p.sqlite",
        "/Users/me/Library/Application Support/position-sync/p.sqlite",
        "/home/me/.local/share/position-sync/positions.sqlite",
    ],
)
def test_a_folder_like_any_other_raises_no_alarm(path: str) -> None:
    assert found(path) is None


@pytest.mark.parametrize("name", [".stfolder2", "stfolder", ".dropbox-notes", ".sync_notes.db"])
def test_a_file_like_any_other_raises_no_alarm(name: str) -> None:
    assert found("/home/me/work/p.sqlite", work=name) is None
