"""Sets up and removes the start at login, on Linux, macOS and Windows."""

import sys
from pathlib import Path

from platformdirs import user_config_path

from app.domain.model.errors import SettingsError
from app.domain.text.messages import message
from app.domain.text.system_errors import system_reason
from app.platform.desktop.desktop_entry import desktop_entry, own_command
from app.platform.paths import APP

LABEL = "io.github.position-sync"
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


def entry() -> Path:
    """The file that the system reads at login: XDG autostart on Linux, a launch agent on macOS."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    return user_config_path("autostart", appauthor=False) / f"{APP}.desktop"


def content() -> bytes:
    if sys.platform == "darwin":
        import plistlib

        agent = {"Label": LABEL, "ProgramArguments": own_command(), "RunAtLoad": True}
        return plistlib.dumps(agent)
    return desktop_entry(own_command())


def is_on() -> bool:
    if sys.platform == "win32":
        return windows_entry() is not None
    return entry().exists()


def switch(on: bool) -> None:
    """Sets it up or removes it; calling it twice is harmless.

    Raises:
        SettingsError: the system does not allow it.
    """
    try:
        if sys.platform == "win32":
            switch_windows(on)
        elif on:
            entry().parent.mkdir(parents=True, exist_ok=True)
            entry().write_bytes(content())
        else:
            entry().unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(
            message(
                "The start at login could not be changed ({reason}). "
                "Change it in your system's settings.",
                reason=system_reason(error),
            )
        ) from error


if sys.platform == "win32":
    import subprocess
    import winreg

    def windows_entry() -> str | None:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
                return str(winreg.QueryValueEx(key, APP)[0])
        except FileNotFoundError:
            return None

    def switch_windows(on: bool) -> None:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
            if on:
                line = subprocess.list2cmdline(own_command())
                winreg.SetValueEx(key, APP, 0, winreg.REG_SZ, line)
            elif windows_entry() is not None:
                winreg.DeleteValue(key, APP)
