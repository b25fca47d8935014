"""Paints the rows of the closed positions that are on the screen."""

from PySide6.QtCore import QItemSelectionModel, QRect
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QTreeView

from app.ui.closed.columns import COLUMNS, SOURCE
from app.ui.closed.model import ClosedModel
from app.ui.style.roles import Index
from app.ui.style.theme import Colours
from app.ui.table.badge_painter import BadgePainter
from app.ui.table.cell_painter import CellPainter, Place, places

ARE_NUMBERS = tuple(column.is_number for column in COLUMNS)


class ClosedPainter:
    """Takes the geometry from the tree and texts and colours from the model."""

    def __init__(self, tree: QTreeView, model: ClosedModel, colours: Colours) -> None:
        self._tree = tree
        self._model = model
        self._cells = CellPainter(tree.font())
        self._badge = BadgePainter(tree.font())
        self._places: list[Place] = []
        self._selected: QItemSelectionModel | None = None
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        self._text = QColor(colours.text)
        self._line = QColor(colours.row_line)
        self._selection = QColor(colours.selection)
        self._badge.set_colours(colours)

    def begin(self, region: QRect) -> None:
        """Args: region: the part of the viewport to paint; `paint` then paints its rows."""
        self._places = list(places(self._tree.header(), ARE_NUMBERS, region))
        chosen = self._tree.selectionModel()
        self._selected = chosen if chosen.hasSelection() else None

    def paint(self, painter: QPainter, whole: QRect, index: Index) -> None:
        """Args: whole: the row that the index is in."""
        row = self._model.row(index)
        if self._selected is not None and self._selected.isSelected(index):
            painter.fillRect(whole, self._selection)
        texts, top = self._model.texts(row), self._cells.top(whole.top(), whole.height())
        folding = self._tree.header().logicalIndex(0)  # the column with the arrow
        self._cells.begin(painter)
        for place in self._places:
            left, width = place.left, place.width
            if place.column == folding:
                indent = self._tree.indentation() * (1 + row.is_part)
                if row.part_count:
                    arrow = QRect(left, whole.top(), indent, whole.height())
                    self._tree.drawBranches(painter, arrow, index)
                left, width = left + indent, width - indent
            if place.column == SOURCE:
                cell = QRect(left, whole.top(), width, whole.height())
                self._badge.paint(painter, cell, texts[SOURCE], row.line.source)
                self._cells.begin(painter)
                continue
            painter.setPen(self._model.colour(row, place.column) or self._text)
            text = texts[place.column]
            self._cells.paint(painter, text, left, width, top, is_number=place.is_number)
        painter.setPen(self._line)
        painter.drawLine(whole.bottomLeft(), whole.bottomRight())
