"""The broker against the simulated TWS: complete snapshots, or a sentence that says why not."""

import asyncio
import socket
from decimal import Decimal

import pytest

from app.broker import errors
from app.broker.tws_broker import Endpoint, TwsBroker
from app.domain.connection.profile import Mode
from app.domain.desktop.app_state import ConnectionState, LinkStatus
from app.domain.model.errors import BrokerError, SettingsError
from tests.broker.other_servers import greeting, serving, web
from tests.broker.simulated import demo_market, simulated

SHORT_S = 0.3
CONTRACT = ("265598", "AAPL", "STK", "", "0.0", "", "", "NASDAQ", "USD", "AAPL", "NMS")


def row(*, account: str = "DU1234567", size: str = "100", cost: str = "150.5") -> tuple[str, ...]:
    return ("61", "3", account, *CONTRACT, size, cost)


async def failure_of(broker: TwsBroker) -> str:
    with pytest.raises(BrokerError) as caught:
        await broker.snapshot(None)
    assert broker.connection.link is LinkStatus.OFFLINE
    return str(caught.value)


async def test_a_snapshot_is_what_the_market_holds() -> None:
    market = demo_market()
    for _ in range(5):
        market.random_trade()
    async with simulated(market=market) as (_, broker):
        snapshot = await broker.snapshot(None)
    held = {holding.identity: holding for holding in market.holdings()}
    assert {holding.identity for holding in snapshot.holdings} == set(held)
    for holding in snapshot.holdings:
        sent = held[holding.identity]
        assert (holding.quantity, holding.market_price) == (sent.quantity, sent.market_price)
        # TWS rounds these two to the cent.
        assert holding.market_value == round(sent.market_value or 0, 2)
        assert holding.unrealized_pnl == round(sent.unrealized_pnl or 0, 2)
    assert len(snapshot.fills) == 5
    assert all(fill.commission is not None for fill in snapshot.fills)
    keys = {(value.key, value.currency) for value in snapshot.account_values}
    assert {("NetLiquidation", "USD"), ("ExchangeRate", "EUR"), ("CashBalance", "BASE")} <= keys


async def test_only_the_chosen_account_is_read() -> None:
    async with simulated() as (tws, broker):
        snapshot = await broker.snapshot("DU7654321")
        updates = [fields for _, fields in tws.log if fields[0] == "6"]
    assert snapshot.accounts == ("DU7654321",)
    assert {holding.account for holding in snapshot.holdings} == {"DU7654321"}
    assert {value.account for value in snapshot.account_values} == {"DU7654321"}
    assert {fields[3] for fields in updates} == {"DU7654321"}


async def test_an_account_that_tws_does_not_manage_is_refused_with_those_it_does() -> None:
    async with simulated() as (_, broker):
        with pytest.raises(BrokerError, match="DU1234567, DU7654321"):
            await broker.snapshot("U1")


async def test_nothing_but_reads_is_on_the_wire() -> None:
    async with simulated() as (tws, broker):
        await broker.snapshot(None)
        await broker.snapshot(None)
        assert set(tws.requests) == {71, 61, 64, 6, 7}
        assert (tws.refused_orders, tws.bound_orders) == (0, 0)
        assert tws.requests[71] == 1


async def test_the_connection_states_are_reported() -> None:
    states: list[ConnectionState] = []
    async with simulated() as (_, broker):
        broker.watch_connection(states.append)
        await broker.snapshot(None)
        assert broker.connection.mode is Mode.PAPER
        assert broker.connection.accounts == ("DU1234567", "DU7654321")
    assert [state.link for state in states] == [
        LinkStatus.CONNECTING,
        LinkStatus.CONNECTED,
        LinkStatus.OFFLINE,
    ]


async def test_a_drop_between_two_reads_is_reported_and_the_next_read_reconnects() -> None:
    async with simulated() as (tws, broker):
        await broker.snapshot(None)
        offline = asyncio.Event()
        broker.watch_connection(
            lambda state: offline.set() if state.link is LinkStatus.OFFLINE else None
        )
        tws.drop_clients()
        await offline.wait()
        assert len((await broker.snapshot(None)).holdings) == 18


async def test_client_ids_in_use_are_passed_over() -> None:
    async with simulated() as (tws, first):
        await first.snapshot(None)
        second = TwsBroker(Endpoint(tws.host, tws.port, 17, 5.0))
        await second.snapshot(None)
        assert tws.sessions == (17, 18)
        await second.close()


async def test_five_client_ids_in_use_are_an_error_with_a_next_step() -> None:
    async with simulated() as (tws, broker):
        others = [TwsBroker(Endpoint(tws.host, tws.port, 17, 5.0)) for _ in range(5)]
        for other in others:
            await other.snapshot(None)
        text = await failure_of(broker)
        for other in others:
            await other.close()
    assert "17 to 21" in text
    assert "--client-id" in text


def test_client_id_0_is_refused() -> None:
    with pytest.raises(SettingsError, match="client id"):
        Endpoint("127.0.0.1", 7497, 0, 10.0)


async def test_a_refused_connection_says_which_usual_port_does_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as unused, socket.create_server(("127.0.0.1", 0)) as other:
        unused.bind(("127.0.0.1", 0))
        nobody, somebody = unused.getsockname()[1], other.getsockname()[1]
        monkeypatch.setattr(errors, "KNOWN_PORTS", {somebody: "TWS, live"})
        text = await failure_of(TwsBroker(Endpoint("127.0.0.1", nobody, 17, 5.0)))
    assert "Is it running, with the API enabled?" in text
    assert f"{somebody} (TWS, live)" in text


