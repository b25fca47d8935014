"""What stands in place of the table while a search finds nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.ui.style.icons import pixmap
from app.ui.style.theme import Colours
from app.ui.widgets.plain_text import PlainLabel

ICON_SIZE = 44


class NoMatch(QWidget):
    """Says what was searched for.

    Signals:
        clear_wanted(): "Clear search" was pressed.
    """

    clear_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = PlainLabel()
        self._text = PlainLabel()
        self._text.setObjectName("emptySteps")
        self.link = QPushButton("Clear search")
        self.link.setObjectName("linkButton")
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        self.link.clicked.connect(self.clear_wanted)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for widget in (self._icon, self._text, self.link):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_search(self, searched: str) -> None:
        """Args: searched: empty where the account just has no positions."""
        self.link.setVisible(bool(searched))
        self._text.setText(
            f"No position matches “{searched}”." if searched else "This account has no positions."
        )

    def show_reason(self, text: str) -> None:
        """Says another reason, which no search can change."""
        self.link.hide()
        self._text.setText(text)

    def set_colours(self, colours: Colours) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(pixmap("no-match", colours.faint, ICON_SIZE, ratio=ratio))
