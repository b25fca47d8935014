"""Each fault, as a client meets it."""

import asyncio
import contextlib

import pytest

from app.broker.simulator.server.codes import ErrorCode
from tests.broker.simulator.desk import connected, raw, serving, settled, traded_market

QUIET_S = 0.2  # how long nothing may arrive


async def test_a_silent_handshake_lets_the_client_wait() -> None:
    async with serving() as tws:
        tws.faults.silent_handshake = True
        with pytest.raises(TimeoutError):
            async with connected(tws, timeout=QUIET_S):
                pass
        tws.faults.silent_handshake = False
        async with connected(tws):
            assert tws.sessions == (7,)


async def test_silent_positions_are_never_answered() -> None:
    async with serving() as tws, connected(tws) as ib:
        tws.faults.silent_positions = True
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ib.reqPositionsAsync(), QUIET_S)


async def test_positions_can_stop_half_way() -> None:
    async with serving() as tws, raw(tws, versions="v157..176") as client:
        tws.faults.positions_end_after = 5
        client.send("61", "1")
        client.send("49", "1")
        answers = await client.read_until(49)
        assert [answer[0] for answer in answers] == ["61"] * 5 + ["49"]


async def test_the_connection_can_break_among_the_rows() -> None:
    async with serving() as tws, raw(tws, versions="v157..176") as client:
        tws.faults.drop_after_rows = 3
        client.send("61", "1")
        assert [(await client.read())[0] for _ in range(3)] == ["61"] * 3
        assert await client.read_to_end() == b""


async def test_positions_can_be_refused_with_any_error() -> None:
    async with serving() as tws, raw(tws, versions="v157..176") as client:
        tws.faults.error_on_positions = (321, "too many accounts")
        client.send("61", "1")
        assert (await client.read())[2:5] == ("-1", "321", "too many accounts")


async def test_raw_rows_replace_the_positions() -> None:
    async with serving() as tws, raw(tws, versions="v157..176") as client:
        tws.faults.raw_rows = (("61", "3", "DU1", "too few"), ("61", "3"))
        client.send("61", "1")
        assert await client.read_until(62) == [
            *(("61", "3", "DU1", "too few"), ("61", "3"), ("62", "1")),
        ]


async def test_silent_account_updates_answer_neither_request() -> None:
    async with serving() as tws, raw(tws, versions="v157..176") as client:
        tws.faults.silent_account_updates = True
        client.send("6", "2", "1", "DU1234567")
        client.send("76", "1", "3", "DU1234567", "", "0")
        client.send("49", "1")
        assert (await client.read())[0] == "49"


async def test_silent_executions_are_never_answered() -> None:
    async with serving(traded_market()) as tws, connected(tws) as ib:
        tws.faults.silent_executions = True
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ib.reqExecutionsAsync(), QUIET_S)


async def test_commission_reports_can_be_missing() -> None:
    async with serving(traded_market()) as tws:
        tws.faults.omit_commission_reports = True
        async with connected(tws) as ib:
            (fill,) = await ib.reqExecutionsAsync()
            assert fill.commissionReport.execId == ""


async def test_lost_connectivity_is_reported_on_connecting() -> None:
    async with serving() as tws:
        tws.faults.lost_connectivity = tws.faults.notice_2110 = True
        async with raw(tws) as client:
            client.greet()
            client.send("71", "2", "1", "")
            client.send("49", "1")
            answers = await client.read_until(49)
            notices = [answer[3] for answer in answers if answer[0] == "4" and len(answer) > 3]
            assert notices == ["2104", "2106", "2158", "1100", "2110"]


async def test_a_delay_keeps_the_order_of_the_answers() -> None:
    async with serving() as tws, connected(tws) as ib:
        tws.faults.delay_s = 0.02
        positions, _ = await asyncio.gather(ib.reqPositionsAsync(), settled(ib))
        assert len(positions) == 18
        assert tws.log[-2:] == [(7, ("61", "1")), (7, ("49", "1"))]


async def test_a_delayed_answer_to_a_client_that_left_is_dropped() -> None:
    async with serving() as tws, connected(tws) as ib:
        tws.faults.delay_s = 60
        async with raw(tws) as client:
            client.greet()
            client.writer.write_eof()
            await client.read_to_end()
        tws.faults.delay_s = 0
        await settled(ib)
        assert tws.sessions == (7,)


async def test_a_silent_server_keeps_the_connection_and_says_nothing() -> None:
    async with serving() as tws, raw(tws, versions="v157..176") as client:
        tws.faults.silent = True
        client.send("61", "1")
        client.send("49", "1")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.read(), QUIET_S)
        assert tws.sessions == (1,)


async def test_a_restart_drops_all_and_refuses_until_it_is_over() -> None:
    async with serving() as tws:
        port = tws.port
        async with raw(tws, versions="v157..176") as client:
            await tws.go_down()
            with contextlib.suppress(ConnectionResetError):
                assert await client.read_to_end() == b""
            with pytest.raises(OSError):
                await asyncio.open_connection(tws.host, port)
        await tws.come_back()
        assert tws.port == port
        async with connected(tws):
            assert tws.sessions == (7,)


async def test_all_clients_are_notified_of_the_connection_to_ibkr() -> None:
    async with serving() as tws, raw(tws, versions="v157..176") as client:
        for code in (1100, 1101, 1102, 2110):
            tws.send_notice(ErrorCode(code))
            assert (await client.read())[2:4] == ("-1", str(code))
