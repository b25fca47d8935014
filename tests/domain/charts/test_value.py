"""The portfolio's value over time: only sums of known parts, with gaps as gaps."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.domain.charts.money import ChartCurrency
from app.domain.charts.value import ValueHistory, ValuePoint, value_history
from app.domain.history.portfolio_history import PointSource, PortfolioPoint

START = datetime(2026, 1, 5, 21, tzinfo=UTC)
BASE = ChartCurrency("USD", is_base=True)
BOTH = ("DU1", "DU2")


def point(
    day: float,
    account: str,
    net: str | None,
    currency: str = "USD",
    *,
    market: str | None = None,
    is_total: bool = True,
    source: PointSource = PointSource.REPORTED,
) -> PortfolioPoint:
    amount = None if net is None else Decimal(net)
    value = amount if market is None else Decimal(market)
    at = START + timedelta(days=day)
    return PortfolioPoint(
        *(at, account, currency, amount, amount, value, amount, Decimal(99), source),
        is_total=is_total,
    )


def part(day: float, account: str, net: str, currency: str) -> PortfolioPoint:
    return point(day, account, net, currency, is_total=False)


def history(
    *points: PortfolioPoint, accounts: tuple[str, ...] = ("DU1",), currency: ChartCurrency = BASE
) -> ValueHistory:
    return value_history(points, accounts, currency)


def nets(found: ValueHistory) -> list[Decimal | None]:
    return [point.net_liquidation for point in found.points]


def test_accounts_are_added_where_all_are_known() -> None:
    points = [point(0, "DU1", "1"), point(1, "DU2", "10.5"), point(2, "DU1", "3")]
    found = history(*points, accounts=BOTH)
    assert nets(found) == [Decimal("11.5"), Decimal("13.5")]
    assert found.left_out == 1
    assert nets(history(*points, accounts=("DU2",))) == [Decimal("10.5")]


def test_an_unknown_part_makes_the_sum_unknown() -> None:
    (found,) = history(point(0, "DU1", "1"), point(0, "DU2", None), accounts=BOTH).points
    assert found == ValuePoint(START, None, None, None, None)


def test_a_value_in_another_base_currency_is_left_out_because_its_rate_was_not_kept() -> None:
    found = history(point(0, "DU1", "7", "CHF"), point(1, "DU1", "8"))
    assert (nets(found), found.left_out) == ([8], 1)


def test_a_value_does_not_stand_for_ever() -> None:
    points = [point(0, "DU1", "1"), point(0, "DU2", "1"), point(9, "DU1", "2")]
    found = history(*points, accounts=BOTH)
    assert (nets(found), found.left_out) == ([2], 1)


def test_a_long_silence_is_a_gap() -> None:
    found = history(*(point(day, "DU1", "1") for day in (0, 1, 5, 10)))
    assert [one.is_after_gap for one in found.points] == [False, False, False, True]


def test_one_currency_is_the_sum_of_the_accounts_parts_in_it() -> None:
    points = [
        *(point(0, "DU1", "100"), part(0, "DU1", "60", "USD"), part(0, "DU1", "40", "EUR")),
        *(point(0, "DU2", "5"), part(0, "DU2", "5", "USD")),
        *(point(1, "DU1", "60"), part(1, "DU1", "60", "USD")),
    ]
    euros = history(*points, accounts=BOTH, currency=ChartCurrency("EUR"))
    assert nets(euros) == [40, 0], "an account without a part in it had no money in it"
    assert nets(history(*points, accounts=BOTH, currency=ChartCurrency("USD"))) == [65, 65]
    assert nets(history(*points, accounts=BOTH)) == [105, 65]


def test_without_parts_nothing_is_known_of_one_currency() -> None:
    found = history(point(0, "DU1", "100"), currency=ChartCurrency("EUR"))
    assert found == ValueHistory(left_out=1)


def test_a_derived_market_value_is_told_apart() -> None:
    older = point(0, "DU1", None, market="12", source=PointSource.DERIVED)
    first, second = history(older, point(1, "DU1", "20", market="13")).points
    assert (first.market_value, first.net_liquidation, first.is_derived) == (12, None, True)
    assert (second.market_value, second.is_derived) == (13, False)
