"""Which lines a table lists, in which order: filter, group, sort, flatten. Pure."""

from collections.abc import Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, TypeVar

from app.domain.model.runs import ALL_ACCOUNTS
from app.ui.table.core.column import Column, TableContext, TableSpec
from app.ui.table.core.layout import Filter, GroupPath, SortKey, TableLayout
from app.ui.table.core.rows import GroupLine, TableRow

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)


@dataclass(frozen=True, slots=True)
class Arrangement(Generic[R]):
    """What is listed.

    Attributes:
        lines: rows and groups, from top to bottom.
        rows: those that the filters and the search let through, collapsed or not, in order.
    """

    lines: list[TableRow[R] | GroupLine[R]]
    rows: list[TableRow[R]]


def arrange(
    rows: Sequence[TableRow[R]],
    layout: TableLayout,
    spec: TableSpec[R, C],
    context: C,
    *,
    words: Sequence[str] = (),
    groups: dict[GroupPath, GroupLine[R]] | None = None,
    unfolded: AbstractSet[Hashable] = frozenset(),
) -> Arrangement[R]:
    """The lines of a table.

    Args:
        rows: in the order of rows that no sort key tells apart.
        words: casefolded; a row must contain every one of them.
        groups: path -> the line that was there before, which is used again; new ones are added.
        unfolded: keys of the rows whose parts are listed below them.
    """
    found = ordered(chosen(rows, layout.filters, spec, context, words), layout.sort, spec, context)
    if not layout.groups:
        return Arrangement(list(with_parts(found, unfolded, spec)), found)
    known = {} if groups is None else groups
    lines: list[TableRow[R] | GroupLine[R]] = []
    shown: list[TableRow[R]] = []
    add_groups(found, (), layout, spec, context, known=known, lines=lines, shown=shown)
    return Arrangement(lines, shown)


def of_account(rows: list[TableRow[R]], account: str, spec: TableSpec[R, Any]) -> list[TableRow[R]]:
    """Args: account: "All" for every row."""
    of = spec.money_key
    if account == ALL_ACCOUNTS or of is None:
        return rows
    return [row for row in rows if of(row.value)[0] == account]


def with_parts(
    rows: list[TableRow[R]], unfolded: AbstractSet[Hashable], spec: TableSpec[R, C]
) -> Iterable[TableRow[R]]:
    if spec.parts is None or not unfolded:
        return rows
    return chain.from_iterable(
        (row, *parts_of(row, spec)) if row.key in unfolded else (row,) for row in rows
    )


def parts_of(row: TableRow[R], spec: TableSpec[R, C]) -> tuple[TableRow[R], ...]:
    if row.parts is None:
        parts = () if spec.parts is None else spec.parts(row.value)
        row.parts = tuple(
            TableRow(part, (row.key, n), n, is_part=True) for n, part in enumerate(parts)
        )
    return row.parts


def chosen(
    rows: Iterable[TableRow[R]],
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


def ordered(
    rows: list[TableRow[R]], sort: Sequence[SortKey], spec: TableSpec[R, C], context: C
) -> list[TableRow[R]]:
    """The rows sorted, unknown values last in both directions; equal rows stay in their order."""
    for key in reversed(sort):
        column = spec.column(key.key)
        if column.is_tie_break and not key.is_descending and key is sort[-1]:
            continue  # they are in this order
        rows = sorted_by(rows, column, context, is_descending=key.is_descending)
    return rows


def sorted_by(
    rows: list[TableRow[R]], column: Column[R, C], context: C, *, is_descending: bool
) -> list[TableRow[R]]:
    sort_key = column.sort_by
    keys: list[Any] = [sort_key(row.value, context) for row in rows]
    places: Iterable[int] = range(len(rows))
    unknown: list[TableRow[R]] = []
    if None in keys:
        places = [place for place in places if keys[place] is not None]
        unknown = [row for row, key in zip(rows, keys, strict=True) if key is None]
    known = sorted(places, key=keys.__getitem__, reverse=is_descending)
    return [*map(rows.__getitem__, known), *unknown]


def add_groups(
    rows: list[TableRow[R]],
    path: GroupPath,
    layout: TableLayout,
    spec: TableSpec[R, C],
    context: C,
    *,
    known: dict[GroupPath, GroupLine[R]],
    lines: list[TableRow[R] | GroupLine[R]],
    shown: list[TableRow[R]],
) -> None:
    """Adds the lines of the groups at this depth, or the rows where there are no more groups.

    Groups are in the order of the column that they are of; a sort key of it turns that around.
    """
    if len(path) == len(layout.groups):
        lines += rows
        shown += rows
        return
    column = spec.column(layout.groups[len(path)])
    members: dict[str, list[TableRow[R]]] = {}
    for row in rows:
        text = column.text(row.value, context)
        if (within := members.get(text)) is None:
            within = members[text] = []
        within.append(row)
    texts = {id(within[0]): text for text, within in members.items()}
    is_descending = any(key.key == column.key and key.is_descending for key in layout.sort)
    firsts = [within[0] for within in members.values()]
    for first in sorted_by(firsts, column, context, is_descending=is_descending):
        text = texts[id(first)]
        within = members[text]
        line = known.get((*path, text))
        if line is None:
            line = known[(*path, text)] = GroupLine((*path, text))
        line.rows = within
        line.forget_sums()
        line.is_collapsed = line.path in layout.collapsed
        lines.append(line)
        hidden: list[TableRow[R] | GroupLine[R]] = []
        below = hidden if line.is_collapsed else lines
        add_groups(within, line.path, layout, spec, context, known=known, lines=below, shown=shown)
