"""Asks for a Flex token and its last day; the token is a password, and is never shown again."""

from collections.abc import Collection
from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.domain.fetching.queries import FlexToken, flex_name_problem
from app.domain.text.messages import joined, message, tr, translated
from app.domain.text.redaction import Secret
from app.ui.closed.filter_bar import chosen_day, date_field
from app.ui.statements.dialogs.form_dialog import BUTTON, FormDialog
from app.ui.style.formatting import Formats
from app.ui.style.theme import set_tone
from app.ui.widgets.enabling import FAULTY, enable
from app.ui.widgets.plain_text import PlainLabel

TAKEN = message("Another token has this name.")
HINT = message(
    "The token is kept in the desktop's keyring, or in a private file where there is no keyring, "
    "and is sent to IBKR only. It is saved at once; its last day is saved with the other settings."
)
KEEP_HINT = message("Leave the token empty to keep the saved one, and to change its last day only.")
LETTERS = 34  # of the field's width


class TokenDialog(FormDialog):
    """Asks for a new token, or for changes to one.

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
        title = (
            tr("Add a Flex token") if token is None else tr("Flex token {name}", name=token.name)
        )
        super().__init__(title, BUTTON.Save, parent)
        self._taken = frozenset(taken)
        self._is_saved = is_saved
        self.name = QLineEdit("" if token is None else token.name)
        self.name.setEnabled(token is None)
        self.text = QLineEdit()
        self.text.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_text = QPushButton(tr("Show"))
        self.show_text.setAutoDefault(False)
        self.has_last_day = QCheckBox(tr("Expires on"))
        expires = None if token is None else token.expires
        self.last_day = date_field(tr("Last day of the token"), expires or today, formats)
        self.has_last_day.setChecked(expires is not None)
        self._fill_form()
        self.arrange(note_lines=5)
        self.name.textChanged.connect(self._check)
        self.text.textChanged.connect(self._check)
        self.has_last_day.toggled.connect(self._check)
        self.show_text.clicked.connect(self._switch)
        self.buttons.accepted.connect(self._accept)
        self._check()
        (self.name if token is None else self.text).setFocus()

    def token(self) -> FlexToken:
        expires = chosen_day(self.last_day) if self.has_last_day.isChecked() else None
        return FlexToken(self.name.text().strip(), expires)

    def _fill_form(self) -> None:
        self.text.setMinimumWidth(LETTERS * self.fontMetrics().averageCharWidth())
        for field, name in (
            (self.name, tr("Name of the token")),
            (self.text, tr("Token")),
            (self.show_text, tr("Show or hide the token")),
        ):
            field.setAccessibleName(name)
        secret, day = QHBoxLayout(), QHBoxLayout()
        for part in (self.text, self.show_text):
            secret.addWidget(part)
        day.addWidget(self.has_last_day)
        day.addWidget(self.last_day)
        day.addStretch(1)
        caption = PlainLabel(tr("&Token"))
        caption.setBuddy(self.text)
        self.form.addRow(tr("&Name"), self.name)
        self.form.addRow(caption, secret)
        self.form.addRow("", day)

    @Slot()
    def _check(self) -> None:
        name = self.name.text().strip()
        problem = TAKEN if name in self._taken else ""
        problem = problem or (flex_name_problem(name) if name else "")
        hint = joined((HINT, KEEP_HINT)) if self._is_saved else HINT
        self.note.setText(translated(problem or hint))
        set_tone(self.note, "loss" if problem else "")
        self.last_day.setEnabled(self.has_last_day.isChecked())
        is_whole = bool(name) and (self._is_saved or bool(self.text.text().strip()))
        why = translated(FAULTY) if problem else tr("Enter a name and the token first")
        enable(self.accept_button, is_whole and not problem, why)

    @Slot()
    def _switch(self) -> None:
        is_hidden = self.text.echoMode() is QLineEdit.EchoMode.Password
        mode = QLineEdit.EchoMode.Normal if is_hidden else QLineEdit.EchoMode.Password
        self.text.setEchoMode(mode)
        self.show_text.setText(tr("Hide") if is_hidden else tr("Show"))

    @Slot()
    def _accept(self) -> None:
        text = self.text.text().strip()
        self.chosen.emit(self.token(), Secret(text) if text else None)
        self.text.clear()
        self.accept()
