"""The user's own audit: all that is stored follows from the facts, or what does not is named."""

from decimal import Decimal
from pathlib import Path

import pytest

from app.store.reader import StoreReader
from tests.store.trading import MSFT, at, dump, execute, fill, held, opened, snapshot, synced

SOLD = fill("a.01", "-40", minute=5, commission="1", realized="39")


async def traded(path: Path) -> None:
    """A sale that is known, and one that is estimated."""
    async with opened(path) as store:
        await synced(store, snapshot(1, held(), held(MSFT)))
        await synced(store, snapshot(10, held(quantity="60"), held(MSFT), fills=[SOLD]))
        await synced(store, snapshot(20, held(quantity="60")))


async def test_what_syncs_have_stored_follows_from_the_facts(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    await traded(path)
    before = dump(path)
    audit = StoreReader(path).check()
    assert (audit.identities, audit.positions, audit.closes, audit.fills) == (2, 2, 2, 1)
    assert audit.discrepancies == ()
    assert dump(path) == before


async def test_one_account_alone_can_be_checked(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    await traded(path)
    execute(path, "UPDATE position SET realized_pnl = '40' WHERE con_id = 1")
    assert StoreReader(path).check("DU2").identities == 0
    assert len(StoreReader(path).check("DU1").discrepancies) == 1


@pytest.mark.parametrize(
    ("spoilt", "what", "stored", "derived"),
    [
        (
            "UPDATE position SET realized_pnl = '40' WHERE con_id = 1",
            "realized P&L of the position opened 2026-11-20 09:01:00 UTC",
            *("40", "39"),
        ),
        (
            "UPDATE position SET quantity = '61' WHERE con_id = 1",
            "quantity of the position opened 2026-11-20 09:01:00 UTC",
            *("61", "60"),
        ),
        (
            "UPDATE position SET average_cost = '9.99' WHERE con_id = 1",
            "average cost of the position opened 2026-11-20 09:01:00 UTC",
            *("9.99", "10"),
        ),
        (
            "UPDATE fill SET consumed_run_id = 3",
            "the run that execution a explains",
            *("run 3", "run 2"),
        ),
        (
            "DELETE FROM close_fill; DELETE FROM close WHERE run_id = 2",
            "a close of run 2",
            *("nothing", "40 closed, realized 39 (broker)"),
        ),
    ],
)
async def test_what_does_not_follow_is_named_with_both_figures(
    spoilt: str, what: str, stored: str, derived: str, tmp_path: Path
) -> None:
    path = tmp_path / "p.sqlite"
    await traded(path)
    execute(path, *spoilt.split("; "))
    (one,) = StoreReader(path).check().discrepancies
    assert (one.identity, one.symbol) == (("DU1", 1), "AAPL")
    assert (one.what, one.stored, one.derived) == (what, stored, derived)


async def test_a_position_that_was_deleted_by_hand_is_missed(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    await traded(path)
    execute(
        path,
        "PRAGMA foreign_keys = OFF",
        "DELETE FROM close WHERE position_id = 2",
        "DELETE FROM position WHERE con_id = 2",
    )
    found = StoreReader(path).check().discrepancies
    assert {(one.identity, one.stored) for one in found} == {(None, "without its position")}
    assert {one.what.split(" of ")[1] for one in found} == {"change"}


async def test_what_came_with_an_undone_run_has_no_effect_until_the_next_sync(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
        await synced(store, snapshot(10, held(quantity="60"), fills=[SOLD]))
        await store.undo()
        assert StoreReader(path).check().discrepancies == ()
        await synced(store, snapshot(20, held(quantity="60"), fills=[SOLD]))
        (close,) = await store.closes()
    assert close.close.realized_pnl == Decimal(39)
    assert close.close.closed_at == at(5)
