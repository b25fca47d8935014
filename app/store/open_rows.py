"""The rows of the open positions as they are in the file, read once for each state of it."""

from collections.abc import Mapping

from app.domain.positions import Identity
from app.store.figures import Figures
from app.store.readable import Readable

# id, account, con_id, the five `Figures`, realized P&L and its source, when it was opened
Row = tuple[int, str, int, str, str | None, str | None, str | None, str | None, str | None,
            str | None, str]  # fmt: skip

OPEN = """SELECT id, account, con_id, quantity, average_cost, market_price, market_value,
    unrealized_pnl, realized_pnl, realized_source, opened_at FROM position
    WHERE closed_at IS NULL"""


class OpenRows:
    """Belongs to one connection.

    A state is known by two numbers of SQLite's: the one is another after every write of another
    connection, the other after every row that this one writes, also if it is taken back.
    """

    def __init__(self) -> None:
        self._rows: dict[Identity, Row] = {}
        self._state = -1, -1

    def read(self, database: Readable) -> Mapping[Identity, Row]:
        """In a transaction that has written nothing yet."""
        state = int(database.pragma("data_version")), database.raw.total_changes
        if state != self._state:
            self._rows = {(row[1], row[2]): row for row in database.run_sql(OPEN).fetchall()}
            self._state = state
        return self._rows


def figures_in(row: Row) -> Figures:
    return row[3:8]
