"""One line of the summary: a title and its figures."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.text.messages import Message, joined, message, translated
from app.ui.style.roles import LEFT, RIGHT
from app.ui.style.sizes import LARGE, SMALL, TITLE
from app.ui.style.theme import GAIN_TONES, figures_font, set_tone
from app.ui.summary.breakpoints import LARGE_FIGURES
from app.ui.summary.figures import FIRST_REALIZED, SPOKEN_TITLES, TITLES, SummaryFigure
from app.ui.widgets.plain_text import PlainLabel, plain_tooltip

PARTIAL_GAP = 6
NOTE_GAP = 4  # keeps the note nearer to its number than to the next line
# Translators: a sum that something is missing from.
PARTIAL = message("partial")
# Translators: a figure that no longer moves, because the connection is lost.
OUT_OF_DATE = message("out of date")


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
        for label in (self.title, self.title_again):
            label.setText(translated(title))
        for cell, figure in zip(self.figures, figures, strict=True):
            cell.show_figure(figure, currency)
        self.count.show_figure(SummaryFigure(count), "")

    def texts(self) -> list[str]:
        """The title, the figures in the order of TITLES, the number of positions."""
        cells = (*self.figures, self.count)
        return [self.title.text(), *(cell.text() for cell in cells)]


class FigureCell(QWidget):
    """Right-aligned, with digits of equal width; the note does not move the number.

    Args:
        title: what a screen reader says before the number.
    """

    def __init__(
        self, title: str, *, is_large: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._figure, self._currency = SummaryFigure(""), ""
        self._shown: tuple[str, ...] = ()
        self._title, self._is_large = title, is_large
        self._is_small = self._is_stale = False
        self._base, self._height = self.font(), 0
        self.number = PlainLabel()
        self.number.setAlignment(RIGHT)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.partial = PlainLabel()
        set_tone(self.partial, "warning")
        self.partial.hide()
        self.note = PlainLabel()
        self.note.setObjectName("quiet")
        self.note.setAlignment(RIGHT)
        self.note.setContentsMargins(0, 0, 0, NOTE_GAP)
        self.note.hide()
        line = QHBoxLayout()
        line.setSpacing(PARTIAL_GAP)
        line.addStretch()
        line.addWidget(self.partial)
        line.addWidget(self.number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.note)
        column.addStretch()

    def set_fonts(self, base: QFont, height: int) -> None:
        """Args: height: of the number, at least."""
        self._base, self._height = base, height
        for label in (self.partial, self.note):
            label.setFont(figures_font(base, scale=SMALL))
        self._set_number_font()

    def set_small(self, *, is_small: bool) -> None:
        if is_small != self._is_small:
            self._is_small = is_small
            self._set_number_font()

    def set_stale(self, *, is_stale: bool) -> None:
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self._set_number_font()
            self.show_figure(self._figure, self._currency)

    def width_of(self, is_small: bool) -> int:
        """The width that it needs in this size, in pixels."""
        number = QFontMetrics(self._number_font(is_small=is_small)).horizontalAdvance(self.text())
        if self._figure.is_partial:
            number += self.partial.sizeHint().width() + PARTIAL_GAP
        note = self.note.sizeHint().width() if self.note.text() else 0
        return max(number + 2, note)

    def _number_font(self, *, is_small: bool) -> QFont:
        is_large = self._is_large and not is_small
        scale, weight = (TITLE, 600) if is_large else (1.0, 500 if self._is_large else 400)
        font = figures_font(self._base, scale=scale, weight=weight)
        font.setItalic(self._is_stale)
        return font

    def _set_number_font(self) -> None:
        self.number.setFont(self._number_font(is_small=self._is_small))
        self.number.setMinimumHeight(0 if self._is_small else self._height)

    def show_figure(self, figure: SummaryFigure, currency: str) -> None:
        """Does nothing if the figure is unchanged, as most are each second."""
        self._figure, self._currency = figure, currency
        note, tooltip, partial = map(translated, (figure.note, figure.tooltip, PARTIAL))
        shown = (figure.text, note, tooltip, partial, translated(self._name()))
        if shown == self._shown:
            return
        self._shown = shown
        self.number.setText(figure.text)
        set_tone(self.number, GAIN_TONES[figure.tone])
        self.partial.setText(partial)
        self.partial.setVisible(figure.is_partial)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.setToolTip(plain_tooltip(tooltip))
        self.number.setAccessibleName(shown[-1])
        self.number.setAccessibleDescription(tooltip)

    def _name(self) -> Message:
        """ "Net liquidation: 492,322.74 USD"."""
        value = f"{self._figure.text} {self._currency}".rstrip()
        number = message("{title}: {value}", title=self._title, value=value)
        marks = (PARTIAL if self._figure.is_partial else "", OUT_OF_DATE if self._is_stale else "")
        return joined((number, *marks), ", ")

    def text(self) -> str:
        return self.number.text()
