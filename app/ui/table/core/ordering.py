"""Which rows filters and a search let through, and in which order, in steps. Pure."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any, TypeVar

from app.ui.table.core.column import Column, TableContext, TableSpec
from app.ui.table.core.layout import Filter, SortKey
from app.ui.table.core.rows import TableRow

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)
V = TypeVar("V")
T = TypeVar("T")
STEP = 1000  # rows compared or sorted in one step, about a millisecond
Steps = Generator[None, None, V]  # yields between two steps; what it returns counts


def finished(steps: Steps[V]) -> V:
    """What it returns, with all steps run at once."""
    while True:
        try:
            next(steps)
        except StopIteration as over:
            result: V = over.value
            return result


def in_steps(items: Sequence[T], size: int = STEP) -> Iterator[Sequence[T]]:
    """All items, so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def choosing(
    rows: Sequence[TableRow[R]],
    filters: Sequence[Filter],
    spec: TableSpec[R, C],
    context: C,
    words: Sequence[str],
) -> Steps[list[TableRow[R]]]:
    found: list[TableRow[R]] = []
    for part in in_steps(rows):
        if found:
            yield
        found += chosen(part, filters, spec, context, words)
    return found


def chosen(
    rows: Sequence[TableRow[R]],
    filters: Sequence[Filter],
    spec: TableSpec[R, C],
    context: C,
    words: Sequence[str],
) -> list[TableRow[R]]:
    """The rows that match every word, and of each kind of filter at least one."""
    found = list(rows)
    for key in dict.fromkeys(each.kind for each in filters):
        accepts = spec.filter_kind(key).accepts
        first, *others = [each.value for each in filters if each.kind == key]
        if others:
            values = (first, *others)
            found = [row for row in found if any(accepts(row.value, v, context) for v in values)]
        else:
            found = [row for row in found if accepts(row.value, first, context)]
    for word in words:
        found = [row for row in found if word in (row.searched or searched(row, spec))]
    return found


def searched(row: TableRow[R], spec: TableSpec[R, C]) -> str:
    """What a search matches against, made once."""
    if row.searched is None:
        row.searched = spec.search_text(row.value)
    return row.searched


def ordering(
    rows: list[TableRow[R]], sort: Sequence[SortKey], spec: TableSpec[R, C], context: C
) -> Steps[list[TableRow[R]]]:
    """The rows sorted, unknown values last in both directions; equal rows stay in their order."""
    for key in reversed(sort):
        column = spec.column(key.key)
        if column.is_tie_break and not key.is_descending and key is sort[-1]:
            continue  # they are in this order
        rows = yield from sorting(rows, column, context, is_descending=key.is_descending)
    return rows


def sorting(
    rows: list[TableRow[R]], column: Column[R, C], context: C, *, is_descending: bool
) -> Steps[list[TableRow[R]]]:
    """Sorts the rows by one column."""
    sort_key = column.sort_by
    keys: list[Any] = []
    for part in in_steps(rows):
        if keys:
            yield
        keys += [sort_key(row.value, context) for row in part]
    # not `None in keys`, which compares: a Decimal takes a microsecond to find out about None
    places = [place for place, key in enumerate(keys) if key is not None]
    unknown: list[TableRow[R]] = []
    if len(places) < len(rows):
        unknown = [row for row, key in zip(rows, keys, strict=True) if key is None]
    known: list[int] = []
    for some in in_steps(places):
        if known:
            yield
        known += sorted(some, key=keys.__getitem__, reverse=is_descending)
    if len(known) > STEP:
        yield
        known.sort(key=keys.__getitem__, reverse=is_descending)  # only merges what is in order
    return [*map(rows.__getitem__, known), *unknown]
