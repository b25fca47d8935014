"""Paints the lines of a table that are on the screen: rows, groups, badges.

Qt's own delegate asks the model seven times a cell and lays out each text at every paint.
"""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.ui.style.theme import LIGHT, Colours
from app.ui.table.core.rows import GroupLine, Line, TableRow
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.badge_painter import BadgePainter
from app.ui.table.view.cell_painter import MARGIN, CellPainter
from app.ui.table.view.place import Place

INDENT = 18  # device-independent pixels, of a level of groups or parts
CHEVRON = 3.5
BOLD = 600


class TablePainter:
    """Texts and tones come from the model, the geometry from the view."""

    def __init__(self, model: TableModel[Any, Any], font: QFont) -> None:
        self._model = model
        self._columns = model.spec.columns
        self._colours = LIGHT
        self.set_font(font)
        self.set_colours(LIGHT)

    def set_font(self, font: QFont) -> None:
        italic, bold = QFont(font), QFont(font)
        italic.setItalic(True)
        bold.setWeight(QFont.Weight(BOLD))
        self._cells, self._italic, self._bold = map(CellPainter, (font, italic, bold))
        self._badge = BadgePainter(font, self._colours)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._tones = {
            name: QColor(getattr(colours, name)) for name in Colours.__dataclass_fields__
        }
        self._tones[""] = QColor(colours.text)
        self._badge.set_colours(colours)

    def needed(self, lines: Sequence[Line], column: int, *, is_first: bool) -> float:
        """The width at which no text of these lines is cut in the column."""
        widest = 0.0
        for line in lines:
            if isinstance(line, GroupLine):
                widest = max(widest, self._needed_by_group(line, column, is_first=is_first))
                continue
            text = self._model.text(line, column)
            if self._columns[column].badge is not None:
                widest = max(widest, self._badge.width(text) - 2 * MARGIN)
                continue
            width = self._painter_of(line, column).width(text)
            widest = max(widest, width + (self._indent(line) if is_first else 0))
        return widest + 2 * MARGIN

    def _needed_by_group(self, group: GroupLine[Any], column: int, *, is_first: bool) -> float:
        if is_first:
            return self._bold.width(self._title(group)) + INDENT * (group.depth + 1)
        cell = self._model.subtotal(group, column)
        return (self._italic if cell.is_converted else self._bold).width(cell.text)

    def paint(
        self,
        painter: QPainter,
        lines: Sequence[Line],
        places: Sequence[Place],
        top: int,
        height: int,
        *,
        left: int,
        width: int,
        is_selected: Callable[[int], bool],
    ) -> None:
        """Paints these lines from the top down.

        Args:
            top, height: of the first line, and of each.
            left, width: what each line fills.
            is_selected: of the number in `lines`.
        """
        for number, line in enumerate(lines):
            back = self._background(line, is_selected=is_selected(number))
            if back is not None:
                painter.fillRect(left, top, width, height, back)
            if isinstance(line, GroupLine):
                self.paint_group(painter, line, places, top, height)
            else:
                self._paint_row(painter, line, places, top, height)
            top += height
            painter.setPen(self._tones["row_line"])
            painter.drawLine(left, top - 1, left + width, top - 1)

    def paint_group(
        self,
        painter: QPainter,
        group: GroupLine[Any],
        places: Sequence[Place],
        top: int,
        height: int,
        *,
        title: str | None = None,
    ) -> None:
        """Args: title: in place of the group's own, without an arrow: for the totals."""
        for place in places:
            if place.is_first:
                self._paint_title(painter, group, place, top, height, title)
                continue
            cell = self._model.subtotal(group, place.column)
            if cell.text:
                texts = self._italic if cell.is_converted else self._bold
                texts.begin(painter)
                painter.setPen(self._tones[cell.tone])
                self._paint_text(painter, texts, cell.text, place, top, height)

    def _paint_title(
        self,
        painter: QPainter,
        group: GroupLine[Any],
        place: Place,
        top: int,
        height: int,
        title: str | None,
    ) -> None:
        indent = 0
        if title is None:
            title = self._title(group)
            indent = INDENT * (group.depth + 1)
            self._paint_chevron(painter, place, indent, top, height, is_open=not group.is_collapsed)
        self._bold.begin(painter)
        painter.setPen(self._tones[""])
        self._paint_text(painter, self._bold, title, place, top, height, indent)

    def _paint_row(
        self,
        painter: QPainter,
        row: TableRow[Any],
        places: Sequence[Place],
        top: int,
        height: int,
    ) -> None:
        model = self._model
        texts = row.texts
        self._cells.begin(painter)
        text_top = self._cells.top(top, height)
        is_marked = model.is_marked(row)
        for place in places:
            column = place.column
            text = texts[column] if texts is not None else None
            if text is None:
                text = model.text(row, column)
                texts = row.texts
            of = self._columns[column]
            if place.is_first:
                self._paint_name(painter, row, text, place, top, height)
                continue
            if of.badge is not None:
                cell = QRect(place.left, top, place.width, height)
                self._badge.paint(painter, cell, text, of.badge(row.value))
                self._cells.begin(painter)
                continue
            if is_marked and of.is_changed is not None and of.is_changed(row.value, model.context):
                painter.fillRect(place.left, top, place.width, height - 1, self._tones["mark"])
            painter.setPen(self._tones[model.tone(row, column)])
            if model.is_italic(row, column):
                self._italic.begin(painter)
                self._paint_text(painter, self._italic, text, place, top, height)
                self._cells.begin(painter)
                continue
            self._cells.paint(
                *(painter, text, place.left, place.width, text_top), is_right=place.is_right
            )

    def _paint_name(
        self,
        painter: QPainter,
        row: TableRow[Any],
        text: str,
        place: Place,
        top: int,
        height: int,
    ) -> None:
        """The text that names the row, indented below its group or row."""
        model, indent = self._model, self._indent(row)
        if model.can_unfold(row):
            is_open = model.is_unfolded(row)
            self._paint_chevron(painter, place, indent, top, height, is_open=is_open)
        if model.is_marked(row):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._tones["accent"])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            dot = QPointF(place.at(indent + MARGIN / 2), top + height / 2)
            painter.drawEllipse(dot, 2.5, 2.5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(Qt.BrushStyle.NoBrush)  # or the focus frame would fill its cell
        painter.setPen(self._tones[model.tone(row, place.column)])
        self._paint_text(painter, self._cells, text, place, top, height, indent)

    def _paint_text(
        self,
        painter: QPainter,
        texts: CellPainter,
        text: str,
        place: Place,
        top: int,
        height: int,
        indent: int = 0,
    ) -> None:
        left = place.left if place.is_mirrored else place.left + indent
        of = (painter, text, left, place.width - indent, texts.top(top, height))
        texts.paint(*of, is_right=place.is_right)

    def _paint_chevron(
        self,
        painter: QPainter,
        place: Place,
        indent: int,
        top: int,
        height: int,
        *,
        is_open: bool,
    ) -> None:
        """An arrow before a title: down where what is below it is listed, else towards it."""
        x, y = place.at(indent + MARGIN - INDENT / 2 - 1), top + height / 2
        long, short = CHEVRON, CHEVRON / 2
        down = (-long, -short), (0.0, short), (long, -short)
        ahead = -short if place.is_mirrored else short
        aside = (-ahead, -long), (ahead, 0.0), (-ahead, long)
        points = [QPointF(x + right, y + below) for right, below in (down if is_open else aside)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._tones["muted"], 1.6))
        painter.drawPolyline(points)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _background(self, line: Line, *, is_selected: bool) -> QColor | None:
        if is_selected:
            return self._tones["selection"]
        strength = self._model.mark_strength(line)
        if strength:
            colour = QColor(self._tones["mark"])
            colour.setAlphaF(strength)
            return colour
        return self._tones["window"] if isinstance(line, GroupLine) else None

    def _indent(self, row: TableRow[Any]) -> int:
        """Of the text that names a row."""
        model = self._model
        levels = len(model.layout.groups) + row.is_part + (model.spec.parts is not None)
        return INDENT * levels

    def _painter_of(self, row: TableRow[Any], column: int) -> CellPainter:
        return self._italic if self._model.is_italic(row, column) else self._cells

    def _title(self, group: GroupLine[Any]) -> str:
        return self._model.group_title(group)
