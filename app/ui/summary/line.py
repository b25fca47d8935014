"""One line of the summary: a title and its figures."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.style.roles import LEFT, RIGHT
from app.ui.style.theme import GAIN_TONES, figures_font, set_tone
from app.ui.summary.figures import TITLES, SummaryFigure
from app.ui.widgets.plain_text import PlainLabel, plain_tooltip


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


HEADLINE_SCALE = 1.3


SMALL_SCALE = 0.88


NOTE_GAP = 4  # keeps the note nearer to its number than to the next line


class FigureCell(QWidget):
    """Right-aligned, with digits of equal width; the note does not move the number."""

    def __init__(self, *, is_headline: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure: SummaryFigure | None = None
        self._is_headline = is_headline
        self.number = PlainLabel()
        self.number.setAlignment(RIGHT)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.partial = PlainLabel("partial")
        set_tone(self.partial, "warning")
        self.partial.hide()
        self.note = PlainLabel()
        self.note.setObjectName("quiet")
        self.note.setAlignment(RIGHT)
        self.note.setContentsMargins(0, 0, 0, NOTE_GAP)
        self.note.hide()
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addStretch()
        line.addWidget(self.partial)
        line.addWidget(self.number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.note)
        column.addStretch()

    def set_fonts(self, base: QFont) -> None:
        scale, weight = (HEADLINE_SCALE, 600) if self._is_headline else (1.0, 400)
        self.number.setFont(figures_font(base, scale=scale, weight=weight))
        for label in (self.partial, self.note):
            label.setFont(figures_font(base, scale=SMALL_SCALE))

    def show_figure(self, figure: SummaryFigure) -> None:
        """Does nothing if the figure is unchanged, as most are each second."""
        if figure == self._figure:
            return
        self._figure = figure
        self.number.setText(figure.text)
        set_tone(self.number, GAIN_TONES[figure.tone])
        self.partial.setVisible(figure.is_partial)
        self.note.setText(figure.note)
        self.note.setVisible(bool(figure.note))
        self.setToolTip(plain_tooltip(figure.tooltip))

    def text(self) -> str:
        return self.number.text()
