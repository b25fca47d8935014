"""The program's entry in the user's applications menu: put there, and removed again (Linux)."""

import os
import sys
from pathlib import Path

from app.domain.model.errors import SettingsError
from app.domain.text.messages import message
from app.domain.text.system_errors import system_reason
from app.platform.desktop.desktop_entry import desktop_entry, own_command
from app.platform.paths import APP, data_folder, resource

ENTRY = Path("applications", f"{APP}.desktop")
ICONS = Path("icons", "hicolor")
# place below the data folder -> resource
FILES = {
    ICONS / "scalable" / "apps" / f"{APP}.svg": "app-icon.svg",
    **{
        ICONS / f"{size}x{size}" / "apps" / f"{APP}.png": f"desktop/{size}.png"
        for size in (48, 128, 256)
    },
    Path("metainfo", "io.github.position_sync.metainfo.xml"): "desktop/metainfo.xml",
}
SYSTEM_FOLDERS = "/usr/local/share:/usr/share"  # where XDG_DATA_DIRS is not set


def share_folder() -> Path:
    """The user's own data folder of all programs: ~/.local/share, or what XDG_DATA_HOME names."""
    return data_folder().parent


def is_in_menu() -> bool | None:
    """Whether the user's menu starts this installation.

    Returns:
        None: the menu is not ours to change, because this is not Linux, or because a package of
        the system has put the program there for all users.
    """
    if not sys.platform.startswith("linux"):
        return None
    entry = share_folder() / ENTRY
    if not entry.exists() and is_in_system_menu():
        return None
    return starts_this(entry)


def starts_this(entry: Path) -> bool:
    """Whether it starts this installation, and not another one that is or was on this computer."""
    ours = command_line(desktop_entry(own_command()))
    try:
        return command_line(entry.read_bytes()) == ours
    except OSError:
        return False


def command_line(entry: bytes) -> list[bytes]:
    return [line for line in entry.splitlines() if line.startswith(b"Exec=")]


def is_in_system_menu() -> bool:
    named = os.environ.get("XDG_DATA_DIRS") or SYSTEM_FOLDERS
    folders = (Path(folder) for folder in named.split(":") if folder.startswith("/"))
    return any((folder / ENTRY).exists() for folder in folders if folder != share_folder())


def put_in_menu(on: bool) -> None:
    """Puts entry, icons and description there, or removes them; calling it twice is harmless.

    Raises:
        SettingsError: the folder cannot be changed.
    """
    share = share_folder()
    try:
        if on:
            for place, name in FILES.items():
                write(share / place, resource(name).read_bytes())
            write(share / ENTRY, desktop_entry(own_command()))
        else:
            for place in (ENTRY, *FILES):
                (share / place).unlink(missing_ok=True)
        if (share / ICONS).is_dir():
            os.utime(share / ICONS)  # caches of icons that are older than the folder are not used
    except OSError as error:
        raise SettingsError(
            message(
                "The applications menu could not be changed ({reason}). "
                "Allow writing to {folder}, then try again.",
                reason=system_reason(error),
                folder=share,
            )
        ) from error


def write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
