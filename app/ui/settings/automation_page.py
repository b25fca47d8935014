"""The settings page of the HTTP API: the switch, its state, its address and its token."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)

from app.domain.desktop.api_state import ApiState, ApiStatus
from app.domain.model.errors import ApiError
from app.domain.text.messages import message, tr, tr_in, translated
from app.settings.model import AUTOMATION
from app.ui.settings.api_control import ApiControl
from app.ui.settings.field import LABEL_WIDTH
from app.ui.settings.page import GAP, SettingsPage
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours, set_tone
from app.ui.widgets.enabling import enable
from app.ui.widgets.plain_text import PlainLabel, RichLabel, escaped, plain_box

HIDDEN = "•" * 12
SHOW, HIDE = message("Show"), message("Hide")
NOT_LISTENING = message("The API is off, or is not listening")
COPIED = message("Copied.")
RENEWED = message("The token was renewed. Give it to the programs that use the API.")
RENEW = message("Renew the token of the API?")
RENEW_MORE = message("Programs that use the current token are refused until they get the new one.")


class AutomationPage(SettingsPage):
    """Shows the fields, and below them what the running API says.

    Args:
        api: None where there is none.
    """

    def __init__(self, api: ApiControl | None) -> None:
        super().__init__(AUTOMATION)
        self._api = api
        self._unwatch: Callable[[], None] | None = None
        self.state = PlainLabel()
        self.address = RichLabel()
        self.copy_address = QPushButton(tr("Copy"))
        self.documentation = RichLabel()
        self.token = QLineEdit()
        self.show_token = QPushButton(translated(SHOW))
        self.copy_token = QPushButton(tr("Copy"))
        self.renew = QPushButton(tr("Renew…"))
        self.note = PlainLabel()
        self._labels: list[PlainLabel] = []
        if api is not None:
            self._arrange()
            self._name()
            self.copy_address.clicked.connect(self._copy_address)
            self.show_token.clicked.connect(self._switch_token)
            self.copy_token.clicked.connect(self._copy_token)
            self.renew.clicked.connect(self._ask_to_renew)
            self._unwatch = api.watch(self._render)
            self._hide_token()
            self._render(api.state)

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = (
            (tr_in("API", "State"), (self.state,)),
            (tr("Address"), (self.address, self.copy_address)),
            (tr("Documentation"), (self.documentation,)),
            (tr("Token"), (self.token,)),
            ("", (self.show_token, self.copy_token, self.renew)),
        )
        for number, (title, parts) in enumerate(rows):
            label = PlainLabel(title)
            label.setBuddy(parts[0])
            self._labels.append(label)
            grid.addWidget(label, number, 0)
            grid.addLayout(line_of(parts), number, 1)
        grid.addWidget(self.note, len(rows), 1)  # below the buttons
        self.state.setWordWrap(True)
        for shown in (self.address, self.documentation):
            shown.setOpenExternalLinks(True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.token.setReadOnly(True)
        self.note.setWordWrap(True)
        self.note.setObjectName("quiet")
        self.column.insertLayout(1, grid)
        self._fit()

    def _name(self) -> None:
        self.address.setAccessibleName(tr("Address of the API"))
        self.copy_address.setAccessibleName(tr("Copy the address"))
        self.documentation.setAccessibleName(tr("Documentation of the API"))
        self.token.setAccessibleName(tr("Token of the API"))
        self.show_token.setAccessibleName(tr("Show or hide the token"))
        self.copy_token.setAccessibleName(tr("Copy the token"))
        self.renew.setAccessibleName(tr("Renew the token"))

    @Slot()
    def unwatch(self) -> None:
        """The dialog is closed."""
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._api is not None and event.type() in (
            QEvent.Type.StyleChange,
            QEvent.Type.FontChange,
        ):
            self._fit()
            self._render(self._api.state)

    def _fit(self) -> None:
        """The button keeps its width when it is switched."""
        for label in self._labels:
            label.setMinimumWidth(scaled(self, LABEL_WIDTH))
        present = self.show_token.text()
        widths = []
        for text in (SHOW, HIDE):
            self.show_token.setText(translated(text))
            widths.append(self.show_token.sizeHint().width())
        self.show_token.setText(present)
        self.show_token.setMinimumWidth(max(widths))

    def _render(self, state: ApiState) -> None:
        address, documentation = state.address, state.documentation
        self.state.setText(translated(state.text))
        set_tone(self.state, "loss" if state.status is ApiStatus.FAILED else "")
        self.address.setText(link(documentation, address))
        self.documentation.setText(link(documentation, documentation))
        enable(self.copy_address, bool(address), translated(NOT_LISTENING))

    @Slot()
    def _copy_address(self) -> None:
        if self._api is not None and self._api.state.address:
            self._copy(self._api.state.address)

    @Slot()
    def _switch_token(self) -> None:
        if self._is_shown():
            self._hide_token()
        elif token := self._read_token():
            self._show(token)

    @Slot()
    def _copy_token(self) -> None:
        if token := self._read_token():
            self._copy(token)

    @Slot()
    def _ask_to_renew(self) -> None:
        box = plain_box(
            QMessageBox.Icon.Question,
            tr("Renew the token"),
            translated(RENEW),
            self,
            translated(RENEW_MORE),
        )
        renew = box.addButton(tr("Renew"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        renew.clicked.connect(self._renew)
        box.open()

    @Slot()
    def _renew(self) -> None:
        assert self._api is not None
        try:
            token = self._api.renew_token()
        except ApiError as error:
            self._say(error.text, is_error=True)
            return
        if self._is_shown():
            self._show(token)
        self._say(RENEWED)

    def _read_token(self) -> str:
        """The token; empty if it cannot be read, which the note says."""
        assert self._api is not None
        try:
            return self._api.token()
        except ApiError as error:
            self._say(error.text, is_error=True)
            return ""

    def _is_shown(self) -> bool:
        return self.token.text() != HIDDEN

    def _show(self, token: str) -> None:
        self.token.setText(token)
        self.token.setCursorPosition(0)
        self.show_token.setText(translated(HIDE))

    def _hide_token(self) -> None:
        self.token.setText(HIDDEN)
        self.show_token.setText(translated(SHOW))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._say(COPIED)

    def _say(self, text: str, *, is_error: bool = False) -> None:
        self.note.setText(translated(text))
        set_tone(self.note, "loss" if is_error else "")


def line_of(parts: tuple[QWidget, ...]) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    for part in parts:
        line.addWidget(part)
    if isinstance(parts[-1], QPushButton):
        line.addStretch(1)
    return line


def link(target: str, text: str) -> str:
    """A dash while there is nothing to lead to."""
    if not target:
        return "—"
    colour = current_colours().accent
    return f'<a href="{escaped(target)}" style="color:{colour}">{escaped(text)}</a>'
