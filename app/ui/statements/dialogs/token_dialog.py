"""Asks for a Flex token and its last day; the token is a password, and is never shown again."""

from collections.abc import Collection
from datetime import date

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.fetching.queries import FlexToken, flex_name_problem
from app.domain.text.redaction import Secret
from app.ui.closed.filter_bar import chosen_day, date_field
from app.ui.style.formatting import Formats
from app.ui.style.theme import set_tone
from app.ui.widgets.enabling import FAULTY, enable
from app.ui.widgets.plain_text import PlainLabel

BUTTON = QDialogButtonBox.StandardButton
SHOW, HIDE = "Show", "Hide"
TAKEN = "Another token has this name."
HINT = (
    "The token goes into the desktop's keyring, or into a private file where no keyring works, and "
    "to IBKR only. It is saved at once; its last day with the other settings."
)
KEEP_HINT = "Leave the token empty to keep the saved one, and to change its last day only."
LETTERS = 34  # of the field's width


class TokenDialog(QDialog):
    """Deletes itself when it is closed.

    Args:
        token: the one to change; None for a new one.
        taken: names of the others.
        is_saved: its text is saved somewhere.

    Signals:
        chosen(FlexToken, Secret | None): it was accepted; None where no text was entered.
    """

    chosen = Signal(object, object)

    def __init__(
        self,
        token: FlexToken | None,
        taken: Collection[str],
        formats: Formats,
        today: date,
        *,
        is_saved: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Add a Flex token" if token is None else f"Flex token {token.name}")
        self._taken = frozenset(taken)
        self._is_saved = is_saved
        self.name = QLineEdit("" if token is None else token.name)
        self.name.setEnabled(token is None)
        self.text = QLineEdit()
        self.text.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_text = QPushButton(SHOW)
        self.show_text.setAutoDefault(False)
        self.has_last_day = QCheckBox("Expires on")
        expires = None if token is None else token.expires
        self.last_day = date_field("Last day of the token", expires or today, formats)
        self.has_last_day.setChecked(expires is not None)
        self.note = PlainLabel()
        self.note.setObjectName("quiet")
        self.note.setWordWrap(True)
        self.buttons = QDialogButtonBox(BUTTON.Save | BUTTON.Cancel)
        self._arrange()
        self.name.textChanged.connect(self._check)
        self.text.textChanged.connect(self._check)
        self.has_last_day.toggled.connect(self._check)
        self.show_text.clicked.connect(self._switch)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self._check()
        (self.name if token is None else self.text).setFocus()

    def token(self) -> FlexToken:
        expires = chosen_day(self.last_day) if self.has_last_day.isChecked() else None
        return FlexToken(self.name.text().strip(), expires)

    def _arrange(self) -> None:
        self.text.setMinimumWidth(LETTERS * self.fontMetrics().averageCharWidth())
        for field, name in (
            (self.name, "Name of the token"),
            (self.text, "Token"),
            (self.show_text, "Show or hide the token"),
        ):
            field.setAccessibleName(name)
        secret, day = QHBoxLayout(), QHBoxLayout()
        for part in (self.text, self.show_text):
            secret.addWidget(part)
        day.addWidget(self.has_last_day)
        day.addWidget(self.last_day)
        day.addStretch(1)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        caption = PlainLabel("&Token")
        caption.setBuddy(self.text)
        form.addRow("&Name", self.name)
        form.addRow(caption, secret)
        form.addRow("", day)
        self.note.setMinimumHeight(4 * self.fontMetrics().lineSpacing())
        self.note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())  # some desktops add icons
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)

    @Slot()
    def _check(self) -> None:
        name = self.name.text().strip()
        problem = TAKEN if name in self._taken else ""
        problem = problem or (flex_name_problem(name) if name else "")
        self.note.setText(problem or (f"{HINT} {KEEP_HINT}" if self._is_saved else HINT))
        set_tone(self.note, "loss" if problem else "")
        self.last_day.setEnabled(self.has_last_day.isChecked())
        is_whole = bool(name) and (self._is_saved or bool(self.text.text().strip()))
        why = FAULTY if problem else "Enter a name and the token first"
        enable(self.buttons.button(BUTTON.Save), is_whole and not problem, why)

    @Slot()
    def _switch(self) -> None:
        is_hidden = self.text.echoMode() is QLineEdit.EchoMode.Password
        mode = QLineEdit.EchoMode.Normal if is_hidden else QLineEdit.EchoMode.Password
        self.text.setEchoMode(mode)
        self.show_text.setText(HIDE if is_hidden else SHOW)

    @Slot()
    def _accept(self) -> None:
        text = self.text.text().strip()
        self.chosen.emit(self.token(), Secret(text) if text else None)
        self.text.clear()
        self.accept()
