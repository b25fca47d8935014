"""Whatever happens, and in whatever order IBKR tells of it, the store ends up with the truth.

The snapshots always tell the true positions. Fills come late, one by one, wrong at first, without
their commission reports; syncs are missed or repeated; the store is closed and opened again. Once
all has been told, the store says what a plain ledger says.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from app.domain.model.positions import Position, Source, StoredClose
from tests.examples import examples
from tests.store.plain_ledger import ZERO
from tests.store.world import ACCOUNTS, Event, Pause, Restart, Split, Sync, Telling, Trade, World

NEAR = Decimal("1e-9")

tellings = st.builds(
    Telling,
    late=st.integers(0, 3),
    report_late=st.integers(0, 2),
    correction_late=st.integers(0, 2),
    wrong=st.sampled_from(["", "", "", "price", "quantity"]),
    with_pnl=st.booleans(),
    once=st.booleans(),
)
trades = st.builds(
    Trade,
    place=st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5]),
    quantity=st.integers(-6, 6).filter(bool),
    price=st.integers(90, 110),
    commission=st.integers(0, 199),
    parts=st.sampled_from([1, 1, 1, 2, 3]),
    combo=st.booleans(),
    telling=st.tuples(tellings, tellings),
)
syncs = st.builds(
    Sync,
    accounts=st.sampled_from([ACCOUNTS, ACCOUNTS, ACCOUNTS, ("DU1",), ("DU2",)]),
    ahead=st.booleans(),
)
events = st.one_of(
    trades,
    trades,
    trades,
    syncs,
    syncs,
    st.builds(Split, st.integers(0, 5), st.integers(2, 3), st.booleans()),
    st.builds(Pause, st.sampled_from([0.5, 1.5, 30, 300])),
    st.just(Restart()),
)
histories = st.lists(events, min_size=1, max_size=24)


@dataclass(frozen=True)
class Figures:
    """What the store says in the end."""

    positions: tuple[Position, ...]
    closes: tuple[StoredClose, ...]

    def of(self, position: Position) -> list[StoredClose]:
        return [close for close in self.closes if close.position_id == position.id]


def lived(history: Sequence[Event], loop: asyncio.AbstractEventLoop) -> tuple[World, Figures]:
    async def life(folder: Path) -> tuple[World, Figures]:
        world = World(folder)
        await world.live(history)
        open_ones = await world.store.positions()
        closed_ones = await world.store.positions(closed=True)
        closes = await world.store.closes()
        await world.store.close()
        return world, Figures((*open_ones, *closed_ones), closes)

    with TemporaryDirectory() as folder:
        return loop.run_until_complete(life(Path(folder)))


def trips_of_books(world: World) -> list[tuple[object, ...]]:
    """(account, con_id, opened_at, closed_at, what each fill closed, currency of it all)."""
    return sorted(
        (*book.identity, trip.opened_at, str(trip.closed_at), sorted(trip.used.items()))
        for book in world.books
        for trip in book.trips
    )


def trips_of_store(told: Figures) -> list[tuple[object, ...]]:
    return sorted(
        (
            *position.identity,
            position.opened_at,
            str(position.closed_at),
            sorted(
                (use.exec_id[:-3], use.quantity)
                for stored in told.of(position)
                for use in stored.close.fills
            ),
        )
        for position in told.positions
    )


def all_but_ids(told: Figures) -> list[tuple[object, ...]]:
    """Whole positions with their whole closes; ids, runs and prices of today left out."""
    return sorted(
        (
            *position.identity,
            position.opened_at,
            str(position.closed_at),
            position.quantity,
            position.realized_source,
            sorted((stored.close for stored in told.of(position)), key=str),
        )
        for position in told.positions
    )


@examples(25)
@given(history=histories)
def test_once_all_is_reported_the_store_agrees_with_the_ledger(
    history: list[Event], loop: asyncio.AbstractEventLoop
) -> None:
    world, told = lived(history, loop)
    held = {p.identity: p.quantity for p in told.positions if p.is_open}
    assert held == {book.identity: book.quantity for book in world.books if book.quantity}
    assert trips_of_store(told) == trips_of_books(world)
    for stored in told.closes:
        used = sum((use.quantity for use in stored.close.fills), ZERO)
        assert used == stored.close.quantity_closed
        assert stored.close.source in (Source.FILLS, Source.BROKER)
    for position in told.positions:
        closes = [stored.close for stored in told.of(position)]
        realized = sum((close.realized_pnl or ZERO for close in closes), ZERO)
        assert abs((position.realized_pnl or ZERO) - realized) < NEAR
        assert (position.realized_source is None) == (not closes)
        assert sum(close.is_full_close for close in closes) == (not position.is_open)
    for book in world.books:
        realized = sum(
            (p.realized_pnl or ZERO for p in told.positions if p.identity == book.identity), ZERO
        )
        assert abs(realized - (book.cash + book.cost)) < NEAR


@examples(15)
@given(history=histories, others=st.lists(st.tuples(tellings, tellings), min_size=1, max_size=9))
def test_the_order_of_the_reports_does_not_matter(
    history: list[Event],
    others: list[tuple[Telling, Telling]],
    loop: asyncio.AbstractEventLoop,
) -> None:
    """The same trades and syncs, told in another order: the same positions and closes."""
    spoken = cycle(others)
    again = [
        replace(event, telling=with_same_pnl(event.telling, next(spoken)))
        if isinstance(event, Trade)
        else event
        for event in history
    ]
    assert all_but_ids(lived(history, loop)[1]) == all_but_ids(lived(again, loop)[1])


def with_same_pnl(
    one: tuple[Telling, Telling], other: tuple[Telling, Telling]
) -> tuple[Telling, Telling]:
    """The other way to tell it; what is told in the end is the same, revision and all."""
    first, second = (
        replace(new, with_pnl=old.with_pnl, wrong=old.wrong)
        for old, new in zip(one, other, strict=True)
    )
    return first, second
