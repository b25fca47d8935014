"""Rows arranged as lines: at once after what the user does, in slices after figures have moved."""

from collections.abc import Generator, Hashable, Sequence
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.model.runs import ALL_ACCOUNTS
from app.ui.table.core.arrange import LONG, Arrangement, arranging, of_account
from app.ui.table.core.column import Subtotal, TableContext, TableSpec, bits_of
from app.ui.table.core.ordering import STEP, Steps, finished, in_steps
from app.ui.table.core.row_store import SLICE
from app.ui.table.core.rows import GroupLine, Sums, TableRow, innermost_of
from app.ui.table.core.shares import group_columns
from app.ui.table.core.sums import ColumnSum, column_sum, merged, parts_of
from app.ui.table.model.live_model import LiveModel
from app.ui.table.model.time_slicer import TimeSlicer, Work, paced

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)


class ArrangingModel(LiveModel[R, C]):
    """Filters, groups, sorts and sums up.

    Args:
        is_paged: the values come filtered and in order, page by page; the layout's order and
            filters are the source's business.

    Attributes:
        total: the line of all rows that are shown, which is not among the lines.
        is_showing: newer values are on their way to the lines.

    Signals:
        relisted(): other lines are listed, or the same in another order; the totals have changed.
        summed(): the lines are the same, but their sums have changed.
    """

    relisted = Signal()
    summed = Signal()

    def __init__(
        self, spec: TableSpec[R, C], context: C, parent: QObject | None = None, *, is_paged: bool
    ) -> None:
        super().__init__(spec, context, parent)
        self.total: GroupLine[R] = GroupLine(())
        self.is_showing = False
        self._is_paged = is_paged
        self._unfolded: set[Hashable] = set()
        self._account = ALL_ACCOUNTS
        self._words: tuple[str, ...] = ()
        self._slices = TimeSlicer(self)

    @property
    def is_busy(self) -> bool:
        """Slices of work are still to come."""
        return self._slices.is_busy

    @Slot()
    def rearrange(self) -> None:
        """Sums up, sorts and filters again by the newest figures; many rows take several turns
        of the event loop, and the old lines and sums stay until then."""
        self._slices.finish()
        self._slices.begin(paced(self._rearranging()))

    def _rearranging(self) -> Work:
        yield from self._refreshing()
        if self._live_bits & self._arranging_bits():
            found = yield from self._arranging(is_summed_ahead=True)
            yield from self._listing(found)
        else:
            yield from self._summing_up_again()

    def _arranging_bits(self) -> int:
        """Bits of the columns that decide which lines there are, and in which order."""
        layout = self.layout
        keys = {*layout.groups, *(sort.key for sort in layout.sort)}
        is_all = bool(layout.filters or self._words)  # which may look at anything
        return bits_of(
            self.spec, lambda column: is_all or column.is_tie_break or column.key in keys
        )

    def _relist(self, *, has_same_total: bool = False) -> None:
        """Lists the lines again, after a change of rows, order, filters or groups."""
        found = finished(self._arranging())
        finished(self._listing(found, has_same_total=has_same_total))

    def _listing(self, found: Arrangement[R], *, has_same_total: bool = False) -> Work:
        """Lists these lines; yields only where rows are sorted by the part that they are of a
        group, which has just become another one."""
        self._take(found, has_same_total=has_same_total)
        if self.renew_wholes() and self.is_sorted_by_share:
            found = yield from self._arranging()  # by the new parts
            self._take(found, has_same_total=has_same_total)
        if found.lines != self.lines:
            self.list_lines(found.lines)
        self.relisted.emit()

    def _take(self, found: Arrangement[R], *, has_same_total: bool) -> None:
        self.shown_rows, self.outermost = found.rows, found.groups
        if not has_same_total:
            self._forget_total()
            self.total.sums = found.sums
        for group in self._groups.values():
            group.cells = None

    def _arranging(self, *, is_summed_ahead: bool = False) -> Steps[Arrangement[R]]:
        rows = self._store.rows if self._is_paged else self._store.in_order()
        layout = replace(self.layout, sort=(), filters=()) if self._is_paged else self.layout
        return arranging(
            of_account(rows, self._account, self.spec),
            *(layout, self.spec, self.context),
            words=() if self._is_paged else self._words,
            groups=self._groups,
            unfolded=self._unfolded,
            summing=self._summing if is_summed_ahead else None,
        )

    def _summing(self, rows: Sequence[TableRow[R]]) -> Generator[None, None, Sums]:
        """What the visible columns add up to over these rows."""
        shown = set(self.layout.keys)
        if group_columns(self.spec, self.layout):
            shown.add(self.spec.share_of)
        columns = [
            (number, column)
            for number, column in enumerate(self.spec.columns)
            if column.key in shown and column.subtotal is not Subtotal.NONE
        ]
        found: dict[int, list[ColumnSum | None]] = {number: [] for number, _ in columns}
        for some in in_steps(rows):
            parts = parts_of([row.value for row in some], self.spec)
            for number, column in columns:
                if len(rows) > STEP:
                    yield
                found[number].append(column_sum(column, parts, self.spec, self.context))
        return {number: merged(sums) for number, sums in found.items()}

    def _summing_up_again(self) -> Work:
        """After other figures in the same lines."""
        found: list[tuple[GroupLine[R], Sums]] = []
        for group in innermost_of(self.outermost or (self.total,)):
            if len(group.rows) > LONG:
                sums = yield from self._summing(group.rows)
                found.append((group, sums))
        self._forget_sums()
        for group, sums in found:
            group.sums = sums
        self.renew_wholes()
        self.summed.emit()

    def _sum_up_again(self) -> None:
        self._forget_sums()
        self.renew_wholes()

    def _forget_sums(self) -> None:
        self._forget_total()
        for group in self._groups.values():
            group.forget_sums()

    def _forget_total(self) -> None:
        if not self.is_showing or len(self._store.rows) <= SLICE:
            self.total.rows, self.total.groups = self.shown_rows, self.outermost
            self.total.forget_sums()
