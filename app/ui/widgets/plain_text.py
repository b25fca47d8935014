"""Shows texts as they are: a symbol or an error that looks like HTML is not rendered as such.

Qt guesses the format of a text in labels, message boxes and tooltips, and a text that it takes for
rich opens the files that it names. So all of `ui` makes its labels and boxes here, and every
tooltip that holds more than the program's own words goes through `plain_tooltip`.
"""

import html
import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from app.domain.text.messages import translated

INFORMATIVE_LABEL = "qt_msgbox_informativelabel"  # Qt's name for it


class PlainLabel(QLabel):
    """A label whose text and tooltip are never read as markup."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)  # before there is a text to guess about
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(translated(text))

    def setToolTip(self, text: str) -> None:
        super().setToolTip(plain_tooltip(text))
        self.setAccessibleDescription(translated(text))  # the markup would be read aloud

    def set_markup_tooltip(self, markup: str) -> None:
        """Markup of the program's own; whatever else goes into it must be `escaped`."""
        super().setToolTip(markup)
        self.setAccessibleDescription(read_aloud(markup))


class RichLabel(QLabel):
    """For markup of the program's own; whatever else goes into it must be `escaped`."""

    def __init__(self, markup: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(markup)


def plain_box(
    icon: QMessageBox.Icon, title: str, text: str, parent: QWidget | None = None, more: str = ""
) -> QMessageBox:
    """A message box that deletes itself when it is closed; made, not shown.

    Args:
        more: the smaller text below it.
    """
    box = QMessageBox(icon, translated(title), "", parent=parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(translated(text))
    if more:
        box.setInformativeText(" ")  # makes the label, to which the box's format does not apply
        for label in box.findChildren(QLabel, INFORMATIVE_LABEL):
            label.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(translated(more))
    return box


def plain_tooltip(text: str) -> str:
    """What Qt shows as this text in the reader's language, line breaks included."""
    text = translated(text)
    if "<" not in text and "&lt;" not in text:
        return text
    return f'<p style="white-space:pre-wrap">{escaped(text)}</p>'


def read_aloud(markup: str) -> str:
    """The markup's text for a screen reader: a line for each row of a table, commas between the
    cells."""
    rows = re.split(r"</tr>|</p>|<br>", markup)
    lines = (re.sub("<[^>]*>", "", row.replace("</td><td", "</td>, <td")) for row in rows)
    return "\n".join(html.unescape(line).strip(", ") for line in lines if line.strip(", "))


def escaped(text: str) -> str:
    """The text, in the reader's language, as markup that shows it."""
    return translated(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unmarked(text: str) -> str:
    """For the desktop's own notices and tray: some take markup in them, some show an escape as it
    is, so the angle brackets become others."""
    return translated(text).replace("<", "‹").replace(">", "›")
