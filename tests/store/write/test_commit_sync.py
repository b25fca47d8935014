"""One sync is one transaction: it writes what changed, all of it or nothing."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.errors import StaleSnapshotError, UnconfirmedClosesError
from app.domain.model.positions import ChangeKind
from app.domain.model.runs import Counts, Request, RunStatus
from app.domain.model.snapshot import AccountValue
from tests.store.trading import (
    AAPL,
    MSFT,
    SAP,
    at,
    dump,
    fill,
    held,
    opened,
    rows,
    run,
    snapshot,
    synced,
)


async def test_a_sync_creates_updates_and_closes(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        first = await synced(store, snapshot(1, held(AAPL), held(MSFT)))
        second = await synced(store, snapshot(2, held(MSFT, price="13"), held(SAP)))
        assert [p.instrument for p in await store.positions()] == [MSFT, SAP]
        assert [p.instrument for p in await store.positions(closed=True)] == [AAPL]
    assert first.run.counts.positions_created == 2
    counts = second.run.counts
    assert (counts.positions_created, counts.positions_updated, counts.positions_closed) == (
        1,
        1,
        1,
    )
    assert second.unconfirmed == (("DU1", 1),)


async def test_a_run_is_measured_to_its_end(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        report = await store.apply(snapshot(1, held()), Request(), run(179))
        assert report.run.duration_s == 60.0
        assert (await store.runs())[0] == report.run


async def test_a_sync_that_changes_nothing_writes_only_its_run_time_and_prices(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        traded = fill("e1.01", "100", minute=0)
        await synced(store, snapshot(1, held(), fills=[traded]))
        before = dump(tmp_path / "p.sqlite")
        await synced(store, snapshot(2, held(), fills=[traded]))
        new = set(dump(tmp_path / "p.sqlite")) - set(before)
        (position,) = await store.positions()
    assert {line.split('"')[1] for line in new} == {
        "run",
        "account",
        "run_price",
        "undo",
    }
    assert position.last_synced_at == at(2)


async def test_refreshed_prices_leave_no_audit_row(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
        await synced(store, snapshot(2, held(price="15")))
        assert (await store.positions())[0].market_price == 15
    assert rows(tmp_path / "p.sqlite", "SELECT run_id, kind FROM change") == [(1, "created")]


async def test_a_reversed_position_closes_before_its_successor_opens(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(quantity="100")))
        report = await synced(store, snapshot(2, held(quantity="-40")))
        (old,) = await store.positions(closed=True)
        (new,) = await store.positions()
    assert report.run.counts.reversed == 1
    assert (old.quantity, new.quantity) == (0, -40)
    assert old.id != new.id


async def test_accounts_that_a_snapshot_does_not_cover_stay_as_they_are(tmp_path: Path) -> None:
    both = snapshot(1, held(account="DU1"), held(account="DU2"), accounts=["DU1", "DU2"])
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, both)
        await synced(store, snapshot(2, accounts=["DU2"]))
        (position,) = await store.positions()
        assert (await store.view()).accounts == ("DU1", "DU2")
    assert (position.account, position.last_synced_at) == ("DU1", at(1))


async def test_a_stale_snapshot_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(5, held()))
        before = dump(tmp_path / "p.sqlite")
        with pytest.raises(StaleSnapshotError, match="Sync again"):
            await synced(store, snapshot(4))
        with pytest.raises(StaleSnapshotError):
            await store.plan(snapshot(4), Request())
    assert dump(tmp_path / "p.sqlite") == before


async def test_a_stored_time_in_the_future_refuses_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(600, held()))
        await synced(store, snapshot(5, held(quantity="200")))
        (position,) = await store.positions()
    assert (position.quantity, position.last_synced_at) == (200, at(5))


async def test_a_held_plan_leaves_only_its_run(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT)))
        before = dump(tmp_path / "p.sqlite")
        late = fill("e9.01", "5", minute=2, instrument=SAP, account="DU2")
        report = await synced(store, snapshot(3, fills=[late]), Request())
        assert len(await store.positions()) == 2
    assert report.run.status is RunStatus.HELD
    assert report.run.counts == Counts()
    assert "2 positions" in (report.run.error or "")
    assert [change.kind for change in report.held] == [ChangeKind.CLOSED] * 2
    new = set(dump(tmp_path / "p.sqlite")) - set(before)
    assert {line.split('"')[1] for line in new} == {"run"}


async def test_a_close_without_a_fill_is_not_written_on_the_first_read(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT)))
        before = dump(path)
        with pytest.raises(UnconfirmedClosesError, match="Sync again"):
            await synced(store, snapshot(2, held(AAPL)), second_read=False)
        assert dump(path) == before
        await synced(store, snapshot(3, held(AAPL)), second_read=True)
        assert [p.instrument for p in await store.positions()] == [AAPL]


async def test_a_close_that_fills_explain_is_written_on_the_first_read(tmp_path: Path) -> None:
    sold = fill("e1.01", "-100", minute=2)
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT)))
        await synced(store, snapshot(3, held(MSFT), fills=[sold]), second_read=False)
        assert [p.instrument for p in await store.positions()] == [MSFT]


async def test_confirmed_closes_are_written(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT)))
        confirmed = frozenset({("DU1", 1), ("DU1", 2)})
        report = await synced(store, snapshot(2), Request(confirmed=confirmed))
        assert await store.positions() == ()
    assert report.run.status is RunStatus.SUCCESS


async def test_a_plan_says_what_apply_would_do_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    sold = fill("e1.01", "-30", minute=2)
    later = snapshot(3, held(quantity="70"), held(MSFT), fills=[sold])
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
        before = path.read_bytes(), path.with_name("p.sqlite-wal").read_bytes()
        plan = await store.plan(later, Request())
        assert (path.read_bytes(), path.with_name("p.sqlite-wal").read_bytes()) == before
        report = await synced(store, later)
    assert plan.changes == report.changes
    assert plan.counts == report.run.counts


async def test_an_error_in_the_middle_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
        with closing(sqlite3.connect(path)) as other:
            other.execute(
                "CREATE TRIGGER no BEFORE INSERT ON account_value BEGIN "
                "SELECT raise(ABORT, 'a bug'); END"
            )
        before = dump(path)
        worth = AccountValue("DU1", "NetLiquidation", "USD", Decimal(1))
        with pytest.raises(sqlite3.IntegrityError, match="a bug"):
            await synced(store, snapshot(2, held(MSFT), values=[worth]))
        assert dump(path) == before
        await synced(store, snapshot(3, held(MSFT)))
        assert [p.instrument for p in await store.positions()] == [MSFT]


async def test_one_identity_has_at_most_one_open_position(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
    with closing(sqlite3.connect(path)) as other, pytest.raises(sqlite3.IntegrityError):
        other.execute(
            "INSERT INTO position (account, con_id, quantity, opened_at) VALUES ('DU1', 1, '1', '')"
        )
