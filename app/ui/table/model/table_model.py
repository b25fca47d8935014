"""The one table model: values as rows, filtered, grouped, sorted; it signals only what changed.

An update never resets it: selection, scroll and order stay. It sorts and filters in Python itself,
because a sorted QSortFilterProxyModel is a hundred times slower at 10,000 rows.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.ui.table.core.arrange import of_account
from app.ui.table.core.column import TableContext, TableSpec, bits_of
from app.ui.table.core.layout import Filter, TableLayout, arranged_by
from app.ui.table.core.ordering import chosen
from app.ui.table.core.row_store import SLICE
from app.ui.table.core.rows import GroupLine, TableRow
from app.ui.table.model.arranging_model import ArrangingModel
from app.ui.table.model.time_slicer import Work

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)


class TableModel(ArrangingModel[R, C]):
    """Keeps the lines over updates of the values, of the context and of the layout.

    Args:
        is_paged: see `ArrangingModel`.

    Attributes:
        has_more: a paged source has more values.

    Signals:
        live_updated(): figures in live columns have changed, in any row.
        about_to_relist(): the lines of newer values are about to be listed.
        shown(): all values given to `show` are listed; with many of them that takes several
            turns of the event loop, and the old lines stay until then.
    """

    live_updated = Signal()
    about_to_relist = Signal()
    shown = Signal()

    def __init__(
        self,
        spec: TableSpec[R, C],
        context: C,
        *,
        is_paged: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(spec, context, parent, is_paged=is_paged)
        self.has_more = False
        self._moved_while_showing: set[Hashable] = set()  # while `show` is still running

    def show(self, values: Sequence[R], touched: Iterable[Hashable] = ()) -> None:
        """Shows these values, and marks the touched keys for a few seconds."""
        self._slices.finish()
        self._outdated.clear()
        self.is_showing = True
        self._slices.begin(self._showing(values, frozenset(touched)))

    def _showing(self, values: Sequence[R], touched: AbstractSet[Hashable]) -> Work:
        delta = yield from self._store.updating(values)
        is_long = len(values) > SLICE
        if delta.has_other_rows or delta.bits & self._arranging_bits() or self._is_paged:
            if is_long:
                yield
                self._store.in_order()  # sorts, which takes as long as another slice
                yield
            self.about_to_relist.emit()
            self._relist()
        elif delta.changed:
            self._sum_up_again()
        if is_long:
            yield
        if delta.changed:
            self._emit_changed(delta)
        if touched:
            self._marks.mark(self._store.of(touched))
        if self._moved_while_showing:
            self._outdated |= self._store.of(self._moved_while_showing)
            self._moved_while_showing.clear()
        if is_long:
            yield from self._summing_up()
        self.is_showing = False
        self.shown.emit()

    def _summing_up(self) -> Work:
        """Makes the totals of many rows; the old ones stay on the screen until then. Those of
        hidden columns are made when they are asked for."""
        total: GroupLine[R] = GroupLine(())
        total.rows, total.groups = self.shown_rows, self.outermost
        visible = set(self.layout.keys)
        for number, column in enumerate(self.spec.columns):
            if column.key in visible:
                yield
                self.subtotal(total, number)
        self.total = total

    def set_context(self, context: C) -> None:
        """Sets rates, today and the like; the cells that they change are made again."""
        old, self.context = self.context, self.with_wholes(context)
        names = {name for column in self.spec.columns for name in column.context}
        changed = {name for name in names if getattr(old, name) != getattr(context, name)}
        bits = bits_of(self.spec, lambda column: not changed.isdisjoint(column.context))
        if not bits:
            return
        self._slices.finish()
        for row in self._store.rows:
            row.forget_texts(bits)
        self._forget_sums()
        if bits & self._arranging_bits():
            self._relist()
        else:
            self.renew_wholes()
        self._emit_bits(bits, self._everywhere())

    def set_layout(self, layout: TableLayout) -> None:
        """Columns are the view's business; filters, groups and order are arranged anew."""
        before, self.layout = self.layout, layout
        if arranged_by(before) != arranged_by(layout) and not self._is_paged:
            self._slices.finish()
            has_same_total = before.filters == layout.filters and not self._outdated
            self._apply_live(tuple(self._outdated))
            self._relist(has_same_total=has_same_total)
        else:
            self.renew_wholes()

    def filter(self, account: str, text: str) -> None:
        """Lists only the account's rows (or "All") that contain every word of the text."""
        self._slices.finish()
        words = tuple(text.casefold().split())
        if (account, words) != (self._account, self._words):
            self._account, self._words = account, words
            self._relist()

    def unfold(self, line: int, *, is_unfolded: bool) -> None:
        """Lists the parts of a row below it, or not."""
        row = self.lines[line]
        self._slices.finish()
        if isinstance(row, TableRow):
            (self._unfolded.add if is_unfolded else self._unfolded.discard)(row.key)
            self._relist()

    def is_unfolded(self, row: TableRow[R]) -> bool:
        return row.key in self._unfolded

    def tick(self, keys: Iterable[Hashable], refresh: Callable[[R], R]) -> bool:
        """Notes that these rows have newer figures; returns whether any of them is known.

        A row is updated when it is next asked for: of 10,000, only those on the screen are.
        `dataChanged` would repaint the whole view ten times a second.

        Args:
            refresh: gives a value its newest figures.
        """
        self._refresh = refresh
        if self.is_showing:
            self._moved_while_showing.update(keys)
        moved = self._store.of(keys)
        self._outdated |= moved
        if moved:
            self.live_updated.emit()
        return bool(moved)

    def reformat(self) -> None:
        """Formats every cell again."""
        self._slices.finish()
        for row in self._store.rows:
            row.forget_texts()
        self._sum_up_again()
        self._emit_bits((1 << self._columns) - 1, self._everywhere())

    def layout_folded(self, *, is_collapsed: bool) -> TableLayout:
        """The layout with all groups collapsed, or none."""
        paths = frozenset(self._groups) if is_collapsed else frozenset()
        return replace(self.layout, collapsed=paths)

    @property
    def values(self) -> list[R]:
        """Of all rows that filters and search let through, in order."""
        self._apply_live(tuple(self._outdated))
        return [row.value for row in self.shown_rows]

    @property
    def all_values(self) -> list[R]:
        """Of all rows, listed or not, in no particular order."""
        self._apply_live(tuple(self._outdated))
        return [row.value for row in self._store.rows]

    def values_with(self, filters: Sequence[Filter]) -> list[R]:
        """Of the rows that account, search and these filters would let through, in no order."""
        self._apply_live(tuple(self._outdated))
        rows = of_account(self._store.rows, self._account, self.spec)
        found = chosen(rows, filters, self.spec, self.context, self._words)
        return [row.value for row in found]

    def of_account(self) -> int:
        """How many rows the chosen account has, matching filters and search or not."""
        return len(of_account(self._store.rows, self._account, self.spec))
