"""What TWS pushes: each change is one event, figures come in batches, our own reads are neither."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from app.broker.simulator.market.costs import Lot
from app.broker.simulator.scenario.state import InitialPosition
from app.broker.simulator.server import messages
from app.broker.simulator.server.protocol import Fields
from app.domain.desktop.app_state import LinkStatus
from app.domain.portfolio.broker_updates import (
    BrokerEvent,
    EventKind,
    LiveUpdates,
    PnlUpdate,
    PriceUpdate,
)
from tests.broker.broker_client import FAST, Kept, kept
from tests.broker.simulated import demo_market
from tests.broker.simulator.desk import AAPL, CALL, ES, D, market

POSITION, EXECUTION, COMMISSION = EventKind.POSITION, EventKind.EXECUTION, EventKind.COMMISSION
UNSET = "1.7976931348623157E308"
HELD = InitialPosition("DU1", AAPL.con_id, D(100), D(150))
CONTRACT = ("265598", "AAPL", "STK", "", "0.0", "", "", "NASDAQ", "USD", "AAPL", "NMS")


def position(size: int, account: str = "DU1") -> Fields:
    return messages.position(account, AAPL, Lot(D(size), D(150)))


def portfolio(size: int, price: str, account: str = "DU1") -> Fields:
    """A price row, as TWS pushes it."""
    value = str(Decimal(price) * size)
    return ("7", "8", *CONTRACT, str(size), price, value, "150", "0.0", "0.0", account)


def changes(k: Kept) -> list[tuple[EventKind, str, int | None]]:
    """The events, without those that ask for a new read."""
    return [
        (event.kind, event.account, event.con_id)
        for event in k.diary.events
        if event.kind is not EventKind.READ_ANEW
    ]


def all_of(k: Kept, page: str) -> Iterator[object]:
    for figures in k.diary.figures:
        yield from getattr(figures, page)


async def settled(k: Kept) -> None:
    """Once all that the server has sent so far has been taken in."""
    await k.tws.asked(49, k.tws.requests[49] + 1)
    beat = k.broker.connection.heartbeat_at
    await k.diary.until(lambda: k.broker.connection.heartbeat_at != beat)


async def test_a_trade_is_reported_by_its_execution_its_commission_and_its_position() -> None:
    async with kept(market=market(HELD)) as k:
        k.tws.market.trade("DU1", AAPL.con_id, D(50))
        k.tws.push()
        await k.diary.until(lambda: len(changes(k)) == 3)
        assert changes(k) == [
            (kind, "DU1", AAPL.con_id) for kind in (EXECUTION, COMMISSION, POSITION)
        ]
        assert all(event.at.tzinfo is not None for event in k.diary.events)
        await settled(k)
        assert len(changes(k)) == 3


async def test_without_the_master_id_only_the_positions_show_a_trade() -> None:
    async with kept(market=market(HELD)) as k:
        k.tws.master_id = None
        k.tws.market.trade("DU1", AAPL.con_id, D(-100))
        k.tws.push()
        await settled(k)
        assert changes(k) == [(POSITION, "DU1", AAPL.con_id)]


async def test_a_trade_in_an_unsubscribed_account_is_reported_too() -> None:
    async with kept() as k:
        k.tws.master_id = None
        await k.tws.asked(6)
        k.tws.market.trade("DU7654321", AAPL.con_id, D(5))
        k.tws.push()
        await settled(k)
        assert changes(k) == [(POSITION, "DU7654321", AAPL.con_id)]


async def test_a_portfolio_row_shows_a_change_that_the_positions_did_not() -> None:
    async with kept(market=market(HELD)) as k:
        await k.tws.asked(6)
        await settled(k)
        k.tws.send(portfolio(120, "200"), portfolio(120, "201"))
        await settled(k)
        assert changes(k) == [(POSITION, "DU1", AAPL.con_id)]


async def test_a_portfolio_row_that_lags_behind_or_follows_the_position_is_not_an_event() -> None:
    async with kept(market=market(HELD)) as k:
        await k.tws.asked(6)
        await settled(k)
        k.tws.send(position(120), portfolio(100, "200"), portfolio(120, "200"))
        await settled(k)
        assert changes(k) == [(POSITION, "DU1", AAPL.con_id)]


async def test_the_same_row_sent_twice_is_one_event() -> None:
    m = market(HELD)
    async with kept(market=m) as k:
        fill = m.trade("DU1", AAPL.con_id, D(1))
        rows = (messages.execution(-1, fill), messages.commission_report(fill), position(101))
        k.tws.send(*rows, *rows)
        await settled(k)
        assert len(changes(k)) == 3
        k.tws.send(messages.commission_report(replace(fill, commission=D(9))))
        await settled(k)
        assert changes(k)[3:] == [(COMMISSION, "DU1", AAPL.con_id)]  # it was corrected


async def test_a_sync_is_not_an_event() -> None:
    m = demo_market()
    for _ in range(5):
        m.random_trade()
    async with kept(market=m) as k:
        for account in (None, "DU7654321", None):
            await k.broker.snapshot(account)
        await settled(k)
        assert changes(k) == []
        assert k.diary.count(EventKind.READ_ANEW) == 1


async def test_a_trade_during_a_sync_is_in_it_or_an_event() -> None:
    m = market(HELD)
    async with kept(market=m) as k:

        def trade_before_the_executions(request: Fields) -> None:
            if request[0] == "7":
                m.trade("DU1", AAPL.con_id, D(50))
                k.tws.push()

        k.tws.before_answer = trade_before_the_executions
        snapshot = await k.broker.snapshot(None)
        await settled(k)
        assert [holding.quantity for holding in snapshot.holdings] == [100]
        assert [fill.quantity for fill in snapshot.fills] == [50]
        assert (POSITION, "DU1", AAPL.con_id) in changes(k)


async def test_a_trade_in_another_account_during_the_sync_of_one_is_an_event() -> None:
    m = demo_market()
    async with kept(market=m) as k:
        k.tws.master_id = None

        def trade_unseen(request: Fields) -> None:
            if request[0] == "64":  # nothing is pushed until the positions are requested again
                m.trade("DU7654321", AAPL.con_id, D(5))

        k.tws.before_answer = trade_unseen
        await k.broker.snapshot("DU1234567")
        await settled(k)
        assert changes(k) == [(POSITION, "DU7654321", AAPL.con_id)]
        await k.broker.snapshot(None)
        await settled(k)
        assert len(changes(k)) == 1


async def test_a_row_pushed_before_the_request_is_not_taken_for_an_answer() -> None:
    async with kept(market=market(HELD)) as k:
        gone = messages.position("DU1", ES, Lot(D(3), D(1)))

        def push_late(request: Fields) -> None:
            if request[0] == "64":  # the sync ends the subscription
                k.tws.send(gone)

        k.tws.before_answer = push_late
        snapshot = await k.broker.snapshot(None)
        assert [holding.instrument.con_id for holding in snapshot.holdings] == [AAPL.con_id]


async def test_a_row_behind_the_end_in_the_same_packet_is_a_change_and_not_an_answer() -> None:
    async with kept(market=market(HELD)) as k:
        after = messages.position("DU1", ES, Lot(D(3), D(1)))
        k.tws.faults.raw_rows = (position(100), ("62", "1"), after)
        snapshot = await k.broker.snapshot(None)
        assert [holding.instrument.con_id for holding in snapshot.holdings] == [AAPL.con_id]
        assert changes(k) == [(POSITION, "DU1", ES.con_id)]


async def test_a_burst_of_500_trades_is_reported_and_the_next_sync_is_right() -> None:
    m = demo_market()
    async with kept(market=m) as k:
        await k.tws.asked(6)
        for _ in range(500):
            m.random_trade()
            k.tws.push()
        await k.diary.until(lambda: k.diary.count(COMMISSION) == 500)
        await settled(k)
        assert k.diary.count(EXECUTION) == 500
        assert k.diary.count(POSITION) >= 500
        snapshot = await k.broker.snapshot(None)
        assert {h.identity: h.quantity for h in snapshot.holdings} == {
            h.identity: h.quantity for h in m.holdings()
        }
        assert len(snapshot.fills) == 500
        assert k.tws.requests[71] == 1


async def test_an_observer_that_fails_does_not_stop_the_next_event(
    expected_warnings: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    expected_warnings.append("an observer failed")
    observed: list[BrokerEvent] = []

    def fail(event: BrokerEvent) -> None:
        raise RuntimeError(event.kind)

    async with kept(market=market(HELD)) as k:
        k.broker.watch_events(fail)
        k.broker.watch_events(observed.append)
        k.tws.send(position(1))
        k.tws.send(position(2))
        await settled(k)
        assert [event.kind for event in observed] == [POSITION, POSITION]
        assert k.broker.connection.link is LinkStatus.CONNECTED
    assert caplog.text.count("an observer failed") == 2


async def test_a_pushed_row_that_cannot_be_read_invalidates_the_connection() -> None:
    async with kept(market=market(HELD)) as k:
        k.tws.send(("61", "3", "DU1", "too few"))
        await k.diary.reads_anew(2)
        failures = [state.failure for state in k.diary.states if state.failure]
        assert "cannot be read" in failures[0]


async def test_prices_are_reported_with_the_value_of_the_holding() -> None:
    async with kept(market=market(HELD)) as k:
        await k.tws.asked(6)
        await settled(k)
        k.diary.figures.clear()
        k.tws.send(portfolio(100, "201.5"))
        await k.diary.until(lambda: k.diary.figures)
        (update,) = all_of(k, "prices")
        assert isinstance(update, PriceUpdate)
        assert (update.account, update.con_id) == ("DU1", AAPL.con_id)
        assert (update.market_price, update.market_value) == (D("201.5"), D(20150))
        k.tws.send(portfolio(100, UNSET))
        await k.diary.until(lambda: len(k.diary.figures) == 2)
        assert k.diary.figures[1].prices[0].market_price is None
        assert changes(k) == []


async def test_account_values_are_reported() -> None:
    async with kept(market=market(HELD)) as k:
        await k.diary.until(lambda: any(figures.values for figures in k.diary.figures))
        k.diary.figures.clear()
        k.tws.send(("6", "2", "NetLiquidation", "123.45", "USD", "DU1"))
        await k.diary.until(lambda: k.diary.figures)
        (value,) = all_of(k, "values")
        assert (value.account, value.key, value.value) == ("DU1", "NetLiquidation", D("123.45"))


async def test_ten_thousand_prices_a_second_become_ten_updates_with_the_last_ones() -> None:
    loop = asyncio.get_running_loop()
    async with kept(
        market=market(HELD), timing=replace(FAST, update_interval_s=0.1, pnl_interval_s=60)
    ) as k:
        await k.tws.asked(6)
        await settled(k)
        k.diary.figures.clear()
        gaps: list[float] = []

        async def breathe() -> None:
            last = time.thread_time()  # the time of other programs does not count
            while True:
                await asyncio.sleep(0)
                now = time.thread_time()
                gaps.append(now - last)
                last = now

        breathing = asyncio.create_task(breathe())
        began = loop.time()
        for batch in range(100):
            k.tws.send(*(portfolio(100, str(batch * 100 + i)) for i in range(100)))
            await asyncio.sleep(0)
        await k.diary.until(lambda: any(p.market_price == 9_999 for p in all_of(k, "prices")))
        took = loop.time() - began
        breathing.cancel()
        await asyncio.wait({breathing})
        assert len(list(all_of(k, "prices"))) <= took / 0.1 + 1
        assert max(gaps) < 0.5
        assert k.broker.connection.link is LinkStatus.CONNECTED


async def test_the_pnl_of_the_account_and_of_each_holding_is_reported() -> None:
    async with kept(market=market(HELD)) as k:
        await k.diary.until(lambda: len({p.con_id for p in all_of(k, "pnl")}) == 2)
        by_id = {pnl.con_id: pnl for pnl in all_of(k, "pnl")}
        whole, single = by_id[None], by_id[AAPL.con_id]
        assert isinstance(whole, PnlUpdate)
        assert (whole.daily, whole.unrealized, whole.realized) == (0, 5000, 0)
        assert whole.value is None
        assert (single.account, single.unrealized, single.value) == ("DU1", 5000, 20_000)
        k.diary.figures.clear()
        k.tws.market.move_prices()
        k.tws.push()
        await k.diary.until(lambda: any(p.con_id for p in all_of(k, "pnl")))


async def test_unset_pnl_is_unknown() -> None:
    async with kept(market=market(HELD)) as k:
        await k.tws.asked(94)
        await settled(k)
        (request,) = (fields for _, fields in k.tws.log if fields[0] == "94")
        k.diary.figures.clear()
        k.tws.send(("95", request[1], "100", UNSET, UNSET, UNSET, UNSET))
        await k.diary.until(lambda: k.diary.figures)
        (pnl,) = all_of(k, "pnl")
        assert (pnl.daily, pnl.unrealized, pnl.realized, pnl.value) == (None,) * 4


async def test_pnl_is_subscribed_for_what_is_opened_and_ended_for_what_is_closed() -> None:
    async with kept(market=market(HELD)) as k:
        await k.tws.asked(94)
        k.tws.market.trade("DU1", AAPL.con_id, D(-100))
        k.tws.market.trade("DU1", CALL.con_id, D(1))
        k.tws.push()
        await k.tws.asked(95)
        await k.tws.asked(94, 2)
        ids = [(fields[0], fields[1]) for _, fields in k.tws.log if fields[0] in ("94", "95")]
        asked = [fields[4] for _, fields in k.tws.log if fields[0] == "94"]
        assert ids[1] == ("95", ids[0][1])
        assert asked == [str(AAPL.con_id), str(CALL.con_id)]


async def test_no_more_than_50_holdings_get_live_pnl() -> None:
    m = demo_market()
    async with kept(market=m) as k:
        rows = (
            ("61", "3", "DU1234567", str(con_id), *CONTRACT[1:], "1", "1")
            for con_id in range(1, 100)
        )
        k.tws.send(*rows)
        first = {str(con_id) for con_id in range(1, 51)}
        while live_pnl(k) != first:
            k.tws.news.clear()
            await k.tws.news.wait()
        await settled(k)
        assert live_pnl(k) == first


def live_pnl(k: Kept) -> set[str]:
    """The con_ids whose P&L is subscribed to, as the server has seen it."""
    live: dict[str, str] = {}
    for _, fields in k.tws.log:
        if fields[0] == "94":
            live[fields[1]] = fields[4]
        elif fields[0] == "95":
            del live[fields[1]]
    return set(live.values())


async def test_several_accounts_are_subscribed_in_turns() -> None:
    async with kept(timing=replace(FAST, account_round_s=0.02)) as k:
        await k.tws.asked(6, 7)
        turns = [fields[2:4] for _, fields in k.tws.log if fields[0] == "6"]
        assert turns[:5] == [
            ("1", "DU1234567"),
            *(("0", "DU1234567"), ("1", "DU7654321")),
            *(("0", "DU7654321"), ("1", "DU1234567")),
        ]
        await k.diary.until(
            lambda: {p.account for p in all_of(k, "prices")} == {"DU1234567", "DU7654321"}
        )
        assert changes(k) == []


async def test_a_kept_connection_only_ever_reads() -> None:
    """49 the time, 61/64 positions, 6 an account, 7 executions, 92-95 P&L, 71 the start."""
    async with kept(market=market(HELD), timing=replace(FAST, account_round_s=0.02)) as k:
        await k.broker.snapshot(None)
        await k.tws.asked(94)
        k.tws.market.trade("DU1", AAPL.con_id, D(-100))
        k.tws.push()
        await k.tws.asked(95)
        await k.broker.snapshot("DU1")
        await settled(k)
        assert set(k.tws.requests) <= {71, 49, 61, 64, 6, 7, 92, 93, 94, 95}
        assert {49, 61, 64, 6, 7, 92, 94, 95} <= set(k.tws.requests)
        assert (k.tws.refused_orders, k.tws.bound_orders) == (0, 0)
        assert {client_id for client_id, _ in k.tws.log} == {17}


async def test_without_a_kept_connection_nothing_is_subscribed_or_reported() -> None:
    async with kept(market=market(HELD)) as k:
        await k.broker.close()
        k.diary.events.clear()
        await k.broker.snapshot(None)
        k.tws.market.trade("DU1", AAPL.con_id, D(1))
        k.tws.master_id = None
        k.tws.push()
        await k.broker.snapshot(None)
        assert k.diary.events == []
        assert not k.broker.connection.callbacks_registered


def test_figures_are_empty_unless_something_moved() -> None:
    assert LiveUpdates() == LiveUpdates((), (), ())
