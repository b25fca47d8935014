"""Deposits are no gains, of one account or of several, and what is not known is marked."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.charts.money import ChartCurrency
from app.domain.charts.value import value_history
from app.domain.charts.value_gains import (
    DayGain,
    DepositMark,
    ValueChange,
    account_gains,
    day_gains,
    deposit_marks,
    value_change,
)
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.model.statements import Deposit, DepositPeriod, KnownDeposits
from tests.domain.charts.test_value import BASE, BOTH, START, point

NEW_YORK = ZoneInfo("America/New_York")
FIRST = date(2026, 1, 5)
ALL_DAYS = tuple(DepositPeriod(each, date(2026, 1, 1), date(2026, 12, 31)) for each in BOTH)


def deposit(
    day: int, amount: str, account: str = "DU1", currency: str = "USD", rate: str | None = None
) -> Deposit:
    known = None if rate is None else Decimal(rate)
    at = FIRST + timedelta(days=day)
    return Deposit(account, f"{account}{day}{amount}", at, currency, Decimal(amount), known)


def told(
    points: list[PortfolioPoint],
    *deposits: Deposit,
    accounts: tuple[str, ...] = ("DU1",),
    periods: tuple[DepositPeriod, ...] = ALL_DAYS,
) -> tuple[tuple[DayGain, ...], ValueChange]:
    values = value_history(points, accounts, BASE).points
    own = account_gains(points, KnownDeposits(deposits, periods), accounts, NEW_YORK)
    days = day_gains(values, own, "USD", NEW_YORK)
    return days, value_change(values, days)


def test_a_deposit_is_no_gain_and_a_withdrawal_no_loss() -> None:
    points = [point(0, "DU1", "100"), point(1, "DU1", "1112"), point(2, "DU1", "1010")]
    days, change = told(points, deposit(1, "1000"), deposit(2, "-100"))
    assert [(day.deposited, day.gain, day.total) for day in days] == [
        (0, 0, 0),
        (1000, 12, 12),
        (-100, -2, 10),
    ]
    assert change == ValueChange(Decimal(910), Decimal(900), Decimal(10), is_complete=True)


def test_only_a_days_last_point_has_its_gain() -> None:
    points = [point(0, "DU1", "1"), point(0.8, "DU1", "2"), point(0.9, "DU1", "5")]
    days, _ = told(points)
    assert [(day.point, day.gain) for day in days] == [(0, 0), (2, 4)]


def test_days_without_a_statement_make_the_sum_incomplete() -> None:
    points = [point(day, "DU1", net) for day, net in enumerate(("1", "5", "6"))]
    early = (DepositPeriod("DU1", FIRST, FIRST + timedelta(days=1)),)
    days, change = told(points, periods=early)
    assert [(day.gain, day.total, day.is_complete) for day in days] == [
        (0, 0, True),
        (4, 4, True),
        (None, 4, False),
    ]
    assert change == ValueChange(Decimal(5), Decimal(0), Decimal(4), is_complete=False)
    nothing, unknown = told(points, periods=())
    assert [day.gain for day in nothing] == [0, None, None]
    assert unknown == ValueChange(Decimal(5))


def test_one_point_is_no_change() -> None:
    assert told([point(0, "DU1", "1")])[1] == ValueChange()
    assert told([])[0] == ()


def test_deposits_are_marked_by_day_in_the_charts_currency() -> None:
    known = KnownDeposits(
        (
            deposit(0, "1"),
            *(deposit(1, "10"), deposit(1, "4", "DU2"), deposit(1, "2", currency="EUR", rate="2")),
            *(deposit(2, "-3"), deposit(3, "5", currency="EUR"), deposit(9, "5")),
            *(deposit(4, "7"), deposit(4, "-7", "DU2")),
        )
    )
    days = FIRST, FIRST + timedelta(days=5)

    def marks(currency: ChartCurrency) -> list[tuple[int, Decimal | None]]:
        found = deposit_marks(known, BOTH, currency, days)
        return [((mark.day - FIRST).days, mark.amount) for mark in found]

    assert marks(BASE) == [(1, 18), (2, -3), (3, None)], "what comes from the other is no deposit"
    assert marks(ChartCurrency("EUR")) == [(1, 2), (3, 5)]
    assert deposit_marks(known, ("DU2",), BASE, days) == (
        DepositMark(FIRST + timedelta(days=1), Decimal(4)),
        DepositMark(FIRST + timedelta(days=4), Decimal(-7)),
    )


DAYS = st.integers(0, 20)
AMOUNTS = st.decimals(-1000, 1000, places=2)


@given(
    st.dictionaries(st.tuples(DAYS, st.sampled_from(BOTH)), AMOUNTS, min_size=2),
    st.lists(st.tuples(DAYS, st.sampled_from(BOTH), AMOUNTS), max_size=6),
)
def test_gains_and_deposits_together_are_the_change_of_value(
    nets: dict[tuple[int, str], Decimal], paid: list[tuple[int, str, Decimal]]
) -> None:
    """Where every day has a point of one of the accounts at least, and statements tell of all."""
    points = sorted(
        (point(day, account, str(net)) for (day, account), net in nets.items()),
        key=lambda one: one.taken_at,
    )
    deposits = [deposit(day, str(amount), account) for day, account, amount in paid]
    days, change = told(points, *deposits, accounts=BOTH)
    if change.total is None:
        return
    assert change.deposited is not None
    assert change.gain is not None
    assert change.gain + change.deposited == change.total
    assert change.is_complete
    assert days[-1].total == sum(day.gain or 0 for day in days)


def test_the_tests_start_on_the_first_day() -> None:
    assert START.astimezone(NEW_YORK).date() == FIRST == datetime(2026, 1, 5, tzinfo=UTC).date()
