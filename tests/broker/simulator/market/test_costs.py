"""IBKR's arithmetic of single trades."""

from hypothesis import given
from hypothesis import strategies as st

from app.broker.simulator.market.costs import Lot, after_trade, commission
from tests.broker.simulator.desk import AAPL, ASML, CALL, ES, D


def test_a_purchase_adds_its_commission_to_the_average_cost() -> None:
    lot, realized = after_trade(Lot(D(100), D(10)), D(100), D(20), D(2))
    assert lot == Lot(D(200), D("15.01"))
    assert realized is None


def test_a_sale_keeps_the_average_cost_and_realizes_net_of_commission() -> None:
    assert after_trade(Lot(D(100), D(10)), D(-40), D(12), D(1)) == (Lot(D(60), D(10)), D(79))


def test_opening_short_lowers_the_proceeds_by_the_commission() -> None:
    lot, _ = after_trade(Lot(), D(-10), D(50), D(1))
    assert lot == Lot(D(-10), D("49.9"))


def test_a_short_position_gains_when_it_is_bought_back_cheaper() -> None:
    assert after_trade(Lot(D(-10), D(50)), D(10), D(45), D(1)) == (Lot(), D(49))


def test_a_reversal_splits_the_commission_between_the_close_and_the_new_position() -> None:
    lot, realized = after_trade(Lot(D(10), D(100)), D(-15), D(110), D(3))
    assert realized == D(98)  # 10 * 10 - 2
    assert lot == Lot(D(-5), D("109.8"))  # 110 - 1 / 5


def test_commissions_follow_the_kind_of_instrument() -> None:
    assert commission(AAPL, D(-1000), D(200)) == D("5.00")
    assert commission(AAPL, D(1), D(200)) == D("1.00")
    assert commission(CALL, D(10), D(750)) == D("6.50")
    assert commission(ES, D(-2), D(340_000)) == D("4.50")
    assert commission(ASML, D(100), D(900)) == D("45.00")


@given(
    held=st.integers(-500, 500),
    traded=st.integers(-500, 500).filter(bool),
    cost=st.decimals("0.01", "1000", places=4),
    price=st.decimals("0.01", "1000", places=2),
    charge=st.decimals("0", "20", places=2),
)
def test_a_trade_changes_the_total_by_its_commission_only(
    held: int, traded: int, cost: D, price: D, charge: D
) -> None:
    """Unrealized P&L at the traded price, before and after, differs by realized + commission."""
    before = Lot(D(held), cost) if held else Lot()
    after, realized = after_trade(before, D(traded), price, charge)
    unrealized_before = before.quantity * (price - before.average_cost)
    unrealized_after = after.quantity * (price - after.average_cost)
    assert after.quantity == held + traded
    change = unrealized_after - unrealized_before + (realized or 0)
    assert abs(change + charge) < D("0.00002")
