"""Which days a fetch asks for, when it is due, and when a token's expiry is warned of."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from app.domain.connection.maintenance_windows import Region, last_nightly_reset_end
from app.domain.fetching.plan import (
    DayRange,
    FetchedState,
    daily_days,
    is_due,
    last_day,
    reaches_now,
    windows,
)
from app.domain.fetching.queries import FlexToken, QueryKind, expiry_warnings

ACTIVITY, CONFIRMATIONS = QueryKind.ACTIVITY, QueryKind.CONFIRMATIONS
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)  # Tuesday, 12:00 in New York
DAY = timedelta(days=1)


@pytest.mark.parametrize("length", [1, 7, 8, 364, 365, 366, 723, 724, 2_000])
def test_windows_cover_every_day_in_order_and_overlap_by_a_week(length: int) -> None:
    first = date(2020, 1, 1)
    whole = DayRange(first, first + (length - 1) * DAY)
    parts = list(windows(whole))
    assert (parts[0].first, parts[-1].last) == (whole.first, whole.last)
    assert all((part.last - part.first).days < 365 for part in parts)
    assert all(part.first <= part.last for part in parts)
    for before, after in pairwise(parts):
        assert after.first == before.last + DAY - 7 * DAY
        assert after.last > before.last


def test_activity_ends_yesterday_and_confirmations_today_as_in_new_york() -> None:
    assert last_day(ACTIVITY, NOON) == date(2026, 11, 23)
    assert last_day(CONFIRMATIONS, NOON) == date(2026, 11, 24)
    assert last_day(CONFIRMATIONS, datetime(2026, 11, 24, 3, tzinfo=UTC)) == date(2026, 11, 23)


def test_the_first_daily_fetch_takes_the_querys_own_period() -> None:
    assert daily_days(FetchedState(), ACTIVITY, NOON) is None


def test_later_ones_begin_a_week_before_the_last() -> None:
    state = FetchedState(fetched_at=NOON - 20 * DAY)
    assert daily_days(state, ACTIVITY, NOON) == DayRange(date(2026, 10, 28), date(2026, 11, 23))


def test_an_estimate_that_is_older_begins_earlier_but_within_a_year() -> None:
    state = FetchedState(NOON - DAY, oldest_estimate=NOON - 60 * DAY)
    found = daily_days(state, ACTIVITY, NOON)
    assert found is not None
    assert found.first == date(2026, 9, 18)
    ancient = FetchedState(NOON - DAY, oldest_estimate=NOON - 5_000 * DAY)
    found = daily_days(ancient, ACTIVITY, NOON)
    assert found is not None
    assert list(windows(found)) == [found]


def test_it_is_due_once_after_each_reset() -> None:
    reset = NOON - timedelta(hours=11)
    assert is_due(FetchedState(), ACTIVITY, reset, NOON)
    assert is_due(FetchedState(reset - timedelta(hours=1)), ACTIVITY, reset, NOON)
    assert not is_due(FetchedState(reset + timedelta(hours=1)), ACTIVITY, reset, NOON)


def test_a_new_estimate_is_worth_a_fetch_of_confirmations_a_quarter_hour_later() -> None:
    reset = NOON - timedelta(hours=11)
    fetched = NOON - timedelta(hours=2)
    state = FetchedState(fetched, NOON - 9 * DAY, NOON - timedelta(minutes=20))
    assert is_due(state, CONFIRMATIONS, reset, NOON)
    assert not is_due(state, ACTIVITY, reset, NOON)
    assert not is_due(state, CONFIRMATIONS, reset, NOON - timedelta(minutes=10))
    later = FetchedState(NOON, state.oldest_estimate, state.newest_estimate)
    assert not is_due(later, CONFIRMATIONS, reset, NOON + timedelta(minutes=1))


def test_a_statement_reaches_now_if_at_most_a_week_is_left_out() -> None:
    assert reaches_now(date(2026, 11, 16), ACTIVITY, NOON)
    assert not reaches_now(date(2026, 11, 15), ACTIVITY, NOON)


@pytest.mark.parametrize("region", list(Region))
def test_the_last_reset_has_ended_within_a_day(region: Region) -> None:
    for hour in range(72):
        at = NOON + timedelta(hours=hour, minutes=7)
        ended = last_nightly_reset_end(at, region)
        assert timedelta() <= at - ended < timedelta(hours=25)
    european = last_nightly_reset_end(NOON, Region.EUROPE)
    assert european == datetime(2026, 11, 24, 6, 45, tzinfo=UTC)


def test_a_token_is_warned_of_two_weeks_ahead() -> None:
    today = date(2026, 11, 24)
    tokens = [
        FlexToken(expires=today + 15 * DAY),
        FlexToken(expires=today + 14 * DAY),
        FlexToken("wife", today - DAY),
        FlexToken("unknown"),
    ]
    first, second = expiry_warnings(tokens, today)
    assert first.startswith("The Flex token expires on 8 Dec 2026. In IBKR's Client Portal")
    assert second.startswith("The Flex token wife expired on 23 Nov 2026.")
