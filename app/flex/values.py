"""Numbers, dates and times in Flex's formats; the only importer of ibflex, once a file is read."""

import re
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
# The zones that a file may name, with what says which of two like hours in autumn is meant.
ZONES: dict[str, tuple[tzinfo, int]] = {
    "": (NEW_YORK, 0),
    "EDT": (NEW_YORK, 0),
    "EST": (NEW_YORK, 1),
    "UTC": (UTC, 0),
    "GMT": (UTC, 0),
}
ZONED = re.compile(r"(.*?)(?: ([A-Z]+))?")
NOTHING = frozenset({"", "-", "--", "N/A"})
DATE_LENGTH = 10  # of the longest form of a date without a time
MOST_DIGITS = 40  # of a number; no price, quantity or amount has more


class ValueUnreadableError(ValueError):
    """A text that is not of Flex's formats, or not clear."""


def number(text: str) -> Decimal | None:
    """All digits of the text; None for nothing.

    Raises:
        ValueUnreadableError: no number, or one that no trade has.
    """
    if text in NOTHING:
        return None
    from ibflex import parser

    try:
        value = parser.convert_decimal(text)
    except parser.FlexParserError as error:
        raise ValueUnreadableError(text) from error
    if not isinstance(value, Decimal) or not value.is_finite() or len(text) > MOST_DIGITS:
        raise ValueUnreadableError(text)
    if abs(value.adjusted()) > MOST_DIGITS:
        raise ValueUnreadableError(text)
    return value


def day(text: str) -> date | None:
    """A date; None for nothing.

    Raises:
        ValueUnreadableError: of no known form, or with slashes, which stand for two forms.
    """
    if text in NOTHING:
        return None
    from ibflex import parser

    try:
        value = None if "/" in text else parser.convert_date(text)
    except parser.FlexParserError as error:
        raise ValueUnreadableError(text) from error
    if not isinstance(value, date):
        raise ValueUnreadableError(text)
    return value


def moment(text: str) -> datetime | None:
    """A time, UTC; None for nothing.

    Flex gives wall-clock times of the account's zone, by default US Eastern, and mostly does not
    name it: such a time is read as New York's.

    Raises:
        ValueUnreadableError: of no known form, a date alone, with slashes, or of another zone.
    """
    if text in NOTHING:
        return None
    from ibflex import parser

    matched = ZONED.fullmatch(text)
    clock, zone = (matched[1], matched[2] or "") if matched else (text, "")
    if "/" in clock or len(clock) <= DATE_LENGTH or zone not in ZONES:
        raise ValueUnreadableError(text)
    try:
        value = parser.convert_datetime(clock)
    except parser.FlexParserError as error:
        raise ValueUnreadableError(text) from error
    if not isinstance(value, datetime):
        raise ValueUnreadableError(text)
    where, fold = ZONES[zone]
    return value.replace(tzinfo=where, fold=fold).astimezone(UTC)
