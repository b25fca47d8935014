"""A table model of texts, each formatted when it is first shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QColor

from app.ui.style.formatting import Formats
from app.ui.style.roles import ALIGNMENT, DISPLAY, FOREGROUND, LEFT, NOWHERE, RIGHT, TOOLTIP, Index
from app.ui.style.theme import Colours
from app.ui.widgets.plain_text import plain_tooltip

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cell:
    """Attributes: tone: the name of one of the `Colours`, or empty for the text's own."""

    text: str
    tone: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class TextColumn(Generic[R]):
    """One column. Attributes: width: the initial one, in device-independent pixels."""

    title: str
    width: int
    cell: Callable[[R, Formats], Cell]
    is_number: bool = False


class TextModel(QAbstractTableModel, Generic[R]):
    """Rows are values; the columns format them."""

    def __init__(
        self,
        columns: tuple[TextColumn[R], ...],
        formats: Formats,
        colours: Colours,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self.rows: list[R] = []
        self._formats = formats
        self._cells: list[tuple[Cell, ...] | None] = []
        self._alignments = tuple(RIGHT if column.is_number else LEFT for column in columns)
        self._tones: dict[str, QColor] = {}
        self.set_colours(colours)

    @property
    def widths(self) -> tuple[int, ...]:
        return tuple(column.width for column in self.columns)

    def show(self, rows: Sequence[R]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self._cells = [None] * len(rows)
        self.endResetModel()

    def insert(self, at: int, rows: Sequence[R]) -> None:
        """Inserts these rows before the row `at`."""
        if rows:
            self.beginInsertRows(NOWHERE, at, at + len(rows) - 1)
            self.rows[at:at] = rows
            self._cells[at:at] = [None] * len(rows)
            self.endInsertRows()

    def replace(self, at: int, row: R) -> None:
        self.rows[at] = row
        self._cells[at] = None
        self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.columns) - 1))

    def tab_separated(self, rows: Sequence[int]) -> str:
        """A line of titles, then one for each of these rows, as shown on the screen."""
        lines = ["\t".join(column.title for column in self.columns)]
        for row in rows:
            cells = (self._cell(self.index(row, n)).text for n in range(len(self.columns)))
            lines.append("\t".join(text.replace("\t", " ").replace("\n", " ") for text in cells))
        return "\n".join(lines) + "\n"

    def reformat(self) -> None:
        """Formats every cell again."""
        self._cells = [None] * len(self.rows)
        if self.rows:
            last = self.index(len(self.rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def set_colours(self, colours: Colours) -> None:
        self._tones = {
            name: QColor(getattr(colours, name)) for name in Colours.__dataclass_fields__
        }

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        if role == ALIGNMENT:
            return self._alignments[index.column()]
        if role == DISPLAY:
            return self._cell(index).text
        if role == FOREGROUND:
            return self._tones.get(self._cell(index).tone)
        if role == TOOLTIP:
            return plain_tooltip(self._cell(index).tip) or None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == DISPLAY:
            return self.columns[section].title
        return self._alignments[section] if role == ALIGNMENT else None

    def _cell(self, index: Index) -> Cell:
        number = index.row()
        cells = self._cells[number]
        if cells is None:
            row = self.rows[number]
            cells = tuple([column.cell(row, self._formats) for column in self.columns])
            self._cells[number] = cells
        return cells[index.column()]
