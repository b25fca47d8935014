"""The field that narrows the table down to what is typed; Esc clears it."""

from PySide6.QtCore import QEvent, QKeyCombination, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.text.messages import tr
from app.ui.style.icons import icon
from app.ui.style.sizes import ICON, scaled
from app.ui.style.theme import current_colours

EDGE, GAP = 8, 4  # before the glass, and after it, at the usual font
FIND_COMMAND = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_K)
TO_RESULTS = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SearchField(QLineEdit):
    """A line edit; `textChanged` gives the text to search for.

    Signals:
        results_wanted(): Enter or Down: the user wants to go to what was found.
    """

    results_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("searchField")
        self.setPlaceholderText(tr("Search"))
        self.setAccessibleName(tr("Search positions, closed positions and the history"))
        self.setToolTip(
            tr(
                "Symbol, account, type, currency…; in the history also a run's kind, result "
                "and changes (Ctrl+F; Esc clears the search)"
            )
        )
        self.setClearButtonEnabled(True)
        self._set_icon()
        self._make_room()

    @Slot()
    def start(self) -> None:
        """Takes the focus and selects the text, so that typing replaces it."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._set_icon()
        elif event.type() in (QEvent.Type.FontChange, QEvent.Type.LayoutDirectionChange):
            self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws the glass: an action's icon would not grow with the font."""
        super().paintEvent(event)
        side, edge = scaled(self, ICON), scaled(self, EDGE)
        left = self.width() - edge - side if self.isRightToLeft() else edge
        self.glass.paint(QPainter(self), QRect(left, (self.height() - side) // 2, side, side))

    def event(self, event: QEvent) -> bool:
        """While there is text, Esc is this field's and not the window's "Cancel sync". While none
        is selected, Copy is the window's: it copies rows. So is Ctrl+K, which some systems take
        for "delete to the end of the line"."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and self._is_windows(event):
            event.ignore()
            return True
        if is_override and isinstance(event, QKeyEvent) and self._is_clearing(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_clearing(event):
            self.clear()
        elif event.key() in TO_RESULTS:
            self.results_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _set_icon(self) -> None:
        self.glass = icon("search", current_colours().muted)
        self.update()

    def _make_room(self) -> None:
        room = scaled(self, ICON + GAP)
        self.setTextMargins(*((0, 0, room, 0) if self.isRightToLeft() else (room, 0, 0, 0)))

    def _is_clearing(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and bool(self.text())

    def _is_windows(self, event: QKeyEvent) -> bool:
        if event.keyCombination().toCombined() == FIND_COMMAND.toCombined():
            return True
        return event.matches(QKeySequence.StandardKey.Copy) and not self.hasSelectedText()
