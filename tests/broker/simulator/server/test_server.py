"""The simulated TWS, seen through a real ib_insync client."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.broker.simulator.scenario.state import InitialPosition
from app.broker.simulator.server.server import SimulatedTws, serve
from app.domain.model.errors import BrokerError, SettingsError
from tests.broker.simulator.desk import (
    AAPL,
    CALL,
    DEMO,
    ES,
    NOON,
    TIMEOUT_S,
    D,
    connected,
    demo_market,
    market,
    raw,
    serving,
    settled,
)

if TYPE_CHECKING:
    from ib_insync import IB


def money(ib: IB, account: str, tag: str, currency: str) -> D:
    (value,) = [
        row.value for row in ib.accountValues(account) if (row.tag, row.currency) == (tag, currency)
    ]
    return D(value)


@pytest.mark.parametrize("readonly", [True, False])
async def test_ib_insync_connects_and_reads_everything(readonly: bool) -> None:
    async with serving() as tws, connected(tws, readonly=readonly) as ib:
        assert ib.client.serverVersion() == 176
        assert ib.managedAccounts() == ["DU1234567", "DU7654321"]
        assert {
            (p.account, p.contract.conId, D(repr(p.position)), D(repr(p.avgCost)))
            for p in ib.positions()
        } == {
            (h.account, h.instrument.con_id, h.quantity, h.average_cost)
            for h in tws.market.holdings()
        }
        assert money(ib, "DU7654321", "NetLiquidation", "USD") > 0
        assert tws.requests[5] == tws.requests[99] == (not readonly)


async def test_contracts_come_with_all_that_identifies_them() -> None:
    async with serving() as tws, connected(tws) as ib:
        by_id = {position.contract.conId: position.contract for position in ib.positions()}
        call, es, aapl = by_id[CALL.con_id], by_id[ES.con_id], by_id[AAPL.con_id]
        assert (call.symbol, call.secType, call.right, call.strike) == ("AAPL", "OPT", "C", 200)
        assert (call.multiplier, call.lastTradeDateOrContractMonth) == ("100", "20261218")
        assert call.localSymbol == "AAPL  261218C00200000"
        assert (es.multiplier, es.exchange, es.tradingClass) == ("50", "CME", "ES")
        assert (aapl.multiplier, aapl.strike, aapl.currency) == ("", 0, "USD")


async def test_the_portfolio_is_one_accounts_with_prices_and_values() -> None:
    held = InitialPosition("DU1", CALL.con_id, D(-2), D("650.5"))
    async with serving(market(held)) as tws, connected(tws) as ib:
        (item,) = ib.portfolio()
        assert (item.position, item.averageCost, item.marketPrice) == (-2, 650.5, 7.5)
        assert (item.marketValue, item.unrealizedPNL, item.realizedPNL) == (-1500, -199, 0)
        assert money(ib, "DU1", "OptionMarketValue", "USD") == -1500
        assert money(ib, "DU1", "NetLiquidation", "USD") == D("104750.00")
        assert money(ib, "DU1", "ExchangeRate", "EUR") == D("1.25")


async def test_a_second_account_replaces_the_first_subscription() -> None:
    async with serving() as tws, connected(tws) as ib:
        for account in ("DU1234567", "DU7654321"):
            await asyncio.wait_for(ib.reqAccountUpdatesAsync(account), TIMEOUT_S)
        first = {item.contract.conId: item.marketPrice for item in ib.portfolio("DU1234567")}
        tws.tick(prices=20)
        await settled(ib)
        assert first == {i.contract.conId: i.marketPrice for i in ib.portfolio("DU1234567")}
        assert {i.contract.conId: D(repr(i.marketPrice)) for i in ib.portfolio("DU7654321")} == {
            h.instrument.con_id: h.market_price for h in tws.market.holdings("DU7654321")
        }


async def test_an_ended_subscription_is_silent() -> None:
    m = market(InitialPosition("DU1", AAPL.con_id, D(10), D(150)))
    async with serving(m) as tws, raw(tws, versions="v157..176") as client:
        client.send("6", "2", "1", "DU1")
        await client.read_until(54)
        client.send("6", "2", "0", "DU1")
        client.send("49", "1")
        await client.read_until(49)
        tws.tick(prices=5, trades=1)
        client.send("49", "1")
        assert (await client.read())[0] == "49"


async def test_fills_come_with_their_commission_reports() -> None:
    m = market(InitialPosition("DU1", AAPL.con_id, D(100), D(150)))
    async with serving(m) as tws, connected(tws) as ib:
        bought = m.trade("DU1", CALL.con_id, D(1))
        sold = m.trade("DU1", AAPL.con_id, D(-40), D("210.5"))
        first, second = await ib.reqExecutionsAsync()
        assert (first.execution.execId, first.execution.side) == (bought.exec_id, "BOT")
        assert (first.commissionReport.execId, first.commissionReport.commission) == (
            *(bought.exec_id, 1.0),
        )
        assert (second.execution.shares, second.execution.price) == (40, 210.5)
        assert (second.execution.side, second.execution.acctNumber) == ("SLD", "DU1")
        assert second.execution.time == NOON
        assert D(repr(second.commissionReport.realizedPNL)) == sold.realized_pnl == 2419
        assert second.commissionReport.currency == "USD"


async def test_an_opening_fill_has_no_realized_pnl_on_the_wire() -> None:
    m = market()
    m.trade("DU1", AAPL.con_id, D(1))
    async with serving(m) as tws, raw(tws, versions="v157..176") as client:
        client.send("7", "3", "4", *[""] * 7)
        execution, report, end = await client.read_until(55)
        assert (execution[0], execution[15]) == ("11", "20261123 12:00:00 UTC")
        assert (report[0], report[5]) == ("59", "1.7976931348623157E308")
        assert end == ("55", "1", "4")


async def test_executions_are_filtered() -> None:
    m = demo_market()
    m.trade("DU1234567", AAPL.con_id, D(5))
    m.trade("DU1234567", ES.con_id, D(-1))
    m.trade("DU7654321", AAPL.con_id, D(-5))
    async with serving(m) as tws, connected(tws) as ib:
        from ib_insync import ExecutionFilter

        for wanted, count in (
            ({}, 3),
            ({"acctCode": "DU7654321"}, 1),
            ({"symbol": "AAPL"}, 2),
            ({"symbol": "AAPL", "side": "SELL"}, 1),
            ({"side": "BUY"}, 1),
            ({"secType": "FUT", "exchange": "CME"}, 1),
            ({"time": "20261123-12:00:00"}, 3),
            ({"time": "20261123 12:00:01 UTC"}, 0),
            ({"time": "20261123 12:30:00 Europe/Berlin"}, 3),
            ({"clientId": 4}, 0),
        ):
            fills = await ib.reqExecutionsAsync(ExecutionFilter(**wanted))
            assert len(fills) == count, wanted


async def test_the_account_summary_has_all_accounts() -> None:
    async with serving() as tws, connected(tws) as ib:
        rows = await asyncio.wait_for(ib.accountSummaryAsync(), TIMEOUT_S)
        by_tag = {(row.account, row.tag, row.currency): row.value for row in rows}
        for account in ("DU1234567", "DU7654321"):
            assert D(by_tag[account, "NetLiquidation", "USD"]) == money(
                ib, account, "NetLiquidation", "USD"
            )
            assert (account, "CashBalance", "EUR") in by_tag
            assert (account, "AccountCode", "") not in by_tag  # not asked for


async def test_a_third_account_summary_is_refused_as_tws_does() -> None:
    async with serving() as tws, raw(tws, versions="v157..176") as client:
        for request_id in ("1", "2", "3"):
            client.send("62", "1", request_id, "All", "NetLiquidation,$LEDGER:EUR")
        answers = await client.read_until(4)
        assert answers[-1][2:4] == ("3", "322")
        assert {row[4] for row in answers if row[0] == "63"} >= {"NetLiquidation", "CashBalance"}
        client.send("63", "1", "1")
        client.send("62", "1", "3", "All", "$LEDGER")
        assert {row[6] for row in await client.read_until(64) if row[0] == "63"} == {"BASE"}


async def test_positions_and_values_of_one_account_by_the_multi_requests() -> None:
    async with serving() as tws, raw(tws, versions="v157..176") as client:
        client.send("74", "1", "8", "DU7654321", "")
        *rows, end = await client.read_until(72)
        assert end == ("72", "1", "8")
        assert {row[3] for row in rows} == {"DU7654321"}
        assert len(rows) == 7
        client.send("76", "1", "9", "DU7654321", "", "1")
        *rows, end = await client.read_until(74)
        assert end == ("74", "1", "9")
        assert ("NetLiquidation", "USD") in {(row[5], row[7]) for row in rows}
        client.send("74", "1", "10", "DU9", "")
        assert (await client.read())[2:4] == ("10", "321")


async def test_pnl_is_reported_and_follows_the_market() -> None:
    m = market(InitialPosition("DU1", AAPL.con_id, D(100), D(150)))
    async with serving(m) as tws, connected(tws) as ib:
        pnl = ib.reqPnL("DU1")
        single = ib.reqPnLSingle("DU1", "", AAPL.con_id)
        await settled(ib)
        assert (pnl.dailyPnL, pnl.unrealizedPnL, pnl.realizedPnL) == (0, 5000, 0)
        assert (single.position, single.unrealizedPnL, single.value) == (100, 5000, 20_000)
        m.trade("DU1", AAPL.con_id, D(-50), D(210))
        tws.push()
        await settled(ib)
        assert (pnl.dailyPnL, pnl.unrealizedPnL, pnl.realizedPnL) == (499, 2500, 2999)
        assert (single.position, single.realizedPnL) == (50, 2999)
        ib.cancelPnL("DU1")
        tws.tick(prices=3)
        await settled(ib)
        assert pnl.unrealizedPnL == 2500
        assert D(repr(single.value)) == m.holdings()[0].market_value


async def test_contract_details_are_found_by_id_and_by_description() -> None:
    async with serving() as tws, connected(tws) as ib:
        from ib_insync import Contract, Option, RequestError, Stock

        (munich,) = await ib.reqContractDetailsAsync(Stock("MUV2", "SMART", "EUR"))
        assert munich.longName.startswith("Münchener Rückversicherungs-Gesellschaft")
        assert munich.contract.conId == 14121
        chain = await ib.reqContractDetailsAsync(Option("AAPL", "20261218", 0, "", "SMART"))
        assert sorted(details.contract.strike for details in chain) == [200, 220]
        (one,) = await ib.reqContractDetailsAsync(Contract(conId=ES.con_id))
        assert (one.contract.localSymbol, one.minTick, one.contractMonth) == (
            *("ESZ6", 0.25, "202612"),
        )
        with pytest.raises(RequestError, match="No security definition"):
            await ib.reqContractDetailsAsync(Stock("NOPE", "SMART", "USD"))


async def test_orders_are_refused_and_counted() -> None:
    async with serving() as tws, connected(tws) as ib:
        from ib_insync import MarketOrder, Stock

        errors: list[int] = []
        ib.errorEvent += lambda _id, code, *_: errors.append(code)
        trade = ib.placeOrder(Stock("AAPL", "SMART", "USD"), MarketOrder("BUY", 100))
        ib.reqGlobalCancel()
        await settled(ib)
        assert trade.orderStatus.status == "Cancelled"
        assert errors == [321, 321]
        assert tws.refused_orders == 2
        assert tws.market.executions() == ()


async def test_binding_of_manual_orders_by_client_zero_is_counted() -> None:
    async with serving() as tws:
        async with connected(tws, 3):
            assert tws.bound_orders == 0
        async with connected(tws, 0) as ib:
            await settled(ib)
            assert (tws.bound_orders, tws.refused_orders) == (1, 0)


async def test_the_log_shows_what_was_on_the_wire() -> None:
    async with serving() as tws, connected(tws, 5) as ib:
        await ib.reqCurrentTimeAsync()
        assert tws.log[0] == (5, ("71", "2", "5", ""))
        assert tws.log[-1] == (5, ("49", "1"))
        assert sum(tws.requests.values()) == len(tws.log)


async def test_the_current_time_is_the_markets() -> None:
    async with serving() as tws, connected(tws) as ib:
        assert await ib.reqCurrentTimeAsync() == NOON


async def test_a_client_id_in_use_is_refused_and_the_first_client_stays() -> None:
    async with serving() as tws, connected(tws, 7) as ib, raw(tws) as second:
        second.greet()
        second.send("71", "2", "7", "")
        assert b"\x00326\x00Unable to connect as the client id is already in use" in (
            await second.read_to_end()
        )
        await settled(ib)
        assert tws.sessions == (7,)


async def test_a_client_id_is_free_again_after_its_client_left() -> None:
    async with serving() as tws:
        for _ in range(3):
            async with connected(tws, 7):
                assert tws.sessions == (7,)


async def test_a_tick_sends_every_client_what_changed() -> None:
    async with serving() as tws, connected(tws, 1) as one, connected(tws, 2) as other:
        tws.tick(prices=1, trades=12)
        for ib in (one, other):
            await settled(ib)
            assert {(p.account, p.contract.conId): D(repr(p.position)) for p in ib.positions()} == {
                h.identity: h.quantity for h in tws.market.holdings()
            }


async def test_a_close_is_pushed_as_a_row_of_quantity_zero() -> None:
    m = market(
        InitialPosition("DU1", AAPL.con_id, D(10), D(150)),
        InitialPosition("DU1", ES.con_id, D(1), D(1)),
    )
    async with serving(m) as tws, connected(tws) as ib:
        rows: list[tuple[int, float]] = []
        ib.positionEvent += lambda p: rows.append((p.contract.conId, p.position))
        m.trade("DU1", AAPL.con_id, D(-10))
        tws.push()
        await settled(ib)
        assert rows == [(AAPL.con_id, 0)]
        assert len(await ib.reqPositionsAsync()) == 1


async def test_trades_are_pushed_to_the_master_client_and_to_client_0_alone() -> None:
    m = market(InitialPosition("DU1", AAPL.con_id, D(10), D(150)))
    async with serving(m) as tws:
        tws.master_id = 5
        pushed: dict[int, list[tuple[str, ...]]] = {}
        m.trade("DU1", AAPL.con_id, D(1))  # before they came
        for client_id in (0, 4, 5):
            async with raw(tws, versions="v157..176", client_id=client_id) as client:
                fill = m.trade("DU1", AAPL.con_id, D(-4))
                tws.push()
                tws.push()
                client.send("49", "1")
                pushed[client_id] = (await client.read_until(49))[:-1]
                if pushed[client_id]:
                    execution, report = pushed[client_id]
                    assert (execution[0], execution[1], execution[14]) == ("11", "-1", fill.exec_id)
                    assert (report[0], report[2]) == ("59", fill.exec_id)
        assert [len(rows) for rows in pushed.values()] == [2, 0, 2]


async def test_market_data_is_not_subscribed() -> None:
    async with serving() as tws, connected(tws) as ib:
        from ib_insync import Stock

        errors: list[int] = []
        ib.errorEvent += lambda _id, code, *_: errors.append(code)
        ib.client.reqMarketDataType(3)
        ib.client.setServerLogLevel(2)
        ib.reqMktData(Stock("AAPL", "SMART", "USD"))
        await settled(ib)
        assert errors == [354]


async def test_the_live_script_moves_the_market_automatically() -> None:
    async with serving() as tws, connected(tws) as ib:
        moved = asyncio.Event()
        ib.positionEvent += lambda _: moved.set()
        before = tws.market.scenario()
        tws.run_live(price_interval_s=0.01, trade_interval_s=0.02)
        await asyncio.wait_for(moved.wait(), TIMEOUT_S)
        assert tws.market.scenario() != before
        assert tws.market.executions()


async def test_dropped_clients_lose_their_connection_and_can_come_back() -> None:
    async with serving() as tws, connected(tws) as ib:
        gone = asyncio.Event()
        ib.disconnectedEvent += gone.set
        tws.drop_clients()
        await asyncio.wait_for(gone.wait(), TIMEOUT_S)
        async with connected(tws):
            assert tws.sessions == (7,)


async def test_a_stopped_server_takes_no_connection() -> None:
    async with serving() as tws, connected(tws):
        pass
    with pytest.raises(OSError):
        await asyncio.open_connection(tws.host, tws.port)


async def test_a_port_in_use_is_reported_in_a_sentence() -> None:
    async with serving() as tws:
        with pytest.raises(BrokerError, match=f"cannot listen on port {tws.port}"):
            await SimulatedTws(demo_market()).start(tws.port)


async def test_only_this_machine_is_served() -> None:
    async with serving() as tws, raw(tws) as client:
        assert client.writer.get_extra_info("peername")[0] == "127.0.0.1"
        with socket.socket() as elsewhere:
            elsewhere.bind(("127.0.0.2", tws.port))  # free: the server holds 127.0.0.1 only


async def test_serve_runs_a_live_market_until_it_is_cancelled() -> None:
    ready: asyncio.Future[SimulatedTws] = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(serve(0, DEMO, 4, ready.set_result))
    tws = await asyncio.wait_for(ready, TIMEOUT_S)
    async with connected(tws) as ib:
        now = await ib.reqCurrentTimeAsync()
        assert abs((datetime.now(UTC) - now).total_seconds()) < 60
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert tws.sessions == ()


async def test_serve_refuses_a_missing_scenario() -> None:
    with pytest.raises(SettingsError, match="Cannot read the scenario"):
        await serve(0, DEMO.with_name("nothing.json"), None, lambda _: None)
