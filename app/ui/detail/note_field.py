"""The field that a note is written in."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.domain.model.notes import LONGEST_NOTE
from app.domain.text.messages import tr

LINES = 6


class NoteField(QPlainTextEdit):
    """A plain text; what would make it too long is left out.

    Signals:
        left(): the focus went elsewhere.

    Attributes:
        was_cut: something of what was added last was left out.
    """

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noteField")
        self.setTabChangesFocus(True)
        self.setPlaceholderText(tr("Your note on this position"))
        self.setAccessibleName(tr("Note"))
        self.was_cut = self._is_cutting = False
        self._added = (0, 0)  # where, and how many characters
        self.document().contentsChange.connect(self._note_change)
        self.textChanged.connect(self._limit)
        self._fit_to_font()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_to_font()

    def _fit_to_font(self) -> None:
        self.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 16)

    @Slot(int, int, int)
    def _note_change(self, place: int, _removed: int, added: int) -> None:
        self._added = place, added

    @Slot()
    def _limit(self) -> None:
        """Takes away the end of what was added, as far as it is too much."""
        if self._is_cutting:
            return
        excess = self.document().characterCount() - 1 - LONGEST_NOTE  # Qt counts the end too
        self.was_cut = excess > 0
        if not self.was_cut:
            return
        place, added = self._added
        end = min(place + added, self.document().characterCount() - 1)
        cursor = QTextCursor(self.document())
        cursor.setPosition(max(end - excess, 0))
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._is_cutting = True
        cursor.removeSelectedText()
        self._is_cutting = False
