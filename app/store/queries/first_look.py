"""Reads what the window shows first, with sqlite3 alone, where the file is as it should be."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.desktop.app_state import PortfolioView
from app.store.cache.open_positions import OpenPositionCache
from app.store.cache.realized_totals import RealizedTotals
from app.store.queries.portfolio_view import book
from app.store.queries.statistics import read_only


class Look:
    """A connection for one book, as `book` wants it."""

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
        """One moment of the file: the outermost of these transactions."""
        if self.raw.in_transaction:
            yield
            return
        self.raw.execute("BEGIN")
        try:
            yield
        finally:
            self.raw.rollback()  # nothing was written


def first_look(path: Path, now: datetime, left_out: Collection[str]) -> PortfolioView | None:
    """The stored book; None where the store must say what is the matter with the file.

    Args:
        left_out: accounts of which nothing is wanted.
    """
    return read_only(path, lambda file: book(Look(file), RealizedTotals(), now, left_out))
