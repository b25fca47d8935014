"""Places the summary's lines in one grid, so that their figures are in columns."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from app.domain.text.messages import message, translated
from app.ui.style.roles import LEFT, RIGHT
from app.ui.style.sizes import SMALL, scaled
from app.ui.style.theme import figures_font
from app.ui.summary.breakpoints import COUNT, GROUP_GAP, SPACING, Breakpoint, fitting
from app.ui.summary.figure_cell import RING, FigureCell
from app.ui.summary.figures import REALIZED, TITLES
from app.ui.summary.line import SummaryLine
from app.ui.widgets.plain_text import PlainLabel

FIGURE_WIDTH = 76  # at the usual font; at least, so that columns rarely jump about with a sync
MARGINS = (14, 4, 14, 4)
BAND_GAP = 4
LAST_COLUMN = len(TITLES) + 4  # after the titles, the group's, the number of positions, the button
TOP = Qt.AlignmentFlag.AlignTop


class SummaryGrid:
    """The layout of the strip's content, and the titles over the columns.

    Args:
        whose: the title over the lines' titles.
        toggle: placed at the end of the first line.
    """

    def __init__(self, content: QWidget, whose: PlainLabel, toggle: QToolButton) -> None:
        self._whose, self._toggle = whose, toggle
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(*MARGINS)
        self._grid.setHorizontalSpacing(SPACING)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(LAST_COLUMN, 1)
        self._titles = [column_title(title) for title in (*TITLES, message("Positions"))]
        self._group = column_title(REALIZED)
        self._group.setAlignment(LEFT)
        self._lines: tuple[SummaryLine, ...] = ()
        self._placed: set[QWidget] = set()
        self.breakpoint: Breakpoint | None = None

    def set_fonts(self, base: QFont) -> None:
        """Args: base: the window's."""
        self.breakpoint = None  # all is placed again
        for label in (self._whose, self._group, *self._titles):
            label.setFont(figures_font(base, scale=SMALL))

    def place(self, lines: Sequence[SummaryLine], width: int) -> None:
        """Args: lines: those to show, the headline first; width: of the strip, in pixels."""
        choice = self._fitting(lines, width)
        if (choice, tuple(lines)) == (self.breakpoint, self._lines):
            return
        before = self._clear()
        self.breakpoint, self._lines = choice, tuple(lines)
        for line in lines:
            line.set_small(is_small=choice.is_small)
        self._put(self._whose, 0, 0)
        upper_end = 1 + len(choice.upper)
        for column, number in enumerate(choice.upper, 1):
            self._put_column(number, 0, column)
        for row, line in enumerate(lines, 1):
            self._put(line.title, row, 0)
        row, column = (len(lines) + 2, 0) if choice.are_two else (0, upper_end)
        self._put_realized(choice, row, column)
        self._put(self._toggle, 1, upper_end + (0 if choice.are_two else 1 + len(choice.lower)))
        for widget in before - self._placed:  # the others keep the focus
            widget.hide()

    def rows(self) -> list[list[FigureCell]]:
        """The figures as they are on the screen, from the top down."""
        choice = self.breakpoint or Breakpoint()
        upper, lower = (
            [[cell(line, number) for number in numbers] for line in self._lines]
            for numbers in (choice.upper, choice.lower)
        )
        if choice.are_two:
            return [*upper, *lower]
        return [[*first, *rest] for first, rest in zip(upper, lower, strict=True)]

    def height(self) -> int:
        return self._grid.sizeHint().height()

    def _put_realized(self, choice: Breakpoint, row: int, column: int) -> None:
        """Args: row, column: where its titles begin."""
        self._put(self._group, row, column)
        for number_column, number in enumerate(choice.lower, column + 1):
            self._put_column(number, row, number_column)
        if choice.are_two:
            self._grid.setRowMinimumHeight(row - 1, BAND_GAP)
            for line_row, line in enumerate(self._lines, row + 1):
                self._put(line.title_again, line_row, column)
        else:
            self._group.setContentsMargins(GROUP_GAP, 0, 0, 0)

    def _put_column(self, number: int, row: int, column: int) -> None:
        self._put(self._titles[number], row, column)
        for line_row, line in enumerate(self._lines, row + 1):
            self._put(cell(line, number), line_row, column)

    def _put(self, widget: QWidget, row: int, column: int) -> None:
        self._grid.addWidget(widget, row, column, TOP)
        self._placed.add(widget)
        if widget is not self._toggle:  # the bar decides whether that is shown
            widget.show()

    def _clear(self) -> set[QWidget]:
        """Takes all widgets out of the layout, and returns them."""
        before, self._placed = self._placed, set()
        for row in range(self._grid.rowCount()):
            self._grid.setRowMinimumHeight(row, 0)
        while self._grid.takeAt(0) is not None:
            pass
        self._group.setContentsMargins(0, 0, 0, 0)
        return before

    def _fitting(self, lines: Sequence[SummaryLine], width: int) -> Breakpoint:
        left, _, right, _ = MARGINS
        group = self._group.fontMetrics().horizontalAdvance(self._group.text())
        title = max(width_of(widget) for widget in (self._whose, *(line.title for line in lines)))
        large, small = (
            [
                max(self._title_width(n), *(cell(line, n).width_of(is_small) for line in lines))
                for n in range(COUNT + 1)
            ]
            for is_small in (False, True)
        )
        room = width - left - right - self._toggle.sizeHint().width()
        return fitting(room, large, small, title, group)

    def _title_width(self, number: int) -> int:
        least = 0 if number == COUNT else scaled(self._whose, FIGURE_WIDTH)
        return max(least, self._titles[number].sizeHint().width())


def column_title(text: str) -> PlainLabel:
    label = PlainLabel(translated(text))
    label.setObjectName("quiet")
    label.setAlignment(RIGHT)
    label.setContentsMargins(RING, 0, RING, 0)  # above the numbers
    return label


def cell(line: SummaryLine, number: int) -> FigureCell:
    return line.count if number == COUNT else line.figures[number]


def width_of(widget: QWidget) -> int:
    return max(widget.minimumWidth(), widget.sizeHint().width())
