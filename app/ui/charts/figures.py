"""The large figures above a chart: each with its title, side by side as far as there is room."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.style.theme import figures_font, set_tone
from app.ui.widgets.flow_layout import FlowLayout
from app.ui.widgets.plain_text import PlainLabel

LARGER = 1.35
SPACING = 30


@dataclass(frozen=True, slots=True)
class LargeFigure:
    """Attributes:
    tone: "gain", "loss", "warning" or empty.
    tooltip: where it comes from, or what is not in it.
    """

    title: str
    text: str
    tone: str = ""
    tooltip: str = ""


class FigureCard(QWidget):
    """One figure below its title."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel()
        self.title.setObjectName("quiet")
        self.figure = PlainLabel()
        self.figure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.title)
        layout.addWidget(self.figure)
        self._fit_font()

    def show_figure(self, figure: LargeFigure) -> None:
        self.title.setText(figure.title)
        self.figure.setText(figure.text)
        self.figure.setAccessibleName(figure.title)
        for label in (self.title, self.figure):
            label.setToolTip(figure.tooltip)
        set_tone(self.figure, figure.tone)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_font()

    def _fit_font(self) -> None:
        font = figures_font(self.font(), scale=LARGER, weight=600)
        if font != self.figure.font():
            self.figure.setFont(font)


class LargeFigures(QWidget):
    """A row of figures, in further lines where they do not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[FigureCard] = []
        self._flow = FlowLayout(SPACING)
        self.setLayout(self._flow)

    def show_figures(self, figures: Sequence[LargeFigure]) -> None:
        while len(self.cards) < len(figures):
            card = FigureCard()
            self.cards.append(card)
            self._flow.addWidget(card)
        for card, figure in zip(self.cards, figures, strict=False):
            card.show_figure(figure)
        for number, card in enumerate(self.cards):
            card.setVisible(number < len(figures))
        self._flow.invalidate()
        self.updateGeometry()

    @property
    def texts(self) -> dict[str, str]:
        """Title -> figure, of those that are shown."""
        return {card.title.text(): card.figure.text() for card in self.cards if not card.isHidden()}
