"""The kept connection: it is made again, finds stalls, publishes its state, and ends at once."""

import asyncio
import gc
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.broker.connection.ib_transport import IbTransport
from app.broker.connection.monitor import SessionMonitor
from app.broker.connection.session import TwsSession
from app.broker.simulator.scenario.state import InitialPosition
from app.broker.simulator.server.codes import ErrorCode
from app.broker.simulator.server.protocol import Fields
from app.broker.tws_broker import Endpoint, TwsBroker
from app.domain.connection.maintenance_windows import reset_window
from app.domain.desktop.app_state import ConnectionState, LinkStatus
from app.domain.model.errors import BrokerError
from app.domain.portfolio.broker_updates import EventKind
from tests.broker.broker_client import FAST, Kept, kept
from tests.broker.simulated import simulated
from tests.broker.simulator.desk import AAPL, D, market

SLOW = replace(FAST, first_retry_s=60.0, longest_retry_s=60.0, heartbeat_s=60.0)
NIGHT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # 00:00 in New York
AT_ONCE_S = 20.0  # each wait that `close` interrupts would take 60

ACCOUNT_SUMMARY = 62  # the number of the request


async def test_the_connection_is_made_and_tws_pushes_changes() -> None:
    async with kept() as k:
        state = k.broker.connection
        assert state.link is LinkStatus.CONNECTED
        assert state.callbacks_registered
        assert state.since is not None
        assert (state.failure, state.next_try_at, state.status_text) == ("", None, "")
        assert k.diary.kinds() == [EventKind.READ_ANEW]
        assert k.diary.links == [LinkStatus.CONNECTING, LinkStatus.CONNECTED]


async def test_a_bug_while_the_connection_is_monitored_ends_it_and_it_is_made_again(
    monkeypatch: pytest.MonkeyPatch, expected_warnings: list[str]
) -> None:
    expected_warnings.append("was closed because of a bug")
    look = SessionMonitor._check_stale
    bugs = iter([ValueError("list index out of range")])

    def broken(monitor: SessionMonitor, now: float) -> None:
        for bug in bugs:
            raise bug
        look(monitor, now)

    monkeypatch.setattr(SessionMonitor, "_check_stale", broken)
    async with kept(ready=False) as k:
        await k.diary.until(lambda: k.diary.links.count(LinkStatus.CONNECTED) == 2)
        await k.diary.reads_anew()
        failures = {state.failure for state in k.diary.states if state.link is LinkStatus.OFFLINE}
    assert any("An error in Position Sync" in failure for failure in failures)
    assert not any("list index" in failure for failure in failures)


async def test_closing_does_not_wait_for_a_connect() -> None:
    """TWS accepts and stays silent, and the timeout is an hour away."""
    accepted = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    broker = TwsBroker(Endpoint("127.0.0.1", port, 17, 3600.0))
    first, second = (asyncio.create_task(broker.snapshot(None)) for _ in range(2))
    await accepted.wait()
    await broker.close()
    for read in (first, second):
        with pytest.raises(BrokerError, match="closed before it was established"):
            await read
    assert broker.connection.link is LinkStatus.OFFLINE
    server.close()
    await server.wait_closed()


