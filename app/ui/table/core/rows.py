"""A table's lines: rows of values and groups of them, with cached texts. Does not use Qt."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from app.ui.table.core.layout import GroupPath
from app.ui.table.core.sums import ColumnSum

R = TypeVar("R")
Sums = dict[int, ColumnSum | None]  # number of a column -> what it adds up to


class TableRow(Generic[R]):
    """One value on the screen.

    Attributes:
        value: the newest.
        key: what identifies it over all updates.
        order: the sort key among rows that are else equal.
        changed: bits of the columns in which the last update changed a cell.
        texts, tones: of the cells, by column; None where they are to be made.
        searched: what a search matches against; None until one is made.
        parts: the rows below it, once it was unfolded.
        is_part: it is below another row.
    """

    __slots__ = (
        *("changed", "is_part", "key", "order", "parts", "searched", "texts", "tones", "value"),
    )

    def __init__(self, value: R, key: Hashable, order: Any, *, is_part: bool = False) -> None:
        self.value = value
        self.key = key
        self.order = order
        self.changed = 0
        self.is_part = is_part
        self.texts: list[str | None] | None = None
        self.tones: list[str | None] | None = None
        self.searched: str | None = None
        self.parts: tuple[TableRow[R], ...] | None = None

    def forget_texts(self, bits: int = -1) -> None:
        """Discards the cells of these columns; of all without an argument."""
        if bits == -1 or self.texts is None:
            self.texts = self.tones = None
        else:
            assert self.tones is not None
            for column in range(len(self.texts)):
                if bits >> column & 1:
                    self.texts[column] = self.tones[column] = None
        for part in self.parts or ():
            part.forget_texts(bits)


class GroupLine(Generic[R]):
    """A group's line: its title and subtotals. The same object as long as the group exists.

    Attributes:
        path: the texts of the group and of those around it, outermost first.
        rows: all that are in it, listed or collapsed.
        groups: those within it, in order; none in an innermost one.
        cells: the subtotals' cells by column; None where they are to be made.
        sums: those that were asked for.
        parts: the values that are summed up, by account and currency; None until then.
    """

    __slots__ = ("cells", "groups", "is_collapsed", "parts", "path", "rows", "sums")

    def __init__(self, path: GroupPath) -> None:
        self.path = path
        self.rows: Sequence[TableRow[R]] = ()
        self.groups: Sequence[GroupLine[R]] = ()
        self.is_collapsed = False
        self.cells: list[Any] | None = None
        self.sums: Sums = {}
        self.parts: Any = None

    def forget_sums(self) -> None:
        """Sums up again when asked, after other rows or figures."""
        self.cells = self.parts = None
        self.sums = {}

    @property
    def title(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def depth(self) -> int:
        return len(self.path) - 1


Line = TableRow[Any] | GroupLine[Any]


def innermost_of(groups: Iterable[GroupLine[R]]) -> Iterator[GroupLine[R]]:
    """Those that have no groups within them, in order."""
    for group in groups:
        if group.groups:
            yield from innermost_of(group.groups)
        else:
            yield group
