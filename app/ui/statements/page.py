"""The settings page of the Flex statements: the fetches, the queries, and the tokens."""

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent

from app.domain.text.messages import message, translated
from app.settings.model import STATEMENTS, Settings
from app.ui.settings.page import SettingsPage
from app.ui.statements.controller import FetchController
from app.ui.statements.fetch_line import FetchLine
from app.ui.statements.query_section import QuerySection
from app.ui.statements.token_section import TokenSection
from app.ui.widgets.plain_text import PlainLabel

DEMO = message("The demo has no Flex Web Service. Start Position Sync without --demo to set it up.")


class StatementsPage(SettingsPage):
    """Its lists are part of the settings; the tokens themselves are not.

    Args:
        controller: None for the demo, which has no statements to fetch.
    """

    def __init__(self, controller: FetchController | None) -> None:
        super().__init__(STATEMENTS)
        self._controller = controller
        self._has_looked = False
        if controller is None:
            note = PlainLabel(translated(DEMO))
            note.setWordWrap(True)
            note.setObjectName("quiet")
            self.column.insertWidget(1, note)
            return
        self.fetches = FetchLine(controller)
        self.queries = QuerySection(controller)
        self.tokens = TokenSection(controller)
        for number, part in enumerate((self.fetches, self.queries, self.tokens), 1):
            self.column.insertWidget(number, part)
        self.queries.changed.connect(self._on_queries_changed)
        self.tokens.changed.connect(self._on_tokens_changed)
        controller.state_changed.connect(self._render_saved)

    def show_settings(self, settings: Settings) -> None:
        super().show_settings(settings)
        if self._controller is not None:
            self.queries.show_queries(settings.flex_queries)
            self.tokens.show_tokens(settings.flex_tokens, settings.flex_queries)
            self.queries.offer_tokens(self.tokens.names)
            self._render_saved()

    def filled(self, settings: Settings) -> Settings:
        made = super().filled(settings)
        if self._controller is None:
            return made
        return replace(made, flex_queries=self.queries.queries, flex_tokens=self.tokens.tokens)

    def showEvent(self, event: QShowEvent) -> None:
        """Only now are the tokens looked for: a locked keyring asks the user."""
        super().showEvent(event)
        if self._controller is not None and not self._has_looked:
            self._has_looked = True
            self.tokens.look()
            self._controller.look()

    @Slot()
    def end(self) -> None:
        """The dialog is closed."""
        if self._controller is not None:
            self._controller.tester.cancel()
            self.tokens.forget_unnamed()

    @Slot()
    def _on_queries_changed(self) -> None:
        self.tokens.show_tokens(self.tokens.tokens, self.queries.queries)
        self._on_changed()

    @Slot()
    def _on_tokens_changed(self) -> None:
        self._on_changed()

    def _on_changed(self) -> None:
        self.queries.offer_tokens(self.tokens.names)
        self._render_saved()
        self.changed.emit()

    @Slot()
    def _render_saved(self) -> None:
        assert self._controller is not None
        is_saved = self.queries.queries == self._controller.settings.flex_queries
        if is_saved is not self.fetches.is_saved:
            self.fetches.show_saved(is_saved=is_saved)
