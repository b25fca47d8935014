"""A burst of trades causes few syncs, and the store is correct after them."""

import asyncio
import random
from pathlib import Path

from app.broker.simulator.server.server import SimulatedTws
from app.broker.tws_broker import Endpoint, TwsBroker
from app.domain.desktop.app_state import LinkStatus
from app.domain.desktop.auto_sync_rules import AutoSyncRules
from app.domain.model.positions import Position
from app.domain.model.runs import Report, Request, RunStatus, Trigger
from app.flex.reader import read_statement
from app.store.store import SqliteStore
from app.sync.auto_sync import QUIET_S, AutoSync
from app.sync.service import SyncService
from tests.broker.broker_client import CLIENT_ID, FAST
from tests.broker.simulated import demo_market
from tests.ui.conftest import until

TRADES = 500
BURST_S = 0.5  # where nothing else keeps the computer busy; the real ones may take 5


def held(positions: tuple[Position, ...]) -> dict[tuple[str, int], object]:
    return {position.identity: position.quantity for position in positions}


async def same_as_tws(store: SqliteStore, tws: SimulatedTws) -> bool:
    """Whether the stored quantities are those that TWS has."""
    there = {holding.identity: holding.quantity for holding in tws.market.holdings()}
    return held(await store.positions()) == there


async def test_500_trades_in_5_s_make_at_most_three_syncs_and_a_correct_store(
    tmp_path: Path,
) -> None:
    tws = SimulatedTws(demo_market(), master_id=CLIENT_ID)
    await tws.start()
    store = SqliteStore(tmp_path / "positions.sqlite")
    broker = TwsBroker(
        Endpoint(tws.host, tws.port, CLIENT_ID, 5.0), timing=FAST, rng=random.Random(1)
    )
    service, reports, synced = SyncService(broker, store, read_statement), [], asyncio.Event()

    async def run(request: Request) -> Report:
        report = await service.run(request)
        reports.append(report.run)
        synced.set()
        return report

    triggers = AutoSync(
        run,
        AutoSyncRules(on_start=True, on_trade=True),
        is_ready=lambda: broker.connection.link is LinkStatus.CONNECTED,
    )
    broker.watch_connection(lambda _: triggers.wake())
    broker.watch_events(triggers.on_broker_event)
    keeping = asyncio.create_task(triggers.run_forever(), name="triggers")
    broker.keep_connected()
    try:
        await synced.wait()
        await until(lambda: broker.connection.callbacks_registered)
        before = len(reports)
        for _ in range(TRADES):
            tws.tick(prices=0, trades=1)
            await asyncio.sleep(BURST_S / TRADES)
        while len(reports) == before or not await same_as_tws(store, tws):
            synced.clear()
            await synced.wait()
        await asyncio.sleep(1.2 * QUIET_S)  # for a sync too many to come
        caused = reports[before:]
        assert len(caused) <= 3
        assert {run.status for run in caused} == {RunStatus.SUCCESS}
        assert {run.trigger for run in caused} == {Trigger.CALLBACK}
        assert await same_as_tws(store, tws)
        assert (await store.view()).statistics.callback_triggers == len(caused)
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})
        await broker.close()
        await store.close()
        await tws.stop()
