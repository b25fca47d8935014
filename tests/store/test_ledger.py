"""Whatever happens, and in whatever order IBKR tells of it, the store ends up with the truth.

The snapshots always tell the true positions. Fills come late, one by one, wrong at first, without
their commission reports; syncs are missed or repeated; the store is closed and opened again. Once
all has been told, the store says what a plain ledger says.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count, cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.instruments import Instrument
from app.domain.positions import Position, Source, StoredClose
from app.domain.runs import Request, Run, RunStatus, Trigger
from app.domain.snapshot import COMBO, Fill, Snapshot
from app.store.store import SqliteStore
from tests.domain.make import minutes
from tests.store.plain_ledger import ZERO, Account

STOCK = Instrument(1, "AAPL", "STK", "USD")
CALL = Instrument(2, "AAPL", "OPT", "USD", multiplier=Decimal(100), expiry="20991218", right="C")
HALF = Instrument(3, "MBX", "FUT", "EUR", multiplier=Decimal("0.5"), expiry="20991217")
BAG = Instrument(9, "AAPL", COMBO, "USD")
ACCOUNTS = ("DU1", "DU2")
IDENTITIES = tuple((account, what) for account in ACCOUNTS for what in (STOCK, CALL, HALF))
NEAR = Decimal("1e-9")


@dataclass(frozen=True)
class Telling:
    """How one fill is told: each number is the syncs to wait, from the first possible one.

    Attributes:
        wrong: what its first revision gets wrong: "price", "quantity" or nothing.
        with_pnl: the commission report has IBKR's realized P&L.
        once: it is told only when it is new or changed; otherwise in every snapshot.
    """

    late: int = 0
    report_late: int = 0
    correction_late: int = 0
    wrong: str = ""
    with_pnl: bool = False
    once: bool = False


@dataclass(frozen=True)
class Trade:
    place: int  # in IDENTITIES
    quantity: int
    price: int
    commission: int  # cents
    parts: int
    combo: bool
    telling: tuple[Telling, Telling]  # of its parts in turn


@dataclass(frozen=True)
class Sync:
    accounts: tuple[str, ...] = ACCOUNTS
    ahead: bool = False  # the next trade is among its fills, and not in its positions


@dataclass(frozen=True)
class Split:
    place: int
    number: int
    quiet: bool  # with a sync before and after it, and no trade between them


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Restart:
    pass


Event = Trade | Sync | Split | Pause | Restart

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


class Told:
    """A fill as it really was, and what TWS has told of it."""

    def __init__(self, true: Fill, telling: Telling, born: int) -> None:
        self.true = true
        self._telling = telling
        self._born = born  # the number of the account's sync that can tell it first
        self._last: Fill | None = None

    def due(self, sync: int) -> Fill | None:
        """What the snapshot of the account's sync of this number says of it."""
        told = self._version(sync - self._born - self._telling.late)
        if told is None or (self._telling.once and told == self._last):
            return None
        self._last = told
        return told

    @property
    def is_done(self) -> bool:
        return self._last == self._version(99)

    def _version(self, age: int) -> Fill | None:
        if age < 0:
            return None
        how, told = self._telling, self.true
        if how.wrong:
            told = replace(told, exec_id=f"{told.stem}.02")
        if how.wrong and age < how.correction_late:
            wrong = {"price": self.true.price + 7, "quantity": self.true.quantity * 2}[how.wrong]
            told = replace(self.true, **{how.wrong: wrong})
        if age < how.report_late:
            return replace(told, commission=None, realized_pnl=None)
        return told if how.with_pnl else replace(told, realized_pnl=None)


class World:
    """The trader, IBKR and the program's store."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "p.sqlite"
        self.store = self._opened()
        self.books = [Account(*identity) for identity in IDENTITIES]
        self.told: list[Told] = []
        self._now = minutes(0)
        self._numbers = count(1)
        self._syncs = dict.fromkeys(ACCOUNTS, 0)

    def _opened(self) -> SqliteStore:
        return SqliteStore(self._path, clock=lambda: minutes(100_000))

    async def live(self, history: Sequence[Event]) -> None:
        """From a first sync that shows two old positions to one after all has been told."""
        start = self._now + timedelta(seconds=0.25)
        self.books[0].receive(Decimal(3), Decimal(100), start)
        self.books[5].receive(Decimal(-2), Decimal(50), start)
        await self._sync(self._snapshot(ACCOUNTS))
        waiting: Snapshot | None = None  # of a sync whose fills are still to be read
        for event in history:
            self._now += timedelta(seconds=1)
            if isinstance(event, Trade):
                self._trade(event)
            if waiting is not None:
                await self._sync(waiting)
                waiting = None
            if isinstance(event, Sync):
                waiting = self._snapshot(event.accounts)
                if not event.ahead:
                    await self._sync(waiting)
                    waiting = None
            elif isinstance(event, Split):
                await self._split(event)
            elif isinstance(event, Pause):
                self._now += timedelta(seconds=event.seconds)
            elif isinstance(event, Restart):
                await self.store.close()
                self.store = self._opened()
        if waiting is not None:
            await self._sync(waiting)
        while not all(told.is_done for told in self.told):
            await self._quiet_sync()
        await self._quiet_sync()

    def _trade(self, event: Trade) -> None:
        book = self.books[event.place]
        for part in range(event.parts):
            self._now = self._now.replace(microsecond=0) + timedelta(seconds=1.4)
            number = next(self._numbers)
            made = Fill(
                f"e{number}.01",
                book.account,
                book.instrument,
                Decimal(event.quantity),
                Decimal(event.price + part),
                self._now.replace(microsecond=0),
                Decimal(event.commission) / 100,
                book.instrument.currency,
            )
            born = self._syncs[book.account] + 1
            made = replace(made, realized_pnl=book.trade(made))
            self.told.append(Told(made, event.telling[part % 2], born))
            if event.combo:
                summary = replace(made, exec_id=f"c{number}.01", instrument=BAG)
                self.told.append(Told(summary, event.telling[0], born))

    async def _split(self, event: Split) -> None:
        book = self.books[event.place]
        if book.quantity:
            if event.quiet:
                await self._quiet_sync()
            book.split(event.number)
            if event.quiet:
                await self._quiet_sync()

    async def _quiet_sync(self) -> None:
        self._now += timedelta(seconds=70)
        await self._sync(self._snapshot(ACCOUNTS))

    def _snapshot(self, accounts: tuple[str, ...]) -> Snapshot:
        """The positions of now; the fills are read later."""
        self._now += timedelta(seconds=0.25)
        held = [b.holding(Decimal(99)) for b in self.books if b.quantity and b.account in accounts]
        return Snapshot(self._now, accounts, tuple(held))

    async def _sync(self, taken: Snapshot) -> None:
        for account in taken.accounts:
            self._syncs[account] += 1
        fills = [
            fill
            for told in self.told
            if told.true.account in taken.accounts
            and (fill := told.due(self._syncs[told.true.account])) is not None
        ]
        scope = "All" if taken.accounts == ACCOUNTS else taken.accounts[0]
        run = Run(Trigger.MANUAL, scope, taken.taken_at, 0.0, RunStatus.SUCCESS)
        request = Request(account_id=scope, allow_mass_close=True)
        await self.store.apply(replace(taken, fills=tuple(fills)), request, run, second_read=True)


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


slow = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@slow
@given(history=histories)
def test_once_all_is_told_the_store_says_what_the_ledger_says(
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


@slow
@given(history=histories, others=st.lists(st.tuples(tellings, tellings), min_size=1, max_size=9))
def test_the_order_in_which_all_is_told_does_not_matter(
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
