"""The interface that reading queries need of a connection, with or without peewee."""

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class ReadConnection(Protocol):
    """See `Database`."""

    @property
    def raw(self) -> sqlite3.Connection: ...

    def run_sql(
        self, statement: str, values: Sequence[str | int | float | None] = ()
    ) -> sqlite3.Cursor: ...

    def pragma(self, key: str) -> Any: ...

    def atomic(self) -> AbstractContextManager[Any]: ...
