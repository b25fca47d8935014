"""A made-up year with every kind of close, written by hand, and what plain SQL finds in it."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.store.store import SqliteStore

FIRST = datetime(2025, 12, 20, 15, tzinfo=UTC)
LAST = datetime(2026, 12, 20, tzinfo=UTC)
INSTRUMENTS = (
    *((1, "AAPL", "STK", "USD"), (2, "AAPL", "OPT", "USD"), (3, "MSFT", "STK", "USD")),
    *((4, "SAP", "STK", "EUR"), (5, "DAX", "FUT", "EUR"), (6, "SONY", "STK", "JPY")),
)
# source, estimate's basis, whether the P&L is known
KINDS = (
    *(("broker", "", True), ("fills", "", True), ("estimate", "", True)),
    *(("estimate", "strike", True), ("estimate", "conserved cost", True)),
    *(("estimate", "expired worthless", True), ("estimate", "intrinsic value", True)),
    *(("unknown", "", False), ("skipped", "", False)),
)
CLOSES = 600
OPEN = 2 * len(INSTRUMENTS)  # closed in part only


async def store_of_a_year(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await store.close()
    chance = random.Random(17)
    with closing(sqlite3.connect(path)) as connection, connection:
        for con_id, symbol, sec_type, currency in INSTRUMENTS:
            connection.execute(
                "INSERT INTO instrument VALUES (?, ?, ?, ?, '', '1', '', NULL, '', '', '', NULL)",
                (con_id, symbol, sec_type, currency),
            )
        connection.execute(
            "INSERT INTO run VALUES (1, 'manual', 'All', ?, 1, 'success', NULL, ?,"
            " 0, 0, 0, 0, 0, 0, 0, 0, NULL, '', 1)",
            (text(LAST), text(LAST)),
        )
        for account in ("DU1", "DU2"):
            connection.execute("INSERT INTO account VALUES (?, ?, 1)", (account, text(LAST)))
            values = (("ExchangeRate", "EUR", "1.1"), ("NetLiquidation", "USD", "100000"))
            for key, currency, value in values:
                connection.execute(
                    "INSERT INTO account_value VALUES (?, ?, ?, ?)", (account, key, currency, value)
                )
        for number in range(1, CLOSES + 1):
            write_close(connection, number, chance)


def write_close(connection: sqlite3.Connection, number: int, chance: random.Random) -> None:
    """A position of its own; the first ones are closed in part only."""
    source, basis, is_known = KINDS[number % len(KINDS)]
    closed = FIRST + timedelta(minutes=chance.randrange(365 * 24 * 60))
    opened = closed - timedelta(minutes=chance.randrange(60 * 24 * 60))
    realized = f"{chance.randrange(-90_000, 100_000) / 100:.2f}" if is_known else None
    commission = f"{chance.randrange(500) / 100:.2f}" if source == "broker" else None
    is_full = number > OPEN
    account = ("DU1", "DU2")[number % 2]
    con_id = chance.randrange(len(INSTRUMENTS)) + 1 if is_full else (number + 1) // 2
    connection.execute(
        "INSERT INTO position VALUES (?, ?, ?, ?, '10', '12', ?, ?, ?, ?, ?, ?, ?, NULL)",
        (
            *(number, account, con_id, "0" if is_full else "5"),
            *((None, None) if is_full else ("60", f"{chance.randrange(-900, 900) / 100:.2f}")),
            *(realized, source, text(opened)),
            *((text(closed), 1) if is_full else (None, None)),
        ),
    )
    connection.execute(
        "INSERT INTO close VALUES (?, ?, 1, '5', '10', '11', ?, '50', ?, ?, ?, ?, ?)",
        (number, number, commission, realized, source, text(closed), int(is_full), basis),
    )


def text(time: datetime) -> str:
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


CENTS = "SUM(CAST(ROUND({} * 100) AS INTEGER))"
SUMS = f"""
    {CENTS.format("CASE WHEN close.source != 'estimate' THEN close.realized_pnl END")},
    {CENTS.format("CASE WHEN close.source = 'estimate' THEN close.realized_pnl END")},
    COUNT(*), COUNT(*) - COUNT(close.realized_pnl), {CENTS.format("close.commission")}
    FROM close JOIN position ON position.id = position_id
    JOIN instrument ON instrument.con_id = position.con_id WHERE instrument.currency = ?
"""  # exact, estimated, closes, unknown, commission: amounts in cents


def by_period(path: Path, period: str, currency: str) -> list[tuple[object, ...]]:
    """The period's text and its sums. Args: period: "%Y-%m-%d" and the like."""
    with closing(sqlite3.connect(path)) as connection:
        when = f"strftime('{period}', close.closed_at, 'localtime')"
        return connection.execute(
            f"SELECT {when}, {SUMS} GROUP BY 1 ORDER BY 1", (currency,)
        ).fetchall()


def by_symbol(path: Path, currency: str) -> dict[str, tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"SELECT symbol, {SUMS} GROUP BY 1", (currency,))
        return {row[0]: row[1:] for row in rows}
