"""The chips above a chart: what was picked in it, and which filters of the other tabs bind it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from app.domain.text.foreign_text import SYMBOL_LENGTH, limited
from app.domain.text.messages import tr, translated
from app.ui.charts.state import BoundBy, Selection
from app.ui.style.icons import icon
from app.ui.style.theme import current_colours
from app.ui.widgets.flow_layout import FlowLayout


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
        self.chip = chip()
        self.link = QPushButton()
        self.link.setObjectName("linkButton")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.chip)
        layout.addWidget(self.link)
        self.chip.clicked.connect(self.removed)
        self.link.clicked.connect(self.show_wanted)
        self.hide()

    def show_selection(self, selection: Selection | None) -> None:
        self.setVisible(selection is not None)
        if selection is not None:
            text = limited(translated(selection.text), SYMBOL_LENGTH)
            self.chip.setText(tr("Filtered by chart: {filter}", filter=text).replace("&", "&&"))
            self.chip.setAccessibleName(tr("Remove the chart's filter: {filter}", filter=text))
            is_period = selection.days is not None
            self.link.setText(tr("Show these closes") if is_period else tr("Show in Positions"))


class ChipsBar(QWidget):
    """Hidden while there is no chip.

    Signals:
        removed(BoundBy): a filter's chip was clicked.
    """

    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.selection = SelectionBar()
        self.chips: dict[BoundBy, QToolButton] = {}
        self._flow = FlowLayout()
        self.setLayout(self._flow)
        self._flow.addWidget(self.selection)
        self.hide()

    def show_chips(self, selection: Selection | None, bound_by: Sequence[BoundBy]) -> None:
        self.selection.show_selection(selection)
        for gone in [each for each in self.chips if each not in bound_by]:
            button = self.chips.pop(gone)
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        for each in bound_by:
            if each not in self.chips:
                self.chips[each] = button = chip()
                text = limited(translated(each.text), SYMBOL_LENGTH)
                button.setText(text.replace("&", "&&"))
                button.setAccessibleName(tr("Remove the filter {filter}", filter=text))
                button.clicked.connect(partial(self.removed.emit, each))
                self._flow.addWidget(button)
                button.show()
        self.setVisible(selection is not None or bool(bound_by))
        self._flow.invalidate()
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._set_icons()

    @Slot()
    def _set_icons(self) -> None:
        for button in (self.selection.chip, *self.chips.values()):
            button.setIcon(icon("close", current_colours().muted))


def chip() -> QToolButton:
    made = QToolButton()
    made.setObjectName("chip")
    made.setToolTip(tr("Click to remove"))
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setIcon(icon("close", current_colours().muted))
    return made
