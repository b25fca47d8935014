"""What was closed is read by filter, order and page; totals are the sum of the lines."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qasync import QEventLoop

from app.domain.history.closed_positions import (
    ClosedFilter,
    ClosedOrder,
    ClosedPositionRow,
    ClosedSort,
)
from app.domain.model.amounts import ZERO
from app.domain.model.notes import NotesEdit
from app.domain.model.positions import Source
from app.domain.model.realized_pnl import SOURCE_RANK
from app.domain.portfolio.realized_totals import RealizedTotals
from app.store.store import SqliteStore
from tests.examples import examples
from tests.store.trading import (
    AAPL,
    CALL,
    MSFT,
    SAP,
    at,
    execute,
    fill,
    held,
    opened,
    snapshot,
    synced,
)

ALL = ClosedFilter()
NEWEST = ClosedOrder()


async def traded(store: SqliteStore) -> None:
    """AAPL sold in two parts, SAP and a call closed, MSFT reduced and still held."""
    both = ("DU1", "DU2")
    await synced(
        store,
        snapshot(
            0, held(), held(MSFT), held(SAP, account="DU2"), held(CALL, "2", "300"), accounts=both
        ),
    )
    first = fill("1.01", "-40", minute=5, price="12", commission="1", realized="79")
    await synced(
        store,
        snapshot(
            10,
            held(quantity="60"),
            held(MSFT, "70"),
            held(SAP, account="DU2"),
            fills=[first],
            accounts=both,
        ),
    )
    second = fill("2.01", "-60", minute=15, price="13", commission="2")
    await synced(store, snapshot(20, held(MSFT, "70"), fills=[second], accounts=both))


async def lines(
    store: SqliteStore, wanted: ClosedFilter = ALL, order: ClosedOrder = NEWEST
) -> tuple[ClosedPositionRow, ...]:
    return await store.closed_rows(await store.closed_ids(wanted, order), wanted)


def names(found: Sequence[ClosedPositionRow]) -> list[str]:
    return [line.instrument.description for line in found]


async def test_a_line_sums_its_closes_and_says_the_weakest_source(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await traded(store)
        found = await lines(store)
    by_name = {line.instrument.con_id: line for line in found}
    apple, micro = by_name[AAPL.con_id], by_name[MSFT.con_id]
    assert [stored.close.quantity_closed for stored in apple.closes] == [40, 60]
    assert (apple.opened_at, apple.closed_at) == (at(0), at(15))
    assert (apple.quantity, apple.entry_price, apple.exit_price) == (100, 10, Decimal("12.6"))
    assert (apple.commission, apple.realized_pnl) == (3, 79 + 178)
    assert apple.source is Source.FILLS
    assert (micro.quantity, micro.closed_at, micro.source) == (30, None, Source.ESTIMATE)
    assert [line.quantity for line in apple.parts()] == [40, 60]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ClosedFilter(account="DU2"), {"SAP"}),
        (ClosedFilter(text="aapl 200.5"), {CALL.description}),
        (ClosedFilter(text="du2"), {"SAP"}),
        (ClosedFilter(text="aapl sap"), set()),
        (ClosedFilter(source=Source.BROKER), {"AAPL"}),
        (ClosedFilter(source=Source.UNKNOWN), set()),
        (ClosedFilter(since=at(15)), {"AAPL", "SAP"}),
        (ClosedFilter(until=at(10)), {"AAPL"}),
    ],
)
async def test_closes_are_filtered_not_positions(
    tmp_path: Path, wanted: ClosedFilter, expected: set[str]
) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await traded(store)
        found = await lines(store, wanted)
    assert set(names(found)) == expected
    assert all(fits(stored.close.closed_at, wanted) for line in found for stored in line.closes)


def fits(moment: datetime, wanted: ClosedFilter) -> bool:
    return (wanted.since is None or moment >= wanted.since) and (
        wanted.until is None or moment < wanted.until
    )


@pytest.mark.parametrize(
    ("by", "is_descending", "first"),
    [
        (ClosedSort.CLOSED, True, "SAP"),
        (ClosedSort.SYMBOL, False, "AAPL"),
        (ClosedSort.QUANTITY, False, CALL.description),
        (ClosedSort.REALIZED, True, CALL.description),
    ],
)
async def test_lines_come_in_the_order_that_is_wanted(
    tmp_path: Path, by: ClosedSort, is_descending: bool, first: str
) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await traded(store)
        found = await lines(store, order=ClosedOrder(by, is_descending))
        turned = await store.closed_ids(ALL, ClosedOrder(by, not is_descending))
    assert names(found)[0] == first
    assert turned[0] != found[0].position_id


def days_held(line: ClosedPositionRow) -> int:
    last, first = line.last_close_at.astimezone(), line.opened_at.astimezone()
    return (last.date() - first.date()).days


FIGURES: dict[ClosedSort, Callable[[ClosedPositionRow], Any]] = {
    ClosedSort.CLOSED: lambda line: line.last_close_at,
    ClosedSort.SYMBOL: lambda line: line.instrument.symbol.lower(),
    ClosedSort.OPENED: lambda line: line.opened_at,
    ClosedSort.DAYS: days_held,
    ClosedSort.QUANTITY: lambda line: line.quantity,
    ClosedSort.CURRENCY: lambda line: line.instrument.currency,
    ClosedSort.ENTRY: lambda line: line.entry_price,
    ClosedSort.EXIT: lambda line: line.exit_price,
    ClosedSort.COMMISSION: lambda line: line.commission,
    ClosedSort.REALIZED: lambda line: line.realized_pnl,
    ClosedSort.PERCENT: lambda line: line.realized_pnl_pct,
    ClosedSort.SOURCE: lambda line: SOURCE_RANK.index(line.source),
    ClosedSort.ACCOUNT: lambda line: line.account,
    ClosedSort.UNDERLYING: lambda line: line.instrument.symbol.lower(),
    ClosedSort.TYPE: lambda line: line.instrument.type_name,
    ClosedSort.EXCHANGE: lambda line: line.instrument.exchange or None,
    ClosedSort.CON_ID: lambda line: line.instrument.con_id,
    ClosedSort.TAGS: lambda line: line.notes and ", ".join(line.notes.tag_texts).casefold(),
    ClosedSort.NOTE: lambda line: line.notes and line.notes.text.casefold(),
}


@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize("by", list(ClosedSort))
async def test_every_order_is_that_of_the_exact_figures_with_unknown_ones_last(
    tmp_path: Path, by: ClosedSort, is_descending: bool
) -> None:
    nowhere = replace(MSFT, con_id=5, symbol="zzz", exchange="")
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await traded(store)
        unknown = replace(held(nowhere), average_cost=None, market_price=None)
        accounts = ("DU1", "DU2")
        await synced(store, snapshot(30, held(MSFT, "70"), unknown, accounts=accounts))
        await synced(store, snapshot(40, held(MSFT, "70"), accounts=accounts))
        # SAP is held for 46 hours and one midnight, MSFT for 26 hours and two midnights.
        times = (("SAP", 1, 23), ("MSFT", 2, 1), ("zzz", 0, 22))
        for symbol, days, hours in times:
            end = local_time(10 + days, hours)
            begin = local_time(10, 1 if symbol != "MSFT" else 23)
            execute(
                path,
                f"UPDATE close SET closed_at = '{end}' WHERE position_id IN {of(symbol)}",
                f"UPDATE position SET opened_at = '{begin}' WHERE id IN {of(symbol)}",
            )
        for identity, word in ((("DU1", 1), "Beta"), (("DU2", 3), "alpha"), (("DU1", 4), "gamma")):
            await store.edit_notes(identity, NotesEdit(text=word, added_tags=(word,)))
        found = await lines(store, order=ClosedOrder(by, is_descending))
    figures = [FIGURES[by](line) for line in found]
    known = [figure for figure in figures if figure is not None]
    assert len(figures) == 5
    assert figures[len(known) :] == [None] * (5 - len(known))
    assert known == sorted(known, reverse=is_descending)
    if by in (ClosedSort.ENTRY, ClosedSort.EXIT, ClosedSort.COMMISSION, ClosedSort.EXCHANGE):
        assert len(known) < 5, "an unknown one belongs to this test"


def local_time(day: int, hour: int) -> str:
    """As the file has it."""
    moment = datetime(2026, 11, day, hour).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def of(symbol: str) -> str:
    """The ids of the positions in an instrument, as SQL."""
    return (
        "(SELECT id FROM position WHERE con_id IN "
        f"(SELECT con_id FROM instrument WHERE symbol = '{symbol}'))"
    )


async def test_closes_are_found_by_the_notes_and_tags_of_their_positions(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await traded(store)
        await store.edit_notes(("DU1", 1), NotesEdit(text="Sold too early", added_tags=("Hedge",)))
        await store.edit_notes(("DU2", 3), NotesEdit(added_tags=("hedge", "core")))
        by_note = await lines(store, ClosedFilter(text="too EARLY aapl"))
        by_tag = await lines(store, ClosedFilter(tag="Hedge"))
        by_none = await lines(store, ClosedFilter(tag="other"))
        sums = await store.close_totals(ClosedFilter(tag="core"))
    assert names(by_note) == ["AAPL"]
    assert by_note[0].notes is not None
    assert by_note[0].notes.text == "Sold too early"
    assert set(names(by_tag)) == {"AAPL", "SAP"}
    assert by_none == ()
    assert list(sums) == ["EUR"]


async def test_totals_are_by_currency_with_estimates_and_unknown_ones_apart(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await traded(store)
        found = await store.close_totals(ALL)
        euros = await store.close_totals(ClosedFilter(text="sap"))
    # MSFT: 30 × (12 − 10); the call: 2 × (12 × 100 − 300).
    assert found == {
        "EUR": RealizedTotals(None, Decimal(200), closes=1),
        "USD": RealizedTotals(Decimal(257), Decimal(60 + 1800), closes=4, commission=Decimal(3)),
    }
    assert list(found) == ["EUR", "USD"]
    assert euros == {"EUR": found["EUR"]}


async def test_a_close_without_a_figure_is_counted_and_not_summed(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        unpriced = replace(held(), market_price=None, market_value=None, unrealized_pnl=None)
        await synced(store, snapshot(0, unpriced, held(MSFT)))
        await synced(store, snapshot(10, held(MSFT)))
        found = await store.close_totals(ALL)
        (line,) = await lines(store)
    assert found == {"USD": RealizedTotals(closes=1, unknown=1)}
    assert (line.realized_pnl, line.source) == (None, Source.UNKNOWN)


trades = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 30), st.booleans()), max_size=12)


@examples(15)
@given(sold=trades, wanted=st.sampled_from([ALL, ClosedFilter(since=at(40)), ClosedFilter("DU1")]))
def test_totals_are_the_sum_of_the_lines_whatever_is_filtered(
    loop: QEventLoop, sold: list[tuple[int, int, bool]], wanted: ClosedFilter
) -> None:
    with TemporaryDirectory() as folder:
        loop.run_until_complete(totals_are_sums(Path(folder) / "p.sqlite", sold, wanted))


async def totals_are_sums(
    path: Path, sold: list[tuple[int, int, bool]], wanted: ClosedFilter
) -> None:
    stocks = (AAPL, MSFT, SAP, CALL)
    left = [1000, 1000, 1000, 1000]
    async with opened(path) as store:
        await synced(store, snapshot(0, *(held(stock, "1000") for stock in stocks)))
        for n, (which, quantity, is_told) in enumerate(sold, 1):
            left[which] -= quantity
            told = fill(f"{n}.01", f"-{quantity}", minute=n * 10 - 5, instrument=stocks[which])
            holdings = [held(s, str(q)) for s, q in zip(stocks, left, strict=True)]
            await synced(store, snapshot(n * 10, *holdings, fills=[told] if is_told else []))
        found = await lines(store, wanted)
        totals = await store.close_totals(wanted)
    closes = [(line.instrument.currency, s.close) for line in found for s in line.closes]
    assert sum(total.closes for total in totals.values()) == len(closes)
    for own, total in totals.items():
        known = [c.realized_pnl or ZERO for currency, c in closes if currency == own]
        assert (total.exact or ZERO) + (total.estimated or ZERO) == sum(known)
