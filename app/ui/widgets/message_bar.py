"""An inline bar beneath the table: an icon, a sentence, buttons, and a text below that unfolds."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.style.icons import pixmap
from app.ui.widgets.plain_text import PlainLabel

ICON_SIZE = 18
BUTTON_HEIGHT = 28  # what stands in the first line is centred on its buttons
MOST_LINES = 8


class MessageBar(QFrame):
    """The common look of the error bar and the held bar. Hidden until there is something to say."""

    def __init__(self, name: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._icon_name = icon
        self._icon = PlainLabel()
        self._text = PlainLabel()
        self._text.setObjectName("noticeText")
        self._text.setWordWrap(True)
        self._text.setIndent(0)
        self._text.setMinimumHeight(BUTTON_HEIGHT)
        self._text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._icon.setFixedHeight(BUTTON_HEIGHT)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self._more = QPlainTextEdit()
        self._more.setReadOnly(True)
        self._more.setObjectName("noticeMore")
        self._more.setTabChangesFocus(True)
        self._more.hide()
        self._line = QHBoxLayout()
        self._line.setSpacing(8)
        self._line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._line.addWidget(self._text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addLayout(self._line)
        layout.addWidget(self._more)
        self.hide()

    def add_button(self, text: str, name: str = "noticeButton") -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setFixedHeight(BUTTON_HEIGHT)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    def tint(self, colour: str) -> None:
        self._icon.setPixmap(
            pixmap(self._icon_name, colour, ICON_SIZE, ratio=self.devicePixelRatioF())
        )

    def text(self) -> str:
        """The sentence that stands there."""
        return self._text.text()

    def more(self) -> str:
        """What unfolds."""
        return self._more.toPlainText()

    def show_message(self, text: str, more: str) -> None:
        """Args: more: what unfolds; as tall as its lines, up to a few."""
        self._text.setText(text)
        if more != self._more.toPlainText():
            self._more.setPlainText(more)
        lines = min(more.count("\n") + 1, MOST_LINES)
        self._more.setFixedHeight(lines * self._more.fontMetrics().lineSpacing() + 18)
