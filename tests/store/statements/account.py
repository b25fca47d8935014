"""One account's life as the store sees it: syncs, statements, and what is stored in the end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from app.domain.model.instruments import Instrument
from app.domain.model.runs import Report, Request, Run, RunStatus, Trigger
from app.domain.model.snapshot import AccountValue, Booking, Fill, Holding, Snapshot
from app.domain.model.statements import Cancellation, Statement
from app.flex.reader import read_statement
from app.store.store import SqliteStore
from tests.store.trading import expect_derivable

D = Decimal
MINE, OTHER = "U1234567", "U7654321"
CASES = Path(__file__).parents[2] / "flex" / "cases"
AAPL = Instrument(265598, "AAPL", "STK", "USD")
KEEP = Instrument(9001, "KEEP", "STK", "USD")
EURUSD = Instrument(12087792, "EUR", "CASH", "USD")
BOND = Instrument(310454529, "T 1 3/4 11/15/33", "BOND", "USD", value_factor=D(10))
# A close as (account, con id, quantity, exit price, realized P&L, source)
Closed = tuple[str, int, D, D | None, D | None, str]


def option(con_id: int, strike: str, right: str, expiry: str = "20261106") -> Instrument:
    return Instrument(
        con_id, "AAPL", "OPT", "USD", "", D(100), expiry, D(strike), right, f"AAPL {con_id}"
    )


CALL = option(720000003, "260", "C")
PUT = option(720000005, "240", "P")


def november(day: int, hour: int = 21, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def held(
    instrument: Instrument,
    quantity: str | int,
    cost: str | int | None,
    price: str | int | None = None,
    account: str = MINE,
) -> Holding:
    size = D(quantity)
    known = None if price is None else D(price)
    value = None if known is None else known * size * instrument.unit_value
    return Holding(account, instrument, size, None if cost is None else D(cost), known, value)


STAYS = held(KEEP, 5, 10, 11)


def trade(
    exec_id: str,
    instrument: Instrument,
    quantity: str | int,
    price: str | int,
    when: datetime,
    *,
    pnl: str | int | None = None,
    commission: str | int | None = 0,
    currency: str = "USD",
    account: str = MINE,
    number: int = 0,
    booking: Booking | None = None,
    rate_to_base: str | None = None,
) -> Fill:
    """Args: number: of the trade and, in other digits, of the transaction."""
    return Fill(
        exec_id,
        account,
        instrument,
        D(quantity),
        D(price),
        when,
        None if commission is None else D(commission),
        currency,
        None if pnl is None else D(pnl),
        trade_id=str(8100000000 + number) if number else "",
        transaction_id=str(31000000000 + number) if number else "",
        booking=booking,
        rate_to_base=None if rate_to_base is None else D(rate_to_base),
    )


def booked(
    booking: Booking,
    instrument: Instrument,
    quantity: str | int,
    price: str | int,
    pnl: str | int,
    when: datetime,
    number: int,
) -> Fill:
    """A statement's row without an execution id."""
    return trade(
        f"trade:{8100000000 + number}",
        instrument,
        quantity,
        price,
        when,
        pnl=pnl,
        number=number,
        booking=booking,
    )


class Account:
    """A store, and short words for what happens to it."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store

    async def sync(
        self,
        when: datetime,
        *holdings: Holding,
        fills: Sequence[Fill] = (),
        accounts: Sequence[str] = (MINE,),
        values: Sequence[AccountValue] = (),
        calculate_pnl: bool = True,
        second_read: bool = True,
    ) -> Report:
        snapshot = Snapshot(
            when, tuple(accounts), holdings, tuple(fills), account_values=tuple(values)
        )
        run = Run(Trigger.MANUAL, "All", when, 0.0, RunStatus.SUCCESS, calculate_pnl=calculate_pnl)
        request = Request(calculate_pnl=calculate_pnl)
        return await self.store.apply(snapshot, request, run, second_read=second_read)

    async def read(self, *names: str) -> list[Report]:
        """Imports these files of the cases, in this order."""
        return [await self._import(read_statement(CASES / name)) for name in names]

    async def told(
        self,
        *fills: Fill,
        cancels: Sequence[Cancellation] = (),
        accounts: Sequence[str] = (MINE,),
        is_zone_assumed: bool = False,
    ) -> Report:
        """Imports a statement with these."""
        return await self._import(
            Statement(
                tuple(accounts),
                date(2026, 11, 1),
                date(2026, 11, 30),
                None,
                tuple(sorted(fills, key=lambda fill: fill.time)),
                cancellations=tuple(cancels),
                is_zone_assumed=is_zone_assumed,
            )
        )

    async def _import(self, statement: Statement) -> Report:
        run = Run(Trigger.FLEX, "All", november(28), 0.0, RunStatus.SUCCESS)
        return await self.store.import_fills(statement, run)

    async def closes(self) -> list[Closed]:
        """In the order of account and con id, then of time."""
        found = sorted(await self.store.closes(), key=lambda c: (c.close.closed_at, c.id))
        rows = [
            (
                stored.account,
                stored.instrument.con_id,
                stored.close.quantity_closed,
                stored.close.exit_price,
                stored.close.realized_pnl,
                stored.close.source.value,
            )
            for stored in found
        ]
        return sorted(rows, key=lambda row: row[:2])

    async def realized(self) -> dict[tuple[str, int], tuple[D | None, str]]:
        """(account, con id) -> P&L and source, of identities with one close."""
        return {(row[0], row[1]): (row[4], row[5]) for row in await self.closes()}


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Account]:
    store = SqliteStore(folder / "p.sqlite", clock=lambda: datetime(2026, 12, 1, tzinfo=UTC))
    try:
        yield Account(store)
        expect_derivable(store.path)
    finally:
        await store.close()
