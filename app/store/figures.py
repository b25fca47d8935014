"""The figures that IBKR reports of a position, as text: what is stored, and what was just read."""

import json
from collections.abc import Sequence

from app.domain.positions import Identity
from app.domain.snapshot import Holding
from app.store.database import Database
from app.store.values import decimal_text

Figures = tuple[str | None, ...]  # quantity, average cost, price, value, unrealized P&L
Row = tuple[int, Figures]  # the position's id, and its figures

OPEN = """SELECT account, con_id, id, quantity, average_cost, market_price, market_value,
    unrealized_pnl FROM position
    WHERE closed_at IS NULL AND account IN (SELECT value FROM json_each(?))"""


def open_figures(database: Database, accounts: Sequence[str]) -> dict[Identity, Row]:
    """Of the accounts' open positions."""
    rows = database.run_sql(OPEN, (json.dumps(accounts),)).fetchall()
    return {(row[0], row[1]): (row[2], row[3:]) for row in rows}


def reported(held: Holding) -> Figures:
    return (
        decimal_text(held.quantity),
        decimal_text(held.average_cost),
        decimal_text(held.market_price),
        decimal_text(held.market_value),
        decimal_text(held.unrealized_pnl),
    )
