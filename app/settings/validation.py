"""Converts and checks the values of settings; pure."""

from datetime import time
from pathlib import Path
from typing import Any

from app.domain.model.errors import SettingsError
from app.domain.text.messages import Message, message
from app.settings.model import Settings

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})
MAX_HOST, MAX_LABEL = 253, 63  # characters
MAX_TEXT = MAX_HOST  # no account or name is longer
MAX_SHOWN = 60  # characters of a value


class PlaceError(SettingsError):
    """An error in the settings file.

    Args:
        place: "port", "connections.paper.port".
    """

    def __init__(self, text: str, place: str) -> None:
        super().__init__(text)
        self.place = place


def no_tables_text(group: str, example: str) -> Message:
    return message(
        "{group} in the settings file must be tables, such as {example}.",
        group=group,
        example=example,
    )


def no_table_text(place: str, example: str) -> Message:
    return message(
        "The settings file has {place}, which cannot be used. Write a table such as {example}.",
        place=place,
        example=example,
    )


def unknown_text(place: str) -> Message:
    return message("The settings file has an unknown setting {name}. Remove it.", name=repr(place))


def checked(name: str, value: object, source: str) -> Any:
    """The value in its setting's type, checked against its range and choices.

    Args:
        source: where it comes from; the error starts with it.

    Raises:
        SettingsError: it is not valid.
    """
    declared = Settings.__dataclass_fields__[name]
    try:
        made = converted(Path if declared.default is None else type(declared.default), value)
    except (ValueError, TypeError, OverflowError):
        raise SettingsError(
            message(
                "{source} has the value {value}, which cannot be used. Correct it.",
                source=source,
                value=value_text(value),
            )
        ) from None
    if name == "host" and not is_host(str(made)):
        raise SettingsError(
            message(
                "{source} is {value}, which is not a host name. Correct it.",
                source=source,
                value=value_text(value),
            )
        )
    limits = declared.metadata.get("range")
    if limits is not None and not limits[0] <= made <= limits[1]:
        raise SettingsError(
            message(
                "{source} is {value}, but it must be between {least} and {most}.",
                source=source,
                value=value_text(value),
                least=limits[0],
                most=limits[1],
            )
        )
    choices = [choice for choice, _ in declared.metadata.get("choices", ())]
    if choices and made not in choices:
        raise SettingsError(
            message(
                "{source} is {value}, but it must be one of {choices}.",
                source=source,
                value=value_text(value),
                choices=", ".join(choices),
            )
        )
    return made


def value_text(value: object) -> str:
    """The value much as the user wrote it, without Python's terms and within a line."""
    if isinstance(value, list | dict):
        return message("a list") if isinstance(value, list) else message("a table")
    try:
        text = repr(value) if isinstance(value, str) else str(value)
    except ValueError:  # a number with thousands of digits
        return message("a number that is too long")
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def converted(kind: type, value: object) -> object:
    """Raises: ValueError: it cannot be converted."""
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
        made.encode()  # fails for bytes of the command line that are not text
        if len(made) > MAX_TEXT:
            raise ValueError(made)
        return made
    if kind is Path:
        return path_of(str(value))
    if kind is int and isinstance(value, float):
        raise ValueError(value)  # int() would drop the fraction
    return kind(value)


def is_host(text: str) -> bool:
    """Whether it can be looked up: a name as in RFC 1035, section 2.3.4, or an address."""
    labels = text.removesuffix(".").split(".")
    if len(text) > MAX_HOST or any(char.isspace() or not char.isprintable() for char in text):
        return False
    if not all(0 < len(label) <= MAX_LABEL for label in labels):
        return False
    try:
        return text.isascii() or len(text.encode("idna")) <= MAX_HOST
    except UnicodeError:
        return False


def path_of(text: str) -> Path:
    """Raises: ValueError: not a path, or in the home of a user who does not exist."""
    text.encode()  # SQLite cannot open a path that is not text
    if "\0" in text:
        raise ValueError(text)
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError(text) from error


def time_of_day(text: str) -> time:
    """ "9:30" or "09:30". Raises: ValueError: another format."""
    hour, _, minute = text.strip().partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise ValueError(text)
    return time(int(hour), int(minute))


def validation_message(name: str, text: str) -> str:
    """Why a typed text is not a valid value of the setting; empty if it is."""
    declared = Settings.__dataclass_fields__[name]
    limits = declared.metadata.get("range")
    try:
        checked(name, text, name)
    except SettingsError:
        if limits is not None:
            least, most = limits
            if isinstance(declared.default, int):
                return message("A whole number from {least} to {most}.", least=least, most=most)
            return message("A number from {least} to {most}.", least=least, most=most)
        if isinstance(declared.default, time):
            return message("A time of day, such as 09:30.")
        if name == "host" and text.strip():
            return message("This is not a host name.")
        if declared.default is None:
            if "is_folder" in declared.metadata:
                return message("This is not a folder path.")
            return message("This is not a file path.")
        if len(text.strip()) > MAX_TEXT:
            return message("At most {count} characters.", count=MAX_TEXT)
        return message("This must not be empty.")
    return ""