async def test_a_host_that_does_not_exist_is_named() -> None:
    text = await failure_of(TwsBroker(Endpoint("no-such-host.invalid", 7497, 17, 5.0)))
    assert "no-such-host.invalid" in text


async def test_a_silent_handshake_times_out_with_a_next_step() -> None:
    async with simulated(timeout_s=SHORT_S, silent_handshake=True) as (_, broker):
        assert "did not answer as TWS within 0.3 s" in await failure_of(broker)


async def test_a_web_server_is_not_tws() -> None:
    async with serving(web) as port:
        text = await failure_of(TwsBroker(Endpoint("127.0.0.1", port, 17, 5.0)))
    assert text.startswith(f"What listens at 127.0.0.1:{port} is not TWS.")


async def test_a_login_without_accounts_is_reported() -> None:
    async with serving(greeting(("15", "1", ""))) as port:
        text = await failure_of(TwsBroker(Endpoint("127.0.0.1", port, 17, 5.0)))
    assert text.startswith("TWS answers, but names no account.")


async def test_a_tws_that_is_too_old_is_reported() -> None:
    async with serving(greeting(version="140")) as port:
        text = await failure_of(TwsBroker(Endpoint("127.0.0.1", port, 17, 5.0)))
    assert "versions before 972 are too old" in text


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        ({"silent_positions": True}, "the positions"),
        ({"positions_end_after": 5}, "the positions"),
        ({"silent_account_updates": True}, "the account's values"),
    ],
)
async def test_what_never_ends_fails_the_read(fault: dict[str, object], what: str) -> None:
    async with simulated(timeout_s=SHORT_S, **fault) as (_, broker):
        text = await failure_of(broker)
    assert text.startswith(f"TWS did not finish sending {what}")


async def test_after_a_time_out_the_next_read_has_a_connection_of_its_own() -> None:
    async with simulated(timeout_s=SHORT_S, positions_end_after=5) as (tws, broker):
        await failure_of(broker)
        tws.faults.positions_end_after = None
        assert len((await broker.snapshot(None)).holdings) == 18
        assert tws.requests[71] == 2


async def test_a_drop_half_way_fails_the_read_at_once() -> None:
    async with simulated(drop_after_rows=5) as (_, broker):
        text = await failure_of(broker)
    assert text.startswith("TWS closed the connection while sending the positions")


@pytest.mark.parametrize("code", [321, 322])
async def test_a_refused_read_names_the_error(code: int) -> None:
    async with simulated(error_on_positions=(code, "Error validating request")) as (_, broker):
        text = await failure_of(broker)
    assert f"error {code}: Error validating request" in text


async def test_a_read_that_the_login_may_not_make_says_so() -> None:
    async with simulated(error_on_positions=(10275, "Positions info is not available")) as (_, b):
        assert "not allowed to read the positions" in await failure_of(b)


@pytest.mark.parametrize("fault", ["lost_connectivity", "notice_2110"])
async def test_a_tws_without_its_own_connection_is_not_trusted(fault: str) -> None:
    async with simulated(**{fault: True}) as (_, broker):
        with pytest.raises(BrokerError, match="lost its own connection to IBKR"):
            await broker.snapshot(None)


async def test_without_executions_the_snapshot_is_complete_but_for_its_fills() -> None:
    async with simulated(timeout_s=SHORT_S, silent_executions=True) as (_, broker):
        snapshot = await broker.snapshot(None)
    assert (len(snapshot.holdings), snapshot.fills_complete) == (18, False)


async def test_a_fill_without_its_report_has_no_commission_rather_than_none() -> None:
    market = demo_market()
    market.random_trade()
    async with simulated(market=market, omit_commission_reports=True) as (_, broker):
        (fill,) = (await broker.snapshot(None)).fills
    assert (fill.commission, fill.realized_pnl) == (None, None)


@pytest.mark.parametrize(
    "bad",
    [
        (*row(), "one field too many"),
        row()[:-1],
        row(size=""),
        row(size="nan"),
        row(size="1.7976931348623157E308"),
        row(size="many"),
        row(cost="cheap"),
    ],
)
async def test_a_row_that_cannot_be_decoded_invalidates_the_snapshot(bad: tuple[str, ...]) -> None:
    async with simulated(raw_rows=(row(), bad)) as (_, broker):
        assert "cannot be read" in await failure_of(broker)


async def test_duplicates_and_zeros_are_folded_the_last_row_wins() -> None:
    rows = (row(size="100"), row(size="120.5"), row(account="DU7654321"))
    gone = row(account="DU7654321", size="0")
    async with simulated(raw_rows=(*rows, gone)) as (_, broker):
        (holding,) = (await broker.snapshot(None)).holdings
    assert (holding.account, holding.quantity) == ("DU1234567", Decimal("120.5"))


async def test_unset_and_seventeen_digits_come_out_as_unknown_and_exact() -> None:
    rows = (
        row(cost="1.7976931348623157E308"),
        row(account="DU7654321", size="0.1234567890123456789", cost="101.23456789012344"),
    )
    async with simulated(raw_rows=rows) as (_, broker):
        unset, exact = (await broker.snapshot(None)).holdings
    assert unset.average_cost is None
    assert str(exact.quantity) == "0.1234567890123456789"
    assert str(exact.average_cost) == "101.23456789012344"


async def test_a_cancelled_read_leaves_the_connection_as_it_is() -> None:
    async with simulated(silent_positions=True) as (_, broker):
        reading = asyncio.ensure_future(broker.snapshot(None))
        asked = asyncio.Event()
        broker.watch_connection(
            lambda state: asked.set() if state.link is LinkStatus.CONNECTED else None
        )
        await asked.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert broker.connection.link is LinkStatus.CONNECTED
