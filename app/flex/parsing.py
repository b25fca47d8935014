"""Parses numbers, dates and identifiers in Flex's formats, strictly and without guessing."""

import re
from datetime import date
from decimal import Decimal

NOTHING = frozenset({"", "-", "--", "N/A"})
# Thousands may be separated by commas; digits are ASCII only.
NUMBER = re.compile(
    r"[+-]?(?=\.?[0-9])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.[0-9]*)?(?:[Ee][+-]?[0-9]{1,2})?"
)
MOST_DIGITS = 40  # of a number; no price, quantity or amount has more
MOST_MAGNITUDE = 18  # powers of ten above and below one
DATE = re.compile(
    r"(?P<year>[0-9]{4})(?P<dash>-?)(?P<month>[0-9]{2})(?P=dash)(?P<day>[0-9]{2})"
    r"|(?P<short_day>[0-9]{2})-(?P<name>[A-Za-z]{3})-(?P<short_year>[0-9]{2})"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CENTURY = 2000  # no statement is older
CON_ID = re.compile(r"[0-9]{1,10}")


class ValueUnreadableError(ValueError):
    """A text that is not in one of Flex's formats, or is ambiguous."""


def number(text: str) -> Decimal | None:
    """The number with all its digits; None for nothing.

    Raises:
        ValueUnreadableError: not a number, or out of the bounds of any trade.
    """
    if text in NOTHING:
        return None
    if len(text) > MOST_DIGITS or not NUMBER.fullmatch(text):
        raise ValueUnreadableError(text)
    value = Decimal(text.replace(",", ""))
    if value and abs(value.adjusted()) > MOST_MAGNITUDE:
        raise ValueUnreadableError(text)
    return value


def positive(text: str) -> Decimal | None:
    """A multiplier; None for nothing.

    Raises:
        ValueUnreadableError: not a number, or not above zero.
    """
    value = number(text)
    if value is not None and value <= 0:
        raise ValueUnreadableError(text)
    return value


def rate(text: str) -> Decimal | None:
    """Units of base currency per unit; None for nothing, or for zero, which means unknown.

    Raises:
        ValueUnreadableError: not a number, or below zero.
    """
    value = number(text)
    return positive(text) if value else None


def strike(text: str) -> Decimal | None:
    """A strike; None for nothing.

    Raises:
        ValueUnreadableError: not a number, or below zero.
    """
    value = number(text)
    if value is not None and value < 0:
        raise ValueUnreadableError(text)
    return value


def cost(text: str) -> Decimal | None:
    """A commission, positive as in the API; a statement has it negative. None for nothing."""
    value = number(text)
    return value.copy_negate() if value else value


def con_id(text: str) -> int | None:
    """A contract id.

    Raises:
        ValueUnreadableError: no digits, too many, or zero.
    """
    if not CON_ID.fullmatch(text) or not int(text):
        raise ValueUnreadableError(text)
    return int(text)


def day(text: str) -> date | None:
    """A date as yyyyMMdd, yyyy-MM-dd or dd-MMM-yy; None for nothing.

    Raises:
        ValueUnreadableError: another format, or slashes, which are ambiguous.
    """
    if text in NOTHING:
        return None
    found = DATE.fullmatch(text)
    if not found:
        raise ValueUnreadableError(text)
    try:
        if found["year"]:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        month = MONTHS.index(found["name"].lower()) + 1
        return date(CENTURY + int(found["short_year"]), month, int(found["short_day"]))
    except ValueError as error:
        raise ValueUnreadableError(text) from error


def identifier(text: str) -> str:
    """The number of a transaction or trade; empty if the file has none, or zeros."""
    text = text.strip()
    return "" if text in NOTHING or not text.strip("0") else text
