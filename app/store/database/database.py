"""peewee's SQLite database with type annotations, and the caches of its connection."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import peewee

from app.store.cache.figures import SnapshotTextCache
from app.store.cache.open_positions import OpenPositionCache
from app.store.database.codecs import Read


class Database(peewee.SqliteDatabase):
    """Belongs to the thread that connects it.

    Attributes:
        reported: the texts of what IBKR reported.
        cache: the open positions and their instruments.
    """

    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(path, **options)
        self.reported = SnapshotTextCache()
        self.cache = OpenPositionCache()
        self._statements: dict[str, str] = {}  # name -> SQL

    @property
    def raw(self) -> sqlite3.Connection:
        """peewee's own connection: what it writes is part of peewee's transaction."""
        connection: sqlite3.Connection = self.connection()  # type: ignore[no-untyped-call]
        return connection

    def run_sql(
        self, statement: str, values: Sequence[str | int | float | None] = ()
    ) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.execute_sql(statement, values)  # type: ignore[no-untyped-call]
        return cursor

    def statement(self, name: str, build: Callable[[], peewee.Query]) -> str:
        """The SQL of a query that is run often: building it takes peewee longer than running it.

        Args:
            build: builds the query, with placeholders for the values.
        """
        if name not in self._statements:
            context = self.get_sql_context()
            context.sql(build())  # type: ignore[no-untyped-call]
            self._statements[name] = str(context.query()[0])
        return self._statements[name]

    def rows(self, query: peewee.BaseQuery) -> Iterator[Read]:
        """The rows as stored: peewee's conversion doubles the time of reading 10,000 positions."""
        cursor: sqlite3.Cursor = self.execute(query)  # type: ignore[no-untyped-call]
        return iter(cursor)
