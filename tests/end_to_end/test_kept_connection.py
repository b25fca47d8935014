"""The kept connection with a TWS that is independent of the simulated one."""

import asyncio
from dataclasses import replace

from app.broker.tws_broker import Endpoint, TwsBroker
from app.domain.desktop.app_state import LinkStatus
from app.domain.portfolio.broker_updates import EventKind
from tests.broker.broker_client import FAST, Diary
from tests.end_to_end.scripted_tws import Contract, Execution, Held, ScriptedTws

APPLE = Held(Contract(265598, "AAPL"), "100", "150.5", "200", "20000", "4950")


async def test_it_subscribes_receives_a_trade_reads_it_and_reconnects_after_a_drop() -> None:
    with ScriptedTws() as tws:
        tws.held = [APPLE]
        broker = TwsBroker(Endpoint("127.0.0.1", tws.port, 17, 5.0), timing=FAST)
        diary = Diary.of(broker)
        broker.keep_connected()
        try:
            await diary.reads_anew()
            await diary.until(lambda: any(f.prices for f in diary.figures))
            assert (await broker.snapshot(None)).holdings[0].quantity == 100
            sold = replace(APPLE, quantity="60")
            tws.held = [sold]
            tws.trade(Execution(APPLE.contract, "SLD", "40", "201", "0000e0d5.1.01.01"))
            (session,) = tws._sessions
            session.send(*tws.executions[0].details("-1"))
            session.send(*sold.position())
            await diary.until(lambda: diary.count(EventKind.POSITION) == 1)
            snapshot = await broker.snapshot(None)
            assert (snapshot.holdings[0].quantity, len(snapshot.fills)) == (60, 1)
            beat = broker.connection.heartbeat_at
            await diary.until(lambda: broker.connection.heartbeat_at != beat)
            expected = [EventKind.READ_ANEW, EventKind.EXECUTION, EventKind.POSITION]
            assert diary.kinds() == expected
            session.drop()
            await diary.reads_anew(2)
            assert broker.connection.link is LinkStatus.CONNECTED
            assert tws.connections == 2
        finally:
            await broker.close()
        await asyncio.to_thread(tws.wait_until_alone)
        kinds = {request[0] for request in tws.requests}
        assert kinds <= {"71", "49", "61", "64", "6", "7", "92", "93", "94", "95"}
