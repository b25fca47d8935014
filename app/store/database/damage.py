"""Finds damage that SQLite does not detect: missing parts of the schema, and invalid values.

Runs only after an unexpected error, to tell a damaged file from a bug.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import Any

import peewee

from app.domain.model.positions import ChangeKind, Source
from app.domain.model.runs import RunStatus, Trigger
from app.store.database import fields, tables
from app.store.database.database import Database
from app.store.database.schema import MIGRATIONS

LARGEST = 2**63
OBJECTS = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
COLUMNS = "SELECT name FROM pragma_table_info(?)"


def decimal(value: Any) -> bool:
    return isinstance(value, str) and Decimal(value).is_finite()


def utc_time(value: Any) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def day(value: Any) -> bool:
    return isinstance(value, str) and bool(date.fromisoformat(value))


def integer(value: Any) -> bool:
    return isinstance(value, int) and -LARGEST <= value < LARGEST


def number(value: Any) -> bool:
    return isinstance(value, int | float)


def text(value: Any) -> bool:
    return isinstance(value, str)


ColumnCheck = Callable[[Any], Any]  # raises or returns a false value where the value is invalid
# The first that fits.
BY_FIELD: tuple[tuple[type[peewee.Field], ColumnCheck], ...] = (
    (fields.DecimalText, decimal),
    (fields.UtcText, utc_time),
    (fields.DayText, day),
    (peewee.IntegerField, integer),
    (peewee.BooleanField, integer),
    (peewee.FloatField, number),
    (peewee.TextField, text),
)
# (table, column) -> how its text is parsed
BY_COLUMN: dict[tuple[str, str], ColumnCheck] = {
    ("run", "trigger"): Trigger,
    ("run", "status"): RunStatus,
    ("position", "realized_source"): Source,
    ("close", "source"): Source,
    ("change", "kind"): ChangeKind,
    ("change", "before"): json.loads,
    ("change", "after"): json.loads,
    ("run_price", "prices"): json.loads,
    ("undo", "rows"): json.loads,
}


def damage(database: Database) -> str:
    """The first place that is damaged, "position.quantity"; empty where there is none.

    It contains no values, which are private to the user.
    """
    with database.atomic():
        return next(chain(missing(database), unreadable(database), inconsistent(database)), "")


def missing(database: Database) -> Iterator[str]:
    """Tables, columns and indexes that the migrations create and the file lacks."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        for statement in chain.from_iterable(MIGRATIONS):
            fresh.execute(statement)
        made = set(fresh.execute(OBJECTS))
        present = set(database.run_sql(OBJECTS))
        for kind, name in sorted(made - present):
            yield f"{kind} {name}"
        for kind, name in sorted(made):
            if kind == "table":
                wanted = {column for (column,) in fresh.execute(COLUMNS, (name,))}
                found = {column for (column,) in database.run_sql(COLUMNS, (name,))}
                yield from (f"{name}.{column}" for column in sorted(wanted - found))


def unreadable(database: Database) -> Iterator[str]:
    """The columns with a value of the wrong kind."""
    for table in tables.TABLES:
        name = str(table._meta.table_name)
        for field in table._meta.sorted_fields:
            check = BY_COLUMN.get((name, field.column_name)) or check_of(field)
            query = f'SELECT DISTINCT "{field.column_name}" FROM "{name}"'
            values = (value for (value,) in database.run_sql(query))
            if any(not is_readable(value, check, may_lack=field.null) for value in values):
                yield f"{name}.{field.column_name}"


def check_of(field: peewee.Field) -> ColumnCheck:
    return next(check for kind, check in BY_FIELD if isinstance(field, kind))


def is_readable(value: Any, check: ColumnCheck, *, may_lack: bool) -> bool:
    if value is None:
        return may_lack
    try:
        return bool(check(value)) or check is json.loads
    except (ValueError, TypeError, InvalidOperation):
        return False


def inconsistent(database: Database) -> Iterator[str]:
    """References to missing rows, and errors that SQLite itself finds."""
    for table, *_ in database.run_sql("PRAGMA foreign_key_check"):
        yield f"a row of {table} that belongs to none"
    (found,) = database.run_sql("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        yield "the file's pages"
