"""What the dialogs with a form share: fields, a sentence about them, and two buttons."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from app.ui.widgets.plain_text import PlainLabel

BUTTON = QDialogButtonBox.StandardButton


class FormDialog(QDialog):
    """Deletes itself when it is closed. Those who extend it fill the form, then call `arrange`.

    Args:
        accepting: the button beside Cancel.

    Attributes:
        note: below the fields.
        accept_button: accepts what was entered.
    """

    def __init__(self, title: str, accepting: BUTTON, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(14)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.note = PlainLabel()
        self.note.setObjectName("quiet")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.buttons = QDialogButtonBox(accepting | BUTTON.Cancel)
        self.accept_button = self.buttons.button(accepting)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())  # some desktops add icons
        self.buttons.rejected.connect(self.reject)

    def arrange(self, note_lines: int) -> None:
        """Args: note_lines: how many the note has room for, so that the dialog does not jump."""
        self.note.setMinimumHeight(note_lines * self.fontMetrics().lineSpacing())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(self.form)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
