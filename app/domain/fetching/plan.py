"""Which days to ask for, and when. Pure.

Sources: IBKR renews an Activity query once a day, after the close; a trade confirmation is there
5 to 10 minutes after the execution; from-date and to-date span at most 365 days
(interactivebrokers.com/campus/ibkr-api-page/flex-web-service).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.fetching.queries import QueryKind
from app.domain.model.statements import period

LONGEST = 365  # days of one request, both ends included
OVERLAP = timedelta(days=7)  # corrections and late bookings come within a week
CONFIRMED_AFTER = timedelta(minutes=15)  # from an execution to its confirmation, generously
IBKRS_DAY = "America/New_York"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayRange:
    """From the first to the last day, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """ "1 Jan to 31 Oct 2026"."""
        return period(self.first, self.last)


@dataclass(frozen=True, slots=True)
class FetchedState:
    """What the database tells about a query's earlier fetches.

    Attributes:
        fetched_at: when it was last fetched with success, UTC; None if never.
        oldest_estimate, newest_estimate: when the oldest and newest closes happened whose P&L is
            an estimate or unknown, UTC; None without any.
    """

    fetched_at: datetime | None = None
    oldest_estimate: datetime | None = None
    newest_estimate: datetime | None = None


def last_day(kind: QueryKind, now: datetime) -> date:
    """The newest day that IBKR can have a statement for."""
    today = now.astimezone(ZoneInfo(IBKRS_DAY)).date()
    return today if kind is QueryKind.CONFIRMATIONS else today - DAY


def windows(days: DayRange) -> Iterator[DayRange]:
    """The days in parts of at most 365, the oldest first; each later one overlaps by a week."""
    first = days.first
    while True:
        last = min(first + (LONGEST - 1) * DAY, days.last)
        yield DayRange(first, last)
        if last >= days.last:
            return
        first = last + DAY - OVERLAP


def daily_days(state: FetchedState, kind: QueryKind, now: datetime) -> DayRange | None:
    """Which days a daily fetch asks for: those since the last one, and a week before it.

    An estimate that is older begins earlier, at most a year ago.

    Returns:
        None for the query's own period, where nothing was fetched so far.
    """
    if state.fetched_at is None:
        return None
    last = last_day(kind, now)
    begins = state.fetched_at
    if state.oldest_estimate is not None:
        begins = min(begins, max(state.oldest_estimate, now - (LONGEST - 8) * DAY))
    first = begins.astimezone(ZoneInfo(IBKRS_DAY)).date() - OVERLAP
    return DayRange(min(first, last), last)


def is_due(state: FetchedState, kind: QueryKind, reset_ended_at: datetime, now: datetime) -> bool:
    """Whether to fetch now: once after each reset, and for an estimate that is new since then.

    Args:
        reset_ended_at: the end of IBKR's last nightly reset.
    """
    if state.fetched_at is None or state.fetched_at < reset_ended_at:
        return True
    if kind is QueryKind.ACTIVITY or state.newest_estimate is None:
        return False  # IBKR renews activity only with the next reset
    confirmed_at = state.newest_estimate.astimezone(UTC) + CONFIRMED_AFTER
    return state.fetched_at < confirmed_at <= now


def reaches_now(last: date, kind: QueryKind, now: datetime) -> bool:
    """Whether a statement that ends with this day leaves nothing out: a week is asked for again."""
    return last >= last_day(kind, now) - OVERLAP
