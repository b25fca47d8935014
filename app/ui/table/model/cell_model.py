"""The cells of a table's lines: texts, tones, tooltips, subtotals, made when first asked for."""

from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Slot

from app.domain.text.messages import tr, translated
from app.ui.style.formatting import DASH
from app.ui.style.roles import ACCESSIBLE, ALIGNMENT, DISPLAY, LEFT, RIGHT, TOOLTIP, Index
from app.ui.table.core.column import TableContext, TableSpec, columns_in_order
from app.ui.table.core.row_store import Delta
from app.ui.table.core.rows import GroupLine, Line, TableRow
from app.ui.table.core.subtotals import SubtotalCell, subtotal_cell
from app.ui.table.core.sums import ColumnSum, column_sum, merged, parts_of
from app.ui.table.model.list_model import CHANGED_ROLES, ListModel, runs
from app.ui.table.model.row_highlights import MARK_ROLES, RowHighlights
from app.ui.widgets.plain_text import plain_tooltip

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)
ROWS_A_GROUP = 30  # where summing up a group by itself takes as long as its rows in a longer one
MANY_ROWS = 1000  # above that, finding the rows takes longer than repainting all


class CellModel(ListModel[Line], Generic[R, C]):
    """Lines are rows and groups, columns are the spec's.

    Attributes:
        context: what the columns need beside a row.
        layout: how the user has arranged the table.
    """

    def __init__(self, spec: TableSpec[R, C], context: C, parent: QObject | None = None) -> None:
        super().__init__(len(spec.columns), parent)
        self.spec = spec
        self.context = context
        self.layout = spec.default
        self._is_lost = False
        self._marks = RowHighlights(self)
        self._marks.stepped.connect(self._emit_marks)

    @property
    def first_column(self) -> int:
        """The leftmost: its cells name the lines."""
        return next(columns_in_order(self.spec, self.layout), 0)

    def line(self, number: int) -> Line:
        """The line, with its newest figures."""
        return self.lines[number]

    def value(self, line: int) -> R | None:
        """Of a row; None for a group."""
        found = self.line(line)
        return found.value if isinstance(found, TableRow) else None

    def text(self, row: TableRow[R], column: int) -> str:
        texts = row.texts
        if texts is None:
            texts = row.texts = [None] * self._columns
            row.tones = [None] * self._columns
        text = texts[column]
        if text is None:
            made = self.spec.columns[column].text(row.value, self.context)
            text = texts[column] = translated(made)
        return text

    def tone(self, row: TableRow[R], column: int) -> str:
        """The name of one of the `Colours`; empty for the text's own."""
        make = self.spec.columns[column].tone
        if make is None:
            return ""
        self.text(row, column)  # makes the lists
        assert row.tones is not None
        tone = row.tones[column]
        if tone is None:
            tone = row.tones[column] = make(row.value, self.context)
        return tone

    def subtotal(self, group: GroupLine[R], column: int) -> SubtotalCell:
        if group.cells is None:
            group.cells = [None] * self._columns
        cell: SubtotalCell | None = group.cells[column]
        if cell is None:
            of = self.spec.columns[column]
            cell = subtotal_cell(of, self.sum_of(group, column), self.context)
            group.cells[column] = cell
        return cell

    def sum_of(self, group: GroupLine[R], column: int) -> ColumnSum | None:
        """What the column adds up to in the group: from the groups within it, where these are
        long; many short ones take longer than all their rows."""
        if column in group.sums:
            return group.sums[column]
        if len(group.rows) > ROWS_A_GROUP * len(group.groups) > 0:
            found = merged(self.sum_of(within, column) for within in group.groups)
        else:
            if group.parts is None:
                group.parts = parts_of([row.value for row in group.rows], self.spec)
            found = column_sum(self.spec.columns[column], group.parts, self.spec, self.context)
        group.sums[column] = found
        return found

    def group_title(self, group: GroupLine[R]) -> str:
        return f"{translated(group.title)} ({self.context.formats.count(len(group.rows))})"

    def is_italic(self, row: TableRow[R], column: int) -> bool:
        """Whether the cell's figure is not quite TWS's own at this moment: it is converted, or a
        live one that no longer moves because the connection is lost."""
        is_stale = self._is_lost and self.spec.columns[column].is_live
        return is_stale or self.is_converted(row, column)

    def is_converted(self, row: TableRow[R], column: int) -> bool:
        """Whether the cell shows an amount converted to the base currency."""
        context, of = self.context, self.spec.money_key
        if not context.is_in_base or of is None or not self.spec.columns[column].is_money:
            return False
        return of(row.value)[1] != context.base_currency

    def is_marked(self, row: TableRow[R]) -> bool:
        """Whether the row has changed since the user last looked at it."""
        is_unseen = self.spec.is_unseen
        return is_unseen is not None and is_unseen(row.value, self.context)

    def can_unfold(self, row: TableRow[R]) -> bool:
        count = self.spec.part_count
        return count is not None and not row.is_part and count(row.value) > 0

    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        if role == DISPLAY:
            return self._text_at(index.row(), index.column())
        if role == ALIGNMENT:
            return RIGHT if self.spec.columns[index.column()].is_number else LEFT
        if role == TOOLTIP:
            return plain_tooltip(self._tooltip_at(index.row(), index.column())) or None
        if role == ACCESSIBLE:
            return self._spoken_at(index.row(), index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < self._columns:
            return None
        column = self.spec.columns[section]
        if role == DISPLAY:
            return translated(column.title)
        if role == TOOLTIP:
            return plain_tooltip(translated(column.description)) or None
        if role == ALIGNMENT:
            return RIGHT if column.is_number else LEFT
        return None

    def _text_at(self, number: int, column: int) -> str:
        line = self.line(number)
        if isinstance(line, TableRow):
            return self.text(line, column)
        if column == self.first_column:
            return self.group_title(line)
        return self.subtotal(line, column).text

    def _spoken_at(self, number: int, column: int) -> str:
        """What a screen reader says: "AAPL, Unrealized P&L: +1,240.50 USD"; why a dash is one."""
        line, of = self.line(number), self.spec.columns[column]
        text = self._text_at(number, column)
        first = self.first_column
        if column == first:
            return text
        if text == DASH:
            none = tr("not known") if of.is_number else tr("empty")
            text = self._tooltip_at(number, column) or none
        elif text and of.is_in_base:
            text = f"{text} {self.context.base_currency}"
        elif text and of.is_money and isinstance(line, TableRow) and self.spec.money_key:
            context, currency = self.context, self.spec.money_key(line.value)[1]
            text = f"{text} {context.base_currency if context.is_in_base else currency}"
        # Translators: what a screen reader says of a cell: its row, the column's title, the value.
        return tr(
            "{row}, {column}: {value}",
            row=self._text_at(number, first),
            column=of.title,
            value=text or tr("empty"),
        )

    def _tooltip_at(self, number: int, column: int) -> str:
        line = self.line(number)
        if isinstance(line, GroupLine):
            return translated(self.subtotal(line, column).tooltip)
        make = self.spec.columns[column].tooltip
        return "" if make is None else translated(make(line.value, self.context))

    def _everywhere(self) -> list[tuple[int, int]]:
        return [(0, len(self.lines) - 1)] if self.lines else []

    def _emit_bits(self, bits: int, spans: list[tuple[int, int]]) -> None:
        """Args: spans: first and last line of each."""
        columns = list(runs(n for n in range(self._columns) if bits >> n & 1))
        self.emit_cells_changed(columns, spans, CHANGED_ROLES)

    def mark_strength(self, line: Line) -> float:
        """How strongly a row is highlighted that was just created or changed: 0 to 1."""
        return self._marks.strength if line in self._marks.rows else 0.0

    def _emit_changed(self, delta: Delta[R]) -> None:
        """dataChanged for the cells that changed, neighbours in one signal."""
        if len(delta.changed) > MANY_ROWS:
            self._emit_bits(delta.bits, self._everywhere())
            return
        rows = set(delta.changed)
        groups: dict[int, list[int]] = {}
        for number, line in enumerate(self.lines):
            if line in rows:
                groups.setdefault(line.changed, []).append(number)
        for bits, alike in groups.items():
            self._emit_bits(bits, list(runs(alike)))

    @Slot(object)
    def _emit_marks(self, rows: AbstractSet[TableRow[R]]) -> None:
        marked = (n for n, line in enumerate(self.lines) if line in rows)
        self.emit_cells_changed([(0, self._columns - 1)], list(runs(marked)), MARK_ROLES)
