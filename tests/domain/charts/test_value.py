"""The portfolio's value over time: only sums of known parts, with gaps as gaps."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.domain.charts.money import ChartCurrency
from app.domain.charts.value import value_change, value_points
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.portfolio.fx_rates import Rates

START = datetime(2026, 1, 5, 21, tzinfo=UTC)
RATES = {"DU2": Rates("USD", START, {"EUR": Decimal("1.5")})}
BASE = ChartCurrency("USD", is_base=True, rates=RATES)


def point(
    day: int, account: str, net: str | None, currency: str = "USD", gain: str = "0"
) -> PortfolioPoint:
    amount = None if net is None else Decimal(net)
    at = START + timedelta(days=day)
    return PortfolioPoint(
        at, account, currency, amount, amount, amount, Decimal(gain), Decimal(0), "ibkr"
    )


def test_accounts_are_added_where_all_are_known() -> None:
    points = [point(0, "DU1", "1"), point(1, "DU2", "10", "EUR"), point(2, "DU1", "3")]
    found = value_points(points, ("DU1", "DU2"), BASE)
    assert [p.net_liquidation for p in found] == [16, 18]


def test_an_unknown_part_makes_the_sum_unknown() -> None:
    points = [point(0, "DU1", "1"), point(0, "DU2", None)]
    (found,) = value_points(points, ("DU1", "DU2"), BASE)
    assert found.net_liquidation is None
    (found,) = value_points([point(0, "DU1", "7", "CHF")], ("DU1",), BASE)
    assert found.net_liquidation is None


def test_a_value_does_not_stand_for_ever() -> None:
    points = [point(0, "DU1", "1"), point(0, "DU2", "1", "EUR"), point(9, "DU1", "2")]
    assert len(value_points(points, ("DU1", "DU2"), BASE)) == 1


def test_a_long_silence_is_a_gap() -> None:
    points = [point(day, "DU1", "1") for day in (0, 1, 5, 10)]
    found = value_points(points, ("DU1",), BASE)
    assert [p.is_after_gap for p in found] == [False, False, False, True]


def test_a_deposit_is_no_gain() -> None:
    points = [point(0, "DU1", "100", gain="5"), point(1, "DU1", "1112", gain="17")]
    change = value_change(value_points(points, ("DU1",), BASE))
    assert (change.total, change.gain, change.other) == (1012, 12, 1000)
    assert value_change(()).total is None
