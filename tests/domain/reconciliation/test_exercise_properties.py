"""Whatever is exercised or assigned, cost is conserved: nothing is gained or lost twice."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.domain.model.instruments import Instrument
from app.domain.model.positions import LastSync, Position
from app.domain.model.runs import Request
from app.domain.model.snapshot import Fill, Holding, Snapshot
from app.domain.reconciliation.reconcile import reconcile
from tests.domain.make import T0, minutes

D = Decimal
STOCK = Instrument(1, "XYZ", "STK", "USD")
prices = st.integers(1, 500).map(D)


def contract(strike: Decimal, right: str) -> Instrument:
    return Instrument(
        2, "XYZ", "OPT", "USD", multiplier=D(100), expiry="20261218", strike=strike, right=right
    )


@given(
    right=st.sampled_from("CP"),
    contracts=st.integers(-4, 4).filter(bool).map(D),
    shares=st.integers(-5, 5).map(lambda lots: D(100 * lots)),
    strike=prices,
    cost=prices,
    premium=st.integers(1, 3000).map(D),
    is_moved=st.booleans(),
    traded=st.integers(-2, 2).map(lambda lots: D(100 * lots)),
)
@example("P", D(1), D(-100), D(1), D(1), D(100), True, D(0)).via("costs like a split")
@example("C", D(1), D(200), D(1), D(51), D(1), True, D(200)).via("was taken for a split")
@example("C", D(-1), D(30000), D(110), D(100), D(200), False, D(0)).via("was taken for a split")
@example("P", D(-1), D(-30000), D(90), D(100), D(200), False, D(0)).via("was taken for a split")
@example("C", D(1), D(30000), D(40), D(100), D(6100), True, D(0)).via("was taken for a split")
def test_all_that_is_realized_is_what_the_costs_have_lost(
    right: str,
    contracts: Decimal,
    shares: Decimal,
    strike: Decimal,
    cost: Decimal,
    premium: Decimal,
    is_moved: bool,
    traded: Decimal,
) -> None:
    option = contract(strike, right)
    delivered = contracts * 100 * (1 if right == "C" else -1)
    # IBKR moves the premium into the cost of what the delivery opened.
    opened = is_moved and shares * delivered >= 0
    trade = Fill("f.01", "U1", STOCK, traded, cost, minutes(5), D(0)) if traded else None
    assume(not traded or shares * traded >= 0)  # the trade adds: its cost is known
    held = shares + traded
    opened = opened and held * delivered >= 0
    after = held + delivered
    if opened:
        total = held * cost + delivered * strike + premium * contracts
    elif held * after > 0:
        total = cost * after
    else:
        total = strike * after
    stored = [position(option, contracts, premium)]
    if shares:
        stored.append(position(STOCK, shares, cost))
    now = [Holding("U1", STOCK, after, total / after, strike)] if after else []
    plan = reconcile(
        stored,
        Snapshot(minutes(10), ("U1",), tuple(now)),
        fills=[trade] if trade else [],
        request=Request(),
        last_synced={"U1": T0},
        new_fills=frozenset({trade.key} if trade else ()),
    )
    closes = [close for change in plan.changes for close in change.closes]
    realized = sum((close.realized_pnl or D(0) for close in closes), D(0))
    paid = strike * delivered + cost * traded
    expected = total - shares * cost - paid - premium * contracts
    assert abs(realized - expected) < D("0.001")
    assert {change.kind.value for change in plan.changes} & {"exercised", "assigned"}


def position(instrument: Instrument, quantity: Decimal, cost: Decimal) -> Position:
    earlier = T0 - timedelta(days=1)
    return Position(
        "U1", instrument, quantity, cost, earlier, LastSync(T0), cost, id=instrument.con_id
    )
