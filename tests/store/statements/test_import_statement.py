"""A statement's fills heal what syncs could only estimate; they double nothing and move nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.errors import StoreError
from app.domain.model.positions import ChangeKind, Source
from app.domain.model.runs import Report, RunStatus, Trigger
from app.domain.model.snapshot import Fill
from app.domain.model.statements import ImportSummary, Statement
from app.store.store import SqliteStore
from tests.store.trading import (
    AAPL,
    CALL,
    MSFT,
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

ANCHOR = held(MSFT, "5")  # so that no sync closes everything
SOLD = fill("1.01.01", "-100", minute=5, price="11.5", commission="1.25", realized="148.75")


def statement(*fills: Fill, accounts: tuple[str, ...] = ("DU1",), skipped: int = 0) -> Statement:
    return Statement(accounts, date(2026, 11, 1), date(2026, 11, 20), at(170), fills, skipped)


async def imported(store: SqliteStore, given: Statement) -> Report:
    return await store.import_fills(given, run(175, trigger=Trigger.FLEX))


async def estimated(store: SqliteStore) -> None:
    """100 AAPL, held at the first sync and gone at the second, with no fill."""
    await synced(store, snapshot(0, ANCHOR, held(AAPL, "100")))
    await synced(store, snapshot(10, ANCHOR))


def without_runs(path: Path) -> list[str]:
    """All but the runs, and whose turn it is to be undone."""
    bookkeeping = ('INSERT INTO "run" ', 'INSERT INTO "undo" ')
    return [line for line in dump(path) if not line.startswith(bookkeeping)]


async def test_an_estimate_is_replaced_by_the_figures_of_the_statement(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await estimated(store)
        (before,) = await store.closes()
        report = await imported(store, statement(SOLD, skipped=2))
        (after,) = await store.closes()
        (closed,) = await store.positions(closed=True)
    assert (before.close.realized_pnl, before.close.source) == (200, Source.ESTIMATE)
    assert after.close.realized_pnl == Decimal("148.75")
    assert (after.close.source, after.close.exit_price) == (Source.BROKER, Decimal("11.5"))
    assert (after.close.commission, after.close.exec_ids) == (Decimal("1.25"), ("1.01.01",))
    assert (after.close.closed_at, after.run_id) == (at(5), 2)
    assert (closed.realized_pnl, closed.realized_source) == (Decimal("148.75"), Source.BROKER)
    assert [change.kind for change in report.changes] == [ChangeKind.HEALED]
    assert report.imported == ImportSummary(("DU1",), 1, 1, 0, 2)


async def test_the_run_describes_the_import_and_counts_no_positions(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await estimated(store)
        report = await imported(store, statement(SOLD))
        found = await store.run(3)
        statistics = await store.statistics()
    assert found is not None
    stored, changes = found
    assert (stored.trigger, stored.status, stored.account_id) == ("flex", "success", "DU1")
    assert stored.note == "DU1, 1 Nov to 20 Nov 2026: 1 execution, 1 new, 1 position corrected."
    assert (stored, stored.duration_s) == (report.run, 300)
    assert [change.note for change in changes] == [
        "Executions arrived late: 200 (estimate) became 148.75 (broker)."
    ]
    assert (statistics.total_syncs, statistics.last_sync_time) == (2, at(10))
    assert rows(path, "SELECT taken_at, total_ibkr_positions FROM run WHERE id = 3") == [(None, 0)]
    assert rows(path, "SELECT run_id, consumed_run_id FROM fill") == [(3, 2)]


async def test_a_second_import_changes_nothing_but_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    later = fill("9.01.01", "5", minute=20, instrument=MSFT)
    earlier = fill("8.01.01", "100", minute=-60)
    async with opened(path) as store:
        await estimated(store)
        await imported(store, statement(earlier, SOLD, later))
        before = without_runs(path)
        report = await imported(store, statement(earlier, SOLD, later))
    assert without_runs(path) == before
    assert report.changes == ()
    assert report.imported == ImportSummary(("DU1",), 3, 0, 3, 0)
    assert report.run.note == "DU1, 1 Nov to 20 Nov 2026: 3 executions, nothing new."
    assert rows(path, "SELECT count(*) FROM run") == [(4,)]


async def test_fills_that_the_api_gave_are_not_doubled_and_keep_their_digits(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    given = fill("1.01.01", "-100", minute=5, price="11.5", commission="1.2513")
    async with opened(path) as store:
        await synced(store, snapshot(0, ANCHOR, held(AAPL, "100")))
        await synced(store, snapshot(10, ANCHOR, fills=[given]))
        (before,) = await store.closes()
        report = await imported(store, statement(replace(SOLD, time=at(6))))
        (after,) = await store.closes()
    assert before.close.source is Source.FILLS
    assert (after.close.realized_pnl, after.close.source) == (Decimal("148.75"), Source.BROKER)
    assert after.close.commission == Decimal("1.2513")
    assert after.close.closed_at == at(5)
    assert report.run.note.endswith("1 execution, 1 completed, 1 position corrected.")
    assert rows(path, "SELECT run_id, commission FROM fill") == [(2, "1.2513")]


async def test_a_correction_in_the_statement_corrects_a_past_close(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    corrected = replace(SOLD, exec_id="1.01.02", price=Decimal(12), realized_pnl=Decimal(198))
    async with opened(path) as store:
        await synced(store, snapshot(0, ANCHOR, held(AAPL, "100")))
        await synced(store, snapshot(10, ANCHOR, fills=[SOLD]))
        await imported(store, statement(corrected))
        again = await imported(store, statement(SOLD))
        (close,) = await store.closes()
    assert (close.close.realized_pnl, close.close.exit_price) == (198, 12)
    assert close.close.exec_ids == ("1.01.02",)
    assert again.changes == ()
    assert rows(path, "SELECT exec_id FROM fill") == [("1.01.02",)]


async def test_a_statement_of_unknown_accounts_is_refused_and_changes_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await estimated(store)
        before = dump(path)
        with pytest.raises(StoreError) as caught:
            await imported(store, statement(SOLD, accounts=("U8", "U9")))
    assert str(caught.value).startswith(
        "The accounts of the statement (U8 and U9) were never synced"
    )
    assert dump(path) == before


async def test_of_accounts_partly_known_the_others_are_left_out_and_counted(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    foreign = fill("2.01.01", "-100", minute=5, account="U9")
    async with opened(path) as store:
        await estimated(store)
        report = await imported(store, statement(SOLD, foreign, accounts=("DU1", "U9"), skipped=1))
    assert report.imported == ImportSummary(("DU1",), 2, 1, 0, 2)
    assert report.run.note.endswith(" 1 of U9 left out: never synced into this database.")
    assert rows(path, "SELECT account FROM fill") == [("DU1",)]


async def test_fills_since_the_last_sync_wait_for_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    sold = replace(SOLD, time=at(15))
    async with opened(path) as store:
        await synced(store, snapshot(0, ANCHOR, held(AAPL, "100")))
        first = await imported(store, statement(sold))
        open_then = {position.instrument.symbol for position in await store.positions()}
        report = await synced(store, snapshot(20, ANCHOR), second_read=False)
        (close,) = await store.closes()
    assert (first.changes, open_then) == ((), {"AAPL", "MSFT"})
    assert [change.kind for change in report.changes] == [ChangeKind.CLOSED]
    assert (close.close.source, close.run_id) == (Source.BROKER, 3)


async def test_a_fill_near_the_last_sync_is_tried_once_more_then_dismissed(tmp_path: Path) -> None:
    """This computer's clock may be ahead of IBKR's, or the positions ran behind the executions."""
    path = tmp_path / "p.sqlite"
    sold = replace(SOLD, time=at(9.5))
    unused = fill("3.01.01", "7", minute=9.5, instrument=CALL)
    async with opened(path) as store:
        await synced(store, snapshot(10, ANCHOR, held(AAPL, "100")))
        await synced(store, snapshot(10.2, ANCHOR, held(AAPL, "100")))
        await imported(store, statement(sold, unused))
        await synced(store, snapshot(20, ANCHOR), second_read=False)
        (close,) = await store.closes()
        assert close.close.source is Source.BROKER
        assert rows(path, "SELECT put_away_run_id FROM fill WHERE stem = '3.01'") == [(None,)]
        await synced(store, snapshot(30, ANCHOR))
    assert rows(path, "SELECT put_away_run_id FROM fill WHERE stem = '3.01'") == [(5,)]


async def test_fills_before_the_first_sync_explain_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    bought, sold = fill("1.01.01", "100", minute=-90), fill("2.01.01", "-100", minute=-60)
    async with opened(path) as store:
        await estimated(store)
        before = await store.closes()
        report = await imported(store, statement(bought, sold))
        after = await synced(store, snapshot(20, ANCHOR))
        assert await store.closes() == before
    assert (report.changes, after.changes) == ((), ())
    assert rows(path, "SELECT consumed_run_id, put_away_run_id FROM fill") == [(None, 3), (None, 3)]


async def test_each_run_of_a_long_absence_is_restated_from_one_statement(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    fills = (
        fill("1.01.01", "-40", minute=5, price="11", commission="1", realized="39"),
        fill("2.01.01", "-60", minute=15, price="13", commission="1", realized="179"),
        fill("3.01.01", "3", minute=25, instrument=CALL, commission="1", price="2"),
        fill(
            "4.01.01", "-3", minute=26, instrument=CALL, commission="1", price="3", realized="298"
        ),
    )
    async with opened(path) as store:
        await synced(store, snapshot(0, ANCHOR, held(AAPL, "100")))
        await synced(store, snapshot(10, ANCHOR, held(AAPL, "60")))
        await synced(store, snapshot(20, ANCHOR))
        await synced(store, snapshot(30, ANCHOR))
        report = await imported(store, statement(*fills))
        closes = await store.closes()
        positions = {p.instrument.sec_type: p for p in await store.positions(closed=True)}
        quantities = {p.instrument.symbol: p.quantity for p in await store.positions()}
    found = sorted((c.run_id, c.close.realized_pnl, c.close.source) for c in closes)
    broker = Source.BROKER
    assert found == [(2, 39, broker), (3, 179, broker), (4, 298, broker)]
    assert (positions["STK"].realized_pnl, positions["OPT"].realized_pnl) == (218, 298)
    assert quantities == {"MSFT": 5}
    assert len(report.changes) == 2
    assert rows(path, "SELECT symbol, expiry, multiplier FROM instrument WHERE con_id = 4") == [
        ("AAPL", "20261219", "100")
    ]


async def test_known_instruments_keep_what_a_holding_said_of_them(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    sparse = replace(SOLD, instrument=replace(AAPL, exchange="", trading_class=""))
    async with opened(path) as store:
        await estimated(store)
        await imported(store, statement(sparse))
    assert rows(path, "SELECT exchange, trading_class FROM instrument WHERE con_id = 1") == [
        ("SMART", "NMS")
    ]


async def test_an_import_into_a_new_database_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        with pytest.raises(StoreError, match="never synced"):
            await imported(store, statement(SOLD))
        assert await store.runs() == ()
        failed = run(status=RunStatus.ERROR, trigger=Trigger.FLEX, error="No.")
        await store.record(failed)
        assert (await store.statistics()).last_error is None


async def test_imported_fills_still_explain_their_close_after_a_restatement(
    tmp_path: Path,
) -> None:
    """The next sync takes an imported execution about the last one; so does a later replay."""
    sold = replace(SOLD, time=at(9.5))
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(5, ANCHOR, held(AAPL, "100")))
        await synced(store, snapshot(10.2, ANCHOR, held(AAPL, "100")))
        await imported(store, statement(sold))
        await synced(store, snapshot(20, ANCHOR), second_read=False)
        bought = fill("0.01.01", "30", minute=7, price="11")
        back = fill("0.02.01", "-30", minute=8, price="11", commission="1", realized="2")
        await synced(store, snapshot(30, ANCHOR, fills=[bought, back]))
        closes = {close.run_id: close.close for close in await store.closes()}
    assert closes[4].source is Source.BROKER
    assert closes[4].realized_pnl == Decimal("148.75")
