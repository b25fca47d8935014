"""The page's list of Flex tokens: where each is, and when it expires."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMessageBox

from app.domain.fetching.queries import DEFAULT_TOKEN, FlexQuery, FlexToken, expiry_warnings
from app.domain.text.messages import joined, message, tr, translated
from app.domain.text.redaction import Secret
from app.platform.credentials import FLEX_VARIABLE, SecretPlace
from app.ui.statements.controller import FetchController
from app.ui.statements.dialogs.token_dialog import TokenDialog
from app.ui.statements.lists import ListSection, ShortList
from app.ui.statements.state import expiry_text, token_names
from app.ui.statements.tokens import TokenPlace
from app.ui.style.theme import set_tone
from app.ui.widgets.enabling import enable
from app.ui.widgets.plain_text import PlainLabel, plain_box

LOOKING = message("Looking…")
NONE_CHOSEN = message("Choose a token in the list first")
NOT_SAVED = message("This token is not saved here")
FROM_ENVIRONMENT = message("{name} is set, and is used for every query.", name=FLEX_VARIABLE)
SAVED, DELETED = message("The token was saved."), message("The token was deleted.")


class TokenSection(ListSection):
    """Tokens are saved and deleted at once, their last days with the dialog.

    Signals:
        changed(): a token has another last day, or was added or removed.
    """

    changed = Signal()

    def __init__(self, controller: FetchController) -> None:
        title = tr("Tokens")
        columns = (tr("Token"), tr("Kept in"), tr("Expires"))
        super().__init__(title, ShortList(title, columns))
        self._controller = controller
        self.tokens: tuple[FlexToken, ...] = ()
        self._queries: tuple[FlexQuery, ...] = ()
        self._places: Mapping[str, TokenPlace] = {}
        self._told, self._is_error = "", False  # about the last change
        self._saved: set[str] = set()  # names of the tokens that were saved since it was opened
        self._done = ""  # what the change under way will have done
        self.add = self.add_button(tr("A&dd…"), tr("Add a token"))
        self.change = self.add_button(tr("&Change…"), tr("Change the chosen token"))
        self.remove = self.add_button(tr("De&lete…"), tr("Delete the chosen token"))
        self.buttons.addStretch(1)
        self.note = PlainLabel()
        self.note.setWordWrap(True)
        self.column.addWidget(self.note)
        self.add.clicked.connect(self._ask_new)
        self.change.clicked.connect(self._ask_change)
        self.remove.clicked.connect(self._ask_delete)
        self.list.edit_wanted.connect(self._ask_change)
        self.list.remove_wanted.connect(self._ask_delete)
        self.list.currentItemChanged.connect(self._render_buttons)
        controller.tokens.places_found.connect(self._show_places)
        controller.tokens.changed.connect(self._on_changed)

    @property
    def names(self) -> tuple[str, ...]:
        """As listed."""
        return token_names(self._queries, self.tokens)

    def show_tokens(self, tokens: Sequence[FlexToken], queries: Sequence[FlexQuery]) -> None:
        """Args: queries: those that use them."""
        self.tokens, self._queries = tuple(tokens), tuple(queries)
        self._render()

    def forget_unnamed(self) -> None:
        """Deletes new tokens whose names were not saved with the dialog: nobody would see them."""
        settings = self._controller.settings
        named = token_names(settings.flex_queries, settings.flex_tokens)
        for name in self._saved.difference(named):
            self._controller.tokens.delete(name)
        self._saved.clear()

    def look(self) -> None:
        """Finds out where the tokens are."""
        self._controller.tokens.look(self.names)

    def _known(self, name: str) -> FlexToken:
        return next((token for token in self.tokens if token.name == name), FlexToken(name))

    def _today(self) -> date:
        return self._controller.now().astimezone().date()

    def _render(self) -> None:
        today = self._today()
        rows = []
        for name in self.names:
            place = self._places.get(name)
            rows.append(
                (
                    name,
                    translated(LOOKING if place is None else place.text),
                    expiry_text(self._known(name), today, self._controller.formats),
                )
            )
        self.show_rows(rows)
        self._render_note()
        self._render_buttons()

    def _render_note(self) -> None:
        places = [self._places[name] for name in self.names if name in self._places]
        problems = dict.fromkeys(place.problem for place in places if place.problem)
        is_given = any(place.place is SecretPlace.ENVIRONMENT for place in places)
        warnings = list(expiry_warnings(self.tokens, self._today()))
        texts = [self._told, *problems, FROM_ENVIRONMENT if is_given else "", *warnings]
        self.note.setText(translated(joined(texts, "\n")))
        self.note.setVisible(bool(self.note.text()))
        set_tone(self.note, "loss" if self._is_error or problems else "warning" if warnings else "")

    def _chosen(self) -> str:
        number = self.list.chosen()
        return self.names[number] if 0 <= number < len(self.names) else ""

    @Slot()
    def _render_buttons(self) -> None:
        name = self._chosen()
        enable(self.change, bool(name), translated(NONE_CHOSEN))
        place = self._places.get(name)
        is_kept = place is not None and place.place in (SecretPlace.KEYRING, SecretPlace.FILE)
        is_extra = name != DEFAULT_TOKEN and any(token.name == name for token in self.tokens)
        enable(self.remove, bool(name) and (is_kept or is_extra), translated(NOT_SAVED))

    @Slot()
    def _ask_new(self) -> None:
        self._open(None, self.names, is_saved=False)

    @Slot()
    def _ask_change(self) -> None:
        name = self._chosen()
        if name:
            place = self._places.get(name, TokenPlace()).place
            self._open(self._known(name), (), is_saved=place is not None)

    def _open(self, token: FlexToken | None, taken: Sequence[str], *, is_saved: bool) -> None:
        formats = self._controller.formats
        dialog = TokenDialog(token, taken, formats, self._today(), is_saved=is_saved, parent=self)
        dialog.chosen.connect(self._take)
        dialog.open()

    @Slot(object, object)
    def _take(self, token: FlexToken, secret: Secret | None) -> None:
        others = [other for other in self.tokens if other.name != token.name]
        is_known = any(other.name == token.name for other in self.tokens)
        if token.expires is None and token.name == DEFAULT_TOKEN and not is_known:
            made = self.tokens  # the default one needs no entry without a last day
        else:
            made = (*others, token)
        is_changed = made != self.tokens
        self.tokens = tuple(made)
        if secret is not None:
            self._done = SAVED
            self._saved.add(token.name)
            self._controller.tokens.save(token.name, secret)
        self._render()
        if is_changed:
            self.changed.emit()

    @Slot()
    def _ask_delete(self) -> None:
        name = self._chosen()
        if not name or not self.remove.isEnabled():
            return
        users = [query.name for query in self._queries if query.token == name]
        more = tr("It stays valid at IBKR until it expires, or another one is generated.")
        if users:
            used = tr(
                "It is used by {queries}, which cannot be fetched without it.",
                queries=", ".join(users),
            )
            more = f"{used} {more}"
        box = plain_box(
            QMessageBox.Icon.Question,
            tr("Delete the token"),
            tr("Delete the Flex token {name}?", name=name),
            self,
            more,
        )
        delete = box.addButton(tr("Delete"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        delete.clicked.connect(partial(self._delete, name))
        box.open()

    def _delete(self, name: str, _is_checked: bool = False) -> None:
        self._done = DELETED
        self._controller.tokens.delete(name)
        made = tuple(token for token in self.tokens if token.name != name)
        if made != self.tokens:
            self.tokens = made
            self.changed.emit()
        self._render()

    @Slot(object)
    def _show_places(self, places: Mapping[str, TokenPlace]) -> None:
        self._places = places
        self._render()

    @Slot(str, object)
    def _on_changed(self, _name: str, reason: str) -> None:
        self._told, self._is_error = reason or self._done, bool(reason)
        self._render_note()
        self.look()
