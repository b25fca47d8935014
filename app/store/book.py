"""Reads all that the window shows, as one moment of the file."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from app.domain.portfolio import PortfolioSummary
from app.domain.positions import Position
from app.domain.states import Book
from app.store import tables
from app.store.account_tags import Tags
from app.store.database import Database
from app.store.matched import stored_matching
from app.store.portfolio import AccountBook, Holdings, summaries
from app.store.queries import OPEN, last_snapshots, positions
from app.store.rows import Instruments
from app.store.runs import statistics
from app.store.undo import undoable
from app.store.values import decimal_of


def book(database: Database) -> Book:
    """In one read transaction: another process's write is in it whole, or not at all."""
    with database.atomic():
        held = positions(database, OPEN, Instruments())
        taken = last_snapshots(database)
        return Book(
            positions=held,
            accounts=tuple(taken),
            portfolio=PortfolioSummary(
                rows=summaries(account_books(database, taken, held)),
                as_of=max(taken.values(), default=None),
            ),
            statistics=statistics(database),
            undoable=undoable(database),
            matching=stored_matching(database),
        )


def account_books(
    database: Database, accounts: Iterable[str], held: Iterable[Position]
) -> list[AccountBook]:
    """Args: accounts: in order; every position and figure belongs to one of them."""
    values: defaultdict[str, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    for account, tag, currency, value in database.rows(tables.AccountValue.select()):
        values[account][tag, currency] = Decimal(value)
    books = {account: AccountBook(account, Tags(values[account])) for account in accounts}
    for position in held:
        holdings = books[position.account].holdings
        holdings.setdefault(position.instrument.currency, Holdings()).positions.append(position)
    closes = (
        tables.Close.select(
            tables.Position.account, tables.Instrument.currency, tables.Close.realized_pnl
        )
        .join(tables.Position, on=tables.Position.id == tables.Close.position_id)
        .join(tables.Instrument, on=tables.Instrument.con_id == tables.Position.con_id)
    )
    for account, currency, realized_pnl in database.rows(closes):
        holdings = books[account].holdings
        holdings.setdefault(currency, Holdings()).realized.append(decimal_of(realized_pnl))
    return list(books.values())
