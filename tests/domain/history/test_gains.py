"""Gains are told from deposits where statements tell of them, and are unknown elsewhere."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.history.gains import Gain, gains
from app.domain.history.portfolio_history import PointSource, PortfolioPoint
from app.domain.model.statements import Deposit, DepositPeriod, KnownDeposits

D = Decimal
NEW_YORK = ZoneInfo("America/New_York")
NOVEMBER = DepositPeriod("DU1", date(2026, 11, 1), date(2026, 11, 30))


def point(
    day: int, net: str | None, *, hour: int = 20, currency: str = "USD", account: str = "DU1"
) -> PortfolioPoint:
    value = None if net is None else D(net)
    taken_at = datetime(2026, 11, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)
    source = PointSource.REPORTED
    return PortfolioPoint(taken_at, account, currency, value, *[None] * 4, source)


def deposit(day: int, amount: str, currency: str = "USD", rate: str | None = None) -> Deposit:
    known = None if rate is None else D(rate)
    return Deposit("DU1", f"{day}{amount}", date(2026, 11, day), currency, D(amount), known)


def found(
    *points: PortfolioPoint, deposits: tuple[Deposit, ...] = (), periods: object = (NOVEMBER,)
) -> list[Gain]:
    return list(gains(points, KnownDeposits(deposits, periods), "DU1", NEW_YORK))  # type: ignore[arg-type]


def test_a_deposit_is_no_gain_and_a_withdrawal_no_loss() -> None:
    first, second = found(
        point(2, "1000"),
        point(3, "1510"),
        point(6, "1200.50"),
        deposits=(deposit(3, "500"), deposit(5, "-300"), deposit(2, "1"), deposit(7, "1")),
    )
    assert (first.since.day, first.day.day, first.deposited, first.gain) == (2, 3, 500, 10)
    assert (second.since.day, second.day.day, second.deposited) == (3, 6, -300)
    assert (second.gain, second.total, second.is_complete) == (D("-9.5"), D("0.5"), True)


def test_a_days_last_value_counts_and_days_part_at_the_given_midnight() -> None:
    (only,) = found(point(2, "5"), point(3, "7", hour=2), point(3, "9", hour=6), point(3, "8"))
    assert (only.since.day, only.value, only.gain) == (2, 8, 1)


def test_days_that_no_statement_covers_make_the_gain_unknown_and_the_total_incomplete() -> None:
    early = DepositPeriod("DU1", date(2026, 11, 1), date(2026, 11, 3))
    other = DepositPeriod("DU2", date(2026, 11, 1), date(2026, 11, 30))
    late = DepositPeriod("DU1", date(2026, 11, 5), date(2026, 11, 30))
    points = [point(2, "1"), point(3, "2"), point(5, "4"), point(6, "8")]
    assert [gain.gain for gain in found(*points, periods=(late, other, early))] == [1, None, 4]
    assert [gain.total for gain in found(*points, periods=(late, early))] == [1, 1, 5]
    assert [gain.is_complete for gain in found(*points, periods=(late, early))] == [
        True,
        False,
        False,
    ]
    joined = DepositPeriod("DU1", date(2026, 11, 4), date(2026, 11, 4))
    assert found(*points, periods=(late, joined, early))[-1].is_complete


def test_another_currency_needs_the_statements_rate() -> None:
    points = [point(2, "100"), point(3, "210")]
    (known,) = found(*points, deposits=(deposit(3, "100", "EUR", "1.1"),))
    assert (known.deposited, known.gain) == (110, 0)
    (unknown,) = found(*points, deposits=(deposit(3, "100", "EUR"),))
    assert (unknown.deposited, unknown.gain) == (None, None)


def test_a_base_currency_that_changes_makes_that_gain_unknown() -> None:
    assert [one.gain for one in found(point(2, "1"), point(3, "2", currency="EUR"))] == [None]


@pytest.mark.parametrize("points", [(), (point(2, "1"),), (point(2, "1"), point(3, None))])
def test_one_value_is_no_gain(points: tuple[PortfolioPoint, ...]) -> None:
    assert found(*points) == []


def test_other_accounts_and_parts_do_not_count() -> None:
    assert found(point(2, "1"), point(3, "2", account="DU2")) == []


amounts = st.decimals(-(10**12), 10**12, places=2)


@given(st.lists(st.tuples(amounts, amounts), min_size=2, max_size=25))
def test_gains_and_deposits_add_up_to_the_change_of_the_value(
    days: list[tuple[Decimal, Decimal]],
) -> None:
    points = [point(number, str(value)) for number, (value, _) in enumerate(days, start=2)]
    deposits = [deposit(number, str(paid)) for number, (_, paid) in enumerate(days, start=2)]
    told = found(*points, deposits=tuple(deposits))
    assert sum(paid for _, paid in days[1:]) + told[-1].total == days[-1][0] - days[0][0]
    assert told[-1].is_complete
