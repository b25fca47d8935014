"""A table of typed values, ready to be written. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

# None where a value is not known. Times are aware.
Value = str | bool | int | Decimal | datetime | date | None


class Kind(StrEnum):
    """What a column's values are, which decides how a spreadsheet shows them.

    PERCENT: 12.5 is 12.5 %. NUMBER: any other figure.
    """

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    QUANTITY = "quantity"
    PRICE = "price"
    MONEY = "money"
    PERCENT = "percent"
    TIME = "time"
    DATE = "date"
    YES_NO = "yes or no"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's.

    Attributes:
        key: stable; what programs call it.
        title: what people read.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Parts:
    """What the rows of a sheet are made of.

    Attributes:
        sheet: the parts of all rows, in the rows' order.
        counts: how many of them each row has.
    """

    sheet: "Sheet"
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one file holds.

    Attributes:
        rows: each has one value a heading.
        totals: what the rows come to; only Excel has room for it.
        notes: sentences below the totals: what the rows are, and what they are not.
        parts: Excel has them on a second page, JSON within each row, CSV in place of the rows.
    """

    name: str
    headings: tuple[Heading, ...]
    rows: Sequence[Sequence[Value]]
    totals: "Sheet | None" = None
    notes: tuple[str, ...] = ()
    parts: Parts | None = None


def plain_text(value: Value) -> str:
    """Exact, for programs: no exponent, no thousands groups, times in UTC to the millisecond."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        utc = value.astimezone(UTC).isoformat(timespec="milliseconds")
        return utc.replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)
