"""The least that storing positions demands, by hand: one SELECT, a comparison as text, one
executemany of the position rows, one transaction, WAL, synchronous NORMAL. No history at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

from app.domain.model.snapshot import Holding

CREATE = """CREATE TABLE position (account TEXT, con_id INTEGER, quantity TEXT, average_cost TEXT,
    market_price TEXT, market_value TEXT, unrealized_pnl TEXT, PRIMARY KEY (account, con_id))"""
UPSERT = "INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?, ?, ?, ?)"
DELETE = "DELETE FROM position WHERE account = ? AND con_id = ?"

Row = tuple[object, ...]


class FloorStore:
    """A file with one table."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(CREATE)

    def apply(self, held: tuple[Holding, ...]) -> None:
        self.write([row_of(one) for one in held])

    def write(self, rows: list[Row]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        with closing(connection.execute("SELECT * FROM position")) as found:
            stored = {(row[0], row[1]): row for row in found}
        changed = [row for row in rows if stored.pop((row[0], row[1]), None) != row]
        connection.executemany(UPSERT, changed)
        connection.executemany(DELETE, list(stored))
        connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def row_of(held: Holding) -> Row:
    return (
        held.account,
        held.instrument.con_id,
        str(held.quantity),
        str(held.average_cost),
        str(held.market_price),
        str(held.market_value),
        str(held.unrealized_pnl),
    )
