"""Which lines a table lists, in which order: filter, group, sort, flatten. Pure."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Generic, TypeVar

from app.domain.model.runs import ALL_ACCOUNTS
from app.ui.table.core.column import Column, TableContext, TableSpec
from app.ui.table.core.layout import GroupPath, TableLayout
from app.ui.table.core.ordering import Steps, choosing, finished, in_steps, ordering, sorting
from app.ui.table.core.rows import GroupLine, Sums, TableRow

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)
LONG = 300  # rows of a group that is worth summing up ahead


@dataclass(frozen=True, slots=True)
class Arrangement(Generic[R]):
    """What is listed.

    Attributes:
        lines: rows and groups, from top to bottom.
        rows: those that the filters and the search let through, collapsed or not, in order.
        groups: the outermost ones, in order.
        sums: of all rows, by number of the column; those that are made already, and no groups are.
    """

    lines: list[TableRow[R] | GroupLine[R]]
    rows: list[TableRow[R]]
    groups: Sequence[GroupLine[R]] = ()
    sums: Sums = field(default_factory=dict)


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
    """The lines of a table, at once. Args: as of `arranging`."""
    return finished(
        arranging(rows, layout, spec, context, words=words, groups=groups, unfolded=unfolded)
    )


def arranging(
    rows: Sequence[TableRow[R]],
    layout: TableLayout,
    spec: TableSpec[R, C],
    context: C,
    *,
    words: Sequence[str] = (),
    groups: dict[GroupPath, GroupLine[R]] | None = None,
    unfolded: AbstractSet[Hashable] = frozenset(),
    summing: Callable[[Sequence[TableRow[R]]], Steps[Sums]] | None = None,
) -> Steps[Arrangement[R]]:
    """The lines of a table. No line changes before the last step.

    Args:
        rows: in the order of rows that no sort key tells apart.
        words: casefolded; a row must contain every one of them.
        groups: path -> the line that was there before, which is used again; new ones are added.
        unfolded: keys of the rows whose parts are listed below them.
        summing: sums up rows that are a long group; without it, groups do when they are asked.
    """
    found = yield from choosing(rows, layout.filters, spec, context, words)
    found = yield from ordering(found, layout.sort, spec, context)
    if not layout.groups:
        own = {} if summing is None else (yield from summing(found))
        return Arrangement(list(with_parts(found, unfolded, spec)), found, sums=own)
    columns = [spec.column(key) for key in layout.groups]
    innermost = yield from grouping(found, columns, context)
    sums: dict[GroupPath, Sums] = {}
    for path, within in innermost.items():
        if summing is not None and len(within) > LONG:
            sums[path] = yield from summing(within)
    made = Grouping(layout, spec, context, {} if groups is None else groups, sums)
    outermost = made.add(innermost)
    return Arrangement(made.lines, made.shown, outermost)


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


def grouping(
    rows: Sequence[TableRow[R]], columns: Sequence[Column[R, C]], context: C
) -> Steps[dict[GroupPath, list[TableRow[R]]]]:
    """The texts of the innermost group and of those around it -> its rows, in order."""
    found: dict[GroupPath, list[TableRow[R]]] = {}
    for part in in_steps(rows):
        if found:
            yield
        texts = ([column.text(row.value, context) for row in part] for column in columns)
        for row, path in zip(part, zip(*texts, strict=True), strict=True):
            if (within := found.get(path)) is None:
                within = found[path] = []
            within.append(row)
    return found


class Grouping(Generic[R, C]):
    """Makes the lines of groups, and of the rows in them.

    Attributes:
        lines, shown: of the arrangement.
    """

    def __init__(
        self,
        layout: TableLayout,
        spec: TableSpec[R, C],
        context: C,
        known: dict[GroupPath, GroupLine[R]],
        sums: Mapping[GroupPath, Sums],
    ) -> None:
        self._layout = layout
        self._columns = [spec.column(key) for key in layout.groups]
        self._context = context
        self._known = known
        self._sums = sums
        self.lines: list[TableRow[R] | GroupLine[R]] = []
        self.shown: list[TableRow[R]] = []

    def add(
        self,
        innermost: dict[GroupPath, list[TableRow[R]]],
        path: GroupPath = (),
        *,
        is_hidden: bool = False,
    ) -> list[GroupLine[R]]:
        """Adds the lines of the groups within this one, and returns them.

        Groups are in the order of the column that they are of; a sort key of it turns that around.

        Args:
            innermost: those that are in it, each path -> its rows.
            is_hidden: a group around them is collapsed.
        """
        depth = len(path)
        column = self._columns[depth]
        below: dict[str, dict[GroupPath, list[TableRow[R]]]] = {}
        for place, within in innermost.items():
            below.setdefault(place[depth], {})[place] = within
        texts: dict[TableRow[R], str] = {}
        for text, groups in below.items():
            texts[next(iter(groups.values()))[0]] = text
        is_descending = any(
            key.key == column.key and key.is_descending for key in self._layout.sort
        )
        firsts = finished(sorting([*texts], column, self._context, is_descending=is_descending))
        return [
            self._add_group((*path, texts[first]), below[texts[first]], is_hidden=is_hidden)
            for first in firsts
        ]

    def _add_group(
        self, path: GroupPath, innermost: dict[GroupPath, list[TableRow[R]]], *, is_hidden: bool
    ) -> GroupLine[R]:
        line = self._known.get(path)
        if line is None:
            line = self._known[path] = GroupLine(path)
        line.is_collapsed = path in self._layout.collapsed
        if not is_hidden:
            self.lines.append(line)
        is_hidden = is_hidden or line.is_collapsed
        first = len(self.shown)
        if len(path) < len(self._columns):
            line.groups = self.add(innermost, path, is_hidden=is_hidden)
            line.rows = self.shown[first:]
        else:
            line.groups, line.rows = (), innermost[path]
            self.shown += line.rows
            if not is_hidden:
                self.lines += line.rows
        line.forget_sums()
        line.sums = self._sums.get(path, {})
        return line
