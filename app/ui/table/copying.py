"""The selected rows as tab-separated text, for a spreadsheet. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget

from app.domain.model.positions import Position
from app.domain.text.foreign_text import for_clipboard
from app.ui.positions.columns import COLUMNS
from app.ui.style.formatting import Formats


def tab_separated(positions: Iterable[Position], columns: Sequence[int], formats: Formats) -> str:
    """A line of titles, then one a position. Numbers are exact, unknown ones empty.

    Args:
        columns: those to write, in their order on the screen.
    """
    lines = ["\t".join(COLUMNS[column].title for column in columns)]
    lines += [
        "\t".join(cell(position, column, formats) for column in columns) for position in positions
    ]
    return "\n".join(lines) + "\n"


def cell(position: Position, column: int, formats: Formats) -> str:
    value = COLUMNS[column].value(position)
    if isinstance(value, Decimal):
        return formats.plain(value)
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else for_clipboard(str(value))


PARAGRAPH = "\u2029"  # Qt's line break in a selection


def selected_text(widget: QWidget | None) -> str:
    """The widget's selected text; empty where there is none."""
    if isinstance(widget, QLabel | QLineEdit):
        text = widget.selectedText()
    elif isinstance(widget, QPlainTextEdit):
        text = widget.textCursor().selectedText()
    else:
        text = ""
    return text.replace(PARAGRAPH, "\n")
