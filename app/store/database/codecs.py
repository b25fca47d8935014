"""How numbers and times look in the file: plain decimal text, and UTC text that sorts by time."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

Read = tuple[Any, ...]  # a row as stored


def decimal_text(value: Decimal | None) -> str | None:
    """All digits, without exponent: Decimal("1E+3") -> "1000".

    Raises:
        ValueError: NaN or an infinity.
    """
    if value is None:
        return None
    text = str(value)  # three times as fast as format, which only exponents need
    if text[-1] > "9":  # NaN, Infinity; faster than is_finite()
        raise ValueError(f"{value} cannot be stored as a number")
    return format(value, "f") if "E" in text else text


def decimal_of(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@lru_cache(maxsize=64)  # most rows of a run have its own time
def utc_text(time: datetime | None) -> str | None:
    """Always with microseconds, so that text order is time order: "2026-11-22T12:34:56.789000Z".

    Raises:
        ValueError: a time without a zone.
    """
    if time is None:
        return None
    if time.tzinfo is None:
        raise ValueError(f"{time} has no time zone")
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


@lru_cache(maxsize=64)
def utc_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
