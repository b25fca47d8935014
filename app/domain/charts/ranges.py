"""The spans of time that charts show, and the periods that they are cut into."""

from datetime import date, timedelta
from enum import Enum, StrEnum

from app.domain.text.messages import message_in

DAY = timedelta(days=1)
Days = tuple[date | None, date | None]  # the first, and the day after the last; None: no limit


class ChartRange(Enum):
    """Up to today; the value is the text shown."""

    DAY = message_in("period", "1D")
    WEEK = message_in("period", "1W")
    MONTH = message_in("period", "1M")
    QUARTER = message_in("period", "3M")
    YEAR_TO_DATE = message_in("period", "YTD")
    YEAR = message_in("period", "1Y")
    ALL = message_in("period", "All")
    OWN = message_in("period", "Custom")


class BarLength(StrEnum):
    """How long one bar is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


def range_days(wanted: ChartRange, today: date, own: tuple[date, date]) -> Days:
    """The range's days, both ends included. Args: own: the first and the last of `OWN`."""
    begins = {
        ChartRange.DAY: today,
        ChartRange.WEEK: today - 6 * DAY,
        ChartRange.MONTH: day_after(months_before(today, 1)),
        ChartRange.QUARTER: day_after(months_before(today, 3)),
        ChartRange.YEAR_TO_DATE: date(today.year, 1, 1),
        ChartRange.YEAR: day_after(months_before(today, 12)),
    }
    if wanted is ChartRange.OWN:
        first, last = sorted(own)
        return first, day_after(last)
    return begins.get(wanted), None


def day_after(day: date) -> date:
    return day if day == date.max else day + DAY


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last."""
    number = day.year * 12 + day.month - 1 - months
    year, month = max(number // 12, 1), number % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
    return date(year, month, min(day.day, last))


def step_start(day: date, step: BarLength, first_weekday: int = 1) -> date:
    """The first day of the period that holds the day.

    Args:
        first_weekday: of the week: 1 for Monday, 7 for Sunday.
    """
    if step is BarLength.DAY:
        return day
    if step is BarLength.WEEK:
        return day - DAY * ((day.isoweekday() - first_weekday) % 7)
    return day.replace(day=1) if step is BarLength.MONTH else date(day.year, 1, 1)


def step_end(start: date, step: BarLength) -> date:
    """The first day after the period that begins with `start`."""
    if step is BarLength.DAY:
        return start + DAY
    if step is BarLength.WEEK:
        return start + 7 * DAY
    if step is BarLength.YEAR:
        return date(start.year + 1, 1, 1)
    return date(start.year + start.month // 12, start.month % 12 + 1, 1)
