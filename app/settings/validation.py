"""Whether a text or a file's value can be a setting's value; pure."""

from datetime import time
from pathlib import Path
from typing import Any

from app.domain.model.errors import SettingsError
from app.settings.model import Settings

TRUE = frozenset({"1", "true", "yes", "on"})
MOST_TEXT = 253  # characters: of the longest host that there can be
TOO_LONG = f"This is longer than {MOST_TEXT} characters."
SHOWN = 60  # characters of a value
LONGEST_HOST, LONGEST_LABEL = 253, 63
FALSE = frozenset({"0", "false", "no", "off", ""})


def checked(name: str, value: object, source: str) -> Any:
    """The value in its setting's type, within its range and among its choices.

    Args:
        source: where it comes from, as the error's sentence begins.

    Raises:
        SettingsError: it is not.
    """
    declared = Settings.__dataclass_fields__[name]
    try:
        made = converted(type(declared.default) if name != "db" else Path, value)
    except (ValueError, TypeError, OverflowError):
        text = f"{source} has the value {shown(value)}, which cannot be used. Correct it."
        raise SettingsError(text) from None
    if name == "host" and not is_host(str(made)):
        raise SettingsError(f"{source} is {shown(value)}, which is no name of a host. Correct it.")
    limits = declared.metadata.get("range")
    if limits is not None and not limits[0] <= made <= limits[1]:
        raise SettingsError(
            f"{source} is {shown(value)}, but it must lie between {limits[0]} and {limits[1]}."
        )
    choices = [choice for choice, _ in declared.metadata.get("choices", ())]
    if choices and made not in choices:
        raise SettingsError(
            f"{source} is {shown(value)}, but it must be one of {', '.join(choices)}."
        )
    return made


def shown(value: object) -> str:
    """The value as the user wrote it, or so; not in Python's words, and not longer than a line."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    try:
        text = repr(value) if isinstance(value, str) else str(value)
    except ValueError:  # a number with thousands of digits
        return "a number that is too long"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def converted(kind: type, value: object) -> object:
    """Raises: ValueError: it is nothing of that kind."""
    if isinstance(value, list | dict) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(value)
    if kind is bool and not isinstance(value, bool):
        text = str(value).strip().lower()
        if text not in TRUE | FALSE:
            raise ValueError(text)
        return text in TRUE
    if kind is time:
        return value if isinstance(value, time) else time_of_day(str(value))
    if kind is str and not str(value).strip():
        raise ValueError(value)
    if kind is str:
        made = str(value).strip()
        made.encode()  # bytes of the command line that are no text fail here
        return text_of(made)
    if kind is Path:
        return path_of(str(value))
    if kind is int and isinstance(value, float):
        raise ValueError(value)  # int() would cut off what stands behind the point
    return kind(value)


def text_of(text: str) -> str:
    """Raises: ValueError: it is longer than any host, account or name."""
    if len(text) > MOST_TEXT:
        raise ValueError(text)
    return text


def is_host(text: str) -> bool:
    """Whether it can be looked up at all: RFC 1035, section 2.3.4, or an address."""
    labels = text.removesuffix(".").split(".")
    if len(text) > LONGEST_HOST or any(char.isspace() or not char.isprintable() for char in text):
        return False
    if not all(0 < len(label) <= LONGEST_LABEL for label in labels):
        return False
    try:
        return text.isascii() or len(text.encode("idna")) <= LONGEST_HOST
    except UnicodeError:
        return False


def path_of(text: str) -> Path:
    """Raises: ValueError: it is none, or in the home of a user who does not exist."""
    text.encode()  # what is no text, SQLite cannot open
    if "\0" in text:
        raise ValueError(text)
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError(text) from error


def time_of_day(text: str) -> time:
    """ "9:30", "09:30". Raises: ValueError: it is none."""
    hour, _, minute = text.strip().partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise ValueError(text)
    return time(int(hour), int(minute))


def validation_message(name: str, text: str) -> str:
    """Why the text that was typed is no value for the setting; empty where it is one."""
    declared = Settings.__dataclass_fields__[name]
    limits = declared.metadata.get("range")
    try:
        checked(name, text, name)
    except SettingsError:
        if limits is not None:
            whole = "whole " if isinstance(declared.default, int) else ""
            return f"A {whole}number from {limits[0]} to {limits[1]}."
        if isinstance(declared.default, time):
            return "A time of the day, as in 09:30."
        if name == "host" and text.strip():
            return "This is no name of a host."
        if name == "db":
            return "This is no path of a file."
        return TOO_LONG if len(text.strip()) > MOST_TEXT else "This must not be empty."
    return ""
