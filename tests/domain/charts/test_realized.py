"""Realized P&L by period: the bars hold each close once, and sums are exact."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.charts.money import ChartCurrency
from app.domain.charts.paid import payers, trade_statistics
from app.domain.charts.ranges import BarLength, ChartRange, range_days, step_end, step_start
from app.domain.charts.realized import (
    RealizedClose,
    realized_bars,
    realized_sums,
    running_totals,
)
from app.domain.model.positions import Source
from app.domain.portfolio.fx_rates import Rates

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DOLLAR = ChartCurrency("USD")
BASE = ChartCurrency(
    "USD", is_base=True, rates={"DU1": Rates("USD", NOON, {"EUR": Decimal("1.1")})}
)
amounts = st.decimals(-(10**9), 10**9, places=2)
moments = st.integers(0, 7 * 365 * 1440).map(lambda minutes: NOON - timedelta(minutes=minutes))


@st.composite
def closes(draw: st.DrawFn) -> RealizedClose:
    source = draw(st.sampled_from(Source))
    is_known = source not in (Source.UNKNOWN, Source.SKIPPED)
    return RealizedClose(
        draw(st.sampled_from(("DU1", "DU2"))),
        draw(st.sampled_from(("AAPL", "SAP", "ES"))),
        draw(st.sampled_from(("USD", "EUR", "JPY"))),
        NOON - timedelta(days=4000),
        draw(moments),
        draw(amounts) if is_known else None,
        source,
        draw(st.none() | amounts),
    )


def close(realized: str | None, source: Source = Source.BROKER, **more: object) -> RealizedClose:
    values: dict[str, object] = {
        "account": "DU1",
        "underlying": "AAPL",
        "currency": "USD",
        "opened_at": NOON - timedelta(days=3),
        "closed_at": NOON,
        "commission": None,
    }
    amount = None if realized is None else Decimal(realized)
    return RealizedClose(realized=amount, source=source, **(values | more))  # type: ignore[arg-type]


@given(st.lists(closes()), st.sampled_from(BarLength), st.integers(1, 7))
def test_the_bars_hold_each_close_of_the_currency_once(
    made: Sequence[RealizedClose], step: BarLength, first_weekday: int
) -> None:
    bars = realized_bars(made, step, DOLLAR, first_weekday=first_weekday)
    own = [one for one in made if one.currency == "USD"]
    assert sum(bar.sums.totals.closes for bar in bars) == len(own)
    known = sum((one.realized for one in own if one.realized is not None), Decimal(0))
    assert (running_totals(bars) or (Decimal(0),))[-1] == known
    assert sum(bar.sums.left_out for bar in bars) == sum(one.realized is None for one in own)
    assert all(one.end <= other.start for one, other in pairwise(bars))
    for one in own:
        assert sum(bar.start <= one.day < bar.end for bar in bars) == 1


@given(st.lists(closes()))
def test_what_has_no_rate_is_counted_and_not_added(made: Sequence[RealizedClose]) -> None:
    sums = realized_sums(made, BASE)
    converted = [
        one
        for one in made
        if one.realized is not None
        and (
            not one.realized
            or one.currency == "USD"
            or (one.account, one.currency) == ("DU1", "EUR")
        )
    ]
    rates = {"EUR": Decimal("1.1")}
    expected = sum(
        (one.realized * rates.get(one.currency, 1) for one in converted if one.realized), Decimal(0)
    )
    assert (sums.net or 0) == expected
    assert sums.lacking == sum(one.realized is not None for one in made) - len(converted)
    assert sums.totals.closes + sums.lacking == len(made)


def test_estimates_stay_apart_from_exact_figures() -> None:
    made = [
        close("10"),
        close("-3", Source.ESTIMATE),
        close(None, Source.UNKNOWN),
        close("2", Source.FILLS),
    ]
    (bar,) = realized_bars(made, BarLength.DAY, DOLLAR)
    totals = bar.sums.totals
    assert (totals.exact, totals.estimated, totals.closes, totals.unknown) == (12, -3, 4, 1)
    assert bar.sums.net == 9


def test_the_gross_figure_adds_the_known_commissions() -> None:
    sums = realized_sums([close("10", commission=Decimal("1.5")), close("5")], DOLLAR)
    assert (sums.net, sums.gross, sums.totals.commission) == (15, Decimal("16.5"), Decimal("1.5"))
    assert realized_sums([close(None, Source.UNKNOWN)], DOLLAR).gross is None


def test_a_figure_of_many_digits_is_added_whole() -> None:
    huge = "1" + "0" * 40
    assert realized_sums([close(huge), close("0.01")], DOLLAR).net == Decimal(huge + ".01")


@given(st.dates(date(1, 2, 1), date(9990, 1, 1)), st.sampled_from(BarLength), st.integers(1, 7))
def test_a_period_holds_its_days_and_the_next_begins_where_it_ends(
    day: date, step: BarLength, first_weekday: int
) -> None:
    start = step_start(day, step, first_weekday)
    end = step_end(start, step)
    assert start <= day < end
    assert step_start(end, step, first_weekday) == end
    if step is BarLength.WEEK:
        assert start.isoweekday() == first_weekday


@pytest.mark.parametrize(
    ("wanted", "today", "first"),
    [
        (ChartRange.DAY, "2026-11-23", "2026-11-23"),
        (ChartRange.WEEK, "2026-11-23", "2026-11-17"),
        (ChartRange.MONTH, "2026-03-31", "2026-03-01"),
        (ChartRange.QUARTER, "2026-01-15", "2025-10-16"),
        (ChartRange.YEAR_TO_DATE, "2026-11-23", "2026-01-01"),
        (ChartRange.YEAR, "2024-02-29", "2023-03-01"),
    ],
)
def test_a_range_begins_so_long_before_today(wanted: ChartRange, today: str, first: str) -> None:
    own = date(2020, 1, 1), date(2020, 1, 1)
    assert range_days(wanted, date.fromisoformat(today), own) == (date.fromisoformat(first), None)


def test_own_days_are_taken_in_either_order_and_both_included() -> None:
    days = date(2026, 5, 7), date(2026, 5, 1)
    expected = date(2026, 5, 1), date(2026, 5, 8)
    assert range_days(ChartRange.OWN, date(2026, 11, 1), days) == expected
    assert range_days(ChartRange.ALL, date(2026, 11, 1), days) == (None, None)


def test_statistics_count_each_close_once() -> None:
    made = [
        close("10", opened_at=NOON - timedelta(days=1)),
        close("20", opened_at=NOON - timedelta(days=3)),
        close("-5", opened_at=NOON),
        close("0", opened_at=NOON),
        close(None, Source.UNKNOWN, opened_at=NOON),
        close("99", currency="EUR"),
    ]
    found = trade_statistics(made, DOLLAR)
    assert (found.wins, found.losses, found.even, found.unknown) == (2, 1, 1, 1)
    assert (found.average_win, found.average_loss, found.win_rate) == (15, -5, 50)
    assert found.average_held == timedelta(days=4) / 5
    nothing = trade_statistics([], DOLLAR)
    assert (nothing.win_rate, nothing.average_win, nothing.average_held) == (None, None, None)


@given(st.lists(closes()))
def test_what_the_underlyings_brought_is_what_all_closes_brought(
    made: Sequence[RealizedClose],
) -> None:
    found = payers(made, (), BASE)
    assert sum(payer.total or 0 for payer in found) == (realized_sums(made, BASE).net or 0)
    totals = [payer.total for payer in found if payer.total is not None]
    assert totals == [payer.total for payer in found[: len(totals)]], "the unknown ones are last"
    assert totals == sorted(totals, reverse=True)
