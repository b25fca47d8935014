"""Periods of the user's calendar, as start and end times. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

Days = tuple[date | None, date | None]  # from, and the day after the last one; None: no limit
DAY = timedelta(days=1)


class ClosedPeriod(StrEnum):
    """The periods to choose from; the value is the text shown."""

    ALL = "All time"
    TODAY = "Today"
    WEEK = "This week"
    MONTH = "This month"
    YEAR = "This year"
    LAST_YEAR = "Last year"
    CUSTOM = "From – to"


def days(
    period: ClosedPeriod, today: date, *, first_weekday: int, chosen: tuple[date, date]
) -> Days:
    """The period's days.

    Args:
        first_weekday: of the week: 1 for Monday, 7 for Sunday.
        chosen: the first and the last day of a custom period.
    """
    first, last = chosen
    return {
        ClosedPeriod.ALL: (None, None),
        ClosedPeriod.TODAY: (today, None),
        ClosedPeriod.WEEK: (today - DAY * ((today.isoweekday() - first_weekday) % 7), None),
        ClosedPeriod.MONTH: (today.replace(day=1), None),
        ClosedPeriod.YEAR: (date(today.year, 1, 1), None),
        ClosedPeriod.LAST_YEAR: (date(today.year - 1, 1, 1), date(today.year, 1, 1)),
        ClosedPeriod.CUSTOM: (first, last + DAY),
    }[period]


def midnight(day: date | None) -> datetime | None:
    """The start of the local day, as UTC."""
    if day is None:
        return None
    return datetime.combine(day, time.min).astimezone().astimezone(UTC)
