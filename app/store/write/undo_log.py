"""Keeps copies of the rows that a run overwrites, so that it can be undone.

SQLite itself makes the copies, as JSON: they never pass through Python. Only the newest run's are
kept, because only that one can be undone.
"""

import json
from collections.abc import Iterable

from app.domain.model.snapshot import FillKey
from app.store.database import tables
from app.store.database.bulk import BY_KEYS, Value, listed_keys, next_id
from app.store.database.database import Database
from app.store.database.tables import Table, columns

GROWING = (
    tables.PositionTable,
    tables.CloseTable,
    tables.ChangeTable,
)  # new rows have the highest ids
OWN_CLOSES = """SELECT id FROM close
    WHERE position_id IN (SELECT value FROM json_each(?)) AND id < ?"""


KEEP_FILLS = (
    "INSERT INTO undo (run_id, table_name, rows) SELECT ?, 'fill', json_group_array(json_array("
    + ", ".join(f"fill.{column}" for column in columns(tables.FillTable))
    + f")) {BY_KEYS} AND fill.run_id < ?"
)


class UndoLog:
    """Copies rows of one run's transaction; every writer calls it before it overwrites rows.

    If a row is copied twice the first copy counts. The run's own new rows are skipped.
    """

    def __init__(self, database: Database, run_id: int) -> None:
        self._database = database
        self._run_id = run_id
        self._firsts = {table: next_id(database, table) for table in GROWING}
        tables.UndoTable.delete().execute(database)
        for table, first_id in self._firsts.items():
            tables.UndoTable.insert(
                run_id=run_id, table_name=table._meta.table_name, first_id=first_id, rows="[]"
            ).execute(database)

    def keep(self, table: type[Table], column: str, keys: Iterable[Value]) -> None:
        """Args: column: the one with the keys; keys without a row are ignored."""
        wanted = list(keys)
        if wanted:
            values: list[Value] = [self._run_id, json.dumps(wanted)]
            sql = keep_sql(table, column)
            if table in self._firsts:
                sql += " AND id < ?"
                values.append(self._firsts[table])
            self._database.run_sql(sql, values)

    def keep_fills(self, keys: Iterable[FillKey]) -> None:
        """The fills with these keys, except those that the run itself added."""
        wanted = listed_keys(keys)
        if wanted != "[]":
            self._database.run_sql(KEEP_FILLS, (self._run_id, wanted, self._run_id))

    def keep_closes(self, position_ids: Iterable[Value]) -> None:
        """All closes of the positions, with their allocated fills."""
        owners = list(position_ids)
        self.keep(tables.CloseTable, "position_id", owners)
        own = self._database.run_sql(
            OWN_CLOSES, (json.dumps(owners), self._firsts[tables.CloseTable])
        )
        self.keep(tables.CloseFillTable, "close_id", [close_id for (close_id,) in own])


def keep_sql(table: type[Table], column: str) -> str:
    name = table._meta.table_name
    listed = ", ".join(f'"{one}"' for one in columns(table))
    return (
        "INSERT INTO undo (run_id, table_name, rows) "
        f"SELECT ?, '{name}', json_group_array(json_array({listed})) "
        f'FROM "{name}" WHERE "{column}" IN (SELECT value FROM json_each(?))'
    )
