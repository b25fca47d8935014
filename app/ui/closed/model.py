"""The tree model of the closed positions: a row for each position, with its closes below it.

Filled page by page; what is unchanged after a sync keeps its rows, and so its selection.
"""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    Qt,
)
from PySide6.QtGui import QColor

from app.domain.history.closed_positions import ClosedPositionRow
from app.ui.closed.columns import COLUMNS, TITLES, tooltip
from app.ui.closed.state import ClosedState
from app.ui.style.formatting import Formats
from app.ui.style.roles import ALIGNMENT, DISPLAY, FOREGROUND, LEFT, NOWHERE, RIGHT, TOOLTIP, Index
from app.ui.style.theme import Colours
from app.ui.table.list_model import runs
from app.ui.widgets.plain_text import plain_tooltip

ALIGNMENTS = tuple(RIGHT if column.is_number else LEFT for column in COLUMNS)
IS_GAIN = tuple(column.is_gain for column in COLUMNS)


class ClosedTableRow:
    """One line of the tree; its texts and parts are made when first needed.

    Attributes:
        is_part: it is one of several closes of a position.
        parts: the rows below it; none if it has one close only.
    """

    __slots__ = ("_parts", "_texts", "is_part", "line", "tone")

    def __init__(self, line: ClosedPositionRow, *, is_part: bool = False) -> None:
        self.line = line
        self.tone = 0
        self.is_part = is_part
        self._texts: tuple[str, ...] | None = None
        self._parts: tuple[ClosedTableRow, ...] | None = None

    @property
    def part_count(self) -> int:
        count = len(self.line.closes)
        return count if count > 1 else 0

    @property
    def parts(self) -> tuple["ClosedTableRow", ...]:
        if self._parts is None:
            lines = self.line.parts() if self.part_count else ()
            self._parts = tuple(ClosedTableRow(line, is_part=True) for line in lines)
        return self._parts

    def forget_texts(self) -> None:
        """Discards the texts, after the formats have changed."""
        self._texts = None
        for part in self._parts or ():
            part.forget_texts()

    def texts(self, formats: Formats) -> tuple[str, ...]:
        if self._texts is None:
            self.tone = formats.tone(self.line.realized_pnl)
            self._texts = tuple(
                (column.part_text if self.is_part else column.text)(self.line, formats)
                for column in COLUMNS
            )
        return self._texts


class ClosedModel(QAbstractItemModel):
    """The internal id of an index is 0 on the first level, else the parent position's id."""

    def __init__(self, formats: Formats, colours: Colours, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._state = ClosedState()
        self._rows: list[ClosedTableRow] = []
        self._places: dict[int, int] = {}  # position_id -> row
        self.set_colours(colours)

    def show(self, state: ClosedState) -> None:
        """Resets for a new filter or order; else signals only what changed."""
        before, self._state = self._state, state
        if (before.filter, before.order) != (state.filter, state.order):
            self.beginResetModel()
            self._rows = [ClosedTableRow(line) for line in state.lines]
            self._number()
            self.endResetModel()
        elif before.lines is not state.lines:
            self._relist(state.lines)

    def row(self, index: Index) -> ClosedTableRow:
        if index.internalId():
            return self._rows[self._places[index.internalId()]].parts[index.row()]
        return self._rows[index.row()]

    def position_id(self, row: int) -> int:
        """Of a row of the first level."""
        return self._rows[row].line.position_id

    def texts(self, row: ClosedTableRow) -> tuple[str, ...]:
        """The texts of a row, one per column."""
        return row.texts(self._formats)

    def colour(self, row: ClosedTableRow, column: int) -> QColor | None:
        """The text colour of a cell; None for the default."""
        if IS_GAIN[column]:
            return self._gain_colours.get(row.tone)
        return self._part_colour if row.is_part else None

    def place(self, index: Index) -> tuple[int, int]:
        """A sort key in the order on the screen."""
        if index.internalId():
            return self._places[index.internalId()], index.row()
        return index.row(), -1

    def reformat(self) -> None:
        """Formats every cell again."""
        for row in self._rows:
            row.forget_texts()
        self.layoutChanged.emit()

    def set_colours(self, colours: Colours) -> None:
        self._part_colour = QColor(colours.muted)
        self._gain_colours = {1: QColor(colours.gain), -1: QColor(colours.loss)}

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        if not (0 <= row < self.rowCount(parent) and 0 <= column < len(COLUMNS)):
            return QModelIndex()
        key = self._rows[parent.row()].line.position_id if parent.isValid() else 0
        return self.createIndex(row, column, key)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        place = self._places.get(index.internalId()) if index.isValid() else None
        return QModelIndex() if place is None else self.createIndex(place, 0, 0)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        if not parent.isValid():
            return len(self._rows)
        if parent.internalId() or parent.column():
            return 0
        return self._rows[parent.row()].part_count

    def columnCount(self, _parent: Index = NOWHERE) -> int:
        return len(COLUMNS)

    def hasChildren(self, parent: Index = NOWHERE) -> bool:
        """Qt's version also asks for the columns; a tree calls this for every row of a new page."""
        return self.rowCount(parent) > 0

    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        if role == DISPLAY:
            return self.texts(self.row(index))[index.column()]
        if role == ALIGNMENT:
            return ALIGNMENTS[index.column()]
        if role == FOREGROUND:
            return self.colour(self.row(index), index.column())
        if role == TOOLTIP:
            text = tooltip(self.row(index).line, index.column(), self._formats)
            return plain_tooltip(text) or None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == DISPLAY:
            return TITLES[section]
        return ALIGNMENTS[section] if role == ALIGNMENT else None

    def _relist(self, lines: Sequence[ClosedPositionRow]) -> None:
        """Signals how the rows change into these lines.

        A line is unchanged only if it is the same object. Unchanged lines keep their relative
        order, because it depends only on the lines themselves.
        """
        wanted = {id(line) for line in lines}
        present = {id(row.line) for row in self._rows}
        gone = [n for n, row in enumerate(self._rows) if id(row.line) not in wanted]
        new = [n for n, line in enumerate(lines) if id(line) not in present]
        for first, last in reversed(list(runs(gone))):
            self.beginRemoveRows(NOWHERE, first, last)
            del self._rows[first : last + 1]
            self._number()
            self.endRemoveRows()
        for first, last in runs(new):
            self.beginInsertRows(NOWHERE, first, last)
            self._rows[first:first] = [ClosedTableRow(line) for line in lines[first : last + 1]]
            self._number(first)
            self.endInsertRows()

    def _number(self, first: int = 0) -> None:
        """Updates the index of the rows from `first` on."""
        if not first:
            self._places.clear()
        for number in range(first, len(self._rows)):
            self._places[self._rows[number].line.position_id] = number
