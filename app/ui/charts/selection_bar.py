"""The chip that says what was picked in a chart, and the way to its positions or closes."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from app.domain.text.foreign_text import SYMBOL_LENGTH, limited
from app.ui.charts.state import Selection
from app.ui.style.icons import icon
from app.ui.style.theme import current_colours

ICON = QSize(9, 9)


class SelectionBar(QWidget):
    """Hidden while nothing is picked.

    Signals:
        removed(): the chip was clicked.
        show_wanted(): the link was clicked.
    """

    removed = Signal()
    show_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chip = QToolButton()
        self.chip.setObjectName("chip")
        self.chip.setToolTip("Click to remove")
        self.chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.chip.setIconSize(ICON)
        self.link = QPushButton()
        self.link.setObjectName("linkButton")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.chip)
        layout.addWidget(self.link)
        self.chip.clicked.connect(self.removed)
        self.link.clicked.connect(self.show_wanted)
        self._set_icon()
        self.hide()

    def show_selection(self, selection: Selection | None) -> None:
        self.setVisible(selection is not None)
        if selection is not None:
            text = limited(selection.text, SYMBOL_LENGTH)
            self.chip.setText(f"Filtered by chart: {text}".replace("&", "&&"))
            self.chip.setAccessibleName(f"Remove the chart's filter: {text}")
            is_period = selection.days is not None
            self.link.setText("Show these closes" if is_period else "Show in Positions")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._set_icon()

    @Slot()
    def _set_icon(self) -> None:
        self.chip.setIcon(icon("close", current_colours().muted))
