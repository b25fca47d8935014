"""Paints the rows of the positions table that are on the screen."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QTableView

from app.ui.positions.columns import COLUMNS
from app.ui.positions.model import PositionsModel
from app.ui.style.roles import NOWHERE
from app.ui.style.theme import LIGHT, Colours
from app.ui.table.cell_painter import CellPainter, Place, places

ARE_NUMBERS = tuple(column.is_number for column in COLUMNS)


class PositionsPainter:
    """Takes the geometry from the view and texts and colours from the model.

    Args:
        view: all its rows have the same height.
    """

    def __init__(self, view: QTableView, model: PositionsModel) -> None:
        self._view = view
        self._model = model
        self._cells = CellPainter(view.font())
        self.set_colours(LIGHT)

    def set_colours(self, colours: Colours) -> None:
        self._text = QColor(colours.text)
        self._line = QColor(colours.row_line)
        self._selection = QColor(colours.selection)

    def paint(self, painter: QPainter, region: QRect) -> None:
        """Args: region: the part of the viewport to paint."""
        view, model = self._view, self._model
        first = view.rowAt(region.top())
        if first < 0:
            return
        last = view.rowAt(region.bottom())
        if last < 0:
            last = model.rowCount() - 1
        shown = list(places(view.horizontalHeader(), ARE_NUMBERS, region))
        top, height = view.rowViewportPosition(first), view.rowHeight(first)
        self._cells.begin(painter)
        selected = view.selectionModel() if view.selectionModel().hasSelection() else None
        for row in range(first, last + 1):
            if selected is not None and selected.isRowSelected(row, NOWHERE):
                painter.fillRect(region.left(), top, region.width(), height, self._selection)
            elif background := model.background(row):
                painter.fillRect(region.left(), top, region.width(), height, background)
            self._paint_row(painter, row, shown, self._cells.top(top, height))
            top += height
            painter.setPen(self._line)  # the table's own grid would also have vertical lines
            painter.drawLine(region.left(), top - 1, region.right(), top - 1)

    def _paint_row(self, painter: QPainter, row: int, shown: list[Place], top: int) -> None:
        texts, colours = self._model.texts(row), self._model.colours(row)
        for place in shown:
            painter.setPen(colours[place.column] or self._text)
            text = texts[place.column]
            self._cells.paint(
                painter, text, place.left, place.width, top, is_number=place.is_number
            )
