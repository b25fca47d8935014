"""One line of the summary: a title and its figures."""

from collections.abc import Sequence

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from app.ui.style.roles import LEFT
from app.ui.style.theme import figures_font
from app.ui.summary.figures import TITLES, SummaryFigure
from app.ui.widgets.figure_label import HEADLINE_SCALE, FigureCell
from app.ui.widgets.plain_text import PlainLabel


class SummaryLine:
    """The widgets of one line; the strip's grid places them.

    Attributes:
        title_again: the title before the realized figures if they are in their own band.
        figures: in the order of TITLES.
        count: the number of positions.
    """

    def __init__(self, content: QWidget, *, is_headline: bool) -> None:
        self._is_headline = is_headline
        self.title, self.title_again = PlainLabel(parent=content), PlainLabel(parent=content)
        for label in (self.title, self.title_again):
            label.hide()
            label.setAlignment(LEFT)
            label.setObjectName("" if is_headline else "quiet")
        self.figures = [FigureCell(is_headline=is_headline, parent=content) for _ in TITLES]
        self.count = FigureCell(is_headline=is_headline, parent=content)
        for cell in (*self.figures, self.count):
            cell.hide()
        self.set_fonts(content.font())

    def set_fonts(self, base: QFont) -> None:
        """Args: base: the window's; others are larger or smaller in proportion."""
        if self._is_headline:
            for label in (self.title, self.title_again):
                label.setFont(figures_font(base, scale=HEADLINE_SCALE, weight=600))
        for cell in (*self.figures, self.count):
            cell.set_fonts(base)

    def show_row(self, title: str, figures: Sequence[SummaryFigure], count: str) -> None:
        self.title.setText(title)
        self.title_again.setText(title)
        for cell, figure in zip(self.figures, figures, strict=True):
            cell.show_figure(figure)
        self.count.show_figure(SummaryFigure(count))

    def texts(self) -> list[str]:
        """The title, the figures in the order of TITLES, the number of positions."""
        cells = (*self.figures, self.count)
        return [self.title.text(), *(cell.text() for cell in cells)]
