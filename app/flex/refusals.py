"""The errors for rows that cannot be read: the cause and the next step, as sentences."""

from collections.abc import Callable
from typing import TypeVar

from app.domain.model.errors import StatementError
from app.domain.text.messages import Message, joined, message
from app.flex.parsing import ValueUnreadableError, identifier
from app.flex.rows import Attributes, Layout, is_cancel
from app.flex.zones import ZoneUnreadableError

T = TypeVar("T")

BY_ATTRIBUTE = {
    "dateTime": message(
        "In the Flex Query, choose the date format yyyyMMdd and the time format HHmmss, and run it "
        "again."
    ),
    "expiry": message("In the Flex Query, choose the date format yyyyMMdd, and run it again."),
}
OTHERWISE = message("Run the Flex Query again, and import the new file.")


def unreadable(row: Attributes, attribute: str, layout: Layout) -> StatementError:
    """The row has a number, a date or a time that cannot be read."""

    def sentences(text: str) -> Message:
        # Translators: row is such as "The execution 0000e0d5"; name is a box of IBKR's editor.
        cause = message(
            "{row} in {file} has {text!r} as its {name}, which cannot be read.",
            row=label(row),
            file=layout.file,
            text=text,
            name=layout.names.get(attribute, attribute),
        )
        return joined((cause, BY_ATTRIBUTE.get(attribute, OTHERWISE)))

    return refusal(sentences, row.get(attribute, ""))


def in_unknown_zone(row: Attributes, attribute: str, layout: Layout) -> StatementError:
    def sentences(text: str) -> Message:
        return message(
            "{row} in {file} has {text!r} as its {name}, whose time zone cannot be read. In IBKR's "
            "Client Portal, choose another time zone, such as America/New_York, and run the Flex "
            "Query again.",
            row=label(row),
            file=layout.file,
            text=text,
            name=layout.names.get(attribute, attribute),
        )

    return refusal(sentences, row.get(attribute, ""))


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
        raise in_unknown_zone(row, attribute, layout) from None
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

    def sentences(text: str) -> Message:
        return message(
            "{row} in {file} has {text!r} as the Multiplier of {symbol}, so its value is not "
            "known. In the Flex Query, tick Multiplier under {section}, and run it again.",
            row=label(row),
            file=layout.file,
            text=text,
            symbol=row.get("symbol", ""),
            section=layout.section,
        )

    return refusal(sentences, row.get("multiplier", ""))


def refusal(sentences: Callable[[str], Message], text: str) -> StatementError:
    """The error; history and log get it without the row's text, which can be a quantity."""
    return StatementError(sentences(text), kept=sentences("…"))


def label(row: Attributes) -> Message:
    """The row's name, with the first number that it has."""
    if is_cancel(row):
        number = first_number(row, "origTradeID", "origTransactionID")
        if number:
            return message("The cancellation of the trade {number}", number=number)
        return message("A cancellation")
    if execution := identifier(row.get("ibExecID", "")):
        return message("The execution {number}", number=execution)
    number = first_number(row, "tradeID", "transactionID")
    return message("The trade {number}", number=number) if number else message("A trade")


def first_number(row: Attributes, *attributes: str) -> str:
    found = (identifier(row.get(attribute, "")) for attribute in attributes)
    return next(filter(None, found), "")
