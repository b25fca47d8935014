"""Realized P&L by period and currency: exact and estimated apart, and never a wrong sum."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.domain.portfolio.fx_rates import (
    ConversionBasis,
    ConvertedAmount,
    Rate,
    Rates,
    in_base,
    together,
)
from app.domain.portfolio.realized_totals import (
    Period,
    RealizedByPeriod,
    RealizedSum,
    RealizedTotals,
    converted,
    period_starts,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RATES = Rates("USD", NOON, {"EUR": Decimal("1.0871"), "JPY": Decimal("0.0067"), "BAD": Decimal(0)})
EUR = Rate("EUR", "USD", Decimal("1.0871"), NOON)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The computer's time zone, as `TZ` names it."""
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone of this system cannot be set for a test")
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def always(
    exact: str = "0", estimated: str = "0", closes: int = 1, unknown: int = 0
) -> RealizedTotals:
    return RealizedTotals(Decimal(exact), Decimal(estimated), closes, unknown)


def ever(realized: RealizedTotals, today: RealizedTotals | None = None) -> RealizedByPeriod:
    """The same in each period, but perhaps not today."""
    whole = RealizedSum(realized)
    return RealizedByPeriod(whole if today is None else RealizedSum(today), whole, whole, whole)


@pytest.mark.parametrize(
    ("name", "now", "day", "month", "year"),
    [
        ("UTC", "2026-11-23T00:00", "2026-11-23T00", "2026-11-01T00", "2026-01-01T00"),
        ("UTC", "2026-11-22T23:59", "2026-11-22T00", "2026-11-01T00", "2026-01-01T00"),
        # In November New York is 5 hours behind, on the month's first midnight still 4.
        ("America/New_York", "2026-11-24T04:59", "2026-11-23T05", "2026-11-01T04", "2026-01-01T05"),
        ("America/New_York", "2026-11-24T05:00", "2026-11-24T05", "2026-11-01T04", "2026-01-01T05"),
        # Tokyo has the new year while it is still the old one in UTC.
        ("Asia/Tokyo", "2026-12-31T15:00", "2026-12-31T15", "2026-12-31T15", "2026-12-31T15"),
        # Berlin's year began in winter time.
        ("Europe/Berlin", "2026-07-01T12:00", "2026-06-30T22", "2026-06-30T22", "2025-12-31T23"),
    ],
)
def test_periods_begin_at_local_midnight(
    zone: pytest.MonkeyPatch, name: str, now: str, day: str, month: str, year: str
) -> None:
    zone.setenv("TZ", name)
    time.tzset()
    found = period_starts(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert [f"{start.astimezone(UTC):%Y-%m-%dT%H}" for start in found] == [day, month, year]


def test_currencies_are_added_up_by_their_rates_which_are_kept() -> None:
    found = converted({"USD": ever(always("100")), "EUR": ever(always("10", "-2"))}, RATES)
    assert found.all.realized == always("110.871", "-2.1742", closes=2)
    assert found.all.basis == ConversionBasis((EUR,))
    assert found.all.total == Decimal("108.6968")


def test_a_currency_without_a_rate_is_named_and_left_out() -> None:
    found = converted({"USD": ever(always("100")), "CHF": ever(always("10"))}, RATES)
    assert found.all.realized == always("100")
    assert found.all.basis.lacking == ("CHF",)
    assert found.all.is_partial
    assert found.all.is_known
    assert found.all.total is None


@pytest.mark.parametrize("currency", ["CHF", "BAD"])
def test_without_any_usable_rate_there_is_no_figure(currency: str) -> None:
    found = converted({currency: ever(always("10"))}, RATES)
    assert not found.all.is_known
    assert not found.is_empty


def test_only_the_periods_with_such_closes_are_partial() -> None:
    found = converted(
        {"USD": ever(always("5")), "CHF": ever(always("10"), today=RealizedTotals())}, RATES
    )
    assert not found.today.is_partial
    assert found.month.is_partial


def test_nothing_or_zero_needs_no_rate() -> None:
    found = converted({"CHF": ever(always("0", unknown=0)), "SEK": ever(RealizedTotals())}, RATES)
    assert found.all.basis == ConversionBasis()
    assert found.all.total == 0


def test_a_close_without_a_figure_makes_the_sum_partial_and_alone_unknown() -> None:
    some, none = RealizedSum(always("5", closes=3, unknown=1)), RealizedSum(always(unknown=1))
    assert (some.is_partial, some.is_known, some.total) == (True, True, None)
    assert (none.is_partial, none.is_known) == (True, False)
    assert RealizedSum().is_known
    assert RealizedSum().total == 0


def test_periods_are_added_up_one_by_one() -> None:
    both = ever(always("1"), today=RealizedTotals()) + ever(always("2", "3"))
    assert both.of(Period.TODAY).realized == always("2", "3")
    assert both.of(Period.YEAR).realized == always("3", "3", closes=2)
    assert RealizedByPeriod().is_empty
    assert not both.is_empty


def test_amounts_are_converted_and_an_unknown_one_makes_the_sum_unknown() -> None:
    amounts: dict[str, Decimal | None] = {"USD": Decimal(1), "EUR": Decimal(100), "CHF": None}
    assert in_base(amounts, RATES) == ConvertedAmount(None)
    del amounts["CHF"]
    assert in_base(amounts, RATES) == ConvertedAmount(Decimal("109.71"), ConversionBasis((EUR,)))


def test_amounts_without_a_rate_are_left_out_of_the_sum() -> None:
    found = in_base({"USD": Decimal(1), "CHF": Decimal(2), "SEK": Decimal(0)}, RATES)
    assert found == ConvertedAmount(Decimal(1), ConversionBasis(lacking=("CHF",)))
    assert found.complete is None
    alone = in_base({"CHF": Decimal(2)}, RATES)
    assert alone == ConvertedAmount(None, ConversionBasis(lacking=("CHF",)))
    assert together([found, alone]).amount == 1
    assert together([found, ConvertedAmount(None)]) == ConvertedAmount(None)
