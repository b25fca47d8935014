"""Reads the text of the settings file. Whatever is wrong with it becomes one sentence."""

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.domain.model.errors import SettingsError
from app.domain.text.messages import message

MAX_BYTES = 1_000_000
MAX_SHOWN = 200  # characters of a line
NON_BLOCKING: int = getattr(os, "O_NONBLOCK", 0)  # otherwise a pipe without a writer blocks
BINARY: int = getattr(os, "O_BINARY", 0)
AT_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


def read_text(file: Path) -> str:
    """The file's text; empty if there is no file.

    Raises:
        SettingsError: it cannot be read, or is not text.
    """
    try:
        content = read_bytes(file)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise unreadable(file, error.strerror or message("a disk error")) from error
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        line = content.splitlines()[number - 1].decode("utf-8", "replace")
        reason = message("line {number} is not in UTF-8", number=number)
        raise unreadable(file, reason, number, line) from error


def read_bytes(file: Path) -> bytes:
    """Raises: OSError; SettingsError: it is not a file, or too large."""
    handle = os.open(file, os.O_RDONLY | NON_BLOCKING | BINARY)
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise unreadable(file, message("it is not a file"))
        if about.st_size > MAX_BYTES:
            raise unreadable(file, message("it is too large"))
        with os.fdopen(handle, "rb", closefd=False) as stream:
            return stream.read()
    finally:
        os.close(handle)


def parse(file: Path, text: str) -> dict[str, Any]:
    """Raises: SettingsError: it is not TOML."""
    if not text.strip():
        return {}
    import tomllib  # imported late: `status` must be fast without a file

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        number = line_with_most(text, bracket_count)
        reason = message("the brackets in line {number} are nested too deep", number=number)
        raise unreadable(file, reason, number, line_at(text, number)) from error
    except tomllib.TOMLDecodeError as error:
        found = AT_LINE.search(str(error))
        number = int(found[1]) if found else len(text.rstrip().split("\n"))
        reason = message("line {number} is not TOML", number=number)
        raise unreadable(file, reason, number, line_at(text, number)) from error
    except ValueError as error:  # a number with thousands of digits
        number = line_with_most(text, len)
        reason = message("line {number} has a value that cannot be used", number=number)
        raise unreadable(file, reason, number, line_at(text, number)) from error


def unreadable(file: Path, reason: str, number: int = 0, line: str = "") -> SettingsError:
    error = SettingsError(
        message(
            "The settings file {file} cannot be read: {reason}. Correct it or delete it.",
            file=file,
            reason=reason,
        )
    )
    error.line = shown_line(number, line)
    return error


def shown_line(number: int, line: str) -> str:
    """ "Line 3: port = x"; empty without a number."""
    text = line.strip()
    text = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
    return message("Line {number}: {text}", number=number, text=text) if number else ""


def line_at(text: str, number: int) -> str:
    return text.split("\n")[number - 1]


def line_with_most(text: str, measure: Callable[[str], int]) -> int:
    """The number of the line with the highest measure."""
    measures = list(map(measure, text.split("\n")))
    return measures.index(max(measures)) + 1


def bracket_count(line: str) -> int:
    return line.count("[") + line.count("{")


def line_of(text: str, place: str) -> str:
    """The line with a setting, as `shown_line` formats it; empty if it is not found.

    Args:
        place: "port", "connections.paper.port".
    """
    table, _, key = place.rpartition(".")
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            inside = stripped.strip("[] ").replace('"', "").replace(" ", "")
            if inside == place:
                return shown_line(number, line)
        name = stripped.partition("=")[0].strip().strip("\"'")
        if inside == table and name == key and "=" in stripped:
            return shown_line(number, line)
    return ""
