"""The button that ends what runs; it stands in the toolbar only while something does."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from app.ui.icons import icon
from app.ui.theme import Colours


class CancelButton(QPushButton):
    """Shows the Cancel action. The toolbar hides its place while nothing runs."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__("Cancel", parent)
        self._action = action
        self.setObjectName("cancelButton")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def set_colours(self, colours: Colours) -> None:
        self.setIcon(icon("cancel", colours.muted, disabled=colours.faint))

    def _follow(self) -> None:
        self.setToolTip(self._action.toolTip())
        self.setAccessibleName(self._action.text().replace("&", ""))
