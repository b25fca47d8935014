"""A preview writes nothing; applying it does exactly what it showed, or refuses."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.model.errors import BrokerError
from app.domain.model.positions import ChangeKind
from app.domain.model.runs import Request, RunStatus
from app.domain.model.snapshot import Snapshot
from app.sync.service import SyncService
from tests.domain.make import fill, holding, snapshot, stock
from tests.sync.test_service import MANUAL, service

PREVIEW = replace(MANUAL, dry_run=True)
SPY = holding(1, instrument=stock(9, "SPY"))


async def applied(sync: SyncService) -> tuple[RunStatus, str | None]:
    """The result of applying a preview."""
    shown = await sync.run(PREVIEW)
    assert shown.run.id is None
    run = (await sync.run(replace(MANUAL, basis=shown.basis))).run
    return run.status, run.error


async def test_apply_does_what_was_shown_with_its_prices(tmp_path: Path) -> None:
    first = snapshot(SPY, holding(100, 100, price=110), at=1)
    later = snapshot(SPY, holding(100, 100, price=111), at=2)
    async with service(tmp_path, first, later) as (sync, _, store):
        shown = await sync.run(PREVIEW)
        assert [change.kind for change in shown.changes] == [ChangeKind.CREATED] * 2
        assert await store.positions() == ()
        assert await store.runs() == ()
        done = await sync.run(replace(MANUAL, basis=shown.basis))
        assert done.run.status is RunStatus.SUCCESS
        assert done.run.counts == shown.run.counts
        prices = {p.instrument.symbol: p.market_price for p in await store.positions()}
        assert prices["AAPL"] == 110


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (snapshot(SPY, holding(50, 100), at=2), "AAPL in DU1 went from 100 to 50"),
        (snapshot(SPY, at=2), "AAPL in DU1 went from 100 to 0"),
        (snapshot(SPY, holding(100, 101), at=2), "the average cost of AAPL in DU1 is different"),
        (
            replace(snapshot(SPY, holding(100, 100), at=2), fills=(fill(1, 100, at=1.5),)),
            "the executions are different",
        ),
        (
            replace(snapshot(SPY, holding(100, 100), at=2), accounts=("DU1", "DU2")),
            "the accounts are different",
        ),
    ],
)
async def test_apply_is_refused_with_the_reason_if_tws_has_changed(
    tmp_path: Path, now: Snapshot, reason: str
) -> None:
    async with service(tmp_path, snapshot(SPY, holding(100, 100), at=1), now) as (sync, _, store):
        status, error = await applied(sync)
        assert status is RunStatus.ERROR
        assert error == (
            f"Positions in TWS changed since the preview: {reason}. "
            "Nothing was changed. Preview again."
        )
        assert await store.positions() == ()
        # The screen names account and quantity; what is kept does not.
        kept = "Positions in TWS changed since the preview. Nothing was changed. Preview again."
        assert [run.error for run in await store.runs()] == [kept]


async def test_of_many_differences_the_first_are_named(tmp_path: Path) -> None:
    many = [holding(1, instrument=stock(n, f"S{n}")) for n in range(1, 7)]
    async with service(tmp_path, snapshot(*many, at=1), snapshot(at=2)) as (sync, _, _store):
        _, error = await applied(sync)
        assert error is not None
        assert "S3 in DU1 went from 1 to 0, and 3 more. Nothing was changed." in error


async def test_apply_is_refused_if_another_sync_was_stored_since(tmp_path: Path) -> None:
    async with service(tmp_path, snapshot(SPY, at=1)) as (sync, _, store):
        shown = await sync.run(PREVIEW)
        await sync.run(MANUAL)
        run = (await sync.run(replace(MANUAL, basis=shown.basis))).run
        assert (run.status, run.error) == (
            RunStatus.ERROR,
            "Another sync was stored since the preview, so this one was not applied. "
            "Preview again.",
        )
        again = await sync.run(PREVIEW)
        await store.undo()
        assert (await sync.run(replace(MANUAL, basis=again.basis))).run.status is RunStatus.ERROR


async def test_a_sync_that_failed_since_does_not_refuse_it(tmp_path: Path) -> None:
    taken = snapshot(SPY, at=1)
    answers = (taken, BrokerError("TWS is away."), taken)
    async with service(tmp_path, *answers) as (sync, _, store):
        shown = await sync.run(PREVIEW)
        assert (await sync.run(MANUAL)).run.status is RunStatus.ERROR
        done = await sync.run(replace(MANUAL, basis=shown.basis))
        assert done.run.status is RunStatus.SUCCESS
        assert len(await store.positions()) == 1


async def test_a_held_preview_is_applied_once_each_close_is_confirmed(
    tmp_path: Path,
) -> None:
    both = snapshot(SPY, holding(100), at=1)
    async with service(tmp_path, both, snapshot(at=2)) as (sync, broker, store):
        await sync.run(MANUAL)
        shown = await sync.run(PREVIEW)
        assert shown.run.status is RunStatus.HELD
        assert broker.asked[-1] == (None, True)
        confirmed = frozenset(change.after.identity for change in shown.held)
        request = Request(basis=shown.basis, confirmed=confirmed)
        assert (await sync.run(request)).run.status is RunStatus.SUCCESS
        assert await store.positions() == ()