async def test_closing_also_ends_a_connection_that_was_made_in_that_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cancel comes too late; nothing may be read over what was made all the same."""
    connect, made = TwsSession.connect, asyncio.Event()

    async def just_made(session: TwsSession, host: str, port: int, client_id: int) -> None:
        await connect(session, host, port, client_id)
        made.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    monkeypatch.setattr(TwsSession, "connect", just_made)
    async with simulated() as (tws, broker):
        read = asyncio.create_task(broker.snapshot(None))
        await made.wait()
        await broker.close()
        with pytest.raises(BrokerError, match="closed before it was established"):
            await read
        while tws.sessions:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert set(tws.requests) <= {71}


async def test_a_drop_is_reported_once_and_the_connection_is_made_again() -> None:
    async with kept() as k:
        await k.tws.asked(94, 18)
        k.tws.drop_clients()
        await k.diary.reads_anew(2)
        assert k.diary.links[2:] == [
            LinkStatus.OFFLINE,
            LinkStatus.CONNECTING,
            LinkStatus.CONNECTED,
        ]
        planned = [state for state in k.diary.states if state.next_try_at is not None]
        assert planned[0].failure.startswith("TWS closed the connection.")
        assert planned[0].link is LinkStatus.OFFLINE
        assert not planned[0].callbacks_registered
        assert k.broker.connection.callbacks_registered
        assert k.diary.kinds() == [EventKind.READ_ANEW] * 2
        # Every subscription of the old connection is made again on the new one.
        assert k.tws.requests[71] == k.tws.requests[61] == 2
        for number, times in ((6, 2), (92, 4), (94, 36)):
            await k.tws.asked(number, times)


async def test_while_tws_refuses_the_waits_grow_to_their_limit() -> None:
    async with kept() as k:
        await k.tws.go_down()
        await k.diary.until(lambda: k.diary.links.count(LinkStatus.CONNECTING) >= 6)
        plans = {s.next_try_at: s for s in k.diary.states if s.next_try_at is not None}
        assert all("Cannot reach TWS" in s.failure for s in list(plans.values())[1:])
        await k.tws.come_back()
        await k.diary.reads_anew(2)
        assert k.broker.connection.status_text == ""


async def test_the_waits_double_are_randomized_and_are_reset_after_a_stable_connection() -> None:
    from random import Random

    from app.broker.timing import Backoff

    backoff = Backoff(1.0, 60.0, Random(1))
    waits = [backoff.next() for _ in range(12)]
    assert waits[0] == 1.0
    for wait, most in zip(waits, (1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60), strict=True):
        assert max(1.0, most / 2) <= wait <= most
    assert len(set(waits[6:])) == 6
    backoff.reset()
    assert backoff.next() == 1.0


async def test_a_stable_connection_resets_the_waits() -> None:
    timing = replace(FAST, first_retry_s=0.001, longest_retry_s=600.0, stable_after_s=0.0)
    async with kept(timing=timing) as k:
        for times in range(2, 22):  # without the reset the last wait would be minutes
            k.tws.drop_clients()
            await k.diary.reads_anew(times)


async def test_a_silent_stall_is_found_by_the_heartbeat() -> None:
    async with kept(timing=replace(FAST, heartbeat_timeout_s=0.2, pnl_interval_s=60.0)) as k:
        await k.diary.until(lambda: k.broker.connection.heartbeat_at)
        k.tws.faults.silent = True
        await k.diary.until(lambda: k.broker.connection.link is LinkStatus.OFFLINE)
        assert "did not answer for 0.2 s although it is connected" in k.broker.connection.failure
        k.tws.faults.silent = False
        await k.diary.reads_anew(2)
        assert k.broker.connection.link is LinkStatus.CONNECTED


async def test_with_the_usual_timing_a_stall_is_found_within_30_seconds() -> None:
    from app.broker.timing import Timing

    assert Timing().heartbeat_s + Timing().heartbeat_timeout_s < 30


async def test_a_sync_during_a_stall_gets_a_new_connection() -> None:
    async with kept(timing=SLOW, timeout_s=0.3) as k:
        k.tws.faults.silent = True

        def talk_again(state: ConnectionState) -> None:
            k.tws.faults.silent &= state.link is LinkStatus.CONNECTED

        k.broker.watch_connection(talk_again)
        assert len((await k.broker.snapshot(None)).holdings) == 18
        assert k.tws.requests[71] == 2


@pytest.mark.parametrize("restored", [ErrorCode.RESTORED, ErrorCode.RESTORED_DATA_LOST])
async def test_a_lost_link_marks_the_data_stale_until_it_is_restored(restored: ErrorCode) -> None:
    async with kept() as k:
        await k.tws.asked(94, 18)
        k.tws.send_notice(ErrorCode.CONNECTIVITY_LOST)
        await k.diary.until(lambda: k.broker.connection.link is LinkStatus.STALE)
        assert "lost its own connection to IBKR" in k.broker.connection.status_text
        with pytest.raises(BrokerError, match="lost its own connection"):
            await k.broker.snapshot(None)
        k.tws.send_notice(restored)
        await k.diary.reads_anew(2)
        assert k.broker.connection.link is LinkStatus.CONNECTED
        assert k.tws.requests[71] == 1  # over the same connection
        assert k.tws.requests[61] == 2
        if restored is ErrorCode.RESTORED_DATA_LOST:
            await k.tws.asked(94, 36)
        assert k.diary.count(EventKind.READ_ANEW) == 2


async def test_notice_2110_marks_the_data_stale_too() -> None:
    async with kept() as k:
        k.tws.send_notice(ErrorCode.LINK_BROKEN)
        await k.diary.until(lambda: k.broker.connection.link is LinkStatus.STALE)


async def test_after_a_restored_link_nothing_is_requested_that_is_not_read() -> None:
    """ib_insync would request the account summary automatically."""
    async with kept() as k:
        k.tws.send_notice(ErrorCode.CONNECTIVITY_LOST)
        await k.diary.until(lambda: k.broker.connection.link is LinkStatus.STALE)
        k.tws.send_notice(ErrorCode.RESTORED)
        await k.diary.reads_anew(2)
        await k.broker.snapshot(None)
        assert k.tws.requests[ACCOUNT_SUMMARY] == 0


async def test_a_tws_without_ibkr_is_kept_and_read_once_it_is_restored() -> None:
    async with kept(ready=False, lost_connectivity=True) as k:
        await k.diary.until(lambda: k.broker.connection.heartbeat_at)
        assert k.broker.connection.link is LinkStatus.STALE
        assert k.diary.events == []
        k.tws.send_notice(ErrorCode.RESTORED)
        await k.diary.reads_anew()
        assert k.tws.requests[71] == 1


async def test_a_link_that_stays_lost_is_checked_over_a_new_connection() -> None:
    async with kept(timing=replace(FAST, stale_s=0.05)) as k:
        k.tws.send_notice(ErrorCode.CONNECTIVITY_LOST)
        await k.diary.reads_anew(2)
        assert k.tws.requests[71] == 2


@pytest.mark.parametrize("cause", ["drop", "refusal", "stale"])
async def test_during_ibkrs_reset_the_next_attempt_is_minutes_away_and_the_state_names_the_reset(
    cause: str,
) -> None:
    async with kept(clock=lambda: NIGHT, timing=replace(FAST, reset_retry_s=180.0)) as k:
        if cause == "stale":
            k.tws.send_notice(ErrorCode.CONNECTIVITY_LOST)
            await k.diary.until(lambda: k.broker.connection.link is LinkStatus.STALE)
            assert k.broker.connection.status_text == "IBKR's nightly reset"
            return
        if cause == "refusal":
            await k.tws.go_down()
        k.tws.drop_clients()
        await k.diary.until(lambda: k.broker.connection.next_try_at)
        state = k.broker.connection
        assert state.reset == reset_window(NIGHT, k.broker._manager.endpoint.region)
        assert state.next_try_at is not None
        assert 144 <= (state.next_try_at - NIGHT).total_seconds() <= 216
        at = state.next_try_at.astimezone()
        assert state.status_text == f"IBKR's nightly reset; trying again at {at:%H:%M}"


async def test_the_last_wait_of_a_reset_ends_with_it() -> None:
    almost_over = datetime(2026, 11, 24, 6, 44, 30, tzinfo=UTC)
    timing = replace(FAST, reset_retry_s=180.0)
    async with kept(clock=lambda: almost_over, timing=timing) as k:
        k.tws.drop_clients()
        await k.diary.until(lambda: k.broker.connection.next_try_at)
        assert k.broker.connection.next_try_at == almost_over + timedelta(seconds=30)


async def test_a_sync_does_not_wait_for_the_next_attempt() -> None:
    async with kept(timing=SLOW) as k:
        k.tws.drop_clients()
        await k.diary.until(lambda: k.broker.connection.next_try_at)
        assert len((await k.broker.snapshot(None)).holdings) == 18
        await k.diary.until(lambda: k.broker.connection.callbacks_registered)
        assert k.diary.count(EventKind.READ_ANEW) == 1  # the sync has just read all of it


async def test_a_failed_sync_does_not_move_the_next_attempt() -> None:
    async with kept(timing=SLOW) as k:
        await k.tws.go_down()
        await k.diary.until(lambda: k.broker.connection.next_try_at)
        plan = k.broker.connection.next_try_at
        with pytest.raises(BrokerError, match="Cannot reach TWS"):
            await k.broker.snapshot(None)
        await k.diary.until(lambda: k.broker.connection.next_try_at)
        assert k.broker.connection.next_try_at == plan
        assert "Cannot reach TWS" in k.broker.connection.status_text


async def test_a_sync_that_fails_half_way_ends_the_connection_and_it_is_made_again() -> None:
    async with kept(timeout_s=0.3) as k:
        k.tws.faults.positions_end_after = 5
        with pytest.raises(BrokerError, match="did not finish sending the positions"):
            await k.broker.snapshot(None)
        assert "did not finish sending" in k.broker.connection.failure
        k.tws.faults.positions_end_after = None
        await k.diary.reads_anew(2)
        assert len((await k.broker.snapshot(None)).holdings) == 18


async def cancelled_at(k: Kept, number: int) -> None:
    """A read, cancelled as soon as TWS has been asked this, and before it answers."""
    reading = asyncio.ensure_future(k.broker.snapshot(None))
    k.tws.before_answer = lambda request: request[0] == str(number) and reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    k.tws.before_answer = lambda _: None


@pytest.mark.parametrize("number", [49, 61, 7, 6], ids=["time", "positions", "fills", "account"])
async def test_a_cancelled_sync_keeps_the_connection_and_the_next_one_reads_all(
    number: int,
) -> None:
    async with kept(timing=SLOW) as k:
        told = len(k.diary.states)
        await cancelled_at(k, number)
        assert len((await k.broker.snapshot(None)).holdings) == 18
        links = {state.link for state in k.diary.states[told:]}
        assert links <= {LinkStatus.CONNECTED}
        assert k.tws.sessions == (17,)


async def test_after_a_cancelled_sync_tws_still_pushes_changes() -> None:
    async with kept(timing=FAST) as k:
        await cancelled_at(k, 61)
        k.tws.market.random_trade()
        k.tws.push()
        await k.diary.until(lambda: k.diary.count(EventKind.POSITION))
        assert k.broker.connection.link is LinkStatus.CONNECTED


async def test_a_sync_that_is_cancelled_leaves_no_failure() -> None:
    async with kept(timing=SLOW) as k:
        k.tws.faults.silent_positions = True
        await cancelled_at(k, 61)
        assert k.broker.connection.link is LinkStatus.CONNECTED
        assert (k.broker.connection.failure, k.broker.connection.status_text) == ("", "")


async def test_a_sync_after_one_that_was_cancelled_while_tws_was_silent_reconnects() -> None:
    async with kept(timing=replace(SLOW, abandoned_read_s=0.01)) as k:
        k.tws.faults.silent_positions = True
        await cancelled_at(k, 61)
        k.tws.faults.silent_positions = False
        assert len((await k.broker.snapshot(None)).holdings) == 18
        assert k.tws.sessions == (17,)


async def test_a_read_says_how_many_positions_have_come_so_far() -> None:
    async with kept(timing=replace(SLOW, update_interval_s=0.0)) as k:
        counts: list[int | None] = []
        k.broker.watch_reads(counts.append)
        await k.broker.snapshot(None)
        assert counts == [*range(1, 19), None]
        counts.clear()
        await cancelled_at(k, 7)
        await k.broker.snapshot(None)
        assert counts == [*range(1, 19), None] * 2


async def test_a_tws_that_does_not_send_its_positions_is_retried_with_growing_waits() -> None:
    async with kept(ready=False, timeout_s=0.1, silent_positions=True) as k:
        await k.diary.until(lambda: k.diary.links.count(LinkStatus.CONNECTING) >= 4)
        assert "did not finish sending the positions" in k.broker.connection.failure
        assert k.diary.events == []
        k.tws.faults.silent_positions = False
        await k.diary.reads_anew()


async def test_a_wrong_account_keeps_the_connection() -> None:
    async with kept() as k:
        with pytest.raises(BrokerError, match="does not manage the account U1"):
            await k.broker.snapshot("U1")
        assert k.broker.connection.link is LinkStatus.CONNECTED
        assert (k.tws.requests[61], k.tws.requests[64]) == (1, 0)  # the subscriptions stay


async def test_syncs_and_the_reconnector_share_one_connection_and_take_turns() -> None:
    async with kept(timing=replace(FAST, heartbeat_s=0.001)) as k:
        snapshots = await asyncio.gather(*(k.broker.snapshot(None) for _ in range(5)))
        assert [len(snapshot.holdings) for snapshot in snapshots] == [18] * 5
        assert k.tws.sessions == (17,)
        assert k.tws.requests[71] == 1
        assert k.diary.kinds() == [EventKind.READ_ANEW]


async def test_a_snapshot_over_a_new_connection_keeps_it_too() -> None:
    async with kept() as k:
        await k.broker.snapshot(None, reconnect=True)
        await k.diary.until(lambda: k.broker.connection.callbacks_registered)
        assert k.tws.requests[71] == 2
        assert k.diary.count(EventKind.READ_ANEW) == 1


@pytest.mark.parametrize("silent", ["silent_handshake", "silent_positions"])
async def test_it_ends_at_once_while_it_connects_or_subscribes(silent: str) -> None:
    async with kept(ready=False, timeout_s=60.0, **{silent: True}) as k:
        asked = LinkStatus.CONNECTING if silent == "silent_handshake" else LinkStatus.CONNECTED
        await k.diary.until(lambda: asked in k.diary.links)
        await ends_at_once(k.broker)


async def test_it_ends_at_once_while_it_waits_for_the_next_attempt() -> None:
    async with kept(timing=SLOW) as k:
        await k.tws.go_down()
        await k.diary.until(lambda: k.broker.connection.next_try_at)
        await ends_at_once(k.broker)


async def test_it_ends_at_once_while_it_waits_for_a_heartbeat() -> None:
    async with kept(timing=replace(FAST, heartbeat_timeout_s=60.0)) as k:
        k.tws.faults.silent = True
        await k.tws.asked(49, k.tws.requests[49] + 1)
        await ends_at_once(k.broker)


async def test_it_ends_at_once_while_it_idles_and_before_it_has_begun() -> None:
    async with kept(timing=SLOW) as k:
        await ends_at_once(k.broker)
    async with kept(timing=SLOW, ready=False) as k:
        await ends_at_once(k.broker)


async def test_after_close_it_does_not_reconnect() -> None:
    async with kept() as k:
        await k.broker.close()
        assert k.broker.connection.link is LinkStatus.OFFLINE
        assert k.broker.connection.status_text == ""
        assert [task.get_name() for task in asyncio.all_tasks()].count("keep connected") == 0


async def test_a_thousand_reconnects_leave_nothing_behind() -> None:
    held = market(InitialPosition("DU1", AAPL.con_id, D(10), D(150)))
    timing = replace(FAST, first_retry_s=0.0, longest_retry_s=0.0)
    counts: list[int] = []
    # The loop of Qt keeps a timer until its time, also where it was cancelled; here half a second.
    async with kept(
        market=held, timing=replace(timing, heartbeat_timeout_s=0.5), timeout_s=0.5
    ) as k:
        for times in range(2, 1_002):
            k.tws.drop_clients()
            await k.diary.reads_anew(times)
            if times % 250 == 1:
                k.tws.log.clear()
                k.diary.states.clear()
                k.diary.figures.clear()
                counts.append(living())
        kinds = Counter(type(thing) for thing in gc.get_objects())
        assert (kinds[TwsSession], kinds[IbTransport]) <= (2, 2)
    assert counts[-1] - counts[1] < 1_000, counts  # 500 events are in the diary


def living() -> int:
    gc.collect()
    return len(gc.get_objects())


async def ends_at_once(broker: TwsBroker) -> None:
    began = time.monotonic()
    await broker.close()
    assert time.monotonic() - began < AT_ONCE_S


@pytest.mark.parametrize("request_", ["61", "6", "7", "49"])
async def test_a_client_id_that_is_taken_in_the_middle_of_an_answer_is_reported_and_replaced(
    request_: str,
) -> None:
    async with kept(timing=SLOW) as k:
        refusals = ["Unable to connect as the client id is already in use."]

        def refuse(asked: Fields) -> None:
            if asked[0] == request_ and refusals:
                k.tws.send(("4", "2", "-1", "326", refusals.pop(), ""))

        k.tws.before_answer = refuse
        try:
            await k.broker.snapshot(None)
        except BrokerError as error:
            assert "client id" in str(error)
        assert not refusals
        assert (await k.broker.snapshot(None)).holdings
        assert k.broker.connection.link is LinkStatus.CONNECTED
