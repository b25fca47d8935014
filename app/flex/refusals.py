"""The errors for rows that cannot be read: the cause and the next step, as sentences."""

from collections.abc import Callable
from typing import TypeVar

from app.domain.model.errors import StatementError
from app.flex.parsing import ValueUnreadableError, identifier
from app.flex.rows import Attributes, Layout, is_cancel
from app.flex.zones import ZoneUnreadableError

T = TypeVar("T")

ODD = "{row} in {file} has {text!r} as its {name}, which cannot be read. "
BY_ATTRIBUTE = {
    "dateTime": "In the Flex Query, choose the date format yyyyMMdd and the time format HHmmss, "
    "and run it again.",
    "expiry": "In the Flex Query, choose the date format yyyyMMdd, and run it again.",
}
OTHERWISE = "Run the Flex Query again, and import the new file."
ODD_ZONE = (
    "{row} in {file} has {text!r} as its {name}, whose time zone cannot be read. In IBKR's Client "
    "Portal, choose another time zone, such as America/New_York, and run the Flex Query again."
)
NO_MULTIPLIER = (
    "{row} in {file} has {text!r} as the Multiplier of {symbol}, so what it is worth is not known. "
    "In the Flex Query, tick Multiplier under {section}, and run it again."
)


def unreadable(row: Attributes, attribute: str, layout: Layout) -> StatementError:
    """The row has a number, a date or a time that cannot be read."""
    step = BY_ATTRIBUTE.get(attribute, OTHERWISE)
    return refusal(ODD + step, places(row, attribute, layout))


def read_value(
    row: Attributes, attribute: str, read: Callable[[str], T | None], layout: Layout
) -> T | None:
    """The value of an attribute; None for nothing.

    Raises:
        StatementError: it cannot be read.
    """
    try:
        return read(row.get(attribute, "").strip())
    except ZoneUnreadableError:
        raise refusal(ODD_ZONE, places(row, attribute, layout)) from None
    except ValueUnreadableError:
        raise unreadable(row, attribute, layout) from None


def read_required(
    row: Attributes, attribute: str, read: Callable[[str], T | None], layout: Layout
) -> T:
    """The same for an attribute that must have a value."""
    found = read_value(row, attribute, read, layout)
    if found is None:
        raise unreadable(row, attribute, layout)
    return found


def without_multiplier(row: Attributes, layout: Layout) -> StatementError:
    """An option or a future has no multiplier; assuming 1 would be a guess."""
    return refusal(NO_MULTIPLIER, places(row, "multiplier", layout))


def refusal(sentence: str, named: dict[str, str]) -> StatementError:
    """The error; history and log get it without the text, which can be a quantity."""
    hidden = named | {"text": "…"}
    return StatementError(sentence.format(**named), kept=sentence.format(**hidden))


def places(row: Attributes, attribute: str, layout: Layout) -> dict[str, str]:
    """The values for the placeholders of the sentences."""
    return {
        "row": label(row),
        "file": layout.file,
        "text": row.get(attribute, ""),
        "name": layout.names.get(attribute, attribute),
        "symbol": row.get("symbol", ""),
        "section": layout.section,
    }


def label(row: Attributes) -> str:
    """The row's name, with the first number that it has."""
    if is_cancel(row):
        numbers = (row.get("origTradeID", ""), row.get("origTransactionID", ""))
        return f"The cancel of the trade {next(filter(None, map(identifier, numbers)), '')}".strip()
    if execution := identifier(row.get("ibExecID", "")):
        return f"The execution {execution}"
    numbers = (row.get("tradeID", ""), row.get("transactionID", ""))
    return f"The trade {next(filter(None, map(identifier, numbers)), '')}".strip()
