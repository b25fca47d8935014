"""The simulated market: trades, prices, random trades and resuming."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.broker.simulator.market.ledger import BASE, account_figures, ledger
from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.state import InitialPosition
from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import Fill
from tests.broker.simulator.desk import (
    AAPL,
    ASML,
    BTC,
    CALL,
    ES,
    NOON,
    D,
    demo_market,
    market,
    small_scenario,
)
from tests.examples import examples

INSTRUMENTS = (AAPL, ASML, CALL, ES, BTC)


def figure(source: Market, tag: str, currency: str = "USD") -> D:
    (account,) = source.accounts
    figures = (*account_figures(source, account), *ledger(source, account))
    (value,) = [f.value for f in figures if (f.tag, f.currency) == (tag, currency)]
    return D(value)


def test_a_trade_moves_the_cash_the_holding_and_the_fills() -> None:
    m = market()
    fill = m.trade("DU1", AAPL.con_id, D(100))
    (holding,) = m.holdings()
    assert (holding.quantity, holding.average_cost) == (100, D("200.01"))
    assert (holding.market_value, holding.unrealized_pnl) == (20_000, -1)
    assert dict(m.accounts[0].cash)["USD"] == D("79999.00")
    assert m.executions() == (fill,)
    assert (fill.commission, fill.commission_currency, fill.realized_pnl) == (1, "USD", None)
    assert fill.time == NOON


def test_an_option_costs_its_multiplier() -> None:
    m = market()
    m.trade("DU1", CALL.con_id, D(2))
    (holding,) = m.holdings()
    assert holding.average_cost == D("750.65")
    assert holding.market_value == 1500
    assert figure(m, "OptionMarketValue") == 1500
    assert dict(m.accounts[0].cash)["USD"] == D("98498.70")


def test_a_future_moves_cash_only_when_it_is_closed() -> None:
    m = market()
    m.trade("DU1", ES.con_id, D(2))
    assert figure(m, "CashBalance") == 100_000
    assert figure(m, "FuturesPNL") == D("-4.50")
    fill = m.trade("DU1", ES.con_id, D(-2), D(6810))
    assert fill.realized_pnl == D("991.00")  # 2 * 50 * 10 - 4.50 - 4.50
    assert figure(m, "CashBalance") == D("100991.00")
    assert figure(m, "FuturesPNL") == 0


def test_what_was_closed_today_stays_as_a_row_of_quantity_zero_with_its_realized_pnl() -> None:
    m = market(InitialPosition("DU1", AAPL.con_id, D(10), D(150)))
    m.trade("DU1", AAPL.con_id, D(-10))
    (row,) = m.rows("DU1")
    assert (row.lot.quantity, row.realized, row.daily) == (0, 499, -1)
    assert m.holdings() == ()


def test_a_correction_replaces_the_fill_before_it() -> None:
    first = market(InitialPosition("DU1", AAPL.con_id, D(20), D(150))).trade(
        "DU1", AAPL.con_id, D(-10)
    )
    corrected = replace(first, exec_id=first.exec_id[:-2] + "02", realized_pnl=D(480))
    resumed = replace(
        small_scenario(InitialPosition("DU1", AAPL.con_id, D(10), D(150))), fills=(first, corrected)
    )
    m = Market(resumed, seed=1, clock=lambda: NOON)
    assert m.executions() == (first, corrected)
    assert m.rows()[0].realized == 480


def test_fills_are_those_of_the_current_day() -> None:
    now = [NOON]
    m = Market(small_scenario(), seed=1, clock=lambda: now[0])
    m.trade("DU1", AAPL.con_id, D(10))
    m.trade("DU1", ASML.con_id, D(10))
    m.trade("DU1", ASML.con_id, D(-10))
    assert len(m.rows()) == 2
    now[0] += timedelta(days=1)
    assert m.executions() == ()
    assert m.scenario().fills == ()
    assert [row.listing.instrument for row in m.rows()] == [AAPL]


def test_exec_ids_have_ibkrs_form_and_are_never_issued_twice() -> None:
    m = market()
    ids = [m.trade("DU1", AAPL.con_id, D(1)).exec_id for _ in range(250)]
    assert ids[0] == f"0000e0d5.{int(NOON.timestamp()):08x}.01.01"
    resumed = Market(m.scenario(), seed=1, clock=lambda: NOON - timedelta(minutes=5))
    ids += [resumed.trade("DU1", AAPL.con_id, D(1)).exec_id for _ in range(250)]
    assert len(set(ids)) == 500


@pytest.mark.parametrize(
    ("account", "con_id", "quantity"),
    [("DU9", AAPL.con_id, D(1)), ("DU1", 1, D(1)), ("DU1", AAPL.con_id, D(0))],
)
def test_an_impossible_trade_is_refused(account: str, con_id: int, quantity: D) -> None:
    with pytest.raises(ValueError, match="no such trade"):
        market().trade(account, con_id, quantity)


def run(source: Market, steps: int) -> list[Fill]:
    fills = []
    for _ in range(steps):
        source.move_prices()
        fills.append(source.random_trade())
    return fills


def test_the_same_seed_gives_the_same_sequence() -> None:
    one, other = demo_market(seed=5), demo_market(seed=5)
    assert run(one, 60) == run(other, 60)
    assert one.scenario() == other.scenario()
    assert run(demo_market(seed=6), 60) != run(demo_market(seed=5), 60)


def test_the_random_trades_come_in_all_five_kinds() -> None:
    m = demo_market()
    kinds = set()
    for _ in range(300):
        before = {h.identity: h.quantity for h in m.holdings()}
        fill = m.random_trade()
        after = m.lot(*fill.identity).quantity
        kinds.add(kind(before.get(fill.identity, D(0)), after))
    assert kinds == {"opened", "added", "reduced", "closed", "reversed"}


def kind(before: D, after: D) -> str:
    if not before:
        return "opened"
    if not after:
        return "closed"
    if before * after < 0:
        return "reversed"
    return "added" if abs(after) > abs(before) else "reduced"


def test_a_long_random_run_keeps_the_market_consistent() -> None:
    m = demo_market(seed=3)
    for _ in range(500):
        m.move_prices()
        m.random_trade()
    for listing in m.listings.values():
        assert listing.price > 0
        assert listing.price % listing.tick == 0
    crypto = [h for h in m.holdings() if h.instrument.sec_type == "CRYPTO"]
    assert all(holding.quantity > 0 for holding in crypto)
    assert len(m.holdings()) >= 6


trades = st.lists(
    st.tuples(
        st.sampled_from(INSTRUMENTS),
        st.integers(-20, 20).filter(bool).map(D),
        st.none() | st.decimals("1", "9000", places=2),
    ),
    max_size=12,
)


@examples(30)
@given(trades)
def test_net_liquidation_is_cash_plus_value_and_a_trade_costs_only_its_commission(
    made: list[tuple[Instrument, D, D | None]],
) -> None:
    m = market(InitialPosition("DU1", AAPL.con_id, D(50), D("123.456789")))
    for instrument, quantity, price in made:
        before = net_liquidation(m)
        fill = m.trade("DU1", instrument.con_id, quantity, price)
        rate = m.rate(fill.instrument.currency, "USD")
        bargain = (m.listings[fill.instrument.con_id].price - fill.price) * fill.quantity
        gain = bargain * fill.instrument.multiplier - (fill.commission or 0)
        assert abs(net_liquidation(m) - before - gain * rate) < D("0.001")
        check_reported_sums(m)


def net_liquidation(source: Market) -> D:
    """Cash + value, unrounded: what the account is worth in USD."""
    cash = sum(
        amount * source.rate(currency, "USD") for currency, amount in source.accounts[0].cash
    )
    worth = D(0)
    for row in source.rows():
        instrument = row.listing.instrument
        own = row.unrealized if instrument.sec_type == "FUT" else row.value
        worth += own * source.rate(instrument.currency, "USD")
    return cash + worth


def check_reported_sums(source: Market) -> None:
    for currency in ("USD", "EUR", BASE):
        cash = figure(source, "CashBalance", currency) + figure(source, "FuturesPNL", currency)
        assert figure(source, "TotalCashBalance", currency) == cash
        tags = ("StockMarketValue", "OptionMarketValue", "FutureOptionValue", "Cryptocurrency")
        values = sum(figure(source, tag, currency) for tag in tags)
        assert figure(source, "NetLiquidationByCurrency", currency) == cash + values
    net = figure(source, "NetLiquidation")
    assert net == figure(source, "NetLiquidationByCurrency", BASE)
    assert abs(net - net_liquidation(source)) < D("0.2")
