"""How this installation is started, and desktop entries for it: in a menu, or at login on Linux."""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from app.domain.text.messages import message
from app.platform.language import LANGUAGES, catalogue
from app.platform.paths import APP

# What needs no quotes in an Exec line, the equals sign aside, which a program's path must not have.
PLAIN = re.compile(r"[A-Za-z0-9_./+,:@%-]+")
KIND = message("Portfolio Tracker")
ABOUT = message("Sync the positions of Interactive Brokers' TWS into your own file")
ESCAPES = {"\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"}


def own_command() -> list[str]:
    """The command that starts this installation, from any folder."""
    if getattr(sys, "frozen", False):  # a build by PyInstaller; Windows has two programs in it
        window = Path(sys.executable).with_name("Position Sync.exe")
        return [str(window if window.exists() else sys.executable)]
    # The script that was called, which outlives an upgrade, or the one of this environment.
    suffix = ".exe" if sys.platform == "win32" else ""
    called, beside = Path(sys.argv[0]), Path(sys.executable).with_name(APP + suffix)
    for script in (called, beside):
        if script.name == beside.name and script.is_file():
            return [str(script.absolute())]
    return [sys.executable, "-m", "app"]


def desktop_entry(command: Sequence[str]) -> bytes:
    """Args: command: the program and its arguments, as for a process."""
    values = {
        "Type": "Application",
        "Name": "Position Sync",
        **in_all_languages("GenericName", KIND),
        **in_all_languages("Comment", ABOUT),
        "Exec": " ".join(map(exec_argument, command)),
        "TryExec": command[0],  # menus hide the entry once the program is gone
        "Icon": APP,
        "Terminal": "false",
        "Categories": "Office;Finance;",
        "Keywords": "IBKR;TWS;Interactive Brokers;portfolio;positions;trading;P&L;",
        "StartupNotify": "true",
        "StartupWMClass": APP,
    }
    lines = ["[Desktop Entry]", *(f"{key}={value_text(text)}" for key, text in values.items())]
    return os.fsencode("\n".join(lines) + "\n")


def in_all_languages(key: str, text: str) -> dict[str, str]:
    """The desktop chooses, so the entry has all of them."""
    texts = {f"{key}[{name}]": catalogue(name).gettext(text) for name in LANGUAGES}
    return {key: str(text), **{name: found for name, found in texts.items() if found != text}}


def exec_argument(argument: str) -> str:
    """Quotes as in the Desktop Entry Specification ("The Exec key")."""
    argument = argument.replace("%", "%%")
    if PLAIN.fullmatch(argument):
        return argument
    escaped = re.sub(r'(["`$\\])', r"\\\1", argument)
    return f'"{escaped}"'


def value_text(text: str) -> str:
    """Escapes as for any value of an entry, after an argument's own quotes."""
    return "".join(ESCAPES.get(sign, sign) for sign in text)
