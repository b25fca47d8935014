"""Paints texts in one font from cached layouts: laying one out takes longer than painting it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText, QTransform
from PySide6.QtWidgets import QHeaderView

MARGIN = 10  # on both sides of a text; the header's sections have the same
MOST_KEPT = 2_000  # cached layouts, in each of two generations

Prepared = tuple[QStaticText, float]  # and its width


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column is on the screen, in pixels."""

    column: int
    left: int
    width: int
    is_number: bool


def places(header: QHeaderView, are_numbers: Sequence[bool], region: QRect) -> Iterator[Place]:
    """The places of the columns in the region.

    Args:
        are_numbers: of each column, whether it is right-aligned.
    """
    for column, is_number in enumerate(are_numbers):
        left, width = header.sectionViewportPosition(column), header.sectionSize(column)
        if width and left <= region.right() and left + width > region.left():
            yield Place(column, left, width, is_number)


class CellPainter:
    """Paints texts in one font. A text that is too wide ends in "…"."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._metrics = QFontMetricsF(font)
        self._prepared: dict[str, Prepared] = {}
        self._before: dict[str, Prepared] = {}  # the previous generation, dropped next

    def width(self, text: str) -> float:
        """What the text needs, without margins, in device-independent pixels."""
        return (self._prepared.get(text) or self._prepare(text))[1]

    def begin(self, painter: QPainter) -> None:
        painter.setFont(self._font)

    def top(self, row_top: int, row_height: int) -> int:
        """Where the texts of a row begin."""
        return row_top + round((row_height - self._metrics.height()) / 2)

    def paint(
        self, painter: QPainter, text: str, left: int, width: int, top: int, *, is_number: bool
    ) -> None:
        """Paints one text in the painter's pen.

        Args:
            left, width: of the cell.
            top: of the text.
            is_number: right-aligned.
        """
        laid_out, wide = self._prepared.get(text) or self._prepare(text)
        room = width - 2 * MARGIN
        if wide > room:
            elided = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            laid_out, wide = self._prepared.get(elided) or self._prepare(elided)
        shift = round(room - wide) if is_number else 0
        painter.drawStaticText(left + MARGIN + shift, top, laid_out)

    def _prepare(self, text: str) -> Prepared:
        if len(self._prepared) >= MOST_KEPT:
            self._before, self._prepared = self._prepared, {}
        made = self._before.get(text) or self._laid_out(text)
        self._prepared[text] = made
        return made

    def _laid_out(self, text: str) -> Prepared:
        made = QStaticText(text)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.prepare(QTransform(), self._font)
        return made, made.size().width()
