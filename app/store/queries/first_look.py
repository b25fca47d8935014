"""Reads what the window shows first, with sqlite3 alone, if the file is intact."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.desktop.app_state import PortfolioView
from app.store.cache.open_positions import OpenPositionCache
from app.store.cache.realized_totals import RealizedTotalsCache
from app.store.queries.portfolio_view import read_view
from app.store.queries.statistics import read_only


class SnapshotConnection:
    """A plain sqlite3 connection with the interface that `read_view` needs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.raw = connection
        self.cache = OpenPositionCache()

    def run_sql(
        self, statement: str, values: Sequence[str | int | float | None] = ()
    ) -> sqlite3.Cursor:
        return self.raw.execute(statement, values)

    def pragma(self, key: str) -> Any:
        (value,) = self.raw.execute(f"PRAGMA {key}").fetchone()
        return value

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """A consistent read; a nested call joins the outer transaction."""
        if self.raw.in_transaction:
            yield
            return
        self.raw.execute("BEGIN")
        try:
            yield
        finally:
            self.raw.rollback()  # nothing was written


def first_look(path: Path, now: datetime, excluded: Collection[str]) -> PortfolioView | None:
    """The stored view; None where the store must report what is wrong with the file.

    Args:
        excluded: accounts to leave out.
    """
    return read_only(
        path, lambda file: read_view(SnapshotConnection(file), RealizedTotalsCache(), now, excluded)
    )
