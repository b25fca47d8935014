"""One line of the summary: a title and its figures."""

from collections.abc import Sequence

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QWidget

from app.domain.text.messages import message, translated
from app.ui.style.roles import LEFT
from app.ui.style.sizes import LARGE, TITLE
from app.ui.style.theme import figures_font
from app.ui.summary.breakpoints import LARGE_FIGURES
from app.ui.summary.figure_cell import FigureCell
from app.ui.summary.figures import FIRST_REALIZED, SPOKEN_TITLES, TITLES, SummaryFigure
from app.ui.widgets.plain_text import PlainLabel


class SummaryLine:
    """The widgets of one line; the strip's grid places them.

    Args:
        is_headline: the figures that one looks for first are larger.

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
        large = LARGE_FIGURES if is_headline else ()
        self.figures = [
            FigureCell(SPOKEN_TITLES[n], is_large=n in large, parent=content)
            for n in range(len(TITLES))
        ]
        self.count = FigureCell(message("Positions"), parent=content)
        for cell in (*self.figures, self.count):
            cell.hide()
        self.set_fonts(content.font())

    def set_fonts(self, base: QFont) -> None:
        """Args: base: the window's; others are larger or smaller in proportion."""
        bold = figures_font(base, scale=LARGE, weight=600)
        # The figures beside large ones stand on the same line.
        height = QFontMetrics(figures_font(base, scale=TITLE)).height() if self._is_headline else 0
        if self._is_headline:
            for label in (self.title, self.title_again):
                label.setFont(bold)
            self.title.setMinimumHeight(height)
        for cell in (*self.figures, self.count):
            cell.set_fonts(base, height)

    def set_small(self, *, is_small: bool) -> None:
        """Shows large figures in the size of the others."""
        for cell in self.figures:
            cell.set_small(is_small=is_small)

    def set_stale(self, *, is_stale: bool) -> None:
        """Shows live figures that no longer move in italics."""
        for cell in self.figures[:FIRST_REALIZED]:
            cell.set_stale(is_stale=is_stale)

    def show_row(
        self, title: str, currency: str, figures: Sequence[SummaryFigure], count: str
    ) -> None:
        whose = "" if self._is_headline else title
        for label in (self.title, self.title_again):
            label.setText(translated(title))
        for cell, figure in zip(self.figures, figures, strict=True):
            cell.show_figure(figure, currency, whose)
        self.count.show_figure(SummaryFigure(count), "", whose)

    def texts(self) -> list[str]:
        """The title, the figures in the order of TITLES, the number of positions."""
        cells = (*self.figures, self.count)
        return [self.title.text(), *(cell.text() for cell in cells)]
