"""Quiet positions take a short cut through a sync, and it leads to the very same place."""

from collections import Counter
from collections.abc import Container
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qasync import QEventLoop

from app.domain.model.positions import Identity
from app.domain.model.runs import Report, Request
from app.domain.model.snapshot import Fill, Holding, Snapshot
from app.store.cache.open_positions import OPEN
from app.store.database.database import Database
from app.store.store import SqliteStore
from app.store.write import sync_context
from app.store.write.unchanged import UnchangedPositions
from tests.examples import examples
from tests.store.trading import (
    AAPL,
    CALL,
    MSFT,
    at,
    execute,
    fill,
    held,
    opened,
    rows,
    snapshot,
    synced,
)

TABLES = ("position", "close", "close_fill", "change", "fill", "instrument", "account", "run_price")
INSTRUMENTS = (AAPL, MSFT, CALL)
ACCOUNTS = ("DU1", "DU2")

holding = st.tuples(
    st.sampled_from(["0", "5", "5", "5", "10", "-5"]),
    st.sampled_from(["10", "10", "10", "11", None]),
    st.sampled_from(["12", "12", "13", None]),
    st.booleans(),  # a fill tells of the difference
)
sync = st.tuples(
    st.lists(holding, min_size=6, max_size=6),
    st.sampled_from(["", "", "renamed"]),
    st.integers(0, 2),  # the fills come so many syncs late
)


@contextmanager
def all_loud(is_so: bool):  # type: ignore[no-untyped-def]
    """No position is quiet: each goes the long way."""

    def none_apart(
        database: Database, taken: Snapshot, _traded: Container[Identity]
    ) -> UnchangedPositions:
        ids = [row[0] for row in database.run_sql(OPEN) if row[1] in taken.accounts]
        return UnchangedPositions(Counter(), (), taken.holdings, ids)

    with pytest.MonkeyPatch.context() as patch:
        if is_so:
            patch.setattr(sync_context, "split_unchanged", none_apart)
        yield


async def story(path: Path, syncs: list[object], *, is_loud: bool) -> tuple[object, ...]:
    """What the syncs say, and what is in the file after each."""
    told: list[object] = []
    waiting: list[tuple[int, Fill]] = []
    before: dict[Identity, Decimal] = {}
    with all_loud(is_loud):
        async with opened(path) as store:
            for number, (holdings, name, late) in enumerate(syncs, 1):  # type: ignore[misc]
                minute = number * 10
                listed: list[Holding] = []
                for n, (quantity, cost, price, is_told) in enumerate(holdings):
                    made = held(
                        replace(INSTRUMENTS[n // 2], trading_class=name),
                        quantity,
                        cost,
                        price,
                        account=ACCOUNTS[n % 2],
                    )
                    change = made.quantity - before.get(made.identity, Decimal(0))
                    before[made.identity] = made.quantity
                    if change and is_told:
                        told_fill = fill(
                            f"{number}{n}.01",
                            str(change),
                            minute=minute - 5,
                            instrument=made.instrument,
                            account=made.account,
                        )
                        waiting.append((late, told_fill))
                    if made.quantity:
                        listed.append(made)
                due = [one for wait, one in waiting if wait <= 0]
                waiting = [(wait - 1, one) for wait, one in waiting if wait > 0]
                taken = snapshot(minute, *listed, fills=due, accounts=ACCOUNTS)
                preview = await store.plan(taken, Request(allow_mass_close=True))
                report = await synced(store, taken)
                told += [summary(report), preview.counts, report.run.counts]
    told += [rows(path, f'SELECT * FROM "{table}" ORDER BY 1, 2') for table in TABLES]
    return tuple(told)


def summary(report: Report) -> object:
    changes = [(c.kind, c.after.identity, c.after.quantity, c.note) for c in report.changes]
    return Counter(changes), sorted(report.unconfirmed)


@examples(10)
@given(syncs=st.lists(sync, min_size=1, max_size=5))
def test_the_shortcut_writes_and_reports_what_a_full_comparison_does(
    loop: QEventLoop, syncs: list[object]
) -> None:
    with TemporaryDirectory() as folder:
        quick, plain = (
            loop.run_until_complete(story(Path(folder) / name, syncs, is_loud=is_loud))
            for name, is_loud in (("quick", False), ("plain", True))
        )
    for a, b in zip(quick, plain, strict=True):
        assert a == b


async def bought(store: SqliteStore) -> None:
    await synced(store, snapshot(0, held(), held(MSFT)))


async def test_another_programs_write_to_an_instrument_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await bought(store)
        await synced(store, snapshot(10, held(), held(MSFT)))
        execute(path, "UPDATE instrument SET symbol = 'WRONG' WHERE con_id = 1")
        await synced(store, snapshot(20, held(), held(MSFT)))
    assert rows(path, "SELECT symbol FROM instrument WHERE con_id = 1") == [("AAPL",)]


async def test_a_renamed_instrument_that_was_undone_is_renamed_again(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    renamed = held(replace(AAPL, symbol="APPL"))
    async with opened(path) as store:
        await bought(store)
        await synced(store, snapshot(10, renamed, held(MSFT)))
        await synced(store, snapshot(20, renamed, held(MSFT)))
        await synced(store, snapshot(30, held(), held(MSFT)))
        await store.undo()
        assert rows(path, "SELECT symbol FROM instrument WHERE con_id = 1") == [("APPL",)]
        await synced(store, snapshot(40, held(), held(MSFT)))
    assert rows(path, "SELECT symbol FROM instrument WHERE con_id = 1") == [("AAPL",)]


async def test_an_unchanged_sync_writes_no_position_and_one_of_prices_only_those(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await bought(store)
        before = rows(path, "SELECT * FROM position")
        report = await synced(store, snapshot(10, held(), held(MSFT)))
        assert rows(path, "SELECT * FROM position") == before
        assert report.run.counts.positions_updated == 2
        await synced(store, snapshot(20, held(price="13"), held(MSFT)))
        assert report.changes == ()
        found = rows(path, "SELECT market_price FROM position ORDER BY con_id")
        assert found == [("13",), ("12",)]
        (first, _) = await store.positions()
        assert first.last_synced_at == at(20)


async def test_a_position_that_stays_as_it_is_stays_the_same_object_with_a_new_time(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await bought(store)
        before = (await store.view()).positions
        await synced(store, snapshot(10, held(price="13"), held(MSFT)))
        now = (await store.view()).positions
        assert [new is old for new, old in zip(now, before, strict=True)] == [False, True]
        assert [one.last_synced_at for one in now] == [at(10), at(10)]
        await store.undo()
        assert [one.last_synced_at for one in (await store.view()).positions] == [
            at(0),
            at(0),
        ]
