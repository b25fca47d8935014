"""Periods of the user's calendar, as start and end times. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from app.domain.text.messages import message

Days = tuple[date | None, date | None]  # from, and the day after the last one; None: no limit
DAY = timedelta(days=1)


class ClosedPeriod(StrEnum):
    """The periods to choose from."""

    ALL = "all"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    LAST_YEAR = "last year"
    CUSTOM = "custom"


PERIODS = {
    ClosedPeriod.ALL: message("All time"),
    ClosedPeriod.TODAY: message("Today"),
    ClosedPeriod.WEEK: message("This week"),
    ClosedPeriod.MONTH: message("This month"),
    ClosedPeriod.YEAR: message("This year"),
    ClosedPeriod.LAST_YEAR: message("Last year"),
    # Translators: a period between two days that the user chooses.
    ClosedPeriod.CUSTOM: message("From – to"),
}


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
