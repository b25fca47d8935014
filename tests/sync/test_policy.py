"""The policy applies to every run; settings change between runs."""

import asyncio
from pathlib import Path

from app.broker.tws_broker import Endpoint, TwsBroker
from app.domain.desktop.app_state import LinkStatus
from app.domain.model.positions import Source
from app.domain.model.runs import Request, RunStatus
from app.domain.model.sync_policy import SyncPolicy
from app.flex.reader import read_statement
from app.store.store import SqliteStore
from app.sync.service import SyncService
from tests.broker.simulated import simulated


def test_a_policy_can_only_switch_the_calculation_off() -> None:
    without = SyncPolicy(calculate_pnl=False, mass_close_percent=20).applied(Request())
    assert (without.calculate_pnl, without.mass_close_percent) == (False, 20)
    assert not SyncPolicy().applied(Request(calculate_pnl=False)).calculate_pnl


async def test_a_new_policy_applies_from_the_next_run_on(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "positions.sqlite")
    async with simulated() as (tws, broker):
        service = SyncService(broker, store, read_statement)
        await service.run(Request())
        service.set_policy(SyncPolicy(calculate_pnl=False))
        held = tws.market.holdings("DU1234567")[0]
        tws.market.trade(held.account, held.instrument.con_id, -held.quantity)
        await service.run(Request())
        (close,) = await store.closes()
        assert close.close.source is Source.SKIPPED
    await store.close()


async def test_another_connection_waits_for_the_sync_and_is_used_by_the_next(
    tmp_path: Path,
) -> None:
    store = SqliteStore(tmp_path / "positions.sqlite")
    async with simulated(delay_s=0.02) as (_, broker), simulated() as (other, unused):
        service = SyncService(broker, store, read_statement)
        running = asyncio.create_task(service.run(Request()))
        while broker.connection.link is not LinkStatus.CONNECTED:  # noqa: ASYNC110
            await asyncio.sleep(0)
        async with service.between_runs():
            assert len(await store.positions()) == 18
            await broker.use(Endpoint(other.host, other.port, 17, 5.0))
        assert (broker.connection.port, broker.connection.link) == (other.port, LinkStatus.OFFLINE)
        assert broker.connection.accounts == ()
        assert (await running).run.status is RunStatus.SUCCESS
        assert (await service.run(Request())).run.status is RunStatus.SUCCESS
        assert other.sessions == (17,)
        await unused.close()
    await store.close()


async def test_using_the_same_connection_again_keeps_its_accounts() -> None:
    async with simulated() as (tws, broker):
        await broker.snapshot(None)
        await broker.use(Endpoint(tws.host, tws.port, 18, 5.0))
        assert broker.connection.accounts == ("DU1234567", "DU7654321")
    assert isinstance(broker, TwsBroker)
