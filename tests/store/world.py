"""A trader, IBKR and the program's store: what happens, and how IBKR tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

from app.domain.model.instruments import Instrument
from app.domain.model.runs import Request, Run, RunStatus, Trigger
from app.domain.model.snapshot import COMBO, Fill, Snapshot
from app.store.store import SqliteStore
from tests.domain.make import minutes
from tests.store.plain_ledger import Account

STOCK = Instrument(1, "AAPL", "STK", "USD")
CALL = Instrument(2, "AAPL", "OPT", "USD", multiplier=Decimal(100), expiry="20991218", right="C")
HALF = Instrument(3, "MBX", "FUT", "EUR", multiplier=Decimal("0.5"), expiry="20991217")
BAG = Instrument(9, "AAPL", COMBO, "USD")
ACCOUNTS = ("DU1", "DU2")
IDENTITIES = tuple((account, what) for account in ACCOUNTS for what in (STOCK, CALL, HALF))


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
    """A split, at most one between two syncs.

    Attributes:
        quiet: with a sync before and after it. Otherwise it is among trades, and the next snapshot
            has all of them: one that ran ahead of it could be of old shares or of new ones.
    """

    place: int
    number: int
    quiet: bool


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Restart:
    pass


Event = Trade | Sync | Split | Pause | Restart


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
        self._is_split = False  # since the last sync of both accounts

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
                if not event.ahead or self._is_split:
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
                Decimal(event.price + part) / book.shares,
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
            if event.quiet or self._is_split:
                await self._quiet_sync()
            book.split(event.number)
            self._is_split = True
            if event.quiet:
                await self._quiet_sync()

    async def _quiet_sync(self) -> None:
        self._now += timedelta(seconds=70)
        await self._sync(self._snapshot(ACCOUNTS))

    def _snapshot(self, accounts: tuple[str, ...]) -> Snapshot:
        """The positions of now; the fills are read later."""
        self._now += timedelta(seconds=0.25)
        held = [b.holding(99) for b in self.books if b.quantity and b.account in accounts]
        return Snapshot(self._now, accounts, tuple(held))

    async def _sync(self, taken: Snapshot) -> None:
        self._is_split = self._is_split and taken.accounts != ACCOUNTS
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
