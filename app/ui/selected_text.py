"""The text that the user has selected in a widget."""

from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget

PARAGRAPH = "\u2029"  # what Qt has for a new line in a selection


def selected_text(widget: QWidget | None) -> str:
    """Empty where nothing is selected, or nothing can be."""
    if isinstance(widget, QLabel | QLineEdit):
        text = widget.selectedText()
    elif isinstance(widget, QPlainTextEdit):
        text = widget.textCursor().selectedText()
    else:
        text = ""
    return text.replace(PARAGRAPH, "\n")
